/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_seed.h - the seed of what a test draws; HOSTEL_SEED repeats it. */
#ifndef TESTS_LIB_SEED_H
#define TESTS_LIB_SEED_H

#include <stdio.h>
#include <stdlib.h>

/* test_seed() - HOSTEL_SEED, or @otherwise: 1 where a failure today is to be
 * one tomorrow, the clock where any draw may be tried. It is printed. */
static inline unsigned int test_seed(unsigned int otherwise)
{
	const char *text = getenv("HOSTEL_SEED");
	unsigned int seed = text ? (unsigned int)strtoul(text, NULL, 0) :
				   otherwise;

	printf("# seed %u\n", seed);
	return seed;
}

#endif
