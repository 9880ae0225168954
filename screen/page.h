/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - noVNC's page: all its files, read once, before the walls close.
 *
 * It is Debian's package novnc, where that is installed, or what
 * tools/fetch-novnc has taken out of it.
 */
#ifndef SCREEN_PAGE_H
#define SCREEN_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_FILES	512u	/* more are not read */
#define PAGE_PATH	128u
#define PAGE_FILE_MOST	(2u << 20)	/* bytes */

struct page_file {
	char path[PAGE_PATH];	/* "/app/ui.js" */
	const char *type;	/* for browsers */
	uint8_t *data;
	size_t len;
};

struct page {
	struct page_file files[PAGE_FILES];
	size_t count;
};

/**
 * page_load() - read all files of the page
 * @page: zeroed
 * @why: receives a sentence, @size bytes, if there is none
 *
 * Return: false if there is none.
 * #syscalls openat read fstat close
 */
bool page_load(struct page *page, char *why, size_t size);

/* page_find() - Return: the file of path @path, @len bytes; NULL: none. */
const struct page_file *page_find(const struct page *page, const char *path,
				  size_t len);

#endif
