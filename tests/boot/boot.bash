# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# boot.bash - boot one stock Debian kernel and see its network carry data.
#
# boot_kernel SUFFIX runs build/guest/vmlinuz SUFFIX under `hostel run` on
# NAT. In the guest: a ping, 4 MB of nettest each way with both checksums
# compared, and a 4 MB file fetched, summed and sent back, which this side
# compares byte by byte.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"

# counted KEY - the report's KEY is a number above 0
counted() { grep -Eq "\"$1\": [1-9]" "$work/report.json"; }

# judge SUFFIX STATUS - look at what the run left
judge() {
	local sum
	sum=$(sha256sum <"$work/give" | cut -d ' ' -f 1)
	check "vmlinuz$1: hostel exits with 0" [ "$2" -eq 0 ]
	check "vmlinuz$1: hostel-guest: exit 0" said "^hostel-guest: exit 0"
	check "vmlinuz$1: an address by DHCP" saw 0 "no DHCP answer"
	check "vmlinuz$1: three pings, three answers" \
		said "^3 packets transmitted, 3 packets received, 0%"
	check "vmlinuz$1: 4 MB each way and the file: right checksums" \
		saw 4 "checksum [0-9a-f]* is right"
	check "vmlinuz$1: the guest's sum of the file is ours" \
		said "^$sum  /tmp/f"
	check "vmlinuz$1: the file came back whole" \
		cmp -s "$work/give" "$work/save"
	check "vmlinuz$1: the driver knows the chip" \
		saw 1 "registered as PCnet/PCI II 79C970A"
	check "vmlinuz$1: no warning, no bug, no oops" \
		saw 0 "WARNING:|BUG:|Oops|Call Trace|unchecked MSR"
	check_clocks "vmlinuz$1: the clock is trusted" saw 0 "unstable|lost ticks"
	check "vmlinuz$1: the report counts frames sent" counted frames_sent
	check "vmlinuz$1: the report counts frames received" \
		counted frames_received
}

boot_kernel() {
	local suffix=$1 all cmd
	[ -s "$guest/vmlinuz$suffix" ] || {
		echo "not ok $guest/vmlinuz$suffix is there: run make guest"
		exit 1
	}
	head -c 4M /dev/urandom >"$work/give"
	serve --give "$work/give" --save "$work/save"
	all="--port $port --bytes 4M --check"
	cmd="ping -c 3 10.0.2.2 && nettest send 10.0.2.2 $all"
	cmd="$cmd && nettest recv 10.0.2.2 $all"
	cmd="$cmd && nettest recv 10.0.2.2 --port $port --file /tmp/f"
	cmd="$cmd && sha256sum /tmp/f"
	cmd="$cmd && nettest send 10.0.2.2 --port $port --file /tmp/f"
	"$build/hostel" run --kernel "$guest/vmlinuz$suffix" \
		--initrd "$guest/initrd$suffix" --net nat,host-loopback --no-reboot \
		--report "$work/report.json" \
		--append "console=ttyS0 panic=-1 -- \"$cmd\"" \
		</dev/null >"$log" 2>&1 &
	pids="$pids $!"
	wait $!
	judge "$suffix" $?
	[ "$failures" -eq 0 ] || tail -n 40 "$log" | sed 's/^/# /'
	finish
}
