#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# tray.sh - a guest that opens the tray of its CD-ROM drive, and finds another
# CD in it (guests/tray.c): what the guest is told, and what the user is.
. "$(dirname "$0")/lib_guest.bash"

disc() {
	{ echo "$2"; head -c 100000 /dev/zero; } >"$work/$1"
	truncate -s 102400 "$work/$1"
}
disc one 'the first disc'
disc two 'the second disc'

# starts OPTION... - the guest runs
starts() {
	"$build/hostel" run --name tray --kernel build/guest/tray --net none \
		--memory 16M --debug-exit 0xf4 --cdrom "$work/one" "$@" \
		</dev/null >"$work/said" 2>&1 &
	vm=$!
	soon 20 grep -q '^open' "$work/said"
}
ctl() { "$build/hostel" ctl tray "$@"; }
says() { tr -d '\r' <"$work/said" | grep -q "$1"; }
in_drive() { ctl status | grep '^ide1:0 ' | grep -q -e "$1"; }
passes() {
	wait "$vm"
	[ $? -eq 1 ]	# 0 by the debug exit
}

for path in all hosted; do
	check "$path: the guest opens the tray" starts --io-path "$path"
	check "$path: what was in it was read" says '^first: the first disc$'
	check "$path: the user sees that it is empty" soon 10 in_drive empty
	check "$path: another CD is put in" ctl insert cdrom "$work/two"
	check "$path: the guest is told, once" passes
	check "$path: and reads that one" says '^second: the second disc$'
	[ "$failures" -eq 0 ] || sed 's/^/# /' "$work/said"
done
finish
