/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_formats_test.c - images that are not raw, beside QEMU's own tools: what
 * qemu-io wrote is what a drive reads, what a drive wrote is what qemu-img
 * reads, byte for byte, and the size is what qemu-img says; on a full host
 * disk, too.
 *
 * Each test has a picture of the image in memory, and does to it what it does
 * to the image. Two tools that agree with it agree with each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/lib_skip.h"
#include "tests/world/lib_drive.h"

#define SECTOR		MEDIUM_SECTOR
#define MOST		(MEDIUM_MOST / SECTOR)

/* All formats' units of allocation end here: qcow2's and vmdk's of 64 KiB,
 * vdi's and (by the option) vhdx's of 1 MiB, vpc's of 2 MiB. */
#define UNIT_END	(2u << 20)
/* What is asked for: no whole number of any such unit. */
#define SIZE		((5u << 20) + SECTOR)

static const struct format {
	const char *name, *options;
	/* Its size is one of cylinders, heads and sectors per track, by the
	 * table in Microsoft's VHD 1.0: QEMU makes it larger than was asked
	 * for, and reads it so. The others' are exact. */
	bool rounded;
	bool grows;		/* so a full host disk is tried */
	bool once;		/* a write that failed is the last one */
} formats[] = {
	{ "qcow2", "", false, true, false },
	{ "vmdk", "", false, true, false },
	{ "vmdk", "-o subformat=monolithicFlat", false, false, false },
	{ "vdi", "", false, true, true },
	{ "vpc", "", true, true, true },
	{ "vpc", "-o subformat=fixed", true, false, true },
	{ "vhdx", "-o block_size=1M", false, true, true },
};

static struct drive d;
static const struct format *format;	/* the one under test */
static char path[PATH_MAX];		/* its image */

/* ---- QEMU's tools ------------------------------------------------------- */

/* tool() - a command of the shell. Return: did it end well? */
__attribute__((format(printf, 1, 2))) static bool tool(const char *command, ...)
{
	char line[3 * PATH_MAX] = "exec >/dev/null 2>&1; ";
	size_t n = strlen(line);
	va_list args;

	va_start(args, command);
	vsnprintf(line + n, sizeof(line) - n, command, args);
	va_end(args);
	return system(line) == 0;
}

static void need_qemu(void)
{
	if (!tool("command -v qemu-nbd && command -v qemu-img &&"
		  " command -v qemu-io"))
		skip_because("qemu-nbd is not there (qemu-utils)");
}

/* image_make() - a new one of that format, at in_folder(@name), which is @path
 * from now on. Return: could it be made? */
static bool image_make(const struct format *f, const char *name)
{
	format = f;
	snprintf(path, sizeof(path), "%s", in_folder(name));
	return tool("rm -f '%s'*", path) &&
	       tool("qemu-img create -f %s %s '%s' %u", f->name, f->options,
		    path, SIZE);
}

/* image_size() - as qemu-img says; 0 if it does not. */
static uint64_t image_size(void)
{
	char line[2 * PATH_MAX], text[128];
	unsigned long long bytes = 0;
	FILE *in;

	snprintf(line, sizeof(line), "qemu-img info -f %s '%s'", format->name,
		 path);
	in = popen(line, "r");
	while (in && fgets(text, sizeof(text), in))
		if (!strncmp(text, "virtual size:", 13) && strchr(text, '('))
			bytes = strtoull(strchr(text, '(') + 1, NULL, 10);
	if (in)
		pclose(in);
	return bytes;
}

/* ---- a picture ---------------------------------------------------------- */

struct picture {
	uint8_t *bytes;
	uint64_t size;
};

static struct picture picture_blank(uint64_t size)
{
	return (struct picture){ calloc(1, size), size };
}

/* picture_seen() - is that what the drive reads, from its first sector to its
 * last? */
static bool picture_seen(const struct picture *p)
{
	uint64_t at, all = p->size / SECTOR;
	uint32_t n;

	for (at = 0; at < all; at += n) {
		n = (uint32_t)MIN(all - at, MOST);
		if (!drive_do(&d, MEDIUM_READ, at, n) ||
		    memcmp(disk_data(&d.back, 0), p->bytes + at * SECTOR,
			   n * SECTOR) != 0)
			return false;
	}
	return true;
}

/* picture_kept() - is that what qemu-img reads, and no byte more? */
static bool picture_kept(const struct picture *p)
{
	const char *raw = in_folder("raw");
	uint8_t *bytes = malloc(p->size + 1);
	FILE *in;
	bool same;

	if (!tool("qemu-img convert -f %s -O raw '%s' '%s'", format->name, path,
		  raw))
		return false;
	in = fopen(raw, "rb");
	same = in && fread(bytes, 1, p->size + 1, in) == p->size &&
	       memcmp(bytes, p->bytes, p->size) == 0;
	if (in)
		fclose(in);
	free(bytes);
	unlink(raw);
	return same;
}

/* picture_write() - the drive writes @count sectors at @first, no two alike,
 * and not as the ones of another @life. Return: did it end well? */
static bool picture_write(struct picture *p, uint64_t first, uint32_t count,
			  uint32_t life)
{
	uint8_t *to = p->bytes + first * SECTOR;
	uint32_t i, word;

	for (i = 0; i < count * SECTOR; i += sizeof(word)) {
		word = (uint32_t)(first * SECTOR + i) * 2654435761u + life;
		memcpy(to + i, &word, sizeof(word));
	}
	memcpy(disk_data(&d.back, 0), to, count * SECTOR);
	return drive_do(&d, MEDIUM_WRITE, first, count);
}

/* ---- what both sides read and write ------------------------------------- */

/* qemu_writes() - four runs, with one qemu-io: to start it takes longest. */
static void qemu_writes(struct picture *p)
{
	const struct { uint64_t at; size_t len; } runs[] = {
		{ 0, SECTOR },
		{ p->size / 2 / SECTOR * SECTOR, 4096 },
		{ UNIT_END - 3 * SECTOR, 5 * SECTOR },
		{ p->size - SECTOR, SECTOR },
	};
	char words[512];
	unsigned int byte;
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		byte = 0x11 * (unsigned int)(i + 1);
		memset(p->bytes + runs[i].at, (int)byte, runs[i].len);
		n += (size_t)snprintf(words + n, sizeof(words) - n,
				      "-c 'write -P %u %llu %zu' ", byte,
				      (unsigned long long)runs[i].at,
				      runs[i].len);
	}
	assert_true(tool("qemu-io -f %s %s '%s'", format->name, words, path));
}

static void drive_reads_what_qemu_wrote(struct picture *p)
{
	qemu_writes(p);
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_int_equal(d.back.info.sectors, p->size / SECTOR);
	assert_true(picture_seen(p));
}

static void what_is_beyond_the_end_fails(const struct picture *p)
{
	uint64_t all = p->size / SECTOR;

	assert_false(drive_do(&d, MEDIUM_READ, all, 1));
	assert_false(drive_do(&d, MEDIUM_READ, all - 1, 2));
	assert_false(drive_do(&d, MEDIUM_WRITE, all, 1));
	assert_false(drive_do(&d, MEDIUM_WRITE, all - 1, 2));
	assert_true(drive_do(&d, MEDIUM_READ, all - 1, 1));
}

/* drive_writes() - beside and over what is there, and in units that were not
 * allocated; then a flush. */
static void drive_writes(struct picture *p, uint32_t life)
{
	uint64_t all = p->size / SECTOR;

	assert_true(picture_write(p, 1, 2, life));
	assert_true(picture_write(p, UNIT_END / SECTOR - 2, 3, life));
	assert_true(
		picture_write(p, UNIT_END / SECTOR * 2 - MOST / 2, MOST, life));
	assert_true(picture_write(p, 700 + 300 * life, 1, life));
	assert_true(picture_write(p, all - 3, 3, life));
	assert_true(drive_do(&d, MEDIUM_FLUSH, 0, 0));
}

/* What was flushed is there if qemu-nbd ends in order, and if it is killed.
 * After that an image may have to be mended as its format does it. */
static void qemu_reads_what_the_drive_wrote(struct picture *p)
{
	drive_writes(p, 1);
	drive_end(&d);
	assert_true(drive_start(&d, DRIVE_DISK, path, false));
	assert_true(picture_seen(p));
	drive_writes(p, 2);
	kill(d.proc.qemu, SIGKILL);
	drive_end(&d);
	if (!strcmp(format->name, "vhdx"))	/* replays its log */
		assert_true(tool("qemu-img check -r all '%s'", path));
	assert_true(picture_kept(p));
}

static void both_sides_agree(void **state)
{
	struct picture p;
	size_t i;

	(void)state;
	need_qemu();
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		printf("# %s %s\n", formats[i].name, formats[i].options);
		assert_true(image_make(&formats[i], "image"));
		p = picture_blank(image_size());
		if (format->rounded)
			assert_in_range(p.size, SIZE + 1, SIZE + (1 << 20));
		else
			assert_int_equal(p.size, SIZE);
		drive_reads_what_qemu_wrote(&p);
		what_is_beyond_the_end_fails(&p);
		qemu_reads_what_the_drive_wrote(&p);
		free(p.bytes);
	}
}

/* ---- a full host disk --------------------------------------------------- */

/* Of the file system: the image grows to 4 MiB or so, and has half of it while
 * the other file is there. Without that there is what a format that can not
 * wait wants free beside what it writes (disk/nbd.c). */
#define SMALL_KIB	(16u << 10)
#define OTHER		(14u << 20)
#define WRITES		24u

static int full_image(void)
{
	struct picture p = picture_blank(image_size());
	unsigned int i, waited = 0;
	int status;

	MUST(p.size);
	file_make("small/other", OTHER, 1);
	MUST(drive_start(&d, DRIVE_DISK, path, false));
	for (i = 0; i < WRITES; i++) {
		if (picture_write(&p, i * MOST, MOST, 1))
			continue;
		status = full_seen(&d);
		if (status)
			return status;
		waited++;
	}
	MUST(waited == 1);
	MUST(picture_seen(&p));
	MUST(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	drive_end(&d);
	return picture_kept(&p) ? 0 : 1;
}

static int full_of_format(void)
{
	MUST(image_make(format, "small/image"));
	return full_image();
}

/* full_test() - @f on a small file system of a child's; skips the test if there
 * can be none. */
static void full_test(int (*f)(void))
{
	int status = in_small_fs(SMALL_KIB, f);

	if (status < 0)
		skip_because("no file system can be mounted here");
	if (status)
		print_message("# %s: line %d\n", format->name, status);
	assert_int_equal(status, 0);
}

/* full_tests() - @f for each format that grows; or those with @once alone. */
static void full_tests(bool once, int (*f)(void))
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		format = &formats[i];
		if (format->grows && (format->once || !once))
			full_test(f);
	}
}

static void a_full_host_disk_loses_nothing(void **state)
{
	(void)state;
	need_qemu();
	full_tests(false, full_of_format);
}

/* full_flush() - a qcow2 whose tables have holes, as "cp --sparse=always"
 * leaves: qemu-nbd writes them at a flush, and that takes room. */
static int full_flush(void)
{
	struct picture p;

	MUST(image_make(format, "whole"));
	p = picture_blank(image_size());
	MUST(p.size);
	qemu_writes(&p);
	MUST(tool("cp --sparse=always '%s' '%s'", path,
		  in_folder("small/image")));
	snprintf(path, sizeof(path), "%s", in_folder("small/image"));
	MUST(drive_start(&d, DRIVE_DISK, path, false));
	MUST(picture_write(&p, 1000, 2, 1));
	MUST(!tool("cat /dev/zero >'%s'", in_folder("small/other")));
	drive_begin(&d, MEDIUM_FLUSH, 0, 0);
	MUST(drive_wait(&d));
	MUST(full_seen(&d) == 0);
	MUST(picture_write(&p, 2000, 2, 1));
	MUST(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	kill(d.proc.qemu, SIGKILL);
	drive_end(&d);
	return picture_kept(&p) ? 0 : 1;
}

static void a_flush_waits_for_room(void **state)
{
	(void)state;
	need_qemu();
	format = &formats[0];
	full_test(full_flush);
}

/* grow_no_more() - the image, by qemu-nbd. Return: is it so? */
static bool grow_no_more(bool more)
{
	struct rlimit most = { RLIM_INFINITY, RLIM_INFINITY };
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	if (!more)
		most.rlim_cur = (rlim_t)st.st_size;
	return prlimit(d.proc.qemu, RLIMIT_FSIZE, &most, NULL) == 0;
}

/* full_fails() - QEMU's vdi, vpc and vhdx may note in their memory that a block
 * is there, find no room, and not note it in the file. A second try would end
 * well, a flush as well, and both would be lost. So where it comes to that,
 * there is none: the guest hears of it, and no later flush ends well. What was
 * flushed before is there. Here it is no full file system that is in the way,
 * which would be seen before, but a limit.
 */
static int full_fails(void)
{
	struct picture p;

	MUST(image_make(format, "small/image"));
	p = picture_blank(image_size());
	MUST(p.size);
	signal(SIGXFSZ, SIG_IGN);	/* qemu-nbd's as well */
	MUST(drive_start(&d, DRIVE_DISK, path, false));
	MUST(picture_write(&p, 0, 2, 1));
	MUST(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	MUST(grow_no_more(false));
	MUST(!drive_put(&d, UNIT_END / SECTOR + 16, 2, 0x55));
	MUST(d.done == 1 && !d.full && d.err == ENOTRECOVERABLE);
	MUST(grow_no_more(true));
	/* As the VMM asks first and VMApp again, each is told the same. */
	MUST(!drive_put(&d, UNIT_END / SECTOR + 16, 2, 0x55));
	MUST(d.err == ENOTRECOVERABLE);
	MUST(!drive_do(&d, MEDIUM_FLUSH, 0, 0));
	MUST(d.done == 1 && !d.full && d.err == ENOTRECOVERABLE);
	drive_end(&d);
	MUST(picture_kept(&p));
	/* An image like any other, but that QEMU 7.2 never again writes to a
	 * vhdx that had no room for its log. */
	if (!strcmp(format->name, "vhdx"))
		return 0;
	MUST(drive_start(&d, DRIVE_DISK, path, false));
	MUST(picture_write(&p, UNIT_END / SECTOR + 16, 2, 2));
	MUST(drive_do(&d, MEDIUM_FLUSH, 0, 0));
	drive_end(&d);
	return picture_kept(&p) ? 0 : 1;
}

static void what_can_not_wait_fails(void **state)
{
	(void)state;
	need_qemu();
	full_tests(true, full_fails);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides_agree),
		cmocka_unit_test(a_full_host_disk_loses_nothing),
		cmocka_unit_test(a_flush_waits_for_room),
		cmocka_unit_test(what_can_not_wait_fails),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, folder_open, folder_close);
}
