/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootelf_test.c - the loader of multiboot images: what lies where
 * afterwards, and images that are cut off, too large, or lie.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <elf.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/unit/lib_said.h"
#include "vmapp/boot/boot.h"
#include "vmapp/boot/e820.h"

#define RAM	(16u << 20)
#define MAGIC	0x1badb002u
#define HEADER	0xa0u		/* the multiboot header's place in the file */
#define CODE	0x100u
#define SIZE	(CODE + 100u)

/* An image of two segments, and a machine for it. */
struct box {
	struct guestmem ram;
	struct boot_file file, module;
	struct boot_entry entry;
	uint8_t *image;
	Elf32_Ehdr *eh;
	Elf32_Phdr *ph;
};

static void put_multiboot(uint8_t *p, uint32_t flags)
{
	put_le32(p, MAGIC);
	put_le32(p + 4, flags);
	put_le32(p + 8, -(MAGIC + flags));
}

static void put_headers(struct box *b)
{
	b->eh = (Elf32_Ehdr *)(void *)b->image;
	b->ph = (Elf32_Phdr *)(void *)(b->image + sizeof(*b->eh));
	memcpy(b->eh->e_ident, ELFMAG, SELFMAG);
	b->eh->e_ident[EI_CLASS] = ELFCLASS32;
	b->eh->e_type = ET_EXEC;
	b->eh->e_machine = EM_386;
	b->eh->e_entry = 0x100010;
	b->eh->e_phoff = sizeof(*b->eh);
	b->eh->e_phentsize = sizeof(*b->ph);
	b->eh->e_phnum = 2;
	b->ph[0] = (Elf32_Phdr){ .p_type = PT_LOAD, .p_paddr = 0x100000,
		.p_vaddr = 0xc0100000, .p_filesz = SIZE, .p_memsz = SIZE };
	b->ph[1] = (Elf32_Phdr){ .p_type = PT_LOAD, .p_paddr = 0x200000,
		.p_offset = CODE, .p_filesz = 50, .p_memsz = 5000 };
}

static int set_up(void **state)
{
	struct box *b = calloc(1, sizeof(*b));
	unsigned int i;

	assert_int_equal(guestmem_create(&b->ram, RAM), 0);
	b->image = calloc(1, SIZE);
	b->file = (struct boot_file){ "IMAGE", b->image, SIZE };
	put_headers(b);
	put_multiboot(b->image + HEADER, 3);
	for (i = CODE; i < SIZE; i++)
		b->image[i] = (uint8_t)i;
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct box *b = *state;

	guestmem_close(&b->ram);
	free(b->image);
	free(b);
	return 0;
}

static uint8_t *at(struct box *b, uint32_t addr)
{
	return guestmem_ptr(&b->ram, addr, 1);
}

static void loads(struct box *b, const char *cmdline)
{
	said_begin();
	if (!bootelf_load(&b->ram, &b->file, &b->module, cmdline, &b->entry))
		fail_msg("refused: %s", said_end());
	assert_string_equal(said_end(), "");
}

static void refused(struct box *b, const char *cmdline, const char *part)
{
	static const uint8_t zero[65536];
	uint32_t a;

	said_begin();
	if (bootelf_load(&b->ram, &b->file, &b->module, cmdline, &b->entry)) {
		said_end();
		fail_msg("accepted, not refused with '%s'", part);
	}
	said_one(part);
	for (a = 0; a < RAM; a += sizeof(zero))	/* nothing was written */
		if (a < GUESTMEM_HOLE || a >= GUESTMEM_HOLE_END)
			assert_memory_equal(at(b, a), zero, sizeof(zero));
}

static void an_image_is_loaded(void **state)
{
	struct box *b = *state;
	unsigned int i;

	loads(b, "a=b c");
	assert_int_equal(b->entry.eip, 0x100010);
	assert_int_equal(b->entry.eax, 0x2badb002);
	assert_int_equal(b->entry.ebx, BOOT_MBI);
	assert_memory_equal(at(b, 0x100000), b->image, SIZE);
	assert_memory_equal(at(b, 0x200000), b->image + CODE, 50);
	for (i = 50; i < 5000; i++)
		assert_int_equal(*at(b, 0x200000 + i), 0);
	assert_string_equal(at(b, BOOT_CMDLINE), "IMAGE a=b c");
}

static void the_information_is_told(void **state)
{
	struct box *b = *state;
	uint8_t *mbi = at(b, BOOT_MBI), *e;
	uint64_t end = 0;
	uint32_t done;

	loads(b, "");
	assert_int_equal(get_le32(mbi), 0x245);
	assert_string_equal(at(b, get_le32(mbi + 64)), "Hostel");
	assert_int_equal(get_le32(mbi + 4), 639);	/* KiB below */
	assert_int_equal(get_le32(mbi + 8), 15 << 10);	/* KiB above 1 MiB */
	assert_int_equal(get_le32(mbi + 16), BOOT_CMDLINE);
	e = at(b, get_le32(mbi + 48));
	for (done = 0; done < get_le32(mbi + 44); done += get_le32(e) + 4) {
		assert_true(get_le64(e + done + 4) >= end);
		end = get_le64(e + done + 4) + get_le64(e + done + 12);
	}
	assert_int_equal(done, get_le32(mbi + 44));
	assert_int_equal(end, RAM);
}

static void what_is_no_image(void **state)
{
	struct box *b = *state;

	b->eh->e_ident[EI_CLASS] = ELFCLASS64;
	refused(b, "", "IMAGE is not an ELF32 image");
	b->eh->e_ident[EI_CLASS] = ELFCLASS32;
	b->eh->e_machine = EM_ARM;
	refused(b, "", "IMAGE is not an ELF32 image");
	b->eh->e_machine = EM_386;
	b->eh->e_type = ET_DYN;
	refused(b, "", "IMAGE is not an ELF32 image");
	b->eh->e_type = ET_EXEC;
	b->image[HEADER + 8] ^= 1;	/* the checksum */
	refused(b, "", "multiboot");
}

static void demands_are_met_or_refused(void **state)
{
	struct box *b = *state;
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		put_multiboot(b->image + HEADER, 1u << bit);
		if (bit < 2 || bit > 15)
			continue;
		refused(b, "", "asks in its multiboot header");
	}
	for (bit = 17; bit < 32; bit++) {	/* these are optional */
		put_multiboot(b->image + HEADER, 1u << bit | 3);
		loads(b, "");
	}
}

/* The entry of a kernel that is linked to the upper half is virtual. */
static void the_entry_is_where_its_segment_lies(void **state)
{
	static const struct { uint32_t entry, eip; } cases[] = {
		{ 0xc0100000, 0x100000 },
		{ 0xc0100000 + SIZE - 1, 0x100000 + SIZE - 1 },
		{ 0xd0000000, 0x200000 }, { 0xd0001387, 0x201387 },
		{ 0x100010, 0x100010 },		/* physical all the same */
		{ 0x200000, 0x200000 },
		/* In no segment. */
		{ 0xc0100000 + SIZE, 0 }, { 0xc00fffff, 0 }, { 0, 0 },
		{ 0x100000 + SIZE, 0 }, { 0xd0001388, 0 }, { 0xffffffff, 0 },
	};
	struct box *b = *state;
	size_t i;

	b->ph[1].p_vaddr = 0xd0000000;
	for (i = ARRAY_SIZE(cases); i-- > 0;) {
		b->eh->e_entry = cases[i].entry;
		if (!cases[i].eip) {
			refused(b, "", "which is in none of its segments");
			continue;
		}
		loads(b, "");
		assert_int_equal(b->entry.eip, cases[i].eip);
	}
	/* A virtual address counts before a physical one. */
	b->ph[1].p_vaddr = 0x100000;
	b->eh->e_entry = 0x100010;
	loads(b, "");
	assert_int_equal(b->entry.eip, 0x200010);
}

static void a_module_is_given(void **state)
{
	struct box *b = *state;
	uint8_t *mbi = at(b, BOOT_MBI), *mod, data[5000];
	uint32_t a;

	loads(b, "");
	assert_int_equal(get_le32(mbi) & 8, 0);
	memset(data, 0xa5, sizeof(data));
	b->module = (struct boot_file){ "some/file", data, sizeof(data) };
	loads(b, "x");
	assert_int_equal(get_le32(mbi) & 8, 8);
	assert_int_equal(get_le32(mbi + 20), 1);
	mod = at(b, get_le32(mbi + 24));
	a = get_le32(mod);
	assert_int_equal(a % PAGE_SIZE, 0);
	assert_true(a >= 0x200000 + 5000);
	assert_int_equal(get_le32(mod + 4), a + sizeof(data));
	assert_memory_equal(at(b, a), data, sizeof(data));
	assert_string_equal(at(b, get_le32(mod + 8)), "some/file");
	assert_string_equal(at(b, BOOT_CMDLINE), "IMAGE x");
	assert_string_equal(at(b, get_le32(mbi + 64)), "Hostel");
}

static void a_module_has_its_place(void **state)
{
	struct box *b = *state;
	uint8_t *mbi = at(b, BOOT_MBI), data[4097] = { 1 };

	b->module = (struct boot_file){ "MODULE", data, sizeof(data) };
	b->ph[1].p_paddr = RAM - 3 * PAGE_SIZE + 1;
	b->ph[1].p_memsz = PAGE_SIZE;
	refused(b, "", "the module MODULE does not fit");
	b->module.size = PAGE_SIZE;
	loads(b, "");
	assert_int_equal(get_le32(at(b, get_le32(mbi + 24))), RAM - PAGE_SIZE);
	/* A small image's does not lie in its neighbourhood below 1 MB. */
	b->eh->e_phnum = 1;
	b->ph[0].p_paddr = 0x1000;
	b->eh->e_entry = 0xc0100010;
	loads(b, "");
	assert_int_equal(b->entry.eip, 0x1010);
	assert_int_equal(get_le32(at(b, get_le32(mbi + 24))), HIGH_BASE);
}

/* An image of no known format that has its addresses in the header. */
static void put_addresses(struct box *b, uint32_t header, uint32_t load,
			  uint32_t load_end, uint32_t bss_end, uint32_t entry)
{
	uint8_t *p = b->image + HEADER;

	put_multiboot(p, 0x10003);
	put_le32(p + 12, header);
	put_le32(p + 16, load);
	put_le32(p + 20, load_end);
	put_le32(p + 24, bss_end);
	put_le32(p + 28, entry);
}

static void addresses_in_the_header(void **state)
{
	static const struct {
		uint32_t header, load, end, bss, entry;
		const char *said;
		uint32_t skip, size;	/* of the file */
	} cases[] = {
		/* All of the file, then a part of it, then with zeros. */
		{ 0x300000 + HEADER, 0x300000, 0, 0, 0x300040, NULL, 0, SIZE },
		{ 0x300020, 0x300000, 0x300080, 0, 0x300040, NULL,
		  HEADER - 0x20, 0x80 },
		{ 0x300000, 0x300000, 0x300040, 0x305000, 0x304fff, NULL,
		  HEADER, 0x40 },
		{ 0x300000, 0x300001, 0, 0, 0x300040, "damaged", 0, 0 },
		{ 0x300001 + HEADER, 0x300000, 0, 0, 0x300040, "damaged", 0,
		  0 },
		{ 0x300000, 0x300000, 0x2fffff, 0, 0x300000, "damaged", 0, 0 },
		{ 0x300000, 0x300000, 0x300040, 0x30003f, 0x300000, "damaged",
		  0, 0 },
		{ 0x300000, 0x300000, 0, 0x2fffff, 0x300000, "damaged", 0, 0 },
		{ 0x300000, 0x300000, 0x300001 + SIZE - HEADER, 0, 0x300000,
		  "truncated", 0, 0 },
		{ 0xffffff00, 0xffffff00, 0, 0, 0xffffff00, "--memory", 0, 0 },
		{ 0x300000, 0x300000, 0x300010, 0xffffffff, 0x300000,
		  "--memory", 0, 0 },
		{ 0x20000, 0x20000, 0, 0, 0x20000, "not free", 0, 0 },
		{ 0x300000, 0x300000, 0x300040, 0, 0x300040, "none of its", 0,
		  0 },
		{ 0x300000, 0x300000, 0x300040, 0, 0x2fffff, "none of its", 0,
		  0 },
	};
	struct box *b = *state;
	size_t i;

	memset(b->image, 0x5a, HEADER);		/* no ELF */
	for (i = ARRAY_SIZE(cases); i-- > 0;) {
		put_addresses(b, cases[i].header, cases[i].load, cases[i].end,
			      cases[i].bss, cases[i].entry);
		assert_true(bootelf_is(&b->file));
		if (cases[i].said) {
			refused(b, "", cases[i].said);
			continue;
		}
		loads(b, "a");
		assert_int_equal(b->entry.eip, cases[i].entry);
		assert_int_equal(b->entry.eax, 0x2badb002);
		assert_memory_equal(at(b, cases[i].load),
				    b->image + cases[i].skip, cases[i].size);
		if (cases[i].end)
			assert_int_equal(*at(b, cases[i].end), 0);
		memset(at(b, cases[i].load), 0, SIZE);
	}
	/* An ELF image that has them, too, is loaded by them. */
	put_headers(b);
	put_addresses(b, 0x300000 + HEADER, 0x300000, 0, 0, 0x300100);
	loads(b, "");
	assert_int_equal(b->entry.eip, 0x300100);
	/* Without the flag what is no ELF image is none of ours. */
	memset(b->image, 0x5a, HEADER);
	put_multiboot(b->image + HEADER, 3);
	assert_false(bootelf_is(&b->file));
}

static void addresses_cut_off(void **state)
{
	struct box *b = *state;

	memset(b->image, 0x5a, HEADER);
	put_addresses(b, 0x300000 + HEADER, 0x300000, 0, 0, 0x300000);
	b->file.size = HEADER + 31;
	refused(b, "", "truncated");
	b->file.size = HEADER + 32;
	loads(b, "");
}

/* The header counts in the first 8192 bytes, at a multiple of four. */
static void the_header_has_its_place(void **state)
{
	static const struct { size_t at; bool good; } cases[] = {
		{ 8180, true }, { 8184, false }, { 8192, false },
		{ 4097, false }, { 4100, true },
	};
	struct box *b = *state;
	size_t i;

	free(b->image);
	b->file.data = b->image = calloc(1, 9000);
	b->file.size = 9000;
	put_headers(b);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(b->image + CODE, 0, 9000 - CODE);
		put_multiboot(b->image + cases[i].at, 0);
		said_begin();
		assert_int_equal(bootelf_load(&b->ram, &b->file, &b->module, "",
					      &b->entry),
				 cases[i].good);
		assert_int_equal(!*said_end(), cases[i].good);
	}
}

static void images_cut_off(void **state)
{
	struct box *b = *state;
	uint8_t *whole = b->image, *cut;
	size_t n;

	for (n = 4; n < SIZE; n++) {
		cut = malloc(n);
		memcpy(cut, whole, n);
		b->file.data = cut;
		b->file.size = n;
		said_begin();
		assert_false(bootelf_load(&b->ram, &b->file, &b->module, "",
					  &b->entry));
		said_one(n < sizeof(Elf32_Ehdr) || n >= HEADER + 12 ?
				 "truncated" :
				 "multiboot");
		free(cut);
	}
}

static void headers_that_lie(void **state)
{
	struct box *b = *state;

	b->eh->e_phnum = 0;
	refused(b, "", "nothing to load");
	b->eh->e_phnum = 0xffff;
	refused(b, "", "truncated");
	b->eh->e_phnum = 2;
	b->eh->e_phentsize = 0;
	refused(b, "", "nothing to load");
	b->eh->e_phentsize = 33;
	refused(b, "", "nothing to load");
	b->eh->e_phentsize = 32;
	b->eh->e_phoff = 0xffffffff;	/* + 64 wraps 32 bits */
	refused(b, "", "truncated");
	b->eh->e_phoff = SIZE - 63;
	refused(b, "", "truncated");
	b->eh->e_phoff = sizeof(*b->eh);
	b->ph[0].p_type = b->ph[1].p_type = PT_NOTE;
	refused(b, "", "nothing to load");
	b->ph[0].p_type = PT_LOAD;
	b->ph[0].p_memsz = b->ph[0].p_filesz = 0;
	refused(b, "", "nothing to load");
}

static void segments_that_lie(void **state)
{
	static const struct {
		uint32_t offset, filesz, memsz, paddr;
		const char *said;
	} cases[] = {
		{ 0, SIZE + 1, 5000, 0x200000, "truncated" },
		{ SIZE, 1, 1, 0x200000, "truncated" },
		{ 0xffffffff, 1, 1, 0x200000, "truncated" },
		{ 0xffffffff, 0xffffffff, 0xffffffff, 0x200000, "truncated" },
		{ 0x80000000, 0x80000000, 0x80000000, 0x200000, "truncated" },
		{ 0, SIZE, SIZE - 1, 0x200000, "damaged" },
		{ 0, SIZE, SIZE, RAM - SIZE + 1, "--memory" },
		{ 0, 0, 0xffffffff, 0x200000, "--memory" },
		{ 0, 0, 0xffe00000, 0x200000, "--memory" },	/* wraps to 0 */
		{ 0, SIZE, SIZE, RAM, "--memory" },
		{ 0, SIZE, SIZE, 0xffffff00, "--memory" },
		{ 0, SIZE, SIZE, 0xffffffff, "--memory" },
	};
	struct box *b = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		b->ph[1].p_offset = cases[i].offset;
		b->ph[1].p_filesz = cases[i].filesz;
		b->ph[1].p_memsz = cases[i].memsz;
		b->ph[1].p_paddr = cases[i].paddr;
		refused(b, "", cases[i].said);
	}
	/* To the last byte, and with nothing of it in the file. */
	b->ph[1].p_offset = 0, b->ph[1].p_filesz = 0;
	b->ph[1].p_paddr = RAM - 1, b->ph[1].p_memsz = 1;
	loads(b, "");
}

/* Below 1 MB lie the boot loader's own tables, ACPI's and the video hole. */
static void segments_over_the_tables(void **state)
{
	static const struct { uint32_t first, size; bool good; } cases[] = {
		{ 0, 4096, true }, { 0x7c00, 512, true },
		{ 0x10000, 0x1000, true }, { 0x10000, 0x1001, false },
		{ 0x11000, 1, false }, { 0x20000, 1, false },
		{ 0x30fff, 1, false }, { 0x31000, 1, true },
		{ 0, 0x40000, false }, { 0x9ffff, 1, true },
		{ 0x9ffff, 2, false }, { 0xa0000, 1, false },
		{ 0xbffff, 2, false }, { 0xc0000, 1, true },
		{ 0xdffff, 2, false }, { 0xe0000, 1, false },
		{ 0xeffff, 2, false }, { 0xff000, 0x2000, true },
		{ 0, RAM, false },
	};
	struct box *b = *state;
	char part[40];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		b->ph[1].p_paddr = cases[i].first;
		b->ph[1].p_memsz = cases[i].size;
		b->ph[1].p_filesz = 0;
		said_begin();
		assert_int_equal(bootelf_load(&b->ram, &b->file, &b->module, "",
					      &b->entry),
				 cases[i].good);
		snprintf(part, sizeof(part), "at %#x, which is not free",
			 cases[i].first);
		if (cases[i].good)
			assert_string_equal(said_end(), "");
		else
			said_one(part);
	}
}

/* The image's name is the first word, and one word. */
static void the_command_line_begins_with_the_name(void **state)
{
	struct box *b = *state;

	b->file.path = "some folder/a kernel";
	loads(b, "");
	assert_string_equal(at(b, BOOT_CMDLINE), "a_kernel");
	loads(b, "-s x");
	assert_string_equal(at(b, BOOT_CMDLINE), "a_kernel -s x");
}

static void the_command_line_has_a_limit(void **state)
{
	const unsigned int most = BOOT_CMDLINE_MAX - sizeof("IMAGE ");
	struct box *b = *state;
	char *line = malloc(BOOT_CMDLINE_MAX + 1);

	memset(line, 'x', BOOT_CMDLINE_MAX);
	line[most + 1] = '\0';
	refused(b, line, "--append is too long");
	line[most] = '\0';
	loads(b, line);
	assert_string_equal(at(b, BOOT_CMDLINE + sizeof("IMAGE")), line);
	assert_int_equal(get_le32(at(b, BOOT_MBI)), 0x245);
	free(line);
}

/* Whatever the headers say, the loader ends, and stays in RAM. */
static void random_headers(void **state)
{
	struct box *b = *state;
	unsigned int i, n, loaded = 0, seed = 1;
	uint8_t good[HEADER];

	memcpy(good, b->image, sizeof(good));
	for (i = 0; i < 20000; i++) {
		memcpy(b->image, good, sizeof(good));
		for (n = rand_r(&seed) % 4 + 1; n; n--)
			b->image[(unsigned int)rand_r(&seed) % HEADER] =
				(uint8_t)rand_r(&seed);
		said_begin();
		loaded += bootelf_load(&b->ram, &b->file, &b->module, "quiet",
				       &b->entry);
		said_end();
	}
	assert_in_range(loaded, 1000, 19000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_image_is_loaded), T(the_information_is_told),
		T(what_is_no_image), T(demands_are_met_or_refused),
		T(the_header_has_its_place), T(images_cut_off),
		T(headers_that_lie), T(segments_that_lie),
		T(the_entry_is_where_its_segment_lies), T(a_module_is_given),
		T(a_module_has_its_place), T(addresses_in_the_header),
		T(addresses_cut_off), T(segments_over_the_tables),
		T(the_command_line_begins_with_the_name),
		T(the_command_line_has_a_limit),
		T(random_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
