#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench_cpu.sh - `hostel bench cpu`, on a host that looks as if it ran no 32-bit
# programs and had no QEMU, and `hostel bench hosts`, in short: each row has a
# value.
# tests/run: needs the translator
. "$(dirname "$0")/lib.bash"

json=$work/c.json
build=$(realpath "$build")
(cd "$work" && HOSTEL_HOST=no-ia32 HOSTEL_QEMU=$work/none \
	timeout $((250 * patience)) "$build/hostel" bench cpu --rounds 1 --ms 10 \
	--mb 1 --json c.json >"$work/out" 2>"$work/err")
result "bench cpu, no 32-bit programs: status 0" $? "$work/err"
check "bench cpu, no 32-bit programs: so it says" \
	grep -q '^native: 64-bit build' "$work/out"
check "bench cpu, no 32-bit programs: also the JSON" \
	grep -q '^ *"native_bits": 64,$' "$work/c.json"
check "bench cpu, no QEMU: so it says" grep -q 'none is not installed' \
	"$work/out"
check "bench cpu: it is JSON" "$build/hostel" report "$work/c.json" \
	>"$work/report"
for row in getppid fork exec pipe mmap chase qsort x87 sse2 smc; do
	check "bench cpu: $row natively" cell "$row" native
	check "bench cpu: $row in Hostel" cell "$row" hostel
done
for row in md5sum sha256sum gzip sort awk; do
	if [ -x build/guest/busybox64 ]; then
		check "bench cpu: $row natively" cell "$row" native
	else
		echo "ok bench cpu: $row natively # SKIP busybox for x86-64" \
			"could not be fetched"
	fi
	check "bench cpu: $row in Hostel" cell "$row" hostel
done
check "bench cpu: boot" cell boot hostel

(cd "$work" && timeout $((250 * patience)) "$build/hostel" bench hosts --rounds 1 \
	--seconds 0.1 --idle 1 --json c.json >"$work/out" 2>"$work/err")
result "bench hosts: status 0" $? "$work/err"
for row in nat_out nat_in; do
	check "bench hosts: $row" cell "$row" hostel
	check_qemu "bench hosts: $row, QEMU" "$row"
done
# An idle machine may take nothing that can be measured.
check "bench hosts: idle" grep -q '^[0-9]' <("${HOSTEL_PYTHON:-/usr/bin/python3}" \
	-E -B -m bench.figures value "$json" rows idle hostel median)
check "bench hosts: the engine that ran" grep -q '^ *"engine": "bt",$' \
	"$work/c.json"
finish
