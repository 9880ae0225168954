# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib_figures.bash - for tests of bench/figures: the package's commands, and
# reports made of lines. Sourced after lib_check.bash; where there is no python3
# the script ends here, and says so.
python=${HOSTEL_PYTHON:-/usr/bin/python3}
"$python" -E -B -c '' 2>/dev/null || {
	echo "ok ${0##*/} # SKIP $python is not there (tools/setup bench)"
	exit 0
}

figures() { "$python" -E -B -m bench.figures "$@"; }

# as_report FILE - its lines "PATH VALUE" become a report
as_report() {
	"$python" -E -B - "$1" <<'END'
import json, sys

def lists(v):
    if not isinstance(v, dict):
        return v
    if v and all(k.isdigit() for k in v):
        return [lists(m) for m in v.values()]
    return {k: lists(m) for k, m in v.items()}

report = {}
for line in open(sys.argv[1]):
    path, _, value = line.partition(" ")
    *folders, name = path.split(".")
    at = report
    for folder in folders:
        at = at.setdefault(folder, {})
    at[name] = json.loads(value)
json.dump(lists(report), open(sys.argv[1], "w"), indent=2)
END
}
