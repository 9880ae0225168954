/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * halt.h - the guest is halted: wait for its next interrupt in this world
 * (--io-path direct), with no world switch (docs/decisions/0011).
 *
 * 1. We sleep on the attention word and on the notice of each card's rings at
 *    once. So a timer of ours, the watcher and VMNet all wake us, each by one
 *    store and one wake-up, and none can be missed: a word that has changed
 *    lets nobody sleep.
 * 2. The first halt after any world switch is the host world's, which looks
 *    at its descriptors and its console as it always did. If it has nothing
 *    to say, the ones that follow are ours.
 * 3. A card whose frames VMApp moves, or frames that wait for a world switch,
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
 *
 * #syscalls futex_waitv
 */
bool halt_here(struct vmm *vmm);

#endif
