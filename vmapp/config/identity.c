/* SPDX-License-Identifier: BSD-2-Clause */
/* identity.c - what tells one machine from all others: see identity.h. */
#include "vmapp/config/identity.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"

/* FNV-1a (public domain, Fowler, Noll and Vo). */
#define HASH_START	0xcbf29ce484222325ull
#define HASH_PRIME	0x100000001b3ull

/* As VMware: room between one card's address and the next one's. */
#define CARD_STRIDE	10u

/* text_hash() - of a text and its end. */
static uint64_t text_hash(uint64_t h, const char *text)
{
	do
		h = (h ^ (uint8_t)*text) * HASH_PRIME;
	while (*text++);
	return h;
}

/* hash_host() - the installation's number, if it has one, and the name, which
 * is what differs between containers of one image. */
static uint64_t hash_host(uint64_t h)
{
	FILE *f = fopen("/etc/machine-id", "re");
	char id[64] = "";
	struct utsname u;

	if (f && !fgets(id, sizeof(id), f))
		*id = '\0';
	if (f)
		fclose(f);
	h = text_hash(h, id);
	return uname(&u) == 0 ? text_hash(h, u.nodename) : h;
}

static uint64_t random_number(void)
{
	uint64_t r;

	if (getrandom(&r, sizeof(r), 0) == (ssize_t)sizeof(r))
		return r;
	return clock_now_ns() * HASH_PRIME ^ (uint64_t)getpid();
}

uint64_t identity_make(const struct vm_config *config)
{
	char text[32], path[PATH_MAX];

	if (config->name && !config->name_is_title) {
		snprintf(text, sizeof(text), "name %u", (unsigned)getuid());
		return text_hash(hash_host(text_hash(HASH_START, text)),
				 config->name);
	}
	if (config->uuid)
		return text_hash(text_hash(HASH_START, "uuid"), config->uuid);
	if (config->vmx && realpath(config->vmx, path))
		return text_hash(hash_host(text_hash(HASH_START, "path")),
				 path);
	return random_number();
}

void identity_mac(uint64_t identity, unsigned int index, uint8_t mac[6])
{
	uint32_t id = (uint32_t)(identity ^ identity >> 24 ^ identity >> 48);

	id += index * CARD_STRIDE;
	mac[0] = 0x00;
	mac[1] = 0x0c;
	mac[2] = 0x29;
	mac[3] = (uint8_t)(id >> 16);
	mac[4] = (uint8_t)(id >> 8);
	mac[5] = (uint8_t)id;
}

void identity_card(const struct vm_config *config, unsigned int index,
		   uint8_t mac[6])
{
	const struct nic_config *card = &config->nic[index];

	if (card->mac_given)
		memcpy(mac, card->mac, sizeof(card->mac));
	else
		identity_mac(config->identity, index, mac);
}
