/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_cost.h - what a few things cost on this host, measured in a moment.
 *
 * Each is the median of some tens of times, in microseconds; a negative one
 * could not be measured.
 */
#ifndef VMAPP_CHECK_COST_H
#define VMAPP_CHECK_COST_H

struct check_costs {
	double call;		/* the smallest system call */
	double clock;		/* clock_gettime() */
	double signal;		/* SIGSEGV and back */
	double fault;		/* SIGSEGV, mmap of a page, again */
	double page;		/* mmap of a page that comes filled */
	double pages16;		/* mmap of 16 pages that come filled */
	double trip;		/* world switch there and back */
};

/* check_costs() - measure; some 20 ms. Takes SIGSEGV for that time. */
void check_costs(struct check_costs *c);

#endif
