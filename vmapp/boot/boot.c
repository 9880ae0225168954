/* SPDX-License-Identifier: BSD-2-Clause */
/* boot.c - choose a loader; what both loaders need: see boot.h. */
#include "vmapp/boot/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "machine/pc.h"
#include "vmapp/boot/acpi.h"
#include "vmapp/boot/initrd.h"
#include "vmapp/boot/e820.h"
#include "vmapp/boot/nofirmware.h"
#include "vmapp/boot/textmode.h"

/* The board's choices that the tables tell: see board.c and pc.def. */
#define BOARD_SMI_PORT	0xb2
#define BOARD_SCI_IRQ	9

/* The BIOS data area, by its addresses. */
#define BDA_SERIAL	0x400u	/* first ports of up to four */
#define BDA_PARALLEL	0x408u	/* and of up to three */
#define BDA_VIDEO	0x449u	/* mode, columns, size of a page */
#define BDA_VIDEO_CRTC	0x463u	/* its port */
#define BDA_VIDEO_ROWS	0x484u	/* less one; and scan lines of a glyph */
#define BDA_EBDA	0x40eu	/* segment of the extended one */
#define BDA_MEMORY	0x413u	/* KiB of RAM below that */
#define EBDA_KB		1u	/* its first byte: its size */

void boot_file_close(struct boot_file *f)
{
	if (f->data)
		munmap((void *)(uintptr_t)f->data, f->size);
	f->data = NULL;
}

/* made_by_us() - would 'make guest' put a file there? Plain 'make' does not. */
static bool made_by_us(const char *path, int error)
{
	return error == ENOENT && strstr(path, "build/guest/");
}

bool boot_file_open(struct boot_file *f, const char *path, const char *what)
{
	struct stat st;
	void *p = MAP_FAILED;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	memset(f, 0, sizeof(*f));
	f->path = path;
	if (fd < 0 || fstat(fd, &st) < 0) {
		log_error("can not read the %s %s: %s%s", what, path,
			  strerror(errno),
			  made_by_us(path, errno) ? "; 'make guest' makes it" :
						    "");
		goto out;
	}
	if (!S_ISREG(st.st_mode) || !st.st_size) {
		log_error("the %s %s is %s", what, path,
			  st.st_size ? "not a file" : "empty or not a file");
		goto out;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		log_error("can not read the %s %s: %s", what, path,
			  strerror(errno));
		goto out;
	}
	f->data = p;
	f->size = (size_t)st.st_size;
out:
	if (fd >= 0)
		close(fd);
	return f->data;
}

/* initrd_good() - say what is wrong with the initrd, if anything is. */
static bool initrd_good(const struct boot_file *f)
{
	switch (initrd_check(f->data, f->size)) {
	case INITRD_GOOD:
		return true;
	case INITRD_TRUNCATED:
		log_error("the initrd %s is truncated; fetch or build it "
			  "again",
			  f->path);
		return false;
	case INITRD_FOREIGN:
		break;
	}
	log_error("%s is not an initrd: neither a cpio archive, plain or "
		  "compressed, nor a file system",
		  f->path);
	return false;
}

/* load_ports() - the data area: the first ports of @kind's chips, from @at. */
static void load_ports(struct guestmem *ram, const char *kind, uint32_t at,
		       unsigned int most)
{
	unsigned int i;
	int line;

	for (i = 0; i < most && (line = pc_line_find(kind, i)) >= 0; i++)
		put_le16(boot_low(ram, at + 2 * i, 2),
			 pc_line_port((unsigned int)line));
}

/* load_screen() - what textmode_set() makes of it. */
static void load_screen(struct guestmem *ram)
{
	uint8_t *at = boot_low(ram, BDA_VIDEO, 5);

	at[0] = TEXTMODE_NUMBER;
	put_le16(at + 1, TEXTMODE_COLUMNS);
	put_le16(at + 3, 0x1000);
	put_le16(boot_low(ram, BDA_VIDEO_CRTC, 2), 0x3d4);
	at = boot_low(ram, BDA_VIDEO_ROWS, 3);
	at[0] = TEXTMODE_LINES - 1;
	put_le16(at + 1, TEXTMODE_POINTS);
}

/*
 * load_bios() - what programs expect of a BIOS: its reset vector, and the data
 * area's words about memory and ports
 *
 * Who jumps to F000:FFF0, or on to F000:E05B where a PC's power-on self test
 * begins, wants a reset. Source: IBM PC AT Technical Reference, BIOS listing.
 */
static void load_bios(struct guestmem *ram)
{
	static const uint8_t vector[] = {	/* jmp f000:e05b */
		0xea, 0x5b, 0xe0, 0x00, 0xf0 };
	static const uint8_t post[] = {
		0xba, 0xf9, 0x0c,	/* mov dx, 0cf9h */
		0xb0, 0x02, 0xee,	/* mov al, 2; out dx, al */
		0xb0, 0x06, 0xee,	/* mov al, 6; out dx, al */
		0xf4, 0xeb, 0xfd };	/* hlt; jmp to it */

	memcpy(boot_low(ram, BIOS_VECTOR, sizeof(vector)), vector,
	       sizeof(vector));
	memcpy(boot_low(ram, BIOS_POST, sizeof(post)), post, sizeof(post));
	load_ports(ram, "serial_port", BDA_SERIAL, 4);
	load_ports(ram, "parallel_port", BDA_PARALLEL, 3);
	load_screen(ram);
	put_le16(boot_low(ram, BDA_EBDA, 2), LOW_END >> 4);
	put_le16(boot_low(ram, BDA_MEMORY, 2), LOW_END >> 10);
	*(uint8_t *)boot_low(ram, LOW_END, 1) = EBDA_KB;
}

/* flat_segments() - a GDT at BOOT_GDT with CS 10h and DS 18h. */
static void flat_segments(struct guestmem *ram, struct boot_entry *entry)
{
	uint8_t *gdt = boot_low(ram, BOOT_GDT, 32);

	put_le64(gdt + 0x10, 0x00cf9b000000ffffull);	/* code, flat */
	put_le64(gdt + 0x18, 0x00cf93000000ffffull);	/* data, flat */
	entry->gdt_base = BOOT_GDT;
	entry->gdt_limit = 31;
	entry->cs = 0x10;
	entry->ds = 0x18;
	entry->esp = BOOT_STACK;
}

/* What of the ISA bus a system does not find by looking; the ports and lines
 * are those of machine/pc.def. */
static const struct acpi_isa isa_chips[] = {
	{ "KBD_", "PNP0303", 0, 1, 0, { { 0x60, 1 }, { 0x64, 1 } } },
	{ "MOU_", "PNP0F13", 0, 12, 0, { { 0, 0 } } },
	{ "RTC_", "PNP0B00", 0, 8, 0, { { 0x70, 2 } } },
	{ "COM1", "PNP0501", 1, 4, 0, { { 0x3f8, 8 } } },
	{ "COM2", "PNP0501", 2, 3, 0, { { 0x2f8, 8 } } },
	{ "LPT1", "PNP0400", 0, 7, 0, { { 0x378, 3 } } },
	/* The last one: only where there is a floppy drive. */
	{ "FDC0", "PNP0700", 0, 6, 2, { { 0x3f0, 6 }, { 0x3f7, 1 } } },
};

/* has_floppy() - is there a floppy drive? */
static bool has_floppy(const struct vm_config *c)
{
	return c->drive[DRIVE_FLOPPY_A].kind != DRIVE_NONE ||
	       c->drive[DRIVE_FLOPPY_B].kind != DRIVE_NONE;
}

void boot_platform(struct acpi_platform *pf, const struct vm_config *c)
{
	unsigned int i;

	*pf = (struct acpi_platform){
		.pm_base = PC_PM_BASE, .smi_port = BOARD_SMI_PORT,
		.sci_irq = BOARD_SCI_IRQ,
		.mmio_base = (uint32_t)MAX(c->memory, 0xc0000000u),
		.isa = isa_chips,
		.isa_count = ARRAY_SIZE(isa_chips) - !has_floppy(c),
		.isa_slot = 1, .slots = NIC_MAX,
	};
	for (i = 0; i < NIC_MAX; i++) {
		pf->route[i].slot = (uint8_t)pc_nic_slot(i);
		pf->route[i].irq = firmware_lines[pc_nic_pirq(i)];
	}
}

static void load_acpi(struct guestmem *ram, const struct vm_config *config)
{
	struct acpi_platform platform;

	boot_platform(&platform, config);
	acpi_build(boot_low(ram, ACPI_BASE, ACPI_TABLES_END - ACPI_BASE),
		   ACPI_TABLES_END - ACPI_BASE, ACPI_BASE, &platform);
}

bool boot_load(struct guestmem *ram, const struct vm_config *config,
	       struct boot_entry *entry)
{
	const char *cmdline = config->append ? config->append : "";
	struct boot_file kernel, initrd = { 0 };
	bool ok = false, multiboot;

	if (!boot_file_open(&kernel, config->kernel, "kernel"))
		return false;
	multiboot = bootelf_is(&kernel);
	if (config->initrd &&
	    (!boot_file_open(&initrd, config->initrd, "initrd") ||
	     (!multiboot && !initrd_good(&initrd))))
		goto out;
	load_acpi(ram, config);
	load_bios(ram);
	flat_segments(ram, entry);
	if (multiboot)
		ok = bootelf_load(ram, &kernel, &initrd, cmdline, entry);
	else
		ok = bootlinux_load(ram, &kernel, &initrd, cmdline, entry);
out:
	boot_file_close(&initrd);
	boot_file_close(&kernel);
	return ok;
}
