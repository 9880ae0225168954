#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# input.sh - COM1's cable: whatever standard input is, the guest gets all of
# its bytes, each once; whatever the output is, the guest goes on.
#
# The guest "poll" sends back each byte that it gets and ends with byte FFh;
# "irq" does the same by interrupts, and opens the UART as drivers do: it
# empties the FIFO after it has turned the interrupt on. "reset" is "poll"
# that resets the machine at an FEh. "flood" sends 40,000 bytes and ends.
# "halt" does nothing.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"

poll_text='
_start:	mov $0x3fd, %dx
	in %dx, %al
	test $1, %al
	jz _start
	mov $0x3f8, %dx
	in %dx, %al
	out %al, %dx
	cmp $0xfe, %al
	je special
	cmp $0xff, %al
	jne _start
	mov $5, %al
	out %al, $0xf4
'
guest poll <<END
$poll_text
special: jmp _start
END
guest reset <<END
$poll_text
special: mov \$0xfe, %al
	out %al, \$0x64
1:	jmp 1b
END
guest irq <<'END'
_start:	handled_by handler
	master 0xef		/* IRQ 4 alone */
	outb 0x09, 0x3fc	/* DTR, OUT2 */
	outb 0x01, 0x3f9	/* the interrupt */
	mov $1000000, %ecx
1:	loop 1b
	outb 0x01, 0x3fa	/* FIFO on; then empty it */
	outb 0x07, 0x3fa
	sti
2:	hlt
	jmp 2b
handler: mov $0x3fd, %dx
	in %dx, %al
	test $1, %al
	jz 3f
	mov $0x3f8, %dx
	in %dx, %al
	out %al, %dx
	cmp $0xff, %al
	jne handler
	mov $5, %al
	out %al, $0xf4
3:	outb 0x20, 0x20
	iret
	idt_of 0x24
END
guest flood <<'END'
_start:	mov $40000, %ecx
	mov $0x3f8, %dx
1:	mov %cl, %al
	out %al, %dx
	loop 1b
	mov $5, %al
	out %al, $0xf4
END
guest halt <<'END'
_start:	cli
	hlt
END

# Any bytes but FEh and FFh; there are lines of all lengths in it.
head -c 6000 /dev/urandom | tr -d '\376\377' >"$work/bytes"
printf '\377' >>"$work/bytes"

# echoes GUEST [ARGUMENT...] - standard input comes back whole, exit (5<<1)|1
echoes() {
	local kernel=$1 status
	shift
	timeout -k 1 60 "$build/hostel" run --net none --debug-exit 0xf4 \
		--kernel "$work/$kernel" "$@" >"$work/out" 2>"$work/err"
	status=$?
	if [ "$status" -ne 11 ] || [ -s "$work/err" ]; then
		echo "# exit status $status"
		sed 's/^/# /' "$work/err"
		return 1
	fi
	cmp "$work/bytes" "$work/out" >"$work/cmp" 2>&1 || {
		sed 's/^/# /' "$work/cmp"
		return 1
	}
}

from_file() { echoes "$@" <"$work/bytes"; }
from_pipe() {
	# shellcheck disable=SC2002
	cat "$work/bytes" | echoes "$@"
}
from_slow_pipe() {
	{
		sleep 0.3
		head -c 100 "$work/bytes"
		sleep 0.3
		tail -c +101 "$work/bytes"
	} | echoes "$@"
}
for engine in bt interp; do
	for kernel in poll irq; do
		for input in file pipe slow_pipe; do
			check "a ${input/_/ }, $kernel, $engine: all its bytes" \
				"from_$input" "$kernel" --cpu "$engine"
		done
	done
done
# Where it is ready before anything else is, and at its end when the machine
# ends: races, so many times, and with others on the CPUs. (A signal that goes
# astray ends the `timeout`, which is of hostel's process group.)
many_pipes() {
	local i busy=
	for i in 1 2 3; do
		while :; do :; done &
		busy="$busy $!"
	done
	for ((i = 0; i < 40; i++)); do
		printf '\001\377' | timeout -k 1 60 "$build/hostel" run \
			--net none --debug-exit 0xf4 --kernel "$work/poll" \
			>"$work/out" 2>"$work/err"
		[ $? -eq 11 ] || break
	done
	# shellcheck disable=SC2086
	kill $busy
	# shellcheck disable=SC2086
	wait $busy 2>/dev/null
	[ "$i" -eq 40 ] || sed 's/^/# /' "$work/err"
	[ "$i" -eq 40 ]
}
check "a pipe that is ready at once, forty times" many_pipes

# --- a reset: what is in the UART goes with it (the first byte), all else waits
# again LENGTH - a reset, and that many bytes behind it
again() {
	head -c "$1" /dev/zero | tr '\0' 'y' >"$work/after"
	printf '\377' >>"$work/after"
	{ printf 'one\376'; cat "$work/after"; } >"$work/expected"
	{ printf 'one\376x'; cat "$work/after"; } >"$work/before"
	# shellcheck disable=SC2002
	cat "$work/before" | timeout -k 1 60 "$build/hostel" run --net none \
		--debug-exit 0xf4 --kernel "$work/reset" \
		>"$work/out" 2>"$work/err"
	[ $? -eq 11 ] && cmp "$work/expected" "$work/out"
}
for length in 3 100 300 5000; do
	check "a reset with $length bytes in the pipe: all but one" \
		again "$length"
done

# --- input that has nothing: the guest runs, and nobody turns in circles
# ticks PID - CPU time of a process and of all below it that run, in 10 ms
ticks() {
	local pid sum
	sum=$(awk '{ print $14 + $15 }' "/proc/$1/stat")
	for pid in $(pgrep -P "$1"); do
		sum=$((sum + $(ticks "$pid")))
	done
	echo "$sum"
}
# idle PID - in a second it uses less than a fifth of it
idle() {
	local before
	sleep 0.5
	before=$(ticks "$1")
	sleep 1
	[ $(($(ticks "$1") - before)) -lt 20 ]
}
# halted NAME - the machine $vm, whose guest is halted, waits and can be ended
halted() {
	check "$1: the machine waits, and idly" idle "$vm"
	kill "$vm"
	wait "$vm"
	check "$1: and ends with 143" [ $? -eq 143 ]
	vm=
}
halt=("$build/hostel" run --net none --kernel "$work/halt")
"${halt[@]}" </dev/null >"$work/out" 2>&1 & vm=$!
halted "/dev/null"
"${halt[@]}" <&- >"$work/out" 2>&1 & vm=$!
halted "a closed descriptor"
"${halt[@]}" <"$work/bytes" >"$work/out" 2>&1 & vm=$!
halted "a file that nobody reads"
"${halt[@]}" < <(:) >"$work/out" 2>&1 & vm=$!
halted "a pipe that is closed"
"${halt[@]}" < <(cat "$work/bytes") >"$work/out" 2>&1 & vm=$!
halted "a pipe that nobody reads"
"${halt[@]}" </dev/zero >"$work/out" 2>&1 & vm=$!
halted "/dev/zero"
"${halt[@]}" <"$work" >"$work/out" 2>&1 & vm=$!
halted "a folder"

# flooded REDIRECTED... - 40,000 bytes go out
flooded() {
	timeout -k 1 30 "$build/hostel" run --net none --debug-exit 0xf4 \
		--kernel "$work/flood" "$@"
	[ $? -eq 11 ]
}
closed() { flooded <&- >&- 2>&-; }
check "all three closed: the guest ends as it wants" closed
no_reader() { flooded </dev/null > >(:) 2>"$work/err"; }
check "output that nobody reads: the guest goes on" no_reader
full() { flooded </dev/null >/dev/full 2>"$work/err"; }
check "output to a full disk: the guest goes on" full
counted() {
	flooded </dev/null >"$work/out" 2>"$work/err" &&
		[ "$(wc -c <"$work/out")" -eq 40000 ]
}
check "output to a file: all of it" counted

# --- a pseudo-terminal
nobody() { flooded --serial pty >"$work/out" 2>"$work/err" </dev/null; }
check "--serial pty: nobody there, and the guest goes on" nobody
# pty GUEST - start it on a pseudo-terminal; sets $vm and $tty
pty() {
	rm -f "$work/err"
	"$build/hostel" run --net none --debug-exit 0xf4 --serial pty \
		--kernel "$work/$1" >"$work/out" 2>"$work/err" </dev/null &
	vm=$!
	soon 10 grep -q 'COM1 is /dev/pts/' "$work/err"
	tty=$(sed -n 's/.*COM1 is //p' "$work/err")
	[ -c "$tty" ]
}
# said BYTES - what comes from $tty is just this
said() { [ "$(timeout 10 head -c "${#1}" <"$tty")" = "$1" ]; }
check "--serial pty: it is told where" pty reset
printf 'one' >"$tty"
check "--serial pty: it carries bytes both ways, with no echo" said one
printf '\r\n\003\004two' >"$tty"
check "--serial pty: any byte, for the next program too" \
	said "$(printf '\r\n\003\004two')"
printf '\376' >"$tty"
timeout 10 head -c 1 <"$tty" >"$work/fe"
printf 'three' >"$tty"
check "--serial pty: a reset of the guest leaves it connected" said three
printf '\377' >"$tty"
wait "$vm"
check "--serial pty: the guest ends as it wants" [ $? -eq 11 ]
vm=

# --- a terminal
# terminal KERNEL - start it on one; fd 9 is who sits there, $work/screen what
# they see, with the exit status and the terminal's mode at the end
terminal() {
	rm -f "$work/keys" "$work/screen"
	mkfifo "$work/keys"
	script -qec "$build/hostel run --net none --debug-exit 0xf4 \
		--kernel $work/$1; s=\$?; echo; echo status \$s; stty -a" /dev/null \
		<"$work/keys" >"$work/screen" 2>&1 &
	vm=$!
	exec 9>"$work/keys"
	soon 10 grep -q 'Ctrl-\] quits' "$work/screen"
}
# left STATUS - the machine has ended so, and the terminal is as it was
left() {
	exec 9>&-
	wait "$vm"
	vm=
	grep -q "^status $1" "$work/screen" &&
		grep -q '[ ;]icanon' "$work/screen" &&
		grep -q '[ ;]echo ' "$work/screen" && return
	sed 's/^/# /' "$work/screen"
	return 1
}
check "a terminal: it is told how to quit" terminal poll
printf 'a\003b' >&9	# Ctrl-C is the guest's
check "a terminal: the guest gets each key" \
	soon 10 grep -q "$(printf 'a\003b')" "$work/screen"
printf '\035' >&9
check "a terminal: Ctrl-] quits" left 130
check "a terminal: and that is said" grep -q 'ended by Ctrl-\]' "$work/screen"
check "a terminal: a guest that is deaf" terminal halt
printf 'hello?\035' >&9
check "a terminal: Ctrl-] quits it, too" left 130
# mode WORD - the terminal of $machine has it
mode() { stty -a -F "$tty" | grep -q "[ ;]$1[ ;]"; }
check "a terminal: before it is stopped" terminal poll
machine=$(child hostel)
tty=$(readlink "/proc/$machine/fd/0")
check "a terminal: it is raw" soon 5 mode -icanon
kill -STOP "$machine"
stty sane -F "$tty"	# as shells do
kill -CONT "$machine"
check "a terminal: stopped and continued, it is raw again" \
	soon 5 mode -icanon
check "a terminal: and does not echo" mode -echo
printf 'q\003r' >&9
check "a terminal: and the guest gets each key" \
	soon 10 grep -q "$(printf 'q\003r')" "$work/screen"
printf '\035' >&9
check "a terminal: and it is given back" left 130
check "a terminal: once more" terminal poll
kill -9 "$(child hostel-app)"
check "a terminal is given back even if hostel-app is killed" left 70

check "nothing is left running" soon 20 none_left
finish
