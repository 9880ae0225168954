# SPDX-License-Identifier: BSD-2-Clause
#
# cpu.awk - the table of bench/cpu: rows of "name value" from three files,
# native, hostel and qemu, read by median.awk.
#
# To native, "must" and "want" are how many times as long it may take; against
# a 64-bit build, of which a compiler makes other code, few rows have one. To
# QEMU, "must" is how many times as fast it is at least.

# row() - what it is called, and what it must reach: to a native 32-bit build
# and what we want there, to a 64-bit one, to QEMU; 0: nothing
function row(name, what, must, want, must64, must_qemu) {
	label[name] = what
	musts[name] = bits == 64 ? must64 : must
	wants[name] = bits == 64 ? 0 : want
	qemus[name] = must_qemu
}

BEGIN {
	row("getppid", "getppid [us]", 4, 2, 0, 1)
	row("fork", "fork+exit+wait [us]", 4, 2.5, 0, 0)
	row("exec", "fork+exec+wait [us]", 5, 3, 0, 0)
	row("pipe", "pipe ping-pong [us]", 8, 3, 0, 0)
	row("mmap", "mmap, touch 64, munmap [us]", 8, 5, 0, 0)
	row("chase", "pointer chase in L1 [ns]", 1.8, 1.2, 1.5, 3)
	row("qsort", "qsort of 20,000 [us]", 1.8, 1.2, 1.5, 3)
	row("x87", "x87 loop [ns]", 1.8, 1.2, 1.5, 20)
	row("sse2", "SSE2 loop [ns]", 1.8, 1.2, 1.5, 20)
	row("smc", "loop that rewrites itself [ns]", 20, 20, 0, 0)
	row("md5sum", "md5sum [s]", 1.3, 1.05, 0, 3)
	row("sha256sum", "sha256sum [s]", 1.3, 1.05, 0, 3)
	row("gzip", "gzip -9 [s]", 1.3, 1.05, 1.5, 3)
	row("sort", "sort [s]", 1.3, 1.05, 0, 3)
	row("awk", "awk loop [s]", 1.8, 1.2, 0, 3)
	row("boot", "power on to init [s]", 2.5, 1.2, 0, 2)
	row("memory", "memory beyond RAM [MB]", 60, 30, 60, 0)
	columns["native"]; columns["hostel"]; columns["qemu"]
	in_us = " getppid fork exec pipe mmap qsort "
}

# in_thousands() - a row that was measured in ns, in us
function in_thousands(name,    c, i) {
	for (c in columns)
		for (i = 1; i <= count[c, name]; i++)
			value[c, name, i] /= 1000
}

function limit(v) {
	return v ? v : "-"
}

# loses() - a row that does not reach what it must
function loses(name, text) {
	lost = lost "  " label[name] ": " text "\n"
}

# judge() - one row by its ratio to native (for some: itself), and how many
# times QEMU's speed it has
function judge(name, r, faster, absolute) {
	if (!count["hostel", name])
		loses(name, "no result")
	else if (musts[name] && r > musts[name])
		loses(name, sprintf("%.2f%s, and must be %s at most", r,
			absolute ? "" : " times native", musts[name]))
	else if (wants[name] && r > wants[name])
		short = short (short ? ", " : "") name
	if (!faster)
		return
	if (faster < qemus[name])
		loses(name, sprintf("%.2f times as fast as QEMU, and must " \
			"be %s at least", faster, qemus[name]))
	else if (faster < 1 && !absolute)
		slower = slower (slower ? ", " : "") name
}

function print_row(name,    h, nat, q, absolute, r, faster) {
	if (index(in_us, " " name " "))
		in_thousands(name)
	h = median("hostel", name)
	nat = median("native", name)
	q = median("qemu", name)
	absolute = name == "boot" || name == "memory"
	r = absolute ? h : nat ? h / nat : 0
	faster = h && q ? q / h : 0
	printf "%-31s %-22s %-22s %-22s %7s %5s %5s %7s %5s\n", label[name],
		cell("native", name), cell("hostel", name), cell("qemu", name),
		r ? sprintf("%.2f%s", r, absolute ? " " : "x") : "-",
		limit(musts[name]), limit(wants[name]),
		faster ? sprintf("%.2fx", faster) : "-", limit(qemus[name])
	judge(name, r, faster, absolute)
	if (json)
		printf("%s  \"%s\": {\"native\": %s, \"hostel\": %s, " \
			"\"qemu\": %s,\n\t\"to_native\": %s, \"must\": %s, " \
			"\"faster_than_qemu\": %s, \"must_qemu\": %s}",
			rows++ ? ",\n" : "", name, object("native", name),
			object("hostel", name), object("qemu", name),
			absolute ? "null" : known(r), known(musts[name]),
			known(faster), known(qemus[name])) > json
}

END {
	printf "%-31s %-22s %-22s %-22s %7s %5s %5s %7s %5s\n", "",
		"native, " bits "-bit", "hostel", "QEMU TCG", "ratio",
		"must", "want", "to QEMU", "must"
	n = split(order, names, " ")
	for (i = 1; i <= n; i++)
		print_row(names[i])
	if (json)
		print "" > json
	print_verdict()
	if (short)
		print "Good enough, but not yet what we want: " short "."
	if (slower)
		print "QEMU is faster at: " slower "."
}
