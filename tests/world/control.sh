#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# control.sh - who runs a machine can end it at once, whatever its VMM does and
# however busy the host is.
#
# The limits are twenty times what it takes; where this went wrong it took ten
# seconds, or for ever.
. "$(dirname "$0")/lib_guest.bash"
limit=5	# seconds
load=

tidy_guests=$(declare -f tidy)
eval "${tidy_guests/tidy/tidy_machines}"
rested() {
	# shellcheck disable=SC2086
	[ -z "$load" ] || { kill $load; wait $load; } 2>/dev/null
	load=
}
tidy() {
	rested
	tidy_machines
}

guest loop <<'END'
_start:	mov $'!', %al
	mov $0x3f8, %dx
	out %al, %dx
1:	jmp 1b
END
guest halt <<'END'
_start:	mov $'!', %al
	mov $0x3f8, %dx
	out %al, %dx
	cli
	hlt
END
guest flood <<'END'
_start:	mov $'!', %al
	mov $0x3f8, %dx
1:	out %al, %dx
	jmp 1b
END

# machine KERNEL - start it; it runs when it says "!"
machine() {
	rm -f "$work/out"
	"${hostel:-$build/hostel}" run --net none --kernel "$work/$1" \
		</dev/null >"$work/out" 2>"$work/err" &
	vm=$!
	soon 60 grep -q '!' "$work/out"
}

# ends STATUS WITHIN - it does, after it was asked
ends() {
	local from=$EPOCHREALTIME status
	soon "$2" gone "$vm" || return 1
	wait "$vm"
	status=$?
	vm=
	echo "# $(awk -v a="$from" -v b="$EPOCHREALTIME" \
		'BEGIN { printf "%.2f s", b - a }'), status $status"
	[ "$status" -eq "$1" ] || { sed 's/^/# /' "$work/err"; return 1; }
}
gone() { ! kill -0 "$1" 2>/dev/null; }

# asked NAME KERNEL SIGNAL - it ends with 0 when it gets the signal
asked() {
	check "$1: a machine" machine "$2"
	kill "-$3" "$vm"
	check "$1: SIG$3 ends it" ends 0 "$limit"
}

# --- a VMM that does not give the CPU back
check "a VMM that is stopped: a machine" machine loop
frozen=$(child hostel-vmm)
kill -STOP "$frozen"
kill -TERM "$vm"
check "a VMM that is stopped: SIGTERM ends the machine" ends 0 "$limit"

# terminal KERNEL - start it on a terminal; fd 9 is who sits there
terminal() {
	rm -f "$work/keys" "$work/screen"
	mkfifo "$work/keys"
	script -qec "$build/hostel run --net none --kernel $work/$1; \
		s=\$?; echo; echo status \$s" /dev/null \
		<"$work/keys" >"$work/screen" 2>&1 &
	vm=$!
	exec 9>"$work/keys"
	soon 60 grep -q '^!' "$work/screen"
}
check "a VMM that is stopped, a terminal: a machine" terminal loop
frozen=$(child hostel-vmm)
kill -STOP "$frozen"
printf 'abc\035' >&9
check "a VMM that is stopped, a terminal: Ctrl-] quits" \
	soon "$limit" grep -q '^status 0' "$work/screen"
exec 9>&-
wait "$vm"
vm=

# --- VMApp is stopped: who asks again is not made to wait
check "VMApp is stopped: a machine" machine loop
app=$(child hostel-app)
kill -STOP "$app"
kill -TERM "$vm"
sleep 1
kill -TERM "$vm"
check "VMApp is stopped: a second SIGTERM ends the machine" ends 70 "$limit"

# --- nobody reads what the guest says
check "output that is not read: a pipe" mkfifo "$work/pipe"
exec 8<>"$work/pipe"
"$build/hostel" run --net none --kernel "$work/flood" </dev/null \
	>"$work/pipe" 2>"$work/err" 8>&- &
vm=$!
sleep 2	# until it is full
kill -TERM "$vm"
check "output that is not read: SIGTERM ends the machine" ends 0 "$limit"
exec 8>&-

# --- a VMM that calls for ever
# caller - a VMM that does nothing else, and is deaf to signals
caller() {
	mkdir "$work/fake"
	cat >"$work/caller.c" <<'END'
#include <signal.h>
#include <string.h>
#include "vmdriver/crosspage.h"
#include "vmdriver/doorfd.h"
#include "vmdriver/worldswitch.h"

int main(void)
{
	struct hostcall call = { .kind = HOSTCALL_PORT_WRITE, .port = 0x3f8,
				 .width = 1, .value = '!' };
	struct crosspage *cross = crosspage_attach(DOOR_FD_CROSS);

	signal(SIGTERM, SIG_IGN);
	signal(SIGALRM, SIG_IGN);
	worldswitch_wait(cross, DOOR_VMM);
	for (;;) {
		memcpy(&cross->call, &call, sizeof(call));
		worldswitch(cross, DOOR_VMM);
		call.port = 0x61;	/* nothing of VMApp's is there */
		call.kind = HOSTCALL_PORT_READ;
	}
}
END
	gcc -D_GNU_SOURCE -I. -o "$work/fake/hostel-vmm" "$work/caller.c" \
		"$build/libvmdriver.a" "$build/libbase.a" -lseccomp &&
		cp "$build/hostel" "$work/fake"
}
case $build in
*-asan | *-ubsan | *-tsan)
	echo "ok a VMM that calls for ever # SKIP its libraries need a sanitizer"
	;;
*)
	check "a VMM that calls for ever: it can be built" caller
	hostel=$work/fake/hostel asked "a VMM that calls for ever" loop TERM
	;;
esac

# --- a busy host: eight that never rest
for _ in 1 2 3 4 5 6 7 8; do
	while :; do :; done &
	load="$load $!"
done
for kernel in loop halt; do
	asked "a busy host, $kernel" "$kernel" TERM
	asked "a busy host, $kernel" "$kernel" INT
done
rested

check "nothing is left running" soon 20 none_left
finish
