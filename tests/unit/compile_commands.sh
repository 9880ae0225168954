#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# compile_commands.sh - `make compile_commands.json`: JSON, with each source of
# the tree once, and commands that compile.
. "$(dirname "$0")/../lib_check.bash"
set -u
python=${HOSTEL_PYTHON:-/usr/bin/python3}
made=$work/made.json

# command_of FILE - where it is run, and it
command_of() {
	"$python" - "$made" "$1" <<-'END'
	import json, sys
	for entry in json.load(open(sys.argv[1])):
	    if entry["file"] == sys.argv[2]:
	        print(entry["directory"], entry["command"], sep="\n")
	END
}

# compiles FILE - does it, into another place than make's?
compiles() {
	local place='' command=''
	{ read -r place && read -r command; } < <(command_of "$1")
	rm -f "$work/out"
	command=$(sed "s| -o [^ ]*| -o $work/out|" <<<"$command")
	(cd "$place" && sh -c "$command") && [ -s "$work/out" ]
}

env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory \
	compile_commands.json COMPILE_COMMANDS="$made" >"$work/said" 2>&1
result "make writes it" $? "$work/said"
if ! "$python" -c '' 2>/dev/null; then
	echo "# skip: there is no python3 to read JSON with"
	echo "ok it is what it should be # SKIP"
	finish
fi
"$python" -c 'import json, sys
for entry in json.load(open(sys.argv[1])):
    print(entry["file"])' "$made" >"$work/files" 2>"$work/said"
result "it is JSON" $? "$work/said"
sort "$work/files" >"$work/named"
find . -name .git -prune -o -path './build*' -prune -o -type f \
	\( -name '*.c' -o -name '*.S' \) -print | sed 's|^\./||' | sort |
	diff - "$work/named" >"$work/differ"
result "each source is in it once" $? "$work/differ"
# One of each kind: the first of each folder and language.
# shellcheck disable=SC2013
for file in $(awk -F/ '{ kind = $1 substr($0, length) }
	!seen[kind]++' "$work/files"); do
	check "the command for $file compiles it" compiles "$file"
done
finish
