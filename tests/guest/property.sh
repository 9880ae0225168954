#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# property.sh - tiny guests, one property each: PASS is 0 on the debug-exit
# port, so hostel ends with 1. Each runs on both engines, on the translator
# once more with the smallest code cache, and must say the same, but for lines
# that begin with #, which are measurements; then on both in lockstep.
# tests/run: needs the translator
. "$(dirname "$0")/../boot/lib.bash"

# booted NAME WANTED [OPTIONS] - boot a property guest; its exit status is known
booted() {
	local name=$1 wanted=$2
	shift 2
	timeout -k 5 60 "$build/hostel" run --cpu "$cpu" \
		--kernel "build/guest/property/$name" --memory 32M --net none \
		--debug-exit 0xf4 "$@" </dev/null >"$work/$name.$cpu" 2>&1
	status=$?
}

# run NAME WANTED [OPTIONS] - booted(), as a check; `latency` looks at what the
# host's timers do, too
run() {
	local name=$1 wanted=$2
	booted "$@"
	if [ "$name" = latency ] && perhaps_stolen [ "$status" -eq "$wanted" ]; then
		booted "$@"
	fi
	check "$name ends with $wanted ($cpu)" [ "$status" -eq "$wanted" ] ||
		sed 's/^/# /' "$work/$name.$cpu"
}

# pass NAME - it must say PASS, too: 1 is also the status of a bad command
pass() {
	for cpu in interp bt; do
		run "$1" 1
		check "$1 says so ($cpu)" grep -q PASS "$work/$1.$cpu"
	done
	case $1 in
	page_flush|page_random) ;;	# rely on entries that were changed and
			# not flushed, which each engine may hold or not
	ends) ;;	# where a jump over the end of CS is refused
	wrap_modes) ;;	# goes over the limit of FS, where only one looks
	hot_faults|latency|wrap_stack|many_*) ;;	# lockstep is too slow
	*)
		cpu=lockstep
		run "$1" 1 ;;
	esac
	same "$1" bt
	cpu=bt
	run "$1" 1 --code-cache 256K
	same "$1" bt ", with a small cache"
	grep '^#' "$work/$1.interp" "$work/$1.bt" | sed "s|^$work/|# |"
}

# same NAME CPU [HOW] - it says what it does on the interpreter
same() {
	check "$1 says the same on both${3:-}" \
		cmp -s <(output "$1" interp) <(output "$1" "$2") ||
		diff <(output "$1" interp) <(output "$1" "$2") | head -n 20 |
			sed 's/^/# /'
}

# output NAME CPU - what that guest said, but for its measurements
output() { grep -v '^#' "$work/$1.$2"; }

for image in build/guest/property/*; do
	case ${image##*/} in
	reset|triplefault) ;;
	*) pass "${image##*/}" ;;
	esac
done
for cpu in interp bt; do
	run reset 0 --no-reboot
	run triplefault 70 --no-reboot
	check "a triple fault is told with cs:eip and bytes ($cpu)" grep -qE \
		'stopped at 0008:[0-9a-f]{8}: triple fault; bytes cc' \
		"$work/triplefault.$cpu"
done

# counter KEY NAME OPTIONS... - what the report says of a property guest
counter() {
	local key=$1 name=$2
	shift 2
	timeout -k 5 60 "$build/hostel" run --memory 32M --net none \
		--kernel "build/guest/property/$name" --debug-exit 0xf4 \
		--report "$work/report" "$@" </dev/null >/dev/null 2>&1
	sed -n "s/.*\"$key\": \([0-9]*\).*/\1/p" "$work/report"
}
insns() { counter guest_instructions "$@"; }

# near A B - do two counts differ by less than 1 %?
near() { [ $((($1 - $2) ** 2 * 10000)) -lt $(($1 * $1)) ]; }
all=$(insns many_frags --cpu interp)
check "--count counts what the interpreter counts" near \
	"$all" "$(insns many_frags --cpu bt --count)"
check "without it most are not counted" \
	[ $(($(insns many_frags --cpu bt) * 10)) -lt "$all" ]
# Its kernel begins each time with the program's segments.
check "a program whose segments end before 4 GiB is translated" \
	[ "$(counter interpreter_blocks ends --cpu bt)" -lt 10000 ]
# Twice 13 parts, 2 writes to each; and 80 where code came and went.
for cpu in interp bt; do
	check "writes that went nowhere are counted ($cpu)" \
		[ "$(counter dropped_writes pam --cpu "$cpu")" -eq 132 ]
done
finish
