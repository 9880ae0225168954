#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench_screen.sh - `hostel bench screen`, in short: each row has a figure, it
# says what it left out, and leaves nothing behind. (What it must reach is not
# for a test.)
# tests/run: waits
. "$(dirname "$0")/lib.bash"
build=$(realpath "$build") json=$work/json
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
(cd "$work" && timeout -k 5 $((200 * patience)) "$build/hostel" bench screen --rounds 1 --keys 2 --rest 1 \
	--machines hostel --json json >"$work/out" 2>&1 </dev/null)
result "bench screen runs" $? "$work/out"
for row in redraw_fill redraw_copy redraw_pixels seen keys picture_watched \
	picture_watched_screen text_watched text_watched_screen
do
	check "a figure: $row" grep -Eq \
		"^  \"$row hostel\": \[[0-9., ]*[1-9]" "$json"
done
check "nobody there: hostel-screen uses nothing" \
	grep -q '^  "picture_alone_screen hostel": \[0.000\]' "$json"
check "QEMU was left out, it says" grep -q "^QEMU: not measured: left out" \
	"$work/out"
check "nothing is left behind" [ -z "$(ls "$TMPDIR")" ]
"$build/hostel" bench screen --only warp >"$work/out" 2>&1
result "no part of that name" $((! $?)) "$work/out"
finish
