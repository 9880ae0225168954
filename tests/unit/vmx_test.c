/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx_test.c - .vmx files: what they mean, what is refused, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/check.h"
#include "tests/unit/lib_said.h"
#include "vmapp/config/vmx.h"

static char error[CONFIG_ERROR_SIZE];
static char path[] = "/tmp/hostel-vmx-XXXXXX";
static const char *warned;
static struct vm_config last;	/* owns the last file's strings */

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	close(fd);
	return fd < 0;
}

static int remove_file(void **state)
{
	(void)state;
	vmx_unload(&last);
	return unlink(path);
}

/* load_bytes() - the defaults, changed by a file of these bytes. */
static bool load_bytes(struct vm_config *c, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "w");
	bool ok;

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
	vmx_unload(&last);
	config_defaults(c);
	memset(error, 0, sizeof(error));
	said_begin();
	ok = vmx_load(c, path, error);
	warned = said_end();
	last = *c;
	return ok;
}

static void load(struct vm_config *c, const char *text)
{
	if (!load_bytes(c, text, strlen(text)))
		fail_msg("refused: %s", error);
}

/* refused() - the text is refused: its @line, and a sentence with @part. */
static void refused(const char *text, unsigned int line, const char *part)
{
	char where[64];
	struct vm_config c;

	if (load_bytes(&c, text, strlen(text)))
		fail_msg("accepted: %s", text);
	said_sentence(error, part);
	snprintf(where, sizeof(where), "%s:%u: ", path, line);
	if (strncmp(error, where, strlen(where)))
		fail_msg("not at line %u: %s", line, error);
	assert_string_equal(warned, "");
}

static void an_empty_file_changes_nothing(void **state)
{
	struct vm_config c, defaults;

	(void)state;
	config_defaults(&defaults);
	load(&c, "");
	assert_memory_equal(&c, &defaults, sizeof(c));
	load(&c, "# only\n\n   \n\t# this\r\n");
	assert_memory_equal(&c, &defaults, sizeof(c));
	assert_string_equal(warned, "");
}

static void every_key_is_understood(void **state)
{
	static const uint8_t mac[6] = { 0, 0x50, 0x56, 1, 2, 3 };
	struct vm_config c;

	(void)state;
	load(&c, ".encoding = \"UTF-8\"\n"
		 "config.version = \"8\"\n"
		 "virtualHW.version = \"4\"\n"
		 "displayName = \"a machine\"\n"
		 "guestOS = \"other26xlinux\"\n"
		 "memsize = \"64\"\n"
		 "ethernet0.present = \"TRUE\"\n"
		 "ethernet0.connectionType = \"hostonly\"\n"
		 "ethernet0.virtualDev = \"vlance\"\n"
		 "ethernet0.addressType = \"static\"\n"
		 "ethernet0.address = \"00:50:56:01:02:03\"\n"
		 "serial0.present = \"TRUE\"\n"
		 "serial0.fileType = \"file\"\n"
		 "serial0.fileName = \"out.txt\"\n"
		 "hostel.kernel = \"vmlinuz\"\n"
		 "hostel.initrd = \"initrd\"\n"
		 "hostel.append = \"console=ttyS0 -- \"a b\"\"\n");
	assert_string_equal(warned, "");
	assert_int_equal(c.memory, 64 << 20);
	assert_int_equal(c.nic_count, 1);
	assert_string_equal(c.nic[0].network, "hostonly");
	assert_true(c.nic[0].mac_given);
	assert_memory_equal(c.nic[0].mac, mac, 6);
	assert_false(c.nic[0].any_mac);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_COM1].file, "/tmp/out.txt");
	assert_string_equal(c.kernel, "/tmp/vmlinuz");
	assert_string_equal(c.initrd, "/tmp/initrd");
	assert_string_equal(c.append, "console=ttyS0 -- \"a b\"");
}

/* number() - put a digit in the place of each '#' */
static const char *number(const char *word)
{
	static char text[64];
	char *hash;

	snprintf(text, sizeof(text), "%s", word);
	while ((hash = strchr(text, '#')))
		*hash = '7';
	return text;
}

/* Each example of the table is possible, and no key of it is unknown. */
static void the_table_is_true(void **state)
{
#define IN_MACHINE ""
#define IN_NIC "ethernet0.present = TRUE\nethernet0."
#define IN_SERIAL "serial0."
#define IN_PARALLEL "parallel0."
	static const struct { const char *begin, *word, *value; } rows[] = {
#define VMX_KEY(device, word, set, example, text) \
		{ IN_##device, word, example },
#define VMX_QUIET(device, word) { IN_##device, word, "anything" },
#include "vmapp/config/vmxkeys.def"
	};
	static const char *const same[] = {
#define OPTION(name, value, set, words, vmx, text) vmx,
#include "vmapp/config/options.def"
	};
	const char *dot;
	bool file;
	struct vm_config c;
	char text[200];
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		/* The only one that is nothing alone. */
		file = !strcmp(rows[i].word, "fileName");
		snprintf(text, sizeof(text), "%s%s%s%s = \"%s\"\n",
			 file ? rows[i].begin : "",
			 file ? "fileType = file\n" : "", rows[i].begin,
			 number(rows[i].word), rows[i].value);
		load(&c, text);
		assert_string_equal(warned, "");
	}
	/* What options are said to be in a file is there. */
	for (i = 0; i < ARRAY_SIZE(same); i++) {
		dot = same[i] ? strrchr(same[i], '.') : NULL;
		for (k = 0; same[i] && k < ARRAY_SIZE(rows); k++)
			if (!strcmp(rows[k].word, same[i]) ||
			    (dot && !strcmp(rows[k].word, dot + 1)))
				break;
		assert_true(!same[i] || k < ARRAY_SIZE(rows));
	}
}

static void the_form_is_free(void **state)
{
	struct vm_config c;

	(void)state;
	load(&c, "  MemSize=128  \r\n\tHOSTEL.kernel  =  k  \n"
		 "Ethernet0.Present = \"true\"\nETHERNET0.vnet=\"VMnet3\"\n"
		 "serial0.PRESENT = false"); /* no end of line */
	assert_int_equal(c.memory, 128 << 20);
	assert_string_equal(c.kernel, "/tmp/k");
	assert_int_equal(c.nic_count, 1);
	assert_string_equal(c.nic[0].network, "vmnet3");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	assert_string_equal(warned, "");
	load(&c, "memsize = \"64\"\nmemsize = \"32\"\n");
	assert_int_equal(c.memory, 32 << 20);	/* the last one counts */
}

static void cards_are_plugged(void **state)
{
	struct vm_config c;

	(void)state;
	load(&c, "ethernet0.present = \"TRUE\"\n"
		 "ethernet0.noForgedSrcAddr = \"FALSE\"\n"
		 "ethernet1.present = \"TRUE\"\n"
		 "ethernet1.noForgedSrcAddr = \"TRUE\"\n");
	assert_true(c.nic[0].any_mac);
	assert_false(c.nic[1].any_mac);
	refused("\nethernet0.noForgedSrcAddr = \"no\"\n", 2, "TRUE or FALSE");
	load(&c, "ethernet0.present = \"FALSE\"\n");
	assert_int_equal(c.nic_count, 0);
	load(&c, "ethernet1.connectionType = \"nat\"\n");
	assert_int_equal(c.nic_count, 0);	/* as VMware has it */
	load(&c, "ethernet3.present = \"TRUE\"\nethernet1.present = \"TRUE\"\n"
		 "ethernet1.connectionType = \"custom\"\n"
		 "ethernet1.vnet = \"/dev/vmnet9\"\n");
	assert_int_equal(c.nic_count, 2);
	assert_string_equal(c.nic[0].network, "vmnet9");
	assert_string_equal(c.nic[1].network, "nat");
	load(&c, "ethernet0.vnet = \"enp0s3\"\nethernet0.present = \"TRUE\"\n"
		 "ethernet0.connectionType = \"Bridged\"\n"
		 "ethernet0.address = \"00:50:56:01:02:03\"\n");
	assert_string_equal(c.nic[0].network, "bridged=enp0s3");
	assert_true(c.nic[0].mac_given);
	load(&c, "ethernet0.present = \"TRUE\"\n"
		 "ethernet0.hostLoopback = \"TRUE\"\n"
		 "ethernet0.forward0 = \"tcp:2222:22\"\n"
		 "ethernet0.forward1 = \"udp:0.0.0.0:5353:53\"\n");
	assert_true(c.nic[0].wishes.host_loopback);
	assert_int_equal(c.nic[0].wishes.forwards, 2);
	assert_int_equal(c.nic[0].wishes.forward[1].guest_port, 53);
	/* .connectionType says whether .vnet counts. */
	load(&c, "ethernet0.present = \"TRUE\"\nethernet0.vnet = \"vmnet2\"\n"
		 "ethernet0.connectionType = \"nat\"\n");
	assert_string_equal(c.nic[0].network, "nat");
	assert_false(c.nics_given);	/* --net still replaces them */
}

static void the_order_of_lines_does_not_count(void **state)
{
	struct vm_config c;

	(void)state;
	load(&c, "serial0.present = \"FALSE\"\nserial0.fileType = \"pty\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	load(&c, "serial0.fileName = \"f\"\nserial0.fileType = \"file\"\n"
		 "serial0.present = \"FALSE\"\nserial0.present = \"TRUE\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_COM1].file, "/tmp/f");
	load(&c, "serial0.fileType = \"stdio\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	load(&c, "serial0.fileType = \"pty\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_PTY);
}

static void a_printer_port(void **state)
{
	struct vm_config c;

	(void)state;
	load(&c, "parallel0.present = \"TRUE\"\n"
		 "parallel0.fileType = \"file\"\nparallel0.fileName = \"p\"\n");
	assert_string_equal(warned, "");
	assert_int_equal(c.plug[LINE_LPT1].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_LPT1].file, "/tmp/p");
	load(&c, "parallel0.fileName = \"p\"\nparallel0.present = \"FALSE\"\n");
	assert_string_equal(warned, "");
	assert_int_equal(c.plug[LINE_LPT1].kind, PLUG_NONE);
	refused("parallel0.fileType = \"device\"\n", 1, "use file");
}

static void two_serial_ports(void **state)
{
	struct vm_config c;

	(void)state;
	load(&c, "serial0.fileType = \"pty\"\nserial1.present = \"TRUE\"\n"
		 "serial1.fileType = \"file\"\nserial1.fileName = \"f\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_PTY);
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_COM2].file, "/tmp/f");
	load(&c, "serial1.present = \"TRUE\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_NONE);
	load(&c, "serial1.fileType = \"pty\"\nserial1.present = \"FALSE\"\n");
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_NONE);
	refused("\nserial1.fileType = \"file\"\n", 2,
		"it needs serial1.fileName");
	refused("serial1.fileName = \"f\"\n", 1, "it needs serial1.fileType");
}

static void unknown_keys_are_one_warning(void **state)
{
	char text[6000] = "";
	struct vm_config c;
	int i;

	(void)state;
	load(&c,
	     "ide0:0.present = \"TRUE\"\nmemsize = \"64\"\n"
	     "ethernet0.wakeOnPcktRcv = \"TRUE\"\nserial0.yieldOnMsrRead = 1\n"
	     "serial2.present = \"TRUE\"\nethernet10.present = \"TRUE\"\n"
	     "ethernetx.present = \"TRUE\"\n");
	said_sentence(warned, "ide0:0.present, ethernet0.wakeOnPcktRcv, "
			      "serial0.yieldOnMsrRead, serial2.present, "
			      "ethernet10.present, ethernetx.present");
	assert_int_equal(c.memory, 64 << 20);
	for (i = 0; i < 100; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "a.long.name.of.a.setting.%d = \"x\"\n", i);
	load(&c, text);
	said_sentence(warned, "a.setting.0, a.long");
	/* No name is cut, and each is named or counted. */
	i = 0;
	for (const char *p = warned; (p = strstr(p, "a.long")); p++)
		i++;
	snprintf(text, sizeof(text), ".%d and %d more\n", i - 1, 100 - i);
	if (strcmp(warned + strlen(warned) - strlen(text), text))
		fail_msg("'%s' is not the end of '%s'", text, warned);
}

/* What is there of what VMware, ovftool and Packer write. */
static void files_as_others_write_them(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0x0c, 0x29, 0xaa, 0xbb, 0xcc };
	struct vm_config c;

	(void)state;
	load(&c, "\xef\xbb\xbf.encoding = \"UTF-8\"\r\n"
		 "memsize = \"64\"\r\n"); /* a byte order mark */
	assert_string_equal(warned, "");
	load(&c, "\xef\xbb\xbfmemsize = \"64\"\n");
	assert_int_equal(c.memory, 64 << 20);
	load(&c, "memsize = \"64\" # megabytes, \"not\" bytes\n"
		 "serial0.fileType = pty\t# a terminal\n"
		 "hostel.append = \"a # b\" # c\nhostel.kernel = k#1 # d\n"
		 "hostel.initrd = \"say |22x|22 |7c\"#\n");
	assert_int_equal(c.memory, 64 << 20);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_PTY);
	assert_string_equal(c.append, "a # b");
	assert_string_equal(c.kernel, "/tmp/k#1");
	assert_string_equal(c.initrd, "/tmp/say \"x\" |");
	/* A virtual printer is no COM1: that stays where it was. */
	load(&c, "serial0.present = \"TRUE\"\n"
		 "serial0.fileType = \"thinprint\"\n"
		 "serial0.fileName = \"thinprint\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	assert_null(c.plug[LINE_COM1].file);
	load(&c, "ethernet0.present = \"TRUE\"\n"
		 "ethernet0.addressType = \"generated\"\n"
		 "ethernet0.generatedAddress = \"00:0c:29:AA:BB:CC\"\n"
		 "ethernet0.generatedAddressOffset = \"0\"\n");
	assert_string_equal(warned, "");
	assert_true(c.nic[0].mac_given);
	assert_memory_equal(c.nic[0].mac, mac, 6);
}

static void the_address_is_of_its_type(void **state)
{
	static const struct { const char *type; uint8_t last; } cases[] = {
		{ "", 2 }, { "ethernet0.addressType = \"generated\"\n", 2 },
		{ "ethernet0.addressType = \"vpx\"\n", 2 },
		{ "ethernet0.addressType = \"STATIC\"\n", 1 },
	};
	struct vm_config c;
	char text[400];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text),
			 "ethernet0.present = \"TRUE\"\n"
			 "ethernet0.address = \"00:50:56:00:00:01\"\n%s"
			 "ethernet0.generatedAddress = \"00:0c:29:00:00:02\"\n",
			 cases[i].type);
		load(&c, text);
		assert_int_equal(c.nic[0].mac[5], cases[i].last);
	}
	load(&c, "ethernet0.present = \"TRUE\"\n"
		 "ethernet0.addressType = \"static\"\n"
		 "ethernet0.generatedAddress = \"00:0c:29:00:00:02\"\n");
	assert_int_equal(c.nic[0].mac[5], 2);
	refused("ethernet0.generatedAddress = \"zz\"\n", 1, "zz");
}

static void what_is_absent_is_not_checked(void **state)
{
	struct vm_config c;

	(void)state;
	load(&c, "serial0.fileType = \"device\"\nserial0.fileName = \"\"\n"
		 "serial0.present = \"FALSE\"\n"
		 "ethernet0.virtualDev = \"e1000\"\n"
		 "ethernet0.connectionType = \"moon\"\n"
		 "ethernet0.present = \"FALSE\"\n"
		 "ethernet4.present = \"false\"\n"
		 "ethernet9.present = \"FALSE\"\n"
		 "ethernet9.virtualDev = \"vmxnet3\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	assert_int_equal(c.nic_count, 0);
	assert_string_equal(warned, "");
	/* The last word counts. */
	refused("ethernet0.present = \"FALSE\"\n"
		"ethernet0.virtualDev = \"e1000\"\n"
		"ethernet0.present = \"TRUE\"\n",
		2, "e1000");
	refused("ethernet9.present = \"TRUE\"\n", 1, "ethernet3");
}

static void paths_count_from_the_file(void **state)
{
	struct vm_config c;
	char here[200], *got;

	(void)state;
	load(&c, "hostel.kernel = \"/boot/k\"\nhostel.initrd = \"a/../i\"\n");
	assert_string_equal(c.kernel, "/boot/k");
	assert_string_equal(c.initrd, "/tmp/a/../i");
	/* A file in the working folder needs no folder before its files. */
	got = getcwd(here, sizeof(here));
	assert_non_null(got);
	assert_int_equal(chdir("/tmp"), 0);
	vmx_unload(&last);
	config_defaults(&last);
	assert_true(vmx_load(&last, path + strlen("/tmp/"), error));
	assert_string_equal(last.initrd, "a/../i");
	assert_int_equal(chdir(here), 0);
}

static void all_mistakes_are_told(void **state)
{
	static const char mistakes[] =
		"serial0.fileType = \"file\"\nnonsense\nmemsize = \"64\"\n"
		"memsize = \"x\"\nethernet0.present = \"perhaps\"\n";
	char text[4000] = "", part[100];
	const char *at;
	struct vm_config c;
	int i;

	(void)state;
	assert_false(load_bytes(&c, mistakes, sizeof(mistakes) - 1));
	snprintf(part, sizeof(part), "%s:5: ", path);
	assert_memory_equal(error, part, strlen(part));
	for (at = warned, i = 0; i < 3; i++) {
		static const int lines[] = { 1, 2, 4 };

		snprintf(part, sizeof(part), "%s:%d: ", path, lines[i]);
		at = strstr(at, part);
		assert_non_null(at);
		at = strchr(at, '\n');
		assert_non_null(at);
	}
	assert_string_equal(at, "\n");
	for (i = 0; i < 100; i++)
		strcat(text, "what is this\n");
	assert_false(load_bytes(&c, text, strlen(text)));
	said_sentence(error, "there are 80 more mistakes");
}

static void bad_lines_are_refused(void **state)
{
	(void)state;
	refused("memsize = \"64\"\nno setting\n", 2, "'no setting'");
	refused("= \"x\"\n", 1, "is not a setting");
	refused("a = \"x\"\n\n\n  = y\n", 4, "is not a setting");
	refused("memsize = \"64\n", 1, "memsize has no closing quote");
	refused("hostel.append = \"\n", 1, "no closing quote");
	refused("memsize = 64\"\n", 1, "memsize");
}

static void bad_values_are_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "memsize = \"lots\"", "lots" },
		{ "memsize = \"64M\"", "\"64M\"" },
		{ "memsize = \"\"", "memsize" },
		{ "memsize = \"-64\"", "-64" },
		{ "memsize = \"0\"", "memory of 0M" },
		{ "memsize = \"3\"", "memory of 3M" },
		{ "memsize = \"3073\"", "memory of 3073M" },
		{ "memsize = \"99999999999999999999\"", "99999999999" },
		{ "memsize = \"18446744073709551680\"", "1844674407" },
		{ "ethernet0.present = \"maybe\"", "maybe" },
		{ "ethernet0.present = \"\"", "TRUE or FALSE" },
		{ "ethernet0.connectionType = \"token ring\"", "ring" },
		{ "ethernet0.vnet = \"vmnet0\"", "vmnet0" },
		{ "ethernet0.vnet = \"eth0,mac=2\"", "eth0,mac" },
		{ "ethernet0.vnet = \"an-interface-0-1\"", "an-inter" },
		{ "ethernet0.vnet = \"\"", "vmnet1" },
		{ "ethernet0.vnet = \"vmnet1111111111111111\"", "vmnet1111" },
		{ "ethernet0.vnet = \"vmnet2,mac=2:0:0:0:0:1\"", "mac" },
		{ "ethernet0.virtualDev = \"e1000\"", "vlance" },
		{ "ethernet0.address = \"zz\"", "zz" },
		{ "ethernet0.address = \"\"", "00:50:56" },
		{ "ethernet0.address = \"01:00:5e:00:00:01\"", "01:00" },
		{ "ethernet0.address = \"00:50:56:01:02:03,model=lance\"",
		  "model" },
		{ "ethernet4.present = \"TRUE\"", "ethernet0 to ethernet3" },
		{ "serial0.present = \"yes\"", "yes" },
		{ "serial0.fileType = \"pipe\"", "file, pty or stdio" },
		{ "serial0.fileType = \"file\"", "serial0.fileName" },
		{ "serial0.fileName = \"f\"", "serial0.fileType" },
		{ "serial0.fileName = \"\"", "name a file" },
		{ "hostel.kernel = \"\"", "name a file" },
		{ "hostel.initrd = \"\"", "name a file" },
	};
	char text[200];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "# one\n%s\n", bad[i][0]);
		refused(text, 2, bad[i][1]);
	}
}

/* What only the whole file shows is told with the line that began it. */
static void late_errors_have_their_line(void **state)
{
	(void)state;
	refused("ethernet1.present = \"TRUE\"\n"
		"ethernet1.connectionType = \"custom\"\nmemsize = \"64\"\n",
		2, ".vnet");
	refused("ethernet0.connectionType = \"bridged\"\n"
		"ethernet0.present = \"TRUE\"\nmemsize = \"64\"\n",
		2, "for example eth0");
	refused("ethernet0.present = \"TRUE\"\nethernet0.vnet = \"vmnet2\"\n"
		"ethernet0.connectionType = \"bridged\"\n",
		3, "for example eth0");
	refused("ethernet0.present = \"TRUE\"\nethernet0.vnet = \"eth0\"\n", 2,
		"use vmnet1");
	refused("ethernet0.present = \"TRUE\"\nethernet0.vnet = \"nat\"\n"
		"ethernet0.connectionType = \"custom\"\n",
		3, "\"nat\"");
	refused("ethernet0.present = \"TRUE\"\n"
		"ethernet0.forward0 = \"22\"\n",
		2, "tcp:2222:22");
	refused("ethernet0.present = \"TRUE\"\n"
		"ethernet0.forward0 = \"tcp:1:1,host-loopback\"\n",
		2, "tcp:2222:22");
	refused("ethernet0.present = \"TRUE\"\n"
		"ethernet0.hostLoopback = \"yes please\"\n",
		2, "TRUE");
	refused("ethernet0.present = \"TRUE\"\n"
		"ethernet0.forward0 = \"tcp:1:1\"\n"
		"ethernet0.connectionType = \"hostonly\"\n",
		3, "network nat only");
	refused("serial0.fileType = \"file\"\nmemsize = \"64\"\n", 1,
		"serial0.fileName");
}

static void long_lines(void **state)
{
	char text[9000];
	struct vm_config c;
	size_t n;

	(void)state;
	n = (size_t)sprintf(text, "hostel.append = \"");
	memset(text + n, 'x', 3000);
	strcpy(text + n + 3000, "\"\nmemsize = \"64\"\n");
	load(&c, text);
	assert_int_equal(strlen(c.append), 3000);
	assert_int_equal(c.memory, 64 << 20);
	memset(text + n, 'x', 8000);
	strcpy(text + n + 8000, "\"\nmemsize = \"64\"\n");
	refused(text, 1, "4094");
	memset(text, 'x', 4094);	/* the longest that is a line */
	strcpy(text + 4094, "\n");
	refused(text, 1, "is not a setting");
	memset(text, '=', 4000);
	text[4000] = '\0';
	refused(text, 1, "is not a setting");
}

static void files_that_are_none(void **state)
{
	struct vm_config c;
	uint8_t noise[5000];
	unsigned int i, seed = 1;

	(void)state;
	config_defaults(&c);
	assert_false(vmx_load(&c, "/no/such/file.vmx", error));
	said_sentence(error, "can not read /no/such/file.vmx");
	assert_false(vmx_load(&c, "/tmp", error));
	said_sentence(error, "can not read /tmp");
	assert_false(load_bytes(&c, "memsize\0 = \"64\"\n", 16));
	for (i = 0; i < 300; i++) {
		size_t n;

		for (n = 0; n < sizeof(noise); n++)
			noise[n] = (uint8_t)(rand_r(&seed) % (i % 2 ? 256 : 3) +
					     (i % 2 ? 0 : '<'));
		assert_false(load_bytes(&c, noise, sizeof(noise)));
		assert_true(strlen(error) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_changes_nothing),
		cmocka_unit_test(every_key_is_understood),
		cmocka_unit_test(the_table_is_true),
		cmocka_unit_test(the_form_is_free),
		cmocka_unit_test(cards_are_plugged),
		cmocka_unit_test(the_order_of_lines_does_not_count),
		cmocka_unit_test(two_serial_ports),
		cmocka_unit_test(a_printer_port),
		cmocka_unit_test(unknown_keys_are_one_warning),
		cmocka_unit_test(files_as_others_write_them),
		cmocka_unit_test(the_address_is_of_its_type),
		cmocka_unit_test(what_is_absent_is_not_checked),
		cmocka_unit_test(paths_count_from_the_file),
		cmocka_unit_test(all_mistakes_are_told),
		cmocka_unit_test(bad_lines_are_refused),
		cmocka_unit_test(bad_values_are_refused),
		cmocka_unit_test(late_errors_have_their_line),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(files_that_are_none),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
