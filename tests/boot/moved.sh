#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# moved.sh - each row of machine/pc.def in the world that does not answer it as
# a rule: a stock kernel boots, finds the same machine, and carries the same
# traffic, and its disk; what its chips were asked was answered there. Eight rows
# a boot, or, with MOVED_AT_ONCE=1 (tests/long/moved.sh), each alone. Then all rows
# at once. Windows of cards that the machine has not are left out.
. "$(dirname "$0")/lib.bash"
serve
all="--port $port --bytes 1M --check"
head -c 1M /dev/urandom >"$work/disk"
sum=$(md5sum <"$work/disk")
cmd="while read m; do insmod /lib/\$m.ko; done </etc/modules.disk;"
cmd="$cmd until [ -b /dev/sda ]; do sleep 0.1; done; md5sum /dev/sda;"
cmd="$cmd nettest send 10.0.2.2 $all; nettest recv 10.0.2.2 $all;"
cmd="$cmd cat /proc/ioports /proc/iomem; awk '{print \$NF}' /proc/interrupts;"
cmd="$cmd dmesg | grep -E 'rtc|serial|ttyS|pcnet|i8042|ACPI: PM|pci 0000'"

# boots OPTION... - to its end; what it said, but for figures, what the kernel
# finds beside its way (the keyboard) and what it says of steps that took longer
# than it likes, is in $work/said
boots() {
	"$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd-disk" --disk "$work/disk,format=raw" \
		--net nat,host-loopback,mac=00:50:56:01:02:03 --no-reboot \
		--report "$work/report" "$@" \
		--append "console=ttyS0 nokaslr quiet panic=-1 -- \"$cmd\"" \
		</dev/null >"$log" 2>&1 &&
		saw 2 'checksum [0-9a-f]* is right' &&
		said "^${sum% -} */dev/sda" || return
	tr -d '\r' <"$log" | sed -n '/checksum/,/hostel-guest/p' |
		grep -v 'checksum\|Mb/s\|input: \| took .* usecs' | sed 's/\[[^]]*\] //; s/[0-9]//g' |
		sort -u >"$work/said"
}
# asked REPORT CHIP - how often, by the VMM world and by the host's
asked() {
	tr -d ' \n\t' <"$1" | grep -o "\"$2\":{\"vmm\":[0-9]*,\"host\":[0-9]*}" |
		tr -cs '0-9\n' ' ' | sed 's/.* \([0-9]* [0-9]*\) $/\1/'
}
# elsewhere CHIP - it is asked in one world as a rule, and now in the other
elsewhere() {
	local vmm host
	read -r vmm host <<<"$(asked "$work/usual.report" "$1")"
	if [ "$vmm" -gt 0 ] && [ "$host" -eq 0 ]; then
		asked "$work/report" "$1" | grep -Eq '^0 [1-9]'
	else
		[ "$host" -gt 0 ] && [ "$vmm" -eq 0 ] &&
			asked "$work/report" "$1" | grep -Eq '^[1-9][0-9]* 0$'
	fi
}
alike() { diff "$work/usual" "$work/said"; }

check "as a rule" boots
cp "$work/said" "$work/usual"
cp "$work/report" "$work/usual.report"
check "it says something" [ "$(grep -c . "$work/usual")" -ge 40 ]
every=
rows=$(sed -nE 's/^(PORTS|LINE)\(.*(0x[0-9a-f]*),.*/\2/p
	/LANCE[1-3]_/d
	s/^(WINDOW|REGION)\(([A-Z0-9_]*),.*/\2/p' machine/pc.def)
# shellcheck disable=SC2086
while read -r some; do
	moves=$(printf -- '--move %s ' $some)
	check "moved, $some: all is carried" boots $moves ||
		tail -n 5 "$log" | sed 's/^/# /'
	check "moved, $some: the same machine" alike
	every="$every $moves"
done < <(echo $rows | xargs -n "${MOVED_AT_ONCE:-8}")
# shellcheck disable=SC2086
check "all rows moved: all is carried" boots $every
check "all rows moved: the same machine" alike
for chip in i8259_master i8254 i8042 mc146818 com1 com2 pci_config acpi_pm \
	lance_data lance_address ide ide_bm vga; do
	check "... and $chip was asked in the other world" elsewhere "$chip"
done
finish
