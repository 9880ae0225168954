/* SPDX-License-Identifier: BSD-2-Clause */
/* version.h - which Hostel this is. */
#ifndef VMAPP_VERSION_H
#define VMAPP_VERSION_H

/* version_text() - "0.3", and behind it the commit if it was built in a git
 * tree. */
const char *version_text(void);

#endif
