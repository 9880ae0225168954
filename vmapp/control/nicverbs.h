/* SPDX-License-Identifier: BSD-2-Clause */
/* nicverbs.h - the verbs of verbs.def that are of cards and their networks. */
#ifndef VMAPP_CONTROL_NICVERBS_H
#define VMAPP_CONTROL_NICVERBS_H

#include "vmapp/control/request.h"

struct nic;
struct vm;

/* status_nic() - a card, for the verb status: a new object. */
json_t *status_nic(const struct nic *nic);

/* Return: the answer; NULL: it comes later (verbs_nic()). */
json_t *verb_LINK(struct vm *vm, const struct request *r);
json_t *verb_CONNECT(struct vm *vm, const struct request *r);
json_t *verb_FORWARD(struct vm *vm, const struct request *r);

#endif
