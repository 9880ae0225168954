/* SPDX-License-Identifier: BSD-2-Clause */
/* resolv.c - the host's name servers, in a page: see resolv.h. */
#include "vmnet/keeper/resolv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILE_MAX	16384u	/* of a longer file the rest does not count */
#define BLANKS		" \t\r\n"

/* parse_server() - Return: is it an address? "fe80::1%eth0" is one, too. */
static bool parse_server(char *word, struct resolv_server *s)
{
	char *scope = strchr(word, '%');

	memset(s, 0, sizeof(*s));
	s->family = AF_INET;
	if (inet_pton(AF_INET, word, s->addr) == 1)
		return true;
	if (scope)
		*scope++ = '\0';
	s->family = AF_INET6;
	if (inet_pton(AF_INET6, word, s->addr) != 1)
		return false;
	if (scope) {
		s->scope = if_nametoindex(scope);
		if (!s->scope)
			s->scope = (uint32_t)strtoul(scope, NULL, 10);
	}
	return true;
}

void resolv_parse(const char *text, struct resolv *r)
{
	char line[256], *rest, *word;
	size_t n;

	memset(r, 0, sizeof(*r));
	for (; *text && r->count < RESOLV_SERVERS; text += n + !!text[n]) {
		n = strcspn(text, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		word = strtok_r(line, BLANKS, &rest);
		if (!word || strcmp(word, "nameserver"))
			continue;
		word = strtok_r(NULL, BLANKS, &rest);
		if (word && parse_server(word, &r->server[r->count]))
			r->count++;
	}
}

static void resolv_publish(struct resolv_page *page, const struct resolv *r)
{
	uint32_t turn = atomic_load(&page->turn);

	atomic_store(&page->turn, turn + 1);
	atomic_thread_fence(memory_order_seq_cst);
	memcpy(&page->now, r, sizeof(*r));
	atomic_thread_fence(memory_order_seq_cst);
	atomic_store(&page->turn, turn + 2);
}

static void read_file(struct resolv_keeper *k)
{
	char text[FILE_MAX + 1];
	int fd = open(k->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct resolv r = { 0 };
	ssize_t n = -1;

	if (fd >= 0) {
		n = read(fd, text, FILE_MAX);
		close(fd);
	}
	if (n >= 0) {
		text[n] = '\0';
		resolv_parse(text, &r);
	}
	resolv_publish(k->page, &r);
}

void resolv_refresh(struct resolv_keeper *k)
{
	struct stat now;

	if (!k->page)
		return;
	if (stat(k->file, &now) < 0)
		memset(&now, 0, sizeof(now));
	if (now.st_dev == k->seen.st_dev && now.st_ino == k->seen.st_ino &&
	    now.st_size == k->seen.st_size &&
	    now.st_mtim.tv_sec == k->seen.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == k->seen.st_mtim.tv_nsec)
		return;
	k->seen = now;
	read_file(k);
}

/*
 * make_page() - a file that has no name any more, open twice: the readers'
 * descriptor can not be written to, which of a memfd could not be said on
 * older kernels.
 */
static int make_page(struct resolv_keeper *k, const char *dir)
{
	char path[256];
	int fd, err = 0;
	void *m;

	snprintf(path, sizeof(path), "%s/vmnet.names.%d", dir, (int)getpid());
	unlink(path);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd < 0)
		return -errno;
	k->fd = open(path, O_RDONLY | O_CLOEXEC);
	unlink(path);
	if (k->fd < 0 || ftruncate(fd, sizeof(*k->page)) < 0)
		err = -errno;
	m = err ? MAP_FAILED :
		  mmap(NULL, sizeof(*k->page), PROT_READ | PROT_WRITE,
		       MAP_SHARED, fd, 0);
	if (!err && m == MAP_FAILED)
		err = -errno;
	close(fd);
	k->page = err ? NULL : m;
	return err;
}

int resolv_open(struct resolv_keeper *k, const char *dir, const char *file)
{
	int err;

	memset(k, 0, sizeof(*k));
	k->fd = -1;
	k->file = file;
	err = make_page(k, dir);
	if (!err)
		resolv_refresh(k);
	return err;
}

const struct resolv_page *resolv_map(int fd)
{
	void *m = mmap(NULL, sizeof(struct resolv_page), PROT_READ, MAP_SHARED,
		       fd, 0);

	if (m == MAP_FAILED)
		return NULL;
	close(fd);
	return m;
}

void resolv_get(const struct resolv_page *page, struct resolv *r)
{
	uint32_t turn, tries;

	memset(r, 0, sizeof(*r));
	for (tries = 0; page && tries < 1000; tries++) {
		turn = atomic_load(&page->turn);
		atomic_thread_fence(memory_order_seq_cst);
		memcpy(r, &page->now, sizeof(*r));
		atomic_thread_fence(memory_order_seq_cst);
		if (!(turn & 1) && turn == atomic_load(&page->turn))
			break;
	}
	if (r->count > RESOLV_SERVERS)
		r->count = 0;
}
