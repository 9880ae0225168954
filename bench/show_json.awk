# SPDX-License-Identifier: BSD-2-Clause
#
# show_json.awk - one JSON object: all samples, and the tables made of them.
#
# Input: the samples, then the records that results.awk speaks of. Each value
# is on a line of its own: read_json.awk reads them so.

function text(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/[\001-\037]/, " ", s)
	return "\"" s "\""
}

# put() - one line of a list; @first is true for the first
function put(first, line) {
	printf "%s\n%s", first ? "" : ",", line
}

FNR == 1 { file++ }
file == 1 && /^(about|machine|failed)\./ {
	key = $1
	sub(/^[^ ]* ?/, "")
	name[++names] = key
	value[key] = $0
	next
}
file == 1 {
	if (!($1 in samples))
		order[++keys] = $1
	samples[$1] = samples[$1] (($1 in samples) && samples[$1] != "" ? \
		", " : "") $2
	next
}

# list() - the fields from the second on, as a JSON array
function list(    i, s) {
	for (i = 2; i <= NF; i++)
		s = s (i > 2 ? ", " : "") text($i)
	return "[" s "]"
}

# open_tables() - all but the tables
function open_tables(    i) {
	printf "{\n  \"about\": {"
	for (i = 1; i <= names; i++)
		put(i == 1, "    " text(name[i]) ": " text(value[name[i]]))
	printf "\n  },\n  \"samples\": {"
	for (i = 1; i <= keys; i++)
		put(i == 1, "    " text(order[i]) ": [" samples[order[i]] "]")
	printf "\n  },\n  \"tables\": ["
	FS = "\t"
	$0 = $0
}

function close_table() {
	if (tables)
		printf "\n      ]\n    }"
}

file == 2 && FNR == 1 { open_tables() }
$1 == "table" {
	close_table()
	put(!tables++, "    {\n      \"id\": " text($2) ",\n      \"title\": " \
		text($3) ",")
	rows = 0
}
$1 == "head" { printf "\n      \"columns\": %s,\n      \"rows\": [", list() }
$1 == "row" { put(!rows++, "        " list()) }
$1 == "para" { words = words (words == "" ? "" : ",") "\n    " text($2) }
END {
	close_table()
	printf "\n  ],\n  \"words\": [%s\n  ]\n}\n", words
}
