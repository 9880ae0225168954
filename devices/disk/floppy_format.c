/* SPDX-License-Identifier: BSD-2-Clause */
/* floppy_format.c - how floppies are laid out: see floppy_format.h. */
#include "devices/disk/floppy_format.h"

#include <stddef.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define LARGEST_HD	2880u
#define LARGEST		5760u

static const struct floppy_format formats[] = {
	/* 5.25 inch, double density, then high density */
	{ 320,	8,  1, 40, FLOPPY_250K, FLOPPY_360K },
	{ 360,	9,  1, 40, FLOPPY_250K, FLOPPY_360K },
	{ 640,	8,  2, 40, FLOPPY_250K, FLOPPY_360K },
	{ 720,	9,  2, 40, FLOPPY_250K, FLOPPY_360K },
	{ 2400, 15, 2, 80, FLOPPY_500K, FLOPPY_1200K },
	/* 3.5 inch: double, high and extra high density */
	{ 1440, 9,  2, 80, FLOPPY_250K, FLOPPY_1440K },
	{ 1640, 10, 2, 82, FLOPPY_250K, FLOPPY_1440K },
	{ 2880, 18, 2, 80, FLOPPY_500K, FLOPPY_1440K },
	{ 2952, 18, 2, 82, FLOPPY_500K, FLOPPY_1440K },
	{ 2988, 18, 2, 83, FLOPPY_500K, FLOPPY_1440K },
	{ 3200, 20, 2, 80, FLOPPY_500K, FLOPPY_1440K },
	{ 3280, 20, 2, 82, FLOPPY_500K, FLOPPY_1440K },
	{ 3360, 21, 2, 80, FLOPPY_500K, FLOPPY_1440K },
	{ 3444, 21, 2, 82, FLOPPY_500K, FLOPPY_1440K },
	{ 3486, 21, 2, 83, FLOPPY_500K, FLOPPY_1440K },
	{ 3520, 22, 2, 80, FLOPPY_500K, FLOPPY_1440K },
	{ 3840, 24, 2, 80, FLOPPY_500K, FLOPPY_1440K },
	{ 5760, 36, 2, 80, FLOPPY_1M,	FLOPPY_2880K },
};

const struct floppy_format *floppy_format(uint64_t sectors)
{
	uint64_t want = sectors;
	size_t i;

	for (;;) {
		for (i = 0; i < COUNT(formats); i++)
			if (formats[i].sectors == want)
				return &formats[i];
		if (want > LARGEST)
			return NULL;
		want = want < LARGEST_HD ? LARGEST_HD : LARGEST;
	}
}

enum floppy_type floppy_type(uint64_t sectors)
{
	const struct floppy_format *f = floppy_format(sectors);

	return f ? (enum floppy_type)f->drive : FLOPPY_1440K;
}

enum floppy_rate floppy_rate(const struct floppy_format *f,
			     enum floppy_type type)
{
	if (f->rate == FLOPPY_250K && type == FLOPPY_1200K)
		return FLOPPY_300K;
	return (enum floppy_rate)f->rate;
}

bool floppy_fits(const struct floppy_format *f, enum floppy_type type)
{
	switch (f->rate) {
	case FLOPPY_250K:
		return true;
	case FLOPPY_500K:
		return type != FLOPPY_360K && type != FLOPPY_720K;
	default:
		return type == FLOPPY_2880K;
	}
}

unsigned int floppy_cylinder(const struct floppy_format *f,
			     enum floppy_type type, unsigned int at)
{
	return f->cylinders == 40 && type == FLOPPY_1200K ? at / 2 : at;
}
