#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# latency.sh - the time line of a stock guest's frames by NAT: every hop has
# frames, in order; live, on and off; nothing is noted unless it is asked for.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

serve
mkfifo "$work/line"
all="--port $port --bytes 2M --check"
cmd="echo ready; read go; nettest send 10.0.2.2 $all; nettest recv 10.0.2.2 $all"
cmd="$cmd; echo carried; read go; nettest send 10.0.2.2 $all; echo again"
cmd="$cmd; read go"
"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" --name timed \
	--net nat,host-loopback --no-reboot \
	--append "console=ttyS0 quiet panic=-1 -- \"$cmd\"" \
	<"$work/line" >"$log" 2>"$work/err" &
pids="$pids $!"
exec 8>"$work/line"

# latency WORDS... - into $work/l
latency() { "$hostel" net latency "$@" >"$work/l" 2>&1; }
says() { grep -q "$1" "$work/l"; }
show() { sed 's/^/# /' "$work/l"; tail -n 5 "$log" | sed 's/^/# /'; }
# frames HOP - how many have been noted there
frames() {
	"$hostel" net latency timed --json | "${HOSTEL_PYTHON:-/usr/bin/python3}" -c "import json, sys
hops = json.load(sys.stdin)['ports'][0]['hops']
print(sum(h['frames'] for h in hops if h['hop'].startswith('$1')))"
}
# ordered - of each hop p50 <= p99 <= max, and all below ten seconds
ordered() {
	"$hostel" net latency timed --json | "${HOSTEL_PYTHON:-/usr/bin/python3}" -c "import json, sys
hops = json.load(sys.stdin)['ports'][0]['hops']
assert hops
for h in hops:
	assert h['p50_ns'] <= h['p99_ns'] <= h['max_ns'] < 10**10, h"
}

check "the guest comes up" soon 120 said '^ready' || {
	show
	finish
}
latency timed
check "without asking nothing is noted" says 'no stamps'
latency
check "... on any port" says "no port takes stamps"
check "on, one frame in ten" latency timed every=10
echo >&8
check "the guest sends and receives" soon 90 said '^carried'
check "the hops are told" latency timed
for hop in "the guest's OUT" "descriptor seen" "and until the descriptor" \
	"in the card's ring, until the switch" "in the switch" \
	"until its receiver" "until the NAT's process" "in the NAT, with" \
	"from the descriptor" "in the NAT, since" "until the switch takes" \
	"until there is room" "in the card's ring, until the VMM" \
	"until it is in the guest" "from the switch to that" \
	"and until the guest takes" "and until its driver"; do
	check "hop: $hop" says "^    $hop" || show
done
check "p50, p99 and max are in order" ordered
check "the driver's looks are a part of the frames" \
	[ "$(frames 'and until its driver')" -gt 0 ]

check "on again: it begins anew" latency timed every=1000000
check "... with nothing" says 'none so far'
check "off" latency timed off
echo >&8
check "the guest sends again" soon 90 said '^again'
latency timed
check "off is off" says 'no stamps'
latency timed every=0
check "every=0 is refused" says 'N is 1 to'
latency timed often
check "what is no word is refused" says 'say on, off or every=N'
latency nobody on
check "a port that is not there" says "there is no port 'nobody'"
echo >&8
[ "$failures" -eq 0 ] || show
finish
