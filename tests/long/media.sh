#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# media.sh - what people boot a PC from, ours and QEMU's emulation beside each
# other: each comes to the same screen, and goes on by the same keys. (The gate
# has a short form, tests/boot/media.sh.)
#
# The screens are compared as text, whole. What may differ is taken out of both
# by a pattern that the test names: versions of the firmware's own, times,
# speeds.
. "$(dirname "$0")/../boot/lib.bash"
export XDG_RUNTIME_DIR=$work
machine=media$$
. "$(dirname "$0")/lib_qemu.bash"
media=$guest/media
[ -e "$media/loaders.made" ] || {
	echo "not ok $media/loaders is there: run make guest-loaders"
	exit 1
}
command -v qemu-system-i386 >/dev/null && beside=yes || beside=

# begin MEMORY DEVICE FILE - both, from the medium; DEVICE: floppy, cdrom, disk
begin() {
	local memory=$1 device=$2 file=$3 drive letter
	case $device in
	floppy) letter=a drive=if=floppy ;;
	cdrom) letter=d drive=if=ide,index=2,media=cdrom ;;
	disk) letter=c drive=if=ide,index=0,snapshot=on ;;
	esac
	"$build/hostel" run --name "$machine" --serial none --display none \
		--no-reboot --net none --memory "${memory}M" --snapshot \
		--boot $letter "--$device" "$file" </dev/null >"$log" 2>&1 &
	pid=$!
	pids="$pids $pid"
	[ -z "$beside" ] && return
	cp "$file" "$work/qemu.image"
	qemu_begin -m "$memory" -boot order=$letter -drive \
		"$drive,format=raw,file=$work/qemu.image"
}
end() {
	"$build/hostel" ctl "$machine" quit >/dev/null
	wait "$pid"
	[ -z "$beside" ] || qemu_end
}
# both KEY... - typed at both, as we name them; QEMU's names are the same
both() {
	"$build/hostel" ctl "$machine" key "$@" >/dev/null
	local key
	for key in ${beside:+"$@"}; do
		case $key in space) key=spc ;; enter) key=ret ;; esac
		qemu_do "sendkey $key 30"
	done
}
# on_ours PATTERN, on_theirs PATTERN - the screen has that
on_ours() {
	"$build/hostel" ctl "$machine" screen-text >"$work/ours" 2>/dev/null &&
		sed -i 's/ *$//' "$work/ours" && grep -q -- "$1" "$work/ours"
}
on_theirs() {
	qemu_screen >"$work/theirs"
	grep -q -- "$1" "$work/theirs"
}
# pressed on_ours|on_theirs KEY PATTERN - there it is seen; or the key is typed
pressed() {
	"$1" "$3" && return
	case $1 in
	on_ours) "$build/hostel" ctl "$machine" key "$2" >/dev/null 2>&1 ;;
	on_theirs) qemu_do "sendkey $2 30" ;;
	esac
	sleep 0.3
	return 1
}
# alike SED - both screens, with what that takes out, have the same text now
alike() {
	on_ours '' && on_theirs '' || return
	sed -E "$1" "$work/ours" | trimmed >"$work/ours.text"
	sed -E "$1" "$work/theirs" | trimmed >"$work/theirs.text"
	cmp -s "$work/ours.text" "$work/theirs.text"
}
# trimmed - without blank lines at the end
trimmed() { sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'; }

# reaches WHAT SECONDS PATTERN [SED] - both come to a screen with it, and then
# are the same, but for what SED takes out
reaches() {
	check "$1" soon "$2" on_ours "$3" || sed 's/^/# /' "$work/ours"
	[ -n "$beside" ] || {
		echo "ok $1: as QEMU's # SKIP QEMU is not installed"
		return
	}
	check "$1: QEMU's too" soon $(($2 * 2)) on_theirs "$3"
	check "$1: both screens are the same" soon 5 alike "${4:-}" ||
		diff "$work/ours.text" "$work/theirs.text" | sed 's/^/# /'
}

grub='s/executed automatically in.*//'
for kind in floppy:grub-rescue-floppy.img cdrom:grub-rescue-cdrom.iso \
	disk:grub-rescue-usb.img; do
	begin 64 "${kind%:*}" "$media/grub/${kind#*:}"
	reaches "${kind%:*}: GRUB's rescue menu" 60 'GNU GRUB  version' "$grub"
	both down
	both down
	reaches "${kind%:*}: its third line is chosen" 20 '│\*FreeBSD'
	both c
	reaches "${kind%:*}: its command line" 20 'grub>'
	both l s enter
	reaches "${kind%:*}: it finds the drives" 20 '(.*).*grub>\|(.*)'
	end
done

# It waits for the key for a moment only.
begin 64 cdrom "$media/ipxe/ipxe.iso"
check "iPXE's CD: a key" soon 60 pressed on_ours ctrl-b 'iPXE>'
[ -z "$beside" ] || check "QEMU, too" soon 60 pressed on_theirs ctrl-b 'iPXE>'
# If it came too late for that, it says first that there is no network.
late='/^No more network devices$/d; /^$/d'
reaches "iPXE's command line" 20 'iPXE>' "$late"
both e c h o space h i enter
reaches "it answers" 20 '^hi' "$late"
end

# ISOLINUX and SYSLINUX, each way that a BIOS starts them
first=yes times='s/^\[ *[0-9]+\.[0-9]+\]//'
while read -r device file; do
	begin 64 "$device" "$media/loaders/$file"
	reaches "$device $file: a prompt" 60 '^boot:'
	both m e n u enter
	reaches "$device $file: its menu" 20 'Press \[Tab\]'
	both down
	both esc
	reaches "$device $file: its prompt again" 20 '^boot:'
	if [ -z "$first" ] && [ "$file" != syslinux-disk.img ]; then
		end
		continue
	fi
	first=
	both l i n u x enter
	reaches "$device $file: Linux, and its shell" 120 '^guest# *$' "$times"
	both e c h o space o k enter
	reaches "$device $file: which answers" 20 '^ok' "$times"
	end
done <<-END
	cdrom isolinux.iso
	disk isolinux.iso
	cdrom two-entries.iso
	cdrom floppy-emulation.iso
	cdrom disk-emulation.iso
	floppy syslinux-floppy.img
	disk syslinux-disk.img
END

# iPXE as a kernel that begins in real mode: what a loader starts so
begin 64 disk "$media/loaders/syslinux-disk.img"
reaches "ipxe.lkrn: SYSLINUX's prompt" 60 '^boot:'
both i p x e enter
check "ipxe.lkrn: a key" soon 60 pressed on_ours ctrl-b 'iPXE>'
[ -z "$beside" ] || check "QEMU, too" soon 60 pressed on_theirs ctrl-b 'iPXE>'
reaches "ipxe.lkrn: iPXE's command line" 20 'iPXE>' "$late"
end

# What is no such medium: the firmware says so, and so does QEMU's, which then
# looks at other drives in another order.
begin 64 cdrom "$media/loaders/syslinux-disk.img"
no="s/^Booting from [FH].*//; s/^Boot failed: could not.*//; /^\$/d
	s/^(No bootable device\\.).*/\\1/"
reaches "a disk's image as a CD" 60 'No bootable device' "$no"
end

# memtest86+, a whole pass, most of which it waits for bits to fade. What it
# found of the processor (QEMU's has an APIC) and how far the next pass is are
# not compared, nor is the size of memory: QEMU's ACPI tables take 128 KiB of it,
# ours 4.
left='s/ *│.*//; s/[0-9]+MHz/MHz/; s/^(L[123] Cache:|Memory  :).*/\1/
	s/^(Using:).*/\1/; /^ *(Bochs|QEMU) /d'
passed='Pass: *[1-9].*Errors: 0 *$'
while read -r device file; do
	begin 16 "$device" "$media/memtest/$file"
	reaches "$device: memtest86+, a pass, and no error" 900 "$passed" \
		"$left"
	end
done <<-END
	floppy floppy.img
	cdrom memtest86+ia32.iso
END
finish
