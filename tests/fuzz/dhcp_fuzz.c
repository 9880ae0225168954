/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp_fuzz.c - what vmnet-dhcp makes of a guest's frames, and of what the
 * switch says: DHCP, ARP, and questions for names, sound but for what the input
 * changes, or anything. No answer is longer than there is room for, each goes
 * to who asked or to all, and its checksums are right.
 *
 * tests/fuzz: runs 20000
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "tests/fuzz/target.h"
#include "vmnet/dhcp/dhcp.h"
#include "vmnet/names/names.h"
#include "vmnet/proto/checksum.h"

#define STEPS	64u
#define SERVER	(HOSTONLY_SUBNET + 254)

enum { ETHER = 14, IP = 20, UDP = 8 };

static struct {
	struct fuzz_input in;
	struct dhcp *dhcp;
	struct vmnet_names names;
	uint64_t now;
} b;

static const uint8_t card[6] = { 0, 0x50, 0x56, 0, 0, 7 };

const char *fuzz_open(void)
{
	return NULL;
}

/* Steps: which maker, and the bytes that it takes. */
static const uint8_t talks[][64] = {
	/* A card, a machine, a question for it, and one for its address. */
	{ 3, 15, 1, 4, 0, 1, 15, 3, 'w', 'e', 'b',
	  1, 0, 18, 3, 'w', 'e', 'b', 6, 'h', 'o', 's', 't', 'e', 'l', 0, 0, 1,
	  0, 1, 1, 0, 30, 2, '1', '5', 3, '2', '1', '1', 3, '1', '6', '8' },
	/* DISCOVER, REQUEST, ARP. */
	{ 0, 0, 3, 53, 1, 1, 0, 0, 9, 53, 1, 3, 50, 4, 192, 168, 211, 200, 2 },
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
	return fuzz_noise(buf, size, 300, n, 7, 3);
}

/* ---- frames ------------------------------------------------------------ */

/* datagram() - headers before @len bytes, to the server; sound, or not. */
static size_t datagram(uint8_t *f, uint16_t port, size_t len)
{
	uint8_t *ip = f + ETHER, *udp = ip + IP, how = fuzz_byte(&b.in);

	memset(f, 0xff, 6);
	memcpy(f + 6, card, 6);
	put_be16(f + 12, 0x0800);
	memset(ip, 0, IP + UDP);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(IP + UDP + len));
	ip[8] = 64;
	ip[9] = 17;
	put_be32(ip + 12, HOSTONLY_SUBNET + 200);
	put_be32(ip + 16, SERVER);
	put_be16(udp, port == 53 ? 3000 : 68);
	put_be16(udp + 2, port);
	put_be16(udp + 4, (uint16_t)(UDP + len));
	if (how & 1)
		ip[fuzz_byte(&b.in) % (IP + UDP)] ^= fuzz_byte(&b.in);
	put_le16(ip + 10, 0);
	put_le16(ip + 10, (uint16_t)~sum_fold(sum_bytes(ip, IP)));
	return ETHER + IP + UDP + len;
}

static size_t a_request(uint8_t *f)
{
	uint8_t *m = f + ETHER + IP + UDP;
	size_t len = 240;

	memset(m, 0, len);
	m[0] = m[1] = 1;
	m[2] = 6;
	memcpy(m + 28, card, 6);
	put_be32(m + 236, 0x63825363);
	if (fuzz_byte(&b.in) & 1)
		m[fuzz_byte(&b.in) % len] ^= fuzz_byte(&b.in);
	len += fuzz_bytes(&b.in, m + len, fuzz_byte(&b.in));
	return datagram(f, 67, len);
}

static size_t a_question(uint8_t *f)
{
	uint8_t *m = f + ETHER + IP + UDP, how = fuzz_byte(&b.in);
	size_t len = 12;

	memset(m, 0, len);
	put_be16(m + 4, 1);
	if (how & 1)
		m[fuzz_byte(&b.in) % len] ^= fuzz_byte(&b.in);
	len += fuzz_bytes(&b.in, m + len, fuzz_byte(&b.in));
	return datagram(f, 53, len);
}

static size_t any_frame(uint8_t *f)
{
	memset(f, 0, ETHER);
	return MAX(fuzz_bytes(&b.in, f, fuzz_byte(&b.in)), (size_t)ETHER);
}

/* a_card(), machines() - what the switch says. Return: 0: it is no frame. */
static size_t a_card(uint8_t *f)
{
	struct vmnet_dhcp_card c = { .host = fuzz_byte(&b.in) };
	uint8_t how;

	(void)f;
	memcpy(c.mac, card, 6);
	how = fuzz_byte(&b.in);
	c.names = how & 0x7f;
	c.gone = how >> 7;
	if (!decode_dhcp_card(&c, sizeof(c), &c))
		return 0;
	if (c.gone)
		dhcp_card_gone(b.dhcp, c.mac, c.host);
	else
		dhcp_card(b.dhcp, c.mac, c.host, c.names);
	return 0;
}

static size_t machines(uint8_t *f)
{
	struct vmnet_names n = b.names, good;
	struct vmnet_owner o = { .pid = 1 };
	uint8_t how = fuzz_byte(&b.in), host;
	unsigned int i, more = fuzz_byte(&b.in) % 8;
	size_t len;

	(void)f;
	for (i = 0; i < more; i++) {
		host = fuzz_byte(&b.in);
		len = fuzz_bytes(&b.in, o.name,
				 fuzz_byte(&b.in) % VMNET_MACHINE_MAX);
		memset(o.name + len, 0, sizeof(o.name) - len);
		names_add(&n, &o, host);
	}
	if (how & 1)
		((uint8_t *)&n)[fuzz_word(&b.in) % sizeof(n)] ^=
			fuzz_byte(&b.in);
	if (!decode_names(&n, sizeof(n), &good))
		return 0;
	b.names = good;
	dhcp_names(b.dhcp, &good);
	return 0;
}

static size_t time_passes(uint8_t *f)
{
	(void)f;
	b.now += (uint64_t)fuzz_word(&b.in) * NSEC_PER_SEC;
	return 0;
}

static size_t (*const makers[])(uint8_t *) = {
	a_request, a_question, any_frame, a_card, machines, time_passes,
};

/* ---- answers ----------------------------------------------------------- */

/* look() - at an answer to that frame */
static void look(const uint8_t *frame, const uint8_t *a, size_t len)
{
	static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
	const uint8_t *ip = a + ETHER;
	size_t total;

	ASSERT(len >= 60 && len <= DHCP_FRAME_MAX);
	ASSERT(!memcmp(a, frame + 6, 6) || !memcmp(a, everyone, 6));
	if (get_be16(a + 12) != 0x0800)
		return;
	total = get_be16(ip + 2);
	ASSERT(total >= IP + UDP && total <= len - ETHER);
	ASSERT(sum_fold(sum_bytes(ip, IP)) == 0xffff);
	ASSERT(get_be32(ip + 12) == SERVER);
	ASSERT(get_be16(ip + IP + 4) == total - IP);
	if (get_be16(ip + IP) == 53)	/* it is one, and has one record */
		ASSERT((ip[IP + UDP + 2] & 0x80) &&
		       get_be16(ip + IP + UDP + 6) <= 1);
}

/* give() - a frame, in memory of just its size. */
static void give(const uint8_t *frame, size_t len)
{
	uint8_t *copy = malloc(len), *out = malloc(DHCP_FRAME_MAX);
	size_t n;

	ASSERT(copy && out);
	memcpy(copy, frame, len);
	n = dhcp_answer(b.dhcp, copy, len, out, b.now);
	if (n)
		look(copy, out, n);
	free(copy);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t frame[2048];
	unsigned int i;
	size_t len;

	b.in = (struct fuzz_input){ data, size };
	b.now = 0;
	b.names = (struct vmnet_names){ .magic = VMNET_MAGIC,
					.version = VMNET_VERSION };
	b.dhcp = dhcp_new(HOSTONLY_SUBNET, 24);
	ASSERT(b.dhcp);
	for (i = 0; i < STEPS && b.in.left; i++) {
		len = makers[fuzz_byte(&b.in) % ARRAY_SIZE(makers)](frame);
		if (len && len <= VMNET_FRAME_MAX)
			give(frame, len);
	}
	free(b.dhcp);
	return 0;
}
