#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# report.sh - a signal USR1 adds a report of the run so far to --report's file.
#
# The guest is halted for ever: what it is idle for must be in each report,
# though the halt has not ended.
. "$(dirname "$0")/lib_guest.bash"

guest halt <<'END'
_start:	cli
	hlt
END
file=$work/report.json

# reports N - that many are complete
reports() { [ "$(grep -cs '^}$' "$file")" -eq "$1" ]; }
# field N KEY - a number of report N
field() {
	awk -v n="$1" -v key="\"$2\":" '
		/^{/ { i++ }
		i == n && $1 == key { print $2 + 0; exit }' "$file"
}
# grows A B - the guest was idle for all of the half second between A and B
grows() {
	awk -v a="$(field "$1" guest_idle_s)" -v b="$(field "$2" guest_idle_s)" \
		-v from="$(field "$1" wall_s)" -v to="$(field "$2" wall_s)" '
	BEGIN {
		print "# idle from", a, "to", b, "s, at", from, "and", to
		exit !(b - a > 0.5 && b - a > 0.9 * (to - from))
	}'
}

"$build/hostel" run --net none --kernel "$work/halt" --report "$file" \
	</dev/null >"$work/out" 2>"$work/err" &
vm=$!
child hostel-vmm >/dev/null
sleep 0.5
kill -USR1 "$vm"
check "USR1: a report" soon 20 reports 1
sleep 0.6
kill -USR1 "$vm"
check "USR1 again: one more" soon 20 reports 2
check "the halt that still lasts is in them" grows 1 2
sleep 0.6
kill "$vm"
wait "$vm"
check "the machine goes on till it is ended: status 143" [ $? -eq 143 ]
vm=
check "and its last report is the third" reports 3
check "with what came after the second" grows 2 3
shown() {
	"$build/hostel" report "$file" >"$work/table" &&
		grep -q "$(printf '%.1f s of wall' "$(field 3 wall_s)")" \
			"$work/table"
}
check "hostel report shows the last" shown
check "and says what the VMM's share is" grep -q \
	"the guest's own kernel and programs" "$work/table"
# table HELD - of a run that sent 10 frames, and held back HELD of them
table() {
	echo "{ \"nics\": [ { \"frames_sent\": 10 } ],
		\"send_combining\": { \"frames_held\": $1 } }" >"$work/r.json"
	"$build/hostel" report "$work/r.json" >"$work/table" 2>&1
	cat "$work/table" >"$work/table.$1"
}
table 5
check "frames that were held back are told in percent" grep -q \
	'held back  *50.0 % of the frames sent' "$work/table"
table 0
check "where none was, nothing is said" \
	[ "$(grep -c 'held back' "$work/table")" -eq 0 ]
cat >"$work/some.json" <<'END'
{ "hidden_faults": 30, "guest_faults": 10,
  "translations": { "fragments": 50, "guest_bytes": 2048, "faults_code": 2 },
  "translated_again": { "fragments": 0.03, "bytes": 0.424 },
  "faults": { "taken": 42, "avoided": 270, "by_call": 7, "spaces": 6,
    "taken_per_space": 7, "avoided_per_space": 45, "hidden_per_page": 0.1 } }
END
"$build/hostel" report "$work/some.json" | tr -s ' \n' ' ' >"$work/table"
tells() { grep -qF "$1" "$work/table"; }
check "hostel report: what was translated again" tells \
	"50 of 2 KB of the guest's code made anew 3.0 % of them: they were lost \
bytes again 42.4 %"
check "hostel report: faults" tells "taken 42 30 to show a page, 10 that the \
guest had to mend, 2 writes to code avoided 270 pages"
check "hostel report: faults for each fork and exec" tells \
	"6 in all: 7 taken, 45 avoided for each page shown 0.10 taken"
echo '{ "wall_s": 1 } {' >"$work/bad.json"
refused() { ! "$build/hostel" report "$work/bad.json" >"$work/out" 2>&1; }
check "hostel report refuses a file that is cut off" refused

"$build/hostel" run --net none --kernel "$work/halt" \
	</dev/null >"$work/out" 2>"$work/err" &
vm=$!
child hostel-vmm >/dev/null
sleep 0.3
kill -USR1 "$vm"
sleep 0.3
check "USR1 without --report: nothing happens" kill -0 "$vm"
kill "$vm"
wait "$vm"
vm=
# Each counter of the lists is in a report of a machine with a card.
"$build/hostel" run --net hostonly --kernel "$work/halt" \
	--report "$work/counted.json" </dev/null >"$work/out" 2>"$work/err" &
vm=$!
child hostel-vmm >/dev/null
kill "$vm"
wait "$vm"
vm=
all_counted() {
	local word n=0
	for word in $(sed -n 's/^[A-Z]*_COUNTER(.*"\([a-z_]*\)").*/\1/p' \
		vmdriver/counters.def vmnet/client/counters.def); do
		n=$((n + 1))
		grep -q "\"$word\": [0-9]" "$work/counted.json" || {
			echo "# $word is not there"
			return 1
		}
	done
	[ "$n" -gt 20 ]
}
check "--report has what counters.def lists" all_counted
help() { "$build/hostel" report "$1" >"$work/out" 2>"$work/err"; }
check "hostel report --help is no mistake" help --help
check "and is on standard output" grep -q '^usage:' "$work/out"
help --frob
check "hostel report --frob is one: status 64" [ $? -eq 64 ]
check "nothing is left running" soon 20 none_left
finish
