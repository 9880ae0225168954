/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmx_makers_test.c - .vmx files as VMware Workstation, ovftool and Packer
 * write them (tests/unit/vmx): what they ask for is there, or is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "tests/unit/lib_said.h"
#include "tests/unit/lib_vmx.h"

/* load_file() - one of tests/unit/vmx. */
static void load_file(struct vm_config *c, const char *name)
{
	char file[100];

	snprintf(file, sizeof(file), "tests/unit/vmx/%s.vmx", name);
	vmx_unload(&vmx.last);
	config_defaults(c);
	said_begin();
	if (!vmx_load(c, file, vmx.error))
		fail_msg("refused: %s", vmx.error);
	vmx.warned = said_end();
	vmx.last = *c;
	assert_null(strstr(vmx.warned, "are unknown"));
	assert_non_null(strstr(vmx.warned, "have no effect here: "));
}

static void drive_is(const struct vm_config *c, unsigned int n,
		     enum drive_kind kind, const char *file)
{
	assert_int_equal(c->drive[n].kind, kind);
	assert_string_equal(c->drive[n].file, file ? file : "");
	if (kind == DRIVE_DISK)
		assert_int_equal(c->drive[n].format, DRIVE_GUESS);
	assert_int_equal(c->drive[n].read_only, kind == DRIVE_CDROM);
}

static void a_file_of_workstation(void **state)
{
	static const uint8_t macs[2][6] = {
		{ 0x00, 0x0c, 0x29, 0x5e, 0x10, 0x42 },
		{ 0x00, 0x50, 0x56, 0x20, 0x30, 0x40 },
	};
	struct vm_config c;

	(void)state;
	load_file(&c, "workstation");
	assert_string_equal(c.name, "Old-Debian-32-bit");
	assert_true(c.name_is_title);
	assert_int_equal(c.memory, 512 << 20);
	assert_string_equal(c.boot_order, "dcan");
	drive_is(&c, 0, DRIVE_DISK, "tests/unit/vmx/Old Debian.vmdk");
	drive_is(&c, 1, DRIVE_NONE, NULL);
	drive_is(&c, 2, DRIVE_CDROM, "/isos/debian-12.9.0-i386-netinst.iso");
	drive_is(&c, 3, DRIVE_CDROM, NULL);
	drive_is(&c, 4, DRIVE_FLOPPY,
		 "tests/unit/vmx/floppies/drivers #12.img");
	assert_int_equal(c.nic_count, 2);
	assert_memory_equal(c.nic[0].mac, macs[0], 6);
	assert_memory_equal(c.nic[1].mac, macs[1], 6);
	assert_string_equal(c.nic[1].network, "vmnet3");
	assert_false(c.nic[0].cable_out);
	assert_true(c.nic[1].cable_out);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_UNIX);
	assert_string_equal(c.plug[LINE_COM1].file, "/tmp/old-debian.com1");
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_NONE);
	assert_string_equal(c.plug[LINE_LPT1].file, "tests/unit/vmx/paper.prn");
	assert_null(c.vmx_display);
	/* A device that is not there is named, with all others, once. */
	assert_non_null(
		strstr(vmx.warned, "sound.fileName, mem.hotadd, usb.pres"));
	assert_non_null(strstr(vmx.warned, "the machine has no sound card"));
	assert_non_null(strstr(vmx.warned, "usb:1.present"));
	assert_non_null(strstr(vmx.warned, "usb_xhci:4.present"));
}

static void a_file_of_ovftool(void **state)
{
	struct vm_config c;

	(void)state;
	load_file(&c, "ovftool");
	assert_string_equal(c.name, "appliance");
	assert_string_equal(c.boot_order, "cdan");
	drive_is(&c, 0, DRIVE_DISK, "tests/unit/vmx/appliance-disk1.vmdk");
	drive_is(&c, 2, DRIVE_CDROM, NULL);
	drive_is(&c, 4, DRIVE_FLOPPY, NULL);
	assert_string_equal(c.nic[0].network, "hostonly");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
}

static void a_file_of_packer(void **state)
{
	struct vm_config c;

	(void)state;
	load_file(&c, "packer");
	drive_is(&c, 0, DRIVE_DISK, "tests/unit/vmx/disk.vmdk");
	drive_is(&c, 2, DRIVE_CDROM, "/home/me/packer_cache/mini.iso");
	drive_is(&c, 4, DRIVE_FLOPPY, "/tmp/packer3141592653");
	assert_string_equal(c.vmx_display, "vnc:127.0.0.1:5947");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_TELNET);
	assert_int_equal(c.plug[LINE_COM1].port, 9100);
	assert_non_null(strstr(vmx.warned,
			       "numvcpus is \"2\", but the machine has "
			       "one processor"));
}

/* Nothing that a guest would miss is left out, and all of it is told. */
static void what_is_not_here_is_told_at_once(void **state)
{
	static const char text[] =
		"scsi0.present = \"TRUE\"\nscsi0.virtualDev = \"lsilogic\"\n"
		"scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"d.vmdk\"\n"
		"ethernet0.present = \"TRUE\"\n"
		"ethernet0.virtualDev = \"e1000\"\n"
		"ide1:0.present = \"TRUE\"\nide1:0.fileName = \"/dev/sr0\"\n"
		"ide1:0.deviceType = \"cdrom-raw\"\n"
		"ide0:0.present = \"TRUE\"\nide0:0.fileName = \"d.vmdk\"\n"
		"ide0:0.mode = \"independent-nonpersistent\"\n"
		"floppy0.present = \"TRUE\"\nfloppy0.fileName = \"/dev/fd0\"\n"
		"floppy0.fileType = \"device\"\n";
	static const unsigned int lines[] = { 3, 6, 8, 12, 14 };
	struct vm_config c;

	(void)state;
	vmx_refused_all(text, lines, ARRAY_SIZE(lines));
	/* Where it says that they are not there, all is well. */
	vmx_text(&c,
		 "scsi0:0.present = \"FALSE\"\nscsi0:0.fileName = \"d.vmdk\"\n"
		 "ide0:0.present = \"FALSE\"\nide0:0.fileName = \"x\"\n"
		 "ide1:0.deviceType = \"smoke\"\nide1:0.present = \"FALSE\"\n"
		 "firmware = \"BIOS\"\nusb.autoConnect.device0 = \"\"\n"
		 "serial2.present = \"FALSE\"\nserial2.fileType = \"x\"\n");
	drive_is(&c, 0, DRIVE_NONE, NULL);
}

/* What VMware puts on its USB by itself is no reason not to run; what a user
 * has put there is. */
static void usb_of_vmwares_own(void **state)
{
	static const char *const types[] = { "hid", "Mouse", "hub", "video" };
	struct vm_config c;
	char text[200];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		snprintf(text, sizeof(text),
			 "usb:0.present = \"TRUE\"\n"
			 "usb:0.deviceType = \"%s\"\n",
			 types[i]);
		vmx_text(&c, text);
		said_sentence(vmx.warned, "here: usb:0.present, usb:0.device");
	}
	vmx_text(&c, "usb:1.present = \"TRUE\"\nusb:1.present = \"FALSE\"\n"
		     "usb:2.present = \"\"\n");
	vmx_refused("usb:0.deviceType = \"hid\"\nusb:1.present = \"TRUE\"\n"
		    "usb:1.deviceType = \"disk\"\n",
		    2, "no USB");
	vmx_refused("usb_xhci:4.deviceType = \"disk\"\n"
		    "usb_xhci:4.present = \"TRUE\"\n",
		    2, "usb_xhci:4.present");
	vmx_refused("ehci:0.present = \"TRUE\"\n"
		    "ehci:0.deviceType = \"disk\"\n"
		    "ehci:0.fileName = \"key.vmdk\"\n",
		    1, "no USB");
	vmx_refused("usb_xhci:14.present = \"TRUE\"\n", 1, "no USB");
}

static void ports_at_sockets(void **state)
{
	struct vm_config c;

	(void)state;
	vmx_text(&c,
		 "serial0.fileType = \"pipe\"\nserial0.fileName = \"com1\"\n"
		 "serial1.fileType = \"network\"\n"
		 "serial1.fileName = \"tcp://127.0.0.1:4000\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_UNIX);
	assert_string_equal(c.plug[LINE_COM1].file, "/tmp/com1");
	assert_int_equal(c.plug[LINE_COM2].kind, PLUG_TCP);
	assert_int_equal(c.plug[LINE_COM2].port, 4000);
	vmx_refused("serial0.fileType = \"pipe\"\nserial0.fileName = \"p\"\n"
		    "serial0.pipe.endPoint = \"client\"\n",
		    3, "only server");
	vmx_refused("serial0.fileType = \"pipe\"\n"
		    "serial0.fileName = \"\\\\.\\pipe\\com_1\"\n",
		    2, "of Windows");
	vmx_refused("serial0.fileType = \"network\"\n"
		    "serial0.fileName = \"telnet://:4000\"\n",
		    2, "this host only");
	vmx_refused("serial0.fileType = \"network\"\n"
		    "serial0.fileName = \"ssh://127.0.0.1:4000\"\n",
		    2, "telnet://");
	vmx_refused("serial0.fileType = \"device\"\n"
		    "serial0.fileName = \"auto detect\"\n",
		    2, "/dev/ttyS0");
	vmx_text(&c, "serial0.fileType = \"device\"\n"
		     "serial0.fileName = \"/dev/ttyS1\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_DEVICE);
	assert_string_equal(c.plug[LINE_COM1].file, "/dev/ttyS1");
	vmx_text(&c, "serial0.fileType = \"device\"\n"
		     "serial0.startConnected = \"FALSE\"\n");
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
}

static void a_title_is_a_name(void **state)
{
	static const char *const titles[][2] = {
		{ "web", "web" }, { "My PC", "My-PC" },
		{ " (a)  b! ", "a-b" }, { "../../x", "..-..-x" },
		{ "\xc3\xa4\xc3\xb6", NULL }, { "", NULL },
	};
	struct vm_config c;
	char text[100];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(titles); i++) {
		snprintf(text, sizeof(text), "displayName = \"%s\"\n",
			 titles[i][0]);
		vmx_text(&c, text);
		if (titles[i][1])
			assert_string_equal(c.name, titles[i][1]);
		else
			assert_null(c.name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_workstation),
		cmocka_unit_test(a_file_of_ovftool),
		cmocka_unit_test(a_file_of_packer),
		cmocka_unit_test(what_is_not_here_is_told_at_once),
		cmocka_unit_test(usb_of_vmwares_own),
		cmocka_unit_test(ports_at_sockets),
		cmocka_unit_test(a_title_is_a_name),
	};

	return cmocka_run_group_tests(tests, vmx_make_file, vmx_remove_file);
}
