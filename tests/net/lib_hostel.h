/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_hostel.h - run a command of hostel, and see what it says. */
#ifndef TESTS_NET_LIB_HOSTEL_H
#define TESTS_NET_LIB_HOSTEL_H

/* What the last one wrote to its standard output and standard error. */
extern char hostel_said[65536];

/* hostel() - run it with @words, which a shell takes apart. Return: its exit
 * status; 128 and more: it was ended by a signal. */
int hostel(const char *words);

#endif
