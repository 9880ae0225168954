#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# kernels.sh - both stock kernels to their end: ping, and files of 4 MB each
# way whose checksums are compared on both sides.
. "$(dirname "$0")/lib.sh"

head -c 4194304 /dev/urandom >"$work/give"
sum=$(md5sum <"$work/give" | cut -d' ' -f1)

# boot KIND - boot vmlinuz or vmlinuz-pae
boot() {
	local kind=$1 log=$work/log$1 status
	serve --give "$work/give" --save "$work/saved$kind"
	cmd="ping -c 3 10.0.2.2"
	cmd="$cmd && nettest recv 10.0.2.2 --port $port --file /tmp/f"
	cmd="$cmd && md5sum /tmp/f"
	cmd="$cmd && nettest send 10.0.2.2 --port $port --file /tmp/f"
	cmd="$cmd && nettest send 10.0.2.2 --port $port --bytes 4M --check"
	cmd="$cmd && nettest recv 10.0.2.2 --port $port --bytes 4M --check"
	timeout -k 5 120 "$build/hostel" run --kernel "$guest/vmlinuz$kind" \
		--initrd "$guest/initrd$kind" --net nat --no-reboot \
		--report "$work/report$kind.json" \
		--append "console=ttyS0 panic=-1 -- \"$cmd\"" </dev/null >"$log" 2>&1
	status=$?
	check "686$kind: hostel exits with 0" [ "$status" -eq 0 ] ||
		tail -n 15 "$log" | sed 's/^/# /'
	check "686$kind: the guest's command ends well" \
		grep -q 'hostel-guest: exit 0' "$log"
	check "686$kind: ping, no packet lost" grep -q ' 0% packet loss' "$log"
	check "686$kind: the file arrives whole in the guest" \
		grep -q "$sum" "$log"
	check "686$kind: and comes back whole" \
		cmp -s "$work/give" "$work/saved$kind"
	check "686$kind: the driver knows the chip" \
		grep -q 'PCnet/PCI II 79C970A' "$log"
	check "686$kind: no warning, no oops" \
		bash -c "! grep -qE 'WARNING:|BUG:|Oops|unchecked MSR' '$log'"
	check "686$kind: the clock is trusted" \
		bash -c "! grep -qiE 'unstable|lost ticks' '$log'"
	check "686$kind: the report names the switches" \
		grep -q '"world_switches"' "$work/report$kind.json"
}

boot ""
boot -pae
finish
