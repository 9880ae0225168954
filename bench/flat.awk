# SPDX-License-Identifier: BSD-2-Clause
#
# flat.awk - a JSON object, as Jansson indents it, as lines "PATH VALUE".
#
# Input: objects one after another; -v nth=N takes the Nth. An element of an
# array is named by its index; blanks in a name become "_". Texts keep their
# quotes.

# name() - the path of what @key names at this depth
function name(key,    i, path) {
	for (i = 2; i <= depth; i++)
		path = path part[i] "."
	return path key
}

{
	sub(/^ +/, "")
	sub(/,$/, "")
	key = ""
	if (match($0, /^"[^"]*": /)) {
		key = substr($0, 2, RLENGTH - 4)
		gsub(/ /, "_", key)
		$0 = substr($0, RLENGTH + 1)
	} else if (depth && $0 !~ /^[]}]/) {
		key = index_[depth]++
	}
}
/^[{[]$/ {
	objects += !depth
	part[++depth] = key
	index_[depth] = 0
	next
}
/^[]}]$/ { depth--; next }
objects == nth { print name(key), $0 }
