# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib.bash - what the boot tests share: a work folder, servers, guests, checks.
#
# Sourced by the scripts here. Everything that a test starts is in $work or
# in $pids, and goes with it. Each check prints one TAP line.
build=${HOSTEL_BUILD_DIR:-build}
guest=build/guest
work=$(mktemp -d)
export HOSTEL_VMNET_DIR=$work/vmnet
pids=
failures=0

tidy() {
	local p
	for p in $pids; do
		kill -9 "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	# The switch ends by itself a second after its last port.
	for p in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -e "$HOSTEL_VMNET_DIR/vmnet.sock" ] || break
		sleep 0.2
	done
	rm -rf "$work"
}
trap tidy EXIT

# check NAME COMMAND... - one TAP line; the command says if it is ok.
check() {
	local name=$1
	shift
	if "$@"; then
		echo "ok $name"
	else
		echo "not ok $name"
		failures=$((failures + 1))
		return 1
	fi
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

# serve ARGS... - start nettest's server; sets $port.
serve() {
	local i
	"$build/nettest" serve --port 0 "$@" >"$work/server" 2>&1 &
	pids="$pids $!"
	port=
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		port=$(sed -n 's/.* port \([0-9]*\)$/\1/p' "$work/server")
		[ -n "$port" ] && return
		sleep 0.2
	done
	echo "# nettest does not serve"
	exit 1
}

# wait_for SECONDS FILE PATTERN - until the file has the pattern.
wait_for() {
	local i
	for ((i = 0; i < $1 * 10; i++)); do
		grep -q -- "$3" "$2" 2>/dev/null && return
		sleep 0.1
	done
	return 1
}

# ends_within TENTHS PID - until the process is gone; sets $status.
ends_within() {
	local i
	for ((i = 0; i < $1; i++)); do
		if ! kill -0 "$2" 2>/dev/null; then
			wait "$2"
			status=$?
			return 0
		fi
		sleep 0.1
	done
	return 1
}

finish() { [ "$failures" -eq 0 ]; exit; }
