# SPDX-License-Identifier: BSD-2-Clause
#
# paper_tables.awk - the paper's tables and figures with our values in them,
# and ours that the paper has not. Needs results.awk and paper_values.awk.

# last_of_three() - the last step that the paper has, too
function last_of_three(    i, name) {
	name = "hosted"
	for (i = 1; i <= steps; i++)
		if (step[i] in idle)
			name = step[i]
	return name
}

function part_targets(    r) {
	emit("part", "What we want to reach")
	emit("table", "targets", "All of the I/O path on (" path[top] ")")
	emit("head", "what", "wanted", "measured", "verdict")
	faster("out", 4096); faster("out", 65536)
	near_native(4096); near_native(65536)
	faster("in", 4096); faster("in", 65536)
	target("world switches for a frame sent, with combine", "<= 0.5",
		known("combine.out.4096.switches_frame"),
		median("combine.out.4096.switches_frame"), 0.5)
	target("world switches for a frame sent, with direct", "< 0.01",
		known("direct.out.4096.switches_frame"),
		median("direct.out.4096.switches_frame"), 0.01)
	target("ping, median", "<= 150 us", known(top ".ping.p50_us"),
		median(top ".ping.p50_us"), 150, "us")
	target("a VM that has nothing to do", "<= 1 % of a CPU",
		known(top ".idle.cpu_share"),
		100 * median(top ".idle.cpu_share"), 1, "%")
	r = top ".wire.4096.idle_share"
	target("guest idle on a wire of 100 Mb/s", "> 21.7 %", known(r),
		-100 * median(r), -21.7, "%")
	if (misses)
		emit("note", misses " missed.")
	if (label["qemu_pcnet"] ~ /user networking/)
		emit("note", "No tap could be made here for QEMU: what it is " \
			"compared with is its user networking, more than its " \
			"card.")
}

# target() - one row. @value is to be @limit at most; both are negative where
# it is to be more.
function target(what, wanted, is_known, value, limit, unit,    verdict) {
	verdict = is_known ? (value <= limit ? "met" : "MISSED") : \
		"not measured"
	misses += verdict == "MISSED"
	emit("row", what, wanted, is_known ? \
		number(value < 0 ? -value : value) (unit ? " " unit : "") : \
		"-", verdict)
}

function faster(dir, size,    r) {
	r = ratio(top "." dir "." size ".mbit",
		"qemu_pcnet." dir "." size ".mbit")
	target("nettest " dir ", " size " bytes, to QEMU's pcnet",
		">= 8 times", r != "", -r, -8)
}

function near_native(size,    r) {
	r = ratio(top ".out." size ".mbit", "native.out." size ".mbit")
	target("nettest out, " size " bytes, to native", ">= 0.4 times",
		r != "", -r, -0.4)
}

function part_peers(    i, m) {
	emit("part", "Side by side")
	emit("table", "peers", "nettest in Mb/s, and how long an answer takes")
	emit("head", "machine", "out 4K", "out 64K", "in 4K", "in 64K",
		"ping us", "p99 us", "TCP 1 byte us", "idle CPU %")
	for (i = 1; i <= machines; i++) {
		m = machine[i]
		emit("row", label[m], ranged(m ".out.4096.mbit"),
			ranged(m ".out.65536.mbit"), ranged(m ".in.4096.mbit"),
			ranged(m ".in.65536.mbit"), cell(m ".ping.p50_us"),
			cell(m ".ping.p99_us"), cell(m ".pingpong.p50_us"),
			m ~ /^native/ ? "-" : cell(m ".idle.cpu_share", 100))
	}
	emit("note", "Medians (and the range of all) of " rounds_of() \
		" transfers. A step of the I/O path has all before it, too: +" \
		top " is " path[top] ". \"idle CPU\" is what a machine with nothing to " \
		"do takes of one CPU of the host's, in percent.")
}

function rounds_of() {
	return count[top ".out.4096.mbit"] + 0
}

# frame_table() - what a frame costs in one direction
function frame_table(dir,    i, m, k) {
	emit("table", "frame_" dir, "What a frame costs, " (dir == "out" ? \
		"sending" : "receiving") " in 4 KiB writes")
	add("head"); add("machine"); add("frames/s"); add("world switches")
	add("card ports"); add("by VMApp"); add("card IRQs"); add("CPU us")
	add("VMM us"); add("switch us"); add("VMApp us"); add("VMNet us")
	flush_record()
	for (i = 1; i <= machines; i++) {
		m = machine[i]
		k = m "." dir ".4096."
		if (!known(k "cpu_us_frame"))
			continue
		add("row"); add(label[m]); add(cell(k "frames_s"))
		add(cell(k "switches_frame")); add(cell(k "ports_frame"))
		add(cell(k "ports_host_frame")); add(cell(k "irqs_frame"))
		add(cell(k "cpu_us_frame")); add(cell(k "vmm_us_frame"))
		add(cell(k "switch_us_frame")); add(cell(k "vmapp_us_frame"))
		add(cell(k "vmnet_us_frame"))
		flush_record()
	}
}

function part_frames(    i) {
	emit("part", "The cost of a frame")
	frame_table("out")
	emit("note", "All for each frame that carries data. \"card ports\" are " \
		"accesses to the card's registers, and those of them that " \
		"VMApp had to answer. CPU us is what all processes of the " \
		"machine had of the host's CPUs; then, by the clock, the " \
		"time in the VMM world, between the worlds, in VMApp, and " \
		"VMNet's CPU time.")
	frame_table("in")
	emit("plot", "switches", "bars", "World switches for each frame sent",
		" ", "world switches")
	for (i = 1; i <= steps; i++)
		bar("switches", "world switches", i, step[i] \
			".out.4096.switches_frame")
	why_table()
}

function bar(id, series, i, key, scale) {
	if (known(key))
		emit("point", id, series, path_short(step[i]),
			median(key) * (scale ? scale : 1))
}

# path_short() - "+notify" for "ports,combine,notify"
function path_short(name) {
	return path[name] == name && name == "hosted" ? name : "+" name
}

# words_of() - what stands between two patterns in the keys, each once, in
# the order in which they came; Return: how many
function words_of(before, after, word,    i, n, k, seen) {
	for (i = 1; i <= keys; i++) {
		k = key[i]
		if (!sub(".*" before, "", k) || !sub(after, "", k))
			continue
		if (!seen[k]++)
			word[++n] = k
	}
	return n + 0
}

# why_table() - world switches by reason, in rows, for each step
function why_table(    i, n, reason, j) {
	n = words_of("\\.out\\.4096\\.switch\\.", "_frame$", reason)
	if (!n)
		return
	emit("table", "why", "Why worlds were switched, for each frame sent")
	add("head"); add("reason")
	for (i = 1; i <= steps; i++)
		add(path_short(step[i]))
	flush_record()
	for (j = 1; j <= n; j++) {
		add("row"); add(reason[j])
		for (i = 1; i <= steps; i++)
			add(cell(step[i] ".out.4096.switch." reason[j] "_frame"))
		flush_record()
	}
	emit("note", "chip_work: an access that starts real input or output. " \
		"host_irq: the host had an event. halt: the guest was idle. " \
		"port_read and port_write: an access that VMApp answers.")
}

function part_figure5(    i, j, text, k) {
	emit("part", "Figure 5: the way of the OUT that starts a transmit")
	emit("table", "figure5", "Microseconds, ours with each step of the " \
		"I/O path")
	steps_head("world", "paper us", "paper %")
	for (i = 1; i <= fig5s; i++) {
		text = fig5[i]
		k = ".way_out." text
		gsub(/ /, "_", k)
		add("row"); add(text); add(fig5_world[text])
		add(fig5_us[text]); add(number(fig5_us[text] / 31.63 * 100))
		for (j = 1; j <= steps; j++)
			add(known(step[j] k) ? cell(step[j] k) : any_way() ? \
				"-" : "not measured")
		add(known("hosted" k) ? number(median("hosted" k) / \
			median("hosted.way_out.total") * 100) : "-")
		flush_record()
	}
	emit("note", "Medians, on machines of their own that note the time " \
		"(--stamps). Where several frames are sent together, they " \
		"are one way. A world switch costs 8.90 us there and back in " \
		"the paper; here, over all transfers of hosted, " \
		switch_cost() ".")
	way_in_table()
}

# steps_head() - a table's head: these, and the steps of the I/O path
function steps_head(a, b, c,    j) {
	add("head"); add("step"); add(a); add(b); add(c)
	for (j = 1; j <= steps; j++)
		add(path_short(step[j]))
	if (c != "")
		add("hosted %")
	flush_record()
}

function any_way(    j) {
	for (j = 1; j <= steps; j++)
		if (known(step[j] ".way_out.total"))
			return 1
	return 0
}

# way_in_table() - the same for a frame that comes in; the paper has no such
function way_in_table(    n, text, i, j) {
	n = words_of("\\.way_in\\.", "$", text)
	if (!n)
		return
	emit("table", "way_in", "A frame that comes in, from what woke us " \
		"until the driver looks: microseconds")
	steps_head()
	for (i = 1; i <= n; i++) {
		add("row"); add(spaced(text[i]))
		for (j = 1; j <= steps; j++)
			add(cell(step[j] ".way_in." text[i]))
		flush_record()
	}
}

function spaced(s) {
	gsub(/_/, " ", s)
	return s
}

function switch_cost(    us, n) {
	us = median("hosted.out.4096.switch_us_frame")
	n = median("hosted.out.4096.switches_frame")
	return n ? number(us / n) " us" : "it was not measured"
}

function part_tables12(    three) {
	three = last_of_three()
	emit("part", "Tables 1 and 2: where CPU time goes while sending")
	share_table(1, "table1", "Table 1, all of it: version 2.0, and hosted here",
		"hosted")
	share_table("1v", "table1_vmm", "Table 1, of the VMM's time", "hosted")
	share_table(2, "table2", "Table 2, all of it: the paper's three " \
		"optimizations and ours (" path[three] ")", three)
	share_table("2v", "table2_vmm", "Table 2, of the VMM's time", three)
	emit("note", "Ours are percent of the transfer's time by the clock, " \
		"from samples of the worlds' CPU time, a millisecond each. " \
		"VMM time has the guest's idle time in it, as the paper's has. " \
		"What is in no row is time between the worlds, and VMNet's.")
}

# share_of() - a median that is a share, summed over names with "+" between;
# -1 if none of them was measured
function share_of(prefix, names,    n, name, i, sum, any) {
	n = split(names, name, "+")
	for (i = 1; i <= n; i++) {
		gsub(/ /, "_", name[i])
		sum += median(prefix name[i] ".share")
		any += known(prefix name[i] ".share")
	}
	return any ? sum : -1
}

# row_share() - of one row of ours, of 1; below 0 if it was not measured.
# VMM time has the guest's idle time in it, as the paper's has.
function row_share(table, k, names,    vmm) {
	if (!known(k "vmm_share"))
		return -1
	vmm = median(k "vmm_share") + median(k "idle_share")
	if (names == "VMM")
		return vmm
	if (table !~ /v/)
		return share_of(k "row.", names)
	if (names == "IDLE")
		return median(k "idle_share") / vmm
	if (names ~ /^host IRQ/)
		return share_of(k "row.", names) / vmm
	return share_of(k "vmmrow.", names) / vmm
}

# row_us() - microseconds each time, where it is one row of ours
function row_us(k, names) {
	gsub(/ /, "_", names)
	return names ~ /\+/ ? "-" : cell(k "row." names ".us")
}

# share_table() - percent, and microseconds each time, beside the paper's
function share_table(table, id, title, name,    i, text, k, s) {
	emit("table", id, title)
	emit("head", "row", "paper %", "paper us", "ours %", "ours us")
	k = name ".out.4096."
	for (i = 1; i <= tabs[table]; i++) {
		text = tab[table, i]
		s = row_share(table, k, tab_ours[table, text])
		emit("row", text, paper(tab_percent[table, text]),
			tab_us[table, text] ? tab_us[table, text] : "-",
			s >= 0 ? number(s * 100) : known(k "vmm_share") ? \
			"-" : "not measured", row_us(k, tab_ours[table, text]))
	}
}

function paper(percent) {
	return percent < 0 ? "-" : percent
}

function part_figure6(    i, j, n, size, m, value) {
	n = split(sizes, size, " ")
	emit("part", "Figure 6: throughput by write size")
	emit("table", "figure6", "nettest out, Mb/s")
	add("head"); add("machine")
	for (j = 1; j <= n; j++)
		add(size[j] >= 1024 ? size[j] / 1024 "K" : size[j])
	flush_record()
	for (i = 1; i <= machines; i++) {
		m = machine[i]
		add("row"); add(label[m])
		for (j = 1; j <= n; j++)
			add(cell(m ".out." size[j] ".mbit"))
		flush_record()
	}
	for (i = 1; i <= fig6s; i++) {
		split(fig6_values[i], value, " ")
		add("row"); add("paper: " fig6[i])
		for (j = 1; j <= n; j++)
			add(value[j])
		flush_record()
	}
	emit("note", "The paper's lines are read off its drawing; its wire " \
		"had 100 Mb/s, this one has no limit.")
	plots_figure6(n, size)
}

function plots_figure6(n, size,    i, j, m, value) {
	emit("plot", "figure6", "log", "Figure 6, ours (Mb/s by powers of " \
		"ten)", "bytes a write", "Mb/s")
	for (i = 1; i <= machines; i++)
		for (j = 1; j <= n; j++) {
			m = machine[i]
			if (known(m ".out." size[j] ".mbit") &&
			    known(m ".out.512.mbit"))
				emit("point", "figure6", label[m], size[j],
					median(m ".out." size[j] ".mbit"))
		}
	emit("plot", "figure6_paper", "lines", "Figure 6, the paper's",
		"bytes a write", "Mb/s")
	for (i = 1; i <= fig6s; i++) {
		split(fig6_values[i], value, " ")
		for (j = 1; j <= n; j++)
			emit("point", "figure6_paper", fig6[i], size[j],
				value[j])
	}
}

# idle_row() - one configuration of Table 3
function idle_row(name, text,    k, w) {
	w = name ".wire.4096."
	k = name == "native" ? "cpu" : "idle"
	emit("row", text, name in idle ? idle[name] : "-", idle_of(name, w),
		cell(w "mbit"), cell(w "cpu_share", 100),
		idle_of(name, name ".out.4096."))
}

# idle_of() - percent; for this host, what nettest leaves of one CPU
function idle_of(name, k) {
	if (name != "native")
		return cell(k "idle_share", 100)
	return known(k "cpu_share") ? \
		number(100 * (1 - median(k "cpu_share"))) : "-"
}

function part_table3(    i, name) {
	emit("part", "Table 3: what is left of the CPU while sending")
	emit("table", "table3", "Idle share of the guest, in percent")
	emit("head", "configuration", "paper", "ours, 100 Mb/s wire",
		"Mb/s on it", "host CPU % on it", "ours, full speed")
	idle_row("native", "native")
	for (i = steps; i >= 1; i--) {
		name = step[i]
		idle_row(name, path[name] (name in idle_text ? " (paper: " \
			idle_text[name] ")" : ""))
	}
	emit("note", "4 KiB writes. Idle is what the guest was halted for; for " \
		"this host, what nettest leaves of one CPU. \"host CPU\" is " \
		"what all processes of the machine took of one CPU, VMNet " \
		"included.")
	emit("plot", "table3", "bars", "Idle share on a wire of 100 Mb/s",
		" ", "percent")
	for (i = 1; i <= steps; i++) {
		if (step[i] in idle)
			emit("point", "table3", "paper", path_short(step[i]),
				idle[step[i]])
		bar("table3", "ours", i, step[i] ".wire.4096.idle_share", 100)
	}
}

END {
	part_words()
	part_targets()
	part_peers()
	part_frames()
	part_figure5()
	part_tables12()
	part_figure6()
	part_table3()
}
