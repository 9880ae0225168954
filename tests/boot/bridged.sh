#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bridged.sh - the stock 686 kernel bridged to a cable, at whose other end is a
# machine with all its offloads on (bench/lab): a ping, 4 MB of nettest each
# way with both checksums compared, a promiscuous card, the cable pulled.
# tests/run: waits
[ -n "${LAB_IFACE:-}" ] || exec bench/lab bash "$0"
. "$(dirname "$0")/lib.bash"

foreign=10.77.0.99

# heard WHEN - how many frames the guest received while the other machine sent
# 100 to a third one, as it told after "WHEN:"
heard() { tr -d '\r' <"$log" | sed -n "s/^$1: //p"; }

$LAB_PEER ip neigh replace "$foreign" lladdr 02:00:00:00:00:99 dev wire0
$LAB_PEER "$build/nettest" serve --bind "$LAB_PEER_IP" --port 5201 \
	>"$work/server" 2>&1 &
pids="$pids $!"

all="--port 5201 --bytes 4M --check"
rx=/sys/class/net/eth0/statistics/rx_packets
# Each step says what it is and gives this side two seconds for its part.
step="n=\$(cat $rx); echo step \$s; sleep 2; echo \$s: \$((\$(cat $rx)-n))"
cmd="ping -c 3 $LAB_PEER_IP && nettest send $LAB_PEER_IP $all"
cmd="$cmd && nettest recv $LAB_PEER_IP $all"
cmd="$cmd; s=plain; $step"
cmd="$cmd; ip link set eth0 promisc on; s=promiscuous; $step"
cmd="$cmd; ip link set eth0 promisc off; i=0; while [ \$i -lt 300 ]; do"
cmd="$cmd sleep 0.2; i=\$((i+1)); ping -c 1 -W 1 $LAB_PEER_IP >/dev/null &&"
cmd="$cmd echo pong \$i; done"
"$build/hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
	--net "bridged=$LAB_IFACE,mac=00:50:56:0a:0b:0c" --no-reboot \
	--append "console=ttyS0 panic=-1 hostel.ip=$LAB_GUEST_IP -- \"$cmd\"" \
	</dev/null >"$log" 2>&1 &
vm=$!
pids="$pids $vm"

# to_another - 100 frames for a third machine, all at once
to_another() {
	$LAB_PEER ping -q -c 100 -l 100 -W 1 "$foreign" >/dev/null 2>&1
}

soon 90 said '^step plain'
to_another
check "bridged: three pings, three answers" \
	said "^3 packets transmitted, 3 packets received, 0%"
check "bridged: 4 MB each way: right checksums" \
	saw 2 "checksum [0-9a-f]* is right"
check "bridged: the other machine knows the guest by its own address" \
	grep -q 00:50:56:0a:0b:0c <($LAB_PEER ip neigh)
soon 20 said '^step promiscuous'
to_another
soon 20 said '^promiscuous:'
check "bridged: another's frames do not reach the guest" \
	[ "$(heard plain)" -lt 50 ]
check "bridged: but if its card is promiscuous" \
	[ "$(heard promiscuous)" -ge 100 ]

check "bridged: the guest's traffic goes on" soon 20 said '^pong'
now=$(wc -l <"$log")
ip link set wire0 down
check "interface down: the guest sees link loss" \
	soon 20 since "$now" 'eth0: link down'
now=$(wc -l <"$log")
ip link set wire0 up
check "interface up: the link returns" soon 20 since "$now" 'eth0: link up'
check "and the guest's traffic goes on" soon 20 since "$now" '^pong'
kill "$vm"
check "a signal ends hostel" within 3 gone "$vm"
[ "$failures" -eq 0 ] || tail -n 40 "$log" | sed 's/^/# /'
finish
