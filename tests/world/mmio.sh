#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# mmio.sh - a card's registers by memory alone, and at the end of the ports: its window is moved, its ports
# are turned off, and the same is read there whichever world answers. What is
# beside the window, and what was there before, is nobody's.
#
# The guest tells what it saw by the debug-exit port: bit 0, the chip's number;
# bit 1, a register holds what was written; bit 2, a reset by a load; bit 3,
# ones beside it; bit 4, ones where it was; bit 5, ones at its ports; bit 6,
# a byte of the address PROM.
. "$(dirname "$0")/lib_guest.bash"

guest mmio <<'END'
	.macro rap number
	movw $\number, 0x12(%edi)
	.endm
	.macro saw bit
	jne 1f
	or $\bit, %bl
1:
	.endm
_start:	xor %ebx, %ebx
	config 0x14
	in %dx, %eax
	mov %eax, %esi			/* where it was */
	mov $0xe0000fe0, %edi
	mov %edi, %eax
	out %eax, %dx
	config 0x10
	in %dx, %eax
	and $0xffe0, %eax
	mov %eax, %ebp
	config 4
	mov $2, %ax			/* memory alone */
	out %ax, %dx
	rap 88				/* chip ID, low word */
	mov 0x10(%edi), %ax
	cmp $0x1003, %ax
	saw 1
	rap 8				/* logical address filter */
	movw $0x5a3c, 0x10(%edi)
	mov 0x10(%edi), %ax
	cmp $0x5a3c, %ax
	saw 2
	mov 0x14(%edi), %ax		/* reset: RAP is 0, CSR0 is STOP */
	mov 0x10(%edi), %ax
	cmp $4, %ax
	saw 4
	mov 0x20(%edi), %eax
	cmp $-1, %eax
	saw 8
	mov 0x10(%esi), %eax
	cmp $-1, %eax
	saw 16
	lea 0x10(%ebp), %edx
	in %dx, %ax
	cmp $-1, %ax
	saw 32
	mov 5(%edi), %al		/* of 00:50:56:01:02:03 */
	cmp $3, %al
	saw 64
	mov %bl, %al
	out %al, $0xf4
	hlt
END
# runs OPTION... - the guest saw all seven; there are 2v+1 statuses
runs() {
	local status
	timeout -k 1 20 "$build/hostel" run --kernel "$work/mmio" \
		--net nat,mac=00:50:56:01:02:03 --debug-exit 0xf4 \
		--report "$work/report" "$@" >"$work/out" 2>&1 </dev/null
	status=$?
	[ "$status" -eq 255 ] && return
	echo "# exit status $status"
	sed 's/^/# /' "$work/out"
	return 1
}
# switches COUNT - so many world switches for loads, at least
switches() {
	local n
	n=$(tr -d ' \n\t' <"$work/report" | sed 's/.*"mmio_read":\([0-9]*\).*/\1/')
	[ "$n" -ge "$1" ] || { echo "# $n"; false; }
}
# The card's ports are the last ones; four bytes from FFFDh on go over the end.
guest over <<'END'
_start:	config 0x10
	mov $0xffe0, %eax
	out %eax, %dx
	config 4
	mov $1, %ax
	out %ax, %dx
	mov $0xfffd, %dx
	in %dx, %eax
	out %eax, %dx
	mov $5, %al
	out %al, $0xf4
	hlt
END
# over PATH - it lives
over() {
	timeout -k 1 20 "$build/hostel" run --kernel "$work/over" --net nat \
		--debug-exit 0xf4 --io-path "$1" >"$work/out" 2>&1 </dev/null
	[ $? -eq 11 ] || { sed 's/^/# /' "$work/out"; false; }
}
for path in all hosted; do
	check "an access over the end of the ports, --io-path $path" over "$path"
done
for engine in bt interp; do
	check "$engine: the VMM answers" runs --cpu "$engine"
	check "$engine: no world switch for it" eval '! switches 1'
	check "$engine: hosted: VMApp answers" runs --cpu "$engine" \
		--io-path hosted
	check "$engine: hosted: by world switches" switches 4
	check "$engine: the window moved to VMApp" runs --cpu "$engine" \
		--move LANCE0_MEM
	check "$engine: ... by world switches" switches 4
	check "$engine: hosted, the window moved to the VMM" runs \
		--cpu "$engine" --io-path hosted --move LANCE0_MEM
done
finish
