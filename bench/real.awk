# SPDX-License-Identifier: BSD-2-Clause
#
# real.awk - the table of bench/real: rows of "name value" from four files,
# native, hostel, qemu and small (Hostel with 656 MB), and what difference.awk
# wrote in a file "where". After real_where.awk and median.awk, which read them.

# row() - what it is called, and what it must reach: at most so many times
# QEMU's time, the host's, and an absolute value; what we want of the host's;
# 0: nothing
function row(name, what, must_qemu, must_native, want_native, must) {
	label[name] = what
	qemus[name] = must_qemu
	natives[name] = must_native
	wants[name] = want_native
	absolute[name] = must
}

# beside() - it must be at most so many times another row, or column
function beside(name, column, other, must, what) {
	other_column[name] = column
	other_row[name] = other
	other_must[name] = must
	other_what[name] = what
}

BEGIN {
	row("exec_pie", "fork+exec+wait, PIE [ms]", 0.25, 2)
	row("exec_fixed", "... with ASLR off [ms]")
	row("exec_static", "fork+exec+wait, static [ms]", 1, 0, 2)
	row("fork", "fork+exit+wait [ms]", 1, 0, 2)
	row("pipe", "pipe ping-pong [us]", 1, 0, 2)
	row("mmap", "mmap, touch 64, munmap [us]", 1, 0, 2)
	row("bash_true", execs " /bin/true from bash [s]", 0.35)
	row("python3", "start of python3 [ms]", 0.35)
	row("perl", "start of perl [ms]", 0.35)
	row("gcc_O0", "gcc -O0 -c, 2,000 lines [s]", 0.25, 3)
	row("gcc_O2", "gcc -O2 -c, 2,000 lines [s]", 0.25, 3)
	row("make_j2", "make -j2, 9 files [s]", 0.25, 3)
	row("xz", "xz [s]", 0.35)
	row("bzip2", "bzip2 [s]", 0.35)
	row("gzip", "gzip [s]", 0.35)
	row("gunzip", "gunzip [s]", 0.35)
	row("sqlite_insert", "sqlite3, insert [s]", 0.35)
	row("sqlite_select", "sqlite3, select [s]", 0.35)
	row("md5sum", "md5sum [s]", 0.35)
	row("cksum", "cksum [s]", 0.35)
	row("sha256sum", "sha256sum [s]", 0.35)
	row("latency", "timer, busy: latest [ms]", 1, 0, 0, 15)
	row("latency_p99", "... 99th percentile [ms]")
	row("boot", "power on to init [s]", 0.35, 0, 0, 1)
	row("memory", "memory beyond RAM, booted [MB]", 0, 0, 0, 40)
	row("memory_gcc", "... after gcc -O2 [MB]", 0, 0, 0, memory / 4)
	row("memory_idle", "... a minute later [MB]", 0, 0, 0, 40)
	row("exec_2g", "fork+exec+wait, PIE, 2 GB [ms]")
	row("fork_2g", "fork+exit+wait, 2 GB [ms]")
	row("mmap_2g", "mmap, touch 64, 2 GB [us]")
	beside("exec_pie", "hostel", "exec_fixed", 1.2, "that with ASLR off")
	beside("exec_2g", "small", "exec_2g", 1.3, "that with 656 MB")
	beside("fork_2g", "small", "fork_2g", 1.3, "that with 656 MB")
	beside("mmap_2g", "small", "mmap_2g", 1.3, "that with 656 MB")
}

function limit(v) {
	return v ? v : "-"
}

# loses() - a row that does not reach what it must
function loses(name, text) {
	lost = lost "  " label[name] ": " text "\n"
}

# reach() - @v, so many times @what, must be @must at most
function reach(name, v, must, what) {
	if (v && must && v > must)
		loses(name, sprintf("%.3g%s, and must be %.3g at most", v,
			what, must))
}

function ratio(v) {
	return v ? sprintf("%.2f", v) : "-"
}

function times_of(v, of) {
	return v && of ? v / of : 0
}

function print_row(name,    h, q, n, o, text) {
	h = median("hostel", name)
	q = times_of(h, median("qemu", name))
	n = times_of(h, median("native", name))
	printf "%-31s %-22s %-22s %-22s %7s %5s %9s %5s %7s\n", label[name],
		cell("native", name), cell("hostel", name), cell("qemu", name),
		ratio(q), limit(qemus[name]), ratio(n), limit(natives[name]),
		limit(absolute[name])
	if (!count["hostel", name])
		loses(name, "no result")
	reach(name, q, qemus[name], " times QEMU's")
	reach(name, n, natives[name], " times the host's own")
	reach(name, h, absolute[name], "")
	if (n && wants[name] && n > wants[name])
		short = short (short ? ", " : "") name
	if (name in other_row) {
		o = times_of(h, median(other_column[name], other_row[name]))
		reach(name, o, other_must[name], " times " other_what[name])
		if (o)
			printf "    %.2f times %s (%s)\n", o, other_what[name],
				cell(other_column[name], other_row[name])
	}
	text = where_text(name)
	if (text)
		print text
	if (json)
		print_json(name, q, n, o)
}

function print_json(name, q, n, o) {
	printf("%s  \"%s\": {\"native\": %s, \"hostel\": %s, \"qemu\": %s,\n" \
		"\t\"of_qemu\": %s, \"must_of_qemu\": %s, \"of_native\": %s, " \
		"\"must_of_native\": %s,\n\t\"must\": %s, \"of_itself\": %s, " \
		"\"must_of_itself\": %s,\n\t\"where\": %s}", rows++ ? ",\n" : "",
		name, object("native", name), object("hostel", name),
		object("qemu", name), known(q), known(qemus[name]), known(n),
		known(natives[name]), known(absolute[name]), known(o),
		known(other_must[name]), where_json(name)) > json
}

END {
	printf "%-31s %-22s %-22s %-22s %7s %5s %9s %5s %7s\n", "", "native",
		"hostel", "QEMU TCG", "of QEMU", "must", "of native", "must",
		"at most"
	n = split(order, names, " ")
	for (i = 1; i <= n; i++) {
		print_row(names[i])
		if (names[i] == "latency")
			print_row("latency_p99")
	}
	if (json)
		print "" > json
	print_verdict()
	if (short)
		print "Good enough, but not what we want (2 times the host's " \
			"own): " short "."
}
