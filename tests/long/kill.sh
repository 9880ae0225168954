#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# kill.sh - what a guest has flushed is in the image, whichever process of
# Hostel is killed, and when. N times (50): Debian boots from the image that the
# last round left, writes numbered files, each with an fsync and then a line on
# COM1, and makes and removes others all the time; at some moment hostel,
# hostel-app, hostel-vmm or hostel-disk, in turn, is killed. Then e2fsck may
# replay the journal and remove what was deleted while open, and must find
# nothing else; and each file that was said to be flushed is there, whole.
#
# HOSTEL_SEED repeats the moments.
. "$(dirname "$0")/lib.bash"
rounds=${N:-50}
seed=${HOSTEL_SEED:-$(($(date +%s) % 32768))}
RANDOM=$seed
echo "# HOSTEL_SEED=$seed"
disk=$work/disk part=$work/part
victims=(hostel hostel-app hostel-vmm hostel-disk)
flushed=0 replayed=0
export PATH=$PATH:/usr/sbin:/sbin
cp --sparse=always "$image" "$disk"

# write_files ROUND - the guest begins
write_files() {
	type_line "rm -rf n c; mkdir n; (while :; do
cp -a /etc c; rm -rf c; done) & i=0; while i=\$((i + 1)); do
seq \$i \$((i + 900)) | dd of=n/\$i conv=fsync status=none &&
echo flushed $1 \$i; done"
	says 60 "^flushed $1 1$"
}

# end_all NAME PID... - kill the one of that name; the others are to end by
# themselves, but for when the disk alone is gone: that guest goes on
end_all() {
	local name=$1 victim
	shift
	victim=$(named "$name" "$@")
	[ -n "$victim" ] || return
	kill -9 "$victim"
	[ "$name" != hostel-disk ] || {
		sleep 0.5
		kill -9 "$vm" 2>/dev/null
	}
	wait "$vm" 2>/dev/null
	soon 20 all_gone "$@"
}

# is_clean - e2fsck of a copy, which says nothing but what a journal is for.
# (With an offset into the disk it loses itself behind the journal.) The sums of
# the whole file system are not in ext4's journal; its groups' are. The disk
# stays as it is: replaying is the next round's kernel's own work, too.
is_clean() {
	rm -f "$part"
	dd if="$disk" of="$part" bs=1M skip=32 conv=sparse status=none
	e2fsck -fy "$part" >"$work/fsck" 2>&1
	[ $? -le 1 ] || return
	! grep -q 'recovering journal' "$work/fsck" ||
		replayed=$((replayed + 1))
	! grep -vE '^e2fsck |: recovering journal$|^Clearing orphaned inode |'\
'^Pass [1-5]|^$|FILE SYSTEM WAS MODIFIED|^Setting free (inodes|blocks) count|'\
'^Free (blocks|inodes) count wrong \([0-9]+, counted=[0-9]+\)\.$|^Fix\? yes$|'\
': [0-9]+/[0-9]+ files ' "$work/fsck" >"$work/found"
}

# are_there ROUND - what was said to be flushed; only whole lines count
are_there() {
	local i
	grep -aE "^flushed $1 [0-9]+"$'\r$' "$log" | tr -d '\r' |
		cut -d ' ' -f 3 >"$work/said"
	rm -rf "$work/n"
	debugfs -R "rdump /root/n $work" "$part" >"$work/debugfs" 2>&1
	while read -r i; do
		seq "$i" $((i + 900)) | cmp -s - "$work/n/$i" || {
			echo "# file $i is not there, or not whole"
			return 1
		}
		flushed=$((flushed + 1))
	done <"$work/said"
	[ -s "$work/said" ]
}

# one ROUND VICTIM MS - killed that long after the first file
one() {
	local what="round $1, $2 after $3 ms" all
	power_on "$build/hostel" run --net none --disk "$disk" --serial stdio
	if ! to_login || ! log_in || ! write_files "$1"; then
		result "$what: the guest boots, and writes" 1
		tail -n 20 "$log" | sed 's/^/# /'
		kill -9 "$vm"
		finish
	fi
	sleep "$(($3 / 1000)).$(printf %03d $(($3 % 1000)))"
	all=$(below "$vm")
	# shellcheck disable=SC2086
	check "$what: all its processes end" end_all "$2" $all
	check "$what: the file system is clean" is_clean ||
		sed 's/^/# /' "$work/fsck"
	check "$what: what was flushed is there" are_there "$1"
}

for ((round = 1; round <= rounds; round++)); do
	one "$round" "${victims[round % 4]}" $((RANDOM % 3000))
done
echo "# $rounds rounds: $flushed files flushed, $replayed journals replayed"
check "journals were replayed" [ "$replayed" -gt 0 ]
finish
