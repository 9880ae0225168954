/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manuals.h - what hostel and its small commands tell of themselves; larger
 * ones have theirs beside their code (check.h, bench.h, config/options.h).
 */
#ifndef VMAPP_MANUALS_H
#define VMAPP_MANUALS_H

#include "base/manual.h"

/* Of all, made of commands.def: `hostel help`, and hostel(1). */
extern const struct manual hostel_manual;

extern const struct manual report_manual, help_manual, version_manual;

#endif
