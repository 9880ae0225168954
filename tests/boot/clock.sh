#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# clock.sh - a stock kernel trusts its clock, which keeps up with the host's
# under load, and finds nothing that needs a mitigation.
#
# The guest computes with two processes and says each second of its `date`;
# each line is stamped with the host's time as it comes. A line may come late,
# as the guest or the host has other things to do, but not early: so the least
# late lines of the start and of the end tell how the clocks went.
# tests/run: alone
. "$(dirname "$0")/lib.bash"

seconds=14
load="md5sum </dev/zero & awk 'BEGIN { while (1) x++ }' &"
cmd="$load i=0; s=\$(date +%s); while [ \$i -lt $seconds ]; do"
cmd="$cmd while [ \$(date +%s) = \$s ]; do :; done;"
cmd="$cmd s=\$(date +%s); echo mark \$s; i=\$((i + 1)); done"
cmd="$cmd; cat /sys/devices/system/cpu/vulnerabilities/* | sort -u"
words='mitigation|vulnerable|spectre|retpoline|meltdown|microcode.*need'
words="$words|WARNING:|BUG:|Oops"
clock_words='unstable|lost [0-9]* *ticks|clock skew'

# stamp - each line with the host's time before it, in seconds
stamp() {
	local line
	while IFS= read -r line; do
		echo "$EPOCHREALTIME ${line%$'\r'}"
	done
}

# drift FILE - how the guest's seconds compare to the host's: parts of 10,000
drift() {
	awk '$2 == "mark" { n++; host[n] = $1; guest[n] = $3 }
	function least(from, to,    i, best) {
		best = from
		for (i = from; i <= to; i++)
			if (host[i] - guest[i] < host[best] - guest[best])
				best = i
		return best
	}
	END {
		if (n < 12) exit 1
		a = least(1, 5)
		b = least(n - 4, n)
		h = host[b] - host[a]
		printf "%d\n", (guest[b] - guest[a] - h) / h * 10000
	}' "$1"
}

# run SUFFIX - boot that kernel
run() {
	timeout -k 5 $((140 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz$1" \
		--initrd "$guest/initrd$1" --net none --no-reboot \
		--append "console=ttyS0 panic=-1 hostel.net=off -- \"$cmd\"" \
		</dev/null 2>&1 | stamp >"$work/console$1"
	echo "${PIPESTATUS[0]}" >"$work/status$1"
}

# no_word PATTERN FILE - or it is shown, with what comes after it
no_word() {
	! grep -iE -A 3 "$1" "$2" | sed 's/^/# /' | grep .
}

judge() {
	local log=$work/console$1 off
	check "vmlinuz$1: hostel exits with 0" \
		[ "$(cat "$work/status$1")" -eq 0 ]
	check "vmlinuz$1: no word of mitigations or bugs" no_word "$words" "$log"
	check_clocks "vmlinuz$1: no clock is distrusted" \
		no_word "$clock_words" "$log"
	check "vmlinuz$1: nothing affects this processor" \
		[ "$(grep -c 'Not affected$' "$log")" -eq 1 ]
	off=$(drift "$log")
	echo "# vmlinuz$1: the guest's clock is off by ${off:-?} of 10,000"
	check "vmlinuz$1: date keeps within 1 % of the host's" \
		[ "${off#-}" -le 100 ]
	[ "$failures" -eq 0 ] || tail -n 30 "$log" | sed 's/^/# /'
}

run "" &
run -pae &
wait
for suffix in "" -pae; do
	if perhaps_stolen no_word "$clock_words" "$work/console$suffix"; then
		echo "# vmlinuz$suffix: once more"
		run "$suffix"
	fi
done
judge ""
judge -pae
finish
