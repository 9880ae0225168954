# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib_forks.bash - for the tests of what runs out: 200 processes in the guest at
# once, each with an address space.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"

count=200
# Each process waits until all are there (nobody can open a pipe to read that
# nobody has open to write), then says its number.
one="(: </go; echo fork-\$((i * i + 1)))"
cmd="mkfifo /go; i=0; while [ \$i -lt $count ]; do $one & i=\$((i + 1)); done"
cmd="$cmd; set -- /proc/[0-9]*; echo processes-\$#; exec 3<>/go; wait"
cmd="$cmd; echo all-back"

# forks NAME - boot the stock kernel and have it fork
forks() {
	local log=$work/console.$1 i
	timeout -k 5 $((110 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --net none --no-reboot \
		--report "$work/report.$1" \
		--append "console=ttyS0 panic=-1 hostel.net=off -- \"$cmd\"" \
		</dev/null 2>&1 | tr -d '\r' >"$log"
	status=${PIPESTATUS[0]}
	check "$1: hostel exits with 0" [ "$status" -eq 0 ]
	for ((i = 0; i < count; i++)); do
		echo "fork-$((i * i + 1))"
	done >"$work/numbers"
	grep -ao 'fork-[0-9]*$' "$log" | grep -vxFf - "$work/numbers" \
		>"$work/missing"
	[ ! -s "$work/missing" ]
	result "$1: $count processes have said their numbers" $? \
		"$work/missing"
	check "$1: all of them lived at once" [ "$(sed -n \
		's/.*processes-\([0-9]*\)$/\1/p' "$log")" -ge "$count" ]
	check "$1: the shell has waited for all" grep -q all-back "$log"
	check "$1: no warning, no bug, no oops" [ "$(grep -cE \
		'WARNING:|BUG:|Oops|Call Trace|Out of memory' "$log")" -eq 0 ]
	[ "$failures" -eq 0 ] || tail -n 20 "$log" | sed 's/^/# /'
}
