#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# reboot.sh - the stock 686 kernel reboots by the BIOS's reset vector and by a
# triple fault, and begins anew. (The other ways are in world/reset.)
. "$(dirname "$0")/lib.bash"

# machine HOW ARGUMENT... - it reboots in that way as soon as it is up; to be
# run in a shell of its own, whose process becomes the machine's
machine() {
	local how=$1
	shift
	exec timeout -k 1 $((100 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none "$@" \
		--append "console=ttyS0 reboot=$how hostel.net=off -- reboot -f" \
		</dev/null >"$log" 2>"$work/err"
}

# again HOW - it does so until it has begun twice
again() {
	local vm good
	machine "$1" --report "$work/report.$1" &
	vm=$!
	pids="$pids $vm"
	soon 90 saw 2 'Linux version'
	good=$?
	kill -TERM "$vm"
	wait "$vm"
	return "$good"
}

# ends HOW STATUS - the first reboot ends the run so
ends() {
	local status
	(machine "$1" --no-reboot)
	status=$?
	[ "$status" -eq "$2" ] || echo "# status $status"
	[ "$status" -eq "$2" ] && saw 1 'Linux version' && said 'Restarting'
}

for how in b t; do
	check "reboot=$how begins anew" again "$how" ||
		tail -n 5 "$log" | sed 's/^/# /'
done
check "the report has each start: one of before the first reboot" \
	[ "$(grep -c '^}' "$work/report.b")" -ge 2 ]
check "reboot=t: told once, with cs:eip" eval "grep -Ev \
	'^hostel: ended by SIGTERM' '$work/err' >'$work/said'
	grep -c . '$work/said' | grep -qx 1 &&
	grep -Eq 'triple fault at 0060:c[0-9a-f]{7};' '$work/said'" ||
	sed 's/^/# /' "$work/err"
check "reboot=t with --no-reboot: status 70" ends t 70
finish
