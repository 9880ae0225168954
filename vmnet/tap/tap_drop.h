/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap_drop.h - the switch's reasons to lose a frame, as a capture tells them.
 *
 * A mark (tapring.h) has 0 for "not lost", and 1 + enum drop for a reason; here
 * that is a number from 1 to TAP_DROPS.
 */
#ifndef VMNET_TAP_DROP_H
#define VMNET_TAP_DROP_H

#define DROP(name, where, text) + 1
enum { TAP_DROPS = 0
#include "vmnet/proto/drops.def"
};
#undef DROP

/* tap_drop_word(), tap_drop_text() - the word for a reason in the statistics,
 * and the sentence. @drop: 1 to TAP_DROPS */
const char *tap_drop_word(unsigned int drop);
const char *tap_drop_text(unsigned int drop);

#endif
