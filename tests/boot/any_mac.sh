#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# any_mac.sh - a stock guest gives its card another address: its frames are
# lost, and the user hears why; with any-mac they are not.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

new="ip link set eth0 address 02:00:00:00:00:77"
old="ip link set eth0 address 00:50:56:01:02:03"
# ask WHO - shell of the guest: is there an answer to WHO?
ask() {
	local ping='ping -c 3 -W 2 10.0.2.2 >/dev/null'
	echo "$ping && echo answered as $1 || echo silent as $1"
}

cmd="ip link set eth0 down; $new; ip link set eth0 up"
cmd="$cmd; ip addr add 10.0.2.15/24 dev eth0 2>/dev/null; $(ask another)"
cmd="$cmd; ip link set eth0 down; $old; ip link set eth0 up; $(ask itself)"

# run NET STEPS - the guest; what it says is in $log, the user's in $work/err
run() {
	timeout -k 5 $((120 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net "$1" --io-path "$2" \
		--no-reboot --append "console=ttyS0 quiet panic=-1 -- \"$cmd\"" \
		</dev/null >"$log" 2>"$work/err"
}

# warned N - so many lines of that to the user
warned() {
	[ "$(grep -c "another address than.*any-mac" "$work/err")" -eq "$1" ]
}

for steps in hosted all; do
	check "$steps: the guest runs" \
		run nat,mac=00:50:56:01:02:03 "$steps"
	check "... its frames from another address are lost" said \
		'^silent as another'
	check "... and those from its own are not" said '^answered as itself'
	check "... and the user is told, once" warned 1 ||
		sed "s|^|# |" "$work/err"
done
check "any-mac: the guest runs" run nat,any-mac,mac=00:50:56:01:02:03 all
check "... any address is good" said '^answered as another'
check "... the card's own as well" said '^answered as itself'
check "... and there is no word of it" warned 0
finish
