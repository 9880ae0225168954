/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vde.c - `hostel net vde`: which network, which switch; what then moves frames
 * is another program (vmnet/vde/vde_main.c), which has libvdeplug.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/log.h"
#include "vmapp/net/verbs.h"

#define PATH_MOST 100u	/* sockets in that folder have names, too */

int net_vde(struct net_words *words)
{
	char path[512], *folder;
	unsigned int number;
	const char *network;

	net_words_check(words, 2, 2);
	network = words->argv[0];
	if (decode_network(network, strlen(network) + 1, &number) != VMNET_OK)
		die_usage("vde: '%.64s' is not a network; use nat, hostonly, "
			  "vmnetN or bridged=INTERFACE",
			  network);
	folder = realpath(words->argv[1], NULL);
	if (!folder)
		die("%s: %s; give the folder that a VDE switch was started "
		    "with: vde_switch --sock FOLDER",
		    words->argv[1], strerror(errno));
	if (strlen(folder) > PATH_MOST)
		die_usage("vde: %s: a name of %u characters is the longest "
			  "that can be",
			  folder, PATH_MOST);
	if (beside("vmnet-vde", path, sizeof(path)) == 0)
		execl(path, path, network, folder, (char *)NULL);
	die("can not start %s: %s", path, strerror(errno));
}
