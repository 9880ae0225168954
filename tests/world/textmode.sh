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
cat >"$work/same.py" <<'END'
"""same.py A.png B.ppm - are they the same picture? Parts of a colour may differ
by what six bits of the DAC can be taken for in eight."""
import struct
import sys
import zlib


def png(name):
    data = open(name, "rb").read()
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height = struct.unpack(">II", data[at + 8:at + 16])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += 12 + size
    packed, step = zlib.decompress(packed), 3 * width + 1
    above, rows = bytes(step - 1), []
    for y in range(height):
        row = bytearray(packed[y * step + 1:][:step - 1])
        for i in range(len(row)):
            a, b, c = (row[i - 3], above[i], above[i - 3]) if i >= 3 else (
                0, above[i], 0)
            near = min((abs(b - c), 0, a), (abs(a - c), 1, b),
                       (abs(a + b - 2 * c), 2, c))[2]
            row[i] = (row[i] + (0, a, b, (a + b) // 2, near)[
                packed[y * step]]) & 255
        rows.append(bytes(row))
        above = row
    return width, height, b"".join(rows)


def ppm(name):
    kind, size, most, data = open(name, "rb").read().split(b"\n", 3)
    assert (kind, most) == (b"P6", b"255")
    width, height = map(int, size.split())
    return width, height, data


a, b = png(sys.argv[1]), ppm(sys.argv[2])
colours = len({a[2][i:i + 3] for i in range(0, len(a[2]), 3)})
print(f"# {a[:2]} {b[:2]}, {colours} colours")
assert a[:2] == b[:2] and len(a[2]) == len(b[2])
assert colours >= 15
wrong = sum(abs(x - y) > 3 for x, y in zip(a[2], b[2]))
assert not wrong, f"{wrong} of {len(a[2])}"
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
	check "it is the same" python3 "$work/same.py" "$work/ours.png" \
		"$work/theirs.ppm"
fi

if [ ! -r "$build/guest/vmlinuz" ]; then
	echo "ok a stock kernel # SKIP 'make guest' makes it"
else
	check "a stock kernel" machine --kernel "$build/guest/vmlinuz" \
		--initrd "$build/guest/initrd" --append console=tty0
	check "shows its prompt" soon 60 eval \
		'ctl screen-text && grep -q "^guest#" "$work/said"'
	check "it ends" over
fi
finish
