/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl_fuzz.c - any bytes as a request to VMNet's control socket: what is taken
 * is one of the verbs, with values that its handler may rely on.
 *
 * tests/fuzz: runs 20000
 */
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/fuzz/target.h"
#include "vmnet/proto/ctl.h"

const char *fuzz_open(void)
{
	return NULL;
}

/* A byte says how many descriptors come; then each verb, as it should be. */
size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	static const uint8_t fds[CTL_VERBS] = {
#define CTL_VERB(id, name, fds, text) [CTL_##id] = fds,
#include "vmnet/proto/ctl.def"
#undef CTL_VERB
	};
	struct ctl_request r = { .magic = VMNET_MAGIC,
				 .version = VMNET_VERSION,
				 .verb = (uint16_t)n };

	if (n >= CTL_VERBS || size < sizeof(r) + 1)
		return 0;
	buf[0] = fds[n];
	memcpy(buf + 1, &r, sizeof(r));
	return sizeof(r) + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union ctl_args args, was;
	enum ctl_verb verb = CTL_VERBS;
	enum ctl_status status;

	if (!size)
		return 0;
	memset(&args, 0x55, sizeof(args));
	was = args;
	status = decode_ctl_request(data + 1, size - 1, data[0], &verb, &args);
	ASSERT(status < CTL_STATUS_COUNT && *ctl_status_text(status));
	if (status != CTL_DONE) {
		ASSERT(verb == CTL_VERBS && !memcmp(&args, &was, sizeof(was)));
		return 0;
	}
	ASSERT(size - 1 == sizeof(struct ctl_request) && verb < CTL_VERBS);
	if (verb == CTL_CAPTURE)
		ASSERT(args.capture.snap &&
		       args.capture.snap <= VMNET_FRAME_MAX &&
		       memchr(args.capture.network, '\0', VMNET_NAME_MAX));
	/* The handler turns it on by that: 0 would be a line of no frame. */
	if (verb == CTL_LATENCY)
		ASSERT((args.latency.what == CTL_LATENCY_ON) ==
			       (args.latency.every != 0) &&
		       args.latency.every <= CTL_LATENCY_EVERY_MOST);
	return 0;
}
