/* SPDX-License-Identifier: BSD-2-Clause */
/* tap_drop.c - reasons to lose a frame, in words: see tap_drop.h. */
#include "vmnet/tap/tap_drop.h"

#include "base/check.h"

static const struct {
	const char *word, *text;
} reasons[TAP_DROPS] = {
#define DROP(name, where, text) { #name, text },
#include "vmnet/proto/drops.def"
#undef DROP
};

const char *tap_drop_word(unsigned int drop)
{
	ASSERT(drop >= 1 && drop <= TAP_DROPS);
	return reasons[drop - 1].word;
}

const char *tap_drop_text(unsigned int drop)
{
	ASSERT(drop >= 1 && drop <= TAP_DROPS);
	return reasons[drop - 1].text;
}
