#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# vmx.sh - the stock 686 kernel from a .vmx file and nothing else; then again,
# with COM1 elsewhere by the command line.
. "$(dirname "$0")/lib.bash"

log=$work/com1

# memory_is MB - the guest has that much memory, less what its kernel took
memory_is() {
	local kb
	kb=$(tr -d '\r' <"$log" | awk '$1 == "MemTotal:" { print $2 }')
	[ -n "$kb" ] && [ "$kb" -lt $(($1 << 10)) ] &&
		[ "$kb" -gt $((($1 - 40) << 10)) ]
}

# run ARGUMENT... - hostel with that .vmx file; true if it exits with 0
run() {
	timeout -k 1 $((120 * patience)) "$build/hostel" run "$work/m.vmx" "$@" \
		</dev/null >"$work/out" 2>"$work/err"
}

quiet() { [ ! -s "$work/out" ] && [ ! -s "$work/err" ]; }

cat >"$work/m.vmx" <<END
# A machine as VMware's own editor would write it, and three keys of ours.
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "4"
displayName = "boot test"
guestOS = "other26xlinux"
memsize = "96"
ethernet0.present = "TRUE"
ethernet0.virtualDev = "vlance"
ethernet0.connectionType = "nat"
ethernet0.addressType = "static"
ethernet0.address = "00:50:56:0a:0b:0c"
ethernet1.present = "FALSE"
ethernet1.connectionType = "hostonly"
serial0.present = "TRUE"
serial0.fileType = "file"
serial0.fileName = "${log##*/}"
hostel.kernel = "$PWD/$guest/vmlinuz"	# not in this folder
hostel.initrd = "$PWD/$guest/initrd"
hostel.append = "console=ttyS0 -- "grep MemTotal /proc/meminfo; \
ip link; ping -c 1 10.0.2.2""
END
check ".vmx: boots to its end, exit 0" run
check ".vmx: all is as the file says: no word about it" quiet
check ".vmx: serial0.fileName has what COM1 sent" said '^hostel-guest: exit 0$'
check ".vmx: memsize" memory_is 96
check ".vmx: ethernet0.address" said 'link/ether 00:50:56:0a:0b:0c'
check ".vmx: ethernet0.connectionType" said '^1 packets .* 1 packets received'
no_second_card() { ! said ': eth1: '; }
check ".vmx: ethernet1 is not present" no_second_card
[ "$failures" -eq 0 ] || tail -n 30 "$log" | sed 's/^/# /'

rm -f "$log"
offline="console=ttyS0 hostel.net=off -- true"
check "--serial none over it: exit 0" run --serial none --append "$offline"
check "--serial none: nobody hears COM1" [ ! -e "$log" ]
check "--serial none: not a word" quiet
mv "$work/m.vmx" "$work/all" && grep -v serial0 "$work/all" >"$work/m.vmx"
check "--serial file: exit 0" run --serial "file:$log" \
	--memory 64M --net none --append "$offline"
check "--serial file: it has what COM1 sent" said '^hostel-guest: exit 0$'
check "--serial file: and the terminal has nothing" quiet
finish
