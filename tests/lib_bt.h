/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_bt.h - the translator that tests get: as HOSTEL_HOST and
 * HOSTEL_CODE_CACHE (what --code-cache takes) say. */
#ifndef TESTS_LIB_BT_H
#define TESTS_LIB_BT_H

#include <stdlib.h>

#include "base/host.h"
#include "vmm/bt/bt.h"

/* test_bt_host() - what bt_create() gets. */
static inline struct bt_host test_bt_host(void)
{
	struct bt_host host = bt_host(host_denied_mask());
	const char *text = getenv("HOSTEL_CODE_CACHE");
	char *end = NULL;
	unsigned long n = text ? strtoul(text, &end, 10) : 0;

	host.code_cache = (uint32_t)(n << (end && *end == 'K' ? 10 : 20));
	return host;
}

#endif
