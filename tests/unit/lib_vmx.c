/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_vmx.c - .vmx files for tests: see lib_vmx.h. */
#include "tests/unit/lib_vmx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "tests/unit/lib_said.h"

struct vmx_test vmx = { .path = "/tmp/hostel-vmx-XXXXXX" };

int vmx_make_file(void **state)
{
	int fd = mkstemp(vmx.path);

	(void)state;
	close(fd);
	return fd < 0;
}

int vmx_remove_file(void **state)
{
	(void)state;
	vmx_unload(&vmx.last);
	return unlink(vmx.path);
}

bool vmx_bytes(struct vm_config *c, const void *bytes, size_t n)
{
	FILE *f = fopen(vmx.path, "w");
	bool ok;

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
	vmx_unload(&vmx.last);
	config_defaults(c);
	memset(vmx.error, 0, sizeof(vmx.error));
	said_begin();
	ok = vmx_load(c, vmx.path, vmx.error);
	vmx.warned = said_end();
	vmx.last = *c;
	return ok;
}

void vmx_text(struct vm_config *c, const char *text)
{
	if (!vmx_bytes(c, text, strlen(text)))
		fail_msg("refused: %s", vmx.error);
}

void vmx_refused_all(const char *text, const unsigned int *lines, size_t count)
{
	struct vm_config c;
	char part[100];
	size_t i;

	assert_false(vmx_bytes(&c, text, strlen(text)));
	for (i = 0; i + 1 < count; i++) {
		snprintf(part, sizeof(part), "%s:%u: ", vmx.path, lines[i]);
		assert_non_null(strstr(vmx.warned, part));
	}
	snprintf(part, sizeof(part), "%s:%u: ", vmx.path, lines[count - 1]);
	assert_memory_equal(vmx.error, part, strlen(part));
}

void vmx_refused(const char *text, unsigned int line, const char *part)
{
	char where[64];
	struct vm_config c;

	if (vmx_bytes(&c, text, strlen(text)))
		fail_msg("accepted: %s", text);
	said_sentence(vmx.error, part);
	snprintf(where, sizeof(where), "%s:%u: ", vmx.path, line);
	if (strncmp(vmx.error, where, strlen(where)))
		fail_msg("not at line %u: %s", line, vmx.error);
	assert_string_equal(vmx.warned, "");
}
