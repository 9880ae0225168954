/* SPDX-License-Identifier: BSD-2-Clause */
/* file.c - changes of the user's file of networks: see file.h. */
#include "vmapp/net/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "vmapp/net/verbs.h"
#include "vmnet/client/networks.h"

/* Room for a text, and what is added. */
#define ROOM (NETWORKING_SIZE + 4096u)

static char *file_read(const char *path)
{
	char *text = calloc(1, ROOM);
	FILE *f = fopen(path, "re");
	size_t n = 0;

	if (!text)
		die("out of memory");
	if (!f && errno != ENOENT)
		die("%s: %s", path, strerror(errno));
	if (f) {
		n = fread(text, 1, NETWORKING_SIZE, f);
		if (ferror(f) || n == NETWORKING_SIZE)
			die("%s can not be read, or is too long", path);
		fclose(f);
	}
	if (strlen(text) < n)
		die("%s holds a zero byte; mend it first", path);
	if (n && text[n - 1] != '\n')
		text[n] = '\n';
	if (!n)
		strcpy(text, "VERSION=1,0\n");
	return text;
}

static bool is_add(const char *line)
{
	return !strncmp(line, "add_", 4) || !strncmp(line, "remove_", 7);
}

/* read_words() - of a line of @len bytes, which may be indented, as vmnetd
 * reads it. */
static void read_words(struct file_line *l, const char *line, size_t len)
{
	char *alone = strndup(line, len);	/* not the next line's words */

	if (!alone)
		die("out of memory");
	memset(l, 0, sizeof(*l));
	sscanf(alone, " %103[^ \t\r] %103[^ \t\r] %103[^ \t\r] %103[^ \t\r]",
	       l->word[0], l->word[1], l->word[2], l->word[3]);
	free(alone);
}

/* make_text() - make the new text of the old one. */
static char *make_text(const char *old, file_drop_fn *drop, const void *arg,
		       const char *add)
{
	char *text = calloc(1, ROOM);
	bool added = is_add(add);	/* that is for the end */
	struct file_line l;
	const char *end;

	if (!text)
		die("out of memory");
	for (; *old; old = end + 1) {
		end = strchr(old, '\n');
		read_words(&l, old, (size_t)(end - old));
		if (!added && is_add(l.word[0])) {
			strcat(text, add);
			added = true;
		}
		if (!drop(&l, arg))
			strncat(text, old, (size_t)(end - old) + 1);
	}
	if (!added || is_add(add))
		strcat(text, add);
	return text;
}

/* check_text() - dies if the text has mistakes, and prints all such lines. */
static void check_text(const char *path, const char *what, const char *text)
{
	static char errors[NETWORKING_ERRORS];
	static struct networking n;

	if (!networking_parse(&n, text, strlen(text), errors))
		return;
	networks_tell(path, errors);
	die_usage("%s: with that, the file of networks would make no sense; "
		  "nothing was changed",
		  what);
}

/* tell_vmnetd() - if it runs; dies if it refuses. */
static void tell_vmnetd(const char *what, const char *text)
{
	struct vmnet_ctl_ask ask = { .verb = CTL_NETWORKS, .nfds = 1 };
	size_t len = strlen(text);
	char why[256], *answer;
	int fd, status, sock = vmnet_ctl_open(why, sizeof(why));

	if (sock == -ENOENT)
		return;
	if (sock < 0)
		die("%s", why);
	fd = memfd_create("networking", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE))
		die("no memory for a file: %s", strerror(errno));
	ask.fds = &fd;
	status = vmnet_ctl_ask(sock, &ask, &answer);
	if (status < 0)
		die("vmnetd did not answer; nothing was changed");
	if (status != CTL_DONE)
		die("%s: %s", what, ctl_status_text((unsigned int)status));
	free(answer);
	close(fd);
	close(sock);
}

/* file_lock() - nobody else changes the file until the descriptor is closed:
 * its folder, which is made if need be, is locked. Return: that. */
static int file_lock(const char *path)
{
	char folder[HOME_PATH_SIZE], *last;
	int fd;

	home_folders(path, 0777);
	snprintf(folder, sizeof(folder), "%s", path);
	last = strrchr(folder, '/');
	if (last)
		last[last == folder] = '\0';
	fd = open(last ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		die("%s can not be locked: %s", last ? folder : ".",
		    strerror(errno));
	return fd;
}

/* file_write() - replace the file: wholly, or not at all. */
static void file_write(const char *path, const char *text)
{
	char new[HOME_PATH_SIZE + 8];
	FILE *f;

	snprintf(new, sizeof(new), "%s.new", path);
	f = fopen(new, "we");
	if (!f || fputs(text, f) < 0 || fclose(f) < 0 || rename(new, path) < 0)
		die("%s can not be written: %s", path, strerror(errno));
}

void file_change(const char *what, file_drop_fn *drop, const void *arg,
		 const char *add)
{
	char path[HOME_PATH_SIZE], *old, *text;
	int lock;

	home_config(path);
	if (!*path)
		die("there is no place for the file of networks: set "
		    "XDG_CONFIG_HOME or HOME");
	lock = file_lock(path);
	old = file_read(path);
	text = make_text(old, drop, arg, add);
	check_text(path, what, text);
	tell_vmnetd(what, text);
	file_write(path, text);
	close(lock);
	free(old);
	free(text);
}
