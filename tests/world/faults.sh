#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# faults.sh - what can break while a machine runs, and what then happens.
#
# A guest that can not go on, and each of our processes killed in turn. The
# guest "wait" runs until a byte comes on its serial line, and then leaves
# with that byte through the debug-exit port; "grow" takes a new page before,
# and "rest" is halted meanwhile: for where a machine is there for long.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"

guest triple <<'END'
_start:	lidt none
	ud2
	nop
none:	.word 0
	.long 0
END
guest leave <<'END'
_start:	mov $42, %al
	out %al, $0xf4
1:	hlt
	jmp 1b
END
guest reset <<'END'
_start:	mov $0xfe, %al
	out %al, $0x64
1:	jmp 1b
END
# waiting NAME [INSTRUCTION] - it says R; when a byte came, it executes that
# and leaves with the byte
waiting() {
	guest "$1" <<END
_start:	mov \$'R', %al
	mov \$0x3f8, %dx
	out %al, %dx
1:	mov \$0x3fd, %dx
	in %dx, %al
	test \$1, %al
	jz 1b
	${2:-}
	mov \$0x3f8, %dx
	in %dx, %al
	out %al, \$0xf4
2:	hlt
	jmp 2b
END
}
waiting wait
waiting grow "incl 0x400000"
guest rest <<'END'
_start:	mov $0x180000, %esp
	handled_by handler
	master 0xef		/* IRQ 4 alone */
	outb 0x08, 0x3fc	/* OUT2 */
	outb 0x01, 0x3f9	/* to receive */
	outb 'R', 0x3f8
1:	cli
	mov $0x3fd, %dx
	in %dx, %al
	test $1, %al
	jnz 2f
	sti
	hlt
	jmp 1b
2:	mov $0x3f8, %dx
	in %dx, %al
	out %al, $0xf4
3:	hlt
	jmp 3b
handler: push %eax
	push %edx
	outb 0x20, 0x20
	pop %edx
	pop %eax
	iret
	idt_of 0x24
END

# run STATUS ARGUMENT... - true if `hostel run` ends with that exit status
run() {
	local want=$1 status
	shift
	timeout -k 1 20 "$build/hostel" run --net none "$@" \
		>"$work/out" 2>"$work/err" </dev/null
	status=$?
	[ "$status" -eq "$want" ] || {
		echo "# exit status $status"
		return 1
	}
}

# start ARGUMENT... - the guest "wait" in the background; fd 7 is its line. With
# --kernel it is another that begins with an R.
start() {
	rm -f "$work/line"
	mkfifo "$work/line"
	"$build/hostel" run --kernel "$work/wait" --debug-exit 0xf4 "$@" \
		<"$work/line" >"$work/out" 2>"$work/err" &
	vm=$!
	exec 7>"$work/line"
	soon 10 grep -q R "$work/out" && processes >"$work/started"
}

# ended STATUS MILLISECONDS - the machine ends so, and in that time
ended() {
	local begin status
	begin=$(date +%s%N)
	wait "$vm"
	status=$?
	vm=
	exec 7>&-
	begin=$((($(date +%s%N) - begin) / 1000000))
	[ "$status" -eq "$1" ] && [ "$begin" -le "$2" ] || {
		echo "# exit status $status after $begin ms"
		return 1
	}
}

nothing_left() {
	soon 20 none_left || {
		processes | sed 's/^/# left: /'
		return 1
	}
	[ -z "$(find "$HOSTEL_VMNET_DIR" /dev/shm -newer "$work/mark" \
		\( -type s -o -name '*hostel*' \))" ]
}
touch "$work/mark"

# --- the guest
check "triple fault with --no-reboot: exit 70" \
	run 70 --kernel "$work/triple" --no-reboot
check "triple fault: says cs:eip and the bytes" \
	grep -Eqi '0?0?10:0*10001[0-9a-f].*0f 0b' "$work/err"
check "debug exit: (42 << 1) | 1" run 85 --kernel "$work/leave" \
	--debug-exit 0xf4
timeout -k 1 20 bash -c 'trap "" CHLD && exec "$@"' - "$build/hostel" run \
	--net none --kernel "$work/leave" --debug-exit 0xf4 \
	>"$work/out" 2>"$work/err" </dev/null
[ $? -eq 85 ]
result "the same where the parent has SIGCHLD ignored" $? "$work/err"
check "a reset ends the run with --no-reboot: exit 0" \
	run 0 --kernel "$work/reset" --no-reboot

# --- beside another machine of the same programs, on a network of its own
neighbour() {
	mkdir -m 700 "$work/net2"
	mkfifo "$work/line2"
	HOSTEL_VMNET_DIR=$work/net2 "$build/hostel" run --kernel "$work/rest" \
		--debug-exit 0xf4 --net nat <"$work/line2" >"$work/out2" 2>&1 &
	beside=$!
	exec 8>"$work/line2"
	soon 10 grep -q R "$work/out2"
}
check "a neighbour waits on its own line" neighbour
check "the neighbour's processes are not ours" none_left

# --- hostel-vmm
check "a machine waits on its serial line" start --net nat --net hostonly
# walled NAME - the kernel says that its calls are filtered
walled() { grep -Eq '^Seccomp:[[:space:]]2$' "/proc/$(child "$1")/status"; }
check "hostel-vmm is walled in" walled hostel-vmm
check "hostel-app is walled in" walled hostel-app
check "vmnet-nat is walled in" walled vmnet-nat
check "vmnet-dhcp is walled in" walled vmnet-dhcp
check "vmnet-switch is walled in" walled vmnet-switch
# bounded NAME - what it may take in memory is said, and is not the host's all:
# at most 1200 MB of data, where a guest of 256 MB has all that it can
bounded() {
	awk '$1 " " $2 " " $3 == "Max data size" { data = $4 }
		$1 " " $2 " " $3 == "Max address space" { space = $4 }
		END { exit !(data ~ /^[0-9]+$/ && space ~ /^[0-9]+$/ &&
			data + 0 <= 1200e6) }' "/proc/$(child "$1")/limits"
}
for name in hostel-vmm hostel-app vmnet-nat vmnet-dhcp vmnet-switch; do
	case $build in
	*-asan | *-tsan)
		echo "ok the memory of $name is limited # SKIP the sanitizer's" \
			"run-time covers terabytes"
		;;
	*) check "the memory of $name is limited" bounded "$name" ;;
	esac
done
# score NAME - the kernel's OOM killer takes the highest first
score() { cat "/proc/$(child "$1")/oom_score_adj"; }
vmm_first() {
	[ "$(score hostel-app)" -eq 1000 ] ||
		[ "$(score hostel-vmm)" -gt "$(score hostel-app)" ]
}
check "where memory ends, hostel-vmm goes before hostel-app" vmm_first
kill -9 "$(child hostel-vmm)"
check "hostel-vmm killed: exit 70 within a second" ended 70 1000
check "hostel-vmm killed: VMApp says so" grep -qi 'hostel-vmm' "$work/err"
check "hostel-vmm killed: nothing is left" nothing_left

# --- a VMM that must give up: it has no standard error, and is heard
one_sentence() { [ "$(wc -l <"$work/err")" -eq 1 ] && grep -q "$1" "$work/err"; }
no_memory() {
	check "no memory for the VMM: a machine waits" start --net nat \
		--kernel "$work/grow"
	prlimit --pid "$(child hostel-vmm)" --as=1
	printf '\005' >&7
	check "no memory for the VMM: exit 70" ended 70 3000
	check "no memory for the VMM: VMApp says why in one sentence" one_sentence \
		'hostel-vmm gave up, the guest is lost: guest memory can not be mapped'
	check "no memory for the VMM: nothing is left" nothing_left
}
case $build in
*-asan | *-tsan)
	echo "ok no memory for the VMM # SKIP the sanitizer's run-time ends first"
	;;
*) no_memory ;;
esac

# --- VMNet
# carded N - the report says that the card's link changed N times or more
carded() {
	[ "$(sed -n 's/.*"link_changes": \([0-9]*\).*/\1/p' \
		"$work/report.json" | head -n 1)" -ge "$1" ]
}
# running NAME - our NAME. Of vmnetd it is the one that keeps the switch: a busy
# host may still show another, which found that it is not needed.
running() {
	case $1 in
	vmnetd) ps -o ppid= -p "$(child vmnet-switch)" | tr -d ' ' ;;
	*) child "$1" ;;
	esac
}
# The last one's guest is halted, the others' run.
for victim in vmnetd vmnet-switch vmnet-nat; do
	kernel=wait
	[ "$victim" != vmnet-nat ] || kernel=rest
	check "$victim: a machine waits" start --net nat \
		--kernel "$work/$kernel" --report "$work/report.json"
	old=$(running "$victim")
	kill -9 "$old"
	again() { new=$(child "$victim") && [ "$new" != "$old" ]; }
	check "$victim killed: it is back by itself" soon 20 again
	sleep 1.5
	check "$victim killed: the guest goes on" kill -0 "$vm"
	printf '\005' >&7
	check "$victim killed: the guest ends as it wants" ended 11 3000
	check "$victim killed: the card's link went down and up" carded 3
	check "$victim killed: nothing is left" nothing_left
done

# --- hostel
check "hostel: a machine waits" start --net nat
kill -9 "$vm"
wait "$vm" 2>/dev/null
vm=
exec 7>&-
# ... but the name of its control socket, which the next machine takes away.
check "hostel killed with -9: no process is left" soon 20 none_left
check "hostel killed with -9: the next machine waits" start --net nat
printf '\005' >&7
check "hostel killed with -9: the next guest ends as it wants" ended 11 3000
check "hostel killed with -9: nothing is left" nothing_left

check "hostel-app: a machine waits" start --net nat
kill -9 "$(child hostel-app)"
check "hostel-app killed: exit 70 within a second" ended 70 1000
check "hostel-app killed: hostel says so" grep -q 'hostel-app was' "$work/err"
check "hostel-app killed: nothing is left" nothing_left

# --- signals
for signal in TERM INT HUP; do
	check "SIG$signal: a machine waits" start --net nat
	kill -s "$signal" "$vm"
	wait "$vm" 2>/dev/null
	vm=
	exec 7>&-
	check "SIG$signal ends all" nothing_left
done

# --- a VMM that does not give the CPU back, and beside it one that is asked
# and then stands still, as all of its machine does, just as long
# ten_seconds - was it that, from $asked on?
ten_seconds() {
	local took=$((($(date +%s%N) - asked) / 1000000))
	[ "$took" -ge 9000 ] || {
		echo "# ended after $took ms"
		return 1
	}
}
check "a VMM that stops: a machine waits" start --net nat
kill -STOP "$(child hostel-vmm)"
app=$(pgrep -P "$beside" -x hostel-app)
frozen=$(pgrep -P "$app" -x hostel-vmm)
kill -STOP "$frozen"
asked=$(date +%s%N)
printf '\005' | tee "$work/line" >&8
sleep 0.5
kill -STOP "$beside" "$app"
check "a VMM that stops is ended: exit 70" ended 70 20000
check "a VMM that stops has ten seconds" ten_seconds
check "a VMM that stops: VMApp says so in one sentence" \
	one_sentence 'did not give the CPU back .* the guest is lost'
sleep 1
kill -CONT "$beside" "$app" "$frozen"
wait "$beside"
check "the neighbour noticed nothing: it ends as it wants" [ $? -eq 11 ]
finish
