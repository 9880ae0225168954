/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl.c - checks of what came over VMNet's control socket: see ctl.h. */
#include "vmnet/proto/ctl.h"

#include <errno.h>
#include <string.h>

#define STATUS_TEXT(name, text) [CTL_##name] = text,
static const char *const status_texts[] = { CTL_STATUS_LIST(STATUS_TEXT) };
BUILD_ASSERT(ARRAY_SIZE(status_texts) == CTL_STATUS_COUNT);

const char *ctl_status_text(unsigned int status)
{
	if (status >= CTL_STATUS_COUNT)
		return "unknown answer";
	return status_texts[status];
}

/* ---- each verb's arguments --------------------------------------------- */

static enum ctl_status ctl_list_ok(const struct ctl_list *a)
{
	return a->zero ? CTL_BAD_REQUEST : CTL_DONE;
}

static enum ctl_status ctl_stats_ok(const struct ctl_stats *a)
{
	(void)a;		/* any port's number */
	return CTL_DONE;
}

static enum ctl_status ctl_capture_ok(const struct ctl_capture *a)
{
	if (a->last > 1 || a->zero || a->zero2[0] || a->zero2[1])
		return CTL_BAD_REQUEST;
	if (!a->snap || a->snap > VMNET_FRAME_MAX ||
	    strnlen(a->network, sizeof(a->network)) == sizeof(a->network))
		return CTL_BAD_VALUE;
	return CTL_DONE;
}

static enum ctl_status ctl_link_ok(const struct ctl_link *a)
{
	static const struct vmnet_conditions none;
	bool change = a->what == CTL_LINK_CHANGE;

	if (a->what > CTL_LINK_CLEAR || a->zero[0] || a->zero[1] ||
	    !a->directions || a->directions & ~CONDITIONS_BOTH)
		return CTL_BAD_REQUEST;
	if (!change && memcmp(&a->conditions, &none, sizeof(none)))
		return CTL_BAD_REQUEST;
	return conditions_ok(&a->conditions) ? CTL_DONE : CTL_BAD_VALUE;
}

static enum ctl_status ctl_look_ok(const struct ctl_look *a)
{
	return a->port ? CTL_DONE : CTL_BAD_REQUEST;
}

static enum ctl_status ctl_networks_ok(const struct ctl_networks *a)
{
	return a->zero ? CTL_BAD_REQUEST : CTL_DONE;
}

static enum ctl_status ctl_latency_ok(const struct ctl_latency *a)
{
	bool on = a->what == CTL_LATENCY_ON;

	if (a->what > CTL_LATENCY_OFF || a->zero[0] || a->zero[1] ||
	    a->zero[2] || (!on && a->every) ||
	    (!a->port && a->what != CTL_LATENCY_SHOW))
		return CTL_BAD_REQUEST;
	if (on && (!a->every || a->every > CTL_LATENCY_EVERY_MOST))
		return CTL_BAD_VALUE;
	return CTL_DONE;
}

#define CTL_VERB(id, name, fds, text)					\
	static enum ctl_status args_##name(const union ctl_args *a)	\
	{								\
		return ctl_##name##_ok(&a->name);			\
	}
#include "vmnet/proto/ctl.def"
#undef CTL_VERB

static const struct {
	size_t size, fds;
	enum ctl_status (*ok)(const union ctl_args *a);
} verbs[] = {
#define CTL_VERB(id, name, fds, text) \
	[CTL_##id] = { sizeof(struct ctl_##name), fds, args_##name },
#include "vmnet/proto/ctl.def"
#undef CTL_VERB
};

/* zero_behind() - is the rest of the room empty? */
static bool zero_behind(const union ctl_args *a, size_t size)
{
	for (; size < sizeof(a->bytes); size++)
		if (a->bytes[size])
			return false;
	return true;
}

enum ctl_status decode_ctl_request(const void *msg, size_t len, size_t fds,
				   enum ctl_verb *verb, union ctl_args *args)
{
	struct ctl_request r;
	enum ctl_status status;
	union ctl_args a;

	if (len != sizeof(r))
		return CTL_BAD_REQUEST;
	memcpy(&r, msg, sizeof(r));
	if (r.magic != VMNET_MAGIC)
		return CTL_BAD_REQUEST;
	if (r.version != VMNET_VERSION)
		return CTL_BAD_VERSION;
	memcpy(&a, r.args, sizeof(a));
	if (r.verb >= CTL_VERBS || fds != verbs[r.verb].fds ||
	    !zero_behind(&a, verbs[r.verb].size))
		return CTL_BAD_REQUEST;
	status = verbs[r.verb].ok(&a);
	if (status != CTL_DONE)
		return status;
	*verb = r.verb;
	*args = a;
	return CTL_DONE;
}

int decode_ctl_reply(const void *msg, size_t len, struct ctl_reply *reply)
{
	struct ctl_reply r;

	if (len != sizeof(r))
		return -EPROTO;
	memcpy(&r, msg, sizeof(r));
	if (r.magic != VMNET_MAGIC || r.status >= CTL_STATUS_COUNT)
		return -EPROTO;
	if (r.status == CTL_DONE &&
	    (r.version != VMNET_VERSION || r.length > CTL_TEXT_MAX || r.zero))
		return -EPROTO;
	*reply = r;
	return 0;
}
