#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# tftp.sh - a stock guest reads files of a folder of this host by TFTP, with
# busybox's client, also after VMNet was killed; DHCP tells it the boot file;
# and what is wrong with the folder is told before a machine begins.
# tests/run: waits
. "$(dirname "$0")/lib.bash"

mkdir -p "$work/pxe/sub"
head -c 400000 /dev/urandom >"$work/pxe/sub/boot.bin"
echo secret >"$work/secret"
sum=$(md5sum <"$work/pxe/sub/boot.bin" | cut -c 1-32)
get="tftp -g -r sub/boot.bin -l /tmp/a -b 1428 10.0.2.2; md5sum /tmp/a"
out="tftp -g -r ../secret -l /tmp/b 10.0.2.2 2>&1; cat /tmp/b"
dhcp="echo 'echo file=\$boot_file server=\$siaddr' >/tmp/s; chmod +x /tmp/s"
dhcp="$dhcp; udhcpc -n -q -i eth0 -s /tmp/s"
cmd="mkdir -p /tmp; $get; $out; $dhcp; echo now kill it; sleep 4; $get; echo end"

# run NET - the guest
run() {
	timeout -k 5 $((120 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net "$1" --no-reboot \
		--append "console=ttyS0 quiet panic=-1 -- \"$cmd\"" \
		</dev/null >"$log" 2>"$work/err"
}

run "nat,tftp=$work/pxe,bootfile=sub/boot.bin" &
vm=$!
pids="$pids $vm"
check "the guest gets to reading a file" soon 90 said '^now kill it'
check "... the whole of it" said "^$sum"
check "... but nothing beside the folder" said 'leads out of the folder'
check "... and DHCP tells it what to boot" said '^file=sub/boot.bin'
check "... and from where" said 'server=10.0.2.2'
# vmnetd is killed: the machine's keeper starts another, and hands the folder
# in once more.
daemon=$(pgrep -x -u "$(id -u)" vmnetd)
killed=
for p in $daemon; do
	tr '\0' '\n' <"/proc/$p/environ" |
		grep -qx "HOSTEL_VMNET_DIR=$HOSTEL_VMNET_DIR" &&
		kill -9 "$p" && killed=$p
done
check "VMNet is killed" [ -n "$killed" ]
check "the guest ends well" wait "$vm"
check "... and could read it again from another VMNet" saw 2 "^$sum"

# refused NET SENTENCE - status 69 or 64, and that
refused() {
	"$build/hostel" run --kernel "$guest/vmlinuz" --net "$1" </dev/null \
		>"$work/out" 2>&1
	case $? in 64 | 69) grep -q "$2" "$work/out" ;; *) false ;; esac
}
check "a folder that is not there" refused "nat,tftp=$work/none" \
	'No such file or directory; name a folder'
check "a file is no folder" refused "nat,tftp=$work/secret" 'not a folder'
check "a boot file without a folder" refused nat,bootfile=x 'tftp=DIR'
check "another network" refused "hostonly,tftp=$work/pxe" 'nat only'
[ "$failures" -eq 0 ] || tail -n 30 "$log" "$work/err" | sed 's/^/# /'
finish
