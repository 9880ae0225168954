# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# progress.bash - what a long measurement tells while it runs.

# clock - minutes and seconds since the script began
clock() { printf '%d:%02d  ' $((SECONDS / 60)) $((SECONDS % 60)); }

# say TEXT - what is being done: one line that changes, on a terminal
say() {
	[ -t 2 ] || return 0
	printf '\r\033[K%.100s' "${1:+$(clock)$1}" >&2
}

# tell TEXT - say it on a line of its own, which stays
tell() {
	say ""
	echo "$(clock)$1" >&2
}
