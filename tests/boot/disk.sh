#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# disk.sh - a stock kernel's drivers on our drives: what it writes is in the
# image, what it reads was there, whatever the format; --snapshot outlasts a
# reset and no more; a full host disk stops the machine, and it goes on; a disk
# process that is killed is an I/O error.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
vm=
begin="while read -r m; do insmod /lib/\$m.ko; done </etc/modules.disk;"
begin="$begin until [ -b /dev/sda ]; do sleep 0.1; done;"

# boot COMMAND OPTION... - it runs in a guest with these drives
boot() {
	local cmd=$1
	shift
	timeout -k 1 $((200 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd-disk" --net none "$@" --append \
		"console=ttyS0 quiet panic=-1 hostel.net=off -- \"$begin $cmd\"" \
		</dev/null >"$log" 2>&1
}
# counts KEY REPORT - a number of the report; of all lives
counts() {
	awk -v key="\"$1\":" '{ for (i = 1; i < NF; i++) if ($i == key)
		n += $(i + 1) } END { print n + 0 }' "$2"
}
sum() { sha256sum | cut -d ' ' -f 1; }

# --- a raw disk and a CD
truncate -s 64M "$work/disk"
head -c 3M /dev/urandom >"$work/cd"
cmd="head -c 8388608 /dev/urandom >/tmp/r; sha256sum </tmp/r;"
cmd="$cmd dd if=/tmp/r of=/dev/sda bs=64k seek=16 conv=fsync;"
cmd="$cmd echo 3 >/proc/sys/vm/drop_caches;"
cmd="$cmd dd if=/dev/sda bs=4k skip=256 count=2048 | sha256sum;"
cmd="$cmd until [ -b /dev/sr0 ]; do sleep 0.1; done; sha256sum </dev/sr0"
check "a guest with a disk and a CD" boot "$cmd" --no-reboot \
	--disk "$work/disk" --cdrom "$work/cd"
there=$(dd if="$work/disk" bs=64k skip=16 count=128 2>/dev/null | sum)
check "what it wrote is in the image, and read back" saw 2 "^$there  -"
check "what it read from the CD was there" said "^$(sum <"$work/cd")  -"

# --- beside a process that computes: others have their turn
echo "file bin/diskbench 755 $guest/diskbench" | "$guest/mkcpio" | gzip |
	cat "$guest/initrd-disk" - >"$work/initrd"
busy_boot() {
	boot "diskbench /dev/sda read 500 busy" --no-reboot \
		--initrd "$work/initrd" --disk "$work/disk" \
		--report "$work/held"
	requests=$(awk '/^diskbench: read/ { print $3 }' "$log")
	held=$(counts disk_answers_held "$work/held")
	[ "${requests:-0}" -gt 0 ]
}
check "a guest that computes, and reads" busy_boot
# Where the host is busy, a request takes long enough for others to have their
# turn: there is nothing to hold.
for _ in 1 2 3; do
	if [ "$held" -gt 0 ] || [ "$requests" -gt 600 ]; then break; fi
	busy_boot
done
if [ "$held" -eq 0 ] && [ "$requests" -le 600 ]; then
	echo "ok answers were held meanwhile # SKIP this host is busy:" \
		"$requests requests in half a second"
else
	check "answers were held meanwhile" [ "$held" -gt 0 ]
fi

# --- the same disk, each request by VMApp
cmd="head -c 1048576 /dev/urandom >/tmp/r; sha256sum </tmp/r;"
cmd="$cmd dd if=/tmp/r of=/dev/sda bs=64k seek=600 conv=fsync;"
cmd="$cmd echo 3 >/proc/sys/vm/drop_caches;"
cmd="$cmd dd if=/dev/sda bs=4k skip=9600 count=256 | sha256sum"
check "a guest with --io-path hosted" boot "$cmd" --no-reboot \
	--io-path hosted --disk "$work/disk"
there=$(dd if="$work/disk" bs=64k skip=600 count=16 2>/dev/null | sum)
check "what it wrote is in the image, too, and read back" saw 2 "^$there  -"

# --- --snapshot, over a reset
cmd="if [ \$(head -c 4 /dev/sda) = keep ]; then echo found it; date +%Y; exit;"
cmd="$cmd fi; echo keep | dd of=/dev/sda conv=fsync;"
cmd="$cmd date -s 2037-05-05; hwclock -w -u; reboot -f"
before=$(sum <"$work/disk")
check "a guest that resets, with --snapshot" boot "$cmd" --snapshot \
	--report "$work/direct" --disk "$work/disk"
check "none of its requests was a world switch" eval \
	'[ "$(counts chip_work "$work/direct")" -eq 0 ]'
check "what it wrote outlasts the reset" said "^found it"
check "and so does the clock that it set" said "^2037"
check "and is not in the image" [ "$(sum <"$work/disk")" = "$before" ]

# --- another format
if command -v qemu-nbd >/dev/null && command -v qemu-img >/dev/null; then
	qemu-img create -q -f qcow2 "$work/qcow2" 64M
	cmd="head -c 4194304 /dev/urandom >/tmp/r; sha256sum </tmp/r;"
	cmd="$cmd dd if=/tmp/r of=/dev/sda bs=64k conv=fsync"
	check "a guest with a qcow2" boot "$cmd" --no-reboot \
		--disk "$work/qcow2"
	qemu-img convert -O raw "$work/qcow2" "$work/raw"
	check "what it wrote is in the image" \
		said "^$(head -c 4194304 "$work/raw" | sum)  -"
else
	echo "# skip: qemu-nbd is not there (qemu-utils)"
	echo "ok a guest with a qcow2 # SKIP"
fi

# --- a disk process that is killed
cmd="echo ready; sleep 3; dd if=/dev/sda count=1 || echo broken"
boot "$cmd" --name killed --no-reboot --disk "$work/disk" &
vm=$!
pids="$pids $vm"
soon 60 said "^ready"
pid=$("$build/hostel" ctl killed status | awk '$1 == "pid" { print $2 }')
kill -9 "$(pgrep -P "$pid" -x hostel-disk)"
check "a guest whose disk process was killed ends by itself" wait "$vm"
check "it has heard of an error" said "^broken"
check "the user has heard why, once" saw 1 \
	"^hostel: ide0:0: the process that holds its image has ended"

# --- a full host disk
if ! unshare -rm true 2>/dev/null; then
	echo "# skip: no file system can be mounted here"
	echo "ok a full host disk stops a guest # SKIP"
	finish
fi
mkdir "$work/small"
cat >"$work/full" <<'END'
mount -t tmpfs -o size=6m small "$work/small" && cd "$work/small" || exit 99
truncate -s 64M disk
head -c 2M /dev/zero >other
"$@" --disk disk </dev/null >"$log" 2>&1 &
for _ in $(seq 600); do
	grep -q "resume'" "$log" && break
	sleep 0.1
done
"$hostel" ctl full status >"$work/status"
sleep 0.5
"$hostel" ctl full resume
sleep 0.5
"$hostel" ctl full status >"$work/again"
rm other
"$hostel" ctl full resume
wait
sha256sum <disk >"$work/sum"
END
cmd="head -c 5242880 /dev/urandom >/tmp/r; dd if=/tmp/r of=/dev/sda bs=64k"
cmd="$cmd conv=fsync && echo written; echo 3 >/proc/sys/vm/drop_caches;"
cmd="$cmd sha256sum </dev/sda"
hostel=$(realpath "$build/hostel") work=$work log=$log unshare -rm \
	bash "$work/full" "$(realpath "$build/hostel")" run --name full \
	--kernel "$(realpath "$guest/vmlinuz")" \
	--initrd "$(realpath "$guest/initrd-disk")" --net none --no-reboot \
	--append "console=ttyS0 quiet panic=-1 hostel.net=off -- \"$begin $cmd\""
check "a full host disk stops a guest, and that is said" \
	said "no room for what the guest writes .*'hostel ctl full resume'"
check "its status says so" eval \
	'grep -q "state *paused" "$work/status" &&
	grep -q "no room on this host" "$work/status"'
check "and again, if nothing has changed" eval \
	'grep -q "state *paused" "$work/again" &&
	saw 2 "no room for what the guest writes"'
check "with room it goes on, and has heard of nothing" said "^written"
check "and all that it wrote is there" said "^$(cut -d ' ' -f 1 "$work/sum")  -"
[ "$failures" -eq 0 ] || tail -n 20 "$log" | sed 's/^/# /'
finish
