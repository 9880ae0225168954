/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nbd.h - an image that another program serves by the NBD protocol, over a
 * socket: qemu-nbd, for formats that are not ours to parse. libnbd speaks it.
 */
#ifndef DISK_NBD_H
#define DISK_NBD_H

#include "disk/image.h"

/**
 * nbd_image_open() - shake hands, and take what is served for an image
 * @im: filled in; image_close() ends the connection in order
 * @sock: connected; the image's from now on
 *
 * Return: 0, or a negative errno.
 */
int nbd_image_open(struct image *im, int sock);

#endif
