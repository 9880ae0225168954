# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib_hosts.bash - what the tests of poorer hosts share: a stock kernel's boot
# with traffic both ways, of which two run at a time.
. "$(dirname "${BASH_SOURCE[0]}")/../boot/lib.bash"
set -u
[ -s "$guest/vmlinuz" ] || {
	echo "not ok $guest/vmlinuz is there: run make guest"
	exit 1
}

# boots NAME COMMAND... - of which "run ..." is the end: boot with it, and
# judge, in a network of its own; one TAP line
boots() {
	local name=$1 dir log all cmd status
	shift
	dir=$(mktemp -d "$work/XXXX")
	log=$dir/console
	mkdir -m 700 "$dir/net"
	all="--port $port --bytes 1M --check"
	cmd="ping -c 2 10.0.2.2 && nettest send 10.0.2.2 $all"
	cmd="$cmd && nettest recv 10.0.2.2 $all"
	HOSTEL_VMNET_DIR=$dir/net timeout -k 5 60 "$@" \
		--kernel "$guest/vmlinuz" --initrd "$guest/initrd" --net nat,host-loopback \
		--no-reboot --append "console=ttyS0 panic=-1 -- \"$cmd\"" \
		</dev/null >"$log" 2>&1
	status=$?
	[ "$status" -eq 0 ] && said '^hostel-guest: exit 0' &&
		said '^2 packets transmitted, 2 packets received' &&
		saw 2 'checksum [0-9a-f]* is right' &&
		saw 0 'WARNING:|BUG:|Oops|Call Trace|timed out'
	result "$name: a stock kernel boots, and both ways carry data" $? ||
		{ echo "# status $status"; tail -n 30 "$log" | sed 's/^/# /'; }
}

# beside FUNCTION ARGS... - run it in the background, two at a time; it says
# what it found in a file, which all_done prints
started=0
beside() {
	while [ "$(jobs -rp | wc -l)" -ge $((2 + ${server:-0})) ]; do
		rest 0.2
	done
	started=$((started + 1))
	"$@" >"$work/tap.$started" 2>&1 &
	waited[started]=$!
}

all_done() {
	local i
	for ((i = 1; i <= started; i++)); do
		wait "${waited[i]}"
		cat "$work/tap.$i"
		! grep -q '^not ok' "$work/tap.$i" || failures=$((failures + 1))
	done
}
waited=()

serve
server=1	# a job of ours, too
