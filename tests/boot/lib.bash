# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib.bash - what the boot tests share: servers, and what a console says.
#
# Everything that a test starts is in $work or in $pids, and goes with it.
. "$(dirname "${BASH_SOURCE[0]}")/../lib_check.bash"
guest=build/guest
export HOSTEL_VMNET_DIR=$work/vmnet
log=$work/console	# what the guest said
pids=

tidy() {
	local p
	for p in $pids; do
		kill_group "$p"
		wait "$p" 2>/dev/null
	done
	# The switch ends by itself a second after its last port.
	for p in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -e "$HOSTEL_VMNET_DIR/vmnet.sock" ] || break
		sleep 0.2
	done
	rm -rf "$work"
}

# child_of PID NAME... - the number of PID's child with the first name, or of that
# one's child with the next one, and so on
child_of() {
	local pid=$1 name
	for name in "${@:2}"; do
		pid=$(pgrep -P "$pid" -x "$name") || return 1
	done
	echo "$pid"
}

# below PID - it and all below it
below() {
	local child
	echo "$1"
	for child in $(pgrep -P "$1"); do
		below "$child"
	done
}

# named NAME PID... - which of these has that name
named() {
	local name=$1 pid
	shift
	for pid; do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$name" ] ||
			echo "$pid"
	done
}

# all_gone PID... - they have ended
all_gone() {
	local pid
	for pid; do
		gone "$pid" || return
	done
}

# greeted PORT SECONDS - what listens in the guest answers who comes to this
# host's port
greeted() {
	local line=
	{
		exec 3<>"/dev/tcp/127.0.0.1/$1" && read -r -t "$2" line <&3
		exec 3>&-
	} 2>/dev/null
	[ "$line" = "the guest" ]
}

# check_clocks NAME COMMAND... - as check, of what the guest's kernel says about
# its clocks. It calibrates them by reading ports against time; where that is
# slow, because of what checks each access, it trusts none of them.
check_clocks() {
	case $build in
	*-asan | *-tsan)
		echo "ok $1 # SKIP a sanitizer makes ports too slow for it"
		;;
	*) check "$@" ;;
	esac
}

# perhaps_stolen COMMAND... - that check of clocks is not true, and may be so once:
# the hypervisor of a host where faults are dear takes CPUs away and tells
# nobody. What it does to one boot is not ours.
perhaps_stolen() { [ "$patience" -gt 1 ] && ! "$@"; }

# serve ARGS... - start nettest's server; sets $port.
serve() {
	"$build/nettest" serve --port 0 "$@" >"$work/server" 2>&1 &
	pids="$pids $!"
	soon 5 grep -q ' port [0-9]*$' "$work/server" || {
		echo "# nettest does not serve"
		exit 1
	}
	port=$(sed -n 's/.* port \([0-9]*\)$/\1/p' "$work/server")
}

# since LINE PATTERN - $log says so behind that line
since() { tail -n "+$(($1 + 1))" "$log" | grep -q "$2"; }

# said PATTERN - $log has a line like that
said() { tr -d '\r' <"$log" | grep -Eq "$1"; }

# saw N PATTERN - it has N of them
saw() { [ "$(tr -d '\r' <"$log" | grep -cE "$2")" -eq "$1" ]; }

# cell ROW COLUMN - a bench's median of one, in $json; it must be above 0
cell() {
	"${HOSTEL_PYTHON:-/usr/bin/python3}" -E -B -m bench.figures value \
		"$json" rows "$1" "$2" median | grep -q '^[0-9.e+-]*[1-9]'
}

# check_qemu NAME ROW - QEMU's median of it, where there is QEMU
check_qemu() {
	if command -v qemu-system-i386 >/dev/null; then
		check "$1" cell "$2" qemu
	else
		echo "ok $1 # SKIP QEMU is not installed"
	fi
}
