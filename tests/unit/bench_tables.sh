#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench_tables.sh - what bench/cpu, bench/hosts and bench/real make of what they
# measured, which columns are judged against what; cpubench and realbench built
# for 64 bits, and the source that the latter has compiled.
set -u
. "$(dirname "$0")/../lib_check.bash"
. "$(dirname "$0")/../lib_figures.bash"

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
# table BITS QEMU - into $work/out, and as JSON into $work/json
table() {
	figures cpu --work "$work" --order "getppid gzip sse2 boot" \
		--fact "native_bits=$1" --fact "qemu=${2:-it is here}" \
		--fact rounds=3 --json "$work/json" >"$work/out"
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
check "cpu: its JSON" "$build/hostel" report "$work/json" >"$work/report"
check "cpu: a ratio in it" grep -q '"faster_than_qemu": 20.0, "must_qemu": 20' \
	"$work/json"
tail -n +3 "$work/out" >"$work/first"
figures cpu --from "$work/json" | tail -n +3 >"$work/again"
check "cpu: the JSON is shown as the same table" cmp "$work/first" \
	"$work/again"
table 32 ""
check "cpu: to 32 bits other limits hold" lost \
	"gzip -9 [s]: 1.60 times native, and must be 1.3 at most"
check "cpu: boot has one in seconds" lost \
	"power on to init [s]: 2.60, and must be 2.5 at most"
rm "$work/qemu"
table 64 "not measured: it is not here"
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
figures hosts --work "$work" --order "nat_out nat_in idle" >"$work/out"
check "hosts: just met, and missed" \
	[ "$(sed -n '/^Where we lose:/,$p' "$work/out" | tail -n +2)" = \
	"  nettest in by NAT, 4 KiB [Mb/s]" ]

cpubench=$build/cpubench64
"$cpubench" --ms 1 --dir "$work" getppid fork exec pipe mmap chase qsort x87 \
	sse2 smc >"$work/out" 2>&1
result "cpubench64: every loop runs" $? "$work/out"
check "cpubench64: ten of them" \
	[ "$(grep -c '^cpubench [a-z0-9]* [0-9.]* ns$' "$work/out")" -eq 10 ]

# bench/real: one row from two reports of Hostel, then the table.
cat >"$work/before" <<'END'
engine "bt"
vmm_rows.translating.cpu_ms 100
vmm_rows.translating.times 7
vmm_rows.world_switches.cpu_ms 5
translations.fragments 1000
translations.guest_bytes 10240
translations.faults_hidden 10
translations.pages_shown 20
translations.cache_flushes 3
translations.sampled_fragments 0
translations.sampled_fragments_anew 0
translations.sampled_bytes 0
translations.sampled_bytes_again 0
END
cat >"$work/after" <<'END'
engine "bt"
vmm_rows.translating.cpu_ms 175
vmm_rows.translating.times 9
vmm_rows.page_faults_and_exceptions.cpu_ms 25
vmm_rows.world_switches.cpu_ms 5
translations.fragments 1400
translations.guest_bytes 30720
translations.faults_hidden 30
translations.pages_shown 100
translations.cache_flushes 3
translations.sampled_fragments 50
translations.sampled_fragments_anew 2
translations.sampled_bytes 320
translations.sampled_bytes_again 80
END
as_report "$work/before"
as_report "$work/after"
figures difference exec_pie 4 "$work/before" "$work/after" >"$work/where"
check "real: what grew between two reports" [ "$(sort "$work/where" |
	tr '\n' ';')" = "exec_pie faults_hidden 20;\
exec_pie fragments 400;exec_pie guest_bytes 20480;\
exec_pie pages_shown 80;exec_pie sampled_bytes 320;exec_pie sampled_bytes_again 80;\
exec_pie sampled_fragments 50;exec_pie sampled_fragments_anew 2;\
exec_pie times 4;exec_pie vmm.page_faults_and_exceptions 25;\
exec_pie vmm.translating 75;" ]
echo "exec_pie 2" >"$work/native"
printf '%s\n' "exec_pie 5" "exec_fixed 4" "latency 16" "memory 40" "fork_2g 13" \
	>"$work/hostel"
printf '%s\n' "exec_pie 20" "latency 15" >"$work/qemu"
echo "fork_2g 10" >"$work/small"
figures real --work "$work" --fact memory_mb=1024 --json "$work/json" \
	--order "exec_pie exec_fixed memory latency fork_2g" >"$work/out"
check "real: a row, its ratios and limits" row "fork+exec+wait, PIE [ms]" \
	"2 (2-2) 5 (5-5) 20 (20-20) 0.25 0.25 2.50 2 -"
check "real: its time, largest part first" row \
	" 75 % translating, 25 % page faults and exceptions"
check "real: how often, each time" row " each time 100 fragments" \
	"(4.0 % made anew) of 5 KB (25.0 % in others before)," \
	"host faults: 5 hidden, 15 avoided, 0 the guest's; 0 maps, 0 unmaps"
pie="fork+exec+wait, PIE [ms]"
check "real: lost to the host" lost \
	"$pie: 2.5 times the host's own, and must be 2 at most"
check "real: lost to itself" lost \
	"$pie: 1.25 times that with ASLR off, and must be 1.2 at most"
check "real: lost to QEMU" lost "timer, busy: latest [ms]: 1.07 times QEMU's," \
	"and must be 1 at most"
check "real: lost to a limit" lost \
	"timer, busy: latest [ms]: 16, and must be 15 at most"
check "real: just met is not lost" [ "$(grep -c ' must be ' "$work/out")" -eq 4 ]
check "real: its JSON" "$build/hostel" report "$work/json" >"$work/report"
figures real --from "$work/json" >"$work/again"
check "real: the JSON is shown as the same table" cmp "$work/out" \
	"$work/again"
check "real: a ratio to another column in it" \
	eval 'tr -d "\n" <"$work/json" | tr -s " " |
	grep -q "\"of_itself\": 1.3, \"must_of_itself\": 1.3"'

mkdir "$work/64" "$work/32"
"$build/realbench64" --dir "$work/64" --ms 1 --mb 1 exec_pie exec_static fork \
	pipe mmap md5sum >"$work/out" 2>&1
result "realbench64: loops and a command run" $? "$work/out"
check "realbench64: six of them" [ "$(grep -cE \
	'^realbench [a-z0-9_]+ [0-9.e+-]+ (us|ms|s) [0-9]+$' "$work/out")" -eq 6 ]
check "realbench64: a row that there is not" \
	eval '! "$build/realbench64" --dir "$work/64" what 2>"$work/err"'
if build/guest/realbench --exit 2>/dev/null; then
	build/guest/realbench --dir "$work/32" --mb 1 md5sum >/dev/null
	check "realbench: for 32 bits the same text" \
		cmp "$work/32/text" "$work/64/text"
else
	echo "ok realbench: for 32 bits the same text # SKIP" \
		"build/guest/realbench is not there (make guest-debian)," \
		"or does not run here"
fi

# source_large AWK... - the large file, by that awk
source_large() { "$@" -v seed=7 -v lines=2000 -v unit=big -f guests/mksource.awk; }
source_large awk >"$work/big.c"
check "mksource.awk: 2,000 lines, about" \
	[ "$(($(wc -l <"$work/big.c") / 100))" -eq 20 ]
check "mksource.awk: no warnings" gcc -fsyntax-only -Wall -Wextra -Werror \
	"$work/big.c"
if [ -x build/guest/busybox64 ]; then
	source_large build/guest/busybox64 awk >"$work/other.c"
	check "mksource.awk: another awk writes the same" \
		cmp "$work/big.c" "$work/other.c"
else
	echo "ok mksource.awk: another awk writes the same # SKIP there is no" \
		"build/guest/busybox64"
fi
finish
