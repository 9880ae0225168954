#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# hostonly.sh - two stock guests on the network "hostonly": each asks for an
# address by DHCP, gets its own, and one reaches the other.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

# start LOG COMMAND - a guest on hostonly that does it and powers off
start() {
	"$build/hostel" run --kernel "$guest/vmlinuz" --memory 64M \
		--initrd "$guest/initrd" --net hostonly \
		--append "console=ttyS0 -- \"$2\"" \
		</dev/null >"$1" 2>&1 &
	pids="$pids $!"
}

# address LOG - the one that a guest said it has
address() { tr -d '\r' <"$1" | sed -n 's/^address \([0-9.]*\)$/\1/p'; }
has_address() { [ -n "$(address "$1")" ]; }

say="ip -4 -o addr show dev eth0 | sed 's|.*inet |address |; s|/.*||'"
start "$work/first" "$say; until [ -e /tmp/done ]; do sleep 1; done"
first=$!
check "hostonly: a guest has an address by DHCP" \
	soon 120 has_address "$work/first"
one=$(address "$work/first")
start "$work/second" "$say; ip route; ping -c 3 ${one:-0.0.0.0}"
second=$!
wait "$second"
check "hostonly: a second guest goes to its end" [ $? -eq 0 ]
two=$(address "$work/second")

in_range() { [[ $1 == 192.168.211.* && $2 == 192.168.211.* && $1 != "$2" ]]; }
check "hostonly: two addresses of its own range" in_range "$one" "$two"
log=$work/second
check "hostonly: they reach each other" \
	said '^3 packets transmitted, 3 packets received'
no_route() { ! said '^default '; }
check "hostonly: no way out is promised" no_route
kill "$first"
[ "$failures" -eq 0 ] || tail -n 20 "$work/first" "$log" | sed 's/^/# /'
finish
