/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_engine.c - run a case natively, and on interp: see lib_engine.h. */
#include "tests/insn/lib_engine.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"

#define RAM_SIZE	(16u << 20)
#define GDT		0x1000u
#define IDT		0x2000u
#define HANDLERS	0x3000u	/* 16 bytes each, a HLT */
#define BUDGET		100000u

void oracle_open(struct oracle *o)
{
	const char *dir = getenv("HOSTEL_BUILD_DIR");
	int in[2], out[2], fd;
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/insn/native32",
		 dir ? dir : HOSTEL_BUILD);
	assert_int_equal(access(path, X_OK), 0);
	fd = memfd_create("cases", 0);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, sizeof(*o->batch)), 0);
	o->batch = mmap(NULL, sizeof(*o->batch), PROT_READ | PROT_WRITE,
			MAP_SHARED, fd, 0);
	assert_true(o->batch != MAP_FAILED);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	o->pid = fork();
	if (o->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(in[0], 0);
		dup2(out[1], 1);
		if (fd != 3)
			dup2(fd, 3);
		execl(path, "native32", NULL);
		_exit(1);
	}
	close(in[0]);
	close(out[1]);
	close(fd);
	o->to = in[1];
	o->from = out[0];
}

void oracle_run(struct oracle *o, uint32_t n)
{
	uint32_t done = 0;

	assert_int_equal(write(o->to, &n, sizeof(n)), sizeof(n));
	assert_int_equal(read(o->from, &done, sizeof(done)), sizeof(done));
	assert_int_equal(done, n);
}

void oracle_close(struct oracle *o)
{
	close(o->to);
	close(o->from);
	kill(o->pid, SIGKILL);
	waitpid(o->pid, NULL, 0);
	munmap(o->batch, sizeof(*o->batch));
}

/* ---- interp ----------------------------------------------------------- */

static uint64_t no_tsc(void *board)
{
	(void)board;
	return 0;
}

static uint8_t *at(struct engine *e, uint32_t addr)
{
	return guestmem_ptr(&e->ram, addr, 1);
}

/* make_tables() - a GDT with flat segments, and gates that lead to HLTs. */
static void make_tables(struct engine *e)
{
	unsigned int i;

	put_le64(at(e, GDT + 8), 0x00cf9b000000ffffull);
	put_le64(at(e, GDT + 16), 0x00cf93000000ffffull);
	for (i = 0; i < 32; i++) {
		put_le32(at(e, IDT + i * 8), 8u << 16 | (HANDLERS + i * 16));
		put_le32(at(e, IDT + i * 8 + 4), 0x8e00);
		*at(e, HANDLERS + i * 16) = 0xf4;
	}
}

static struct segment flat(uint16_t sel, uint32_t type)
{
	return (struct segment){ .sel = sel, .limit = 0xffffffff,
		.attr = type | DESC_S | DESC_P | DESC_G | DESC_B | DESC_A };
}

void engine_open(struct engine *e)
{
	const struct cpu_pins pins = { .tsc = no_tsc };
	struct cpu *cpu;
	unsigned int i;

	memset(e, 0, sizeof(*e));
	assert_int_equal(guestmem_create(&e->ram, RAM_SIZE), 0);
	make_tables(e);
	e->cpu = cpu = cpu_create(&e->ram, &e->attention, &pins);
	assert_non_null(cpu);
	cpu->gdtr = (struct dtable){ GDT, 31 };
	cpu->idtr = (struct dtable){ IDT, 255 };
	cpu_write_cr0(cpu, cpu->cr0 | CR0_PE);
	for (i = 0; i < SEG_COUNT; i++)
		cpu->seg[i] = flat(16, DESC_W);
	cpu->seg[SEG_CS] = flat(8, DESC_CODE | DESC_R);
	cpu->cpl = 0;
	cpu_segments_changed(cpu);
}

void engine_close(struct engine *e)
{
	cpu_destroy(e->cpu);
	guestmem_close(&e->ram);
}

/* take_fault() - it halted in a handler: undo what delivery did. */
static void take_fault(struct engine *e, uint32_t vector,
		       struct case_state *out)
{
	const uint8_t *frame = at(e, out->gpr[REG_ESP]);

	out->vector = vector;
	out->eip = get_le32(frame);
	out->eflags = get_le32(frame + 8) & CASE_FLAGS;
	out->gpr[REG_ESP] += 12;	/* #DE and #UD have no error code */
}

void engine_run(struct engine *e, const struct insn_case *c,
		struct case_state *out)
{
	struct cpu *cpu = e->cpu;
	uint32_t halt = CASE_CODE + c->code_len;
	enum cpu_exit why;

	memcpy(at(e, CASE_CODE), c->code, c->code_len);
	*at(e, halt) = 0xf4;
	mmu_dma_written(cpu, CASE_CODE, c->code_len + 1);
	memcpy(at(e, CASE_SCRATCH), c->in.scratch, CASE_SCRATCH_LEN);
	memcpy(cpu->gpr, c->in.gpr, sizeof(c->in.gpr));
	cpu_set_eflags(cpu, (c->in.eflags & CASE_FLAGS) | 2);
	cpu->eip = cpu->next_eip = CASE_CODE;
	cpu->halted = false;
	why = cpu_run(cpu, BUDGET);
	memset(out, 0, sizeof(*out));
	memcpy(out->gpr, cpu->gpr, sizeof(out->gpr));
	out->eflags = cpu_eflags(cpu) & CASE_FLAGS;
	out->eip = cpu->eip - 1;
	out->vector = CASE_END;
	if (why != CPU_EXIT_HALT)
		out->vector = 0x1000 + why;
	else if (cpu->eip > HANDLERS && cpu->eip < HANDLERS + 0x200)
		take_fault(e, (cpu->eip - HANDLERS) / 16, out);
	memcpy(out->scratch, at(e, CASE_SCRATCH), CASE_SCRATCH_LEN);
}

bool case_differs(const struct insn_case *c, const struct case_state *ours,
		  char *text, size_t size)
{
	const struct case_state *host = &c->out;
	unsigned int i;

	for (i = 0; i < 8; i++)
		if (ours->gpr[i] != host->gpr[i])
			return snprintf(text, size, "register %u: %08x, the "
					"host has %08x", i, ours->gpr[i],
					host->gpr[i]) > 0;
	if (ours->eflags != host->eflags)
		return snprintf(text, size, "flags: %03x, the host has %03x",
				ours->eflags, host->eflags) > 0;
	if (ours->vector != host->vector || ours->eip != host->eip)
		return snprintf(text, size, "end: vector %x at %x, the host "
				"%x at %x", ours->vector, ours->eip,
				host->vector, host->eip) > 0;
	for (i = 0; i < CASE_SCRATCH_LEN; i++)
		if (ours->scratch[i] != host->scratch[i])
			return snprintf(text, size, "memory at +%u: %02x, the "
					"host has %02x", i, ours->scratch[i],
					host->scratch[i]) > 0;
	return false;
}
