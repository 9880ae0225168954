/* SPDX-License-Identifier: BSD-2-Clause */
/* serve.c - requests of a drive: see serve.h. */
#include "disk/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/fdpass.h"
#include "base/framering.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/privileges.h"

/* Memory: all it needs is there by then, but for a floppy's bitmap, and what
 * libnbd takes for a request. */
#define GROWS		(16ull << 20)
#define GROWS_SPACE	(64ull << 20)

/* How long serve_turn() polls for a request, in ticks of the host's TSC: some
 * 100 us, in which a guest's driver takes an answer in and asks again. */
#define LOOK_TICKS	300000u

/* ---- set up ------------------------------------------------------------ */

/* serve_words() - read the words of the command line. Return: false if they are
 * not the keeper's. */
static bool serve_words(struct disk_server *s, int argc, char **argv)
{
	unsigned int kind;
	int i;

	if (argc < 2)
		return false;
	for (kind = DRIVE_DISK; kind < DRIVE_KINDS; kind++)
		if (!strcmp(argv[1], drive_kind_names[kind]))
			s->kind = kind;
	for (i = 2; i < argc; i++) {
		s->empty |= !strcmp(argv[i], "empty");
		s->guessed |= !strcmp(argv[i], "guessed");
		s->snapshot |= !strcmp(argv[i], "snapshot");
		s->read_only |= !strcmp(argv[i], "ro");
		s->once |= !strcmp(argv[i], "once");
	}
	return s->kind != DRIVE_NONE;
}

void serve_begin(struct disk_server *s, const char *name, int argc, char **argv)
{
	socklen_t size = sizeof(int);
	char text[160];
	int type;

	log_init(name, LOG_WARN);
	snprintf(text, sizeof(text),
		 "%s: what is in one drive of a machine. It is "
		 "started by hostel, not by hand.\n",
		 name);
	memset(s, 0, sizeof(*s));
	s->base.fd = -1;
	if (!serve_words(s, argc, argv) ||
	    getsockopt(DISK_FD_BELL, SOL_SOCKET, SO_TYPE, &type, &size) ||
	    type != SOCK_SEQPACKET)
		usage_exit(text, argc - 1, argv + 1);
	/* It outlasts no keeper, but who ends it is the keeper alone: not a
	 * signal to the whole process group. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* the write fails */
	s->bell = DISK_FD_BELL;
	s->news = DISK_FD_NEWS;
	s->ch = disk_channel_attach(DISK_FD_CHANNEL);
	if (!s->ch)
		die("no memory with hostel-app: %s", strerror(errno));
	close(DISK_FD_CHANNEL);
}

/* serve_info() - what is in the drive, for the channel. */
static struct medium_info serve_info(const struct disk_server *s)
{
	if (!s->image)
		return (struct medium_info){ 0 };
	return (struct medium_info){ .sectors = s->image->sectors,
				     .present = 1,
				     .read_only = s->image->read_only,
				     .heads = s->heads,
				     .per_track = s->per_track };
}

/* serve_empty() - close the image: the drive is empty. */
static void serve_empty(struct disk_server *s)
{
	ahead_forget(&s->ahead);
	s->image = NULL;
	overlay_close(&s->overlay);
	image_close(&s->base);
}

/* serve_shape() - look at a disk's partition table. It counts from our start
 * on, as in QEMU: what a guest makes of its disk does not change the disk under
 * it. */
static void serve_shape(struct disk_server *s)
{
	uint8_t head[DISK_HEAD];

	if (s->kind == DRIVE_DISK &&
	    s->base.ops->read(&s->base, head, 0, sizeof(head)) == 0)
		disk_shape(head, s->base.sectors, &s->heads, &s->per_track);
}

int serve_take(struct disk_server *s)
{
	int err = 0;

	serve_shape(s);
	s->image = &s->base;
	if (s->snapshot && s->kind != DRIVE_CDROM) {
		err = overlay_open(&s->overlay, &s->base, DISK_FD_OVERLAY);
		s->overlay.image.read_only = s->read_only;
		s->image = &s->overlay.image;
	}
	if (err)
		serve_empty(s);
	return err;
}

/* output_silence() - standard error leads to /dev/null from here on. Its number
 * stays in use, so no image ever gets it. */
static void output_silence(void)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0)
		die("no /dev/null: %s", strerror(errno));
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int serve_close_in(void)
{
	int had;

	limits_memory(GROWS, GROWS_SPACE);
	output_silence();
	had = privileges_drop(0);
	return had < 0 ? had : 0;
}

/* ---- at work ----------------------------------------------------------- */

/* serve_insert() - take @fd, which came with the bell, for the image. */
static int serve_insert(struct disk_server *s, int fd)
{
	int err;

	if (s->fixed) {
		close(fd);
		return -EOPNOTSUPP;
	}
	serve_empty(s);
	err = image_raw(&s->base, fd, s->kind, false);
	s->read_only = s->base.read_only;
	return err ? err : serve_take(s);
}

/* serve_early() - the request was seen before its bell: the new medium comes
 * with the next bell. */
static bool serve_early(const struct disk_ask *ask, int err, int fd)
{
	return !err && ask->op == DISK_INSERT && fd < 0;
}

/* serve_do() - do one checked request. Return: 0 or a negative errno. */
static int serve_do(struct disk_server *s, const struct disk_ask *ask, int *fd)
{
	uint64_t at = ask->first * MEDIUM_SECTOR;
	size_t len = ask->count * (size_t)MEDIUM_SECTOR;
	int coming = *fd;

	if (ask->op != DISK_READ)
		ahead_forget(&s->ahead);
	switch (ask->op) {
	case DISK_READ:
		return ahead_read(&s->ahead, s->image, s->ch->data, at, len);
	case DISK_WRITE:
		return s->image->ops->write(s->image, s->ch->data, at, len);
	case DISK_FLUSH:
		return s->image->ops->flush(s->image);
	case DISK_EJECT:
		serve_empty(s);
		return 0;
	default:
		*fd = -1;	/* image_raw()'s from now on */
		return serve_insert(s, coming);
	}
}

static void serve_ring(const struct disk_server *s)
{
	const uint8_t word = 0;

	/* With no room there, it has bells enough. */
	send(s->bell, &word, sizeof(word), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* serve_tell() - wake the machine: there is an answer. */
static void serve_tell(struct disk_server *s)
{
	uint32_t wake = atomic_load(&s->ch->wake);

	s->looks = wake == DISK_WAKE_NOT;
	if (s->looks || wake == DISK_WAKE_LATER)
		return;
	if (wake == DISK_WAKE_NEWS)
		bell_ring(s->news);
	else
		serve_ring(s);
}

/* serve_look() - Return: is there a request? */
static bool serve_look(const struct disk_server *s)
{
	uint64_t since = __builtin_ia32_rdtsc();
	uint32_t number;

	do {
		if (disk_channel_new(s->ch, &number))
			return true;
		__builtin_ia32_pause();
	} while (__builtin_ia32_rdtsc() - since < LOOK_TICKS);
	return false;
}

/**
 * serve_wait() - sleep until there may be a request
 * @fd: receives a descriptor that came with the bell, or -1
 *
 * Return: false at the end of the socket.
 */
static bool serve_wait(struct disk_server *s, int *fd)
{
	uint32_t number;
	uint8_t word;
	size_t n = 1;
	ssize_t len = 1;

	*fd = -1;
	if (s->looks && serve_look(s))
		return true;
	s->looks = false;
	ahead_forget(&s->ahead);
	atomic_store(&s->ch->sleeps, 1);
	if (s->early || !disk_channel_new(s->ch, &number))
		len = fdpass_recv(s->bell, &word, sizeof(word), fd, &n);
	atomic_store(&s->ch->sleeps, 0);
	return len > 0 || len == -EMSGSIZE;
}

bool serve_turn(struct disk_server *s)
{
	struct medium_info info;
	struct disk_ask ask;
	uint32_t number;
	int fd, err;

	if (!serve_wait(s, &fd))
		return false;
	s->early = false;
	if (disk_channel_new(s->ch, &number)) {
		info = serve_info(s);
		err = disk_ask_decode(s->ch, &info, &ask);
		s->early = serve_early(&ask, err, fd);
		if (s->early)
			return true;
		if (!err)
			err = serve_do(s, &ask, &fd);
		info = serve_info(s);
		disk_channel_answer(s->ch, number, err, &info);
		serve_tell(s);
		if (s->image && s->looks)
			ahead_go_on(&s->ahead, s->image);
	}
	if (fd >= 0)
		close(fd);
	return true;
}

void serve(struct disk_server *s)
{
	s->ch->info = serve_info(s);
	serve_ring(s);
	while (serve_turn(s))
		;
	serve_empty(s);
}
