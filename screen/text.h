/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - the text screen in this terminal, by ncurses; --display text.
 *
 * 1. The terminal is put in raw mode and given back by text_close(); if this
 *    process is killed, the keeper does that.
 * 2. Messages of the machine's other processes come by a pipe. Each is shown in
 *    the last line for a while, and all are printed again when the terminal has
 *    been given back.
 */
#ifndef SCREEN_TEXT_H
#define SCREEN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "screen/keyboard.h"
#include "screen/view.h"

#define TEXT_SAID 8192u		/* bytes of what others said, the latest */
#define TEXT_LINE 160u

struct text {
	bool open;
	int said;		/* the pipe's read end */
	bool quit;		/* Ctrl-] was typed */
	bool all;		/* draw all cells, not only changed ones */
	uint8_t mode;		/* attribute controller's mode register */
	bool pairs256;		/* the terminal has all pairs of 16 colours */
	struct keyboard keyboard;
	struct vga_cells cells;	/* as the machine shows them */
	struct vga_cells shown;	/* as the terminal shows them */
	bool graphics;		/* the last picture was graphics, not text: */
	unsigned int width, height;	/* of that size; 0: dark */
	char line[TEXT_LINE];	/* the latest message */
	uint64_t line_until_ns;
	char kept[TEXT_SAID];
	size_t kept_len;
};

/* text_open() - take the terminal; dies with one sentence if there is none.
 * @said: the pipe; kept */
void text_open(struct text *t, int said);

/* text_close() - give the terminal back, and print the messages that came.
 * #syscalls[screen] write */
void text_close(struct text *t);

/* text_show() - draw what the machine shows now. Return: how many cells have
 * changed. */
unsigned int text_show(struct text *t, struct view *v, uint64_t now_ns);

/* text_keys() - send to the guest what was typed; Ctrl-] sets @t->quit. */
void text_keys(struct text *t, struct keyboard_out *out);

/* text_said() - the pipe is readable: take and show a message.
 * #syscalls[screen] read */
void text_said(struct text *t);

#endif
