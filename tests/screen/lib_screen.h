/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_screen.h - for tests of hostel-screen with no machine: the test is its
 * keeper and its hostel-app, and draws into video memory as a guest would.
 */
#ifndef TESTS_SCREEN_LIB_SCREEN_H
#define TESTS_SCREEN_LIB_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "devices/video/vga_shown.h"
#include "screen/client/message.h"

struct bench {
	pid_t pid;
	int app, keeper;	/* our ends */
	int said;		/* read end of its standard error */
	char words[4096];	/* what was read of that */
	uint8_t *memory;	/* video memory */
	struct vga_shown *shown;
	int status;		/* once it has ended */
	int terminal;		/* with bench_terminal(): our side of it */
	int slave;		/* the other side, which we keep open, too */
	int others;		/* and where others' words are written */
};

/* bench_terminal() - the next one that is started has a terminal of so many
 * lines, 80 columns wide. */
void bench_terminal(unsigned int lines);

/* bench_screen() - what it has written there since the last call, until
 * @wanted is part of that, for two seconds; good until the next call. */
const char *bench_screen(struct bench *b, const char *wanted);

/* bench_text() - the registers of a text screen, 80 by 25; bench_put() - a
 * character of it. */
void bench_text(struct bench *b);
void bench_put(struct bench *b, unsigned int row, unsigned int col, char c,
	       uint8_t attr);

/* bench_start() - hostel-screen with that display, and a dark picture of
 * @width x @height, 32 bits. Return: does it show? If not, it has ended. */
bool bench_start(struct bench *b, const char *display, unsigned int width,
		 unsigned int height);

/* bench_end() - as its keeper ends it; Return: did it, by itself, with 0? */
bool bench_end(struct bench *b);

/* bench_alive() - does it run? */
bool bench_alive(struct bench *b);

/* bench_size() - another picture size, as a guest sets it. */
void bench_size(struct bench *b, unsigned int width, unsigned int height);

/* bench_pixel() - draw one. @xrgb: 0xRRGGBB */
void bench_pixel(struct bench *b, unsigned int x, unsigned int y,
		 uint32_t xrgb);

/* bench_said() - what stands behind @before in what it has said, up to a blank,
 * comma or the end of the line; good until the next call; "": nothing. */
const char *bench_said(struct bench *b, const char *before);

/* bench_hear() - the next message for hostel-app, within two seconds. @fd: what
 * came with it, or -1; NULL: closed. Return: false: none came. */
bool bench_hear(struct bench *b, struct screen_message *m, int *fd);

/* bench_connect() - to its port, or its path. Return: a socket. */
int bench_connect(struct bench *b);

/* bench_cpu_ms() - CPU time that it has used. */
long bench_cpu_ms(const struct bench *b);

#endif
