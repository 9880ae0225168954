#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# serial.sh - what a guest sends by COM1 arrives, each byte once and in order,
# whoever reads and however slowly, in whichever world the UART answers; and
# what the VMM does to the ring hurts nobody but its own guest.
#
# The guest "poll" sends 200,000 bytes, more than the ring and a pipe can hold,
# and looks at the line status as it should; "blind" looks at nothing. "irq"
# sends them from its interrupt handler, 16 at a time, and each byte that it
# gets as well, with its top bit set; it ends when it has sent all and got a
# DELETE. "forever" sends for ever. Where each access is a world switch it is
# 20,000 bytes, unless the reader is slow.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"

# guests COUNT - the three that send so many; $work/expected.COUNT is that
guests() {
	count=$1
	guest "poll.$count" <<END
_start:	xor %ecx, %ecx
1:	mov \$0x3fd, %dx
	in %dx, %al
	test \$0x20, %al
	jz 1b
	mov \$0x3f8, %dx
	mov %cl, %al
	and \$0x7f, %al
	out %al, %dx
	inc %ecx
	cmp \$$count, %ecx
	jne 1b
	mov \$5, %al
	out %al, \$0xf4
END
	guest "blind.$count" <<END
_start:	xor %ecx, %ecx
	mov \$0x3f8, %dx
1:	mov %cl, %al
	and \$0x7f, %al
	out %al, %dx
	inc %ecx
	cmp \$$count, %ecx
	jne 1b
	mov \$5, %al
	out %al, \$0xf4
END
	guest "irq.$count" <<END
_start:	handled_by handler
	master 0xef		/* IRQ 4 alone */
	outb 0x07, 0x3fa	/* FIFOs */
	outb 0x0b, 0x3fc	/* DTR, RTS, OUT2 */
	outb 0x03, 0x3f9	/* to receive, and to send */
	sti
2:	hlt
	jmp 2b
	/* esi: sent, bl: DELETE came */
handler: mov \$0x3fa, %dx
	in %dx, %al
	test \$1, %al
	jnz 9f
	mov \$0x3fd, %dx
	in %dx, %al
	mov %al, %bh
	test \$1, %bh
	jz 4f
	mov \$0x3f8, %dx
	in %dx, %al
	cmp \$0x7f, %al
	jne 3f
	mov \$1, %bl
3:	or \$0x80, %al		/* there may be no room: a line has some */
	out %al, %dx
4:	test \$0x20, %bh
	jz handler
	mov \$16, %ecx
	mov \$0x3f8, %dx
5:	cmp \$$count, %esi
	je 6f
	mov %esi, %eax
	and \$0x7f, %al
	out %al, %dx
	inc %esi
	loop 5b
	jmp handler
6:	test %bl, %bl
	jz handler
	mov \$5, %al
	out %al, \$0xf4
9:	outb 0x20, 0x20
	iret
	idt_of 0x24
END

	bytes "$count" >"$work/expected.$count"
}
guests 20000
guests 200000
guest forever <<'END'
_start:	mov $0x3fd, %dx
	in %dx, %al
	test $0x20, %al
	jz _start
	mov $0x3f8, %dx
	out %al, %dx
	jmp _start
END
# It has no FIFOs, and takes one byte with each interrupt, as it would of a
# 16450: the next byte is a new edge, though the pin fell in that very access.
guest one <<'END'
_start:	handled_by handler
	master 0xef		/* IRQ 4 alone */
	outb 0x0b, 0x3fc	/* DTR, RTS, OUT2 */
	outb 0x01, 0x3f9	/* to receive */
	sti
2:	hlt
	jmp 2b
handler: mov $0x3f8, %dx
	in %dx, %al
	out %al, %dx
	cmp $0x7f, %al
	jne 9f
	mov $5, %al
	out %al, $0xf4
9:	outb 0x20, 0x20
	iret
	idt_of 0x24
END
# What is typed, and what comes back of it; the last one is DELETE.
for ((i = 0; i < 3000; i++)); do
	printf '%d typed\n' "$i"
done >"$work/typed"
printf '\177' >>"$work/typed"
tr '\000-\177' '\200-\377' <"$work/typed" >"$work/echoed"

# machine KERNEL OPTION... - run it; Return: as it ends
machine() {
	local kernel=$1
	shift
	timeout -k 1 100 "$build/hostel" run --net none --debug-exit 0xf4 \
		--kernel "$work/$kernel.$count" "$@"
}
# complete FILE - it has all that is sent, and what was typed if ECHO is set
complete() {
	tr -d '\200-\377' <"$1" >"$work/sent"
	cmp "$work/expected.$count" "$work/sent" >"$work/cmp" 2>&1 || {
		sed 's/^/# /' "$work/cmp"
		return 1
	}
	[ -z "${echo-}" ] || {
		tr -d '\000-\177' <"$1" >"$work/back"
		cmp "$work/echoed" "$work/back"
	}
}
to_file() {
	machine "$@" --serial "file:$work/out" </dev/null 2>"$work/err"
	[ $? -eq 11 ] && complete "$work/out"
}
# to_reader READER OPTION... - to a pipe that READER copies
to_reader() {
	local reader=$1 status
	shift
	machine "$@" 2>"$work/err" | "$reader" >"$work/out"
	status=${PIPESTATUS[0]}
	[ "$status" -eq 11 ] && complete "$work/out"
}
# slowly - copy what comes, in small pieces and with rests, as long as it lasts
slowly() { "$build/tests/world/slowly" 15 5; }
# late - a reader that comes when the guest has long been waiting, and is slow
late() {
	sleep 1
	slowly
}
slow() { to_reader late "$@" </dev/null; }
for path in all hosted; do
	for kernel in poll blind; do
		few "$path"
		check "$kernel, --io-path $path: a file gets all of it" \
			to_file "$kernel" --io-path "$path"
		count=200000
		check "$kernel, --io-path $path: a slow reader, too" \
			slow "$kernel" --io-path "$path"
	done
done
check "the interpreter, too" to_file poll --cpu interp

# --- both ways at the same time
echo=yes
typing() {
	# shellcheck disable=SC2002
	cat "$work/typed" | to_reader cat irq "$@"
}
typing_slow() {
	# shellcheck disable=SC2002
	cat "$work/typed" | to_reader late irq "$@"
}
from_file() { to_reader cat irq "$@" <"$work/typed"; }
for path in all hosted; do
	few "$path"
	check "irq, --io-path $path: both ways at once" \
		typing --io-path "$path"
	check "irq, --io-path $path: with a slow reader" \
		typing_slow --io-path "$path"
	check "irq, --io-path $path: a file comes in" \
		from_file --io-path "$path"
done
count=200000
check "irq, the interpreter: both ways at once" typing --cpu interp

# by_one OPTION... - a byte an interrupt, and each comes back
by_one() {
	head -n 20 "$work/typed" | cat - <(printf '\177') >"$work/some"
	# shellcheck disable=SC2002
	cat "$work/some" | timeout -k 1 30 "$build/hostel" run --net none \
		--debug-exit 0xf4 --kernel "$work/one" "$@" \
		>"$work/out" 2>"$work/err"
	[ "${PIPESTATUS[1]}" -eq 11 ] && cmp "$work/some" "$work/out"
}
for path in all hosted; do
	check "one, --io-path $path: each byte is an edge" \
		by_one --io-path "$path"
done

# --- a pseudo-terminal whose reader is slow, and types
# pty - start "irq" on one; sets $vm and $tty
pty() {
	rm -f "$work/err"
	machine irq --serial pty >"$work/log" 2>"$work/err" </dev/null &
	vm=$!
	soon 10 grep -q 'COM1 is /dev/pts/' "$work/err"
	tty=$(sed -n 's/.*COM1 is //p' "$work/err")
	[ -c "$tty" ]
}
# A terminal that hangs up forgets what was not read: so the guest goes on until
# all is read, and no DELETE is typed.
pty_both() {
	local reader
	pty || return
	slowly <"$tty" >"$work/out" &
	reader=$!
	head -c -1 "$work/typed" >"$tty"
	wait "$reader"
	printf '\177' >"$tty"
	printf '\377' >>"$work/out"
	wait "$vm"
	[ $? -eq 11 ] && vm= && complete "$work/out"
}
check "--serial pty: a slow reader who types" pty_both

# --- a serial port of the host: the far end of one is script's
# device_ready - sets $tty: a pseudo-terminal that stands for such a port
device_ready() {
	rm -f "$work/wire" "$work/tty"
	mkfifo "$work/wire"
	script -qec "tty >$work/tty; exec sleep $((60 * patience))" /dev/null \
		<"$work/wire" >"$work/out" 2>&1 &
	beside=$!
	exec 9>"$work/wire"
	soon 10 [ -s "$work/tty" ]
	tty=$(cat "$work/tty")
	[ -c "$tty" ]
}
# What was typed, and what came; the guest ends by the DELETE.
device_both() {
	machine irq --serial "device:$tty" >"$work/log" 2>"$work/err" \
		</dev/null &
	vm=$!
	soon 10 grep -q "COM1 is $tty" "$work/err"
	# shellcheck disable=SC2002
	cat "$work/typed" >&9
	wait "$vm"
	[ $? -eq 11 ] && vm= && soon 5 complete "$work/out"
}
check "--serial device: one is there" device_ready
stty -F "$tty" 9600
stty -F "$tty" -g >"$work/found"
check "--serial device: both ways at once" device_both
stty -F "$tty" -g >"$work/left"
check "... its settings are as they were" cmp "$work/found" "$work/left"
# device_gone - as a USB adapter that is pulled: the guest goes on
device_gone() {
	exec 9>&-
	kill -9 "$beside"
	wait "$beside" 2>/dev/null
	beside=
	soon 10 grep -q "COM1: this host's serial port has gone" "$work/err" &&
		kill -0 "$vm"
}
"$build/hostel" run --net none --kernel "$work/forever" \
	--serial "device:$tty" >"$work/log" 2>"$work/err" </dev/null &
vm=$!
soon 10 grep -q "COM1 is $tty" "$work/err"
check "--serial device: one that goes is told" device_gone
kill "$vm"
wait "$vm"
vm=
echo=

# --- who answers: the account says so
# accesses WORLD - to COM1, by the last report
accesses() {
	sed -n '/"com1": {/,/}/p' "$work/report" |
		sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p"
}
switches() {
	sed -n '/"world_switches"/,/}/s/.*"total": \([0-9]*\).*/\1/p' \
		"$work/report"
}
check "--report, all" to_file poll --report "$work/report"
check "all: no access to COM1 is the host world's" [ "$(accesses host)" -eq 0 ]
check "all: each is counted" [ "$(accesses vmm)" -ge $((2 * count)) ]
check "all: and each byte is" \
	grep -q "\"bytes_sent\": $count," "$work/report"
check "all: none was lost" grep -q '"bytes_lost": 0,' "$work/report"
check "all: next to no world switches for $count bytes" \
	[ "$(switches)" -lt 1000 ]
count=20000
check "--report, hosted" to_file poll --io-path hosted --report "$work/report"
check "hosted: each is the host world's" [ "$(accesses host)" -ge $((2 * count)) ]
check "hosted: and none the VMM's" [ "$(accesses vmm)" -eq 0 ]

# --- nobody reads, and a user who wants to quit
check "a pipe that nobody reads" mkfifo "$work/pipe"
exec 8<>"$work/pipe"
rm -f "$work/keys" "$work/screen"
mkfifo "$work/keys"
script -qec "$build/hostel run --net none --kernel $work/forever \
	>$work/pipe; echo; echo ended" /dev/null <"$work/keys" \
	>"$work/screen" 2>&1 8>&- &
vm=$!
exec 9>"$work/keys"
check "a pipe that nobody reads, a terminal" \
	soon 10 grep -q 'Ctrl-\] quits' "$work/screen"
sleep 2		# until all is full
check "a pipe that nobody reads: the guest still runs" \
	[ -n "$(child hostel-vmm)" ]
printf 'abc\035' >&9
check "a pipe that nobody reads: Ctrl-] quits" \
	soon 5 grep -q '^ended' "$work/screen"
exec 8>&- 9>&-
wait "$vm"
vm=

# --- a VMM that writes anything into COM1's registers and rings, at any time
# scribbler - one that answers no port, and calls for ports
scribbler() {
	mkdir "$work/fake"
	cat >"$work/scribbler.c" <<'END'
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "vmdriver/crosspage.h"
#include "vmdriver/doorfd.h"
#include "vmdriver/worldswitch.h"

static void *scribble(void *arg)
{
	struct pc_state *pc = &((struct crosspage *)arg)->pc;
	struct byte_line *line = &pc->line[LINE_COM1];
	unsigned int seed = 1, i;

	for (;;) {
		for (i = 0; i < sizeof(pc->com1); i++)
			((volatile uint8_t *)&pc->com1)[i] = rand_r(&seed);
		atomic_store(&line->out.head, (uint32_t)rand_r(&seed) * 2);
		atomic_store(&line->out.bytes_asked, rand_r(&seed) & 1);
		atomic_store(&line->out.room_asked, rand_r(&seed));
		atomic_store(&line->in.tail, (uint32_t)rand_r(&seed) * 2);
		atomic_store(&line->in.head, (uint32_t)rand_r(&seed) * 2);
		atomic_store(&line->in.room_asked, rand_r(&seed) & 1);
		if (rand_r(&seed) & 1)
			atomic_store(&line->out.tail, rand_r(&seed));
		line->listening = rand_r(&seed) & 1;
	}
	return NULL;
}

int main(void)
{
	struct crosspage *cross = crosspage_attach(DOOR_FD_CROSS);
	struct hostcall call = { .width = 1 };
	unsigned int seed = 2;
	pthread_t thread;

	signal(SIGTERM, SIG_IGN);
	signal(SIGALRM, SIG_IGN);
	if (pthread_create(&thread, NULL, scribble, cross))
		return 1;
	worldswitch_wait(cross, DOOR_VMM);
	for (;;) {
		call.kind = rand_r(&seed) & 1 ? HOSTCALL_PORT_WRITE :
						HOSTCALL_PORT_READ;
		call.at = 0x3f8 + (rand_r(&seed) & 7);
		call.value = rand_r(&seed);
		memcpy(&cross->call, &call, sizeof(call));
		worldswitch(cross, DOOR_VMM);
	}
}
END
	gcc -D_GNU_SOURCE -I. -pthread -o "$work/fake/hostel-vmm" \
		"$work/scribbler.c" "$build/libvmdriver.a" "$build/libmachine.a" \
		"$build/libdevices.a" "$build/libbase.a" -lseccomp &&
		cp "$build/hostel" "$work/fake"
}
# scribbled - it runs, and ends when it is told to
scribbled() {
	local status
	yes | "$work/fake/hostel" run --net none --kernel "$work/poll.$count" \
		2>"$work/err" >/dev/null &
	vm=$!
	sleep 4
	kill -TERM "$vm" || return
	soon 5 gone "$vm" || return
	wait "$vm"
	status=$?
	vm=
	echo "# status $status"
	sed 's/^/# /' "$work/err"
	[ "$status" -ne 70 ] && [ "$status" -ne 1 ]
}
case $build in
*-asan | *-ubsan | *-tsan)
	echo "ok a VMM that scribbles # SKIP its libraries need a sanitizer"
	;;
*)
	check "a VMM that scribbles: it can be built" scribbler
	check "a VMM that scribbles: VMApp goes on, and can be ended" scribbled
	;;
esac

check "nothing is left running" soon 20 none_left
finish
