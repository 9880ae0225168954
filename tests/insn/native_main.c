// SPDX-License-Identifier: BSD-2-Clause
/*
 * native_main.c - run instruction tests on the host CPU: the part that the
 * 32-bit runner (native32_main.c) and the 64-bit one (native64_main.c) share.
 *
 * Started by lib_native.c with three descriptors (lib_case.h). A byte on the
 * one asks for that many slots of the shared memory to be run; the same byte
 * on the other says that they are done.
 *
 * Freestanding, with no libc: the process has no thread pointer (FS = GS =
 * 0, like a fresh machine) and nothing mapped near what the tests touch.
 *
 * 1. A case is left only by a signal. The handler copies the state from the
 *    signal frame and jumps back to where run_case() was called.
 * 2. Signal handlers run on a stack of their own: ESP may be anything.
 * 3. No vector register is used here (-mgeneral-regs-only).
 */
#include "tests/insn/native.h"

#include <asm/mman.h>
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/mman.h>
#include <stddef.h>

#include "ia32/regs.h"

#define CASE_SECONDS	5
#define NT_TRIES	4
#define SA_HAS_RESTORER	0x04000000	/* x86-64 insists, nobody returns */

#define BUILD_ASSERT(e)	_Static_assert((e), #e)
BUILD_ASSERT(offsetof(struct case_slot, in.st.gpr) == 0);
BUILD_ASSERT(offsetof(struct case_slot, in.st.eip) == 32);
BUILD_ASSERT(offsetof(struct case_slot, in.st.eflags) == 36);
BUILD_ASSERT(offsetof(struct case_slot, in.st.fx) == 64);

uint8_t own_stack[8192] __attribute__((aligned(16)));
static uint8_t altstack[65536] __attribute__((aligned(16)));
static struct case_slot *running;	/* for the signal handler */

/* What the kernel tells of a signal, as far as it is looked at. */
struct native_info {
	int sig, err, code;
};

void on_signal(int sig, struct native_info *info, struct ucontext *uc);

static long syscall3(long nr, long a, long b, long c)
{
	return arch_syscall(nr, a, b, c, 0);
}

/* quit() - nothing can be said but by the status. */
static _Noreturn void quit(int status)
{
	for (;;)
		syscall3(__NR_exit_group, status, 0, 0);
}

static void copy(void *to, const void *from, unsigned long len)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(len)
			 : : "memory");
}

static void fill(void *to, uint8_t byte, unsigned long len)
{
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(len) : "a"(byte)
			 : "memory");
}

static void map_or_quit(uintptr_t at, uint32_t len, int prot, int flags, int fd)
{
	if ((uintptr_t)arch_map(at, len, prot, flags | MAP_FIXED, fd) != at)
		quit(2);
}

/* guess_vector() - QEMU's user emulation has no number in the frame: what the
 * signal says of it. The error code is not known then. */
static void guess_vector(struct case_out *out, int sig,
			 const struct native_info *info)
{
	out->err = 0;
	switch (sig) {
	case SIGILL:
		out->vector = 6;
		break;
	case SIGFPE:		/* FPE_INTDIV is 1, FPE_INTOVF is 2 */
		out->vector = info->code == 1 || info->code == 2 ? 0 : 16;
		break;
	case SIGTRAP:
		out->vector = info->code == 0x80 ? 3 : 1;
		break;
	default:		/* SI_KERNEL is 0x80 */
		out->vector = info->code == 1 || info->code == 2 ? 14 : 13;
		break;
	}
}

void on_signal(int sig, struct native_info *info, struct ucontext *uc)
{
	struct case_slot *slot = running;
	struct case_out *out;

	/* The kernel leaves AC and NT as the case had them. */
	__asm__ volatile("push $2; popf" : : : "memory", "cc");
	if (!slot)
		quit(3);
	out = &slot->out;
	out->used = 0;
	arch_take_state(out, uc);
	if (out->vector > 31)
		guess_vector(out, sig, info);
	if (out->vector != 14)
		out->cr2 = 0;
	if (sig == SIGALRM)
		out->vector = CASE_TIMEOUT;
	leave_case();
}

static void run_once(struct case_slot *slot)
{
	uint8_t *code = (uint8_t *)CASE_CODE;
	uint8_t *mem = (uint8_t *)CASE_MEM;

	fill(code, 0xf4, CASE_CODE_SIZE);
	copy(code + slot->in.code_at, slot->in.code, slot->in.code_len);
	copy(mem, slot->in.mem, CASE_MEM_SIZE);
	running = slot;
	run_case(slot);
	running = NULL;
	copy(slot->out.mem, mem, CASE_MEM_SIZE);
}

/* run_slot() - where the host is a virtual machine without hardware paging, NT
 * may be lost at an interrupt, which is no answer: an instruction that clears
 * NT does so each time. */
static void run_slot(struct case_slot *slot)
{
	unsigned int tries = 0;

	do
		run_once(slot);
	while ((slot->in.st.eflags & ~slot->out.st.eflags & FL_NT) &&
	       ++tries < NT_TRIES);
}

static void catch_signals(void)
{
	static const uint8_t signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL,
					   SIGTRAP, SIGALRM };
	struct { void *sp; int flags; unsigned long size; } ss = {
		altstack, 0, sizeof(altstack)
	};
	struct { void *fn; unsigned long flags; void *restorer;
		 uint32_t mask[2]; } sa = {
		(void *)on_signal, SA_SIGINFO | SA_ONSTACK | SA_NODEFER |
		SA_HAS_RESTORER, (void *)leave_case, { 0, 0 }
	};
	unsigned int i;

	if (syscall3(__NR_sigaltstack, (long)&ss, 0, 0))
		quit(4);
	for (i = 0; i < sizeof(signals); i++)
		if (arch_syscall(__NR_rt_sigaction, signals[i], (long)&sa, 0,
				 8))
			quit(4);
}

static void map_all(struct case_share *share)
{
	const int rw = PROT_READ | PROT_WRITE;
	uint32_t i;
	uint8_t *ro = (uint8_t *)CASE_RO;

	map_or_quit((uintptr_t)share, sizeof(*share), rw, MAP_SHARED,
		    NATIVE_FD_SHARE);
	map_or_quit(CASE_CODE, CASE_CODE_SIZE, rw | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1);
	map_or_quit(CASE_MEM, CASE_MEM_SIZE, rw, MAP_SHARED, NATIVE_FD_SHARE);
	map_or_quit(CASE_RO, 4096, rw, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (i = 0; i < 4096; i++)
		ro[i] = CASE_RO_BYTE(i);
	syscall3(__NR_mprotect, CASE_RO, 4096, PROT_READ);
	share->low_mapped = arch_map(CASE_LOW, CASE_MEM_SIZE, rw,
				     MAP_SHARED | MAP_FIXED,
				     NATIVE_FD_SHARE) == CASE_LOW;
}

static void set_alarm(long seconds)
{
	long timer[4] = { 0, 0, seconds, 0 };

	syscall3(__NR_setitimer, 0, (long)timer, 0);
}

void native_main(struct case_share *share)
{
	uint8_t count, i;

	map_all(share);
	catch_signals();
	while (syscall3(__NR_read, NATIVE_FD_GO, (long)&count, 1) == 1) {
		set_alarm(CASE_SECONDS);
		for (i = 0; i < count && i < CASE_BATCH; i++)
			run_slot(&share->slot[i]);
		set_alarm(0);
		if (syscall3(__NR_write, NATIVE_FD_DONE, (long)&count, 1) != 1)
			break;
	}
	quit(0);
}
