/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - changes of the user's file of networks.
 *
 * 1. What is changed has been read whole before, and the new text is looked at
 *    before it counts: a file that makes no sense is never written.
 * 2. vmnetd, if it runs, takes it over before the file does: what it refuses is
 *    not written either.
 * 3. Who changes it waits for others who do: it is read, told and written with
 *    its folder locked (flock(2)), so no change is lost.
 * 4. Lines that are not concerned stay as they are, in their order.
 */
#ifndef VMAPP_NET_FILE_H
#define VMAPP_NET_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "vmnet/client/networks.h"

/* The words of a line that count. */
struct file_line {
	char word[4][NETWORKING_WORD];
};

/* file_drop_fn - is that line to go? @arg: file_change()'s */
typedef bool file_drop_fn(const struct file_line *line, const void *arg);

/**
 * file_change() - change the file; dies with a sentence if it can not be done
 * @what: for that sentence: "vmnet5"
 * @drop, @arg: which lines go
 * @add: new lines, each with its end; they stand before all lines that begin
 *	 with "add_" or "remove_", or behind these if they begin so themselves
 */
void file_change(const char *what, file_drop_fn *drop, const void *arg,
		 const char *add);

#endif
