/* SPDX-License-Identifier: BSD-2-Clause */
/* nic.c - what a PCnet is plugged into, in the host world: see nic.h. */
#include "vmapp/back/nic.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "devices/lance_ring.h"
#include "vmapp/config/forward.h"
#include "vmapp/vm.h"
#include "vmdriver/iopath.h"

/*
 * Frames taken from a socket in one go. More would keep the guest from the
 * CPU, so that it could not empty its ring.
 */
#define SOCKET_BATCH 64

bool nic_link(const struct nic *nic)
{
	return vmnet_client_link(&nic->net) && !nic->pulled;
}

static void nic_link_changed(struct nic *nic)
{
	bool up = nic_link(nic);

	log_debug("nic%u: link %s", nic->index, up ? "up" : "down");
	lance_link(&nic->card->lance, up);
}

void nic_pull(struct nic *nic, bool out)
{
	uint32_t bit = 1u << nic->index;

	nic->pulled = out;
	nic->vm->kept->pulled = (nic->vm->kept->pulled & ~bit) |
				(out ? bit : 0);
	nic_link_changed(nic);
}

/* ---- other networks, other ports ---------------------------------------- */

const char *nic_network(const struct nic *nic)
{
	return nic->net.hello.network;
}

bool nic_on_nat(const struct nic *nic)
{
	return nic->net.kind == NET_NAT;
}

/* nic_keep() - note the card's network for the next life of the machine. */
static void nic_keep(struct nic *nic)
{
	struct nic_kept *kept = &nic->vm->kept->nic[nic->index];

	memcpy(kept->network, nic->net.hello.network, sizeof(kept->network));
	memcpy(kept->forward, nic->net.wish.forward, sizeof(kept->forward));
	kept->changed = true;
}

/* nic_news() - take what VMNet said beside frames. */
static void nic_news(struct nic *nic)
{
	enum vmnet_status status;

	nic_link_changed(nic);
	if (!vmnet_client_answer(&nic->net, &status))
		return;
	if (status == VMNET_OK)
		nic_keep(nic);
	verbs_nic(nic->vm, nic->index, status);
}

enum vmnet_status nic_connect(struct nic *nic, const char *network,
			      uint64_t ticket)
{
	enum vmnet_status status = vmnet_client_move(&nic->net, network);

	if (status != VMNET_OK)
		return status;
	nic->asked = VMNET_ASK_MOVE;
	nic->ticket = ticket;
	nic_link_changed(nic);
	return VMNET_OK;
}

enum vmnet_status nic_change_forward(struct nic *nic,
				     const struct vmnet_forward *f,
				     enum vmnet_ask_what what, uint64_t ticket)
{
	enum vmnet_status status = vmnet_client_forward(&nic->net, f, what);

	if (status != VMNET_OK)
		return status;
	nic->asked = what;
	nic->forward = *f;
	nic->ticket = ticket;
	return VMNET_OK;
}

/* ---- the card's plug ---------------------------------------------------- */

static bool plug_send(void *self, const uint8_t *frame, size_t len)
{
	struct nic *nic = self;
	int err = vmnet_client_send(&nic->net, frame, len);

	if (err == -EPIPE)
		nic_link_changed(nic);
	if (err != -EAGAIN)
		return true;	/* sent, or lost and counted by the client */
	vmnet_client_want_write(&nic->net, true);
	return false;
}

static bool plug_flush(void *self)
{
	vmnet_client_flush(&((struct nic *)self)->net);
	return true;
}

/* take() - take a message of VMNet's into nic->held. Return: the frame's
 * length; 0 if it was no frame; negative if there is none. */
static ssize_t take(struct nic *nic)
{
	ssize_t n = vmnet_client_recv(&nic->net, nic->held, sizeof(nic->held));

	if (n == 0)
		nic_news(nic);
	return n;
}

/* ring_begin() - silence the bell, before frames are taken: a frame that comes
 * later rings it again. */
static void ring_begin(void *self)
{
	struct nic *nic = self;

	vmnet_client_promiscuous(&nic->net,
				 lance_promiscuous(&nic->card->lance));
	vmnet_client_hush(&nic->net);
}

/* frame_next() - the frame stays in the ring, since the VMM may be the next to
 * take frames. What is there when VMNet has gone is not taken (ring_take()), so
 * there is none: else it would be looked for again and again. */
static size_t frame_next(void *self)
{
	const struct vmnet_client *net = &((struct nic *)self)->net;

	if (net->state != VMNET_CLIENT_UP)
		return 0;
	return ring_next(&net->rings->to_client);
}

static const uint8_t *ring_take(void *self, size_t *len)
{
	struct nic *nic = self;
	ssize_t n = take(nic);

	*len = n > 0 ? (size_t)n : 0;
	return n > 0 ? nic->held : NULL;
}

/* ring_end() - if there are more, the guest has its turn first. */
static void ring_end(void *self, bool more)
{
	if (more)
		bell_ring(vmnet_client_bell(&((struct nic *)self)->net));
}

static void socket_begin(void *self)
{
	struct nic *nic = self;

	vmnet_client_promiscuous(&nic->net,
				 lance_promiscuous(&nic->card->lance));
}

static size_t socket_next(void *self)
{
	struct nic *nic = self;
	ssize_t n;

	while (!nic->held_len) {
		n = take(nic);
		if (n < 0)
			return 0;
		nic->held_len = (size_t)n;
	}
	return nic->held_len;
}

static const uint8_t *socket_take(void *self, size_t *len)
{
	struct nic *nic = self;

	*len = nic->held_len;
	nic->held_len = 0;
	return nic->held;
}

/*
 * socket_end() - while the chip has no room the descriptor is not watched:
 * VMNet's socket keeps the frames, and the chip says by CHIP_NEEDS_HOST or by
 * its alarm when to look again
 */
static void socket_end(void *self, bool more)
{
	struct nic *nic = self;

	(void)more;		/* then it is ready again */
	events_watch(&nic->vm->events, &nic->source,
		     nic->held_len ? 0 : EPOLLIN);
}

static const struct pcnet_plug ring_plug = {
	.send = plug_send, .flush = plug_flush, .begin = ring_begin,
	.next = frame_next, .take = ring_take, .end = ring_end,
	.batch = 2 * RING_SLOTS,
}, socket_plug = {
	.send = plug_send, .flush = plug_flush, .begin = socket_begin,
	.next = socket_next, .take = socket_take, .end = socket_end,
	.batch = SOCKET_BATCH,
};

/* ---- its descriptors ---------------------------------------------------- */

/* tell_forged() - tell the user, once, why frames are lost. */
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

/* tell_lost() - tell the user which ports of this host lead nowhere. */
static void tell_lost(struct nic *nic)
{
	char text[FORWARD_TEXT_SIZE];
	struct vmnet_forward f;

	while (vmnet_client_lost(&nic->net, &f)) {
		forward_text(&f, text);
		log_warn("card %u: %s is not forwarded, as that port of this "
			 "host is not free; when it is: hostel ctl NAME "
			 "forward add %s",
			 nic->index, text, text);
	}
}

static void nic_ready(void *owner, struct source *src, uint32_t got)
{
	struct nic *nic = owner;

	(void)src, (void)got;
	/* With rings all but frames comes by the socket. */
	if (nic->net.rings && vmnet_client_news(&nic->net))
		nic_news(nic);
	pcnet_poll(nic->card);
	tell_forged(nic);
	tell_lost(nic);
}

static void bell_ready(void *owner, struct source *src, uint32_t got)
{
	(void)src, (void)got;
	pcnet_poll(((struct nic *)owner)->card);
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

/* nic_resume() - go on where an earlier life of the machine has left the card.
 * What that life has left may be anything. */
static void nic_resume(const struct nic *nic, struct nic_config *config)
{
	const struct nic_kept *kept = &nic->vm->kept->nic[nic->index];
	struct vmnet_wishes *w = &config->wishes;
	unsigned int number;

	if (!kept->changed)
		return;
	memcpy(w->forward, kept->forward, sizeof(w->forward));
	w->forwards = forwards_count(w->forward);
	if (decode_network(kept->network, sizeof(kept->network), &number) ==
	    VMNET_OK)
		strcpy(config->network, kept->network);
}

int nic_plug(struct nic *nic, const struct nic_config *given)
{
	uint32_t path = nic->vm->config->options.io_path;
	struct nic_config config = *given;
	const struct vmnet_plug plug = {
		.network = config.network, .mac = nic->mac,
		.any_mac = config.any_mac,
		.wishes = &config.wishes, .wishes_wait = true,
		.in = &config.in, .out = &config.out,
		.machine = nic->vm->config->name,
		.machine_pid = getppid(),	/* the keeper's */
		.nic = nic->index,
		.rings = path & (IO_PATH_notify | IO_PATH_direct),
		.bell_apart = path & IO_PATH_direct,
		/* The keeper has somebody hear the card first. */
		.dial = *config.pcap ? vm_dial : NULL, .dial_arg = nic->vm,
	};

	nic_resume(nic, &config);
	if (vmnet_client_plug(&nic->net, &plug) < 0)
		return -1;
	nic->plugged = true;
	nic->card->plug = nic->net.rings ? ring_plug : socket_plug;
	nic->card->plug.self = nic;
	nic->card->plug.stamper = &nic->net.stamper;
	nic->source = (struct source){ .fd = vmnet_client_fd(&nic->net),
				       .owner = nic, .ready = nic_ready };
	events_watch(&nic->vm->events, &nic->source, EPOLLIN);
	if (path & IO_PATH_direct) {
		nic->bell = (struct source){
			.fd = vmnet_client_bell(&nic->net), .owner = nic,
			.ready = bell_ready };
		nic->direct = true;
	}
	nic_pull(nic, nic->vm->kept->pulled >> nic->index & 1);
	return 0;
}

void nic_unplug(struct nic *nic)
{
	if (!nic->plugged)
		return;
	events_watch(&nic->vm->events, &nic->source, 0);
	vmnet_client_close(&nic->net);
	nic->card->plug = (struct pcnet_plug){ 0 };
	nic->plugged = false;
}
