#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# check.sh - `hostel check`, and that what ran a guest is what is said.
#
# HOSTEL_HOST makes this host a poorer one where something must be missing.
. "$(dirname "$0")/lib_guest.bash"

guest good <<'END'
_start:	mov $0x3fd, %dx		# a byte to COM1, when it is ready
1:	in %dx, %al
	test $0x20, %al
	jz 1b
	mov $0x3f8, %dx
	mov $'G', %al
	out %al, %dx
	mov $0, %al
	out %al, $0xf4
2:	hlt
	jmp 2b
END

hostel() { timeout -k 1 20 "$build/hostel" "$@" </dev/null; }
# checks STATUS WORDS - hostel check under HOSTEL_HOST=WORDS, into $work/out
checks() {
	HOSTEL_HOST=$2 hostel check >"$work/out" 2>"$work/err"
	[ $? -eq "$1" ] || { sed 's/^/# /' "$work/out" "$work/err"; false; }
}
# runs STATUS OPTION... - the guest, by it; output in $work/out, $work/err
runs() {
	local want=$1
	shift
	hostel run --net none --debug-exit 0xf4 --kernel "$work/good" \
		--report "$work/report" "$@" >"$work/out" 2>"$work/err"
	[ $? -eq "$want" ] || { sed 's/^/# /' "$work/err"; false; }
}
first_says() { head -n 1 "$work/out" | grep -qi -e "$1"; }
row_says() { grep -qE "^  $1 +$2 " "$work/out"; }
one_line() { [ "$(wc -l <"$work/err")" -eq 1 ] && grep -q "$1" "$work/err"; }
reported() {	# reported ENGINE WANTED WHY
	grep -q "\"engine\": \"$1\"" "$work/report" &&
		grep -q "\"engine_wanted\": \"$2\"" "$work/report" &&
		grep -q "\"engine_why\": $3" "$work/report"
}

# --- what is there
hostel check >"$work/out" 2>"$work/err"
status=$?
check "hostel check: 0, or 1 on a poorer host" [ "$status" -le 1 ]
if [ "$status" -eq 0 ]; then
	check "its first line says so" first_says '^this host is good'
else
	check "its first line says so" first_says '^this host is slower'
fi
case $build in
*-asan | *-tsan)
	echo "ok the translator runs here # SKIP a sanitizer's shadow lies" \
		"where addresses should be free" ;;
*)	check "the translator runs here" row_says translator good ;;
esac
check "nothing on standard error" [ ! -s "$work/err" ]
brief=$(HOSTEL_HOST=no-sse4.2 hostel check --brief)
check "--brief: one line" [ "$(echo "$brief" | wc -l)" -eq 1 ]
check "... the first" grep -q 'runs no machine' <<<"$brief"
# shown WORDS PATTERN - it is in the JSON
shown() {
	HOSTEL_HOST=$1 hostel check --json >"$work/json"
	tr -d ' \n' <"$work/json" | grep -q "$2"
}
check "--json: status and costs" shown no-translator \
	'"status":"slower","summary":"Thishost.*"costs_us":{"system_call":[0-9.]*,'
check "... and what is taken away" shown no-ia32,no-maps \
	'"taken_away":\["ia32","maps"\]'

# --- what is not
check "no SSE4.2: 2" checks 2 no-sse4.2
check "... and the first line names it" first_says 'no machine.*SSE4.2'
check "no translator: 1" checks 1 no-translator
check "... its row has what it costs" row_says translator slower
check "... and so has the next line" grep -q 'it costs: the interpreter' \
	"$work/out"
check "few mappings: 1" checks 1 no-maps
check "... and what to do" grep -q 'to do: .*max_map_count' "$work/out"
checks 0 no-ia32,linux-4.18 || checks 1 no-ia32,linux-4.18
check "32-bit programs: a note" row_says '32-bit programs' note
check "an old kernel: a note" row_says kernel note
# pings STATUS COMMAND - the row, on a new network after that: its kernel lets
# nobody ping
pings() {
	unshare -Urn sh -c "$2 && exec \"\$@\"" - "$build/hostel" check \
		>"$work/out" 2>"$work/err"
	row_says 'pings by NAT' "$1" || { sed 's/^/# /' "$work/out"; false; }
}
let_ping="echo 0 0 >/proc/sys/net/ipv4/ping_group_range"
if unshare -Urn sh -c "$let_ping" 2>/dev/null; then
	check "no pings: a note" pings note true
	check "... and what to do" grep -q 'to do: .*ping_group_range' "$work/out"
	check "pings: good" pings good "$let_ping"
else
	echo "ok pings # SKIP this host does not let us make a network"
fi
check "a word that is none: 64, and it is named" checks 64 no-luck
check "... in one sentence" one_line "no word 'no-luck'"
check "--words: all of them" eval \
	'hostel check --words | grep -q "^  no-futex-waitv  *futex_waitv"'
hostel check --frob >"$work/out" 2>"$work/err"
check "an unknown option: one sentence" one_line "hostel check.*takes --json"
check "--version" eval 'hostel --version | grep -q "^hostel [0-9]"'

# --- what runs, and what is said of it
check "a guest runs" runs 1
check "... translated, with no word" [ ! -s "$work/err" ]
check "... and the report says so" reported bt bt null
check "--cpu interp: with no word, since it was asked for" runs 1 --cpu interp
check "... and the report says so" reported interp interp null
export HOSTEL_HOST=no-translator
check "no translator: it runs all the same" runs 1
check "... with one line, which says why" \
	one_line 'interpreter.*no-translator.*hostel check'
check "... and so does the report" \
	reported interp bt '"HOSTEL_HOST=no-translator says so"'
check "... and its table" eval \
	'hostel report "$work/report" | grep -q "^Not translated"'
hostel run --net none --debug-exit 0xf4 --kernel "$work/good" \
	>"$work/both" 2>&1
check "... before the guest's first byte" \
	eval 'tr -d "\n" <"$work/both" | grep -q "^hostel: .*G$"'
for options in "--cpu bt" "--cpu lockstep" "--dump $work/dump"; do
	# shellcheck disable=SC2086
	check "${options%% /*} without one: an error" runs 69 $options
	check "... of one line" one_line 'needs the translator'
	check "... and the guest has not run" [ ! -s "$work/out" ]
done
export HOSTEL_HOST=no-sse4.2
check "no SSE4.2: the machine is not started" runs 69
check "... and it says why, in one line" one_line 'has no SSE4.2'
