/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - messages for people, on standard error.
 *
 * 1. One call is one line: "PROGRAM: text\n", written with one write().
 * 2. The level, the program's name and where a process that can not write
 *    leaves its last words are the only mutable state here.
 * 3. die() is for what fails at start-up, die_usage() for what the user wrote
 *    wrong: one sentence, and an exit status each.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/check.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/**
 * log_init() - name this process and choose what is said
 * @program: shown before each line; kept, not copied
 * @level: the most talkative level that is still printed
 */
void log_init(const char *program, enum log_level level);

/**
 * log_keep() - from here on nothing is written: this process may not
 * @room: gets the text of the last error, NUL-terminated, with no name before
 *	it and no newline; somebody else reads it once this process has ended
 * @size: of it, in bytes
 */
void log_keep(char *room, size_t size);

/* log_error() / log_warn() / log_info() / log_debug() - one line for the user,
 * as printf(), with no newline; shown if the level is on. */
void log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Exit statuses, of sysexits.h: EX_USAGE and EX_UNAVAILABLE. */
#define EXIT_USAGE	64
#define EXIT_SETUP	69

/**
 * die() - tell the user one sentence and exit with EXIT_SETUP
 * die_usage() - and with EXIT_USAGE: for a mistake on the command line
 * @fmt: what is wrong and what to do; no trailing newline
 */
_Noreturn void die(const char *fmt, ...) PRINTF_LIKE(1, 2);
_Noreturn void die_usage(const char *fmt, ...) PRINTF_LIKE(1, 2);

/**
 * usage_exit() - say how a command is used, and exit: for all that is no proper
 *	use of it. Who asks by --help or -h, and for nothing else, gets it on
 *	standard output, with 0; a mistake gets it on standard error, with
 *	EXIT_USAGE.
 * @text: it, with its newlines
 * @argc, @argv: what stands behind the command's name
 */
_Noreturn void usage_exit(const char *text, int argc, char **argv);

#endif
