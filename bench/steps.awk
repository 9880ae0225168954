# SPDX-License-Identifier: BSD-2-Clause
#
# steps.awk - how long each step of a frame's way took, of one of flat.awk's
# files from a machine with --stamps: lines "NAME.WAY.STEP MICROSECONDS".

/^way_(out|in)\.steps\..*\.step / {
	sub(/^[^"]*"/, "")
	sub(/"$/, "")
	gsub(/ /, "_")
	step = $0
}
/^way_(out|in)\.steps\..*\.median_us / {
	sub(/\..*/, "", $1)
	print name "." $1 "." step, $2
}
