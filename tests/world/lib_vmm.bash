# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib_vmm.bash - for the world tests: a hostel whose VMM does what the test
# wants, as one that its guest has taken over.
#
# After lib_guest.bash. Where the libraries need a sanitizer's run-time there
# is none: vmm_possible says so.
vmm_possible() {
	case $build in *-asan | *-ubsan | *-tsan) false ;; esac
}

# vmm NAME - build a VMM from C statements on standard input, which begin when
# it first has the CPU: $cross is the cross page, call(...) gives the CPU away
# with such a call, and they may end. $work/NAME/hostel then runs it.
vmm() {
	mkdir -p "$work/$1" || return
	{
		cat <<'END'
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/framering.h"
#include "vmdriver/affinity.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/doorfd.h"
#include "vmdriver/worldswitch.h"

static struct crosspage *cross;

static void call(struct hostcall c)
{
	memcpy(&cross->call, &c, sizeof(c));
	worldswitch(cross, DOOR_VMM);
}
#define CALL(k, ...) call((struct hostcall){ .kind = HOSTCALL_##k, __VA_ARGS__ })

int main(void)
{
	cross = crosspage_attach(DOOR_FD_CROSS);
	signal(SIGTERM, SIG_IGN);
	signal(SIGALRM, SIG_IGN);
	worldswitch_wait(cross, DOOR_VMM);
END
		cat
		echo '	return 3; }'
	} >"$work/$1/vmm.c"
	gcc -D_GNU_SOURCE -I. -O1 -o "$work/$1/hostel-vmm" "$work/$1/vmm.c" \
		"$build/libvmdriver.a" "$build/libbase.a" -lseccomp &&
		cp "$build/hostel" "$work/$1" &&
		ln -sf "$(realpath "$build")"/vmnet* "$work/$1"
}
