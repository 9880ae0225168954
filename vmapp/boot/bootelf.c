/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootelf.c - load an image with a multiboot header: an ELF32 one, or any that
 * says in that header where it is to lie.
 *
 * Source: Multiboot Specification 0.6.96 (the machine's state at the start,
 * the information structure); System V ABI, Intel386 supplement (ELF32).
 */
#include "vmapp/boot/boot.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "vmapp/boot/e820.h"

#define MB_MAGIC	0x1badb002u	/* in the image */
#define MB_BOOTED	0x2badb002u	/* in EAX */
#define MB_SEARCH	8192u		/* where the header must be */
#define MB_MUST		0xffffu		/* flags: demands of the image; */
#define MB_KNOWN	0x0003u		/* modules on pages, memory sizes */
#define MB_ADDRESSES	0x10000u	/* it says where it is to be loaded */

#define MBI_MEMORY	0x01u
#define MBI_CMDLINE	0x04u
#define MBI_MODULES	0x08u
#define MBI_MMAP	0x40u
#define MBI_LOADER	0x200u
#define MBI_SIZE	88u
/* Behind the memory map, in the same page. */
#define MBI_MODULE	0x200u		/* the list of modules */
#define MBI_NAME	0x240u		/* the boot loader's name */
#define MBI_MODULE_NAME	0x280u		/* and the module's, to the end */

/* The header: 32-bit words. */
enum { MB_FLAGS = 4, MB_SUM = 8, MB_HEADER_ADDR = 12, MB_LOAD = 16,
       MB_LOAD_END = 20, MB_BSS_END = 24, MB_ENTRY = 28 };

/* What is to be loaded, and where. */
struct image {
	const struct boot_file *file;
	unsigned int count;	/* of segments */
	size_t table;		/* ELF: where the file has their headers */
	Elf32_Phdr only;	/* by addresses: the one segment */
	uint32_t entry;		/* as the file has it: mostly virtual */
	uint64_t end;		/* of what is loaded: known once checked */
};

/* find_header() - Return: the multiboot header, or NULL. */
static const uint8_t *find_header(const struct boot_file *f)
{
	size_t at, end = MIN(f->size, MB_SEARCH);
	const uint8_t *h;

	for (at = 0; at + 12 <= end; at += 4) {
		h = f->data + at;
		if (get_le32(h) == MB_MAGIC &&
		    MB_MAGIC + get_le32(h + MB_FLAGS) + get_le32(h + MB_SUM) ==
			    0)
			return h;
	}
	return NULL;
}

static bool is_elf(const struct boot_file *f)
{
	return f->size >= SELFMAG && !memcmp(f->data, ELFMAG, SELFMAG);
}

bool bootelf_is(const struct boot_file *f)
{
	const uint8_t *h = find_header(f);

	return is_elf(f) || (h && (get_le32(h + MB_FLAGS) & MB_ADDRESSES));
}

/* flags_good() - can we do what the header demands? Says if not. */
static bool flags_good(const struct boot_file *f, uint32_t flags)
{
	if (!(flags & MB_MUST & ~MB_KNOWN))
		return true;
	log_error("%s asks in its multiboot header for what is not here, such "
		  "as a screen (flags %#x)",
		  f->path, flags & MB_MUST);
	return false;
}

/* image_addresses() - an image that says in its multiboot header where it is
 * to lie, whatever format it has ("a.out kludge"). */
static bool image_addresses(struct image *im, const uint8_t *h)
{
	const struct boot_file *f = im->file;
	size_t at = (size_t)(h - f->data);
	uint32_t load, end, bss, skip;

	if (at + 32 > f->size) {
		log_error("%s is a truncated multiboot image", f->path);
		return false;
	}
	load = get_le32(h + MB_LOAD);
	end = get_le32(h + MB_LOAD_END);
	bss = get_le32(h + MB_BSS_END);
	skip = get_le32(h + MB_HEADER_ADDR) - load;
	if (get_le32(h + MB_HEADER_ADDR) < load || skip > at ||
	    (end && end < load) || (bss && bss < MAX(load, end))) {
		log_error("%s is a damaged multiboot image: the addresses in "
			  "its header do not fit each other",
			  f->path);
		return false;
	}
	im->count = 1;
	im->entry = get_le32(h + MB_ENTRY);
	im->only = (Elf32_Phdr){ .p_type = PT_LOAD, .p_vaddr = load,
				 .p_paddr = load };
	im->only.p_offset = (uint32_t)(at - skip);
	im->only.p_filesz =
		end ? end - load :
		      (uint32_t)MIN(f->size - (at - skip), 0xffffffffu);
	im->only.p_memsz = MAX(im->only.p_filesz, bss ? bss - load : 0);
	return true;
}

/* image_elf() - check the head of an ELF image; says what is wrong. */
static bool image_elf(struct image *im, const uint8_t *h)
{
	const struct boot_file *f = im->file;
	Elf32_Ehdr eh;

	if (f->size < sizeof(eh)) {
		log_error("%s is a truncated ELF image", f->path);
		return false;
	}
	memcpy(&eh, f->data, sizeof(eh));
	if (eh.e_ident[EI_CLASS] != ELFCLASS32 || eh.e_machine != EM_386 ||
	    eh.e_type != ET_EXEC || !h) {
		log_error("%s is not an ELF32 image for i386 with a multiboot "
			  "header",
			  f->path);
		return false;
	}
	if (!flags_good(f, get_le32(h + MB_FLAGS)))
		return false;
	if (eh.e_phentsize != sizeof(Elf32_Phdr) || !eh.e_phnum) {
		log_error("%s is an ELF image with nothing to load", f->path);
		return false;
	}
	if (eh.e_phoff + (uint64_t)eh.e_phnum * sizeof(Elf32_Phdr) > f->size) {
		log_error("%s is a truncated ELF image", f->path);
		return false;
	}
	im->table = eh.e_phoff;
	im->count = eh.e_phnum;
	im->entry = eh.e_entry;
	return true;
}

/* image_decode() - what kind is it? Says what is wrong. */
static bool image_decode(struct image *im)
{
	const uint8_t *h = find_header(im->file);

	if (h && (get_le32(h + MB_FLAGS) & MB_ADDRESSES))
		return flags_good(im->file, get_le32(h + MB_FLAGS)) &&
		       image_addresses(im, h);
	return image_elf(im, h);
}

/* segment() - the program header of that number. */
static Elf32_Phdr segment(const struct image *im, unsigned int i)
{
	Elf32_Phdr ph = im->only;

	if (im->table)
		memcpy(&ph, im->file->data + im->table + i * sizeof(ph),
		       sizeof(ph));
	if (ph.p_type != PT_LOAD)
		ph.p_memsz = 0;
	return ph;
}

/* is_free() - RAM, and not where our tables lie? */
static bool is_free(const struct guestmem *ram, uint64_t first, uint64_t end)
{
	if (first < BOOT_MBI + PAGE_SIZE && end > BOOT_GDT)
		return false;
	if (first < ACPI_TABLES_END && end > ACPI_BASE)
		return false;
	return guestmem_ptr(ram, first, (size_t)(end - first));
}

/* segment_check() - may it be loaded? Says what is wrong. */
static bool segment_check(const struct guestmem *ram, const struct boot_file *f,
			  const Elf32_Phdr *ph)
{
	uint64_t end = (uint64_t)ph->p_paddr + ph->p_memsz;

	if ((uint64_t)ph->p_offset + ph->p_filesz > f->size) {
		log_error("%s is a truncated image", f->path);
		return false;
	}
	if (ph->p_filesz > ph->p_memsz) {
		log_error("%s is a damaged ELF image: a segment is larger in "
			  "the file than in memory",
			  f->path);
		return false;
	}
	if (end > ram->size) {
		log_error("%s does not fit into the guest's memory: it goes "
			  "up to %#llx, use a larger --memory",
			  f->path, (unsigned long long)end);
		return false;
	}
	if (!is_free(ram, ph->p_paddr, end)) {
		log_error("%s wants to be loaded at %#x, which is not free; "
			  "link it to 1 MB or above",
			  f->path, ph->p_paddr);
		return false;
	}
	return true;
}

/* check_segments() - all of them; says what is wrong with one. */
static bool check_segments(const struct guestmem *ram, struct image *im)
{
	Elf32_Phdr ph;
	unsigned int i;

	for (i = 0; i < im->count; i++) {
		ph = segment(im, i);
		if (!ph.p_memsz)
			continue;
		if (!segment_check(ram, im->file, &ph))
			return false;
		im->end = MAX(im->end, (uint64_t)ph.p_paddr + ph.p_memsz);
	}
	if (!im->end)
		log_error("%s is an %s image with nothing to load",
			  im->file->path, im->table ? "ELF" : "multiboot");
	return im->end;
}

static void load_segments(struct guestmem *ram, const struct image *im)
{
	Elf32_Phdr ph;
	unsigned int i;
	uint8_t *to;

	for (i = 0; i < im->count; i++) {
		ph = segment(im, i);
		if (!ph.p_memsz)
			continue;
		to = guestmem_ptr(ram, ph.p_paddr, ph.p_memsz);
		/* Only below 1 MB is there what is not zero. */
		if (ph.p_paddr < HIGH_BASE)
			memset(to, 0, ph.p_memsz);
		memcpy(to, im->file->data + ph.p_offset, ph.p_filesz);
	}
}

/**
 * find_entry() - the physical address to start at
 *
 * A kernel that is linked to the upper half has a virtual one in its header;
 * its segment tells where that lies, as paging is off. Some have the physical
 * one all the same.
 *
 * Return: false if it lies in no segment, which is explained.
 */
static bool find_entry(const struct image *im, uint32_t *eip)
{
	bool found = false;
	Elf32_Phdr ph;
	unsigned int i;

	for (i = 0; i < im->count; i++) {
		ph = segment(im, i);
		if (im->entry - ph.p_vaddr < ph.p_memsz) {
			*eip = im->entry - ph.p_vaddr + ph.p_paddr;
			return true;
		}
		found |= im->entry - ph.p_paddr < ph.p_memsz;
	}
	*eip = im->entry;
	if (!found)
		log_error("%s would start at %#x, which is in none of its "
			  "segments",
			  im->file->path, im->entry);
	return found;
}

/* place_module() - behind the image, on a page; says if there is no room. */
static bool place_module(const struct guestmem *ram, const struct image *im,
			 const struct boot_file *module, uint32_t *at)
{
	uint64_t first = MAX(im->end, HIGH_BASE);

	first = (first + PAGE_MASK) & ~(uint64_t)PAGE_MASK;
	*at = (uint32_t)first;
	if (!module->data || guestmem_ptr(ram, first, module->size))
		return true;
	log_error("the module %s does not fit behind the kernel; use a larger "
		  "--memory",
		  module->path);
	return false;
}

/* put_module() - the module, and its entry in the one list of them. Its text
 * is the name of its file, as much of it as there is room for. */
static void put_module(struct guestmem *ram, uint8_t *mbi,
		       const struct boot_file *module, uint32_t at)
{
	if (!module->data)
		return;
	memcpy(guestmem_ptr(ram, at, module->size), module->data, module->size);
	snprintf((char *)mbi + MBI_MODULE_NAME, PAGE_SIZE - MBI_MODULE_NAME,
		 "%s", module->path);
	put_le32(mbi, get_le32(mbi) | MBI_MODULES);
	put_le32(mbi + 20, 1);
	put_le32(mbi + 24, BOOT_MBI + MBI_MODULE);
	put_le32(mbi + MBI_MODULE, at);
	put_le32(mbi + MBI_MODULE + 4, at + (uint32_t)module->size);
	put_le32(mbi + MBI_MODULE + 8, BOOT_MBI + MBI_MODULE_NAME);
}

/* name_len() - of the image's own name, which is the first word of a command
 * line: systems pass it over. */
static size_t name_len(const struct boot_file *kernel, const char **name)
{
	const char *slash = strrchr(kernel->path, '/');

	*name = slash ? slash + 1 : kernel->path;
	return strlen(*name);
}

static void put_cmdline(struct guestmem *ram, const struct boot_file *kernel,
			const char *cmdline)
{
	char *to = boot_low(ram, BOOT_CMDLINE, BOOT_CMDLINE_MAX), *c;
	const char *name;
	size_t n = name_len(kernel, &name);

	snprintf(to, BOOT_CMDLINE_MAX, "%s%s%s", name, *cmdline ? " " : "",
		 cmdline);
	for (c = to; c < to + n; c++)
		if (*c == ' ' || *c == '\t')
			*c = '_';
}

static void put_info(struct guestmem *ram)
{
	uint8_t *mbi = boot_low(ram, BOOT_MBI, PAGE_SIZE), *e;
	struct e820_entry map[E820_ENTRIES];
	unsigned int i, n = e820_make(map, ram->size);

	put_le32(mbi, MBI_MEMORY | MBI_CMDLINE | MBI_MMAP | MBI_LOADER);
	put_le32(mbi + 4, LOW_END >> 10);
	put_le32(mbi + 8, (uint32_t)((ram->size - HIGH_BASE) >> 10));
	put_le32(mbi + 16, BOOT_CMDLINE);
	put_le32(mbi + 44, n * 24);
	put_le32(mbi + 48, BOOT_MBI + MBI_SIZE);
	for (i = 0; i < n; i++) {
		e = mbi + MBI_SIZE + i * 24;
		put_le32(e, 20);
		put_le64(e + 4, map[i].addr);
		put_le64(e + 12, map[i].size);
		put_le32(e + 20, map[i].type);
	}
	put_le32(mbi + 64, BOOT_MBI + MBI_NAME);
	strcpy((char *)mbi + MBI_NAME, "Hostel");
}

bool bootelf_load(struct guestmem *ram, const struct boot_file *kernel,
		  const struct boot_file *module, const char *cmdline,
		  struct boot_entry *entry)
{
	struct image im = { .file = kernel };
	size_t room = BOOT_CMDLINE_MAX - 2;
	uint32_t module_at;
	const char *name;

	if (!image_decode(&im))
		return false;
	room -= MIN(name_len(kernel, &name), room);
	if (strlen(cmdline) > room) {
		log_error("--append is too long: there is room for %zu "
			  "characters",
			  room);
		return false;
	}
	if (!check_segments(ram, &im) || !find_entry(&im, &entry->eip) ||
	    !place_module(ram, &im, module, &module_at))
		return false;
	load_segments(ram, &im);
	put_info(ram);
	put_cmdline(ram, kernel, cmdline);
	put_module(ram, boot_low(ram, BOOT_MBI, PAGE_SIZE), module, module_at);
	entry->eax = MB_BOOTED;
	entry->ebx = BOOT_MBI;
	return true;
}
