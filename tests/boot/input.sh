#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# input.sh - the keyboard and mouse drivers of a stock kernel: what they find
# out about the chips, text that is typed on its console, and events as programs
# read them. The verbs themselves are in tests/world/keys.sh.
# tests/run: waits
. "$(dirname "$0")/lib.bash"
hostel=$build/hostel

# What is typed on the console is a line of tty1; then each event is a line:
# "kbd ... TYPE CODE VALUE", "mouse ...". (An input_event is 16 bytes there.)
# No double quotes: it is quoted by them.
cat >"$work/command" <<'END'
insmod /lib/evdev.ko; insmod /lib/psmouse.ko; sleep 1;
for e in /sys/class/input/event*; do n=`cat $e/device/name`;
case $n in AT*) k=${e##*/};; *ouse*) m=${e##*/};; esac; done;
echo ready; head -n 1 /dev/tty1 | sed 's/^/typed [/;s/$/]/';
echo again; head -n 1 /dev/tty1 | sed 's/^/typed [/;s/$/]/';
events() { exec 3</dev/input/$2;
while e=`dd bs=16 count=1 <&3 2>/dev/null | od -An -t d2 -w16`;
do echo $1 $e; done; }; events kbd $k & events mouse $m &
sleep 1; echo open; sleep 600
END
"$hostel" run --kernel "$guest/vmlinuz" --initrd "$guest/initrd" --name boot \
	--net none --no-reboot --append "console=ttyS0 panic=-1 hostel.net=off \
-- \"$(tr '\n' ' ' <"$work/command")\"" </dev/null >"$log" 2>&1 &
vm=$!
pids=$vm
ctl() { "$hostel" ctl boot "$@" >"$work/said" 2>&1; }
check "the guest comes up" soon 120 said '^ready' || {
	tail -n 60 "$log" | sed 's/^/# /'
	finish
}
check "the controller is found, with both ports" \
	said "serio: i8042 AUX port at 0x60,0x64 irq 12"
check "the keyboard is found" said "AT Translated Set 2 keyboard"
check "the mouse has a wheel and five buttons" said "ImExPS/2"
check "no command went wrong" \
	eval '! said "i8042.*(fail|error|timeout)|psmouse.*(fail|lost|bad)"'

# --- the console
check "text" ctl text 'Hello, {World}~ 1+1=2 "\\"\n'
check "comes as typed" soon 20 said '^typed \[Hello, \{World\}~ 1\+1=2 "\\+"\]'
check "keys" soon 20 said '^again'
check "are those" ctl key a shift-b c backspace caps_lock d caps_lock e ret
check "that the console's map has" soon 20 said '^typed \[aBDe\]'

# --- events
check "programs can read events" soon 20 said '^open'
check "a key" ctl key ctrl-f5
event() { soon 20 said "^$1( +-?[0-9]+){4} +$2 *$"; }
check "is pressed" event kbd "1 +63 +1 +0"
check "and let go" event kbd "1 +63 +0 +0"
check "with another" event kbd "1 +29 +1 +0"
check "Pause" ctl key pause
check "is that" event kbd "1 +119 +1 +0"
check "Print Screen" ctl key print
check "is that, too" event kbd "1 +99 +1 +0"
check "movement" ctl mouse +300 -7 left
check "is a button" event mouse "1 +272 +1 +0"
check "and movement to the right" event mouse "2 +0 +255 +0"
check "all of it" event mouse "2 +0 +45 +0"
check "and up" event mouse "2 +1 +-7 +-1"
check "the wheel" ctl mouse +0 +0 wheel-up
check "is heard" event mouse "2 +8 +1 +0"
check "the fifth button" ctl mouse +0 +0 fifth
check "is heard as well" event mouse "1 +276 +1 +0"
"$hostel" ctl boot quit
wait "$vm"
finish
