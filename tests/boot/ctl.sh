#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# ctl.sh - what a stock kernel sees of `hostel ctl`: its power button pressed,
# its cable pulled and put back, and nothing at all of a pause. The verbs
# themselves are in tests/world/ctl.sh.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

port=$(free_port)

"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" --name boot \
	--net "nat,forward=tcp:127.0.0.1:$port:7" --no-reboot \
	--append "console=ttyS0 panic=-1 -- \"insmod /lib/button.ko; \
while sleep 0.5; do sed -n 's/  *[a-z].*//; s/^ *9: */sci /p' \
/proc/interrupts; echo button \$(cut -c 1-8 \
/sys/firmware/acpi/interrupts/ff_pwr_btn); ping -c 1 -W 1 10.0.2.2 \
>/dev/null && echo pong; echo up \$(cut -d . -f 1 /proc/uptime); done\"" \
	</dev/null >"$log" 2>&1 &
vm=$!
pids=$vm
lines() { wc -l <"$log"; }
ctl() { "$hostel" ctl boot "$@" >"$work/said" 2>&1; }
# later PATTERN - in what is said after $now
later() { tail -n "+$((now + 1))" "$log" | tr -d '\r' | grep -Eq "$1"; }
dropped() {
	ctl report --json
	grep -Eq "\"$1\":[1-9]" "$work/said"
}
check "the guest comes up" soon 120 said '^pong' || {
	tail -n 40 "$log" | sed 's/^/# /'
	finish
}

# --- the power button: an interrupt, a fixed event, an input device
check "the kernel has a power button" said "input: Power Button"
check "nobody has pressed it" said "^button *0"
now=$(lines)
check "power-button" ctl power-button
check "the kernel has its interrupt" soon 20 later "^sci *1"
check "and hears the button" soon 20 later "^button *1"
now=$(lines)
ctl power-button
check "and when it is pressed again" soon 20 later "^button *2"

# --- the cable
now=$(lines)
check "link down" ctl link 0 down
check "the driver sees it" soon 30 later "eth0: link down"
now=$(lines)
(sleep 5 | cat >"/dev/tcp/127.0.0.1/$port") 2>/dev/null &
knocks=$!
check "what comes meanwhile is lost, and counted" soon 20 dropped rx_link
check "nothing goes through" eval '! later "^pong"'
kill "$knocks" 2>/dev/null
ctl status --json
check "status says that it is out" grep -q '"plugged":false' "$work/said"
now=$(lines)
check "link up" ctl link 0 up
check "the driver sees it" soon 30 later "eth0: link up"
check "traffic goes on" soon 30 later "^pong"

# --- a pause
# uptime - by the guest's own clock, in seconds
uptime() { tr -d '\r' <"$log" | sed -n 's/^up //p' | tail -n 1; }
check "pause" ctl pause
sleep 0.5
at=$(uptime)
sleep 6
check "pause: the guest says nothing" [ "$at" = "$(uptime)" ]
now=$(lines)
check "resume" ctl resume
check "resume: traffic goes on" soon 30 later "^pong"
check "resume: its uptime has not jumped" [ "$(uptime)" -le $((at + 4)) ] ||
	echo "# $at, then $(uptime)"
check_clocks "resume: its clocks are trusted" \
	saw 0 "unstable|lost ticks|soft lockup|stall"

# --- a reset leaves a pulled cable out
ctl link 0 down
check "reset" ctl reset
check "reset: with --no-reboot it ends" soon 20 gone "$vm"
wait "$vm"
check "reset: with status 0" [ $? -eq 0 ]
"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" --name boot \
	--net nat --append "console=ttyS0 panic=-1 -- 'echo here'" \
	</dev/null >"$log" 2>&1 &
vm=$!
pids=$vm
check "another machine" soon 60 said "Linux version"
ctl link 0 down
ctl reset
now=$(lines)
check "a reset begins it anew" soon 60 later "Linux version"
ctl status --json
check "and the cable is still out" grep -q '"plugged":false' "$work/said"
ctl quit
check "quit" soon 20 gone "$vm"
[ "$failures" -eq 0 ] || tail -n 40 "$log" | sed 's/^/# /'
finish
