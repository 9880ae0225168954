/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * battery.h - what the clock's battery keeps while the machine is reset: how
 * far the guest has set its clock from the host's, and the clock's RAM.
 *
 * A reset is a new machine (docs/decisions/0003), so this is what is carried
 * from one to the next. A life that was taken over may have left anything.
 *
 * The reason of a shutdown (0Fh) is not kept: it has firmware go on where the
 * machine was, whose memory is gone.
 */
#ifndef VMAPP_BATTERY_H
#define VMAPP_BATTERY_H

#include <stdint.h>

#include "devices/mc146818.h"

struct battery {
	uint8_t was;		/* not 0: there was a life before: */
	int64_t ahead_s;	/* its clock was so far before the host's UTC */
	int64_t began_s;	/* offset_s at this life's start */
	uint8_t ram[MC146818_RAM];
};

/* battery_time() - Return: what the clock shows at power-on, in seconds of
 * UTC. */
int64_t battery_time(const struct battery *b);
/* battery_begin() - the clock has just been switched on: give it its RAM. What
 * the board's firmware has there is put in afterwards. */
void battery_begin(struct battery *b, struct mc146818 *rtc);
/* battery_note() - the machine ends: keep it. */
void battery_note(struct battery *b, const struct mc146818 *rtc);

#endif
