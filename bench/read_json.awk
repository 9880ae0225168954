# SPDX-License-Identifier: BSD-2-Clause
#
# read_json.awk - the samples of a file of show_json.awk, one value a line.
# Exit status: 1 if there are none: it is not such a file.

/^  "(about|samples)": {$/ { inside = $1; next }
/^  }/ { inside = "" }
inside == "\"about\":" && match($0, /": "/) {
	key = substr($0, 6, RSTART - 6)
	sub(/",?$/, "")
	text = substr($0, RSTART + 4)
	gsub(/\\"/, "\"", text)
	gsub(/\\\\/, "\\", text)
	print key, text
}
inside == "\"samples\":" && /\[.*\]/ {
	key = $1
	gsub(/[":]/, "", key)
	sub(/.*\[/, "")
	sub(/\].*/, "")
	n = split($0, value, /, */)
	for (i = 1; i <= n; i++)
		if (value[i] ~ /^-?[0-9]+[-+.e0-9]*$/) {
			print key, value[i]
			found = 1
		}
}
END { exit !found }
