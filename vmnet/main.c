/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - vmnetd: the wire. One per user, started by the first card that
 * wants to be plugged in, gone a second after the last one left.
 *
 * It is two processes: vmnet-switch moves the frames, behind walls
 * (sandbox.h), and vmnetd, its keeper, starts the helpers (child.h) and owns
 * the lock and the socket's name.
 *
 * Start-up: the lock says who serves; the parent returns only when the socket
 * listens, so that whoever started us may connect at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/log.h"
#include "vmnet/conditions/line.h"
#include "vmnet/ctl/ctl.h"
#include "vmnet/keeper/child.h"
#include "vmnet/keeper/folders.h"
#include "vmnet/keeper/leases.h"
#include "vmnet/keeper/resolv.h"
#include "vmnet/manuals.h"
#include "vmnet/proto/home.h"
#include "vmnet/switch/vswitch.h"

/* same_file() - is the file of that name still the one we have open? */
static bool same_file(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 &&
	       a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

/* take_lock() - Return: the lock's descriptor; -1: another one serves. */
static int take_lock(const char *path)
{
	int fd;

	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			  0600);
		if (fd < 0)
			die("can not make %s: %s", path, strerror(errno));
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			close(fd);
			return -1;
		}
		/* The one before us may have removed it meanwhile. */
		if (same_file(fd, path))
			return fd;
		close(fd);
	}
}

static int open_socket(const char *dir, const char *name,
		       struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);

	if (fd < 0 || home_address(dir, name, addr) < 0)
		die("no socket for VMNet: %s", strerror(errno));
	unlink(addr->sun_path);	/* we hold the lock: it is a stale one */
	if (bind(fd, (struct sockaddr *)addr, sizeof(*addr)) < 0 ||
	    listen(fd, 16) < 0)
		die("can not serve at %s: %s", addr->sun_path, strerror(errno));
	return fd;
}

/* go_to_background() - leave the terminal; the parent ends well. */
static void go_to_background(void)
{
	int null;
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid > 0)
		_exit(0);
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return;
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
}

/* The sockets where somebody may connect. Only the switch has the first two
 * once it is there, and only its keeper the third (folders.h). */
enum { LISTEN_CARDS, LISTEN_CONTROL, LISTEN_FOLDERS, LISTENS };

static const char *const listen_names[] = {
	[LISTEN_CARDS] = HOME_SOCKET,
	[LISTEN_CONTROL] = HOME_CONTROL,
	[LISTEN_FOLDERS] = HOME_FOLDERS,
};
BUILD_ASSERT(ARRAY_SIZE(listen_names) == LISTENS);

/* What 128 ports take: frames that wait behind a socket, 400 KiB each, and the
 * last ones, 32 KiB; what may wait on links; as addresses their rings, twice as
 * much, those of 16 bridges, 4 MiB each, and of sixteen captures, 25 MiB each.
 */
#define SWITCH_GROWS	((64ull << 20) + LINE_POOL_MOST)
#define SWITCH_GROWS_SPACE ((640ull << 20) + LINE_POOL_MOST)

/* become_switch() - in the child: all that it does is to move frames. */
static _Noreturn void become_switch(const struct vswitch_setup *setup, int lock,
				    pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);	/* it died before we asked */
	prctl(PR_SET_NAME, "vmnet-switch");
	/* A nap is to take 50 us; by default the kernel makes 100 of that. */
	prctl(PR_SET_TIMERSLACK, 1);
	close(lock);
	fds_close_inherited();
	limits_memory(SWITCH_GROWS, SWITCH_GROWS_SPACE);
	_exit(vswitch_run(setup) != 0);
}

/**
 * switch_serve() - have a switch, be its keeper
 * @listen: the sockets; nobody can connect to the switch's when that is gone
 * @setup: keeper, listen and control are filled in here
 *
 * Return: the exit status.
 */
static int switch_serve(const int *listen, int lock, const char *const *program,
			struct resolv_keeper *names,
			struct vswitch_setup *setup, struct leases *leases)
{
	static struct folders folders;
	pid_t self = getpid(), pid;
	int pair[2], status = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		die("no socket for the switch: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid == 0) {
		close(pair[0]);
		close(listen[LISTEN_FOLDERS]);
		setup->listen = listen[LISTEN_CARDS];
		setup->control_listen = listen[LISTEN_CONTROL];
		setup->control = &ctl_server;
		setup->keeper = pair[1];
		become_switch(setup, lock, self);
	}
	close(listen[LISTEN_CARDS]);
	close(listen[LISTEN_CONTROL]);
	close(pair[1]);
	if (folders_open(&folders, listen[LISTEN_FOLDERS]) < 0)
		log_warn("no machine can have a TFTP folder: %s",
			 strerror(errno));
	child_keep(pair[0], program, names, &folders, leases);
	/* It has ended, or has nothing more to say to us: then it shall. */
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		log_error("vmnet-switch was ended by signal %d (%s)",
			  WTERMSIG(status), strsignal(WTERMSIG(status)));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* lease_remember() - what a card had. @arg: struct addresses */
static void lease_remember(void *arg, unsigned int network,
			   const uint8_t mac[6], uint16_t host)
{
	addresses_remember(arg, network, mac, host);
}

/* read_leases() - what cards had when vmnetd last ran. */
static void read_leases(struct addresses *a, struct leases *leases)
{
	char path[HOME_PATH_SIZE];
	int i, result;

	leases->fd = -1;
	home_state(path);
	if (!*path)
		return;
	result = leases_open(leases, path, lease_remember, a);
	if (result < 0)
		log_warn("addresses are not remembered: %s: %s", path,
			 strerror(-result));
	for (i = 0; result > 0 && i < (int)ADDRESSES; i++)
		if (a->row[i].host)
			leases_add(leases, a->row[i].network, a->row[i].mac,
				   a->row[i].host);
}

/* read_networks() - what is wrong with the file, hostel has told the user. */
static void read_networks(struct networking *nets)
{
	char path[HOME_PATH_SIZE], errors[NETWORKING_ERRORS];
	int result;

	home_config(path);
	result = networking_load(nets, path, errors);
	if (result < 0)
		log_warn("%s: %s", path, strerror(-result));
	else if (result)
		log_warn("%s: %s", path, errors);
}

int main(int argc, char **argv)
{
	static struct networking nets;
	static struct addresses addresses;
	static struct leases leases;
	struct vswitch_setup setup = { .nets = &nets, .addresses = &addresses };
	char dir[HOME_DIR_SIZE], why[256], nat[512], bridge[512], dhcp[512],
		adapter[512], vde[512];
	char lock_path[sizeof(dir) + sizeof(HOME_LOCK) + 1];
	const char *const program[CHILD_KINDS] = {
		[CHILD_NAT] = nat, [CHILD_BRIDGE] = bridge,
		[CHILD_DHCP] = dhcp, [CHILD_ADAPTER] = adapter,
		[CHILD_VDE] = vde,
	};
	bool foreground = argc == 2 && !strcmp(argv[1], "--foreground");
	const char *own_names = getenv("HOSTEL_VMNET_RESOLV");
	struct resolv_keeper names;
	bool quiet = argc == 2 && !strcmp(argv[1], "--background");
	struct sockaddr_un addr[LISTENS];
	int lock, fd[LISTENS], status, i;

	log_init("vmnetd", LOG_INFO);
	host_pretend_or_die();
	if (argc > 1 && !foreground && !quiet)
		manual_exit(&vmnetd_manual, argc - 1, argv + 1);
	if (home_find(dir, sizeof(dir), why, sizeof(why)) < 0)
		die("%s", why);
	if (home_program("HOSTEL_VMNET_NAT", "vmnet-nat", nat, sizeof(nat)) <
		    0 ||
	    home_program("HOSTEL_VMNET_BRIDGE", "vmnet-bridge", bridge,
			 sizeof(bridge)) < 0 ||
	    home_program("HOSTEL_VMNET_DHCP", "vmnet-dhcp", dhcp,
			 sizeof(dhcp)) < 0 ||
	    home_program("HOSTEL_VMNET_ADAPTER", "vmnet-adapter", adapter,
			 sizeof(adapter)) < 0 ||
	    home_program("HOSTEL_VMNET_VDE", "vmnet-vde", vde, sizeof(vde)) < 0)
		die("vmnetd's folder has too long a name; move it");
	snprintf(lock_path, sizeof(lock_path), "%s/" HOME_LOCK, dir);
	lock = take_lock(lock_path);
	if (lock < 0) {		/* another one serves: all is well */
		if (!quiet)
			log_info("another vmnetd serves %s already", dir);
		return 0;
	}
	read_networks(&nets);
	read_leases(&addresses, &leases);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* ulimit -f: a call fails instead */
	/* The cards' last: who can connect to that needs the others. */
	for (i = LISTENS - 1; i >= 0; i--)
		fd[i] = open_socket(dir, listen_names[i], &addr[i]);
	if (argc == 1)
		log_info("serves %s in the background, and ends when no "
			 "machine is there (--foreground: stays here)",
			 dir);
	if (!foreground)
		go_to_background();
	if (resolv_open(&names, dir, own_names ? own_names : RESOLV_FILE) < 0)
		log_warn("no memory for the names of name servers");
	status = switch_serve(fd, lock, program, &names, &setup, &leases);
	/* The sockets first: who still gets the lock finds no one there. */
	for (i = 0; i < LISTENS; i++)
		unlink(addr[i].sun_path);
	unlink(lock_path);
	close(lock);
	return status;
}
