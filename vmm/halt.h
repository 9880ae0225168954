/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * halt.h - the guest is halted: wait for its next interrupt in this world
 * (--io-path direct), with no world switch (docs/decisions/0011).
 *
 * 1. We sleep on one word: the notice of the card whose frames came last. Its
 *    VMNet changes it and wakes us; if it has changed before, we do not sleep.
 * 2. All other news end the sleep by SIGALRM, and none can be missed: whoever
 *    raises the attention word sends the signal after it, and sleep_on() looks
 *    at the word where the signal's handler still stops it. So do our timer
 *    and the watcher, who also looks at the bells of the other cards.
 * 3. The first halt after any world switch is the host world's, which looks
 *    at its descriptors and its console as it always did. If it has nothing
 *    to say, the ones that follow are ours; so is one in which an answer of a
 *    disk's is waited for (disk.h).
 * 4. A card whose frames VMApp moves, or frames that wait for a world switch,
 *    make the halt VMApp's.
 */
#ifndef VMM_HALT_H
#define VMM_HALT_H

#include <stdbool.h>

struct vmm;

/**
 * halt_here() - sleep until something has happened
 *
 * Return: false if the halt is the host world's; true after a sleep, or if
 * there was no need for one: the run loop has a look.
 */
bool halt_here(struct vmm *vmm);

/* halt_interrupt() - in SIGALRM's handler: a sleep that is about to begin does
 * not. @context: the handler's ucontext_t */
void halt_interrupt(void *context);

#endif
