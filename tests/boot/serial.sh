#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# serial.sh - a stock kernel's console: what it prints arrives, each byte, in a
# file and at a slow reader who types meanwhile, with COM1 in either world; and
# its driver finds nothing wrong with the chip.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

# console PATH APPEND OPTION... - boot with that --io-path
console() {
	local path=$1 append=$2
	shift 2
	timeout -k 1 $((200 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none --no-reboot \
		--io-path "$path" --report "$work/report" \
		--append "console=ttyS0 panic=-1 $append" "$@"
}
# many PATH - sets $lines: how many numbers the guest prints. Where each access is
# a world switch, fewer: still more than a pipe holds.
many() {
	lines=60000
	[ "$1" = all ] || lines=15000
}
# complete - the numbers are all there, in order, one a line
complete() {
	tr -d '\r' <"$log" | grep -x '[0-9]*' >"$work/numbers"
	seq "$lines" | cmp - "$work/numbers" || {
		tail -n 5 "$log" | sed 's/^/# /'
		return 1
	}
}
for path in all hosted; do
	many "$path"
	console "$path" "quiet -- 'seq $lines'" --serial "file:$log" \
		</dev/null >"$work/out" 2>&1
	check "$path, a file: each line" complete
done

# --- the kernel's own words are sent by looking at the line status
console all "-- 'dmesg >/tmp/d; wc -l </tmp/d; grep -i tty /tmp/d'" \
	--serial "file:$log" </dev/null >"$work/out" 2>&1
check "a 16550A, to the driver" saw 2 'ttyS0 .* is a 16550A$'
check "and nothing wrong with it" saw 0 'too much work|THRE|BUG:|WARNING:'

# --- both ways at once: a slow reader types while the guest prints
# typing - say this much when the guest is there, in small pieces too
typing() {
	local i
	soon 60 grep -q ready "$work/slow"
	for ((i = 0; i < 200; i++)); do
		echo "typed $i"
		rest 0.005
	done
	soon 60 grep -q counted "$work/slow"
}
for path in all hosted; do
	many "$path"
	cmd="stty -echo; echo ready; seq $lines & i=0; while [ \$i -lt 200 ]; do"
	cmd="$cmd read -r word n; [ \$word.\$n = typed.\$i ] || echo lost \$i;"
	cmd="$cmd i=\$((i + 1)); done; wait; echo all counted"
	: >"$work/slow"
	typing | console "$path" "quiet -- \"$cmd\"" 2>"$work/err" |
		"$build/tests/world/slowly" 10 >"$work/slow"
	cp "$work/slow" "$log"
	check "$path, a slow reader who types: each line" complete
	check "$path, a slow reader who types: each word" \
		said '^all counted$'
	check "$path, a slow reader who types: none is lost" saw 0 'lost'
done
finish
