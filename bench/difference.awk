# SPDX-License-Identifier: BSD-2-Clause
#
# difference.awk - what a Hostel did between two reports.
#
# Input: two reports as flat.awk writes them, the earlier one first; -v name is
# of the row that ran between them, which did its thing -v times. Output: lines
# "NAME KEY DIFFERENCE", of what grew. Of the VMM's rows the key is "vmm." and
# the row, of the translator's counts the count's name.

BEGIN { print name, "times", times }
$2 !~ /^[0-9.e+-]+$/ { next }
NR == FNR { before[$1] = $2; next }
$2 > before[$1] {
	key = $1
	if (key ~ /^vmm_rows\..*\.cpu_ms$/) {
		sub(/^vmm_rows\./, "vmm.", key)
		sub(/\.cpu_ms$/, "", key)
	} else if (!sub(/^translations\./, "", key))
		next
	print name, key, $2 - before[$1]
}
