/* SPDX-License-Identifier: BSD-2-Clause */
/* display.c - the value of --display: see display.h. */
#include "screen/client/display.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/runfolder.h"

#define LOOPBACK 0x7f000001u

#define FAIL(...) (snprintf(error, DISPLAY_ERROR, __VA_ARGS__), false)

/* port() - "5901"; Return: false if it is none. */
static bool port(const char *text, uint16_t *out)
{
	size_t n = strspn(text, "0123456789");
	unsigned long v = strtoul(text, NULL, 10);

	if (!n || n > 5 || text[n] || !v || v > 65535)
		return false;
	*out = (uint16_t)v;
	return true;
}

/* parse_address() - "0.0.0.0" or "0.0.0.0:5901". */
static bool parse_address(const char *text, struct display *out)
{
	size_t n = strcspn(text, ":");
	struct in_addr in;
	char host[16];

	if (n >= sizeof(host))
		return false;
	memcpy(host, text, n);
	host[n] = '\0';
	if (inet_pton(AF_INET, host, &in) != 1)
		return false;
	out->address = ntohl(in.s_addr);
	return !text[n] || port(text + n + 1, &out->port);
}

/* parse_local() - behind "vnc:unix". */
static bool parse_local(const char *rest, struct display *out, char *error)
{
	out->local = true;
	if (!*rest)
		return true;
	if (strlen(rest + 1) >= sizeof(out->path))
		return FAIL("--display vnc:unix: a socket's path has at most "
			    "%d characters; choose a shorter one",
			    DISPLAY_PATH - 1);
	if (!rest[1])
		return FAIL("--display vnc:unix: wants a path behind it, or "
			    "no colon");
	strcpy(out->path, rest + 1);
	return true;
}

static bool parse_vnc(const char *where, struct display *out, char *error)
{
	if (!strncmp(where, "unix", 4) && (!where[4] || where[4] == ':'))
		return parse_local(where + 4, out, error);
	if (port(where, &out->port) || parse_address(where, out))
		return true;
	return FAIL("--display vnc:%.80s is not possible; write for example "
		    "vnc, vnc:5901, vnc:127.0.0.1:5901 or vnc:unix",
		    where);
}

bool display_parse(const char *text, struct display *out, char *error)
{
	memset(out, 0, sizeof(*out));
	out->address = LOOPBACK;
	if (!strcmp(text, "none"))
		out->kind = DISPLAY_NONE;
	else if (!strcmp(text, "text"))
		out->kind = DISPLAY_TEXT;
	else if (!strncmp(text, "vnc", 3) && (!text[3] || text[3] == ':'))
		out->kind = DISPLAY_VNC;
	else if (!strncmp(text, "web", 3) && (!text[3] || text[3] == ':'))
		out->kind = DISPLAY_WEB;
	else
		return FAIL("--display '%.80s' is not possible; use text, vnc, "
			    "web or none",
			    text);
	if (out->kind < DISPLAY_VNC || !text[3])
		return true;
	if (out->kind == DISPLAY_VNC)
		return parse_vnc(text + 4, out, error);
	/* A browser's token is for this host only: it goes in the clear. */
	return port(text + 4, &out->port) ||
	       FAIL("--display web:%.80s is not possible; a port of 127.0.0.1 "
		    "may follow, as in web:5801",
		    text + 4);
}

bool display_is_loopback(const struct display *d)
{
	return d->local || d->address >> 24 == LOOPBACK >> 24;
}

bool display_socket(const struct display *d, const char *name, long pid,
		    char *path, char *why)
{
	char folder[DISPLAY_PATH];
	int n;

	if (*d->path) {
		strcpy(path, d->path);
		return true;
	}
	if (runfolder_find(folder, sizeof(folder), why, DISPLAY_ERROR))
		return false;
	n = *name ? snprintf(path, DISPLAY_PATH, "%s/%s.vnc", folder, name) :
		    snprintf(path, DISPLAY_PATH, "%s/%ld.vnc", folder, pid);
	if (n < DISPLAY_PATH)
		return true;
	snprintf(why, DISPLAY_ERROR,
		 "the socket's path would be too long; say one, as in "
		 "vnc:unix:/tmp/screen");
	return false;
}
