#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# exhaustion.sh - what runs out, and is to do no harm: 200 processes in the
# guest at once, each with an address space, and a host that lets a process
# have 5,000 mappings only (lowered for the test where that is possible and
# nobody else is near it, and put back; so nothing here may take until a test
# is killed, after 300 s).
# tests/run: alone
. "$(dirname "$0")/lib.bash"

setting=/proc/sys/vm/max_map_count
before=$(cat "$setting")
count=200
# Each process waits until all are there (nobody can open a pipe to read that
# nobody has open to write), then says its number.
one="(: </go; echo fork-\$((i * i + 1)))"
cmd="mkfifo /go; i=0; while [ \$i -lt $count ]; do $one & i=\$((i + 1)); done"
cmd="$cmd; set -- /proc/[0-9]*; echo processes-\$#; exec 3<>/go; wait"
cmd="$cmd; echo all-back"

restore() { [ "$(cat "$setting")" = "$before" ] || echo "$before" >"$setting"; }
trap 'restore; tidy' EXIT
trap 'exit 1' INT TERM

# forks NAME - boot the stock kernel and have it fork
forks() {
	local log=$work/console.$1 i missing=0
	timeout -k 5 $((110 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none --no-reboot \
		--report "$work/report.$1" \
		--append "console=ttyS0 panic=-1 hostel.net=off -- \"$cmd\"" \
		</dev/null 2>&1 | tr -d '\r' >"$log"
	status=${PIPESTATUS[0]}
	check "$1: hostel exits with 0" [ "$status" -eq 0 ]
	for ((i = 0; i < count; i++)); do
		grep -q "fork-$((i * i + 1))\$" "$log" ||
			missing=$((missing + 1))
	done
	check "$1: $count processes have said their numbers" \
		[ "$missing" -eq 0 ]
	check "$1: all of them lived at once" [ "$(sed -n \
		's/.*processes-\([0-9]*\)$/\1/p' "$log")" -ge "$count" ]
	check "$1: the shell has waited for all" grep -q all-back "$log"
	check "$1: no warning, no bug, no oops" [ "$(grep -cE \
		'WARNING:|BUG:|Oops|Call Trace|Out of memory' "$log")" -eq 0 ]
	[ "$failures" -eq 0 ] || tail -n 20 "$log" | sed 's/^/# /'
}

# most_maps - how many mappings the process with the most of them has
most_maps() {
	for f in /proc/[0-9]*/maps; do
		wc -l <"$f"
	done 2>/dev/null | sort -n | tail -n 1
}

# few_maps - the same under vm.max_map_count = 5000, and a guest that has
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

forks "as it is"
if [ ! -w "$setting" ] || [ "$before" -lt 5000 ]; then
	echo "ok few mappings # SKIP vm.max_map_count can not be lowered"
elif [ "$(most_maps)" -gt 3000 ]; then
	echo "ok few mappings # SKIP another process has more than 3000"
else
	few_maps
fi
finish
