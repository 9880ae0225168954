/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acpiloader.c - ACPI tables for firmware: see acpiloader.h.
 *
 * The tables are built for address 0, so that each pointer in them is an
 * offset in their file. The RSDP, which is first in it, is also a file of its
 * own, as it has to be elsewhere.
 */
#include "vmapp/boot/acpiloader.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

#define TABLES_SIZE	4096u
#define COMMAND_SIZE	128u
#define COMMANDS	24u
#define NAME_SIZE	56u

#define TABLES_FILE	"etc/acpi/tables"
#define RSDP_FILE	"etc/acpi/rsdp"

enum { ALLOCATE = 1, ADD_POINTER, ADD_CHECKSUM };
enum { ZONE_HIGH = 1, ZONE_FSEG };

/* Offsets of the ACPI specification: 5.2.5 to 5.2.9. */
#define RSDP_SIZE	20u
#define RSDP_CHECKSUM	8u
#define RSDP_RSDT	16u
#define TABLE_LENGTH	4u
#define TABLE_CHECKSUM	9u
#define TABLE_BODY	36u
#define FADT_FACS	36u
#define FADT_DSDT	40u

struct script {
	uint8_t bytes[COMMANDS * COMMAND_SIZE];
	unsigned int used;
};

static uint8_t *loader_command(struct script *s, uint32_t what)
{
	uint8_t *c = s->bytes + s->used++ * COMMAND_SIZE;

	ASSERT(s->used <= COMMANDS);
	put_le32(c, what);
	return c;
}

static void put_name(uint8_t *to, const char *name)
{
	snprintf((char *)to, NAME_SIZE, "%s", name);
}

static void loader_allocate(struct script *s, const char *file, uint8_t zone)
{
	uint8_t *c = loader_command(s, ALLOCATE);

	put_name(c + 4, file);
	put_le32(c + 60, 64);
	c[64] = zone;
}

/* loader_pointer() - of 32 bits in @file at @at: into the tables. */
static void loader_pointer(struct script *s, const char *file, uint32_t at)
{
	uint8_t *c = loader_command(s, ADD_POINTER);

	put_name(c + 4, file);
	put_name(c + 60, TABLES_FILE);
	put_le32(c + 116, at);
	c[120] = 4;
}

static void loader_checksum(struct script *s, const char *file, uint32_t at,
			    uint32_t first, uint32_t size)
{
	uint8_t *c = loader_command(s, ADD_CHECKSUM);

	put_name(c + 4, file);
	put_le32(c + 60, at);
	put_le32(c + 64, first);
	put_le32(c + 68, size);
}

/* table_pointer() - of a table at @table, its field at @field. Return: the
 * offset that is there. */
static uint32_t table_pointer(struct script *s, const uint8_t *mem,
			      uint32_t table, uint32_t field)
{
	loader_pointer(s, TABLES_FILE, table + field);
	return get_le32(mem + table + field);
}

static void table_checksum(struct script *s, const uint8_t *mem, uint32_t table)
{
	loader_checksum(s, TABLES_FILE, table + TABLE_CHECKSUM, table,
			get_le32(mem + table + TABLE_LENGTH));
}

/* join_rsdt() - and what it leads to: of our tables that is the FADT alone. */
static void join_rsdt(struct script *s, const uint8_t *mem, uint32_t rsdt)
{
	uint32_t size = get_le32(mem + rsdt + TABLE_LENGTH);
	uint32_t at, fadt;

	for (at = TABLE_BODY; at < size; at += 4) {
		fadt = table_pointer(s, mem, rsdt, at);
		ASSERT(!memcmp(mem + fadt, "FACP", 4));
		table_pointer(s, mem, fadt, FADT_FACS);
		table_pointer(s, mem, fadt, FADT_DSDT);
		table_checksum(s, mem, fadt);
	}
	table_checksum(s, mem, rsdt);
}

void acpiloader_add(struct fwitems *items, const struct acpi_platform *platform)
{
	_Alignas(16) uint8_t mem[TABLES_SIZE] = { 0 };
	struct script script = { .used = 0 };
	size_t size = acpi_build(mem, sizeof(mem), 0, platform);

	ASSERT(size);
	loader_allocate(&script, RSDP_FILE, ZONE_FSEG);
	loader_allocate(&script, TABLES_FILE, ZONE_HIGH);
	join_rsdt(&script, mem, get_le32(mem + RSDP_RSDT));
	loader_pointer(&script, RSDP_FILE, RSDP_RSDT);
	loader_checksum(&script, RSDP_FILE, RSDP_CHECKSUM, 0, RSDP_SIZE);
	fwitems_file(items, RSDP_FILE, mem, RSDP_SIZE);
	fwitems_file(items, TABLES_FILE, mem, size);
	fwitems_file(items, "etc/table-loader", script.bytes,
		     script.used * COMMAND_SIZE);
}
