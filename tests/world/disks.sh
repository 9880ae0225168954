#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# disks.sh - drives of a machine, as its user has them: what can be wrong with
# an image, each one sentence and status; images of other formats; a medium that
# is put in and taken out; what a reset and the end of the machine leave.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"
stands=build/guest/standstill
qemu=
command -v qemu-nbd >/dev/null && command -v qemu-img >/dev/null && qemu=yes

# run OPTION... - a machine that does nothing, and these drives
run() {
	timeout -k 1 20 "$build/hostel" run --kernel "$stands" --net none \
		--serial none --memory 16M "$@" >"$work/out" 2>&1 </dev/null
}

# ends STATUS NAME PATTERN OPTION... - a machine with these drives exits so, and
# says exactly one line, which matches the pattern
ends() {
	local want=$1 name=$2 pattern=$3 status
	shift 3
	run "$@"
	status=$?
	[ "$status" -eq "$want" ] && [ "$(wc -l <"$work/out")" -eq 1 ] &&
		grep -qi -e "$pattern" "$work/out"
	status=$?
	[ "$status" -eq 0 ] || echo "# exit or text is not as it should be: $*"
	result "$name" "$status" "$work/out"
}
refuses() { ends 64 "$@"; }
fails() { ends 69 "$@"; }

# starts OPTION... - a machine named "drives" with these; true once it answers
starts() {
	"$build/hostel" run --name drives --kernel "$stands" --net none \
		--serial none --memory 16M "$@" >"$work/said" 2>&1 </dev/null &
	vm=$!
	soon 10 ctl status >/dev/null
}
ctl() { "$build/hostel" ctl drives "$@" 2>&1; }
drive_line() { ctl status | grep "^$1 "; }
ends_well() {
	ctl quit && wait "$vm"
	vm=
	soon 5 none_left
}

truncate -s 4M "$work/disk"
truncate -s 1440K "$work/floppy"
truncate -s 400K "$work/iso"
printf CD001 | dd of="$work/iso" bs=1 seek=32769 conv=notrunc 2>/dev/null
: >"$work/empty"
mkdir "$work/folder"
mkfifo "$work/fifo"

# --- the command line
refuses "--disk without a name" "names no file" --disk ,ro
refuses "--disk none" "can not be taken out" --disk none
refuses "a format that is none" "format 'zip' is not known" \
	--disk "$work/disk,format=zip"
refuses "five disks" "room for four" --disk a --disk b --disk c --cdrom d \
	--disk e
refuses "three floppies" "two floppy drives" --floppy a --floppy b --floppy c

# --- files
fails "a disk that is not there" "no file '.*no/disk'; 'truncate" \
	--disk "$work/no/disk"
fails "a word behind a comma that is none" "only\|there are ro and format=" \
	--disk "$work/disk,readonly"
fails "a folder as disk" "is a folder" --disk "$work/folder"
fails "a folder as CD" "is a folder" --cdrom "$work/folder"
fails "a fifo as disk" "neither a file nor a block device" --disk "$work/fifo"
fails "a terminal's like as disk" "neither a file" --disk /dev/null
fails "an empty disk" "is empty; 'truncate -s 4G" --disk "$work/empty"
fails "an empty floppy" "is empty; 'truncate -s 1440K" --floppy "$work/empty"
fails "an empty CD" "is empty" --cdrom "$work/empty"
head -c 100 /dev/zero >"$work/cut"
fails "a disk of less than a sector" "not even one sector" --disk "$work/cut"
fails "a CD of less than a sector" "not even one sector" --cdrom "$work/cut"
fails "a floppy that is too large" "no floppy has more than 2880K" \
	--floppy "$work/disk"
fails "a CD's image as a disk" "is a CD's image: use --cdrom" \
	--disk "$work/iso"
# A file system that nobody can write to, not even root.
if ! unshare -rm true 2>/dev/null; then
	echo "# skip: no file system can be mounted here"
	echo "ok a file that can not be written # SKIP"
else
	mkdir "$work/ro"
	unshare -rm sh -c 'mount -t tmpfs ro "$1" && truncate -s 1M "$1/disk" &&
		mount -o remount,ro "$1" && shift && "$@"' sh "$work/ro" \
		"$build/hostel" run --kernel "$stands" --net none \
		--disk "$work/ro/disk" >"$work/out" 2>&1 </dev/null
	[ $? -eq 69 ] && [ "$(wc -l <"$work/out")" -eq 1 ] &&
		grep -q "but not written .*add ,ro" "$work/out"
	result "a file that can not be written" $? "$work/out"
fi
fails "one disk twice" "in use by another machine, or by another drive" \
	--disk "$work/disk" --disk "$work/disk"
TMPDIR=$work/no fails "--snapshot with nowhere to write" "TMPDIR" \
	--snapshot --disk "$work/disk"

starts --snapshot --disk "$work/disk,ro" --disk "$work/floppy"
check "--snapshot does not make writable what is not to be written" \
	eval 'drive_line ide0:0 | grep -q "disk (read-only), in use"'
check "... and what may be written can be" \
	eval 'drive_line ide0:1 | grep -q "floppy, in use"'
ends_well

# --- what is taken, with a warning
{ head -c 700000 /dev/zero; printf x; } >"$work/odd"
starts --disk "$work/odd" --floppy "$work/odd" --cdrom "$work/odd" \
	--snapshot
check "a file that is not a multiple of 512 is a disk without its rest" \
	grep -q "odd' has 700001 bytes, not a multiple of 512" "$work/said"
check "one that is not a multiple of 2048 a CD without it" \
	grep -q "odd' has 700001 bytes, not a multiple of 2048" "$work/said"
check "a floppy of an odd size is taken for a larger one" \
	grep -q "taken for one of 1440K" "$work/said"
ends_well

# --- a file that can not be, when the name and the images are taken
fails "a printer's file that can not be" "can not write .*no/paper" \
	--name drives --disk "$work/disk" --parallel "file:$work/no/paper"
check "then no process is left" none_left
check "nor is the name" [ ! -e "$HOSTEL_VMNET_DIR/machines/drives.sock" ]

# --- two machines
starts --disk "$work/disk" --cdrom none --floppy none
check "a machine has the drives that were asked for" \
	test "$(ctl status | grep -c '^ide0:0 \|^ide1:0 \|^floppy0 ')" -eq 3
fails "a disk that another machine has" "in use by another machine" \
	--disk "$work/disk"
echo "of the first" >"$work/paper"
fails "also if it prints" "in use by another machine" \
	--disk "$work/disk" --parallel "file:$work/paper"
check "what the first one printed is still there" \
	grep -q "of the first" "$work/paper"
fails "also to read it" "in use by another machine, which writes" \
	--disk "$work/disk,ro"

# --- insert and eject
check "a CD is put in" ctl insert cdrom "$work/iso"
check "the machine says so" \
	soon 5 eval 'drive_line ide1:0 | grep -q "iso (read-only), in use"'
check "a floppy is put in by its letter" ctl insert A "$work/floppy"
check "it may be written" \
	soon 5 eval 'drive_line floppy0 | grep -q "floppy, in use"'
fails "then nobody else may have it" "in use by another" \
	--floppy "$work/floppy"
ctl reset
check "a reset keeps what is in the drives" soon 10 eval \
	'drive_line ide1:0 | grep -q "iso (read-only), in use"'
check "a CD is taken out" ctl eject ide1:0
check "the machine says so, too" \
	soon 5 eval 'drive_line ide1:0 | grep -q -- "-, empty"'
# asks STATUS NAME PATTERN WORD... - such a request is refused in one line
asks() {
	local want=$1 name=$2 pattern=$3 status
	shift 3
	ctl "$@" >"$work/out"
	status=$?
	[ "$status" -eq "$want" ] && [ "$(wc -l <"$work/out")" -eq 1 ] &&
		grep -qi -e "$pattern" "$work/out"
	result "$name" $? "$work/out"
}
asks 64 "a hard disk is not taken out" "is a hard disk" eject ide0:0
asks 64 "nor one put in" "is a hard disk" insert ide0:0 "$work/iso"
asks 64 "a drive that is none" "no drive 'ide0:1'" eject ide0:1
asks 64 "a drive by another name" "no drive is called 'disk'" insert disk \
	"$work/iso"
asks 69 "a medium that is not there" "no/iso" insert cdrom "$work/no/iso"
asks 69 "an empty medium" "is empty" insert floppy "$work/empty"
asks 69 "a medium that another has" "in use by another" insert cdrom \
	"$work/disk"
truncate -s 2880K "$work/floppy2880"
truncate -s 360K "$work/floppy360"
asks 69 "a floppy that is too dense for the drive" \
	"drive of 1440K, .* a floppy of 2880K: start the machine with" \
	insert a "$work/floppy2880"
check "what was in it is still there" eval \
	'drive_line floppy0 | grep -q "floppy, in use"'
check "one that is not so dense fits" ctl insert a "$work/floppy360"
soon 5 eval 'drive_line floppy0 | grep -q "floppy360, in use"'
ctl reset
soon 10 eval 'drive_line floppy0 | grep -q "floppy360, in use"'
asks 69 "a drive is of the type that it was reset with" \
	"drive of 360K, .* a floppy of 1440K: eject what" \
	insert a "$work/floppy"
ctl eject a
soon 5 eval 'drive_line floppy0 | grep -q -- "-, empty"'
ctl reset
check "and without a floppy of 1440K" \
	soon 10 ctl insert a "$work/floppy"
soon 5 eval 'drive_line floppy0 | grep -q "floppy, in use"'
ctl pause
ctl eject a
ctl insert a "$work/floppy360"
ctl resume
check "another floppy, in a pause, has its name" \
	soon 5 eval 'drive_line floppy0 | grep -q "floppy360, in use"'

# --- death
disk=$(processes | awk '$2 == "hostel-disk" { print $1; exit }')
kill -9 "$disk"
check "a drive whose process was killed is broken" \
	soon 5 grep -q "the process that holds its image has ended" \
	"$work/said"
check "the machine goes on, and says so" \
	eval 'ctl status | grep -q "broken"'
check "and ends with nothing left" ends_well

# --- other formats
if [ -z "$qemu" ]; then
	echo "# skip: qemu-nbd and qemu-img are not there (qemu-utils)"
	echo "ok images that are not raw # SKIP"
	finish
fi
for format in qcow2 vmdk vdi vpc vhdx; do
	qemu-img create -q -f "$format" "$work/image.$format" 8M
	starts --disk "$work/image.$format"
	check "an image of the format $format is a disk" \
		eval 'drive_line ide0:0 | grep -q "image.$format, in use"'
	check "qemu-nbd serves it" child qemu-nbd >/dev/null
	ends_well
done
mkdir "$work/split"
qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentSparse \
	"$work/split/disk.vmdk" 150G
starts --disk "$work/split/disk.vmdk"
check "one of VMware's in 75 files" \
	eval 'drive_line ide0:0 | grep -q "split/disk.vmdk, in use"'
ends_well
check "and they end without a trace" soon 10 none_left
qemu-img create -q -f qcow2 "$work/base" 8M
qemu-img create -q -f qcow2 -b "$work/base" -F qcow2 "$work/top"
rm "$work/base"
fails "a qcow2 whose backing file is missing" \
	"can not open the qcow2 image .*base" --disk "$work/top"
qemu-img create -q -f qcow2 "$work/base" 8M
qemu-img rebase -u -f qcow2 -F qcow2 -b "$work/top" "$work/base"
fails "a qcow2 that builds on itself" "can not open the qcow2 image\|ended by" \
	--disk "$work/top"
fails "nor can it be read" "are a circle" --disk "$work/top,ro"
head -c 100 "$work/image.qcow2" >"$work/cut.qcow2"
fails "a qcow2 that is cut off" "can not open the qcow2 image" \
	--disk "$work/cut.qcow2"
fails "a raw image that is called qcow2" "can not open the qcow2 image" \
	--disk "$work/disk,format=qcow2"
starts --disk "$work/image.qcow2"
fails "a qcow2 that another machine has" "lock" --disk "$work/image.qcow2"
kill -9 "$(child qemu-nbd)"
ends_well

# --- QEMU's locks
# qemu_reads WORD... / qemu_writes WORD... - by qemu-io, of that image
qemu_reads() { qemu-io -c 'read 0 512' "$@" >"$work/out" 2>&1; }
qemu_writes() { qemu-io -c 'write 0 512' "$@" >"$work/out" 2>&1; }
qemu-img create -q -f qcow2 -b "$work/disk" -F raw "$work/over.qcow2"
starts --disk "$work/disk,ro"
check "beside a machine that only reads, QEMU reads" \
	qemu_reads -r -f raw "$work/disk"
check "also for an image that builds on that one" \
	qemu_reads -f qcow2 "$work/over.qcow2"
check "but it does not write" \
	eval '! qemu_writes -f raw "$work/disk" && grep -q lock "$work/out"'
ends_well
starts --disk "$work/disk"
check "beside one that writes, it does not read" eval \
	'! qemu_reads -r -f raw "$work/disk" && grep -q lock "$work/out"'
ends_well
# holds OPTION... - qemu-nbd has the disk meanwhile
holds() {
	qemu-nbd --socket "$work/nbd" --persistent -f raw "$@" "$work/disk" &
	beside=$!
	soon 10 test -S "$work/nbd"
}
holds
for option in "--disk $work/disk,ro" "--disk $work/disk --snapshot" \
	"--cdrom $work/disk"; do
	# shellcheck disable=SC2086
	fails "what QEMU writes is not read: ${option%% *}${option##*disk}" \
		"in use by another machine, which writes" $option
done
fails "nor written" "in use by another" --disk "$work/disk"
kill "$beside"
wait "$beside"
holds --read-only
starts --disk "$work/disk,ro"
check "what it only reads, is" eval "drive_line ide0:0 >/dev/null"
ends_well
fails "but not written" "in use by another" --disk "$work/disk"
kill "$beside"
wait "$beside"
beside=
# As run(), where there are no programs.
run() {
	timeout -k 1 20 env PATH=/nowhere "$build/hostel" run --kernel "$stands" \
		--net none "$@" >"$work/out" 2>&1 </dev/null
}
fails "a qcow2 where there is no qemu-nbd" "install the package qemu-utils" \
	--disk "$work/image.qcow2"
finish
