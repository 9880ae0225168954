# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# lib.bash - what the long tests share: a PC that boots guests/build-disk's
# disk, and its console, that is typed at.
#
# One machine at a time: $vm is its process, $log what it says on COM1.
. "$(dirname "${BASH_SOURCE[0]}")/../boot/lib.bash"
export XDG_RUNTIME_DIR=$work
image=$guest/disk.img
vm=
[ -s "$image" ] || {
	echo "not ok $image is there: run make guest-disk"
	exit 1
}
mkfifo "$work/typed"

# power_on COMMAND... - start a machine
power_on() {
	: >"$log"	# or it would be the last machine's for a moment
	began=$(date +%s%N)
	"$@" <>"$work/typed" >"$log" 2>&1 &
	vm=$!
	pids=$vm
}

# says SECONDS PATTERN - it says so in time, and has not ended before
says() {
	local end=$((SECONDS + $1))
	until said "$2"; do
		[ "$SECONDS" -le "$end" ] && kill -0 "$vm" 2>/dev/null || return
		sleep 0.05
	done
}

# type_line TEXT - on its console; if nobody is there any more it is lost
type_line() { printf '%s\n' "$1" 1<>"$work/typed"; }

# to_login - it comes so far; sets $took, in ms since power-on
to_login() {
	says 600 '^hostel login:' || return
	took=$((($(date +%s%N) - began) / 1000000))
}

# log_in - as root, who has no password. What is typed comes back, so that an
# answer is one that was not typed.
log_in() {
	type_line root
	says 60 '^root@hostel' || return
	type_line "echo logged-in-\$((40 + 2))"
	says 30 'logged-in-42'
}
