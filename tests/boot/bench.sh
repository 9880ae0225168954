#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench.sh - `hostel bench`: a short measurement of this host and of the
# longest path, and a short soak; what they find is there and makes sense.
# What it amounts to is not judged: speed is never a test. One more run is on a
# host that looks as if it ran no 32-bit programs.
# tests/run: needs the translator
. "$(dirname "$0")/lib.bash"

# has KEY - it was measured, and is above 0
has() { grep -q "^    \"$1\": \[[0-9.e+-]*[1-9]" "$work/p.json"; }

check "hostel bench says what there is" \
	grep -q '^  paper ' <("$build/hostel" bench)
check "and refuses what is not there" \
	eval '! "$build/hostel" bench what 2>/dev/null'
path=$("$build/hostel" bench paths | tail -n 1)
step=${path##*,}
check "the longest path is all" [ "$("$build/hostel" bench paths |
	tail -n 1 | tr ',' '\n' | wc -l)" -eq "$(($("$build/hostel" bench paths |
	wc -l) - 1))" ]
timeout $((250 * patience)) "$build/hostel" bench paper --quick --only "native,$step" \
	--parts headline,ping,wire,steps --out "$work/p" >"$work/out" 2>"$work/err"
check "bench paper: status 0" [ $? -eq 0 ]
for key in native.out.4096.mbit native.in.65536.mbit native.wire.4096.mbit \
	"$step.out.4096.mbit" "$step.in.65536.mbit" "$step.wire.4096.mbit" \
	"$step.out.4096.frames_s" "$step.out.4096.irqs_frame" \
	"$step.way_out.total" "$step.way_in.total" "$step.out.4096.vmm_share" \
	"$step.ping.p50_us" "$step.pingpong.p99_us"; do
	check "bench paper: $key" has "$key"
done
check "bench paper: nothing else was measured" \
	eval '! grep -q "\"qemu_[^\"]*mbit" "$work/p.json"'
# slower MACHINE - 100 Mb/s is the most that a wire of 100 Mb/s carries
slower() {
	sed -n "s/.*\"$1.wire.4096.mbit\": \[\([0-9]*\).*/\1/p" "$work/p.json" |
		grep -qE '^[0-9]{1,2}$'
}
check "bench paper: the wire's rate holds for this host" slower native
check "bench paper: and for the guest" slower "$step"
[ "$failures" -eq 0 ] || tail -n 20 "$work/err" | sed 's/^/# /'

HOSTEL_HOST=no-ia32 timeout $((100 * patience)) "$build/hostel" bench paper --quick \
	--only native --parts headline --out "$work/p" >"$work/out" 2>"$work/err"
result "bench paper, no 32-bit programs: status 0" $? "$work/err"
check "bench paper, no 32-bit programs: this host was measured" \
	has native.out.4096.mbit
check "bench paper, no 32-bit programs: so it says" \
	grep -q '^this host (64-bit build), no offloads' "$work/out"
check "bench paper, no 32-bit programs: also the JSON" \
	grep -q '"about.native_bits": "64"' "$work/p.json"
check "bench paper: the host, first" grep -q '^This host ' \
	<(head -n 1 "$work/out")

timeout $((120 * patience)) "$build/hostel" bench soak --bytes 2M --only "$step" \
	>"$work/out" 2>"$work/err"
check "bench soak: status 0" [ $? -eq 0 ]
check "bench soak: all frames are accounted for" \
	grep -q 'unexplained: 0$' "$work/out"
[ "$failures" -eq 0 ] || cat "$work/out" "$work/err" | sed 's/^/# /'
finish
