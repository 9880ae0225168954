/* SPDX-License-Identifier: BSD-2-Clause */
/* sandbox.c - the VMM world's walls: see sandbox.h, docs/THREATS.md. */
#include "vmm/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/fds.h"
#include "base/privileges.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* Allowed whatever the arguments, each with its reason. */
static const int sandbox_calls[] = {
	SCMP_SYS(futex),	/* the world switch, a halted guest's sleep */
	SCMP_SYS(munmap),	/* windows, malloc */
	SCMP_SYS(madvise),	/* give memory back */
	SCMP_SYS(brk),		/* malloc */
	SCMP_SYS(rt_sigreturn),	/* leave a signal handler */
	SCMP_SYS(timer_settime), /* the next alarm of a chip */
	SCMP_SYS(clock_gettime), /* where the vDSO has no fast clock */
	SCMP_SYS(getcpu),	/* where the vDSO has none */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(restart_syscall), /* a futex wait after SIGSTOP, SIGCONT */
};

/* What the sanitizers' run-time needs on top, to say what it found. */
static const int sanitizer_calls[] = {
	SCMP_SYS(write), SCMP_SYS(mmap), SCMP_SYS(mprotect),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sigaltstack),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(openat),
	SCMP_SYS(read), SCMP_SYS(close), SCMP_SYS(newfstatat),
	SCMP_SYS(readlink), SCMP_SYS(sched_yield), SCMP_SYS(mremap),
	SCMP_SYS(prctl), SCMP_SYS(sched_getaffinity), SCMP_SYS(getrlimit),
	SCMP_SYS(prlimit64), SCMP_SYS(tgkill), SCMP_SYS(lseek),
	SCMP_SYS(clone), SCMP_SYS(wait4), SCMP_SYS(ptrace), SCMP_SYS(ioctl),
};

static int sandbox_allow(scmp_filter_ctx f, const int *calls, size_t n)
{
	size_t i;
	int err;

	for (i = 0; i < n; i++) {
		err = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
		if (err)
			return err;
	}
	return 0;
}

/* sandbox_allow_memory() - mmap and mprotect, never executable; anonymous
 * memory that is shared would escape RLIMIT_DATA. */
static int sandbox_allow_memory(scmp_filter_ctx f, int ram_fd)
{
	int err;

	err = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
			       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (err)
		return err;
	err = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
			       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
			       SCMP_A4(SCMP_CMP_EQ, (scmp_datum_t)ram_fd, 0));
	if (err)
		return err;
	return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
				SCMP_A3(SCMP_CMP_MASKED_EQ,
					MAP_ANONYMOUS | MAP_TYPE,
					MAP_ANONYMOUS | MAP_PRIVATE));
}

/* sandbox_allow_affinity() - of the calling thread only. */
static int sandbox_allow_affinity(scmp_filter_ctx f)
{
	return seccomp_rule_add(f, SCMP_ACT_ALLOW,
				SCMP_SYS(sched_setaffinity), 1,
				SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffff, 0));
}

/* sandbox_allow_out() - write, to these descriptors only. */
static int sandbox_allow_out(scmp_filter_ctx f, const int *out, unsigned int n)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
				       SCMP_A0(SCMP_CMP_EQ,
					       (scmp_datum_t)out[i], 0));
	return err;
}

static int sandbox_filter(int ram_fd, const int *out, unsigned int n)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int err;

	if (!f)
		return -ENOMEM;
	/* A call of another ABI (x32), too: else it ends one thread only. */
	err = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH,
			       SCMP_ACT_KILL_PROCESS);
	if (!err)
		err = sandbox_allow(f, sandbox_calls,
				    ARRAY_SIZE(sandbox_calls));
	if (!err)
		err = sandbox_allow_affinity(f);
	if (!err && SANITIZED)
		err = sandbox_allow(f, sanitizer_calls,
				    ARRAY_SIZE(sanitizer_calls));
	if (!err && !SANITIZED)
		err = sandbox_allow_memory(f, ram_fd);
	if (!err && !SANITIZED)
		err = sandbox_allow_out(f, out, n);
	if (!err)
		err = seccomp_load(f);	/* sets no_new_privs itself */
	seccomp_release(f);
	return err;
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
	if (prctl(PR_SET_DUMPABLE, 0) < 0 ||
	    setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	sandbox_drop_files(ram_fd, out, n);
	/* A sanitizer looks into files for what it has to say. */
	err = privileges_drop(SANITIZED ? PRIVILEGES_BIT(ROOT) |
					  PRIVILEGES_BIT(LANDLOCK) : 0);
	if (err < 0)
		return err;
	return sandbox_filter(ram_fd, out, n);
}
