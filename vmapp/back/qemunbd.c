/* SPDX-License-Identifier: BSD-2-Clause */
/* qemunbd.c - qemu-nbd is started for an image: see qemunbd.h. */
#include "vmapp/back/qemunbd.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/log.h"
#include "base/runfolder.h"
#include "vmapp/back/drivefile.h"

#define PROGRAM "qemu-nbd"

/* How many files an image may have: a split disk of VMware's has one for each
 * 2 GB, and so has each that it builds on. A circle of files ends by it. */
#define FILES_MOST 1024

/* It was not found: sh(1) has the same. */
#define EXIT_NO_PROGRAM 127

/* qemu-nbd says no more than this of one fault, but where a chain is long. */
#define WORDS_SIZE	1024
#define BACKING		"Could not open backing file: "
#define CHAIN_MOST	8u

/* ---- the socket -------------------------------------------------------- */

/* listen_at() - a socket at @a, and one that is connected to it. Return: 0 or
 * a negative errno. */
static int listen_at(const struct sockaddr_un *a, int *listening,
		     int *connected)
{
	const struct sockaddr *at = (const struct sockaddr *)a;
	int type = SOCK_STREAM | SOCK_CLOEXEC;

	*listening = socket(AF_UNIX, type, 0);
	*connected = socket(AF_UNIX, type, 0);
	if (*listening < 0 || *connected < 0 ||
	    bind(*listening, at, sizeof(*a)) < 0 || listen(*listening, 1) < 0 ||
	    connect(*connected, at, sizeof(*a)) < 0)
		return -errno;
	return 0;
}

/* open_socket() - a socket that listens, with one that has connected; in our
 * folder for as long as that takes. Return: 0 or a negative errno. */
static int open_socket(int *listening, int *connected, char *why, size_t size)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char dir[PATH_MAX], file[32];
	int top, err = runfolder_find(dir, sizeof(dir), why, size);

	if (err)
		return err;
	snprintf(why, size, "no socket in %.150s", dir);
	top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		return -errno;
	/* The folder's own path may be too long for an address. */
	snprintf(file, sizeof(file), "nbd-%d", (int)getpid());
	snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/%s", top,
		 file);
	unlinkat(top, file, 0);
	err = listen_at(&a, listening, connected);
	unlinkat(top, file, 0);
	close(top);
	return err;
}

/* ---- the process ------------------------------------------------------- */

/* give_up() - what it needs nothing of. Without rights a network of one's own
 * takes a user namespace; in it the files are still the user's. */
static void give_up(void)
{
	const struct rlimit files = { FILES_MOST, FILES_MOST };
	const struct rlimit no_core = { 0, 0 };

	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_CORE, &no_core);
	if (unshare(CLONE_NEWNET | CLONE_NEWIPC) < 0)
		unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* child_exec() - in the child: by systemd's protocol (sd_listen_fds(3)) it is
 * told that descriptor 3 is the socket. */
static _Noreturn void child_exec(const struct drivefile *f, int listening,
				 int words, pid_t parent)
{
	const char *argv[] = { PROGRAM, "-f", disk_format_qemu[f->format],
			       "--cache=writeback", "--shared=1",
			       f->read_only ? "--read-only" : "--", "--",
			       f->path, NULL };
	char self[16];
	sigset_t none;

	/* Ctrl-C is for the machine: this ends after it. */
	setpgid(0, 0);
	give_up();
	/* In order, as by its last client's end. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(self, sizeof(self), "%d", (int)getpid());
	setenv("LISTEN_PID", self, 1);
	setenv("LISTEN_FDS", "1", 1);
	unsetenv("LISTEN_FDNAMES");
	if (!f->read_only) {
		argv[5] = argv[6];
		argv[6] = argv[7];
		argv[7] = NULL;
	}
	dup2(words, STDOUT_FILENO);
	dup2(words, STDERR_FILENO);
	if (fds_place(3, &listening, 1) < 0)
		_exit(1);
	execvp(PROGRAM, (char **)(uintptr_t)argv);
	_exit(EXIT_NO_PROGRAM);
}

int qemunbd_start(const struct drivefile *f, pid_t *pid, int *words)
{
	int listening = -1, connected = -1, pipes[2] = { -1, -1 };
	const pid_t parent = getpid();
	char why[256];
	int err = open_socket(&listening, &connected, why, sizeof(why));

	if (!err && pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0)
		err = -errno;
	if (!err) {
		*pid = fork();
		if (*pid == 0)
			child_exec(f, listening, pipes[1], parent);
		if (*pid < 0)
			err = -errno;
	}
	if (listening >= 0)
		close(listening);
	if (pipes[1] >= 0)
		close(pipes[1]);
	*words = pipes[0];
	if (!err)
		return connected;
	if (connected >= 0)
		close(connected);
	*pid = 0;
	log_error("can not start " PROGRAM ": %s: %s", why, strerror(-err));
	return -1;
}

/* ---- what it said ------------------------------------------------------ */

/* skip() - @part at the beginning of @text, as often as it is there. Return:
 * how often. */
static unsigned int skip(const char **text, const char *part)
{
	size_t n = strlen(part);
	unsigned int times = 0;

	for (; n && !strncmp(*text, part, n); times++)
		*text += n;
	return times;
}

/* last_words() - its first line, without what our sentence has already. Others'
 * words go to no terminal as they are. */
static const char *last_words(char *text, const char *path)
{
	char quoted[PATH_MAX + 8];
	const char *at = text;
	char *c;

	text[strcspn(text, "\n")] = '\0';
	for (c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	snprintf(quoted, sizeof(quoted), "'%s': ", path);
	skip(&at, PROGRAM ": ");
	skip(&at, "Failed to blk_new_open ");
	skip(&at, quoted);
	/* It says so for each file on the way. */
	if (skip(&at, BACKING) > CHAIN_MOST)
		return "the files that it builds on are a circle, or far too "
		       "many";
	return at;
}

void qemunbd_explain(const struct drivefile *f, const char *name, pid_t *pid,
		     int words)
{
	const char *format = disk_format_names[f->format];
	char text[WORDS_SIZE] = "";
	int status = 0;
	ssize_t n;

	kill(*pid, SIGTERM);	/* if it serves, but not what we can use */
	while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
	n = read(words, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PROGRAM)
		log_error("%s: '%s' is of the format %s, which " PROGRAM
			  " reads: install the package qemu-utils, or convert "
			  "it with 'qemu-img convert -O raw' elsewhere",
			  name, f->path, format);
	else if (*text)
		log_error("%s: " PROGRAM " can not open the %s image '%s': %s",
			  name, format, f->path, last_words(text, f->path));
	else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM)
		log_error("%s: " PROGRAM " was ended by signal %d as it "
			  "opened the %s image '%s'",
			  name, WTERMSIG(status), format, f->path);
	else
		log_error("%s: " PROGRAM " does not serve the %s image '%s'",
			  name, format, f->path);
}
