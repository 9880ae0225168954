/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acpi_test.c - ACPI tables: found from the RSDP as a guest finds them, with
 * right sums, and understood by iasl, ACPICA's own compiler, without a word
 * of complaint.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/lib_skip.h"
#include "vmapp/boot/acpi.h"

#define SIZE	0x10000u
#define BASE	0xe0000u
#define ROUTES	8u

struct tables {
	uint8_t *mem;
	size_t used;
	const uint8_t *rsdt, *fadt, *facs, *dsdt;
};

static const struct acpi_isa chips[] = {
	{ "KBD_", "PNP0303", 0, 1, 2, { { 0x60, 1 }, { 0x64, 1 } } },
	{ "COMF", "PNP0C0F", 3, 0, 0, { { 0x2f8, 8 } } },
};

static struct acpi_platform platform(unsigned int slots)
{
	struct acpi_platform pf = {
		.pm_base = 0x600, .smi_port = 0xb2, .sci_irq = 9,
		.mmio_base = 0xc0000000u, .slots = slots,
		.isa = chips, .isa_count = slots % 3, .isa_slot = 1,
	};
	unsigned int i;

	for (i = 0; i < ROUTES; i++) {
		pf.route[i].slot = (uint8_t)(i + 2);
		pf.route[i].irq = i % 2 ? 11 : 10;
	}
	return pf;
}

static uint8_t sum(const uint8_t *p, size_t n)
{
	uint8_t s = 0;

	while (n--)
		s = (uint8_t)(s + *p++);
	return s;
}

/* table() - what lies at a guest address: whole, and with that signature. */
static const uint8_t *table(const struct tables *t, uint32_t addr,
			    const char *signature)
{
	const uint8_t *p = t->mem + (addr - BASE);

	assert_true(addr >= BASE && addr - BASE + 36 <= t->used);
	assert_int_equal(addr % 4, 0);
	assert_memory_equal(p, signature, 4);
	assert_true(addr - BASE + get_le32(p + 4) <= t->used);
	return p;
}

static const uint8_t *summed(const struct tables *t, uint32_t addr,
			     const char *signature)
{
	const uint8_t *p = table(t, addr, signature);

	assert_int_equal(sum(p, get_le32(p + 4)), 0);
	assert_memory_equal(p + 10, "HOSTELHOSTELPC", 14);
	return p;
}

/* find() - build the tables, and follow the pointers to all of them. */
static void find(struct tables *t, const struct acpi_platform *pf)
{
	t->mem = calloc(1, SIZE);
	t->used = acpi_build(t->mem, SIZE, BASE, pf);
	assert_in_range(t->used, 200, SIZE);
	assert_memory_equal(t->mem, "RSD PTR ", 8);
	assert_int_equal(sum(t->mem, 20), 0);
	assert_int_equal(t->mem[15], 0);		/* ACPI 1.0 */
	t->rsdt = summed(t, get_le32(t->mem + 16), "RSDT");
	assert_int_equal(get_le32(t->rsdt + 4), 40);	/* one entry */
	t->fadt = summed(t, get_le32(t->rsdt + 36), "FACP");
	t->dsdt = summed(t, get_le32(t->fadt + 40), "DSDT");
	t->facs = table(t, get_le32(t->fadt + 36), "FACS");
	assert_int_equal((t->facs - t->mem) % 64, 0);
	assert_int_equal(get_le32(t->facs + 4), 64);
}

static void the_tables_are_found(void **state)
{
	struct acpi_platform pf;
	struct tables t;
	unsigned int slots;
	size_t i;

	(void)state;
	for (slots = 0; slots <= ROUTES; slots++) {
		pf = platform(slots);
		find(&t, &pf);
		for (i = t.used; i < SIZE; i++)
			assert_int_equal(t.mem[i], 0);
		free(t.mem);
	}
}

static void the_fadt_tells_the_board(void **state)
{
	struct acpi_platform pf = platform(4);
	struct tables t;

	(void)state;
	pf.pm_base = 0x4120;
	pf.smi_port = 0xb4;
	pf.sci_irq = 5;
	find(&t, &pf);
	assert_int_equal(get_le32(t.fadt + 4), 116);
	assert_int_equal(get_le16(t.fadt + 46), 5);
	assert_int_equal(get_le32(t.fadt + 48), 0xb4);
	assert_int_equal(get_le32(t.fadt + 56), 0x4120);
	assert_int_equal(get_le32(t.fadt + 64), 0x4124);
	assert_int_equal(get_le32(t.fadt + 76), 0x4128);
	assert_int_equal(get_le32(t.fadt + 80), 0x412c);
	assert_int_equal(t.fadt[88], 4);		/* lengths of these */
	assert_int_equal(t.fadt[89], 2);
	assert_int_equal(t.fadt[91], 4);
	assert_int_equal(t.fadt[92], 4);
	free(t.mem);
}

static void too_little_room_is_refused(void **state)
{
	static uint8_t mem[SIZE], zero[SIZE];
	struct acpi_platform pf = platform(ROUTES);
	size_t need = acpi_build(mem, SIZE, BASE, &pf), size;

	(void)state;
	assert_true(need > 0);
	for (size = 0; size < need; size++) {
		memset(mem, 0, sizeof(mem));
		assert_int_equal(acpi_build(mem, size, BASE, &pf), 0);
		assert_memory_equal(mem, zero, sizeof(mem));
	}
	pf.slots = ROUTES + 1;
	assert_int_equal(acpi_build(mem, SIZE, BASE, &pf), 0);
	assert_memory_equal(mem, zero, sizeof(mem));
}

/* ---- by iasl ----------------------------------------------------------- */

static void put_file(const char *dir, const char *name, const uint8_t *p)
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.aml", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(p, get_le32(p + 4), 1, f), 1);
	fclose(f);
}

/* says() - does the file in that folder have the line? */
static bool says(const char *dir, const char *name, const char *line)
{
	char cmd[300];

	snprintf(cmd, sizeof(cmd), "tr -s ' \t' ' ' <%s/%s | grep -qF -e '%s'",
		 dir, name, line);
	return system(cmd) == 0;
}

/* decompile() - to source and back, with no error, warning or remark. */
static void decompile(const char *dir, const char *name)
{
	char cmd[300], log[16];

	snprintf(log, sizeof(log), "%s.log", name);
	snprintf(cmd, sizeof(cmd),
		 "cd %s && { iasl -d %s.aml && "
		 "iasl -p again %s.dsl; } >%s.log 2>&1",
		 dir, name, name, name);
	if (system(cmd) != 0 ||
	    !says(dir, log, "0 Errors, 0 Warnings, 0 Remarks")) {
		snprintf(cmd, sizeof(cmd), "sed 's/^/# /' %s/%s", dir, log);
		if (system(cmd) != 0)
			print_message("# no log\n");
		fail_msg("iasl complains about %s", name);
	}
}

static void decompile_all(const char *dir, const struct tables *t)
{
	put_file(dir, "DSDT", t->dsdt);
	put_file(dir, "FACP", t->fadt);
	put_file(dir, "RSDT", t->rsdt);
	put_file(dir, "FACS", t->facs);
	decompile(dir, "DSDT");
	decompile(dir, "FACP");
	decompile(dir, "RSDT");
	decompile(dir, "FACS");
}

static void iasl_understands_them(void **state)
{
	char dir[] = "/tmp/hostel-acpi-XXXXXX", cmd[64];
	struct acpi_platform pf;
	struct tables t;
	unsigned int slots;

	(void)state;
	if (system("command -v iasl >/dev/null") != 0)
		skip_because("iasl is not installed (acpica-tools)");
	assert_non_null(mkdtemp(dir));
	for (slots = 1; slots <= ROUTES; slots *= 2) {
		pf = platform(slots);
		find(&t, &pf);
		decompile_all(dir, &t);
		free(t.mem);
	}
	/* What it read is what we meant. */
	assert_true(says(dir, "DSDT.dsl", "Name (_ADR, 0x00010000)"));
	assert_true(says(dir, "DSDT.dsl", "EisaId (\"PNP0303\")"));
	assert_true(says(dir, "DSDT.dsl", "EisaId (\"PNP0C0F\")"));
	assert_true(says(dir, "DSDT.dsl", "IRQNoFlags ()"));
	assert_true(says(dir, "DSDT.dsl",
			 "DMA (Compatibility, BusMaster, Transfer8, )"));
	assert_true(says(dir, "DSDT.dsl", "0x02F8, // Range Minimum"));
	assert_true(says(dir, "DSDT.dsl", "EisaId (\"PNP0A03\")"));
	assert_true(says(dir, "DSDT.dsl", "Name (_PRT, Package (0x08)"));
	assert_true(says(dir, "DSDT.dsl", "0x0009FFFF,"));
	assert_true(says(dir, "DSDT.dsl", "0xC0000000, // Range Minimum"));
	assert_true(says(dir, "DSDT.dsl", "0xFEBFFFFF, // Range Maximum"));
	assert_true(says(dir, "DSDT.dsl", "0x3EC00000, // Length"));
	assert_true(says(dir, "FACP.dsl", "SMI Command Port : 000000B2"));
	assert_true(says(dir, "FACP.dsl", "32-bit PM Timer (V1) : 1"));
	snprintf(cmd, sizeof(cmd), "rm -r %s", dir);
	assert_int_equal(system(cmd), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tables_are_found),
		cmocka_unit_test(the_fadt_tells_the_board),
		cmocka_unit_test(too_little_room_is_refused),
		cmocka_unit_test(iasl_understands_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
