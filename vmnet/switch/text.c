/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - JSON text that grows: see text.h. */
#include "vmnet/switch/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < t->size - t->len)
		t->len += (size_t)n;
	else if (n != 0)
		t->full = true;
}

void text_count(struct text *t, const char *name, uint64_t n)
{
	text_add(t, "\"%s\": %llu, ", name, (unsigned long long)n);
}

void text_drops(struct text *t, const char *const *names, const uint64_t *drops,
		unsigned int n)
{
	const char *sep = "";
	unsigned int i;

	text_add(t, "\"drops\": {");
	for (i = 0; i < n; i++) {
		if (!drops[i])
			continue;
		text_add(t, "%s\"%s\": %llu", sep, names[i],
			 (unsigned long long)drops[i]);
		sep = ", ";
	}
	text_add(t, "}");
}

double text_cpu_seconds(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts) < 0)
		return 0;
	return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}
