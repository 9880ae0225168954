/* SPDX-License-Identifier: BSD-2-Clause */
/* diskproc.c - disk processes are started and ended: see diskproc.h. */
#include "vmapp/back/diskproc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/fds.h"
#include "base/log.h"
#include "base/memfd.h"
#include "disk/channel.h"
#include "vmapp/back/drivefile.h"
#include "vmapp/back/qemunbd.h"

/* How long a process may take to end: hostel-disk has nothing left to do,
 * qemu-nbd writes the image's metadata. */
#define END_MS		10000
#define QEMU_END_MS	60000
#define LOOK_MS		20

/* What is open while a drive's processes are started. */
struct start {
	struct diskproc *p;
	const char *name;
	const struct drive_config *d;
	struct drivefile file;
	bool snapshot;
	int image;		/* a raw image, or the socket to qemu-nbd */
	int overlay;
	int room;		/* the image's file, only to ask of its disk */
	int bell;		/* the disk process's end */
};

/* ---- what it is given -------------------------------------------------- */

/* overlay_file() - Return: a file without a name, or -1 with errno. */
static int overlay_file(void)
{
	const char *dir = getenv("TMPDIR");
	char path[PATH_MAX];
	int fd;

	if (!dir || !*dir)
		dir = "/var/tmp";
	fd = open(dir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	if (snprintf(path, sizeof(path), "%s/hostel-XXXXXX", dir) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

/* open_overlay() - Return: false if there is none; that is explained. */
static bool open_overlay(struct start *s)
{
	if (!s->snapshot || s->d->kind == DRIVE_CDROM)
		return true;
	s->overlay = overlay_file();
	if (s->overlay >= 0)
		return true;
	log_error("--snapshot: no temporary file (TMPDIR says where): %s",
		  strerror(errno));
	return false;
}

/* once_only() - when a write has failed, QEMU may have noted in its memory only
 * that a block is in the file: made again, the write would end well, and be
 * lost. Its qcow2 and vmdk note it last. */
static bool once_only(enum disk_format format)
{
	return format == DISK_VDI || format == DISK_VHD || format == DISK_VHDX;
}

/* open_image() - Return: false if it can not be; that is explained. */
static bool open_image(struct start *s)
{
	char why[DRIVEFILE_WHY_SIZE];
	int err;

	if (!*s->d->file)
		return true;
	err = drivefile_open(&s->file, s->d, s->snapshot, why);
	if (err)
		log_error("%s: %s", s->name, why);
	else if (*why)
		log_warn("%s: %s", s->name, why);
	if (err)
		return false;
	s->image = s->file.fd;
	if (s->file.format == DISK_RAW)
		return true;
	if (once_only(s->file.format))
		s->room = open(s->d->file, O_PATH | O_CLOEXEC);
	s->image = qemunbd_start(&s->file, &s->p->qemu, &s->p->words);
	return s->image >= 0;
}

/* open_channel() - the memory and the socket. */
static bool open_channel(struct start *s)
{
	int pair[2];

	s->p->channel =
		memfd_sealed("hostel-disk", sizeof(struct disk_channel));
	s->p->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->p->channel < 0 || s->p->news < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		log_error("no memory for %s: %s", s->name, strerror(errno));
		return false;
	}
	s->p->bell = pair[0];
	s->bell = pair[1];
	fcntl(s->p->bell, F_SETFL, O_NONBLOCK);
	return true;
}

/* ---- its start --------------------------------------------------------- */

/* child_exec() - become the disk process; in the child. */
static _Noreturn void child_exec(const struct start *s, const char *path,
				 pid_t parent)
{
	int fds[DISK_FD_END - DISK_FD_CHANNEL] = { s->p->channel, s->bell,
						   s->image, s->overlay,
						   s->p->news, s->room };
	const char *argv[8] = { strrchr(path, '/') + 1,
				drive_kind_names[s->d->kind] };
	char *envp[] = { NULL };
	sigset_t none;
	int n = 2;

	if (!*s->d->file)
		argv[n++] = "empty";
	if (s->file.guessed)
		argv[n++] = "guessed";
	if (s->overlay >= 0)
		argv[n++] = "snapshot";
	/* With --snapshot every image is opened only to be read. */
	if (s->d->read_only)
		argv[n++] = "ro";
	if (once_only(s->file.format))
		argv[n++] = "once";
	argv[n] = NULL;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (fds_place(DISK_FD_CHANNEL, fds, DISK_FD_END - DISK_FD_CHANNEL) < 0)
		_exit(1);
	execve(path, (char **)(uintptr_t)argv, envp);
	_exit(1);
}

static bool start_process(struct start *s)
{
	const pid_t parent = getpid();
	char path[PATH_MAX];
	bool raw = s->file.format == DISK_RAW;
	int err = beside(raw ? "hostel-disk" : "hostel-disk-nbd", path,
			 sizeof(path));

	if (!err && access(path, X_OK) < 0)
		err = -errno;
	if (err) {
		log_error("can not start %s: %s", path, strerror(-err));
		return false;
	}
	s->p->pid = fork();
	if (s->p->pid == 0)
		child_exec(s, path, parent);
	if (s->p->pid > 0)
		return true;
	s->p->pid = 0;
	log_error("no process for %s: %s", s->name, strerror(errno));
	return false;
}

/* proc_explain() - print why the process has ended, unless it has done so
 * itself. */
static void proc_explain(struct start *s)
{
	int status = 0;

	while (waitpid(s->p->pid, &status, 0) < 0 && errno == EINTR)
		;
	s->p->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SETUP)
		return;
	if (s->p->qemu)
		qemunbd_explain(&s->file, s->name, &s->p->qemu, s->p->words);
	else
		log_error("%s: the process for its image could not begin "
			  "(status %#x)",
			  s->name, (unsigned int)status);
}

/* wait_ready() - wait until it rings. Return: false if it has ended; it has
 * printed why, or qemu-nbd has. */
static bool wait_ready(struct start *s)
{
	struct pollfd p = { .fd = s->p->bell, .events = POLLIN };
	uint8_t word;

	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
	if (recv(s->p->bell, &word, sizeof(word), 0) == 1)
		return true;
	proc_explain(s);
	return false;
}

/* let_go() - close all that only the disk process is to have. */
static void let_go(struct start *s)
{
	if (s->image >= 0)
		close(s->image);
	if (s->overlay >= 0)
		close(s->overlay);
	if (s->room >= 0)
		close(s->room);
	if (s->bell >= 0)
		close(s->bell);
}

bool diskproc_start(struct diskproc *p, const char *name,
		    const struct drive_config *d, bool snapshot)
{
	struct start s = { .p = p, .name = name, .d = d, .snapshot = snapshot,
			   .image = -1, .overlay = -1, .room = -1,
			   .bell = -1 };
	bool good;

	*p = DISKPROC_NONE;
	s.file.fd = -1;
	good = open_channel(&s) && open_overlay(&s) && open_image(&s) &&
	       start_process(&s);
	let_go(&s);
	return good && wait_ready(&s);
}

/* ---- its end ----------------------------------------------------------- */

/* await_end() - wait until the process ends; after @ms send @signal, if it is
 * not 0. */
static void await_end(pid_t *pid, int ms, int signal_number)
{
	while (*pid > 0 && waitpid(*pid, NULL, WNOHANG) == 0) {
		poll(NULL, 0, LOOK_MS);
		ms -= LOOK_MS;
		if (ms <= 0 && signal_number)
			kill(*pid, signal_number);
		if (ms <= 0 && !signal_number)
			break;
	}
	*pid = 0;
}

void diskproc_end(struct diskproc *p)
{
	if (p->bell >= 0)
		close(p->bell);
	await_end(&p->pid, END_MS, SIGKILL);
	/* It ends with its connection, or goes on to do so. */
	await_end(&p->qemu, QEMU_END_MS, 0);
	if (p->channel >= 0)
		close(p->channel);
	if (p->words >= 0)
		close(p->words);
	if (p->news >= 0)
		close(p->news);
	*p = DISKPROC_NONE;
}
