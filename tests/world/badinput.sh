#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# badinput.sh - what a user may get wrong: one sentence, exit status 1, and
# nothing left running.
. "$(dirname "$0")/../boot/lib.sh"
cd "$work" || exit 1
build=$OLDPWD/$build
[ -x "$build/hostel" ] || build=${HOSTEL_BUILD_DIR:-build}

# refused NAME PATTERN WORDS... - `hostel WORDS` says PATTERN in one line.
refused() {
	local name=$1 pattern=$2 status
	shift 2
	timeout 20 "$build/hostel" "$@" </dev/null >"$work/out" 2>&1
	status=$?
	check "$name" bash -c "[ $status -eq 1 ] &&
		[ \$(wc -l <'$work/out') -eq 1 ] &&
		grep -qi -- '$pattern' '$work/out'" || {
		echo "# status $status, said:"
		sed 's/^/# /' "$work/out"
	}
}

head -c 100000 /dev/urandom >noise
printf 'x' >short
: >empty
head -c 40000 /dev/zero >cut
# A bzImage's head that promises more than the file has.
printf '\x04' | dd of=cut bs=1 seek=497 conv=notrunc 2>/dev/null
printf '\xff\xff\x0f\x00' | dd of=cut bs=1 seek=500 conv=notrunc 2>/dev/null
printf '\x55\xaa' | dd of=cut bs=1 seek=510 conv=notrunc 2>/dev/null
printf 'HdrS\x0f\x02' | dd of=cut bs=1 seek=514 conv=notrunc 2>/dev/null
printf '\x01' | dd of=cut bs=1 seek=529 conv=notrunc 2>/dev/null

refused "no kernel named" "nothing to boot" run
refused "missing kernel" "can not read the kernel" run --kernel nowhere
refused "foreign kernel" "not a Linux kernel" run --kernel noise
refused "short kernel" "not a Linux kernel" run --kernel short
refused "empty kernel" "empty" run --kernel empty
refused "a folder as kernel" "not a file" run --kernel /
refused "truncated kernel" "truncated" run --kernel cut
refused "memory of 0" "memory of 0" run --memory 0
refused "too much memory" "not possible" run --memory 9999G
refused "memory that is no number" "not a memory size" run --memory lots
refused "negative memory" "not a memory size" run --memory -5
refused "unknown option" "unknown option" run --frobnicate
refused "option with no value" "needs a value" run --kernel
refused "not yet: disk" "not supported yet" run --disk x
refused "not yet: bt" "not supported yet" run --cpu bt
refused "not yet: ports" "not supported yet" run --io-path ports
refused "no such engine" "not an engine" run --cpu z80
refused "bridged" "not supported yet" run --net bridged=eth0
refused "no such network" "not a network" run --net tokenring
refused "bad MAC" "not a card.s address" run --net nat,mac=zz
refused "group MAC" "not a card.s address" run --net nat,mac=01:00:5e:0:0:1
refused "bad port" "not an I/O port" run --debug-exit 99999
refused "unknown command" "unknown command" fly
refused "unknown file" "neither an option" run machine.txt

printf 'memsize = "64"\nthis is no setting\n' >bad.vmx
refused "vmx: a line without =" "bad.vmx:2:" run bad.vmx
printf 'memsize = "many"\n' >size.vmx
refused "vmx: bad size" "size.vmx:1:" run size.vmx
printf 'ethernet0.virtualDev = "e1000"\n' >card.vmx
refused "vmx: bad card" "card.vmx:1:" run card.vmx
printf 'memsize = "64\n' >quote.vmx
refused "vmx: no closing quote" "quote.vmx:1:" run quote.vmx
refused "vmx: missing" "can not read" run none.vmx

timeout 20 "$build/hostel" run --help >"$work/out" 2>&1
check "help answers" bash -c "[ $? -eq 0 ] && grep -q -- --kernel '$work/out'"
# nothing_left() - no process and no folder of ours
nothing_left() {
	! pgrep -x hostel-vmm -P "$$" >/dev/null && [ ! -e "$HOSTEL_VMNET_DIR" ]
}
check "nothing is left running" nothing_left

# A port that is already taken belongs to nettest.
"$build/nettest" serve --port 0 >server 2>&1 &
pids="$pids $!"
wait_for 3 server ' port '
port=$(sed -n 's/.* port \([0-9]*\)$/\1/p' server)
"$build/nettest" serve --port "$port" >"$work/out" 2>&1
check "a port already taken" bash -c "[ $? -eq 1 ] &&
	[ \$(wc -l <'$work/out') -eq 1 ]"
finish
