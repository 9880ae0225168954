/* SPDX-License-Identifier: BSD-2-Clause */
/* stamps.c - the names of the steps of a frame's way: see stamps.h. */
#include "vmdriver/stamps.h"

const char *const step_names[STEP_COUNT] = {
#define STEP(name, text) [STEP_##name] = text,
#include "vmdriver/account.def"
};
