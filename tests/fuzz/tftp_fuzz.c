/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tftp_fuzz.c - a guest's TFTP packets, sound but for what the input changes,
 * or anything; and a process beside the NAT that opens files, or says what is
 * not so. A packet makes one answer at most, which fits into a frame and has
 * right checksums; no descriptor is left, whoever lied.
 *
 * tests/fuzz: runs 20000
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/fdpass.h"
#include "tests/fuzz/target.h"
#include "vmnet/nat/nat_folder.h"
#include "vmnet/nat/nat_tftp.h"
#include "vmnet/proto/proto.h"

#define STEPS	96u
#define GUEST	(NAT_NETWORK + NAT_FIRST_HOST)

static struct {
	struct fuzz_input in;
	struct nat_tftp *tftp;
	struct nat_out out;
	int folder[2];		/* the NAT's end, and ours */
	int file;		/* of 3000 bytes */
	uint64_t now;
	unsigned int answers;
	uint16_t block;		/* that came last */
} b;

const char *fuzz_open(void)
{
	b.file = memfd_create("file", MFD_CLOEXEC);
	return b.file >= 0 && ftruncate(b.file, 3000) == 0 ? NULL : "no file";
}

/* Steps: which one, and the bytes that it takes. */
static const uint8_t talks[][48] = {
	/* A file is asked for, opened, and read to its end. */
	{ 0, 0, 1, 0, 4, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0,
	  1, 1, 0 },
	/* With all options; then it goes again and again. */
	{ 0, 0, 7, 3, 4, 0, 1, 1, 0, 5, 40, 5, 40, 5, 40, 5, 40, 5, 40, 5, 40,
	  5, 40 },
	/* It is not there; it leads out; the other one has ended. */
	{ 0, 0, 1, 0, 4, 1, 0, 0, 1, 0, 4, 2, 6, 0, 0, 1, 0, 5, 1 },
};

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	if (n < ARRAY_SIZE(talks)) {
		memcpy(buf, talks[n], sizeof(talks[n]));
		return sizeof(talks[n]);
	}
	n -= ARRAY_SIZE(talks);
	if (n >= 8)
		return 0;
	return fuzz_noise(buf, size, 300, n, 5, 3);
}

/* ---- the guest ----------------------------------------------------------- */

/* take_answer() - what goes to the guest */
static void take_answer(void *opaque, const uint8_t *frame, size_t len)
{
	uint8_t copy[2048];
	struct nat_packet p;

	(void)opaque;
	ASSERT(len > ETHER_HEADER && len <= ETHER_HEADER + NAT_MTU);
	memcpy(copy, frame, len);
	ASSERT(nat_packet_parse(copy + ETHER_HEADER, len - ETHER_HEADER, &p));
	ASSERT(nat_udp_sound(&p) && p.to == GUEST);
	ASSERT(p.from == nat_gateway(NAT_NETWORK));
	ASSERT(get_be16(p.body) == 69);
	b.answers++;
	if (p.body_len >= UDP_HEADER + 4)
		b.block = get_be16(p.body + UDP_HEADER + 2);
}

/* give() - a datagram with @len bytes of TFTP, in memory of just its size */
static void give(const uint8_t *tftp, size_t len, uint8_t how)
{
	uint8_t *udp = malloc(UDP_HEADER + len);
	struct nat_packet p = { .body = udp, .body_len = UDP_HEADER + len,
				.proto = PROTO_UDP, .from = GUEST,
				.to = nat_gateway(NAT_NETWORK) };

	ASSERT(udp);
	put_be16(udp, (uint16_t)(2000 + (how & 31)));
	put_be16(udp + 2, 69);
	put_be16(udp + 4, (uint16_t)p.body_len);
	if ((how & 0xe0) == 0xe0)
		put_be16(udp + 4, fuzz_word(&b.in));
	memcpy(udp + UDP_HEADER, tftp, len);
	b.answers = 0;
	ASSERT(nat_tftp_takes(b.tftp, &p));
	nat_tftp_input(b.tftp, &p, b.now);
	ASSERT(b.answers <= 1);
	free(udp);
}

/* add() - a word with its end. Return: the length then. */
static size_t add(uint8_t *to, size_t at, const char *word)
{
	memcpy(to + at, word, strlen(word) + 1);
	return at + strlen(word) + 1;
}

static void asks(void)
{
	static const char *const words[] = {
		"blksize", "1468", "tsize", "0", "timeout", "1", "8", "65535",
		"99999999999", "-1", "BLKSIZE", "512", "", "windowsize", "255",
	};
	uint8_t msg[1500] = { 0, 1 }, how = fuzz_byte(&b.in);
	uint8_t n = fuzz_byte(&b.in), options = fuzz_byte(&b.in) % 12;
	size_t at = 2, i;

	at = add(msg, at, n & 2 ? "a/b" : "file");
	at = add(msg, at, n & 64 ? "netascii" : "octet");
	for (i = 0; n & 4 && i < 6u; i++)
		at = add(msg, at, words[i]);
	while (options--)
		at = add(msg, at, words[fuzz_byte(&b.in) % ARRAY_SIZE(words)]);
	if (n & 8)
		msg[fuzz_word(&b.in) % at] = fuzz_byte(&b.in);
	if (n & 16)
		at = fuzz_word(&b.in) % (at + 1);
	give(msg, at, how);
}

/* acks() - of what came last, mostly */
static void acks(void)
{
	uint8_t msg[4] = { 0, 4 }, how = fuzz_byte(&b.in);

	put_be16(msg + 2, how & 1 ? b.block : fuzz_word(&b.in));
	give(msg, 4, fuzz_byte(&b.in));
}

static void gives_up(void)
{
	static const uint8_t msg[] = { 0, 5, 0, 0, 'n', 'o', 0 };

	give(msg, sizeof(msg), fuzz_byte(&b.in));
}

static void says_anything(void)
{
	uint8_t msg[600], how = fuzz_byte(&b.in);
	size_t len = fuzz_bytes(&b.in, msg, fuzz_byte(&b.in) * 2u);

	give(msg, len, how);
}

/* ---- who opens files ----------------------------------------------------- */

/* The names that came are whole, and end. */
static uint32_t was_asked(void)
{
	struct folder_asked asked = { .number = 0 };
	ssize_t n = recv(b.folder[1], &asked, sizeof(asked), MSG_DONTWAIT);

	ASSERT(n <= 0 || (n == (ssize_t)sizeof(asked) &&
			  memchr(asked.name, 0, sizeof(asked.name))));
	return asked.number;
}

static void opens(void)
{
	static const int errors[] = { 0, ENOENT, EXDEV, EISDIR, EACCES, EIO };
	uint8_t how = fuzz_byte(&b.in);
	struct folder_answer a = { .number = was_asked(), .size = 3000 };
	size_t len = sizeof(a), fds = 1;

	a.err = -errors[(how & 7) % ARRAY_SIZE(errors)];
	if (how & 8)
		a.size = (uint64_t)fuzz_long(&b.in) << (fuzz_byte(&b.in) % 33);
	if (how & 16)
		a.number = fuzz_byte(&b.in);
	if (how & 32)
		len = fuzz_byte(&b.in) % sizeof(a) + 1;
	if (a.err && !(how & 64))
		fds = 0;
	if (how & 128)
		fds = 0;
	if (b.folder[1] >= 0)
		fdpass_send(b.folder[1], &a, len, &b.file, fds);
}

static void looks(void)
{
	struct pollfd p;

	nat_tftp_fill(b.tftp, &p);
	poll(&p, 1, 0);
	nat_tftp_poll(b.tftp, &p, b.now);
	ASSERT(nat_tftp_wait_ms(b.tftp, b.now, 10000) <= 10000);
}

static void opens_and_looks(void)
{
	opens();
	looks();
}

static void time_passes(void)
{
	b.now += 1ull << fuzz_byte(&b.in) % 43;
	looks();
}

static void ends(void)
{
	if (fuzz_byte(&b.in) % 4 == 0)
		shutdown(b.folder[1], SHUT_RDWR);
	looks();
}

static void (*const steps[])(void) = {
	asks, acks, gives_up, says_anything, opens_and_looks, time_passes,
	ends, opens,
};

/* ---- a run --------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int before = fuzz_descriptors(), i;

	b.in = (struct fuzz_input){ data, size };
	b.now = b.block = 0;
	b.out = (struct nat_out){ .send = take_answer,
				  .subnet = NAT_NETWORK };
	ASSERT(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
			  b.folder) == 0);
	b.tftp = nat_tftp_new(&b.out, b.folder[0]);
	ASSERT(b.tftp);
	for (i = 0; i < STEPS && b.in.left; i++)
		steps[fuzz_byte(&b.in) % ARRAY_SIZE(steps)]();
	nat_tftp_free(b.tftp);
	close(b.folder[0]);
	close(b.folder[1]);
	ASSERT(fuzz_descriptors() == before);
	return 0;
}
