#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# calls.sh - system calls that an old kernel lacks (ENOSYS) or a container
# denies (EPERM): machines boot, stop when told to, and short tests pass.
. "$(dirname "$0")/lib_hosts.bash"
deny=$build/tests/hosts/deny

# What is not of base/host.def, or answers with another error there.
denied="close_range pidfd_open pidfd_send_signal
	close_range,pidfd_open,pidfd_send_signal,epoll_pwait2"

# A guest that is halted for ever: only a signal ends its VMM's sleep.
cat >"$work/halted.s" <<'EOF'
	.text; .long 0x1badb002, 0, -0x1badb002; .globl _start
_start:	cli
1:	hlt
	jmp 1b
EOF
gcc -m32 -nostdlib -static -Wl,-Ttext=0x100000,--build-id=none \
	-o "$work/halted" "$work/halted.s" ||
	{ echo "not ok the halted guest can be built"; exit 1; }

# stops NAME COMMAND... - of which "run ..." is the end: SIGTERM ends it
stops() {
	local name=$1 pid
	shift
	"$@" --kernel "$work/halted" --memory 32M --net none </dev/null \
		>"$work/stop" 2>&1 &
	pid=$!
	sleep 1
	kill "$pid"
	soon 5 gone "$pid"
	result "$name: a halted machine ends when told to" $? "$work/stop" ||
		kill -9 "$pid"
	wait "$pid" 2>/dev/null
}

# short WORDS - tests that take no time, on such a kernel
short() {
	local t
	for t in unit/kernel unit/guestmem unit/sleep world/door world/walls \
		net/ring net/child net/hub; do
		HOSTEL_HOST=$1 "$deny" -- "$build/tests/${t}_test" \
			>"$work/short" 2>&1
		result "$1: tests/${t}_test.c" $? "$work/short"
	done
}

# translated WORDS - the translator's, with what the VMM lacks, wherever it has
# ESP; lockstep_test says that itself
translated() {
	local t cpu
	for t in lockstep bt_again bt_flow bt_touch bt_window bt_seg bt_port \
		bt_thunk; do
		for cpu in bt rsp; do
			[ $t-$cpu != lockstep-rsp ] || continue
			HOSTEL_HOST=$1 HOSTEL_TEST_CPU=$cpu \
				"$build/tests/unit/${t}_test" >"$work/short" 2>&1
			result "$1, $cpu: tests/unit/${t}_test.c" $? \
				"$work/short"
		done
	done
}

for calls in $denied; do
	beside boots "$calls denied" "$deny" "$calls" -- "$build/hostel" run
done
all_done
for calls in $denied; do
	stops "$calls denied" "$deny" "$calls" -- "$build/hostel" run
done
stops linux-4.18 env HOSTEL_HOST=linux-4.18 "$build/hostel" run
short linux-4.18
translated no-tripwire,no-populate,no-maps,no-fsgsbase,no-bmi2
finish
