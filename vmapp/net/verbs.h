/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verbs.h - what the verbs of `hostel net` share.
 *
 * A verb is a row of verbs.def and a function net_<function>(), which takes its
 * words, asks vmnetd if it has to, prints, and gives the exit status. A mistake
 * of the user's is told by die_usage(), what can not be had by die().
 */
#ifndef VMAPP_NET_VERBS_H
#define VMAPP_NET_VERBS_H

#include <jansson.h>
#include <stdbool.h>

#include "vmnet/client/ctl.h"

/* The words behind the verb, and the options, wherever they stand. */
struct net_words {
	const char *verb;
	int argc;		/* words that are left */
	char **argv;
	bool json;		/* --json */
};

#define NET_VERB(name, function, what, help) \
	int net_##function(struct net_words *words);
#include "vmapp/net/verbs.def"
#undef NET_VERB

/* A sum of frames does not hold: a fault of Hostel's. EX_SOFTWARE. */
#define EXIT_SUM 70

/* net_flag() - Return: is the option @name among the words? It is taken out. */
bool net_flag(struct net_words *words, const char *name);

/* net_value() - Return: the value of the option @name ("--x=V" or "--x V"),
 * which is taken out; NULL: it is not there. */
const char *net_value(struct net_words *words, const char *name);

/* net_words_check() - before the words that are left are used, and after the
 * options are taken out: dies unless there are from @least to @most, and no
 * option that nobody knows. */
void net_words_check(const struct net_words *words, int least, int most);

/* net_open() - Return: a connection to vmnetd; dies if none runs. */
int net_open(void);

/* net_ask() - one request; Return: its answer, an object that is the caller's,
 * or NULL if it has no text. Dies with vmnetd's sentence if it is refused. */
json_t *net_ask(int sock, const struct vmnet_ctl_ask *ask);

/* net_try() - net_ask() for a port that may have gone: NULL if there is none of
 * its number (any more). */
json_t *net_try(int sock, const struct vmnet_ctl_ask *ask);

/**
 * net_port() - the number of a port that the user has named
 * @name: a number; MACHINE or MACHINE:NIC, with the machine's name or @PID of
 *	  its hostel
 *
 * Dies if there is none.
 */
uint32_t net_port(int sock, const char *name);

/* net_print() - as --json has it: in one line. */
void net_print(const json_t *answer);

/* net_text() - string @key of @o as it may be printed, in a buffer that the
 * next call but three uses again; "-" if there is none. */
const char *net_text(const json_t *o, const char *key);

/* net_number() - number @key of @o; 0 if there is none. */
long long net_number(const json_t *o, const char *key);

/* net_whose() - "web:0", a port's machine and card, in such a buffer; its kind
 * if it is no machine's. */
const char *net_whose(const json_t *port);

#endif
