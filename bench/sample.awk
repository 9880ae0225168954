# SPDX-License-Identifier: BSD-2-Clause
#
# sample.awk - what one transfer cost, as lines "KEY.MEASURE VALUE".
#
# Input: nettest's line, and for Hostel two of flat.awk's files: what the
# report said before and after. Variables:
#	key	of the lines
#	dir	out or in: the frames that count carry data this way
#	cpu	milliseconds of CPU time that the machine's processes had
#	frames	what the other machine saw on its end of the cable; 0: unknown
# A halted guest is idle; what is not idle between the two reports is the
# transfer's, as the guest does nothing else.

function put(measure, value) {
	if (value != "")
		printf "%s.%s %.9g\n", key, measure, value
}

# grown() - by how much the report's counter grew
function grown(path) {
	return after[path] - before[path]
}

# sum() - of all the report's counters whose path matches
function sum(pattern,    path, s) {
	s = 0
	for (path in after)
		if (path ~ pattern)
			s += grown(path)
	return s
}

FILENAME ~ /before$/ { before[$1] = $2; next }
FILENAME ~ /after$/ { after[$1] = $2; next }
{
	gsub(/[{},]/, "")
	gsub(/": /, "\" ")
	for (i = 1; i < NF; i += 2)
		result[$i] = $(i + 1)
}

# per_frame() - the report's counters, for each frame with data
function per_frame(n,    path, reason) {
	for (path in after) {
		if (path !~ /^world_switches\./)
			continue
		reason = path
		sub(/.*\./, "", reason)
		if (reason == "total")
			put("switches_frame", grown(path) / n)
		else if (grown(path))
			put("switch." reason "_frame", grown(path) / n)
	}
	put("ports_frame", sum("^port_accesses.lance_") / n)
	put("ports_host_frame", sum("^port_accesses.lance_.*host$") / n)
	put("ports_all_frame", sum("^port_accesses.total") / n)
	put("irqs_frame", sum("^nics.*irqs_raised") / n)
	put("vmm_us_frame", 1e6 * grown("time_s.vmm") / n)
	put("switch_us_frame", 1e6 * grown("time_s.world_switch") / n)
	put("vmapp_us_frame", 1e6 * grown("time_s.vmapp") / n)
	put("vmnet_us_frame", 1e6 * grown("vmnet.switch_cpu_s") / n)
}

# rows() - what the worlds did with their CPU time, by the rows of the paper's
# tables: shares of the transfer's @s seconds, and microseconds each time
function rows(s,    path, name, ms, times, world, all, total) {
	for (path in after) {
		if (path !~ /^vm(m|app)_rows\..*\.cpu_ms$/)
			continue
		ms = grown(path)
		name = path
		sub(/\.cpu_ms$/, "", name)
		times = grown(name ".times")
		world = name ~ /^vmm_/ ? "vmm" : "vmapp"
		sub(/^[^.]*\./, "", name)
		all[world] += ms
		total[name] += ms
		count[name] += times
		if (world == "vmm")
			put("vmmrow." name ".share", ms / 1000 / s)
	}
	for (name in total) {
		put("row." name ".share", total[name] / 1000 / s)
		if (count[name])
			put("row." name ".us", total[name] * 1000 / count[name])
	}
	for (world in all)
		put(world "_share", all[world] / 1000 / s)
}

END {
	s = result["\"seconds\""]
	put("mbit", result["\"mbit_s\""])
	put("cpu_share", cpu / 1000 / s)
	if (frames) {
		put("frames_s", frames / s)
		put("cpu_us_frame", 1000 * cpu / frames)
	}
	if (!("wall_s" in after))
		exit
	busy = grown("wall_s") - grown("guest_idle_s")
	put("idle_share", busy < s ? 1 - busy / s : 0)
	put("drops", sum("^nics.*drops") + sum("^vmnet.*drops"))
	n = sum("^nics.*" (dir == "out" ? "frames_sent" : "frames_received"))
	if (n)
		per_frame(n)
	if (key ~ /\.out\.4096$/)
		rows(s)
}
