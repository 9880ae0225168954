/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nettest_short.c - how many short connections a second: `answer` and
 * `connects`.
 *
 * A connection is made, a byte goes there, the same comes back, and it is
 * closed; then the next one. So many wait for nobody but the way there, and no
 * process is made for them: `answer` serves one after another.
 *
 * No wait is endless: who connects and says nothing is let go after a second.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "guests/nettest.h"

int short_answer(int listener, uint64_t once)
{
	const struct timeval second = { .tv_sec = 1 };
	uint64_t served = 0;
	uint8_t byte;
	int sock;

	while (!stop_asked && (!once || served < once)) {
		sock = accept(listener, NULL, NULL);
		if (sock < 0)
			continue;
		setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &second,
			   sizeof(second));
		if (read_all(sock, &byte, 1) == 0 &&
		    write_all(sock, &byte, 1) == 0)
			served++;
		close(sock);
	}
	return 0;
}

/* short_one() - one connection; Return: 0 or a negative errno. */
static int short_one(const struct sockaddr_in *to, unsigned int timeout_s)
{
	const struct timeval tv = { .tv_sec = (time_t)timeout_s };
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), rc = 0;
	uint8_t byte = 'a';

	if (sock < 0)
		return -errno;
	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	if (connect(sock, (const struct sockaddr *)to, sizeof(*to)) < 0)
		rc = -errno;
	if (!rc)
		rc = write_all(sock, &byte, 1);
	if (!rc)
		rc = read_all(sock, &byte, 1);
	close(sock);
	return rc ? rc : byte == 'a' ? 0 : -EPROTO;
}

int short_connects(const struct options *o, const struct sockaddr_in *to)
{
	uint64_t start = clock_now_ns(), i;
	double s;
	int rc;

	for (i = 0; i < o->bytes; i++) {
		rc = short_one(to, o->timeout_s);
		if (rc) {
			fprintf(stderr,
				"nettest: connection %" PRIu64 " failed: %s; "
				"does `nettest answer` run there?\n",
				i + 1, strerror(-rc));
			return 1;
		}
	}
	s = (double)(clock_now_ns() - start) / 1e9;
	printf(o->json ? "{\"op\": \"connects\", \"host\": \"%s\", \"count\": "
			 "%" PRIu64 ", \"seconds\": %.6f, \"per_s\": %.1f}\n" :
			 "nettest connects %s: %" PRIu64 " in %.3f s, %.1f a "
			 "second\n",
	       o->host, o->bytes, s, (double)o->bytes / s);
	return 0;
}
