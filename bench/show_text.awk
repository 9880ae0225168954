# SPDX-License-Identifier: BSD-2-Clause
#
# show_text.awk - records of results.awk as text for a terminal.

BEGIN { FS = "\t"; wide = 78 }

# wrap() - a paragraph, in lines of the terminal's width
function wrap(text,    n, word, i, line) {
	n = split(text, word, " ")
	for (i = 1; i <= n; i++) {
		if (line != "" && length(line " " word[i]) > wide) {
			print line
			line = ""
		}
		line = line (line == "" ? "" : " ") word[i]
	}
	print line
}

# flush_table() - the rows that were kept, in columns
function flush_table(    i, j, line, pad) {
	for (i = 1; i <= rows; i++) {
		line = ""
		for (j = 1; j <= cells[i]; j++) {
			pad = width[j] - length(cell[i, j])
			line = line (j > 1 ? "  " : "") (j > 1 ? \
				sprintf("%*s", pad, "") : "") cell[i, j] \
				(j > 1 ? "" : sprintf("%*s", pad, ""))
		}
		print line
		if (i == 1) {
			gsub(/./, "-", line)
			print line
		}
	}
	split("", width)
	rows = 0
}

$1 != "row" && $1 != "head" && rows { flush_table() }
$1 == "part" {
	print "\n" $2
	gsub(/./, "=", $2)
	print $2
}
$1 == "para" || $1 == "note" { print ""; wrap($2) }
$1 == "table" { print "\n" $3 "\n" }
$1 == "head" || $1 == "row" {
	cells[++rows] = NF - 1
	for (j = 1; j < NF; j++) {
		cell[rows, j] = $(j + 1)
		if (length($(j + 1)) > width[j])
			width[j] = length($(j + 1))
	}
}
END { if (rows) flush_table() }
