/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - what hostel-screen and the rest of a machine say to each other.
 *
 * hostel-screen begins with the descriptors below and no other. By
 * SCREEN_FD_APP it has a socket that keeps messages (SOCK_SEQPACKET) to
 * hostel-app: keys and the pointer one way, questions the other, and their
 * answers back. To its keeper it says one byte at a time: enum screen_word.
 *
 * 1. A message is SCREEN_MESSAGE_SIZE bytes, whole or refused. Both sides take
 *    it as hostile: it is copied once and checked (screen_message_decode()),
 *    and what follows can not fail.
 * 2. An answer has a descriptor beside it: a memfd that the asker reads. What
 *    that holds, and whether it is one, is the asker's to check.
 */
#ifndef SCREEN_CLIENT_MESSAGE_H
#define SCREEN_CLIENT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What hostel-screen is started with. */
#define SCREEN_FD_MEMORY 3	/* the memory file, read only */
#define SCREEN_FD_APP	4
#define SCREEN_FD_KEEPER 5
#define SCREEN_FD_SAID	6	/* --display text: what others have to say */
#define SCREEN_FD_END	7

/* hostel-screen to its keeper. */
enum screen_word {
	SCREEN_READY = 'r',	/* it shows, behind its walls */
	SCREEN_QUIT = 'q',	/* the user wants the machine to end: Ctrl-] */
};

enum screen_kind {
	/* hostel-screen to hostel-app */
	SCREEN_KEY = 1,		/* @code: Linux's number of it; @down */
	SCREEN_POINTER,		/* @x, @y, @wheel, @buttons */
	SCREEN_ANSWER,		/* @id, @error; a descriptor if @error is 0 */
	/* hostel-app to hostel-screen; @id is for the answer */
	SCREEN_ASK_PICTURE,	/* a PNG */
	SCREEN_ASK_TEXT,	/* the text screen, UTF-8, lines */
};

/* Numbers of keys are below this (input-event-codes.h: KEY_*). */
#define SCREEN_KEYS	256u
#define SCREEN_BUTTONS	7u	/* bits: left, right, middle */
#define SCREEN_POINTER_MOST 65535u
#define SCREEN_WHEEL_MOST 8

struct screen_message {
	enum screen_kind kind;
	uint32_t code;		/* of a key */
	bool down;
	uint32_t x, y;		/* 0 to SCREEN_POINTER_MOST: of the picture */
	int32_t wheel;		/* notches, away from the user is less */
	uint32_t buttons;	/* SCREEN_BUTTONS */
	uint32_t id;		/* of a question */
	int32_t error;		/* 0, or a negative errno: it can not be done */
};

#define SCREEN_MESSAGE_SIZE 24u

/* screen_message_encode() - @to: SCREEN_MESSAGE_SIZE bytes. */
void screen_message_encode(const struct screen_message *m, uint8_t *to);

/**
 * screen_message_decode() - a checked copy of a message
 * @from, @len: any bytes
 * @out: what its kind has no use for is 0
 *
 * Return: false if it is none.
 */
bool screen_message_decode(const uint8_t *from, size_t len,
			   struct screen_message *out);

/**
 * screen_message_send() - one message, if there is room for it
 * @sock: one that does not block
 * @fd: sent along; -1: none
 *
 * Return: 0, or a negative errno: -EAGAIN if there is no room now.
 */
int screen_message_send(int sock, const struct screen_message *m, int fd);

/**
 * screen_message_receive() - the next message, if there is one
 * @sock: one that does not block
 * @fd: receives the descriptor that came with it, or -1; the caller's
 *
 * Return: 1; 0: one that is no message, and is thrown away; or a negative
 * errno: -EAGAIN if there is none now, -EPIPE if the other side is gone.
 */
int screen_message_receive(int sock, struct screen_message *out, int *fd);

#endif
