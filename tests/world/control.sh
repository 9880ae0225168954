#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# control.sh - who runs a machine can end it at once, whatever its VMM does and
# however busy the host is.
#
# The limits are twenty times what it takes; where this went wrong it took ten
# seconds, or for ever.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"
. "$(dirname "$0")/lib_vmm.bash"
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
	"${hostel:-$build/hostel}" run --net "${net:-none}" \
		--kernel "$work/$1" </dev/null >"$work/out" 2>"$work/err" &
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

# asked NAME KERNEL SIGNAL - it ends with 128 + n when it gets the signal, and
# says which that was
asked() {
	check "$1: a machine" machine "$2"
	kill "-$3" "$vm"
	check "$1: SIG$3 ends it" ends $((128 + $(kill -l "$3"))) "$limit"
	check "$1: and that is said" grep -q "ended by SIG$3" "$work/err"
}

# --- a VMM that does not give the CPU back
check "a VMM that is stopped: a machine" machine loop
frozen=$(child hostel-vmm)
kill -STOP "$frozen"
kill -TERM "$vm"
check "a VMM that is stopped: SIGTERM ends the machine" ends 143 "$limit"

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
	soon "$limit" grep -q '^status 130' "$work/screen"
exec 9>&-
wait "$vm"
vm=

# --- the terminal is another job's
# job OPTION... - `hostel run` in the background of a shell with jobs; it ends
# or stops within a while
job() {
	timeout -k 1 30 script -qec "bash -c 'set -m
		$build/hostel run --net none $* &
		wait \$!; echo status \$?'" /dev/null </dev/null >"$work/screen" 2>&1
}
# job_says STATUS PATTERN
job_says() {
	grep -q "^status $1" "$work/screen" && grep -q "$2" "$work/screen" &&
		return
	{ sed 's/^/# /' "$work/screen"; echo; }
	return 1
}
job --kernel "$work/halt"
check "in the background: COM1 can not have the terminal" \
	job_says 64 "COM1 is this terminal, which another job has"
job --memory 32M
check "in the background: the screen can not either" \
	job_says 64 "the screen is shown in this terminal, which another job"
guest done <<'END'
_start:	mov $1, %al
	out %al, $0xf4
END
job --kernel "$work/done" --serial none --debug-exit 0xf4
check "in the background: without it a machine runs" job_says 3 ''

# --- SIGHUP: what its parent has ignored, as nohup(1) does, it ignores
trap '' HUP
check "nohup: a machine" machine loop
trap - HUP
kill -HUP "$vm"
sleep 0.5
check "nohup: it goes on after a SIGHUP" kill -0 "$vm"
kill -TERM "$vm"
check "nohup: SIGTERM ends it" ends 143 "$limit"
asked "a hang-up" loop HUP

# --- VMApp is stopped: who asks again is not made to wait
check "VMApp is stopped: a machine" machine loop
app=$(child hostel-app)
kill -STOP "$app"
kill -TERM "$vm"
sleep 1
kill -TERM "$vm"
check "VMApp is stopped: a second SIGTERM ends the machine" ends 143 "$limit"

# --- or not for ever: ten seconds
check "VMApp stays stopped: a machine" machine loop
app=$(child hostel-app)
kill -STOP "$app"
kill -INT "$vm"
sleep 8
check "VMApp stays stopped: it has its time" kill -0 "$vm"
check "VMApp stays stopped: one SIGINT is enough" ends 130 20
check "VMApp stays stopped: that is said" grep -q 'within ten seconds' \
	"$work/err"

# --- nobody reads what the guest says
check "output that is not read: a pipe" mkfifo "$work/pipe"
exec 8<>"$work/pipe"
"$build/hostel" run --net none --kernel "$work/flood" </dev/null \
	>"$work/pipe" 2>"$work/err" 8>&- &
vm=$!
sleep 2	# until it is full
kill -TERM "$vm"
check "output that is not read: SIGTERM ends the machine" ends 143 "$limit"
exec 8>&-

# --- a VMM that calls for ever
# ones - VMMs that do nothing else, and are deaf to signals. "says" says that
# it is ready, by another engine than was wanted, which VMApp tells the user;
# "scribbles" writes into its card's ring meanwhile.
tell='CALL(PORT_WRITE, .at = 0x3f8, .width = 1, .value = '"'!'"');'
ones() {
	vmm reads <<END &&
	$tell for (;;) CALL(PORT_READ, .at = 0x61, .width = 1);
END
		vmm works <<END &&
	$tell for (;;) CALL(CHIP_WORK, .worker = 0);
END
		vmm yields <<END &&
	$tell for (;;) CALL(YIELD);
END
		vmm halts <<END &&
	$tell for (;;) CALL(HALT, .deadline_ns = 0);
END
		vmm says <<END &&
	cross->engine_runs = ENGINE_INTERP;
	$tell for (;;) CALL(READY);
END
		vmm scribbles <<END
	struct ring_pair *r = ring_attach(door_fd_rings(0));
	$tell
	for (unsigned int i = 0; r && i < RING_SLOTS; i++)
		r->to_client.slot[i].len = 1;
	while (r) {
		cross->call.kind = HOSTCALL_CHIP_WORK;
		cross->call.worker = 0;
		atomic_store(&cross->owner, DOOR_HOST);
		worldswitch_nudge(cross);
		for (unsigned int i = 0; i < 1000000000; i++) {
			atomic_store(&r->to_client.head, 200);
			atomic_store(&r->to_client.tail, 0);
		}
	}
END
}
net=none
if vmm_possible; then
	check "VMMs that call for ever: they can be built" ones
	for kind in reads works yields halts says scribbles; do
		for signal in TERM INT; do
			case $kind in
			works | scribbles) net=nat ;;
			*) net=none ;;
			esac
			hostel=$work/$kind/hostel \
				asked "a VMM that $kind for ever" loop $signal
		done
		check "a VMM that $kind for ever: no more is said than that" \
			[ "$(wc -l <"$work/err")" -le 2 ]
	done
	net=none
else
	echo "ok VMMs that call for ever # SKIP their libraries need a sanitizer"
fi

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
