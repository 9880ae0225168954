/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * display.h - where a machine's screen is to be shown: the value of --display.
 *
 *	none | text
 *	vnc[:PORT | :ADDRESS[:PORT] | :unix[:PATH]]
 *	web[:PORT]
 *
 * display_parse() touches nothing but its arguments.
 */
#ifndef SCREEN_CLIENT_DISPLAY_H
#define SCREEN_CLIENT_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

enum display_kind {
	DISPLAY_DEFAULT,	/* nothing was said */
	DISPLAY_NONE,
	DISPLAY_TEXT,
	DISPLAY_VNC,
	DISPLAY_WEB,
};

#define DISPLAY_PATH 100	/* a socket's path has no room for more */
#define DISPLAY_ERROR 256

/* The first ports that are tried if none is said, and how many. */
#define DISPLAY_VNC_PORT 5900u
#define DISPLAY_WEB_PORT 5800u
#define DISPLAY_PORTS	100u

struct display {
	enum display_kind kind;
	bool local;		/* vnc: a unix socket */
	char path[DISPLAY_PATH];	/* of it; "": in the runtime folder */
	uint32_t address;	/* IPv4, host order; 127.0.0.1 by default */
	uint16_t port;		/* 0: the first free one */
};

/**
 * display_parse() - what stands behind --display
 * @out: filled in
 * @error: receives one sentence, DISPLAY_ERROR bytes
 *
 * Return: true, or false with @error set.
 */
bool display_parse(const char *text, struct display *out, char *error);

/* display_is_loopback() - can only this host reach it? */
bool display_is_loopback(const struct display *d);

/**
 * display_socket() - where the socket of a vnc:unix display is
 * @name: of the machine, or ""; then by @pid, its keeper's
 * @path: receives it, DISPLAY_PATH bytes
 * @why: receives one sentence, DISPLAY_ERROR bytes
 *
 * Return: false if there is no place for it.
 */
bool display_socket(const struct display *d, const char *name, long pid,
		    char *path, char *why);

#endif
