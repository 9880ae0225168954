# SPDX-License-Identifier: BSD-2-Clause
#
# lint.awk - the checks of tools/lint that look at one line after another.
#
# Input: the files of the tree. Output: "file:line: what to do".
# Works with mawk, Debian's own awk.

# say() - report one finding.
function say(line, text) { print FILENAME ":" line ": " text }

# columns() - how wide a line is, with a tab stop every eight columns.
function columns(s,   i, n, w) {
	n = split(s, piece, "\t")
	w = 0
	for (i = 1; i <= n; i++) {
		w += length(piece[i])
		if (i < n)
			w += 8 - w % 8
	}
	return w
}

# file_end() - what can be said only when a file has ended.
function file_end() {
	if (!last)
		return
	if (!spdx)
		print last ":1: begin with the SPDX-License-Identifier line"
	else if (!head)
		print last ":1: open with a comment: what this file is"
	if ((code || last ~ /\.py$/) && lines > 800)
		print last ":" lines ": split this file: " lines " lines > 800"
}

# may_include() - which folders a folder may include: ARCHITECTURE.md.
function may_include(from, to) {
	if (from == "tests" || from == "bench" || from == to)
		return 1
	return index(" " allowed[from] " ", " " to " ") > 0
}

# room() - the folder of VMNet's that a file is in; "" if it is in none.
function room(file) {
	return split(file, part, "/") == 3 && part[1] == "vmnet" ? part[2] : ""
}

# may_enter() - which of VMNet's folders one of its files may include. What a
# kind of network is, only one file of the switch knows.
function may_enter(file, to,   from) {
	from = room(file)
	if (from == "" || from == to || file == "vmnet/switch/network.c")
		return 1
	return index(" " rooms[from] " ", " " to " ") > 0
}

# check_include() - rules 1 to 4 and 6 for one #include "..." line.
function check_include(   to, dir, from, own) {
	to = $2
	gsub(/"/, "", to)
	from = FILENAME
	sub(/\/.*/, "", from)
	dir = to
	sub(/\/.*/, "", dir)
	if (!(to in exists)) {
		say(FNR, "include by the path from the root; no file " to)
		return
	}
	if (to ~ /^vmnet\// && (from == "vmapp" || from == "vmm")) {
		if (to !~ /^vmnet\/client\//)
			say(FNR, "see VMNet only through vmnet/client/")
	} else if (to ~ /^screen\// && from == "vmapp") {
		if (to !~ /^screen\/client\//)
			say(FNR, "see the screen only through screen/client/")
	} else if (to ~ /^disk\// && from == "vmm") {
		if (to != "disk/channel.h")
			say(FNR, "see a disk process only through disk/channel.h")
	} else if (!may_include(from, dir)) {
		say(FNR, from " must not include " dir " (layers)")
	}
	if (room(to) != "" && !may_enter(FILENAME, room(to)))
		say(FNR, "vmnet/" room(FILENAME) " must not include vmnet/" \
			room(to) " (layers)")
	if (FILENAME ~ /^vmm\/(cpu|mmu)\// && to ~ /^vmm\/bt\//)
		say(FNR, "the reference engine does not know the translator")
	if (from == "devices" && (to == "base/clock.h" || to == "base/log.h"))
		say(FNR, "a chip has wires: no clock, no terminal")
	if (!includes++ && FILENAME ~ /\.c$/) {
		own = FILENAME
		sub(/\.c$/, ".h", own)
		if ((own in exists) && to != own)
			say(FNR, "include the own header, " own ", first")
	}
	if (to != FILENAME)
		print "EDGE " FILENAME " " to > edges
}

# fixed_read() - does this line read a field that is "[fixed]"?
function fixed_read(s) {
	gsub(/cross->[a-z_]+ = /, "", s)
	return s ~ ("cross->(magic|version|size|nic_count|[a-z]+_size|boot_ns|" \
		"boot_tsc|options|host_denied|direct_(nics|disks)|" \
		"entry\\.)([^a-z_]|$)")
}

BEGIN {
	allowed["ia32"] = "base"
	allowed["devices"] = "base"
	# The door carries the machine's state; the machine its accounts.
	allowed["machine"] = "base ia32 devices vmdriver"
	allowed["vmdriver"] = "base ia32 devices machine"
	allowed["vmm"] = "base ia32 devices machine vmdriver"
	allowed["disk"] = "base devices"
	allowed["screen"] = "base devices"
	allowed["vmapp"] = "base ia32 devices machine vmdriver disk"
	allowed["vmnet"] = "base"
	allowed["guests"] = "base"
	allowed["tools"] = "base ia32 vmapp vmnet guests"
	rooms["client"] = rooms["keeper"] = rooms["conditions"] = "proto"
	rooms["names"] = "proto"
	rooms["switch"] = "proto keeper tap conditions names"
	rooms["ctl"] = "proto switch tap conditions"
	rooms["tap"] = rooms["vde"] = "proto client"
	rooms["bridge"] = "proto keeper switch"
	rooms["nat"] = rooms["dhcp"] = "proto keeper switch names"
	rooms["dhcp"] = rooms["dhcp"] " adapter"
	rooms["adapter"] = "proto keeper switch"
	while ((getline f < names) > 0)
		exists[f] = 1
}

FNR == 1 {
	file_end()
	last = FILENAME
	spdx = head = includes = body = table = 0
	code = FILENAME ~ /\.[chS]$/
}
{ lines = FNR }
FNR <= 3 && /SPDX-License-Identifier/ { spdx = 1 }
FNR <= 4 && !head {
	text = $0
	sub(/SPDX-License-Identifier: *[A-Za-z0-9.-]+/, "", text)
	if (text !~ /^#!/ && text ~ /[A-Za-z][A-Za-z]/)
		head = 1
}

# Words that tie the tree to one place.
/deb[.]debian[.]org|registry[.]npmjs|[^a-z.\/]\/wor[k]\// {
	say(FNR, "name no package host and no folder of one machine")
}

code && /^#[ \t]*include[ \t]+"/ { check_include() }
code && /^#[ \t]*include[ \t]+</ {
	includes++
	if (FILENAME ~ /^devices\// &&
	    $2 !~ /^<(errno|immintrin|inttypes|limits|stdbool|stddef|stdint|string).h>/)
		say(FNR, "a chip makes no system call: not " $2)
}

# A long line is forgiven if breaking it would break a message.
code && columns($0) > 80 && !(/"/ && columns($0) <= 100) {
	say(FNR, "break this line: " columns($0) " columns > 80")
}
code && /[ \t]$/ { say(FNR, "remove the blanks at the end of the line") }

# Guest addresses become pointers in one place (rule 5).
FILENAME ~ /^(vmapp|vmm|machine|devices)\// &&
    /(gm|mem|ram)(->|\.)base[ \t]*[+[]/ {
	say(FNR, "use guestmem_ptr() to reach guest memory")
}

# What is fixed in the cross page is written there, and not read back: a VMM
# can write there, too (vmdriver/crosspage.h).
FILENAME ~ /^vmapp\// && fixed_read($0) {
	say(FNR, "take it from vm->config or vm, not from the cross page")
}

code && /\/\* table \*\// { table = 1 }
code && /^{/ { body = FNR }
code && /^}/ {
	if (body && FNR - body - 1 > 80 && !table)
		say(body, "split this function: " (FNR - body - 1) \
			" lines > 80, or mark it /* table */")
	body = table = 0
}
END { file_end() }
