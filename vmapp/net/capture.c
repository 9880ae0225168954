/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.c - `hostel net capture`: which port, and the filter's words; what
 * then captures is another program (vmnet/tap/capture_main.c), which has
 * libpcap.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/log.h"
#include "vmapp/net/verbs.h"
#include "vmnet/client/networks.h"

#define FILTER_MAX	4096u
#define SNAP_LEAST	14ul

/* is_network() - "vmnet8", "nat", "hostonly", "bridged=eth0" */
static bool is_network(const char *name)
{
	unsigned int number;

	return decode_network(name, strlen(name) + 1, &number) == VMNET_OK;
}

/* find_network() - find_what(); one that is bridged goes by its interface,
 * which is in the file of networks. */
static void find_network(const char *name, char *what, size_t size)
{
	const char *iface = proto_iface(name);
	char why[256];
	struct networking n;
	unsigned int number;

	if (decode_network(name, strlen(name) + 1, &number) == VMNET_OK &&
	    !*iface && networks_read(&n, why, sizeof(why)) &&
	    n.net[number].kind == NET_BRIDGED && *n.net[number].iface)
		snprintf(what, size, "network=" VMNET_BRIDGED "%s",
			 n.net[number].iface);
	else
		snprintf(what, size, "network=%s", name);
}

/* find_what() - what the user names, in vmnet-capture's words. */
static void find_what(const char *name, char *what, size_t size)
{
	int sock;

	if (!strcmp(name, "all")) {
		snprintf(what, size, "all");
	} else if (is_network(name)) {
		find_network(name, what, size);
	} else {
		sock = net_open();
		snprintf(what, size, "port=%u",
			 (unsigned int)net_port(sock, name));
		close(sock);
	}
}

/* join_words() - the filter, as one text. */
static void join_words(const struct net_words *words, int from, char *text,
		       size_t size)
{
	size_t len = 0;
	int i;

	*text = '\0';
	for (i = from; i < words->argc; i++) {
		len += (size_t)snprintf(text + len, size - len, "%s%s",
					i > from ? " " : "", words->argv[i]);
		if (len >= size)
			die_usage("capture: a filter can have %zu characters",
				  size - 1);
	}
}

/* decode_snap() - how many bytes of each frame; in digits. */
static void decode_snap(const char *value, char *snap, size_t size)
{
	unsigned long n = VMNET_FRAME_MAX;
	char *end;

	if (value) {
		n = strtoul(value, &end, 10);
		if (!isdigit((unsigned char)*value) || *end || n < SNAP_LEAST ||
		    n > VMNET_FRAME_MAX)
			die_usage("capture: --snap '%.32s': give %lu to %u "
				  "bytes of each frame",
				  value, SNAP_LEAST, VMNET_FRAME_MAX);
	}
	snprintf(snap, size, "%lu", n);
}

int net_capture(struct net_words *words)
{
	char path[512], what[64], snap[16], filter[FILTER_MAX];
	const char *file = net_value(words, "-w");
	const char *bytes = net_value(words, "--snap");
	bool last = net_flag(words, "--last");

	if (!words->argc || words->argv[0][0] == '-')
		net_words_check(words, 1, 0);
	decode_snap(bytes, snap, sizeof(snap));
	join_words(words, 1, filter, sizeof(filter));
	find_what(words->argv[0], what, sizeof(what));
	if (beside("vmnet-capture", path, sizeof(path)) == 0)
		execl(path, path, what, last ? "last" : "now", snap,
		      file ? file : "-", filter, (char *)NULL);
	die("can not start %s: %s", path, strerror(errno));
}
