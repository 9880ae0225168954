#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# link_loss.sh - VMNet and its NAT are taken away from a running guest and put
# back: the driver sees its cable pulled, and the guest goes on. What happens
# when other parts die needs no Linux: see tests/world/faults.sh.
. "$(dirname "$0")/lib.bash"

# start COMMAND - boot a guest in the background; sets $vm.
start() {
	"$build/hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--net nat --no-reboot --report "$log.json" \
		--append "console=ttyS0 panic=-1 -- '$1'" \
		</dev/null >"$log" 2>&1 &
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

lines() { wc -l <"$log"; }

# --- VMNet and its NAT die: the guest sees the cable pulled and put back ----
# The driver looks at the link every two seconds, so VMNet has to stay away
# for longer: its program is hidden behind a link that we can take away.
ln -s "$(realpath "$build/vmnetd")" "$work/vmnetd"
export HOSTEL_VMNETD=$work/vmnetd
start "i=0; while [ \$i -lt 400 ]; do sleep 0.2; \
i=\$((i+1)); ping -c 1 -W 1 10.0.2.2 >/dev/null && echo pong \$i; done"
check "the guest comes up" soon 90 said '^pong'
switch=$(daemon vmnetd)
rm "$work/vmnetd"
kill -9 "$switch"
check "vmnetd killed: the guest sees link loss" soon 20 said 'eth0: link down'
now=$(lines)
ln -s "$(realpath "$build/vmnetd")" "$work/vmnetd"
check "VMNet back: the link returns" soon 20 since "$now" 'eth0: link up'
check "and the guest's traffic goes on" soon 20 since "$now" '^pong'
switch=$(daemon vmnetd)
kill -9 "$(pgrep -P "${switch:-0}" -x vmnet-nat)"
sleep 0.3
now=$(lines)
check "NAT killed: the guest's traffic goes on" soon 20 since "$now" '^pong'
kill "$vm"
check "a signal ends hostel" within 3 gone "$vm"
# changes - how often the card saw its link change, by the report
changes() {
	sed -n 's/.*"link_changes": \([0-9]*\).*/\1/p' "$log.json"
}
check "the card saw the link come, and go and come twice" \
	[ "$(changes)" -ge 5 ] || sed 's/^/# /' "$log.json" | grep link_changes

finish
