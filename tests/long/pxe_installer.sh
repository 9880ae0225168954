#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# pxe_installer.sh - Debian's installer, from power-on by our card's ROM and our
# NAT's TFTP, on the web screen, in a headless Chromium: what is seen is seen
# there, and keys are typed there. Beside it QEMU's emulation with the same
# files, its own TFTP, the same card and ROM, by its monitor: the times from
# power-on to the installer's first menu are printed as figures.
#
# The browser runs before the machine is switched on, and goes on beside it;
# what QEMU shows is looked at as often, in the same way (lib_installer.py).
# Pictures are left in the build folder: pxe_installer.png, and QEMU's as .ppm.
. "$(dirname "$0")/../boot/lib.bash"
export XDG_RUNTIME_DIR=$work
files=$guest/media/installer
python=${HOSTEL_PYTHON:-/usr/bin/python3}
chromium=/usr/bin/chromium
took=

# skip WHY
skip() {
	echo "ok Debian's installer by PXE # SKIP $1"
	exit 0
}
[ -e "$files/pxelinux.0" ] || skip "no installer: make guest-media"
[ -x "$chromium" ] || skip "no chromium: tools/setup screen-test"
[ -e "$build/novnc/vnc.html" ] || [ -e /usr/share/novnc/vnc.html ] ||
	skip "no noVNC page: tools/fetch-novnc"

# says PATTERN SECONDS - the next line of who looks is that; sets $took, in ms
# since power-on
says() {
	local line=
	read -r -t "$2" -u "$looks" line
	took=$((($(date +%s%N) - began) / 1000000))
	[ "$line" = "$1" ] || {
		echo "# '$line', not '$1'"
		sed 's/^/# /' "$work/looks"
		return 1
	}
}

# looker ARG... - who looks, and types
looker() {
	exec {looks}< <("$python" -E -B -m tests.long.lib_installer "$@" \
		<"$work/where" 2>"$work/looks")
	exec {tells}>"$work/where"
	began=$(date +%s%N)
	says ready 60
}
mkfifo "$work/where"

# through WHOSE - the ways of both; sets $took to the first menu
through() {
	local first
	check "$1: the boot menu is seen" says "boot menu" 300 || return
	first=$took
	check "$1: Enter, and the installer's first menu is" says language 300 ||
		return
	echo "# $1: the boot menu after $first ms, the first menu after $took ms"
	first=$took
	check "$1: arrow keys move its bar" says moved 60
	took=$first
}

# over - the looker goes, and the machine
over() {
	echo stop >&"$tells"
	exec {tells}>&- {looks}<&-
	kill "$vm" 2>/dev/null
	wait "$vm" 2>/dev/null
}

check "a browser runs" looker browser "$chromium" "$build/pxe_installer.png"
began=$(date +%s%N)
"$build/hostel" run --name installer --memory 512M --boot n --serial none \
	--display web --report "$work/report" --net \
	"nat,tftp=$files,bootfile=pxelinux.0" </dev/null >"$log" 2>&1 &
vm=$!
pids=$vm
page() { page=$(sed -n 's/.*open \(http:[^ ]*\).*/\1/p' "$log") && [ "$page" ]; }
check "the address of its screen is printed" soon 20 page
echo "$page" >&"$tells"
through Hostel
ours=$took
check "hostel ctl has a picture of it as well" "$build/hostel" ctl installer \
	screenshot "$work/ours.png"
"$build/hostel" ctl installer report >/dev/null 2>&1
over
[ "$failures" -eq 0 ] || tail -n 20 "$log" | sed 's/^/# /'
if ! command -v qemu-system-i386 >/dev/null; then
	echo "ok beside QEMU # SKIP QEMU is not installed"
	finish
fi
check "its monitor is looked at" looker monitor "$build/pxe_installer_qemu.ppm"
began=$(date +%s%N)
qemu-system-i386 -M pc -accel tcg -m 512 -boot n -vga std \
	-global VGA.xres=1024 -global VGA.yres=768 \
	-netdev "user,id=n,tftp=$files,bootfile=pxelinux.0" \
	-device pcnet,netdev=n -display none -serial none \
	-monitor "unix:$work/monitor,server=on,wait=off" </dev/null \
	>"$log" 2>&1 &
vm=$!
pids=$vm
check "QEMU runs" soon 20 [ -S "$work/monitor" ]
echo "$work/monitor" >&"$tells"
through "QEMU's emulation"
over
awk -v a="$ours" -v b="$took" 'BEGIN {
	printf("# power-on to the first menu: %d ms, QEMU %d ms, ratio %.2f\n",
		a, b, a / b)
}'
finish
