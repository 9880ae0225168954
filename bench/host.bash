# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# host.bash - what every bench asks of this host, and that nothing of a bench
# stays here when it ends.
#
# Sourced by a bench that has just gone to the tree's top, and has set $build; all
# else is set here:
#	work		the bench's folder: everything it writes lies in there
#	check_line	what `hostel check` says in one line
#	cpu		the engine of ours, unless an option says another
#	native_bits	32 or 64: the mode that native programs are built for;
#			native_label says it in words
#	native_cpubench, native_busybox, native_nettest	these programs
# However a bench ends, each process that it started in the background ends,
# and $work goes. So whatever takes longer than a second runs in the background
# and is waited for: the shell hears signals then only.
# Points in fractions, whatever the user's language has there.
export LC_ALL=C.UTF-8
from_here=$OLDPWD
cpu=bt
guest=build/guest
qemu=${HOSTEL_QEMU:-qemu-system-i386}
work= python=${HOSTEL_PYTHON:-/usr/bin/python3} check_json= check_line= native_bits= native_label= reading= signalled=
bench_name=${0##*/}

# die WORD... - end the bench, with the reason
die() {
	[ ! -t 2 ] || printf '\r\033[K' >&2
	echo "bench/$bench_name: $*" >&2
	exit 1
}

# figures WORD... - a command of the package bench/figures, which reads what
# was measured
figures() {
	"$python" -E -B -m bench.figures "$@"
}

# need_figures - Python is there; what is nicer with more of it tells so
need_figures() {
	"$python" -E -B -m bench.figures --help >/dev/null 2>&1 ||
		die "$python (Debian: python3) is needed for tables: run" \
			"tools/setup bench"
}

# need_files FILE... - these must have been made
need_files() {
	local f
	for f in "$@"; do
		[ -e "$f" ] || die "$f is missing: run make all guest"
	done
}

# need_tools NAME... - these must be installed
need_tools() {
	local t
	for t in "$@"; do
		command -v "$t" >/dev/null ||
			die "$t is not installed: run tools/setup"
	done
}

# check_value NAME... - a text of what `hostel check` said; nothing if it
# said nothing
check_value() {
	figures value - "$@" <<<"$check_json" 2>/dev/null || :
}

# translator_check - the bench stops if there is none, unless it wants none
translator_check() {
	case $(check_value rows translator status) in
	good | note) ;;
	*) die "this measures the translator, which can not be had here:" \
		"$(check_value rows translator found)" ;;
	esac
}

# host_check - say what this host is like; end the bench if it can not measure
# here
host_check() {
	local status=0
	need_figures
	check_json=$("$build/hostel" check --json 2>&1) || status=$?
	check_line=$(check_value summary)
	[ "$check_line" ] ||
		die "$build/hostel check does not answer: $check_json"
	echo "$check_line"
	[ "$status" -lt 2 ] ||
		die "Hostel does not run on this host: see $build/hostel check"
	[ "$cpu" = interp ] || translator_check
}

# lab_enter WORD... - run the bench again, in a laboratory, which has no other
# view of this host than what was checked outside
lab_enter() {
	need_tools ip tc ethtool nsenter unshare setpriv pgrep ping
	host_check
	export HOSTEL_BENCH_CHECK=$check_json
	exec bench/lab --offload off "bench/$bench_name" "$@"
}

# bench_begin - make $work, and see to its end
bench_begin() {
	trap bench_end EXIT
	trap 'caught 129' HUP
	trap 'caught 130' INT
	trap 'caught 143' TERM
	if [ -n "${LAB_IFACE:-}" ]; then
		check_json=${HOSTEL_BENCH_CHECK:-}
		check_line=$(check_value summary)
		work=$(mktemp -d /run/bench.XXXXXX)	# goes with the lab
	else
		work=$(mktemp -d "${TMPDIR:-/tmp}/hostel-bench.XXXXXX")
	fi
}

# caught STATUS - a signal ends the bench: at once, or behind the read that it
# came in, which lasts a second at most (bash dies of an exit in a read)
caught() {
	signalled=$1
	[ "$reading" ] || exit "$1"
}

bench_end() {
	local i
	trap '' HUP INT TERM
	# shellcheck disable=SC2046
	stop $(jobs -p)
	# A switch of its own ends a second after its last port.
	for ((i = 0; i < 60; i++)); do
		[ -e "$work/vmnet/vmnet.sock" ] || break
		sleep 0.1
	done
	rm -rf "$work"
}

# tree PID - it and what it started
tree() {
	local c
	echo -n "$1 "
	for c in $(pgrep -P "$1" || :); do
		tree "$c"
	done
}

# stop PID... - end these, with what they started: asked first, and killed
# after three seconds
stop() {
	local p i all=
	for p in "$@"; do
		all="$all $(tree "$p")"
	done
	[ -n "$all" ] || return 0
	kill "$@" 2>/dev/null || :
	for ((i = 0; i < 30; i++)); do
		# shellcheck disable=SC2086
		kill -0 $all 2>/dev/null || return 0	# none is there
		sleep 0.1
	done
	for p in $all; do
		kill -KILL "$p" 2>/dev/null || :
	done
}

# nap SECONDS - sleep, and hear signals
nap() {
	sleep "$1" &
	wait $!
}

# runs_ia32 - does this host run 32-bit programs?
runs_ia32() {
	case ,${HOSTEL_HOST:-}, in *,no-ia32,*) return 1 ;; esac
	{ "$guest/cpubench" --exit; } 2>/dev/null	# the shell's words, too
}

# native_choose BITS - which programs run natively: those for 32 or for 64
# bits; with no BITS the guest's own where this host runs them
native_choose() {
	native_bits=$1
	case $native_bits in
	"") native_bits=64
		! runs_ia32 || native_bits=32 ;;
	32) runs_ia32 || die "this host runs no 32-bit programs: --native 64" ;;
	64) ;;
	*) die "--native is 32 or 64" ;;
	esac
	native_label="64-bit build"
	native_cpubench=$build/cpubench64 native_nettest=$build/nettest
	native_busybox=$guest/busybox64
	if [ "$native_bits" = 32 ]; then
		native_label="32-bit, the guest's own programs"
		native_cpubench=$guest/cpubench native_nettest=$guest/nettest
		native_busybox=$guest/busybox
	fi
	need_files "$native_cpubench" "$native_nettest"
}

# host_text - this host in one line
host_text() {
	echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)," \
		"$(nproc) CPUs, Linux $(uname -r)"
}

# in_place FILE - its whole name: a bench has left the folder that the user named
# it in
in_place() { (cd "$from_here" && realpath -m -- "$1"); }

# show_record BENCH FILE - what an earlier run of it wrote; ends the script
show_record() {
	need_figures
	figures "$1" --from "$(in_place "$2")"
	exit
}

# table BENCH [KEY=VALUE...] - the table of what lies in $work, with what was
# measured on what; and as JSON, if $json names a file
table() {
	local bench=$1 fact
	local -a facts=()
	shift
	for fact in "$@" host="$(host_text)" check="$check_json" \
		engine="$cpu" rounds="$rounds" native_bits="$native_bits" \
		native="$native_label" qemu="$(qemu_text)"
	do
		facts+=(--fact "$fact")
	done
	figures "$bench" --work "$work" --order "$items" "${facts[@]}" \
		${json:+--json "$json"}
}

# qemu_text - its version, or $why_qemu there is nothing of it
qemu_text() {
	if [ "$why_qemu" ]; then
		echo "not measured: $why_qemu"
	else
		"$qemu" --version 2>/dev/null | head -n 1 || :
	fi
}

# engine_check REPORT WANTED WHOSE - a bench shows no engine's figures as
# another's
engine_check() {
	local ran why
	[ -s "$1" ] || die "$3 wrote no report"
	ran=$(figures value "$1" engine) || die "$3 wrote no report"
	why=$(figures value "$1" engine_why)
	[ "$ran" = "$2" ] ||
		die "$3 ran on the engine $ran, not on $2${why:+: $why}"
}

# last_lines FILE... - the end of what was said there, on standard error
last_lines() {
	local f
	for f in "$@"; do
		[ ! -s "$f" ] || tr -d '\r' <"$f" | tail -n 8 |
			sed 's/^/    /' >&2
	done
}
