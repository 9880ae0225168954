/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_main.c - vmnet-capture: frames of the switch into a pcapng file, or a
 * pipe. `hostel net capture` becomes this program.
 *
 * It holds a ring that the switch writes copies to, the file, and a connection
 * to vmnetd, with which the capture ends. It looks at what guests and the wire
 * send, through a filter by libpcap; so once all is set up it may ask the
 * kernel for no more than to write, to wait and to know the time.
 *
 * If the file does not take what comes, the ring fills up and the switch loses
 * copies, which are counted. Nobody else waits for this process.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/framering.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/sandbox.h"
#include "vmnet/client/ctl.h"
#include "vmnet/tap/capture.h"

/* Records before the file gets them; and a busy ring is looked at so often. */
#define SOME	256u
#define NAP_MS	2
/* The switch has so long to say that it has heard of the end. */
#define DETACH_MS	1000
#define DETACH_LOOK_MS	10

/* Of --net ...,pcap=: the other end is the machine's keeper's. */
#define OWNER_FD	3

/* Memory: its ring is there by then; the last frames, all of them at once. */
#define GROWS		(64ull << 20)
#define GROWS_SPACE	(128ull << 20)

/* All that this process may ask of the kernel. */
#define CAPTURE_CALLS(CALL)						\
	CALL(read) CALL(write) CALL(poll) CALL(recvfrom)		\
	CALL(clock_gettime) CALL(close)

/* What no file of ours asks for: malloc(); what libc makes of poll(); signals
 * and the end. */
#define CAPTURE_LIBC_CALLS(CALL, CALL_IF)				\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(brk)		\
	CALL(mremap) CALL(ppoll) CALL(futex) CALL(rt_sigreturn)		\
	CALL(restart_syscall) CALL(exit) CALL(exit_group)

static const struct sandbox_rule capture_rules[] = {
	CAPTURE_CALLS(SANDBOX_CALL)
	CAPTURE_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

struct program {
	struct ctl_capture want;
	const char *file;	/* "-": standard output */
	struct capture capture;
	struct sieve sieve;
	struct pcapng out;
	int sock, bell;
	int owner;		/* OWNER_FD; -1: it is the user's own capture */
	const char *ended;	/* why it ended, if nobody asked for it */
};

/* For the handler: see capture_stop(). */
static volatile sig_atomic_t stopped;
static int stop_bell;

/* ---- set up ------------------------------------------------------------ */

/* capture_stop() - a signal: be awake, and look. The next one ends us at
 * once. */
static void capture_stop(int signal)
{
	(void)signal;
	stopped = 1;
	bell_ring(stop_bell);
}

static void hear_signals(int bell)
{
	struct sigaction on = { .sa_handler = capture_stop,
				.sa_flags = (int)SA_RESETHAND };

	stop_bell = bell;
	sigaction(SIGINT, &on, NULL);
	sigaction(SIGTERM, &on, NULL);
	sigaction(SIGHUP, &on, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* ulimit -f: a call fails instead */
}

/* capture_ask() - have the switch capture for us. #syscalls eventfd2 close */
static void capture_ask(struct program *p)
{
	struct vmnet_ctl_ask ask = { .verb = CTL_CAPTURE, .nfds = CAPTURE_FDS };
	int fds[CAPTURE_FDS], status;
	char why[256], *text;

	p->capture.ring = tapring_create(&fds[CAPTURE_FD_RING]);
	p->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!p->capture.ring || p->bell < 0)
		die("no memory for frames: %s", strerror(errno));
	fds[CAPTURE_FD_BELL] = p->bell;
	ask.fds = fds;
	ask.args.capture = p->want;
	p->sock = vmnet_ctl_open(why, sizeof(why));
	if (p->sock < 0)
		die("%s", why);
	status = vmnet_ctl_ask(p->sock, &ask, &text);
	if (status < 0)
		die("vmnetd did not answer; it may have just ended");
	if (status != CTL_DONE)
		die("%s", ctl_status_text((unsigned int)status));
	free(text);
	close(fds[CAPTURE_FD_RING]);
}

/* open_file() - Return: where frames go. #syscalls openat */
static int open_file(const struct program *p)
{
	const char *name = p->file;
	int fd = STDOUT_FILENO;

	if (p->owner >= 0)
		return fd;	/* the keeper has opened it */
	if (strcmp(name, "-") != 0)
		fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	else if (isatty(fd))
		die_usage("a capture is not for a terminal: give -w FILE, or "
			  "a pipe, for example '| wireshark -k -i -'");
	if (fd < 0)
		die("can not write %s: %s", name, strerror(errno));
	return fd;
}

/* epoch_ns() - when CLOCK_MONOTONIC began, in ns since 1970. */
static uint64_t epoch_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec -
	       clock_now_ns();
}

static void set_up(struct program *p)
{
	struct capture *c = &p->capture;
	const uint64_t epoch = epoch_ns();
	struct utsname host;
	char why[256], os[160] = "Linux";
	int err;

	if (!sieve_open(&p->sieve, c->filter, VMNET_FRAME_MAX, why,
			sizeof(why)))
		die_usage("'%.128s' is no filter: %s; pcap-filter(7) has the "
			  "words, for example: icmp or arp",
			  c->filter, why);
	capture_ask(p);
	if (uname(&host) == 0)
		snprintf(os, sizeof(os), "%s %s", host.sysname, host.release);
	pcapng_open(&p->out, open_file(p), os, "Hostel's VMNet");
	hear_signals(p->bell);
	c->sieve = &p->sieve;
	c->out = &p->out;
	capture_begin(c, epoch + clock_now_ns(), epoch);
	limits_memory(GROWS, GROWS_SPACE);
	err = privileges_drop(0);
	if (err >= 0)
		err = sandbox_enter(capture_rules, ARRAY_SIZE(capture_rules));
	if (err)
		die("the sandbox can not be closed: %s", strerror(-err));
}

/* ---- capture ----------------------------------------------------------- */

/* capture_over() - why there will be nothing more; NULL: there may be. vmnetd
 * says no more on this connection, so something to read is its end.
 * #syscalls[capture] recvfrom */
static const char *capture_over(const struct program *p)
{
	char scrap;

	if (atomic_load(&p->capture.ring->ended))
		return "the port is gone";
	if (recv(p->sock, &scrap, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN)
		return NULL;
	return "vmnetd has ended";
}

/* wait_more() - until there is something in the ring, or an end.
 * #syscalls[capture] poll */
static void wait_more(struct program *p)
{
	struct pollfd fds[] = { { p->bell, POLLIN, 0 },
				{ p->sock, POLLIN, 0 },
				{ p->owner, 0, 0 } };

	if (!tapring_ask(p->capture.ring))
		return;
	if (!stopped)
		poll(fds, ARRAY_SIZE(fds), -1);
	bell_hush(p->bell);
}

/* owner_gone() - has its machine's keeper ended? #syscalls[capture] poll */
static bool owner_gone(const struct program *p)
{
	struct pollfd owner = { .fd = p->owner };

	return p->owner >= 0 && poll(&owner, 1, 0) > 0;
}

/* capture_run() - until the user, the switch or the file has enough. Return: 0,
 * or -errno of the file. #syscalls[capture] poll */
static int capture_run(struct program *p)
{
	struct capture *c = &p->capture;
	bool last_look = false;
	unsigned int n;
	int err;

	for (;;) {
		n = capture_some(c, SOME);
		if (n == SOME && !stopped)
			continue;
		err = pcapng_flush(&p->out);
		if (err && err != -EINTR)
			return err;
		if (last_look || stopped || owner_gone(p))
			return 0;
		/* What was put before the end is in the ring by now. */
		last_look = (p->ended = capture_over(p));
		if (n && !last_look)
			poll(NULL, 0, NAP_MS);
		else if (!last_look)
			wait_more(p);
	}
}

/* capture_detach() - have the switch hear for us no longer; all that passed
 * until then is in the ring when it says so. #syscalls[capture] close poll */
static void capture_detach(struct program *p)
{
	struct pollfd bell = { p->bell, POLLIN, 0 };
	unsigned int i;

	close(p->sock);
	for (i = 0; i < DETACH_MS / DETACH_LOOK_MS; i++) {
		/* No more than the ring holds: whoever sends goes on. */
		capture_some(&p->capture, TAP_SLOTS);
		if (!tapring_ask(p->capture.ring) &&
		    atomic_load(&p->capture.ring->ended))
			break;
		poll(&bell, 1, DETACH_LOOK_MS);
		bell_hush(p->bell);
	}
	capture_some(&p->capture, TAP_SLOTS);
}

/* capture_finish() - the last words, in the file and to the user. Return: the
 * exit status. */
static int capture_finish(struct program *p, int err)
{
	struct capture *c = &p->capture;
	char sum[256];

	if (!err && !p->ended && !p->want.last)
		capture_detach(p);
	capture_end(c, c->epoch_ns + clock_now_ns());
	if (!err)
		err = pcapng_flush(&p->out);
	if (p->owner < 0 && p->ended)
		log_info("%s", p->ended);
	capture_sum(c, sum, sizeof(sum));
	if (p->owner < 0)
		log_info("%s", sum);
	if (tapring_unheard(c->ring))
		log_error("%u times a port came for which there was no room: "
			  "its frames are not in the capture",
			  tapring_unheard(c->ring));
	if (c->bad)
		log_error("%llu records made no sense, and were left out",
			  (unsigned long long)c->bad);
	if (err && err != -EPIPE) {
		log_error("can not write %s: %s", p->file, strerror(-err));
		return EXIT_SETUP;
	}
	return 0;
}

static int dump_last(struct program *p)
{
	if (!capture_last(&p->capture))
		die("out of memory");
	return capture_finish(p, pcapng_flush(&p->out));
}

/* decode_what() - "port=3", "network=vmnet8", "all", "card=00:50:...". Return:
 * is it one? */
static bool decode_what(const char *word, struct ctl_capture *want)
{
	uint8_t *m = want->mac;
	unsigned int n;

	if (!strcmp(word, "all"))
		return true;
	if (sscanf(word, "port=%u", &want->port) == 1)
		return want->port > 0;
	if (!strncmp(word, "card=", 5))
		return sscanf(word + 5, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx",
			      m, m + 1, m + 2, m + 3, m + 4, m + 5) == 6;
	if (strncmp(word, "network=", 8) != 0)
		return false;
	word += 8;
	if (decode_network(word, strlen(word) + 1, &n) != VMNET_OK)
		return false;
	if (n == BRIDGED_NUMBER)
		snprintf(want->network, sizeof(want->network), "%s", word);
	else
		snprintf(want->network, sizeof(want->network), "vmnet%u", n);
	return true;
}

int main(int argc, char **argv)
{
	struct program *p = calloc(1, sizeof(*p));

	log_init("hostel", LOG_INFO);
	if (!p)
		die("out of memory");
	if (argc != 6 || !decode_what(argv[1], &p->want))
		usage_exit("vmnet-capture: the part of 'hostel net capture' "
			   "that writes frames into a file. It is started by "
			   "that, not by hand.\n",
			   argc - 1, argv + 1);
	p->want.last = !strcmp(argv[2], "last");
	p->owner = !strcmp(argv[2], "card") ? OWNER_FD : -1;
	p->capture.snap = (unsigned int)strtoul(argv[3], NULL, 10);
	p->file = argv[4];
	p->capture.filter = argv[5];
	/* A filter sees all of a frame, whatever is then written. */
	p->want.snap = *argv[5] ? VMNET_FRAME_MAX : (uint16_t)p->capture.snap;
	set_up(p);
	if (p->owner >= 0 && write(p->owner, "", 1) != 1)
		return EXIT_SETUP;
	/* What else is done at an exit may ask for what the walls deny. */
	_exit(p->want.last ? dump_last(p) : capture_finish(p, capture_run(p)));
}
