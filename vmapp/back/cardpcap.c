/* SPDX-License-Identifier: BSD-2-Clause */
/* cardpcap.c - a card's frames go into a file: see cardpcap.h. */
#include "vmapp/back/cardpcap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/fds.h"
#include "base/log.h"
#include "vmapp/outfile.h"
#include "vmnet/client/client.h"
#include "vmnet/client/ctl.h"

/* How long a capture may take to begin, and to write its last frames. */
#define BEGIN_MS	VMNET_OPEN_MS
#define END_MS		5000
#define LOOK_MS		10

bool cardpcap_open(struct cardpcap *p, const char *path, const uint8_t mac[6])
{
	int fd = outfile_open("--net ...,pcap=", path, 0, 0600);
	struct stat st;

	if (fd < 0)
		return false;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		log_error("--net ...,pcap=%s: another card's frames go there; "
			  "name another file",
			  path);
		close(fd);
		return false;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && ftruncate(fd, 0) < 0)
		log_warn("%s keeps what is in it: %s", path, strerror(errno));
	p->file = fd;
	p->path = path;
	memcpy(p->mac, mac, sizeof(p->mac));
	return true;
}

/* capture_exec() - become vmnet-capture; in the child. @alive: its end of the
 * pipe */
static _Noreturn void capture_exec(const struct cardpcap *p, const char *path,
				   int alive, pid_t parent)
{
	char what[32];
	char snap[16];
	const char *argv[] = { "vmnet-capture", what,  "card", snap,
			       p->path,		"",    NULL };
	int fds[] = { alive };
	sigset_t none;

	snprintf(what, sizeof(what), "card=%02x:%02x:%02x:%02x:%02x:%02x",
		 p->mac[0], p->mac[1], p->mac[2], p->mac[3], p->mac[4],
		 p->mac[5]);
	setpgid(0, 0);		/* Ctrl-C is the machine's */
	snprintf(snap, sizeof(snap), "%u", VMNET_FRAME_MAX);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(p->file, STDOUT_FILENO) < 0 ||
	    fds_place(STDERR_FILENO + 1, fds, 1) < 0)
		_exit(1);
	execv(path, (char **)(uintptr_t)argv);
	_exit(1);
}

/* capture_start() - Return: false if there is no process; that is explained. */
static bool capture_start(struct cardpcap *p)
{
	const pid_t parent = getpid();
	char path[PATH_MAX];
	int err = beside("vmnet-capture", path, sizeof(path)), ends[2];

	if (!err && access(path, X_OK) < 0)
		err = -errno;
	if (err) {
		log_error("can not start %s: %s", path, strerror(-err));
		return false;
	}
	if (pipe2(ends, O_CLOEXEC) < 0) {
		log_error("no pipe for a capture: %s", strerror(errno));
		return false;
	}
	p->pid = fork();
	if (p->pid == 0)
		capture_exec(p, path, ends[1], parent);
	close(ends[1]);
	p->alive = ends[0];
	if (p->pid > 0)
		return true;
	log_error("no process for a capture: %s", strerror(errno));
	p->pid = 0;
	close(p->alive);
	p->alive = -1;
	return false;
}

/* capture_killed() - tell the user that a signal ended the capture, which had
 * no last word itself. */
static void capture_killed(const struct cardpcap *p, int signal)
{
	log_error("--net ...,pcap=%s: what writes there was ended by signal %d "
		  "(%s); the card's frames are no longer written",
		  p->path, signal, strsignal(signal));
}

/* capture_reap() - wait for its end. @ours: the signal that we ended it by; 0:
 * none. Return: did it end well? */
static bool capture_reap(struct cardpcap *p, int ours)
{
	int status = 0;

	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
	close(p->alive);
	p->alive = -1;
	if (WIFSIGNALED(status) && WTERMSIG(status) != ours)
		capture_killed(p, WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* capture_hears() - wait until the capture hears the card. */
static bool capture_hears(struct cardpcap *p)
{
	struct pollfd ready = { .fd = p->alive, .events = POLLIN };
	uint8_t word;

	while (poll(&ready, 1, BEGIN_MS) < 0 && errno == EINTR)
		;
	return read(p->alive, &word, sizeof(word)) == 1;
}

/* capture_over() - has the capture that ran ended? */
static bool capture_over(const struct cardpcap *p)
{
	struct pollfd alive = { .fd = p->alive, .events = POLLIN };

	return poll(&alive, 1, 0) == 1;
}

bool cardpcap_attend(struct cardpcap *p)
{
	if (p->file >= 0 && p->pid && capture_over(p) && !capture_reap(p, 0))
		cardpcap_close(p);
	if (p->file < 0 || p->pid || p->failed)
		return !p->failed;
	if (capture_start(p) && capture_hears(p))
		return p->heard = true;
	if (p->pid) {
		kill(p->pid, SIGKILL);
		capture_reap(p, SIGKILL);
	}
	p->failed = !p->heard;
	if (p->heard)		/* the machine goes on without */
		cardpcap_close(p);
	return !p->failed;
}

void cardpcap_ended(struct cardpcap *p)
{
	char why[256];
	int sock;

	if (!capture_reap(p, 0)) {
		cardpcap_close(p);
		return;
	}
	sock = vmnet_ctl_open(why, sizeof(why));
	if (sock < 0)
		return;
	close(sock);
	cardpcap_attend(p);
}

void cardpcap_close(struct cardpcap *p)
{
	if (p->file >= 0)
		close(p->file);
	if (p->alive >= 0)
		close(p->alive);
	p->file = p->alive = -1;
}

void cardpcap_end(struct cardpcap *p)
{
	int ms = END_MS, ours = SIGTERM;

	if (p->pid) {
		kill(p->pid, ours);
		while (!capture_over(p) && ms > 0) {
			poll(NULL, 0, LOOK_MS);
			ms -= LOOK_MS;
		}
		if (ms <= 0)
			kill(p->pid, ours = SIGKILL);
		capture_reap(p, ours);
	}
	cardpcap_close(p);
}
