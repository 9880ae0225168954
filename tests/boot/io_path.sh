#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# io_path.sh - each step of --io-path by itself and with the others: a stock
# kernel sends and receives the same bytes, a file among them, and the steps that
# are on are those that work. All other combinations of steps: paths.sh.
. "$(dirname "$0")/lib.bash"

# value KEY - the first number of that name in the report
value() { sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" "$work/report.json" | head -n 1; }

# boot PATH [OPTION...] - run a guest with traffic both ways
boot() {
	local path=$1 all cmd
	shift
	all="--port $port --bytes 3M --check"
	cmd="nettest send 10.0.2.2 $all && nettest recv 10.0.2.2 $all"
	cmd="$cmd && nettest recv 10.0.2.2 --port $port --file /tmp/f"
	cmd="$cmd && nettest send 10.0.2.2 --port $port --file /tmp/f"
	rm -f "$work/save"
	"$build/hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--net nat,host-loopback --no-reboot --io-path "$path" "$@" \
		--report "$work/report.json" \
		--append "console=ttyS0 panic=-1 -- \"$cmd\"" \
		</dev/null >"$log" 2>&1 &
	pids="$pids $!"
	wait $!
	check "$path $*: all checksums are right" \
		saw 4 'checksum .* is right' ||
		tail -n 20 "$log" | sed 's/^/# /'
	check "$path $*: the file comes back" cmp -s "$work/give" "$work/save"
	check "$path $*: hostel-guest: exit 0" said 'hostel-guest: exit 0'
	check "$path $*: no warning, no bug" \
		saw 0 'WARNING:|BUG:|transmit timed out'
	frames=$(value frames_sent) held=$(value frames_held)
	work_calls=$(value chip_work)
}

# steps WAY - how many steps of it were measured
steps() {
	sed -n "/\"$1\": {/,/\]/p" "$work/report.json" | grep -c '"step":'
}

head -c 1M /dev/urandom >"$work/give"
serve --give "$work/give" --save "$work/save"
boot hosted --stamps
check "--stamps: the eight steps of the paper's Figure 5" \
	[ "$(steps way_out)" -eq 8 ]
check "--stamps: and ten of the way in" [ "$(steps way_in)" -eq 10 ]
check "hosted: VMApp answers the registers" [ "$work_calls" -eq 0 ]
boot combine
check "no --stamps: none" [ "$(steps way_out)" -eq 0 ]
check "combine alone: nothing to hold" [ "$held" -eq 0 ]
boot ports
check "ports: a switch for each frame" \
	[ "$work_calls" -ge $((frames * 9 / 10)) ]
check "ports: nothing is held" [ "$held" -eq 0 ]
boot ports,combine
# How many depends on this machine: a slow one has few switches a second.
check "ports,combine: frames are held" [ "$held" -gt 0 ]
check "ports,combine: less than a switch for each" \
	[ "$work_calls" -lt "$frames" ]
boot ports,combine --combine 0
check "--combine 0: nothing is held" [ "$held" -eq 0 ]
boot ports,combine --combine 64
check "--combine 64: frames are held" [ "$held" -gt 0 ]
boot ports,combine,notify
check "ports,combine,notify: frames are held" [ "$held" -gt 0 ]
boot direct
boot all --stamps
check "all: no world switch on the way out" [ "$(steps way_out)" -eq 4 ]
check "all: next to no switch for the card" [ "$work_calls" -lt 100 ]

finish
