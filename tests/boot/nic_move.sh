#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# nic_move.sh - a running machine's card is moved from nat to hostonly and back,
# by `hostel ctl`: a stock guest sees its carrier go and come, has an address of
# the new network, and reaches what is there and nothing else. Ports of this
# host are forwarded to it while it runs. A reset leaves it where it is.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

# boot NAME LOG ARGS... - a machine that does $cmd
boot() {
	local name=$1 to=$2
	shift 2
	"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" \
		--memory 64M --name "$name" "$@" \
		--append "console=ttyS0 quiet panic=-1 -- \"$cmd\"" \
		</dev/null >"$to" 2>&1 &
	vm=$!
	pids="$pids $vm"
}
ctl() { "$hostel" ctl mover "$@" >"$work/said" 2>&1; }
# fails STATUS WORDS... - a request that is refused
fails() {
	local want=$1
	shift
	ctl "$@"
	[ $? -eq "$want" ]
}
says() { grep -Eq "$1" "$work/said" || { sed 's/^/# /' "$work/said"; false; }; }
mark() { now=$(wc -l <"$log"); }
# later PATTERN - in what the guest said after mark
later() { tail -n "+$((now + 1))" "$log" | tr -d '\r' | grep -Eq "$1"; }
silent() { ! later "$1"; }
on() { "$hostel" ps >"$work/ps" && grep -Eq "^mover .* $1\$" "$work/ps"; }
shut() { ! listens "$port"; }

# --- somebody to reach on hostonly
show='set -- $(ip -4 -o addr show dev eth0); echo address $4'
cmd="$show; until [ -e /tmp/done ]; do sleep 1; done"
boot peer "$work/peer" --net hostonly
peer=
has_peer() {
	peer=$(tr -d '\r' <"$work/peer" | sed -n 's/^address \([0-9.]*\).*/\1/p')
	[ -n "$peer" ]
}
check "a machine on hostonly" soon 120 has_peer

cmd="was=1; while :; do echo the guest | nc -l -p 7; done & \
while sleep 0.2; do c=\$(cat /sys/class/net/eth0/carrier); \
[ \$c = \$was ] || echo carrier \$c; \
if [ \$c\$was = 10 ]; then udhcpc -i eth0 -n -q -t 8 -T 1 -A 1 \
-s /etc/udhcpc.sh >/dev/null 2>&1; $show; fi; was=\$c; \
ping -c 1 -W 1 10.0.2.2 >/dev/null 2>&1 && echo pong nat; \
ping -c 1 -W 1 $peer >/dev/null 2>&1 && echo pong peer; done"

# moved FROM TO ADDRESS PONG NOT - as the guest sees it
moved() {
	mark
	check "$steps: from $1 to $2" ctl connect 0 "$2"
	check "... hostel ps has it there" on "$2"
	check "... the carrier goes" soon 20 later '^carrier 0'
	check "... and comes" soon 20 later '^carrier 1'
	check "... an address of $2" soon 30 later "^address $3"
	mark
	check "... what is there answers" soon 20 later "^pong $4"
	mark
	sleep 3
	check "... and nothing else" silent "^pong $5"
}

port=$(free_port)
for steps in all hosted; do
	boot mover "$log" --net nat --io-path "$steps"
	check "$steps: a machine on nat" soon 120 said '^pong nat' || {
		tail -n 40 "$log" | sed 's/^/# /'
		finish
	}
	check "... has no forwarded port" shut
	check "... gets one" ctl forward add "tcp:$port:7"
	check "... that leads to it" soon 20 greeted "$port" 3
	moved nat hostonly 192.168.211. peer nat
	check "... its port is shut" shut
	moved hostonly nat 10.0.2.15 nat peer
	check "... its port is open again" soon 20 greeted "$port" 3
	[ "$steps" = all ] || break

	# --- what can not work is refused, and nothing has changed
	mark
	check "no such network" fails 64 connect 0 vmnet999
	check "... with a sentence" says 'card 0 stays on nat: there is no such'
	check "no such interface" fails 69 connect 0 bridged=not-there
	check "... with a sentence" says 'card 0 stays on nat: '
	check "... it is still on nat" on nat
	check "... and goes on" soon 20 later '^pong nat'
	check "a port twice" fails 69 forward add "tcp:$port:8"
	check "... with a sentence" says 'can not be forwarded: .*already'
	check "remove" ctl forward remove "tcp:$port:7"
	check "... it is shut" shut
	check "list: none" ctl forward list
	check "... says nothing" [ ! -s "$work/said" ]
	check "add" ctl forward add "tcp:$port:7"

	# --- a cable that is out; a reset
	mark
	check "link down" ctl link 0 down
	check "... the carrier goes" soon 20 later '^carrier 0'
	check "link up" ctl link 0 up
	check "... and comes" soon 20 later '^carrier 1'
	check "to hostonly" ctl connect 0 hostonly
	mark
	check "reset" ctl reset
	check "... it is still there" soon 120 later '^pong peer'
	check "... by hostel ps, too" on hostonly
	mark
	check "to nat, with its port" ctl connect 0 nat
	check "... the carrier comes" soon 30 later '^carrier 1'
	check "... that leads to it" soon 20 greeted "$port" 3
	ctl report --json
	check "the report tells where it is" says '"network":"nat"'
	ctl quit
	check "quit" soon 20 gone "$vm"
done
ctl quit
"$hostel" ctl peer quit
[ "$failures" -eq 0 ] || tail -n 30 "$log" | sed 's/^/# /'
finish
