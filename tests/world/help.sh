#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# help.sh - every program and every command of `hostel` says how it is used: to
# who asks, on standard output, with status 0; to who gets it wrong, on
# standard error, with 64.
. "$(dirname "$0")/../lib_check.bash"
export HOSTEL_VMNET_DIR=$work/vmnet	# should a vmnetd start after all

# says STATUS PROGRAM [WORD...] - run it; text comes out of one stream only:
# standard output for 0, else standard error
says() {
	local want=$1 program=$2 status used=err silent=out
	shift 2
	timeout -k 1 20 "$build/$program" "$@" >"$work/out" 2>"$work/err" \
		</dev/null
	status=$?
	[ "$want" -ne 0 ] || { used=out silent=err; }
	[ "$status" -eq "$want" ] && [ -s "$work/$used" ] &&
		[ ! -s "$work/$silent" ]
	status=$?
	cat "$work/err" >>"$work/out"
	result "$program $* says how it is used: $want" "$status" "$work/out"
}

programs="hostel hostel-vmm vmnetd vmnet-nat vmnet-bridge vmnet-dhcp
vmnet-capture vmnet-adapter hostel-top nettest cpubench64 realbench64"
commands="run check top report bench help version"
benches=$("$build/hostel" bench | sed -n 's/^  \([a-z]*\) .*/\1/p')
check "there are benches" [ -n "$benches" ]

for program in $programs; do
	says 0 "$program" --help
	says 64 "$program" --no-such-option
done
for command in $commands "bench paths"; do
	# shellcheck disable=SC2086
	says 0 hostel $command --help
	# shellcheck disable=SC2086
	says 64 hostel $command --no-such-option
done
for command in $benches; do
	says 0 hostel bench "$command" --help
done
# What is not for people to start, and what wants to know more.
for program in hostel hostel-top vmnet-nat vmnet-dhcp vmnet-bridge \
	vmnet-capture vmnet-adapter nettest realbench64; do
	says 64 "$program"
done
says 64 vmnet-nat stray
says 64 vmnet-dhcp stray
says 64 vmnet-capture port=1 now 1518 -
says 64 vmnet-bridge lo stray
says 64 vmnetd stray
says 64 hostel report
says 64 hostel report one two
says 64 nettest send 127.0.0.1 stray
says 64 nettest recv
says 64 nettest serve --port
check "no vmnetd was started" [ ! -e "$HOSTEL_VMNET_DIR" ]
finish
