#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# reach.sh - the commands of docs/REACH.md, as they stand there, and stock
# guests at their ends: on a Linux bridge with this host and another one, on
# VXLAN between two hosts, behind Open vSwitch with a datapath of its own, and
# beside QEMU on a VDE switch.
# tests/run: waits
[ -n "${LAB_IFACE:-}" ] || exec bench/lab bash "$0"
. "$(dirname "$0")/lib.bash"
page=docs/REACH.md
PATH=$(realpath "$build"):$PATH
peer=$LAB_PEER

# block NAME - the commands of the page's block of that name
block() {
	awk -v head="<!-- reach.sh: $1 -->" '/^[^ ]/ { on = 0 }
		on && NF { print substr($0, 5) } $0 == head { on = 1 }' "$page"
}

# run_block NAME WORD... - run it, each command must be well; WORDs go before
# the shell
run_block() {
	local name=$1
	shift
	[ -n "$(block "$name")" ] ||
		{ echo "# $page: no block '$name'"; return 1; }
	block "$name" >"$work/$name.sh"
	"$@" bash -eu "$work/$name.sh" >"$work/said" 2>&1 && return
	sed 's/^/# /' "$work/said"
	return 1
}

# start NAME NETWORK ADDRESS COMMAND WORD... - a guest on that network;
# WORDs go before it; sets $vm and $log
start() {
	local name=$1 iface=$2 address=$3 command=$4
	shift 4
	local append="console=ttyS0 quiet panic=-1 hostel.ip=$address"
	log=$work/$name
	mkfifo "$work/$name.line"
	HOSTEL_VMNET_DIR=$work/vmnet-$name "$@" "$build/hostel" run \
		--kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--memory 64M --net "$iface" --no-reboot \
		--append "$append -- \"$command; echo done; read go\"" \
		<>"$work/$name.line" >"$log" 2>&1 &
	vm=$!
	pids="$pids $vm"
}

# answered N - the guest's pings of its Nth target were all answered
answered() { saw "$1" '^3 packets transmitted, 3 packets received'; }
up() { soon 120 said '^done'; }
# reached WORD... ADDRESS - whoever that is, by three pings of full size
reached() { "$@" >"$work/said" 2>&1 || { sed 's/^/# /' "$work/said"; false; }; }
ping="ping -c 3 -W 2 -s 1472"

# The page speaks of eth0.
rename="ip link set wire0 down; ip link set wire0 name eth0"
rename="$rename; ip link set eth0 up"
sh -c "$rename" && $peer sh -c "$rename" || exit 1

run_block vxlan env there=10.77.0.2
check "vxlan: the page's commands, here" [ $? -eq 0 ]
run_block vxlan $peer env there=10.77.0.1
check "vxlan: and on the other host" [ $? -eq 0 ]
start one bridged=vmnet-x 10.99.0.1/24 true
one=$vm
up
start two bridged=vmnet-x 10.99.0.2/24 "$ping 10.99.0.1" $peer
check "vxlan: both guests come up" up
check "vxlan: they reach each other, with frames of full size" answered 1 ||
	tail -n 5 "$log" | sed 's/^/# /'
kill "$one" "$vm"
wait "$one" "$vm" 2>/dev/null
both="ip link del vmnet-x; ip link set eth0 mtu 1500"
sh -c "$both" && $peer sh -c "$both"

check "bridge: the page's commands" run_block bridge
start bridged bridged=vmnet-a 10.77.0.3/24 "$ping 10.77.0.1; $ping 10.77.0.2"
check "bridge: a guest comes up" up
check "bridge: it reaches this host, and the other one" answered 2 ||
	tail -n 12 "$log" | sed 's/^/# /'
check "bridge: this host reaches it" reached $ping 10.77.0.3
check "bridge: and the other host does" reached $peer $ping 10.77.0.3
kill "$vm"
wait "$vm" 2>/dev/null

if command -v ovs-vswitchd >/dev/null && [ -c /dev/net/tun ]; then
	folder=$work/ovs
	mkdir "$folder"
	export folder OVS_RUNDIR=$folder OVS_LOGDIR=$folder OVS_DBDIR=$folder
	check "Open vSwitch: the page's commands" run_block ovs
	pids="$pids $(cat "$folder"/*.pid)"
	start behind bridged=vmnet-b 10.78.0.3/24 "$ping 10.78.0.1"
	check "Open vSwitch: a guest comes up" up
	check "Open vSwitch: it reaches this host" answered 1 ||
		tail -n 5 "$log" | sed 's/^/# /'
	check "Open vSwitch: this host reaches it" reached $ping 10.78.0.3
	check "Open vSwitch: it ends" run_block ovs-end
	ended() { [ -z "$(ls "$folder"/*.pid 2>/dev/null)" ]; }
	check "Open vSwitch: and nothing of it is left" soon 5 ended
	kill "$vm"
else
	echo "ok Open vSwitch # SKIP it is not there (tools/setup reach), or no" \
		"/dev/net/tun"
fi

qemu=qemu-system-i386
if command -v vde_switch >/dev/null &&
		$qemu -netdev help 2>/dev/null | grep -qx vde; then
	export folder=$work/vde HOSTEL_VMNET_DIR=$work/vmnet-plugged
	mkdir "$folder"
	check "VDE: the page's commands" run_block vde
	pids="$pids $(cat "$folder/vde.pid")"
	start plugged vmnet9 10.97.0.3/24 true
	check "VDE: a guest comes up" up
	append="console=ttyS0 quiet panic=-1 hostel.ip=10.97.0.4/24"
	$qemu -accel tcg -m 64M -kernel "$guest/vmlinuz" \
		-initrd "$guest/initrd" -display none -monitor none -serial \
		"file:$work/qemu" -netdev "vde,id=n,sock=$folder/switch" \
		-device pcnet,netdev=n,mac=52:54:00:00:00:04 -append \
		"$append -- \"$ping -W 10 10.97.0.3; halt -f\"" \
		</dev/null >"$work/qemu.said" 2>&1 &
	pids="$pids $!"
	log=$work/qemu
	# On a busy host the first may have waited for an address for too long.
	heard='^3 packets transmitted, [1-3] packets received'
	check "VDE: QEMU's guest reaches it" soon 120 saw 1 "$heard" ||
		tail -n 5 "$log" "$work/qemu.said" | sed 's/^/# /'
else
	echo "ok VDE # SKIP there is no vde_switch (tools/setup reach), or no" \
		"QEMU with vde"
fi
finish
