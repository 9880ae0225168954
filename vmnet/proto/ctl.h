/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl.h - what goes over VMNet's control socket.
 *
 * The control socket (HOME_CONTROL) is a SOCK_SEQPACKET socket of its own,
 * beside that of the cards: who has a connection to VMNet for a card can not
 * make one for this of it (docs/THREATS.md).
 *
 * 1. The client sends a struct ctl_request, with its verb's arguments and as
 *    many descriptors as the verb's row in ctl.def says, and then reads the
 *    answer before it asks again: who does not is cut off.
 * 2. The answer is a struct ctl_reply, and then @length bytes of JSON text in
 *    messages of up to CTL_CHUNK bytes.
 * 3. A connection can be kept, and what a verb has set up for as long as that
 *    ends with it.
 * 4. A new verb is a row in ctl.def, a struct and a check here, and a handler
 *    in vmnet/ctl/.
 *
 * Only decode_ctl_*() look at a message that came in; they check all of it and
 * change nothing.
 */
#ifndef VMNET_CTL_H
#define VMNET_CTL_H

#include <stddef.h>
#include <stdint.h>

#include "vmnet/proto/proto.h"

#define CTL_ARGS	192u	/* bytes of a verb's arguments at most */
#define CTL_CHUNK	16384u	/* of text in one message */
#define CTL_TEXT_MAX	VMNET_STATS_MAX	/* longest text in all */

struct ctl_request {
	uint32_t magic;
	uint16_t version;
	uint16_t verb;		/* enum ctl_verb */
	uint8_t args[CTL_ARGS];	/* struct ctl_<name>; behind that all zero */
};

struct ctl_reply {
	uint32_t magic;
	uint16_t version;
	uint16_t status;	/* enum ctl_status */
	uint32_t length;	/* of the text that follows */
	uint32_t zero;
};

/* What vmnetd answers, and the sentence a user reads. */
#define CTL_STATUS_LIST(X)						\
	X(DONE,		"it was done")					\
	X(BAD_REQUEST,	"vmnetd does not understand what it is asked")	\
	X(BAD_VERSION,	"vmnetd is of another version; end all virtual "\
			"machines and try again")			\
	X(BAD_VALUE,	"a value is out of range")			\
	X(NO_PORT,	"there is no such port; 'hostel net list' shows "\
			"those there are")				\
	X(NO_NETWORK,	"there is no such network; 'hostel net list' "	\
			"shows those there are")			\
	X(BAD_FILE,	"a line of the file of networks makes no sense") \
	X(IN_USE,	"a machine is on that network; end it first, or "\
			"move its card to another one")			\
	X(FULL,		"vmnetd has no room for more of these")		\
	X(NO_MEMORY,	"vmnetd is short of memory")			\
	X(BAD_MEMORY,	"the memory for frames is not what it should be") \
	X(NO_ROOM,	"so long a delay at so high a rate, with those of " \
			"other cards, is more than VMNet keeps frames for; " \
			"give a rate=, or a lower one, or a shorter delay=")

#define CTL_STATUS_ENUM(name, text) CTL_##name,
enum ctl_status {
	CTL_STATUS_LIST(CTL_STATUS_ENUM)
	CTL_STATUS_COUNT
};

/* ctl_status_text() - the sentence of a status; never NULL. */
const char *ctl_status_text(unsigned int status);

#define CTL_VERB(id, name, fds, text) CTL_##id,
enum ctl_verb {
#include "vmnet/proto/ctl.def"
	CTL_VERBS
};
#undef CTL_VERB

/* ---- arguments, by verb ------------------------------------------------ */

struct ctl_list {
	uint32_t zero;
};

struct ctl_stats {
	uint32_t port;		/* of this port only; 0: of all */
};

struct ctl_capture {
	uint32_t port;		/* of this port; 0: of any */
	uint16_t snap;		/* bytes kept of each frame, at most
				 * VMNET_FRAME_MAX */
	uint8_t last;		/* 1: what has been kept, and no more */
	uint8_t zero;
	uint8_t mac[6];		/* of the port with this card, whenever it
				 * comes; all 0: of any */
	uint8_t zero2[2];
	char network[VMNET_NAME_MAX];	/* of all ports there: "vmnet8",
					 * "bridged=eth0"; "": of any */
};
/* The descriptors that come with it: a tap_ring (vmnet/tap/tapring.h), and an
 * eventfd that is rung when there is something in it. */
enum { CAPTURE_FD_RING, CAPTURE_FD_BELL, CAPTURE_FDS };

enum ctl_link_what { CTL_LINK_SHOW, CTL_LINK_CHANGE, CTL_LINK_CLEAR };

struct ctl_link {
	uint32_t port;
	uint8_t directions;	/* CONDITIONS_IN, CONDITIONS_OUT or both */
	uint8_t what;		/* enum ctl_link_what */
	uint8_t zero[2];
	struct vmnet_conditions conditions;	/* CHANGE; else all zero */
};

/* With a sealed memfd that holds the text of the file (networking.h). */
struct ctl_networks {
	uint32_t zero;
};

#define CTL_LATENCY_EVERY_MOST 1000000u

enum ctl_latency_what { CTL_LATENCY_SHOW, CTL_LATENCY_ON, CTL_LATENCY_OFF };

struct ctl_latency {
	uint32_t port;		/* SHOW: 0: of all that are on */
	uint32_t every;		/* ON: of one frame in so many; else 0 */
	uint8_t what;		/* enum ctl_latency_what */
	uint8_t zero[3];
};

struct ctl_look {
	uint32_t port;
};

union ctl_args {
	uint8_t bytes[CTL_ARGS];
#define CTL_VERB(id, name, fds, text) struct ctl_##name name;
#include "vmnet/proto/ctl.def"
#undef CTL_VERB
};

BUILD_ASSERT(sizeof(union ctl_args) == CTL_ARGS);
BUILD_ASSERT(sizeof(struct ctl_request) == 8 + CTL_ARGS);
BUILD_ASSERT(sizeof(struct ctl_reply) == 16);

/**
 * decode_ctl_request() - check what is asked
 * @msg, @len: as received
 * @fds: how many descriptors came with it
 * @verb, @args: filled in only if the answer is CTL_DONE
 *
 * Return: CTL_DONE or what is wrong.
 */
enum ctl_status decode_ctl_request(const void *msg, size_t len, size_t fds,
				   enum ctl_verb *verb, union ctl_args *args);

/**
 * decode_ctl_reply() - check the head of an answer
 * @msg, @len: as received
 * @reply: filled in only on success
 *
 * Return: 0, or -EPROTO if it makes no sense. A refusal makes sense.
 */
int decode_ctl_reply(const void *msg, size_t len, struct ctl_reply *reply);

#endif
