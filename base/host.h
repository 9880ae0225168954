/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - what this host offers, and what it shall look as if it lacked.
 *
 * HOSTEL_HOST="no-ia32,linux-4.18" in the environment makes any host look like
 * a poorer one: the words are those of host.def. Tests use it; so can a user
 * who wants to know what a lack costs.
 *
 * 1. A system call that is taken away answers ENOSYS, by a seccomp filter that
 *    every process started later inherits: so what then runs is what would run
 *    on the older kernel.
 * 2. Everything else that is taken away is not used by whoever asks
 *    host_denied(), or is told by a mask of it.
 */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum host_feature {
#define FEATURE(id, word, what) HOST_##id,
#define CALL(id, call)
#define KERNEL(word, first)
#include "base/host.def"
#undef FEATURE
#undef CALL
#undef KERNEL
	HOST_FEATURES
};

#define HOST_BIT(id) (1u << HOST_##id)

/* What the words of HOSTEL_HOST ask for. */
struct host_words {
	uint32_t denied;	/* bits: enum host_feature */
	long first_call;	/* of those that the kernel shall not have, or
				 * 0: it may have all */
};

/* host_word(), host_what() - a feature's word, and what it is. */
const char *host_word(enum host_feature f);
const char *host_what(enum host_feature f);

/* host_kernel_word() - the @i-th kernel that can be looked like; NULL: there
 * are no more. */
const char *host_kernel_word(size_t i);

/**
 * host_words_parse() - read a list of words, separated by commas
 * @text: the list; NULL or "": no words
 * @words: filled in
 * @bad: receives the first word that is none, cut to @size bytes
 *
 * Return: false if there is such a word.
 */
bool host_words_parse(const char *text, struct host_words *words, char *bad,
		      size_t size);

/* host_denied_mask() - what HOSTEL_HOST takes away, a bit for each feature;
 * words that are none are passed over. */
uint32_t host_denied_mask(void);
bool host_denied(enum host_feature f);

/**
 * host_pretend_or_die() - at a program's start: take the system calls away
 *
 * A word that is none, or a filter that can not be set, ends the program with
 * a sentence. Without HOSTEL_HOST nothing is done.
 */
void host_pretend_or_die(void);

#define HOST_MAPS_USUAL	65530u	/* vm.max_map_count as Linux comes */

/* host_max_maps() - how many mappings the host lets a process have; few if
 * @denied, bits as of host_denied_mask(), says so. */
uint32_t host_max_maps(uint32_t denied);

/* host_runs_ia32() - does the kernel run 32-bit programs, and HOSTEL_HOST not
 * deny it? A small one is started to find out. */
bool host_runs_ia32(void);

#endif
