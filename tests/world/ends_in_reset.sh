#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# ends_in_reset.sh - a machine that resets itself over and over is ended by a
# signal or by Ctrl-], at random moments of its short lives: it ends, its
# status says what ended it, and it is said once. HOSTEL_SEED repeats the
# moments, as far as the host lets it.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"
tries=20
limit=10	# seconds; it takes a fraction of one
RANDOM=${HOSTEL_SEED:-$$}
echo "# HOSTEL_SEED=${HOSTEL_SEED:-$$}"

guest reset <<'END_GUEST'
_start:	mov $'R', %al
	mov $0x3f8, %dx
	out %al, %dx
	mov $0xfe, %al
	out %al, $0x64
1:	jmp 1b
END_GUEST

# moment - some time within two or three lives
moment() { sleep "0.$(printf %03d $((RANDOM % 60)))"; }

# ended STATUS PATTERN FILE - in time; the pattern is in the file once
ended() {
	local status
	soon "$limit" gone "$vm" || {
		echo "# it does not end"
		kill -9 -- "-$vm"
		wait "$vm" 2>/dev/null
		return 1
	}
	wait "$vm"
	status=$?
	[ "$status" -eq "$1" ] && [ "$(grep -c "$2" "$3")" -eq 1 ] || {
		echo "# status $status"
		sed 's/^/# /' "$work/err"
		return 1
	}
}

# signalled SIGNAL STATUS [GROUP] - once; with GROUP all of its processes get it
signalled() {
	: >"$work/out"
	setsid "$build/hostel" run --net none --memory 32M \
		--kernel "$work/reset" </dev/null >"$work/out" 2>"$work/err" &
	vm=$!
	soon "$limit" grep -q R "$work/out"
	moment
	kill -s "$1" -- "${3:+-}$vm"
	ended "$2" "ended by SIG$1" "$work/err"
}

# typed - Ctrl-], once; fd 9 is who sits there
typed() {
	rm -f "$work/keys" "$work/err"
	mkfifo "$work/keys"
	: >"$work/err"
	setsid script -qec "$build/hostel run --net none --memory 32M \
		--kernel $work/reset" /dev/null <"$work/keys" \
		>"$work/err" 2>&1 &
	vm=$!
	exec 9>"$work/keys"
	soon "$limit" grep -q R "$work/err"
	moment
	printf '\035' >&9
	ended 130 'ended by Ctrl-]' "$work/err"
	local good=$?
	exec 9>&-
	return "$good"
}

# often COMMAND... - $tries times
often() {
	local bad=0
	for _ in $(seq "$tries"); do
		"$@" || bad=$((bad + 1))
	done
	vm=
	[ "$bad" -eq 0 ] || echo "# $bad of $tries"
	return "$bad"
}

for signal in TERM INT HUP; do
	n=$((128 + $(kill -l "$signal")))
	check "SIG$signal while it resets: status $n" \
		often signalled "$signal" "$n"
	check "SIG$signal for the whole group: status $n" \
		often signalled "$signal" "$n" group
done
check "Ctrl-] while it resets: status 130" often typed
check "nothing is left running" soon 20 none_left
finish
