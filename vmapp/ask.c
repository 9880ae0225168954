/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.c - in hostel-app: have the keeper do something. See keeper.h.
 */
#include <errno.h>
#include <sys/socket.h>

#include "base/fdpass.h"
#include "vmapp/keeper.h"
#include "vmapp/vm.h"

int keeper_ask(int link, enum keeper_request what, int *fd)
{
	uint8_t request = (uint8_t)what;
	int32_t err = -EPIPE;
	size_t fds = 1;
	int got = -1;
	ssize_t n;

	if (send(link, &request, 1, MSG_NOSIGNAL) != 1)
		return -EPIPE;
	n = fdpass_recv(link, &err, sizeof(err), &got, &fds);
	if (fd)
		*fd = got;
	return n == (ssize_t)sizeof(err) ? err : -EPIPE;
}

int vm_dial(void *arg)
{
	struct vm *vm = arg;
	int fd, err = keeper_ask(vm->keeper, KEEPER_DIAL, &fd);

	if (!err && fd < 0)
		err = -EPIPE;
	return err ? err : fd;
}
