/* SPDX-License-Identifier: BSD-2-Clause */
/* check.h - `hostel check`: what this host offers, and what lacks cost. */
#ifndef VMAPP_CHECK_H
#define VMAPP_CHECK_H

#include "base/manual.h"

extern const struct manual check_manual;

/**
 * check_main() - look at this host, and say what Hostel finds
 * @argc, @argv: the words behind `hostel check`
 *
 * The first line of what it prints sums all up.
 *
 * Return: the exit status: 0 all is good, 1 a machine would be slower than it
 * could be, 2 none would run.
 */
int check_main(int argc, char **argv);

#endif
