// SPDX-License-Identifier: BSD-2-Clause
/*
 * record_main.c - `make record-oracle`: write down how cases of insn_test,
 * fault_test and align_test end on this host's CPU, for hosts that run no
 * 32-bit programs.
 *
 * usage: record FILE
 *
 * Only what the 64-bit runner can not answer is recorded, and of that what
 * recorded_wants() says; nothing of which this host's answer is known to be
 * wrong (lib_oracle.h), and nothing that no two makers agree on. The seed is
 * the tests' own, 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/insn/lib_pair.h"

#define SEED	1u
#define ROOM	200000u

static void record_case(void *user, const struct pair_case *c)
{
	struct recorded *r = user;
	uint64_t key = case_key(c->in);
	struct recode_facts facts;

	recode_facts(c->in, &facts);
	if (c->answer->by != ORACLE_NONE || facts.approximate ||
	    !recorded_wants(key) || r->n == ROOM)
		return;
	r->entry[r->n++] =
		recorded_entry(key, case_hash(c->in, c->host, facts.undefined));
}

/* host_line() - the CPU's name and model, as /proc/cpuinfo has them. */
static void host_line(char *out, size_t size)
{
	static const char *const wanted[] = { "vendor_id", "cpu family",
					      "model", "model name" };
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256], *colon;
	unsigned int i;
	size_t n = 0;

	out[0] = 0;
	while (f && fgets(line, sizeof(line), f) && line[0] != '\n') {
		line[strcspn(line, "\n")] = 0;
		colon = strstr(line, ": ");
		for (i = 0; colon && i < 4; i++)
			if (strspn(line + strlen(wanted[i]), "\t ") &&
			    !strncmp(line, wanted[i], strlen(wanted[i])) &&
			    strchr("\t:", line[strlen(wanted[i])]) && n < size)
				n += (size_t)snprintf(out + n, size - n,
						      "%s%s%s", n ? ", " : "",
						      i == 1 ? "family " :
						      i == 2 ? "model " :
							       "",
						      colon + 2);
	}
	if (f)
		fclose(f);
}

int main(int argc, char **argv)
{
	struct recorded r = { calloc(ROOM, sizeof(*r.entry)), 0, SEED };
	char host[256];
	struct pair p;

	if (argc != 2 || !r.entry) {
		fprintf(stderr, "usage: record FILE\n");
		return 1;
	}
	if (!pair_open(&p, ORACLE_BIT(NATIVE64))) {
		fprintf(stderr, "record: this host runs no 32-bit programs, "
				"so it has no answers to record\n");
		return 1;
	}
	if (!p.host.native32.share->low_mapped) {
		fprintf(stderr,
			"record: page %#x can not be mapped; run as "
			"root\n",
			CASE_LOW);
		return 1;
	}
	p.look = record_case;
	p.user = &r;
	host_line(host, sizeof(host));
	if (!pair_run(&p, draw_values, SEED) ||
	    !pair_run(&p, draw_ends, SEED) || !pair_run(&p, draw_odd, SEED)) {
		fprintf(stderr, "record: a native runner died\n");
		return 1;
	}
	if (!recorded_save(&r, argv[1], host)) {
		perror(argv[1]);
		return 1;
	}
	printf("%s: %zu answers of %s%s\n", argv[1], r.n, host,
	       p.host.icebp_lies ? "; none of ICEBP, where this host leaves "
				   "EIP" :
				   "");
	pair_close(&p);
	recorded_free(&r);
	return 0;
}
