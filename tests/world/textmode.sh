#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# textmode.sh - the screen that a kernel finds which no firmware has started:
# text, and glyphs. Where there is QEMU, whose VGA BIOS makes it, its picture is
# the same. tests/run: waits
. "$(dirname "$0")/lib_guest.bash"

# All glyphs in all colours, none of them blinking; no cursor. Without B0h to BFh:
# QEMU has their ninth dot as the eighth is, where IBM has that from C0h on.
guest text <<'END'
_start:	mov $0xb8000, %edi
	mov $2000, %ecx
	mov $0x1e00, %eax
1:	stosw
	inc %al
	add $0x0300, %ax
	and $0x7fff, %ax
	cmp $0xb0, %al
	jne 3f
	mov $0xc0, %al
3:	loop 1b
	outb 0x0a, 0x3d4
	outb 0x20, 0x3d5
	movl $0x07480748, 0xb8000
	mov 0x449, %al			# the mode, as a BIOS notes it
	add $'0', %al
	mov $0x3f8, %dx
	out %al, %dx
	mov 0x44a, %al			# and its columns
	out %al, %dx
	outb '!', 0x3f8
	cli
2:	hlt
	jmp 2b
END

hostel=$build/hostel
ctl() { "$hostel" ctl seen "$@" >"$work/said" 2>&1; }
# machine ARGS...
machine() {
	"$hostel" run --name seen --net none "$@" </dev/null >"$work/out" \
		2>"$work/err" &
	vm=$!
	soon 20 ctl status
}
over() { ctl quit && wait "$vm"; [ $? -eq 130 ]; }

check "a machine" machine --kernel "$work/text" --memory 32M
check "a BIOS's notes of its mode" soon 20 grep -q '3P!' "$work/out"
if ! ctl screen-text && grep -q "has no screen" "$work/said"; then
	echo "ok its screen # SKIP this one has no VGA"
	exit
fi
check "what it wrote is there as text" grep -q '^HH' "$work/said"
check "and as a picture" ctl screenshot "$work/ours.png"
check "it ends" over
if ! command -v qemu-system-i386 >/dev/null; then
	echo "ok QEMU's picture # SKIP QEMU is not installed"
elif [ ! -r /usr/share/seabios/vgabios-stdvga.bin ]; then
	echo "ok QEMU's picture # SKIP the package seabios is not installed"
else
	mkfifo "$work/monitor"
	timeout 60 qemu-system-i386 -kernel "$work/text" -m 32 -display none \
		-vga std -nic none -serial "file:$work/serial" \
		-monitor stdio <"$work/monitor" >"$work/qemu" 2>&1 &
	qemu=$!
	exec 7>"$work/monitor"
	check "QEMU: the guest runs" soon 30 grep -qs '3P!' "$work/serial"
	echo "screendump $work/theirs.ppm" >&7
	check "QEMU: a picture" soon 10 [ -s "$work/theirs.ppm" ]
	echo quit >&7
	exec 7>&-
	wait "$qemu"
	# A colour has the six bits of the DAC.
	check "it is the same" "$build/tests/long/same_picture" \
		"$work/ours.png" "$work/theirs.ppm" bits=6 colours=15
fi

if [ ! -r "build/guest/vmlinuz" ]; then
	echo "ok a stock kernel # SKIP 'make guest' makes it"
else
	check "a stock kernel" machine --kernel "build/guest/vmlinuz" \
		--initrd "build/guest/initrd" --append console=tty0
	check "shows its prompt" soon 60 eval \
		'ctl screen-text && grep -q "^guest#" "$work/said"'
	check "it ends" over
fi
finish
