/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attention.h - the one word for everything asynchronous.
 *
 * 1. Anyone may set a bit at any time; only the VMM clears them, and only
 *    while it owns the CPU.
 * 2. A set bit means "look", not "how many": what there is to see lies
 *    elsewhere and is written before the bit.
 * 3. A bit set while the guest runs is seen within one block of guest code.
 * 4. The interpreter looks at the word at each block end. Translated code
 *    does not, and a halted guest runs none (vmm/halt.c): whoever raises a bit
 *    from outside sends the VMM SIGALRM after it (vmm/alarm.c).
 */
#ifndef VMDRIVER_ATTENTION_H
#define VMDRIVER_ATTENTION_H

#include <stdatomic.h>
#include <stdint.h>

/* A host descriptor is ready: give the CPU to the host world. */
#define ATTENTION_HOST_IRQ	0x1u
/* The VMM's own: an alarm of one of its chips is due. */
#define ATTENTION_ALARM		0x2u
/* VMNet has put frames, or room for some, into a card's rings. */
#define ATTENTION_NET		0x4u
/* A disk's answer is in its channel. */
#define ATTENTION_DISK		0x8u

/* attention_raise() - set @bits; who does so from outside signals the VMM then
 * (rule 4). What the caller looks at next, it looks at after that. */
static inline void attention_raise(_Atomic uint32_t *word, uint32_t bits)
{
	atomic_fetch_or(word, bits);
}

/* attention_take() - read and clear everything. */
static inline uint32_t attention_take(_Atomic uint32_t *word)
{
	return atomic_exchange_explicit(word, 0, memory_order_acquire);
}

#endif
