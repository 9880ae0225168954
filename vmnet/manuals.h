/* SPDX-License-Identifier: BSD-2-Clause */
/* manuals.h - what the programs of VMNet that people may start tell of
 * themselves; vmnet-nat and vmnet-dhcp are started by vmnetd only. */
#ifndef VMNET_MANUALS_H
#define VMNET_MANUALS_H

#include "base/manual.h"

extern const struct manual vmnetd_manual, bridge_manual, adapter_manual;

#endif
