# SPDX-License-Identifier: BSD-2-Clause
#
# screen.awk - the table of bench/screen, of lines "ROW MACHINE VALUE" that are
# sorted by row and machine.
#
# -v why_qemu: why there is nothing of QEMU; -v json: a file for all values.

{
	key = $1 " " $2
	value[key, ++count[key]] = $3
	if (!(key in list))
		keys[++kinds] = key
	list[key] = list[key] (count[key] > 1 ? ", " : "") $3
}

# quantile() - of what was measured, in order; -1: nothing was
function quantile(row, machine, q,    key, n, i, j, v, sorted) {
	key = row " " machine
	n = count[key]
	if (!n)
		return -1
	for (i = 1; i <= n; i++) {
		v = value[key, i] + 0
		for (j = i; j > 1 && sorted[j - 1] > v; j--)
			sorted[j] = sorted[j - 1]
		sorted[j] = v
	}
	return sorted[1 + int((n - 1) * q + 0.5)]
}

function cell(v) {
	return v < 0 ? "-" : v >= 100 ? sprintf("%.0f", v) : \
		sprintf("%.2f", v)
}

function yes(ok) { return ok ? "yes" : "NO" }

# row() - at q; must: of QEMU (at least) or in its own unit (at most), 0: none
function row(name, title, q, unit, least, most,    h, p, ratio, verdict) {
	h = quantile(name, "hostel", q)
	p = quantile(name, "qemu", q)
	ratio = h > 0 && p > 0 ? sprintf("%.2f", h / p) : "-"
	if (least && h >= 0)
		verdict = "at least " least " times: " \
			(p < 0 ? "not measured" : yes(h >= least * p))
	if (most != "" && h >= 0)
		verdict = "at most " most ": " yes(h <= most + 0)
	if (h >= 0 || p >= 0)
		printf "%-34s %-9s %9s %9s %9s   %s\n", title, unit, cell(h),
			cell(p), ratio, verdict
}

END {
	printf "%-34s %-9s %9s %9s %9s   %s\n", "", "", "Hostel", "QEMU",
		"of QEMU", "must"
	row("redraw_fill", "1024x768x32 redrawn: one colour", .5, "frames/s", 5)
	row("redraw_copy", "  copied from RAM", .5, "frames/s", 5)
	row("redraw_pixels", "  reckoned pixel by pixel", .5, "frames/s")
	row("seen", "  of all, seen by the viewer", .5, "frames/s")
	row("keys", "key to screen text, median", .5, "ms", 0, "40")
	row("keys", "  nine of ten", .9, "ms")
	row("picture_watched_screen", "at rest, watched: hostel-screen", .5, \
		"% of CPU", 0, "1")
	row("picture_watched", "  the whole machine, halted", .5, "% of CPU", \
		0, "1")
	row("text_watched_screen", "  hostel-screen, a cursor blinks", .5, \
		"% of CPU", 0, "1")
	row("text_watched", "  the whole machine, at its shell", .5, "% of CPU")
	row("picture_alone_screen", "at rest, nobody there: hostel-screen", \
		.5, "% of CPU", 0, "0")
	row("picture_alone", "  the whole machine, halted", .5, "% of CPU")
	row("text_alone_screen", "  hostel-screen, a cursor blinks", .5, \
		"% of CPU", 0, "0")
	row("text_alone", "  the whole machine, at its shell", .5, "% of CPU")
	if (why_qemu)
		print "QEMU: not measured: " why_qemu
	if (!json)
		exit
	printf "{\n\"bench\": \"screen\",\n\"rows\": {" >json
	for (i = 1; i <= kinds; i++)
		printf "%s\n  \"%s\": [%s]", (i > 1 ? "," : ""), keys[i], \
			list[keys[i]] >json
	printf "\n}\n}\n" >json
}
