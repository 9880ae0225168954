#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# serial_socket.sh - a stock guest's console at a socket: by telnet on COM1,
# with BREAK as the kernel's SysRq; by a Unix socket on COM2, whose client stays
# connected when the guest resets the machine; and nothing is left behind.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

# talk WHERE - be the client: what comes goes to $log, what is typed to us goes
# there; WHERE is tcp:PORT or unix:PATH
talk() {
	"${HOSTEL_PYTHON:-/usr/bin/python3}" -E -B - "$1" "$work/keys" \
		>"$log" 2>"$work/talk" <<-'END'
	import os, socket, sys, threading, time
	kind, _, where = sys.argv[1].partition(":")
	s = socket.socket(socket.AF_UNIX if kind == "unix" else socket.AF_INET)
	for _ in range(200):
	    try:
	        s.connect(where if kind == "unix" else
	                  ("127.0.0.1", int(where)))
	        break
	    except OSError:
	        time.sleep(0.05)
	def keys():
	    with open(sys.argv[2], "rb", 0) as f:
	        while True:
	            data = f.read(100)
	            if not data:
	                break
	            s.sendall(data)
	threading.Thread(target=keys, daemon=True).start()
	while True:
	    data = s.recv(65536)
	    if not data:
	        break
	    os.write(1, data)
	END
}

# machine CMDLINE OPTION... - in the background
machine() {
	local append=$1
	shift
	timeout -k 5 $((150 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none --append "$append" "$@" \
		</dev/null >"$work/out" 2>&1 &
	vm=$!
	pids="$pids $vm"
}

# client WHERE - in the background, with keys at descriptor 7
client() {
	rm -f "$work/keys"
	mkfifo "$work/keys"
	talk "$1" &
	talker=$!
	pids="$pids $talker"
	exec 7<>"$work/keys"
}

# --- telnet, any free port, and a BREAK
machine "console=ttyS0 panic=-1 sysrq_always_enabled -- 'echo ready; \
read -r word; echo got \$word'" --serial telnet:127.0.0.1:0 --no-reboot
soon 10 grep -q 'COM1 is telnet:127.0.0.1:[0-9]*$' "$work/out"
check "the user is told where it is" [ $? -eq 0 ]
client "tcp:$(sed -n 's/.*COM1 is telnet:127.0.0.1:\([0-9]*\)$/\1/p' \
	"$work/out")"
check "telnet: the guest boots, and is heard" soon 90 said '^ready'
printf '\377\363h' >&7
check "telnet: BREAK and h is the kernel's help" soon 20 said 'sysrq: HELP'
printf 'hello\r\000' >&7
check "telnet: what is typed is heard" soon 20 said '^got hello'
check "... and the guest ends well" wait "$vm"
wait "$talker"
check "... and so does the connection" [ $? -eq 0 ]
exec 7>&-

# --- a Unix socket on COM2; the client outlives a reset
machine "console=ttyS1 quiet panic=-1 -- 'echo life; read -r word; echo got \
\$word; reboot -f'" --serial none --serial "unix:$work/com2"
client "unix:$work/com2"
check "unix: the guest is heard" soon 90 said '^life'
echo one >&7
check "unix: what is typed is heard" soon 20 said '^got one'
check "unix: the client sees the next life" soon 90 saw 2 '^life'
echo two >&7
check "unix: and is heard there" soon 20 said '^got two'
check "unix: the file is this user's only" \
	[ "$(stat -c %a "$work/com2")" = 600 ]
"$build/hostel" run --kernel "$guest/vmlinuz" --net none --serial \
	"unix:$work/com2" </dev/null >"$work/err" 2>&1
check "unix: another machine can not have it" [ $? -eq 69 ]
check "... and says so" grep -q 'another program serves the socket' "$work/err"
kill -INT "$vm"
wait "$vm"
check "unix: a signal ends it" [ $? -eq 130 ]
check "... and nothing is left" [ ! -e "$work/com2" ]
exec 7>&-
check "another address is refused" grep -q 'this host only' <(
	"$build/hostel" run --kernel "$guest/vmlinuz" --serial \
		tcp:0.0.0.0:4555 2>&1)
[ "$failures" -eq 0 ] || tail -n 30 "$log" "$work/out" | sed 's/^/# /'
finish
