/* SPDX-License-Identifier: BSD-2-Clause */
/* telnet.c - the telnet protocol for a serial port: see telnet.h. */
#include "vmapp/back/telnet.h"

#include <string.h>

/* RFC 854: commands, behind IAC. */
enum { SE = 240, BREAK = 243, SB = 250, WILL = 251, WONT, DO, DONT, IAC };

enum { BINARY = 0, ECHO = 1, GO_AHEAD = 3 };

enum { DATA, COMMAND, OPTION, SUB, SUB_COMMAND };

void telnet_hello(struct telnet *t, uint8_t *to)
{
	static const uint8_t hello[TELNET_HELLO] = {
		IAC, WILL, ECHO, IAC, WILL, GO_AHEAD, IAC, DO, GO_AHEAD,
		IAC, WILL, BINARY, IAC, DO, BINARY,
	};

	memset(t, 0, sizeof(*t));
	memcpy(to, hello, sizeof(hello));
}

/* option_ours() - did the hello offer that option, or ask for it? */
static bool option_ours(uint8_t verb, uint8_t option)
{
	return option == BINARY || option == GO_AHEAD ||
	       (option == ECHO && verb == DO);
}

/* option_refuse() - once. */
static void option_refuse(struct telnet *t, uint8_t option,
			  struct telnet_in *in)
{
	uint8_t bit = (uint8_t)(1u << (option & 7));

	if (!in->reply || (t->refused[option / 8] & bit))
		return;
	t->refused[option / 8] |= bit;
	in->reply[in->reply_len++] = IAC;
	in->reply[in->reply_len++] = t->verb == DO ? WONT : DONT;
	in->reply[in->reply_len++] = option;
}

static void take_option(struct telnet *t, uint8_t option, struct telnet_in *in)
{
	if (option == BINARY && (t->verb == WILL || t->verb == WONT))
		t->binary = t->verb == WILL;
	/* To what was offered or asked for that is the answer; WONT and DONT
	 * tell how it is anyway. */
	if ((t->verb == WILL || t->verb == DO) && !option_ours(t->verb, option))
		option_refuse(t, option, in);
}

static void take_command(struct telnet *t, uint8_t byte, struct telnet_in *in)
{
	t->state = DATA;
	switch (byte) {
	case IAC:
		in->bytes[in->count++] = IAC;
		break;
	case BREAK:
		in->breaks++;
		break;
	case SB:
		t->state = SUB;
		break;
	case WILL:
	case WONT:
	case DO:
	case DONT:
		t->verb = byte;
		t->state = OPTION;
		break;
	default:		/* "are you there" and others: nothing */
		break;
	}
}

static void take_data(struct telnet *t, uint8_t byte, struct telnet_in *in)
{
	bool pad = t->after_cr && !byte && !t->binary;

	t->after_cr = byte == '\r';
	if (byte == IAC)
		t->state = COMMAND;
	else if (!pad)
		in->bytes[in->count++] = byte;
}

void telnet_take(struct telnet *t, const uint8_t *from, size_t n,
		 struct telnet_in *in)
{
	size_t i;

	in->count = in->reply_len = 0;
	in->breaks = 0;
	for (i = 0; i < n; i++) {
		switch (t->state) {
		case COMMAND:
			take_command(t, from[i], in);
			break;
		case OPTION:
			t->state = DATA;
			take_option(t, from[i], in);
			break;
		case SUB:	/* of options that we have not got */
			if (from[i] == IAC)
				t->state = SUB_COMMAND;
			break;
		case SUB_COMMAND:
			t->state = from[i] == SE ? DATA : SUB;
			break;
		default:
			take_data(t, from[i], in);
		}
	}
}

size_t telnet_give(const uint8_t *from, size_t n, uint8_t *to)
{
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		if (from[i] == IAC)
			to[len++] = IAC;
		to[len++] = from[i];
	}
	return len;
}
