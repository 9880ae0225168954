#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# property.sh - tiny guests, one property each: PASS is 0 on the debug-exit
# port, so hostel ends with 1.
. "$(dirname "$0")/../boot/lib.bash"

# run NAME WANTED [OPTIONS] - boot a property guest; its exit status is known
run() {
	local name=$1 wanted=$2
	shift 2
	timeout -k 5 60 "$build/hostel" run \
		--kernel "build/guest/property/$name" --memory 32M --net none \
		--debug-exit 0xf4 "$@" </dev/null >"$work/out" 2>&1
	status=$?
	check "$name ends with $wanted" [ "$status" -eq "$wanted" ] ||
		sed 's/^/# /' "$work/out"
}

# pass NAME - it must say PASS, too: 1 is also the status of a bad command
pass() {
	run "$1" 1
	check "$1 says so" grep -q PASS "$work/out"
}

for image in build/guest/property/*; do
	case ${image##*/} in
	reset|triplefault) ;;
	*) pass "${image##*/}" ;;
	esac
done
run reset 0 --no-reboot
run triplefault 70
check "a triple fault is told with cs:eip and bytes" \
	grep -qE 'stopped at 0008:[0-9a-f]{8}: triple fault; bytes cc' \
	"$work/out"
finish
