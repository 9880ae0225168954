# SPDX-License-Identifier: BSD-2-Clause
#
# balance.awk - the books of one soak: where did each frame go?
#
# Input: two of flat.awk's files, before and after. Variables: got and sent,
# the frames that the other machine received and sent in between.
# Exit status: 1 if a frame is missing that nobody says to have dropped.

FILENAME ~ /before$/ { before[$1] = $2; next }
{
	path[++paths] = $1
	after[$1] = $2
}

function grown(p) { return after[p] - before[p] }

# named() - prints the drops that were counted; Return: how many frames
function named(    i, p, n) {
	for (i = 1; i <= paths; i++) {
		p = path[i]
		if (p ~ /\.drops\./ && grown(p)) {
			print "  dropped: " p ": " grown(p)
			n += grown(p)
		}
	}
	return n + 0
}

# hop() - what came out of one and did not go into the next
function hop(text, out, in_) {
	if (out != in_)
		printf "  %s: %d and %d\n", text, out, in_
}

# port() - by how much a counter of the switch's port of that kind grew
function port(kind, field,    i, p) {
	for (i = 1; i <= paths; i++) {
		p = path[i]
		if (p ~ /^vmnet\.ports\..*\.kind$/ && after[p] == kind) {
			sub(/kind$/, field, p)
			return grown(p)
		}
	}
}

END {
	taken = grown("nics.0.frames_taken") - grown("nics.0.frames_looped")
	delivered = grown("nics.0.frames_received")
	drops = named()
	lost = taken - got + sent - delivered
	printf "  frames: %d out, %d in; lost on the way: %d and %d; dropped " \
		"and named: %d; unexplained: %d\n", taken, delivered,
		taken - got, sent - delivered, drops, lost - drops
	if (lost == drops)
		exit 0
	hop("out, from the card to VMNet", grown("nics.0.frames_sent"),
		port("\"client\"", "frames_in"))
	hop("out, from VMNet to the wire", port("\"uplink\"", "frames_out"), got)
	hop("in, from the wire to VMNet", sent, port("\"uplink\"", "frames_in"))
	hop("in, from VMNet to the card", port("\"client\"", "frames_out"),
		grown("nics.0.frames_offered"))
	exit 1
}
