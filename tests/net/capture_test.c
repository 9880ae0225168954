/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_test.c - `hostel net capture` with real processes: what passes a
 * port, both ways, and what is dropped there and why; filters; the last frames;
 * each way that a capture ends. The files are read by the format's rules
 * (lib_pcapng.h) and, where there is one, by tshark.
 * tests/run: waits
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"
#include "tests/net/lib_pcapng.h"
#include "vmnet/client/ctl.h"
#include "vmnet/tap/tap.h"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };
static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };

/* Two cards on one network, and one who captures. */
struct scene {
	struct vmnet_client a, b;
	pid_t pid;		/* of the capture; 0: none */
	char file[300], said[300];
	uint8_t bytes[1 << 20];
	struct reader reader;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct vmnet_plug plug = { .network = "vmnet5", .mac = mac_a,
				   .machine = "web", .machine_pid = 4711 };

	daemon_set_up(NULL);
	snprintf(s->file, sizeof(s->file), "%s", daemon_path("frames"));
	snprintf(s->said, sizeof(s->said), "%s", daemon_path("said"));
	if (vmnet_client_plug(&s->a, &plug) < 0)
		fail_msg("%s", s->a.why);
	daemon_plug(&s->b, "vmnet5", mac_b);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	if (s->pid)
		kill(s->pid, SIGKILL);
	vmnet_client_close(&s->a);
	vmnet_client_close(&s->b);
	unlink(s->file);
	unlink(s->said);
	free(s);
	return daemon_tear_down(NULL);
}

/* ---- frames ------------------------------------------------------------ */

/* send_frame() - @mark: its last byte, to know it again */
static void send_frame(struct vmnet_client *c, const uint8_t *to,
		       const uint8_t *from, uint16_t type, size_t len,
		       uint8_t mark)
{
	uint8_t frame[VMNET_FRAME_MAX] = { 0 };

	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	put_be16(frame + 12, type);
	frame[len - 1] = mark;
	assert_int_equal(vmnet_client_send(c, frame, len), 0);
}

/* took() - @c has that frame by now. */
static void took(struct vmnet_client *c, uint8_t mark)
{
	uint8_t frame[VMNET_FRAME_MAX];
	ssize_t n;

	do {
		n = daemon_receive(c, frame);
		assert_true(n > 0);
	} while (frame[n - 1] != mark);
}

/* ---- the capture ------------------------------------------------------- */

static size_t read_file(const char *name, void *buf, size_t size)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, size);

	if (fd >= 0)
		close(fd);
	assert_true(n >= 0 && (size_t)n < size);
	return (size_t)n;
}

/* capture() - begin one, and wait until it hears. @words: the words behind
 * "capture", with %s for the file */
static void capture(struct scene *s, const char *words)
{
	const char *build = getenv("HOSTEL_BUILD_DIR");
	char line[2048], rest[700];
	struct stat st;
	unsigned int i;

	snprintf(rest, sizeof(rest), words, s->file);
	snprintf(line, sizeof(line), "exec %s/hostel net capture %s 2>%s",
		 build ? build : HOSTEL_BUILD, rest, s->said);
	unlink(s->file);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	/* The file gets its head once all is set up. */
	for (i = 0; i < 1000; i++) {
		if (stat(s->file, &st) == 0 && st.st_size)
			return;
		usleep(10000);
	}
	fail_msg("there is no capture");
}

/* ended() - wait for its end. Return: its status; s->reader is at the first
 * interface. */
static int ended(struct scene *s, char *said, size_t size)
{
	struct read_block b;
	int status;

	assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
	s->pid = 0;
	said[read_file(s->said, said, size - 1)] = '\0';
	if (!WIFEXITED(status))
		fail_msg("it was ended by signal %d", WTERMSIG(status));
	s->reader = (struct reader){
		.at = s->bytes,
		.left = read_file(s->file, s->bytes, sizeof(s->bytes)),
	};
	assert_true(read_block(&s->reader, &b));
	return WEXITSTATUS(status);
}

/* end_well() - Ctrl-C; it says what it has. */
static void end_well(struct scene *s, const char *expected)
{
	char said[1024];

	kill(s->pid, SIGINT);
	assert_int_equal(ended(s, said, sizeof(said)), 0);
	if (!strstr(said, expected))
		fail_msg("it said: %s", said);
}

/* next() - the next block is in @b; it is of that type. */
static void next(struct scene *s, struct read_block *b, uint32_t type)
{
	assert_true(read_block(&s->reader, b));
	assert_int_equal(b->type, type);
}

/* next_frame() - with that mark, @way: 1: to the card, 2: from it; and that
 * comment, or NULL */
static void next_frame(struct scene *s, uint8_t mark, uint32_t way,
		       const char *comment)
{
	const struct read_option *o;
	struct read_block b;
	uint32_t flags;
	uint64_t now;
	struct timespec ts;

	next(s, &b, READ_FRAME);
	assert_int_equal(b.data[b.kept - 1], mark);
	memcpy(&flags, read_option(&b, 2)->value, 4);
	assert_int_equal(flags & 3, way);
	clock_gettime(CLOCK_REALTIME, &ts);
	now = (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
	assert_true(b.ns <= now && now - b.ns < 60 * NSEC_PER_SEC);
	o = read_option(&b, 1);
	if (!comment) {
		assert_null(o);
		return;
	}
	assert_non_null(o);
	if (!memmem(o->value, o->len, comment, strlen(comment)))
		fail_msg("comment: %.*s", o->len, (const char *)o->value);
}

/* counts() - the block at the end; and there is nothing behind it. */
static void counts(struct scene *s, uint64_t seen, uint64_t dropped,
		   uint64_t written)
{
	struct read_block b;

	next(s, &b, READ_COUNTS);
	assert_int_equal(read_count(&b, 4), seen);
	assert_int_equal(read_count(&b, 5), dropped);
	assert_int_equal(read_count(&b, 6), written);
	assert_int_equal(read_count(&b, 7), 0);
	assert_int_equal(read_count(&b, 8), written);
	assert_true(read_count(&b, 3) != read_count(&b, 2));
}

static void over(struct scene *s)
{
	struct read_block b;

	assert_false(read_block(&s->reader, &b));
}

/* ---- tests ------------------------------------------------------------- */

/* walled() - are its system calls filtered? */
static bool walled(pid_t pid)
{
	char name[64], text[4096];

	snprintf(name, sizeof(name), "/proc/%d/status", (int)pid);
	text[read_file(name, text, sizeof(text) - 1)] = '\0';
	return strstr(text, "Seccomp:\t2");
}

static void what_passes_a_port(void **state)
{
	struct scene *s = *state;
	struct read_block b;

	capture(s, "web -w %s");
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 1000, 1);
	took(&s->b, 1);
	send_frame(&s->b, mac_a, mac_b, 0x88b5, 60, 2);
	took(&s->a, 2);
	send_frame(&s->b, all, mac_b, 0x88b5, 61, 3);
	took(&s->a, 3);
	assert_true(walled(s->pid));
	end_well(s, "3 frames at 1 port, 0 of them dropped");
	next(s, &b, READ_INTERFACE);
	assert_true(read_is(&b, 2, "port1"));
	assert_true(read_is(&b, 3, "port 1: web:0 (vmnet5)"));
	assert_memory_equal(read_option(&b, 6)->value, mac_a, 6);
	next_frame(s, 1, 2, NULL);
	next_frame(s, 2, 1, NULL);
	next_frame(s, 3, 1, NULL);
	counts(s, 3, 0, 3);
	over(s);
}

static void what_is_dropped(void **state)
{
	static const uint8_t other[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0c };
	static const uint8_t group[6] = { 0x01, 0x50, 0x56, 0, 0, 0x0c };
	struct scene *s = *state;
	struct read_block b;

	capture(s, "1 -w %s");
	send_frame(&s->a, mac_b, other, 0x88b5, 60, 1);
	send_frame(&s->a, mac_b, group, 0x88b5, 60, 2);
	send_frame(&s->a, mac_a, mac_a, 0x88b5, 60, 3);
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, 4);
	took(&s->b, 4);
	end_well(s, "4 frames at 1 port, 3 of them dropped");
	next(s, &b, READ_INTERFACE);
	next_frame(s, 1, 2, "dropped: source_forged (");
	next_frame(s, 2, 2, "dropped: source_group (");
	next_frame(s, 3, 2, "dropped: hairpin (");
	next_frame(s, 4, 2, NULL);
	counts(s, 4, 3, 4);
	over(s);
}

/* What the conditions of a link take away, in and out. */
static void what_a_link_loses(void **state)
{
	struct scene *s = *state;
	struct read_block b;

	assert_int_equal(hostel("net link web both loss=100%"), 0);
	capture(s, "web -w %s");
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, 1);
	send_frame(&s->b, mac_a, mac_b, 0x88b5, 60, 2);
	while (!strstr(daemon_stats(), "\"conditions_loss\": 1}"))
		usleep(1000);
	usleep(50000);
	assert_int_equal(hostel("net link web clear"), 0);
	send_frame(&s->b, mac_a, mac_b, 0x88b5, 60, 3);
	took(&s->a, 3);
	end_well(s, "3 frames at 1 port, 2 of them dropped");
	next(s, &b, READ_INTERFACE);
	next_frame(s, 1, 2, "dropped: conditions_loss (");
	next_frame(s, 2, 1, "dropped: conditions_loss (");
	next_frame(s, 3, 1, NULL);
	counts(s, 3, 2, 3);
	over(s);
}

/* Nobody else is there; and a receiver that reads nothing. */
static void what_does_not_arrive(void **state)
{
	struct scene *s = *state;
	struct read_block b;
	unsigned int n = 0;
	char said[1024];

	capture(s, "2 -w %s --snap 20");
	while (n < 20000 && !strstr(daemon_stats(), "port_queue_full")) {
		send_frame(&s->a, mac_b, mac_a, 0x88b5, 1500, 1);
		n++;
	}
	assert_true(n < 20000);
	/* The card is unplugged with frames that wait; that ends it, too. */
	vmnet_client_close(&s->b);
	assert_int_equal(ended(s, said, sizeof(said)), 0);
	assert_non_null(strstr(said, "the port is gone"));
	next(s, &b, READ_INTERFACE);
	for (n = 0; read_block(&s->reader, &b) && b.type == READ_FRAME;)
		if (read_option(&b, 1)) {
			const struct read_option *o = read_option(&b, 1);

			n |= memmem(o->value, o->len, "port_queue_full", 15) ?
				     1u :
			     memmem(o->value, o->len, "port_left", 9) ? 2u :
									4u;
		}
	assert_int_equal(n, 3);
	assert_int_equal(b.type, READ_COUNTS);
	assert_true(read_count(&b, 5) > 1);
	daemon_plug(&s->b, "vmnet5", mac_b);
}

static void a_network(void **state)
{
	struct scene *s = *state;
	struct read_block b;
	struct vmnet_client c;
	static const uint8_t mac_c[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0c };

	capture(s, "vmnet5 -w %s --snap 100");
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, 1);
	took(&s->b, 1);
	/* One that comes later. */
	daemon_plug(&c, "vmnet5", mac_c);
	send_frame(&c, mac_a, mac_c, 0x88b5, 300, 2);
	took(&s->a, 2);
	end_well(s, "4 frames at 3 ports");
	vmnet_client_close(&c);
	next(s, &b, READ_INTERFACE);
	assert_int_equal(b.snap, 100);
	next(s, &b, READ_INTERFACE);
	next_frame(s, 1, 2, NULL);
	next_frame(s, 1, 1, NULL);
	next(s, &b, READ_INTERFACE);
	assert_true(read_is(&b, 3, "port 3: client (vmnet5)"));
	next(s, &b, READ_FRAME);
	assert_int_equal(b.interface, 2);
	assert_int_equal(b.kept, 100);
	assert_int_equal(b.len, 300);
	next(s, &b, READ_FRAME);
	assert_int_equal(b.interface, 0);
	counts(s, 2, 0, 2);
	counts(s, 1, 0, 1);
	counts(s, 1, 0, 1);
	over(s);
}

static void a_filter(void **state)
{
	struct scene *s = *state;
	struct read_block b;

	capture(s, "web -w %s --snap 60 arp or ether[999] = 3");
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, 1);
	send_frame(&s->a, mac_b, mac_a, 0x0806, 60, 2);
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 1000, 3);
	took(&s->b, 3);
	end_well(s, "2 frames at 1 port, 0 of them dropped by the switch; 1 "
		    "others did not match");
	next(s, &b, READ_INTERFACE);
	assert_int_equal(read_option(&b, 11)->len, 1 + 21);
	assert_memory_equal(read_option(&b, 11)->value,
			    "\0arp or ether[999] = 3", 22);
	next_frame(s, 2, 2, NULL);
	/* It sees what is not kept, too. */
	next(s, &b, READ_FRAME);
	assert_int_equal(b.kept, 60);
	assert_int_equal(b.len, 1000);
	counts(s, 3, 0, 2);
	over(s);
}

/* last_of_two() - capture what two ports keep, which @said tells, and read on
 * to the first frame. */
static void last_of_two(struct scene *s, const char *said)
{
	struct read_block b;
	char line[400];

	snprintf(line, sizeof(line), "net capture all --last -w %s", s->file);
	assert_int_equal(hostel(line), 0);
	assert_non_null(strstr(hostel_said, said));
	s->reader = (struct reader){
		.at = s->bytes,
		.left = read_file(s->file, s->bytes, sizeof(s->bytes)),
	};
	next(s, &b, READ_SECTION);
	next(s, &b, READ_INTERFACE);
	next(s, &b, READ_INTERFACE);
}

/* Nobody was listening when they passed. */
static void the_last_ones(void **state)
{
	struct scene *s = *state;
	struct read_block b;
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		send_frame(&s->a, mac_b, mac_a, 0x88b5, 60 + i, (uint8_t)i);
		took(&s->b, (uint8_t)i);
	}
	send_frame(&s->a, mac_a, mac_a, 0x88b5, 64, 4);
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 900, 5);
	took(&s->b, 5);
	last_of_two(s, "9 frames at 2 ports, 1 of them");
	/* In the order in which they passed, not port by port. */
	for (i = 1; i <= 3; i++) {
		next_frame(s, (uint8_t)i, 2, NULL);
		next_frame(s, (uint8_t)i, 1, NULL);
	}
	next_frame(s, 4, 2, "dropped: hairpin");
	next(s, &b, READ_FRAME);
	assert_int_equal(b.kept, 96);
	assert_int_equal(b.len, 900);
	next(s, &b, READ_FRAME);
	counts(s, 5, 1, 5);
	counts(s, 4, 0, 4);
	over(s);
}

/* More than libc sorts without asking the kernel for anything. */
static void many_last_ones(void **state)
{
	struct scene *s = *state;
	unsigned int i;

	for (i = 1; i <= 100; i++) {
		send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, (uint8_t)i);
		took(&s->b, (uint8_t)i);
	}
	last_of_two(s, "200 frames at 2 ports");
	for (i = 1; i <= 100; i++) {
		next_frame(s, (uint8_t)i, 2, NULL);
		next_frame(s, (uint8_t)i, 1, NULL);
	}
}

/* Nobody reads any more; vmnetd is killed; the disk is full. */
static void other_ends(void **state)
{
	struct scene *s = *state;
	char said[1024];

	capture(s, "web | head -c 28 >%s");
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, 1);
	took(&s->b, 1);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
	assert_int_equal(hostel("net capture web -w /dev/full --last"), 69);
	assert_non_null(strstr(hostel_said, "can not write /dev/full"));
	capture(s, "web -w %s");
	assert_int_equal(hostel("net list --json"), 0);
	daemon_kill("switch");
	assert_int_equal(ended(s, said, sizeof(said)), 0);
	assert_non_null(strstr(said, "vmnetd has ended"));
	assert_true(daemon_wait_link(&s->a, true));
	assert_true(daemon_wait_link(&s->b, true));
}

static void what_can_not_be_captured(void **state)
{
	(void)state;
	assert_int_equal(hostel("net capture"), 64);
	assert_int_equal(hostel("net capture nobody -w /dev/null"), 69);
	assert_non_null(strstr(hostel_said, "there is no port 'nobody'"));
	assert_int_equal(hostel("net capture 77 -w /dev/null"), 69);
	assert_non_null(strstr(hostel_said, "there is no such port"));
	assert_int_equal(hostel("net capture vmnet77 -w /dev/null"), 69);
	assert_non_null(strstr(hostel_said, "there is no such network"));
	assert_int_equal(hostel("net capture web -w /dev/null arp and"), 64);
	assert_non_null(strstr(hostel_said, "'arp and' is no filter: "));
	assert_int_equal(hostel("net capture web --snap 3 -w /dev/null"), 64);
	assert_int_equal(hostel("net capture web --snap"), 64);
	assert_int_equal(hostel("net capture web -w /nowhere/f"), 69);
	assert_non_null(strstr(hostel_said, "can not write /nowhere/f"));
	assert_int_equal(hostel("net capture --fast web"), 64);
}

/* ask() - by hand. Return: what vmnetd answers. */
static int ask(int sock, const struct ctl_capture *want, int ring, int bell)
{
	const int fds[CAPTURE_FDS] = { ring, bell };
	struct vmnet_ctl_ask a = { .verb = CTL_CAPTURE, .fds = fds,
				   .nfds = CAPTURE_FDS };
	char *text;
	int status;

	a.args.capture = *want;
	status = vmnet_ctl_ask(sock, &a, &text);
	free(text);
	return status;
}

static void what_vmnetd_refuses(void **state)
{
	struct ctl_capture good = { .port = 1, .snap = 60 }, bad = good;
	int ring, bell, null, sock;
	struct tap_ring *map = tapring_create(&ring);
	char why[256];

	(void)state;
	assert_non_null(map);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	bell = eventfd(0, EFD_CLOEXEC);
	sock = vmnet_ctl_open(why, sizeof(why));
	assert_true(sock >= 0);
	assert_int_equal(ask(sock, &good, null, bell), CTL_BAD_MEMORY);
	assert_int_equal(ask(sock, &good, ring, null), CTL_BAD_MEMORY);
	bad.snap = 0;
	assert_int_equal(ask(sock, &bad, ring, bell), CTL_BAD_VALUE);
	bad.snap = VMNET_FRAME_MAX + 1;
	assert_int_equal(ask(sock, &bad, ring, bell), CTL_BAD_VALUE);
	bad = good;
	memset(bad.network, 'x', sizeof(bad.network));
	assert_int_equal(ask(sock, &bad, ring, bell), CTL_BAD_VALUE);
	bad = good;
	bad.last = 2;
	assert_int_equal(ask(sock, &bad, ring, bell), CTL_BAD_REQUEST);
	bad = good;
	bad.zero = 1;
	assert_int_equal(ask(sock, &bad, ring, bell), CTL_BAD_REQUEST);
	assert_int_equal(ask(sock, &good, ring, bell), CTL_DONE);
	assert_int_equal(ask(sock, &good, ring, bell), CTL_IN_USE);
	close(sock);
	close(null);
	close(ring);
	close(bell);
	tapring_detach(map);
}

/* As many as can be take no room from those who ask for something else; and
 * who wants one more is told. */
static void as_many_as_there_can_be(void **state)
{
	const struct ctl_capture want = { .port = 1, .snap = 60 };
	int ring, bell, sock[TAP_CAPTURES];
	struct tap_ring *map = tapring_create(&ring);
	char why[256];
	unsigned int i;

	(void)state;
	assert_non_null(map);
	bell = eventfd(0, EFD_CLOEXEC);
	for (i = 0; i < TAP_CAPTURES; i++) {
		sock[i] = vmnet_ctl_open(why, sizeof(why));
		assert_true(sock[i] >= 0);
		assert_int_equal(ask(sock[i], &want, ring, bell), CTL_DONE);
	}
	assert_int_equal(hostel("net list"), 0);
	assert_int_equal(hostel("net capture web -w /dev/null"), 69);
	if (!strstr(hostel_said, ctl_status_text(CTL_FULL)))
		fail_msg("it said: %s", hostel_said);
	for (i = 0; i < TAP_CAPTURES; i++)
		close(sock[i]);
	close(ring);
	close(bell);
	tapring_detach(map);
}

/* A capture that stands still costs the cards nothing: its own copies are
 * lost, and counted. */
static void one_that_stands_still(void **state)
{
	struct scene *s = *state;
	struct read_block b;
	unsigned int i, n;

	capture(s, "web -w %s --snap 20 ether[59] = 9");
	kill(s->pid, SIGSTOP);
	for (i = 0; i < 2 * TAP_SLOTS; i++) {
		send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, 1);
		took(&s->b, 1);
	}
	kill(s->pid, SIGCONT);
	end_well(s, "; 16384 copies lost");
	next(s, &b, READ_INTERFACE);
	next(s, &b, READ_COUNTS);
	n = (unsigned int)read_count(&b, 4);
	assert_int_equal(n, 2 * TAP_SLOTS);
	assert_int_equal(read_count(&b, 7), TAP_SLOTS);
}

/* tshark() - what it says of the file, asked with @words. */
static const char *tshark(const struct scene *s, const char *words)
{
	static char said[8192];
	char line[1024];
	size_t n;
	FILE *f;

	snprintf(line, sizeof(line), "tshark -n -r %s %s 2>/dev/null", s->file,
		 words);
	f = popen(line, "re");
	assert_non_null(f);
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = '\0';
	if (pclose(f) != 0)
		fail_msg("tshark: %s", said);
	return said;
}

static void tshark_reads_it(void **state)
{
	struct scene *s = *state;
	const char *said;

	if (system("tshark --version >/dev/null 2>&1") != 0)
		skip_because("tshark is not there (tools/setup)");
	capture(s, "vmnet5 -w %s");
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, 1);
	took(&s->b, 1);
	send_frame(&s->a, mac_a, mac_a, 0x88b5, 60, 2);
	send_frame(&s->a, mac_b, mac_a, 0x88b5, 60, 3);
	took(&s->b, 3);
	end_well(s, "5 frames");
	said = tshark(s, "-T fields -e frame.interface_name -e eth.src "
			 "-e frame.packet_flags_direction "
			 "-e frame.comment -e frame.interface_description");
	assert_string_equal(
		said,
		"port1\t00:50:56:00:00:0a\t0x00000002\t\t"
		"port 1: web:0 (vmnet5)\n"
		"port2\t00:50:56:00:00:0a\t0x00000001\t\t"
		"port 2: client (vmnet5)\n"
		"port1\t00:50:56:00:00:0a\t0x00000002\t"
		"dropped: hairpin (receiver is on the port it came from)\t"
		"port 1: web:0 (vmnet5)\n"
		"port1\t00:50:56:00:00:0a\t0x00000002\t\t"
		"port 1: web:0 (vmnet5)\n"
		"port2\t00:50:56:00:00:0a\t0x00000001\t\t"
		"port 2: client (vmnet5)\n");
	/* Nanoseconds: nine digits, not all of them zeros at their end. */
	said = tshark(s, "-T fields -e frame.time_epoch -c 1");
	assert_int_equal(strlen(strchr(said, '.')), 1 + 9 + 1);
}

#define test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_passes_a_port), test(what_is_dropped),
		test(what_a_link_loses),
		test(what_does_not_arrive), test(a_network), test(a_filter),
		test(the_last_ones), test(many_last_ones), test(other_ends),
		test(what_can_not_be_captured), test(what_vmnetd_refuses),
		test(as_many_as_there_can_be), test(one_that_stands_still),
		test(tshark_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
