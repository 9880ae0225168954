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

#include <ctype.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/unit/lib_said.h"
#include "tests/unit/lib_vmx.h"

static void an_empty_file_has_no_card(void **state)
{
	struct vm_config c, defaults;

	(void)state;
	config_defaults(&defaults);
	defaults.nic_count = 0;	/* and changes nothing else */
	vmx_text(&c, "");
	assert_memory_equal(&c, &defaults, sizeof(c));
	vmx_text(&c, "# only\n\n   \n\t# this\r\n");
	assert_memory_equal(&c, &defaults, sizeof(c));
	assert_string_equal(vmx.warned, "");
}

static void every_key_is_understood(void **state)
{
	static const uint8_t mac[6] = { 0, 0x50, 0x56, 1, 2, 3 };
	struct vm_config c;

	(void)state;
	vmx_text(&c, ".encoding = \"UTF-8\"\n"
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
	assert_string_equal(vmx.warned, "");
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

/* number() - put a digit in the place of each '#', and of '*' */
static const char *number(const char *word)
{
	static char text[64];
	char *hash;

	snprintf(text, sizeof(text), "%s", word);
	while ((hash = strpbrk(text, "#*")))
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
#define IN_IDE "ide1:0.present = TRUE\nide1:0.deviceType = cdrom-image\n" \
	       "ide1:0.fileName = x.iso\nide1:0."
#define IN_FLOPPY "floppy0.present = TRUE\nfloppy0.fileName = a.img\n" \
		  "floppy0."
	static const struct {
		const char *begin, *word, *value;
		bool named;
	} rows[] = {
#define VMX_KEY(device, word, set, example, text) \
		{ IN_##device, word, example, false },
#define VMX_QUIET(device, word) { IN_##device, word, "anything", false },
#define VMX_HARMLESS(device, word) { IN_##device, word, "anything", true },
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
		file = !strcmp(rows[i].word, "fileName") &&
		       !strchr(rows[i].begin, '=');
		snprintf(text, sizeof(text), "%s%s%s%s = \"%s\"\n",
			 file ? rows[i].begin : "",
			 file ? "fileType = file\n" : "", rows[i].begin,
			 number(rows[i].word), rows[i].value);
		vmx_text(&c, text);
		if (rows[i].named)
			said_sentence(vmx.warned, "have no effect here");
		else
			assert_string_equal(vmx.warned, "");
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
	vmx_text(&c, "  MemSize=128  \r\n\tHOSTEL.kernel  =  k  \n"
		     "Ethernet0.Present = \"true\"\nETHERNET0.vnet=\"VMnet3\"\n"
		     "serial0.PRESENT = false"); /* no end of line */
	assert_int_equal(c.memory, 128 << 20);
	assert_string_equal(c.kernel, "/tmp/k");
	assert_int_equal(c.nic_count, 1);
	assert_string_equal(c.nic[0].network, "vmnet3");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	assert_string_equal(vmx.warned, "");
	vmx_text(&c, "memsize = \"64\"\nmemsize = \"32\"\n");
	assert_int_equal(c.memory, 32 << 20);	/* the last one counts */
}

static void the_order_of_lines_does_not_count(void **state)
{
	struct vm_config c;

	(void)state;
	vmx_text(&c,
		 "serial0.present = \"FALSE\"\nserial0.fileType = \"pty\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	vmx_text(&c,
		 "serial0.fileName = \"f\"\nserial0.fileType = \"file\"\n"
		 "serial0.present = \"FALSE\"\nserial0.present = \"TRUE\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_COM1].file, "/tmp/f");
	vmx_text(&c, "serial0.fileType = \"stdio\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	vmx_text(&c, "serial0.fileType = \"pty\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_PTY);
}

static void a_printer_port(void **state)
{
	struct vm_config c;

	(void)state;
	vmx_text(&c,
		 "parallel0.present = \"TRUE\"\n"
		 "parallel0.fileType = \"file\"\nparallel0.fileName = \"p\"\n");
	assert_string_equal(vmx.warned, "");
	assert_int_equal(c.plug[LINE_LPT1].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_LPT1].file, "/tmp/p");
	vmx_text(&c,
		 "parallel0.fileName = \"p\"\nparallel0.present = \"FALSE\"\n");
	assert_string_equal(vmx.warned, "");
	assert_int_equal(c.plug[LINE_LPT1].kind, PLUG_NONE);
	vmx_refused("parallel0.fileType = \"device\"\n", 1, "use file");
}

static void two_serial_ports(void **state)
{
	struct vm_config c;

	(void)state;
	vmx_text(&c, "serial0.fileType = \"pty\"\nserial1.present = \"TRUE\"\n"
		     "serial1.fileType = \"file\"\nserial1.fileName = \"f\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_PTY);
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_FILE);
	assert_string_equal(c.plug[LINE_COM2].file, "/tmp/f");
	vmx_text(&c, "serial1.present = \"TRUE\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_NONE);
	vmx_text(&c,
		 "serial1.fileType = \"pty\"\nserial1.present = \"FALSE\"\n");
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_NONE);
	vmx_refused("\nserial1.fileType = \"file\"\n", 2,
		    "it needs serial1.fileName");
	vmx_refused("serial1.fileName = \"f\"\n", 1,
		    "it needs serial1.fileType");
}

/* settled() - for a terminal; Return: has COM1 that terminal? */
static bool settled(struct vm_config *c, const char *text)
{
	vmx_text(c, text);
	assert_true(options_settle(c, true, vmx.error));
	assert_int_equal(c->display.kind,
			 c->plug[LINE_COM1].kind ? DISPLAY_NONE : DISPLAY_TEXT);
	return c->plug[LINE_COM1].kind == PLUG_STDIO;
}

/* A screen takes the terminal from a COM1 of which nothing was said. */
static void com1_has_the_terminal_if_it_is_said(void **state)
{
	struct vm_config c;

	(void)state;
	assert_true(settled(&c, "serial0.present = \"TRUE\"\n"
				"serial0.fileType = \"stdio\"\n"));
	assert_false(settled(&c, "serial0.present = \"TRUE\"\n"));
	assert_false(settled(&c, "serial0.fileType = \"stdio\"\n"
				 "serial0.present = \"FALSE\"\n"));
	assert_false(settled(&c, "serial0.present = \"TRUE\"\n"
				 "serial0.fileType = \"thinprint\"\n"
				 "serial0.fileName = \"thinprint\"\n"));
	/* What is said of COM2 is not said of COM1. */
	vmx_text(&c, "serial1.fileType = \"stdio\"\n");
	assert_false(c.serial_chosen);
}

static void unknown_keys_are_one_warning(void **state)
{
	static char text[20000];
	struct vm_config c;
	const char *at;
	int i;

	(void)state;
	vmx_text(&c, "ide0:0.colour = \"red\"\nmemsize = \"64\"\n"
		     "ethernet0.wings = \"TRUE\"\nserial0.speed = 1\n"
		     "something = \"TRUE\"\n");
	said_sentence(vmx.warned, "unknown and have no effect: ide0:0.colour, "
				  "ethernet0.wings, serial0.speed, something");
	assert_int_equal(c.memory, 64 << 20);
	for (i = 0; i < 100; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "a.long.name.of.a.setting.%d = \"x\"\n", i);
	vmx_text(&c, text);
	/* Each is named, and none is cut. */
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "setting.%d", i);
		at = strstr(vmx.warned, text);
		while (at && isdigit((unsigned char)at[strlen(text)]))
			at = strstr(at + 1, text);
		assert_non_null(at);
		assert_non_null(strchr(",\n", at[strlen(text)]));
	}
	/* There is an end to it: what there is no room for is counted. */
	for (*text = '\0', i = 0; i < 400; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "a.long.name.of.a.setting.%d = \"x\"\n", i);
	vmx_text(&c, text);
	assert_non_null(strstr(vmx.warned, " more\n"));
}

/* What is there of what VMware, ovftool and Packer write. */
static void files_as_others_write_them(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0x0c, 0x29, 0xaa, 0xbb, 0xcc };
	struct vm_config c;

	(void)state;
	vmx_text(&c, "\xef\xbb\xbf.encoding = \"UTF-8\"\r\n"
		     "memsize = \"64\"\r\n"); /* a byte order mark */
	assert_string_equal(vmx.warned, "");
	vmx_text(&c, "\xef\xbb\xbfmemsize = \"64\"\n");
	assert_int_equal(c.memory, 64 << 20);
	vmx_text(&c, "memsize = \"64\" # megabytes, \"not\" bytes\n"
		     "serial0.fileType = pty\t# a terminal\n"
		     "hostel.append = \"a # b\" # c\nhostel.kernel = k#1 # d\n"
		     "hostel.initrd = \"say |22x|22 |7c\"#\n");
	assert_int_equal(c.memory, 64 << 20);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_PTY);
	assert_string_equal(c.append, "a # b");
	assert_string_equal(c.kernel, "/tmp/k#1");
	assert_string_equal(c.initrd, "/tmp/say \"x\" |");
	/* A virtual printer is no COM1: that stays where it was. */
	vmx_text(&c, "serial0.present = \"TRUE\"\n"
		     "serial0.fileType = \"thinprint\"\n"
		     "serial0.fileName = \"thinprint\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	assert_null(c.plug[LINE_COM1].file);
	vmx_text(&c, "ethernet0.present = \"TRUE\"\n"
		     "ethernet0.addressType = \"generated\"\n"
		     "ethernet0.generatedAddress = \"00:0c:29:AA:BB:CC\"\n"
		     "ethernet0.generatedAddressOffset = \"0\"\n");
	assert_string_equal(vmx.warned, "");
	assert_true(c.nic[0].mac_given);
	assert_memory_equal(c.nic[0].mac, mac, 6);
}

static void what_is_absent_is_not_checked(void **state)
{
	struct vm_config c;

	(void)state;
	vmx_text(&c, "serial0.fileType = \"device\"\nserial0.fileName = \"\"\n"
		     "serial0.present = \"FALSE\"\n"
		     "ethernet0.virtualDev = \"e1000\"\n"
		     "ethernet0.connectionType = \"moon\"\n"
		     "ethernet0.present = \"FALSE\"\n"
		     "ethernet4.present = \"false\"\n"
		     "ethernet9.present = \"FALSE\"\n"
		     "ethernet9.virtualDev = \"vmxnet3\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	assert_int_equal(c.nic_count, 0);
	assert_string_equal(vmx.warned, "");
	/* The last word counts. */
	vmx_refused("ethernet0.present = \"FALSE\"\n"
		    "ethernet0.virtualDev = \"e1000\"\n"
		    "ethernet0.present = \"TRUE\"\n",
		    2, "e1000");
	vmx_refused("ethernet9.present = \"TRUE\"\n", 1, "ethernet3");
}

static void paths_count_from_the_file(void **state)
{
	struct vm_config c;
	char here[200], *got;

	(void)state;
	vmx_text(&c,
		 "hostel.kernel = \"/boot/k\"\nhostel.initrd = \"a/../i\"\n");
	assert_string_equal(c.kernel, "/boot/k");
	assert_string_equal(c.initrd, "/tmp/a/../i");
	/* A file in the working folder needs no folder before its files. */
	got = getcwd(here, sizeof(here));
	assert_non_null(got);
	assert_int_equal(chdir("/tmp"), 0);
	vmx_unload(&vmx.last);
	config_defaults(&vmx.last);
	assert_true(vmx_load(&vmx.last, vmx.path + strlen("/tmp/"), vmx.error));
	assert_string_equal(vmx.last.initrd, "a/../i");
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
	assert_false(vmx_bytes(&c, mistakes, sizeof(mistakes) - 1));
	snprintf(part, sizeof(part), "%s:5: ", vmx.path);
	assert_memory_equal(vmx.error, part, strlen(part));
	for (at = vmx.warned, i = 0; i < 3; i++) {
		static const int lines[] = { 1, 2, 4 };

		snprintf(part, sizeof(part), "%s:%d: ", vmx.path, lines[i]);
		at = strstr(at, part);
		assert_non_null(at);
		at = strchr(at, '\n');
		assert_non_null(at);
	}
	assert_string_equal(at, "\n");
	for (i = 0; i < 100; i++)
		strcat(text, "what is this\n");
	assert_false(vmx_bytes(&c, text, strlen(text)));
	said_sentence(vmx.error, "there are 80 more mistakes");
}

static void bad_lines_are_refused(void **state)
{
	(void)state;
	vmx_refused("memsize = \"64\"\nno setting\n", 2, "'no setting'");
	vmx_refused("= \"x\"\n", 1, "is not a setting");
	vmx_refused("a = \"x\"\n\n\n  = y\n", 4, "is not a setting");
	vmx_refused("memsize = \"64\n", 1, "memsize has no closing quote");
	vmx_refused("hostel.append = \"\n", 1, "no closing quote");
	vmx_refused("memsize = 64\"\n", 1, "memsize");
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
		{ "serial0.fileType = \"pipe\"", "it needs serial0.fileName" },
		{ "serial0.fileType = \"smoke\"", "network, pty or stdio" },
		{ "serial0.fileType = \"device\"", "name the host's port" },
		{ "numvcpus = \"many\"", "write a number" },
		{ "bios.bootOrder = \"tape\"", "floppy, hdd, cdrom" },
		{ "ide0:0.present = \"TRUE\"", "it needs .fileName" },
		{ "ide0:0.present = \"maybe\"", "TRUE or FALSE" },
		{ "ide0:0.fileName = \"a.vmdk\"", "say .present" },
		{ "floppy0.fileName = \"a.img\"", "say .present" },
		{ "ide2:0.present = \"TRUE\"", "ide1:0 and ide1:1" },
		{ "floppy2.present = \"TRUE\"", "floppy0 and floppy1" },
		{ "scsi0:0.present = \"TRUE\"", "say ide0:0 to ide1:1" },
		{ "sata0:1.present = \"TRUE\"", "say ide0:0 to ide1:1" },
		{ "nvme0:0.present = \"true\"", "say ide0:0 to ide1:1" },
		{ "firmware = \"efi\"", "no UEFI" },
		{ "ethernet10.present = \"TRUE\"", "ethernet0 to ethernet3" },
		{ "serial2.present = \"TRUE\"", "serial0 and serial1" },
		{ "usb:0.present = \"TRUE\"", "no USB" },
		{ "usb.autoConnect.device0 = \"0x1:0x2\"", "no USB" },
		{ "encryption.data = \"x\"", "decrypt it" },
		{ "ethernet0.startConnected = \"x\"", "TRUE or FALSE" },
		{ "RemoteDisplay.vnc.enabled = \"x\"", "TRUE or FALSE" },
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
		vmx_refused(text, 2, bad[i][1]);
	}
}

/* A word that is neither TRUE nor FALSE is not taken for one of them: a disk
 * that is not to be written might be. "" is as if nothing was said. */
static void true_and_false_are_checked(void **state)
{
	static const char *const keys[] = {
		"ide0:0.readonly",	 "ide0:0.startConnected",
		"ide0:0.autodetect",	 "floppy0.readonly",
		"floppy0.startConnected", "floppy0.autodetect",
		"serial0.startConnected", "serial1.startConnected",
		"parallel0.startConnected",
	};
	static const char *const words[] = { "yes", "1", "no", "TRUE FALSE" };
	struct vm_config c;
	char text[200];
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		for (k = 0; k < ARRAY_SIZE(words); k++) {
			snprintf(text, sizeof(text), "\n%s = \"%s\"\n", keys[i],
				 words[k]);
			vmx_refused(text, 2, "use TRUE or FALSE");
			assert_non_null(strstr(vmx.error, keys[i]));
		}
		snprintf(text, sizeof(text), "%s = \"\"\n", keys[i]);
		vmx_text(&c, text);
	}
	vmx_text(&c, "ide0:0.present = \"TRUE\"\nide0:0.fileName = \"d\"\n"
		     "ide0:0.readonly = \"true\"\n"
		     "serial0.fileType = \"pty\"\n"
		     "serial0.startConnected = \"\"\n");
	assert_true(c.drive[0].read_only);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_PTY);
	/* Of what is not there it does not matter. */
	vmx_text(&c, "ide0:0.present = \"FALSE\"\nide0:0.readonly = \"x\"\n");
}

/* long_line() - @before, @n letters, @behind. Return: the text. */
static const char *long_line(const char *before, size_t n, const char *behind)
{
	static char text[5 << 20];
	size_t at = (size_t)sprintf(text, "%s", before);

	memset(text + at, 'x', n);
	strcpy(text + at + n, behind);
	return text;
}

/* A line may be long, as annotations are; what follows is read. */
static void long_lines(void **state)
{
	struct vm_config c;
	const char *text;
	char part[100];

	(void)state;
	text = long_line("hostel.append = \"", 8000, "\"\nmemsize = \"64\"\n");
	vmx_text(&c, text);
	assert_int_equal(strlen(c.append), 8000);
	assert_int_equal(c.memory, 64 << 20);
	text = long_line("guestinfo.userdata = \"", 300000,
			 "\"\nmemsize = \"64\"\n");
	vmx_text(&c, text);
	assert_int_equal(c.memory, 64 << 20);
	said_sentence(vmx.warned, "no effect here: guestinfo.userdata");
	text = long_line("", 100000, "\nmemsize = \"lots\"\n");
	assert_false(vmx_bytes(&c, text, strlen(text)));
	assert_non_null(strstr(vmx.warned, ":1: 'xxx"));
	snprintf(part, sizeof(part), "%s:2: memsize", vmx.path);
	assert_memory_equal(vmx.error, part, strlen(part));
	/* There is an end to it. */
	vmx_text(&c, long_line("#", (4 << 20) - 1, ""));
	text = long_line("#", 4 << 20, "");
	assert_false(vmx_bytes(&c, text, strlen(text)));
	said_sentence(vmx.error, "has more than 4 MiB");
}

/* A NUL is told, with all other mistakes. */
static void what_is_no_text(void **state)
{
	static const char nul[] = "annotation = \"a\0b\"\nmemsize = \"x\"\n";
	static const char wide[] = "\xff\xfem\0e\0m\0=\0\x36\0\x34\0";
	struct vm_config c;

	(void)state;
	assert_false(vmx_bytes(&c, nul, sizeof(nul) - 1));
	said_sentence(vmx.warned, ":1: this is no text: there is a NUL in it");
	said_sentence(vmx.error, ":2: memsize");
	assert_false(vmx_bytes(&c, wide, sizeof(wide) - 1));
	said_sentence(vmx.error, "save the file as UTF-8");
}

static void files_that_are_none(void **state)
{
	struct vm_config c;
	uint8_t noise[5000];
	unsigned int i, seed = 1;

	(void)state;
	config_defaults(&c);
	assert_false(vmx_load(&c, "/no/such/file.vmx", vmx.error));
	said_sentence(vmx.error, "can not read /no/such/file.vmx");
	assert_false(vmx_load(&c, "/tmp", vmx.error));
	said_sentence(vmx.error, "can not read /tmp");
	for (i = 0; i < 300; i++) {
		size_t n;

		for (n = 0; n < sizeof(noise); n++)
			noise[n] = (uint8_t)(rand_r(&seed) % (i % 2 ? 256 : 3) +
					     (i % 2 ? 0 : '>'));
		assert_false(vmx_bytes(&c, noise, sizeof(noise)));
		assert_true(strlen(vmx.error) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_has_no_card),
		cmocka_unit_test(every_key_is_understood),
		cmocka_unit_test(the_table_is_true),
		cmocka_unit_test(the_form_is_free),
		cmocka_unit_test(the_order_of_lines_does_not_count),
		cmocka_unit_test(two_serial_ports),
		cmocka_unit_test(com1_has_the_terminal_if_it_is_said),
		cmocka_unit_test(a_printer_port),
		cmocka_unit_test(unknown_keys_are_one_warning),
		cmocka_unit_test(files_as_others_write_them),
		cmocka_unit_test(what_is_absent_is_not_checked),
		cmocka_unit_test(paths_count_from_the_file),
		cmocka_unit_test(all_mistakes_are_told),
		cmocka_unit_test(bad_lines_are_refused),
		cmocka_unit_test(bad_values_are_refused),
		cmocka_unit_test(true_and_false_are_checked),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(what_is_no_text),
		cmocka_unit_test(files_that_are_none),
	};

	return cmocka_run_group_tests(tests, vmx_make_file, vmx_remove_file);
}
