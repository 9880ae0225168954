/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nic.h - what a PCnet (machine/pcnet.h) is plugged into in the VMM world
 * (--io-path direct): VMNet's rings. Frames go between them and the guest's
 * descriptors with no world switch.
 *
 * 1. The chip's registers and both rings are shared with VMApp, whose own
 *    work half runs while the guest is halted, and for a card that may not
 *    be bus master. Only one of the two runs at a time: who owns the door.
 * 2. VMNet is woken by its bell, a descriptor that can only be written, and
 *    only if it sleeps. It wakes us by ATTENTION_NET.
 */
#ifndef VMM_NIC_H
#define VMM_NIC_H

#include <stdbool.h>

struct vmm;

/* nic_open() - map the rings that VMApp handed over, and plug the cards in.
 * Return: false if one of them is no ring pair. */
bool nic_open(struct vmm *vmm);

/* nic_here() - does this world move the card's frames now? */
bool nic_here(const struct vmm *vmm, unsigned int nic);

/* nic_work() - the card's registers ask for its work half: send and receive,
 * and have VMApp tell VMNet if the card has become promiscuous, or is no
 * longer. @nic: one for which nic_here() is true */
void nic_work(struct vmm *vmm, unsigned int nic);

/* nic_poll() - VMNet says that some ring has frames, or room: look at all. */
void nic_poll(struct vmm *vmm);

/* nic_idle() - the guest is about to halt: raise interrupts that were put
 * off. */
void nic_idle(struct vmm *vmm);

/* nic_rest() - the guest halts: what it has sent goes now, if VMNet naps. */
void nic_rest(struct vmm *vmm);

#endif
