# SPDX-License-Identifier: BSD-2-Clause
#
# paper_words.awk - what the tables of paper_tables.awk say, in words.

# gain() - how two steps differ: text, or "" if one was not measured
function gain(from, to,    r, a, b, text) {
	r = ratio(to ".out.4096.mbit", from ".out.4096.mbit")
	if (r == "")
		return ""
	text = sprintf("%s Mb/s out in 4 KiB writes (%.2f times %s)",
		cell(to ".out.4096.mbit"), r, from)
	a = from ".out.4096.switches_frame"
	b = to ".out.4096.switches_frame"
	if (known(a) && known(b))
		text = text ", world switches for a frame from " cell(a) \
			" to " cell(b)
	r = ratio(to ".in.4096.mbit", from ".in.4096.mbit")
	if (r != "")
		text = text sprintf("; in: %s Mb/s (%.2f times)",
			cell(to ".in.4096.mbit"), r)
	return text
}

# steps_in_words() - which step gave what
function steps_in_words(    i, text, more) {
	if (known("hosted.out.4096.mbit"))
		text = "hosted, the paper's version 2.0, sends " \
			cell("hosted.out.4096.mbit") " Mb/s with " \
			cell("hosted.out.4096.switches_frame") \
			" world switches for a frame. "
	for (i = 2; i <= steps; i++) {
		more = gain(step[i - 1], step[i])
		if (more != "")
			text = text "Then " step[i] ": " more ". "
	}
	if (text != "")
		emit("para", text)
}

# largest() - of the paper's three steps, the one that gained most; "" if not
# all of them were measured
function largest(    name, i, r, best, which) {
	split("hosted ports combine notify", name, " ")
	for (i = 2; i <= 4; i++) {
		r = ratio(name[i] ".out.4096.mbit", name[i - 1] ".out.4096.mbit")
		if (r == "")
			return ""
		if (r > best) {
			best = r
			which = name[i]
		}
	}
	return which
}

function says(holds, theirs, ours) {
	emit("para", (holds ? "Holds: " : "Does not hold: ") theirs " Here: " \
		ours)
}

# conclusions() - what the paper concludes, and what it is today
function conclusions(    r, k, which) {
	which = largest()
	if (which != "")
		says(which == "ports", "the first optimization, the registers " \
			"in the VMM, gives most.", which " gave most.")
	r = ratio("notify.out.4096.mbit", "hosted.out.4096.mbit")
	if (r != "")
		says(r > 2, "on a processor that is the limit, all three " \
			"together more than double the throughput.", number(r) \
			" times.")
	k = "hosted.wire.4096.idle_share"
	if (known(k))
		says(median(k) < 0.02, "version 2.0 leaves nothing of the " \
			"processor at 100 Mb/s.", cell(k, 100) " % is left, at " \
			cell("hosted.wire.4096.mbit") " Mb/s.")
	r = ratio("notify.wire.4096.cpu_share", "native.wire.4096.cpu_share")
	if (r != "")	# to a factor of two
		says(r > 2.8 && r < 11.2, "with all three, a VM takes 5.6 times " \
			"the CPU time of the native system at 100 Mb/s.",
			number(r) " times.")
}

function missing(    i, text) {
	for (i = 1; i <= machines; i++)
		if (failed[machine[i]])
			text = text " " machine[i]
	if (text != "")
		emit("para", "These machines failed on the way, and their later " \
			"values are missing:" text ".")
	if (about["qemu"] == "not installed")
		emit("para", "QEMU is not installed: its rows are missing.")
	if (!("notify" in path))
		emit("para", "This build does not have all of the paper's steps " \
			"yet; it has " path[top] ".")
}

function part_words() {
	emit("part", "What was measured")
	emit("para", "Hostel " about["hostel"] " on " about["host"] "; guest: " \
		about["guest"] "; " (about["native"] == "" ? "" : \
		"this host's own programs: " about["native"] "; ") \
		"peer: " about["qemu"] "; " about["date"] "; options: " (about["options"] == "" ? "none" : \
		about["options"]) "; measured in " about["minutes"] " min.")
	emit("part", "In words")
	steps_in_words()
	conclusions()
	missing()
}
