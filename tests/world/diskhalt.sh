#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# diskhalt.sh - a guest that halts until its disk has answered is woken each
# time (guests/diskhalt.c): where the VMM lets it sleep, and where VMApp does, as
# with a card that has no driver.
. "$(dirname "$0")/lib_guest.bash"

truncate -s 8M "$work/disk"
# woken OPTION... - each time
woken() {
	timeout -k 1 $((60 * patience)) "$build/hostel" run \
		--kernel build/guest/diskhalt --memory 16M --debug-exit 0xf4 \
		--disk "$work/disk" "$@" </dev/null >"$work/out" 2>&1
	[ $? -eq 1 ]	# 0 by the debug exit
}

check "a guest without a card" woken --net none
check "one whose card has no driver" woken --net nat
[ "$failures" -eq 0 ] || sed 's/^/# /' "$work/out"
finish
