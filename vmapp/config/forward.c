/* SPDX-License-Identifier: BSD-2-Clause */
/* forward.c - ports of the host that lead into a guest: see forward.h. */
#include "vmapp/config/forward.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAIL(...) (snprintf(error, CONFIG_ERROR_SIZE, __VA_ARGS__), false)
#define EXAMPLE "write for example forward=tcp:2222:22 or " \
		"forward=udp:0.0.0.0:5353:53"

static bool parse_port(const char *word, uint16_t *port)
{
	char *end;
	unsigned long v;

	if (!word || strlen(word) > 5 || word[strspn(word, "0123456789")] ||
	    !*word)
		return false;
	v = strtoul(word, &end, 10);
	*port = (uint16_t)v;
	return v > 0 && v <= 65535;
}

static bool parse_protocol(const char *word, uint8_t *proto)
{
	*proto = word && !strcmp(word, "udp") ? FORWARD_UDP : FORWARD_TCP;
	return word && (!strcmp(word, "tcp") || !strcmp(word, "udp"));
}

bool forward_parse(const char *text, struct vmnet_forward *f, char *error)
{
	char copy[64], *rest = copy, *word[4] = { NULL };
	unsigned int n = 0;

	memset(f, 0, sizeof(*f));
	if (strlen(text) >= sizeof(copy) || strchr(text, '['))
		return FAIL("'%.60s' is not a forwarded port; " EXAMPLE, text);
	strcpy(copy, text);
	while (rest && n < 4)
		word[n++] = strsep(&rest, ":");
	if (rest || n < 3 || !parse_protocol(word[0], &f->proto))
		return FAIL("'%s' is not a forwarded port; " EXAMPLE, text);
	if (inet_pton(AF_INET, n == 4 ? word[1] : "127.0.0.1", f->address) != 1)
		return FAIL(
			"'%s' is not an IPv4 address of this host; " EXAMPLE,
			word[1]);
	if (!parse_port(word[n - 2], &f->port) ||
	    !parse_port(word[n - 1], &f->guest_port))
		return FAIL("the ports of '%s' are not numbers from 1 to "
			    "65535; " EXAMPLE,
			    text);
	return true;
}

void forward_text(const struct vmnet_forward *f, char text[FORWARD_TEXT_SIZE])
{
	const uint8_t *a = f->address;

	snprintf(text, FORWARD_TEXT_SIZE, "%s:%u.%u.%u.%u:%u:%u",
		 f->proto == FORWARD_UDP ? "udp" : "tcp", a[0], a[1], a[2],
		 a[3], f->port, f->guest_port);
}

static bool has_door(const struct vmnet_wishes *w,
		     const struct vmnet_forward *f)
{
	unsigned int i;

	for (i = 0; i < w->forwards; i++)
		if (forwards_same_door(&w->forward[i], f))
			return true;
	return false;
}

static bool forward_twice(const struct vmnet_forward *f, char *error)
{
	return FAIL("port %u is forwarded twice; a port of the host leads to "
		    "one place",
		    f->port);
}

bool forward_add(struct nic_config *nic, const struct vmnet_forward *f,
		 char *error)
{
	struct vmnet_wishes *w = &nic->wishes;

	if (w->forwards == VMNET_FORWARDS)
		return FAIL("a card can have %u forwarded ports, and no more",
			    VMNET_FORWARDS);
	if (has_door(w, f))
		return forward_twice(f, error);
	w->forward[w->forwards++] = *f;
	return true;
}

/* try_port() - Return: 0, or the errno of opening it as vmnet-nat will. */
static int try_port(const struct vmnet_forward *f)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(f->port) };
	bool tcp = f->proto == FORWARD_TCP;
	int fd = socket(AF_INET,
			(tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	int on = 1, err = 0;

	if (fd < 0)
		return errno;
	memcpy(&a.sin_addr, f->address, 4);
	if (tcp)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    (tcp && listen(fd, 1) < 0))
		err = errno;
	close(fd);
	return err;
}

static const char *forward_reason(int err)
{
	switch (err) {
	case EADDRINUSE:
		return "another program has it; choose another one";
	case EACCES:
		return "this user may not open ports below 1024; choose a "
		       "higher one";
	case EADDRNOTAVAIL:
		return "this host has no such address";
	}
	return strerror(err);
}

/* try_it() - and say why not. */
static bool try_it(const struct vmnet_forward *f, char *error)
{
	char address[INET_ADDRSTRLEN];
	int err = try_port(f);

	if (!err)
		return true;
	inet_ntop(AF_INET, f->address, address, sizeof(address));
	return FAIL("%s port %u of %s can not be forwarded: %s",
		    f->proto == FORWARD_TCP ? "TCP" : "UDP", f->port, address,
		    forward_reason(err));
}

bool forward_check(const struct vm_config *config, char *error)
{
	const struct vmnet_wishes *w;
	unsigned int n, i, k;

	for (n = 0; n < config->nic_count; n++) {
		w = &config->nic[n].wishes;
		for (i = 0; i < w->forwards; i++) {
			for (k = 0; k < n; k++)
				if (has_door(&config->nic[k].wishes,
					     &w->forward[i]))
					return forward_twice(&w->forward[i],
							     error);
			if (!try_it(&w->forward[i], error))
				return false;
		}
	}
	return true;
}
