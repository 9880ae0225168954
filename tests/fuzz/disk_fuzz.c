/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_fuzz.c - a drive's channel, with a hostile other side: the disk process
 * serves what a hostel-app writes there, and VMApp's end believes what a disk
 * process does, while all of it changes under both. Nothing is written past
 * the image's end, and a request ends once at most.
 *
 * tests/fuzz: runs 4000
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/memfd.h"
#include "disk/serve.h"
#include "tests/fuzz/target.h"
#include "vmapp/back/disk.h"
#include "vmapp/back/diskproc.h"

#define STEPS	64u
#define SECTORS	300u

struct bench {
	struct fuzz_input in;
	struct disk_server server;
	struct disk_back back;
	struct events events;
	int pair[2];		/* [0]: VMApp's end */
	unsigned int begun, ended;
	uint32_t tag;
};

static int channel, image;

const char *fuzz_open(void)
{
	channel = memfd_sealed("channel", sizeof(struct disk_channel));
	image = memfd_open("image");
	return channel < 0 || image < 0 ? "no memory" : NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	unsigned int i;

	if (n >= 8)
		return 0;
	for (i = 0; i < 250 && i < size; i++)
		buf[i] = (uint8_t)(i * 53 + n * 119 + i / 7);
	put_le32(buf, n < 3 ? 0 : n * 0x9e3779b9u);	/* some in peace */
	return i;
}

/* ---- a disk_owner's ---------------------------------------------------- */

static void on_done(void *self, struct disk_back *back, uint32_t tag,
		    enum medium_result result, int err)
{
	struct bench *b = self;

	ASSERT(tag == b->tag && err >= 0);
	ASSERT(result == MEDIUM_OK || result == MEDIUM_FAILED);
	ASSERT(back->info.sectors <= DISK_SECTORS_MOST);
	b->ended++;
	ASSERT(b->ended <= b->begun);
}

static void on_full(void *self, struct disk_back *back, int err)
{
	(void)self, (void)err;
	ASSERT(back->full && back->busy == DISK_BUSY_GUEST);
}

static void on_changed(void *self, struct disk_back *back)
{
	(void)self, (void)back;
}

static void on_gone(void *self, struct disk_back *back)
{
	(void)self;
	ASSERT(back->dead);
}

/* ---- steps ------------------------------------------------------------- */

static void step_serve(struct bench *b)
{
	uint8_t word = 0;

	if (send(b->pair[0], &word, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1)
		serve_turn(&b->server);
}

static void step_hear(struct bench *b)
{
	events_wait(&b->events, 0);
}

static void step_begin(struct bench *b)
{
	struct medium_request r = {
		.op = fuzz_byte(&b->in) % (MEDIUM_EJECT + 2),
		.first = fuzz_word(&b->in) % (SECTORS + 10),
		.count = fuzz_word(&b->in) % 260,
	};

	if (b->back.busy == DISK_BUSY_GUEST || b->back.waiting)
		return;
	r.tag = ++b->tag;
	b->begun++;
	disk_start(&b->back, 0, &r);
}

/* step_ask() - a request as nobody of ours makes it. */
static void step_ask(struct bench *b)
{
	struct disk_ask ask = { .op = fuzz_byte(&b->in) % 8 };

	fuzz_bytes(&b->in, &ask.first, 1 + fuzz_byte(&b->in) % 8);
	fuzz_bytes(&b->in, &ask.count, 1 + fuzz_byte(&b->in) % 4);
	disk_channel_put(b->server.ch, &ask,
			 (enum disk_wake)(fuzz_byte(&b->in) % 4));
	step_serve(b);
}

static void step_answer(struct bench *b)
{
	struct disk_channel *ch = b->server.ch;
	uint8_t word = 0;

	fuzz_bytes(&b->in, &ch->answer, sizeof(ch->answer));
	fuzz_bytes(&b->in, &ch->info, sizeof(ch->info));
	ch->answered = fuzz_byte(&b->in) & 1 ? ch->asked : fuzz_long(&b->in);
	send(b->pair[1], &word, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void step_change(struct bench *b)
{
	bool some = fuzz_byte(&b->in) & 1;

	disk_change(&b->back, some ? dup(image) : -1);
	step_serve(b);
}

static void step_again(struct bench *b)
{
	disk_again(&b->back);
}

static void (*const steps[])(struct bench *) = {
	step_serve, step_hear, step_begin, step_ask, step_answer, step_change,
	step_again, step_begin, step_serve, step_hear,
};

/* ---- set up and take down ---------------------------------------------- */

static void open_server(struct bench *b)
{
	struct disk_server *s = &b->server;

	ASSERT(ftruncate(image, SECTORS * MEDIUM_SECTOR) == 0);
	s->ch = disk_channel_attach(channel);
	ASSERT(s->ch);
	s->bell = b->pair[1];
	s->news = -1;
	s->kind = DRIVE_DISK;
	ASSERT(image_raw(&s->base, dup(image), DRIVE_DISK, true) == 0);
	ASSERT(serve_take(s) == 0);
}

static void open_back(struct bench *b)
{
	const struct disk_owner owner = { b, on_done, on_full, on_changed,
					  on_gone };
	const struct diskproc proc = { .channel = channel,
				       .bell = b->pair[0], .news = -1 };

	ASSERT(events_open(&b->events) == 0);
	ASSERT(disk_open(&b->back, 0, &proc, &b->events, &owner) == 0);
}

static void close_all(struct bench *b)
{
	disk_close(&b->back);
	events_close(&b->events);
	overlay_close(&b->server.overlay);
	image_close(&b->server.base);
	munmap(b->server.ch, sizeof(*b->server.ch));
	close(b->pair[0]);
	close(b->pair[1]);
	ASSERT(lseek(image, 0, SEEK_END) == SECTORS * MEDIUM_SECTOR);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bench b = { .in = { data, size } };
	uint32_t seed = fuzz_long(&b.in);
	unsigned int i;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, b.pair) < 0)
		ASSERT(!"a socket pair");
	fcntl(b.pair[0], F_SETFL, O_NONBLOCK);
	open_server(&b);
	memset(b.server.ch, 0, offsetof(struct disk_channel, data));
	b.server.ch->info = (struct medium_info){ .sectors = SECTORS,
						    .present = 1 };
	open_back(&b);
	b.back.direct = seed & 1;
	fuzz_scribble(b.server.ch, offsetof(struct disk_channel, data), seed);
	fuzz_scribble(b.back.ch, offsetof(struct disk_channel, data), seed);
	for (i = 0; i < STEPS && b.in.left; i++)
		steps[fuzz_byte(&b.in) % ARRAY_SIZE(steps)](&b);
	fuzz_scribble_end();
	close_all(&b);
	return 0;
}
