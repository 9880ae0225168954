/* SPDX-License-Identifier: BSD-2-Clause */
/* firmware.c - a machine that starts in a ROM: see firmware.h. */
#include "vmapp/boot/firmware.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "devices/video/vga_pci.h"
#include "vmapp/boot/acpiloader.h"
#include "vmapp/boot/bootorder.h"
#include "vmapp/boot/cmos.h"
#include "vmapp/boot/e820.h"

#define ROM_MIN		(64u << 10)
#define ROM_MAX		(4u << 20)
#define ROM_STEP	(4u << 10)
#define CARD_ROM_MAX	(1u << 20)

#define VGA_ROM		"vgabios-stdvga.bin"
#define MENU_WAIT_MS	3000u

/* Where packages put firmware; the first that has a file is taken. */
static const char *const rom_folders[] = {
	"/usr/share/seabios", "/usr/lib/ipxe/qemu", "/usr/share/qemu",
	"/usr/share/qemu-firmware", "/usr/share/ipxe",
};

/* rom_find() - Return: false if no folder has it. */
static bool rom_find(const char *name, char *path, size_t size)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rom_folders); i++) {
		snprintf(path, size, "%s/%s", rom_folders[i], name);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}

/* rom_open() - the ROM at the reset vector. */
static bool rom_open(struct firmware *f, const char *given)
{
	char found[256];

	if (!given && !rom_find("bios-256k.bin", found, sizeof(found))) {
		log_error("there is no firmware on this host: install the "
			  "package 'seabios', name another with --bios, or "
			  "boot a kernel with --kernel");
		return false;
	}
	if (!boot_file_open(&f->rom, given ? given : found, "firmware"))
		return false;
	if (f->rom.size >= ROM_MIN && f->rom.size <= ROM_MAX &&
	    f->rom.size % ROM_STEP == 0)
		return true;
	log_error("%s is no firmware for a PC: it has %zu bytes; that is 64 "
		  "KiB to 4 MiB, and a multiple of 4 KiB",
		  given ? given : found, f->rom.size);
	return false;
}

/* add_card_rom() - of a card by its PCI ids, if this host has it. */
static void add_card_rom(struct fwitems *items, uint16_t vendor,
			 uint16_t device, const char *name)
{
	struct boot_file rom;
	char path[256], file[32];

	if (!rom_find(name, path, sizeof(path)) ||
	    !boot_file_open(&rom, path, "card's ROM"))
		return;
	snprintf(file, sizeof(file), "pci%04x,%04x.rom", vendor, device);
	if (rom.size <= CARD_ROM_MAX)
		fwitems_file(items, file, rom.data, rom.size);
	boot_file_close(&rom);
}

/* find_font() - no host must have it. */
static void find_font(struct firmware *f)
{
	struct boot_file rom;
	char path[256];

	if (!rom_find(VGA_ROM, path, sizeof(path)) ||
	    !boot_file_open(&rom, path, "card's ROM"))
		return;
	f->has_font = textmode_font(rom.data, rom.size, f->font);
	boot_file_close(&rom);
}

static void add_order(struct fwitems *items, const struct vm_config *c)
{
	char text[1024];

	bootorder_text(c, text, sizeof(text));
	fwitems_file(items, "bootorder", text, strlen(text) + 1);
}

static void add_memory(struct fwitems *items, uint64_t ram)
{
	uint8_t entry[20];

	put_le64(entry, 0);
	put_le64(entry + 8, ram);
	put_le32(entry + 16, E820_RAM);
	fwitems_file(items, "etc/e820", entry, sizeof(entry));
}

/* shows_text() - is SeaBIOS to show its text by COM1, too? It clears the
 * terminal there, which may have been told where the screen is shown. */
static bool shows_text(const struct vm_config *c)
{
	bool told = c->display.kind == DISPLAY_VNC ||
		    c->display.kind == DISPLAY_WEB;

	return c->plug[LINE_COM1].kind == PLUG_STDIO ?
		       !told :
		       c->plug[LINE_COM1].kind != PLUG_NONE;
}

static void add_items(struct fwitems *items, const struct vm_config *c)
{
	const uint8_t id[4] = { 3 };	/* the ports, and DMA */
	const uint8_t menu[2] = { c->boot_menu };
	struct acpi_platform platform;

	fwitems_add(items, FW_CFG_SIGNATURE, "QEMU", 4);
	fwitems_add(items, FW_CFG_ID, id, sizeof(id));
	fwitems_add(items, FW_CFG_BOOT_MENU, menu, sizeof(menu));
	add_order(items, c);
	add_memory(items, c->memory);
	if (c->boot_menu)
		fwitems_number(items, "etc/boot-menu-wait", MENU_WAIT_MS);
	if (shows_text(c))
		fwitems_number(items, "etc/sercon-port",
			       pc_line_port(LINE_COM1));
	boot_platform(&platform, c);
	acpiloader_add(items, &platform);
	add_card_rom(items, VGA_PCI_VENDOR, VGA_PCI_DEVICE, VGA_ROM);
	if (c->nic_count && strchr(c->boot_order, 'n'))
		add_card_rom(items, PCNET_PCI_VENDOR, PCNET_PCI_DEVICE,
			     "pxe-pcnet.rom");
}

bool firmware_open(struct firmware *f, const struct vm_config *config)
{
	memset(f, 0, sizeof(*f));
	fwitems_begin(&f->items);
	if (config->kernel) {
		find_font(f);
		return true;
	}
	if (!rom_open(f, config->bios))
		return false;
	add_items(&f->items, config);
	if (fwitems_done(&f->items))
		return true;
	log_error("out of memory for the firmware's tables");
	return false;
}

void firmware_parts(const struct firmware *f, struct memfile *parts)
{
	if (!f->rom.data)
		return;
	parts->rom = f->rom.size;
	parts->config = ROUND_UP(fwitems_size(&f->items), MEMMAP_PAGE);
}

void firmware_load(const struct firmware *f, struct guestmem *ram,
		   struct boot_entry *entry)
{
	memcpy(guestmem_rom(ram), f->rom.data, f->rom.size);
	fwitems_write(&f->items, guestmem_config(ram));
	memset(entry, 0, sizeof(*entry));
	entry->reset = 1;
}

void firmware_board(struct pc *pc, const struct vm_config *config)
{
	const struct medium_info *disk[CMOS_DISKS];
	unsigned int i;

	for (i = 0; i < CMOS_DISKS; i++)
		disk[i] = pc_disk(pc, (enum pc_drive)i);
	cmos_disks(&pc->rtc, disk);
	cmos_memory(&pc->rtc, config->memory);
	cmos_boot_order(&pc->rtc, config->boot_order);
	cmos_floppies(&pc->rtc, pc_floppy_type(pc, 0), pc_floppy_type(pc, 1));
}

void firmware_close(struct firmware *f)
{
	boot_file_close(&f->rom);
	fwitems_end(&f->items);
}
