#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# vga.sh - the VGA of a machine: what is written by its window is in its frame
# buffer, by whichever engine and in whichever world its chip answers.
#
# The guest tells what it saw by the debug-exit port: bit 0, a line of chain 4
# that is the chip's, then memory; bit 1, the same in the frame buffer; bit 2, a
# byte of four planes at once; bit 3, VBE's number; bit 4, the frame buffer in
# the window of a bank; bit 5, nothing behind the frame buffer.
. "$(dirname "$0")/lib_guest.bash"

guest vga <<'END'
	.macro saw bit
	jne 1f
	or $\bit, %bl
1:
	.endm
	.macro word value, port
	mov $\value, %ax
	mov $\port, %dx
	out %ax, %dx
	.endm
	.macro vbe index, value
	word \index, 0x1ce
	word \value, 0x1cf
	.endm
_start:	xor %ebx, %ebx
	cld
	outb 0x63, 0x3c2
	word 0x0e04, 0x3c4		/* chain 4, all planes */
	word 0x0f02, 0x3c4
	word 0x4005, 0x3ce
	word 0x0506, 0x3ce
	word 0xff08, 0x3ce
	mov $0xa0000, %edi
	mov $64000, %ecx
2:	mov %cl, (%edi)
	inc %edi
	dec %ecx
	jnz 2b
	mov $0xa0000, %esi
	mov $64000, %ecx
3:	lodsb
	cmp %cl, %al
	jne 4f
	dec %ecx
	jnz 3b
4:	test %ecx, %ecx
	saw 1
	mov $0xa0000, %esi
	mov $0xfd000000, %edi
	mov $16000, %ecx
	repe cmpsl
	saw 2
	word 0x0604, 0x3c4		/* planes; write mode 2 */
	word 0x0205, 0x3ce
	movb $5, 0xa0000
	cmpl $0x00ff00ff, 0xfd000000
	saw 4
	word 0, 0x1ce
	inc %edx
	in %dx, %ax
	cmp $0xb0c5, %ax
	saw 8
	vbe 1, 640
	vbe 2, 480
	vbe 3, 32
	vbe 4, 0x41
	movl $0x12345678, 0xfd030000
	vbe 5, 3
	cmpl $0x12345678, 0xa0000
	saw 16
	mov 0xfe000000, %eax
	cmp $-1, %eax
	saw 32
	mov %bl, %al
	out %al, $0xf4
	hlt
END
# runs OPTION... - the guest saw all six; there are 2v+1 statuses
runs() {
	local status
	timeout -k 1 30 "$build/hostel" run --kernel "$work/vga" --net none \
		--debug-exit 0xf4 "$@" >"$work/out" 2>&1 </dev/null
	status=$?
	[ "$status" -eq 127 ] && return
	echo "# exit status $status"
	sed 's/^/# /' "$work/out"
	return 1
}
for engine in bt interp lockstep; do
	check "$engine: the VMM answers" runs --cpu "$engine"
done
for engine in bt interp; do
	check "$engine: VMApp answers for the ports" runs --cpu "$engine" \
		--move 0x3b0 --move 0x1ce
	check "$engine: VMApp answers in the window" runs --cpu "$engine" \
		--move VGA_WINDOW
done
finish
