/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vm.h - one virtual machine as the host world sees it.
 *
 * 1. All of it belongs to the main thread. The watcher thread reads what is
 *    fixed once it runs (descriptors, the VMM's pid, the cards' number), and
 *    what is atomic here and in the cross page it may change; it has its own
 *    epoll set, takes what tells of the VMM's end, and, while the VMM has the
 *    CPU, clears the bells of cards. COM1's thread: see struct conout.
 * 2. Chips run here only while this world owns the CPU.
 * 3. A reset of the guest throws the whole struct away and makes a new one:
 *    there is no half-reset state.
 */
#ifndef VMAPP_VM_H
#define VMAPP_VM_H

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "vmapp/battery.h"
#include "vmapp/board.h"
#include "vmapp/boot/firmware.h"
#include "vmapp/events.h"
#include "vmapp/typist.h"
#include "vmapp/back/cable.h"
#include "vmapp/back/screen.h"
#include "vmapp/back/disk.h"
#include "vmapp/back/diskproc.h"
#include "vmapp/back/serial.h"
#include "vmapp/config/options.h"
#include "vmapp/control/control.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/guestmem.h"

/* How a run ended. */
enum vm_outcome {
	VM_RUNNING,
	VM_POWER_OFF,	/* ACPI S5 */
	VM_RESET,	/* the guest asked for a reset */
	VM_DEBUG_EXIT,	/* exit_value was written to the debug-exit port */
	VM_STOPPED,	/* the guest can not go on; already explained */
	VM_QUIT,	/* the user quit, or a signal ended us */
	VM_FAILED,	/* set-up failed; already explained */
};

struct vm {
	const struct vm_config *config;
	struct crosspage *cross;
	int cross_fd;
	int keeper;		/* socket: for keeper_ask() */
	int memory;		/* the memory file, the keeper's */
	int words;		/* as struct vm_setting has it */
	int dump_fd;		/* of --dump, the keeper's; -1: not wanted */
	struct firmware firmware;
	struct guestmem ram;

	/* [VMM process] */
	pid_t vmm_pid;		/* 0: none */
	int vmm_pidfd;		/* to signal it by; -1: by its number */
	int child_fd;		/* signalfd: children that have ended */
	bool vmm_ready;		/* it has made its first call */
	enum engine engine;	/* what runs the guest, from that on */
	char engine_why[ENGINE_WHY_SIZE]; /* not what is wanted: why */
	int vmm_status;		/* as waitpid() gave it */

	/* [watcher] */
	pthread_t watcher;
	bool watcher_runs;
	_Atomic uint32_t trips;	/* of the CPU: odd while the VMM has it */
	_Atomic bool look;	/* the main thread is to look for a quit */
	_Atomic bool vmm_stuck;	/* the watcher has ended the VMM */
	int watch_fd;		/* epoll: what the watcher looks at */
	int quit_fd;		/* eventfd: ends the watcher */
	struct events events;
	struct source signals;	/* a signalfd: see signals.c */

	struct board board;
	struct serial_back line[PC_LINES]; /* what chips are plugged into */
	struct disk_back disk[CONFIG_DRIVES];
	uint32_t disk_faults;	/* bits: drives whose user was told */

	cpu_set_t cpus;		/* where we may run */
	int home_cpu;		/* where we do, or AFFINITY_ANY */
	uint64_t taken_ns;	/* CLOCK_MONOTONIC when the VMM called */
	uint64_t call_ns;	/* and guest time then */
	bool frozen;		/* guest time stays there: an access of the
				 * guest is being made, or it is paused */
	uint64_t looked_ns;	/* when the host's descriptors were looked at */

	/* [control] */
	struct control control;
	struct screen_back screen;
	unsigned int pointer_x, pointer_y; /* where it was last */
	struct typist typist;
	unsigned int mouse_buttons;	/* that the control socket holds */
	bool answer_later;	/* the request that is being answered */
	pid_t keeper_pid;	/* what the user knows us by */
	struct vm_kept *kept;	/* what a reset leaves as it is */
	bool paused;		/* the guest is to stand still: pause.c */
	uint64_t paused_ns, paused_tsc;	/* how long it did so, in all */

	/* [end] */
	enum vm_outcome outcome;
	uint8_t exit_value;
	bool faulted;		/* a triple fault ended this life, or one
				 * before: the user was told */
	int quit_signal;	/* VM_QUIT by a signal: which; or 0, as for what
				 * was typed */
	bool quit_by_control;	/* VM_QUIT by the control socket */
	uint64_t start_ns;	/* CLOCK_MONOTONIC at power-on, and later by
				 * what it was paused */
	uint64_t start_tsc;	/* the host's TSC then */
	uint64_t idle_ns;	/* the guest was halted */
	struct account_rows rows; /* what this world is busy with */

	/* [report] */
	bool report_asked;	/* one is to be written as soon as may be */
	int report_fd;		/* the keeper's; -1: none is wanted */
};

/* ---- run.c ---- */

/* sysexits.h's EX_SOFTWARE: the guest can not go on. */
#define EXIT_GUEST_STOPPED 70
/* What comes with a SIGINT that stands for Ctrl-], typed on the screen. */
#define QUIT_TYPED 1
/* As shells say of who was ended by signal @n. */
#define EXIT_BY_SIGNAL(n) (128 + (n))

/* What a reset of the guest leaves as it is: in memory that one life of the
 * machine after another has. A life before this one may have left anything. */
struct vm_kept {
	uint32_t pulled;	/* bits: cards whose cable is out */
	struct nic_kept {
		bool changed;	/* it is on another network, or has others */
		char network[VMNET_NAME_MAX];
		struct vmnet_forward forward[VMNET_FORWARDS];
	} nic[CONFIG_NICS];
	/* Bytes of the memory file: what hostel-screen may see of it. */
	uint64_t screen_at, screen_size;
	struct battery battery;
	uint32_t changed;	/* bits: drives with another medium, or none: */
	char file[CONFIG_DRIVES][80];	/* what the user calls it */
};

/* What a life of a machine starts from; all of it the keeper's (keeper.h). */
struct vm_setting {
	const struct vm_config *config;	/* what to build */
	const struct cable *cables;	/* PC_LINES */
	const struct diskproc *disks;	/* CONFIG_DRIVES */
	int report, dump;	/* descriptors, or -1 */
	int keeper;		/* socket: for keeper_ask() */
	int door;		/* socket: for control_open() */
	int memory;		/* the memory file; empty in the first life */
	int words;		/* standard error once the screen has the
				 * terminal; or -1 */
	struct vm_kept *kept;
	bool faulted;		/* an earlier life ended by a triple fault */
};

/**
 * vm_run() - boot a machine, run it to its end or its reset, take it apart
 *
 * Gives up the right to most system calls on the way (sandbox.c), for good.
 *
 * Return: the exit status of the command line: see vmapp/config/runmanual.c.
 */
int vm_run(const struct vm_setting *set);

/* ---- vmtime.c ---- */

/* vm_now_ns() - guest time: nanoseconds since power-on, as the VMM's clock has
 * them (vmm/gclock.h). */
uint64_t vm_now_ns(const struct vm *vm);
/* vm_host_ns() - CLOCK_MONOTONIC when guest time is @guest_ns; CLOCK_NEVER
 * stays that. */
uint64_t vm_host_ns(const struct vm *vm, uint64_t guest_ns);

/* ---- ask.c ---- */

/* vm_dial() - a connection to VMNet by the keeper, who starts it if need be.
 * Return: as vmnet_dial(). @vm: a struct vm */
int vm_dial(void *vm);

/* ---- signals.c ---- */

/*
 * signals_open() - a signalfd for the signals that we take, blocked from now
 * on, in our children too: so hostel-app misses none while it begins.
 * @more: one more signal, or 0
 * Return: the descriptor, or -1 and errno.
 * #syscalls rt_sigprocmask signalfd4
 */
int signals_open(int more);
/* signals_watch() - heed them from now on: the machine is to end, or a report
 * to be written. Return: 0, or a negative errno. */
int signals_watch(struct vm *vm);
/* signals_take() - one of them, if there is one. #syscalls[app] read */
void signals_take(struct vm *vm);

/* ---- hostcalls.c ---- */

/* hostcall_run() - do what the VMM asked for. */
void hostcall_run(struct vm *vm, const struct hostcall *call);

/* ---- lines.c ---- */

/* lines_plug() - say in the cross page which lines have a cable: before
 * board_init(). */
void lines_plug(struct vm *vm, const struct cable cables[PC_LINES]);
/* lines_open() - join each line to its cable, which stays the caller's. */
void lines_open(struct vm *vm, const struct cable cables[PC_LINES]);
/* lines_start() - begin to write what the guest sends. Return: 0, or a
 * negative errno; lines_end() is to be called all the same. */
int lines_start(struct vm *vm);
/* lines_turn() - this world has the CPU, and the guest may have taken what
 * came: read on. */
void lines_turn(struct vm *vm);
/* lines_poll() - fill @p, PC_LINES of them, with what to poll for
 * lines_peek(); fd -1: it reads nothing there. */
void lines_poll(const struct vm *vm, struct pollfd *p);
/* lines_peek() - read what is typed, for the escape key; touches no chip. */
void lines_peek(struct vm *vm);
/* lines_wait() - until a line has room for a byte, or the machine is to end:
 * host interrupts are taken meanwhile. */
void lines_wait(struct vm *vm, unsigned int line);
/* lines_flush() - have what was sent written before we say something
 * ourselves; waits for a tenth of a second for each line at most. */
void lines_flush(struct vm *vm);
/**
 * lines_end() - have everything written, and the threads end
 *
 * The VMM is gone. Waits for who reads, unless the user wants to quit.
 */
void lines_end(struct vm *vm);
/* lines_run() - does a thread still wait, after lines_end() or before? Then
 * what it uses (@vm, the cross page) must stay there until the process
 * ends. */
bool lines_run(const struct vm *vm);

/* ---- disks.c ---- */

/* disks_open() - join each drive to its disk process; before board_init(),
 * which tells the chips. Return: 0, or a negative errno; disks_close() is to be
 * called all the same. */
int disks_open(struct vm *vm, const struct diskproc *procs);
/* disks_wire() - the plug of each drive; of none, one that leads nowhere.
 * @media: PC_DRIVES of them, filled in. */
void disks_wire(struct vm *vm, struct medium_wire *media);
void disks_close(struct vm *vm);
/* disks_direct() - bits: those whose channels the VMM has, too. */
uint32_t disks_direct(const struct vm *vm);
/* disks_listen() - the guest is halted by us: hear what the VMM's requests come
 * to, or leave it to the watcher. */
void disks_listen(struct vm *vm, bool on);
/* disks_full() - does a drive wait for room on this host? */
bool disks_full(const struct vm *vm);
/* disks_again() - have those that do try again. */
void disks_again(struct vm *vm);
/* disks_note() - remember what is in a drive from now on: @file, as the user
 * calls it, or "". */
void disks_note(struct vm *vm, unsigned int drive, const char *file);
/**
 * disks_fits() - can the drive read a file that is to be put in? A floppy drive
 * has the type of what was in it at power-on
 * @fd: the file, or anything else: then it fits
 * @why: @size bytes: receives one sentence if not
 *
 * #syscalls[app] fstat
 */
bool disks_fits(const struct vm *vm, unsigned int drive, int fd, char *why,
		size_t size);
/* disks_file() - what is in a drive; NULL: nothing. */
const char *disks_file(const struct vm *vm, unsigned int drive);

/* ---- vmmproc.c ---- */

/* vmmproc_path() - of hostel-vmm, which lies beside our own executable.
 * Return: 0, or a negative errno. */
int vmmproc_path(char *path, size_t size);

/* vmmproc_start() - start hostel-vmm; Return: 0, or a negative errno: -ENOTSUP:
 * it could not be ended, as this host lets us send no signals.
 * #syscalls fork execve pidfd_open rt_sigaction signalfd4 */
int vmmproc_start(struct vm *vm);
/* vmmproc_signal() - send it a signal. Return: 0, or -1 with errno.
 * #syscalls[app] pidfd_send_signal kill */
int vmmproc_signal(const struct vm *vm, int number);
/* vmmproc_ended() - vm->child_fd can be read: has it ended by itself? It is
 * still to be reaped. #syscalls[app] read waitid */
bool vmmproc_ended(const struct vm *vm);
/* vmmproc_end() - end it, if it still runs, and its watcher, and reap it.
 * #syscalls[app] wait4 close */
void vmmproc_end(struct vm *vm);

/* ---- watcher.c ---- */

/* watcher_start() - Return: 0, or a negative errno.
 * #syscalls epoll_create1 eventfd2 epoll_ctl */
int watcher_start(struct vm *vm);
/* watcher_stop() - end the thread, if it runs. #syscalls[app] write close */
void watcher_stop(struct vm *vm);
/* watcher_arm() - called before the CPU goes to the VMM world.
 * #syscalls[app] epoll_ctl */
void watcher_arm(struct vm *vm);

/* ---- pause.c ---- */

/* pause_rest() - while the machine is paused: wait, and do what is asked for
 * by the control socket. Returns at once if it is not; also if there is an
 * outcome, or a report to be written. #syscalls poll */
void pause_rest(struct vm *vm);

/* ---- vmscreen.c ---- */

/* vm_screen_open() - plug the machine into its screen, if it is to be shown.
 * Return: false if it can not be; that is explained. */
bool vm_screen_open(struct vm *vm);
/* vm_screen_ask() - have a picture or the text for request @ticket of the
 * control socket; one who shows nothing is started for that. Return: 0: it
 * will be answered; or a negative errno. */
int vm_screen_ask(struct vm *vm, enum screen_kind kind, uint64_t ticket);

/* ---- control/verbs.c, control/answers.c ---- */

/* verbs_answer() - a request that was to have its answer later: @error, 0 or a
 * negative errno; @fd goes with it, and is the control socket's. */
void verbs_answer(struct vm *vm, uint64_t ticket, int error, int fd);
/* verbs_typed() - what request @ticket wanted typed is; or @why it is not. */
void verbs_typed(struct vm *vm, uint64_t ticket, const char *why);

/* verbs_nic() - what a card's request is for has become of: vm->board.nic[@i],
 * whose ticket it is. */
void verbs_nic(struct vm *vm, unsigned int i, enum vmnet_status status);

/* verbs_open() - begin to serve who comes by the socket @door (or -1). The
 * caller closes vm->control. Return: 0, or a negative errno. */
int verbs_open(struct vm *vm, int door);

/* ---- report.c ---- */

/* report_prepare() - what needs a file that can not be opened later. */
void report_prepare(void);
/* report_json() - the run so far, for the control socket: a new object. It
 * waits for nobody, so "vmnet" is null. */
struct json_t *report_json(struct vm *vm);
/* report_write() - write --report's JSON behind those that this life of the
 * machine has written; says so if it can not.
 * #syscalls[app] write getrusage */
void report_write(struct vm *vm);

/* ---- reporttable.c ---- */

/* report_table() - print such a file's last report as a table; dies if there
 * is none. */
void report_table(const char *path);

#endif
