#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# pcap.sh - --net ...,pcap=F: what a stock guest's card sends and gets is in the
# file from the first frame on, also after a reset and after VMNet was killed;
# the file is whole however the machine ends; and one that can not be written is
# told before a machine begins.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

# boot FILE COMMAND ARGS... - a machine whose card's frames go there
boot() {
	local file=$1 cmd=$2
	shift 2
	"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--memory 64M --name seen --net "nat,pcap=$file" "$@" \
		--append "console=ttyS0 quiet panic=-1 -- \"$cmd\"" \
		</dev/null >"$log" 2>"$work/err" &
	vm=$!
	pids="$pids $vm"
}
# frames FILE [FILTER] - their number, as tshark counts them
frames() { tshark -n -r "$1" -Y "${2:-frame}" 2>/dev/null | wc -l; }
# reads FILE - it does, to the end, and says nothing
reads() {
	[ -s "$1" ] && tshark -n -r "$1" 2>"$work/tshark" >/dev/null &&
		! grep -i 'cut short\|corrupt\|malformed' "$work/tshark"
}
# sent - frames that the card has, by the report
sent() {
	"${HOSTEL_PYTHON:-/usr/bin/python3}" -c 'import json, sys
print(json.load(open(sys.argv[1]))["nics"][0]["frames_sent"])' "$log.json"
}
pinged() { saw "$1" '^4 packets transmitted, 4 packets received'; }
capturing() { pgrep -P "$vm" -x vmnet-capture >/dev/null; }

ping='ping -c 4 10.0.2.2'
boot "$work/all" "$ping; sleep 1" --no-reboot --report "$log.json"
wait "$vm"
check "a machine ends well" [ $? -eq 0 ]
check "... says nothing of its capture" [ ! -s "$work/err" ]
check "... and leaves none" eval '! pgrep -f "card=.*$work"'
out='frame.packet_flags_direction == 2'
if command -v tshark >/dev/null; then
	check "tshark reads the file" reads "$work/all"
	check "... all that the card has sent" \
		[ "$(frames "$work/all" "$out")" -eq "$(sent)" ]
	check "... the question for an address, and the answer" \
		[ "$(frames "$work/all" dhcp)" -ge 4 ]
	check "... and four pings with their answers" \
		[ "$(frames "$work/all" icmp)" -eq 8 ]
else
	echo "ok tshark reads the file # SKIP tshark is not there (tools/setup)"
fi
check "it is the user's alone" [ "$(stat -c %a "$work/all")" = 600 ]

boot "$work/long" "$ping; echo pinged; until [ -e /tmp/x ]; do sleep 1; done"
check "a machine that stays" soon 120 pinged 1
boot2() {
	"$hostel" run --kernel "$guest/vmlinuz" --net "$1" </dev/null \
		>"$work/out" 2>&1
	[ $? -eq 69 ] && grep -q "$2" "$work/out"
}
check "its file is not another's" boot2 "nat,pcap=$work/long" \
	'another card.s frames go there'
check "reset" "$hostel" ctl seen reset
check "... and up again" soon 120 pinged 2
daemon=$(pgrep -x -u "$(id -u)" vmnetd)
for p in $daemon; do
	tr '\0' '\n' <"/proc/$p/environ" |
		grep -qx "HOSTEL_VMNET_DIR=$HOSTEL_VMNET_DIR" && kill -9 "$p"
done
back() { "$hostel" net list 2>/dev/null | grep -q '^  .*seen:0.*up'; }
check "VMNet is killed, and there again" soon 20 back
check "... with a capture" soon 20 capturing
check "reset" "$hostel" ctl seen reset
check "... and up again" soon 120 pinged 3
kill -9 "$vm"
check "the machine is killed, and the capture ends" \
	soon 20 eval '! pgrep -f "vmnet-capture card=.*$work"'
if command -v tshark >/dev/null; then
	check "tshark reads the file" reads "$work/long"
	check "... all three lives are in it" \
		[ "$(frames "$work/long" icmp)" -eq 24 ]
	check "... in two sections" eval 'capinfos "$work/long" 2>/dev/null |
		grep -Eq "Number of sections: *2|in file: *2" ||
		[ "$(grep -ac "Hostel.s VMNet" "$work/long")" -ge 2 ]'
else
	echo "ok tshark reads the file # SKIP tshark is not there (tools/setup)"
fi

boot "$work/short" "sleep 1000"
check "a machine whose capture is killed" soon 20 capturing
kill -9 "$(pgrep -P "$vm" -x vmnet-capture)"
check "... says so" soon 20 grep -q "$work/short: .* signal 9 (Killed)" \
	"$work/err"
check "... once" [ "$(wc -l <"$work/err")" -eq 1 ]
check "... and goes on" "$hostel" ctl seen status
kill "$vm"
wait "$vm"
check "... to its end, of which it says no more" \
	[ "$(grep -c signal "$work/err")" -eq 1 ]

check "a folder that is not there" boot2 "nat,pcap=$work/none/x" \
	'can not write .*/none/x: No such file'
check "two cards, one file" eval '"$hostel" run --kernel "$guest/vmlinuz" \
	--net "nat,pcap=$work/x" --net "hostonly,pcap=$work/x" </dev/null \
	>"$work/out" 2>&1; [ $? -eq 69 ] &&
	grep -q "another card.s frames go there" "$work/out"'
cat >"$work/card.vmx" <<END
config.version = "8"
ethernet0.present = "TRUE"
ethernet0.pcap = "none/y"
END
check "a .vmx file's, which lies beside that" eval '"$hostel" run \
	--kernel "$guest/vmlinuz" "$work/card.vmx" </dev/null >"$work/out" 2>&1
	[ $? -eq 69 ] && grep -q "can not write $work/none/y" "$work/out"'
[ "$failures" -eq 0 ] || tail -n 30 "$log" "$work/err" "$work/out" |
	sed 's/^/# /'
finish
