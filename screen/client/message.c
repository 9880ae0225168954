/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - messages of hostel-screen: see message.h.
 *
 * Six words of 32 bits, in this host's order: both ends are programs of one
 * build on one host. The first is the kind, and each kind uses the next ones
 * as encode and take() below say; the rest are 0.
 */
#include "screen/client/message.h"

#include <errno.h>
#include <string.h>

#include "base/fdpass.h"

#define WORDS (SCREEN_MESSAGE_SIZE / 4)

/* The least errno that is none any more. */
#define ERRNO_END 4096

void screen_message_encode(const struct screen_message *m, uint8_t *to)
{
	uint32_t w[WORDS] = { (uint32_t)m->kind };

	switch (m->kind) {
	case SCREEN_KEY:
		w[1] = m->code;
		w[2] = m->down;
		break;
	case SCREEN_POINTER:
		w[1] = m->x;
		w[2] = m->y;
		w[3] = (uint32_t)m->wheel;
		w[4] = m->buttons;
		break;
	case SCREEN_ANSWER:
		w[2] = (uint32_t)m->error;
		/* fall through */
	case SCREEN_ASK_PICTURE:
	case SCREEN_ASK_TEXT:
		w[1] = m->id;
		break;
	}
	memcpy(to, w, sizeof(w));
}

/* take() - the fields of a kind, with only their own bits. */
static bool take(const uint32_t *w, struct screen_message *m)
{
	switch (m->kind) {
	case SCREEN_KEY:
		m->code = w[1];
		m->down = w[2];
		return m->code && m->code < SCREEN_KEYS && w[2] <= 1;
	case SCREEN_POINTER:
		m->x = w[1];
		m->y = w[2];
		m->wheel = (int32_t)w[3];
		m->buttons = w[4];
		return m->x <= SCREEN_POINTER_MOST &&
		       m->y <= SCREEN_POINTER_MOST &&
		       m->wheel >= -SCREEN_WHEEL_MOST &&
		       m->wheel <= SCREEN_WHEEL_MOST &&
		       !(m->buttons & ~SCREEN_BUTTONS);
	case SCREEN_ANSWER:
		m->error = (int32_t)w[2];
		m->id = w[1];
		return m->error <= 0 && m->error > -ERRNO_END;
	case SCREEN_ASK_PICTURE:
	case SCREEN_ASK_TEXT:
		m->id = w[1];
		return true;
	}
	return false;
}

bool screen_message_decode(const uint8_t *from, size_t len,
			   struct screen_message *out)
{
	uint32_t w[WORDS];

	memset(out, 0, sizeof(*out));
	if (len != sizeof(w))
		return false;
	memcpy(w, from, sizeof(w));
	if (w[0] < SCREEN_KEY || w[0] > SCREEN_ASK_TEXT)
		return false;
	out->kind = (enum screen_kind)w[0];
	return take(w, out);
}

int screen_message_send(int sock, const struct screen_message *m, int fd)
{
	uint8_t bytes[SCREEN_MESSAGE_SIZE];

	screen_message_encode(m, bytes);
	return fdpass_send(sock, bytes, sizeof(bytes), &fd, fd >= 0);
}

int screen_message_receive(int sock, struct screen_message *out, int *fd)
{
	uint8_t bytes[SCREEN_MESSAGE_SIZE];
	size_t fds = 1;
	ssize_t n;

	*fd = -1;
	n = fdpass_recv(sock, bytes, sizeof(bytes), fd, &fds);
	if (n == 0)
		return -EPIPE;
	if (n < 0)
		return n == -EMSGSIZE || n == -EINTR ? 0 : (int)n;
	return screen_message_decode(bytes, (size_t)n, out);
}
