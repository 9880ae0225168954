# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# vm.bash - one machine's console as a pipe: it is started, read line by line,
# and told what to do. For benches that drive a guest by its shell.
#
# Machines have names (hostel, qemu, native). What NAME says is in $work/NAME.log;
# its errors in $work/NAME.error. One that ends or falls silent when it should
# not ends the bench, with the end of both.
# Sourced after host.bash.
declare -A vm_pid vm_out vm_in
why_memory=

# vm_start NAME COMMAND... - its standard input stays open: see vm_tell
vm_start() {
	local name=$1 out in
	shift
	rm -f "$work/$name.out" "$work/$name.in"
	mkfifo "$work/$name.out" "$work/$name.in"
	: >"$work/$name.log"
	# For reading and writing, so that no end waits for the other.
	exec {in}<>"$work/$name.in"
	"$@" <"$work/$name.in" >"$work/$name.out" 2>"$work/$name.error" &
	vm_pid[$name]=$!
	exec {out}<"$work/$name.out"
	vm_out[$name]=$out vm_in[$name]=$in
}

# vm_tell NAME TEXT - one line for its shell
vm_tell() {
	echo "$2" >&"${vm_in[$1]}"
}

# vm_fails NAME WHAT - end the bench
vm_fails() {
	[ ! -t 2 ] || printf '\r\033[K' >&2
	echo "bench/$bench_name: $1: $2. The end of what it says:" >&2
	last_lines "$work/$1.log" "$work/$1.error"
	exit 1
}

# vm_line NAME SECONDS - read its next line into $line; it ends the bench if
# none comes in that time. Return: 1 if the machine has closed its console.
vm_line() {
	local part= status waited=0
	while :; do
		status=0 reading=yes
		IFS= read -r -t 1 line <&"${vm_out[$1]}" || status=$?
		reading=
		[ -z "$signalled" ] || exit "$signalled"
		part=$part$line
		if [ "$status" -eq 0 ]; then
			line=${part//$'\r'/}
			printf '%s\n' "$line" >>"$work/$1.log"
			return 0
		fi
		if [ "$status" -le 128 ]; then
			[ -z "$part" ] || printf '%s\n' "$part" >>"$work/$1.log"
			line=$part
			return 1
		fi
		kill -0 "${vm_pid[$1]}" 2>/dev/null || return 1
		waited=$((waited + 1))
		if [ "$waited" -ge "$2" ]; then
			printf '%s\n' "$part" >>"$work/$1.log"
			vm_fails "$1" "it says nothing for $2 seconds"
		fi
	done
}

# vm_await NAME PATTERN SECONDS - read until a line is like that, into $line
vm_await() {
	local end=$((SECONDS + $3))
	while vm_line "$1" "$3"; do
		case $line in
		$2) return 0 ;;
		*'Kernel panic'*) vm_fails "$1" "its kernel panics" ;;
		'hostel-guest: exit '*) vm_fails "$1" "its init ends" ;;
		esac
		[ "$SECONDS" -lt "$end" ] ||
			vm_fails "$1" "it does not say '$2' in $3 seconds"
	done
	vm_fails "$1" "it ended"
}

# vm_wait NAME - its console is closed: the machine's exit status
vm_wait() {
	local status=0 out=${vm_out[$1]} in=${vm_in[$1]}
	wait "${vm_pid[$1]}" || status=$?
	exec {out}<&- {in}>&-
	unset "vm_pid[$1]"
	return "$status"
}

# pss PID... - MB of these processes but for what is mapped of guest RAM
pss() {
	local p
	for p in "$@"; do
		cat "/proc/$p/smaps" 2>/dev/null || :
	done | awk '
		/^[0-9a-f]+-[0-9a-f]+ / { ram = /memfd:guest-(ram|memory)/ }
		/^Pss:/ && !ram { kb += $2 }
		END { printf "%.1f\n", kb / 1024 }'
}

# memory_note ROW PID... - a line "ROW MB" of what these take, if we may see
# that of all of them; or else the reason, in $why_memory: the VMM is not
# traceable, so for some hosts it takes root.
memory_note() {
	local p row=$1
	shift
	for p in "$@"; do
		head -c 1 "/proc/$p/smaps" >/dev/null 2>&1 || why_memory="only \
root may see what process $p, of Hostel, takes"
	done
	[ "$why_memory" ] || echo "$row $(pss "$@")"
}

# vm_hostel, vm_qemu OPTION... - start ours, and its peer, with Debian's kernel
# and $initrd, if that is set
vm_hostel() {
	rm -f "$work/report"
	vm_start hostel "$build/hostel" run --cpu "$cpu" --no-reboot \
		--kernel "$guest/vmlinuz${pae:-}" \
		--initrd "${initrd:-$guest/initrd${pae:-}}" \
		--report "$work/report" "$@"
}

vm_qemu() {
	vm_start qemu "$qemu" -accel tcg -kernel "$guest/vmlinuz${pae:-}" \
		-initrd "${initrd:-$guest/initrd${pae:-}}" -no-reboot \
		-display none -monitor none -serial stdio "$@"
}
