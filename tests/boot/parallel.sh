#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# parallel.sh - a stock kernel's printer driver: parport_pc finds LPT1, lp
# prints 200,000 bytes by it (20,000 where each access is a world switch), and each
# is in the file, with the port in either world.
. "$(dirname "$0")/lib.bash"

# The port's interrupt is used only if it is named.
cmd="insmod /lib/parport.ko; insmod /lib/parport_pc.ko io=0x378 irq=7;"
cmd="$cmd insmod /lib/lp.ko; head -c COUNT /dev/urandom >/tmp/p;"
cmd="$cmd sha256sum </tmp/p; timeout 60 cat /tmp/p >/dev/lp0; echo printed \$?;"
cmd="$cmd dmesg | grep -E 'parport|lp0'; grep parport /proc/interrupts"

# prints OPTION... - boot, and print
prints() {
	timeout -k 1 $((200 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none --no-reboot "$@" --append \
		"console=ttyS0 quiet panic=-1 hostel.net=off -- \"${cmd/COUNT/$count}\"" \
		</dev/null >"$log" 2>&1
}
# whole - what was printed has the sum that the guest says
whole() {
	[ "$(wc -c <"$work/printed")" -eq "$count" ] &&
		said "^$(sha256sum <"$work/printed" | cut -d ' ' -f 1)  -"
}
for path in all hosted; do
	count=200000
	[ "$path" = all ] || count=20000
	check "$path: it boots" prints --io-path "$path" \
		--parallel "file:$work/printed"
	check "$path: parport_pc finds the port and its interrupt" \
		said 'parport0: PC-style at 0x378, irq 7 \[PCSPP'
	check "$path: lp prints all of it" said '^printed 0'
	check "$path: and each byte arrives" whole
	[ "$failures" -eq 0 ] || tail -n 20 "$log" | sed 's/^/# /'
done
finish
