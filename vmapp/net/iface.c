/* SPDX-License-Identifier: BSD-2-Clause */
/* iface.c - this host's own place at an interface: see verbs.h. */
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "vmapp/net/verbs.h"

/* is_own() - an address that others than its neighbours speak to? */
static bool is_own(const struct sockaddr *a)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)a;

	return a && (a->sa_family == AF_INET ||
		     (a->sa_family == AF_INET6 &&
		      !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)));
}

bool net_iface_apart(const char *iface)
{
	struct ifaddrs *all, *i;
	bool apart = false;

	if (getifaddrs(&all) < 0)
		return false;
	for (i = all; i; i = i->ifa_next)
		apart |= !strcmp(i->ifa_name, iface) && is_own(i->ifa_addr);
	freeifaddrs(all);
	return apart;
}
