/* SPDX-License-Identifier: BSD-2-Clause */
/* tapring.c - copies of frames by shared memory: see tapring.h. */
#include "vmnet/tap/tapring.h"

#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/memfd.h"
#include "vmnet/tap/tap_drop.h"

BUILD_ASSERT((TAP_SLOTS & (TAP_SLOTS - 1)) == 0);

struct tap_ring *tapring_create(int *fd)
{
	return memfd_share("capture", sizeof(struct tap_ring), fd);
}

struct tap_ring *tapring_attach(int fd)
{
	return memfd_attach(fd, sizeof(struct tap_ring));
}

void tapring_detach(struct tap_ring *ring)
{
	if (ring)
		munmap(ring, sizeof(*ring));
}

unsigned int tapring_ports(const struct tap_ring *ring)
{
	unsigned int ports = atomic_load(&ring->ports);	/* read once */

	return MIN(ports, TAP_TOLD);
}

unsigned int tapring_unheard(const struct tap_ring *ring)
{
	return atomic_load(&ring->unheard);
}

/* mark_ok() - could the switch have written it? @ports: of the ring */
static bool mark_ok(const struct tap_mark *m, unsigned int ports)
{
	return m->port < ports && m->way < TAP_WAYS && m->drop <= TAP_DROPS &&
	       m->kept <= VMNET_FRAME_MAX && m->kept <= m->len &&
	       (!m->unseen || !m->len);
}

bool tapring_take(struct tap_ring *ring, struct tap_slot *slot, uint64_t *bad)
{
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
	unsigned int ports = tapring_ports(ring);
	const struct tap_slot *from;
	bool got = false;

	if (head - tail > TAP_SLOTS) {	/* the switch never does that */
		++*bad;
		tail = head;
	}
	while (!got && tail != head) {
		from = &ring->slot[tail++ % TAP_SLOTS];
		memcpy(&slot->mark, &from->mark, sizeof(slot->mark));
		got = mark_ok(&slot->mark, ports);
		if (got)
			memcpy(slot->data, from->data, slot->mark.kept);
		else
			++*bad;
	}
	atomic_store_explicit(&ring->tail, tail, memory_order_release);
	return got;
}

bool tapring_ask(struct tap_ring *ring)
{
	atomic_store(&ring->asked, 1);
	return atomic_load(&ring->head) == atomic_load(&ring->tail) &&
	       !atomic_load(&ring->ended);
}

void tapring_port(const struct tap_ring *ring, unsigned int i,
		  struct tap_port_told *told)
{
	char *c;

	ASSERT(i < TAP_TOLD);
	memcpy(told, &ring->port[i], sizeof(*told));
	told->name[TAP_NAME_MAX - 1] = 0;
	for (c = told->name; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}
