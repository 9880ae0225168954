/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_picture.h - for the VGA's tests: what colour a dot of a VGA's picture
 * has, worked out for that dot alone and from the data sheet alone.
 */
#ifndef TESTS_CHIP_LIB_PICTURE_H
#define TESTS_CHIP_LIB_PICTURE_H

#include "devices/video/vga_shown.h"
#include "tests/chip/lib_vga.h"

/* The planes and the registers that a picture is made of. */
struct picture {
	const struct planes *planes;
	struct vga_display d;
	uint64_t now_ms;
};

/* picture_dot() - xRGB of a dot that is in the picture. No VBE mode. */
uint32_t picture_dot(const struct picture *p, unsigned int x, unsigned int y);

#endif
