#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# serial2.sh - COM2 beside COM1: a stock kernel finds ttyS1, and a megabyte of
# any bytes goes by it each way, whole, while the console is COM1's; with both
# ports in either world, and with a pseudo-terminal. Where each access is a
# world switch it is less: 10,240 times a FIFO, and more than a pipe and a ring
# can hold.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

# both_ways BYTES - so many go each way from now on. The guest says "ready" on
# its console, reads them from ttyS1 with the hardware's flow control, and sends
# as many others.
both_ways() {
	bytes=$1
	head -c "$bytes" /dev/urandom >"$work/in"
	sum_in=$(sha256sum <"$work/in" | cut -d ' ' -f 1)
	cmd="exec 3<>/dev/ttyS1; stty raw -echo crtscts <&3; echo ready;"
	cmd="$cmd head -c $bytes <&3 | sha256sum;"
	cmd="$cmd head -c $bytes /dev/urandom >/tmp/o; sha256sum </tmp/o;"
	cmd="$cmd cat /tmp/o >&3;"
	cmd="$cmd grep ' ttyS\|uart:16550' /proc/interrupts"
	cmd="$cmd /proc/tty/driver/serial;"
	cmd="$cmd dmesg | grep 'ttyS1\|too much'; exec 3>&-"
}

# machine OPTION... - boot it, with COM1 in $log
machine() {
	timeout -k 1 $((120 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none --no-reboot \
		--report "$work/report" --serial "file:$log" "$@" \
		--append "console=ttyS0 quiet panic=-1 hostel.net=off -- \"$cmd\""
}
# feed - COM2's input, when the guest is there; then an end that stays open
feed() {
	soon 100 grep -qs '^ready' "$log"
	cat "$work/in"
	soon 100 grep -q '^hostel-guest: exit' "$log"
}
# judge NAME - what came both ways, in $log and $work/out
judge() {
	local sum_out
	sum_out=$(tr -d '\r' <"$log" | sed -n 's/^\([0-9a-f]\{64\}\)  -$/\1/p' |
		sed -n 2p)
	check "$1: the guest got all that was sent" said "^$sum_in  -"
	check "$1: what it sent has its sum" \
		[ "$(sha256sum <"$work/out" | cut -d ' ' -f 1)" = "$sum_out" ]
	check "$1: and ends as it wants" said '^hostel-guest: exit'
	check "$1: nothing was too fast for it" saw 0 'overrun|oe:|too much work for'
	[ "$failures" -eq 0 ] || tail -n 20 "$log" "$work/err" | sed 's/^/# /'
}
for path in all hosted; do
	size=1048576
	[ "$path" = all ] || size=163840
	both_ways $size
	rm -f "$log" "$work/out"
	feed | machine --serial stdio --io-path "$path" >"$work/out" 2>"$work/err"
	judge "$path"
done
check "the kernel finds it" said 'ttyS1 at I/O 0x2f8 \(irq = 3, .*is a 16550A'
check "and its interrupts come by IRQ 3" said ' 3: .* ttyS1$'
check "--report counts its bytes" grep -q "\"bytes_sent\": $bytes," "$work/report"
both_ways 1048576

# pty - COM2 is one: told by its name, both ways
pty() {
	local reader tty
	rm -f "$log" "$work/out"
	machine --serial pty </dev/null >"$work/err" 2>&1 &
	pids="$pids $!"
	soon 20 grep -q 'COM2 is /dev/pts/' "$work/err" || return
	tty=$(sed -n 's/.*COM2 is //p' "$work/err")
	head -c "$bytes" <"$tty" >"$work/out" &
	reader=$!
	soon 100 grep -q '^ready' "$log" || return
	cat "$work/in" >"$tty"
	wait "$reader"
	soon 60 grep -q '^hostel-guest: exit' "$log"
}
check "a pseudo-terminal: it is told where" pty
judge "a pseudo-terminal"
finish
