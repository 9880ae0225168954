// SPDX-License-Identifier: BSD-2-Clause
/* dump.c - what the translator did, as text: see dump.h. */
#include "vmm/bt/dump.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

#define LINE 200u

static const char *const names[] = {
#define DUMP_NAME(name) #name,
	DUMP_STAGES(DUMP_NAME)
#undef DUMP_NAME
};

/* dump_put() - a dump that can not be written (a full disk) is no reason to
 * stop the guest. #syscalls[vmm] write */
static void dump_put(const struct bt *bt, const char *text, size_t len)
{
	ssize_t n = write(bt->dump_fd, text, len);

	(void)n;
}

void dump(const struct bt *bt, enum dump_stage stage, const char *fmt, ...)
{
	char line[LINE];
	va_list ap;
	int n, m;

	if (!dumps(bt, stage))
		return;
	n = snprintf(line, sizeof(line), "%s: ", names[stage]);
	va_start(ap, fmt);
	m = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	n = MIN(n + m, (int)sizeof(line) - 2);
	line[n] = '\n';
	dump_put(bt, line, (size_t)n + 1);
}

void dump_guest(const struct bt *bt, enum dump_stage stage, uint32_t eip,
		const uint8_t *bytes, size_t len, const char *note)
{
	char text[LINE / 2];

	if (!dumps(bt, stage))
		return;
	ia32_disasm(text, sizeof(text), bytes, len, 32, eip);
	dump(bt, stage, "    %08x  %-36s%s", eip, text, note);
}

/* inline_data() - does the call at @p have an offset behind it? */
static bool inline_data(const struct bt *bt, const uint8_t *p, uint32_t rip)
{
	uint32_t to = rip + 5 + get_le32(p + 1);

	return *p == 0xe8 &&
	       (to == bt->callout || to == bt->link || to == bt->link_miss);
}

void dump_host(const struct bt *bt, uint32_t from, uint32_t to)
{
	char text[LINE / 2];
	const uint8_t *p;
	uint32_t len;

	for (; dumps(bt, DUMP_emit) && from < to; from += len) {
		p = bt->rw + from;
		len = (uint32_t)ia32_disasm(text, sizeof(text), p, to - from,
					    64, (uint64_t)bt->rx + from);
		if (inline_data(bt, p, bt->rx + from)) {
			snprintf(text, sizeof(text), "call %s %#x",
				 bt->rx + from + 5 + get_le32(p + 1) ==
						 bt->callout ?
					 "callout" :
					 "link",
				 get_le32(p + len));
			len += 4;
		}
		dump(bt, DUMP_emit, "        %08x  %s", bt->rx + from, text);
	}
}
