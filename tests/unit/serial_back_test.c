/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_back_test.c - two serial ports, each plugged into a back end of its
 * own, with no machine around them: bytes go both ways by both at once, none
 * goes astray, and only a terminal's keys are looked at.
 *
 * The guest is this test: it sends and receives at the chips.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "machine/serial_port.h"
#include "vmapp/back/cable.h"
#include "vmapp/back/serial.h"

#define PORTS	2u
#define BYTES	200000u
#define LSR	5u
#define LSR_DR	0x01
#define LSR_THRE 0x20
#define KEY	0x1d

struct port {
	struct serial_port_regs regs;
	struct byte_line line;
	struct serial_port chip;
	struct cable cable;
	struct cable_waiting waiting;
	struct serial_back back;
	int host_in, host_out;	/* the host's ends of the pipes */
	uint32_t sent, received, put, got;
};

static struct events events;
static struct port port[PORTS];
static unsigned int typed;

static void look(void *self, struct serial_back *back)
{
	struct port *p = &((struct port *)self)[back == &port[1].back];

	serial_port_ops.look(&p->chip, byte_line_room(&p->line));
}

/* key() - a terminal's escape key; its bytes up to there are the guest's. */
static size_t key(void *self, const uint8_t *bytes, size_t n)
{
	const uint8_t *at = memchr(bytes, KEY, n);

	(void)self;
	typed += at != NULL;
	return at ? (size_t)(at - bytes) : n;
}

static int open_ports(void **state)
{
	const struct serial_owner owner = { port, look, key };
	unsigned int i;

	(void)state;
	memset(port, 0, sizeof(port));
	typed = 0;
	assert_int_equal(events_open(&events), 0);
	for (i = 0; i < PORTS; i++) {
		struct port *p = &port[i];
		int in[2], out[2];

		assert_int_equal(pipe(in), 0);
		assert_int_equal(pipe(out), 0);
		fcntl(in[1], F_SETFL, O_NONBLOCK);
		fcntl(out[0], F_SETFL, O_NONBLOCK);
		p->host_in = in[1];
		p->host_out = out[0];
		p->cable = (struct cable){ .in = in[0], .out = out[1],
					   .raw = i == 0, .bell = -1,
					   .waiting = &p->waiting };
		p->line.plugged = 1;
		serial_port_wire(&p->chip, &p->regs, &p->line,
				 (struct irq_wire){ 0 },
				 (struct clock_wire){ 0 });
		serial_port_ops.reset(&p->chip);
		serial_port_ops.port_write(&p->chip, 2, 0x07);	/* FIFOs */
		serial_port_ops.port_write(&p->chip, 4, 0x02);	/* RTS */
		serial_open(&p->back, i ? "COM2" : "COM1", &p->line, &events,
			    &owner, &p->cable);
		assert_int_equal(serial_start(&p->back), 0);
	}
	return 0;
}

static int close_ports(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < PORTS; i++) {
		serial_finish(&port[i].back);
		while (!serial_finished(&port[i].back))
			poll(NULL, 0, 1);
		close(port[i].host_in);
		close(port[i].host_out);
		close(port[i].cable.in);
		close(port[i].cable.out);
	}
	events_close(&events);
	return 0;
}

/* nth() - the byte that goes by port @i, one way (@way 0) or the other: each
 * of the four streams has its own; no KEY among them. */
static uint8_t nth(unsigned int i, unsigned int way, uint32_t n)
{
	uint8_t byte = (uint8_t)(n * (2 * i + 3) + n / 251 + 64 * way + i);

	return byte == KEY ? 0 : byte;
}

/* guest() - send and receive what there is room for, and no more. */
static void guest(struct port *p, unsigned int i)
{
	unsigned int k;

	for (k = 0; k < 64; k++) {
		uint8_t lsr = serial_port_ops.port_read(&p->chip, LSR);

		if (lsr & LSR_DR)
			assert_int_equal(serial_port_ops.port_read(&p->chip, 0),
					 nth(i, 1, p->received++));
		if (lsr & LSR_THRE && p->sent < BYTES)
			serial_port_ops.port_write(&p->chip, 0,
						   nth(i, 0, p->sent++));
	}
}

/* host() - write and read at the other ends of the cables. */
static void host(struct port *p, unsigned int i)
{
	uint8_t buf[700];
	ssize_t n;
	uint32_t k;

	for (k = 0; k < sizeof(buf) && p->put + k < BYTES; k++)
		buf[k] = nth(i, 1, p->put + k);
	n = write(p->host_in, buf, k);
	p->put += n > 0 ? (uint32_t)n : 0;
	n = read(p->host_out, buf, sizeof(buf));
	for (k = 0; n > 0 && k < (uint32_t)n; k++)
		assert_int_equal(buf[k], nth(i, 0, p->got++));
}

static bool complete(const struct port *p)
{
	return p->received == BYTES && p->got == BYTES;
}

static void both_at_once(void **state)
{
	unsigned int i;

	(void)state;
	while (!complete(&port[0]) || !complete(&port[1])) {
		events_wait(&events, 0);
		for (i = 0; i < PORTS; i++) {
			guest(&port[i], i);
			host(&port[i], i);
			serial_turn(&port[i].back);
		}
	}
	for (i = 0; i < PORTS; i++) {
		assert_int_equal(port[i].back.out.sent, BYTES);
		assert_int_equal(port[i].back.out.lost, 0);
	}
	assert_int_equal(typed, 0);
}

/* come() - @text comes in at port @i. Return: how much its guest receives, at
 * most as much, into @got. */
static unsigned int come(unsigned int i, const char *text, char *got)
{
	unsigned int n = 0, k;
	size_t size = strlen(text);

	assert_int_equal(write(port[i].host_in, text, size), size);
	for (k = 0; k < 20 && n < size; k++) {
		events_wait(&events, 1000000);
		while (serial_port_ops.port_read(&port[i].chip, LSR) & LSR_DR)
			got[n++] = (char)serial_port_ops.port_read(
				&port[i].chip, 0);
	}
	return n;
}

/* Where no terminal is, the key is a byte as any other. */
static void the_key_is_a_terminals(void **state)
{
	char got[8] = "";

	(void)state;
	assert_int_equal(come(1, "ab\035c", got), 4);
	assert_memory_equal(got, "ab\035c", 4);
	assert_int_equal(typed, 0);
	assert_int_equal(come(0, "ab\035c", got), 2);
	assert_memory_equal(got, "ab", 2);
	assert_int_equal(typed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_at_once, open_ports,
						close_ports),
		cmocka_unit_test_setup_teardown(the_key_is_a_terminals,
						open_ports, close_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
