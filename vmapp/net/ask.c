/* SPDX-License-Identifier: BSD-2-Clause */
/* ask.c - what the verbs of `hostel net` share: see verbs.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "vmapp/net/verbs.h"

/* ---- words ------------------------------------------------------------- */

/* take_out() - remove @n words from the @i-th on. */
static void take_out(struct net_words *words, int i, int n)
{
	memmove(words->argv + i, words->argv + i + n,
		(size_t)(words->argc - i - n) * sizeof(*words->argv));
	words->argc -= n;
}

bool net_flag(struct net_words *words, const char *name)
{
	int i;

	for (i = 0; i < words->argc; i++)
		if (!strcmp(words->argv[i], name)) {
			take_out(words, i, 1);
			return true;
		}
	return false;
}

const char *net_value(struct net_words *words, const char *name)
{
	size_t len = strlen(name);
	const char *value;
	int i;

	for (i = 0; i < words->argc; i++) {
		value = words->argv[i];
		if (strncmp(value, name, len) != 0 ||
		    (value[len] && value[len] != '='))
			continue;
		if (value[len]) {
			take_out(words, i, 1);
			return value + len + 1;
		}
		if (i + 1 == words->argc)
			die_usage("%s needs a value", name);
		value = words->argv[i + 1];
		take_out(words, i, 2);
		return value;
	}
	return NULL;
}

void net_words_check(const struct net_words *words, int least, int most)
{
	int i;

	for (i = 0; i < words->argc; i++)
		if (words->argv[i][0] == '-')
			die_usage("%s: unknown option '%.32s'; see 'hostel net "
				  "--help'",
				  words->verb, words->argv[i]);
	if (words->argc > most)
		die_usage("%s: one word too many: '%.32s'; see 'hostel net "
			  "--help'",
			  words->verb, words->argv[most]);
	if (words->argc < least)
		die_usage("%s: a word is missing; see 'hostel net --help'",
			  words->verb);
}

/* ---- vmnetd ------------------------------------------------------------ */

int net_open(void)
{
	char why[256];
	int sock = vmnet_ctl_open(why, sizeof(why));

	if (sock < 0)
		die("%s", why);
	return sock;
}

/* net_answer() - make one request. @status: receives CTL_DONE or CTL_NO_PORT;
 * dies for any other status. */
static json_t *net_answer(int sock, const struct vmnet_ctl_ask *ask,
			  int *status)
{
	json_t *o = NULL;
	char *text;

	*status = vmnet_ctl_ask(sock, ask, &text);
	if (*status < 0)
		die("vmnetd did not answer; it may have just ended");
	if (*status == CTL_NO_PORT)
		return NULL;
	if (*status == CTL_BAD_VALUE)
		die_usage("%s", ctl_status_text(CTL_BAD_VALUE));
	if (*status != CTL_DONE)
		die("%s", ctl_status_text((unsigned int)*status));
	if (*text) {
		o = json_loads(text, 0, NULL);
		if (!json_is_object(o))
			die("what vmnetd answers makes no sense");
	}
	free(text);
	return o;
}

json_t *net_try(int sock, const struct vmnet_ctl_ask *ask)
{
	int status;

	return net_answer(sock, ask, &status);
}

json_t *net_ask(int sock, const struct vmnet_ctl_ask *ask)
{
	int status;
	json_t *o = net_answer(sock, ask, &status);

	if (status == CTL_NO_PORT)
		die("%s", ctl_status_text(CTL_NO_PORT));
	return o;
}

/* same_machine() - is @name that port's machine? */
static bool same_machine(const json_t *port, const char *name)
{
	const json_t *machine = json_object_get(port, "machine");
	char pid[32];

	snprintf(pid, sizeof(pid), "@%lld", net_number(port, "machine_pid"));
	if (!json_is_string(machine))
		return false;
	return !strcmp(name, pid) ||
	       (*name && !strcmp(name, json_string_value(machine)));
}

/* net_find() - Return: the number of that machine's card; 0: there is none. */
static uint32_t net_find(const json_t *list, const char *machine, long long nic)
{
	const json_t *networks = json_object_get(list, "networks"), *ports, *p;
	size_t i, k;

	for (i = 0; i < json_array_size(networks); i++) {
		ports = json_object_get(json_array_get(networks, i), "ports");
		for (k = 0; k < json_array_size(ports); k++) {
			p = json_array_get(ports, k);
			if (same_machine(p, machine) &&
			    net_number(p, "nic") == nic)
				return (uint32_t)net_number(p, "port");
		}
	}
	return 0;
}

uint32_t net_port(int sock, const char *name)
{
	const struct vmnet_ctl_ask ask = { .verb = CTL_LIST };
	unsigned long number, nic = 0;
	char machine[80], *end;
	const char *colon = strrchr(name, ':');
	json_t *list;
	uint32_t port;

	number = strtoul(name, &end, 10);
	if (*name >= '0' && *name <= '9' && !*end && number &&
	    number <= UINT32_MAX)
		return (uint32_t)number;
	if (colon) {
		nic = strtoul(colon + 1, &end, 10);
		if (colon[1] < '0' || colon[1] > '9' || *end)
			die_usage("'%.64s' is no port: behind ':' is the "
				  "card's number",
				  name);
	}
	snprintf(machine, sizeof(machine), "%.*s",
		 (int)(colon ? colon - name : (long)strlen(name)), name);
	list = net_ask(sock, &ask);
	port = net_find(list, machine, (long long)nic);
	json_decref(list);
	if (!port)
		die("there is no port '%.64s'; 'hostel net list' shows those "
		    "there are",
		    name);
	return port;
}

/* ---- answers ----------------------------------------------------------- */

void net_print(const json_t *answer)
{
	json_dumpf(answer, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
}

/* net_buffer() - Return: the next of a few buffers. @size: receives the size of
 * each */
static char *net_buffer(size_t *size)
{
	static char text[4][96];
	static unsigned int next;

	*size = sizeof(text[0]);
	return text[next++ % ARRAY_SIZE(text)];
}

const char *net_text(const json_t *o, const char *key)
{
	const char *value = json_string_value(json_object_get(o, key));
	size_t size;
	char *text = net_buffer(&size), *c;

	snprintf(text, size, "%s", value && *value ? value : "-");
	for (c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

long long net_number(const json_t *o, const char *key)
{
	return (long long)json_integer_value(json_object_get(o, key));
}

const char *net_whose(const json_t *port)
{
	const char *machine;
	size_t size;
	char *text;

	if (!json_is_string(json_object_get(port, "machine")))
		return net_text(port, "kind");
	machine = net_text(port, "machine");
	text = net_buffer(&size);
	if (*machine == '-')
		snprintf(text, size, "@%lld:%lld",
			 net_number(port, "machine_pid"),
			 net_number(port, "nic"));
	else
		snprintf(text, size, "%.80s:%lld", machine,
			 net_number(port, "nic"));
	return text;
}
