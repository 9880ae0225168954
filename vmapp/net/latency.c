/* SPDX-License-Identifier: BSD-2-Clause */
/* latency.c - `hostel net latency`: see verbs.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "vmapp/net/verbs.h"

#define EVERY 100u	/* one frame in so many, if nobody says */

/* latency_word() - read the word behind the port. @word: NULL: there is none */
static void latency_word(struct ctl_latency *a, const char *word)
{
	unsigned long n;
	char *end;

	if (!word)
		return;
	a->what = !strcmp(word, "off") ? CTL_LATENCY_OFF : CTL_LATENCY_ON;
	if (a->what == CTL_LATENCY_OFF)
		return;
	a->every = EVERY;
	if (!strcmp(word, "on"))
		return;
	if (strncmp(word, "every=", 6) != 0)
		die_usage("latency: '%.32s': say on, off or every=N", word);
	n = strtoul(word + 6, &end, 10);
	if (!isdigit((unsigned char)word[6]) || *end || !n ||
	    n > CTL_LATENCY_EVERY_MOST)
		die_usage("latency: '%.32s': N is 1 to %u", word,
			  CTL_LATENCY_EVERY_MOST);
	a->every = (uint32_t)n;
}

/* show_time() - print a time, in a unit that suits it. */
static void show_time(long long ns)
{
	if (ns < 10000)
		printf(" %7.2f us", (double)ns / 1e3);
	else if (ns < 10000000)
		printf(" %7.1f us", (double)ns / 1e3);
	else
		printf(" %7.1f ms", (double)ns / 1e6);
}

/* show_way() - print the hops of a way, in order. */
static void show_way(const json_t *port, const char *way, const char *head)
{
	const json_t *hops = json_object_get(port, "hops"), *h;
	bool begun = false;
	size_t i;

	for (i = 0; i < json_array_size(hops); i++) {
		h = json_array_get(hops, i);
		if (strcmp(net_text(h, "way"), way) != 0)
			continue;
		if (!begun)
			printf("  %-52s %9s %10s %10s %10s\n", head, "frames",
			       "p50", "p99", "max");
		begun = true;
		printf("    %-50s %9lld", net_text(h, "hop"),
		       net_number(h, "frames"));
		show_time(net_number(h, "p50_ns"));
		show_time(net_number(h, "p99_ns"));
		show_time(net_number(h, "max_ns"));
		putchar('\n');
	}
}

static void show_port(const json_t *p)
{
	long long every = net_number(p, "every");

	printf("port %lld  %s  ", net_number(p, "port"), net_whose(p));
	if (!every) {
		printf("no stamps: 'hostel net latency %s on' begins\n",
		       net_whose(p));
		return;
	}
	printf("one frame in %lld\n", every);
	if (!json_array_size(json_object_get(p, "hops")))
		printf("  none so far\n");
	show_way(p, "OUT", "from the machine");
	show_way(p, "IN", "to the machine");
}

int net_latency(struct net_words *words)
{
	struct vmnet_ctl_ask ask = { .verb = CTL_LATENCY };
	const json_t *ports;
	json_t *answer;
	size_t i;
	int sock;

	net_words_check(words, 0, 2);
	latency_word(&ask.args.latency,
		     words->argc > 1 ? words->argv[1] : NULL);
	sock = net_open();
	if (words->argc)
		ask.args.latency.port = net_port(sock, words->argv[0]);
	answer = net_ask(sock, &ask);
	close(sock);
	ports = json_object_get(answer, "ports");
	if (words->json)
		net_print(answer);
	else if (!json_array_size(ports))
		puts("no port takes stamps: 'hostel net latency PORT on' "
		     "begins");
	for (i = 0; !words->json && i < json_array_size(ports); i++)
		show_port(json_array_get(ports, i));
	json_decref(answer);
	return 0;
}
