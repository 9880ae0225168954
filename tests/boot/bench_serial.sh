#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench_serial.sh - `hostel bench serial`, in short: it has a figure for each
# end of COM1's cable, says what it left out, and leaves nothing behind. (What
# it must reach is not for a test.)
. "$(dirname "$0")/lib.bash"
build=$(realpath "$build") json=$work/json
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
(cd "$work" && timeout -k 5 $((120 * patience)) "$build/hostel" bench serial --seconds 1 --only hostel \
	--json json >"$work/out" 2>&1 </dev/null)
result "bench serial runs" $? "$work/out"
for end in file pty; do
	check "a rate to a $end" grep -Eq "^  \"$end hostel\": [1-9][0-9]{3,}" \
		"$json"
	check "a row of the table: $end" grep -Eq \
		"^$end +[0-9.]+ +- +- +- +[15] " "$work/out"
done
check "QEMU was left out, it says" grep -q "^QEMU: not measured: left out" \
	"$work/out"
check "nothing is left behind" [ -z "$(ls "$TMPDIR")" ]
"$build/hostel" bench serial --only warp >"$work/out" 2>&1
result "no machine of that name" $((! $?)) "$work/out"
finish
