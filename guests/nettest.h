/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nettest.h - nettest's data and its wire format (nettest_wire.c); what the
 * format is stands in the head of nettest_main.c.
 */
#ifndef GUESTS_NETTEST_H
#define GUESTS_NETTEST_H

#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/manual.h"

#define MAGIC		0x5454454eu	/* "NETT" */
#define VERSION		1
#define REQUEST_LEN	32
#define ANSWER_LEN	24
#define FLAG_CHECK	1u		/* pseudo-random data, checksummed */
#define FLAG_FILE	2u		/* data from or for a file */
#define PORT_DEFAULT	5201
#define SIZE_MAX_	(1u << 20)	/* bytes per write */
#define BYTES_MAX	(1ull << 44)	/* bytes per run */
#define CHILDREN_MAX	32

enum op { OP_SEND = 1, OP_RECV, OP_PINGPONG };

struct request {
	enum op op;
	uint32_t flags;
	uint32_t size;
	uint64_t bytes;
	uint32_t seed;
};

struct answer {
	uint32_t status;	/* 0, or the errno of what went wrong there */
	uint64_t bytes;
	uint64_t sum;
};

/* A checksum that depends on order; fast on a 32-bit machine. */
struct sum {
	uint32_t a, b;
	uint32_t word;		/* bytes that do not fill a word yet */
	unsigned int have;	/* how many of them: 0 to 3 */
};

/* The payload of --check: xorshift32, byte by byte whatever the chunks. */
struct stream {
	uint32_t state;
	uint32_t word;
	unsigned int left;	/* bytes of @word not used yet */
};

struct options {
	const char *host;	/* server's address, or the one to bind */
	unsigned int port;
	uint32_t size;
	uint64_t bytes;
	unsigned int timeout_s;
	unsigned int once;	/* serve: end after so many; 0: do not */
	bool check, json, progress;
	const char *file;	/* client: what to send, where to put it */
	const char *give, *save; /* server: the same */
};

/* One transfer in progress, on either side. */
struct run {
	int sock;
	int file;		/* -1: the data is made or thrown away */
	uint8_t *buf;		/* @req.size bytes */
	struct request req;
	struct sum sum;
	struct stream stream;
	uint64_t done;		/* bytes */
	bool progress;
	uint64_t start_ns, told_ns;
};

/* The one flag that a signal handler needs; nettest_main.c. */
extern volatile sig_atomic_t stop_asked;

/* nettest_wire.c: each is explained where it is defined. */
void sum_add(struct sum *s, const uint8_t *p, size_t len);
uint64_t sum_value(const struct sum *s);
void stream_fill(struct stream *s, uint8_t *p, size_t len);
int write_all(int fd, const void *buf, size_t len);
ssize_t read_some(int fd, void *buf, size_t len);
int read_all(int fd, void *buf, size_t len);
void encode_request(uint8_t *p, const struct request *r);
int decode_request(const uint8_t *p, struct request *r);
int send_answer(int fd, const struct answer *a);
int decode_answer(int fd, struct answer *a);

/**
 * short_answer() - nettest_short.c: serve short connections until told to stop
 * @listener: where they come in
 * @once: so many; 0: no end
 *
 * Return: the exit status.
 */
int short_answer(int listener, uint64_t once);

/* short_connects() - make @o->bytes short connections, one after another, and
 * print how many a second that were; Return: the exit status. */
int short_connects(const struct options *o, const struct sockaddr_in *to);

/* Its help, of nettest.def. */
extern const struct manual nettest_manual;

#endif
