/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fwitems_test.c - what we offer to firmware, as a firmware that we wrote here
 * would take it: the directory of files, and the loader's commands, by which
 * our ACPI tables come to lie where it wants them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "devices/fw_cfg.h"
#include "vmapp/boot/acpiloader.h"
#include "vmapp/boot/fwitems.h"

#define RSDP_BASE	0xf6000u
#define TABLES_BASE	0x7fe0040u
#define FILE_MAX	8192u

struct item {
	const uint8_t *p;
	uint32_t size;
};

static struct item item(const uint8_t *all, uint32_t key)
{
	const struct fw_cfg_items *head = (const void *)all;
	uint32_t i;

	for (i = 0; i < head->count; i++)
		if (head->item[i].key == key)
			return (struct item){ all + head->item[i].at,
					      head->item[i].size };
	fail_msg("no item %#x", key);
	return (struct item){ NULL, 0 };
}

/* file() - by the directory. */
static struct item file(const uint8_t *all, const char *name)
{
	struct item dir = item(all, FW_CFG_FILE_DIR), found;
	uint32_t i, n = get_be32(dir.p);

	assert_int_equal(dir.size, 4 + 64 * n);
	for (i = 0; i < n; i++) {
		const uint8_t *e = dir.p + 4 + 64 * i;

		if (strcmp((const char *)e + 8, name))
			continue;
		found = item(all, (uint32_t)e[4] << 8 | e[5]);
		assert_int_equal(found.size, get_be32(e));
		return found;
	}
	fail_msg("no file %s", name);
	return (struct item){ NULL, 0 };
}

static uint8_t *written(const struct fwitems *f)
{
	uint8_t *all = malloc(fwitems_size(f));

	assert_non_null(all);
	fwitems_write(f, all);
	return all;
}

static void files_are_found(void **state)
{
	struct fwitems f;
	uint8_t *all;

	(void)state;
	fwitems_begin(&f);
	fwitems_add(&f, FW_CFG_SIGNATURE, "QEMU", 4);
	fwitems_file(&f, "etc/one", "1", 1);
	fwitems_file(&f, "etc/none", "", 0);
	fwitems_number(&f, "etc/number", 0x123456789abcull);
	assert_true(fwitems_done(&f));
	all = written(&f);
	assert_memory_equal(item(all, FW_CFG_SIGNATURE).p, "QEMU", 4);
	assert_int_equal(file(all, "etc/one").p[0], '1');
	assert_int_equal(file(all, "etc/none").size, 0);
	assert_int_equal(get_le64(file(all, "etc/number").p), 0x123456789abc);
	free(all);
	fwitems_end(&f);
}

static void too_many_are_told(void **state)
{
	struct fwitems f;
	unsigned int i;

	(void)state;
	fwitems_begin(&f);
	for (i = 0; i < FW_CFG_ITEMS; i++)
		fwitems_file(&f, "x", "y", 1);
	assert_false(fwitems_done(&f));
	fwitems_end(&f);
}

/* ---- the loader ---------------------------------------------------------- */

struct place {
	const char *name;
	uint32_t base;
	uint8_t mem[FILE_MAX];
	uint32_t size;
};

static struct place places[2];

static struct place *place(const char *name)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (!strcmp(places[i].name, name))
			return &places[i];
	fail_msg("file %s was not allocated", name);
	return NULL;
}

static uint8_t sum(const uint8_t *p, uint32_t n)
{
	uint8_t s = 0;

	while (n--)
		s = (uint8_t)(s + *p++);
	return s;
}

/* obey() - one command; the specification's field names. */
static void obey(const uint8_t *all, const uint8_t *c)
{
	struct place *p = place((const char *)c + 4), *to;
	struct item f;
	uint32_t at;

	switch (get_le32(c)) {
	case 1:
		f = file(all, p->name);
		assert_in_range(f.size, 1, FILE_MAX);
		assert_int_equal(p->base % get_le32(c + 60), 0);
		assert_int_equal(c[64], p->base == RSDP_BASE ? 2 : 1);
		memcpy(p->mem, f.p, f.size);
		p->size = f.size;
		break;
	case 2:
		at = get_le32(c + 116);
		assert_int_equal(c[120], 4);
		assert_true(at + 4 <= p->size);
		to = place((const char *)c + 60);
		put_le32(p->mem + at, get_le32(p->mem + at) + to->base);
		break;
	case 3:
		at = get_le32(c + 60);
		assert_true(get_le32(c + 64) + get_le32(c + 68) <= p->size);
		p->mem[at] =
			(uint8_t)(p->mem[at] - sum(p->mem + get_le32(c + 64),
						   get_le32(c + 68)));
		break;
	default:
		fail_msg("command %u", get_le32(c));
	}
}

/* table() - at an address in the second file, with a right sum. */
static const uint8_t *table(uint32_t addr, const char *signature)
{
	const struct place *p = &places[1];
	const uint8_t *t = p->mem + (addr - p->base);

	assert_in_range(addr, p->base, p->base + p->size - 36);
	assert_memory_equal(t, signature, 4);
	if (strcmp(signature, "FACS"))
		assert_int_equal(sum(t, get_le32(t + 4)), 0);
	return t;
}

static void tables_are_joined(void **state)
{
	struct acpi_platform pf = { .pm_base = 0x600, .smi_port = 0xb2,
				    .sci_irq = 9, .mmio_base = 0xc0000000 };
	struct fwitems f;
	struct item script;
	const uint8_t *rsdt, *fadt;
	uint8_t *all;
	uint32_t at;

	(void)state;
	places[0] = (struct place){ "etc/acpi/rsdp", RSDP_BASE, { 0 }, 0 };
	places[1] = (struct place){ "etc/acpi/tables", TABLES_BASE, { 0 }, 0 };
	fwitems_begin(&f);
	acpiloader_add(&f, &pf);
	assert_true(fwitems_done(&f));
	all = written(&f);
	script = file(all, "etc/table-loader");
	assert_int_equal(script.size % 128, 0);
	for (at = 0; at < script.size; at += 128)
		obey(all, script.p + at);
	assert_memory_equal(places[0].mem, "RSD PTR ", 8);
	assert_int_equal(sum(places[0].mem, 20), 0);
	rsdt = table(get_le32(places[0].mem + 16), "RSDT");
	fadt = table(get_le32(rsdt + 36), "FACP");
	table(get_le32(fadt + 40), "DSDT");
	table(get_le32(fadt + 36), "FACS");
	assert_int_equal(get_le32(fadt + 36) % 64, 0);
	assert_int_equal(get_le32(fadt + 56), 0x600);
	free(all);
	fwitems_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_found),
		cmocka_unit_test(too_many_are_told),
		cmocka_unit_test(tables_are_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
