/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_vmx.h - .vmx files for tests: one after another, at the same path, read
 * into a configuration of defaults.
 */
#ifndef TESTS_UNIT_LIB_VMX_H
#define TESTS_UNIT_LIB_VMX_H

#include <stdbool.h>
#include <stddef.h>

#include "vmapp/config/vmx.h"

struct vmx_test {
	char path[32];		/* of the file */
	char error[CONFIG_ERROR_SIZE];	/* of the last one */
	const char *warned;	/* all that was said besides */
	struct vm_config last;	/* owns the last file's strings */
};

extern struct vmx_test vmx;

/* vmx_make_file(), vmx_remove_file() - around all tests (cmocka). */
int vmx_make_file(void **state);
int vmx_remove_file(void **state);

/* vmx_bytes() - the defaults, changed by a file of these bytes. */
bool vmx_bytes(struct vm_config *c, const void *bytes, size_t n);

/* vmx_text() - the defaults, changed by a file of this text; the test fails if
 * it is refused. */
void vmx_text(struct vm_config *c, const char *text);

/* vmx_refused_all() - the text is refused, with a sentence for each of the
 * @count lines that are named, the last of them last. */
void vmx_refused_all(const char *text, const unsigned int *lines, size_t count);

/* vmx_refused() - the text is refused: its @line, and a sentence with @part. */
void vmx_refused(const char *text, unsigned int line, const char *part);

#endif
