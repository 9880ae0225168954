# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# measure.bash - one measurement each, for the machines of machines.bash.
#
# What is found goes to $work/samples, one line a value: "KEY VALUE", where
# KEY is MACHINE.WHAT.MEASURE. A machine that fails is told of and left out
# from then on ($failed); one that ended ends the bench.
declare -A rate		# [MACHINE DIRECTION SIZE]: Mb/s, as last measured
declare -A last_rate	# [MACHINE DIRECTION]: the same, of any size
declare -A why_failed	# [MACHINE]: the reason
failed=

alive() { [[ " $failed " != *" $1 "* ]]; }

# fails NAME WHAT - it does not do what it should
fails() {
	say ""
	machine_lives "$1"
	echo "$1: $2 failed; it is left out from here on" >&2
	last_lines "$work/error" "$work/$1.console"
	failed="$failed $1"
	why_failed[$1]="$2 failed$(tail -n 1 "$work/error" 2>/dev/null |
		sed 's/^/: /')"
}

# amount NAME DIRECTION SIZE MOST - whole megabytes for about $span seconds at
# the rate that is known, or guessed: small writes are slow. MOST Mb/s pass
# through the cable.
amount() {
	awk -v r="${rate[$1 $2 $3]:-0}" -v last="${last_rate[$1 $2]:-30}" \
		-v size="$3" -v most="$4" -v s="$span" 'BEGIN {
		r = r ? r : size < 1024 ? last / 4 : last
		r = r > most ? most : r
		m = int(r * s / 8 * 1e6 / 1048576 + 0.5)
		print (m ? m : 1) "M" }'
}

# transfer NAME DIRECTION SIZE KEY [MOST] - one run of nettest, and its costs;
# an empty KEY: keep nothing
transfer() {
	local name=$1 dir=$2 size=$3 key=$4 op=recv cpu frames files=
	[ "$dir" = out ] || op=send
	machine_lives "$name"
	rm -f "$work/before" "$work/after"
	if [ "${kind[$name]}" = hostel ]; then
		snapshot "$name" "$work/before"
		files="$work/before $work/after"
	fi
	frames=$(frames_seen "$name" "$dir")
	cpu=$(cpu_time "$name")
	client "$name" "$op" --size "$size" --bytes \
		"$(amount "$name" "$dir" "$size" "${5:-1000000}")" \
		>"$work/result" 2>"$work/error" ||
		{ fails "$name" "nettest $dir"; return; }
	settle "$name"
	cpu=$(($(cpu_time "$name") - cpu))
	frames=$(($(frames_seen "$name" "$dir") - frames))
	[ -z "$files" ] || snapshot "$name" "$work/after"
	# With offloads, what passes there are no frames of a wire.
	[ "${wire[$name]}" != wire1 ] || frames=0
	# shellcheck disable=SC2086
	figures transfer "$name.$key" "$dir" "$cpu" "$frames" \
		"$work/result" $files >"$work/sample"
	[ -z "$key" ] || cat "$work/sample" >>"$work/samples"
	rate[$name $dir $size]=$(awk '/mbit/ { print $2 }' "$work/sample")
	last_rate[$name $dir]=${rate[$name $dir $size]}
}

# pings NAME COUNT [FILE] - round trips of ping, and of one byte by TCP
pings() {
	local file=${3:-$work/samples}
	: >"$work/pings"
	[ "${at[$1]}" = 10.79.0.1 ] ||	# user networking answers no ping
		nsenter --net=/run/netns/peer ping -i 0.02 -c "$2" "${at[$1]}" \
		>"$work/pings" 2>"$work/error" || { fails "$1" ping; return; }
	client "$1" pingpong --bytes "$2" >"$work/result" 2>"$work/error" ||
		{ fails "$1" "nettest pingpong"; return; }
	figures pings "$1" "$work/pings" "$work/result" >>"$file"
}

# idle SECONDS NAME... - CPU time of machines that have nothing to do
idle() {
	local seconds=$1 name
	local -A cpu
	shift
	for name in "$@"; do
		cpu[$name]=$(cpu_time "$name")
	done
	sleep "$seconds"
	for name in "$@"; do
		awk -v key="$name.idle.cpu_share" -v s="$seconds" \
			-v ms="$(($(cpu_time "$name") - ${cpu[$name]}))" \
			'BEGIN { print key, ms / 1000 / s }' >>"$work/samples"
	done
}

# steps NAME PATH - how long each step of a frame's way takes, on a machine of
# its own, stamped_NAME: to note that costs time, too
steps() {
	local name=stamped_$1
	say "each step of a frame's way: $1"
	hostel_start "$name" "$2" --stamps
	machine_ready "$name"
	transfer "$name" out 4096 ""
	! alive "$name" || transfer "$name" out 4096 ""
	! alive "$name" || pings "$name" "$ping_count" /dev/null
	if alive "$name"; then
		snapshot "$name" "$work/stamped"
		figures steps "$1" "$work/stamped" >>"$work/samples"
	fi
	machine_stop "$name"
	unset 'machines[-1]'
}
