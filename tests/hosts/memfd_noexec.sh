#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# memfd_noexec.sh - on a host that lets no memfd be executed
# (vm.memfd_noexec 1), or none be made that could be (2). The setting is one of
# a process namespace and goes with it.
. "$(dirname "$0")/lib_hosts.bash"
setting=/proc/sys/vm/memfd_noexec

# inside VALUE COMMAND... - run it with that setting
cat >"$work/set" <<EOF
#!/bin/sh
echo "\$1" >$setting && shift && exec "\$@"
EOF
inside() {
	# shellcheck disable=SC2086
	unshare $way sh "$work/set" "$@"
}

# able - can it be set? Also by who is root in a namespace only.
able() {
	[ -e "$setting" ] || { why="no $setting (Linux 6.3)"; return 1; }
	why="only root may set $setting, in a namespace of processes"
	for way in "-pf --mount-proc" "-rUpf --mount-proc"; do
		inside 2 true 2>/dev/null && return
	done
	return 1
}

able || {
	echo "ok machines start where no memfd may be executed # SKIP $why"
	exit
}
for value in 1 2; do
	# shellcheck disable=SC2086
	beside boots "memfd_noexec $value" unshare $way sh "$work/set" \
		"$value" "$build/hostel" run
done
all_done
for t in unit/kernel unit/guestmem world/door unit/bt_flow; do
	inside 2 "$build/tests/${t}_test" >"$work/short" 2>&1
	result "memfd_noexec 2: tests/${t}_test.c" $? "$work/short"
done
finish
