/* SPDX-License-Identifier: BSD-2-Clause */
/* bench.h - `hostel bench`. */
#ifndef VMAPP_BENCH_H
#define VMAPP_BENCH_H

#include "base/manual.h"

extern const struct manual bench_manual;

/* bench_main() - the sub-command; @argv: what follows the word "bench".
 * Return: the exit status, if no script takes this process over. */
int bench_main(int argc, char **argv);

#endif
