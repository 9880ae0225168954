/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * floppy_format.h - how a floppy of so many sectors is laid out, and what
 * drives there are.
 *
 * An image is its sectors of 512 bytes in order: cylinder by cylinder, both
 * sides of one, from sector 1 on.
 */
#ifndef DEVICES_DISK_FLOPPY_FORMAT_H
#define DEVICES_DISK_FLOPPY_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

/* A drive's type, by the number that a PC's CMOS has for it (register 10h). */
enum floppy_type {
	FLOPPY_NONE, FLOPPY_360K, FLOPPY_1200K, FLOPPY_720K, FLOPPY_1440K,
	FLOPPY_2880K
};

/* Data rates, as DSR and CCR say them. */
enum floppy_rate {
	FLOPPY_500K, FLOPPY_300K, FLOPPY_250K, FLOPPY_1M
};

struct floppy_format {
	uint16_t sectors;	/* in all */
	uint8_t per_track, heads, cylinders;
	uint8_t rate;		/* enum floppy_rate */
	uint8_t drive;		/* enum floppy_type of a drive for it */
};

/*
 * floppy_format() - of a medium of @sectors. What is no usual size is the
 * beginning of a 1.44M or 2.88M disk. Return: NULL if no floppy is so large.
 */
const struct floppy_format *floppy_format(uint64_t sectors);

/* floppy_type() - which drive a PC would have for a medium of @sectors; 0: an
 * empty one. */
enum floppy_type floppy_type(uint64_t sectors);

/* floppy_rate() - at which a drive of that type reads it: a 1.2M drive turns
 * faster. */
enum floppy_rate floppy_rate(const struct floppy_format *f,
			     enum floppy_type type);

/* floppy_fits() - can a drive of that type read it? Not what is denser than its
 * own. */
bool floppy_fits(const struct floppy_format *f, enum floppy_type type);

/* floppy_cylinder() - of the disk's, where the head of a drive of that type is
 * @at: a 1.2M drive's steps are half as wide as a 360K disk's. */
unsigned int floppy_cylinder(const struct floppy_format *f,
			     enum floppy_type type, unsigned int at);

#endif
