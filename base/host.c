/* SPDX-License-Identifier: BSD-2-Clause */
/* host.c - a host that looks like a poorer one: see host.h. */
#include "base/host.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memfd.h"

#define MAPS_FEW	5000u	/* HOSTEL_HOST=no-maps */
#define RX_RING		5u	/* PACKET_RX_RING */
#define IGNORE_OUTGOING	23u	/* PACKET_IGNORE_OUTGOING */
#define CALLS_KNOWN	600	/* system call numbers end before that */

static const struct {
	const char *word, *what;
} features[] = {
#define FEATURE(id, word, what) { word, what },
#define CALL(id, call)
#define KERNEL(word, first)
#include "base/host.def"
#undef FEATURE
#undef CALL
#undef KERNEL
};

static const struct {
	uint32_t feature;
	int nr;
} calls[] = {
#define FEATURE(id, word, what)
#define CALL(id, call) { HOST_BIT(id), SYS_##call },
#define KERNEL(word, first)
#include "base/host.def"
#undef FEATURE
#undef CALL
#undef KERNEL
};

static const struct {
	const char *word;
	long first;
} kernels[] = {
#define FEATURE(id, word, what)
#define CALL(id, call)
#define KERNEL(word, first) { word, first },
#include "base/host.def"
#undef FEATURE
#undef CALL
#undef KERNEL
};

const char *host_word(enum host_feature f)
{
	return features[f].word;
}

const char *host_what(enum host_feature f)
{
	return features[f].what;
}

const char *host_kernel_word(size_t i)
{
	return i < ARRAY_SIZE(kernels) ? kernels[i].word : NULL;
}

/* feature_deny() - "no-<word>"; Return: false if @word is none. */
static bool feature_deny(struct host_words *words, const char *word, size_t len)
{
	size_t i;

	if (len < 4 || memcmp(word, "no-", 3))
		return false;
	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (strlen(features[i].word) == len - 3 &&
		    !memcmp(features[i].word, word + 3, len - 3)) {
			words->denied |= 1u << i;
			return true;
		}
	return false;
}

/* kernel_deny() - an older kernel lacks every feature whose calls it lacks. */
static bool kernel_deny(struct host_words *words, const char *word, size_t len)
{
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(kernels); k++)
		if (strlen(kernels[k].word) == len &&
		    !memcmp(kernels[k].word, word, len))
			break;
	if (k == ARRAY_SIZE(kernels))
		return false;
	words->first_call = kernels[k].first;
	words->denied |= HOST_BIT(noexec_seal);
	if (kernels[k].first <= SYS_pidfd_send_signal)
		words->denied |= HOST_BIT(ignore_outgoing);
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr >= kernels[k].first)
			words->denied |= calls[i].feature;
	return true;
}

bool host_words_parse(const char *text, struct host_words *words, char *bad,
		      size_t size)
{
	bool good = true;
	size_t len;

	*words = (struct host_words){ 0 };
	for (; text && *text; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		if (!len || feature_deny(words, text, len) ||
		    kernel_deny(words, text, len))
			continue;
		if (good)
			snprintf(bad, size, "%.*s", (int)len, text);
		good = false;
	}
	return good;
}

uint32_t host_denied_mask(void)
{
	struct host_words words;
	char bad[32];

	host_words_parse(getenv("HOSTEL_HOST"), &words, bad, sizeof(bad));
	return words.denied;
}

bool host_denied(enum host_feature f)
{
	return host_denied_mask() >> f & 1;
}

uint32_t host_max_maps(uint32_t denied)
{
	unsigned int n;
	FILE *f;

	if (denied & HOST_BIT(maps))
		return MAPS_FEW;
	f = fopen("/proc/sys/vm/max_map_count", "re");
	if (!f)
		return HOST_MAPS_USUAL;
	if (fscanf(f, "%u", &n) != 1)
		n = HOST_MAPS_USUAL;
	fclose(f);
	return n;
}

/* packet_option_deny() - an option of packet sockets is not known. */
static int packet_option_deny(scmp_filter_ctx ctx, unsigned int option)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOPROTOOPT),
				SCMP_SYS(setsockopt), 2,
				SCMP_A1(SCMP_CMP_EQ, SOL_PACKET, 0),
				SCMP_A2(SCMP_CMP_EQ, option, 0));
}

/* filter_add() - the calls that @words take away answer with an error. */
static int filter_add(scmp_filter_ctx ctx, const struct host_words *words)
{
	int err = 0, nr;
	size_t i;

	for (i = 0; !err && i < ARRAY_SIZE(calls); i++)
		if (words->denied & calls[i].feature)
			err = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
					       calls[i].nr, 0);
	for (nr = (int)words->first_call; !err && nr && nr < CALLS_KNOWN; nr++)
		err = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), nr, 0);
	if (!err && (words->denied & HOST_BIT(noexec_seal)))
		err = seccomp_rule_add(
			ctx, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(memfd_create), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, MFD_NOEXEC_SEAL,
				MFD_NOEXEC_SEAL));
	if (!err && (words->denied & HOST_BIT(ignore_outgoing)))
		err = packet_option_deny(ctx, IGNORE_OUTGOING);
	if (!err && (words->denied & HOST_BIT(packet_ring)))
		err = packet_option_deny(ctx, RX_RING);
	return err;
}

void host_pretend_or_die(void)
{
	const char *text = getenv("HOSTEL_HOST");
	struct host_words words;
	scmp_filter_ctx ctx;
	char bad[32];
	int err;

	if (!text || !*text)
		return;
	if (!host_words_parse(text, &words, bad, sizeof(bad)))
		die_usage("HOSTEL_HOST: there is no word '%s'; 'hostel check "
			  "--words' lists them",
			  bad);
	ctx = seccomp_init(SCMP_ACT_ALLOW);
	/* 32-bit programs have calls of their own, and shall run. */
	err = ctx ? seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
				     SCMP_ACT_ALLOW) :
		    -ENOMEM;
	if (!err)
		err = filter_add(ctx, &words);
	if (!err)
		err = seccomp_load(ctx);
	seccomp_release(ctx);
	if (err)
		die("HOSTEL_HOST: system calls can not be taken away: %s",
		    strerror(-err));
}
