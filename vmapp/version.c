// SPDX-License-Identifier: BSD-2-Clause
/* version.c - which Hostel this is: see version.h. */
#include "vmapp/version.h"

#define VERSION "0.3"

const char *version_text(void)
{
	/* The Makefile says which commit; "" where there is no git. */
	static const char commit[] = HOSTEL_COMMIT;

	return *commit ? VERSION " (" HOSTEL_COMMIT ")" : VERSION;
}
