/* SPDX-License-Identifier: BSD-2-Clause */
/* drivefile.c - a drive's file is opened: see drivefile.h. */
#include "vmapp/back/drivefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "devices/medium.h"

/* What is being opened. */
struct opening {
	struct drivefile *f;
	const struct drive_config *d;
	char *why;
	uint64_t bytes;
};

/* say() - a sentence: why it can not be used, or a warning (@err 0). Return:
 * @err. */
static int PRINTF_LIKE(3, 4)
	say(struct opening *o, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(o->why, DRIVEFILE_WHY_SIZE, fmt, ap);
	va_end(ap);
	return err;
}

/* open_failed() - say why. @err: an errno */
static int open_failed(struct opening *o, int err)
{
	const char *file = o->d->file;

	if (err == EISDIR)
		return say(o, -err, "'%s' is a folder, not an image", file);
	if (err == ENOENT && strchr(file, ','))
		return say(o, -err,
			   "there is no file '%s'; of what may stand behind "
			   "a comma there are ro and format=",
			   file);
	if (err == ENOENT && o->d->kind == DRIVE_DISK)
		return say(o, -err,
			   "there is no file '%s'; 'truncate -s 4G %s' makes "
			   "an empty disk of 4 GB",
			   file, file);
	return say(o, -err, "can not open '%s': %s", file, strerror(err));
}

/* open_one() - with @flags; never one that another would have to open as well
 * (a fifo). Return: a descriptor, or a negative errno. */
static int open_one(const struct opening *o, int flags)
{
	int fd = open(o->d->file, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

/* open_file() - Return: 0 or a negative errno. */
static int open_file(struct opening *o)
{
	bool write = !o->f->read_only;
	int fd = open_one(o, write ? O_RDWR : O_RDONLY);

	if (write && (fd == -EACCES || fd == -EROFS || fd == -EPERM) &&
	    access(o->d->file, R_OK) == 0)
		return say(o, fd,
			   "'%s' can be read, but not written (%s); add ,ro "
			   "if the guest is not to write, or --snapshot if "
			   "that may be lost",
			   o->d->file, strerror(-fd));
	if (fd < 0)
		return open_failed(o, -fd);
	o->f->fd = fd;
	return 0;
}

/* look_at_size() - and at what kind of file it is. */
static int look_at_size(struct opening *o)
{
	const char *file = o->d->file;
	struct stat st;
	off_t end;

	if (fstat(o->f->fd, &st) < 0)
		return open_failed(o, errno);
	if (S_ISDIR(st.st_mode))
		return open_failed(o, EISDIR);
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		return say(o, -EINVAL,
			   "'%s' is neither a file nor a block device", file);
	end = lseek(o->f->fd, 0, SEEK_END);
	if (end < 0)
		return open_failed(o, errno);
	o->bytes = (uint64_t)end;
	if (!o->bytes)
		return say(o, -ENODATA,
			   "'%s' is empty; 'truncate -s %s %s' gives it a "
			   "size",
			   file, o->d->kind == DRIVE_FLOPPY ? "1440K" : "4G",
			   file);
	return 0;
}

/* look_at_format() - what is it, if that was not said? */
static int look_at_format(struct opening *o)
{
	uint8_t head[DISK_HEAD] = { 0 }, tail[DISK_HEAD] = { 0 };
	uint8_t id[5] = { 0 };
	int fd = o->f->fd;

	o->f->format = o->d->format;
	if (o->d->format != DRIVE_GUESS)
		return 0;
	if (pread(fd, head, sizeof(head), 0) < 0)
		return say(o, -errno, "can not read '%s': %s", o->d->file,
			   strerror(errno));
	/* A file that is shorter has no such thing. */
	if (o->bytes >= sizeof(tail) &&
	    pread(fd, tail, sizeof(tail), (off_t)(o->bytes - sizeof(tail))) < 0)
		memset(tail, 0, sizeof(tail));
	o->f->format = disk_format_of(head, tail);
	o->f->guessed = o->f->format == DISK_RAW;
	if (pread(fd, id, sizeof(id), DISK_CD_AT) == (ssize_t)sizeof(id) &&
	    o->f->guessed && disk_is_cd(head, id))
		return say(o, -EINVAL,
			   "'%s' is a CD's image: use --cdrom; or add "
			   ",format=raw to have it as a disk",
			   o->d->file);
	return 0;
}

/* look_at_sectors() - of a raw image. */
static int look_at_sectors(struct opening *o)
{
	uint64_t sectors = disk_sectors(o->d->kind, o->bytes);
	unsigned long long bytes = o->bytes;
	unsigned int unit = o->d->kind == DRIVE_CDROM ? 2048 : MEDIUM_SECTOR;

	if (!sectors && o->d->kind == DRIVE_FLOPPY)
		return say(o, -EFBIG,
			   "'%s' has %llu bytes: no floppy has more than "
			   "2880K",
			   o->d->file, bytes);
	if (o->d->kind == DRIVE_FLOPPY && sectors * MEDIUM_SECTOR != bytes)
		return say(o, 0,
			   "'%s' has %llu bytes, as no floppy has: it is taken "
			   "for one of %lluK, the rest of which reads as zeros",
			   o->d->file, bytes, (unsigned long long)sectors / 2);
	if (bytes < unit)
		return say(o, -ENODATA,
			   "'%s' has %llu bytes, which is not even one "
			   "sector; was it cut off?",
			   o->d->file, bytes);
	if (bytes % unit)
		say(o, 0,
		    "'%s' has %llu bytes, not a multiple of %u: was it cut "
		    "off? The last %llu are not part of the %s",
		    o->d->file, bytes, unit, bytes % unit,
		    drive_kind_names[o->d->kind]);
	return 0;
}

/* Bytes of a file that QEMU's users lock (block/file-posix.c): from 100 on for
 * what one does, from 200 on for what nobody else may do meanwhile. All are
 * read locks; who is about to do something looks if the other byte is locked.
 */
enum qemu_use { QEMU_READ, QEMU_WRITE, QEMU_RESIZE = 3 };
#define QEMU_DOES	100
#define QEMU_NOBODY	200

/* lock_byte() - Return: 0, or -1 with errno: EAGAIN: another has a lock that
 * forbids ours. */
static int lock_byte(int fd, off_t at)
{
	struct flock one = { .l_type = F_RDLCK, .l_whence = SEEK_SET,
			     .l_start = at, .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &one);
}

/* look_byte() - Return: 0, or -1 with errno: EAGAIN: another has it locked. */
static int look_byte(int fd, off_t at)
{
	struct flock one = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
			     .l_start = at, .l_len = 1 };

	if (fcntl(fd, F_OFD_GETLK, &one) < 0)
		return -1;
	errno = EAGAIN;
	return one.l_type == F_UNLCK ? 0 : -1;
}

/* lock_reader() - as a reader of QEMU's: beside others, and no writer. First it
 * locks, then it looks: of two who come at the same time, one sees the other.
 * Return: as lock_byte(). */
static int lock_reader(int fd)
{
	if (lock_byte(fd, QEMU_DOES + QEMU_READ) < 0 ||
	    lock_byte(fd, QEMU_NOBODY + QEMU_WRITE) < 0 ||
	    lock_byte(fd, QEMU_NOBODY + QEMU_RESIZE) < 0 ||
	    look_byte(fd, QEMU_NOBODY + QEMU_READ) < 0 ||
	    look_byte(fd, QEMU_DOES + QEMU_WRITE) < 0)
		return -1;
	return look_byte(fd, QEMU_DOES + QEMU_RESIZE);
}

/* lock_writer() - nobody else has it, for whatever. Return: as lock_byte(). */
static int lock_writer(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &whole);
}

/* lock_file() - see (1) of drivefile.h. */
static int lock_file(struct opening *o)
{
	if ((o->f->read_only ? lock_reader : lock_writer)(o->f->fd) == 0)
		return 0;
	if (errno == EAGAIN || errno == EACCES)
		return say(o, -EBUSY, "'%s' is in use by another machine%s",
			   o->d->file,
			   o->f->read_only ?
				   ", which writes to it" :
				   ", or by another drive of this one; add "
				   ",ro to both if no guest is to write to "
				   "it");
	/* A file system without locks: say so, and go on. */
	say(o, 0,
	    "'%s' can not be locked (%s): see that no other machine "
	    "uses it",
	    o->d->file, strerror(errno));
	return 0;
}

/* leave_to_qemu() - not ours to read: it is opened again, by its whole path,
 * which qemu takes for no protocol. */
static int leave_to_qemu(struct opening *o)
{
	char *real = realpath(o->d->file, NULL);

	if (!real || strlen(real) >= sizeof(o->f->path)) {
		free(real);
		return open_failed(o, ENAMETOOLONG);
	}
	strcpy(o->f->path, real);
	free(real);
	close(o->f->fd);
	o->f->fd = -1;
	return 0;
}

/* take_file() - the steps, in their order. */
static int take_file(struct opening *o)
{
	int err = open_file(o);

	if (!err)
		err = look_at_size(o);
	if (!err)
		err = look_at_format(o);
	if (!err && o->f->format != DISK_RAW)
		return leave_to_qemu(o);
	if (!err)
		err = look_at_sectors(o);
	return err ? err : lock_file(o);
}

int drivefile_open(struct drivefile *f, const struct drive_config *d,
		   bool snapshot, char *why)
{
	struct opening o = { .f = f, .d = d, .why = why };
	int err;

	*why = '\0';
	memset(f, 0, sizeof(*f));
	f->fd = -1;
	f->read_only = d->read_only || snapshot;
	err = take_file(&o);
	if (err && f->fd >= 0) {
		close(f->fd);
		f->fd = -1;
	}
	return err;
}
