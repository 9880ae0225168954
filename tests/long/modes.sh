#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# modes.sh - noise in every video mode, ours and QEMU's, dot by dot: all modes
# of the VGA's BIOS, VBE's among them, and what programs make of them by registers
# (guests/bootmodes.S has the list): other fonts, lines, starts, splits, write
# modes, mode X. Both have the same BIOS.
#
# What QEMU 7.2 does otherwise than the hardware, and how we compare then:
#	colours of 6 bits as 8: it repeats the lowest bit, not the upper two; of
#		5 (15 bits): the rest is 0. The upper 6, or 5, are compared.
#	the ninth dot of a character: the eighth is repeated from B0h on, not
#		C0h; with 40 columns there is none. The others are compared.
#	lines below the last whole row of text: not there
#	the split of a text screen, and of lines that are doubled: not there, or
#		not the first line of a row. What is above is compared.
#	panning, a first row that is not whole: not done: ours is compared with
#		what is so far to the right, or below
#	a start of VBE's: cut to four bytes: ours are, too
#	CGA's memory: a line does not wrap at 8 KiB. Those above are compared.
#	VBE with 4 bits: its memory has no planes. Noise and planes are the same
#		as in mode 12h, with which ours is compared, dot after dot.
. "$(dirname "$0")/../boot/lib.bash"
export XDG_RUNTIME_DIR=$work
machine=modes$$
. "$(dirname "$0")/lib_qemu.bash"
if ! command -v qemu-system-i386 >/dev/null; then
	echo "ok modes # SKIP QEMU is not installed"
	exit 0
fi
cp "$guest/bootmodes" "$work/floppy"
truncate -s 1440K "$work/floppy"
cp "$work/floppy" "$work/floppy.qemu"
mkfifo "$work/typed" "$work/typed.qemu"

# rule NAME - what same_picture is told of it
rule() {
	case $1 in
	00 | 01 | text-40x50) echo bits=6 dots=18:16:16 ;;
	text-80x28) echo bits=6 dots=9:9:8 lines=392 ;;
	text-split) echo bits=6 dots=9:9:8 lines=151 ;;
	text-preset-row) echo bits=6 dots=9:9:8 move=0,5 ;;
	text-pan) echo bits=6 dots=9:9:8 move=4,0 ;;
	text-8dots) echo bits=6 ;;
	0[237] | text-*) echo bits=6 dots=9:9:8 ;;
	04-start) echo bits=6 lines=380 ;;
	06-split | 0d-split | 13-split | x-split) echo bits=6 lines=151 ;;
	12-pan) echo bits=6 move=3,0 ;;
	0d-pan) echo bits=6 move=6,0 ;;
	13-pan) echo bits=6 move=4,0 ;;
	10-split-pan) echo bits=6 lines=151 move=5,0 ;;
	vbe-010[dD] | vbe-011[0369d] | vbe-0149) echo bits=5 ;;
	vbe-010[246]) echo bits=6 stream=300000 ;;
	vbe-0101-dac8) echo bits=8 ;;
	vbe-010[01357]* | vbe-011c | vbe-0146 | vbe-0148) echo bits=6 ;;
	vbe-*) echo bits=8 ;;
	*) echo bits=6 ;;
	esac
}

# lines FILE - what the guest has said there, whole lines only
lines() { sed -n 's/^\(picture .*\|over\)\r$/\1/p' "$1"; }
# said_last FILE - the last of them
said_last() { lines "$1" | tail -n 1; }
# shows FILE COUNT - there are so many
shows() { [ "$(lines "$1" | wc -l)" -ge "$2" ]; }
# further FILE - to the next picture of this one
further() {
	printf x 1<>"$1"
}

# same NAME - both screens
same() {
	local picture=$work/ours.png other=$work/theirs.ppm
	"$build/hostel" ctl "$machine" screenshot "$picture" >/dev/null 2>&1 &&
		qemu_do "screendump \"$other\"" || return
	[ "$1" != 12 ] || cp "$other" "$work/12.ppm"
	case $1 in vbe-010[246]) other=$work/12.ppm ;; esac
	# shellcheck disable=SC2046
	"$build/tests/long/same_picture" "$picture" "$other" $(rule "$1") \
		>"$work/answer" 2>&1 && return
	cp "$picture" "$build/modes-$1-ours.png"
	cp "$other" "$build/modes-$1-theirs.ppm"
	sed 's/^/# /' "$work/answer"
	return 1
}

"$build/hostel" run --name "$machine" --serial none --serial stdio --net none \
	--display none --memory 32M --floppy "$work/floppy,ro" \
	<>"$work/typed" >"$log" 2>"$work/errors" &
pids="$pids $!"
check "QEMU starts" qemu_begin -m 32 -nic none -serial null -serial stdio \
	-drive "if=floppy,format=raw,file=$work/floppy.qemu" \
	<>"$work/typed.qemu" >"$log.qemu"
ours=1 theirs=1
while soon 60 shows "$log" $ours && soon 60 shows "$log.qemu" $theirs; do
	name=$(said_last "$log")
	name=${name#picture }
	[ "$name" != over ] || break
	# Modes that are too large for our screen come last in the BIOS's list.
	while [ "$(said_last "$log.qemu")" = "picture vbe-0199" ]; do
		further "$work/typed.qemu"
		theirs=$((theirs + 1))
		soon 60 shows "$log.qemu" $theirs || break
	done
	[ "$(said_last "$log.qemu")" = "picture $name" ] || break
	check "$name" same "$name"
	further "$work/typed"
	further "$work/typed.qemu"
	ours=$((ours + 1)) theirs=$((theirs + 1))
done
check "all of them were seen" [ "$name" = over ]
check "more than a hundred pictures" [ $ours -gt 100 ]
"$build/hostel" ctl "$machine" quit >/dev/null
qemu_end
[ "$failures" -eq 0 ] || sed 's/^/# /' "$work/errors"
finish
