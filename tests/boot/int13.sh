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
