/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ports.c - pc.def at work: which chip answers, and how it is asked.
 *
 * The functions are named by pc.def's column "access". What a chip does not
 * drive on a read stays as it came: ones.
 */
#include "machine/pc.h"

#include <string.h>

#include "base/check.h"

static void pc_pic(struct pc *pc, struct pc_access *a, unsigned int which)
{
	if (a->write)
		i8259_port_write(&pc->pic, which, a->at, (uint8_t)a->value);
	else
		a->value = i8259_port_read(&pc->pic, which, a->at);
}

static void pc_pic_master(struct pc *pc, struct pc_access *a)
{
	pc_pic(pc, a, 0);
}

static void pc_pic_slave(struct pc *pc, struct pc_access *a)
{
	pc_pic(pc, a, 1);
}

static void pc_elcr(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		i8259_elcr_write(&pc->pic, a->at, (uint8_t)a->value);
	else
		a->value = i8259_elcr_read(&pc->pic, a->at);
}

/* clock_poll() - the guest reads a clock by a port. Return: guest time. */
static uint64_t clock_poll(struct pc *pc)
{
	const struct pc_world *w = &pc->world;

	return w->poll_ns ? w->poll_ns(w->self) : w->now_ns(w->self);
}

static void pc_pit(struct pc *pc, struct pc_access *a)
{
	if (a->write) {
		i8254_port_write(&pc->pit, a->at, (uint8_t)a->value);
		return;
	}
	clock_poll(pc);
	a->value = i8254_port_read(&pc->pit, a->at);
}

static void pc_port61(struct pc *pc, struct pc_access *a)
{
	if (a->write) {
		port61_write(&pc->port61, (uint8_t)a->value);
		return;
	}
	clock_poll(pc);
	a->value = port61_read(&pc->port61);
}

static void pc_pm_timer(struct pc *pc, struct pc_access *a)
{
	if (!a->write)
		a->value = piix4_pm_timer(clock_poll(pc)) >> 8 * (a->at & 3);
}

static void pc_dma(struct pc *pc, struct pc_access *a, unsigned int chip,
		   unsigned int offset)
{
	if (a->write)
		i8237_port_write(&pc->dma, chip, offset, (uint8_t)a->value);
	else
		a->value = i8237_port_read(&pc->dma, chip, offset);
}

static void pc_dma1(struct pc *pc, struct pc_access *a)
{
	pc_dma(pc, a, 0, a->at);
}

/* pc_dma2() - its lowest address line is the bus's next one. */
static void pc_dma2(struct pc *pc, struct pc_access *a)
{
	pc_dma(pc, a, 1, a->at / 2);
}

/* pc_dma_page() - the page registers. Some belong to no channel and are plain
 * latches; kernels write the first one (port 80h) to wait a microsecond. */
static void pc_dma_page(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		i8237_page_write(&pc->dma, a->at, (uint8_t)a->value);
	else
		a->value = i8237_page_read(&pc->dma, a->at);
}

static void pc_fdc(struct pc *pc, struct pc_access *a)
{
	enum chip_answer answer;
	uint8_t value = 0;

	if (a->write) {
		answer = i82077aa_port_write(&pc->floppy, a->at,
					     (uint8_t)a->value);
	} else {
		answer = i82077aa_port_read(&pc->floppy, a->at, &value);
		a->value = value;
	}
	a->worker = WORK_FLOPPY;
	a->answer = (uint8_t)answer;
}

static void pc_kbc(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		i8042_port_write(&pc->kbc, a->at, (uint8_t)a->value);
	else
		a->value = i8042_port_read(&pc->kbc, a->at);
}

/* pc_vmmouse() - a call whose arguments are the processor's registers: the VMM
 * has put them into the state. Writes, and reads that are not 4 bytes wide, do
 * nothing. */
static void pc_vmmouse(struct pc *pc, struct pc_access *a)
{
	if (a->write || a->width != 4)
		return;
	vmmouse_call(&pc->vmmouse);
	a->value = pc->state->vmmouse.cpu[VMMOUSE_EAX];
}

static void pc_port92(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		port92_write(&pc->port92, (uint8_t)a->value);
	else
		a->value = port92_read(&pc->port92);
}

static void pc_rtc(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		mc146818_port_write(&pc->rtc, a->at, (uint8_t)a->value);
	else
		a->value = mc146818_port_read(&pc->rtc, a->at);
}

static void pc_smi(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		piix4_pm_smi_write(&pc->pm, a->at, (uint8_t)a->value);
	else
		a->value = piix4_pm_smi_read(&pc->pm, a->at);
}

static void pc_pm(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		piix4_pm_port_write(&pc->pm, a->at, a->width, a->value);
	else
		a->value = piix4_pm_port_read(&pc->pm, a->at, a->width);
}

/* there_is_vga() - without one its ports and its window are nobody's. */
static bool there_is_vga(const struct pc *pc)
{
	return pc->funcs >> FUNC_VGA & 1;
}

static void pc_vga(struct pc *pc, struct pc_access *a)
{
	if (!there_is_vga(pc))
		return;
	if (a->write) {
		vga_port_write(&pc->vga, a->at, (uint8_t)a->value);
		return;
	}
	clock_poll(pc);	/* it may be the retrace that is waited for */
	a->value = vga_port_read(&pc->vga, a->at);
}

static void pc_vbe(struct pc *pc, struct pc_access *a)
{
	if (!there_is_vga(pc))
		return;
	if (a->write)
		vga_vbe_write(&pc->vga, a->at, (uint16_t)a->value);
	else
		a->value = vga_vbe_read(&pc->vga, a->at);
}

static void pc_vga_mmio(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		vga_mmio_write(&pc->vga, a->at, a->width, a->value);
	else
		a->value = vga_mmio_read(&pc->vga, a->at, a->width);
}

static void pc_vga_window(struct pc *pc, struct pc_access *a)
{
	if (!there_is_vga(pc))
		return;
	if (a->write)
		vga_window_write(&pc->vga, a->at, a->width, a->value);
	else
		a->value = vga_window_read(&pc->vga, a->at, a->width);
}

static void pc_fw_cfg(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		fw_cfg_port_write(&pc->fw_cfg, a->at, a->width, a->value);
	else
		a->value = fw_cfg_port_read(&pc->fw_cfg, a->at, a->width);
}

/* ide_answered() - note channel @n's answer, and the channel as the worker. */
static void ide_answered(struct pc_access *a, unsigned int n,
			 enum chip_answer answer)
{
	a->worker = (uint8_t)(WORK_IDE0 + n);
	a->answer = (uint8_t)answer;
}

static void pc_ide(struct pc *pc, struct pc_access *a)
{
	unsigned int n = a->at / IDE_PORTS, at = a->at % IDE_PORTS;
	struct ide_channel *c = &pc->ide[n];

	if (!piix3_ide_decodes(&pc->state->piix3_ide, n))
		return;
	ide_answered(a, n,
		     a->write ? ide_port_write(c, at, a->width, a->value) :
				ide_port_read(c, at, a->width, &a->value));
}

/* pc_ide_ctl() - the control block: alternate status, device control. */
static void pc_ide_ctl(struct pc *pc, struct pc_access *a)
{
	if (!piix3_ide_decodes(&pc->state->piix3_ide, a->at))
		return;
	if (a->write)
		ide_control(&pc->ide[a->at], (uint8_t)a->value);
	else
		a->value = ide_alternate(&pc->ide[a->at]);
}

static void pc_ide_bm(struct pc *pc, struct pc_access *a)
{
	unsigned int n = a->at / IDE_BM_PORTS, at = a->at % IDE_BM_PORTS;
	struct ide_channel *c = &pc->ide[n];

	if (a->write)
		ide_answered(a, n, ide_bm_write(c, at, a->width, a->value));
	else
		a->value = ide_bm_read(c, at, a->width);
}

static void pc_pci(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		pci_port_write(&pc->pci, a->at, a->width, a->value);
	else
		a->value = pci_port_read(&pc->pci, a->at, a->width);
}

static void pc_lance(struct pc *pc, struct pc_access *a)
{
	struct lance *l = &pc->nic[a->card].lance;

	a->worker = WORK_NIC0 + a->card;
	if (a->write)
		a->answer =
			(uint8_t)lance_port_write(l, a->at, a->width, a->value);
	else
		lance_port_read(l, a->at, a->width, &a->value);
}

static void pc_debug_exit(struct pc *pc, struct pc_access *a)
{
	if (!a->write)
		return;
	pc->state->debug_exit = (uint8_t)a->value;
	pc->world.pin(pc->world.self, PIN_DEBUG_EXIT, true);
}

const struct pc_row pc_rows[PC_ROWS] = {
#define LINE(id, name, kind, first, count, world, irq) \
	{ NULL, first, count, 0, 1, PC_SPACE_IO, 0, 0, 0, LINE_##id, \
	  CHIP_##id, WORLD_##world, NULL },
#define PORTS(chip, first, count, width, world, access, at) \
	{ NULL, first, count, at, width, PC_SPACE_IO, 0, 0, 0, -1, \
	  CHIP_##chip, WORLD_##world, pc_##access },
#include "machine/pc.def"
#define WINDOW(name, chip, func, bar, space, count, width, world, access) \
	{ #name, 0, count, 0, width, PC_SPACE_##space, FUNC_##func, bar, 0, \
	  -1, CHIP_##chip, WORLD_##world, pc_##access },
#include "machine/pc.def"
#define REGION(name, chip, owner, first, count, width, world, access) \
	{ #name, first, count, 0, width, PC_SPACE_MEM, 0, 0, OWNER_##owner, \
	  -1, CHIP_##chip, WORLD_##world, pc_##access },
#include "machine/pc.def"
#define JUMPER(name, chip, width, world, access) \
	{ #name, 0, 1, 0, width, PC_SPACE_IO, 0, 0, 0, -1, CHIP_##chip, \
	  WORLD_##world, pc_##access },
#include "machine/pc.def"
};

/* ---- chips at lines of bytes -------------------------------------------- */

static const struct isa_ops *const line_ops[PC_LINES] = {
#define LINE(id, name, kind, first, count, world, irq) &kind##_ops,
#include "machine/pc.def"
};

const char *const pc_line_names[PC_LINES] = {
#define LINE(id, name, kind, first, count, world, irq) #id,
#include "machine/pc.def"
};

/* The columns "kind" and "first" of each row LINE. */
static const struct {
	const char *kind;
	uint16_t first;
} line_rows[PC_LINES] = {
#define LINE(id, name, kind, first, count, world, irq) { #kind, first },
#include "machine/pc.def"
};

int pc_line_find(const char *kind, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		if (!strcmp(line_rows[i].kind, kind) && !n--)
			return (int)i;
	return -1;
}

uint16_t pc_line_port(unsigned int line)
{
	return line_rows[line].first;
}

static void line_access(struct pc *pc, unsigned int line, struct pc_access *a)
{
	const struct isa_ops *ops = line_ops[line];

	if (a->write)
		ops->port_write(pc->at_line[line], a->at, (uint8_t)a->value);
	else
		a->value = ops->port_read(pc->at_line[line], a->at);
}

void pc_line_look(struct pc *pc, unsigned int line)
{
	if (line_ops[line]->look)
		line_ops[line]->look(pc->at_line[line],
				     byte_line_room(&pc->state->line[line]));
}

void pc_line_tick(struct pc *pc, unsigned int line)
{
	if (line_ops[line]->tick)
		line_ops[line]->tick(pc->at_line[line]);
}

void pc_lines_reset(struct pc *pc)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		line_ops[i]->reset(pc->at_line[i]);
}

bool pc_halted(struct pc *pc)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		if (line_ops[i]->halted)
			any |= line_ops[i]->halted(pc->at_line[i]);
	return any;
}

bool pc_hungry(const struct pc *pc, unsigned int row)
{
	int line = pc_rows[row].line;

	return line >= 0 && byte_line_hungry(&pc->state->line[line]);
}

/* ---- rows ---------------------------------------------------------------- */

/* --move has a bit for each. */
BUILD_ASSERT(PC_ROWS <= 64);

/* Rows PORTS, in their order; each is named by its first port. */
enum {
#define PORTS(chip, first, count, width, world, access, at) ROW_AT_##first,
#include "machine/pc.def"
};

/* The row of each port plus 1; 0: it has none. Each access needs it, so it is
 * a table with an entry for each port. The compiler refuses rows that
 * overlap. */
static const uint8_t port_rows[] = {
#define PORTS(chip, first, count, width, world, access, at) \
	[first ... first + count - 1] = ROW_AT_##first + 1,
#include "machine/pc.def"
};

int pc_row(uint16_t port)
{
	return port < ARRAY_SIZE(port_rows) ? port_rows[port] - 1 : -1;
}

int pc_row_named(const char *name)
{
	unsigned int i;

	for (i = PC_ROW_WINDOWS; i < PC_ROWS; i++)
		if (!strcmp(name, pc_rows[i].name))
			return (int)i;
	return -1;
}

/* find_window() - the window of a PCI function at @at, if any; -1: none. It
 * hides the rows that pc_find() looks at next. */
static int find_window(const struct pc *pc, enum pc_space space, uint64_t at,
		       uint32_t *offset)
{
	/* Volatile: what is checked is what is used, whoever writes there. */
	const volatile struct pc_place *p = pc->state->place;
	const struct pc_row *r = pc_rows + PC_ROW_WINDOWS;
	unsigned int i;
	uint64_t skip;

	for (i = 0; i < PC_WINDOWS; i++) {
		if (!p[i].shown || r[i].space != space ||
		    !(pc->funcs >> r[i].func & 1))
			continue;
		skip = at - p[i].base;
		if (skip >= r[i].count)
			continue;
		*offset = (uint32_t)skip;
		return (int)(PC_ROW_WINDOWS + i);
	}
	return -1;
}

/* find_region() - the row of the chip that owns address @at by the address
 * map; -1: none. */
static int find_region(const struct pc *pc, uint64_t at, uint32_t *offset)
{
	const struct guestmem *ram = pc->world.ram;
	unsigned int owner = ram ? memmap_owner(&ram->map, at) : OWNER_NONE;
	unsigned int i;

	for (i = PC_ROW_REGIONS; i < PC_ROW_JUMPERS; i++)
		if (pc_rows[i].owner == owner &&
		    at - pc_rows[i].first < pc_rows[i].count) {
			*offset = (uint32_t)(at - pc_rows[i].first);
			return (int)i;
		}
	return -1;
}

int pc_find(const struct pc *pc, enum pc_space space, uint64_t at,
	    uint32_t *offset)
{
	int row;

	*offset = 0;
	/* The user's --debug-exit port comes first: a guest that places a
	 * window over it does not hide it. */
	if (space == PC_SPACE_IO && at == pc->world.debug_exit_port)
		return PC_ROW_JUMPERS;
	row = find_window(pc, space, at, offset);
	if (row >= 0)
		return row;
	if (space != PC_SPACE_IO)
		return find_region(pc, at, offset);
	row = pc_row((uint16_t)at);
	if (row >= 0)
		*offset = (uint32_t)(at - pc_rows[row].first);
	return row;
}

unsigned int pc_chip(const struct pc *pc, unsigned int row, uint32_t offset,
		     const struct pc_access *a)
{
	const struct pc_row *r = &pc_rows[row];

	if (!pc_is_card(row))
		return r->chip;
	switch (lance_port_kind(&pc->state->lance[r->func], offset, a->width,
				a->write)) {
	case LANCE_PORT_RAP:
		return CHIP_LANCE_RAP;
	case LANCE_PORT_RDP:
		return CHIP_LANCE_RDP;
	case LANCE_PORT_BDP:
		return CHIP_LANCE_BDP;
	default:
		return r->chip;
	}
}

bool pc_blocked(const struct pc *pc, unsigned int row, uint32_t offset,
		const struct pc_access *a)
{
	const struct pc_row *r = &pc_rows[row];

	return r->line >= 0 && a->write && line_ops[r->line]->blocked &&
	       line_ops[r->line]->blocked(pc->at_line[r->line], offset);
}

void pc_access(struct pc *pc, unsigned int row, uint32_t offset,
	       struct pc_access *a)
{
	const struct pc_row *r = &pc_rows[row];

	a->at = r->at + offset;
	a->card = r->func;
	a->answer = CHIP_DONE;
	if (r->line >= 0)
		line_access(pc, (unsigned int)r->line, a);
	else
		r->access(pc, a);
}
