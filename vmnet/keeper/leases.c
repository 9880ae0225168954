/* SPDX-License-Identifier: BSD-2-Clause */
/* leases.c - the file that remembers addresses: see leases.h. */
#include "vmnet/keeper/leases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "vmnet/proto/home.h"

#define LINE_MAX_LENGTH 40u

/* take_line() - take a line of the file. Return: was it a good one? */
static bool take_line(const char *line, leases_take_fn *take, void *arg)
{
	unsigned int network, host;
	uint8_t mac[6];

	if (sscanf(line, "%3u %2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx %5u",
		   &network, mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5,
		   &host) != 8 ||
	    network > 254 || !host || host > 65534 || (mac[0] & 1))
		return false;
	take(arg, network, mac, (uint16_t)host);
	return true;
}

static void take_lines(char *text, leases_take_fn *take, void *arg)
{
	char *line;

	while ((line = strsep(&text, "\n")))
		take_line(line, take, arg);
}

/* read_all() - read the file. @text: room for LEASES_SIZE + 1. Return: its
 * length. */
static size_t read_all(int fd, char *text)
{
	size_t len = 0;
	ssize_t n;

	while (len < LEASES_SIZE) {
		n = read(fd, text + len, LEASES_SIZE - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	return len;
}

int leases_open(struct leases *l, const char *path, leases_take_fn *take,
		void *arg)
{
	char *text = malloc(LEASES_SIZE + 1);
	size_t len = 0;

	*l = (struct leases){ .fd = -1 };
	if (!text)
		return -ENOMEM;
	home_folders(path, 0700);	/* for this user only */
	l->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
		     0600);
	if (l->fd < 0) {
		free(text);
		return -errno;
	}
	len = read_all(l->fd, text);
	take_lines(text, take, arg);
	free(text);
	if (len > LEASES_LONG && ftruncate(l->fd, 0) < 0)
		return -errno;
	l->left = len < LEASES_SIZE ?
			  (unsigned int)(LEASES_SIZE - len) / LINE_MAX_LENGTH :
			  0;
	return len > LEASES_LONG;
}

void leases_add(struct leases *l, unsigned int network, const uint8_t mac[6],
		uint16_t host)
{
	char line[LINE_MAX_LENGTH];
	int n;

	if (l->fd < 0 || !l->left)
		return;
	l->left--;
	n = snprintf(line, sizeof(line),
		     "%u %02x:%02x:%02x:%02x:%02x:%02x %u\n", network, mac[0],
		     mac[1], mac[2], mac[3], mac[4], mac[5], host);
	if (write(l->fd, line, (size_t)n) != n)
		l->left = 0;	/* no room: nothing more is tried */
}
