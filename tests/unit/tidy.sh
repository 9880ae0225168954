#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# tidy.sh - what a test script started by timeout(1) ends with the script.
. "$(dirname "$0")/../lib_check.bash"

# ends FILE VARIABLE - with these helpers, of which that variable has the number
# of timeout's process
ends() {
	rm -f "$work/pid"
	# shellcheck disable=SC2016
	bash -c '. "$1"
		timeout 60 sh -c "echo \$\$ >>$3; exec sleep 50" &
		eval "$2=$!"
		until [ -s "$3" ]; do
			sleep 0.05
		done' ends "$1" "$2" "$work/pid" 2>/dev/null
	soon 5 gone "$(cat "$work/pid")" || { kill "$(cat "$work/pid")"; false; }
}

check "boot tests" ends tests/boot/lib.bash pids
check "world tests" ends tests/world/lib_guest.bash vm
finish
