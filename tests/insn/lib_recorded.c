// SPDX-License-Identifier: BSD-2-Clause
/* lib_recorded.c - the file of recorded answers; see lib_recorded.h. */
#include "tests/insn/lib_recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"

#define TITLE	"SPDX-License-Identifier: BSD-2-Clause\n"	\
		"hostel: recorded answers of a host CPU, format 1\n"

uint64_t recorded_entry(uint64_t key, uint64_t hash)
{
	return (key & ~(uint64_t)RECORDED_HASH) | (hash & RECORDED_HASH);
}

/* read_entries() - what follows the head. */
static bool read_entries(struct recorded *r, FILE *f, size_t n)
{
	uint8_t b[8];

	r->entry = calloc(n ? n : 1, sizeof(*r->entry));
	if (!r->entry)
		return false;
	for (r->n = 0; r->n < n && fread(b, sizeof(b), 1, f) == 1; r->n++)
		r->entry[r->n] = get_le64(b);
	return r->n == n;
}

bool recorded_load(struct recorded *r, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256] = "";
	unsigned long long seed = 0, n = 0;
	bool good;

	memset(r, 0, sizeof(*r));
	if (!f)
		return false;
	good = fread(line, strlen(TITLE), 1, f) == 1 && !strcmp(line, TITLE);
	while (good && fgets(line, sizeof(line), f) && line[0] != '\n') {
		sscanf(line, "seed %llu", &seed);
		sscanf(line, "cases %llu", &n);
	}
	r->seed = seed;
	good = good && n < 1u << 24 && read_entries(r, f, n);
	fclose(f);
	if (!good)
		recorded_free(r);
	return good;
}

void recorded_free(struct recorded *r)
{
	free(r->entry);
	memset(r, 0, sizeof(*r));
}

bool recorded_find(const struct recorded *r, uint64_t key, uint32_t *hash)
{
	size_t low = 0, high = r->n, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (r->entry[mid] < (key & ~(uint64_t)RECORDED_HASH))
			low = mid + 1;
		else
			high = mid;
	}
	if (low == r->n || ((r->entry[low] ^ key) & ~(uint64_t)RECORDED_HASH))
		return false;
	*hash = (uint32_t)(r->entry[low] & (uint64_t)RECORDED_HASH);
	return true;
}

static int compare_entries(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

bool recorded_save(struct recorded *r, const char *path, const char *host)
{
	FILE *f = fopen(path, "w");
	char date[32];
	time_t now = time(NULL);
	struct tm tm;
	size_t i, n = 0;
	uint8_t b[8];

	if (!f)
		return false;
	qsort(r->entry, r->n, sizeof(*r->entry), compare_entries);
	for (i = 0; i < r->n; i++)	/* some cases come twice */
		if (!n || r->entry[n - 1] != r->entry[i])
			r->entry[n++] = r->entry[i];
	r->n = n;
	strftime(date, sizeof(date), "%Y-%m-%d", gmtime_r(&now, &tm));
	fprintf(f,
		TITLE "made by make record-oracle; see "
		      "tests/insn/lib_recorded.h\nhost %s\ndate %s\nseed %llu\n"
		      "cases %zu\n\n",
		host, date, (unsigned long long)r->seed, n);
	for (i = 0; i < n; i++) {
		put_le64(b, r->entry[i]);
		fwrite(b, sizeof(b), 1, f);
	}
	return !fclose(f);
}
