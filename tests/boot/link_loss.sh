#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# link_loss.sh - VMNet and its NAT are taken away from a running guest and put
# back: the driver sees its cable pulled, and the guest goes on. What happens
# when other parts die needs no Linux: see tests/world/faults.sh.
. "$(dirname "$0")/lib.bash"

# start LOG COMMAND - boot a guest in the background; sets $vm.
start() {
	"$build/hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--net nat --no-reboot --report "$1.json" \
		--append "console=ttyS0 panic=-1 -- '$2'" \
		</dev/null >"$1" 2>&1 &
	vm=$!
	pids="$pids $vm"
}

# daemon NAME - the pid of our own switch or its NAT: by the folder it serves
daemon() {
	local p
	for p in $(pgrep -x "$1"); do
		if tr '\0' '\n' <"/proc/$p/environ" 2>/dev/null |
			grep -q "^HOSTEL_VMNET_DIR=$HOSTEL_VMNET_DIR$"; then
			echo "$p"
		fi
	done
}

# since N PATTERN - does the net guest's console say it after line N?
since() { tail -n "+$(($1 + 1))" "$work/net" | grep -q "$2"; }

# said_since N PATTERN - the same, within 20 seconds
said_since() {
	local i
	for ((i = 0; i < 200; i++)); do
		since "$1" "$2" && return
		sleep 0.1
	done
	return 1
}
lines() { wc -l <"$work/net"; }

# --- VMNet and its NAT die: the guest sees the cable pulled and put back ----
# The driver looks at the link every two seconds, so VMNet has to stay away
# for longer: its program is hidden behind a link that we can take away.
ln -s "$(realpath "$build/vmnetd")" "$work/vmnetd"
export HOSTEL_VMNETD=$work/vmnetd
start "$work/net" "i=0; while [ \$i -lt 400 ]; do sleep 0.2; \
i=\$((i+1)); ping -c 1 -W 1 10.0.2.2 >/dev/null && echo pong \$i; done"
check "the guest comes up" wait_for 90 "$work/net" '^pong'
switch=$(daemon vmnetd)
rm "$work/vmnetd"
kill -9 "$switch"
check "vmnetd killed: the guest sees link loss" \
	wait_for 20 "$work/net" 'eth0: link down'
now=$(lines)
ln -s "$(realpath "$build/vmnetd")" "$work/vmnetd"
check "VMNet back: the link returns" said_since "$now" 'eth0: link up'
check "and the guest's traffic goes on" said_since "$now" '^pong'
switch=$(daemon vmnetd)
kill -9 "$(pgrep -P "${switch:-0}" -x vmnet-nat)"
sleep 0.3
now=$(lines)
check "NAT killed: the guest's traffic goes on" said_since "$now" '^pong'
kill "$vm"
check "a signal ends hostel" ends_within 30 "$vm"
# changes - how often the card saw its link change, by the report
changes() {
	sed -n 's/.*"link_changes": \([0-9]*\).*/\1/p' "$work/net.json"
}
check "the card saw the link come, and go and come twice" \
	[ "$(changes)" -ge 5 ] || sed 's/^/# /' "$work/net.json" | grep link_changes

finish
