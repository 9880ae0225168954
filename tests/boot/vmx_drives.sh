#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# vmx_drives.sh - a .vmx file's disk and floppy: they are looked for from the
# file's folder, the firmware finds them where the file says, and boots from
# what bios.bootOrder has first. What is on them is our own boot sector, which
# says by COM1 which one it is.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

if [ ! -e /usr/share/seabios/bios-256k.bin ]; then
	echo "ok vmx_drives # SKIP the package seabios is not there"
	exit 0
fi

# image FILE SIZE TEXT - boots, writes TEXT to port 3F8h and 1 to port F4h
image() {
	truncate -s "$2" "$1"
	{
		printf '\061\300\216\330\276\031\174\272\370\003'
		printf '\254\204\300\164\003\356\353\370'
		printf '\260\001\346\364\364\353\375%s\n\0' "$3"
	} | dd of="$1" conv=notrunc status=none
	printf '\125\252' | dd of="$1" bs=1 seek=510 conv=notrunc status=none
}
mkdir "$work/box"
image "$work/box/disk.img" 4M "this is the disk"
image "$work/box/a floppy.img" 1440K "this is the floppy"

# boots ORDER - by a file that is not in our folder; true if it ended well
boots() {
	cat >"$work/box/m.vmx" <<-END
	displayName = "box $$"
	memsize = "16"
	bios.bootOrder = "$1"
	ide0:0.present = "TRUE"
	ide0:0.fileName = "disk.img"
	ide1:0.present = "TRUE"
	ide1:0.deviceType = "cdrom-raw"
	ide1:0.fileName = "auto detect"
	ide1:0.startConnected = "FALSE"
	floppy0.present = "TRUE"
	floppy0.fileType = "file"
	floppy0.fileName = "a floppy.img"
	scsi0.present = "TRUE"
	scsi0:0.present = "FALSE"
	END
	timeout -k 1 60 "$build/hostel" run "$work/box/m.vmx" --no-reboot \
		--debug-exit 0xf4 </dev/null >"$log" 2>"$work/err"
	[ $? -eq 3 ]
}
check "the disk first: it boots" boots hdd,floppy
check "... from the disk" said 'this is the disk'
check "the floppy first: it boots" boots floppy,hdd
check "... from the floppy" said 'this is the floppy'
check "nothing is said but what has no effect, once" \
	[ "$(grep -c . "$work/err")" -eq 1 ]
check "... whole" grep -q 'no effect here: scsi0.present' "$work/err"
sed -i 's/^ide0:0.fileName.*/ide0:0.fileName = "none.img"/' "$work/box/m.vmx"
"$build/hostel" run "$work/box/m.vmx" </dev/null >"$log" 2>"$work/err"
check "a disk that is not there ends it" [ $? -eq 69 ]
check "... by its whole name" grep -q "$work/box/none.img" "$work/err"
[ "$failures" -eq 0 ] || tail -n 30 "$log" "$work/err" | sed 's/^/# /'
finish
