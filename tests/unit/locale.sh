#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# locale.sh - for a user whose language has a comma in fractions (bash's clocks
# and mawk then have one, too) our scripts print, and read, points.
. "$(dirname "$0")/../lib_check.bash"

# The language is made here: few hosts have it.
if ! localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" >"$work/said" 2>&1; then
	echo "ok locale # SKIP localedef makes no de_DE (Debian: locales):" \
		"$(head -n 1 "$work/said")"
	exit 0
fi

# german COMMAND... - run it for that user
german() { env LOCPATH="$work" LC_ALL=de_DE.UTF-8 "$@"; }

# says TEXT COMMAND... - the command prints it, as a whole line
says() { german "${@:2}" 2>&1 | tee "$work/said" | grep -qxF -- "$1"; }

# shellcheck disable=SC2016
clock='[[ $EPOCHREALTIME == *.* ]] && echo point || echo comma'
check "that language has a comma" says comma bash -c "$clock"
for file in tests/lib_check.bash bench/host.bash; do
	check "${file##*/}: a point" says point bash -c ". $file; $clock"
done

# What run-demo and lockstep start is one program, which says what it sees.
mkdir -p "$work/build" "$work/tests/unit"
cat >"$work/build/nettest" <<END
#!/usr/bin/env bash
{ $clock; } >"$work/seen"
echo "nettest: port 1"
END
cp "$work/build/nettest" "$work/build/hostel"
chmod +x "$work"/build/*
for tool in run-demo lockstep; do
	rm -f "$work/seen"
	german "tools/$tool" "$work/build" >"$work/said" 2>&1
	grep -qx point "$work/seen"
	result "$tool: a point" $? "$work/said"
done

# The test runner's CPU time, of a test that takes some of it.
cp tests/run "$work/tests/run"
echo 'echo "ok it runs"' >"$work/tests/unit/it.sh"
german "$work/tests/run" --quick --build "$work/build" >"$work/said" 2>&1
grep -Eqx 'ok +unit/it +1 ok \([0-9]+ ms, [0-9]+ of CPU\)' "$work/said"
result "tests/run counts CPU time" $? "$work/said"
finish
