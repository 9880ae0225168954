#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# real_mode.sh - what of a guest's time its real-mode and other 16-bit code
# takes, which the interpreter runs, is in the report: all of it for such code,
# next to nothing for 32-bit code, which is translated. The guest is a boot
# sector that does nothing else (guests/bootspin.S).
. "$(dirname "$0")/lib.bash"
export XDG_RUNTIME_DIR=$work
row='instructions that are interpreted'

# spins LETTER OPTION... - for some seconds, with a report
spins() {
	cp "$guest/bootspin" "$work/floppy"
	printf %s "$1" | dd of="$work/floppy" bs=1 seek=3 conv=notrunc \
		status=none
	truncate -s 1440K "$work/floppy"
	rm -f "$work/r.json"
	: >"$log"
	"$build/hostel" run --name spin$$ --net none --display none --memory 8M \
		--floppy "$work/floppy,ro" --report "$work/r.json" "${@:2}" \
		</dev/null >"$log" 2>&1 &
	pids="$pids $!"
	soon 60 begun "$1" || return
	sleep 3
	"$build/hostel" ctl spin$$ quit >/dev/null
	wait $!
	[ -s "$work/r.json" ]
}
# begun LETTER - it says so, behind what the firmware says there
begun() { tail -c 1 "$log" | grep -q "$1"; }
# share - in percent of the VMM's time, as 'hostel report' has it
share() {
	"$build/hostel" report "$work/r.json" |
		sed -n "s/^  $row .* s *\\([0-9]*\\)\\.[0-9] %.*/\\1/p"
}
# took - in ms, as the file has it
took() {
	grep -A 1 "\"$row\"" "$work/r.json" |
		sed -n 's/.*"cpu_ms": \([0-9]*\).*/\1/p'
}
# cpu_ms - of all of Hostel's processes
cpu_ms() {
	sed -n 's/^ *"host_cpu_s": \([0-9]*\)\.\([0-9]\{3\}\).*/\1\2/p' \
		"$work/r.json" | sed 's/^0*//'
}
most() { [ "$(share)" -ge 90 ] && [ $(($(took) * 10)) -ge $(($(cpu_ms) * 8)) ]; }
# (Of a row that never was there is no line.)
little() { [ "$(share | grep . || echo 0)" -le 15 ]; }
shown() { "$build/hostel" report "$work/r.json" | grep "$row" | sed 's/^/# /'; }

check "real mode" spins r
check "nearly all of its time is the interpreter's" most || shown
check "protected mode with 16-bit code" spins s
check "nearly all of its time is the interpreter's" most || shown
check "32-bit code" spins f
check "next to nothing of its time is" little || shown
check "32-bit code, by the interpreter" spins f --cpu interp
check "all of its time is the interpreter's" most || shown
finish
