/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_regs.h - AMD Am79C970A (PCnet-PCI II): state and register half.
 *
 * The chip is in two halves that share nothing but struct lance_regs:
 *   register half (lance_regs.c, lance_csr.c, lance_bcr.c, lance_eeprom.c)
 *                 answers the 32 ports; pure;
 *   work half     (lance_ring.h)  rings, DMA, frames, polling.
 * Either may run in either world; each world has its own struct lance.
 *
 * Always true:
 * 1. All state is in struct lance_regs. struct lance holds pointers, wires
 *    and scratch space whose content means nothing between two calls.
 * 2. struct lance_regs may be filled with anything, at any moment, by the
 *    other world: no value in it is used as an index, a length or a loop
 *    bound without a limit from its type or from a check on a local copy.
 * 3. The register half calls no wire but irq and the EEPROM's, and does no
 *    DMA.
 */
#ifndef DEVICES_LANCE_REGS_H
#define DEVICES_LANCE_REGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/ether_crc.h"
#include "devices/wires.h"

struct eeprom_93c46;

#define LANCE_PORTS	32	/* bytes of I/O or memory space, 9.2 */
#define LANCE_CSRS	128
#define LANCE_BCRS	32

/*
 * The longest frame without FCS that we transmit. The chip itself has no
 * limit (its FIFO streams); from 1519 bytes with FCS it says BABL and sends
 * on. This is four full buffers of 4096 bytes. A cable must take or discard
 * frames up to this size.
 */
#define LANCE_TX_MAX	16384
/* The longest frame without FCS that MCNT (12 bits) can describe. */
#define LANCE_RX_MAX	(4095 - ETHER_FCS_LEN)

/* What the register half leaves for the work half (regs->todo). */
#define LANCE_DO_INIT		0x01	/* read the initialization block */
#define LANCE_DO_STRT		0x02	/* load the rings, switch on */
#define LANCE_DO_XMT		0x04	/* look at the transmit ring now */
#define LANCE_DO_SUSPEND	0x08	/* finish, then set SPND */

/* [register half, work half] Whoever owns the door owns it. */
struct lance_regs {
	uint16_t rap;			/* bits 7-0 count */
	uint16_t todo;			/* LANCE_DO_* */
	uint16_t csr[LANCE_CSRS];	/* as read, but ERR and INTR of CSR0 */
	uint16_t bcr[LANCE_BCRS];	/* as read, but LEDOUT */
	uint8_t aprom[16];
	uint8_t link_up;		/* set by lance_link() */
	uint8_t csr4_written;		/* EN124 can no longer be set */
	uint8_t irq_level;		/* what the irq wire shows: INTA# low */
	uint8_t tdmd_seen;		/* this driver rings the bell itself */
	uint8_t rx_waiting;		/* somebody holds a frame for us */
	uint8_t rx_runts;		/* RPC: runts since the last frame */
	uint8_t tint_waits;		/* TINT alone asks for no service */
	uint8_t tint_entries;		/* given back since TINT began to */
	/* Times in ns of the clock wire; CLOCK_NEVER if not wanted. */
	uint64_t alarm_ns;		/* what was asked of the wire */
	uint64_t tx_poll_ns;		/* next look at the transmit ring */
	uint64_t tx_wait_ns;		/* how long the last wait was */
	uint64_t rx_poll_ns;
	uint64_t rx_wait_ns;
	uint64_t cable_full_ns;		/* it refused a frame then; or 0 */
	uint64_t cable_waited_ns;	/* how long that frame has waited */
	uint64_t tint_due_ns;		/* TINT waits no longer */
};

enum lance_drop {
#define LANCE_DROP(name, text) LANCE_DROP_##name,
#include "devices/lance_drops.def"
#undef LANCE_DROP
	LANCE_DROPS
};

/* Batches are counted by their frames: 1, 2, 3, 4, to 8, to 16, to 32, more. */
#define LANCE_BATCHES 8

/* Counters; only ever counted up. Bytes are without FCS. All are uint64_t. */
struct lance_stats {
	uint64_t tx_taken;	/* frames found in the transmit ring */
	uint64_t tx_sent;	/* taken by the cable */
	uint64_t tx_looped;	/* internal loopback: never on the cable */
	uint64_t tx_bytes;	/* of tx_sent */
	uint64_t rx_offered;	/* by the cable, or looped back */
	uint64_t rx_delivered;
	uint64_t rx_bytes;	/* of rx_delivered */
	uint64_t tx_polls;	/* looks at the ring that no TDMD asked for */
	uint64_t tx_retries;	/* frames that the cable refused, for now */
	uint64_t irqs;		/* the irq line went up */
	uint64_t tx_batches[LANCE_BATCHES];	/* frames found at one look */
	uint64_t rx_batches[LANCE_BATCHES];	/* by lance_batch() */
	uint64_t drops[LANCE_DROPS];
};

/* A chip as one world sees it. Fill the wires after lance_init(). */
struct lance {
	struct lance_regs *regs;
	struct lance_stats *stats;
	struct irq_wire irq;
	struct dma_wire dma;
	struct clock_wire clock;
	struct cable_wire cable;
	struct eeprom_93c46 *eeprom;	/* at EECS to EEDO; NULL: none */
	bool tint_may_wait;	/* the board calls lance_idle() */
	/* Scratch of the work half. */
	bool busy;		/* in a call: a wire came back to us */
	bool loop_fcs;		/* the looped frame got an FCS of ours */
	size_t loop_len;	/* of the frame queued for loopback, or 0 */
	struct ether_crc crc;
	uint8_t frame[LANCE_TX_MAX];
};

/* What a port is, for accounting and for placement. */
enum lance_port {
	LANCE_PORT_NONE,	/* reserved, or not a legal access */
	LANCE_PORT_APROM,
	LANCE_PORT_RDP,		/* data of the CSR that RAP names */
	LANCE_PORT_RAP,
	LANCE_PORT_RESET,
	LANCE_PORT_BDP,		/* data of the BCR that RAP names */
};

/* lance_batch() - count frames that were moved together; 0 is no batch. */
void lance_batch(uint64_t *batches, uint64_t frames);

/**
 * lance_init() - make a handle on a chip; does not touch the chip
 * @l: the handle; all its wires become unconnected
 * @regs: the chip's state; kept, not owned
 * @stats: its counters; kept, not owned
 */
void lance_init(struct lance *l, struct lance_regs *regs,
		struct lance_stats *stats);

/**
 * lance_eeprom_program() - what the maker of a card puts into its EEPROM
 * @e: its words are written; the chip reads them at lance_hard_reset()
 * @mac: station address, six bytes in wire order
 *
 * The registers that are loaded from it get their H_RESET values.
 */
void lance_eeprom_program(struct eeprom_93c46 *e, const uint8_t mac[6]);

/**
 * lance_hard_reset() - H_RESET: power-on, or RST# of the bus (9.3)
 * @l: the chip; the state of its link stays, the EEPROM is read
 */
void lance_hard_reset(struct lance *l);

/**
 * lance_port_write() - the guest writes to the chip's window (9.2)
 * @l: the chip
 * @offset: 0-31; anything else is ignored
 * @width: bytes, 1, 2 or 4
 * @value: in the low @width bytes
 *
 * Return: CHIP_NEEDS_HOST if lance_work() has work now; CHIP_MAY_WAIT if that
 * is for nothing but this TDMD: what is to be sent may stay in the ring a
 * little; CHIP_LOOK if somebody holds a frame for the chip, which may have
 * room for it now.
 */
enum chip_answer lance_port_write(struct lance *l, uint32_t offset,
				  unsigned int width, uint32_t value);

/**
 * lance_port_read() - the guest reads from the chip's window (9.2)
 * @value: gets the data; what the data sheet leaves undefined is all ones
 *
 * Return: CHIP_DONE; a read never starts work.
 */
enum chip_answer lance_port_read(struct lance *l, uint32_t offset,
				 unsigned int width, uint32_t *value);

/**
 * lance_port_kind() - which register would this access reach?
 * @r: the chip's state; says whether WIO or DWIO is in force
 * @write: true for a write: the DWord write that switches to DWIO is RDP
 */
enum lance_port lance_port_kind(const struct lance_regs *r, uint32_t offset,
				unsigned int width, bool write);

/**
 * lance_port_stops() - would this access stop the chip?
 * @r: the chip's state
 *
 * What lance_work() has not yet taken from the transmit ring stays there then.
 */
bool lance_port_stops(const struct lance_regs *r, uint32_t offset,
		      unsigned int width, bool write, uint32_t value);

/**
 * lance_drop_name() - the name of a drop reason, as reports print it
 * @drop: below LANCE_DROPS
 */
const char *lance_drop_name(enum lance_drop drop);

/* --- between the halves; a board has no use for these ------------------- */

/* lance_stop() - what STOP does, for the DMA abort too (9.3) */
void lance_stop(struct lance *l);

/* lance_abort() - DMA met no memory: STOP, and a system error (9.3) */
void lance_abort(struct lance *l);

/* lance_irq_update() - put the state of the causes on the irq wire (9.5) */
void lance_irq_update(struct lance *l);

#endif
