/* SPDX-License-Identifier: BSD-2-Clause */
/* net.h - `hostel net` (commands.def). */
#ifndef VMAPP_NET_NET_H
#define VMAPP_NET_NET_H

#include "base/manual.h"

extern const struct manual net_manual;

int net_main(int argc, char **argv);

#endif
