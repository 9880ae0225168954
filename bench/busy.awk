# SPDX-License-Identifier: BSD-2-Clause
#
# busy.awk - the table of bench/busy, from lines "MACHINE ROW VALUE".
# -v rounds=N boots each; -v json=FILE: every value, too.

{
	v[$1, $2, ++n[$1, $2]] = $3
	sum[$1, $2] += $3
}

# sorted(m, r) - order the values of a row
function sorted(m, r,    i, j, t) {
	for (i = 2; i <= n[m, r]; i++)
		for (j = i; j > 1 && v[m, r, j] < v[m, r, j - 1]; j--) {
			t = v[m, r, j]
			v[m, r, j] = v[m, r, j - 1]
			v[m, r, j - 1] = t
		}
}

function median(m, r) { return v[m, r, int((n[m, r] + 1) / 2)] }

# times(m, r) - of that row, the median with its range
function times(m, r) {
	if (!n[m, r])
		return "-"
	sorted(m, r)
	return sprintf("%.2f (%.2f-%.2f)", median(m, r), v[m, r, 1],
		       v[m, r, n[m, r]])
}

function row(r, unit,    h, q, ratio) {
	h = times("hostel", r)
	q = times("qemu", r)
	ratio = "-"
	if (n["hostel", r] && n["qemu", r])
		ratio = sprintf("%.2f", median("hostel", r) / median("qemu", r))
	printf "%-12s %26s %26s %8s\n", r " " unit, h, q, ratio
}

function of(m, r) {
	return n[m, r] ? sum[m, r] + 0 " of " rounds : "-"
}

function count(r) {
	printf "%-12s %26s %26s\n", r, of("hostel", r), of("qemu", r)
}

function values(m, r,    i, s) {
	for (i = 1; i <= n[m, r]; i++)
		s = s (i > 1 ? ", " : "") v[m, r, i]
	return sprintf("    \"%s.%s\": [%s]", m, r, s)
}

END {
	split("boot echo worst acpi_pm clocks", rows)
	split("hostel qemu", machines)
	printf "%-12s %26s %26s %8s\n", "", "hostel", "QEMU TCG", "ratio"
	row("boot", "s")
	row("echo", "ms")
	row("worst", "ms")
	count("acpi_pm")
	count("clocks")
	if (json == "")
		exit
	printf "{\n  \"rounds\": %d,\n  \"samples\": {\n", rounds >json
	for (i = 1; i <= 2; i++)
		for (j = 1; j <= 5; j++)
			printf "%s%s\n", values(machines[i], rows[j]),
			       i == 2 && j == 5 ? "" : "," >json
	print "  }\n}" >json
}
