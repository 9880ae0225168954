#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# flushed.sh - what a guest has flushed is in the image, whichever process of
# Hostel is killed, and when. Four times: a stock kernel's guest writes one block
# after the other to a raw disk, each with an fsync and then a line on COM1; at
# some moment hostel, hostel-app, hostel-vmm or hostel-disk, in turn, is killed.
# Then each block that was said to be flushed is there, whole, and no process is
# left. (tests/long/kill.sh does so fifty times, with a file system.)
#
# HOSTEL_SEED repeats the moments.
. "$(dirname "$0")/lib.bash"
seed=${HOSTEL_SEED:-$(($(date +%s) % 32768))}
RANDOM=$seed
echo "# HOSTEL_SEED=$seed"
disk=$work/disk
truncate -s 16M "$disk"
flushed=0

# All blocks of a round together are the numbers from $base on, of seven digits:
# 8 bytes each with the end of the line. So no two are alike, nor is one what was
# there the round before. A guest that gets so far begins again; one whose write
# fails ends.
blocks=480 numbers=4096	# blocks of 32 KiB
base_of() { echo $(($1 * 2000000 - 1000000)); }
write="while read -r m; do insmod /lib/\$m.ko; done </etc/modules.disk;
until [ -b /dev/sda ]; do sleep 0.1; done; mkdir -p /tmp; cd /tmp; i=0;
while n=\$((base + i * $numbers)); seq \$n \$((n + $numbers - 1)) >b;
dd if=b of=/dev/sda bs=32k seek=\$i conv=fsync 2>/dev/null; do
echo flushed \$i; i=\$(((i + 1) % $blocks)); done"

# boot ROUND - a guest, which begins to write
boot() {
	local words="console=ttyS0 quiet panic=-1 hostel.net=off"
	: >"$log"	# or it would be the last guest's for a moment
	"$build/hostel" run --kernel "$guest/vmlinuz" --net none --memory 64M \
		--initrd "$guest/initrd-disk" --no-reboot --disk "$disk" \
		--append "$words -- \"base=$(base_of "$1"); ${write//$'\n'/ }\"" \
		</dev/null >"$log" 2>&1 &
	vm=$!
	pids=$vm
	soon 60 writes_or_ended && ! gone "$vm"
}
writes_or_ended() { said '^flushed 0$' || gone "$vm"; }

# end_all NAME - kill the one of that name; the others end by themselves
end_all() {
	local all victim
	all=$(below "$vm")
	# shellcheck disable=SC2086
	victim=$(named "$1" $all)
	[ -n "$victim" ] && kill -9 "$victim" || return
	pids=$all	# who stays goes with the script
	wait "$vm" 2>/dev/null
	# shellcheck disable=SC2086
	soon 20 all_gone $all && pids=
}

# are_there ROUND - the blocks that were said to be flushed; only whole lines
# count
are_there() {
	local base said
	base=$(base_of "$1")
	said=$(grep -ac $'^flushed [0-9]*\r$' "$log")
	flushed=$((flushed + said))
	[ "$said" -le $blocks ] || said=$blocks
	seq "$base" $((base + said * numbers - 1)) >"$work/said"
	cmp -n $((said * numbers * 8)) "$work/said" "$disk" >"$work/cmp" 2>&1 ||
		echo "# of $said blocks: $(cat "$work/cmp")"
	[ "$said" -gt 0 ] && [ ! -s "$work/cmp" ]
}

round=0
for victim in hostel hostel-app hostel-vmm hostel-disk; do
	round=$((round + 1)) ms=$((RANDOM % 1000))
	check "$victim: a guest writes" boot $round || {
		sed 's/^/# /' "$log"
		finish
	}
	rest "0.$(printf %03d $ms)"
	check "$victim, killed after $ms ms: all processes end" end_all "$victim"
	check "$victim: what was flushed is there" are_there $round
done
echo "# $flushed blocks flushed"
finish
