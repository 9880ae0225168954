#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# parallel.sh - what a guest prints by LPT1 arrives, each byte once and in
# order, however slowly somebody reads, in whichever world the port answers;
# and without a cable there is no printer.
#
# The guest "poll" prints 200,000 bytes (20,000 where each access is a world
# switch), each when the port is not busy. "irq" prints one for each interrupt of
# the port's, and no more than that. "absent" ends with the status in its exit
# code.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"

# guests COUNT - those two; $work/expected.COUNT is what they print
guests() {
	count=$1
	guest "poll.$count" <<END
_start:	xor %ecx, %ecx
1:	mov \$0x379, %dx
	in %dx, %al
	test \$0x80, %al
	jz 1b
	dec %edx
	mov %cl, %al
	and \$0x7f, %al
	out %al, %dx
	add \$2, %edx
	mov \$0x0d, %al
	out %al, %dx
	mov \$0x0c, %al
	out %al, %dx
	inc %ecx
	cmp \$$count, %ecx
	jne 1b
	mov \$5, %al
	out %al, \$0xf4
END
	guest "irq.$count" <<END
	.macro print
	mov %cl, %al
	and \$0x7f, %al
	mov \$0x378, %dx
	out %al, %dx
	outb 0x1d, 0x37a
	outb 0x1c, 0x37a
	inc %ecx
	.endm
_start:	handled_by handler
	master 0x7f		/* IRQ 7 alone */
	xor %ecx, %ecx
	print
	sti
2:	hlt
	jmp 2b
handler: cmp \$$count, %ecx
	jne 3f
	mov \$5, %al
	out %al, \$0xf4
3:	outb 0x20, 0x20
	print
	iret
	idt_of 0x27
END
	bytes "$count" >"$work/expected.$count"
}
guests 20000
guests 200000
guest absent <<'END'
_start:	mov $0x379, %dx
	in %dx, %al
	out %al, $0xf4
END

# prints KERNEL OPTION... - all of it is in a file then
prints() {
	local kernel=$1
	shift
	timeout -k 1 100 "$build/hostel" run --net none --debug-exit 0xf4 \
		--kernel "$work/$kernel.$count" --serial none \
		--parallel "file:$work/out" "$@" </dev/null 2>"$work/err"
	[ $? -eq 11 ] && cmp "$work/expected.$count" "$work/out"
}
# slowly - copy what comes by a FIFO, in small pieces and with rests
slowly() {
	sleep 1
	"$build/tests/world/slowly" 15 5 >"$work/slow"
}
# slow KERNEL OPTION... - to a reader that comes late
slow() {
	local kernel=$1 reader
	shift
	rm -f "$work/fifo"
	mkfifo "$work/fifo"
	slowly <"$work/fifo" &
	reader=$!
	timeout -k 1 100 "$build/hostel" run --net none --debug-exit 0xf4 \
		--kernel "$work/$kernel.$count" --serial none \
		--parallel "file:$work/fifo" "$@" </dev/null 2>"$work/err"
	[ $? -eq 11 ] || return
	wait "$reader"
	cmp "$work/expected.$count" "$work/slow"
}
for path in hosted all; do
	few "$path"
	for kernel in poll irq; do
		check "$kernel, --io-path $path: a file gets all of it" \
			prints "$kernel" --io-path "$path"
	done
done
for kernel in poll irq; do
	check "$kernel: a slow reader, too" slow "$kernel"
done
check "the interpreter, too" prints irq --cpu interp --report "$work/report"
check "--report counts the bytes" grep -q "\"bytes_sent\": $count," \
	"$work/report"
check "and the accesses" grep -q '"lpt1"' "$work/report"

# absent OPTION... - the status that a guest reads; a debug exit is 2v + 1
status() {
	"$build/hostel" run --net none --debug-exit 0xf4 --serial none \
		--kernel "$work/absent" "$@" </dev/null 2>"$work/err"
	[ $? -eq "$want" ]
}
want=$(((0x7f * 2 + 1) & 255))
check "no cable: busy, and no paper" status
check "--parallel none: the same" status --parallel none
want=$(((0xdf * 2 + 1) & 255))
check "a printer: ready" status --parallel "file:$work/out"
check "nothing is left running" soon 20 none_left
finish
