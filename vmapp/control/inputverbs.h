/* SPDX-License-Identifier: BSD-2-Clause */
/* inputverbs.h - the verbs of verbs.def that type and point. */
#ifndef VMAPP_CONTROL_INPUTVERBS_H
#define VMAPP_CONTROL_INPUTVERBS_H

#include "vmapp/control/request.h"

struct vm;

/* Return: the answer; NULL: it comes later (verbs_typed()). */
json_t *verb_KEY(struct vm *vm, const struct request *r);
json_t *verb_TEXT(struct vm *vm, const struct request *r);
json_t *verb_MOUSE(struct vm *vm, const struct request *r);

#endif
