// SPDX-License-Identifier: BSD-2-Clause
/*
 * native32_main.c - run instruction tests on the host CPU, in a real 32-bit
 * process.
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
 * 3. What the kernel put high up (stack, vDSO) is unmapped: a test's small
 *    negative numbers shall find nothing when they are used as pointers.
 * 4. No vector register is used here (-mgeneral-regs-only).
 */
#include <asm/mman.h>
#include <asm/signal.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>
#include <asm/unistd_32.h>
#include <linux/mman.h>
#include <stddef.h>

#include "tests/insn/lib_case.h"

#define SHARE_AT	0x93700000u	/* no value of lib_gen.c is near */
#define HIGH_FROM	0xf0000000u
#define HIGH_TO		0xffffe000u
#define ALTSTACK_SIZE	65536
#define CASE_SECONDS	5

#define BUILD_ASSERT(e)	_Static_assert((e), #e)
BUILD_ASSERT(offsetof(struct case_slot, in.st.gpr) == 0);
BUILD_ASSERT(offsetof(struct case_slot, in.st.eip) == 32);
BUILD_ASSERT(offsetof(struct case_slot, in.st.eflags) == 36);
BUILD_ASSERT(offsetof(struct case_slot, in.st.fx) == 64);

void native_main(void);
void run_case(struct case_slot *slot);
_Noreturn void leave_case(void);
void on_signal(int sig, void *info, struct ucontext *uc);

uint8_t own_stack[8192] __attribute__((aligned(16)));
extern uint8_t own_stack_end[];
__asm__(".set own_stack_end, own_stack + 8192\n.globl own_stack_end");
static uint8_t altstack[ALTSTACK_SIZE] __attribute__((aligned(16)));
static struct case_slot *running;	/* for the signal handler */
uint32_t run_esp, run_eip;		/* for the assembly below */

__asm__(
"	.text\n"
"	.globl _start\n"
"_start:\n"
"	movl $own_stack_end, %esp\n"
"	call native_main\n"
"	ud2\n"
"	.globl run_case\n"
"run_case:\n"			/* leave_case() comes back to its caller */
"	movl 4(%esp), %eax\n"
"	pushal\n"
"	movl %esp, run_esp\n"
"	xorl %ecx, %ecx\n"
"	movl %ecx, %fs\n"
"	movl %ecx, %gs\n"
"	movl 32(%eax), %ecx\n"
"	movl %ecx, run_eip\n"
"	fxrstor 64(%eax)\n"
"	pushl 36(%eax)\n"
"	popfl\n"
"	movl 4(%eax), %ecx\n"
"	movl 8(%eax), %edx\n"
"	movl 12(%eax), %ebx\n"
"	movl 16(%eax), %esp\n"
"	movl 20(%eax), %ebp\n"
"	movl 24(%eax), %esi\n"
"	movl 28(%eax), %edi\n"
"	movl 0(%eax), %eax\n"
"	jmp *run_eip\n"
"	.globl leave_case\n"
"leave_case:\n"
"	pushl $2\n"
"	popfl\n"
"	movl run_esp, %esp\n"
"	popal\n"
"	ret\n");

static long syscall5(long nr, long a, long b, long c, long d, long e)
{
	long r;

	__asm__ volatile("int $0x80" : "=a"(r)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory");
	return r;
}

static long syscall3(long nr, long a, long b, long c)
{
	return syscall5(nr, a, b, c, 0, 0);
}

/* quit() - nothing can be said but by the status. */
static _Noreturn void quit(int status)
{
	for (;;)
		syscall3(__NR_exit_group, status, 0, 0);
}

static void copy(void *to, const void *from, uint32_t len)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(len)
			 : : "memory");
}

static void fill(void *to, uint8_t byte, uint32_t len)
{
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(len) : "a"(byte)
			 : "memory");
}

/* mmap2's sixth argument travels in EBP, which C cannot name. */
static void *map(uint32_t at, uint32_t len, int prot, int flags, int fd)
{
	struct {
		uint32_t addr, len, prot, flags, fd, offset;
	} args = { at, len, (uint32_t)prot, (uint32_t)flags, (uint32_t)fd, 0 };

	return (void *)syscall3(__NR_mmap, (long)&args, 0, 0);
}

static void map_or_quit(uint32_t at, uint32_t len, int prot, int flags, int fd)
{
	if ((uint32_t)map(at, len, prot, flags | MAP_FIXED, fd) != at)
		quit(2);
}

/* take_state() - the interrupted registers, from the signal frame. */
static void take_state(struct case_out *out, const struct sigcontext *sc)
{
	const uint32_t gpr[8] = { sc->eax, sc->ecx, sc->edx, sc->ebx,
				  sc->esp, sc->ebp, sc->esi, sc->edi };
	const uint16_t seg[6] = { sc->es, sc->cs, sc->ss, sc->ds,
				  sc->fs, sc->gs };

	copy(out->st.gpr, gpr, sizeof(gpr));
	copy(out->st.seg, seg, sizeof(seg));
	out->st.eip = sc->eip;
	out->st.eflags = sc->eflags;
	/* The FXSAVE image lies behind the FSAVE one (struct _fpstate_32). */
	copy(out->st.fx, (const uint8_t *)sc->fpstate + 112, 512);
	out->vector = sc->trapno;
	out->err = sc->err;
	out->cr2 = sc->trapno == 14 ? sc->cr2 : 0;
}

void on_signal(int sig, void *info, struct ucontext *uc)
{
	struct case_slot *slot = running;

	/* The kernel leaves AC and NT as the case had them. */
	__asm__ volatile("pushl $2; popfl" : : : "memory", "cc");
	(void)info;
	if (!slot)
		quit(3);
	take_state(&slot->out, (const struct sigcontext *)&uc->uc_mcontext);
	if (sig == SIGALRM)
		slot->out.vector = CASE_TIMEOUT;
	leave_case();
}

static void run_slot(struct case_slot *slot)
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

static void catch_signals(void)
{
	static const uint8_t signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL,
					   SIGTRAP, SIGALRM };
	struct { void *sp; int flags; uint32_t size; } ss = {
		altstack, 0, ALTSTACK_SIZE
	};
	struct { void *fn; unsigned long flags; void *restorer;
		 uint32_t mask[2]; } sa = {
		(void *)on_signal, SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
		NULL, { 0, 0 }
	};
	unsigned int i;

	if (syscall3(__NR_sigaltstack, (long)&ss, 0, 0))
		quit(4);
	for (i = 0; i < sizeof(signals); i++)
		if (syscall5(__NR_rt_sigaction, signals[i], (long)&sa, 0, 8,
			     0))
			quit(4);
}

static void map_all(struct case_share *share)
{
	const int rw = PROT_READ | PROT_WRITE;
	uint32_t i;
	uint8_t *ro = (uint8_t *)CASE_RO;

	syscall3(__NR_munmap, HIGH_FROM, HIGH_TO - HIGH_FROM, 0);
	map_or_quit(SHARE_AT, sizeof(*share), rw, MAP_SHARED,
		    NATIVE_FD_SHARE);
	map_or_quit(CASE_CODE, CASE_CODE_SIZE, rw | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1);
	map_or_quit(CASE_MEM, CASE_MEM_SIZE, rw, MAP_SHARED, NATIVE_FD_SHARE);
	map_or_quit(CASE_RO, 4096, rw, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (i = 0; i < 4096; i++)
		ro[i] = CASE_RO_BYTE(i);
	syscall3(__NR_mprotect, CASE_RO, 4096, PROT_READ);
	share->low_mapped = (uint32_t)map(CASE_LOW, CASE_MEM_SIZE, rw,
					  MAP_SHARED | MAP_FIXED,
					  NATIVE_FD_SHARE) == CASE_LOW;
}

static void set_alarm(long seconds)
{
	long timer[4] = { 0, 0, seconds, 0 };

	syscall3(__NR_setitimer, 0, (long)timer, 0);
}

void native_main(void)
{
	struct case_share *share = (struct case_share *)SHARE_AT;
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
