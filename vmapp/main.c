/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - hostel: the command, and its sub-commands. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/host.h"
#include "base/log.h"
#include "vmapp/bench.h"
#include "vmapp/check.h"
#include "vmapp/config/forward.h"
#include "vmapp/config/identity.h"
#include "vmapp/config/networks.h"
#include "vmapp/config/options.h"
#include "vmapp/config/tftp.h"
#include "vmapp/config/vmx.h"
#include "vmapp/control/commands.h"
#include "vmapp/keeper.h"
#include "vmapp/manuals.h"
#include "vmapp/net/net.h"
#include "vmapp/show/top.h"
#include "vmapp/version.h"
#include "vmapp/vm.h"

/* fill_standard() - what was started with a closed standard descriptor would
 * find its next file there, and read or write that. */
static void fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* wait_in_front() - does no other job have our terminal? Some shells give it to
 * a job a moment after that has started. */
static bool wait_in_front(void)
{
	int i;

	for (i = 0; i < 20 && terminal_in_background(); i++)
		poll(NULL, 0, 10);
	return !terminal_in_background();
}

static int run_main(int argc, char **argv)
{
	char error[CONFIG_ERROR_SIZE];
	struct vm_config config;
	int status;

	config_defaults(&config);
	if (!options_parse(&config, argc, argv, error))
		die_usage("%s", error);
	if (config.help) {
		manual_help(&run_manual, stdout);
		return 0;
	}
	if (config.vmx) {
		/* The file first, then the command line over it. */
		const char *vmx = config.vmx;

		config_defaults(&config);
		if (!vmx_load(&config, vmx, error) ||
		    !options_parse(&config, argc, argv, error))
			die_usage("%s", error);
	}
	if (!options_check(&config, error) ||
	    !options_settle(&config,
			    isatty(STDIN_FILENO) && isatty(STDOUT_FILENO),
			    error) ||
	    (!options_background(&config, error) && !wait_in_front()))
		die_usage("%s", error);
	if (!networks_check(&config, error))
		die_usage("%s", error);
	if (config.dump && config.options.engine == ENGINE_INTERP)
		die_usage("--dump shows the translator; --cpu interp has none");
	if (!forward_check(&config, error) || !tftp_open(&config, error))
		die("%s", error);
	config.identity = identity_make(&config);
	status = keeper_run(&config);
	vmx_unload(&config);
	return status;
}

static int report_main(int argc, char **argv)
{
	if (argc != 1 || argv[0][0] == '-')
		manual_exit(&report_manual, argc, argv);
	report_table(argv[0]);
	return 0;
}

static int help_main(int argc, char **argv)
{
	if (argc)
		manual_exit(&help_manual, argc, argv);
	manual_help(&hostel_manual, stdout);
	return 0;
}

static int version_main(int argc, char **argv)
{
	if (argc)
		manual_exit(&version_manual, argc, argv);
	printf("hostel %s\n", version_text());
	return 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND(name, value, main, manual, text) { name, main },
#include "vmapp/commands.def"
#undef COMMAND
	{ "--help", help_main },
	{ "-h", help_main },
	{ "--version", version_main },
};

/* output_end() - Return: @status; another one if what was printed has not all
 * been written. Who reads no more has seen enough. */
static int output_end(int status)
{
	struct pollfd reader = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (status || (poll(&reader, 1, 0) == 1 && reader.revents & POLLERR))
		return status;
	log_error("the output could not be written: %s", strerror(errno));
	return EXIT_SETUP;
}

int main(int argc, char **argv)
{
	size_t i;

	fill_standard();
	log_init("hostel", LOG_INFO);
	host_pretend_or_die();
	signal(SIGPIPE, SIG_IGN);
	/* A write beyond ulimit -f fails, and is told. */
	signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		manual_help(&hostel_manual, stderr);
		return EXIT_USAGE;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return output_end(commands[i].run(argc - 2, argv + 2));
	die_usage("unknown command '%s'; see 'hostel help'", argv[1]);
}
