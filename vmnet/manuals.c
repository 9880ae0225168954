/* SPDX-License-Identifier: BSD-2-Clause */
/* manuals.c - what vmnetd and vmnet-bridge tell: see manuals.h. */
#include "vmnet/manuals.h"

#include "base/runfolder.h"

static const struct manual_row vmnetd_options[] = {
	{ .term = "--foreground", .text = "stay here" },
	{ .term = "--background", .text = "go to the background, and do not "
		"say so" },
	{ .term = NULL }
};

static const struct manual_row vmnetd_variables[] = {
	RUNFOLDER_ROW,
	{ .term = "HOSTEL_VMNET_RESOLV", .text = "a file as /etc/resolv.conf, "
		"used in its place: by its servers guests' names are looked "
		"up" },
	{ .term = "HOSTEL_VMNET_CONFIG, HOSTEL_VMNET_STATE", .text = "the file "
		"of networks, and the one that remembers addresses (see "
		"hostel-net(1))" },
	{ .term = "HOSTEL_VMNET_LAST", .text = "\"off\": the last frames of "
		"each port are not kept (see hostel-net(1), capture)" },
	{ .term = "HOSTEL_VMNET_STAMPS", .text = "100, for example: of all "
		"ports, one frame in so many has its times noted, from their "
		"start on (see hostel-net(1), latency)" },
	{ .term = "HOSTEL_VMNET_NAT, HOSTEL_VMNET_BRIDGE, HOSTEL_VMNET_DHCP, "
		"HOSTEL_VMNET_ADAPTER, HOSTEL_VMNET_VDE",
	  .text = "other programs to start as vmnet-nat, vmnet-bridge, "
		"vmnet-dhcp, vmnet-adapter and vmnet-vde" },
	{ .term = "HOSTEL_HOST", .text = "makes this host a poorer one, for "
		"tests (see hostel-check(1))" },
	{ .term = NULL }
};

static const struct manual_list vmnetd_lists[] = {
	{ .title = "Options", .rows = vmnetd_options },
	{ .title = "Environment", .rows = vmnetd_variables },
	{ .title = NULL }
};

const struct manual vmnetd_manual = {
	.name = "vmnetd", .section = 8,
	.summary = "Hostel's user-space Ethernet switch",
	.synopsis = TEXTS("[--foreground | --background]"),
	.about = TEXTS("Hostel's user-space Ethernet switch. Virtual machines "
		       "start it by themselves; it ends when the last one is "
		       "gone. Without an option it goes to the background, "
		       "and says so."),
	.lists = vmnetd_lists,
	.see = "hostel-run(1), vmnet-bridge(8), vmnet-adapter(8)",
};

const struct manual bridge_manual = {
	.name = "vmnet-bridge", .section = 8,
	.summary = "open a host interface for Hostel's bridged networks",
	.synopsis = TEXTS("INTERFACE"),
	.about = TEXTS("Opens a host interface for Hostel's bridged networks. "
		       "It is started by vmnetd; by hand, it says whether an "
		       "interface can be bridged.",
		       "It needs the right to open packet sockets "
		       "(CAP_NET_RAW). To give it to all who may execute this "
		       "file, as root, in the folder where it is (setcap is in "
		       "Debian's package libcap2-bin):",
		       "\tsetcap cap_net_raw+ep vmnet-bridge",
		       "The right belongs to the file: after each build or "
		       "'make install', which make a new one, give it again.",
		       "They may then read and write all that passes the "
		       "host's interfaces: for some users only, take a group "
		       "for them, chgrp it and chmod 750 first."),
	.see = "hostel-run(1), vmnetd(8)",
};

const struct manual adapter_manual = {
	.name = "vmnet-adapter", .section = 8,
	.summary = "the host's place on Hostel's host-only networks",
	.synopsis = TEXTS("vmnetN"),
	.about = TEXTS("The host's own place on a host-only network: a TAP "
		       "device of the network's name, vmnet1 for example, "
		       "with its address .1. It is started by vmnetd, not by "
		       "hand.",
		       "Without a right to such a device there are machines "
		       "only. Root gives it for one user and one network by "
		       "making the device:",
		       "\tip tuntap add vmnet1 mode tap user USER",
		       "\tip addr add 192.168.211.1/24 dev vmnet1",
		       "\tip link set vmnet1 up",
		       "or for all who may execute this file, in the folder "
		       "where it is (setcap is in Debian's package "
		       "libcap2-bin), and again after each build or 'make "
		       "install':",
		       "\tsetcap cap_net_admin+ep vmnet-adapter",
		       "They may then make devices vmnet0 to vmnet254 with "
		       "private addresses: for some users only, take a group "
		       "for them, chgrp it and chmod 750 first."),
	.see = "hostel-net(1), vmnetd(8)",
};
