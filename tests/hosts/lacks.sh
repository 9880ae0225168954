#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# lacks.sh - each lack that HOSTEL_HOST knows (base/host.def), in turn: a stock
# kernel boots and its network carries data, or there is a sentence.
. "$(dirname "$0")/lib_hosts.bash"

hostel() { "$build/hostel" "$@"; }

# tiny WORD - a small guest, where a kernel would take a minute
tiny() {
	HOSTEL_HOST=$1 timeout 60 "$build/hostel" run --memory 32M --net none \
		--kernel "$guest/property/page_bits" --debug-exit 0xf4 \
		</dev/null >"$work/$1" 2>&1
	tiny_status=$?
}

# lack WORD - one TAP line or more
lack() {
	case $1 in
	no-sse4.2)
		tiny "$1"
		check "$1: refused" [ "$tiny_status" -eq 69 ]
		check "$1: with a sentence" \
			grep -q 'this processor has no SSE4.2' "$work/$1" ;;
	no-translator)
		tiny "$1"
		check "$1: the interpreter runs a guest" grep -q PASS "$work/$1"
		check "$1: and that is said" \
			grep -q 'interpreter runs this guest' "$work/$1" ;;
	no-popcnt | no-movbe)
		HOSTEL_HOST=$1 HOSTEL_INSN=${1#no-} \
			"$build/tests/insn/insn_test" >"$work/$1" 2>&1
		result "$1: it does the same" $? "$work/$1" ;;
	*)	boots "$1" env HOSTEL_HOST="$1" "$build/hostel" run ;;
	esac
}

# What nothing uses can be no lack.
words=$(hostel check --words | grep -v 'not used)$' |
	sed -n 's/^  \([a-z][^ ]*\) .*/\1/p')
check "there are words, of features and of kernels" \
	grep -q 'no-pidfd.*linux-4.18' <<<"${words//$'\n'/ }"
for word in $words; do
	beside lack "$word"
done
all_done
finish
