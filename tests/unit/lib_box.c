/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_box.c - a processor in a box; see lib_box.h. */
#include "tests/unit/lib_box.h"

#define RAM_SIZE (4u << 20)

static uint32_t on_port_read(void *board, uint16_t port, unsigned int width)
{
	struct box *b = board;

	if (b->nio < BOX_IOS) {
		b->io[b->nio].port = port;
		b->io[b->nio].width = (uint8_t)width;
		b->io[b->nio].write = false;
	}
	b->nio++;
	return 0xa5b6c7d8u & (width == 4 ? ~0u : (1u << 8 * width) - 1);
}

static void on_port_write(void *board, uint16_t port, unsigned int width,
			  uint32_t v)
{
	struct box *b = board;

	if (b->nio < BOX_IOS) {
		b->io[b->nio].port = port;
		b->io[b->nio].width = (uint8_t)width;
		b->io[b->nio].write = true;
		b->io[b->nio].v = v;
	}
	b->nio++;
}

static uint32_t on_mmio_read(void *board, paddr addr, unsigned int width)
{
	(void)board;
	(void)addr;
	return width == 4 ? ~0u : (1u << 8 * width) - 1;
}

static void on_mmio_write(void *board, paddr addr, unsigned int width,
			  uint32_t v)
{
	(void)board;
	(void)addr;
	(void)width;
	(void)v;
}

static uint64_t on_tsc(void *board)
{
	return ((struct box *)board)->tsc += 100;
}

static uint8_t on_intr_ack(void *board)
{
	struct box *b = board;

	b->cpu->intr = false;
	return b->vector;
}

static void on_ferr(void *board, bool level)
{
	(void)board;
	(void)level;
}

static void wire_up(struct box *b)
{
	struct cpu_pins pins = {
		.board = b, .port_read = on_port_read,
		.port_write = on_port_write, .mmio_read = on_mmio_read,
		.mmio_write = on_mmio_write, .tsc = on_tsc,
		.intr_ack = on_intr_ack, .ferr = on_ferr,
	};

	memset(b, 0, sizeof(*b));
	assert_int_equal(guestmem_create(&b->ram, RAM_SIZE), 0);
	b->cpu = cpu_create(&b->ram, &b->attention, &pins);
	assert_non_null(b->cpu);
	memset(b->cpu->gpr, 0, sizeof(b->cpu->gpr));
}

static void tables_fill(struct box *b)
{
	unsigned int i;

	box_desc(b, CS0, 0, 0xfffff, A_CODE0, F_32 | F_4K);
	box_desc(b, DS0, 0, 0xfffff, A_DATA0, F_32 | F_4K);
	box_desc(b, CS3, 0, 0xfffff, A_CODE3, F_32 | F_4K);
	box_desc(b, DS3, 0, 0xfffff, A_DATA3, F_32 | F_4K);
	box_desc(b, TR, TSS, 0x67, A_TSS32 | 2, 0);
	box_desc(b, LDTR, LDT, 0xff, A_LDT, 0);
	box_desc(b, CS16, BASE16, 0xffff, A_CODE0, 0);
	box_desc(b, DS16, BASE16, 0xffff, A_DATA0, 0);
	box_desc(b, TR_B, TSS_B, 0x67, A_TSS32, 0);
	box_desc(b, TR_16, TSS_16, 0x2b, A_TSS16, 0);
	for (i = 0; i < 256; i++) {
		box_gate(b, IDT + 8 * i, CS0, HANDLERS + 16 * i, A_INT32, 0);
		box_put8(b, HANDLERS + 16 * i, 0xf4);
	}
	box_put32(b, TSS + 4, STACK0);
	box_put32(b, TSS + 8, DS0);
	box_put16(b, TSS + 0x66, 0x68);
}

static struct segment flat(uint16_t sel, uint32_t access)
{
	return (struct segment){
		.limit = 0xffffffff, .sel = sel,
		.attr = access << 8 | DESC_A | DESC_B | DESC_G,
	};
}

static void set_level(struct box *b, uint16_t cs, uint32_t code, uint16_t ds,
		      uint32_t data)
{
	struct cpu *cpu = b->cpu;
	unsigned int i;

	for (i = 0; i < SEG_COUNT; i++)
		cpu->seg[i] = flat(ds, data);
	cpu->seg[SEG_CS] = flat(cs, code);
	cpu->cpl = cs & 3;
	cpu_segments_changed(cpu);
}

void box_open(struct box *b)
{
	struct cpu *cpu;

	wire_up(b);
	tables_fill(b);
	cpu = b->cpu;
	cpu->gdtr = (struct dtable){ .base = GDT, .limit = 0xff };
	cpu->idtr = (struct dtable){ .base = IDT, .limit = 0x7ff };
	cpu->tr = (struct segment){ .base = TSS, .limit = 0x67, .sel = TR,
				    .attr = (A_TSS32 | 2u) << 8 };
	cpu->ldtr = (struct segment){ .base = LDT, .limit = 0xff,
				      .sel = LDTR, .attr = A_LDT << 8 };
	cpu_write_cr0(cpu, CR0_PE | CR0_NE);
	set_level(b, CS0, A_CODE0, DS0, A_DATA0);
	cpu->gpr[REG_ESP] = STACK0;
	cpu->eip = CODE;
}

void box_open_real(struct box *b)
{
	unsigned int i;

	wire_up(b);
	for (i = 0; i < SEG_COUNT; i++)
		seg_load_real(b->cpu, i, 0);
	b->cpu->idtr = (struct dtable){ .base = 0, .limit = 0x3ff };
	b->cpu->gpr[REG_ESP] = 0x8000;
	for (i = 0; i < 256; i++) {
		box_put32(b, 4 * i, 0x0900u << 16 | 16 * i);
		box_put8(b, 0x9000 + 16 * i, 0xf4);
	}
}

void box_level3(struct box *b)
{
	set_level(b, CS3, A_CODE3, DS3, A_DATA3);
	b->cpu->gpr[REG_ESP] = STACK3;
}

void box_v86(struct box *b, unsigned int iopl)
{
	unsigned int i;

	cpu_set_eflags(b->cpu, FL_VM | iopl << 12);
	for (i = 0; i < SEG_COUNT; i++)
		seg_load_real(b->cpu, i, V86 >> 4);
	cpu_segments_changed(b->cpu);
	b->cpu->gpr[REG_ESP] = 0x1000;
}

void box_close(struct box *b)
{
	cpu_destroy(b->cpu);
	guestmem_close(&b->ram);
}

uint8_t box_get8(struct box *b, uint32_t a)
{
	return *(uint8_t *)guestmem_ptr(&b->ram, a, 1);
}

uint16_t box_get16(struct box *b, uint32_t a)
{
	return get_le16(guestmem_ptr(&b->ram, a, 2));
}

uint32_t box_get32(struct box *b, uint32_t a)
{
	return get_le32(guestmem_ptr(&b->ram, a, 4));
}

void box_bytes(struct box *b, uint32_t a, const uint8_t *bytes, size_t n)
{
	memcpy(guestmem_ptr(&b->ram, a, n), bytes, n);
	mmu_dma_written(b->cpu, a, n);
}

void box_put8(struct box *b, uint32_t a, uint8_t v)
{
	box_bytes(b, a, &v, 1);
}

void box_put16(struct box *b, uint32_t a, uint16_t v)
{
	uint8_t bytes[2];

	put_le16(bytes, v);
	box_bytes(b, a, bytes, 2);
}

void box_put32(struct box *b, uint32_t a, uint32_t v)
{
	uint8_t bytes[4];

	put_le32(bytes, v);
	box_bytes(b, a, bytes, 4);
}

void box_desc(struct box *b, uint16_t sel, uint32_t base, uint32_t limit,
	      unsigned int access, unsigned int flags)
{
	uint32_t at = (sel & 4 ? LDT : GDT) + (sel & ~7u);

	box_put32(b, at, (base << 16) | (limit & 0xffff));
	box_put32(b, at + 4,
		  (base & 0xff000000) | flags << 20 | (limit & 0xf0000) |
			  access << 8 | (base >> 16 & 0xff));
}

void box_gate(struct box *b, uint32_t at, uint16_t sel, uint32_t off,
	      unsigned int access, unsigned int params)
{
	box_put32(b, at, (uint32_t)sel << 16 | (off & 0xffff));
	box_put32(b, at + 4, (off & 0xffff0000) | access << 8 | params);
}

uint32_t box_top(struct box *b, unsigned int n)
{
	return box_get32(b, b->cpu->seg[SEG_SS].base + b->cpu->gpr[REG_ESP] +
				    4 * n);
}

void box_step(struct box *b, unsigned int n)
{
	cpu_run(b->cpu, n);
}

void box_run_at(struct box *b, const char *file, int line)
{
	enum cpu_exit why = cpu_run(b->cpu, 100000);

	if (why != CPU_EXIT_HALT)
		print_error("not halted: exit %d at %04x:%08x\n", why,
			    b->cpu->seg[SEG_CS].sel, b->cpu->eip);
	_assert_int_equal(why, CPU_EXIT_HALT, file, line);
}

/* halted_vector() - whose handler it halted in, or -1. */
static int halted_vector(struct box *b)
{
	uint32_t a = b->cpu->seg[SEG_CS].base + b->cpu->eip - 1;

	if (a < HANDLERS || a >= HANDLERS + 256 * 16 || a % 16)
		return -1;
	return (int)(a - HANDLERS) / 16;
}

void box_int_at(struct box *b, unsigned int vector, const char *file, int line)
{
	box_run_at(b, file, line);
	_assert_int_equal(halted_vector(b), vector, file, line);
}

void box_fault_at(struct box *b, unsigned int vector, uint32_t code,
		  const char *file, int line)
{
	box_int_at(b, vector, file, line);
	_assert_int_equal(box_top(b, 0), code, file, line);
}

void box_fine_at(struct box *b, const char *file, int line)
{
	box_run_at(b, file, line);
	_assert_int_equal(halted_vector(b), -1, file, line);
}
