#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# screen.sh - a machine and its screen: what the guest draws is seen by
# 'hostel ctl' and by a viewer, what the viewer types is heard by the guest,
# who watches stays through a reset, and a hostel-screen that is killed takes
# nobody with it. What viewers can do to hostel-screen is in tests/screen.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"
hostel=$build/hostel
python=${HOSTEL_PYTHON:-/usr/bin/python3}

# Sets 320 x 200 pixels of 32 bits by the VBE interface, whose memory is where
# a machine without firmware has it. The first one is green until a key comes; then its red is the key's code.
guest draws <<'END2'
	.macro vbe index, value
	mov $0x1ce, %dx
	mov $\index, %ax
	out %ax, %dx
	inc %dx
	mov $\value, %ax
	out %ax, %dx
	.endm
_start:	vbe 4, 0
	vbe 1, 320
	vbe 2, 200
	vbe 3, 32
	vbe 4, 0x41
	outb 0x20, 0x3c0	# the screen is on
	movl $0x0000ff00, 0xfd000000
	mov $'!', %al
	mov $0x3f8, %dx
	out %al, %dx
1:	in $0x64, %al
	test $1, %al
	jz 1b
	in $0x60, %al
	movzbl %al, %eax
	test $0x80, %al
	jnz 1b
	shl $16, %eax
	or $0x0000ff00, %eax
	mov %eax, 0xfd000000
	jmp 1b
END2
guest dark <<'END2'
_start:	outb 0x11, 0x3d4		# a picture of no width
	outb 0x0e, 0x3d5
	outb 0x01, 0x3d4
	outb 0x00, 0x3d5
	mov $'!', %al
	mov $0x3f8, %dx
	out %al, %dx
	cli
1:	hlt
	jmp 1b
END2

# pixel FILE - the first one of a PNG of 8-bit RGB, as hex; its size before it
cat >"$work/pixel.py" <<'END2'
import struct
import sys
import zlib
data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n"
at, rows = 8, b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + size]
    if kind == b"IHDR":
        width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        assert (depth, colour) == (8, 2)
    if kind == b"IDAT":
        rows += body
    at += 12 + size
rows = zlib.decompress(rows)
assert len(rows) == height * (1 + 3 * width)
print(f"{width}x{height} {rows[1:4].hex()}")
END2
# A viewer at a unix socket: what it is told to do, from standard input; it
# answers each line.
cat >"$work/viewer.py" <<'END2'
import socket
import struct
import sys
SIZE = -223     # a rectangle without pixels: the screen's size is another
s = socket.socket(socket.AF_UNIX)
s.settimeout(20)
s.connect(sys.argv[1])


def get(n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            sys.exit("it is closed")
        data += more
    return data


assert get(12) == b"RFB 003.008\n"
s.sendall(b"RFB 003.008\n")
assert get(2) == b"\1\1"
s.sendall(b"\1\1")
get(4)
width, height = struct.unpack(">HH16xI", get(24))[:2]
s.recv(100)
s.sendall(b"\2\0\0\2\0\0\0\0\xff\xff\xff\x21")
print(f"size {width}x{height}", flush=True)
for line in sys.stdin:
    word = line.split()
    if word[0] == "key":
        for down in 1, 0:
            s.sendall(struct.pack(">BBxxI", 4, down, ord(word[1])))
        print("typed", flush=True)
    if word[0] == "look":
        # Where its size has changed it hears of that first, and asks again.
        how = SIZE
        while how == SIZE:
            s.sendall(struct.pack(">BBHHHH", 3, 0, 0, 0, 1, 1))
            kind, n = struct.unpack(">BxH", get(4))
            x, y, w, h, how = struct.unpack(">HHHHi", get(12))
            assert (kind, n) == (0, 1)
        assert (x, y, w, h, how) == (0, 0, 1, 1, 0)
        print("pixel", get(4)[2::-1].hex(), flush=True)
END2

# machine KERNEL ARGS... - start it as machine "seen"; it runs when it says "!"
machine() {
	local kernel=$work/$1
	shift
	rm -f "$work/out"
	"$hostel" run --name seen --net none --kernel "$kernel" "$@" \
		</dev/null >"$work/out" 2>"$work/err" &
	vm=$!
	soon 60 grep -qs '!' "$work/out"
}
ctl() { "$hostel" ctl seen "$@" >"$work/said" 2>&1; }
ends() {
	soon 20 gone "$vm" || return 1
	wait "$vm"
	local status=$?
	vm=
	[ "$status" -eq "$1" ]
}
# status N COMMAND... - it ends with status N
status() {
	local want=$1
	shift
	"$@"
	[ $? -eq "$want" ]
}
shows() {
	ctl screenshot "$work/shot.png" &&
		[ "$("$python" "$work/pixel.py" "$work/shot.png")" = "$1" ]
}
screens() { pgrep -P "$vm" -x hostel-screen; }
says() { grep -q "$1" "$work/said" || { sed 's/^/# /' "$work/said"; false; }; }
# viewer - start one; do WORDS... - tell it; hears TEXT - what it answers
viewer() {
	coproc VIEWER { exec "$python" "$work/viewer.py" "$1" \
		2>"$work/viewer"; }
	beside=$VIEWER_PID
	hears "size 320x200"
}
tell() { echo "$*" >&"${VIEWER[1]}"; }
hears() {
	local line
	read -r -t 20 line <&"${VIEWER[0]}" && [ "$line" = "$1" ] ||
		{ echo "# '$line'"; false; }
}
looks() { tell look && hears "pixel $1"; }

# --- nobody is shown it
if machine dark --display none && ! ctl screenshot "$work/no.png" &&
	grep -q "has no screen" "$work/said"; then
	echo "ok a machine has a screen # SKIP this one has no VGA"
	exit
fi
check "a machine to begin with" eval 'ctl quit && ends 130'
check "no display: a machine" machine draws --display none
check "and no process for one" eval '[ -z "$(screens)" ]'
check "its picture can be taken all the same" shows "320x200 00ff00"
check "by a process that stays for the next one" [ -n "$(screens)" ]
ctl screen-text
check "of its text there is none" says "a picture, not text"
check "nor a place for that file" status 69 ctl screenshot "$work/no/such.png"
check "which is said" says "No such file"
check "a pause: the picture stays" eval 'ctl pause && shows "320x200 00ff00"'
check "it ends" eval 'ctl quit && ends 130'
check "dark: a machine" machine dark
check "dark: there is no picture" status 69 ctl screenshot "$work/dark.png"
check "dark: that is said, and no file is left" eval \
	'says "shown nothing yet" && [ ! -e "$work/dark.png" ]'
check "dark: it ends" eval 'ctl quit && ends 130'

# --- a viewer
check "vnc: a machine" machine draws --display vnc:unix
check "its socket is the user's alone" [ "$(stat -c %a \
	"$HOSTEL_VMNET_DIR/seen.vnc")" = 600 ]
check "a viewer sees its size" viewer "$HOSTEL_VMNET_DIR/seen.vnc"
check "and its picture" looks 00ff00
tell key a
check "types" hears typed
check "and the guest has heard it" soon 20 shows "320x200 1eff00"
check "a reset" ctl reset
check "the viewer stays, and sees the next life" soon 20 looks 00ff00
tell key b
check "types there, too" hears typed
check "and is heard" soon 20 shows "320x200 30ff00"
kill -9 "$(screens)"
check "hostel-screen is killed: that is said" soon 10 \
	grep -q "hostel-screen was ended by signal 9" "$work/err"
check "the machine goes on" ctl status
check "and its picture can be taken again" soon 10 shows "320x200 30ff00"
kill "$beside"
beside=
check "it was said once" [ "$(grep -c hostel-screen "$work/err")" = 2 ]
check "it ends" eval 'ctl quit && ends 130'
rm -f "$HOSTEL_VMNET_DIR/seen.vnc"
check "a socket: a machine" machine dark --display vnc:unix
check "it ends, and nothing is left of it" eval \
	'ctl quit && ends 130 && [ ! -e "$HOSTEL_VMNET_DIR/seen.vnc" ]'

# --- what cannot be
run() { "$hostel" run --net none --kernel "$work/dark" "$@" >"$work/said" 2>&1 \
	</dev/null; }
check "no such display: 64" status 64 run --display tv
check "it says which there are" says "use text, vnc, web or none"
check "text without a terminal: 64" status 64 run --display text
check "a port that is taken: a machine" machine dark --display vnc:127.0.0.2
port=$(sed -n 's/.*VNC 127.0.0.2:\([0-9]*\).*/\1/p' "$work/err")
check "the next one can not have it: 69" status 69 run \
	--display "vnc:127.0.0.2:$port"
check "it says what to do" says "is taken by another program; choose"
check "it ends" eval 'ctl quit && ends 130'
finish
