# SPDX-License-Identifier: BSD-2-Clause
#
# cpu.awk - the table of bench/cpu: rows of "name value" from three files,
# native, hostel and qemu in this order.

function row(name, what, must, want) {
	label[name] = what
	musts[name] = must
	wants[name] = want
}

BEGIN {
	row("getppid", "getppid [us]", 4, 2)
	row("fork", "fork+exit+wait [us]", 4, 2.5)
	row("exec", "fork+exec+wait [us]", 5, 3)
	row("pipe", "pipe ping-pong [us]", 8, 3)
	row("mmap", "mmap, touch 64, munmap [us]", 8, 5)
	row("chase", "pointer chase in L1 [ns]", 1.8, 1.2)
	row("qsort", "qsort of 20,000 [us]", 1.8, 1.2)
	row("x87", "x87 loop [ns]", 1.8, 1.2)
	row("sse2", "SSE2 loop [ns]", 1.8, 1.2)
	row("smc", "loop that rewrites itself [ns]", 20, 20)
	row("md5sum", "md5sum [s]", 1.3, 1.05)
	row("sha256sum", "sha256sum [s]", 1.3, 1.05)
	row("gzip", "gzip -9 [s]", 1.3, 1.05)
	row("sort", "sort [s]", 1.3, 1.05)
	row("awk", "awk loop [s]", 1.8, 1.2)
	row("boot", "power on to init [s]", 2.5, 1.2)
	row("memory", "memory beyond RAM [MB]", 60, 30)
	in_us = " getppid fork exec pipe mmap qsort "
}

FNR == 1 { file++ }
FILENAME ~ /native$/ { col = "native" }
FILENAME ~ /hostel$/ { col = "hostel" }
FILENAME ~ /qemu$/ { col = "qemu" }
{
	v = $2
	if (index(in_us, " " $1 " "))
		v /= 1000
	value[col, $1, ++count[col, $1]] = v + 0
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

# known() - for JSON, where nothing was measured null
function known(v) {
	return v ? sprintf("%g", v) : "null"
}

function cell(c, name,    m) {
	if (!count[c, name])
		return "-"
	m = median(c, name)
	return sprintf("%.4g (%.3g-%.3g)", m, lo, hi)
}

END {
	printf "%-31s %-22s %-22s %-22s %7s %5s %5s\n", "", "native",
		"hostel", "QEMU TCG", "ratio", "must", "want"
	n = split(order, names, " ")
	for (i = 1; i <= n; i++) {
		name = names[i]
		h = median("hostel", name)
		nat = median("native", name)
		q = median("qemu", name)
		absolute = name == "boot" || name == "memory"
		r = absolute ? h : nat ? h / nat : 0
		printf "%-31s %-22s %-22s %-22s %6.2f%s %5s %5s\n",
			label[name], cell("native", name),
			cell("hostel", name), cell("qemu", name), r,
			(absolute ? " " : "x"), musts[name], wants[name]
		if (!h || (!nat && !absolute))
			lost = lost "  " label[name] ": no result\n"
		else if (r > musts[name])
			lost = lost "  " label[name] ": " sprintf("%.2f", r) \
				", and must be " musts[name] " at most\n"
		else if (r > wants[name])
			short = short (short ? ", " : "") name
		if (q && h && !absolute && q < h)
			slower = slower (slower ? ", " : "") name
		if (json)
			printf("%s\n  \"%s\": {\"native\": %s, \"hostel\": " \
				"%s, \"qemu\": %s}", (i > 1 ? "," : "{"),
				name, known(nat), known(h), known(q)) > json
	}
	if (json)
		print "\n}" > json
	print ""
	if (lost)
		printf "Where we lose:\n%s", lost
	else
		print "Every row is within what it must reach."
	if (short)
		print "Good enough, but not yet what we want: " short "."
	if (slower)
		print "QEMU is faster at: " slower "."
}
