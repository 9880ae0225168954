#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# disturbed.sh - a stock kernel calibrates its clocks while the host takes its
# processor away again and again, and trusts all of them in the end.
#
# The VMM is stopped and let go as a busy host would do it, but worse: for four
# fifths of the time, in steps that differ, until the guest is up. Then the
# guest sleeps for some seconds, and says how many timer interrupts it took.
# Other tests beside it would be one disturbance more.
# tests/run: alone
. "$(dirname "$0")/lib.bash"

cmd="cat /sys/devices/system/clocksource/clocksource0/available_clocksource"
cmd="$cmd; dmesg | grep -c acpi_pm; echo guest-up; sleep 3"
cmd="$cmd; grep timer /proc/interrupts; sleep 5; grep timer /proc/interrupts"
words='refused|inconsistent|invalid rate|consistency check|unstable'
words="$words|unable to calibrate|calibration failed|clock skew|lost .*ticks"
words="$words|lockup"

# vmm_of PID - the VMM's process of the machine that timeout, PID, has started
vmm_of() {
	child_of "$1" hostel hostel-app hostel-vmm >"$work/vmm"
}

# disturb PID - until the guest is up
disturb() {
	local i=0
	while ! grep -q '^guest-up' "$log" && kill -STOP "$1"; do
		sleep "0.0$((i % 4 + 1))"
		kill -CONT "$1"
		sleep "0.00$((i % 5 + 1))"
		i=$((i + 1))
	done 2>/dev/null
	echo "# stopped $i times"
}

# rate - timer interrupts a second, while the guest slept
rate() {
	tr -d '\r' <"$log" | awk '$NF == "timer" { n[++i] = $2 }
		END { if (i < 2) exit 1; print int((n[2] - n[1]) / 5) }'
}

# no_word - the guest's kernel finds no fault with its clocks
no_word() { ! tr -d '\r' <"$log" | grep -iE "$words" | sed 's/^/# said: /' | grep .; }

run() {
	timeout -k 5 $((200 * patience)) "$build/hostel" run --kernel "$guest/vmlinuz$1" \
		--initrd "$guest/initrd$1" --net none --no-reboot \
		--append "console=ttyS0 panic=-1 hostel.net=off -- \"$cmd\"" \
		</dev/null >"$log" 2>&1 &
	pids=$!
	soon 20 vmm_of "$pids"
	disturb "$(cat "$work/vmm")"
	wait "$pids"
	check "vmlinuz$1: hostel exits with 0" [ $? -eq 0 ]
	pids=
}

judge() {
	local n
	check_clocks "vmlinuz$1: no clock is distrusted" no_word
	check_clocks "vmlinuz$1: it has acpi_pm" said '^tsc acpi_pm *$'
	n=$(rate)
	echo "# vmlinuz$1: ${n:-?} timer interrupts a second"
	check "vmlinuz$1: no storm of timer interrupts" \
		[ "${n:-9999}" -le 600 ]
	# Few: with more, tests/run would not show what was said.
	[ "$failures" -eq 0 ] || tail -n 15 "$log" | sed 's/^/# /'
}

run ""
if perhaps_stolen no_word; then
	echo "# once more"
	run ""
fi
judge ""
finish
