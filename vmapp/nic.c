/* SPDX-License-Identifier: BSD-2-Clause */
/* nic.c - a Lance and its plug into VMNet: see nic.h. */
#include "vmapp/nic.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/log.h"
#include "devices/lance_ring.h"
#include "vmapp/vm.h"
#include "vmdriver/iopath.h"

/*
 * Frames taken in one go. More would keep the guest from the CPU, so that it
 * could not empty its ring.
 */
#define NIC_BATCH 64

bool nic_send(void *board, unsigned int pin, const uint8_t *frame, size_t len)
{
	struct nic *nic = board;
	uint64_t since;
	uint8_t row;
	int err;

	(void)pin;
	if (!nic->plugged)
		return true;	/* no cable: the frame is lost on the air */
	row = account_begin(&nic->vm->rows, ROW_TRANSMIT);
	since = stamp(nic->vm->config->stamps);
	err = vmnet_client_send(&nic->net, frame, len);
	trip_sent(&nic->vm->cross->trip, since);
	nic->vm->rows.now = row;
	if (err == -EAGAIN) {
		vmnet_client_want_write(&nic->net, true);
		return false;
	}
	return true;	/* sent, or lost and counted by the client */
}

/* take_frame() - one from VMNet into nic->held, as vmnet_client_recv(). */
static ssize_t take_frame(struct nic *nic)
{
	uint64_t since = stamp(nic->vm->config->stamps);
	ssize_t n;

	account_begin(&nic->vm->rows, ROW_RECEIVE);
	n = vmnet_client_recv(&nic->net, nic->held, sizeof(nic->held));
	if (n > 0)
		trip_taken(&nic->vm->cross->trip, since);
	return n;
}

/* chip_receive() - the frame in nic->held to the chip. */
static void chip_receive(struct nic *nic, size_t len)
{
	uint64_t since = stamp(nic->vm->config->stamps);

	account_begin(&nic->vm->rows, ROW_LANCE_RX);
	lance_receive(&nic->lance, nic->held, len);
	trip_delivered(&nic->vm->cross->trip, since);
}

/* nic_deliver() - give the held frame to the chip; false: not yet. */
static bool nic_deliver(struct nic *nic)
{
	if (!nic->held_len)
		return true;
	if (!lance_can_receive(&nic->lance, nic->held_len))
		return false;
	chip_receive(nic, nic->held_len);
	nic->held_len = 0;
	return true;
}

static void nic_link_changed(struct nic *nic)
{
	bool up = vmnet_client_link(&nic->net);

	log_debug("nic%u: link %s", nic->index, up ? "up" : "down");
	lance_link(&nic->lance, up);
}

/*
 * drain() - from the ring to the chip
 *
 * A frame that the chip has no room for stays where it is, as the VMM may be
 * the next to look. Return: false if there is one.
 */
static bool drain(struct nic *nic)
{
	struct frame_ring *ring = &nic->net.rings->to_client;
	unsigned int i;
	ssize_t n;

	for (i = 0; i < 2 * RING_SLOTS; i++) {
		size_t len = ring_peek(ring);

		if (!len && ring_ask_frames(ring, RING_WAKE_BELL))
			return true;
		if (!lance_can_receive(&nic->lance, len))
			return false;
		n = take_frame(nic);
		if (n > 0)
			chip_receive(nic, (size_t)n);
		else if (n == 0)
			nic_link_changed(nic);
	}
	/* There is no end to it: the guest has its turn first. */
	bell_ring(vmnet_client_bell(&nic->net));
	return true;
}

/* receive_rings() - what is put in after the bell is silenced rings again. */
static void receive_rings(struct nic *nic)
{
	vmnet_client_promiscuous(&nic->net, lance_promiscuous(&nic->lance));
	vmnet_client_hush(&nic->net);
	drain(nic);
}

/*
 * receive_socket() - while the chip has no room the descriptor is not watched:
 * VMNet's socket keeps the frames, and the chip says by CHIP_NEEDS_HOST or by
 * its alarm when to look again
 */
static void receive_socket(struct nic *nic)
{
	unsigned int i;
	ssize_t n;

	vmnet_client_promiscuous(&nic->net, lance_promiscuous(&nic->lance));
	for (i = 0; i < NIC_BATCH && nic_deliver(nic); i++) {
		n = take_frame(nic);
		if (n < 0)
			break;
		if (n == 0)
			nic_link_changed(nic);
		else
			nic->held_len = (size_t)n;
	}
	events_watch(&nic->vm->events, &nic->source,
		     nic->held_len ? 0 : EPOLLIN);
}

/* nic_receive() - move frames from VMNet to the chip. */
static void nic_receive(struct nic *nic)
{
	uint64_t before = nic->stats.rx_offered;
	uint8_t row = nic->vm->rows.now;

	if (!nic->plugged)
		return;
	if (nic->net.rings)
		receive_rings(nic);
	else
		receive_socket(nic);
	lance_batch(nic->stats.rx_batches, nic->stats.rx_offered - before);
	nic->vm->rows.now = row;
}

void nic_take(struct nic *nic)
{
	nic_receive(nic);
	/* Perhaps it is room to send that made it ready. */
	lance_work(&nic->lance);
	vmnet_client_flush(&nic->net);
}

/* tell_forged() - why frames are lost, once. */
static void tell_forged(struct nic *nic)
{
	const uint8_t *m = nic->mac;

	if (!nic->net.forged || nic->told_forged)
		return;
	nic->told_forged = true;
	log_warn("card %u: the guest sends from another address than the "
		 "card's, %02x:%02x:%02x:%02x:%02x:%02x, or another card has "
		 "that; such frames are lost. If it shall: --net ...,any-mac",
		 nic->index, m[0], m[1], m[2], m[3], m[4], m[5]);
}

static void nic_ready(void *owner, struct source *src, uint32_t got)
{
	struct nic *nic = owner;

	(void)src, (void)got;
	/* With rings all but frames comes by the socket. */
	if (nic->net.rings && vmnet_client_news(&nic->net))
		nic_link_changed(nic);
	nic_take(nic);
	tell_forged(nic);
}

static void bell_ready(void *owner, struct source *src, uint32_t got)
{
	(void)src, (void)got;
	nic_take(owner);
}

void nic_listen(struct nic *nic, bool on)
{
	if (nic->plugged && nic->direct)
		events_watch(&nic->vm->events, &nic->bell, on ? EPOLLIN : 0);
}

bool nic_noticed(const struct nic *nic)
{
	return nic->plugged && vmnet_client_noticed(&nic->net);
}

void nic_transmit(struct nic *nic)
{
	uint64_t since;
	uint8_t row;

	if (!lance_has_work(nic->lance.regs))
		return;
	row = account_begin(&nic->vm->rows, ROW_LANCE_TX);
	lance_work(&nic->lance);
	nic->vm->rows.now = ROW_TRANSMIT;
	since = stamp(nic->vm->config->stamps);
	vmnet_client_flush(&nic->net);
	trip_flushed(&nic->vm->cross->trip, since);
	nic->vm->rows.now = row;
}

void nic_work(struct nic *nic)
{
	nic_transmit(nic);
	nic_receive(nic);
}

void nic_tick(struct nic *nic)
{
	lance_tick(&nic->lance);
	vmnet_client_flush(&nic->net);
	nic_receive(nic);
}

int nic_plug(struct nic *nic, const struct nic_config *config)
{
	uint32_t path = nic->vm->config->io_path;
	const struct vmnet_plug plug = {
		.network = config->network, .mac = nic->mac,
		.any_mac = config->any_mac,
		.wishes = &config->wishes,
		.rings = path & (IO_PATH_notify | IO_PATH_direct),
		.bell_apart = path & IO_PATH_direct,
	};

	if (vmnet_client_plug(&nic->net, &plug) < 0)
		return -1;
	nic->plugged = true;
	nic->source = (struct source){ .fd = vmnet_client_fd(&nic->net),
				       .owner = nic, .ready = nic_ready };
	events_watch(&nic->vm->events, &nic->source, EPOLLIN);
	if (path & IO_PATH_direct) {
		nic->bell = (struct source){
			.fd = vmnet_client_bell(&nic->net), .owner = nic,
			.ready = bell_ready };
		nic->direct = true;
	}
	lance_link(&nic->lance, vmnet_client_link(&nic->net));
	return 0;
}

void nic_unplug(struct nic *nic)
{
	if (!nic->plugged)
		return;
	events_watch(&nic->vm->events, &nic->source, 0);
	vmnet_client_close(&nic->net);
	nic->plugged = false;
}
