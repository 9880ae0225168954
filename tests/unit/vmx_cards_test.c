/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx_cards_test.c - cards of .vmx files: what they become, and where what is
 * wrong with them is told. */
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

static void cards_are_plugged(void **state)
{
	char words[CONDITIONS_TEXT];
	struct vm_config c;

	(void)state;
	vmx_text(&c, "ethernet0.present = \"TRUE\"\n"
		     "ethernet0.noForgedSrcAddr = \"FALSE\"\n"
		     "ethernet1.present = \"TRUE\"\n"
		     "ethernet1.noForgedSrcAddr = \"TRUE\"\n");
	assert_true(c.nic[0].any_mac);
	assert_false(c.nic[1].any_mac);
	vmx_refused("\nethernet0.noForgedSrcAddr = \"no\"\n", 2,
		    "TRUE or FALSE");
	vmx_text(&c, "ethernet0.present = \"FALSE\"\n");
	assert_int_equal(c.nic_count, 0);
	/* As VMware has it. */
	vmx_text(&c, "ethernet1.connectionType = \"nat\"\n");
	assert_int_equal(c.nic_count, 0);
	vmx_text(&c, "memsize = \"64\"\n");
	assert_int_equal(c.nic_count, 0);
	vmx_text(&c,
		 "ethernet3.present = \"TRUE\"\nethernet1.present = \"TRUE\"\n"
		 "ethernet1.connectionType = \"custom\"\n"
		 "ethernet1.vnet = \"/dev/vmnet9\"\n");
	assert_int_equal(c.nic_count, 2);
	assert_string_equal(c.nic[0].network, "vmnet9");
	assert_string_equal(c.nic[1].network, "nat");
	vmx_text(&c,
		 "ethernet0.vnet = \"enp0s3\"\nethernet0.present = \"TRUE\"\n"
		 "ethernet0.connectionType = \"Bridged\"\n"
		 "ethernet0.address = \"00:50:56:01:02:03\"\n");
	assert_string_equal(c.nic[0].network, "bridged=enp0s3");
	assert_true(c.nic[0].mac_given);
	/* As VMware writes it: the interface is vmnet0's, see networks.h. */
	vmx_text(&c, "ethernet0.present = \"TRUE\"\n"
		     "ethernet0.connectionType = \"bridged\"\n");
	assert_string_equal(c.nic[0].network, "bridged");
	vmx_text(&c, "ethernet0.present = \"TRUE\"\n"
		     "ethernet0.vnet = \"VMnet0\"\n"
		     "ethernet0.connectionType = \"bridged\"\n");
	assert_string_equal(c.nic[0].network, "bridged");
	vmx_refused("ethernet0.present = \"TRUE\"\n"
		    "ethernet0.connectionType = \"bridged\"\n"
		    "ethernet0.vnet = \"VMnet1\"\n",
		    3, "interface");
	vmx_text(&c, "ethernet0.present = \"TRUE\"\n"
		     "ethernet0.hostLoopback = \"TRUE\"\n"
		     "ethernet0.forward0 = \"tcp:2222:22\"\n"
		     "ethernet0.forward1 = \"udp:0.0.0.0:5353:53\"\n");
	assert_true(c.nic[0].wishes.host_loopback);
	assert_int_equal(c.nic[0].wishes.forwards, 2);
	assert_int_equal(c.nic[0].wishes.forward[1].guest_port, 53);
	/* What the guest receives goes out of VMNet. */
	vmx_text(&c, "ethernet0.present = \"TRUE\"\n"
		     "ethernet0.rxbw.limit = \"1544\"\n"
		     "ethernet0.txbw.limit = \"-1\"\n"
		     "ethernet0.rxfi.droprate = \"5\"\n"
		     "ethernet0.rxfi.dropsize = \"1\"\n"
		     "ethernet0.txfi.droprate = \"1000\"\n"
		     "ethernet0.link = \"delay=20ms,in.seed=3,out.seed=4\"\n");
	assert_string_equal(conditions_print(&c.nic[0].in, words),
			    "delay=20ms loss=100% seed=3");
	assert_string_equal(conditions_print(&c.nic[0].out, words),
			    "rate=1544k delay=20ms loss=0.5% seed=4");
	/* .connectionType says whether .vnet counts. */
	vmx_text(&c,
		 "ethernet0.present = \"TRUE\"\nethernet0.vnet = \"vmnet2\"\n"
		 "ethernet0.connectionType = \"nat\"\n");
	assert_string_equal(c.nic[0].network, "nat");
	assert_false(c.nics_given);	/* --net still replaces them */
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
		vmx_text(&c, text);
		assert_int_equal(c.nic[0].mac[5], cases[i].last);
	}
	vmx_text(&c, "ethernet0.present = \"TRUE\"\n"
		     "ethernet0.addressType = \"static\"\n"
		     "ethernet0.generatedAddress = \"00:0c:29:00:00:02\"\n");
	assert_int_equal(c.nic[0].mac[5], 2);
	vmx_refused("ethernet0.generatedAddress = \"zz\"\n", 1, "zz");
}

static void a_card_has_a_folder(void **state)
{
	static const char *const keys[] = { "tftp", "pcap", "bootfile" };
	struct vm_config c;
	char text[1000];
	size_t i;
	int n;

	(void)state;
	vmx_text(&c, "ethernet0.present = \"TRUE\"\nethernet0.tftp = \"pxe\"\n"
		     "ethernet0.bootfile = \"pxelinux.0\"\n");
	assert_string_equal(c.nic[0].tftp, "/tmp/pxe");
	assert_string_equal(c.nic[0].wishes.bootfile, "pxelinux.0");
	/* Here a comma is none of --net's. */
	vmx_text(&c, "ethernet0.present = \"TRUE\"\nethernet0.tftp = \"a,b\"\n"
		     "ethernet0.pcap = \"c,d\"\n");
	assert_string_equal(c.nic[0].tftp, "/tmp/a,b");
	assert_string_equal(c.nic[0].pcap, "/tmp/c,d");
	vmx_refused("ethernet0.present = \"TRUE\"\n"
		    "ethernet0.bootfile = \"pxelinux.0\"\nmemsize = \"64\"\n",
		    2, "it needs .tftp");
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		n = sprintf(text, "\nethernet0.%s = \"", keys[i]);
		memset(text + n, 'x', 600);
		strcpy(text + n + 600, "\"\nethernet0.present = \"TRUE\"\n");
		vmx_refused(text, 2, "too long");
		assert_non_null(strstr(vmx.error, keys[i]));
	}
}

/* What only the whole file shows is told with the line, and by the key, that is
 * to be changed. */
static void late_errors_have_their_line(void **state)
{
	static const char on[] = "ethernet0.present = \"TRUE\"\n";
	static const struct {
		const char *text;	/* behind @on, before another line */
		unsigned int line;
		const char *key, *part;
	} bad[] = {
		{ "ethernet0.connectionType = \"custom\"", 2,
		  "ethernet0.connectionType = \"custom\"", "it needs .vnet" },
		{ "Ethernet0.connectionType = \"custom\"", 2,
		  "Ethernet0.connectionType", "it needs .vnet" },
		{ "ethernet0.vnet = \"vmnet2\"\n"
		  "ethernet0.connectionType = \"bridged\"",
		  2, "ethernet0.vnet", "for example eth0" },
		{ "ethernet0.vnet = \"eth0\"", 2, "ethernet0.vnet",
		  "use vmnet1" },
		{ "ethernet0.connectionType = \"custom\"\n"
		  "ethernet0.vnet = \"nat\"",
		  3, "ethernet0.vnet = \"nat\"", "use vmnet1" },
		/* One mistake, told once. */
		{ "ethernet0.connectionType = \"bridgd\"\n"
		  "ethernet0.vnet = \"eth0\"",
		  2, "ethernet0.connectionType", "use nat, hostonly" },
		{ "ethernet0.connectionType = \"custom\"\n"
		  "ethernet0.vnet = \"vmnet999\"",
		  3, "ethernet0.vnet", "use vmnet1" },
		{ "ethernet0.forward0 = \"22\"", 2, "ethernet0.forward0",
		  "tcp:2222:22" },
		{ "ethernet0.forward0 = \"tcp:1:1,host-loopback\"", 2,
		  "ethernet0.forward0", "tcp:2222:22" },
		{ "ethernet0.forward0 = \"tcp:1:1\"\n"
		  "ethernet0.forward1 = \"tcp:1:2\"",
		  3, "ethernet0.forward1", "port 1 is forwarded twice" },
		{ "ethernet0.forward0 = \"tcp:1:1\"\n"
		  "ethernet0.connectionType = \"hostonly\"",
		  2, "ethernet0.forward0", "network nat only" },
		{ "ethernet0.connectionType = \"hostonly\"\n"
		  "ethernet0.hostLoopback = \"TRUE\"",
		  3, "ethernet0.hostLoopback", "network nat only" },
		{ "ethernet0.connectionType = \"bridged\"\n"
		  "ethernet0.vnet = \"eth0\"\nethernet0.tftp = \"pxe\"",
		  4, "ethernet0.tftp", "network nat only" },
		{ "ethernet0.hostLoopback = \"yes please\"", 2,
		  "ethernet0.hostLoopback", "TRUE" },
		{ "ethernet0.rxbw.limit = \"fast\"", 2, "ethernet0.rxbw.limit",
		  "kbit/s" },
		{ "ethernet0.txfi.droprate = \"1001\"", 2,
		  "ethernet0.txfi.droprate", "0 to 1000" },
		{ "ethernet0.link = \"delay=20ms,host-loopback\"", 2,
		  "ethernet0.link", "delay=20ms,rate=10M" },
		{ "serial0.fileType = \"file\"", 2, "serial0.fileType",
		  "serial0.fileName" },
	};
	char text[300];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "%s%s\nmemsize = \"64\"\n", on,
			 bad[i].text);
		vmx_refused(text, bad[i].line, bad[i].part);
		said_sentence(vmx.error, bad[i].key);
	}
}

/* A card's mistakes are told at once, each forwarded port's, too. */
static void all_of_a_card_is_told(void **state)
{
	static const char text[] = "ethernet0.forward0 = \"x\"\n"
				   "ethernet0.forward1 = \"tcp:1:1\"\n"
				   "ethernet0.forward2 = \"tcp:0:1\"\n"
				   "ethernet0.forward3 = \"tcp:1:3\"\n"
				   "ethernet0.connectionType = \"custom\"\n"
				   "ethernet0.bootfile = \"b\"\n"
				   "ethernet0.present = \"TRUE\"\n";
	static const unsigned int lines[] = { 1, 3, 4, 5, 6 };
	char part[100];

	(void)state;
	vmx_refused_all(text, lines, ARRAY_SIZE(lines));
	snprintf(part, sizeof(part), "%s:2: ", vmx.path);
	assert_null(strstr(vmx.warned, part));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards_are_plugged),
		cmocka_unit_test(the_address_is_of_its_type),
		cmocka_unit_test(a_card_has_a_folder),
		cmocka_unit_test(late_errors_have_their_line),
		cmocka_unit_test(all_of_a_card_is_told),
	};

	return cmocka_run_group_tests(tests, vmx_make_file, vmx_remove_file);
}
