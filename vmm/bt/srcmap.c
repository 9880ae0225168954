// SPDX-License-Identifier: BSD-2-Clause
/*
 * srcmap.c - source maps, packed. An entry is:
 *
 *	1 or 3 bytes	host code since the last entry; 255: 16 bits follow
 *	1 byte		guest code since then, 0 to 15, in bits 3-0, and in
 *			the others which of what follows there is
 *	2 bytes		the guest's ESP, if it is not as far from its register
 *			as it was (SRC_ESP)
 *	1 byte		biased, swapped (SRC_POINTERS)
 *	5 bytes		owed flags (SRC_OWED)
 *
 * All numbers are little-endian.
 */
#include "vmm/bt/srcmap.h"

#include "base/bytes.h"
#include "base/check.h"

#define SRC_GUEST	0x0fu
#define SRC_STORE	0x10u
#define SRC_ESP		0x20u
#define SRC_POINTERS	0x40u
#define SRC_OWED	0x80u
#define HOST_LONG	255u

static uint8_t *entry_pack(uint8_t *p, const struct srcmap *m,
			   const struct srcmap *last)
{
	uint32_t host = (uint32_t)m->host - last->host;
	uint32_t guest = (uint32_t)m->guest - last->guest;
	uint8_t *head;

	ASSERT(m->host >= last->host && guest <= SRC_GUEST);
	*p++ = (uint8_t)MIN(host, HOST_LONG);
	if (host >= HOST_LONG) {
		put_le16(p, (uint16_t)host);
		p += 2;
	}
	head = p++;
	*head = (uint8_t)(guest | (m->store ? SRC_STORE : 0));
	if (m->esp != last->esp) {
		*head |= SRC_ESP;
		put_le16(p, (uint16_t)m->esp);
		p += 2;
	}
	if (m->biased || m->swapped) {
		*head |= SRC_POINTERS;
		*p++ = (uint8_t)(m->biased | m->swapped << 4);
	}
	if (m->owed.how != OWED_NOTHING) {
		*head |= SRC_OWED;
		*p++ = m->owed.how;
		put_le16(p, (uint16_t)m->owed.imm);
		put_le16(p + 2, (uint16_t)m->owed.before);
		p += 4;
	}
	return p;
}

size_t srcmap_pack(uint8_t *to, const struct srcmap *map, size_t count)
{
	struct srcmap last = { 0 };
	uint8_t *p = to;
	size_t i;

	for (i = 0; i < count; i++) {
		p = entry_pack(p, &map[i], &last);
		last = map[i];
	}
	return (size_t)(p - to);
}

/* entry_unpack() - @m becomes the entry behind it, which is at @p. */
static const uint8_t *entry_unpack(const uint8_t *p, struct srcmap *m)
{
	uint32_t host = *p++;
	uint8_t head;

	if (host == HOST_LONG) {
		host = get_le16(p);
		p += 2;
	}
	head = *p++;
	m->host = (uint16_t)(m->host + host);
	m->guest = (uint16_t)(m->guest + (head & SRC_GUEST));
	m->store = head & SRC_STORE;
	if (head & SRC_ESP) {
		m->esp = (int16_t)get_le16(p);
		p += 2;
	}
	m->biased = head & SRC_POINTERS ? *p & 15 : 0;
	m->swapped = head & SRC_POINTERS ? *p++ >> 4 : 0;
	m->owed = (struct owed){ 0 };
	if (head & SRC_OWED) {
		m->owed.how = *p++;
		m->owed.imm = (int16_t)get_le16(p);
		m->owed.before = (int16_t)get_le16(p + 2);
		p += 4;
	}
	return p;
}

struct srcmap srcmap_find(const uint8_t *from, size_t count, uint32_t host)
{
	struct srcmap next = { 0 }, m;

	from = entry_unpack(from, &next);
	do {
		m = next;
		if (--count == 0)
			break;
		from = entry_unpack(from, &next);
	} while (next.host <= host);
	return m;
}

bool srcmap_plain(const uint8_t *from, size_t count, uint32_t guest,
		  uint32_t *host)
{
	struct srcmap m = { 0 };

	while (count--) {
		from = entry_unpack(from, &m);
		if (m.guest >= guest)
			break;
	}
	*host = m.host;
	return m.guest == guest && !m.esp && !m.biased && !m.swapped &&
	       m.owed.how == OWED_NOTHING;
}
