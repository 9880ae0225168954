/* SPDX-License-Identifier: BSD-2-Clause */
/* sandbox.c - the VMM world's walls: see sandbox.h, docs/THREATS.md. */
#include "vmm/sandbox.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/fds.h"
#include "base/privileges.h"
#include "base/sandbox.h"
#include "base/sanitized.h"

#define ALL		0xffffffffu
#define OUT_MAX		16u	/* descriptors that may be written to */

/* docs/THREATS.md gives the reasons. */
#define VMM_CALLS(CALL, CALL_IF)					\
	/* the world switch, a halted guest's sleep */			\
	CALL(futex)							\
	/* windows, the cache of translated code */			\
	CALL(munmap) CALL(madvise)					\
	CALL_IF(mprotect, 2, PROT_EXEC, 0)				\
	/* the next alarm of a chip */					\
	CALL(timer_settime)						\
	/* where the vDSO has none, or no fast one */			\
	CALL(clock_gettime) CALL(getcpu)				\
	/* of the calling thread only */				\
	CALL_IF(sched_setaffinity, 0, ALL, 0)

/* What no file of ours asks for: malloc(); leaving a signal handler; a futex
 * wait after SIGSTOP, SIGCONT; the end. */
#define VMM_LIBC_CALLS(CALL)						\
	CALL(brk) CALL(rt_sigreturn) CALL(restart_syscall)		\
	CALL(exit) CALL(exit_group)

static const struct sandbox_rule vmm_rules[] = {
	VMM_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	VMM_LIBC_CALLS(SANDBOX_CALL)
};

/* What the sanitizers' run-time needs on top, to say what it found. */
#define SANITIZER_CALLS(CALL)						\
	CALL(mmap) CALL(mprotect) CALL(openat) CALL(read) CALL(close)	\
	CALL(newfstatat) CALL(readlink) CALL(prctl) CALL(lseek)		\
	CALL(sched_getaffinity) CALL(getrlimit) CALL(prlimit64)		\
	CALL(tgkill) CALL(clone) CALL(wait4) CALL(ptrace) CALL(ioctl)

static const struct sandbox_rule sanitizer_rules[] = {
	SANITIZER_CALLS(SANDBOX_CALL)
};

/* mmap, never executable: of RAM, and of anonymous memory; what of that is
 * shared would escape RLIMIT_DATA. */
static size_t memory_rules(struct sandbox_rule *to, int ram_fd)
{
	to[0] = (struct sandbox_rule){
		.nr = SYS_mmap, .arg = 2, .mask = PROT_EXEC, .value = 0,
		.arg2 = 4, .mask2 = ~0ull, .value2 = (uint64_t)ram_fd,
	};
	to[1] = (struct sandbox_rule){
		.nr = SYS_mmap, .arg = 2, .mask = PROT_EXEC, .value = 0,
		.arg2 = 3, .mask2 = MAP_ANONYMOUS | MAP_TYPE,
		.value2 = MAP_ANONYMOUS | MAP_PRIVATE,
	};
	return 2;
}

/* sandbox_filter() - @out, @n: what may be written to */
static int sandbox_filter(int ram_fd, const int *out, unsigned int n)
{
	struct sandbox_rule rules[ARRAY_SIZE(vmm_rules) +
				  ARRAY_SIZE(sanitizer_rules) + 2 + OUT_MAX];
	size_t used = ARRAY_SIZE(vmm_rules);
	unsigned int i;

	ASSERT(n <= OUT_MAX);
	memcpy(rules, vmm_rules, sizeof(vmm_rules));
	if (SANITIZED) {
		memcpy(rules + used, sanitizer_rules, sizeof(sanitizer_rules));
		return sandbox_enter(rules, used + ARRAY_SIZE(sanitizer_rules));
	}
	used += memory_rules(rules + used, ram_fd);
	for (i = 0; i < n; i++)
		rules[used++] = (struct sandbox_rule){
			.nr = SYS_write, .arg = 0, .mask = ~0ull,
			.value = (uint64_t)out[i],
		};
	return sandbox_enter(rules, used);
}

/* sandbox_drop_files() - close everything but @keep and @out. */
static void sandbox_drop_files(int keep, const int *out, unsigned int n)
{
	unsigned int first = SANITIZED ? 3 : 0, i;

	for (i = 0; i <= n; i++) {
		fds_close(first, (unsigned int)keep - 1);
		first = (unsigned int)keep + 1;
		if (i < n)
			keep = out[i];
	}
	fds_close(first, ~0u);
}

int sandbox_close(int ram_fd, const int *out, unsigned int n)
{
	const struct rlimit none = { 0, 0 };
	int err;

	/* No core file: it would hold the guest's memory. */
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	sandbox_drop_files(ram_fd, out, n);
	/* A sanitizer looks into files for what it has to say. */
	err = privileges_drop(SANITIZED ? PRIVILEGES_BIT(ROOT) |
						  PRIVILEGES_BIT(LANDLOCK) :
					  0);
	if (err < 0)
		return err;
	return sandbox_filter(ram_fd, out, n);
}
