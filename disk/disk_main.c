/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_main.c - hostel-disk: a raw image, in a process that holds nothing
 * else: see serve.h.
 *
 * Its requests come from a hostel-app that a guest may have taken over. It has
 * no network, no path and no other file. It can read and write its image, and
 * take another one in its place, which hostel-app has opened.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "disk/serve.h"

/* All that this process may ask of the kernel. */
#define DISK_CALLS(CALL, CALL_IF)					\
	CALL(recvmsg) CALL_IF(sendto, 4, ~0ull, 0) CALL(close)		\
	CALL_IF(write, 0, 0xffffffffu, DISK_FD_NEWS)			\
	CALL(pread64) CALL(pwrite64) CALL(fdatasync)			\
	/* of an image that is put in: its size, and may it be written? */ \
	CALL(lseek) CALL_IF(fcntl, 1, ~0ull, 3 /* F_GETFL */)

/* What no file of ours asks for: malloc(), signals and the end. */
#define DISK_LIBC_CALLS(CALL, CALL_IF)					\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(brk)		\
	CALL(rt_sigreturn) CALL(restart_syscall) CALL(exit) CALL(exit_group)

static const struct sandbox_rule disk_rules[] = {
	DISK_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	DISK_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

int main(int argc, char **argv)
{
	static struct disk_server s;
	int err = 0;

	serve_begin(&s, "hostel-disk", argc, argv);
	if (!s.empty) {
		err = image_raw(&s.base, DISK_FD_IMAGE, s.kind, s.guessed);
		if (!err)
			err = serve_take(&s);
	}
	if (err)
		die("the image can not be used: %s", strerror(-err));
	err = serve_close_in();
	if (!err)
		err = sandbox_enter(disk_rules, ARRAY_SIZE(disk_rules));
	if (err)
		return DISK_EXIT_MUTE;
	serve(&s);
	return 0;
}
