/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot_fuzz.c - any bytes as a kernel and an initrd: both loaders, and what
 * looks through an initrd. What they accept starts in RAM.
 *
 * An input is a head of four bytes, the kernel, the initrd. Each file is in
 * memory of just its size.
 *
 * tests/fuzz: runs 15000
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/fuzz/target.h"
#include "vmapp/boot/boot.h"
#include "vmapp/boot/initrd.h"

#define RAM_SIZE	(8u << 20)
#define MULTIBOOT	0x1badb002u
#define HEAD		4u

struct head {
	uint8_t cmdline;	/* its length, in units of 16 */
	uint8_t unused;
	uint16_t initrd;	/* its size */
};

static struct guestmem ram;

const char *fuzz_open(void)
{
	return guestmem_create(&ram, RAM_SIZE) ? "no memory" : NULL;
}

/* file_of() - a copy of just that size. */
static struct boot_file file_of(const uint8_t *data, size_t size)
{
	uint8_t *copy = size ? malloc(size) : NULL;

	if (copy)
		memcpy(copy, data, size);
	return (struct boot_file){ "FILE", copy, copy ? size : 0 };
}

static void load(const struct boot_file *kernel, const struct boot_file *initrd,
		 unsigned int cmdline)
{
	struct boot_entry entry = { 0 };
	char line[256 * 16 + 1];
	bool ok;

	memset(line, 'a', sizeof(line));
	line[cmdline] = '\0';
	if (bootelf_is(kernel))
		ok = bootelf_load(&ram, kernel, initrd, line, &entry);
	else
		ok = bootlinux_load(&ram, kernel, initrd, line, &entry);
	if (ok)
		ASSERT(guestmem_ptr(&ram, entry.eip, 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct boot_file kernel, initrd;
	size_t module, rest;
	struct head h;

	if (size <= HEAD)
		return 0;
	memcpy(&h, data, HEAD);
	rest = size - HEAD;
	module = MIN(h.initrd, rest - 1);
	kernel = file_of(data + HEAD, rest - module);
	initrd = file_of(data + size - module, module);
	memset(ram.base, 0, ram.size);
	if (initrd.data)
		initrd_check(initrd.data, initrd.size);
	load(&kernel, &initrd, h.cmdline * 16u);
	free((void *)(uintptr_t)kernel.data);
	free((void *)(uintptr_t)initrd.data);
	return 0;
}

/* ---- seeds ------------------------------------------------------------- */

static size_t elf_kernel(uint8_t *p)
{
	Elf32_Ehdr eh = { .e_type = ET_EXEC, .e_machine = EM_386,
		.e_entry = 0xc0100010, .e_phoff = sizeof(eh),
		.e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 2 };
	Elf32_Phdr ph[2] = {
		{ .p_type = PT_LOAD, .p_paddr = 0x100000, .p_filesz = 300,
		  .p_vaddr = 0xc0100000, .p_memsz = 300 },
		{ .p_type = PT_LOAD, .p_paddr = 0x200000, .p_offset = 256,
		  .p_filesz = 44, .p_memsz = 5000 },
	};

	memcpy(eh.e_ident, ELFMAG, SELFMAG);
	eh.e_ident[EI_CLASS] = ELFCLASS32;
	memcpy(p, &eh, sizeof(eh));
	memcpy(p + sizeof(eh), ph, sizeof(ph));
	put_le32(p + 160, MULTIBOOT);
	put_le32(p + 164, 3);
	put_le32(p + 168, -(MULTIBOOT + 3));
	return 300;
}

/* flat_kernel() - a multiboot header with addresses. */
static size_t flat_kernel(uint8_t *p)
{
	static const uint32_t words[] = {
		MULTIBOOT, 0x10000, -(MULTIBOOT + 0x10000), 0x100020,
		0x100000, 0x100100, 0x100200, 0x100040,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		put_le32(p + 32 + 4 * i, words[i]);
	return 256;
}

static size_t linux_kernel(uint8_t *p)
{
	p[0x1f1] = 1;
	put_le32(p + 0x1f4, 16);
	put_le16(p + 0x1fe, 0xaa55);
	p[0x201] = 0x6a;
	memcpy(p + 0x202, "HdrS", 4);
	put_le16(p + 0x206, 0x020f);
	p[0x211] = 1;
	put_le32(p + 0x22c, 0x7fffffff);
	put_le32(p + 0x230, 0x1000);
	p[0x234] = 1;
	put_le32(p + 0x238, 2047);
	put_le64(p + 0x258, 0x100000);
	put_le32(p + 0x260, 2u << 20);
	return 1024 + 256;
}

/* plain_initrd() - one file, and the end of the archive. */
static size_t plain_initrd(uint8_t *p)
{
	static const char file[] = "070701"
				   "00000001"
				   "000081a4"
				   "00000000"
				   "00000000"
				   "00000001"
				   "00000000"
				   "00000004"
				   "00000000"
				   "00000000"
				   "00000000"
				   "00000000"
				   "00000002"
				   "00000000";
	static const char end[] = "070701"
				  "00000000"
				  "00000000"
				  "00000000"
				  "00000000"
				  "00000001"
				  "00000000"
				  "00000000"
				  "00000000"
				  "00000000"
				  "00000000"
				  "00000000"
				  "0000000b"
				  "00000000";

	memcpy(p, file, 110);
	memcpy(p + 110, "a", 2);
	memcpy(p + 112, "text", 4);
	memcpy(p + 116, end, 110);
	memcpy(p + 226, "TRAILER!!!", 11);
	return 240;
}

static size_t gzip_initrd(uint8_t *p)
{
	uint8_t plain[256] = { 0 };
	z_stream z = { .next_in = plain, .next_out = p, .avail_out = 1024 };

	z.avail_in = (uInt)plain_initrd(plain);
	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return z.total_out;
}

/* zstd_initrd() - a frame of one raw and one repeated block: RFC 8878 3.1.1 */
static size_t zstd_initrd(uint8_t *p)
{
	static const uint8_t frame[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58,
		0x20, 0x00, 0x00, 'a', 'b', 'c', 'd',
		0x23, 0x00, 0x00, 'e',
	};

	memcpy(p, frame, sizeof(frame));
	return sizeof(frame);
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	static size_t (*const kernels[])(uint8_t *) = {
		elf_kernel, flat_kernel, linux_kernel, linux_kernel,
		linux_kernel };
	static size_t (*const initrds[])(uint8_t *) = {
		plain_initrd, zstd_initrd, plain_initrd, gzip_initrd,
		zstd_initrd };
	struct head h = { .cmdline = 2 };
	size_t len;

	if (n >= ARRAY_SIZE(kernels))
		return 0;
	memset(buf, 0, size);
	len = HEAD + kernels[n](buf + HEAD);
	h.initrd = (uint16_t)initrds[n](buf + len);
	memcpy(buf, &h, HEAD);
	return len + h.initrd;
}
