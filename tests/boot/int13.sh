#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# int13.sh - SeaBIOS on our IDE drives: it boots a disk, and reads and writes it
# for who asks by INT 13h; by the first channel and the second, with the ports
# in either world.
. "$(dirname "$0")/lib.bash"
disk=$work/disk

# ends STATUS OPTION... - the disk (guests/bootdisk.S says what it does)
ends() {
	local want=$1
	shift
	timeout -k 1 $((100 * patience)) "$build/hostel" run --net none --no-reboot \
		--debug-exit 0xf4 "$@" </dev/null >"$log" 2>&1
	[ $? -eq "$want" ]
}
boots() { ends 33 "$@"; }	# 10h by the debug exit
refuses() { ends 255 "$@"; }	# 7Fh

# read_line NUMBER - the sector after the first one that has a text
read_line() { dd if="$disk" bs=512 skip="$1" count=1 2>/dev/null; }

# starts LETTER - sector 3 is sector 2, but for the first letter
starts() {
	[ "$(read_line 3 | head -c 1)" = "$1" ] &&
		cmp -s <(read_line 3 | tail -c 511) \
			<(read_line 2 | tail -c 511)
}

fresh() { cp "$guest/bootdisk" "$disk"; }

# told PATTERN - the disk says so. SeaBIOS writes its own last line ("Booting
# from Hard Disk...") to COM1 from a timer's interrupt, so that its end may come
# in between.
told() { tr -d '\r\n.' <"$log" | grep -q "$1"; }

for path in all hosted; do
	fresh
	check "$path: it boots from a disk" boots --io-path "$path" \
		--disk "$disk,format=raw"
	check "$path: a sector is read by its number" told 'read by its number'
	check "$path: and by cylinder, head and sector" told 'read by cylinder, head and sector'
	check "$path: one is written" starts R
done

# --- cylinders, heads and sectors
# bootable SECTORS - the disk, of $size, with a text in the last sector that
# INT 13h tells of: the BIOS keeps the last cylinder
bootable() {
	fresh
	truncate -s "$size" "$disk"
	printf 'the last of %s\n' "$1" |
		dd of="$disk" bs=512 seek=$(($1 - 1)) conv=notrunc status=none
}
# partition END_HEAD END_SECTOR - its table has one, that ends there
partition() {
	printf '%b' '\x80\x01\x01\x00\x06\x'"$(printf '%02x\\x%02x' "$1" "$2")"'\x10' |
		dd of="$disk" bs=1 seek=446 conv=notrunc status=none
	printf '\x3f\0\0\0\x01\x02' |
		dd of="$disk" bs=1 seek=454 conv=notrunc status=none
}
# counts NAME PATTERN - SeaBIOS counts it so, and reads its last sector
counts() {
	check "$1: it boots" boots --disk "$disk,format=raw" \
		--bios-log "file:$work/bios"
	check "$1: its last sector is read" told 'the last of'
	check "$1: SeaBIOS counts it so" \
		eval "geometry '$work/bios' | grep -q -x '$2'"
	if command -v qemu-system-i386 >/dev/null; then
		qemu
		check "$1: as in QEMU" \
			[ "$(geometry "$work/bios")" = "$(geometry "$work/qemu")" ]
	else
		echo "ok $1: as in QEMU # SKIP QEMU is not installed"
	fi
}
geometry() { grep -a -o 'PCHS=.*' "$1" | head -n 1; }
qemu() {
	timeout -k 1 $((60 * patience)) qemu-system-i386 -accel tcg -display none \
		-net none -monitor none -serial none -no-reboot \
		-drive "file=$disk,format=raw,snapshot=on" \
		-chardev "file,id=log,path=$work/qemu" \
		-device isa-debugcon,iobase=0x402,chardev=log \
		-device isa-debug-exit,iobase=0xf4,iosize=1 </dev/null
}
# SIZE LAST END_HEAD END_SECTOR PCHS TRANSLATION LCHS SECTORS; an end of 0: there
# is no partition
while read -r size last head sector pattern; do
	bootable "$last"
	[ "$head" = 0 ] || partition "$head" "$sector"
	counts "$size, $head/$sector" "$pattern"
	[ "$failures" -eq 0 ] || tail -n 5 "$log" | sed 's/^/# /'
done <<-END
	500M 1022112 0 0 PCHS=1015/16/63 translation=none LCHS=1015/16/63 s=1024000
	2G 4185216 0 0 PCHS=4161/16/63 translation=lba LCHS=520/128/63 s=4194304
	2G 4185216 254 63 PCHS=4161/16/63 translation=large LCHS=520/128/63 s=4194304
	2G 1031184 15 63 PCHS=4161/16/63 translation=none LCHS=1024/16/63 s=4194304
	40M 81736 7 17 PCHS=602/8/17 translation=none LCHS=602/8/17 s=81920
	8G 16434495 254 63 PCHS=16383/16/63 translation=lba LCHS=1024/255/63 s=16777216
END

fresh
head -c 4096000 /dev/zero >"$work/cd"
check 'beside a CD-ROM that boots nothing' boots --boot dc \
	--cdrom "$work/cd" --disk "$disk,format=raw"
check 'a sector is written' starts R
fresh
check 'a disk that the guest can not write to: it is told' \
	refuses --disk "$disk,format=raw,ro"
check 'and nothing is written' cmp "$guest/bootdisk" "$disk"
[ "$failures" -eq 0 ] || tail -n 20 "$log" | sed 's/^/# /'
finish
