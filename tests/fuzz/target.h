/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target.h - what the fuzz targets share (tests/fuzz/NAME_fuzz.c).
 *
 * A target is a program of libFuzzer's: it has LLVMFuzzerTestOneInput(), and
 * the two functions below that target.c calls before.
 *
 * 1. One input is one run: nothing of a run is left when it returns, so that
 *    an input that crashed does so again, alone.
 * 2. Who shares memory with us writes into it at any time. A thread that does
 *    so hits a gap of a few instructions seldom, and never again. So memory
 *    that is given to fuzz_scribble() changes just before one of our loads
 *    from it: before which ones, and to what, is drawn from a seed that is
 *    part of the input. (The compiler calls us before each load: clang's
 *    -fsanitize-coverage=trace-loads. What memcpy() reads is not told.)
 * 3. Hostel's own messages are not wanted; a failed ASSERT, a sanitizer's
 *    finding, an exit or a run of more than ten seconds is a failure.
 */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* A target's exit status where it can not be run: none of libFuzzer's. */
#define FUZZ_SKIPPED 99

/* ---- what a target has ------------------------------------------------- */

/* LLVMFuzzerTestOneInput() - one run. Return: 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* fuzz_open() - what all runs share. Return: NULL, or why this host can not
 * run it. */
const char *fuzz_open(void);

/* fuzz_seed() - write the @n-th input to begin with. Return: its length; 0:
 * there are no more. */
size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size);

/* ---- what it may use --------------------------------------------------- */

/* What is left of an input; reading past its end gives 0. */
struct fuzz_input {
	const uint8_t *data;
	size_t left;
};

uint8_t fuzz_byte(struct fuzz_input *in);
uint16_t fuzz_word(struct fuzz_input *in);
uint32_t fuzz_long(struct fuzz_input *in);

/* fuzz_noise() - for fuzz_seed(): up to @most of @size bytes that look like
 * nothing, others for each @n. @by, @plus: a target's own. Return: how many. */
size_t fuzz_noise(uint8_t *buf, size_t size, size_t most, unsigned int n,
		  unsigned int by, unsigned int plus);

/* fuzz_bytes() - up to @size bytes. Return: how many. */
size_t fuzz_bytes(struct fuzz_input *in, void *buf, size_t size);

/**
 * fuzz_scribble() - from now on somebody else writes into this memory, too
 * @memory, @size: of it; up to FUZZ_MEMORIES of them at a time
 * @seed: what is written, and when; 0: nothing
 */
#define FUZZ_MEMORIES 4u
void fuzz_scribble(void *memory, size_t size, uint32_t seed);

/* fuzz_scribble_end() - nobody writes any more, into none of it. */
void fuzz_scribble_end(void);

/* fuzz_walled() - @size bytes, whole pages, of zeros; what touches the page
 * behind them ends the run. Return: NULL: no memory. They stay to the end. */
uint8_t *fuzz_walled(size_t size);

/* fuzz_descriptors() - how many are open below 1024. */
unsigned int fuzz_descriptors(void);

#endif
