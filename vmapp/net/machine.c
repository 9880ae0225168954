/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - the verbs of `hostel net` that a machine does itself, as it is to
 * remember what was done through its resets: they are `hostel ctl` in another
 * order of words.
 */
#include <string.h>

#include "vmapp/control/commands.h"
#include "vmapp/net/verbs.h"

#define WORDS_MOST 5

/* machine_asked() - `hostel ctl MACHINE @verb ...`, with the words behind the
 * machine's name. Return: the exit status. */
static int machine_asked(const struct net_words *words, const char *verb)
{
	char *argv[WORDS_MOST + 3] = { words->argv[0], (char *)verb };
	int i, n = 2;

	for (i = 1; i < words->argc; i++)
		argv[n++] = words->argv[i];
	if (words->json)
		argv[n++] = (char *)"--json";
	return ctl_main(n, argv);
}

int net_connect(struct net_words *words)
{
	net_words_check(words, 3, 3);
	return machine_asked(words, "connect");
}

int net_forward(struct net_words *words)
{
	net_words_check(words, 2, WORDS_MOST);
	return machine_asked(words, "forward");
}
