/* SPDX-License-Identifier: BSD-2-Clause */
/* acpi.c - ACPI tables: see acpi.h. */
#include "vmapp/boot/acpi.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/piix4_pm.h"

#define TABLES_SIZE	2048	/* all of ours fit in this */

#define FADT_SIZE	116

/* Bytes written one after the other. */
struct out {
	uint8_t *p;
	size_t len;
};

static void table_put(struct out *o, const void *bytes, size_t n)
{
	memcpy(o->p + o->len, bytes, n);
	o->len += n;
}

static void table_put8(struct out *o, uint8_t v)
{
	o->p[o->len++] = v;
}

static void table_put16(struct out *o, uint16_t v)
{
	put_le16(o->p + o->len, v);
	o->len += 2;
}

static void table_put32(struct out *o, uint32_t v)
{
	put_le32(o->p + o->len, v);
	o->len += 4;
}

/* ---- AML (chapter 17) -------------------------------------------------- */

#define AML_NAME	0x08
#define AML_BYTE	0x0a
#define AML_WORD	0x0b
#define AML_DWORD	0x0c
#define AML_SCOPE	0x10
#define AML_BUFFER	0x11
#define AML_PACKAGE	0x12
#define AML_EXT		0x5b
#define AML_DEVICE	0x82	/* after AML_EXT */

/* aml_open() - reserve a three-byte PkgLength; Return: where it is. */
static size_t aml_open(struct out *o)
{
	o->len += 3;
	return o->len - 3;
}

/* aml_close() - fill in the PkgLength, which counts itself. */
static void aml_close(struct out *o, size_t at)
{
	size_t n = o->len - at;

	o->p[at] = (uint8_t)(0x80 | (n & 0xf));
	o->p[at + 1] = (uint8_t)(n >> 4);
	o->p[at + 2] = (uint8_t)(n >> 12);
}

static void aml_name(struct out *o, const char *name4)
{
	table_put8(o, AML_NAME);
	table_put(o, name4, 4);
}

static void aml_byte(struct out *o, uint8_t v)
{
	table_put8(o, AML_BYTE);
	table_put8(o, v);
}

static void aml_dword(struct out *o, uint32_t v)
{
	table_put8(o, AML_DWORD);
	table_put32(o, v);
}

/* eisa_id() - "PNP0303" as a number (5.2 of the EISA specification): three
 * letters of five bits, and four digits; its bytes are swapped. */
static uint32_t eisa_id(const char *id)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < 3; i++)
		v = v << 5 | ((uint32_t)id[i] & 0x1f);
	for (; i < 7; i++)
		v = v << 4 |
		    (uint32_t)(id[i] <= '9' ? id[i] - '0' : id[i] - 'A' + 10);
	return __builtin_bswap32(v);
}

/* resource_word() - a 16-bit address space descriptor (6.4.3.5.3). */
static void resource_word(struct out *o, uint8_t type, uint8_t flags,
			  uint16_t first, uint16_t last)
{
	table_put8(o, 0x88);
	table_put16(o, 13);
	table_put8(o, type);
	table_put8(o, 0x0c);		/* both ends fixed, positive decode */
	table_put8(o, flags);
	table_put16(o, 0);		/* granularity */
	table_put16(o, first);
	table_put16(o, last);
	table_put16(o, 0);		/* translation */
	table_put16(o, (uint16_t)(last - first + 1));
}

/* resource_memory() - a 32-bit memory range (6.4.3.5.2). */
static void resource_memory(struct out *o, uint32_t first, uint32_t last)
{
	table_put8(o, 0x87);
	table_put16(o, 23);
	table_put8(o, 0);
	table_put8(o, 0x0c);
	table_put8(o, 0x01);		/* read-write, not cacheable */
	table_put32(o, 0);
	table_put32(o, first);
	table_put32(o, last);
	table_put32(o, 0);
	table_put32(o, last - first + 1);
}

static void aml_crs(struct out *o, const struct acpi_platform *pf)
{
	size_t at, size, start;

	aml_name(o, "_CRS");
	table_put8(o, AML_BUFFER);
	at = aml_open(o);
	table_put8(o, AML_WORD);
	size = o->len;
	table_put16(o, 0);
	start = o->len;
	resource_word(o, 2, 0, 0, 0xff);		/* bus numbers */
	table_put(o, "\x47\x01\xf8\x0c\xf8\x0c\x01\x08", 8);	/* CF8h-CFFh */
	resource_word(o, 1, 3, 0x0000, 0x0cf7);
	resource_word(o, 1, 3, 0x0d00, 0xffff);
	resource_memory(o, 0xa0000, 0xbffff);
	resource_memory(o, pf->mmio_base, 0xfebfffff);
	table_put16(o, 0x0079);				/* end tag */
	put_le16(o->p + size, (uint16_t)(o->len - start));
	aml_close(o, at);
}

/* aml_prt() - INTA of each slot goes to a fixed interrupt (6.2.11). */
static void aml_prt(struct out *o, const struct acpi_platform *pf)
{
	size_t all, one;
	unsigned int i;

	aml_name(o, "_PRT");
	table_put8(o, AML_PACKAGE);
	all = aml_open(o);
	table_put8(o, (uint8_t)pf->slots);
	for (i = 0; i < pf->slots; i++) {
		table_put8(o, AML_PACKAGE);
		one = aml_open(o);
		table_put8(o, 4);
		aml_dword(o, (uint32_t)pf->route[i].slot << 16 | 0xffff);
		aml_byte(o, 0);			/* INTA */
		aml_byte(o, 0);			/* no link device */
		aml_byte(o, pf->route[i].irq);
		aml_close(o, one);
	}
	aml_close(o, all);
}

/* resource_ports() - fixed ports, 16 bits decoded (6.4.2.5). */
static void resource_ports(struct out *o, uint16_t first, uint8_t count)
{
	table_put8(o, 0x47);
	table_put8(o, 0x01);
	table_put16(o, first);
	table_put16(o, first);
	table_put8(o, 1);		/* alignment */
	table_put8(o, count);
}

static void aml_isa_crs(struct out *o, const struct acpi_isa *d)
{
	size_t at, size, start;
	unsigned int i;

	aml_name(o, "_CRS");
	table_put8(o, AML_BUFFER);
	at = aml_open(o);
	table_put8(o, AML_BYTE);
	size = o->len;
	table_put8(o, 0);
	start = o->len;
	for (i = 0; i < ARRAY_SIZE(d->ports); i++)
		if (d->ports[i].count)
			resource_ports(o, d->ports[i].first, d->ports[i].count);
	if (d->irq) {
		table_put8(o, 0x22);		/* edge, high (6.4.2.1) */
		table_put16(o, (uint16_t)(1u << d->irq));
	}
	if (d->dma) {
		table_put8(o, 0x2a);		/* (6.4.2.2) */
		table_put8(o, (uint8_t)(1u << d->dma));
		table_put8(o, 0x04);		/* bus master, by bytes */
	}
	table_put16(o, 0x0079);			/* end tag */
	o->p[size] = (uint8_t)(o->len - start);
	aml_close(o, at);
}

static void aml_isa_device(struct out *o, const struct acpi_isa *d)
{
	size_t device;

	table_put8(o, AML_EXT);
	table_put8(o, AML_DEVICE);
	device = aml_open(o);
	table_put(o, d->name, 4);
	aml_name(o, "_HID");
	aml_dword(o, eisa_id(d->id));
	aml_name(o, "_UID");
	aml_byte(o, d->unit);
	aml_isa_crs(o, d);
	aml_close(o, device);
}

/* aml_isa() - the bridge, and what is behind it. */
static void aml_isa(struct out *o, const struct acpi_platform *pf)
{
	size_t bridge;
	unsigned int i;

	if (!pf->isa_count)
		return;
	table_put8(o, AML_EXT);
	table_put8(o, AML_DEVICE);
	bridge = aml_open(o);
	table_put(o, "ISA_", 4);
	aml_name(o, "_ADR");
	aml_dword(o, (uint32_t)pf->isa_slot << 16);
	for (i = 0; i < pf->isa_count; i++)
		aml_isa_device(o, &pf->isa[i]);
	aml_close(o, bridge);
}

static void aml_all(struct out *o, const struct acpi_platform *pf)
{
	size_t s5, scope, device;
	unsigned int i;

	aml_name(o, "_S5_");
	table_put8(o, AML_PACKAGE);
	s5 = aml_open(o);
	table_put8(o, 4);
	aml_byte(o, PIIX4_PM_S5);
	for (i = 0; i < 3; i++)
		aml_byte(o, 0);
	aml_close(o, s5);
	table_put8(o, AML_SCOPE);
	scope = aml_open(o);
	table_put(o, "\\_SB_", 5);
	table_put8(o, AML_EXT);
	table_put8(o, AML_DEVICE);
	device = aml_open(o);
	table_put(o, "PCI0", 4);
	aml_name(o, "_HID");
	aml_dword(o, eisa_id("PNP0A03"));
	aml_crs(o, pf);
	aml_prt(o, pf);
	aml_isa(o, pf);
	aml_close(o, device);
	aml_close(o, scope);
}

/* ---- tables (5.2) ------------------------------------------------------ */

static uint8_t checksum(const uint8_t *p, size_t n)
{
	uint8_t sum = 0;

	while (n--)
		sum = (uint8_t)(sum + *p++);
	return (uint8_t)-sum;
}

/* table_open() - a header with no length yet; Return: its offset. */
static size_t table_open(struct out *o, const char *signature, uint8_t rev)
{
	size_t at;

	o->len = (o->len + 15) & ~(size_t)15;
	at = o->len;
	table_put(o, signature, 4);
	table_put32(o, 0);			/* length, later */
	table_put8(o, rev);
	table_put8(o, 0);			/* checksum, later */
	table_put(o, "HOSTEL", 6);
	table_put(o, "HOSTELPC", 8);
	table_put32(o, 1);
	table_put(o, "HSTL", 4);
	table_put32(o, 1);
	return at;
}

static void table_close(struct out *o, size_t at)
{
	put_le32(o->p + at + 4, (uint32_t)(o->len - at));
	o->p[at + 9] = checksum(o->p + at, o->len - at);
}

static size_t build_facs(struct out *o)
{
	size_t at;

	o->len = (o->len + 63) & ~(size_t)63;
	at = o->len;
	table_put(o, "FACS", 4);
	table_put32(o, 64);
	o->len = at + 64;
	return at;
}

static size_t build_dsdt(struct out *o, const struct acpi_platform *pf)
{
	size_t at = table_open(o, "DSDT", 1);

	aml_all(o, pf);
	table_close(o, at);
	return at;
}

static size_t build_fadt(struct out *o, const struct acpi_platform *pf,
			 uint32_t facs, uint32_t dsdt)
{
	size_t at = table_open(o, "FACP", 1);
	uint8_t *t = o->p + at;

	o->len = at + FADT_SIZE;
	put_le32(t + 36, facs);
	put_le32(t + 40, dsdt);
	put_le16(t + 46, pf->sci_irq);
	put_le32(t + 48, pf->smi_port);
	t[52] = PIIX4_PM_ACPI_ENABLE;
	t[53] = PIIX4_PM_ACPI_DISABLE;
	put_le32(t + 56, pf->pm_base);		/* PM1a event block */
	put_le32(t + 64, pf->pm_base + 4u);	/* PM1a control block */
	put_le32(t + 76, pf->pm_base + 8u);	/* PM timer */
	put_le32(t + 80, pf->pm_base + 12u);	/* GPE0 */
	t[88] = 4;
	t[89] = 2;
	t[91] = 4;
	t[92] = 4;
	put_le16(t + 96, 0xffff);		/* no C2 */
	put_le16(t + 98, 0xffff);		/* no C3 */
	t[108] = 0x32;				/* RTC century */
	/* WBINVD works, C1 is supported, no sleep button, 32-bit timer. */
	put_le32(t + 112, 1u << 0 | 1u << 2 | 1u << 5 | 1u << 8);
	table_close(o, at);
	return at;
}

static size_t build_rsdt(struct out *o, uint32_t fadt)
{
	size_t at = table_open(o, "RSDT", 1);

	table_put32(o, fadt);
	table_close(o, at);
	return at;
}

static void build_rsdp(uint8_t *p, uint32_t rsdt)
{
	memcpy(p, "RSD PTR ", 8);
	memcpy(p + 9, "HOSTEL", 6);
	put_le32(p + 16, rsdt);
	p[8] = checksum(p, 20);
}

size_t acpi_build(uint8_t *mem, size_t size, uint32_t base,
		  const struct acpi_platform *pf)
{
	struct out o = { mem, 32 };	/* the RSDP is first */
	size_t facs, dsdt, fadt, rsdt;

	if (size < TABLES_SIZE || pf->slots > ARRAY_SIZE(pf->route))
		return 0;
	facs = build_facs(&o);
	dsdt = build_dsdt(&o, pf);
	fadt = build_fadt(&o, pf, base + (uint32_t)facs, base + (uint32_t)dsdt);
	rsdt = build_rsdt(&o, base + (uint32_t)fadt);
	build_rsdp(mem, base + (uint32_t)rsdt);
	return o.len;
}
