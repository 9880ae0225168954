/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_machine.c - a bare processor with 16 MiB of RAM for unit tests. */
#include "tests/unit/lib_machine.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/lib_bt.h"

#define RAM_SIZE (16u << 20)

static uint32_t port_read(void *board, uint16_t port, unsigned int width)
{
	struct machine *m = board;

	(void)port;
	m->port_accesses++;
	return width == 4 ? 0xffffffff : (1u << width * 8) - 1;
}

static void port_write(void *board, uint16_t port, unsigned int width,
		       uint32_t v)
{
	struct machine *m = board;

	(void)port;
	(void)width;
	(void)v;
	m->port_accesses++;
}

static uint32_t mmio_read(void *board, paddr a, unsigned int width)
{
	struct machine *m = board;
	uint32_t v = 0xffffffff;

	m->mmio_reads++;
	if (a >= MMIO_BASE && a - MMIO_BASE < sizeof(m->mmio))
		v = m->mmio[(a - MMIO_BASE) / 4] >> (a & 3) * 8;
	return width == 4 ? v : v & ((1u << width * 8) - 1);
}

static void mmio_write(void *board, paddr a, unsigned int width, uint32_t v)
{
	struct machine *m = board;

	(void)width;
	m->mmio_writes++;
	if (a >= MMIO_BASE && a - MMIO_BASE < sizeof(m->mmio))
		m->mmio[(a - MMIO_BASE) / 4] = v;
}

static uint64_t tsc(void *board)
{
	(void)board;
	return 0x123456789ull;
}

static uint8_t intr_ack(void *board)
{
	struct machine *m = board;

	m->cpu->intr = false;
	return m->vector;
}

static void ferr(void *board, bool level)
{
	(void)board;
	(void)level;
}

/* machine_translate() - HOSTEL_TEST_CPU=bt runs a test by the translator, and
 * rsp so that it has ESP in rsp. */
static void machine_translate(struct machine *m)
{
	const char *name = getenv("HOSTEL_TEST_CPU"), *why;
	const struct bt_host host = test_bt_host();

	if (!name || (strcmp(name, "bt") && strcmp(name, "rsp")))
		return;
	assert_true(bt_create(m->cpu, &host, &why));
	m->cpu->bt->all_in_rsp = !strcmp(name, "rsp");
	m->bt = true;
}

void machine_open(struct machine *m)
{
	machine_open_parts(m, 0, 0);
}

void machine_open_parts(struct machine *m, uint64_t rom, uint64_t video)
{
	const struct memfile parts = { .ram = RAM_SIZE, .rom = rom,
				       .video = video };
	struct cpu_pins pins = {
		.board = m, .port_read = port_read, .port_write = port_write,
		.mmio_read = mmio_read, .mmio_write = mmio_write,
		.tsc = tsc, .intr_ack = intr_ack, .ferr = ferr,
	};

	memset(m, 0, sizeof(*m));
	assert_int_equal(guestmem_create_parts(&m->ram, &parts), 0);
	m->cpu = cpu_create(&m->ram, &m->attention, &pins);
	assert_non_null(m->cpu);
	machine_translate(m);
}

void machine_close(struct machine *m)
{
	cpu_destroy(m->cpu);
	guestmem_close(&m->ram);
}

uint8_t *machine_at(struct machine *m, uint32_t addr)
{
	return m->ram.base + addr;
}

void machine_put32(struct machine *m, uint32_t addr, uint32_t v)
{
	put_le32(machine_at(m, addr), v);
	mmu_dma_written(m->cpu, addr, 4);
}

uint32_t machine_get32(struct machine *m, uint32_t addr)
{
	return get_le32(machine_at(m, addr));
}

void machine_code(struct machine *m, uint32_t addr, const void *bytes,
		  size_t len)
{
	memcpy(machine_at(m, addr), bytes, len);
	mmu_dma_written(m->cpu, addr, len);
}

/* descriptor() - one 8-byte descriptor. */
static void descriptor(struct machine *m, uint32_t sel, uint32_t base,
		       uint32_t limit, uint32_t attr)
{
	machine_put32(m, GDT + (sel & ~7u),
		      (base & 0xffff) << 16 | (limit & 0xffff));
	machine_put32(m, GDT + (sel & ~7u) + 4,
		      (base & 0xff000000) | (base >> 16 & 0xff) |
			      (limit & 0xf0000) | attr);
}

static struct segment flat(uint16_t sel, bool code, unsigned int dpl)
{
	return (struct segment){
		.limit = 0xffffffff, .sel = sel,
		.attr = DESC_P | DESC_S | DESC_G | DESC_B | DESC_A | DESC_W |
			(code ? DESC_CODE : 0) | dpl << DESC_DPL_SHIFT,
	};
}

static void set_segments(struct machine *m, unsigned int dpl)
{
	struct cpu *cpu = m->cpu;
	unsigned int i;

	for (i = 0; i < SEG_COUNT; i++)
		cpu->seg[i] = flat(dpl ? SEL_UDATA : SEL_DATA, false, dpl);
	cpu->seg[SEG_CS] = flat(dpl ? SEL_UCODE : SEL_CODE, true, dpl);
	cpu->cpl = (uint8_t)dpl;
	cpu_segments_changed(cpu);
}

static void set_tables(struct machine *m)
{
	const uint32_t flat_attr = DESC_P | DESC_S | DESC_G | DESC_B | DESC_W;
	unsigned int i;

	descriptor(m, SEL_CODE, 0, 0xfffff, flat_attr | DESC_CODE);
	descriptor(m, SEL_DATA, 0, 0xfffff, flat_attr);
	descriptor(m, SEL_UCODE, 0, 0xfffff, flat_attr | DESC_CODE | DESC_DPL);
	descriptor(m, SEL_UDATA, 0, 0xfffff, flat_attr | DESC_DPL);
	descriptor(m, SEL_TSS, TSS, 0x67, DESC_P | 11 << 8);
	for (i = 0; i < 256; i++) {
		machine_put32(m, IDT + i * 8,
			      SEL_CODE << 16 | (HANDLERS + i * 16));
		machine_put32(m, IDT + i * 8 + 4, DESC_P | 14 << 8);
		*machine_at(m, HANDLERS + i * 16) = 0xf4;
	}
	machine_put32(m, TSS + 4, STACK);
	machine_put32(m, TSS + 8, SEL_DATA);
}

void machine_fresh(struct machine *m)
{
	struct cpu *cpu = m->cpu;

	memset(m->ram.base, 0, 0x100000);
	mmu_dma_written(cpu, 0, RAM_SIZE);
	m->attention = 0;
	cpu->intr = false;
	cpu_reset(cpu);
	memset(cpu->gpr, 0, sizeof(cpu->gpr));
	set_tables(m);
	cpu->gdtr = (struct dtable){ GDT, 0xff };
	cpu->idtr = (struct dtable){ IDT, 0x7ff };
	cpu->tr = (struct segment){ .base = TSS, .limit = 0x67,
				    .attr = DESC_P | 11 << 8, .sel = SEL_TSS };
	cpu->cr0 = CR0_PE | CR0_ET | CR0_NE;
	machine_system(m);
}

void machine_user(struct machine *m)
{
	set_segments(m, 3);
	m->cpu->gpr[REG_ESP] = USTACK;
	mmu_mode_changed(m->cpu);
}

void machine_system(struct machine *m)
{
	set_segments(m, 0);
	m->cpu->gpr[REG_ESP] = STACK;
	mmu_mode_changed(m->cpu);
}

void machine_paging(struct machine *m)
{
	unsigned int i;

	machine_put32(m, PGDIR, PGTAB | 7);
	for (i = 0; i < 1024; i++)
		machine_put32(m, PGTAB + i * 4, i << 12 | 7);
	cpu_write_cr3(m->cpu, PGDIR);
	cpu_write_cr0(m->cpu, m->cpu->cr0 | CR0_PG | CR0_WP);
}

int machine_run(struct machine *m, uint32_t eip)
{
	uint32_t at;

	m->cpu->eip = eip;
	m->cpu->halted = false;
	if (m->bt)		/* cmocka takes the signals for each test */
		bt_claim_signals(m->cpu);
	assert_int_equal(cpu_run(m->cpu, 1000000), CPU_EXIT_HALT);
	at = m->cpu->eip - 1;
	if (at < HANDLERS || at >= HANDLERS + 0x1000)
		return -1;
	return (int)((at - HANDLERS) / 16);
}

uint32_t machine_fault_code(struct machine *m)
{
	return machine_get32(m, m->cpu->gpr[REG_ESP]);
}

uint32_t machine_fault_eip(struct machine *m, bool has_code)
{
	return machine_get32(m, m->cpu->gpr[REG_ESP] + (has_code ? 4 : 0));
}

uint32_t machine_pushed(struct machine *m, unsigned int i)
{
	return machine_get32(m, m->cpu->gpr[REG_ESP] + 4 * i);
}

int machine_run_bytes(struct machine *m, const uint8_t *code, size_t len)
{
	machine_code(m, CODE, code, len);
	return machine_run(m, CODE);
}

/* The attention word that the signal handler raises. */
static _Atomic uint32_t *alarm_word;

static void on_alarm(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	atomic_store(alarm_word, 1);
	bt_interrupt(context);
}

void machine_alarm(struct machine *m, long us, bool again)
{
	struct sigaction sa = { .sa_sigaction = on_alarm,
				.sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct itimerval t = { .it_value = { 0, us },
			       .it_interval = { 0, again ? us : 0 } };

	alarm_word = &m->attention;
	bt_claim_signals(m->cpu);
	assert_int_equal(sigaction(SIGALRM, &sa, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &t, NULL), 0);
}

void machine_in_each_mode(struct machine *m,
			  void (*test)(struct machine *m, int ends))
{
	test(m, -1);
	machine_fresh(m);
	machine_paging(m);
	machine_user(m);
	test(m, HLT_IN_PROGRAM);
}

int machine_set_up(void **state)
{
	static struct machine m;

	machine_open(&m);
	*state = &m;
	return 0;
}

int machine_set_up_bt(void **state)
{
	setenv("HOSTEL_TEST_CPU", "bt", 0);
	return machine_set_up(state);
}

int machine_tear_down(void **state)
{
	machine_close(*state);
	return 0;
}

int machine_anew(void **state)
{
	machine_fresh(*state);
	return 0;
}
