# SPDX-License-Identifier: BSD-2-Clause
#
# show_html.awk - records of results.awk as one page that needs no other file.
# -v plots=FOLDER has the plots, ID.svg; without it there are tables only.

BEGIN {
	FS = "\t"
	print "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	print "<title>Hostel beside the paper</title>\n<style>"
	print "body { font: 15px/1.45 sans-serif; margin: 2em auto;"
	print "  max-width: 70em; padding: 0 1em; color: #222 }"
	print "table { border-collapse: collapse; margin: .5em 0 1em }"
	print "caption { text-align: left; font-weight: bold; padding: .4em 0 }"
	print "th, td { padding: .15em .7em; border-bottom: 1px solid #ddd;"
	print "  text-align: right; white-space: nowrap }"
	print "th:first-child, td:first-child { text-align: left }"
	print "thead th { border-bottom: 2px solid #888; white-space: normal }"
	print ".note { color: #555; max-width: 55em }"
	print ".met { color: #175 } .missed { color: #b21; font-weight: bold }"
	print ".wide { overflow-x: auto } svg { max-width: 100%; height: auto }"
	print "</style></head><body>\n<h1>Hostel beside the paper</h1>"
	print "<p class=\"note\">The figures and tables of <i>Virtualizing I/O " \
		"Devices on VMware Workstation's Hosted Virtual Machine " \
		"Monitor</i> (USENIX 2001), measured here. Made by " \
		"<code>hostel bench paper</code>.</p>"
}

function plain(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	return s
}

# row() - all fields as cells
function row(tag,    i, class) {
	printf "<tr>"
	for (i = 2; i <= NF; i++) {
		class = $i == "met" ? " class=\"met\"" : \
			$i == "MISSED" ? " class=\"missed\"" : ""
		printf "<%s%s>%s</%s>", tag, class, plain($i), tag
	}
	print "</tr>"
}

function close_table() {
	if (open)
		print "</tbody></table></div>"
	open = 0
}

# picture() - the plot's drawing, without what is for a file of its own
function picture(id,    file, line, on) {
	file = plots "/" id ".svg"
	while ((getline line < file) > 0) {
		if (line ~ /<svg/)
			on = 1
		if (on)
			print line
	}
	close(file)
}

$1 != "head" && $1 != "row" { close_table() }
$1 == "part" { print "<h2>" plain($2) "</h2>" }
$1 == "para" { print "<p>" plain($2) "</p>" }
$1 == "note" { print "<p class=\"note\">" plain($2) "</p>" }
$1 == "table" {
	print "<div class=\"wide\"><table id=\"" $2 "\"><caption>" plain($3) \
		"</caption>"
	open = 1
}
$1 == "head" { printf "<thead>"; row("th"); print "</thead><tbody>" }
$1 == "row" { row("td") }
$1 == "plot" && plots != "" { picture($2) }
END { close_table(); print "</body></html>" }
