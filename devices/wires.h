/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wires.h - the pins of a chip.
 *
 * A chip (devices/) is a pure state machine. It knows no port base, no IRQ
 * number, no bus, no host and no wall clock: it has wires, and the board
 * connects them. A test may hold any wire.
 *
 * A chip is in two pieces:
 *   struct CHIP_regs	its state: plain data, no pointer. It may lie in
 *			memory that both worlds map (the cross page) and that
 *			the other world may have filled with anything: no
 *			value in it may lead a chip out of bounds.
 *   struct CHIP	a handle: a pointer to the registers and the wires,
 *			made anew in each world that runs the chip.
 *
 * An unconnected wire (function pointer NULL) is legal: an output goes
 * nowhere, a clock stands at 0, memory reads fail.
 */
#ifndef DEVICES_WIRES_H
#define DEVICES_WIRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a register half says of an access. */
enum chip_answer {
	CHIP_DONE,		/* complete; nothing else has to happen */
	/* Complete, but who holds something for the chip may look again
	 * whether it has room. */
	CHIP_LOOK,
	CHIP_MAY_WAIT,		/* as the next, but it need not be at once */
	CHIP_NEEDS_HOST,	/* registers updated; the work half has work */
};

/* An output line: an interrupt request, a speaker gate, a reset pin. */
struct irq_wire {
	void (*set)(void *board, unsigned int pin, bool level);
	void *board;
	unsigned int pin;	/* the board's name for this wire */
};

/* Bus mastering. Both calls move all of @len or nothing. */
struct dma_wire {
	/* Return: 0, or a negative errno (target abort: no RAM there). */
	int (*read)(void *board, uint64_t addr, void *buf, size_t len);
	int (*write)(void *board, uint64_t addr, const void *buf, size_t len);
	void *board;
};

/* Which way bytes go that a DMA controller moves. */
enum drq_way { DRQ_TO_MEMORY, DRQ_FROM_MEMORY };

/* A device's request line to the board's DMA controller, which moves the
 * bytes. */
struct drq_wire {
	/* Return: how many of @len bytes of @buf went: fewer if the controller
	 * does not serve the line, or its count has come to its end. *@tc: it
	 * has, perhaps just with the last of them. */
	size_t (*move)(void *board, unsigned int pin, enum drq_way way,
		       uint8_t *buf, size_t len, bool *tc);
	void *board;
	unsigned int pin;
};

#define CLOCK_NEVER UINT64_MAX

/* Time. alarm() asks that the chip's CHIP_tick() be called at @when_ns. */
struct clock_wire {
	uint64_t (*now_ns)(void *board);
	void (*alarm)(void *board, unsigned int pin, uint64_t when_ns);
	void *board;
	unsigned int pin;
};

/* The network cable: whole frames without FCS, from a chip to the wire. */
struct cable_wire {
	/* Return: true if the wire took the frame, false if it is full. */
	bool (*send)(void *board, unsigned int pin, const uint8_t *frame,
		     size_t len);
	void *board;
	unsigned int pin;
};

/* A stream of bytes, from a chip to what is plugged into it. */
struct byte_wire {
	/* Return: false if the line, which took this one, wants no more for
	 * now: the board calls the chip's CHIP_room() when it does. */
	bool (*put)(void *board, unsigned int pin, uint8_t byte);
	void *board;
	unsigned int pin;
};

/* irq_wire_set() - drive an output; told each time, not of changes only. */
static inline void irq_wire_set(const struct irq_wire *w, bool level)
{
	if (w->set)
		w->set(w->board, w->pin, level);
}

/* dma_wire_read() / dma_wire_write() - move @len bytes between @buf and memory
 * at guest-physical @addr: all or none. Return: 0, or negative: no memory. */
static inline int dma_wire_read(const struct dma_wire *w, uint64_t addr,
				void *buf, size_t len)
{
	return w->read ? w->read(w->board, addr, buf, len) : -1;
}

static inline int dma_wire_write(const struct dma_wire *w, uint64_t addr,
				 const void *buf, size_t len)
{
	return w->write ? w->write(w->board, addr, buf, len) : -1;
}

/* drq_wire_move() - see struct drq_wire; a line to nowhere moves nothing. */
static inline size_t drq_wire_move(const struct drq_wire *w, enum drq_way way,
				   uint8_t *buf, size_t len, bool *tc)
{
	*tc = false;
	return w->move ? w->move(w->board, w->pin, way, buf, len, tc) : 0;
}

/* clock_wire_now() - the guest's time, nanoseconds since power-on. */
static inline uint64_t clock_wire_now(const struct clock_wire *w)
{
	return w->now_ns ? w->now_ns(w->board) : 0;
}

/* clock_wire_alarm() - ask for a tick at @when_ns; CLOCK_NEVER: for none. */
static inline void clock_wire_alarm(const struct clock_wire *w,
				    uint64_t when_ns)
{
	if (w->alarm)
		w->alarm(w->board, w->pin, when_ns);
}

#endif
