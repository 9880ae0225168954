/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * debug_port.h - a port that takes bytes for a log, as Bochs and QEMU have for
 * firmware.
 *
 * Read, it is E9h if somebody takes the bytes, and ones else: that is how
 * firmware finds out.
 */
#ifndef DEVICES_DEBUG_PORT_H
#define DEVICES_DEBUG_PORT_H

#include "devices/isa.h"
#include "devices/wires.h"

#define DEBUG_PORT_THERE	0xe9

struct debug_port_regs {
	uint8_t full;		/* not 0: the line wants no more for now */
};

struct debug_port {
	struct debug_port_regs *regs;
	struct byte_wire log;	/* not connected: nobody takes them */
};

extern const struct isa_ops debug_port_ops;

#endif
