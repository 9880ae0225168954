/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crosspage.h - the memory that both worlds map: everything that crosses the
 * door lies here.
 *
 * 1. It is one sealed memfd, sizeof(struct crosspage) rounded up to pages.
 * 2. Plain fields belong to the world that owns the CPU (crosspage.owner).
 *    Atomic fields may be touched by anyone at any time.
 * 3. Each side takes what the other wrote as hostile, also that it writes
 *    while it has no right to: hostcall_decode() and hostreply_decode() copy
 *    once, check everything and change nothing. Chip registers are safe under
 *    any content (devices/wires.h).
 * 4. What is under "[fixed]" is written before the VMM starts and never
 *    after. The host world does not read it back, as a VMM can rewrite it:
 *    all of it is in vm->config or vm (tools/lint looks).
 */
#ifndef VMDRIVER_CROSSPAGE_H
#define VMDRIVER_CROSSPAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "devices/lance_regs.h"
#include "machine/state.h"
#include "vmdriver/account.h"
#include "vmdriver/options.h"
#include "vmdriver/stamps.h"

#define CROSS_MAGIC	0x4c545348u	/* "HSTL" */
#define CROSS_VERSION	13u

#define DMA_LOG_SIZE	512u
#define STOP_TEXT_SIZE	160u
#define LAST_WORDS_SIZE	256u
#define ENGINE_WHY_SIZE	128u

/* What runs guest code, by its name on the command line and in reports. */
#define ENGINES(E) E(INTERP, "interp") E(BT, "bt") E(LOCKSTEP, "lockstep")
enum engine {
#define ENGINE(name, text) ENGINE_##name,
	ENGINES(ENGINE)
#undef ENGINE
	ENGINE_COUNT
};
extern const char *const engine_names[ENGINE_COUNT];

/* How the guest's processor starts: protected mode, flat segments; or as the
 * manual says, at its reset vector. */
struct boot_entry {
	uint32_t reset;		/* not 0: so; nothing else counts */
	uint32_t eip, esp;
	uint32_t eax, ebx, esi;
	uint32_t gdt_base;
	uint16_t gdt_limit;
	uint16_t cs, ds;	/* selectors into that GDT */
};

/* VMM -> host: a call. Which fields count depends on the kind. */
struct hostcall {
	uint32_t kind;		/* enum hostcall_kind */
	uint32_t at;		/* PORT_*: the port; MMIO_*: guest-physical */
	uint8_t width;		/* PORT_*, MMIO_*: 1, 2 or 4 bytes */
	uint8_t worker;		/* CHIP_WORK: enum pc_worker */
	uint32_t value;		/* *_WRITE: what is written */
	uint64_t deadline_ns;	/* HALT: wake up then, in the host's time since
				 * power-on; or CLOCK_NEVER */
	uint64_t tsc;		/* when the VMM let go */
	uint64_t now_ns;	/* guest time then */
};

/* host -> VMM: the answer. */
struct hostreply {
	uint32_t value;		/* *_READ: what was read */
	uint32_t flags;		/* none yet: 0 */
	uint64_t tsc;		/* when the host let go (its own note) */
	/* The machine was paused in this call for so long: guest time is to
	 * stand still. */
	uint64_t paused_ns, paused_tsc;
};

/* Memory that the host world wrote while it had the CPU: the VMM drops the code
 * it decoded from there. */
struct dma_log {
	uint32_t count;			/* > DMA_LOG_SIZE: it overflowed */
	struct {
		uint32_t key, len;	/* as in guestmem.h; bytes */
	} entry[DMA_LOG_SIZE];
};

/* What went through a card's rings in the VMM world (--io-path direct). */
struct nic_direct_stats {
#define DIRECT_COUNTER(field, word) uint64_t field;
#define DIRECT_DROP(field, word) uint64_t field;
#include "vmdriver/counters.def"
};

/* Why the guest can not go on (HOSTCALL_STOP). */
struct stop_info {
	uint32_t eip;
	uint16_t cs;
	uint8_t triple_fault;	/* else: not implemented */
	uint8_t byte_count;	/* of bytes[], 0-15 */
	uint8_t bytes[15];	/* the instruction's */
	char text[STOP_TEXT_SIZE]; /* NUL-terminated, printable */
};

struct crosspage {
	/* [fixed] */
	uint32_t magic, version, size;
	uint32_t nic_count;
	struct memfile memory;	/* what the memory file is made of */
	uint64_t boot_ns;	/* CLOCK_MONOTONIC at power-on */
	uint64_t boot_tsc;	/* the guest's TSC counts from here */
	struct vmm_options options;	/* a copy of vm_config.options */
	uint32_t host_denied;	/* HOST_BIT()s: what not to use */
	uint32_t direct_nics;	/* bits: cards whose rings the VMM has */
	uint32_t direct_disks;	/* bits: IDE drives whose channel it has */
	struct boot_entry entry;

	/* [anyone, atomic] */
	_Alignas(64) _Atomic uint32_t owner;	/* enum door_owner; a futex */
	_Alignas(64) _Atomic uint32_t attention;
	_Alignas(64) _Atomic uint32_t irq_pins;	/* level of each enum pc_pin */
	_Atomic uint32_t irq_fell; /* those that the host world let fall since
				    * the VMM looked */

	/* [owner] */
	_Alignas(64) struct hostcall call;
	struct hostreply reply;
	uint64_t vmm_taken_tsc;			/* the VMM got the CPU then */
	uint64_t host_taken_tsc;		/* and the host world */
	struct dma_log dma_log;
	int32_t home_cpu;	/* [VMM] both worlds run there: affinity.h */
	struct stop_info stop;

	struct pc_state pc;	/* [owner] the registers of all chips */
	uint8_t ide_buffer[IDE_CHANNELS][IDE_BUFFER]; /* [owner] */

	/* [VMM] before HOSTCALL_READY: what runs, and if that is not what is
	 * wanted, why */
	uint32_t engine_runs;
	char engine_why[ENGINE_WHY_SIZE];

	/* [VMM] */
	struct lance_stats lance_stats[NIC_MAX]; /* of its work half */
	struct nic_direct_stats nic_direct[NIC_MAX];

	char last_words[LAST_WORDS_SIZE]; /* why it ends; it has no stderr */

	struct account account;

	/* With --stamps. [anyone, atomic] when the watcher heard a bell */
	_Atomic uint64_t noticed_tsc;
	struct trip_stamps trip;		/* [host] */
	struct stamps_account stamped;		/* [VMM] */
};

/**
 * crosspage_create() - make the cross page, zeroed but for its head
 * @fd: receives the memfd, owned by the caller
 *
 * Return: the mapping, or NULL with errno set.
 */
struct crosspage *crosspage_create(int *fd);

/**
 * crosspage_attach() - map a cross page that another process made
 * @fd: its memfd; stays the caller's
 *
 * Return: the mapping; NULL if size, seals, magic or version are not ours.
 */
struct crosspage *crosspage_attach(int fd);
/* crosspage_close() - unmap it; NULL: nothing. #syscalls munmap */
void crosspage_close(struct crosspage *cross);

/**
 * hostcall_decode() - take a call from the VMM world
 * @cross: the cross page
 * @nics: how many cards there are, by the host world's own count
 * @out: a checked copy
 *
 * Return: true; false if any field is out of range (the caller counts it and
 * ends the VM: a VMM that sends such a call is broken or taken over).
 */
bool hostcall_decode(const struct crosspage *cross, unsigned int nics,
		     struct hostcall *out);

/* hostreply_decode() - take the host world's answer. @out: a checked copy.
 * Return: false if a field is out of range. */
bool hostreply_decode(const struct crosspage *cross, struct hostreply *out);

/* stop_decode() - a checked, printable copy of cross->stop. */
void stop_decode(const struct crosspage *cross, struct stop_info *out);

/* engine_decode() - what runs the guest; @why: a printable copy of the reason
 * if that is not what was wanted, else "". */
enum engine engine_decode(const struct crosspage *cross,
			  char why[ENGINE_WHY_SIZE]);

/* last_words_decode() - a printable copy of them; "" if it had none. */
void last_words_decode(const struct crosspage *cross,
		       char out[LAST_WORDS_SIZE]);

/* dma_log_add() - note that the host world wrote guest RAM. */
void dma_log_add(struct crosspage *cross, uint32_t key, uint32_t len);

/* irq_pin_set() - pull or release an interrupt pin; either world. Return: its
 * level before. */
static inline bool irq_pin_set(struct crosspage *cross, unsigned int pin,
			       bool level)
{
	uint32_t bit = 1u << (pin & 31);

	return (level ? atomic_fetch_or(&cross->irq_pins, bit) :
			atomic_fetch_and(&cross->irq_pins, ~bit)) &
	       bit;
}

#endif
