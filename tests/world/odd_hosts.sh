#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# odd_hosts.sh - hosts with less than usual: calls that a container denies or a
# kernel lacks, no /proc, small or odd limits, a report that goes to a FIFO, a
# folder with a long name, a hang-up. It just works, or there is a sentence.
#
# (tests/hosts boots stock kernels on poorer hosts. Here it is about how a
# machine begins and, above all, ends.)
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"
deny=$build/tests/hosts/deny
limit=10	# seconds, for what takes one at most
trap '' PIPE	# a machine that is gone fails a check, no more

guest loop <<'END_GUEST'
_start:	mov $'R', %al
	mov $0x3f8, %dx
	out %al, %dx
1:	jmp 1b
END_GUEST
guest reset <<'END_GUEST'
_start:	mov $'R', %al
	mov $0x3f8, %dx
	out %al, %dx
	mov $0xfe, %al
	out %al, $0x64
1:	jmp 1b
END_GUEST
guest flood <<'END_GUEST'
_start:	mov $'R', %al
	mov $0x3f8, %dx
1:	out %al, %dx
	jmp 1b
END_GUEST
# It leaves with the byte that comes, through the debug-exit port.
guest wait <<'END_GUEST'
_start:	mov $'R', %al
	mov $0x3f8, %dx
	out %al, %dx
1:	mov $0x3fd, %dx
	in %dx, %al
	test $1, %al
	jz 1b
	mov $0x3f8, %dx
	in %dx, %al
	out %al, $0xf4
2:	hlt
	jmp 2b
END_GUEST

# start GUEST COMMAND... - of which `hostel run` is the end: in the background,
# until it has said R; fd 7 is its line. The guest is one from above, or a path.
start() {
	local kernel=$1
	[ "${kernel#/}" != "$kernel" ] || kernel=$work/$kernel
	shift
	rm -f "$work/line" "$work/out"
	mkfifo "$work/line"
	"$@" --kernel "$kernel" --memory 32M --debug-exit 0xf4 \
		<"$work/line" >"$work/out" 2>"$work/err" &
	vm=$!
	exec 7>"$work/line"
	soon "$limit" grep -qs R "$work/out"
}

# ended STATUS [SECONDS] - the machine ends so, and in that time
ended() {
	local status
	soon "${2:-$limit}" gone "$vm" || {
		echo "# it does not end"
		sed 's/^/# /' "$work/err"
		kill -9 "$vm"
		wait "$vm" 2>/dev/null
		vm=
		return 1
	}
	wait "$vm"
	status=$?
	vm=
	exec 7>&-
	[ "$status" -eq "$1" ] || {
		echo "# exit status $status"
		sed 's/^/# /' "$work/err"
		return 1
	}
}

# leaves - as it is told to by its line
leaves() {
	printf '\005' >&7
	ended 11
}

# told SIGNAL STATUS
told() {
	kill -s "$1" "$vm"
	ended "$2"
}

# lives N - it has begun so often
lives() { [ "$(tr -dc R <"$work/out" | wc -c)" -ge "$1" ]; }

# said PATTERN - in one line, which is all that there is
said() {
	[ "$(wc -l <"$work/err")" -eq 1 ] && grep -Eq "$1" "$work/err" || {
		sed 's/^/# said: /' "$work/err"
		return 1
	}
}

# quits NAME GUEST COMMAND... - on a terminal: Ctrl-] ends it with status 130
quits() {
	local name=$1 kernel=$work/$2
	shift 2
	rm -f "$work/keys" "$work/screen"
	mkfifo "$work/keys"
	script -qec "$* --net none --kernel $kernel; s=\$?; echo; \
		echo status \$s" /dev/null <"$work/keys" >"$work/screen" 2>&1 &
	vm=$!
	exec 9>"$work/keys"
	soon "$limit" grep -qs 'R' "$work/screen" && printf '\035' >&9 &&
		soon "$limit" grep -qs '^status 130' "$work/screen"
	result "$name: Ctrl-] ends it" $? "$work/screen"
	exec 9>&-
	soon "$limit" gone "$vm" || kill -9 "$vm"
	wait "$vm"
	vm=
}

# --- system calls that answer with an error: a machine begins and ends as ever
# denied CALLS ERRNO
denied() {
	local name="$1: $2" calls=${1//,/=$2,}=$2 frozen
	local run=("$deny" "$calls" -- "$build/hostel" run)
	check "$name: a machine on a network" start wait "${run[@]}" \
		--net hostonly
	check "$name: it leaves" leaves
	check "$name: another machine" start loop "${run[@]}" --net none
	check "$name: SIGTERM ends it" told TERM 143
	check "$name: one that resets itself" start reset "${run[@]}" --net none
	check "$name: again and again" soon "$limit" lives 3
	check "$name: SIGINT ends it" told INT 130
	check "$name: one whose VMM stops" start loop "${run[@]}" --net none
	frozen=$(child hostel-vmm)
	kill -STOP "$frozen"
	check "$name: SIGTERM ends it, too" told TERM 143
	quits "$name: a terminal" loop "${run[@]}"
	quits "$name: a terminal, resets" reset "${run[@]}"
}
for errno in EPERM ENOSYS; do
	for calls in close_range pidfd_open pidfd_send_signal \
		close_range,pidfd_open,pidfd_send_signal; do
		denied "$calls" "$errno"
	done
done
check "nothing is left of them" soon 20 none_left

# The watcher's own end of a VMM: after ten seconds.
check "no way but its number: a machine" start wait \
	"$deny" pidfd_open=EPERM,pidfd_send_signal=EPERM -- "$build/hostel" run \
	--net none
frozen=$(child hostel-vmm)
kill -STOP "$frozen"
printf '\005' >&7
check "no way but its number: a VMM that does not give the CPU back is ended" \
	ended 70 30
check "no way but its number: and that is said" said \
	'hostel-vmm did not give the CPU back'

# Who can signal nobody could not end a machine: it is not begun.
for calls in kill=EPERM kill=ENOSYS kill=EPERM,pidfd_send_signal=EPERM; do
	"$deny" "$calls" -- "$build/hostel" run --net none \
		--kernel "$work/loop" </dev/null >"$work/out" 2>"$work/err" &
	vm=$!
	check "$calls: no machine" ended 69
	check "$calls: one sentence" said 'lets a process send no signals'
done
check "nothing is left of them, either" soon 20 none_left

# --- no /proc, and no /dev: a folder with what the programs need is the root
# root - make $work/root
root() {
	local file
	mkdir -p "$work"/root/{bin,tmp} || return
	for file in hostel hostel-vmm vmnetd vmnet-nat vmnet-dhcp; do
		cp "$build/$file" "$work/root/bin/" || return
		ldd "$build/$file" | grep -o '/[^ ]*' >>"$work/libs"
	done
	sort -u "$work/libs" | while read -r file; do
		mkdir -p "$work/root/${file%/*}" &&
			cp -L "$file" "$work/root$file" || return
	done
	cp "$work/wait" "$work/root/"
}
enter=chroot
[ "$(id -u)" = 0 ] || enter="unshare -r chroot"
case $build in
*-asan | *-tsan)
	echo "ok no /proc # SKIP the sanitizer's run-time needs it" ;;
*)	check "no /proc: a folder without" root
	if ! $enter "$work/root" /bin/hostel help >"$work/err" 2>&1; then
		echo "ok no /proc # SKIP no chroot: $(head -n 1 "$work/err")"
	else
		for net in none hostonly; do
			for calls in "" close_range=ENOSYS; do
				check "no /proc, --net $net $calls: a machine" \
					start /wait env -u HOSTEL_VMNET_DIR \
					"$deny" $calls -- $enter "$work/root" \
					/bin/hostel run --net $net
				check "... and it leaves" leaves
			done
		done
	fi ;;
esac

# --- ulimit
run=("$build/hostel" run --net none)
( ulimit -f 1024 && "${run[@]}" --kernel "$work/loop" </dev/null \
	>"$work/out" 2>"$work/err" ) &
vm=$!
check "ulimit -f, too small for guest RAM: no machine" ended 69
check "ulimit -f: one sentence, that names it" said "ulimit -f"

# lowered BYTES - the running machine's files may not be longer
lowered() { prlimit --pid "$(child hostel-app)" --fsize="$1"; }
check "ulimit -f and --serial file: a machine" start flood "${run[@]}" \
	--serial "file:$work/out"
check "ulimit -f: it gets a limit" lowered 100000
check "ulimit -f: what can not be written is told" \
	soon "$limit" grep -q 'can not be written.*File too large' "$work/err"
check "ulimit -f: the machine goes on" kill -0 "$vm"
check "ulimit -f: ... and ends when told to" told TERM 143

check "ulimit -f and --report: a machine" start wait "${run[@]}" \
	--report "$work/report"
kill -USR1 "$vm"
check "ulimit -f: a first report" soon "$limit" grep -q '^}' "$work/report"
check "ulimit -f: it gets a limit, which that is over already" lowered 200
check "ulimit -f: the machine ends as it wants" leaves
check "ulimit -f: that there is no report is told" said 'can not write'

# A thread's stack is as large as that, if nobody says otherwise.
for stack in 1000000 unlimited; do
	if ! (ulimit -s "$stack") 2>/dev/null; then
		echo "ok ulimit -s $stack # SKIP this user may not"
		continue
	fi
	check "ulimit -s $stack: a machine" start wait \
		bash -c "ulimit -s $stack"' && exec "$@"' - "${run[@]}"
	check "ulimit -s $stack: it leaves" leaves
done

# --- what is written to a FIFO
mkfifo "$work/fifo"
# waits OPTION VALUE [WHO] - for somebody to read, and that is said
waits() {
	"${run[@]}" --kernel "$work/loop" "$1" "$2" </dev/null \
		>"$work/out" 2>"$work/err" &
	vm=$!
	check "$1 to a FIFO that nobody reads: it says that it waits" \
		soon "$limit" grep -q -e "${3:-$1}.*waiting for somebody" "$work/err"
	check "... and can be ended" told TERM 143
}
waits --report "$work/fifo"
waits --dump "$work/fifo"
waits --serial "file:$work/fifo" COM1
cat "$work/fifo" >"$work/report" &
reader=$!
check "a report for a FIFO: a machine" start wait "${run[@]}" \
	--report "$work/fifo"
check "a report for a FIFO: it leaves" leaves
wait "$reader"
"$build/hostel" report "$work/report" >"$work/table" 2>&1
result "a report for a FIFO: it is whole" $? "$work/table"
check "a report for a FIFO: not a word more" [ ! -s "$work/err" ]

# --- folders with long names: sun_path has 108 bytes
# runtime LENGTH - $XDG_RUNTIME_DIR has so many letters
runtime() {
	export XDG_RUNTIME_DIR=$work/
	while [ "${#XDG_RUNTIME_DIR}" -lt "$1" ]; do
		XDG_RUNTIME_DIR+=x
	done
	mkdir -p -m 700 "$XDG_RUNTIME_DIR"
}
named() { [ -S "$XDG_RUNTIME_DIR/hostel/vmnet.sock" ]; }
for length in 75 89; do
	if [ "${#work}" -ge 74 ]; then
		echo "ok a folder of $length letters # SKIP TMPDIR is longer"
		continue
	fi
	runtime "$length"
	check "a folder of $length letters: a machine" start wait \
		env -u HOSTEL_VMNET_DIR "$build/hostel" run --net hostonly
	check "a folder of $length letters: VMNet's socket is there" named
	check "a folder of $length letters: the machine leaves" leaves
	soon 20 eval '! named' || failures=$((failures + 1))
done
runtime 90
env -u HOSTEL_VMNET_DIR "$build/hostel" run --net hostonly \
	--kernel "$work/loop" </dev/null >"$work/out" 2>"$work/err" &
vm=$!
check "a folder of 90 letters: no machine" ended 69
check "a folder of 90 letters: what to do is said" \
	grep -q "too long; set HOSTEL_VMNET_DIR to a shorter one" "$work/err"
unset XDG_RUNTIME_DIR

# --- a hang-up, as of a terminal's whole job, where it is ignored
check "nohup: a machine" start wait setsid bash -c 'trap "" HUP; exec "$@"' - \
	"$build/hostel" run --net hostonly
kill -HUP -- "-$vm"
kill -HUP "$vm"
sleep 0.5
check "nohup: it goes on after a SIGHUP for all of it" leaves
check "nothing is left at the end" soon 20 none_left
finish
