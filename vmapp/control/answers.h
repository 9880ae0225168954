/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answers.h - what a machine answers to a request of its control socket. Those
 * of requests that take a while (verbs_answer(), verbs_typed()) are in vm.h.
 */
#ifndef VMAPP_ANSWERS_H
#define VMAPP_ANSWERS_H

#include <jansson.h>

/* answer_done() - a new answer: it was. */
json_t *answer_done(void);

/* answer_screen() - a new answer: what kept hostel-screen from it. @err: a
 * negative errno */
json_t *answer_screen(int err);

/* answer_line() - as it is sent, with its newline. Takes @o. Return: the
 * caller's to free(), or NULL: no memory. */
char *answer_line(json_t *o);

#endif
