/* SPDX-License-Identifier: BSD-2-Clause */
/* log.c - messages for people: see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *log_program = "hostel";
static enum log_level log_level = LOG_INFO;
static char *log_room;	/* where errors are kept, or NULL */
static size_t log_room_size;

void log_init(const char *program, enum log_level level)
{
	log_program = program;
	log_level = level;
}

void log_keep(char *room, size_t size)
{
	log_room = room;
	log_room_size = size;
}

/**
 * log_line() - format and write one line, or keep it
 * @level: how grave; LOG_ERROR is always printed
 * @fmt, @ap: as for vprintf
 *
 * #syscalls[app switch nat dhcp] write
 */
static void log_line(enum log_level level, const char *fmt, va_list ap)
{
	char line[1024];
	int n, m;

	if (level > log_level)
		return;
	if (log_room) {
		if (level == LOG_ERROR)
			vsnprintf(log_room, log_room_size, fmt, ap);
		return;
	}
	n = snprintf(line, sizeof(line), "%s: ", log_program);
	m = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	if (m < 0)
		return;
	n += m;
	if ((size_t)n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return;	/* nobody is left to be told */
}

#define LOG_FUNCTION(name, level)			\
	void name(const char *fmt, ...)			\
	{						\
		va_list ap;				\
							\
		va_start(ap, fmt);			\
		log_line(level, fmt, ap);		\
		va_end(ap);				\
	}

LOG_FUNCTION(log_error, LOG_ERROR)
LOG_FUNCTION(log_warn, LOG_WARN)
LOG_FUNCTION(log_info, LOG_INFO)
LOG_FUNCTION(log_debug, LOG_DEBUG)

/* die_with() - the last message is out. */
static _Noreturn void die_with(int status)
{
	if (log_room)
		_exit(status);	/* what else is done at an exit may write */
	exit(status);
}

#define DIE_FUNCTION(name, status)			\
	void name(const char *fmt, ...)			\
	{						\
		va_list ap;				\
							\
		va_start(ap, fmt);			\
		log_line(LOG_ERROR, fmt, ap);		\
		va_end(ap);				\
		die_with(status);			\
	}

DIE_FUNCTION(die, EXIT_SETUP)
DIE_FUNCTION(die_usage, EXIT_USAGE)

void usage_exit(const char *text, int argc, char **argv)
{
	bool help = argc == 1 &&
		    (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"));

	fputs(text, help ? stdout : stderr);
	exit(help ? 0 : EXIT_USAGE);
}

void assert_failed(const char *expr, const char *file, int line)
{
	log_error("BUG: %s:%d: %s is false", file, line, expr);
	abort();
}
