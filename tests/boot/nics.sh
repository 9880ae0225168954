#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# nics.sh - a stock kernel with four cards, each on another network: addresses by
# DHCP on two of them, another machine reached by each of the private ones, and
# interrupts and frames of every card.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

# boot NAME LOG COMMAND ARGS... - a machine with four cards
boot() {
	local name=$1 to=$2 cmd=$3
	shift 3
	timeout -k 1 $((150 * patience)) "$hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --memory 64M --name "$name" "$@" \
		--append "console=ttyS0 quiet panic=-1 -- \"$cmd\"" \
		</dev/null >"$to" 2>&1 &
	vm=$!
	pids="$pids $vm"
}
here='ip addr add 10.9.2.$me/24 dev eth$a; ip addr add 10.9.3.$me/24 dev eth$b'
boot other "$work/other" "me=2 a=0 b=1; $here; echo there; sleep 200" \
	--net vmnet2 --net vmnet3
there() { grep -q '^there' "$work/other"; }
check "another machine, with two" soon 120 there

ask='ping -c 3 -W 2 10.9.2.2 >/dev/null && echo pong 2'
ask="$ask; ping -c 3 -W 2 10.9.3.2 >/dev/null && echo pong 3"
ask="$ask; ping -c 3 -W 2 10.0.2.2 >/dev/null && echo pong nat"
ask="$ask; for i in 0 1 2 3; do set -- \$(ip -4 -o addr show dev eth\$i); \
echo eth\$i \$4 \$(cat /sys/class/net/eth\$i/address) carrier \
\$(cat /sys/class/net/eth\$i/carrier); done; grep eth /proc/interrupts"
boot four "$log" "me=1 a=1 b=3; $here; $ask; sleep 2; echo asked; sleep 100" \
	--net nat --net vmnet2 --net hostonly --net vmnet3 --report "$log.json"
check "a machine with four cards comes up" soon 150 said '^asked'
check "... an address on nat" said '^eth0 10\.0\.2\.15/24 .* carrier 1'
check "... and on hostonly" said '^eth2 192\.168\.211\..* carrier 1'
check "... vmnet2 by its second card" said '^pong 2'
check "... vmnet3 by its fourth" said '^pong 3'
check "... nat by its first" said '^pong nat'
macs() {
	tr -d '\r' <"$log" | sed -n 's/^eth[0-3] .* \([0-9a-f:]*\) carrier.*/\1/p'
}
check "... four addresses" [ "$(macs | sort -u | wc -l)" -eq 4 ]
for i in 0 1 2 3; do
	check "... eth$i has interrupts" said "^ *[0-9]+: +[1-9].*eth$i"
done
check "ps has all four networks" eval \
	'"$hostel" ps | grep -q "nat,vmnet2,hostonly,vmnet3"'
check "quit" "$hostel" ctl four quit
soon 20 gone "$vm"
# sent CARD - frames that it has sent, by the report
sent() {
	"${HOSTEL_PYTHON:-/usr/bin/python3}" -c 'import json, sys
print(json.load(open(sys.argv[1]))["nics"][int(sys.argv[2])]["frames_sent"])' \
		"$log.json" "$1"
}
for i in 0 1 2 3; do
	check "the report: card $i has sent" [ "$(sent $i)" -gt 0 ]
done
"$hostel" ctl other quit
[ "$failures" -eq 0 ] || tail -n 40 "$log" | sed 's/^/# /'
finish
