#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# faults.sh - a part dies while a guest runs: what is said, what goes on, what
# is left behind.
. "$(dirname "$0")/lib.sh"

# start LOG COMMAND - boot a guest in the background; sets $vm.
start() {
	"$build/hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--net nat --no-reboot --report "$1.json" \
		--append "console=ttyS0 panic=-1 -- '$2'" \
		</dev/null >"$1" 2>&1 &
	vm=$!
	pids="$pids $vm"
}

# child PARENT NAME - the pid of a child process by its name
child() { pgrep -P "$1" -x "$2"; }

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

# --- the VMM dies -----------------------------------------------------------
start "$work/vmm" "echo ready; sleep 1000"
check "the second guest comes up" wait_for 90 "$work/vmm" '^ready'
kill -9 "$(child "$vm" hostel-vmm)"
check "VMM killed: hostel ends within a second" ends_within 10 "$vm"
check "VMM killed: exit status 70" [ "${status:-0}" -eq 70 ]
check "VMM killed: hostel says so" grep -q 'hostel-vmm was ended' "$work/vmm"

# --- hostel itself is killed ------------------------------------------------
start "$work/app" "echo ready; sleep 1000"
check "the third guest comes up" wait_for 90 "$work/app" '^ready'
vmm=$(child "$vm" hostel-vmm)
switch=$(daemon vmnetd)
nat=$(pgrep -P "${switch:-0}" -x vmnet-nat)
kill -9 "$vm"
gone() {
	local i
	for ((i = 0; i < 50; i++)); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}
check "hostel killed: no VMM is left" gone "$vmm"
check "hostel killed: no switch is left" gone "$switch"
check "hostel killed: no NAT is left" gone "$nat"
check "hostel killed: no socket is left" \
	[ ! -e "$HOSTEL_VMNET_DIR/vmnet.sock" ]
finish
