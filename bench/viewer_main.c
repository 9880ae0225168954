/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * viewer_main.c - a VNC viewer that nobody looks at, for bench/screen: it takes
 * every picture that it can get, and types.
 *
 * usage: viewer PATH watch
 *	  viewer PATH keys COUNT
 *
 * PATH is a Unix socket without a password. "watch" says "connected W H", and
 * at each line of its standard input "updates N", how many it has had; at the
 * end of that it ends. "keys" types an X and takes it back, COUNT times in all,
 * each at a moment of its own, and says after each "key MS": from sending it to
 * having the picture with what changed. A cursor's blink is no answer: it
 * changes a line or two of the picture, a character more.
 *
 * Exit status: 0; 1 with a line on standard error.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rfb/keysym.h>
#include <rfb/rfbclient.h>

#include "base/clock.h"

/* So many lines of pixels that differ are a character. */
#define LINES_OF_TEXT	5u
#define ANSWER_MS	5000u

#define MS_NS		1000000ull

/* What the library hands to its callbacks, by the client data of this key. */
struct viewer {
	unsigned long updates;
};
static int viewer_key;

static struct viewer *of_client(rfbClient *cl)
{
	return rfbClientGetClientData(cl, &viewer_key);
}

static void on_update(rfbClient *cl)
{
	of_client(cl)->updates++;
}

static rfbBool on_size(rfbClient *cl)
{
	free(cl->frameBuffer);
	cl->frameBuffer = calloc((size_t)cl->width * (size_t)cl->height, 4);
	return cl->frameBuffer != NULL;
}

static rfbClient *join(const char *path, struct viewer *v)
{
	rfbClient *cl = rfbGetClient(8, 3, 4);

	rfbEnableClientLogging = FALSE;
	rfbClientSetClientData(cl, &viewer_key, v);
	cl->MallocFrameBuffer = on_size;
	cl->FinishedFrameBufferUpdate = on_update;
	cl->canHandleNewFBSize = TRUE;
	cl->format.redShift = 16;
	cl->format.greenShift = 8;
	cl->format.blueShift = 0;
	cl->serverHost = strdup(path);
	cl->serverPort = 0;
	return rfbInitClient(cl, NULL, NULL) ? cl : NULL;
}

/* hear() - messages, for so long at most. Return: false: it is gone. */
static bool hear(rfbClient *cl, uint64_t ns)
{
	int n = WaitForMessage(cl, (unsigned int)(ns / 1000));

	return n == 0 || (n > 0 && HandleRFBServerMessage(cl));
}

/* hear_for() - for as long as that. */
static bool hear_for(rfbClient *cl, uint64_t ns)
{
	uint64_t end = clock_now_ns() + ns, now;

	while ((now = clock_now_ns()) < end)
		if (!hear(cl, end - now))
			return false;
	return true;
}

/* ---- watching ----------------------------------------------------------- */

static int watch(rfbClient *cl)
{
	struct pollfd in = { STDIN_FILENO, POLLIN, 0 };
	char line[64];

	printf("connected %d %d\n", cl->width, cl->height);
	for (;;) {
		if (!hear(cl, 20 * MS_NS)) {
			fprintf(stderr, "viewer: the screen has gone away\n");
			return 1;
		}
		if (poll(&in, 1, 0) <= 0)
			continue;
		if (!fgets(line, sizeof(line), stdin))
			return 0;
		printf("updates %lu\n", of_client(cl)->updates);
	}
}

/* ---- typing ------------------------------------------------------------- */

/* A picture as it was. */
struct before {
	int width, height;
	uint8_t *pixels;
};

static void keep(const rfbClient *cl, struct before *b)
{
	size_t size = (size_t)cl->width * (size_t)cl->height * 4;

	b->width = cl->width;
	b->height = cl->height;
	b->pixels = realloc(b->pixels, size);
	if (b->pixels)
		memcpy(b->pixels, cl->frameBuffer, size);
}

/* has_changed() - by more than a cursor. */
static bool has_changed(const rfbClient *cl, const struct before *b)
{
	size_t line = (size_t)cl->width * 4, y;
	unsigned int lines = 0;

	if (cl->width != b->width || cl->height != b->height || !b->pixels)
		return true;
	for (y = 0; y < (size_t)cl->height; y++)
		lines += memcmp(cl->frameBuffer + y * line,
				b->pixels + y * line, line) != 0;
	return lines >= LINES_OF_TEXT;
}

/* type() - a key. Return: ms until its answer was there, or below 0: none. */
static double type(rfbClient *cl, uint32_t key, struct before *b)
{
	uint64_t from, end;

	keep(cl, b);
	from = clock_now_ns();
	end = from + ANSWER_MS * MS_NS;
	SendKeyEvent(cl, key, TRUE);
	SendKeyEvent(cl, key, FALSE);
	while (!has_changed(cl, b))
		if (clock_now_ns() > end || !hear(cl, 10 * MS_NS))
			return -1;
	return (double)(clock_now_ns() - from) / MS_NS;
}

static int keys(rfbClient *cl, unsigned int count)
{
	struct before b = { 0, 0, NULL };
	bool there = hear_for(cl, 1000 * MS_NS);
	unsigned int i;
	double ms;

	srandom(1);
	for (i = 0; i < count && there; i++) {
		ms = type(cl, i % 2 ? XK_BackSpace : XK_x, &b);
		if (ms < 0)
			break;
		printf("key %.2f\n", ms);
		/* So that no two of them meet any clock alike. */
		there = hear_for(cl, (200 + (uint64_t)random() % 200) * MS_NS);
	}
	free(b.pixels);
	if (i == count)
		return 0;
	fprintf(stderr, "viewer: key %u has no answer\n", i + 1);
	return 1;
}

int main(int argc, char **argv)
{
	struct viewer v = { 0 };
	bool types = argc == 4 && !strcmp(argv[2], "keys");
	rfbClient *cl;
	int status;

	if (!types && (argc != 3 || strcmp(argv[2], "watch"))) {
		fprintf(stderr, "usage: viewer PATH watch | keys COUNT\n");
		return 64;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0);
	cl = join(argv[1], &v);
	if (!cl) {
		fprintf(stderr, "viewer: no screen at %s\n", argv[1]);
		return 1;
	}
	status = types ? keys(cl, (unsigned int)atoi(argv[3])) : watch(cl);
	free(cl->frameBuffer);
	cl->frameBuffer = NULL;
	rfbClientCleanup(cl);
	return status;
}
