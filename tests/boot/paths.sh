#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# paths.sh - every combination of the steps of --io-path carries the same
# traffic: 2 MB each way with both checksums compared, and a file that comes
# back byte for byte. They may differ in speed only. Those that io_path.sh boots
# carry theirs, and the file, there.
. "$(dirname "$0")/lib.bash"

head -c 1M /dev/urandom >"$work/give"
serve --give "$work/give" --save "$work/save"
all="--port $port --bytes 2M --check"
cmd="nettest send 10.0.2.2 $all && nettest recv 10.0.2.2 $all"
cmd="$cmd && nettest recv 10.0.2.2 --port $port --file /tmp/f"
cmd="$cmd && nettest send 10.0.2.2 --port $port --file /tmp/f"

# carries PATH - boot with it, and look at what arrived
carries() {
	rm -f "$work/save"
	"$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net nat,host-loopback --no-reboot \
		--io-path "$1" --append "console=ttyS0 panic=-1 -- \"$cmd\"" \
		</dev/null >"$work/console" 2>&1 &&
		[ "$(grep -c 'checksum [0-9a-f]* is right' \
			"$work/console")" -eq 4 ] &&
		cmp -s "$work/give" "$work/save"
}

steps="ports combine notify direct"
there=" $(sed -n 's/^boot \([a-z,]*\).*/\1/p' "$(dirname "$0")/io_path.sh" |
	sed "s/^all\$/${steps// /,}/" | tr '\n' ' ')"
for ((n = 0; n < 16; n++)); do
	path= i=0
	for step in $steps; do
		((n >> i & 1)) && path=$path${path:+,}$step
		i=$((i + 1))
	done
	path=${path:-hosted}
	[[ $there != *" $path "* ]] || continue
	check "$path carries it all" carries "$path" ||
		tail -n 20 "$work/console" | sed 's/^/# /'
done
finish
