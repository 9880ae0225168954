#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# doze.sh - an idle stock guest sleeps over ticks of its timer: it takes fewer
# interrupts, its clock is right, and with --no-doze it takes them all.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

look="grep IO-APIC.*timer /proc/interrupts || grep timer /proc/interrupts"
look="$look; read up rest </proc/uptime; echo up \$up"
words="$look; sleep 6; $look"

# run NAME ARGS... - an idle guest, how many interrupts it takes in $ints, in
# how many hundredths of a second by its clock in $took, by ours in $wall
run() {
	local name=$1
	shift
	timeout -k 5 $((120 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none --no-reboot "$@" \
		--report "$work/$name.json" \
		--append "console=ttyS0 panic=-1 hostel.net=off -- \"$words\"" \
		</dev/null 2>&1 | while IFS= read -r line; do
		echo "$EPOCHREALTIME ${line%$'\r'}"
	done >"$work/$name"
	ints=$(awk '/ timer$/ { n = $3 - first; first = $3 } END { print n + 0 }' \
		"$work/$name")
	took=$(awk '$2 == "up" { n = $3 - first; first = $3 }
		END { printf "%d", n * 100 }' "$work/$name")
	wall=$(awk '$2 == "up" { n = $1 - first; first = $1 }
		END { printf "%d", n * 100 }' "$work/$name")
	over=$(awk '$1 == "\"ticks_slept_over\":" { print $2 + 0 }' \
		"$work/$name.json")
	echo "# $name: $ints timer interrupts in $took/100 s of the guest's," \
		"$wall/100 of ours; ${over:-no} ticks slept over"
}
# near - both clocks say the same, but for what a busy host is late to print
near() { [ $((wall - took)) -gt -30 ] && [ $((wall - took)) -lt 100 ]; }

run exact --no-doze
all=$ints
check "with --no-doze no tick is slept over" [ "${over:--1}" -eq 0 ]
check "it takes its 250 a second" [ "$all" -gt $((took * 22 / 10)) ]
check "its clock is right" near
run dozing
check "an idle guest sleeps over some" [ "${over:-0}" -gt 100 ]
check "and takes fewer interrupts" [ "$ints" -lt $((all - 100)) ]
check "its clock is right all the same" near

# A guest that has halted for good, with its card on: soon all its receive
# buffers are full, and more frames wait for room that never comes.
inward=$(free_port)
"$build/hostel" run --kernel "$guest/vmlinuz" \
	--initrd "$guest/initrd" --net "nat,forward=udp:$inward:9" \
	--append "console=ttyS0 panic=-1 -- \"sync; halt -f\"" \
	</dev/null >"$log" 2>&1 &
vm=$!
pids="$pids $vm"
check "a guest halts with its card on" soon 60 said 'System halted'
for ((i = 0; i < 150; i++)); do
	echo frame >"/dev/udp/127.0.0.1/$inward"
done
# used PID - hundredths of a second of the CPU that it has had
used() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
# sleeps PID - does the VMM of that machine take little of a CPU for 3 s?
sleeps() {
	local vmm before after
	vmm=$(child_of "$1" hostel-app hostel-vmm) || return 1
	before=$(used "$vmm")
	sleep 3
	after=$(used "$vmm")
	echo "# in three seconds its VMM takes $((after - before))/100 s"
	[ $((after - before)) -lt 60 ]
}
check "and sleeps when it has no room for more frames" sleeps "$vm"

# A boot sector that halts with interrupts off, while the timer's comes 18 times
# a second: cli; hlt; jmp to hlt.
{
	printf '\xfa\xf4\xeb\xfd'
	head -c 506 /dev/zero
	printf '\x55\xaa'
	head -c $((2879 * 512)) /dev/zero
} >"$work/halt.img"
"$build/hostel" run --floppy "$work/halt.img" \
	--net none --display none --serial none </dev/null >"$work/halts" 2>&1 &
vm=$!
pids="$pids $vm"
sleep 3
check "a guest that halts with interrupts off sleeps" sleeps "$vm"
finish
