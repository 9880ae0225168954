/* SPDX-License-Identifier: BSD-2-Clause */
/* sieve.c - which frames are wanted: see sieve.h. */
#include "vmnet/tap/sieve.h"

#include <stdio.h>
#include <string.h>

bool sieve_open(struct sieve *s, const char *text, unsigned int snap, char *why,
		size_t size)
{
	pcap_t *ethernet;
	bool good;

	memset(s, 0, sizeof(*s));
	if (!text[strspn(text, " \t\n")])
		return true;
	ethernet = pcap_open_dead(DLT_EN10MB, (int)snap);
	if (!ethernet) {
		snprintf(why, size, "out of memory");
		return false;
	}
	good = pcap_compile(ethernet, &s->program, text, 1,
			    PCAP_NETMASK_UNKNOWN) == 0;
	if (!good) {
		snprintf(why, size, "%s", pcap_geterr(ethernet));
		memset(s, 0, sizeof(*s));
	}
	pcap_close(ethernet);
	return good;
}

void sieve_close(struct sieve *s)
{
	if (s->program.bf_insns)
		pcap_freecode(&s->program);
}

bool sieve_takes(const struct sieve *s, const uint8_t *data, uint32_t len,
		 size_t kept)
{
	return !s->program.bf_insns ||
	       bpf_filter(s->program.bf_insns, data, len, (unsigned int)kept);
}
