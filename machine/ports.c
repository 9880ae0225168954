/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ports.c - pc.def at work: which chip has a port, and how it is asked.
 *
 * The functions are named by pc.def's column "access". What a chip does not
 * drive on a read stays as it came: ones.
 */
#include "machine/pc.h"

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

/* polled() - the guest reads a clock. Return: guest time. */
static uint64_t polled(struct pc *pc)
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
	polled(pc);
	a->value = i8254_port_read(&pc->pit, a->at);
}

static void pc_port61(struct pc *pc, struct pc_access *a)
{
	if (a->write) {
		port61_write(&pc->port61, (uint8_t)a->value);
		return;
	}
	polled(pc);
	a->value = port61_read(&pc->port61);
}

static void pc_pm_timer(struct pc *pc, struct pc_access *a)
{
	if (!a->write)
		a->value = piix4_pm_timer(polled(pc)) >> 8 * (a->at & 3);
}

/* pc_delay() - a latch that nobody reads: kernels write it to wait. */
static void pc_delay(struct pc *pc, struct pc_access *a)
{
	(void)pc, (void)a;
}

static void pc_kbc(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		i8042_port_write(&pc->kbc, a->at, (uint8_t)a->value);
	else
		a->value = i8042_port_read(&pc->kbc, a->at);
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

static void pc_pci(struct pc *pc, struct pc_access *a)
{
	if (a->write)
		pci_port_write(&pc->pci, a->at, a->width, a->value);
	else
		a->value = pci_port_read(&pc->pci, a->at, a->width);
}

const struct pc_row pc_rows[PC_ROWS] = {
#define LINE(id, name, kind, first, count, world, irq) \
	{ first, count, 0, 1, LINE_##id, NULL },
#define PORTS(chip, first, count, width, world, access, at) \
	{ first, count, at, width, -1, pc_##access },
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
		line_ops[line]->look(pc->at_line[line], byte_line_room(
				     &pc->state->line[line]));
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

int pc_row(uint16_t port)
{
	unsigned int i;

	for (i = 0; i < PC_ROWS; i++)
		if ((uint16_t)(port - pc_rows[i].first) < pc_rows[i].count)
			return (int)i;
	return -1;
}

bool pc_blocked(const struct pc *pc, unsigned int row, uint16_t port,
		const struct pc_access *a)
{
	const struct pc_row *r = &pc_rows[row];

	return r->line >= 0 && a->write && line_ops[r->line]->blocked &&
	       line_ops[r->line]->blocked(pc->at_line[r->line],
					  (unsigned int)(port - r->first));
}

void pc_access(struct pc *pc, unsigned int row, uint16_t port,
	       struct pc_access *a)
{
	const struct pc_row *r = &pc_rows[row];

	a->at = (uint16_t)(r->at + (port - r->first));
	if (r->line >= 0)
		line_access(pc, (unsigned int)r->line, a);
	else
		r->access(pc, a);
}
