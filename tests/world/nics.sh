#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# nics.sh - a machine's cards while it runs, by `hostel ctl`: moved to other
# networks, ports of this host forwarded, and what can not work refused with one
# sentence; nothing has changed then. The guest only halts: what a kernel sees
# is in tests/boot/nic_move.sh.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"
hostel=$build/hostel

guest halted <<'END'
_start:	mov $'!', %al
	mov $0x3f8, %dx
	out %al, %dx
	sti
1:	hlt
	jmp 1b
END
# machine ARGS... - start it; it runs when it has said so
machine() {
	"$hostel" run --kernel "$work/halted" --name m "$@" \
		</dev/null >"$work/out" 2>"$work/err" &
	vm=$!
	soon 60 grep -q '!' "$work/out"
}
ctl() { "$hostel" ctl m "$@" >"$work/said" 2>&1; }
# refused STATUS TEXT WORDS...
refused() { ctl_refuses "$@"; }
# is NIC NETWORK - status says so
is() { ctl status && grep -q "^nic $1  *$2," "$work/said"; }
# listed N - so many ports are forwarded
listed() {
	ctl forward list
	[ "$(wc -l <"$work/said")" -eq "$1" ] ||
		{ sed 's/^/# /' "$work/said"; false; }
}

export XDG_CONFIG_HOME=$work/config
check "a machine with four cards" machine --net nat --net vmnet2 \
	--net hostonly --net vmnet3 || finish

# --- connect
check "no such card" refused 64 "no card '4'; it has 4" connect 4 nat
check "no such network" \
	refused 64 "card 0 stays on nat: there is no such network" \
	connect 0 vmnet999
check "which interface?" refused 64 "card 1 stays on vmnet2: say which" \
	connect 1 bridged
check "no such interface" refused 69 "card 1 stays on vmnet2: " \
	connect 1 bridged=not-there
check "it is where it was" is 1 vmnet2
check "connect" ctl connect 1 vmnet7
check "... there it is" is 1 vmnet7
check "... and back at once" ctl connect 1 vmnet2
check "... there it is" is 1 vmnet2
check "to where it is" ctl connect 1 vmnet2
net() { "$hostel" net "$@" >"$work/said" 2>&1; }
check "net connect" net connect m 1 vmnet8
check "... there it is" is 1 vmnet8
check "... and VMNet has it there" eval \
	'net list && sed -n "/^vmnet8 /,/^[a-z]/p" "$work/said" | grep -q " m:1 "'
check "net connect: which network?" eval '! net connect m 1'
check "net connect: no such machine" eval '! net connect nobody 1 nat' &&
	check "... says so" grep -q "no machine 'nobody' runs" "$work/said"
check "net connect: back" net connect "@$vm" 1 vmnet2
for nic in 0 1 2 3; do
	"$hostel" ctl m connect $nic "vmnet$((10 + nic))" \
		>"$work/said.$nic" 2>&1 &
	asks[nic]=$!
done
for nic in 0 1 2 3; do
	check "all at once: card $nic" wait "${asks[nic]}"
done
check "ps has them there" eval \
	'"$hostel" ps | grep -q "vmnet10,vmnet11,vmnet12,vmnet13\$"'

# --- forward
port=$(free_port)
check "no card on nat" refused 64 "no card of this machine is on" \
	forward add "tcp:$port:22"
check "that card is not" refused 64 "card 2 is on vmnet12; ports can be" \
	forward add "tcp:$port:22" 2
check "one that is" ctl connect 2 nat
check "what is that?" refused 64 "is not a forwarded port" forward add tcp:22
check "to port 0" refused 64 "are not numbers from 1" forward add "tcp:$port:0"
check "not for the network" refused 64 "is not an IPv4 address" \
	forward add "tcp:all:$port:22"
check "no such verb" refused 64 "write 'forward list'" forward give
check "no words" refused 64 "takes 1 or more word" forward
check "none is there" listed 0
check "add" ctl forward add "tcp:$port:22"
check "... it is open" listens "$port"
check "... and listed" listed 1
check "... with its card and address" \
	grep -q "^nic 2  *tcp:127.0.0.1:$port:22\$" "$work/said"
check "... by status, too" eval \
	'ctl status && grep -q "tcp:127.0.0.1:$port:22\$" "$work/said"'
check "... for programs" eval \
	'ctl status --json && grep -q "\"tcp:127.0.0.1:$port:22\"" "$work/said"'
check "... by net forward, too" eval \
	'"$hostel" net forward m list | grep -q "tcp:127.0.0.1:$port:22\$"'
check "add it again" refused 69 "that port is forwarded already" \
	forward add "tcp:$port:23"
check "not of this host" refused 69 "this host has no such address" \
	forward add "tcp:198.51.100.7:$port:22"
if [ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -gt 79 ]; then
	check "a privileged port" refused 69 "may not open ports below 1024" \
		forward add tcp:79:22
else
	echo "ok a privileged port # SKIP this host has none"
fi
other=$(free_port)
"$build/nettest" serve --port "$other" >"$work/server" 2>&1 &
server=$!
soon 5 grep -q ' port [0-9]*$' "$work/server"
check "a port that is taken" \
	refused 69 "$other:22 can not be forwarded: another program has it" \
	forward add "tcp:$other:22"
kill "$server"
check "udp, at all addresses" ctl forward add "udp:0.0.0.0:$port:53" 2
check "... is listed" listed 2
check "remove what is not there" refused 69 "that port is not forwarded" \
	forward remove "tcp:$other:22"
check "remove" ctl forward remove "tcp:$port:22"
check "... it is shut" eval '! listens "$port"'
check "... one is left" listed 1
n=1
for i in $(seq 40); do
	p=$((port + i))
	listens "$p" || { ctl forward add "tcp:$p:22" && n=$((n + 1)); }
	[ $n -lt 16 ] || break
done
check "sixteen" listed 16
check "no seventeenth" refused 69 "16 forwarded ports, and no more" \
	forward add "tcp:$other:22"

# --- a network of the user's own
check "another network with NAT" net create vmnet5 --nat
check "a card is moved there" ctl connect 3 vmnet5
check "... and a port leads to it" ctl forward add "tcp:$other:22" 3
check "... it is open" listens "$other"
check "... and shut" ctl forward remove "tcp:$other:22"
check "the card leaves" ctl connect 3 vmnet13
check "what the network is no more" net delete vmnet5

# --- a pause, a reset
check "pause" ctl pause
check "no card is moved" refused 69 "the machine is paused" connect 2 hostonly
check "no port is opened" refused 69 "the machine is paused" \
	forward add "tcp:$port:22"
check "resume" ctl resume
check "reset" ctl reset
soon 20 is 3 vmnet13
check "a card is where it was moved" is 3 vmnet13
check "and ports lead to it" listed 16
check "... also those that were not given at first" \
	soon 20 listens "$p"
ctl quit
check "quit" soon 20 gone "$vm"
finish
