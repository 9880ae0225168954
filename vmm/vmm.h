/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmm.h - the VMM world: one struct, passed to everything.
 *
 * 1. There is one thread. It runs guest code, or waits in worldswitch().
 * 2. After every return of the CPU from the host world, what the host may
 *    have changed is taken in: RAM it wrote, interrupt pins it pulled
 *    (vmm_hostcall() does both).
 */
#ifndef VMM_VMM_H
#define VMM_VMM_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/framering.h"
#include "machine/pc.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/guestmem.h"
#include "vmm/gclock.h"
#include "vmm/diskpace.h"
#include "vmm/doze.h"
#include "vmm/giveback.h"
#include "vmm/sendcombine.h"
#include "vmm/share.h"
#include "vmm/stamps.h"
#include "vmm/storm.h"
#include "vmm/ticks.h"

struct cpu;
struct disk_channel;

/* This world's own; those of chips are in the machine's state. */
enum vmm_alarm {
	ALARM_TICK, ALARM_SEND, ALARM_STORM, ALARM_GIVEBACK, ALARM_DISK,
	ALARM_COUNT
};

/* A card whose frames this world moves: nic.h. */
struct vmm_nic {
	struct vmm *vmm;
	unsigned int index;
	struct ring_pair *rings;	/* or NULL: VMApp moves them */
	int bell;			/* VMNet's, to be rung */
	bool promiscuous;		/* as VMApp was told last */
	struct stamper stamper;
	uint8_t frame[RING_FRAME_MAX];	/* taken from the ring */
};

/* A disk whose disk process this world asks: disk.h. */
#define VMM_DISKS (IDE_CHANNELS * IDE_DRIVES)
struct vmm_disk {
	struct vmm *vmm;
	struct disk_channel *ch;	/* or NULL: VMApp asks */
	int bell;			/* to be written to */
	bool busy;			/* a request of ours is under way: */
	bool rung;			/* its disk process slept */
	uint32_t number, tag;		/* in the channel; the chip's */
	bool given_up;			/* it failed once: VMApp asks */
};

/* If it is worth it to look for an answer. */
struct disk_look {
	uint8_t vain;		/* looks in vain, one behind the other */
	uint8_t blind;		/* so often there is none */
};

struct vmm {
	struct crosspage *cross;
	struct guestmem ram;
	struct cpu *cpu;

	/* [chips] handles on registers in the cross page */
	struct pc pc;
	struct vmm_nic nic[NIC_MAX];
	uint32_t nic_count;
	struct vmm_disk disk[VMM_DISKS];
	struct disk_look disk_halted, disk_runs;	/* the guest */
	struct diskpace disk_pace;
	struct sendcombine combine;
	struct vmm_stamps stamps;

	/* [virq] */
	uint16_t lines;		/* IRQ line levels the PICs were told last */
	struct storm storm;	/* which of them are held */
	struct ticks ticks;	/* timer interrupts, and what is owed of them */

	/* [halt.c] */
	struct {
		bool quiet;	/* the host world saw the halt, and had nothing
				 * to say */
		bool idle;	/* the last one was ended by an alarm */
		uint8_t card;	/* whose frames came last */
	} halt;

	struct doze doze;	/* [halt.c, ioport.c] */
	struct giveback giveback;

	/* [share] */
	struct share share;
	cpu_set_t cpus;		/* where we may run */

	/* [clock] */
	struct gclock gclock;
	uint64_t alarm_ns[ALARM_COUNT];	/* guest time, or CLOCK_NEVER */
	timer_t timer;		/* [alarm.c] */
	uint64_t timer_ns;	/* host time it is set to, or CLOCK_NEVER */
	bool timer_late;	/* ... which is ALARM_LATE_NS after the alarm
				 * that it was set for */
};

/* ---- loop.c ---- */

/* vmm_run() - run the machine; never returns. */
_Noreturn void vmm_run(struct vmm *vmm);

/* ---- clocks.c ---- */

/* vmm_clocks_init() - power on. */
void vmm_clocks_init(struct vmm *vmm);
/* vmm_now_ns() - guest time: nanoseconds since power-on. */
uint64_t vmm_now_ns(struct vmm *vmm);
/* vmm_poll_ns() - guest time, when the guest reads a clock by a port. */
uint64_t vmm_poll_ns(struct vmm *vmm);
/* vmm_tsc() - the guest's TSC before TSC_ADJUST. */
uint64_t vmm_tsc(struct vmm *vmm);
/* vmm_clocks_paused() - in a call that is over the machine was paused for @ns,
 * by the host's counter @tsc. */
void vmm_clocks_paused(struct vmm *vmm, uint64_t ns, uint64_t tsc);
/* vmm_clocks_settle() - to be called before alarms are looked at. */
void vmm_clocks_settle(struct vmm *vmm);
/* vmm_ran_ns() - CPU time of this thread. #syscalls[vmm] clock_gettime */
uint64_t vmm_ran_ns(void);

/* ---- signals.c ---- */

/* vmm_signals_open() - handle SIGALRM and SIGPROF, and make the host timer
 * whose signal raises ATTENTION_ALARM. Once, with @vmm->cpu there: the
 * handlers keep @vmm's. Return: 0, or a negative errno.
 * #syscalls prctl rt_sigaction timer_create */
int vmm_signals_open(struct vmm *vmm);

/* ---- alarm.c ---- */

/* alarm_arm() - wake the engine at the earliest of vmm->alarm_ns, if not
 * before. */
void alarm_arm(struct vmm *vmm);

#define ALARM_LATE_NS 1000000u

/* alarm_arm_late() - wake it that long after @due, guest time, not before the
 * earliest: the caller sleeps until then, or is woken sooner; then, before the
 * guest runs, alarm_arm() is called. There is one. */
void alarm_arm_late(struct vmm *vmm, uint64_t due);

/* alarm_rang() - the timer has gone off; alarm_arm() is to follow. */
void alarm_rang(struct vmm *vmm);

/* alarm_host_time() - the host's CLOCK_MONOTONIC at @when_ns of the guest. */
struct timespec alarm_host_time(const struct vmm *vmm, uint64_t when_ns);

/* alarm_next() - the earliest of vmm->alarm_ns and the machine's, or
 * CLOCK_NEVER. */
uint64_t alarm_next(const struct vmm *vmm);
/* alarm_next_other() - of all but the timer's. */
uint64_t alarm_next_other(const struct vmm *vmm);

/* ---- hostcall.c ---- */

/**
 * vmm_hostcall() - give the CPU to the host world and take in its answer
 * @call: what is wanted; kind and its fields filled in
 *
 * Return: reply.value.
 */
uint32_t vmm_hostcall(struct vmm *vmm, const struct hostcall *call);

/* ---- map.c ---- */

/* vmm_follow_map() - the address map may be another: look, and forget what was
 * known by the old one. */
void vmm_follow_map(struct vmm *vmm);

/* ---- ioport.c ---- */

/* ioport_read() / ioport_write() - the processor's pins for ports. @vmm: a
 * struct vmm; @width: 1, 2 or 4 bytes.
 * ioport_mmio_read() / ioport_mmio_write() - its pins for memory that is none:
 * windows of chips. @addr: guest-physical */
uint32_t ioport_read(void *vmm, uint16_t port, unsigned int width);
void ioport_write(void *vmm, uint16_t port, unsigned int width, uint32_t value);
uint32_t ioport_mmio_read(void *vmm, paddr addr, unsigned int width);
void ioport_mmio_write(void *vmm, paddr addr, unsigned int width,
		       uint32_t value);

/* ---- virq.c ---- */

/* virq_intr() - an irq_wire's set(): the interrupt controllers' output. */
void virq_intr(void *vmm, unsigned int pin, bool level);
/* virq_update() - pins changed: tell the controllers the lines' levels. */
void virq_update(struct vmm *vmm);
/* virq_called() - the same after a host call, in which a pin may have fallen
 * and risen again. */
void virq_called(struct vmm *vmm);
/* virq_pin() - an irq_wire's set(): a chip in this world pulls a pin. */
void virq_pin(void *vmm, unsigned int pin, bool level);
/* virq_ack() - the processor's INTA cycle. */
uint8_t virq_ack(void *vmm);
/* virq_storm_over() - a line that was held may be seen again. */
void virq_storm_over(struct vmm *vmm);
/* virq_over() - the handler of a timer interrupt has returned. */
void virq_over(void *vmm);
/* virq_timer_pin() - an irq_wire's set(): OUT of counter 0. */
void virq_timer_pin(void *vmm, unsigned int pin, bool level);
/* virq_timer_pay() - a timer interrupt that is owed may be due. */
void virq_timer_pay(struct vmm *vmm);

#endif
