/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * native32 - the oracle: runs cases on the host's CPU, as a 32-bit process.
 *
 * Descriptor 3 is a memfd with a struct case_batch. For each number read from
 * standard input that many cases are run and the number is written back.
 *
 * A case is entered and left by signals: an int3 of our own brings us into
 * the handler, which loads the case's registers; the trap at the end of the
 * code, or a fault before it, brings us there again.
 */
#include "tests/insn/case.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static const int greg_of[8] = { REG_EAX, REG_ECX, REG_EDX, REG_EBX,
				REG_ESP, REG_EBP, REG_ESI, REG_EDI };

/* What the signal handler works on. */
static struct insn_case *running;
static gregset_t saved;

static void enter_case(greg_t *g)
{
	unsigned int i;

	memcpy(saved, g, sizeof(saved));
	for (i = 0; i < 8; i++)
		g[greg_of[i]] = (greg_t)running->in.gpr[i];
	g[REG_EFL] = (greg_t)((running->in.eflags & CASE_FLAGS) | 0x202);
	g[REG_EIP] = (greg_t)CASE_CODE;
	running->out.vector = CASE_END + 1;	/* it is under way */
}

static void leave_case(greg_t *g)
{
	struct case_state *out = &running->out;
	unsigned int i;

	for (i = 0; i < 8; i++)
		out->gpr[i] = (uint32_t)g[greg_of[i]];
	out->eflags = (uint32_t)g[REG_EFL] & CASE_FLAGS;
	out->eip = (uint32_t)g[REG_EIP];
	out->vector = (uint32_t)g[REG_TRAPNO];
	if (out->vector == 3 && out->eip == CASE_CODE + running->code_len + 1) {
		out->vector = CASE_END;
		out->eip--;
	}
	memcpy(g, saved, sizeof(saved));
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)info;
	if (!running)
		_exit(sig);
	if (running->out.vector == CASE_END + 1)
		leave_case(g);
	else
		enter_case(g);
}

static void run_case(struct insn_case *c)
{
	uint8_t *code = (uint8_t *)CASE_CODE;
	uint8_t *scratch = (uint8_t *)CASE_SCRATCH;

	memcpy(code, c->code, c->code_len);
	code[c->code_len] = 0xcc;
	memcpy(scratch, c->in.scratch, CASE_SCRATCH_LEN);
	c->out.vector = 0;
	running = c;
	__asm__ volatile("int3" : : : "memory");
	running = NULL;
	memcpy(c->out.scratch, scratch, CASE_SCRATCH_LEN);
}

static void catch_signals(void)
{
	static const int sigs[] = { SIGTRAP, SIGSEGV, SIGILL, SIGFPE, SIGBUS };
	struct sigaction sa = { .sa_sigaction = on_signal,
				.sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t stack = { .ss_size = 65536 };
	unsigned int i;

	stack.ss_sp = malloc(stack.ss_size);
	sigaltstack(&stack, NULL);
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaction(sigs[i], &sa, NULL);
}

int main(void)
{
	struct case_batch *batch;
	uint32_t n, i;

	batch = mmap(NULL, sizeof(*batch), PROT_READ | PROT_WRITE, MAP_SHARED,
		     3, 0);
	if (batch == MAP_FAILED ||
	    mmap((void *)CASE_CODE, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
		MAP_FAILED ||
	    mmap((void *)CASE_SCRATCH, 4096, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
		MAP_FAILED)
		return 1;
	catch_signals();
	while (read(0, &n, sizeof(n)) == sizeof(n)) {
		for (i = 0; i < n && i < CASES; i++)
			run_case(&batch->item[i]);
		if (write(1, &n, sizeof(n)) != sizeof(n))
			return 1;
	}
	return 0;
}
