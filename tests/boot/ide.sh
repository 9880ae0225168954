#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# ide.sh - a stock kernel's ata_piix, sd and sr: it finds two disks and a
# CD-ROM, reads what the images hold, and what it writes and flushes is in them;
# by DMA and by PIO, with the ports in either world. (PIO with the ports in the
# host's is a world switch for each word: too slow for a test.)
. "$(dirname "$0")/lib.bash"
disk=$work/disk other=$work/other cd=$work/cd

head -c 24000000 /dev/urandom | dd of="$disk" bs=512 count=46000 \
	iflag=fullblock 2>/dev/null
truncate -s 20M "$other"
head -c 4096000 /dev/urandom >"$cd"

# drives [OPTION] - what the guest does; the option is libata's. Which disk is
# sda is a matter of luck: they are told by their sizes.
drives() {
	echo "for m in \$(cat /etc/modules.disk); do o=; [ \$m != libata ] ||" \
		"o='${1:-}'; insmod /lib/\$m.ko \$o; done;" \
		"for i in 1 2 3 4 5 6 7 8 9; do [ -b /dev/sr0 ] &&" \
		"[ -b /dev/sdb ] && break; sleep 1; done;" \
		"dmesg | grep ^.*ata[12]; a=sda b=sdb;" \
		"[ \$(cat /sys/block/sda/size) = 46000 ] || a=sdb b=sda;" \
		"sha256sum </dev/\$a; sha256sum </dev/sr0;" \
		"dd if=/dev/\$a of=/dev/\$b bs=64k count=200 conv=fsync;" \
		"dd if=/dev/\$a of=/dev/\$b bs=512 skip=7 seek=30001" \
		"count=33 oflag=direct; sync; grep ata_piix /proc/interrupts"
}

# boots COMMAND OPTION... - boot, and run it
boots() {
	local command=$1
	shift
	timeout -k 1 $((200 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd-disk" --net none --no-reboot \
		--disk "$disk,format=raw" --disk "$other,format=raw" \
		--cdrom "$cd" --report "$work/report" "$@" --append \
		"console=ttyS0 quiet panic=-1 hostel.net=off -- \"$command\"" \
		</dev/null >"$log" 2>&1
}

# same FILE - the guest has seen its sum
same() { said "^$(sha256sum <"$1" | cut -d ' ' -f 1)  -"; }

# written - the first disk's bytes are where the guest copied them
written() {
	cmp -n 13107200 "$disk" "$other" &&
		cmp -n $((33 * 512)) -i $((7 * 512)):$((30001 * 512)) \
			"$disk" "$other"
}

# masters WORLD - accesses to the bus master's ports, in that world
masters() {
	"${HOSTEL_PYTHON:-/usr/bin/python3}" -EB -c 'import json, sys
print(json.load(open(sys.argv[1]))["port_accesses"]["ide_bm"][sys.argv[2]])' \
		"$work/report" "$1"
}

# run PATH MODE OTHER_WORLD [OPTION] - boot, and look
run() {
	truncate -s 0 "$other"
	truncate -s 20M "$other"
	check "$1, $2: it boots" boots "$(drives "${4:-}")" --io-path "$1"
	check "$1, $2: both disks are found" \
		said 'ata1.01: 40960 sectors, multi 0: LBA48'
	check "$1, $2: a CD-ROM is found" said 'ata2.00: ATAPI: HOSTEL CD-ROM'
	check "$1, $2: the disk reads as its image" same "$disk"
	check "$1, $2: so does the CD" same "$cd"
	check "$1, $2: what it wrote is in the image" written
	check "$1, $2: the other world has not answered" \
		[ "$(masters "$3")" -eq 0 ]
	[ "$failures" -eq 0 ] || tail -n 30 "$log" | sed 's/^/# /'
}
run all DMA host
run all PIO host dma=0
run hosted DMA vmm
finish
