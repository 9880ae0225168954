#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# badinput.sh - what a user can get wrong: one sentence, nothing left, and a
# status that no debug exit has for a value of 0: 64 for the command line and
# .vmx files, 69 for what they name.
. "$(dirname "$0")/lib_guest.bash"

# ends STATUS NAME PATTERN ARGUMENT... - `hostel ARGUMENT...` exits so and says
# exactly one line, which matches the pattern (without regard to case)
ends() {
	local want=$1 name=$2 pattern=$3 status
	shift 3
	timeout -k 1 10 "$build/hostel" "$@" \
		>"$work/out" 2>"$work/err" </dev/null
	status=$?
	cat "$work/out" >>"$work/err"
	[ "$status" -eq "$want" ] && [ "$(wc -l <"$work/err")" -eq 1 ] &&
		[ ! -s "$work/out" ] && grep -qi -e "$pattern" "$work/err"
	status=$?
	if [ "$status" -ne 0 ]; then
		echo "# exit or text is not as it should be: hostel $*"
	fi
	result "$name" "$status" "$work/err"
}
refuses() { ends 64 "$@"; }
fails() { ends 69 "$@"; }

guest good <<'END'
_start:	mov $0, %al
	out %al, $0xf4
1:	hlt
	jmp 1b
END
good=$work/good
: >"$work/empty"
truncate -s 4M "$work/module"
echo "this is no kernel, and no initrd either" >"$work/text"
head -c 300000 "$build/hostel" >"$work/cut64"

# --- the command line
refuses "an initrd without a kernel" "is for a kernel" run --initrd x
refuses "a kernel and a ROM" "without firmware" run --kernel x --bios y
refuses "an unknown option" "unknown option '--frob'" run --frob
refuses "an unknown command" "unknown command 'fly'" fly
refuses "an option without its value" "needs a value" run --kernel
refuses "a stray word" "stray" run stray
for size in 0 -5 abc 12Q 3M 4G 99999999999999999999 "" 1K; do
	refuses "memory of '$size'" mem \
		run --kernel "$good" --memory "$size"
done
refuses "--dump of no stage" "is not a stage" run --dump warp:/dev/null
fails "--dump to nowhere" "can not write /no/such" run --dump /no/such/file \
	--kernel build/guest/property/reset
refuses "--dump of what does not translate" "interp has none" run \
	--cpu interp --dump /dev/null --kernel build/guest/property/reset
refuses "an engine that is none" "warp" run --cpu warp
for path in warp ports,warp "ports,"; do
	refuses "--io-path $path is refused by name" "io-path $path" \
		run --kernel "$good" --io-path "$path"
done
refuses "--net bridged with no interface" "say which" \
	run --kernel "$good" --net bridged
fails "--net bridged with an interface that is none" \
	"bridged=none0: .*no network interface" \
	run --kernel "$good" --net bridged=none0
fails "--net bridged with one that is not Ethernet" "not Ethernet" \
	run --kernel "$good" --net bridged=lo
fails "--net pcap= with a file that can not be made" "pcap=.*/nowhere/x" \
	run --kernel "$good" --net nat,pcap=/nowhere/x
refuses "a network that is none" moon run --kernel "$good" --net moon
refuses "a card that is none" e1000 run --kernel "$good" --net nat,model=e1000
refuses "an address that is none" "zz" run --kernel "$good" --net nat,mac=zz
refuses "a group address for a card" "01:" \
	run --kernel "$good" --net nat,mac=01:00:5e:00:00:01
refuses "more cards than there is room for" "cards" run --kernel "$good" \
	--net nat --net nat --net nat --net nat --net nat
refuses "a serial line that is none" pigeon \
	run --kernel "$good" --serial pigeon
fails "a serial file that can not be" "can.* \(write\|open\|make\)" \
	run --kernel "$good" --net none --serial "file:$work/no/such/file"
fails "a report that can not be written" "can.* \(write\|open\|make\)" \
	run --kernel "$good" --net none --report "$work/no/such/report"
refuses "a debug-exit port that is none" "70000" \
	run --kernel "$good" --debug-exit 70000
refuses "a debug-exit port that a chip has" "0x3f8\|taken" \
	run --kernel "$good" --net none --debug-exit 0x3f8
fails "a command line that is too long" "append" run \
	--kernel build/guest/vmlinuz --net none \
	--append "$(head -c 5000 /dev/zero | tr '\0' x)"

# --- kernels
fails "a kernel that is not there" "no/kernel" run --kernel "$work/no/kernel"
fails "a kernel that make guest makes" "make guest" \
	run --kernel build/guest/no-such-vmlinuz
fails "a kernel that is a folder" "$work" run --kernel "$work"
fails "an empty kernel" empty run --kernel "$work/empty"
fails "a text as kernel" "not a Linux kernel" run --kernel "$work/text"
fails "a 64-bit program as kernel" "ELF32" run --kernel "$build/hostel"
fails "a Linux program as kernel" "multiboot" \
	run --kernel build/guest/nettest
for size in 40 600 5000 1000000 5700000; do
	head -c "$size" build/guest/vmlinuz >"$work/cut"
	fails "a kernel cut off after $size bytes" \
		"truncated\|not a Linux kernel" run --kernel "$work/cut"
done
head -c 4200 "$good" >"$work/cutelf"
head -c 30 "$good" >"$work/cuthead"
fails "an ELF image cut off in its head" truncated \
	run --kernel "$work/cuthead"
fails "a module too large for the memory" "module .* --memory" \
	run --kernel "$good" --net none --memory 4M --initrd "$work/module"
fails "a kernel too large for the memory" "memory" \
	run --kernel build/guest/vmlinuz --memory 8M

# --- initrds
linux="run --net none --kernel build/guest/vmlinuz --initrd"
# shellcheck disable=SC2086
{
	fails "an initrd that is not there" "no/initrd" $linux "$work/no/initrd"
	fails "an empty initrd" empty $linux "$work/empty"
	fails "a text as initrd" "text is not an initrd" $linux "$work/text"
	fails "a kernel as initrd" "not an initrd" $linux build/guest/vmlinuz
	for size in 5 1000 400000 1400000; do
		head -c "$size" build/guest/initrd >"$work/cut"
		fails "an initrd cut off after $size bytes" \
			"truncated\|not an initrd" $linux "$work/cut"
	done
	zcat build/guest/initrd | head -c 1000000 >"$work/cut"
	fails "a plain initrd cut off" "truncated" $linux "$work/cut"
	zcat build/guest/initrd >"$work/big"
	truncate -s 40M "$work/big"
	fails "an initrd too large for the memory" "memory" \
		$linux "$work/big" --memory 48M
}

# --- .vmx files
refuses "a .vmx file that is not there" "none.vmx" run "$work/none.vmx"
# vmx NAME PATTERN LINE... - a file of these lines is refused
vmx() {
	local name=$1 pattern=$2
	shift 2
	printf '%s\n' "$@" >"$work/bad.vmx"
	refuses "$name" "$pattern" run "$work/bad.vmx" --kernel "$good"
}
vmx ".vmx: a line without =" "bad.vmx:2: " 'memsize = "64"' 'no setting'
vmx ".vmx: a bad memsize" "bad.vmx:1: .*lots" 'memsize = "lots"'
vmx ".vmx: memsize 0" "bad.vmx:3: .*0" '# a' '' 'memsize = "0"'
vmx ".vmx: a quote that never ends" "bad.vmx:1: .*quote" 'memsize = "64'
vmx ".vmx: a card that is none" "bad.vmx:1: .*e1000" \
	'ethernet0.virtualDev = "e1000"'
vmx ".vmx: a network that is none" "bad.vmx:1: .*moon" \
	'ethernet0.connectionType = "moon"'
vmx ".vmx: bridged, and nothing says to what" "say which.* create vmnet0" \
	'ethernet0.present = "TRUE"' 'ethernet0.connectionType = "bridged"'
vmx ".vmx: neither TRUE nor FALSE" "bad.vmx:1: .*maybe" \
	'ethernet0.present = "maybe"'

# --- nettest
timeout 10 "$build/nettest" serve --port 0 >"$work/server" &
server=$!
sleep 0.3
port=$(sed -n 's/.* port //p' "$work/server")
timeout 10 "$build/nettest" serve --port "$port" >"$work/out" 2>"$work/err"
[ $? -eq 1 ] && [ "$(wc -l <"$work/err")" -eq 1 ] && [ ! -s "$work/out" ]
result "nettest: a port already taken" $? "$work/err"
kill "$server"
wait "$server"
timeout 10 "$build/nettest" send 127.0.0.1 --port "$port" 2>"$work/err"
[ $? -eq 1 ] && [ "$(wc -l <"$work/err")" -eq 1 ]
result "nettest: no server" $? "$work/err"

check "nothing is left running" soon 20 none_left
finish
