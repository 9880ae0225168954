# SPDX-License-Identifier: BSD-2-Clause
#
# hosts.awk - the table of bench/hosts: rows of "name value" from two files,
# hostel and qemu, read by median.awk.

BEGIN {
	label["nat_out"] = "nettest out by NAT, 4 KiB [Mb/s]"
	label["nat_in"] = "nettest in by NAT, 4 KiB [Mb/s]"
	label["idle"] = "idle at a shell prompt [% of a CPU]"
	must["nat_out"] = must["nat_in"] = 4
	must["idle"] = 1
}

# print_row() - transfers must be so many times QEMU's, an idle VM cost so
# much at most
function print_row(name,    h, q, r, ok) {
	h = median("hostel", name)
	q = median("qemu", name)
	r = h && q ? h / q : 0
	printf "%-36s %-22s %-22s %7s  %s\n", label[name],
		cell("hostel", name), cell("qemu", name),
		r ? sprintf("%.2fx", r) : "-", (name == "idle" ? \
		must[name] "% at most" : must[name] "x at least")
	ok = 1
	if (name == "idle")
		ok = h <= must[name]
	else if (count["qemu", name])
		ok = r >= must[name]
	if (!ok)
		lost = lost "  " label[name] "\n"
	if (json)
		printf("%s  \"%s\": {\"hostel\": %s, \"qemu\": %s, " \
			"\"ratio\": %s, \"must\": %s, \"met\": %s}",
			rows++ ? ",\n" : "", name, object("hostel", name),
			object("qemu", name), known(r), must[name],
			name != "idle" && !count["qemu", name] ? "null" : \
			ok ? "true" : "false") > json
}

END {
	printf "%-36s %-22s %-22s %7s  %s\n", "", "hostel", "QEMU TCG",
		"ratio", "must"
	n = split(order, names, " ")
	for (i = 1; i <= n; i++)
		print_row(names[i])
	if (json)
		print "" > json
	print_verdict()
}
