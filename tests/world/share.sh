#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# share.sh - machines go where there is room: of five that compute on two CPUs,
# each gets its part, whatever their process numbers are.
#
# Four have even ones, and one has an odd one: were they put on CPUs by that,
# the odd one would get four times as much as each of the others.
# tests/run: alone
. "$(dirname "$0")/lib_guest.bash"
seconds=10
machines=

tidy() {
	# shellcheck disable=SC2086
	[ -z "$machines" ] || kill $machines 2>/dev/null
	wait
	rm -rf "$work"
}

guest loop <<'END'
_start:	jmp _start
END

# below PID NAME - the process NAME that PID has started
below() {
	local p=
	for _ in $(seq 200); do
		p=$(pgrep -P "$1" -x "$2") && break
		sleep 0.05
	done
	echo "$p"
}

# machine REST - start one whose hostel-app's number is REST, modulo 2. A try
# takes as many numbers as the one before, which may be an even one: so every
# other try is followed by one number more.
machine() {
	local keeper app try
	for try in $(seq 50); do
		"$build/hostel" run --net none --kernel "$work/loop" \
			--memory 16M </dev/null >/dev/null 2>&1 &
		keeper=$!
		app=$(below "$keeper" hostel-app)
		if [ -n "$app" ] && [ $((app % 2)) -eq "$1" ]; then
			machines="$machines $keeper"
			below "$app" hostel-vmm >>"$work/vmms"
			return
		fi
		kill "$keeper"
		wait "$keeper"
		[ $((try % 2)) -eq 0 ] || /bin/true
	done
	echo "not ok five machines: no process number came that is $1 modulo 2"
	exit 1
}

# ticks - CPU time of each VMM, in ticks
ticks() {
	local p
	while read -r p; do
		awk '{ print $14 + $15 }' "/proc/$p/stat"
	done <"$work/vmms"
}

# judge - the most that one got is less than twice the least
judge() {
	paste "$work/before" "$work/after" | awk '
		{ got = $2 - $1; text = text " " got }
		NR == 1 || got < least { least = got }
		got > most { most = got }
		END {
			print "# ticks of CPU time:" text
			exit !(NR == 5 && least > 0 && most < 2 * least)
		}'
}

cpus=$(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' |
	awk -F- '{ for (i = $1; i <= (NF > 1 ? $2 : $1); i++) print i }' |
	head -n 2 | paste -sd,)
case $cpus in
*,*)
	taskset -cp "$cpus" $$ >/dev/null
	for rest in 0 0 0 0 1; do
		machine "$rest"
	done
	sleep 2
	ticks >"$work/before"
	sleep "$seconds"
	ticks >"$work/after"
	check "five machines on two CPUs: each gets its part" judge
	;;
*) echo "ok five machines on two CPUs # SKIP there is only one" ;;
esac
finish
