// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_interp.c - the reference engine as a column of the instruction tests.
 *
 * A machine is built by hand around the case: paging on, the pages of
 * lib_case.h, the GDT entries that a Linux process sees, an IDT whose 256
 * handlers are each one HLT in ring 0. So the place where the processor halts
 * is the vector, and the ring 0 stack holds what the exception pushed.
 */
#include "tests/insn/lib_engine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/check.h"
#include "ia32/regs.h"
#include "tests/lib_bt.h"
#include "vmdriver/guestmem.h"
#include "vmm/cpu/cpu.h"
#include "vmm/mmu/window_table.h"

#define RAM_SIZE	(4u << 20)
#define BUDGET		400000u

/* Guest-physical places. */
#define P_DIR		0x1000u
#define P_TABLES	0x2000u		/* one page each, as they come up */
#define P_SYS		0x10000u	/* three pages */
#define P_CODE		0x20000u
#define P_MEM		0x22000u
#define P_RO		0x24000u

/* The system pages, supervisor only. */
#define L_SYS		0xc0000000u
#define SYS_GDT		0x000u
#define SYS_TSS		0x100u
#define SYS_IDT		0x800u
#define SYS_HANDLERS	0x1000u
#define SYS_STACK	0x3000u		/* grows down to 0x2000 */

#define SEL_KCODE	0x10u
#define SEL_KDATA	0x18u
#define SEL_TSS		0x40u

#define PTE_P		1u
#define PTE_W		2u
#define PTE_U		4u
#define PTE_AD		0x60u

enum { COLUMN_INTERP, COLUMN_BT, COLUMN_BT_WARM, COLUMN_BT_RSP };

struct interp {
	struct guestmem ram;
	_Atomic uint32_t attention;
	struct cpu *cpu;
	uint32_t tables;	/* page tables in use */
	bool keeps_code;	/* from one run to the next, if it can */
	uint64_t kept;	/* 1 + windows emptied, when keep_tables() last ran */
};

static uint32_t port_read(void *board, uint16_t port, unsigned int width)
{
	(void)board;
	(void)port;
	return width == 4 ? ~0u : (1u << width * 8) - 1;
}

static void port_write(void *board, uint16_t port, unsigned int width,
		       uint32_t value)
{
	(void)board;
	(void)port;
	(void)width;
	(void)value;
}

static uint32_t mmio_read(void *board, paddr addr, unsigned int width)
{
	(void)addr;
	return port_read(board, 0, width);
}

static void mmio_write(void *board, paddr addr, unsigned int width,
		       uint32_t value)
{
	(void)board;
	(void)addr;
	(void)width;
	(void)value;
}

static uint64_t tsc(void *board)
{
	(void)board;
	return 0;
}

static uint8_t intr_ack(void *board)
{
	(void)board;
	return 0;
}

static void ferr(void *board, bool level)
{
	(void)board;
	(void)level;
}

/* map_page() - one page table entry, with its table if need be. */
static void map_page(struct interp *m, uint32_t lin, uint32_t phys,
		     uint32_t flags)
{
	uint8_t *pde = m->ram.base + P_DIR + (lin >> 22) * 4;
	uint32_t table;

	if (!get_le32(pde)) {
		put_le32(pde, (P_TABLES + m->tables * PAGE_SIZE) | PTE_P |
				      PTE_W | PTE_U);
		m->tables++;
	}
	table = get_le32(pde) & ~PAGE_MASK;
	put_le32(m->ram.base + table + (lin >> 12 & 0x3ff) * 4,
		 phys | flags | PTE_P);
}

static uint8_t *page_entry(struct interp *m, uint32_t lin)
{
	uint32_t pde = get_le32(m->ram.base + P_DIR + (lin >> 22) * 4);

	return m->ram.base + (pde & ~PAGE_MASK) + (lin >> 12 & 0x3ff) * 4;
}

/* The pages whose A and D bits are looked at. */
static const uint32_t pages[] = {
	CASE_MEM, CASE_MEM + PAGE_SIZE, CASE_RO, CASE_LOW,
	CASE_LOW + PAGE_SIZE
};

/* forget_use() - no page has been accessed or written to, and nothing is
 * known of any: a translator has to map each page it meets. */
static void forget_use(struct interp *m)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		uint8_t *e = page_entry(m, pages[i]);

		put_le32(e, get_le32(e) & ~PTE_AD);
	}
	mmu_flush(m->cpu, true);
}

static uint32_t take_use(struct interp *m)
{
	uint32_t used = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		used = used << 2 |
		       (get_le32(page_entry(m, pages[i])) & PTE_AD) / 0x20;
	return used;
}

static void fill_tables(struct interp *m, bool low)
{
	uint32_t i;

	for (i = 0; i < 3; i++)
		map_page(m, L_SYS + i * PAGE_SIZE, P_SYS + i * PAGE_SIZE,
			 PTE_W);
	map_page(m, CASE_CODE, P_CODE, PTE_W | PTE_U);
	for (i = 0; i < CASE_MEM_SIZE; i += PAGE_SIZE) {
		map_page(m, CASE_MEM + i, P_MEM + i, PTE_W | PTE_U);
		if (low)
			map_page(m, CASE_LOW + i, P_MEM + i, PTE_W | PTE_U);
	}
	map_page(m, CASE_RO, P_RO, PTE_U);
	for (i = 0; i < PAGE_SIZE; i++)
		m->ram.base[P_RO + i] = CASE_RO_BYTE(i);
}

static void fill_descriptors(struct interp *m)
{
	uint8_t *sys = m->ram.base + P_SYS;
	uint32_t tss = L_SYS + SYS_TSS, at, i;

	put_le64(sys + SYS_GDT + SEL_KCODE, 0x00cf9b000000ffffull);
	put_le64(sys + SYS_GDT + SEL_KDATA, 0x00cf93000000ffffull);
	put_le64(sys + SYS_GDT + (CASE_CS & ~7u), 0x00cffb000000ffffull);
	put_le64(sys + SYS_GDT + (CASE_DS & ~7u), 0x00cff3000000ffffull);
	put_le64(sys + SYS_GDT + SEL_TSS,
		 0x00008b0000000067ull | (uint64_t)(tss & 0xffffff) << 16 |
			 (uint64_t)(tss >> 24) << 56);
	put_le32(sys + SYS_TSS + 4, L_SYS + SYS_STACK);
	put_le16(sys + SYS_TSS + 8, SEL_KDATA);
	put_le16(sys + SYS_TSS + 0x66, 0x68);	/* no I/O bitmap */
	for (i = 0; i < 256; i++) {
		at = L_SYS + SYS_HANDLERS + i * 2;
		put_le32(sys + SYS_IDT + i * 8,
			 SEL_KCODE << 16 | (at & 0xffff));
		/* Linux lets a process call vectors 3 and 4. */
		put_le32(sys + SYS_IDT + i * 8 + 4,
			 (at & 0xffff0000u) |
				 (i == VEC_BP || i == VEC_OF ? 0xee00u :
							       0x8e00u));
		sys[SYS_HANDLERS + i * 2] = 0xf4;
		sys[SYS_HANDLERS + i * 2 + 1] = 0xf4;
	}
}

static void fill_system_registers(struct cpu *cpu)
{
	cpu->gdtr.base = L_SYS + SYS_GDT;
	cpu->gdtr.limit = SEL_TSS + 7;
	cpu->idtr.base = L_SYS + SYS_IDT;
	cpu->idtr.limit = 256 * 8 - 1;
	cpu->tr = (struct segment){ .base = L_SYS + SYS_TSS, .limit = 0x67,
				    .attr = 0x8b00, .sel = SEL_TSS };
	cpu->ldtr = (struct segment){ .sel = 0 };
	cpu->cr4 = CR4_OSFXSR | CR4_OSXMMEXCPT;
	cpu->cr3 = P_DIR;
	cpu->cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG;
	mmu_flush(cpu, true);
	mmu_mode_changed(cpu);
}

static void interp_destroy(void *state)
{
	struct interp *m = state;

	if (m->cpu)
		cpu_destroy(m->cpu);
	guestmem_close(&m->ram);
	free(m);
}

static void *interp_create(bool low)
{
	struct cpu_pins pins = {
		.port_read = port_read, .port_write = port_write,
		.mmio_read = mmio_read, .mmio_write = mmio_write,
		.tsc = tsc, .intr_ack = intr_ack, .ferr = ferr,
	};
	struct interp *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->ram.fd = -1;
	if (guestmem_create(&m->ram, RAM_SIZE)) {
		free(m);
		return NULL;
	}
	pins.board = m;
	m->cpu = cpu_create(&m->ram, &m->attention, &pins);
	if (!m->cpu) {
		interp_destroy(m);
		return NULL;
	}
	fill_tables(m, low);
	fill_descriptors(m);
	fill_system_registers(m->cpu);
	return m;
}

static struct segment flat(uint16_t sel, uint32_t attr)
{
	return (struct segment){ .limit = 0xffffffffu, .attr = attr,
				 .sel = sel };
}

/* load_code() - write the code, unless it is there already: what was
 * translated of it stays then. */
static void load_code(struct interp *m, const struct case_in *in)
{
	uint8_t *code = m->ram.base + P_CODE, want[CASE_CODE_SIZE];

	memset(want, 0xf4, sizeof(want));
	memcpy(want + in->code_at, in->code, in->code_len);
	if (m->keeps_code && !memcmp(code, want, sizeof(want)))
		return;
	memcpy(code, want, sizeof(want));
	mmu_dma_written(m->cpu, P_CODE, CASE_CODE_SIZE);
}

static void load_state(struct interp *m, const struct case_in *in)
{
	const struct segment null = { .sel = 0 };
	struct cpu *cpu = m->cpu;

	if (!m->keeps_code)
		forget_use(m);
	load_code(m, in);
	memcpy(m->ram.base + P_MEM, in->mem, CASE_MEM_SIZE);
	mmu_dma_written(cpu, P_MEM, CASE_MEM_SIZE);
	memcpy(cpu->gpr, in->st.gpr, sizeof(in->st.gpr));
	cpu->eip = in->st.eip;
	cpu_set_eflags(cpu, in->st.eflags);
	cpu->seg[SEG_CS] = flat(CASE_CS, 0x00c0fb00u);
	cpu->seg[SEG_SS] = flat(CASE_DS, 0x00c0f300u);
	cpu->seg[SEG_DS] = flat(CASE_DS, 0x00c0f300u);
	cpu->seg[SEG_ES] = flat(CASE_DS, 0x00c0f300u);
	cpu->seg[SEG_FS] = null;
	cpu->seg[SEG_GS] = null;
	cpu->cpl = 3;
	cpu->halted = false;
	cpu->shadow = 0;
	cpu->pending_db = 0;
	cpu->dr[6] = 0xffff0ff0u;
	cpu->dr[7] = 0x400;
	cpu_fpu_set(cpu, in->st.fx);
	cpu_segments_changed(cpu);
}

static bool has_error_code(uint32_t vector)
{
	return vector == VEC_DF || (vector >= VEC_TS && vector <= VEC_PF) ||
	       vector == VEC_AC;
}

/* take_frame() - what the exception pushed on the ring 0 stack. */
static void take_frame(struct interp *m, struct case_out *out)
{
	struct cpu *cpu = m->cpu;
	const uint8_t *sp =
		m->ram.base + P_SYS + (cpu->gpr[REG_ESP] - L_SYS) % SYS_STACK;

	out->vector = (cpu->eip - L_SYS - SYS_HANDLERS) / 2;
	if (has_error_code(out->vector)) {
		out->err = get_le32(sp);
		sp += 4;
	}
	out->cr2 = out->vector == VEC_PF ? cpu->cr2 : 0;
	out->st.eip = get_le32(sp);
	out->st.seg[SEG_CS] = get_le16(sp + 4);
	out->st.eflags = get_le32(sp + 8);
	out->st.gpr[REG_ESP] = get_le32(sp + 12);
	out->st.seg[SEG_SS] = get_le16(sp + 16);
}

static uint32_t ending(enum cpu_exit e)
{
	switch (e) {
	case CPU_EXIT_SHUTDOWN:
		return CASE_SHUTDOWN;
	case CPU_EXIT_UNIMPLEMENTED:
		return CASE_DIED;
	default:
		return CASE_TIMEOUT;
	}
}

/* keep_tables() - a page beside those of the cases, in each window, again when
 * one was emptied. Their one mapping comes and goes with each case, and the
 * host would make and free three page tables for it each time: dear where it
 * has no hardware paging. */
static void keep_tables(struct interp *m)
{
	struct cpu *cpu = m->cpu;
	static const uint32_t beside[] = { CASE_MEM, CASE_CODE };
	struct windows *w = cpu->mmu->windows;
	unsigned int i, j;

	if (!w || m->kept == w->stats.dropped + 1)
		return;
	m->kept = w->stats.dropped + 1;
	for (i = 0; i < SPACES * VIEWS; i++)
		for (j = 0; j < ARRAY_SIZE(beside); j++)
			mmap(w->space[i / VIEWS].view[i % VIEWS].base +
				     (beside[j] | 0x1ff000),
			     4096, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				     MAP_FIXED_NOREPLACE,
			     -1, 0);
}

static void interp_run(void *state, const struct case_in *in,
		       struct case_out *out)
{
	struct interp *m = state;
	struct cpu *cpu = m->cpu;
	uint64_t before = cpu->insns;
	enum cpu_exit e;
	unsigned int i;

	load_state(m, in);
	if (cpu->bt)
		keep_tables(m);
	out->err = out->cr2 = 0;
	e = cpu_run(cpu, BUDGET);
	memcpy(out->st.gpr, cpu->gpr, sizeof(out->st.gpr));
	for (i = 0; i < SEG_COUNT; i++)
		out->st.seg[i] = cpu->seg[i].sel;
	out->st.eip = cpu->eip;
	out->st.eflags = cpu_eflags(cpu);
	if (e == CPU_EXIT_HALT)
		take_frame(m, out);
	else
		out->vector = ending(e);
	out->count = (uint32_t)(cpu->insns - before);
	out->used = take_use(m);
	cpu_fpu_get(cpu, out->st.fx);
	memcpy(out->mem, m->ram.base + P_MEM, CASE_MEM_SIZE);
	if (e == CPU_EXIT_SHUTDOWN || e == CPU_EXIT_UNIMPLEMENTED) {
		/* It may be anywhere: begin the next case afresh. */
		cpu_reset(cpu);
		fill_system_registers(cpu);
	}
}

/* bt_create_machine() - the interpreter's machine, with a translator. */
static void *bt_create_machine(bool low)
{
	const struct bt_host host = test_bt_host();
	struct interp *m = interp_create(low);
	const char *why;

	if (m && !bt_create(m->cpu, &host, &why)) {
		interp_destroy(m);
		return NULL;
	}
	return m;
}

/* bt_create_in_rsp() - a machine with a translator whose code has ESP in the
 * host's rsp. */
static void *bt_create_in_rsp(bool low)
{
	struct interp *m = bt_create_machine(low);

	if (m)
		m->cpu->bt->all_in_rsp = true;
	return m;
}

/* run_case() - the interpreter's column. */
static void run_case(void *state, const struct case_in *in,
		     struct case_out *const out[INSN_COLUMNS])
{
	interp_run(state, in, out[COLUMN_INTERP]);
}

/* run_twice() - the case, of which nothing is translated, and again: its code
 * is found in the cache, and its fragments are connected. */
static void run_twice(struct interp *m, const struct case_in *in,
		      struct case_out *cold, struct case_out *warm)
{
	bt_claim_signals(m->cpu);	/* cmocka takes them for each test */
	m->keeps_code = false;
	interp_run(m, in, cold);
	m->keeps_code = true;
	interp_run(m, in, warm);
}

static void run_bt(void *state, const struct case_in *in,
		   struct case_out *const out[INSN_COLUMNS])
{
	run_twice(state, in, out[COLUMN_BT], out[COLUMN_BT_WARM]);
}

static void run_bt_in_rsp(void *state, const struct case_in *in,
			  struct case_out *const out[INSN_COLUMNS])
{
	struct case_out cold;

	run_twice(state, in, &cold, out[COLUMN_BT_RSP]);
}

const char *const insn_columns[INSN_COLUMNS] = {
	[COLUMN_INTERP] = "interp",
	[COLUMN_BT] = "bt",
	[COLUMN_BT_WARM] = "bt, warm",
	[COLUMN_BT_RSP] = "bt, rsp",
};

static const struct insn_engine interp_engine = {
	COLUMN_INTERP, interp_create, run_case, interp_destroy
};

static const struct insn_engine bt_engine = {
	COLUMN_BT, bt_create_machine, run_bt, interp_destroy
};

static const struct insn_engine bt_rsp_engine = {
	COLUMN_BT_RSP, bt_create_in_rsp, run_bt_in_rsp, interp_destroy
};

const struct insn_engine *const insn_engines[INSN_ENGINES] = {
	&interp_engine, &bt_engine, &bt_rsp_engine
};
