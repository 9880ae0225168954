#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# explain.sh - `hostel net explain` of a stock guest: idle, short of CPU, and
# sending by NAT to a program that does not read.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

# deaf - a server that takes a connection and never reads; its port: $port
deaf() {
	"${HOSTEL_PYTHON:-/usr/bin/python3}" -c 'import socket, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
s.bind(("127.0.0.1", 0))
s.listen(1)
print(s.getsockname()[1], flush=True)
c = s.accept()
time.sleep(300)' >"$work/deaf" &
	pids="$pids $!"
	soon 10 [ -s "$work/deaf" ]
	port=$(cat "$work/deaf")
}

deaf
mkfifo "$work/line"
busy="while :; do :; done & ping -q -i 0.02 10.0.2.2 >/dev/null &"
cmd="echo ready; read go; $busy echo busy; read go; killall ping; kill %1"
cmd="$cmd; nc 10.0.2.2 $port </dev/zero & echo sending; read go"
"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" --name slow \
	--net nat,host-loopback --no-reboot \
	--append "console=ttyS0 quiet panic=-1 -- \"$cmd\"" \
	<"$work/line" >"$log" 2>"$work/err" &
pids="$pids $!"
exec 8>"$work/line"

# explained LIMIT - that is what limits the machine
explained() {
	"$hostel" net explain slow >"$work/said" 2>&1 &&
		grep -q "slow:0: $1\$" "$work/said"
}
show() { sed 's/^/# /' "$work/said"; tail -n 5 "$log" | sed 's/^/# /'; }

check "the guest comes up" soon 120 said '^ready' || {
	show
	finish
}
check "a guest that does nothing" soon 20 explained idle || show
echo >&8
check "the guest is busy" soon 60 said '^busy'
check "... and short of CPU" soon 20 explained guest-cpu || show
echo >&8
check "it sends" soon 60 said '^sending'
check "... and nobody reads: a window behind the NAT" \
	soon 30 explained nat-window || show
echo >&8
finish
