#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# giveback.sh - a stock guest that is idle gives back what it does not need
# within a minute, and goes on at once, with the same results.
#
# Its kernel takes 250 timer interrupts a second, idle or not. Looks at what the
# VM's processes take beside guest RAM, if we may, and at the report's figure.
# tests/run: needs the translator
# tests/run: waits
. "$(dirname "$0")/lib.bash"
. "$(dirname "$0")/../../bench/vm.bash"

file=$work/report.json
reports=0
# field KEY - a number of the last report
field() { awk -v key="\"$1\":" '$1 == key { v = $2 + 0 } END { print v }' "$file"; }
written() { [ "$(grep -cs '^}$' "$file")" -eq "$reports" ]; }
# ask - for one more
ask() {
	reports=$((reports + 1))
	kill -USR1 "$vm"
	soon 20 written
}
# tree PID - it and all below it
tree() {
	local p
	echo "$1"
	for p in $(pgrep -P "$1"); do tree "$p"; done
}
# memory - MB that they take beside guest RAM; nothing if we may not see it
memory() {
	local p
	for p in $(tree "$vm"); do
		head -c 1 "/proc/$p/smaps" >/dev/null 2>&1 || return 0
	done
	# shellcheck disable=SC2046
	pss $(tree "$vm")
}
less() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }

mkfifo "$work/in"
exec 8<>"$work/in"
work_words="md5sum /bin/busybox; seq 1 20000 | sort -r | gzip -c | md5sum"
words="$work_words; echo one; read go; $work_words; echo two; read go"
"$build/hostel" run --kernel "$guest/vmlinuz" \
	--initrd "$guest/initrd" --net none --no-reboot --report "$file" \
	--append "console=ttyS0 panic=-1 hostel.net=off -- \"$words\"" \
	<"$work/in" >"$log" 2>&1 &
vm=$!
pids="$pids $vm"
check "it boots" soon 100 said '^one$'
ask
held=$(field memory_held) first=$(memory)
echo "# then: $held bytes of code and its records, ${first:-?} MB in all"
check "what a boot runs takes memory" [ "$held" -gt 8388608 ]
check "which it has not given back" [ "$(field memory_given_back)" -eq 0 ]
# given_back - so the next report says. To be asked takes a moment every other
# second, and a guest is idle that is halted nearly all the time.
given_back() {
	rest 2
	ask
	[ "$(field memory_given_back)" -eq 1 ]
}
asked=$SECONDS
within 55 given_back
held=$(field memory_held) later=$(memory)
echo "# $((SECONDS - asked)) s later: $held bytes, ${later:-?} MB"
check "an idle guest gives it back" [ "$(field memory_given_back)" -eq 1 ]
check "and takes little again" [ "$held" -lt 4194304 ]
if [ "$later" ]; then
	check "the host has it: MB less than before" less "$later" "$first"
	check "the host has it: under 40 MB" less "$later" 40
else
	echo "ok the host has it # SKIP only root may see what a VMM takes"
fi
echo go >&8
check "the next program runs at once" soon 30 said '^two$'
check "and does what it did before" \
	[ "$(grep -c '^[0-9a-f]\{32\} ' "$log")" -eq 4 ]
same() { [ "$(grep '^[0-9a-f]\{32\} ' "$log" | sort | uniq -c |
	awk '$1 == 2' | wc -l)" -eq 2 ]; }
check "with the same results" same || tail -n 20 "$log" | sed 's/^/# /'
echo go >&8
status=0
wait "$vm" || status=$?
check "the machine ends with status 0" [ "$status" -eq 0 ]
finish
