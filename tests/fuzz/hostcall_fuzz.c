/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostcall_fuzz.c - VMApp beside a VMM that was taken over: any calls, any
 * cross page, which changes while it is looked at, and a guest that drives
 * every chip of VMApp's board. Two cards, with rings and without.
 *
 * The machine is what vmapp/run.c makes of it, but for what starts processes;
 * a run is some turns of its loop.
 *
 * tests/fuzz: runs 4000
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "devices/lance_ring.h"
#include "tests/fuzz/going.h"
#include "tests/fuzz/target.h"
#include "vmapp/vm.h"
#include "vmdriver/iopath.h"

#define CARDS	2u
#define TURNS	48u
#define IO_BASE	0xc000u	/* the first card, where nofirmware.c puts it */
#define MEM_BASE 0xfebf0000u

struct bench {
	struct vm vm;
	struct vm_kept kept;
	struct vm_config config;
	struct cable cables[PC_LINES];
	struct cable_waiting waiting[PC_LINES];
	struct fuzz_input in;
	struct source awake;	/* always ready: nothing waits for long */
	int peer[CARDS];	/* VMNet's end */
};

static struct crosspage *cross;
static int cross_fd, awake_fd, null_fd;
static struct guestmem ram;

const char *fuzz_open(void)
{
	cross = crosspage_create(&cross_fd);
	awake_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (!cross || awake_fd < 0 || guestmem_create(&ram, GUESTMEM_MIN))
		return "no memory";
	report_prepare();
	return NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	return going_seed(n, buf, size, 7, 3);
}

/* ---- the machine ------------------------------------------------------- */

static void stay_awake(void *owner, struct source *src, uint32_t got)
{
	(void)owner, (void)src, (void)got;
}

static int dial_nobody(void *arg)
{
	(void)arg;
	return -EAGAIN;
}

/* plug() - a card, as nic_plug() leaves it. */
static void plug(struct bench *b, unsigned int i)
{
	struct nic *nic = &b->vm.board.nic[i];
	struct vmnet_client *c = &nic->net;
	int socks[2], *fds = c->ring_fds;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, socks))
		ASSERT(!"a socket pair");
	b->peer[i] = socks[1];
	c->sock = socks[0];
	c->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	c->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	c->dial = dial_nobody;
	c->state = VMNET_CLIENT_UP;
	c->link = nic->plugged = true;
	fds[0] = fds[1] = fds[2] = -1;
	if (b->config.options.io_path & (IO_PATH_notify | IO_PATH_direct)) {
		c->rings = ring_create(&fds[RING_FD_PAIR]);
		ASSERT(c->rings);
		ring_reset(c->rings);
		fds[RING_FD_SWITCH_BELL] = eventfd(0, EFD_NONBLOCK);
		fds[RING_FD_CLIENT_BELL] = eventfd(0, EFD_NONBLOCK);
	}
	lance_link(&nic->card->lance, true);
}

static void open_machine(struct bench *b)
{
	struct vm *vm = &b->vm;
	unsigned int i;

	config_defaults(&b->config);
	b->config.nic_count = CARDS;
	b->config.options.debug_exit_port = 0xf4;
	b->config.options.io_path = fuzz_byte(&b->in);
	b->config.options.stamps = b->config.options.io_path & 0x80;
	vm->config = &b->config;
	vm->cross = cross;
	vm->ram = ram;
	vm->keeper = vm->vmm_pidfd = vm->dump_fd = -1;
	vm->kept = &b->kept;
	memset(&b->kept.battery, fuzz_byte(&b->in), sizeof(b->kept.battery));
	vm->report_fd = null_fd;
	vm->start_ns = clock_now_ns();
	vm->signals.fd = -1;
	events_open(&vm->events);
	b->awake = (struct source){ .fd = awake_fd, .ready = stay_awake };
	events_watch(&vm->events, &b->awake, EPOLLIN);
	memset(cross, 0, sizeof(*cross));
	memset(ram.base, 0, GOING_RAM);
	for (i = 0; i < PC_LINES; i++)
		b->cables[i] = (struct cable){ .in = null_fd, .out = -1,
			.bell = -1,
					       .waiting = &b->waiting[i] };
	lines_plug(vm, b->cables);
	board_init(&vm->board, vm);
	plug(b, 0);
	plug(b, 1);
	lines_open(vm, b->cables);
}

static void close_machine(struct bench *b)
{
	unsigned int i;

	board_unplug(&b->vm.board);
	for (i = 0; i < CARDS; i++)
		close(b->peer[i]);
	events_close(&b->vm.events);
}

/* ---- what happens before a turn ---------------------------------------- */

static void port_write(struct board *board, uint16_t port, unsigned int width,
		       uint32_t value)
{
	struct pc_access a = { .width = (uint8_t)width, .write = true,
			       .value = value };

	board_access(board, PC_SPACE_IO, port, &a);
}

static void card_write(void *board, unsigned int offset, unsigned int width,
		       uint32_t value)
{
	port_write(board, (uint16_t)(IO_BASE + offset), width, value);
}

/* The VMM asks for something. */
static void vmm_calls(struct bench *b)
{
	struct hostcall call = { .kind = fuzz_byte(&b->in) %
					 (HOSTCALL_COUNT + 1) };

	call.at = call.kind == HOSTCALL_MMIO_WRITE ||
				  call.kind == HOSTCALL_MMIO_READ ?
			  MEM_BASE + fuzz_byte(&b->in) :
			  fuzz_word(&b->in);
	call.width = (uint8_t)(1u << fuzz_byte(&b->in) % 4);
	call.value = fuzz_long(&b->in);
	call.worker = fuzz_byte(&b->in) % PC_WORKERS;
	call.deadline_ns = fuzz_byte(&b->in) ? CLOCK_NEVER : 0;
	cross->call = call;
}

/* A port of the board's: most numbers are nobody's. */
static void vmm_calls_a_chip(struct bench *b)
{
	static const uint16_t ports[] = {
		0x60, 0x64, 0x70, 0x71, 0x92, 0xb2, 0xcf8, 0xcfc,
		0x600, 0x604, 0xc010, 0xc012,
		0xc016, 0xc014, 0xc030, 0xc032, 0xcfd, 0xcf9,
#define LINE(id, name, kind, first, count, world, irq) \
		first, first + 1, first + 2, first + 3 % count, \
		first + 4 % count, first + 5 % count,
#include "machine/pc.def"
	};

	vmm_calls(b);
	cross->call.kind = HOSTCALL_PORT_READ + (fuzz_byte(&b->in) & 1);
	cross->call.at = ports[fuzz_byte(&b->in) % ARRAY_SIZE(ports)];
}

static void vmm_writes(struct bench *b)
{
	size_t at = fuzz_long(&b->in) % sizeof(*cross);
	size_t len = MIN((size_t)fuzz_byte(&b->in), sizeof(*cross) - at);

	fuzz_bytes(&b->in, (uint8_t *)cross + at, len);
}

static void vmm_writes_registers(struct bench *b)
{
	struct lance_regs *r = &cross->pc.lance[fuzz_byte(&b->in) % NIC_MAX];
	size_t at = fuzz_word(&b->in) % sizeof(*r);

	fuzz_bytes(&b->in, (uint8_t *)r + at,
		   MIN((size_t)fuzz_byte(&b->in), sizeof(*r) - at));
}

static void guest_drives(struct bench *b)
{
	const struct going_out out = { card_write, &b->vm.board };

	port_write(&b->vm.board, 0xcf8, 4, 0x80001004);
	port_write(&b->vm.board, 0xcfc, 2, 0x0007);
	going_rings(&b->in, ram.base);
	going_start(&b->in, &out);
}

static void network_sends(struct bench *b)
{
	unsigned int i = fuzz_byte(&b->in) % CARDS, n = fuzz_byte(&b->in);
	struct vmnet_client *c = &b->vm.board.nic[i].net;
	uint8_t frame[RING_FRAME_MAX] = { 0 };
	size_t len = fuzz_word(&b->in) % sizeof(frame);

	fuzz_bytes(&b->in, frame, 14);
	while (n-- && c->rings)
		ring_put(&c->rings->to_client, frame, len);
	if (send(b->peer[i], frame, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;		/* its socket is full */
}

static void map_changes(struct bench *b)
{
	going_map(&b->in, &cross->pc.memmap);
}

static void (*const steps[])(struct bench *) = {
	vmm_calls, vmm_calls_a_chip, vmm_calls_a_chip, vmm_writes,
	vmm_writes_registers, guest_drives, network_sends, vmm_calls,
	map_changes,
};

/* turn() - of vm_loop(), which is not to be told apart from it. */
static void turn(struct vm *vm)
{
	struct hostcall call;

	if (!hostcall_decode(cross, vm->board.nic_count, &call))
		return;
	board_follow_map(&vm->board);
	hostcall_run(vm, &call);
	lines_turn(vm);
	events_wait(&vm->events, 0);
	board_run_alarms(&vm->board);
	vm->outcome = VM_RUNNING;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bench *b = calloc(1, sizeof(*b));
	uint32_t seed;
	unsigned int i;

	ASSERT(b);
	b->in = (struct fuzz_input){ data, size };
	seed = fuzz_long(&b->in);
	open_machine(b);
	fuzz_scribble(cross, sizeof(*cross), seed);
	for (i = 0; i < CARDS; i++)
		if (b->vm.board.nic[i].net.rings)
			fuzz_scribble(b->vm.board.nic[i].net.rings,
				      sizeof(struct ring_pair), seed);
	for (i = 0; i < TURNS && b->in.left; i++) {
		steps[fuzz_byte(&b->in) % ARRAY_SIZE(steps)](b);
		turn(&b->vm);
	}
	if (seed % 16 == 1)
		report_write(&b->vm);
	fuzz_scribble_end();
	close_machine(b);
	free(b);
	return 0;
}
