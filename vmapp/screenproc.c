/* SPDX-License-Identifier: BSD-2-Clause */
/* screenproc.c - in the keeper: hostel-screen, its process. See screenproc.h.
 */
#include "vmapp/screenproc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/fds.h"
#include "base/log.h"
#include "screen/client/message.h"

/* How long hostel-screen may take until it shows, and to end. */
#define START_MS	20000
#define END_MS		2000
#define REAP_MS		5

extern char **environ;

/* ---- its start --------------------------------------------------------- */

/* The descriptors that it gets. */
struct begun {
	const char *display, *name;
	bool shows;
	uint64_t at, size;
	int fds[SCREEN_FD_END];	/* by their numbers there; -1: none */
};

/* child_fds() - move each descriptor to its number. Return: false if that
 * fails. */
static bool child_fds(int *fds)
{
	int i;

	for (i = SCREEN_FD_MEMORY; i < SCREEN_FD_END; i++)
		if (fds[i] >= 0) {
			fds[i] = fcntl(fds[i], F_DUPFD, SCREEN_FD_END);
			if (fds[i] < 0)
				return false;
		}
	for (i = SCREEN_FD_MEMORY; i < SCREEN_FD_END; i++)
		if (fds[i] < 0)
			close(i);
		else if (dup2(fds[i], i) < 0)
			return false;
	fds_close(SCREEN_FD_END, ~0u);
	return true;
}

static void child_exec(const char *path, struct begun *b)
{
	char at[24], size[24];
	char *argv[] = { (char *)"hostel-screen", (char *)b->display, at, size,
			 (char *)b->name, NULL };
	sigset_t none;

	snprintf(at, sizeof(at), "%" PRIu64, b->at);
	snprintf(size, sizeof(size), "%" PRIu64, b->size);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (child_fds(b->fds))
		execve(path, argv, environ);
	_exit(EXIT_SETUP);
}

/* read_only() - a descriptor of the memory file that can not be written. Where
 * there is no /proc: the file itself, which hostel-screen closes at once. */
static int read_only(int memory)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd : fcntl(memory, F_DUPFD_CLOEXEC, 0);
}

static int proc_pair(int ends[2], int flags)
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0,
			  ends) < 0 ?
		       -errno :
		       0;
}

/* wait_shown() - wait until hostel-screen says that it shows, or ends. */
static bool wait_shown(const struct screenproc *s)
{
	struct pollfd p = { .fd = s->link, .events = POLLIN };
	uint8_t word = 0;

	return poll(&p, 1, START_MS) == 1 &&
	       recv(s->link, &word, 1, MSG_DONTWAIT) == 1 &&
	       word == SCREEN_READY;
}

/* proc_reap() - wait until the process ends; kill it after @patience_ms.
 * Return: its status, as waitpid() has it. */
static int proc_reap(struct screenproc *s, int patience_ms)
{
	int status = 0;

	for (; patience_ms > 0 && waitpid(s->pid, &status, WNOHANG) == 0;
	     patience_ms -= REAP_MS)
		poll(NULL, 0, REAP_MS);
	if (patience_ms <= 0) {
		kill(s->pid, SIGKILL);
		while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	s->pid = 0;
	close(s->link);
	close(s->app);
	s->link = s->app = -1;
	return status;
}

/* proc_begin() - start the process, with its sockets. Return: 0, or a negative
 * errno. */
static int proc_begin(struct screenproc *s, struct begun *b)
{
	char path[PATH_MAX];
	int link[2], app[2], err = beside("hostel-screen", path, sizeof(path));

	if (!err && access(path, X_OK) < 0)
		err = -errno;
	if (!err)
		err = proc_pair(link, 0);
	if (err)
		return err;
	err = proc_pair(app, SOCK_NONBLOCK);
	if (err) {
		close(link[0]);
		close(link[1]);
		return err;
	}
	b->fds[SCREEN_FD_APP] = app[1];
	b->fds[SCREEN_FD_KEEPER] = link[1];
	s->link = link[0];
	s->app = app[0];
	s->pid = fork();
	if (s->pid == 0)
		child_exec(path, b);
	err = s->pid < 0 ? -errno : 0;
	close(link[1]);
	close(app[1]);
	if (err) {
		close(s->link);
		close(s->app);
		s->link = s->app = -1;
		s->pid = 0;
	}
	return err;
}

/* ---- the terminal ------------------------------------------------------ */

/* take_words() - from here on messages go to hostel-screen, which has the
 * terminal. */
static void take_words(struct screenproc *s)
{
	s->own_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (s->own_stderr >= 0)
		dup2(s->said[1], STDERR_FILENO);
}

/* pass_words() - print the messages that hostel-screen has not taken. */
static void pass_words(struct screenproc *s)
{
	char text[4096];
	ssize_t n;

	while (s->said[0] >= 0 &&
	       (n = read(s->said[0], text, sizeof(text))) > 0)
		if (write(STDERR_FILENO, text, (size_t)n) != n)
			break;
}

/* give_back() - restore the terminal; it may show the alternate screen, and no
 * cursor. */
static void give_back(struct screenproc *s, bool left_so)
{
	static const char plain[] = "\033[?1049l\033[0m\033[?25h\r\n";

	if (!s->text)
		return;
	s->text = false;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &s->saved);
	if (left_so && write(STDOUT_FILENO, plain, sizeof(plain) - 1) < 0)
		return;		/* it is gone, too */
	if (s->own_stderr >= 0) {
		dup2(s->own_stderr, STDERR_FILENO);
		close(s->own_stderr);
		s->own_stderr = -1;
	}
	pass_words(s);
}

int screenproc_open(struct screenproc *s, const struct vm_config *config)
{
	if (config->display.kind != DISPLAY_TEXT)
		return 0;
	if (tcgetattr(STDIN_FILENO, &s->saved) < 0 ||
	    pipe2(s->said, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

int screenproc_lost_words(const struct screenproc *s)
{
	return s->lost ? s->said[0] : -1;
}

void screenproc_pass(struct screenproc *s)
{
	pass_words(s);
}

/* ------------------------------------------------------------------------ */

static int proc_start(struct screenproc *s, struct begun *b)
{
	int err = b->fds[SCREEN_FD_MEMORY] < 0 ? -errno : 0;

	b->fds[SCREEN_FD_SAID] = s->text ? s->said[0] : -1;
	if (!err)
		err = proc_begin(s, b);
	if (err) {
		log_error("hostel-screen, which belongs beside hostel-vmm, can "
			  "not be started: %s",
			  strerror(-err));
		s->text = false;
		return err;
	}
	/* Without a display nobody waits for it: it will say if it can not. */
	if (!b->shows || wait_shown(s)) {
		if (s->text)
			take_words(s);
		return 0;
	}
	/* It has said why. */
	proc_reap(s, 0);
	give_back(s, false);
	return -ECANCELED;
}

int screenproc_start(struct screenproc *s, const struct vm_config *config,
		     int memory, uint64_t at, uint64_t size)
{
	const bool shows = config->display.kind > DISPLAY_NONE && !s->lost;
	struct begun b = {
		.display = shows ? config->display_text : "none",
		.name = config->name ? config->name : "",
		.shows = shows, .at = at, .size = size,
		.fds = { -1, -1, -1, -1, -1, -1, -1 },
	};
	int err;

	if (s->pid)
		return 0;
	s->text = shows && config->display.kind == DISPLAY_TEXT;
	b.fds[SCREEN_FD_MEMORY] = read_only(memory);
	err = proc_start(s, &b);
	if (b.fds[SCREEN_FD_MEMORY] >= 0)
		close(b.fds[SCREEN_FD_MEMORY]);
	return err;
}

/* proc_ended() - hostel-screen has ended by itself, which is a fault. */
static void proc_ended(struct screenproc *s)
{
	const bool had_terminal = s->text;
	int status;

	status = proc_reap(s, END_MS);
	s->lost = true;
	give_back(s, true);
	log_error("hostel-screen was ended by signal %d (%s); the machine goes "
		  "on without %s",
		  WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		  WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) :
					"it ended by itself",
		  had_terminal ? "it; 'hostel ctl' can still end it" :
				 "a display");
}

bool screenproc_hear(struct screenproc *s)
{
	uint8_t word = 0;
	ssize_t n = recv(s->link, &word, 1, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		proc_ended(s);
		return false;
	}
	return word == SCREEN_QUIT;
}

/* remove_socket() - of a display that has one in the file system. */
static void remove_socket(const struct vm_config *config)
{
	char path[DISPLAY_PATH], why[DISPLAY_ERROR];

	if (config->display.kind == DISPLAY_VNC && config->display.local &&
	    display_socket(&config->display, config->name ? config->name : "",
			   (long)getpid(), path, why))
		unlink(path);
}

void screenproc_end(struct screenproc *s, const struct vm_config *config)
{
	bool ran = s->pid;

	if (s->pid) {
		/* It ends when it hears nothing of us any more. */
		shutdown(s->link, SHUT_WR);
		if (s->own_stderr >= 0)
			dup2(s->own_stderr, STDERR_FILENO);
		proc_reap(s, END_MS);
	}
	if (ran && !s->lost)
		remove_socket(config);
	give_back(s, false);
	if (s->said[0] >= 0) {
		close(s->said[0]);
		close(s->said[1]);
	}
}
