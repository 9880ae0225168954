#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# media.sh - what people boot a PC from, off stock floppies and CDs: each comes
# up, and is seen on the machine's screen, as a user sees it. Then the boot
# menu, by a key.
. "$(dirname "$0")/lib.bash"
media=$guest/media
machine=media$$

# begin OPTION... - a machine with a screen that nobody looks at
begin() {
	"$build/hostel" run --name "$machine" --serial none --display none \
		--no-reboot --net none "$@" </dev/null >"$log" 2>&1 &
	pid=$!
	pids="$pids $pid"
}
end() {
	"$build/hostel" ctl "$machine" quit >/dev/null
	wait "$pid"
}
# on_screen PATTERN - its text screen has that
on_screen() {
	"$build/hostel" ctl "$machine" screen-text >"$work/screen" 2>/dev/null
	grep -q -- "$1" "$work/screen"
}
# boots WHAT PATTERN OPTION... - it is seen within a minute
boots() {
	local what=$1 pattern=$2
	shift 2
	begin "$@"
	check "$what" soon 60 on_screen "$pattern" || sed 's/^/# /' "$work/screen"
	end
}
# drawn - its picture has more than one colour: of a PNG that is large enough
drawn() {
	"$build/hostel" ctl "$machine" screenshot "$work/picture.png" \
		>/dev/null 2>&1 && [ "$(wc -c <"$work/picture.png")" -gt 2000 ]
}

truncate -s 1M "$work/zeros"
if [ ! -e "$media/rescue.made" ]; then
	echo "ok media # SKIP there is none: guests/build-media fetches it"
	exit 0
fi
for cpu in bt interp; do
	boots "$cpu: GRUB's rescue floppy" 'GNU GRUB  version' --cpu $cpu \
		--floppy "$media/grub/grub-rescue-floppy.img,ro"
	boots "$cpu: GRUB's rescue CD" 'GNU GRUB  version' --cpu $cpu \
		--cdrom "$media/grub/grub-rescue-cdrom.iso"
done
boots "GRUB's rescue image on a disk" 'GNU GRUB  version' --snapshot \
	--disk "$media/grub/grub-rescue-usb.img,ro"
boots "iPXE's CD" 'Open Source Network Boot Firmware' \
	--cdrom "$media/ipxe/ipxe.iso"
boots "a disk of zeros is none to boot from" 'not a bootable disk' \
	--boot c --disk "$work/zeros"
begin --cdrom "$media/memtest/memtest86+ia32.iso" --memory 16M
check "memtest86+ draws" soon 60 drawn
check "and tests memory" soon 90 on_screen 'Test \|Pass \|Memtest'
end
boots "memtest86+ on a floppy" 'Memory  : *16MB' --memory 16M \
	--floppy "$media/memtest/floppy.img,ro"
# It does not ask for long mode first. An IA-32 has no EFER: #GP, with no IDT.
timeout -k 1 60 "$build/hostel" run --serial none --display none --no-reboot \
	--net none --cdrom "$media/memtest/memtest86+x64.iso" </dev/null \
	>"$log" 2>&1
status=$?
check "memtest86+ for 64 bits: such a processor resets" [ $status = 70 ]
check "and that is said" grep -q 'triple fault; bytes 0f 32' "$log"
# The two loaders (guests/build-media loaders), one of them from a CD and from
# the same as a disk.
if [ -e "$media/loaders.made" ]; then
	boots "ISOLINUX's CD" '^boot:' --cdrom "$media/loaders/isolinux.iso"
	boots "its image as a disk" '^boot:' --snapshot \
		--disk "$media/loaders/isolinux.iso"
	boots "SYSLINUX's floppy" '^boot:' \
		--floppy "$media/loaders/syslinux-floppy.img,ro"
	# The other ways that a BIOS starts a CD (El Torito)
	for cd in two-entries floppy-emulation disk-emulation; do
		boots "a CD: $cd" '^boot:' --cdrom "$media/loaders/$cd.iso"
	done
	# From a disk it goes on: to a kernel, and that one's shell.
	begin --snapshot --disk "$media/loaders/syslinux-disk.img"
	check "SYSLINUX's disk" soon 60 on_screen '^boot:'
	"$build/hostel" ctl "$machine" text 'ipxe\n' >/dev/null
	check "it starts iPXE, a kernel that begins in real mode" \
		soon 60 on_screen 'iPXE 1.*Open Source'
	end
	begin --snapshot --disk "$media/loaders/syslinux-disk.img"
	check "SYSLINUX's disk again" soon 60 on_screen '^boot:'
	"$build/hostel" ctl "$machine" text 'linux\n' >/dev/null
	check "it loads Linux, which has a shell" soon 120 on_screen '^guest#' ||
		sed 's/^/# /' "$work/screen"
	end
else
	echo "ok ISOLINUX, SYSLINUX # SKIP not made: make guest-loaders"
fi
# The menu that SeaBIOS shows has a number for each.
begin --boot c,menu --disk "$work/zeros" --snapshot \
	--cdrom "$media/grub/grub-rescue-cdrom.iso"
check "a menu" soon 30 on_screen 'Press ESC for boot menu'
"$build/hostel" ctl "$machine" key esc
check "it lists the CD" soon 30 on_screen 'DVD/CD'
key=$(sed -n 's/^\([0-9]\)\. .*DVD.*/\1/p' "$work/screen")
"$build/hostel" ctl "$machine" key "${key:-2}"
check "and boots what is chosen" soon 60 on_screen 'GNU GRUB  version'
end
finish
