/* SPDX-License-Identifier: BSD-2-Clause */
/* options_test.c - the command line: what it means, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/unit/lib_options.h"
#include "vmapp/config/forward.h"
#include "vmapp/config/options.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/dumpstage.h"
#include "vmdriver/iopath.h"
#include "vmnet/client/client.h"

static void nothing_is_a_machine_on_nat(void **state)
{
	struct vm_config c;

	(void)state;
	assert_true(parse(&c, NULL));
	assert_int_equal(c.memory, 256 << 20);
	assert_int_equal(c.nic_count, 1);
	assert_string_equal(c.nic[0].network, "nat");
	assert_false(c.nic[0].mac_given);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	assert_int_equal(c.options.engine, ENGINE_BT);
	assert_int_equal(c.options.debug_exit_port, DEBUG_EXIT_NONE);
	assert_int_equal(c.options.io_path, IO_PATH_ALL);
	assert_int_equal(c.options.combine_limit, 3);
	assert_false(c.options.stamps || c.options.count_insns);
	assert_false(c.no_reboot || c.options.no_doze);
	assert_false(c.help || c.nics_given);
	assert_null(c.name);
	assert_null(c.kernel);
	assert_null(c.initrd);
	assert_null(c.append);
	assert_null(c.report);
	assert_null(c.vmx);
}

static void every_option_is_understood(void **state)
{
	struct vm_config c;

	(void)state;
	accepted(&c, "--kernel", "K", "--initrd=I", "--append", "a=b -- c",
		 "--memory=1G", "--net", "hostonly", "--serial", "file:S",
		 "--cpu", "interp", "--io-path=hosted", "--no-reboot",
		 "--no-doze", "--stamps", "--count", "--name", "a.B-3_x",
		 "--debug-exit", "0xf4", "--report", "R", "m.vmx");
	assert_string_equal(c.kernel, "K");
	assert_string_equal(c.initrd, "I");
	assert_string_equal(c.name, "a.B-3_x");
	assert_string_equal(c.append, "a=b -- c");
	assert_int_equal(c.memory, 1 << 30);
	assert_int_equal(c.nic_count, 1);
	assert_string_equal(c.nic[0].network, "hostonly");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_COM1].file, "S");
	assert_int_equal(c.options.engine, ENGINE_INTERP);
	assert_int_equal(c.options.io_path, 0);
	assert_true(c.no_reboot && c.options.no_doze);
	assert_true(c.options.stamps);
	assert_true(c.options.count_insns);
	assert_int_equal(c.options.debug_exit_port, 0xf4);
	assert_string_equal(c.report, "R");
	assert_string_equal(c.vmx, "m.vmx");
}

static void the_last_of_two_counts(void **state)
{
	struct vm_config c;

	(void)state;
	accepted(&c, "--memory", "1G", "--memory", "64M");
	assert_int_equal(c.memory, 64 << 20);
	accepted(&c, "--combine", "7", "--combine", "2");
	assert_int_equal(c.options.combine_limit, 2);
	accepted(&c, "--kernel", "--initrd");	/* a value, as it stands */
	assert_string_equal(c.kernel, "--initrd");
}

static void serial_ports_are_in_order(void **state)
{
	struct vm_config c;

	(void)state;
	accepted(&c, "--serial", "file:S", "--serial", "stdio");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_COM1].file, "S");
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_STDIO);
	assert_true(options_check(&c, error));
	accepted(&c, "--serial", "none", "--serial", "pty");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_PTY);
	accepted(&c, "--serial", "pty", "--serial", "pty");
	assert_true(options_check(&c, error));
	refused("at most twice", "--serial", "pty", "--serial", "pty",
		"--serial", "none");
	accepted(&c, "--serial", "stdio", "--serial", "stdio");
	assert_false(options_check(&c, error));
	assert_non_null(strstr(error, "COM1 and COM2 can not both be stdio"));
}

static void words_are_refused(void **state)
{
	(void)state;
	refused("'--frob'", "--frob");
	refused("'-'", "-");
	refused("'--kernels'", "--kernels", "x");
	refused("'--no-reboot=yes'", "--no-reboot=yes");
	refused("--name ''", "--name", "");
	refused("--name 'a b'", "--name", "a b");
	refused("--name 'a/b'", "--name=a/b");
	refused("is not possible", "--name",
		"0123456789012345678901234567890"
		"1234567890123456789012345678901234");
	refused("--kernel needs a value", "--kernel");
	refused("--report needs a value", "--memory", "64M", "--report");
	refused("'stray'", "stray");
	refused("'vmx'", "vmx");
	refused("a.vmx and b.vmx", "a.vmx", "b.vmx");
	refused("--disk needs a value", "--disk");
}

static void memory_has_bounds(void **state)
{
	static const struct { const char *text; uint64_t bytes; } good[] = {
		{ "4", 4ull << 20 }, { "4M", 4ull << 20 },
		{ "4096K", 4ull << 20 }, { "4100k", 4100ull << 10 },
		{ "3072m", 3072ull << 20 }, { "3g", 3072ull << 20 },
		{ "3145728K", 3072ull << 20 }, { "+64", 64ull << 20 },
	};
	static const char *const bad[] = {
		"3M", "0", "4095K", "3073M", "4G", "3145732K", "4097K",
		"-64M", "-1", "64MB", "64 M", "M", "", "abc", "0x40",
		"18446744073709551615", "18446744073709551616",
		"17592186044417M", "18014398509481985K", "1e3", "64M64",
	};
	struct vm_config c;
	uint64_t bytes;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		accepted(&c, "--memory", good[i].text);
		assert_int_equal(c.memory, good[i].bytes);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		refused(bad[i], "--memory", bad[i]);
	bytes = 7;
	assert_false(options_memory(" -5", &bytes, error));
	assert_int_equal(bytes, 7);
}

static void networks_are_those_of_vmnet(void **state)
{
	static const char *const bad[] = {
		"", "moon", "NAT", "nats", "vmnet", "vmnet00", "vmnet255",
		"vmnet256", "vmnet007", "vmnet1x", "vmnet-1", "vmnet+5",
		"vmnet 5", "vmnet99999999999", " nat", "none,mac=2:0:0:0:0:1",
	};
	static char long_text[1200];
	unsigned int number;
	struct vm_config c;
	size_t i;

	(void)state;
	accepted(&c, "--net", "nat", "--net", "hostonly", "--net=vmnet2",
		 "--net", "vmnet254,model=lance");
	assert_int_equal(c.nic_count, 4);
	assert_string_equal(c.nic[1].network, "hostonly");
	assert_string_equal(c.nic[2].network, "vmnet2");
	assert_string_equal(c.nic[3].network, "vmnet254");
	for (i = 0; i < c.nic_count; i++)
		assert_int_equal(decode_network(c.nic[i].network,
						VMNET_NAME_MAX, &number),
				 VMNET_OK);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		refused("net", "--net", bad[i]);
	accepted(&c, "--net", "bridged=eth0.7,mac=00:50:56:01:02:03");
	assert_string_equal(c.nic[0].network, "bridged=eth0.7");
	assert_true(c.nic[0].mac_given);
	accepted(&c, "--net", "bridged");	/* vmnet0: see networks.h */
	refused("say which", "--net", "bridged=");
	refused("not a network", "--net", "bridged=a/b");
	refused("not a network", "--net", "bridged=0123456789abcdef");
	refused("not a network", "--net", "bridged0=eth0");
	refused("room for 4 cards", "--net", "nat", "--net", "nat", "--net",
		"nat", "--net", "nat", "--net", "nat");
	for (i = 0; i < sizeof(long_text) - 12; i += 12)
		memcpy(long_text + i, "model=lance,", 12);
	memcpy(long_text, "nat,mode=lan", 12);
	refused("too long", "--net", long_text);
}

/* forwarded() - the only one of the last card */
static void forwarded(const char *text, uint8_t proto, const char *address,
		      uint16_t port, uint16_t guest_port)
{
	char word[100], got[INET_ADDRSTRLEN];
	const struct vmnet_wishes *w;
	struct vm_config c;

	snprintf(word, sizeof(word), "nat,forward=%s", text);
	accepted(&c, "--net", word);
	w = &c.nic[0].wishes;
	assert_int_equal(w->forwards, 1);
	assert_int_equal(w->forward[0].proto, proto);
	assert_string_equal(inet_ntop(AF_INET, w->forward[0].address, got,
				      sizeof(got)),
			    address);
	assert_int_equal(w->forward[0].port, port);
	assert_int_equal(w->forward[0].guest_port, guest_port);
}

static void ports_are_forwarded(void **state)
{
	static const char *const bad[] = {
		"", "tcp", "tcp:", "tcp:22", "tcp:22:", "tcp::22", "22:22",
		"sctp:1:1", "TCP:1:1", "tcp:0:22", "tcp:22:0", "tcp:65536:1",
		"tcp:1:65536", "tcp:-1:1", "tcp:+1:1", "tcp: 1:1", "tcp:1:1:1",
		"tcp:localhost:1:1", "tcp:::1:1:1", "tcp:[::1]:1:1",
		"tcp:1.2.3:1:1", "tcp:1.2.3.4:1:1:1", "tcp:1.2.3.4:1:1 ",
		"tcp:0x10:1", "udp:1.2.3.4:1",
	};
	char word[100], many[VMNET_FORWARDS + 1][40];
	char text[1000] = "nat";
	struct vm_config c;
	size_t i;

	(void)state;
	forwarded("tcp:2222:22", FORWARD_TCP, "127.0.0.1", 2222, 22);
	forwarded("udp:0.0.0.0:5353:53", FORWARD_UDP, "0.0.0.0", 5353, 53);
	forwarded("tcp:192.0.2.7:65535:1", FORWARD_TCP, "192.0.2.7", 65535, 1);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(word, sizeof(word), "nat,forward=%s", bad[i]);
		refused("forward=tcp:2222:22", "--net", word);
	}
	for (i = 0; i <= VMNET_FORWARDS; i++) {
		snprintf(many[i], sizeof(many[i]), ",forward=tcp:%u:22",
			 (unsigned int)(3000 + i));
		if (i == VMNET_FORWARDS)
			accepted(&c, "--net", text);
		strcat(text, many[i]);
	}
	assert_int_equal(c.nic[0].wishes.forwards, VMNET_FORWARDS);
	refused("no more", "--net", text);
	refused("twice", "--net", "nat,forward=tcp:22:22,forward=tcp:22:23");
	refused("twice", "--net",
		"nat,forward=tcp:22:22,forward=tcp:0.0.0.0:22:23");
	accepted(&c, "--net", "nat,forward=tcp:22:22,forward=udp:22:22");
	accepted(&c, "--net",
		 "nat,forward=tcp:22:22,forward=tcp:127.0.0.2:22:22");
	accepted(&c, "--net", "vmnet8,forward=tcp:22:22,host-loopback");
	assert_true(c.nic[0].wishes.host_loopback);
	accepted(&c, "--net", "nat");
	assert_false(c.nic[0].wishes.host_loopback);
	refused("network nat only", "--net", "hostonly,forward=tcp:22:22");
	refused("network nat only", "--net", "bridged=eth0,host-loopback");
	refused("'host-loopback=1'", "--net", "nat,host-loopback=1");
}

static void links_have_conditions(void **state)
{
	char words[CONDITIONS_TEXT];
	struct vm_config c;

	(void)state;
	accepted(&c, "--net", "nat,rate=10M,in.delay=20ms,out.loss=1%,seed=4");
	assert_string_equal(conditions_print(&c.nic[0].in, words),
			    "rate=10M delay=20ms seed=4");
	assert_string_equal(conditions_print(&c.nic[0].out, words),
			    "rate=10M loss=1% seed=4");
	accepted(&c, "--net", "vmnet3,gilbert=1%:25%,reorder=1%:3,in.seed=1");
	assert_string_equal(conditions_print(&c.nic[0].in, words),
			    "gilbert=1%:25%:0%:100% reorder=1%:3 seed=1");
	accepted(&c, "--net", "nat");
	assert_true(conditions_none(&c.nic[0].in));
	refused("with its unit", "--net", "nat,delay=50");
	refused("from 1k to 100G", "--net", "nat,in.rate=fast");
	refused("'in.speed=1'", "--net", "nat,in.speed=1");
	refused("gilbert=1%:25%", "--net", "nat,gilbert=1%,25%");
}

/* A port that is taken, or can not be had, is told before anything starts. */
static void serial_ports_have_sockets(void **state)
{
	static const char *const others[] = {
		"tcp:0.0.0.0:4000", "tcp:192.0.2.1:4000", "tcp:4000",
		"tcp::4000", "telnet:[::1]:4000", "telnet:example.org:23",
		"tcp:127.0.0.1:65536", "tcp:127.0.0.1:", "tcp:127.0.0.1:x",
		"tcp:127.0.0.1:-1", "telnet:127.0.0.11:1",
	};
	struct vm_config c;
	size_t i;

	(void)state;
	accepted(&c, "--serial", "unix:/a/b", "--serial", "tcp:127.0.0.1:4000");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_UNIX);
	assert_string_equal(c.plug[LINE_COM1].file, "/a/b");
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_TCP);
	assert_int_equal(c.plug[LINE_COM2].port, 4000);
	accepted(&c, "--serial", "telnet:localhost:0");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_TELNET);
	assert_int_equal(c.plug[LINE_COM1].port, 0);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		refused("this host only", "--serial", others[i]);
	refused("unix:PATH", "--serial", "unix:");
	refused("use none or", "--parallel", "tcp:127.0.0.1:4000");
}

static void a_folder_is_for_tftp(void **state)
{
	struct vm_config c;

	(void)state;
	accepted(&c, "--net", "nat,tftp=/a/b,bootfile=x/y.0");
	assert_string_equal(c.nic[0].tftp, "/a/b");
	assert_string_equal(c.nic[0].wishes.bootfile, "x/y.0");
	assert_int_equal(c.nic[0].wishes.folder, 0);	/* not opened yet */
	refused("tftp=DIR", "--net", "nat,bootfile=x");
	refused("nat only", "--net", "hostonly,tftp=/a");
	refused("name a folder", "--net", "nat,tftp=");
	refused("name a file", "--net", "nat,tftp=/a,bootfile=");
	refused("less than 128", "--net",
		"nat,tftp=/a,bootfile="
		"0123456789012345678901234567890123456789012345678901234567"
		"0123456789012345678901234567890123456789012345678901234567"
		"01234567890123456789");
}

static void taken_ports_are_told(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char word[100];
	struct vm_config c;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	getsockname(fd, (struct sockaddr *)&a, &len);
	snprintf(word, sizeof(word), "nat,forward=tcp:%u:22",
		 ntohs(a.sin_port));
	accepted(&c, "--net", word);
	assert_false(forward_check(&c, error));
	assert_non_null(strstr(error, "another program has it"));
	close(fd);
	assert_true(forward_check(&c, error));
	accepted(&c, "--net", "nat,forward=tcp:192.0.2.1:4321:22");
	assert_false(forward_check(&c, error));
	assert_non_null(strstr(error, "no such address"));
	accepted(&c, "--net", word, "--net", word);
	assert_false(forward_check(&c, error));
	assert_non_null(strstr(error, "twice"));
}

static void none_is_no_card(void **state)
{
	struct vm_config c;

	(void)state;
	accepted(&c, "--net", "none");
	assert_int_equal(c.nic_count, 0);
	assert_true(c.nics_given);
	accepted(&c, "--net", "nat", "--net", "none");
	assert_int_equal(c.nic_count, 0);
	accepted(&c, "--net", "none", "--net", "vmnet3");
	assert_int_equal(c.nic_count, 1);
}

static void a_card_has_a_unicast_address(void **state)
{
	static const uint8_t want[6] = { 0, 0x50, 0x56, 0xab, 0xCD, 0xff };
	static const char *const bad[] = {
		"", "zz", "00:50:56:01:02", "00:50:56:01:02:03:04",
		"00-50-56-01-02-03", "00:50:56:01:02:3g", "005056010203",
		"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00",
		"00:50:56:01:02:-1", "00:+1:56:01:02:03", "00: 1:56:01:02:03",
		"000:50:56:01:02:03", "00:50:56:01:02:", "00:0x1:0:0:0:2",
	};
	char word[64];
	struct vm_config c;
	size_t i;

	(void)state;
	accepted(&c, "--net", "nat,mac=00:50:56:ab:CD:ff");
	assert_true(c.nic[0].mac_given);
	assert_memory_equal(c.nic[0].mac, want, 6);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(word, sizeof(word), "nat,mac=%s", bad[i]);
		refused("is not a card's address", "--net", word);
	}
	assert_false(c.nic[0].any_mac);
	accepted(&c, "--net", "nat,any-mac,mac=00:50:56:ab:CD:ff");
	assert_true(c.nic[0].any_mac && c.nic[0].mac_given);
	refused("'e1000'", "--net", "nat,model=e1000");
	refused("name a file", "--net", "nat,pcap=");
	accepted(&c, "--net", "nat,pcap=/a/b.pcapng");
	assert_string_equal(c.nic[0].pcap, "/a/b.pcapng");
	refused("'frob'", "--net", "nat,frob");
	refused("''", "--net", "nat,");
}

static void the_other_values_are_checked(void **state)
{
	struct vm_config c;

	(void)state;
	accepted(&c, "--serial", "none");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	accepted(&c, "--serial", "pty");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_PTY);
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_NONE);
	assert_int_equal(c.plug[LINE_LPT1].kind, PLUG_NONE);
	accepted(&c, "--parallel", "file:P");
	assert_int_equal(c.plug[LINE_LPT1].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_LPT1].file, "P");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	accepted(&c, "--parallel", "file:P", "--parallel", "none");
	assert_int_equal(c.plug[LINE_LPT1].kind, PLUG_NONE);
	refused("'stdio'", "--parallel", "stdio");
	refused("'file:'", "--parallel", "file:");
	refused("'pigeon'", "--serial", "pigeon");
	refused("'file:'", "--serial", "file:");
	refused("''", "--serial", "");
	accepted(&c, "--cpu", "bt");
	assert_int_equal(c.options.engine, ENGINE_BT);
	accepted(&c, "--cpu", "lockstep");
	assert_int_equal(c.options.engine, ENGINE_LOCKSTEP);
	refused("'warp'", "--cpu", "warp");
	accepted(&c, "--dump", "emit,fault:/tmp/x");
	assert_int_equal(c.options.dump_stages,
			 1u << DUMP_emit | 1u << DUMP_fault);
	assert_string_equal(c.dump, "/tmp/x");
	accepted(&c, "--dump", "x");
	assert_int_equal(c.options.dump_stages, (1u << DUMP_STAGE_COUNT) - 1);
	refused("'em' is not a stage", "--dump", "em:x");
	refused("STAGE", "--dump", "emit:");
	refused("STAGE", "--dump", ":x");
	accepted(&c, "--io-path", "ports");
	assert_int_equal(c.options.io_path, IO_PATH_ports);
	accepted(&c, "--io-path", "combine,ports");
	assert_int_equal(c.options.io_path, IO_PATH_ports | IO_PATH_combine);
	refused("some of ports, combine", "--io-path", "warp");
	refused("ports,,", "--io-path", "ports,,");
	refused("--io-path  is", "--io-path", "");
	accepted(&c, "--combine", "0");
	assert_int_equal(c.options.combine_limit, 0);
	accepted(&c, "--combine", "64");
	assert_int_equal(c.options.combine_limit, 64);
	refused("'65'", "--combine", "65");
	refused("'-1'", "--combine", "-1");
	refused("'3x'", "--combine", "3x");
	refused("''", "--combine", "");
}

static void the_debug_exit_port_is_free(void **state)
{
	static const char *const bad[] = {
		"0", "70000", "65536", "-1", "-65300", "x", "", "0xf4 ",
		"99999999999999999999",
	};
	static const char *const taken[] = {
		"0x20", "0x40", "0x61", "0x64", "0x70", "0x3f8", "0x3ff",
		"0xcf8", "0xcff",
	};
	struct vm_config c;
	size_t i;

	(void)state;
	accepted(&c, "--debug-exit", "65535");
	assert_int_equal(c.options.debug_exit_port, 65535);
	accepted(&c, "--debug-exit=244");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		refused("is not an I/O port", "--debug-exit", bad[i]);
	for (i = 0; i < ARRAY_SIZE(taken); i++)
		refused("already taken", "--debug-exit", taken[i]);
}

static void help_is_noticed(void **state)
{
	struct vm_config c;

	(void)state;
	accepted(&c, "--help");
	assert_true(c.help);
	accepted(&c, "--memory", "64M", "-h");
	assert_true(c.help);
}

/* takes() - one word that is completed behind an option */
static void takes(const char *option, const char *word)
{
	char value[64];
	struct vm_config c;

	/* What ends so wants something behind it. */
	snprintf(value, sizeof(value), "%s%s", word,
		 strchr("=:", word[strlen(word) - 1]) ? "x" : "");
	accepted(&c, option, value);
}

static void completed_words_are_taken(void **state)
{
	static const struct { const char *name, *words; } rows[] = {
#define OPTION(name, value, set, words, vmx, text) { name, words },
#include "vmapp/config/options.def"
	};
	char copy[200], *word, *rest;
	unsigned int taken = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].words || !strcmp(rows[i].words, MANUAL_FILES))
			continue;
		snprintf(copy, sizeof(copy), "%s", rows[i].words);
		for (rest = copy; (word = strsep(&rest, " ")); taken++)
			takes(rows[i].name, word);
	}
	assert_true(taken > 20);
}

/* words_of() - what is completed behind an option, with a blank at each end */
static const char *words_of(const char *option)
{
	static char text[200];
	const struct manual_row *row = run_manual.lists[0].rows;

	while (row->term && strcmp(row->term, option))
		row++;
	assert_non_null(row->term);
	snprintf(text, sizeof(text), " %s ", row->words);
	return text;
}

static void no_choice_is_left_out(void **state)
{
	static const char *const steps[] = {
#define STEP_NAME(step) " " #step " ",
		IO_PATH_STEPS(STEP_NAME)
#undef STEP_NAME
	};
	char engine[32];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		assert_non_null(strstr(words_of("--io-path"), steps[i]));
	for (i = 0; i < ENGINE_COUNT; i++) {
		snprintf(engine, sizeof(engine), " %s ", engine_names[i]);
		assert_non_null(strstr(words_of("--cpu"), engine));
	}
}

/* help_has() - a row of it that begins with @term, once */
static void help_has(const char *help, const char *term)
{
	char line[80];
	unsigned int rows = 0;
	const char *p = help;

	snprintf(line, sizeof(line), "\n  %s", term);
	while ((p = strstr(p, line))) {
		p += strlen(line);
		rows += *p == ' ' || *p == '\n';
	}
	if (rows != 1)
		fail_msg("%u rows of %s in:\n%s", rows, term, help);
}

static void help_has_every_option(void **state)
{
	static const char *const names[] = {
#define OPTION(name, value, set, words, vmx, text) name,
#include "vmapp/config/options.def"
	};
	char *help = NULL;
	size_t size, i, line;
	FILE *f = open_memstream(&help, &size);
	const char *p;

	(void)state;
	manual_help(&run_manual, f);
	fclose(f);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		help_has(help, names[i]);
	for (p = help; *p; p += line + 1) {
		line = strcspn(p, "\n");
		assert_true(line < 80 && (!line || p[line - 1] != ' '));
	}
	free(help);
}

/* What a user pastes in can be long; the sentence has its end cut off, and
 * nothing is written past it. */
static void long_words_fit(void **state)
{
	char word[4000];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	refused("xxx", word);
	refused("xxx", "--memory", word);
	refused("xxx", "--net", word);
	refused("xxx", "--serial", word);
	refused("xxx", "--cpu", word);
	refused("xxx", "--debug-exit", word);
	word[0] = '-';
	refused("xxx", word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_a_machine_on_nat),
		cmocka_unit_test(every_option_is_understood),
		cmocka_unit_test(the_last_of_two_counts),
		cmocka_unit_test(serial_ports_are_in_order),
		cmocka_unit_test(words_are_refused),
		cmocka_unit_test(memory_has_bounds),
		cmocka_unit_test(networks_are_those_of_vmnet),
		cmocka_unit_test(ports_are_forwarded),
		cmocka_unit_test(links_have_conditions),
		cmocka_unit_test(serial_ports_have_sockets),
		cmocka_unit_test(a_folder_is_for_tftp),
		cmocka_unit_test(taken_ports_are_told),
		cmocka_unit_test(none_is_no_card),
		cmocka_unit_test(a_card_has_a_unicast_address),
		cmocka_unit_test(the_other_values_are_checked),
		cmocka_unit_test(the_debug_exit_port_is_free),
		cmocka_unit_test(help_is_noticed),
		cmocka_unit_test(completed_words_are_taken),
		cmocka_unit_test(no_choice_is_left_out),
		cmocka_unit_test(help_has_every_option),
		cmocka_unit_test(long_words_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
