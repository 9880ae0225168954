# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# net_machines.bash - the machines of bench/net, and one measurement each.
#
# A machine is a guest with a shell on its console (vm.bash), or a network
# namespace of that name with this host's own nettest in it; it has
#	is[]	vm or space
#	gate[]	where it finds this host (or "the other machine")
#	most[]	so many megabytes are all that one transfer may have; and
#	patience[]	for so many seconds nothing may move: if they are set
# Sourced after vm.bash, by a script in bench/lab. What is measured goes to
# $work/samples, a line "MACHINE.ROW VALUE".
declare -A is gate most patience rate

# note ROW MACHINE VALUE - one that was measured
note() { echo "$2.$1 $3" >>"$work/samples"; }

# background NAME COMMAND... - what it says is in $work/NAME.log; it ends with
# the bench, or by stop "${pid_of[NAME]}"
declare -A pid_of
background() {
	local name=$1
	shift
	"$@" </dev/null >"$work/$name.log" 2>&1 &
	pid_of[$name]=$!
}

# until_true SECONDS WHAT COMMAND... - or the bench ends
until_true() {
	local end=$((SECONDS + $1)) what=$2
	shift 2
	until "$@" 2>/dev/null; do
		[ "$SECONDS" -lt "$end" ] || die "$what: not in time"
		nap 0.1
	done
}

# serves PORT [WORD...] - does nettest serve there? WORDs: in front of it
serves() {
	local port=$1
	shift
	"$@" "$build/nettest" pingpong 127.0.0.1 --port "$port" --bytes 1 \
		--timeout 2 >/dev/null
}

# server NAME PORT [WORD...] - nettest, and a second one for short connections
# on the port behind
server() {
	local name=$1 port=$2
	shift 2
	background "$name" "$@" "$build/nettest" serve --bind 0.0.0.0 \
		--port "$port"
	background "$name.answer" "$@" "$build/nettest" answer \
		--bind 0.0.0.0 --port $((port + 1))
	until_true 10 "nettest, $name" serves "$port" "$@"
}

# ---- guests ---------------------------------------------------------------

# booted NAME - wait for its shell
booted() {
	is[$1]=vm
	vm_await "$1" 'hostel-guest: a shell*' 120
	# Typed too early, it would be lost.
	vm_tell "$1" 'echo a-"shell"'
	vm_await "$1" 'a-shell' 30
}

# hostel_start NAME APPEND OPTION... - HOSTEL_VMNET_DIR says by which switch
hostel_start() {
	local name=$1 append=$2
	shift 2
	say "boots: $name"
	vm_start "$name" "$build/hostel" run --cpu "$cpu" --no-reboot \
		--memory 128M --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --report "$work/$name.report" \
		--append "$console $append" "$@"
	booted "$name"
}

# qemu_start NAME APPEND OPTION...
qemu_start() {
	local name=$1 append=$2
	shift 2
	say "boots: $name"
	vm_start "$name" "$qemu" -accel tcg -m 128M -no-reboot -display none \
		-monitor none -serial stdio -kernel "$guest/vmlinuz" \
		-initrd "$guest/initrd" -append "$console $append" "$@"
	booted "$name"
}

# machines_end NAME...
machines_end() {
	local name
	for name in "$@"; do
		[ "${vm_pid[$name]:-}" ] || continue
		stop "${vm_pid[$name]}"
		vm_wait "$name" || :
	done
}

# guest_serves NAME - both servers in a guest
guest_serves() {
	vm_tell "$1" "nettest serve --bind 0.0.0.0 --port 5201 >/dev/null & \
nettest answer --bind 0.0.0.0 --port 5202 >/dev/null & sleep 1; echo it-\"serves\""
	vm_await "$1" 'it-serves' 30
}

# guest_line NAME PATTERN COMMAND - run it there, and have the line that looks
# like that in $line
guest_line() {
	vm_tell "$1" "$3 || echo bench-\"failed\""
	while vm_line "$1" 120; do
		# shellcheck disable=SC2254
		case $line in
		$2) return 0 ;;
		bench-failed) vm_fails "$1" "'$3' fails" ;;
		*'Kernel panic'*) vm_fails "$1" "its kernel panics" ;;
		esac
	done
	vm_fails "$1" "it ended"
}

# run NAME PATTERN COMMAND - guest_line in a machine of any kind, a peer too;
# "nettest" in COMMAND is the machine's own build of it. Return: 1 if a peer
# that is no guest has failed again and again
run() {
	local tries
	if [ "${is[$1]}" = vm ]; then
		guest_line "$@"
		return
	fi
	# A peer may fail: passt breaks off a connection now and then.
	for tries in 1 2 3 4; do
		! line=$(in_space "$1" "$3" 2>"$work/$1.error") || return 0
	done
	last_lines "$work/$1.error"
	return 1
}

# in_space NAME COMMAND
in_space() {
	PATH=$build:$PATH timeout 120 nsenter --net="/run/netns/$1" sh -c "$2"
}

# ---- measurements ---------------------------------------------------------

# mbytes KEY [MOST] - so many take about $span seconds
mbytes() {
	awk -v r="${rate[$1]:-0}" -v s="$span" -v most="${2:-100000}" 'BEGIN {
		m = int(r * s / 8 * 1e6 / 1048576 + 0.5)
		least = int(16 * s + 0.99)
		m = m > least ? m : least
		print (m < most ? m : most) "M" }'
}

# took KEY ROW MACHINE - keep the rate that $line has; no ROW: only to know it
took() {
	rate[$1]=$(figures value - mbit_s <<<"$line" 2>/dev/null || :)
	[ "${rate[$1]}" ] || die "$3: '$line' is no rate"
	[ -z "$2" ] || note "$2" "$3" "${rate[$1]}"
}

# transfer MACHINE DIRECTION HOST PORT ROW [AS] - one run of nettest's client
# there, in 64 KiB writes; noted as that of AS
transfer() {
	local op=send key="$1 $2 $3"
	[ "$2" = out ] || op=recv
	run "$1" '{"op": *' "nettest $op $3 --port $4 --size 65536 --bytes \
$(mbytes "$key" "${most[$1]:-}") --timeout ${patience[$1]:-20} --json" || {
		lacks "${6:-$1}" "its transfers fail"
		return 0
	}
	took "$key" "$5" "${6:-$1}"
}

# forward_fails MACHINE - ours ends the bench; a peer is not measured any more
forward_fails() {
	[ "$1" != hostel ] || die "$1: its forwarded port fails"
	lacks "$1" "its forwarded port fails"
}

# to_guest MACHINE DIRECTION PORT ROW - from this host by a forwarded port
to_guest() {
	local op=recv key="$1 forward $2"
	[ "$2" = out ] || op=send
	line=$("$build/nettest" "$op" 127.0.0.1 --port "$3" --size 65536 \
		--bytes "$(mbytes "$key")" --timeout 20 --json) || {
		forward_fails "$1"
		return 0
	}
	took "$key" "$4" "$1"
}

# connects MACHINE PORT COUNT ROW - short connections a second
connects() {
	local per
	line=$("$build/nettest" connects 127.0.0.1 --port "$2" --bytes "$3" \
		--timeout 20 --json) || {
		forward_fails "$1"
		return 0
	}
	per=$(figures value - per_s <<<"$line")
	[ -z "$4" ] || note "$4" "$1" "$per"
}

# pinged MACHINE HOST COUNT ROW AS - a round's median, in microseconds
pinged() {
	run "$1" 'median *' "ping -c $3 -i 0.02 $2 | \
sed -n 's/.*time=\\([0-9.]*\\).*/\\1/p' | sort -n >/tmp/ping; \
n=\$(wc -l </tmp/ping); \
echo \"median \$(sed -n \$(((n + 1) / 2))p /tmp/ping)\""
	line=$(awk -v ms="${line#median }" 'BEGIN { print ms * 1000 }')
	[ "$line" != 0 ] || die "$1: no ping of $2 comes back"
	[ -z "$4" ] || note "$4" "$5" "$line"
}
