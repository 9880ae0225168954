/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.h - the media of disks in the VMM world (--io-path direct): their disk
 * processes' channels (disk/channel.h). An IDE channel's work half runs here
 * for them, with no world switch (docs/decisions/0022).
 *
 * 1. Requests that can be done are this world's. What can not, is undone and
 *    VMApp's to do again: it knows whom to tell, and if the machine has to wait
 *    for room. Other drives, and other jobs, are VMApp's.
 * 2. While the guest runs, the watcher hears of an answer, and tells by
 *    ATTENTION_DISK. While it is halted, and, if that is seldom, when it has
 *    just asked, we look for a moment, as most answers come sooner than a
 *    sleeper is woken.
 */
#ifndef VMM_DISK_H
#define VMM_DISK_H

#include <stdbool.h>

#include "machine/state.h"

struct vmm;

/* vmm_disk_open() - take over the channels that VMApp gave us. Return: false if
 * one is not what it should be. #syscalls close */
bool vmm_disk_open(struct vmm *vmm);

/* vmm_disk_here() - is what this worker has to do ours? */
bool vmm_disk_here(const struct vmm *vmm, enum pc_worker worker);

/* vmm_disk_work() - of such a worker: begin what can be begun.
 * #syscalls[vmm] write */
void vmm_disk_work(struct vmm *vmm, enum pc_worker worker);

/* vmm_disk_look() - take what was answered, if the guest is to be told now
 * (vmm/diskpace.h). */
void vmm_disk_look(struct vmm *vmm);

/* vmm_disk_tick() - ALARM_DISK is due: the guest may be told from now on. */
void vmm_disk_tick(struct vmm *vmm);

/* vmm_disk_held() - may an answer wait for that? */
bool vmm_disk_held(const struct vmm *vmm);

/* vmm_disk_idle() - the guest has nothing else to do: it is told at once. */
void vmm_disk_idle(struct vmm *vmm);

/* vmm_disk_polled() - it reads a register of IDE channel @channel: if that has
 * a request under way, this is all that it does. */
void vmm_disk_polled(struct vmm *vmm, unsigned int channel);

/* vmm_disk_waits() - is a request of ours under way? */
bool vmm_disk_waits(const struct vmm *vmm);

/**
 * vmm_disk_soon() - the guest has just asked, and runs: look for the answer,
 * for less than it costs to be told of it
 *
 * A long task is many requests: all of it, unless the attention word is raised.
 */
void vmm_disk_soon(struct vmm *vmm);

/**
 * vmm_disk_await() - the guest is halted: look for an answer, for a moment, or
 * until the attention word is raised
 *
 * Return: true if there is something to look at; false: the caller may sleep,
 * and is told.
 */
bool vmm_disk_await(struct vmm *vmm);

#endif
