/* SPDX-License-Identifier: BSD-2-Clause */
/* check.h - what this process could do on this host. */
#ifndef VMM_CHECK_H
#define VMM_CHECK_H

/**
 * vmm_check() - make a small machine's processor and its translator, and say
 * on standard output what that came to
 *
 * A line each of "processor", "translator" and "tripwire", for `hostel check`:
 * "processor yes", or "processor no: why". HOSTEL_HOST takes features away.
 *
 * Return: the exit status: 0, or 1 if there is no processor.
 */
int vmm_check(void);

#endif
