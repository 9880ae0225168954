/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_recorded.h - answers of a host that runs 32-bit programs, in a file.
 *
 * `make record-oracle` makes it, on such a host only. It begins with lines of
 * text: what it is, seed, host and date, how many cases. Then come the cases,
 * 8 bytes each, sorted: 40 bits of the hash of all that goes into the case,
 * 24 bits of the hash of all that is compared of its end. So a case whose
 * inputs are others, as the generator or the seed changed, is not found.
 *
 * 1. It is there for the half of all cases that recorded_wants() says.
 */
#ifndef TESTS_INSN_LIB_RECORDED_H
#define TESTS_INSN_LIB_RECORDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDED_HASH	0xffffffu	/* what an entry has of the end */
#define RECORDED_FILE	"tests/insn/recorded/answers.out"

struct recorded {
	uint64_t *entry;	/* sorted */
	size_t n;
	uint64_t seed;
};

/* recorded_wants() - is the case of the half that is recorded? */
static inline bool recorded_wants(uint64_t key)
{
	return key >> 63;
}

/* recorded_entry() - what stands in the file for a case. */
uint64_t recorded_entry(uint64_t key, uint64_t hash);

/* recorded_load() - Return: false if there is no such file. */
bool recorded_load(struct recorded *r, const char *path);
void recorded_free(struct recorded *r);

/* recorded_find() - Return: false if the case is not in it. */
bool recorded_find(const struct recorded *r, uint64_t key, uint32_t *hash);

/* recorded_save() - sort and write; @host: a line that says who answered. */
bool recorded_save(struct recorded *r, const char *path, const char *host);

#endif
