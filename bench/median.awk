# SPDX-License-Identifier: BSD-2-Clause
#
# median.awk - for the tables of bench/cpu, bench/hosts and bench/real: values
# of rows by column, as text and as JSON.
#
# Input: lines "ROW VALUE" of files whose names end in their column's: native,
# hostel, qemu, small.

FILENAME ~ /native$/ { col = "native" }
FILENAME ~ /hostel$/ { col = "hostel" }
FILENAME ~ /qemu$/ { col = "qemu" }
FILENAME ~ /small$/ { col = "small" }
{
	value[col, $1, ++count[col, $1]] = $2 + 0
}

# median() - of a cell; sets lo and hi
function median(c, name,    n, i, j, t, s) {
	n = count[c, name]
	for (i = 1; i <= n; i++)
		s[i] = value[c, name, i]
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && s[j] < s[j - 1]; j--) {
			t = s[j]; s[j] = s[j - 1]; s[j - 1] = t
		}
	lo = s[1]
	hi = s[n]
	return n ? s[int((n + 1) / 2)] : 0
}

function cell(c, name,    m) {
	if (!count[c, name])
		return "-"
	m = median(c, name)
	return sprintf("%.4g (%.3g-%.3g)", m, lo, hi)
}

# known(), object() - for JSON, where nothing was measured null
function known(v) {
	return v ? sprintf("%g", v) : "null"
}

function object(c, name,    m) {
	if (!count[c, name])
		return "null"
	m = median(c, name)
	return sprintf("{\"median\": %g, \"min\": %g, \"max\": %g}", m, lo, hi)
}

# print_verdict() - below the table: "lost" are lines of rows that missed what
# they must reach, "why_qemu" says why there is no QEMU
function print_verdict() {
	print ""
	if (lost)
		printf "Where we lose:\n%s", lost
	else
		print "Every row that was measured is within what it must reach."
	if (why_qemu)
		print "Against QEMU nothing was measured: " why_qemu "."
}
