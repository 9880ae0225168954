/* SPDX-License-Identifier: BSD-2-Clause */
/* pci.c - PCI bus and bridges: see pci.h. */
#include "devices/pci.h"

#include <string.h>

#include "base/bytes.h"

#define ADDRESS_ENABLE	0x80000000u
#define ADDRESS_MASK	0x80fffffcu

#define COMMAND_IO	0x01
#define COMMAND_MEM	0x02
#define PCI_BAR0	0x10

#define RESET_CPU	0x04	/* CF9h: a rising edge resets */

#define PAM		0x59	/* 440FX: seven registers, two nibbles each */
#define PAM_FIRST	0xc0000u
#define PAM_SIZE	0x4000u
#define PAM_LAST	0xf0000u	/* the last part is larger, and the */
#define PAM_LAST_SIZE	0x10000u	/* first register's high nibble */
#define PAM_READ	1u
#define PAM_WRITE	2u

#define PIRQ_ROUTE	0x60	/* PIIX3: four route control registers */
#define PIRQ_DISABLED	0x80

/* Lines that PIIX3 can route to: 3-7, 9-12, 14, 15. */
#define PIRQ_LINES	0xdef8u

static uint32_t pci_ones(unsigned int width)
{
	return width >= 4 ? 0xffffffffu : (1u << 8 * width) - 1;
}

bool pci_bar(const uint8_t *config, unsigned int bar, bool io, uint32_t *base)
{
	uint8_t command = config[PCI_COMMAND];

	*base = get_le32(config + PCI_BAR0 + 4 * bar) & (io ? ~0x3u : ~0xfu);
	return *base && command & (io ? COMMAND_IO : COMMAND_MEM) &&
	       (!io || *base <= 0xffff);
}

/* pci_target() - the function that CONFIG_ADDRESS names, or NULL. */
static struct pci_function *pci_target(struct pci_bus *bus)
{
	uint32_t a = bus->regs->address;
	struct pci_function *f = &bus->slot[a >> 11 & (PCI_SLOTS - 1)]
					   [a >> 8 & (PCI_FUNCTIONS - 1)];

	/* Bus 0 only. */
	if (!(a & ADDRESS_ENABLE) || (a & 0x00ff0000u) || !f->self)
		return NULL;
	return f;
}

static uint32_t target_offset(const struct pci_bus *bus, unsigned int offset)
{
	return (bus->regs->address & 0xfc) + (offset & 3);
}

uint32_t pci_port_read(struct pci_bus *bus, unsigned int offset,
		       unsigned int width)
{
	struct pci_function *f;

	if (offset == 0 && width == 4)
		return bus->regs->address;
	if (offset == 1 && width == 1)
		return bus->regs->reset_control;
	f = offset >= 4 ? pci_target(bus) : NULL;
	if (!f || (offset & 3) + width > 4)
		return pci_ones(width);
	return f->read(f->self, target_offset(bus, offset), width);
}

static void write_reset(struct pci_bus *bus, uint8_t value)
{
	bool rise = value & (uint8_t)~bus->regs->reset_control & RESET_CPU;

	bus->regs->reset_control = value & 0x06;
	if (rise) {
		irq_wire_set(&bus->reset, true);
		irq_wire_set(&bus->reset, false);
	}
}

void pci_port_write(struct pci_bus *bus, unsigned int offset,
		    unsigned int width, uint32_t value)
{
	struct pci_function *f;

	if (offset == 0 && width == 4)
		bus->regs->address = value & ADDRESS_MASK;
	else if (offset == 1 && width == 1)
		write_reset(bus, (uint8_t)value);
	f = offset >= 4 ? pci_target(bus) : NULL;
	if (f && (offset & 3) + width <= 4)
		f->write(f->self, target_offset(bus, offset), width,
			 value & pci_ones(width));
}

void pci_bus_reset(struct pci_bus *bus)
{
	memset(bus->regs, 0, sizeof(*bus->regs));
}

uint32_t pci_config_read(void *config, uint32_t off, unsigned int width)
{
	const struct pci_config *c = config;
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < width && i < 4; i++)
		v |= (uint32_t)c->byte[(off + i) & 0xff] << 8 * i;
	return v;
}

void pci_config_write(void *config, uint32_t off, unsigned int width,
		      uint32_t value)
{
	struct pci_config *c = config;
	unsigned int i, n;

	for (i = 0; i < width && i < 4; i++) {
		n = (off + i) & 0xff;
		c->byte[n] = (uint8_t)((c->byte[n] & ~c->mask[n]) |
				       ((value >> 8 * i) & c->mask[n]));
	}
}

void pci_identity(struct pci_config *c, uint16_t vendor, uint16_t device,
		  uint32_t class_revision)
{
	memset(c, 0, sizeof(*c));
	c->byte[0] = (uint8_t)vendor;
	c->byte[1] = (uint8_t)(vendor >> 8);
	c->byte[2] = (uint8_t)device;
	c->byte[3] = (uint8_t)(device >> 8);
	c->byte[8] = (uint8_t)class_revision;
	c->byte[9] = (uint8_t)(class_revision >> 8);
	c->byte[10] = (uint8_t)(class_revision >> 16);
	c->byte[11] = (uint8_t)(class_revision >> 24);
}

void i440fx_init(struct pci_config *c)
{
	unsigned int i;

	pci_identity(c, 0x8086, 0x1237, 0x06000002);
	c->byte[4] = 0x06;	/* memory space and bus master, hardwired */
	c->byte[6] = 0x80;	/* status: fast back-to-back */
	c->byte[7] = 0x02;
	c->mask[0x0d] = 0xf8;
	/* By this firmware knows that it may ask fw_cfg. */
	put_le16(c->byte + PCI_SUBSYSTEM, 0x1af4);
	put_le16(c->byte + PCI_SUBSYSTEM + 2, 0x1100);
	for (i = 0x50; i < 0x100; i++)
		c->mask[i] = 0xff;	/* memory timing: kept, no effect */
}

struct i440fx_pam i440fx_pam(const struct pci_config *c, unsigned int n)
{
	bool last = n >= I440FX_PAMS - 1;
	unsigned int nibble = last ? 1 : n + 2;
	unsigned int bits = c->byte[PAM + nibble / 2] >> nibble % 2 * 4;

	return (struct i440fx_pam){
		.first = last ? PAM_LAST : PAM_FIRST + n * PAM_SIZE,
		.size = last ? PAM_LAST_SIZE : PAM_SIZE,
		.read = bits & PAM_READ, .write = bits & PAM_WRITE,
	};
}

void i440fx_all_ram(struct pci_config *c)
{
	const uint8_t both = PAM_READ | PAM_WRITE;

	c->byte[PAM] = (uint8_t)(both << 4);
	memset(c->byte + PAM + 1, both << 4 | both, I440FX_PAMS / 2);
}

void piix3_init(struct pci_config *c)
{
	unsigned int i;

	pci_identity(c, 0x8086, 0x7000, 0x06010000);
	c->byte[4] = 0x07;
	c->byte[7] = 0x02;
	c->byte[PCI_HEADER_TYPE] = PCI_HEADER_MULTI;
	c->mask[4] = 0x08;
	for (i = 0; i < 4; i++) {
		c->byte[PIRQ_ROUTE + i] = PIRQ_DISABLED;
		c->mask[PIRQ_ROUTE + i] = 0x8f;
	}
	c->byte[0x4c] = 0x4d;	/* ISA I/O recovery timer */
	c->mask[0x4c] = 0xff;
	c->byte[0x4e] = 0x03;	/* X-bus chip select */
	c->mask[0x4e] = 0xff;
	c->mask[0x4f] = 0x01;
}

int piix3_route(const struct pci_config *c, unsigned int pirq)
{
	uint8_t v = c->byte[PIRQ_ROUTE + (pirq & 3)];

	if ((v & PIRQ_DISABLED) || !(PIRQ_LINES >> (v & 15) & 1))
		return -1;
	return v & 15;
}

void piix3_set_route(struct pci_config *c, unsigned int pirq, uint8_t line)
{
	c->byte[PIRQ_ROUTE + (pirq & 3)] = line & 15;
}
