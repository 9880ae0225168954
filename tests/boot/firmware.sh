#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# firmware.sh - a machine that starts in its ROM: stock SeaBIOS finds the board
# as it should be, and runs our card's stock PXE ROM, which gets an address from
# the NAT by our card, and by its TFTP a file, that runs (guests/bootnet.S). Then
# what is wrong with a ROM, in one sentence.
. "$(dirname "$0")/lib.bash"
rom=/usr/share/seabios/bios-256k.bin
bios=$work/bios

# boots SECONDS PATTERN OPTION... - until the guest says that on its console
boots() {
	local seconds=$1 pattern=$2 p ok
	shift 2
	"$build/hostel" run --no-reboot --bios-log "file:$bios" "$@" \
		</dev/null >"$log" 2>&1 &
	p=$!
	pids="$pids $p"
	soon "$seconds" shown "$pattern"
	ok=$?
	kill "$p"
	wait "$p"
	[ $ok = 0 ]
}
# It goes on to say things while we look: no pipe that ends early.
shown() { grep -aEq -- "$1" "$log"; }
logged() { grep -q "$1" "$bios"; }
# refused STATUS PATTERN OPTION... - with one sentence, nothing else
refused() {
	local status=$1 pattern=$2
	shift 2
	"$build/hostel" run --net none "$@" </dev/null >"$log" 2>&1
	[ $? = "$status" ] && saw 1 . && said "$pattern"
}

if [ ! -e "$rom" ] || [ ! -e /usr/lib/ipxe/qemu/pxe-pcnet.rom ]; then
	echo "ok firmware # SKIP the packages seabios and ipxe-qemu are not there"
	exit 0
fi
mkdir "$work/pxe"
cp "$guest/bootnet" "$work/pxe/"
for cpu in bt interp; do
	check "$cpu: what the ROM of our card loads by TFTP runs" \
		boots 60 'all eight of my words came by TFTP' --boot n \
		--net "nat,tftp=$work/pxe,bootfile=bootnet" --cpu $cpu
	check "$cpu: the ROM had an address from the NAT" \
		shown 'net0: 10.0.2.1[5-9]/'
	check "$cpu: SeaBIOS had said its name" shown 'SeaBIOS [(]version'
done
check "it asks us" logged 'Found QEMU fw_cfg'
check "it finds all memory" logged 'len 0x0000000010000000 .RAM'
check "our ACPI tables are taken" logged 'Moving pm_base to 0x600'
check "and found" logged 'ACPI: parse DSDT at'
check "both bridges and power management" \
	logged 'PCI: init bdf=00:01.3 id=8086:7113'
check "our card's windows have a place" logged 'id=1022:2000'
check "a menu, if it is asked for" boots 60 'boot device|Press ESC|F12' \
	--net none --boot c,menu
# SeaBIOS clears the terminal that it writes to, and what was said there.
"$build/hostel" run --no-reboot --net none --name firmware$$ \
	--display "vnc:unix:$work/vnc" </dev/null >"$log" 2>&1 &
vm=$!
pids="$pids $vm"
on_screen() { "$build/hostel" ctl firmware$$ screen-text 2>&1 | grep -q "$1"; }
check "a screen that is shown elsewhere has its text" soon 60 on_screen SeaBIOS
check "... and COM1 has it not" eval '! shown SeaBIOS'
check "... but where the screen is" shown "at VNC $work/vnc"
kill "$vm"
wait "$vm"
check "another ROM by its name" boots 60 SeaBIOS --net none --bios "$rom"
: >"$work/empty"
head -c 1000 "$rom" >"$work/short"
check "an empty ROM" refused 69 'is empty' --bios "$work/empty"
check "no ROM at all" refused 69 'is no firmware for a PC' --bios "$work/short"
check "one that is not there" refused 69 'No such file' --bios "$work/none"
check "a folder" refused 69 'is not a file' --bios "$work"
finish
