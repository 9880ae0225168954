/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - `hostel net link`: the conditions of a port's link: see verbs.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "vmapp/net/verbs.h"

/* link_words() - what is asked, of the words behind the port. */
static void link_words(struct ctl_link *link, int n, char **word)
{
	char error[256];
	int i;

	link->directions = CONDITIONS_BOTH;
	link->what = CTL_LINK_SHOW;
	if (n && !strcmp(word[0], "in"))
		link->directions = CONDITIONS_IN, n--, word++;
	else if (n && !strcmp(word[0], "out"))
		link->directions = CONDITIONS_OUT, n--, word++;
	else if (n && !strcmp(word[0], "both"))
		n--, word++;
	if (n == 0 || (n == 1 && !strcmp(word[0], "show")))
		return;
	if (n == 1 && !strcmp(word[0], "clear")) {
		link->what = CTL_LINK_CLEAR;
		return;
	}
	link->what = CTL_LINK_CHANGE;
	for (i = 0; i < n; i++)
		if (!conditions_parse(&link->conditions, word[i], error,
				      sizeof(error)))
			die_usage("link: %s", error);
}

static void link_show(const json_t *answer, const char *direction,
		      const char *what)
{
	const char *words =
		json_string_value(json_object_get(answer, direction));
	const char *c;

	printf("  %-4s %s  ", direction, what);
	for (c = words && *words ? words : "as fast as it goes"; *c; c++)
		putchar(*c >= ' ' && *c <= '~' ? *c : '?');
	putchar('\n');
}

int net_link(struct net_words *words)
{
	struct vmnet_ctl_ask ask = { .verb = CTL_LINK };
	json_t *answer;
	int sock;

	net_words_check(words, 1, 2 + COND_WORDS);
	link_words(&ask.args.link, words->argc - 1, words->argv + 1);
	sock = net_open();
	ask.args.link.port = net_port(sock, words->argv[0]);
	answer = net_ask(sock, &ask);
	close(sock);
	if (words->json) {
		net_print(answer);
	} else {
		printf("port %lld  %s\n", net_number(answer, "port"),
		       net_whose(answer));
		link_show(answer, "in", "(from the machine)");
		link_show(answer, "out", "(to the machine)  ");
	}
	json_decref(answer);
	return 0;
}
