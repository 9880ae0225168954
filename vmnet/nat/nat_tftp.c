/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_tftp.c - the guest reads files by TFTP: see nat_tftp.h. */
#include "vmnet/nat/nat_tftp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/fdpass.h"
#include "vmnet/nat/nat_folder.h"
#include "vmnet/proto/proto.h"

#define TFTP_PORT	69u
#define HEADER		4u
#define BLOCK_USUAL	512u
#define BLOCK_MIN	8u	/* RFC 2348 */
#define TIMEOUT_USUAL	1u	/* seconds */
#define TIMEOUT_MAX	255u	/* RFC 2349 */

enum { OP_READ = 1, OP_WRITE, OP_DATA, OP_ACK, OP_ERROR, OP_OPTIONS };
enum { ERROR_OTHER, ERROR_NO_FILE, ERROR_ACCESS, ERROR_OPERATION = 4,
       ERROR_NUMBER };
enum { OPTION_BLOCK = 1, OPTION_SIZE = 2, OPTION_TIMEOUT = 4 };

enum transfer_state { FREE, OPENING, SENDING };

struct transfer {
	enum transfer_state state;
	uint16_t port;		/* the guest's */
	uint32_t guest;		/* its address */
	uint32_t number;	/* of the question for the file */
	int fd;			/* SENDING: the file */
	uint64_t size;
	uint64_t block;		/* that was sent last; 0: the options */
	unsigned int options;	/* OPTION_*, that are answered */
	uint32_t block_size, timeout_s;
	uint64_t used_ns, again_ns;	/* when it goes again */
	unsigned int tries;
};

struct nat_tftp {
	struct nat_out *out;
	int folder;
	uint32_t number;	/* of the last question */
	struct transfer transfer[NAT_TFTP_TRANSFERS];
	/* an answer: room for its UDP header, then TFTP's part */
	uint8_t datagram[UDP_HEADER + HEADER + NAT_TFTP_BLOCK_MAX];
};

/* What a guest asks for, checked. */
struct wish {
	const char *name;
	unsigned int options;
	uint32_t block_size, timeout_s;
};

struct nat_tftp *nat_tftp_new(struct nat_out *out, int folder)
{
	struct nat_tftp *t = calloc(1, sizeof(*t));

	if (t) {
		t->out = out;
		t->folder = folder;
	}
	return t;
}

static void transfer_end(struct transfer *x)
{
	if (x->state == SENDING)
		close(x->fd);
	x->state = FREE;
}

void nat_tftp_free(struct nat_tftp *t)
{
	unsigned int i;

	for (i = 0; t && i < NAT_TFTP_TRANSFERS; i++)
		transfer_end(&t->transfer[i]);
	free(t);
}

bool nat_tftp_takes(const struct nat_tftp *t, const struct nat_packet *p)
{
	return p->proto == PROTO_UDP && p->to == nat_gateway(t->out->subnet) &&
	       p->body_len >= UDP_HEADER && get_be16(p->body + 2) == TFTP_PORT;
}

/* ---- answers ----------------------------------------------------------- */

/* tftp_send() - send the packet; its @len bytes of TFTP are in place. */
static void tftp_send(struct nat_tftp *t, uint32_t guest, uint16_t port,
		      size_t len)
{
	const struct nat_udp_way way = {
		.from = nat_gateway(t->out->subnet), .from_port = TFTP_PORT,
		.to = guest, .to_port = port,
	};

	nat_out_udp(t->out, &way, t->datagram, len);
}

static void tftp_error(struct nat_tftp *t, uint32_t guest, uint16_t port,
		       uint16_t code, const char *text)
{
	uint8_t *msg = t->datagram + UDP_HEADER;
	size_t n = strlen(text) + 1;

	put_be16(msg, OP_ERROR);
	put_be16(msg + 2, code);
	memcpy(msg + HEADER, text, n);
	tftp_send(t, guest, port, HEADER + n);
}

static void transfer_fail(struct nat_tftp *t, struct transfer *x, uint16_t code,
			  const char *text)
{
	tftp_error(t, x->guest, x->port, code, text);
	transfer_end(x);
}

/* add_option() - add an option to the answer. Return: the answer's end. */
static size_t add_option(uint8_t *msg, size_t at, const char *name,
			 uint64_t value)
{
	at += (size_t)sprintf((char *)msg + at, "%s", name) + 1;
	return at +
	       (size_t)sprintf((char *)msg + at, "%llu",
			       (unsigned long long)value) +
	       1;
}

static void send_options(struct nat_tftp *t, const struct transfer *x)
{
	uint8_t *msg = t->datagram + UDP_HEADER;
	size_t at = 2;

	put_be16(msg, OP_OPTIONS);
	if (x->options & OPTION_BLOCK)
		at = add_option(msg, at, "blksize", x->block_size);
	if (x->options & OPTION_SIZE)
		at = add_option(msg, at, "tsize", x->size);
	if (x->options & OPTION_TIMEOUT)
		at = add_option(msg, at, "timeout", x->timeout_s);
	tftp_send(t, x->guest, x->port, at);
}

/* block_len() - Return: bytes of the block that is being sent. */
static size_t block_len(const struct transfer *x)
{
	uint64_t at = (x->block - 1) * x->block_size;
	uint64_t left = x->size > at ? x->size - at : 0;

	return left < x->block_size ? (size_t)left : x->block_size;
}

static void send_block(struct nat_tftp *t, struct transfer *x)
{
	uint8_t *msg = t->datagram + UDP_HEADER;
	off_t at = (off_t)((x->block - 1) * x->block_size);
	size_t len = block_len(x), got = 0;
	ssize_t n = 1;

	while (got < len && n > 0) {
		n = pread(x->fd, msg + HEADER + got, len - got,
			  at + (off_t)got);
		got += n > 0 ? (size_t)n : 0;
	}
	if (got < len) {
		transfer_fail(t, x, ERROR_OTHER,
			      n < 0 ? "the file can not be read" :
				      "the file has become shorter");
		return;
	}
	put_be16(msg, OP_DATA);
	put_be16(msg + 2, (uint16_t)x->block);	/* goes round, as all do */
	tftp_send(t, x->guest, x->port, HEADER + len);
}

/* send_now() - send what the transfer is at, and set the time to repeat it. */
static void send_now(struct nat_tftp *t, struct transfer *x, uint64_t now_ns)
{
	x->again_ns = now_ns + x->timeout_s * NSEC_PER_SEC;
	if (x->block)
		send_block(t, x);
	else
		send_options(t, x);
}

/* ---- what the guest sends ---------------------------------------------- */

/* word_at() - a word that ends within the packet, or NULL; @at moves on. */
static const char *word_at(const uint8_t *msg, size_t len, size_t *at)
{
	const char *word = (const char *)msg + *at;
	const uint8_t *end;

	if (*at >= len)
		return NULL;
	end = memchr(msg + *at, '\0', len - *at);
	if (!end)
		return NULL;
	*at = (size_t)(end - msg) + 1;
	return word;
}

/* number_of() - a decimal number from @min to @max; 0: it is none. */
static uint32_t number_of(const char *word, uint32_t min, uint32_t max)
{
	unsigned long v;

	if (!*word || strlen(word) > 9 || word[strspn(word, "0123456789")])
		return 0;
	v = strtoul(word, NULL, 10);
	return v < min ? 0 : (uint32_t)MIN(v, (unsigned long)max);
}

/* take_option() - take over an option. An unknown one, or one whose value makes
 * no sense, is ignored (RFC 2347). */
static void take_option(struct wish *w, const char *name, const char *value)
{
	uint32_t n;

	if (!strcasecmp(name, "blksize")) {
		n = number_of(value, BLOCK_MIN, NAT_TFTP_BLOCK_MAX);
		w->options |= n ? OPTION_BLOCK : 0;
		w->block_size = n ? n : w->block_size;
	} else if (!strcasecmp(name, "timeout")) {
		n = number_of(value, 1, TIMEOUT_MAX + 1);
		if (n && n <= TIMEOUT_MAX) {
			w->options |= OPTION_TIMEOUT;
			w->timeout_s = n;
		}
	} else if (!strcasecmp(name, "tsize")) {
		w->options |= OPTION_SIZE;
	}
}

/* decode_read() - read a read request. Return: NULL, and @w is filled in; or
 * what is wrong with it. */
static const char *decode_read(const uint8_t *msg, size_t len, struct wish *w)
{
	const char *mode, *name, *value;
	size_t at = 2;

	*w = (struct wish){ .block_size = BLOCK_USUAL,
			    .timeout_s = TIMEOUT_USUAL };
	w->name = word_at(msg, len, &at);
	mode = word_at(msg, len, &at);
	if (!w->name || !mode)
		return "that is no request";
	if (strcasecmp(mode, "octet") != 0)
		return "only the mode octet is there";
	if (strlen(w->name) >= FOLDER_NAME_MAX)
		return "the name is too long";
	while ((name = word_at(msg, len, &at)) &&
	       (value = word_at(msg, len, &at)))
		take_option(w, name, value);
	return NULL;
}

static struct transfer *transfer_of(struct nat_tftp *t, uint16_t port)
{
	unsigned int i;

	for (i = 0; i < NAT_TFTP_TRANSFERS; i++)
		if (t->transfer[i].state != FREE && t->transfer[i].port == port)
			return &t->transfer[i];
	return NULL;
}

/* transfer_new() - Return: the transfer of that port, else a free one, else the
 * one that was idle longest. */
static struct transfer *transfer_new(struct nat_tftp *t, uint16_t port)
{
	struct transfer *x = transfer_of(t, port), *i;

	for (i = t->transfer; !x && i < t->transfer + NAT_TFTP_TRANSFERS; i++)
		if (i->state == FREE)
			x = i;
	if (!x) {
		x = t->transfer;
		for (i = x + 1; i < t->transfer + NAT_TFTP_TRANSFERS; i++)
			if (i->used_ns < x->used_ns)
				x = i;
	}
	transfer_end(x);
	return x;
}

static void take_read(struct nat_tftp *t, const struct nat_packet *p,
		      const uint8_t *msg, size_t len, uint64_t now_ns)
{
	struct folder_asked asked = { .number = ++t->number };
	uint16_t port = get_be16(p->body);
	struct transfer *x;
	const char *why;
	struct wish w;

	why = decode_read(msg, len, &w);
	if (why) {
		tftp_error(t, p->from, port, ERROR_OPERATION, why);
		return;
	}
	strcpy(asked.name, w.name);
	if (send(t->folder, &asked, sizeof(asked),
		 MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		/* If that process is only busy the guest asks again. */
		if (errno != EAGAIN)
			tftp_error(t, p->from, port, ERROR_OTHER,
				   "the folder is gone");
		return;
	}
	x = transfer_new(t, port);
	*x = (struct transfer){
		.state = OPENING, .port = port, .guest = p->from, .fd = -1,
		.number = asked.number, .used_ns = now_ns,
		.options = w.options, .block_size = w.block_size,
		.timeout_s = w.timeout_s,
	};
}

static void take_ack(struct nat_tftp *t, struct transfer *x, uint16_t block,
		     uint64_t now_ns)
{
	/* One for an older block is an echo of one that went twice: to send
	 * for it would double all that follows. */
	if (x->state != SENDING || block != (uint16_t)x->block)
		return;
	x->used_ns = now_ns;
	x->tries = 0;
	if (x->block && block_len(x) < x->block_size) {
		transfer_end(x);	/* that was the last one */
		return;
	}
	x->block++;
	send_now(t, x, now_ns);
}

void nat_tftp_input(struct nat_tftp *t, const struct nat_packet *p,
		    uint64_t now_ns)
{
	size_t len = get_be16(p->body + 4);
	const uint8_t *msg = p->body + UDP_HEADER;
	uint16_t port = get_be16(p->body);
	struct transfer *x = transfer_of(t, port);

	if (len < UDP_HEADER + 2 || len > p->body_len)
		return;
	len -= UDP_HEADER;
	switch (get_be16(msg)) {
	case OP_READ:
		take_read(t, p, msg, len, now_ns);
		return;
	case OP_WRITE:
		tftp_error(t, p->from, port, ERROR_ACCESS,
			   "files can be read only");
		return;
	case OP_ACK:
		if (len < HEADER)
			return;
		if (x)
			take_ack(t, x, get_be16(msg + 2), now_ns);
		return;
	case OP_ERROR:
		if (x)
			transfer_end(x);
		return;
	}
	tftp_error(t, p->from, port, ERROR_OPERATION, "that is no request");
}

/* ---- files that were opened, and time ---------------------------------- */

static void tell_error(struct nat_tftp *t, struct transfer *x, int err)
{
	switch (-err) {
	case ENOENT:
	case ENOTDIR:
		transfer_fail(t, x, ERROR_NO_FILE, "there is no such file");
		return;
	case EISDIR:
		transfer_fail(t, x, ERROR_ACCESS, "that is a folder");
		return;
	case EXDEV:
	case ELOOP:
		transfer_fail(t, x, ERROR_ACCESS,
			      "that leads out of the folder");
		return;
	case EACCES:
	case EPERM:
		transfer_fail(t, x, ERROR_ACCESS, "that can not be read");
		return;
	}
	transfer_fail(t, x, ERROR_OTHER, "that can not be opened");
}

/* file_opened() - an answer of the folder's process has come. Return: was its
 * descriptor taken over? */
static bool file_opened(struct nat_tftp *t, const struct folder_answer *a,
			int fd, uint64_t now_ns)
{
	struct transfer *x = t->transfer;

	while (x < t->transfer + NAT_TFTP_TRANSFERS &&
	       (x->state != OPENING || x->number != a->number))
		x++;
	if (x == t->transfer + NAT_TFTP_TRANSFERS)
		return false;	/* the guest has given it up meanwhile */
	if (a->err || fd < 0) {
		tell_error(t, x, a->err ? a->err : -EIO);
		return false;
	}
	x->state = SENDING;
	x->fd = fd;
	x->size = a->size;
	x->block = x->options ? 0 : 1;
	send_now(t, x, now_ns);
	return true;
}

static void take_opened(struct nat_tftp *t, uint64_t now_ns)
{
	struct folder_answer a;
	size_t fds = 1;
	int fd = -1;
	ssize_t n = fdpass_recv(t->folder, &a, sizeof(a), &fd, &fds);

	if (n == (ssize_t)sizeof(a) &&
	    file_opened(t, &a, fds ? fd : -1, now_ns))
		return;
	if (n > 0 && fds)
		close(fd);
	if (n == 0)		/* that process has ended: ask it no more */
		t->folder = -1;
}

void nat_tftp_fill(const struct nat_tftp *t, struct pollfd *poll)
{
	*poll = (struct pollfd){ .fd = t->folder, .events = POLLIN };
}

uint32_t nat_tftp_wait_ms(const struct nat_tftp *t, uint64_t now_ns,
			  uint32_t ms)
{
	const struct transfer *x;
	uint64_t left;

	for (x = t->transfer; x < t->transfer + NAT_TFTP_TRANSFERS; x++) {
		if (x->state != SENDING)
			continue;
		left = x->again_ns > now_ns ? x->again_ns - now_ns : 0;
		left = left / 1000000 + (left > 0);
		ms = left < ms ? (uint32_t)left : ms;
	}
	return ms;
}

void nat_tftp_poll(struct nat_tftp *t, const struct pollfd *poll,
		   uint64_t now_ns)
{
	struct transfer *x;

	if (poll->revents)
		take_opened(t, now_ns);
	for (x = t->transfer; x < t->transfer + NAT_TFTP_TRANSFERS; x++) {
		if (x->state != SENDING || now_ns < x->again_ns)
			continue;
		if (++x->tries == NAT_TFTP_TRIES)
			transfer_end(x);	/* the guest is gone */
		else
			send_now(t, x, now_ns);
	}
}
