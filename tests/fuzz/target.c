/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target.c - inputs, seeds, and memory that somebody else writes into: see
 * target.h.
 *
 * This file is compiled without coverage (Makefile): what is called before
 * each load must not be called for loads of its own. The compiler's calls have
 * no argument for a state, so there is one at file scope.
 */
#include "tests/fuzz/target.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"

#define SEED_MAX 65536u
#define WALL	 4096u
#define FUZZ_DESCRIPTORS 1024u

/* ---- inputs ------------------------------------------------------------ */

size_t fuzz_bytes(struct fuzz_input *in, void *buf, size_t size)
{
	size_t n = MIN(size, in->left);

	memcpy(buf, in->data, n);
	in->data += n;
	in->left -= n;
	return n;
}

uint8_t fuzz_byte(struct fuzz_input *in)
{
	uint8_t v = 0;

	fuzz_bytes(in, &v, sizeof(v));
	return v;
}

uint16_t fuzz_word(struct fuzz_input *in)
{
	uint16_t v = 0;

	fuzz_bytes(in, &v, sizeof(v));
	return v;
}

uint32_t fuzz_long(struct fuzz_input *in)
{
	uint32_t v = 0;

	fuzz_bytes(in, &v, sizeof(v));
	return v;
}

size_t fuzz_noise(uint8_t *buf, size_t size, size_t most, unsigned int n,
		  unsigned int by, unsigned int plus)
{
	size_t i;

	for (i = 0; i < most && i < size; i++)
		buf[i] = (uint8_t)((i * i + by * i) * (n + plus) >> (n & 3));
	return i;
}

uint8_t *fuzz_walled(size_t size)
{
	uint8_t *p = mmap(NULL, size + WALL, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && !mprotect(p + size, WALL, PROT_NONE) ? p :
									 NULL;
}

unsigned int fuzz_descriptors(void)
{
	struct pollfd fds[FUZZ_DESCRIPTORS];
	unsigned int n = 0, i;
	int ready;

	/* One call; poll() says of each whether it is open. */
	for (i = 0; i < FUZZ_DESCRIPTORS; i++)
		fds[i] = (struct pollfd){ .fd = (int)i };
	ready = poll(fds, FUZZ_DESCRIPTORS, 0);
	ASSERT(ready >= 0);
	for (i = 0; i < FUZZ_DESCRIPTORS; i++)
		n += !(fds[i].revents & POLLNVAL);
	return n;
}

/* ---- memory that somebody else writes into ----------------------------- */

static struct {
	struct {
		uintptr_t at, size;
	} memory[FUZZ_MEMORIES];
	unsigned int count;
	uint32_t state;		/* of the draw; 0: nobody writes */
	uint32_t every;		/* one load in so many */
	bool stubborn;		/* no value comes twice: what waits for two to
				 * be equal waits for ever */
} other;

static uint32_t draw(void)
{
	other.state ^= other.state << 13;	/* xorshift: never 0 */
	other.state ^= other.state >> 17;
	other.state ^= other.state << 5;
	return other.state;
}

void fuzz_scribble(void *memory, size_t size, uint32_t seed)
{
	ASSERT(other.count < FUZZ_MEMORIES && size >= 16);
	other.memory[other.count].at = (uintptr_t)memory;
	other.memory[other.count++].size = size;
	other.state = seed;
	other.every = 1 + (seed & 0x1f);
	other.stubborn = seed & 0x20;
}

void fuzz_scribble_end(void)
{
	other.count = 0;
	other.state = 0;
}

/* value() - of all values those that bounds are made of come often. */
static uint64_t value(void)
{
	static const uint32_t often[] = {
		0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x5ff, 0x600, 0x7fff, 0x8000,
		0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
	};
	uint32_t r = draw();

	if (r & 1 && !other.stubborn)
		return often[(r >> 1) % ARRAY_SIZE(often)];
	return (uint64_t)r << 32 | draw();
}

/* before_load() - of @size bytes at @p. */
static void before_load(const void *p, size_t size)
{
	uint64_t v;
	unsigned int i;
	size_t at;

	if (!other.state)
		return;
	for (i = 0; i < other.count; i++)
		if ((uintptr_t)p - other.memory[i].at < other.memory[i].size)
			break;
	if (i == other.count || draw() % other.every)
		return;
	at = (uintptr_t)p - other.memory[i].at;
	if (draw() % 4 == 0) {		/* somewhere else, for a later load */
		at = draw() % (uint32_t)(other.memory[i].size - 8) & ~3u;
		size = 4;
	}
	if (size > other.memory[i].size - at)
		return;
	v = value();
	memcpy((void *)(other.memory[i].at + at), &v, MIN(size, sizeof(v)));
}

/* What clang calls: its name for each width. */
void __sanitizer_cov_load1(uint8_t *p);
void __sanitizer_cov_load2(uint16_t *p);
void __sanitizer_cov_load4(uint32_t *p);
void __sanitizer_cov_load8(uint64_t *p);
void __sanitizer_cov_load16(void *p);

void __sanitizer_cov_load1(uint8_t *p)
{
	before_load(p, 1);
}

void __sanitizer_cov_load2(uint16_t *p)
{
	before_load(p, 2);
}

void __sanitizer_cov_load4(uint32_t *p)
{
	before_load(p, 4);
}

void __sanitizer_cov_load8(uint64_t *p)
{
	before_load(p, 8);
}

void __sanitizer_cov_load16(void *p)
{
	before_load(p, 16);
}

/* ---- before the first run ---------------------------------------------- */

static void write_seeds(const char *folder)
{
	uint8_t *buf = malloc(SEED_MAX);
	char path[4096];
	unsigned int n;
	size_t len;
	FILE *f;

	for (n = 0; buf && (len = fuzz_seed(n, buf, SEED_MAX)) > 0; n++) {
		snprintf(path, sizeof(path), "%s/seed%u", folder, n);
		f = fopen(path, "w");
		if (!f || fwrite(buf, 1, len, f) != len || fclose(f))
			die("can not write %s", path);
	}
	free(buf);
}

/* LLVMFuzzerInitialize() - called once. With HOSTEL_FUZZ_SEEDS=FOLDER the
 * inputs to begin with are written there, and that is all. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *folder = getenv("HOSTEL_FUZZ_SEEDS"), *why;

	(void)argc, (void)argv;
	log_init("fuzz", LOG_ERROR);
	if (folder) {
		write_seeds(folder);
		_exit(0);
	}
	why = fuzz_open();
	if (why) {
		printf("# skip: %s\n", why);
		fflush(stdout);
		_exit(FUZZ_SKIPPED);
	}
	return 0;
}
