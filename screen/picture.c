/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * picture.c - a PNG and a text of the screen: see picture.h.
 *
 * libpng ends what goes wrong by longjmp(): all that is to be undone then is
 * in struct png_work.
 */
#include "screen/picture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <unistd.h>

#include <png.h>

#include "base/memfd.h"

#define TEXT_MOST (256u << 10)

struct png_work {
	png_structp png;
	png_infop info;
	uint8_t *row;
	int fd, error;
};

static bool write_all(int fd, const uint8_t *data, size_t n)
{
	ssize_t done;

	while (n) {
		done = write(fd, data, n);
		if (done <= 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

static void png_put(png_structp png, png_bytep data, size_t n)
{
	struct png_work *w = png_get_io_ptr(png);

	if (write_all(w->fd, data, n))
		return;
	w->error = errno ? -errno : -EIO;
	png_error(png, "write");
}

static void png_flush_nothing(png_structp png)
{
	(void)png;
}

static void png_quiet(png_structp png, png_const_charp why)
{
	(void)png, (void)why;
}

static void png_fail(png_structp png, png_const_charp why)
{
	(void)why;
	png_longjmp(png, 1);
}

static void put_row(struct png_work *w, const uint32_t *pixels,
		    unsigned int width)
{
	uint8_t *to = w->row;
	unsigned int x;

	for (x = 0; x < width; x++) {
		*to++ = (uint8_t)(pixels[x] >> 16);
		*to++ = (uint8_t)(pixels[x] >> 8);
		*to++ = (uint8_t)pixels[x];
	}
	png_write_row(w->png, w->row);
}

/* picture_draw() - write the whole PNG, or leave by longjmp(). */
static void picture_draw(struct png_work *w, const struct view *v)
{
	unsigned int y;

	png_set_write_fn(w->png, w, png_put, png_flush_nothing);
	png_set_compression_level(w->png, 3);
	png_set_IHDR(w->png, w->info, v->width, v->height, 8,
		     PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(w->png, w->info);
	for (y = 0; y < v->height; y++)
		put_row(w, v->pixels + (size_t)y * v->width, v->width);
	png_write_end(w->png, w->info);
}

/* picture_guarded() - call picture_draw(). In a stack frame of its own, since
 * longjmp() may spoil variables. */
static void picture_guarded(struct png_work *w, const struct view *v)
{
	if (setjmp(png_jmpbuf(w->png)) == 0)
		picture_draw(w, v);
	else if (!w->error)
		w->error = -ENOMEM;
}

int picture_png(const struct view *v)
{
	struct png_work w = { .error = 0 };

	if (!v->pixels)
		return -ENODATA;
	w.fd = memfd_open("picture");
	if (w.fd < 0)
		return w.fd;
	w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, png_fail,
					png_quiet);
	w.info = w.png ? png_create_info_struct(w.png) : NULL;
	w.row = malloc((size_t)v->width * 3);
	if (w.info && w.row)
		picture_guarded(&w, v);
	else
		w.error = -ENOMEM;
	png_destroy_write_struct(&w.png, &w.info);
	free(w.row);
	if (!w.error)
		return w.fd;
	close(w.fd);
	return w.error;
}

int picture_text(const struct view *v)
{
	char *text = malloc(TEXT_MOST);
	size_t n;
	int fd = -ENOMEM;

	if (!v->there || v->frame.kind == VGA_DARK) {
		free(text);
		return -ENODATA;
	}
	if (text) {
		n = vga_text(&v->frame, v->memory, VGA_MEMORY, text, TEXT_MOST);
		fd = n ? memfd_open("text") : -ENOTSUP;
		if (fd >= 0 && !write_all(fd, (const uint8_t *)text, n)) {
			close(fd);
			fd = -EIO;
		}
	}
	free(text);
	return fd;
}
