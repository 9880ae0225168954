# SPDX-License-Identifier: BSD-2-Clause
#
# results.awk - what was measured, for those who make tables of it; and the
# form that tables have until they are shown.
#
# Input: lines "KEY VALUE". KEY is about.WORD, machine.NAME (in order: those
# that took part), failed.NAME, or MACHINE.WHAT.MEASURE, one line for each
# time that it was measured.
#
# Output: records of fields between tabs, for show_*.awk:
#	part TITLE			what follows belongs under it
#	para TEXT
#	table ID TITLE			then head, row and note belong to it
#	head TEXT...	row TEXT...	note TEXT
#	plot ID KIND TITLE X Y		KIND lines, log (the Y axis is) or bars
#	point ID SERIES X Y

/^about\./ {
	word = substr($1, 7)
	sub(/^[^ ]* ?/, "")
	about[word] = $0
	next
}
/^machine\./ {
	word = substr($1, 9)
	machine[++machines] = word
	sub(/^[^ ]* /, "")
	label[word] = $0
	next
}
/^failed\./ { failed[substr($1, 8)] = 1; next }
{
	if (!count[$1])
		key[++keys] = $1
	sample[$1, ++count[$1]] = $2 + 0
}

# Of the samples, key[1] to key[keys] are the keys, as they first came.

# known() - was it measured?
function known(k) {
	return count[k] > 0
}

# median() - 0 if it was not measured; sets lo and hi
function median(k,    n, i, j, t, s) {
	n = count[k]
	for (i = 1; i <= n; i++)
		s[i] = sample[k, i]
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && s[j] < s[j - 1]; j--) {
			t = s[j]; s[j] = s[j - 1]; s[j - 1] = t
		}
	lo = s[1] + 0
	hi = s[n] + 0
	return n ? s[int((n + 1) / 2)] : 0
}

# number() - three figures that count, and no more places than that takes
function number(v) {
	if (v >= 99.95 || v <= -99.95)
		return sprintf("%.0f", v)
	if (v >= 9.995 || v == 0)
		return sprintf("%.1f", v)
	return sprintf(v >= 0.1 ? "%.2f" : "%.3f", v)
}

# cell() - the median, times @scale (1 if none); a dash if there is none
function cell(k, scale) {
	return known(k) ? number(median(k) * (scale ? scale : 1)) : "-"
}

# ranged() - the median and its range
function ranged(k,    m) {
	m = median(k)
	if (count[k] < 2)
		return cell(k)
	return number(m) " (" number(lo) "-" number(hi) ")"
}

# ratio() - of two medians; "" if one was not measured
function ratio(a, b) {
	return known(a) && median(b) > 0 ? median(a) / median(b) : ""
}

# emit() - one record, of up to nine fields that are not ""
function emit(kind, a, b, c, d, e, f, g, h, i) {
	add(kind)
	add(a); add(b); add(c); add(d); add(e); add(f); add(g); add(h); add(i)
	flush_record()
}

# add() - one more field; flush_record() ends the record
function add(field) {
	if (field != "")
		record = record (record == "" ? "" : "\t") field
}

function flush_record() {
	print record
	record = ""
}

# ladder_read() - the steps of the I/O path, in order: step[], path[]
function ladder_read(    i, word, n, w) {
	steps = split(about["ladder"], word, " ")
	for (i = 1; i <= steps; i++) {
		n = split(word[i], w, ",")
		step[i] = w[n]
		path[w[n]] = word[i]
	}
	top = steps ? step[steps] : ""
}
END { ladder_read() }
