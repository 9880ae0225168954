/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disks.c - the machine's drives: each chip's end joined to a back end
 * (back/disk.h), and what the user is told of them.
 *
 * 1. Where the host has no room for what the guest writes, the machine is
 *    paused, and says so; "resume" tries again. The guest knows nothing of it.
 *    Where nothing can be tried again (disk/image.h), the guest gets an error.
 * 2. A drive's faults are told once in a life of the machine; the guest hears
 *    of each.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "devices/disk/floppy_format.h"
#include "vmdriver/iopath.h"

BUILD_ASSERT((int)CONFIG_DRIVES == (int)PC_DRIVES);

static struct vm *vm_of(void *self)
{
	return self;
}

/* machine_word() - Return: what 'hostel ctl' calls the machine. */
static const char *machine_word(const struct vm *vm, char *buf, size_t size)
{
	if (vm->config->name)
		return vm->config->name;
	snprintf(buf, size, "%d", (int)vm->keeper_pid);
	return buf;
}

/* disk_complain() - tell the user, once, what is wrong with a drive. @err: an
 * errno */
static void disk_complain(struct vm *vm, const struct disk_back *back, int err)
{
	uint32_t bit = 1u << back->drive;

	if (vm->disk_faults & bit || !back->info.present)
		return;
	vm->disk_faults |= bit;
	lines_flush(vm);
	if (err == EPERM)
		log_error("%s: the guest wrote what would make another format "
			  "of its image, and was refused; if that is right, "
			  "add ,format=raw",
			  drive_names[back->drive]);
	else if (err == ENOTRECOVERABLE)
		log_error(
			"%s: this host has no room for what the guest writes, "
			"and an image of this format (vdi, vhd, vhdx) can not "
			"wait: no write will end well any more; make room, "
			"check the image with qemu-img, and start the machine "
			"again",
			drive_names[back->drive]);
	else if (back->ask.op <= DISK_WRITE)
		log_error("%s: this host can not %s its image at sector %llu "
			  "(%s); the guest was told",
			  drive_names[back->drive],
			  back->ask.op == DISK_READ ? "read" : "write",
			  (unsigned long long)back->ask.first, strerror(err));
	else
		log_error("%s: this host has not written all of its image to "
			  "its disk (%s); the guest was told",
			  drive_names[back->drive], strerror(err));
}

/* ---- a disk_owner's ---------------------------------------------------- */

static void disk_done(void *self, struct disk_back *back, uint32_t tag,
		      enum medium_result result, int err)
{
	struct vm *vm = vm_of(self);

	if (result == MEDIUM_FAILED && !back->dead)
		disk_complain(vm, back, err);
	pc_medium_done(&vm->board.pc, (enum pc_drive)back->drive, tag, result);
}

static void disk_full(void *self, struct disk_back *back, int err)
{
	struct vm *vm = vm_of(self);
	char name[16];

	vm->paused = true;	/* before the guest runs again: vm_loop() */
	lines_flush(vm);
	log_error("%s: this host has no room for what the guest writes (%s); "
		  "the machine is paused: make room, then 'hostel ctl %s "
		  "resume'",
		  drive_names[back->drive], strerror(err),
		  machine_word(vm, name, sizeof(name)));
}

static void disk_changed(void *self, struct disk_back *back)
{
	struct vm *vm = vm_of(self);

	/* Not if another medium comes next, whose name is noted already. */
	if (!back->info.present && !back->change)
		disks_note(vm, back->drive, "");
	pc_medium_set(&vm->board.pc, (enum pc_drive)back->drive,
		      disk_info(back));
}

static void disk_gone(void *self, struct disk_back *back)
{
	struct vm *vm = vm_of(self);

	lines_flush(vm);
	log_error("%s: the process that holds its image has ended; for the "
		  "guest the drive is broken from now on",
		  drive_names[back->drive]);
}

/* ---- what is in them --------------------------------------------------- */

void disks_note(struct vm *vm, unsigned int drive, const char *file)
{
	struct vm_kept *kept = vm->kept;

	kept->changed |= 1u << drive;
	snprintf(kept->file[drive], sizeof(kept->file[drive]), "%s", file);
}

const char *disks_file(const struct vm *vm, unsigned int drive)
{
	if (!vm->disk[drive].info.present)
		return NULL;
	if (vm->kept->changed >> drive & 1)
		return vm->kept->file[drive];
	return vm->config->drive[drive].file;
}

/* disk_size() - of a file, in bytes; 0: it has none. The kernel's own fstat, as
 * libc's names a file, "". */
static uint64_t disk_size(int fd)
{
	struct stat st;

	if (syscall(SYS_fstat, fd, &st) < 0 || st.st_size < 0)
		return 0;
	return (uint64_t)st.st_size;
}

bool disks_fits(const struct vm *vm, unsigned int drive, int fd, char *why,
		size_t size)
{
	static const char *const names[] = {
		[FLOPPY_360K] = "360K", [FLOPPY_1200K] = "1200K",
		[FLOPPY_720K] = "720K", [FLOPPY_1440K] = "1440K",
		[FLOPPY_2880K] = "2880K",
	};
	const struct floppy_format *f;
	uint64_t sectors;
	uint8_t type;

	if (vm->config->drive[drive].kind != DRIVE_FLOPPY)
		return true;
	sectors = disk_sectors(DRIVE_FLOPPY, disk_size(fd));
	f = sectors ? floppy_format(sectors) : NULL;
	type = pc_floppy_type(&vm->board.pc, drive - DRIVE_FLOPPY_A);
	if (!f || type >= ARRAY_SIZE(names) || !names[type] ||
	    floppy_fits(f, (enum floppy_type)type))
		return true;
	snprintf(why, size,
		 "%s is a drive of %s, which can not read a floppy of %uK: %s",
		 drive_names[drive], names[type], f->sectors / 2,
		 floppy_fits(f, FLOPPY_1440K) ?
			 "eject what is in it and reset the machine, then it "
			 "can" :
			 "start the machine with that floppy in it");
	return false;
}

/* disk_clean() - reset what an earlier life of the machine may have left. */
static void disk_clean(struct vm_kept *kept)
{
	unsigned int i;
	char *c;

	for (i = 0; i < CONFIG_DRIVES; i++) {
		kept->file[i][sizeof(kept->file[i]) - 1] = '\0';
		for (c = kept->file[i]; *c; c++)
			if (*c < ' ' || *c > '~')
				*c = '?';
	}
}

/* ---- all of them ------------------------------------------------------- */

/* is_direct() - may the VMM ask the drive's disk process? Not if the user can
 * change the medium meanwhile. */
static bool is_direct(const struct vm *vm, unsigned int drive)
{
	return drive <= DRIVE_IDE3 && vm->disk[drive].ch &&
	       vm->config->drive[drive].kind == DRIVE_DISK &&
	       vm->config->options.io_path & IO_PATH_direct;
}

int disks_open(struct vm *vm, const struct diskproc *procs)
{
	const struct disk_owner owner = { vm, disk_done, disk_full,
					  disk_changed, disk_gone };
	unsigned int i;
	int err = 0;

	disk_clean(vm->kept);
	for (i = 0; i < CONFIG_DRIVES && !err; i++) {
		err = disk_open(&vm->disk[i], i, &procs[i], &vm->events,
				&owner);
		vm->disk[i].direct = is_direct(vm, i);
	}
	return err;
}

uint32_t disks_direct(const struct vm *vm)
{
	uint32_t direct = 0;
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		direct |= (uint32_t)vm->disk[i].direct << i;
	return direct;
}

void disks_listen(struct vm *vm, bool on)
{
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		disk_listen(&vm->disk[i], on);
}

void disks_wire(struct vm *vm, struct medium_wire *media)
{
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		media[i] = vm->disk[i].ch ?
				   (struct medium_wire){ disk_start, disk_data,
							 &vm->disk[i], i } :
				   (struct medium_wire){ 0 };
}

void disks_close(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		disk_close(&vm->disk[i]);
}

bool disks_full(const struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		if (vm->disk[i].full)
			return true;
	return false;
}

void disks_again(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		disk_again(&vm->disk[i]);
}
