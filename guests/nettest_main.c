/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nettest - the paper's load generator: TCP, one buffer sent again and again.
 *
 * One source, two programs: build/nettest for the host (x86-64) and
 * build/guest/nettest for the guest (static i386). The receiver throws the
 * data away, as in the paper (section 3.1), unless it was asked to check it.
 *
 * The wire. Numbers are little-endian.
 *   request (client, 32 bytes): magic u32, version u16, op u16, flags u32,
 *	size u32 (bytes per write), bytes u64 (of the whole run), seed u32, 0
 *   answer (server, 24 bytes): magic u32, status u32, bytes u64, sum u64
 *   send:     request, data, answer (what arrived, and its checksum)
 *   recv:     request, answer (what will come), data, answer (its checksum)
 *   pingpong: request, then size bytes there and the same size back, until
 *	bytes have made the round trip
 *
 * What is always true:
 * 1. Nothing from the other side is used before decode_request() or
 *    decode_answer() has checked it.
 * 2. Memory is bounded: one buffer of at most SIZE_MAX_ bytes a connection,
 *    and at most CHILDREN_MAX connections, each in a process of its own.
 * 3. No wait is endless: a silent peer ends a run after --timeout seconds.
 */
#include "guests/nettest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"

volatile sig_atomic_t stop_asked;

/* fail_as() - one sentence on standard error, then exit with @status. */
static _Noreturn void fail_as(int status, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
static _Noreturn void fail_as(int status, const char *fmt, va_list ap)
{
	fputs("nettest: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	exit(status);
}

/* fail() - what it does goes wrong: status 1. */
static _Noreturn void fail(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
static _Noreturn void fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail_as(1, fmt, ap);
}

/* misused() - the command line is wrong: status 64. */
static _Noreturn void misused(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
static _Noreturn void misused(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail_as(EX_USAGE, fmt, ap);
}

/* --- the transfer, the same code on both sides -------------------------- */

/* run_tell() - at most twice a second, say how far the transfer is. */
static void run_tell(struct run *r)
{
	uint64_t now;

	if (!r->progress)
		return;
	now = clock_now_ns();
	if (now - r->told_ns < NSEC_PER_SEC / 2)
		return;
	r->told_ns = now;
	fprintf(stderr, "nettest: %" PRIu64 " of %" PRIu64 " KiB, %.1f Mb/s\n",
		r->done >> 10, r->req.bytes >> 10,
		(double)r->done * 8e3 / (double)(now - r->start_ns));
}

/* run_init() - get ready for one transfer; Return: 0 or -ENOMEM. */
static int run_init(struct run *r, int sock, const struct request *req)
{
	*r = (struct run){
		.sock = sock,
		.file = -1,
		.req = *req,
		.stream = { .state = req->seed },
		.start_ns = clock_now_ns(),
	};
	r->told_ns = r->start_ns;
	r->buf = malloc(req->size);
	if (!r->buf)
		return -ENOMEM;
	/* What the paper's nettest sends is one buffer: any text will do. */
	for (uint32_t i = 0; i < req->size; i++)
		r->buf[i] = (uint8_t)('a' + i % 26);
	return 0;
}

static void run_close(struct run *r)
{
	free(r->buf);
	if (r->file >= 0)
		close(r->file);
}

/* run_out() - send all bytes of the run; Return: 0 or a negative errno. */
static int run_out(struct run *r)
{
	while (r->done < r->req.bytes) {
		size_t n = MIN(r->req.size, r->req.bytes - r->done);
		int rc = 0;

		if (r->file >= 0)
			rc = read_all(r->file, r->buf, n);
		else if (r->req.flags & FLAG_CHECK)
			stream_fill(&r->stream, r->buf, n);
		if (rc)
			return rc;
		if (r->req.flags)
			sum_add(&r->sum, r->buf, n);
		rc = write_all(r->sock, r->buf, n);
		if (rc)
			return rc;
		r->done += n;
		run_tell(r);
	}
	return 0;
}

/* run_in() - receive all bytes of the run; Return: 0 or a negative errno. */
static int run_in(struct run *r)
{
	while (r->done < r->req.bytes) {
		size_t want = MIN(r->req.size, r->req.bytes - r->done);
		ssize_t n = read_some(r->sock, r->buf, want);

		if (n < 0)
			return (int)n;
		if (r->req.flags)
			sum_add(&r->sum, r->buf, (size_t)n);
		if (r->file >= 0 && write_all(r->file, r->buf, (size_t)n))
			return -EIO;
		r->done += (uint64_t)n;
		run_tell(r);
	}
	return 0;
}

/* --- server ------------------------------------------------------------- */

/* serve_file() - open what --give or --save name, when the client asks. */
static int serve_file(const struct options *o, struct run *r)
{
	bool give = r->req.op == OP_RECV;
	const char *path = give ? o->give : o->save;
	off_t end;

	if (!(r->req.flags & FLAG_FILE))
		return 0;
	if (!path)
		return -ENOENT;
	r->file = give ? open(path, O_RDONLY | O_CLOEXEC) :
			 open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			      0644);
	if (r->file < 0)
		return -errno;
	if (!give)
		return 0;
	end = lseek(r->file, 0, SEEK_END);
	if (end < 0 || lseek(r->file, 0, SEEK_SET) < 0)
		return -errno;
	r->req.bytes = (uint64_t)end;
	return 0;
}

static int serve_pingpong(struct run *r)
{
	uint64_t left = r->req.bytes;

	while (left) {
		size_t n = MIN(r->req.size, left);
		int rc = read_all(r->sock, r->buf, n);

		if (!rc)
			rc = write_all(r->sock, r->buf, n);
		if (rc)
			return rc;
		left -= n;
	}
	return 0;
}

/* serve_transfer() - do what a checked request asks for. */
static int serve_transfer(const struct options *o, struct run *r)
{
	struct answer a = { 0 };
	int rc = serve_file(o, r);

	if (rc)
		a.status = (uint32_t)-rc;
	a.bytes = r->req.bytes;
	if (r->req.op == OP_PINGPONG)
		return serve_pingpong(r);
	if (r->req.op == OP_RECV || rc) {
		int sent = send_answer(r->sock, &a);

		if (rc || sent)
			return rc ? rc : sent;
	}
	rc = r->req.op == OP_RECV ? run_out(r) : run_in(r);
	if (rc)
		return rc;
	a.sum = sum_value(&r->sum);
	return send_answer(r->sock, &a);
}

/* set_timeouts() - let no read or write on @fd wait for ever. */
static void set_timeouts(int fd, unsigned int seconds)
{
	struct timeval tv = { .tv_sec = (time_t)seconds };
	int one = 1;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

/**
 * serve_one() - serve one connection, in a process of its own
 *
 * Return: the exit status of that process.
 */
static int serve_one(const struct options *o, int sock)
{
	uint8_t p[REQUEST_LEN];
	struct request req;
	struct run r;
	int rc;

	set_timeouts(sock, o->timeout_s);
	rc = read_all(sock, p, sizeof(p));
	if (!rc)
		rc = decode_request(p, &req);
	if (rc) {
		fprintf(stderr, "nettest: a connection was refused: %s\n",
			rc == -EPROTO ? "it does not speak nettest" :
					strerror(-rc));
		return 1;
	}
	rc = run_init(&r, sock, &req);
	if (!rc) {
		rc = serve_transfer(o, &r);
		run_close(&r);
	}
	if (rc)
		fprintf(stderr, "nettest: a connection broke off: %s\n",
			strerror(-rc));
	/* Let the client close first: nothing it still reads is cut off. */
	shutdown(sock, SHUT_WR);
	while (!rc && read_some(sock, p, sizeof(p)) > 0)
		;
	return rc ? 1 : 0;
}

static void on_stop(int sig)
{
	(void)sig;
	stop_asked = 1;
}

/* catch_stop() - SIGTERM and SIGINT end the server, after its children. */
static void catch_stop(void)
{
	struct sigaction sa = { .sa_handler = on_stop };

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

static struct sockaddr_in address_of(const char *host, unsigned int port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
	};

	if (!strcmp(host, "localhost"))
		host = "127.0.0.1";
	if (inet_pton(AF_INET, host, &sin.sin_addr) != 1)
		fail("'%s' is not an IPv4 address such as 10.0.2.2", host);
	return sin;
}

/* serve_listen() - listen, and say where; Return: the socket. */
static int serve_listen(const struct options *o)
{
	struct sockaddr_in sin = address_of(o->host, o->port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	socklen_t len = sizeof(sin);

	if (fd < 0)
		fail("no TCP here: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin)))
		fail("cannot use port %u on %s: %s; choose another with --port",
		     o->port, o->host, strerror(errno));
	if (listen(fd, CHILDREN_MAX))
		fail("cannot listen: %s", strerror(errno));
	getsockname(fd, (struct sockaddr *)&sin, &len);
	printf("nettest: serving on %s port %u\n", o->host,
	       ntohs(sin.sin_port));
	fflush(stdout);
	return fd;
}

/* serve_child() - fork a process for @sock; Return: its id, or -1. */
static pid_t serve_child(const struct options *o, int listener, int sock)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	/* If the server dies by any means, so do its connections. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	close(listener);
	_exit(serve_one(o, sock));
}

static int command_serve(const struct options *o)
{
	unsigned int accepted = 0, children = 0;
	int listener, worst = 0, status;

	catch_stop();
	listener = serve_listen(o);
	while (!stop_asked && (!o->once || accepted < o->once || children)) {
		bool more = children < CHILDREN_MAX &&
			    (!o->once || accepted < o->once);
		struct pollfd pfd = { .fd = more ? listener : -1,
				      .events = POLLIN };
		int sock;

		while (children && waitpid(-1, &status, WNOHANG) > 0) {
			children--;
			worst |= status != 0;
		}
		/* The short wait is for children: no signal race to lose. */
		if (poll(&pfd, 1, children ? 20 : 1000) <= 0)
			continue;
		sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (sock < 0)
			continue;
		if (serve_child(o, listener, sock) > 0) {
			children++;
			accepted++;
		}
		close(sock);
	}
	close(listener);
	return o->once && !stop_asked ? worst : 0;
}

/* --- client ------------------------------------------------------------- */

/* cpu_jiffies() - busy and all time of this machine; false if not known. */
static bool cpu_jiffies(double *busy, double *all)
{
	unsigned long long v[8] = { 0 };
	FILE *f = fopen("/proc/stat", "re");
	int n = 0;

	if (f) {
		n = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu",
			   &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6],
			   &v[7]);
		fclose(f);
	}
	*all = 0;
	for (int i = 0; i < 8; i++)
		*all += (double)v[i];
	*busy = *all - (double)(v[3] + v[4]);	/* idle and iowait */
	return n == 8;
}

/* client_connect() - reach the server or say what to do about it. */
static int client_connect(const struct options *o)
{
	struct sockaddr_in sin = address_of(o->host, o->port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail("no TCP here: %s", strerror(errno));
	set_timeouts(fd, o->timeout_s);
	if (connect(fd, (struct sockaddr *)&sin, sizeof(sin)))
		fail("no server at %s port %u: %s; start one there with "
		     "`nettest serve`",
		     o->host, o->port,
		     errno == EINPROGRESS ? "no answer" : strerror(errno));
	return fd;
}

/* client_file() - open --file and, when sending, take its length. */
static void client_file(const struct options *o, struct run *r)
{
	bool out = r->req.op == OP_SEND;
	off_t end;

	r->file = out ? open(o->file, O_RDONLY | O_CLOEXEC) :
			open(o->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			     0644);
	if (r->file < 0)
		fail("cannot open %s: %s", o->file, strerror(errno));
	if (!out)
		return;
	end = lseek(r->file, 0, SEEK_END);
	if (end < 0 || lseek(r->file, 0, SEEK_SET) < 0)
		fail("%s is not a file that can be sent", o->file);
	r->req.bytes = (uint64_t)end;
}

static void client_request(const struct run *r)
{
	uint8_t p[REQUEST_LEN];
	int rc;

	encode_request(p, &r->req);
	rc = write_all(r->sock, p, sizeof(p));
	if (rc)
		fail("the server hung up: %s", strerror(-rc));
}

static void client_answer(int sock, struct answer *a)
{
	int rc = decode_answer(sock, a);

	if (rc == -EPROTO)
		fail("what answers on that port does not speak nettest");
	if (rc)
		fail("the server gave no answer: %s", strerror(-rc));
	if (a->status == ENOENT)
		fail("the server has no file for this: start it with --give "
		     "or --save");
	if (a->status)
		fail("the server says: %s", strerror((int)a->status));
}

/* client_print() - the result, as a line or as JSON; Return: exit status. */
static int client_print(const struct options *o, const struct run *r,
			const struct answer *a, double s, double cpu)
{
	const char *name = r->req.op == OP_SEND ? "send" : "recv";
	bool good = a->bytes == r->done;
	double mbit = (double)r->done * 8e-6 / s;
	uint64_t sum = sum_value(&r->sum);

	if (r->req.flags)
		good = good && a->sum == sum;
	if (o->json)
		printf("{\"op\": \"%s\", \"host\": \"%s\", \"bytes\": %" PRIu64
		       ", \"size\": %u, \"seconds\": %.6f, \"mbit_s\": %.3f, "
		       "\"cpu_share\": %.4f",
		       name, o->host, r->done, r->req.size, s, mbit, cpu);
	else
		printf("nettest %s %s: %" PRIu64 " bytes, %u a write, %.3f s, "
		       "%.1f Mb/s, CPU %.0f %%",
		       name, o->host, r->done, r->req.size, s, mbit, cpu * 100);
	if (r->req.flags && o->json)
		printf(", \"checksum\": \"%016" PRIx64 "\"", sum);
	else if (r->req.flags)
		printf(", checksum %016" PRIx64 " %s", sum,
		       good ? "is right" : "IS WRONG");
	if (o->json)
		printf(", \"ok\": %s}", good ? "true" : "false");
	printf("\n");
	fflush(stdout);
	if (!good)
		fail("the other side has %" PRIu64 " bytes with checksum "
		     "%016" PRIx64,
		     a->bytes, a->sum);
	return 0;
}

/* command_transfer() - `send` and `recv`; Return: exit status. */
static int command_transfer(const struct options *o, enum op op)
{
	double busy0, all0, busy1, all1, cpu = 0, s;
	struct request req = {
		.op = op,
		.flags = (o->check ? FLAG_CHECK : 0) |
			 (o->file ? FLAG_FILE : 0),
		.size = o->size,
		.bytes = o->bytes,
		.seed = (uint32_t)clock_now_ns() | 1,
	};
	struct answer a;
	struct run r;
	bool cpu_known;
	int rc;

	if (run_init(&r, client_connect(o), &req))
		fail("out of memory");
	if (o->file)
		client_file(o, &r);
	r.progress = o->progress;
	cpu_known = cpu_jiffies(&busy0, &all0);
	r.start_ns = clock_now_ns();
	client_request(&r);
	if (op == OP_RECV) {
		client_answer(r.sock, &a);
		r.req.bytes = a.bytes;
	}
	rc = op == OP_RECV ? run_in(&r) : run_out(&r);
	if (rc)
		fail("the transfer broke off after %" PRIu64 " bytes: %s",
		     r.done, strerror(-rc));
	client_answer(r.sock, &a);
	s = (double)(clock_now_ns() - r.start_ns) / 1e9;
	if (cpu_known && cpu_jiffies(&busy1, &all1) && all1 > all0)
		cpu = (busy1 - busy0) / (all1 - all0);
	close(r.sock);
	rc = client_print(o, &r, &a, s > 0 ? s : 1e-9, cpu);
	run_close(&r);
	return rc;
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

/* command_pingpong() - round trips of --size bytes; Return: exit status. */
static int command_pingpong(const struct options *o)
{
	struct request req = { .op = OP_PINGPONG, .size = o->size,
			       .bytes = o->bytes, .seed = 1 };
	uint64_t count = o->bytes / o->size, *ns;
	struct run r;

	if (!count || count > 1000000 || o->bytes % o->size)
		misused("pingpong wants --bytes to be 1 to 1000000 times --size");
	ns = calloc((size_t)count, sizeof(*ns));
	if (!ns || run_init(&r, client_connect(o), &req))
		fail("out of memory");
	client_request(&r);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t start = clock_now_ns();
		int rc = write_all(r.sock, r.buf, o->size);

		if (!rc)
			rc = read_all(r.sock, r.buf, o->size);
		if (rc)
			fail("round trip %" PRIu64 " failed: %s", i,
			     strerror(-rc));
		ns[i] = clock_now_ns() - start;
	}
	qsort(ns, (size_t)count, sizeof(*ns), compare_u64);
	printf(o->json ?
		       "{\"op\": \"pingpong\", \"host\": \"%s\", \"count\": %" PRIu64
		       ", \"size\": %u, \"p50_us\": %.1f, \"p99_us\": %.1f}\n" :
		       "nettest pingpong %s: %" PRIu64
		       " round trips of %u bytes, "
		       "median %.1f us, p99 %.1f us\n",
	       o->host, count, o->size, (double)ns[count / 2] / 1e3,
	       (double)ns[count * 99 / 100] / 1e3);
	close(r.sock);
	run_close(&r);
	free(ns);
	return 0;
}

/* --- command line ------------------------------------------------------- */

/* number_of() - a number with an optional K, M or G, or a sentence. */
static uint64_t number_of(const char *name, const char *text, uint64_t least,
			  uint64_t most)
{
	unsigned int shift = 0;
	char *end;
	uint64_t v;

	errno = 0;
	v = strtoull(text, &end, 10);
	switch (*end) {
	case 'k': case 'K': shift = 10; end++; break;
	case 'm': case 'M': shift = 20; end++; break;
	case 'g': case 'G': shift = 30; end++; break;
	}
	if (end == text || *end || text[0] == '-' || errno)
		misused("%s wants a number, not '%s'", name, text);
	if (v > most >> shift || v << shift < least)
		misused("%s %s is out of range: %" PRIu64 " to %" PRIu64, name,
			text, least, most);
	return v << shift;
}

enum option_name {
	O_NONE,
#define OPTION(name, id, value, words, text) O_##id,
#include "guests/nettest.def"
#undef OPTION
};

static const struct option option_table[] = {
#define OPTION(name, id, value, words, text) \
	{ name, (value) != NULL, NULL, O_##id },
#include "guests/nettest.def"
#undef OPTION
	{ NULL, 0, NULL, 0 },
};

static void set_option(struct options *o, int name, char **argv)
{
	switch (name) {
	case O_PORT:
		o->port = (unsigned int)number_of("--port", optarg, 0, 65535);
		break;
	case O_ONCE:
		o->once =
			(unsigned int)number_of("--once", optarg, 1, 1u << 30);
		break;
	case O_SIZE:
		o->size = (uint32_t)number_of("--size", optarg, 1, SIZE_MAX_);
		break;
	case O_BYTES:
		o->bytes = number_of("--bytes", optarg, 0, BYTES_MAX);
		break;
	case O_TIMEOUT:
		o->timeout_s =
			(unsigned int)number_of("--timeout", optarg, 1, 86400);
		break;
	case O_BIND: o->host = optarg; break;
	case O_FILE: o->file = optarg; break;
	case O_GIVE: o->give = optarg; break;
	case O_SAVE: o->save = optarg; break;
	case O_CHECK: o->check = true; break;
	case O_JSON: o->json = true; break;
	case O_PROGRESS: o->progress = true; break;
	case O_HELP:
		manual_help(&nettest_manual, stdout);
		exit(0);
	case ':':
		misused("%s wants a value; see nettest --help",
			argv[optind - 1]);
	default:
		misused("unknown option '%s'; see nettest --help",
			argv[optind - 1]);
	}
}

enum command { C_SERVE, C_SEND, C_RECV, C_PINGPONG, C_ANSWER, C_CONNECTS,
	       COMMANDS };

/* command_find() - which one it is; if it is none, the end. */
static int command_find(const char *name)
{
	static const char *const names[COMMANDS] = {
		"serve", "send", "recv", "pingpong", "answer", "connects",
	};
	int i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(name, names[i]))
			return i;
	misused("unknown command '%s'; it is serve, send, recv, pingpong, "
		"answer or connects",
		name);
}

/* command_run() - Return: exit status. */
static int command_run(const struct options *o, int command)
{
	struct sockaddr_in sin;

	switch (command) {
	case C_SERVE:
		return command_serve(o);
	case C_PINGPONG:
		return command_pingpong(o);
	case C_ANSWER:
		catch_stop();
		return short_answer(serve_listen(o), o->once);
	case C_CONNECTS:
		sin = address_of(o->host, o->port);
		return short_connects(o, &sin);
	default:
		return command_transfer(o,
					command == C_SEND ? OP_SEND : OP_RECV);
	}
}

int main(int argc, char **argv)
{
	struct options o = { .host = NULL, .port = PORT_DEFAULT,
			     .timeout_s = 60 };
	const char *command;
	bool serve, small;
	int c;

	while ((c = getopt_long(argc, argv, ":", option_table, NULL)) != -1)
		set_option(&o, c, argv);
	if (optind >= argc)
		misused("what shall I do: serve, send, recv, pingpong, answer "
			"or connects? See nettest --help");
	command = argv[optind++];
	c = command_find(command);
	serve = c == C_SERVE || c == C_ANSWER;
	small = c == C_PINGPONG || c == C_CONNECTS;
	if (!serve) {
		if (optind >= argc)
			misused("%s wants the address of the server", command);
		o.host = argv[optind++];
	}
	if (optind < argc)
		misused("what is '%s' for? See nettest --help", argv[optind]);
	if (o.check && o.file)
		misused("--check and --file do not go together");
	if (!o.size)
		o.size = small ? 1 : 4096;
	if (!o.bytes)
		o.bytes = small ? 200 * (uint64_t)o.size : 100u << 20;
	signal(SIGPIPE, SIG_IGN);
	if (serve)
		o.host = o.host ? o.host : "127.0.0.1";
	return command_run(&o, c);
}
