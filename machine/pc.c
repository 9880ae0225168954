/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pc.c - the schematic: which pin of which chip leads where.
 *
 * Slots: 0 host bridge, 1 ISA bridge, 2 to 5 the PCnets, 6 the VGA. A card's
 * INTA is PIRQ (slot - 1) mod 4 as on most boards.
 */
#include "machine/pc.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/video/vga_pci.h"
#include "machine/pcmap.h"
#include "machine/video.h"

enum {
	SLOT_HOST_BRIDGE = 0, SLOT_ISA_BRIDGE = 1, SLOT_NIC0 = 2,
	SLOT_VGA = SLOT_NIC0 + NIC_MAX,
};

/* Functions of the ISA bridge's slot. */
#define FUNCTION_IDE 1
#define FUNCTION_PM 3

#define FLOPPY_DRQ 2	/* the channel of the DMA controllers */

/* ---- wires ------------------------------------------------------------- */

static uint64_t wire_now(void *pc)
{
	const struct pc_world *w = &((struct pc *)pc)->world;

	return w->now_ns(w->self);
}

static void wire_alarm(void *pc, unsigned int pin, uint64_t when_ns)
{
	struct pc *p = pc;

	p->state->alarm_ns[pin % PC_ALARMS] = when_ns;
	if (p->world.alarm)
		p->world.alarm(p->world.self);
}

static struct clock_wire clock_pin(struct pc *pc, unsigned int alarm)
{
	return (struct clock_wire){ wire_now, wire_alarm, pc, alarm };
}

static struct irq_wire irq_pin(const struct pc *pc, unsigned int number)
{
	return (struct irq_wire){ pc->world.pin, pc->world.self, number };
}

static struct irq_wire line_pin(const struct pc *pc, enum pc_line line)
{
	return irq_pin(pc, PIN_LINE0 + line);
}

static struct clock_wire line_clock(struct pc *pc, enum pc_line line)
{
	return clock_pin(pc, PC_ALARM_LINE0 + line);
}

/* wire_high() - drive a pin of which only the rise counts: it is never lowered
 * again. */
static void wire_high(void *pc, unsigned int number, bool level)
{
	const struct pc_world *w = &((struct pc *)pc)->world;

	if (level)
		w->pin(w->self, number, true);
}

static struct irq_wire high_pin(struct pc *pc, unsigned int number)
{
	return (struct irq_wire){ wire_high, pc, number };
}

static int wire_dma_read(void *pc, uint64_t addr, void *buf, size_t len)
{
	const struct pc_world *w = &((struct pc *)pc)->world;

	return w->ram ? guestmem_read(w->ram, addr, buf, len) : -1;
}

static int wire_dma_write(void *pc, uint64_t addr, const void *buf, size_t len)
{
	const struct pc_world *w = &((struct pc *)pc)->world;

	return w->ram ? guestmem_write(w->ram, addr, buf, len, w->ram_written,
				       w->self) :
			-1;
}

/* dma_pin() - Return: the wire by which a bus master reaches guest memory. */
static struct dma_wire dma_pin(struct pc *pc)
{
	return (struct dma_wire){ wire_dma_read, wire_dma_write, pc };
}

/* wire_a20() - drive address line 20. Two chips have a gate for it; the last
 * write to either counts, as on QEMU's board: guests use one of the two without
 * a look at the other. */
static void wire_a20(void *pc, unsigned int number, bool level)
{
	struct pc *p = pc;

	p->state->a20_shut = !level;
	if (p->world.a20)
		p->world.a20(p->world.self, number, level);
}

/* ---- PCI --------------------------------------------------------------- */

unsigned int pc_nic_slot(unsigned int nic)
{
	return SLOT_NIC0 + nic;
}

unsigned int pc_nic_pirq(unsigned int nic)
{
	return (SLOT_NIC0 + nic - 1) & 3;
}

static void windows_moved(struct pc *pc)
{
	if (pc->world.moved)
		pc->world.moved(pc->world.self);
}

/* show_windows() - note in the state where a function's windows are now.
 * @config: the first 64 bytes of its configuration space */
static void show_windows(struct pc *pc, enum pc_func func,
			 const uint8_t *config)
{
	const struct pc_row *r = pc_rows + PC_ROW_WINDOWS;
	struct pc_place *p = pc->state->place;
	unsigned int i;

	for (i = 0; i < PC_WINDOWS; i++)
		if (r[i].func == func)
			p[i].shown = pci_bar(config, r[i].bar,
					     r[i].space == PC_SPACE_IO,
					     &p[i].base);
	windows_moved(pc);
}

/* show_routing() - note in the state which IRQ line each card pulls now. */
static void show_routing(struct pc *pc)
{
	unsigned int i;
	int line;

	for (i = 0; i < pc->nics; i++) {
		line = piix3_route(&pc->state->piix3, pc_nic_pirq(i));
		pc->state->pin_line[PIN_NIC0 + i] = line < 0 ? LINE_NONE :
							       (uint8_t)line;
	}
	windows_moved(pc);
}

/* show_memory() - make the address map follow the host bridge in
 * C0000-FFFFF. */
static void show_memory(struct pc *pc)
{
	if (pcmap_pam(&pc->state->memmap, &pc->state->i440fx) &&
	    pc->world.mapped)
		pc->world.mapped(pc->world.self);
}

static uint32_t nic_read(void *nic, uint32_t off, unsigned int width)
{
	return pcnet_pci_config_read(&((struct pcnet *)nic)->pci, off, width);
}

static void nic_write(void *nic, uint32_t off, unsigned int width,
		      uint32_t value)
{
	struct pcnet *n = nic;

	if (pcnet_pci_config_write(&n->pci, off, width, value))
		show_windows(n->pc, FUNC_NIC0 + n->index, n->pci.regs->config);
}

static uint32_t i440fx_read(void *pc, uint32_t off, unsigned int width)
{
	return pci_config_read(&((struct pc *)pc)->state->i440fx, off, width);
}

/* i440fx_write() - PAM registers among others, so the memory is looked at. */
static void i440fx_write(void *pc, uint32_t off, unsigned int width,
			 uint32_t value)
{
	struct pc *p = pc;

	pci_config_write(&p->state->i440fx, off, width, value);
	show_memory(p);
}

static uint32_t piix3_read(void *pc, uint32_t off, unsigned int width)
{
	return pci_config_read(&((struct pc *)pc)->state->piix3, off, width);
}

static void piix3_write(void *pc, uint32_t off, unsigned int width,
			uint32_t value)
{
	struct pc *p = pc;

	pci_config_write(&p->state->piix3, off, width, value);
	show_routing(p);
}

void pc_work(struct pc *pc, enum pc_worker worker)
{
	if (worker < WORK_NIC0 + NIC_MAX)
		pcnet_work(&pc->nic[worker - WORK_NIC0]);
	else if (worker - WORK_IDE0 < IDE_CHANNELS)
		ide_work(&pc->ide[worker - WORK_IDE0]);
	else if (worker == WORK_FLOPPY)
		i82077aa_work(&pc->floppy);
}

static uint32_t ide_read(void *pc, uint32_t off, unsigned int width)
{
	return pci_config_read(&((struct pc *)pc)->state->piix3_ide, off,
			       width);
}

static void ide_write(void *pc, uint32_t off, unsigned int width,
		      uint32_t value)
{
	struct pc *p = pc;

	piix3_ide_write(&p->state->piix3_ide, off, width, value);
	show_windows(p, FUNC_IDE, p->state->piix3_ide.byte);
}

void pc_func_config(struct pc *pc, enum pc_func func, uint32_t off,
		    unsigned int width, uint32_t value)
{
	static const uint8_t at[PC_FUNCS][2] = {
		[FUNC_NIC0] = { SLOT_NIC0, 0 },
		[FUNC_NIC1] = { SLOT_NIC0 + 1, 0 },
		[FUNC_NIC2] = { SLOT_NIC0 + 2, 0 },
		[FUNC_NIC3] = { SLOT_NIC0 + 3, 0 },
		[FUNC_IDE] = { SLOT_ISA_BRIDGE, FUNCTION_IDE },
		[FUNC_VGA] = { SLOT_VGA, 0 },
	};
	const struct pci_function *f = &pc->pci.slot[at[func][0]][at[func][1]];

	if (f->write)
		f->write(f->self, off, width, value);
}

void pc_route(struct pc *pc, unsigned int pirq, uint8_t line)
{
	piix3_set_route(&pc->state->piix3, pirq, line);
	show_routing(pc);
}

void pc_shadow(struct pc *pc)
{
	i440fx_all_ram(&pc->state->i440fx);
	show_memory(pc);
}

/* ---- the VGA ------------------------------------------------------------ */

static uint32_t vga_read(void *pc, uint32_t off, unsigned int width)
{
	return pci_config_read(&((struct pc *)pc)->state->vga_pci, off, width);
}

static void vga_write(void *pc, uint32_t off, unsigned int width,
		      uint32_t value)
{
	struct pc *p = pc;

	pci_config_write(&p->state->vga_pci, off, width, value);
	show_windows(p, FUNC_VGA, p->state->vga_pci.byte);
	video_moved(p);
}

static void wire_vga(struct pc *pc)
{
	const struct clock_wire clock = { wire_now, NULL, pc, 0 };

	if (!video_wire(pc, &clock))
		return;
	pc->funcs |= 1u << FUNC_VGA;
	pc->pci.slot[SLOT_VGA][0] = (struct pci_function){ pc, vga_read,
							   vga_write };
}

/* ---- drives ------------------------------------------------------------- */

/* ide_over() - a cycle of the IDE's bus master ended with @err: not 0 is a
 * master abort. Return: @err. */
static int ide_over(struct pc *pc, int err)
{
	if (err)
		piix3_ide_abort(&pc->state->piix3_ide);
	return err;
}

static int ide_dma_read(void *pc, uint64_t addr, void *buf, size_t len)
{
	if (!piix3_ide_master(&((struct pc *)pc)->state->piix3_ide))
		return -1;
	return ide_over(pc, wire_dma_read(pc, addr, buf, len));
}

static int ide_dma_write(void *pc, uint64_t addr, const void *buf, size_t len)
{
	if (!piix3_ide_master(&((struct pc *)pc)->state->piix3_ide))
		return -1;
	return ide_over(pc, wire_dma_write(pc, addr, buf, len));
}

static void wire_ide(struct pc *pc)
{
	struct ide_channel *c;
	unsigned int i, k;

	for (i = 0; i < IDE_CHANNELS; i++) {
		c = &pc->ide[i];
		c->regs = &pc->state->ide[i];
		c->irq = irq_pin(pc, PIN_IDE0 + i);
		c->dma = (struct dma_wire){ ide_dma_read, ide_dma_write, pc };
		if (pc->world.ide_buffer)
			c->buffer = pc->world.ide_buffer[i];
		for (k = 0; pc->world.media && k < IDE_DRIVES; k++)
			c->medium[k] = pc->world.media[IDE_DRIVES * i + k];
	}
	pc->funcs |= 1u << FUNC_IDE;
	pc->pci.slot[SLOT_ISA_BRIDGE][FUNCTION_IDE] = (struct pci_function){
		pc, ide_read, ide_write };
}

/* wire_drq() - the floppy controller's line to the DMA controllers. */
static size_t wire_drq(void *pc, unsigned int channel, enum drq_way way,
		       uint8_t *buf, size_t len, bool *tc)
{
	return i8237_move(&((struct pc *)pc)->dma, channel, way, buf, len, tc);
}

static void wire_floppy(struct pc *pc)
{
	struct i82077aa *c = &pc->floppy;
	unsigned int i;

	pc->dma.regs = &pc->state->dma;
	pc->dma.memory = dma_pin(pc);
	c->regs = &pc->state->floppy;
	c->irq = irq_pin(pc, PIN_FLOPPY);
	c->clock = clock_pin(pc, PC_ALARM_FLOPPY);
	c->drq = (struct drq_wire){ wire_drq, pc, FLOPPY_DRQ };
	for (i = 0; pc->world.media && i < I82077AA_DRIVES; i++)
		c->medium[i] = pc->world.media[DRIVE_FLOPPY0 + i];
}

/* plug_floppy() - a drive of the type that reads the medium in it. */
static void plug_floppy(struct pc *pc, unsigned int drive,
			const struct medium_info *info)
{
	i82077aa_attach(&pc->floppy, drive,
			floppy_type(info->present ? info->sectors : 0));
	i82077aa_medium_set(&pc->floppy, drive, info);
}

uint8_t pc_floppy_type(const struct pc *pc, unsigned int drive)
{
	return pc->state->floppy.drive[drive % I82077AA_DRIVES].type & 15;
}

const struct medium_info *pc_disk(const struct pc *pc, enum pc_drive drive)
{
	const struct ide_drive_regs *d;

	if (drive > DRIVE_IDE3)
		return NULL;
	d = &pc->state->ide[drive / IDE_DRIVES].drive[drive % IDE_DRIVES];
	return d->kind == IDE_DISK ? &d->info : NULL;
}

void pc_drive_plug(struct pc *pc, enum pc_drive drive, enum ide_kind kind,
		   const struct medium_info *info)
{
	char serial[] = "HD0000000";

	serial[sizeof(serial) - 2] = (char)('1' + drive);
	if (drive <= DRIVE_IDE3)
		ide_plug(&pc->ide[drive / IDE_DRIVES], drive % IDE_DRIVES, kind,
			 info, serial);
	else
		plug_floppy(pc, drive - DRIVE_FLOPPY0, info);
}

bool pc_drive_locked(const struct pc *pc, enum pc_drive drive)
{
	return drive <= DRIVE_IDE3 &&
	       ide_locked(&pc->ide[drive / IDE_DRIVES], drive % IDE_DRIVES);
}

void pc_medium_set(struct pc *pc, enum pc_drive drive,
		   const struct medium_info *info)
{
	if (drive <= DRIVE_IDE3)
		ide_medium_set(&pc->ide[drive / IDE_DRIVES], drive % IDE_DRIVES,
			       info);
	else
		i82077aa_medium_set(&pc->floppy, drive - DRIVE_FLOPPY0, info);
}

void pc_medium_done(struct pc *pc, enum pc_drive drive, uint32_t tag,
		    enum medium_result result)
{
	if (drive <= DRIVE_IDE3)
		ide_medium_done(&pc->ide[drive / IDE_DRIVES],
				drive % IDE_DRIVES, tag, result);
	else
		i82077aa_medium_done(&pc->floppy, drive - DRIVE_FLOPPY0, tag,
				     result);
}

/* ---- the schematic ------------------------------------------------------ */

static void wire_pci(struct pc *pc)
{
	struct pc_state *s = pc->state;
	unsigned int i;

	pc->pci.regs = &s->pci;
	pc->pci.reset = high_pin(pc, PIN_RESET);
	pc->pci.slot[SLOT_HOST_BRIDGE][0] = (struct pci_function){
		pc, i440fx_read, i440fx_write };
	pc->pci.slot[SLOT_ISA_BRIDGE][0] = (struct pci_function){
		pc, piix3_read, piix3_write };
	pc->pci.slot[SLOT_ISA_BRIDGE][FUNCTION_PM] = (struct pci_function){
		&s->piix4, pci_config_read, pci_config_write };
	for (i = 0; i < pc->nics; i++) {
		pcnet_wire(&pc->nic[i], pc, i, irq_pin(pc, PIN_NIC0 + i),
			   clock_pin(pc, PC_ALARM_NIC0 + i),
			   &pc->world.lance_stats[i]);
		pc->funcs |= 1u << (FUNC_NIC0 + i);
		pc->pci.slot[SLOT_NIC0 + i][0] = (struct pci_function){
			&pc->nic[i], nic_read, nic_write };
	}
}

static void wire_timers(struct pc *pc)
{
	struct pc_state *s = pc->state;

	pc->pic.pic = s->pic;
	pc->pic.intr = (struct irq_wire){ pc->world.intr, pc->world.self, 0 };
	pc->pit.regs = &s->pit;
	pc->pit.clock = clock_pin(pc, PC_ALARM_PIT);
	pc->pit.out0 = (struct irq_wire){ pc->world.timer, pc->world.self,
					  PIN_PIT };
	pc->port61.regs = &s->port61;
	pc->port61.timer = &pc->pit;
	pc->port61.clock = clock_pin(pc, PC_ALARM_PIT);
	pc->rtc.regs = &s->rtc;
	pc->rtc.irq = irq_pin(pc, PIN_RTC);
	pc->rtc.clock = clock_pin(pc, PC_ALARM_RTC);
}

/* wire_lines() - the chips at lines of bytes: first where each is, then its
 * wires. */
static void wire_lines(struct pc *pc)
{
	struct pc_state *s = pc->state;

#define LINE(id, name, kind, first, count, world, irq) \
	pc->at_line[LINE_##id] = &pc->name;
#include "machine/pc.def"
	serial_port_wire(&pc->com1, &s->com1, &s->line[LINE_COM1],
			 line_pin(pc, LINE_COM1), line_clock(pc, LINE_COM1));
	serial_port_wire(&pc->com2, &s->com2, &s->line[LINE_COM2],
			 line_pin(pc, LINE_COM2), line_clock(pc, LINE_COM2));
	pc->bios_log = (struct debug_port){
		&s->bios_log, byte_line_wire(&s->line[LINE_BIOS_LOG]) };
	pc->lpt1 = (struct parallel_port){ &s->lpt1, line_pin(pc, LINE_LPT1),
		byte_line_wire(&s->line[LINE_LPT1]) };
}

/* wire_input() - the keyboard controller and what is plugged into it. */
static void wire_input(struct pc *pc)
{
	struct pc_state *s = pc->state;

	pc->keyboard.regs = &s->keyboard;
	pc->keyboard.clock = clock_pin(pc, PC_ALARM_KEYBOARD);
	pc->mouse.regs = &s->mouse;
	pc->vmmouse.regs = &s->vmmouse;
	pc->kbc.regs = &s->kbc;
	pc->kbc.irq = irq_pin(pc, PIN_KEYBOARD);
	pc->kbc.aux_irq = irq_pin(pc, PIN_MOUSE);
	pc->kbc.reset = high_pin(pc, PIN_RESET);
	pc->kbc.a20 = (struct irq_wire){ wire_a20, pc, 0 };
	pc->kbc.clock = clock_pin(pc, PC_ALARM_KBC);
	pc->kbc.keyboard = (struct ps2_wire){ ps2_keyboard_write,
		ps2_keyboard_read, &pc->keyboard };
	pc->kbc.aux = (struct ps2_wire){ ps2_mouse_write, ps2_mouse_read,
		&pc->mouse };
}

void pc_wire(struct pc *pc, struct pc_state *state,
	     const struct pc_world *world, unsigned int nics)
{
	memset(pc, 0, sizeof(*pc));
	ASSERT(nics <= NIC_MAX);
	pc->state = state;
	pc->world = *world;
	if (!pc->world.rows)
		pc->world.rows = &pc->no_rows;
	pc->nics = nics;
	wire_timers(pc);
	wire_input(pc);
	pc->port92.regs = &state->port92;
	pc->port92.reset = high_pin(pc, PIN_RESET);
	pc->port92.a20 = (struct irq_wire){ wire_a20, pc, 0 };
	pc->pm.regs = &state->pm;
	pc->pm.sci = irq_pin(pc, PIN_SCI);
	pc->pm.power_off = high_pin(pc, PIN_POWER_OFF);
	pc->pm.clock = clock_pin(pc, PC_ALARM_PM);
	pc->fw_cfg.regs = &state->fw_cfg;
	pc->fw_cfg.dma = dma_pin(pc);
	if (pc->world.ram) {
		pc->fw_cfg.items = guestmem_config(pc->world.ram);
		pc->fw_cfg.size = pc->world.ram->parts.config;
	}
	wire_lines(pc);
	wire_pci(pc);
	wire_ide(pc);
	wire_vga(pc);
	wire_floppy(pc);
	pc->world.media = NULL;	/* copied: they may be gone */
}

void pc_power_on(struct pc *pc, int64_t utc_s, const struct memfile *memory,
		 const uint8_t (*mac)[6])
{
	static const uint8_t lines[PIN_COUNT] = {
		[PIN_PIT] = 0, [PIN_KEYBOARD] = 1,
		[PIN_RTC] = 8, [PIN_SCI] = 9, [PIN_MOUSE] = 12,
		[PIN_FERR] = 13,
		[PIN_NIC0] = LINE_NONE, [PIN_NIC1] = LINE_NONE,
		[PIN_NIC2] = LINE_NONE, [PIN_NIC3] = LINE_NONE,
		[PIN_IDE0] = 14, [PIN_IDE1] = 15, [PIN_FLOPPY] = 6,
#define LINE(id, name, kind, first, count, world, irq) \
		[PIN_LINE0 + LINE_##id] = irq,
#include "machine/pc.def"
	};
	unsigned int i;

	for (i = 0; i < PC_ALARMS; i++)
		pc->state->alarm_ns[i] = CLOCK_NEVER;
	memcpy(pc->state->pin_line, lines, sizeof(lines));
	i8259_reset(&pc->pic);
	i8254_reset(&pc->pit);
	port61_reset(&pc->port61);
	mc146818_reset(&pc->rtc, utc_s);
	ps2_keyboard_reset(&pc->keyboard);
	ps2_mouse_reset(&pc->mouse);
	vmmouse_reset(&pc->vmmouse);
	i8042_reset(&pc->kbc);
	port92_reset(&pc->port92);
	piix4_pm_reset(&pc->pm);
	fw_cfg_reset(&pc->fw_cfg);
	pc_lines_reset(pc);
	pci_bus_reset(&pc->pci);
	i440fx_init(&pc->state->i440fx);
	pcmap_power_on(&pc->state->memmap, memory);
	piix3_init(&pc->state->piix3);
	piix3_ide_init(&pc->state->piix3_ide);
	piix4_pm_pci_init(&pc->state->piix4, PC_PM_BASE);
	for (i = 0; i < IDE_CHANNELS; i++)
		ide_power_on(&pc->ide[i]);
	vga_pci_init(&pc->state->vga_pci);
	vga_reset(&pc->vga);
	i8237_reset(&pc->dma);
	i82077aa_reset(&pc->floppy);
	for (i = 0; i < pc->nics; i++)
		pcnet_power_on(&pc->nic[i], mac[i]);
	show_routing(pc);
}

uint64_t pc_alarm_next(const struct pc *pc)
{
	uint64_t first = CLOCK_NEVER;
	unsigned int i;

	for (i = 0; i < PC_ALARMS; i++)
		first = MIN(first, pc->state->alarm_ns[i]);
	return first;
}

void pc_settle(struct pc *pc)
{
	i8259_drive(&pc->pic);
	irq_wire_set(&pc->pit.out0, pc->state->pit.out0);
	if (pc->world.alarm)
		pc->world.alarm(pc->world.self);
}
