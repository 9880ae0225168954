/* SPDX-License-Identifier: BSD-2-Clause */
/* picture.h - a picture as a PNG, and the text screen as text, in a memfd. */
#ifndef SCREEN_PICTURE_H
#define SCREEN_PICTURE_H

#include <stdint.h>

#include "screen/view.h"

/**
 * picture_png() - the machine's picture as it is now
 * @v: looked at
 *
 * Return: a memfd with a PNG, the caller's; or a negative errno: -ENODATA if
 * the machine shows nothing.
 * #syscalls[screen] write close
 */
int picture_png(const struct view *v);

/**
 * picture_text() - the text screen as it is now
 * @v: looked at
 *
 * Return: a memfd with lines of UTF-8, the caller's; or a negative errno:
 * -ENODATA if the machine shows nothing, -ENOTSUP if it shows no text.
 * #syscalls[screen] write close
 */
int picture_text(const struct view *v);

#endif
