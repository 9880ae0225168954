#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# demo.sh - what `make run` shows, in short: the rates of both directions, a
# yardstick beside them, and the report's table.
. "$(dirname "$0")/lib.bash"
out=$work/out

# shows PATTERN - one line of what it prints is like that
shows() { [ "$(grep -cE "$1" "$out")" -eq 1 ]; }

rate=' +[0-9]+\.[0-9] Mb/s +\([0-9.]+ MB in [0-9.]+ s\)$'
HOSTEL_BYTES=2M timeout -k 5 $((120 * patience)) tools/run-demo "$build" >"$out" 2>&1 \
	</dev/null
result "the demo runs" $? "$out"
check "the rate out" shows "^nettest out \(guest to host\)$rate"
check "the rate in" shows "^nettest in  \(host to guest\)$rate"
check "this host's own, beside them" shows "^this host's own loopback:$rate"
check "the report's table" shows "^Where the CPU time went"
check "its counters are kept" [ -s "$build/run.json" ]
finish
