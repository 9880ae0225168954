#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench_paper.sh - what the benches make of what they measured: the tables of
# bench/paper from a small record (bench_paper.json, made by hand), what one
# transfer cost, and the books of bench/soak.
set -u
. "$(dirname "$0")/../lib_check.bash"
. "$(dirname "$0")/../lib_figures.bash"

# row FIRST... - the text has a line of these words, whatever the blanks
row() { tr -s ' ' <"$work/a.txt" | sed 's/ $//' | grep -qxF -- "$*"; }
# para TEXT - the text has this, wherever its lines end
para() { tr -s '\n' ' ' <"$work/a.txt" | grep -qF -- "$1"; }

bench/paper --from tests/unit/bench_paper.json --out "$work/a" \
	>"$work/out" 2>"$work/err"
check "a record is shown" [ $? -eq 0 ]
check "and nothing is complained of" [ ! -s "$work/err" ]
check "the median of three, and their range" \
	row "this host, no offloads 2000 (1000-3000) 4000 n/m n/m n/m n/m n/m -"
check "a target that is met" row \
	"nettest out, 4096 bytes, to QEMU's pcnet >= 8 times 9.00 met"
check "just met" row \
	"nettest in, 4096 bytes, to QEMU's pcnet >= 8 times 8.00 met"
check "missed" row \
	"nettest out, 65536 bytes, to native >= 0.4 times 0.38 MISSED"
check "missed by a limit from above" row \
	"world switches for a frame sent, with direct < 0.01 0.020 MISSED"
check "not measured" row \
	"nettest in, 65536 bytes, to QEMU's pcnet >= 8 times - not measured"
check "as many are missed as there are" para "3 missed."
check "each step's gain is told" para \
	"Then combine: 600 Mb/s out in 4 KiB writes (1.20 times ports), world switches for a frame from 1.25 to 0.25."
check "a conclusion of the paper's is compared" para \
	"Here: 3.50 times."
check "a machine that failed is named" para "are missing: qemu_e1000."
check "and before all else" eval 'head -n 5 "$work/a.txt" |
	grep -q "^This run failed"'
check "Figure 6 has both" row "Hostel, hosted 50.0 n/m n/m 200 n/m n/m n/m n/m"
check "Figure 6 has the paper's" row \
	"paper: native 88.6 88.6 90.2 90.2 90.2 90.5 90.5 90.5"
check "Figure 5: the paper's, ours, and its share" \
	row "world switch - 4.45 14.1 3.00 n/m n/m n/m - 25.0"
check "Figure 5: all of it" \
	row "total - 31.63 100 12.0 n/m n/m n/m 0.25 100"
check "the way in, in the order in which it was noted" \
	eval 'grep -A 4 "^A frame that comes in" "$work/a.txt" |
		tail -n 1 | grep -q "^VMNet  *2.00 "'
check "Table 1: VMM time has the idle time in it" \
	row "VMM time 77.3 - 50.0 -"
check "Table 1: a share of all" \
	row "transmitting via the VMNet 8.7 13.8 10.0 13.0"
check "Table 1: a share of the VMM's time, of two rows of ours" \
	row "IN/OUTs handled in the VMM 8.3 1.36 15.0 -"
check "Table 1: no such row in the report" \
	row "virtualizing IRET 4.8 3.93 - -"
check "Table 2: not measured" row "VMM time 71.5 - not measured -"
check "Table 3: the paper's and ours" row \
	"hosted (paper: version 2.0) 0 1.00 80.0 n/m 10.0"

# The page is looked at in tests/bench.
bench/paper --from "$work/a.json" --out "$work/b" >"$work/out" 2>"$work/err"
check "what is written can be read, and is written so again" \
	cmp -s "$work/a.json" "$work/b.json"
check "it is JSON" "$build/hostel" report "$work/a.json" >"$work/out"
echo '{ "samples": {} }' >"$work/none.json"
refused() { ! bench/paper --from "$1" --out "$work/c" >"$work/out" 2>&1; }
check "a file without samples is refused" refused "$work/none.json"
check "a file that is not there is refused" refused "$work/no"
check "an unknown option is refused" \
	eval '! bench/paper --what >"$work/out" 2>&1'
check "rounds that are no number are refused" \
	eval '! bench/paper --rounds few >"$work/out" 2>&1'

# One machine with --stamps after another; the first one's nettest fails.
steps_of() {
	(
		. bench/measure.bash
		work=$work/steps ping_count=1 span=1 machines=() pids=() label=()
		declare -A kind=() at=() wire=()
		mkdir -p "$work"
		: >"$work/error"
		hostel_start() {
			machines+=("$1")
			kind[$1]=hostel at[$1]=10.79.0.1 wire[$1]=wire0
		}
		client() { [ "$1" != stamped_hosted ]; }
		figures() { echo mbit 1; }
		frames_seen() { echo 1; }
		cpu_time() { echo 1; }
		for f in say settle snapshot last_lines machine_{ready,lives,stop}; do
			eval "$f() { :; }"
		done
		steps hosted hosted
		steps ports hosted,ports
		echo "failed:$failed: ${why_failed[stamped_hosted]}"
	)
}
check "a machine with --stamps that failed is not forgotten for the next one" \
	[ "$(steps_of 2>/dev/null)" = \
	"failed: stamped_hosted: nettest out failed" ]

# A guest that was made before what it is made from.
guest=$work/guest
mkdir "$guest"
touch -d 1999-01-01 "$guest"/{nettest,cpubench,mkcpio}
for f in busybox vmlinuz initrd vmlinuz-pae initrd-pae initrd-disk \
	initrd-disk-pae; do
	echo made >"$guest/$f"
done
check "a guest newer than its parts" guests/build --check "$guest"
touch -d 1998-01-01 "$guest/initrd"
old() { ! guests/build --check "$guest" >"$work/out" 2>&1; }
check "an older one is told from it" old
check "and what to do is said" grep -q 'run make guest$' "$work/out"

# What a transfer cost: a second and a half for 1000 frames.
cat >"$work/before" <<'END'
wall_s 10
guest_idle_s 5
world_switches.halt 5
world_switches.total 100
port_accesses.lance_data.vmm 50
port_accesses.lance_data.host 7
nics.0.frames_sent 10
nics.0.frames_received 900
nics.0.irqs_raised 4
time_s.vmm 1
vmnet.ports.0.drops.link_down 3
END
cat >"$work/after" <<'END'
wall_s 12
guest_idle_s 6.25
world_switches.halt 505
world_switches.total 2100
port_accesses.lance_data.vmm 1050
port_accesses.lance_data.host 3007
nics.0.frames_sent 1010
nics.0.frames_received 1400
nics.0.irqs_raised 254
time_s.vmm 1.02
vmnet.ports.0.drops.link_down 5
vmm_rows.world_switches.cpu_ms 300
vmm_rows.world_switches.times 2000
vmapp_rows.world_switches.cpu_ms 150
vmapp_rows.world_switches.times 1000
END
echo '{"op": "recv", "bytes": 1, "seconds": 1.5, "mbit_s": 88.5, "ok": true}' \
	>"$work/result"
as_report "$work/before"
as_report "$work/after"
figures transfer k.out.4096 out 300 1200 "$work/result" "$work/before" \
	"$work/after" |
	sed 's/^k.out.4096/k/' | sort >"$work/sample"
cat >"$work/right" <<'END'
k.cpu_share 0.2
k.cpu_us_frame 250
k.drops 2
k.frames_s 800
k.idle_share 0.5
k.irqs_frame 0.25
k.mbit 88.5
k.ports_all_frame 0
k.ports_frame 4
k.ports_host_frame 3
k.row.world_switches.share 0.3
k.row.world_switches.us 150
k.switch.halt_frame 0.5
k.vmapp_share 0.1
k.vmm_share 0.2
k.vmmrow.world_switches.share 0.2
k.switch_us_frame 0
k.switches_frame 2
k.vmapp_us_frame 0
k.vmm_us_frame 20
k.vmnet_us_frame 0
END
check "what a transfer cost" diff <(sort "$work/right") "$work/sample"

# The books: 1000 frames out, 500 in, two of these dropped and named.
cat >"$work/before" <<'END'
nics.0.frames_taken 10
nics.0.frames_received 20
END
cat >"$work/after" <<'END'
nics.0.frames_taken 1010
nics.0.frames_received 518
nics.0.drops.rx_missed 2
END
as_report "$work/before"
as_report "$work/after"
books() {
	figures balance "$1" "$2" "$work/before" "$work/after" >"$work/out"
}
check "books that balance" books 1000 500
check "a drop is named" grep -q 'rx_missed: 2$' "$work/out"
check "a frame out that is lost" eval '! books 999 500'
check "a frame in that is lost" eval '! books 1000 501'
check "it is counted" grep -q 'unexplained: 1$' "$work/out"
# How long the steps of a frame's way took.
cat >"$work/stamped" <<'END'
way_out.frames 900
way_out.steps.0.step "VMApp processing, after"
way_out.steps.0.times 7
way_out.steps.0.median_us 2.5
way_in.steps.0.step "total"
way_in.steps.0.median_us 40
END
as_report "$work/stamped"
steps() {
	[ "$(figures steps a "$work/stamped" | tr '\n' ' ')" = \
		"a.way_out.VMApp_processing,_after 2.5 a.way_in.total 40 " ]
}
check "the steps of a frame's way" steps

# A report grows: an object after another, the last one not complete yet.
printf '{"a": {"b": [{"c": 5}]}}\n{\n"a": 7\n}\n{"a": ' >"$work/json"
check "a file of reports: the newest that is complete" \
	[ "$(figures value "$work/json" a)" = 7 ]
finish
