/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.h - `hostel ps` and `hostel ctl` (commands.def). */
#ifndef VMAPP_CONTROL_COMMANDS_H
#define VMAPP_CONTROL_COMMANDS_H

#include "base/manual.h"

extern const struct manual ps_manual, ctl_manual;

int ps_main(int argc, char **argv);
int ctl_main(int argc, char **argv);

#endif
