/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watcher.c - host interrupts: a thread that looks at the host's descriptors
 * while the guest has the CPU.
 *
 * In the paper a hardware interrupt in the VMM world forces a world switch.
 * Here the watcher sleeps in epoll_wait() on the main thread's epoll set; when
 * that becomes readable it raises the attention word, and the VMM gives the
 * CPU to the host world at its next safe point. Translated code does not look
 * at the word, nor does a VMM that sleeps as its guest is halted: a signal
 * interrupts both.
 *
 * 1. The set is watched one-shot: after an interrupt the watcher is quiet
 *    until watcher_arm(), so a busy descriptor costs one wake-up per trip.
 * 2. The VMM's process is watched too (a signalfd of SIGCHLD): if it dies, the
 *    main thread is woken with DOOR_GONE.
 * 3. A VMM that does not give the CPU back ten seconds after it was asked to
 *    is broken or taken over: it is killed, and (2) follows. That is told by
 *    vm->trips, where the VMM can not reach, and never by the cross page.
 * 4. The ten seconds are counted in slices, so that of the time when this
 *    host, or the whole machine's processes, stood still one counts at most.
 * 5. After each slice the main thread is woken to look, without the CPU, if
 *    the user wants to quit (look_alone() in run.c): that does not wait for a
 *    VMM that is broken, or on a host too busy to run it.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "vmdriver/attention.h"
#include "vmdriver/worldswitch.h"

#define PATIENCE_SLICES	40
#define SLICE_NS	(NSEC_PER_SEC / 4)

enum watched {
	WATCHED_EVENTS, WATCHED_VMM, WATCHED_QUIT,
	WATCHED_NIC0, WATCHED_DISK0 = WATCHED_NIC0 + NIC_MAX,
};

static int fd_watch(struct vm *vm, int op, int fd, uint32_t mask,
		    enum watched what)
{
	struct epoll_event e = { .events = mask, .data.u32 = what };

	return epoll_ctl(vm->watch_fd, op, fd, &e);
}

/* Has the VMM the CPU, and since when? */
struct patience {
	uint32_t trip;		/* vm->trips when it was asked */
	int left;		/* slices; 0: nobody waits */
	uint64_t due_ns;	/* the end of this slice */
};

/* note_time() - with --stamps: note the time of the first bell that the VMM has
 * not seen yet. */
static void note_time(struct vm *vm)
{
	uint64_t none = 0;

	if (vm->config->options.stamps)
		atomic_compare_exchange_strong(&vm->cross->noticed_tsc, &none,
					       door_tsc());
}

static void slice_begin(struct patience *p)
{
	p->due_ns = clock_now_ns() + SLICE_NS;
}

/* slice_left() - Return: milliseconds until the slice ends, for
 * epoll_wait(). */
static int slice_left(const struct patience *p)
{
	uint64_t now = clock_now_ns();

	if (!p->left)
		return -1;
	return now < p->due_ns ? (int)((p->due_ns - now) / 1000000) + 1 : 0;
}

/* cpu_ask() - an event: the host world wants the CPU. */
static void cpu_ask(struct vm *vm, struct patience *p)
{
	p->trip = atomic_load(&vm->trips);
	p->left = p->trip & 1 ? PATIENCE_SLICES : 0;
	slice_begin(p);
	note_time(vm);
	attention_raise(&vm->cross->attention, ATTENTION_HOST_IRQ);
	vmmproc_signal(vm, SIGALRM);
}

/* bell_arm() - watch a bell until it rings once. */
static void bell_arm(struct vm *vm, int op, int fd, enum watched what)
{
	fd_watch(vm, op, fd, EPOLLIN | EPOLLONESHOT, what);
}

/* arm_bells() - watch all bells until each rings once. */
static void arm_bells(struct vm *vm, int op)
{
	unsigned int i;

	for (i = 0; i < vm->board.nic_count; i++)
		if (vm->board.nic[i].direct)
			bell_arm(vm, op, vm->board.nic[i].bell.fd,
				 (enum watched)(WATCHED_NIC0 + i));
	for (i = 0; i < CONFIG_DRIVES; i++)
		if (vm->disk[i].direct)
			bell_arm(vm, op, vm->disk[i].news.fd,
				 (enum watched)(WATCHED_DISK0 + i));
}

/*
 * bell_heard() - VMNet, or a disk process, has something for a chip that the
 * VMM tends itself
 *
 * Not so while the host world has the CPU: then the main thread waits for the
 * bell, and must find it ringing. If the CPU changes hands after we looked, it
 * finds a card's notice, which was there before the bell (do_halt()). A disk
 * has no such notice, and the main thread may have looked at the attention word
 * just before we raised the bit: so its bell rings again.
 */
static void bell_heard(struct vm *vm, enum watched what)
{
	bool disk = what >= WATCHED_DISK0;
	int fd = disk ? vm->disk[what - WATCHED_DISK0].news.fd :
			vm->board.nic[what - WATCHED_NIC0].bell.fd;
	uint32_t trip = atomic_load(&vm->trips);

	if (!(trip & 1))
		return;
	bell_hush(fd);
	bell_arm(vm, EPOLL_CTL_MOD, fd, what);
	note_time(vm);
	attention_raise(&vm->cross->attention,
			disk ? ATTENTION_DISK : ATTENTION_NET);
	if (disk && atomic_load(&vm->trips) != trip)
		bell_ring(fd);
	vmmproc_signal(vm, SIGALRM);
}

/* slice_over() - if a slice has passed: is the CPU back? (Cards' bells may have
 * rung often meanwhile, so this is called before a slice ends, too.) */
static void slice_over(struct vm *vm, struct patience *p)
{
	if (slice_left(p) != 0)
		return;
	slice_begin(p);
	if (atomic_load(&vm->trips) != p->trip) {
		p->left = 0;
	} else if (--p->left == 0) {
		atomic_store(&vm->vmm_stuck, true);
		vmmproc_signal(vm, SIGKILL);
	} else {
		atomic_store(&vm->look, true);
		worldswitch_nudge(vm->cross);
	}
}

/* watcher_thread() - see the head of this file. #syscalls[app] epoll_wait */
static void *watcher_thread(void *arg)
{
	struct patience patience = { 0 };
	struct epoll_event e;
	struct vm *vm = arg;
	int n;

	for (;;) {
		n = epoll_wait(vm->watch_fd, &e, 1, slice_left(&patience));
		slice_over(vm, &patience);
		if (n <= 0)
			continue;
		switch (e.data.u32) {
		case WATCHED_QUIT:
			return NULL;
		case WATCHED_VMM:
			if (!vmmproc_ended(vm))
				break;	/* VMNet's starter did */
			fd_watch(vm, EPOLL_CTL_DEL, vm->child_fd, 0, 0);
			worldswitch_abandon(vm->cross);
			patience.left = 0;
			break;
		case WATCHED_EVENTS:
			cpu_ask(vm, &patience);
			break;
		default:
			bell_heard(vm, (enum watched)e.data.u32);
		}
	}
}

int watcher_start(struct vm *vm)
{
	int err;

	vm->watch_fd = epoll_create1(EPOLL_CLOEXEC);
	vm->quit_fd = eventfd(0, EFD_CLOEXEC);
	if (vm->watch_fd < 0 || vm->quit_fd < 0 ||
	    fd_watch(vm, EPOLL_CTL_ADD, vm->events.fd, EPOLLIN | EPOLLONESHOT,
		     WATCHED_EVENTS) < 0 ||
	    fd_watch(vm, EPOLL_CTL_ADD, vm->child_fd, EPOLLIN, WATCHED_VMM) <
		    0 ||
	    fd_watch(vm, EPOLL_CTL_ADD, vm->quit_fd, EPOLLIN, WATCHED_QUIT) < 0)
		return -errno;
	arm_bells(vm, EPOLL_CTL_ADD);
	err = thread_start(&vm->watcher, watcher_thread, vm);
	vm->watcher_runs = !err;
	return err;
}

void watcher_stop(struct vm *vm)
{
	uint64_t one = 1;

	if (vm->watcher_runs && write(vm->quit_fd, &one, sizeof(one)) > 0)
		pthread_join(vm->watcher, NULL);
	vm->watcher_runs = false;
	if (vm->quit_fd >= 0)
		close(vm->quit_fd);
	if (vm->watch_fd >= 0)
		close(vm->watch_fd);
	vm->quit_fd = vm->watch_fd = -1;
}

void watcher_arm(struct vm *vm)
{
	fd_watch(vm, EPOLL_CTL_MOD, vm->events.fd, EPOLLIN | EPOLLONESHOT,
		 WATCHED_EVENTS);
	arm_bells(vm, EPOLL_CTL_MOD);
}
