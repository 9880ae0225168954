# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib_check.bash - what all test scripts share: $build, $work (a folder of the
# script's own), checks that print TAP lines, and waiting.
#
# tidy() runs when the script ends, however it ends; a script that leaves more
# than $work has a tidy() of its own.
# Points in fractions, whatever the user's language has there.
export LC_ALL=C.UTF-8
build=${HOSTEL_BUILD_DIR:-build}
work=$(mktemp -d)
failures=0
# How many times as long what is waited for may take here: tests/run says so.
patience=${HOSTEL_TEST_PATIENCE:-1}
# Who may is not to have a device on this host's own network.
export HOSTEL_VMNET_ADAPTER=${HOSTEL_VMNET_ADAPTER-/bin/false}

tidy() { rm -rf "$work"; }
trap tidy EXIT

# listens PORT - does anybody, at this port of the host's 127.0.0.1?
listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port - print one that nobody listens at
free_port() {
	local p
	for p in $(shuf -i 20000-29999 -n 50); do
		listens "$p" || { echo "$p"; return; }
	done
}

# result NAME STATUS [FILE] - one TAP line; FILE is shown when it failed
result() {
	if [ "$2" -eq 0 ]; then
		echo "ok $1"
		return
	fi
	echo "not ok $1"
	failures=$((failures + 1))
	[ -z "${3:-}" ] || sed 's/^/# /' "$3" | head -n 8
	return 1
}

# check NAME COMMAND... - one TAP line; the command says if it is ok
check() {
	local name=$1
	shift
	"$@"
	result "$name" $?
}

# rest SECONDS - wait so long; no process is started for it, as sleep would be:
# what waits is to cost nothing that is measured or waited for beside it
rest() {
	[ -p "$work/.rest" ] || mkfifo "$work/.rest" 2>/dev/null || {
		sleep "$1"
		return
	}
	read -r -t "$1" <>"$work/.rest" || true
}

# within SECONDS COMMAND... - the command becomes true in that time: a check. It
# is asked twenty times a second at first, and five times when that took long
within() {
	local end=$((SECONDS + $1)) asked=0
	shift
	until "$@"; do
		[ "$SECONDS" -le "$end" ] || return 1
		case $asked in ?) rest 0.05 ;; 1?) rest 0.1 ;; *) rest 0.2 ;; esac
		asked=$((asked + 1))
	done
}

# soon SECONDS COMMAND... - as within, where it is only waited for
soon() { within $(($1 * patience)) "${@:2}"; }

# gone PID - the process, which we started, has ended
gone() { ! kill -0 "$1" 2>/dev/null; }

# kill_group PID... - end these at once. One that is timeout(1) leads a group of
# processes, in which is what it started: all of that, too
kill_group() {
	local p
	for p in "$@"; do
		kill -9 -- "-$p" 2>/dev/null
		kill -9 "$p" 2>/dev/null
	done
}

finish() { [ "$failures" -eq 0 ]; exit; }
