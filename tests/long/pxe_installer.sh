#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# pxe_installer.sh - Debian's installer, from power-on by our card's ROM and our
# NAT's TFTP, on the web screen, in a headless Chromium: what is seen is seen
# there, and keys are typed there. Then QEMU's emulation with the same files,
# its own TFTP, the same card and ROM, by its own WebSocket, in the same page and
# browser: the times from power-on to the installer's first menu are printed as
# figures.
#
# The browser runs before the machine is switched on, and goes on beside it.
# Pictures are left in the build folder: pxe_installer.png, pxe_installer_qemu.png.
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
for novnc in "$build/novnc" /usr/share/novnc ""; do
	if [ -e "$novnc/vnc.html" ]; then break; fi
done
[ "$novnc" ] || skip "no noVNC page: tools/fetch-novnc"

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

# looker PICTURE - who looks, and types
looker() {
	exec {looks}< <("$python" -E -B -m tests.long.lib_installer \
		"$chromium" "$1" <"$work/where" 2>"$work/looks")
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

check "a browser runs" looker "$build/pxe_installer.png"
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
"$build/hostel" report "$work/report" |
	sed -n 's/^ *instructions that are interpreted.* \([0-9.]* %\).*/# of the VMM'"'"'s time, interpreted: \1/p'
over
[ "$failures" -eq 0 ] || tail -n 20 "$log" | sed 's/^/# /'
if ! command -v qemu-system-i386 >/dev/null; then
	echo "ok beside QEMU # SKIP QEMU is not installed"
	finish
fi
# Its page comes from a server of ours, as QEMU has none.
"$python" -u -m http.server --bind 127.0.0.1 --directory "$novnc" 0 \
	>"$work/http" 2>&1 &
pids=$!
http() { http=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$work/http") && [ "$http" ]; }
check "the page for QEMU's screen is served" soon 20 http
vnc=$(free_port) websocket=$(free_port)
check "a browser runs once more" looker "$build/pxe_installer_qemu.png"
began=$(date +%s%N)
qemu-system-i386 -M pc -accel tcg -m 512 -boot n -vga std \
	-global VGA.xres=1024 -global VGA.yres=768 \
	-netdev "user,id=n,tftp=$files,bootfile=pxelinux.0" \
	-device pcnet,netdev=n -serial none -monitor none -display \
	"vnc=127.0.0.1:$((vnc - 5900)),websocket=$websocket" </dev/null \
	>"$log" 2>&1 &
vm=$!
pids="$pids $vm"
page="http://127.0.0.1:$http/vnc.html?autoconnect=1&resize=scale&reconnect=1"
check "its screen listens" soon 20 listens "$websocket"
echo "$page&host=127.0.0.1&port=$websocket&path=" >&"$tells"
through "QEMU's emulation"
over
awk -v a="$ours" -v b="$took" 'BEGIN {
	printf("# power-on to the first menu: %d ms, QEMU %d ms, ratio %.2f\n",
		a, b, a / b)
}'
finish
