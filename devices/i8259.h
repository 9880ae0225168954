/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8259.h - Intel 8259A interrupt controllers, a pair as in a PC/AT.
 *
 * Source: Intel 8259A data sheet (order 231468); ELCR: Intel 82371AB (PIIX4)
 * data sheet, section 4.2.
 *
 * 1. pic[0] is the master, pic[1] the slave on its input 2.
 * 2. The INT wire shows the master's output after every call.
 * 3. A level input (ELCR bit set) requests as long as it is high; an edge
 *    input is remembered in IRR until it is acknowledged.
 */
#ifndef DEVICES_I8259_H
#define DEVICES_I8259_H

#include "devices/wires.h"

struct i8259_regs {
	uint8_t irr;		/* requests */
	uint8_t isr;		/* in service */
	uint8_t imr;		/* masked */
	uint8_t lines;		/* levels of the inputs */
	uint8_t elcr;		/* 1: level-triggered */
	uint8_t base;		/* vector of input 0 */
	uint8_t lowest;		/* input with the lowest priority, 0-7 */
	uint8_t icw4;
	uint8_t icw_step;	/* next ICW expected: 2-4; 0: none */
	uint8_t single;		/* ICW1.SNGL */
	uint8_t want_icw4;	/* ICW1.IC4 */
	uint8_t read_isr;	/* OCW3: the next read gives ISR */
	uint8_t poll;		/* OCW3: the next read is a poll */
	uint8_t special_mask;
	uint8_t rotate_aeoi;
};

struct i8259_pair {
	struct i8259_regs *pic;	/* two: master, slave */
	struct irq_wire intr;	/* to the processor */
};

/* i8259_reset() - power-on; needs ICW1-4 before it works. */
void i8259_reset(struct i8259_pair *p);

/* i8259_set_line() - an input changes; @line: 0-15, 2 is the cascade. */
void i8259_set_line(struct i8259_pair *p, unsigned int line, bool level);

/* i8259_drive() - another handle may have been used on the registers: drive
 * this one's wire. */
void i8259_drive(struct i8259_pair *p);

/* i8259_ack() - INTA cycles; Return: the vector, a spurious 7's if no
 * request is left. */
uint8_t i8259_ack(struct i8259_pair *p);

/**
 * i8259_port_read() / i8259_port_write() - an access to a controller's ports
 * @which: 0 master (20h), 1 slave (A0h)
 * @offset: 0 or 1
 */
uint8_t i8259_port_read(struct i8259_pair *p, unsigned int which,
			unsigned int offset);
void i8259_port_write(struct i8259_pair *p, unsigned int which,
		      unsigned int offset, uint8_t value);

/* i8259_elcr_read() / i8259_elcr_write() - a controller's edge/level register
 * (4D0h, 4D1h): a bit set is an input by level. @which: 0 master, 1 slave */
uint8_t i8259_elcr_read(const struct i8259_pair *p, unsigned int which);
void i8259_elcr_write(struct i8259_pair *p, unsigned int which, uint8_t value);

#endif
