# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# machines.bash - the machines that are measured side by side: this host
# (native), Hostel with each --io-path, QEMU with each of its cards.
#
# Sourced after host.bash and cable.bash by a script in bench/lab --offload off.
# A machine that does not come up, or runs on another engine than it should,
# ends the bench; and with the laboratory all others go.
# Each machine runs nettest's server, and "the other machine" is the client,
# so that a measurement leaves nothing to do for a guest's console. A machine
# has a name, and of it
#	kind[]	native, hostel or qemu
#	at[], port[]	where its server is
#	wire[]	the cable to it: wire0 Hostel and the host without offloads,
#		wire1 the host with them, wire2 QEMU
#	pids[]	the processes whose CPU time is its own
#	label[]	what it is, for people
# QEMU's cards are on taps which a bridge of this kernel joins to wire2; where
# no tap can be made, QEMU's user networking forwards a port of this host.
declare -A kind at port wire pids label
machines=()
tap=		# can taps be made? yes or no, when first asked
next_address=10

cables() {
	cable_make wire1 on 1500
	cable_make wire2 off 1500
	ip addr add 10.78.0.1/24 dev wire1
	nsenter --net=/run/netns/peer ip addr add 10.78.0.2/24 dev wire1
	nsenter --net=/run/netns/peer ip addr add 10.79.0.2/24 dev wire2
}

# machine NAME KIND AT PORT WIRE LABEL - enter one into the tables
machine() {
	machines+=("$1")
	kind[$1]=$2 at[$1]=$3 port[$1]=$4 wire[$1]=$5 label[$1]=$6
}

# native_start - one server, reached by two cables
native_start() {
	local note=
	[ "$native_bits" = 32 ] || note=" (64-bit build)"
	"$native_nettest" serve --bind 0.0.0.0 --port 5201 \
		>"$work/native.console" 2>&1 &
	machine native native "$LAB_IP" 5201 wire0 \
		"this host$note, no offloads"
	machine native_offload native 10.78.0.1 5201 wire1 \
		"this host$note, with offloads"
	pids[native]=$! pids[native_offload]=$!
	ln -sf native.console "$work/native_offload.console"
}

# append CARD ADDRESS - the kernel command line of every guest; no ADDRESS:
# it asks for one, and for a way out of its network
append() {
	echo "console=ttyS0 panic=-1 quiet hostel.card=$1" \
		"${2:+hostel.ip=$2/24} -- \"nettest serve --bind 0.0.0.0\""
}

# hostel_start NAME PATH OPTION... - boot a guest with that --io-path; what is
# measured is named after its last step
hostel_start() {
	local n=$((next_address++)) name=$1 path=$2 step=$1
	shift 2
	"$build/hostel" run --cpu "$cpu" --kernel "$guest/vmlinuz" \
		--initrd "$guest/initrd" --memory 128M --io-path "$path" \
		--net "bridged=wire0,mac=00:50:56:00:00:$n" --no-reboot \
		--report "$work/$name.report" "$@" --append "$(append pcnet32 \
		"10.77.0.$n")" </dev/null >"$work/$name.console" 2>&1 &
	pids[$name]=$!
	[ "$name" = hosted ] || step="+$name"
	machine "$name" hostel "10.77.0.$n" 5201 wire0 "Hostel, $step"
}

# tap_works - taps and bridges need a kernel that has them and gives them to
# users; sets $tap
tap_works() {
	[ -n "$tap" ] || if ip link add bridge2 type bridge 2>/dev/null &&
			ip tuntap add tap0 mode tap 2>/dev/null; then
		tap=yes
		ip link del tap0
		ip link set wire2 master bridge2
		ip link set bridge2 up
	else
		tap=no
		ip addr add 10.79.0.1/24 dev wire2
	fi
	[ "$tap" = yes ]
}

# qemu_start NAME CARD DRIVER - boot a guest with QEMU's CARD
qemu_start() {
	local n=$((next_address++)) address net
	if tap_works; then
		address=10.79.0.$n
		ip tuntap add "tap$n" mode tap
		ip link set "tap$n" master bridge2 up
		net=tap,id=n,ifname=tap$n,script=no,downscript=no
		machine "$1" qemu "$address" 5201 wire2 "QEMU TCG, $2"
	else
		address=
		net=user,id=n,hostfwd=tcp:10.79.0.1:52$n-:5201
		machine "$1" qemu 10.79.0.1 "52$n" wire2 \
			"QEMU TCG, $2, user networking"
	fi
	"$qemu" -accel tcg -m 128M -kernel "$guest/vmlinuz" \
		-initrd "$guest/initrd" -append "$(append "$3" "$address")" \
		-display none -monitor none -serial "file:$work/$1.console" \
		-no-reboot -netdev "$net" -device \
		"$2,netdev=n,mac=52:54:00:00:00:$n" </dev/null \
		>"$work/$1.error" 2>&1 &
	pids[$1]=$!
}

# client NAME WORD... - nettest on the other machine, with this one's server
client() {
	local command=$2 first=${pids[$1]%% *} nettest watch= status=0
	local at=${at[$1]} port=${port[$1]}
	shift 2
	nsenter --net=/run/netns/peer "$build/nettest" "$command" "$at" \
		--port "$port" --timeout "${patience:-20}" --json "$@" &
	nettest=$!
	# For the machine, too: one that ended answers no more. In a subshell
	# it is no child, and has to be looked at.
	if [ "$BASHPID" -eq $$ ]; then
		wait -n "$nettest" "$first" 2>/dev/null || :
		kill -0 "$first" 2>/dev/null || kill "$nettest" 2>/dev/null || :
	else
		{
			while kill -0 "$first" && sleep 0.5; do :; done
			kill "$nettest"
		} >/dev/null 2>&1 &
		watch=$!
	fi
	wait "$nettest" || status=$?
	[ -z "$watch" ] || kill "$watch" 2>/dev/null || :
	return "$status"
}

# machine_ready NAME - wait until its server serves, a minute at most; if it
# does not, end the bench
machine_ready() {
	local patience=3 end=$((SECONDS + 60)) why="a minute went by"
	while [ "$SECONDS" -lt "$end" ]; do
		if grep -qs 'serving on' "$work/$1.console" &&
				client "$1" pingpong >/dev/null 2>&1; then
			machine_is_up "$1"
			return
		fi
		kill -0 "${pids[$1]}" 2>/dev/null || { why="it ended"; break; }
		! grep -qs 'Kernel panic' "$work/$1.console" ||
			{ why="its kernel panics"; break; }
		! grep -qs 'hostel-guest: exit' "$work/$1.console" ||
			{ why="its server ended"; break; }
		sleep 0.1
	done
	machine_fails "$1" "it does not come up: $why"
}

# machine_fails NAME WHY - end the bench; one that has more to say first has
# a function bench_failed
machine_fails() {
	say ""
	echo "bench/$bench_name: ${label[$1]}: $2. The end of what it says:" >&2
	last_lines "$work/$1.console" "$work/$1.error"
	! declare -F bench_failed >/dev/null || bench_failed "$1" "$2"
	exit 1
}

# machine_lives NAME - its first process is there; if not, end the bench
machine_lives() {
	local first=${pids[$1]%% *}
	kill -0 "$first" 2>/dev/null || machine_fails "$1" "it ended"
}

# machine_is_up NAME - find its processes; ours: see which engine it has
machine_is_up() {
	[ "${kind[$1]}" = hostel ] || return 0
	pids[$1]="$(tree "${pids[$1]}") $(pgrep -x vmnetd || :)"
	snapshot "$1" "$work/engine"
	engine_check "$work/$1.report" "$cpu" "${label[$1]}"
}

# machine_stop NAME - end it, and what belongs to it
machine_stop() {
	set -- ${pids[$1]}
	kill "$1" 2>/dev/null || :
	wait "$1" 2>/dev/null || :
}

# cpu_time NAME - CPU time of its processes so far, in ms
cpu_time() {
	local p files=
	for p in ${pids[$1]}; do
		files="$files /proc/$p/stat"
	done
	# shellcheck disable=SC2086
	awk -v hz="$(getconf CLK_TCK)" '
		{ ticks += $14 + $15 + $16 + $17 }
		END { print int(ticks * 1000 / hz) }' $files 2>/dev/null ||
		machine_fails "$1" "a process of it ended"
}

# settle NAME - until this host's server has reaped who served, whose time is
# its own only then
settle() {
	if [ "${kind[$1]}" = native ]; then
		while pgrep -P "${pids[$1]}" >/dev/null; do
			sleep 0.01
		done
	fi
}

# frames_seen NAME DIRECTION - data frames on the other machine's end
frames_seen() {
	local column=3	# received there
	[ "$2" = out ] || column=11
	nsenter --net=/run/netns/peer awk -v w="${wire[$1]}:" -v c="$column" \
		'$1 == w { print $c }' /proc/net/dev
}

# reports FILE - how many objects there are
reports() {
	local n
	n=$(grep -cs '^}' "$1" || :)
	echo "${n:-0}"
}

# snapshot NAME FILE - what Hostel's report says by now: its newest object
snapshot() {
	local report=$work/$1.report n size i
	set -- $1 "$2" ${pids[$1]}
	n=$(reports "$report")
	size=$(stat -c %s "$report" 2>/dev/null || echo 0)
	kill -USR1 "$3"
	for ((i = 0; i < 200; i++)); do
		[ "$(reports "$report")" = "$n" ] || break
		sleep 0.02
	done
	tail -c "+$((size + 1))" "$report" >"$2"
}
