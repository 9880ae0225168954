#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench_tables.sh - what bench/cpu and bench/hosts make of what they measured,
# which columns are judged against what; and cpubench built for 64 bits.
set -u
. "$(dirname "$0")/../lib_check.bash"

# row WORD... - the table has a line of these words, whatever the blanks
row() { tr -s ' ' <"$work/out" | sed 's/ $//' | grep -qxF -- "$*"; }
lost() { grep -qxF -- "  $*" "$work/out"; }

cat >"$work/native" <<'END'
gzip 1
gzip 3
gzip 2
getppid 1000
sse2 1
END
cat >"$work/hostel" <<'END'
gzip 3.2
getppid 2000
sse2 1.4
boot 2.6
END
cat >"$work/qemu" <<'END'
gzip 6
getppid 1500
sse2 28
boot 5.2
END
# table BITS QEMU - into $work/out, and as JSON into $work/rows
table() {
	rm -f "$work/rows"
	touch "$work/none"
	awk -v order="getppid gzip sse2 boot" -v json="$work/rows" \
		-v bits="$1" -v why_qemu="$2" -f bench/median.awk \
		-f bench/cpu.awk "$work/native" "$work/hostel" \
		"$work/${3:-qemu}" >"$work/out"
}
table 64 ""
check "cpu: the header says what native is" grep -q ' native, 64-bit ' \
	"$work/out"
check "cpu: a median, its range, both ratios and their limits" row \
	"gzip -9 [s] 2 (1-3) 3.2 (3.2-3.2) 6 (6-6) 1.60x 1.5 - 1.88x 3"
check "cpu: ns are us" row "getppid [us] 1 (1-1) 2 (2-2)" \
	"1.5 (1.5-1.5) 2.00x - - 0.75x 1"
check "cpu: lost to a 64-bit build" lost \
	"gzip -9 [s]: 1.60 times native, and must be 1.5 at most"
check "cpu: lost to QEMU" lost \
	"gzip -9 [s]: 1.88 times as fast as QEMU, and must be 3 at least"
check "cpu: slower than QEMU is lost" lost \
	"getppid [us]: 0.75 times as fast as QEMU, and must be 1 at least"
check "cpu: just met, and what has no limit, is not lost" \
	[ "$(grep -c '^  .* and must be ' "$work/out")" -eq 3 ]
check "cpu: its JSON" eval '{ echo "{"; cat "$work/rows"; echo "}"; } \
	>"$work/json"; "$build/hostel" report "$work/json" >/dev/null'
check "cpu: a ratio in it" grep -q '"faster_than_qemu": 20, "must_qemu": 20' \
	"$work/rows"
table 32 ""
check "cpu: to 32 bits other limits hold" lost \
	"gzip -9 [s]: 1.60 times native, and must be 1.3 at most"
check "cpu: boot has one in seconds" lost \
	"power on to init [s]: 2.60, and must be 2.5 at most"
table 64 "it is not here" none
check "cpu: no QEMU, no ratio" row \
	"getppid [us] 1 (1-1) 2 (2-2) - 2.00x - - - 1"
check "cpu: and the reason is told" grep -qxF \
	"Against QEMU nothing was measured: it is not here." "$work/out"

cat >"$work/hostel" <<'END'
nat_out 400
nat_in 399
idle 1
END
cat >"$work/qemu" <<'END'
nat_out 100
nat_in 100
idle 2
END
awk -v order="nat_out nat_in idle" -v json="$work/rows" -f bench/median.awk \
	-f bench/hosts.awk "$work/hostel" "$work/qemu" >"$work/out"
check "hosts: just met, and missed" \
	[ "$(sed -n '/^Where we lose:/,$p' "$work/out" | tail -n +2)" = \
	"  nettest in by NAT, 4 KiB [Mb/s]" ]

cpubench=$build/cpubench64
"$cpubench" --ms 1 --dir "$work" getppid fork exec pipe mmap chase qsort x87 \
	sse2 smc >"$work/out" 2>&1
result "cpubench64: every loop runs" $? "$work/out"
check "cpubench64: ten of them" \
	[ "$(grep -c '^cpubench [a-z0-9]* [0-9.]* ns$' "$work/out")" -eq 10 ]
finish
