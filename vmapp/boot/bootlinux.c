/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootlinux.c - load a Linux bzImage by its 32-bit boot protocol.
 *
 * Source: Documentation/x86/boot.rst of Linux, versions 2.05 and up. We are
 * the boot loader and the BIOS at once: no real-mode code of the image runs;
 * the "zero page" tells the kernel what its own set-up code would have found.
 */
#include "vmapp/boot/boot.h"

#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "vmapp/boot/e820.h"
#include "vmapp/boot/textmode.h"

/* Offsets in the image and, the same, in the zero page. */
#define HDR_START	0x1f1
#define HDR_SETUP_SECTS	0x1f1
#define HDR_BOOT_FLAG	0x1fe
#define HDR_JUMP_LEN	0x201	/* the header ends at 202h + this */
#define HDR_MAGIC	0x202
#define HDR_VERSION	0x206
#define HDR_LOADER	0x210
#define HDR_LOADFLAGS	0x211
#define HDR_CODE32	0x214
#define HDR_INITRD	0x218
#define HDR_INITRD_SIZE	0x21c
#define HDR_CMDLINE	0x228
#define HDR_INITRD_MAX	0x22c
#define HDR_XLOADFLAGS	0x236	/* from 2.12 */
#define HDR_CMDLINE_MAX	0x238
#define HDR_PREF	0x258	/* from 2.10 */
#define HDR_INIT_SIZE	0x260	/* from 2.10 */
#define HDR_MIN_FILE	0x268

#define ZP_VIDEO_MODE	0x006	/* screen_info */
#define ZP_VIDEO_COLUMNS 0x007
#define ZP_VIDEO_KIND	0x00a	/* as INT 10h with AH = 12h has it in BX */
#define ZP_VIDEO_LINES	0x00e
#define ZP_VIDEO_VGA	0x00f
#define ZP_VIDEO_POINTS	0x010
#define ZP_RSDP		0x070	/* from 2.14 */
#define ZP_E820_COUNT	0x1e8
#define ZP_E820		0x2d0

#define LOADED_HIGH	0x01	/* in the load flags: not below 1 MB */
#define KERNEL_64	0x01	/* in the extended ones */
#define LOADER_UNKNOWN	0xff
#define VERSION_MIN	0x0205	/* has cmdline_size's predecessor fields */

/* What the header says, checked. */
struct image {
	const uint8_t *hdr;	/* the file: header offsets count from here */
	size_t hdr_end;
	const uint8_t *code;
	size_t code_size;
	uint32_t load;		/* guest-physical */
	uint32_t need;		/* bytes the kernel uses from there at first */
	uint64_t end;		/* of what it uses before it reads its map:
				 * it may unpack itself further up */
};

/* image_is_ours() - can this machine boot it? Says what is wrong. */
static bool image_is_ours(const struct boot_file *f)
{
	const uint8_t *d = f->data;

	if (f->size < HDR_MIN_FILE || get_le16(d + HDR_BOOT_FLAG) != 0xaa55 ||
	    memcmp(d + HDR_MAGIC, "HdrS", 4)) {
		log_error("%s is not a Linux kernel for x86 (bzImage) nor an "
			  "ELF image",
			  f->path);
		return false;
	}
	if (get_le16(d + HDR_VERSION) < VERSION_MIN ||
	    !(d[HDR_LOADFLAGS] & LOADED_HIGH)) {
		log_error("%s is too old a Linux kernel; a bzImage with boot "
			  "protocol 2.05 or later is needed",
			  f->path);
		return false;
	}
	if (get_le16(d + HDR_VERSION) >= 0x020c &&
	    (d[HDR_XLOADFLAGS] & KERNEL_64)) {
		log_error("%s is a 64-bit kernel; this machine's processor is "
			  "an IA-32 one, take a 686 kernel",
			  f->path);
		return false;
	}
	return true;
}

/* image_decode() - check a bzImage; says what is wrong. */
static bool image_decode(const struct boot_file *f, struct image *im)
{
	const uint8_t *d = f->data;
	uint64_t at;
	size_t skip;

	if (!image_is_ours(f))
		return false;
	skip = (d[HDR_SETUP_SECTS] ? d[HDR_SETUP_SECTS] + 1u : 5u) * 512;
	im->hdr = d;
	im->hdr_end = MIN(0x202u + d[HDR_JUMP_LEN], ZP_E820);
	if (f->size <= skip || f->size < im->hdr_end ||
	    get_le32(d + 0x1f4) * 16ull > f->size - skip + 16) {
		log_error("%s is a truncated kernel; fetch it again", f->path);
		return false;
	}
	im->code = d + skip;
	im->code_size = f->size - skip;
	im->load = get_le32(d + HDR_CODE32);
	im->need = (uint32_t)MIN(im->code_size, 0xffffffffu);
	at = im->load;
	if (get_le16(d + HDR_VERSION) >= 0x020a) {
		im->need = MAX(im->need, get_le32(d + HDR_INIT_SIZE));
		at = MAX(at, MIN(get_le64(d + HDR_PREF), 1ull << 32));
	}
	im->end = at + im->need;
	if (im->load >= HIGH_BASE)
		return true;
	if (im->load)
		log_error("%s is damaged: it claims to be loaded below 1 MB",
			  f->path);
	else	/* as iPXE's ipxe.lkrn */
		log_error("%s begins in real mode: boot it by SYSLINUX or "
			  "GRUB from a --disk or --cdrom",
			  f->path);
	return false;
}

/* kernel_fits() - says how much memory it takes if there is not enough. */
static bool kernel_fits(const struct guestmem *ram, const struct image *im,
			const struct boot_file *kernel, size_t initrd_size)
{
	uint64_t want = im->end + initrd_size + (4u << 20);

	if (guestmem_ptr(ram, im->load, im->need) && im->end <= ram->size)
		return true;
	if (want > GUESTMEM_MAX)
		log_error("%s needs more memory than a guest can have",
			  kernel->path);
	else
		log_error("%s needs more memory than the guest's %llu MB: use "
			  "--memory %lluM or more",
			  kernel->path, (unsigned long long)ram->size >> 20,
			  (unsigned long long)(want + 0xfffff) >> 20);
	return false;
}

/**
 * place_initrd() - as high as the kernel allows, above the kernel
 * @at: receives the guest-physical address
 *
 * Return: false if there is no room for it; that is explained.
 */
static bool place_initrd(const struct guestmem *ram, const struct image *im,
			 const struct boot_file *initrd, uint32_t *at)
{
	uint64_t max = get_le32(im->hdr + HDR_INITRD_MAX) + 1ull;
	uint64_t top = MIN(ram->size, max);
	uint64_t addr = 0;

	if (initrd->size <= top)
		addr = (top - initrd->size) & ~(uint64_t)PAGE_MASK;
	*at = (uint32_t)addr;
	if (addr >= im->end)
		return true;
	if (max < ram->size)
		log_error("the initrd %s is too large for this kernel, which "
			  "takes it below %llu MB only",
			  initrd->path, (unsigned long long)max >> 20);
	else
		log_error("the initrd %s does not fit beside the kernel; use "
			  "a larger --memory",
			  initrd->path);
	return false;
}

static void put_e820(uint8_t *zp, uint64_t ram)
{
	struct e820_entry map[E820_ENTRIES];
	unsigned int i, n = e820_make(map, ram);

	for (i = 0; i < n; i++) {
		put_le64(zp + ZP_E820 + 20 * i, map[i].addr);
		put_le64(zp + ZP_E820 + 20 * i + 8, map[i].size);
		put_le32(zp + ZP_E820 + 20 * i + 16, map[i].type);
	}
	zp[ZP_E820_COUNT] = (uint8_t)n;
}

/* put_screen() - what textmode_set() makes of it. */
static void put_screen(uint8_t *zp)
{
	zp[ZP_VIDEO_MODE] = TEXTMODE_NUMBER;
	zp[ZP_VIDEO_COLUMNS] = TEXTMODE_COLUMNS;
	put_le16(zp + ZP_VIDEO_KIND, 0x0003);	/* colours, 256 KiB */
	zp[ZP_VIDEO_LINES] = TEXTMODE_LINES;
	zp[ZP_VIDEO_VGA] = 1;
	put_le16(zp + ZP_VIDEO_POINTS, TEXTMODE_POINTS);
}

static void put_zero_page(struct guestmem *ram, const struct image *im,
			  uint32_t initrd, size_t initrd_size)
{
	uint8_t *zp = boot_low(ram, BOOT_PARAMS, PAGE_SIZE);

	memcpy(zp + HDR_START, im->hdr + HDR_START, im->hdr_end - HDR_START);
	zp[HDR_LOADER] = LOADER_UNKNOWN;
	put_le32(zp + HDR_CMDLINE, BOOT_CMDLINE);
	put_le32(zp + HDR_INITRD, initrd);
	put_le32(zp + HDR_INITRD_SIZE, initrd ? (uint32_t)initrd_size : 0);
	if (get_le16(im->hdr + HDR_VERSION) >= 0x020e)
		put_le64(zp + ZP_RSDP, ACPI_BASE);
	put_e820(zp, ram->size);
	put_screen(zp);
}

/* cmdline_fits() - the kernel says how long its command line may be. */
static bool cmdline_fits(const struct image *im, const char *cmdline)
{
	size_t max = 255;

	if (get_le16(im->hdr + HDR_VERSION) >= 0x0206)
		max = get_le32(im->hdr + HDR_CMDLINE_MAX);
	max = MIN(max, BOOT_CMDLINE_MAX - 1u);
	if (strlen(cmdline) <= max)
		return true;
	log_error("--append is too long: this kernel takes %zu characters",
		  max);
	return false;
}

bool bootlinux_load(struct guestmem *ram, const struct boot_file *kernel,
		    const struct boot_file *initrd, const char *cmdline,
		    struct boot_entry *entry)
{
	uint32_t initrd_at = 0;
	struct image im;

	if (!image_decode(kernel, &im) || !cmdline_fits(&im, cmdline))
		return false;
	if (!kernel_fits(ram, &im, kernel, initrd->size) ||
	    (initrd->data && !place_initrd(ram, &im, initrd, &initrd_at)))
		return false;
	if (initrd->data)
		memcpy(guestmem_ptr(ram, initrd_at, initrd->size), initrd->data,
		       initrd->size);
	memcpy(guestmem_ptr(ram, im.load, im.code_size), im.code, im.code_size);
	strcpy(boot_low(ram, BOOT_CMDLINE, BOOT_CMDLINE_MAX), cmdline);
	put_zero_page(ram, &im, initrd_at, initrd->size);
	entry->eip = im.load;
	entry->esi = BOOT_PARAMS;
	return true;
}
