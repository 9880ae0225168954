/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_said.h - what the code under test tells the user, for unit tests.
 *
 * A refusal is one sentence: one line, which names what is wrong, and does
 * not end in a full stop or a blank.
 */
#ifndef TESTS_UNIT_LIB_SAID_H
#define TESTS_UNIT_LIB_SAID_H

/* said_begin() - from here on, standard error is caught. */
void said_begin(void);

/* said_end() - no longer; Return: all that was said, good until the next
 * said_begin(). */
const char *said_end(void);

/* said_sentence() - fail unless @text is one sentence with @part in it. */
void said_sentence(const char *text, const char *part);

/* said_one() - said_end(), which must be one sentence with @part in it. */
void said_one(const char *part);

#endif
