#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# capture.sh - what a stock guest sends and gets is seen from outside: a filter
# finds exactly its pings, those from another address have the reason why the
# switch dropped them, and the last frames are there though nobody listened.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

mkfifo "$work/line"
new="ip link set eth0 address 02:00:00:00:00:77"
cmd="echo ready; read go; ping -c 4 10.0.2.2; echo pinged; read go"
cmd="$cmd; ip link set eth0 down; $new; ip link set eth0 up"
cmd="$cmd; ip addr add 10.0.2.15/24 dev eth0 2>/dev/null"
cmd="$cmd; ping -c 2 -W 2 10.0.2.2; echo forged; read go"
"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" --name seen \
	--net nat,mac=00:50:56:01:02:03 --no-reboot \
	--append "console=ttyS0 quiet panic=-1 -- \"$cmd\"" \
	<"$work/line" >"$log" 2>"$work/err" &
pids=$!
exec 8>"$work/line"

# capture FILE WORDS... - begin, and wait until it hears
capture() {
	local file=$1
	shift
	"$hostel" net capture seen -w "$file" "$@" 2>"$work/sum" &
	capturing=$!
	pids="$pids $capturing"
	soon 20 [ -s "$file" ]
}
# caught WORDS - the capture ends by Ctrl-C, well, and says so
caught() {
	kill -INT "$capturing"
	wait "$capturing" && grep -q "$1" "$work/sum"
}
# frames FILE [FILTER] - their number, as tshark counts them
frames() { tshark -n -r "$1" -Y "${2:-frame}" 2>/dev/null | wc -l; }
show() { sed 's/^/# /' "$work/sum"; tail -n 5 "$log" | sed 's/^/# /'; }

check "the guest comes up" soon 120 said '^ready' || {
	show
	finish
}
check "a capture begins while it runs" capture "$work/pings" icmp
echo >&8
check "the guest pings" soon 60 said '^pinged'
check "... four times, with four answers" \
	said '^4 packets transmitted, 4 packets received'
check "the capture has these frames, and no others" \
	caught '^hostel: 8 frames at 1 port, 0 of them dropped' || show

check "another one begins" capture "$work/forged" ether src 02:00:00:00:00:77
echo >&8
check "the guest sends from another address" soon 60 said '^forged'
check "all of that is dropped" \
	caught '^hostel: \([1-9][0-9]*\) frames\? at 1 port, \1 of them' || show
check "the last frames are known without a capture" \
	"$hostel" net capture seen --last -w "$work/last" icmp 2>"$work/sum"
check "... the pings among them" \
	grep -q '^hostel: 8 frames at 1 port' "$work/sum" || show

if command -v tshark >/dev/null; then
	check "tshark: four there" [ "$(frames "$work/pings" \
		'icmp.type == 8 && frame.packet_flags_direction == 2')" -eq 4 ]
	check "tshark: four back" [ "$(frames "$work/pings" \
		'icmp.type == 0 && frame.packet_flags_direction == 1')" -eq 4 ]
	check "tshark: no comment, no sum wrong" [ "$(frames "$work/pings" \
		'frame.comment || icmp.checksum.status == 0')" -eq 0 ]
	check "tshark: the reason of each that was dropped" \
		[ "$(frames "$work/forged" \
		'frame.comment contains "dropped: source_forged"')" -eq \
		"$(frames "$work/forged")" ]
else
	echo "ok tshark reads them # SKIP tshark is not there (tools/setup)"
fi
echo >&8
finish
