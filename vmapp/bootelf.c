/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootelf.c - load an ELF32 image with a multiboot header.
 *
 * Source: Multiboot Specification 0.6.96 (the machine's state at the start,
 * the information structure); System V ABI, Intel386 supplement (ELF32).
 */
#include "vmapp/boot.h"

#include <elf.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "vmapp/memmap.h"

#define MB_MAGIC	0x1badb002u	/* in the image */
#define MB_BOOTED	0x2badb002u	/* in EAX */
#define MB_SEARCH	8192u		/* where the header must be */
#define MB_MUST		0xffffu		/* flags: demands of the image; */
#define MB_KNOWN	0x0003u		/* modules on pages, memory sizes */

#define MBI_MEMORY	0x01u
#define MBI_CMDLINE	0x04u
#define MBI_MMAP	0x40u
#define MBI_SIZE	88u

/* find_header() - Return: true, with its flags, if there is one. */
static bool find_header(const struct boot_file *f, uint32_t *flags)
{
	size_t at, end = MIN(f->size, MB_SEARCH);

	for (at = 0; at + 12 <= end; at += 4) {
		*flags = get_le32(f->data + at + 4);
		if (get_le32(f->data + at) == MB_MAGIC &&
		    MB_MAGIC + *flags + get_le32(f->data + at + 8) == 0)
			return true;
	}
	return false;
}

/* elf_header() - check the file's head; says what is wrong. */
static bool elf_header(const struct boot_file *f, Elf32_Ehdr *eh)
{
	uint32_t flags;

	if (f->size < sizeof(*eh)) {
		log_error("%s is a truncated ELF image", f->path);
		return false;
	}
	memcpy(eh, f->data, sizeof(*eh));
	if (eh->e_ident[EI_CLASS] != ELFCLASS32 || eh->e_machine != EM_386 ||
	    eh->e_type != ET_EXEC || !find_header(f, &flags)) {
		log_error("%s is not an ELF32 image for i386 with a multiboot "
			  "header", f->path);
		return false;
	}
	if (flags & MB_MUST & ~MB_KNOWN) {
		log_error("%s asks in its multiboot header for what is not "
			  "here, such as a screen (flags %#x)", f->path,
			  flags & MB_MUST);
		return false;
	}
	if (eh->e_phentsize != sizeof(Elf32_Phdr) || !eh->e_phnum) {
		log_error("%s is an ELF image with nothing to load", f->path);
		return false;
	}
	if (eh->e_phoff + (uint64_t)eh->e_phnum * sizeof(Elf32_Phdr) >
	    f->size) {
		log_error("%s is a truncated ELF image", f->path);
		return false;
	}
	return true;
}

/* segment() - the program header of that number. */
static Elf32_Phdr segment(const struct boot_file *f, const Elf32_Ehdr *eh,
			  unsigned int i)
{
	Elf32_Phdr ph;

	memcpy(&ph, f->data + eh->e_phoff + i * sizeof(ph), sizeof(ph));
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
static bool segment_check(const struct guestmem *ram,
			  const struct boot_file *f, const Elf32_Phdr *ph)
{
	uint64_t end = (uint64_t)ph->p_paddr + ph->p_memsz;

	if ((uint64_t)ph->p_offset + ph->p_filesz > f->size) {
		log_error("%s is a truncated ELF image", f->path);
		return false;
	}
	if (ph->p_filesz > ph->p_memsz) {
		log_error("%s is a damaged ELF image: a segment is larger in "
			  "the file than in memory", f->path);
		return false;
	}
	if (end > ram->size) {
		log_error("%s does not fit into the guest's memory: it goes "
			  "up to %#llx, use a larger --memory", f->path,
			  (unsigned long long)end);
		return false;
	}
	if (!is_free(ram, ph->p_paddr, end)) {
		log_error("%s wants to be loaded at %#x, which is not free; "
			  "link it to 1 MB or above", f->path, ph->p_paddr);
		return false;
	}
	return true;
}

/* load_segments() - check all of them, then load them. */
static bool load_segments(struct guestmem *ram, const struct boot_file *f,
			  const Elf32_Ehdr *eh)
{
	unsigned int i, found = 0;
	Elf32_Phdr ph;

	for (i = 0; i < eh->e_phnum; i++) {
		ph = segment(f, eh, i);
		found += !!ph.p_memsz;
		if (ph.p_memsz && !segment_check(ram, f, &ph))
			return false;
	}
	if (!found) {
		log_error("%s is an ELF image with nothing to load", f->path);
		return false;
	}
	for (i = 0; i < eh->e_phnum; i++) {
		ph = segment(f, eh, i);
		if (ph.p_memsz)
			memcpy(guestmem_ptr(ram, ph.p_paddr, ph.p_memsz),
			       f->data + ph.p_offset, ph.p_filesz);
	}
	return true;
}

static void put_info(struct guestmem *ram, const char *cmdline)
{
	uint8_t *mbi = boot_low(ram, BOOT_MBI, PAGE_SIZE), *e;
	struct memmap_entry map[MEMMAP_ENTRIES];
	unsigned int i, n = memmap_make(map, ram->size);

	put_le32(mbi, MBI_MEMORY | MBI_CMDLINE | MBI_MMAP);
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
	strcpy(boot_low(ram, BOOT_CMDLINE, BOOT_CMDLINE_MAX), cmdline);
}

bool bootelf_load(struct guestmem *ram, const struct boot_file *kernel,
		  const char *cmdline, struct boot_entry *entry)
{
	Elf32_Ehdr eh;

	if (!elf_header(kernel, &eh))
		return false;
	if (strlen(cmdline) >= BOOT_CMDLINE_MAX) {
		log_error("--append is too long: there is room for %u "
			  "characters", BOOT_CMDLINE_MAX - 1);
		return false;
	}
	if (!load_segments(ram, kernel, &eh))
		return false;
	put_info(ram, cmdline);
	entry->eip = eh.e_entry;
	entry->eax = MB_BOOTED;
	entry->ebx = BOOT_MBI;
	return true;
}
