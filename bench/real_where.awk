# SPDX-License-Identifier: BSD-2-Clause
#
# real_where.awk - where the time of a row went, from what difference.awk
# writes into a file of the name "where": sums over all rounds.

FILENAME ~ /where$/ { where_add($1, $2, $3); next }

# where_add() - one line of difference.awk
function where_add(row, key, difference) {
	where[row, key] += difference
	if (key ~ /^vmm\./ && !((row, key) in where_seen)) {
		where_seen[row, key] = 1
		where_keys[row, ++where_count[row]] = key
	}
}

# where_shares() - the VMM's time by its rows, largest first; those that are
# less than 2 % are left out
function where_shares(row,    i, j, k, n, all, best, used, text) {
	n = where_count[row]
	for (i = 1; i <= n; i++)
		all += where[row, where_keys[row, i]]
	for (j = 1; j <= 5; j++) {
		best = 0
		for (i = 1; i <= n; i++) {
			k = where[row, where_keys[row, i]]
			if (!(i in used) && k * 50 >= all && k > 0 &&
			    (!best || k > where[row, where_keys[row, best]]))
				best = i
		}
		if (!best)
			break
		used[best] = 1
		k = where_keys[row, best]
		text = text (text ? ", " : "") sprintf("%.0f %% %s",
			100 * where[row, k] / all, where_name(substr(k, 5)))
	}
	return text
}

function where_name(text) {
	gsub(/_/, " ", text)
	return text
}

# each() - a count for each time that the row did its thing
function each(row, key, unit,    v) {
	v = where[row, key] / where[row, "times"] / unit
	return sprintf(v < 10 ? "%.2g" : "%.0f", v)
}

# again() - how much of what was translated was so before, since power-on:
# "" if nothing was looked at
function again(row, all, part, words) {
	all = where[row, all]
	return all ? sprintf(" (%.1f %% %s)", 100 * where[row, part] / all,
		words) : ""
}

# avoided() - pages shown with no fault of their own, each time
function avoided(row) {
	where[row, "avoided"] = where[row, "pages_shown"] - \
		where[row, "faults_hidden"]
	return each(row, "avoided", 1)
}

# where_text() - two lines, or nothing if no report has it
function where_text(row,    text) {
	if (!where[row, "times"])
		return ""
	text = sprintf("    %s\n    each time %s fragments%s of %s KB%s, host " \
		"faults: %s hidden, %s avoided, %s the guest's; %s maps, %s unmaps",
		where_shares(row), each(row, "fragments", 1),
		again(row, "sampled_fragments", "sampled_fragments_anew",
		"made anew"), each(row, "guest_bytes", 1024),
		again(row, "sampled_bytes", "sampled_bytes_again",
		"in others before"),
		each(row, "faults_hidden", 1), avoided(row),
		each(row, "faults_guest", 1), each(row, "maps", 1),
		each(row, "unmaps", 1))
	if (where[row, "cache_flushes"])
		text = text sprintf("; in all the cache was emptied %d times",
			where[row, "cache_flushes"])
	return text
}

# where_json() - all of it
function where_json(row,    key, parts, text) {
	if (!where[row, "times"])
		return "null"
	for (key in where) {
		split(key, parts, SUBSEP)
		if (parts[1] == row)
			text = text (text ? ", " : "") "\"" parts[2] "\": " \
				(where[key] + 0)
	}
	return "{" text "}"
}
