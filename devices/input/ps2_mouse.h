/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps2_mouse.h - a PS/2 mouse with two, three or five buttons and a wheel.
 *
 * Sources: IBM PS/2 Hardware Interface Technical Reference, auxiliary device
 * and mouse; Microsoft, "Plug and Play External PS/2 Mouse" (the rates 200,
 * 100, 80 make it an IntelliMouse, ID 3; 200, 200, 80 one with five buttons,
 * ID 4).
 *
 * 1. A packet is made when the controller fetches its first byte. Until then
 *    movement is added up: nothing is lost by a guest that is slow. Buttons
 *    make it begin anew, so that a click between two packets is seen; when
 *    PS2_MOUSE_EVENTS wait, the newest ones are made one.
 * 2. More movement than a packet can say goes into several of them: no
 *    overflow bit is ever set.
 * 3. Rate and resolution are kept and told, and change nothing: a count is
 *    what the user's mouse moves by, and packets come as fast as the guest
 *    fetches them.
 * 4. A byte from the controller ends the packet and the answers under way.
 */
#ifndef DEVICES_INPUT_PS2_MOUSE_H
#define DEVICES_INPUT_PS2_MOUSE_H

#include "devices/input/ps2.h"
#include "devices/wires.h"

#define PS2_MOUSE_EVENTS	16u

/* Buttons. */
#define PS2_MOUSE_LEFT		0x01
#define PS2_MOUSE_RIGHT		0x02
#define PS2_MOUSE_MIDDLE	0x04
#define PS2_MOUSE_FOURTH	0x08
#define PS2_MOUSE_FIFTH		0x10

struct ps2_mouse_event {
	int32_t dx, dy, dz;
	uint32_t buttons;
};

struct ps2_mouse_regs {
	struct ps2_mouse_event event[PS2_MOUSE_EVENTS];
	uint32_t buttons;	/* that the user holds */
	struct ps2_answer answer;
	uint8_t head, count;	/* of @event */
	uint8_t packet[4], packet_count, packet_at;
	uint8_t last;		/* said last: for "resend" */
	uint8_t pending;	/* command that waits for data; or 0 */
	uint8_t enabled;	/* F4h: packets are sent */
	uint8_t remote;		/* ... when asked for by EBh only */
	uint8_t wrap;		/* what comes is sent back */
	uint8_t twice;		/* scaling 2:1 */
	uint8_t resolution, rate;
	uint8_t rates[2];	/* the ones before it: for the knocks */
	uint8_t id;		/* 0, 3 or 4 */
	uint8_t poked;		/* an empty packet is wanted */
};

struct ps2_mouse {
	struct ps2_mouse_regs *regs;
};

/* ps2_mouse_reset() - power-on: stream mode, and silent. */
void ps2_mouse_reset(struct ps2_mouse *m);

/* ps2_mouse_write() / ps2_mouse_read() - the cable: a ps2_wire's. @mouse: a
 * struct ps2_mouse */
void ps2_mouse_write(void *mouse, uint8_t byte);
int ps2_mouse_read(void *mouse);

/**
 * ps2_mouse_move() - the user moves it, or a button
 * @dx, @dy: counts to the right and away from the user
 * @dz: the wheel, steps toward the user
 * @buttons: all that are down now
 */
void ps2_mouse_move(struct ps2_mouse *m, int dx, int dy, int dz,
		    unsigned int buttons);

/* ps2_mouse_poke() - send a packet in which nothing has happened: something
 * else has news for the mouse's driver. */
void ps2_mouse_poke(struct ps2_mouse *m);

#endif
