#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# floppy.sh - floppies of several sizes: SeaBIOS starts the boot sector of each,
# which reads, writes and reads back by INT 13h (guests/bootfloppy.S); then a
# stock kernel's floppy driver reads a whole disk and writes a part of it, by
# DMA, with the chips in either world. What it wrote is in the image. And it sees
# that a disk is another.
. "$(dirname "$0")/lib.bash"
export XDG_RUNTIME_DIR=$work

# word N - two bytes, the low one first
word() { printf '%b' "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $(($1 >> 8)))"; }
# put FILE AT - the input goes there
put() { dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
# bootable FILE SECTORS PER_TRACK HEADS - a disk with our boot sector
bootable() {
	head -c $(($2 * 512)) /dev/zero >"$1"
	put "$1" 0 <"$guest/bootfloppy"
	word "$2" | put "$1" 19
	{ word "$3" && word "$4"; } | put "$1" 24
	printf last | put "$1" $(($2 * 512 - 512))
}
# starts FILE OPTION... - from it, and the boot sector is content
starts() {
	timeout -k 1 60 "$build/hostel" run --net none --no-reboot --boot a \
		--debug-exit 0xf4 --bios-log "file:$work/bios" \
		--floppy "$1" "${@:2}" </dev/null >"$log" 2>&1
	[ $? = 1 ] && said 'the disk is right' &&
		grep -q 'the disk is right' "$work/bios"
}
# copied FILE SECTOR - what the boot sector wrote is there
copied() {
	dd if="$1" bs=4 skip=$(($2 * 128)) count=1 status=none |
		cmp -s - <(printf copy)
}

if [ -e /usr/share/seabios/bios-256k.bin ]; then
	# NAME SECTORS PER_TRACK HEADS; its last track but one begins at AT
	while read -r name sectors track heads at; do
		bootable "$work/$name" "$sectors" "$track" "$heads"
		check "$name: a boot sector runs, and has its disk" \
			starts "$work/$name"
		check "$name: what it wrote is in the image" \
			copied "$work/$name" "$at"
		[ "$failures" -eq 0 ] || tail -n 5 "$log" | sed 's/^/# /'
	done <<-END
		1.44M 2880 18 2 2826
		720K 1440 9 2 1413
		360K 720 9 2 693
		1.2M 2400 15 2 2355
		2.88M 5760 36 2 5652
		160K 320 8 1 304
	END
	bootable "$work/hosted" 2880 18 2
	check "by the host world alone" starts "$work/hosted" --io-path hosted
	check "and by the interpreter" starts "$work/hosted" --cpu interp
else
	echo "ok boot sectors # SKIP the package seabios is not there"
fi

cmd="insmod /lib/floppy.ko; dmesg | grep -E 'fd[01] is|FDC 0'; cat /proc/dma;"
cmd="$cmd sha256sum /dev/fd0; dd if=/dev/urandom of=/tmp/w bs=1k count=300;"
cmd="$cmd sha256sum /tmp/w; dd if=/tmp/w of=/dev/fd0 bs=1k seek=100 conv=fsync;"
cmd="$cmd echo 3 >/proc/sys/vm/drop_caches;"
cmd="$cmd dd if=/dev/fd0 bs=1k skip=100 count=300 | cmp - /tmp/w && echo same;"
cmd="$cmd dmesg | grep -c '[I]/O error'"
# driven FILE OPTION... - by the driver
driven() {
	timeout -k 1 $((200 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none --no-reboot \
		--floppy "$1" "${@:2}" --append \
		"console=ttyS0 quiet panic=-1 hostel.net=off -- \"$cmd\"" \
		</dev/null >"$log" 2>&1
}
sum() { sha256sum | cut -d ' ' -f 1; }
written() {
	said "^$(dd if="$1" bs=1k skip=100 count=300 status=none | sum)  /tmp/w"
}
for size in 1440 720; do
	for path in all hosted; do
		head -c $((size * 1024)) /dev/urandom >"$work/disk"
		before=$(sum <"$work/disk")
		check "${size}K, $path: it boots" driven "$work/disk" \
			--io-path "$path"
		check "${size}K, $path: the driver finds the drive and the chip" \
			eval "said 'fd0 is 1.44M' && said 'FDC 0 is a.* 82077'"
		check "${size}K, $path: it has DMA channel 2" \
			said '^ *2: floppy'
		check "${size}K, $path: the whole disk is read" \
			said "^$before  /dev/fd0"
		check "${size}K, $path: what is written can be read" said '^same'
		check "${size}K, $path: and is in the image" written "$work/disk"
		check "${size}K, $path: without an error" said '^0$'
		[ "$failures" -eq 0 ] || tail -n 20 "$log" | sed 's/^/# /'
	done
done

# --- other disks
# In its first minutes that kernel does not ask for a change when the drive is
# opened: its first read meets it, and fails.
head -c 1474560 /dev/urandom >"$work/first"
head -c 737280 /dev/urandom >"$work/second"
cmd="insmod /lib/floppy.ko; sha256sum /dev/fd0; echo hostel-next; read x;"
cmd="$cmd sha256sum /dev/fd0; sha256sum /dev/fd0;"
cmd="$cmd sha256sum /dev/fd1; sha256sum </dev/fd0; echo hostel-over"
mkfifo "$work/typed"
timeout -k 1 $((100 * patience)) "$build/hostel" run \
	--kernel "$guest/vmlinuz" --initrd "$guest/initrd" --net none \
	--no-reboot --name floppies --floppy "$work/first,ro" --floppy none \
	--append "console=ttyS0 quiet panic=-1 hostel.net=off -- \"$cmd\"" \
	<>"$work/typed" >"$log" 2>&1 &
pids="$pids $!"
check "a disk of which nothing is to be changed" soon 60 said '^hostel-next'
check "it is read" said "^$(sum <"$work/first")  /dev/fd0"
check "another one is put in" "$build/hostel" ctl floppies \
	insert a "$work/second"
echo >"$work/typed"
check "the driver sees that, and reads it" \
	soon 60 said "^$(sum <"$work/second")  /dev/fd0"
check "in an empty drive there is none" \
	soon 30 said "can't open '/dev/fd1'"
check "it ends" soon 30 said '^hostel-over'
finish
