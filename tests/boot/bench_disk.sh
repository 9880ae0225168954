#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench_disk.sh - `hostel bench disk`, in short: it has a figure for each row,
# says what it left out, and leaves nothing behind. (What it must reach is not
# for a test.)
. "$(dirname "$0")/lib.bash"
build=$(realpath "$build") json=$work/json
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
(cd "$work" && timeout -k 5 $((120 * patience)) "$build/hostel" bench disk --rounds 1 --ms 50 --idle 1 \
	--size 8 --only hostel --json json >"$work/out" 2>&1 </dev/null)
result "bench disk runs" $? "$work/out"
for row in read write random read-left write-left random-left; do
	check "a value: $row" grep -Eq "^  \"hostel $row\": \[[0-9.]*[1-9]" \
		"$json"
done
check "an idle VM's CPU" grep -q '^  "hostel idle": \[[0-9]' "$json"
check "a row of the table" grep -Eq \
	"^64 KiB read, MB/s +[0-9.]+ +- +- +>= 3 x QEMU: not measured" \
	"$work/out"
check "QEMU was left out, it says" grep -q "^QEMU: not measured: left out" \
	"$work/out"
check "nothing is left behind" [ -z "$(ls "$TMPDIR")" ]
"$build/hostel" bench disk --only warp >"$work/out" 2>&1
result "no machine of that name" $((! $?)) "$work/out"
finish
