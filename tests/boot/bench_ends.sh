#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# bench_ends.sh - a bench that can not measure stops within seconds and says
# why; and however a bench ends, no process and no file of it stays.
# tests/run: needs the translator
. "$(dirname "$0")/lib.bash"
mkdir "$work/tmp"
export TMPDIR=$work/tmp HOSTEL_TEST_MARK=$$.$RANDOM
bench=		# its process

# ours - what is there of the processes that this test started for a bench;
# vmnetd has another environment, and names its folder in it
ours() {
	grep -lsz -e "^HOSTEL_TEST_MARK=$HOSTEL_TEST_MARK\$" \
		-e "^HOSTEL_VMNET_DIR=$TMPDIR/" /proc/[0-9]*/environ |
		cut -d / -f 3 | grep -vx -e $$ -e "$BASHPID" |
		xargs -rn1 sh -c 'test -r /proc/$0/cwd && echo "$0" \
			"$(tr "\0" " " </proc/$0/cmdline 2>/dev/null)"' |
		grep -aE '^[0-9]+ (.*/)?(hostel|vmnet|nettest|cpubench|qemu|bash b)'
}

# kill_vm - one that runs; a bench that is between two of them has none
kill_vm() {
	local pid
	pid=$(ours | awk '/hostel run/ { print $1; exit }')
	[ -n "$pid" ] && kill -9 "$pid" 2>/dev/null
}

# nothing_left - no process within three seconds, and no file
nothing_left() {
	local i
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		[ -n "$(ours)" ] || break
		sleep 0.25
	done
	[ "$i" -lt 12 ] && [ -z "$(ls "$TMPDIR")" ] && return
	{ ours; ls "$TMPDIR"; } | sed 's/^/# left: /'
	return 1
}

# stops NAME SECONDS WHY WORD... - this bench ends with status 1 in that time,
# and says so
stops() {
	local name=$1 limit=$2 why=$3 start=$SECONDS status=0
	shift 3
	timeout 60 "$@" >"$work/out" 2>"$work/err" || status=$?
	check "$name: status 1" [ "$status" -eq 1 ]
	check "$name: within $limit seconds" \
		[ $((SECONDS - start)) -le "$limit" ]
	grep -q "$why" "$work/err"
	result "$name: the reason is told" $? "$work/err"
	check "$name: nothing stays" nothing_left
}

# A build whose VMs can not start: there is no hostel-vmm.
broken=$work/broken
mkdir "$broken"
cp "$build"/{hostel,vmnetd,vmnet-nat,vmnet-dhcp,vmnet-bridge,nettest,cpubench64} \
	"$broken"
cat >"$broken/check" <<'END'
{
  "summary": "This host is as the test wants it",
  "rows": [
    {
      "name": "translator",
      "status": "good",
      "found": "runs",
      "cost": ""
    }
  ]
}
END
mv "$broken/hostel" "$broken/hostel.real"
cat >"$broken/hostel" <<END
#!/bin/sh
[ "\$1" != check ] || exec cat "$broken/check"
exec "$broken/hostel.real" "\$@"
END
chmod +x "$broken/hostel"
no_vmm="hostel-vmm, which belongs beside hostel"
stops "bench cpu, no VM starts" 15 "$no_vmm" bench/cpu --build "$broken" \
	--only chase,boot --ms 20 --rounds 1
stops "bench hosts, no VM starts" 15 "$no_vmm" bench/hosts --build "$broken"
if lab=$(bench/lab true 2>&1); then lab=; fi
[ -z "$lab" ] || echo "ok bench paper and soak # SKIP $lab"
[ "$lab" ] || stops "bench paper, no VM starts" 20 "$no_vmm" bench/paper \
	--build "$broken" --quick --out "$TMPDIR/p"
[ "$lab" ] || stops "bench soak, no VM starts" 20 "$no_vmm" bench/soak --build "$broken"
stops "bench busy, no VM starts" 15 "$no_vmm" bench/busy --build "$broken" \
	--busy 1 --rounds 1 --only hostel
for name in cpu hosts soak busy; do
	stops "bench $name, no translator" 10 "measures the translator" \
		env HOSTEL_HOST=no-translator "bench/$name" --build "$build"
done

# A machine that is there and does not answer is left out, and the bench fails.
mv "$broken/nettest" "$broken/nettest.real"
cat >"$broken/nettest" <<END
#!/bin/sh
case \$* in "recv 10.78.0.1 "*) echo "nettest: no answer" >&2; exit 1 ;; esac
exec "$broken/nettest.real" "\$@"
END
chmod +x "$broken/nettest"
[ "$lab" ] || stops "bench paper, a machine does not answer" 50 \
	"native_offload: nettest out failed" bench/paper --build "$broken" \
	--native 64 --only native,native_offload --parts headline --quick \
	--out "$work/p"

# An engine that is not the one that was asked for.
sed -i 's/^exec.*/"$0.real" "$@"; status=$?\
for f; do case $f in *\/report) sed -i "s,\\"engine\\": \\"bt\\",\\"engine\\": \\"interp\\"," "$f"; esac; done\
exit $status/' "$broken/hostel"
cp "$build/hostel-vmm" "$broken"
stops "bench cpu, another engine" 60 "ran on the engine interp, not on bt" \
	bench/cpu --build "$broken" --only boot --rounds 1

# What answers as QEMU's machine would, but for one key's echo.
cat >"$work/deaf" <<'END'
#!/usr/bin/env bash
printf 'guest#'
while IFS= read -r -n 1 c; do
	case $c in b) ;; '') printf '\nacpi_pm\n0\nend#' ;; *) printf %s "$c" ;; esac
done
END
chmod +x "$work/deaf"
busy="bench/busy --build $build --busy 1 --rounds 1 --only qemu --patience 2"
stops "bench busy, a key has no echo" 15 "qemu: no echo after 2 s" \
	env HOSTEL_QEMU="$work/deaf" $busy --keys 2
stops "bench busy, QEMU ends" 10 "qemu: it ended" env HOSTEL_QEMU=true $busy

# start WORD... - a bench, which a shell's job would not hear SIGINT
start() {
	env --default-signal=INT "$@" >"$work/out" 2>"$work/err" &
	bench=$!
	pids="$pids $bench"
}
running() { ours | grep -q "$1"; }

# in_time START - within eight seconds since
in_time() { [ $((SECONDS - $1)) -le 8 ]; }

# ends NAME SIGNAL STATUS - the bench that runs ends so
ends() {
	local status=0 start=$SECONDS
	kill -s "$2" "$bench"
	wait "$bench" || status=$?
	check "$1, SIG$2: status $3" [ "$status" -eq "$3" ]
	check "$1, SIG$2: within eight seconds" in_time "$start"
	check "$1, SIG$2: nothing stays" nothing_left
}

for signal in INT:130 TERM:143 HUP:129; do
	start bench/cpu --build "$build" --only boot
	check "bench cpu runs a VM" soon 20 running 'hostel run'
	sleep 0.5
	ends "bench cpu" "${signal%:*}" "${signal#*:}"
	start bench/hosts --build "$build"
	check "bench hosts runs a VM" soon 20 running 'hostel run'
	sleep 0.5
	ends "bench hosts" "${signal%:*}" "${signal#*:}"
done
start bench/serial --build "$build" --only hostel
check "bench serial runs a VM" soon 20 running 'hostel run'
ends "bench serial" TERM 143
start bench/cpu --build "$build" --only sort --native 64 --mb 400
check "bench cpu measures natively" soon 20 running cpubench64
ends "bench cpu, natively" TERM 143
for signal in ${lab:-INT:130 TERM:143}; do
	[ -z "$lab" ] || break
	start bench/paper --build "$build" --quick --only direct \
		--out "$TMPDIR/p"
	check "bench paper runs a VM" soon 30 running 'hostel run'
	sleep 0.5
	ends "bench paper" "${signal%:*}" "${signal#*:}"
done

# A VM that dies.
start bench/cpu --build "$build" --only boot
check "bench cpu runs a VM" soon 20 kill_vm
status=0
wait "$bench" || status=$?
check "bench cpu, the VM dies: status 1" [ "$status" -eq 1 ]
check "bench cpu, the VM dies: so it says" \
	grep -q 'hostel: it ended' "$work/err"
check "bench cpu, the VM dies: nothing stays" nothing_left
[ -z "$lab" ] || finish
start bench/paper --build "$build" --only direct --parts headline \
	--out "$work/p"
check "bench paper measures" soon 60 grep -q 'round 1 of 5: done' "$work/err"
check "bench paper runs a VM" soon 20 kill_vm
# It says so at once; then what was measured is drawn, which takes two seconds
# of a CPU, so where faults are dear it has its time twice.
start=$SECONDS
within 8 grep -q 'Hostel, +direct: .* ended' "$work/err"
result "bench paper, the VM dies: it says so within eight seconds" $? "$work/err"
check "bench paper, the VM dies: it ends within eight seconds" \
	soon $((start + 8 - SECONDS)) gone "$bench"
status=0
wait "$bench" || status=$?
check "bench paper, the VM dies: status 1" [ "$status" -eq 1 ]
check "bench paper, the VM dies: nothing stays" nothing_left
check "bench paper, the VM dies: what was measured is shown, the reason first" \
	eval 'head -n 5 "$work/out" | grep -q "^This run failed" &&
	head -n 9 "$work/p.txt" | grep -q "^Hostel, +direct: .* ended" &&
	grep -q "direct.out.4096.mbit" "$work/p.json"'
finish
