/* SPDX-License-Identifier: BSD-2-Clause */
/* ask.c - the asking side of control sockets: see ask.h. */
#include "vmapp/control/ask.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/fdpass.h"
#include "base/log.h"
#include "vmapp/control/control.h"

/* Whatever they are, so many characters fit into a request: in its JSON none
 * becomes more than two. */
#define WORDS_FIT 2000
BUILD_ASSERT(2 * WORDS_FIT + 64 < CONTROL_LINE);

int ask_machines(struct place_found *found)
{
	char why[PLACE_WHY_SIZE];
	int n = place_list(found, ASK_MACHINES, why);

	if (n < 0)
		die("%s", why);
	return n;
}

/* receive_first() - the first byte, which a descriptor may come with. Return:
 * as recv(). */
static ssize_t receive_first(int sock, char *buf, int *fd)
{
	size_t fds = 1;
	ssize_t n;

	if (!fd)
		return recv(sock, buf, 1, MSG_DONTWAIT);
	n = fdpass_recv(sock, buf, 1, fd, &fds);
	if (n >= 0)
		return n;
	errno = (int)-n;
	return -1;
}

/* answer_receive() - up to a newline. Return: how long the line is; 0: none
 * came. */
static size_t answer_receive(int sock, char *buf, size_t size, int wait_ms,
			     int *fd)
{
	uint64_t end = clock_now_ns() + (uint64_t)wait_ms * 1000000;
	struct pollfd p = { .fd = sock, .events = POLLIN };
	uint64_t now;
	size_t len = 0;
	ssize_t n;

	while (len < size && (now = clock_now_ns()) < end) {
		if (poll(&p, 1, (int)((end - now) / 1000000) + 1) <= 0)
			continue;
		n = len ? recv(sock, buf + len, size - len, MSG_DONTWAIT) :
			  receive_first(sock, buf, fd);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return 0;
		len += (size_t)n;
		if (buf[len - 1] == '\n')
			return len - 1;
	}
	return 0;
}

bool ask_check(enum verb verb, char **words, char *why)
{
	const char *name = verb_rows[verb].name;
	char *line;
	bool fits;
	size_t i;

	for (i = 0; words[i]; i++)
		if (!request_printable(words[i])) {
			snprintf(why, REQUEST_WHY_SIZE,
				 "'%s' takes printable ASCII characters only%s",
				 name,
				 verb == VERB_TEXT ?
					 "; write \\n for the Enter key and "
					 "\\t for the Tab key" :
					 "");
			return false;
		}
	line = request_make(verb, words);
	fits = line && strlen(line) < CONTROL_LINE;
	free(line);
	if (!fits)
		snprintf(why, REQUEST_WHY_SIZE,
			 "what is behind '%s' is too long; use at most %d "
			 "characters at a time",
			 name, WORDS_FIT);
	return fits;
}

json_t *ask(int sock, enum verb verb, char **words, int fd, int wait_ms,
	    int *back)
{
	char *line = request_make(verb, words);
	char *text = malloc(CONTROL_ANSWER_MAX);
	size_t len = line ? strlen(line) : 0;
	json_t *o = NULL;

	if (back)
		*back = -1;
	if (text && len && len < CONTROL_LINE &&
	    fdpass_send(sock, line, len, &fd, fd >= 0) == 0) {
		len = answer_receive(sock, text, CONTROL_ANSWER_MAX, wait_ms,
				     back);
		o = answer_decode(text, len);
	}
	free(line);
	free(text);
	return o;
}

const char *ask_word(const json_t *string)
{
	static char buf[4][512];
	static unsigned int turn;
	const char *text = json_string_value(string);
	char *to = buf[turn++ % 4];
	size_t i;

	if (!text || !*text)
		return "-";
	for (i = 0; text[i] && i < sizeof(buf[0]) - 1; i++)
		to[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	to[i] = '\0';
	return to;
}

const char *ask_text(const json_t *o, const char *key)
{
	return ask_word(json_object_get(o, key));
}
