#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# debian_disk.sh - a disk with Debian on it, from power-on by SeaBIOS and
# SYSLINUX to a login; commands there; power-off. Beside it QEMU's emulation
# with the same disk and the same devices: both times are printed as figures, and
# those from power-on to a boot sector that ends the machine.
. "$(dirname "$0")/lib.bash"
screen=$build/debian_disk.png

# told PATTERN COMMAND - the command, typed, is answered so
told() {
	type_line "$2"
	says 120 "$1"
}

# power_off - the guest does it; true if the machine's status is 0
power_off() {
	type_line "systemctl poweroff"
	soon 60 gone "$vm" && wait "$vm"
}

# boot_sector COMMAND... - sets $took to the ms that the machine took, the least
# of three
boot_sector() {
	local began ms
	took=
	for _ in 1 2 3; do
		began=$(date +%s%N)
		timeout 60 "$@" </dev/null >"$work/sector.log" 2>&1
		[ $? -eq 33 ] || return
		ms=$((($(date +%s%N) - began) / 1000000))
		if [ -z "$took" ] || [ "$ms" -lt "$took" ]; then took=$ms; fi
	done
}

stamp=$(stat -c %y "$image")
power_on "$build/hostel" run --name debian --net nat --memory 256M \
	--disk "$image" --snapshot --serial stdio
check "from power-on to a login" to_login
ours=$took
check "root logs in" log_in
check "systemd says that all is well" told '^running' \
	"systemctl is-system-running --wait"
check "no unit has failed" told '^failed: 0' \
	"echo failed: \$(systemctl --failed --no-legend | wc -l)"
check "the root file system can be written to" told '^/dev/sda2 rw' \
	"findmnt -no SOURCE,OPTIONS /"
check "what is written is read back" told '^same-2' \
	"head -c 8M /dev/urandom >r; a=\$(sha256sum <r); sync
echo 3 >/proc/sys/vm/drop_caches
[ \"\$a\" = \"\$(sha256sum <r)\" ] && echo same-\$((1 + 1))"
check "the network is there" told '^ping-2' \
	"until ping -c 1 -W 1 10.0.2.2; do sleep 1; done; echo ping-\$((1 + 1))"
check "its kernel complains of nothing" told '^complaints: 0' \
	"echo complaints: \$(dmesg | grep -cE 'WARN|BUG|Oops|I/O error|lost tick')"
check "its screen is there as a picture" \
	"$build/hostel" ctl debian screenshot "$screen"
check "it powers itself off, and hostel exits with 0" power_off
check "--snapshot: the image was not touched" \
	[ "$(stat -c %y "$image")" = "$stamp" ]
[ "$failures" -eq 0 ] || tail -n 40 "$log" | sed 's/^/# /'
if ! command -v qemu-system-i386 >/dev/null; then
	echo "ok beside QEMU # SKIP QEMU is not installed"
	finish
fi
power_on qemu-system-i386 -M pc -accel tcg -m 256 -nic user,model=pcnet \
	-display none -monitor none -serial stdio \
	-drive "file=$image,format=raw,snapshot=on"
check "QEMU's emulation: from power-on to a login" to_login
check "QEMU: root logs in" log_in || tail -n 20 "$log" | sed 's/^/# /'
check "QEMU: it powers itself off" power_off
awk -v a="$ours" -v b="$took" 'BEGIN {
	printf("# power-on to login: %d ms, QEMU %d ms, ratio %.2f\n", a, b, a / b)
}'
# MOV AL, 10h; OUT F4h, AL: status 33. No disk is so small that it has no table.
truncate -s 1M "$work/sector"
printf '\260\020\346\364\364\353\375' |
	dd of="$work/sector" conv=notrunc status=none
printf '\125\252' | dd of="$work/sector" bs=1 seek=510 conv=notrunc status=none
check "from power-on to a boot sector" boot_sector "$build/hostel" run \
	--net none --memory 64M --serial none --disk "$work/sector,format=raw" --debug-exit 0xf4
ours=$took
check "QEMU's emulation: the same" boot_sector qemu-system-i386 -M pc \
	-accel tcg -m 64 -nic none -display none -monitor none -serial none \
	-drive "file=$work/sector,format=raw" -device isa-debug-exit,iobase=0xf4,iosize=1
echo "# power-on to a boot sector: $ours ms, QEMU $took ms"
finish
