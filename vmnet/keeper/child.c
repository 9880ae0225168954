/* SPDX-License-Identifier: BSD-2-Clause */
/* child.c - vmnetd's helpers: see child.h. */
#include "vmnet/keeper/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/fdpass.h"
#include "base/fds.h"
#include "vmnet/proto/proto.h"
#include "vmnet/keeper/folders.h"
#include "vmnet/keeper/leases.h"
#include "vmnet/keeper/resolv.h"
#include "vmnet/proto/home.h"
#include "vmnet/proto/networking.h"

#define NAMES_MS 1000	/* between looks at resolv.conf */
#define CHILDREN 128u	/* one for each port of the switch */

enum { ASK_START = 1, ASK_END, ASK_REMEMBER };

/* What the switch asks for; the answer is a pid, 0 or -errno. */
struct request {
	uint8_t what;		/* ASK_* */
	uint8_t kind;		/* START: enum child_kind; REMEMBER: of the
				 * network, N of vmnetN */
	char word[VMNET_IFACE_MAX];	/* START: "" or an interface */
	uint8_t mac[6];		/* REMEMBER: the card ... */
	uint16_t host;		/* ... and its number in the subnet */
	int32_t pid;		/* END */
	uint64_t folder;	/* START of a NAT: 0, or a folder's number */
};

struct keeper {
	const char *const *program;
	struct resolv_keeper *names;	/* or NULL */
	struct folders *folders;	/* or NULL */
	struct leases *leases;		/* or NULL */
	pid_t child[CHILDREN];	/* 0: a free place */
};

/* ---- in the switch ----------------------------------------------------- */

/* keeper_ask() - Return: the answer; @fd: receives what came with it, or -1. */
static int32_t keeper_ask(int keeper, const struct request *r, int *fd)
{
	int32_t answer = -EPIPE;
	size_t fds = 1;

	*fd = -1;
	if (send(keeper, r, sizeof(*r), MSG_NOSIGNAL) < 0 ||
	    fdpass_recv(keeper, &answer, sizeof(answer), fd, &fds) !=
		    (ssize_t)sizeof(answer))
		return -EPIPE;
	return answer;
}

pid_t child_start(int keeper, enum child_kind kind, const char *word, int *fd)
{
	struct request r = { .what = ASK_START, .kind = (uint8_t)kind };

	if (word && strlen(word) >= sizeof(r.word))
		return -ENAMETOOLONG;
	if (word)
		strcpy(r.word, word);
	return keeper_ask(keeper, &r, fd);
}

pid_t child_start_nat(int keeper, uint64_t folder, int *fd)
{
	struct request r = { .what = ASK_START, .kind = CHILD_NAT,
			     .folder = folder };

	return keeper_ask(keeper, &r, fd);
}

void child_remember(int keeper, unsigned int network, const uint8_t mac[6],
		    uint16_t host)
{
	struct request r = { .what = ASK_REMEMBER, .kind = (uint8_t)network,
			     .host = host };
	int none;

	memcpy(r.mac, mac, sizeof(r.mac));
	keeper_ask(keeper, &r, &none);
}

void child_end(int keeper, pid_t pid)
{
	struct request r = { .what = ASK_END, .pid = pid };
	int none;

	if (pid > 0)
		keeper_ask(keeper, &r, &none);
}

/* ---- kinds of helpers -------------------------------------------------- */

static bool no_word(const char *word)
{
	return !*word;
}

static bool is_vmnet(const char *word)
{
	unsigned int number;

	return !strncmp(word, "vmnet", 5) &&
	       decode_network(word, strlen(word) + 1, &number) == VMNET_OK;
}

static const struct {
	bool (*word_ok)(const char *word);	/* may it be told that? */
	bool names;		/* it can read the page of name servers */
} kinds[] = {
	[CHILD_NAT] = { no_word, true },
	[CHILD_BRIDGE] = { proto_iface_ok, false },
	[CHILD_DHCP] = { no_word, false },
	[CHILD_ADAPTER] = { is_vmnet, false },
	[CHILD_VDE] = { is_vmnet, false },
};
BUILD_ASSERT(ARRAY_SIZE(kinds) == CHILD_KINDS);

/* ---- in the keeper ----------------------------------------------------- */

/* What a child is to hold: -1: not that. */
struct held {
	int fd, names, folder;
};

/* word_put() - @fd becomes @at, or nothing is there. */
static bool word_put(int fd, int at)
{
	if (fd >= 0)
		return dup2(fd, at) >= 0;
	close(at);
	return true;
}

/* hold_only() - in the child: these. */
static bool hold_only(const struct held *h)
{
	int fds[] = { h->fd, h->names, h->folder };
	unsigned int i;

	/* Out of the way first; and dup2 onto itself would keep
	 * close-on-exec. */
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0) {
			fds[i] = fcntl(fds[i], F_DUPFD, CHILD_FOLDER_FD + 1);
			if (fds[i] < 0)
				return false;
		}
	if (!word_put(fds[0], CHILD_FD) || !word_put(fds[1], CHILD_NAMES_FD) ||
	    !word_put(fds[2], CHILD_FOLDER_FD))
		return false;
	fds_close(CHILD_FOLDER_FD + 1, ~0u);
	return true;
}

/* poorer() - "HOSTEL_HOST=...", as it is here; NULL: it is not. */
static char *poorer(void)
{
	const char *words = getenv("HOSTEL_HOST");
	char *line = NULL;

	if (words && asprintf(&line, "HOSTEL_HOST=%s", words) < 0)
		_exit(1);
	return line;
}

/* vde_folder() - that of the network @word, as the user's file of networks has
 * it now, whatever other lines have for mistakes, as for the switch itself. So
 * that can ask for no other one. Return: NULL: none. */
static const char *vde_folder(const char *word)
{
	struct networking *n = malloc(sizeof(*n));
	char path[HOME_PATH_SIZE], errors[NETWORKING_ERRORS];
	unsigned int number = 0;

	home_config(path);
	if (!n || decode_network(word, strlen(word) + 1, &number) != VMNET_OK ||
	    networking_load(n, path, errors) < 0 ||
	    n->net[number].kind != NET_VDE)
		return NULL;
	return n->net[number].vde;
}

/* child_become() - in the child: run @path, holding only these. */
static void child_become(const char *path, const struct request *r,
			 const struct held *h)
{
	const char *word = *r->word ? r->word : NULL;
	const char *slash = strrchr(path, '/');
	char *argv[] = { (char *)(slash ? slash + 1 : path), NULL, NULL };
	char *envp[] = { poorer(), NULL };

	if (r->kind == CHILD_VDE)
		word = vde_folder(r->word);
	argv[1] = (char *)word;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (hold_only(h) && (word || r->kind != CHILD_VDE))
		execve(path, argv, envp);
	_exit(1);
}

/* child_fork() - Return: a pid, or -errno; @fd: the other end of its socket. */
static pid_t child_fork(const struct keeper *k, const struct request *r,
			int *fd)
{
	const char *path = k->program[r->kind];
	struct held h = { .names = -1, .folder = -1 };
	int pair[2], err;
	pid_t pid;

	if (kinds[r->kind].names && k->names)
		h.names = k->names->fd;
	if (r->folder && k->folders)
		h.folder = folders_find(k->folders, r->folder);
	if (r->folder && h.folder < 0)
		return -ENOENT;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, pair) < 0)
		return -errno;
	h.fd = pair[1];
	pid = fork();
	if (pid == 0)
		child_become(path, r, &h);
	err = -errno;
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return err;
	}
	*fd = pair[0];
	return pid;
}

/* child_find() - the place of a child of that number; 0: a free one. NULL:
 * none. */
static pid_t *child_find(struct keeper *k, pid_t pid)
{
	unsigned int i;

	for (i = 0; i < CHILDREN; i++)
		if (k->child[i] == pid)
			return &k->child[i];
	return NULL;
}

static void child_kill(pid_t *child)
{
	kill(*child, SIGKILL);
	waitpid(*child, NULL, 0);
	*child = 0;
}

/* decode_request() - Return: is it one that the switch may make? */
static bool decode_request(const void *msg, size_t len, struct request *r)
{
	if (len != sizeof(*r))
		return false;
	memcpy(r, msg, sizeof(*r));
	if (r->what == ASK_END)
		return r->pid > 0;
	if (r->what == ASK_REMEMBER)
		return r->host && !(r->mac[0] & 1);
	if (r->what != ASK_START || r->kind >= CHILD_KINDS ||
	    (r->folder && r->kind != CHILD_NAT) ||
	    !memchr(r->word, '\0', sizeof(r->word)))
		return false;
	return kinds[r->kind].word_ok(r->word);
}

static int32_t request_serve(struct keeper *k, const struct request *r, int *fd)
{
	pid_t *child = child_find(k, r->what == ASK_END ? r->pid : 0);
	pid_t pid;

	if (r->what == ASK_REMEMBER) {
		if (k->leases)
			leases_add(k->leases, r->kind, r->mac, r->host);
		return 0;
	}
	if (r->what == ASK_END) {
		if (child)
			child_kill(child);
		return child ? 0 : -ESRCH;
	}
	if (!child)
		return -EAGAIN;
	if (k->names)
		resolv_refresh(k->names);
	pid = child_fork(k, r, fd);
	if (pid > 0)
		*child = pid;
	return pid;
}

/* await_request() - and look at the name servers and for folders meanwhile. */
static void await_request(struct keeper *k, int link)
{
	struct pollfd p[2] = {
		{ .fd = link, .events = POLLIN },
		{ .fd = k->folders ? k->folders->epoll : -1, .events = POLLIN },
	};
	unsigned int i;
	int n;

	for (;;) {
		for (i = 0; i < CHILDREN && !k->child[i]; i++)
			;
		n = poll(p, 2, k->names && i < CHILDREN ? NAMES_MS : -1);
		if (n < 0 || p[0].revents)
			return;
		if (n)
			folders_tend(k->folders);
		else
			resolv_refresh(k->names);
	}
}

void child_keep(int link, const char *const program[CHILD_KINDS],
		struct resolv_keeper *names, struct folders *folders,
		struct leases *leases)
{
	struct keeper k = { .program = program, .names = names,
			    .folders = folders, .leases = leases };
	uint8_t msg[sizeof(struct request) + 1];
	struct request r;
	int32_t answer;
	unsigned int i;
	ssize_t n;
	int fd;

	for (;;) {
		await_request(&k, link);
		n = recv(link, msg, sizeof(msg), 0);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			break;
		if (n < 0)
			continue;
		fd = -1;
		answer = -EINVAL;
		if (decode_request(msg, (size_t)n, &r))
			answer = request_serve(&k, &r, &fd);
		fdpass_send(link, &answer, sizeof(answer), &fd, fd >= 0);
		if (fd >= 0)
			close(fd);
	}
	for (i = 0; i < CHILDREN; i++)
		if (k.child[i])
			child_kill(&k.child[i]);
}
