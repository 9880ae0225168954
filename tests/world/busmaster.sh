#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# busmaster.sh - a card's way to memory, as PCI configuration space tells it:
# one that may not be bus master does nothing on the bus; one that may, and
# meets no memory, has received a master abort. In every --io-path.
#
# The guest tells what it saw by the debug-exit port: bit 0, an abort with bus
# mastering off; bit 1, an abort with it on, where there is no memory; bit 2,
# one that stays after it was cleared; bit 3, no card.
. "$(dirname "$0")/lib_guest.bash"

guest master <<'END'
	.macro csr number, value
	lea 0x12(%ebp), %edx		/* RAP, then RDP */
	mov $\number, %ax
	out %ax, %dx
	lea 0x10(%ebp), %edx
	mov $\value, %ax
	out %ax, %dx
	.endm
	.macro command value
	config 4
	mov $\value, %ax
	out %ax, %dx
	.endm
	.macro note bit			/* in BL, if RMABORT is set */
	config 6
	in %dx, %ax
	test $0x2000, %ax
	jz 1f
	or $\bit, %bl
1:
	.endm
_start:	xor %ebx, %ebx
	config 0
	in %dx, %eax
	cmp $0x20001022, %eax
	je 1f
	or $8, %bl
1:	config 0x10
	in %dx, %eax
	and $0xffe0, %eax
	mov %eax, %ebp
	command 1			/* I/O, no bus master */
	csr 1, 0
	csr 2, 0xf000			/* the block is where no memory is */
	csr 0, 1			/* INIT */
	note 1
	csr 0, 4			/* STOP */
	command 5			/* and bus master */
	csr 0, 1
	note 2
	config 6
	mov $0x2000, %ax
	out %ax, %dx
	note 4
	mov %bl, %al
	out %al, $0xf4
2:	hlt
	jmp 2b
END

# saw VALUE PATH - the guest's word, with that --io-path
saw() {
	local status
	timeout -k 1 20 "$build/hostel" run --kernel "$work/master" \
		--net nat --debug-exit 0xf4 --io-path "$2" \
		</dev/null >"$work/out" 2>"$work/err"
	status=$?
	[ "$status" -eq $(($1 << 1 | 1)) ] || {
		echo "# exit status $status"
		return 1
	}
}

for path in hosted ports ports,notify all; do
	check "$path: an abort where no memory is, and only then" saw 2 "$path"
done
finish
