/* SPDX-License-Identifier: BSD-2-Clause */
/* net.c - `hostel net`: the virtual networks of this user. */
#include "vmapp/net/net.h"

#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "base/runfolder.h"
#include "vmapp/net/verbs.h"

static const struct manual_row verbs[] = {
#define NET_VERB(name, function, what, help) \
	{ .term = name, .value = what, .text = help },
#include "vmapp/net/verbs.def"
#undef NET_VERB
	{ .term = NULL }
};

static const struct manual_row link_words[] = {
#define CONDITION(name, take, example, text_) \
	{ .term = #name "=" example, .text = text_ },
#include "vmnet/client/conditions.def"
	{ .term = NULL }
};

static const struct manual_row options[] = {
	{ .term = "--json", .text = "for programs: one object, in one line" },
	{ .term = "--nat", .text = "create: a network with NAT" },
	{ .term = "--hostonly", .text = "create: one of machines only, with "
		"addresses" },
	{ .term = "--private", .text = "create: a wire and nothing else" },
	{ .term = "--bridged", .value = "IF", .text = "create: with that "
		"interface of the host" },
	{ .term = "--vde", .value = "FOLDER", .text = "create: joined to the "
		"VDE switch of that folder whenever it is used" },
	{ .term = "--subnet", .value = "A.B.C.D/N", .text = "create: its "
		"addresses, with --nat or --hostonly: 65536 of them (/16) to "
		"8 (/29), 256 (/24) if N is left out" },
	{ .term = "--no-dhcp", .text = "create: nobody gives addresses there" },
	{ .term = NULL }
};

static const struct manual_row capture_options[] = {
	{ .term = "-w", .value = "FILE", .text = "where to; \"-\", as "
	  "without it: standard output, for a pipe", .words = MANUAL_FILES },
	{ .term = "--last", .text = "what passed before: the last 256 frames "
	  "of each port, 96 bytes of each, which are always kept; of more "
	  "than 64 ports the last 16384 in all, as many of each" },
	{ .term = "--snap", .value = "N", .text = "write no more than N bytes "
	  "of each frame" },
	{ .term = NULL }
};

static const struct manual_row capture_examples[] = {
	{ .term = "hostel net capture web | wireshark -k -i -", .text = "watch "
	  "the first card of the machine web" },
	{ .term = "hostel net capture vmnet8 -w f.pcapng icmp or arp",
	  .text = "of all ports of the NAT's network, into a file" },
	{ .term = "hostel net capture all --last | tshark -r -", .text = "what "
	  "has just happened" },
	{ .term = NULL }
};

static const struct manual_row statuses[] = {
	{ .term = "0", .text = "it was done" },
	{ .term = "64", .text = "it can not be asked that" },
	{ .term = "69", .text = "VMNet does not run, or there is no such port "
		"or network" },
	{ .term = "70", .text = "stats: a sum does not hold, which is a fault "
		"of Hostel's" },
	{ .term = NULL }
};

static const struct manual_row variables[] = {
	RUNFOLDER_ROW, { .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Verbs", .rows = verbs, .operands = true },
	{ .title = "Words of link", .rows = link_words },
	{ .title = "Options", .rows = options },
	{ .title = "Options of capture", .rows = capture_options,
	  .about = "Frames go out as pcapng, with the port as the interface, "
	  "stamps of nanoseconds, the direction as the machine sees it, and "
	  "the reason as a comment where the switch dropped one. FILTER is in "
	  "the words of pcap-filter(7), and sees whole frames. It goes on "
	  "until Ctrl-C, or until the port is gone, and then says what it "
	  "has. If it does not keep up it loses its own copies, which it "
	  "counts; never a frame." },
	{ .title = "Captures", .rows = capture_examples, .page_only = true },
	{ .title = "Exit status", .rows = statuses },
	{ .title = "Environment", .rows = variables, .page_only = true },
	{ .title = NULL }
};

const struct manual net_manual = {
	.name = "hostel net", .section = 1,
	.summary = "look at and change the virtual networks",
	.synopsis = TEXTS("VERB... [OPTION...]"),
	.about = TEXTS("Asks vmnetd, which runs while a machine of this user "
		       "is on a network, about its networks.",
		       "PORT is the plug of one card: its number, as 'hostel "
		       "net list' shows it, or the name of its machine, or "
		       "MACHINE:NIC for another card than the first. A machine "
		       "without a name is @ and the process number of its "
		       "hostel, as 'hostel ps' shows it. NETWORK is vmnetN, "
		       "nat, hostonly or bridged=INTERFACE.",
		       "Which networks there are is kept in the file "
		       "hostel/networking in XDG_CONFIG_HOME (~/.config), in "
		       "the form of VMware's file of that name. What it does "
		       "not speak of is as built in: vmnet1 host-only, vmnet8 "
		       "NAT, vmnet0 bridged, all others private. What is "
		       "changed counts at once; a network that a machine is on "
		       "can not be changed.",
		       "At each hop, what came in has gone out, waits, or was "
		       "lost for a reason that stats names."),
	.lists = lists,
	.see = "hostel(1), hostel-run(1), hostel-ctl(1), vmnetd(8), "
	       "pcap-filter(7)",
};

static const struct {
	const char *name;
	int (*run)(struct net_words *words);
} table[] = {
#define NET_VERB(name, function, what, help) { name, net_##function },
#include "vmapp/net/verbs.def"
#undef NET_VERB
};

int net_main(int argc, char **argv)
{
	struct net_words words = { .argc = argc - 1, .argv = argv + 1 };
	size_t i;

	if (!argc || argv[0][0] == '-')
		manual_exit(&net_manual, argc, argv);
	words.verb = argv[0];
	words.json = net_flag(&words, "--json");
	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(argv[0], table[i].name))
			return table[i].run(&words);
	die_usage("there is no verb '%.32s'; see 'hostel net --help'", argv[0]);
}
