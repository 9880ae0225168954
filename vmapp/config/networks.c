/* SPDX-License-Identifier: BSD-2-Clause */
/* networks.c - do cards fit their networks: see networks.h. */
#include "vmapp/config/networks.h"

#include <stdio.h>
#include <string.h>

#include "vmnet/client/networks.h"

/* nic_fits() - @i: which card it is, for the sentence */
static bool nic_fits(const struct nic_config *nic, const struct networking *n,
		     char *error)
{
	const struct vmnet_wishes *w = &nic->wishes;
	const struct network *net;
	unsigned int number = 0;

	decode_network(nic->network, sizeof(nic->network), &number);
	net = &n->net[number];
	if (net->kind == NET_BRIDGED && !*proto_iface(nic->network) &&
	    !*net->iface)
		snprintf(error, CONFIG_ERROR_SIZE, "--net %s: %s", nic->network,
			 vmnet_status_text(VMNET_NO_NAME));
	else if (net->kind != NET_NAT &&
		 (w->host_loopback || w->forwards || *nic->tftp))
		snprintf(
			error, CONFIG_ERROR_SIZE,
			"--net %s: %s; 'hostel net show' tells what vmnet%u is",
			nic->network, vmnet_status_text(VMNET_NOT_NAT), number);
	else
		return true;
	return false;
}

bool networks_check(const struct vm_config *config, char *error)
{
	static struct networking n;
	unsigned int i;

	if (!config->nic_count)
		return true;
	if (!networks_read(&n, error, CONFIG_ERROR_SIZE))
		return false;
	for (i = 0; i < config->nic_count; i++)
		if (!nic_fits(&config->nic[i], &n, error))
			return false;
	return true;
}
