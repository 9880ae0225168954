/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.c - the host world's half of the motherboard. board_init() is the
 * schematic; the rest is the bus.
 *
 * Slots: 0 host bridge, 1 ISA bridge, 2 and up the PCnets. A card's INTA is
 * PIRQ (slot - 1) mod 4 as on most boards; "firmware" routes PIRQ A-D to
 * IRQ 11, 10, 11, 10 and so level-triggers them.
 */
#include "vmapp/board.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "devices/eeprom_93c46.h"
#include "devices/lance_ring.h"
#include "vmapp/identity.h"
#include "vmapp/vm.h"

enum { SLOT_HOST_BRIDGE = 0, SLOT_ISA_BRIDGE = 1, SLOT_NIC0 = 2 };

#define NIC_IO_BASE	0xc000u	/* where "firmware" puts the cards */
#define NIC_IO_STRIDE	0x20u
#define NIC_MEM_BASE	0xfebf0000u
#define NIC_MEM_STRIDE	0x1000u

/* The IRQ line that firmware gives each PIRQ. */
static const uint8_t pirq_lines[4] = { 11, 10, 11, 10 };

/* ---- wires ------------------------------------------------------------- */

static uint64_t wire_now(void *board)
{
	return vm_now_ns(((struct board *)board)->vm);
}

static void wire_alarm(void *board, unsigned int pin, uint64_t when_ns)
{
	((struct board *)board)->alarm_ns[pin % BOARD_ALARM_COUNT] = when_ns;
}

static void wire_irq(void *board, unsigned int pin, bool level)
{
	irq_pin_set(((struct board *)board)->vm->cross, pin, level);
}

static void wire_reset(void *board, unsigned int pin, bool level)
{
	(void)pin;
	if (level)
		((struct board *)board)->vm->outcome = VM_RESET;
}

/* wire_a20() - two chips have a gate for it. Who spoke last is heard, as on
 * QEMU's board: a guest uses either, and does not ask the other one first. */
static void wire_a20(void *board, unsigned int pin, bool level)
{
	(void)pin;
	((struct board *)board)->vm->cross->a20_shut = !level;
}

static void wire_power_off(void *board, unsigned int pin, bool level)
{
	(void)pin;
	if (level)
		((struct board *)board)->vm->outcome = VM_POWER_OFF;
}

/*
 * card_dma() - RAM for a card, or NULL
 *
 * One that may not be bus master does not ask for the bus, so no cycle of it
 * is aborted.
 */
static void *card_dma(struct nic *nic, uint64_t addr, size_t len)
{
	void *p;

	if (!pcnet_pci_bus_master(&nic->pci))
		return NULL;
	p = guestmem_ptr(&nic->vm->ram, addr, len);
	if (!p)
		pcnet_pci_master_abort(&nic->pci);
	return p;
}

static int wire_dma_read(void *nic, uint64_t addr, void *buf, size_t len)
{
	const void *p = card_dma(nic, addr, len);

	if (!p)
		return -EFAULT;
	memcpy(buf, p, len);
	return 0;
}

static int wire_dma_write(void *nic, uint64_t addr, const void *buf,
			  size_t len)
{
	struct nic *n = nic;
	void *p = card_dma(n, addr, len);

	if (!p)
		return -EFAULT;
	memcpy(p, buf, len);
	dma_log_add(n->vm->cross, (uint32_t)addr, (uint32_t)len);
	return 0;
}

static struct clock_wire clock_pin(struct board *board, unsigned int pin)
{
	return (struct clock_wire){ wire_now, wire_alarm, board, pin };
}

static struct irq_wire irq_pin(struct board *board, unsigned int pin)
{
	return (struct irq_wire){ wire_irq, board, pin };
}

/* ---- PCI --------------------------------------------------------------- */

/* nic_pirq() - which of the four PIRQs a card's INTA is wired to. */
static unsigned int nic_pirq(const struct nic *nic)
{
	return (SLOT_NIC0 + nic->index - 1) & 3;
}

/* show_decoders() - tell the VMM world where the cards' windows are. */
static void show_decoders(struct nic *nic)
{
	struct nic_window *w = &nic->vm->cross->nic_window[nic->index];

	w->io_base = pcnet_pci_io_enabled(&nic->pci) ?
		     (uint16_t)pcnet_pci_io_base(&nic->pci) : 0;
	w->mem_base = pcnet_pci_mem_enabled(&nic->pci) ?
		      pcnet_pci_mem_base(&nic->pci) : 0;
	w->bus_master = pcnet_pci_bus_master(&nic->pci);
}

/* show_routing() - tell the VMM world which line each card pulls. */
static void show_routing(struct board *board)
{
	unsigned int i;
	int line;

	for (i = 0; i < board->nic_count; i++) {
		line = piix3_route(&board->piix3, nic_pirq(&board->nic[i]));
		board->vm->cross->pin_line[PIN_NIC0 + i] =
			line < 0 ? LINE_NONE : (uint8_t)line;
	}
}

static uint32_t nic_config_read(void *nic, uint32_t off, unsigned int width)
{
	struct nic *n = nic;
	struct nic_window *w = &n->vm->cross->nic_window[n->index];

	if (w->master_abort) {
		w->master_abort = 0;
		pcnet_pci_master_abort(&n->pci);
	}
	return pcnet_pci_config_read(&n->pci, off, width);
}

static void nic_config_write(void *nic, uint32_t off, unsigned int width,
			     uint32_t value)
{
	struct nic *n = nic;

	pcnet_pci_config_write(&n->pci, off, width, value);
	show_decoders(n);
}

static void piix3_config_write(void *board, uint32_t off, unsigned int width,
			       uint32_t value)
{
	struct board *b = board;

	pci_config_write(&b->piix3, off, width, value);
	show_routing(b);
}

static uint32_t piix3_config_read(void *board, uint32_t off,
				  unsigned int width)
{
	return pci_config_read(&((struct board *)board)->piix3, off, width);
}

/* ---- the schematic ----------------------------------------------------- */

static void solder_pci(struct board *b)
{
	unsigned int i;

	b->pci.regs = &b->pci_regs;
	b->pci.reset = (struct irq_wire){ wire_reset, b, 0 };
	pci_bus_reset(&b->pci);
	i440fx_init(&b->i440fx);
	piix3_init(&b->piix3);
	b->pci.slot[SLOT_HOST_BRIDGE] = (struct pci_function){
		&b->i440fx, pci_config_read, pci_config_write };
	b->pci.slot[SLOT_ISA_BRIDGE] = (struct pci_function){
		b, piix3_config_read, piix3_config_write };
	for (i = 0; i < 4; i++)
		piix3_set_route(&b->piix3, i, pirq_lines[i]);
}

/* nic_mac() - the address that was given, or what the machine's identity makes
 * it. */
static void nic_mac(struct nic *nic, const struct vm_config *config)
{
	const struct nic_config *card = &config->nic[nic->index];

	if (card->mac_given)
		memcpy(nic->mac, card->mac, sizeof(nic->mac));
	else
		identity_mac(config->identity, nic->index, nic->mac);
}

/* solder_nic() - a PCnet in its slot, configured as firmware would. */
static void solder_nic(struct board *b, unsigned int i)
{
	struct nic *nic = &b->nic[i];

	nic->vm = b->vm;
	nic->index = i;
	nic_mac(nic, b->vm->config);
	lance_init(&nic->lance, &b->vm->cross->lance[i], &nic->stats);
	nic->lance.irq = irq_pin(b, PIN_NIC0 + i);
	nic->lance.clock = clock_pin(b, BOARD_ALARM_NIC0 + i);
	nic->lance.dma = (struct dma_wire){ wire_dma_read, wire_dma_write,
					    nic };
	nic->lance.cable = (struct cable_wire){ nic_send, nic, i };
	nic->lance.eeprom = &b->vm->cross->eeprom[i];
	lance_eeprom_program(nic->lance.eeprom, nic->mac);
	eeprom_93c46_power_on(nic->lance.eeprom);
	lance_hard_reset(&nic->lance);
	pcnet_pci_init(&nic->pci, nic->lance.regs);
	b->pci.slot[SLOT_NIC0 + i] = (struct pci_function){
		nic, nic_config_read, nic_config_write };
	nic_config_write(nic, 0x10, 4, NIC_IO_BASE + i * NIC_IO_STRIDE);
	nic_config_write(nic, 0x14, 4, NIC_MEM_BASE + i * NIC_MEM_STRIDE);
	nic_config_write(nic, 0x04, 2, 0x0003);
	nic_config_write(nic, 0x3c, 1, pirq_lines[nic_pirq(nic)]);
}

static void solder_isa(struct board *b)
{
	b->pm.regs = &b->pm_regs;
	b->pm.sci = irq_pin(b, PIN_SCI);
	b->pm.power_off = (struct irq_wire){ wire_power_off, b, 0 };
	piix4_pm_reset(&b->pm);
	b->rtc.regs = &b->rtc_regs;
	b->rtc.irq = irq_pin(b, PIN_RTC);
	b->rtc.clock = clock_pin(b, BOARD_ALARM_RTC);
	mc146818_reset(&b->rtc, (int64_t)time(NULL));
	b->kbc.regs = &b->kbc_regs;
	b->kbc.irq = irq_pin(b, PIN_KEYBOARD);
	b->kbc.reset = (struct irq_wire){ wire_reset, b, 0 };
	b->kbc.a20 = (struct irq_wire){ wire_a20, b, 0 };
	i8042_reset(&b->kbc);
	b->port92.regs = &b->port92_regs;
	b->port92.reset = (struct irq_wire){ wire_reset, b, 0 };
	b->port92.a20 = (struct irq_wire){ wire_a20, b, 0 };
	port92_reset(&b->port92);
	com1_wire(&b->com1, &b->vm->cross->com1, irq_pin(b, PIN_COM1),
		  clock_pin(b, BOARD_ALARM_COM1));
	com1_power_on(&b->com1);
}

/* firmware_cmos() - the memory sizes that a BIOS leaves in the RTC's RAM. */
static void firmware_cmos(struct board *b)
{
	uint64_t kb = b->vm->ram.size >> 10;
	uint32_t ext = (uint32_t)MIN(kb - 1024, 0xffff);
	uint32_t high = kb > 16384 ? (uint32_t)MIN((kb - 16384) / 64, 0xffff)
				   : 0;

	mc146818_set_ram(&b->rtc, 0x15, 0x80);	/* 640 KiB */
	mc146818_set_ram(&b->rtc, 0x16, 0x02);
	mc146818_set_ram(&b->rtc, 0x17, (uint8_t)ext);
	mc146818_set_ram(&b->rtc, 0x18, (uint8_t)(ext >> 8));
	mc146818_set_ram(&b->rtc, 0x34, (uint8_t)high);
	mc146818_set_ram(&b->rtc, 0x35, (uint8_t)(high >> 8));
}

void board_init(struct board *b, struct vm *vm)
{
	static const uint8_t lines[PIN_COUNT] = {
		[PIN_PIT] = 0, [PIN_KEYBOARD] = 1, [PIN_COM1] = 4,
		[PIN_RTC] = 8, [PIN_SCI] = 9, [PIN_FERR] = 13,
		[PIN_NIC0] = LINE_NONE, [PIN_NIC1] = LINE_NONE,
		[PIN_NIC2] = LINE_NONE, [PIN_NIC3] = LINE_NONE,
	};
	unsigned int i;

	b->vm = vm;
	for (i = 0; i < BOARD_ALARM_COUNT; i++)
		b->alarm_ns[i] = CLOCK_NEVER;
	memcpy(vm->cross->pin_line, lines, sizeof(lines));
	solder_pci(b);
	solder_isa(b);
	b->nic_count = vm->config->nic_count;
	for (i = 0; i < b->nic_count; i++)
		solder_nic(b, i);
	show_routing(b);
	firmware_cmos(b);
}

bool board_plug(struct board *b)
{
	unsigned int i;

	for (i = 0; i < b->nic_count; i++) {
		const struct nic_config *c = &b->vm->config->nic[i];

		if (!nic_plug(&b->nic[i], c))
			continue;
		log_error("network %s: %s", c->network, b->nic[i].net.why);
		return false;
	}
	return true;
}

void board_unplug(struct board *b)
{
	unsigned int i;

	for (i = 0; i < b->nic_count; i++)
		nic_unplug(&b->nic[i]);
}

/* ---- ports ------------------------------------------------------------- */

/* An access to a chip here; @offset counts from the chip's first port. */
struct board_access {
	unsigned int offset, width;
	bool write;
	uint32_t value;
};

static void access_com1(struct board *b, struct board_access *a)
{
	if (!a->write) {
		a->value = com1_read(&b->com1, a->offset);
		return;
	}
	if (com1_blocked(&b->com1, a->offset))
		conout_wait(b->vm);
	com1_write(&b->com1, a->offset, (uint8_t)a->value);
}

static void access_kbc(struct board *b, struct board_access *a)
{
	if (a->write)
		i8042_port_write(&b->kbc, a->offset, (uint8_t)a->value);
	else
		a->value = i8042_port_read(&b->kbc, a->offset);
}

static void access_port92(struct board *b, struct board_access *a)
{
	if (a->write)
		port92_write(&b->port92, (uint8_t)a->value);
	else
		a->value = port92_read(&b->port92);
}

static void access_rtc(struct board *b, struct board_access *a)
{
	if (a->write)
		mc146818_port_write(&b->rtc, a->offset, (uint8_t)a->value);
	else
		a->value = mc146818_port_read(&b->rtc, a->offset);
}

static void access_smi(struct board *b, struct board_access *a)
{
	if (a->write)
		piix4_pm_smi_write(&b->pm, a->offset, (uint8_t)a->value);
	else
		a->value = piix4_pm_smi_read(&b->pm, a->offset);
}

static void access_pm(struct board *b, struct board_access *a)
{
	if (a->write)
		piix4_pm_port_write(&b->pm, a->offset, a->width, a->value);
	else
		a->value = piix4_pm_port_read(&b->pm, a->offset, a->width);
}

static void access_gpe(struct board *b, struct board_access *a)
{
	a->offset += 12;
	access_pm(b, a);
}

static void access_pci(struct board *b, struct board_access *a)
{
	if (a->write)
		pci_port_write(&b->pci, a->offset, a->width, a->value);
	else
		a->value = pci_port_read(&b->pci, a->offset, a->width);
}

static void access_lance(struct nic *nic, struct board_access *a)
{
	account_begin(&nic->vm->rows, ROW_LANCE_STATUS);
	if (!a->write)
		lance_port_read(&nic->lance, a->offset, a->width, &a->value);
	else if (lance_port_write(&nic->lance, a->offset, a->width,
				  a->value) == CHIP_NEEDS_HOST)
		nic_work(nic);
}

static void (*const access_table[CHIP_COUNT])(struct board *,
					       struct board_access *) = {
	[CHIP_I8042] = access_kbc,
	[CHIP_PORT92] = access_port92,
	[CHIP_MC146818] = access_rtc,
	[CHIP_COM1] = access_com1,
	[CHIP_SMI] = access_smi,
	[CHIP_ACPI_PM] = access_pm,
	[CHIP_ACPI_GPE] = access_gpe,
	[CHIP_PCI] = access_pci,
};

static const struct { uint16_t first, count; uint8_t chip; } placements[] = {
#define PORTS(chip, first, count, width, world) { first, count, CHIP_##chip },
#include "vmdriver/ports.def"
#undef PORTS
};

static void access_debug_exit(struct vm *vm, const struct board_access *a)
{
	if (!a->write)
		return;
	vm->outcome = VM_DEBUG_EXIT;
	vm->exit_value = (uint8_t)a->value;
}

/* The 8042's two ports are not neighbours. */
static unsigned int chip_offset(unsigned int chip, uint16_t port,
				uint16_t first)
{
	return chip == CHIP_I8042 ? port != 0x60 : (unsigned int)(port - first);
}

/* board_access() - find the chip; what is not there reads as ones. */
static void board_access(struct board *b, uint16_t port,
			 struct board_access *a)
{
	uint16_t base;
	unsigned int i;

	for (i = 0; i < b->nic_count; i++) {
		if (!pcnet_pci_io_enabled(&b->nic[i].pci))
			continue;
		base = (uint16_t)pcnet_pci_io_base(&b->nic[i].pci);
		if (base && port >= base && port < base + LANCE_PORTS) {
			a->offset = (unsigned int)(port - base);
			access_lance(&b->nic[i], a);
			return;
		}
	}
	for (i = 0; i < ARRAY_SIZE(placements); i++) {
		if ((uint16_t)(port - placements[i].first) >=
		    placements[i].count || !access_table[placements[i].chip])
			continue;
		account_begin(&b->vm->rows, ROW_DEVICES);
		a->offset = chip_offset(placements[i].chip, port,
					placements[i].first);
		access_table[placements[i].chip](b, a);
		return;
	}
	if (port == b->vm->config->debug_exit_port)
		access_debug_exit(b->vm, a);
}

uint32_t board_port_read(struct board *b, uint16_t port, unsigned int width)
{
	struct board_access a = { .width = width, .value = 0xffffffff };

	board_access(b, port, &a);
	return a.value;
}

void board_port_write(struct board *b, uint16_t port, unsigned int width,
		      uint32_t value)
{
	struct board_access a = { .width = width, .write = true,
				  .value = value };

	board_access(b, port, &a);
}

/* ---- time -------------------------------------------------------------- */

bool board_send(struct board *b)
{
	_Atomic uint32_t *pins = &b->vm->cross->irq_pins;
	uint32_t before = atomic_load(pins);
	unsigned int i;

	for (i = 0; i < b->nic_count; i++)
		nic_transmit(&b->nic[i]);
	return atomic_load(pins) & ~before;
}

uint64_t board_next_alarm(const struct board *b)
{
	uint64_t first = CLOCK_NEVER;
	unsigned int i;

	for (i = 0; i < BOARD_ALARM_COUNT; i++)
		first = MIN(first, b->alarm_ns[i]);
	return first;
}

void board_run_alarms(struct board *b)
{
	uint64_t now;
	unsigned int i;

	if (board_next_alarm(b) == CLOCK_NEVER)
		return;
	now = vm_now_ns(b->vm);
	for (i = 0; i < BOARD_ALARM_COUNT; i++) {
		if (b->alarm_ns[i] > now)
			continue;
		b->alarm_ns[i] = CLOCK_NEVER;
		if (i == BOARD_ALARM_RTC)
			mc146818_tick(&b->rtc);
		else if (i == BOARD_ALARM_COM1)
			i16550_tick(&b->com1.chip);
		else
			nic_tick(&b->nic[i - BOARD_ALARM_NIC0]);
	}
}
