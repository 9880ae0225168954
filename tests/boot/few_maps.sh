#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# few_maps.sh - what exhaustion.sh has, on a host that lets a process have 5,000
# mappings only (lowered for the test where that is possible and nobody else is
# near it, and put back; so nothing here may take until a test is killed, after
# 300 s).
# tests/run: alone
. "$(dirname "$0")/lib_forks.bash"

setting=/proc/sys/vm/max_map_count
before=$(cat "$setting")
restore() { [ "$(cat "$setting")" = "$before" ] || echo "$before" >"$setting"; }
trap 'restore; tidy' EXIT
trap 'exit 1' INT TERM

# most_maps - how many mappings the process with the most of them has
most_maps() {
	for f in /proc/[0-9]*/maps; do
		wc -l <"$f"
	done 2>/dev/null | sort -n | tail -n 1
}

# few_maps - 200 processes under vm.max_map_count = 5000, and a guest that has
# 80,000 pages in use
few_maps() {
	local log=$work/maps
	echo 5000 >"$setting"
	timeout -k 5 60 "$build/hostel" run --memory 32M --net none \
		--kernel build/guest/property/many_maps --debug-exit 0xf4 \
		</dev/null >"$log" 2>&1
	check "few mappings: many_maps passes" grep -q PASS "$log" ||
		sed 's/^/# /' "$log"
	forks "few mappings"
	restore
	check "few mappings: spaces were dropped" grep -Eq \
		'"spaces_dropped": [1-9]' "$work/report.few mappings"
	check "vm.max_map_count is $before again" \
		[ "$(cat "$setting")" = "$before" ]
}

if [ ! -w "$setting" ] || [ "$before" -lt 5000 ]; then
	echo "ok few mappings # SKIP vm.max_map_count can not be lowered"
elif [ "$(most_maps)" -gt 3000 ]; then
	echo "ok few mappings # SKIP another process has more than 3000"
else
	few_maps
fi
finish
