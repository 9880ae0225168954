/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slowly_main.c - a slow reader, for tests of who has to wait for one.
 *
 * usage: slowly MS [SECONDS]
 *
 * Copies what comes, 4096 bytes at most and then a rest of MS, until there is
 * no more, or nothing has come for so many SECONDS. One process, where a
 * shell's loop would start several for each piece.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

#define PIECE	4096

/* next_piece() - @last_ms: how long to wait for it; -1: for ever.
 * Return: its length; 0: that was all. */
static ssize_t next_piece(char *piece, int last_ms)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	if (poll(&in, 1, last_ms) <= 0)
		return 0;
	/* The other end of a terminal that was hung up: an error. */
	return read(STDIN_FILENO, piece, PIECE);
}

int main(int argc, char **argv)
{
	static char piece[PIECE];
	int last_ms;
	ssize_t n;

	if (argc != 2 && argc != 3)
		die("usage: slowly MS [SECONDS]");
	last_ms = argc == 3 ? atoi(argv[2]) * 1000 : -1;
	while ((n = next_piece(piece, last_ms)) > 0) {
		if (write(STDOUT_FILENO, piece, (size_t)n) != n)
			die("slowly: can not write");
		usleep((useconds_t)atoi(argv[1]) * 1000);
	}
	return 0;
}
