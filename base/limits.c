/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.c - how much memory a process may take: see limits.h. */
#include "base/limits.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/sanitized.h"

/* As far as a process can be moved up is 1000; who moved all of ours (systemd's
 * OOMScoreAdjust=) left room for that, most likely. */
#define FIRST_BY	300
#define SCORE_MOST	1000
#define SCORE_FILE	"/proc/self/oom_score_adj"

/* memory_now() - bytes of data and of addresses that this process has. */
static void memory_now(uint64_t *data, uint64_t *space)
{
	unsigned long long pages, has;
	FILE *f = fopen("/proc/self/statm", "re");

	*data = *space = LIMITS_UNKNOWN;
	if (!f)
		return;
	/* proc(5): size, resident, shared, text, lib, data and stack */
	if (fscanf(f, "%llu %*u %*u %*u %*u %llu", &pages, &has) == 2) {
		*space = pages * (uint64_t)sysconf(_SC_PAGESIZE);
		*data = has * (uint64_t)sysconf(_SC_PAGESIZE);
	}
	fclose(f);
}

/* limit() - never up. */
static void limit(int what, uint64_t bytes)
{
	struct rlimit l;

	if (getrlimit(what, &l) < 0)
		return;
	l.rlim_max = MIN(l.rlim_max, (rlim_t)bytes);
	l.rlim_cur = MIN(l.rlim_cur, l.rlim_max);
	setrlimit(what, &l);
}

void limits_memory(uint64_t data, uint64_t space)
{
	uint64_t has_data, has_space;

	if (SANITIZED)
		return;
	memory_now(&has_data, &has_space);
	limit(RLIMIT_DATA, has_data + data);
	limit(RLIMIT_AS, has_space + space);
}

void limits_first(void)
{
	FILE *f = fopen(SCORE_FILE, "r+e");
	int score;

	if (!f)
		return;
	if (fscanf(f, "%d", &score) == 1) {
		rewind(f);
		fprintf(f, "%d", MIN(score + FIRST_BY, SCORE_MOST));
	}
	fclose(f);
}
