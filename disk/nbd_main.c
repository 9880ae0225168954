/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nbd_main.c - hostel-disk-nbd: what qemu-nbd serves, in a process that holds
 * nothing but the socket to it: see serve.h.
 *
 * It parses what qemu-nbd says, by libnbd, and what hostel-app says, like
 * hostel-disk. What an image's format makes of the image is qemu-nbd's.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "disk/nbd.h"
#include "disk/serve.h"

/* All that this process may ask of the kernel for us: with an overlay it reads
 * and writes that file. */
#define NBD_CALLS(CALL, CALL_IF)					\
	CALL(recvmsg) CALL_IF(sendto, 4, ~0ull, 0) CALL(close)		\
	CALL_IF(write, 0, 0xffffffffu, DISK_FD_NEWS)			\
	CALL(pread64) CALL(pwrite64)					\
	CALL_IF(fstatfs, 0, 0xffffffffu, DISK_FD_ROOM)

/* libnbd, on the socket that it has. */
#define NBD_LIBNBD_CALLS(CALL, CALL_IF)					\
	CALL(recvfrom) CALL(poll) CALL(ppoll)				\
	CALL_IF(shutdown, 0, 0xffffffffu, DISK_FD_IMAGE)

/* What no file of ours asks for: malloc(), locks, signals and the end. */
#define NBD_LIBC_CALLS(CALL, CALL_IF)					\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(mremap) CALL(brk) \
	CALL(futex) CALL(rt_sigreturn) CALL(restart_syscall)		\
	CALL(exit) CALL(exit_group)

static const struct sandbox_rule nbd_rules[] = {
	NBD_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	NBD_LIBNBD_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	NBD_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

int main(int argc, char **argv)
{
	static struct disk_server s;
	int err;

	serve_begin(&s, "hostel-disk-nbd", argc, argv);
	s.fixed = true;
	/* The keeper says what qemu-nbd did not like. */
	if (nbd_image_open(&s.base, DISK_FD_IMAGE) < 0)
		return DISK_EXIT_MUTE;
	s.base.once = s.once;
	s.base.room = s.once ? DISK_FD_ROOM : -1;
	err = serve_take(&s);
	if (err)
		die("the image can not be used: %s", strerror(-err));
	err = serve_close_in();
	if (!err)
		err = sandbox_enter(nbd_rules, ARRAY_SIZE(nbd_rules));
	if (err)
		return DISK_EXIT_MUTE;
	serve(&s);
	return 0;
}
