#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# privileges.sh - what the processes of a machine could still reach: no
# capabilities, no files, none of the host's namespaces and no descriptor of
# whoever started it; on a poorer host what `hostel check` says.
. "$(dirname "$0")/lib_guest.bash"

guest wait <<'END'
_start:	mov $'R', %al
	mov $0x3f8, %dx
	out %al, %dx
1:	hlt
	jmp 1b
END

# start - the guest, in the background. It inherits a descriptor that is open
# for reading, as from a shell or a build.
start() {
	"$build/hostel" run --kernel "$work/wait" --net vmnet7 --serial \
		"file:$work/out" 2>"$work/err" </dev/null 88<"$work/secret" &
	vm=$!
	soon 10 grep -q R "$work/out" || sed 's/^/# /' "$work/err"
}

stop() {
	kill -TERM "$vm"
	wait "$vm"
	vm=
	soon 10 none_left
}

field() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }

# no_capabilities PID - in no set; the bounding set is another matter, which
# only root, or who has a namespace of his own, can empty
no_capabilities() {
	local set
	for set in CapInh CapPrm CapEff CapAmb; do
		[ "$(field "$1" $set)" = 0000000000000000 ] || return
	done
	[ "$(field "$1" NoNewPrivs)" = 1 ] && [ "$(field "$1" Seccomp)" = 2 ]
}
no_bounds() { [ "$(field "$1" CapBnd)" = 0000000000000000 ]; }

# own NAME PID - it has another namespace of that kind than we have
own() {
	[ "$(readlink "/proc/$2/ns/$1")" != "$(readlink "/proc/self/ns/$1")" ]
}
empty_root() { [ -z "$(ls -A "/proc/$1/root/")" ]; }
holds_nothing() {
	! find "/proc/$1/fd" -lname "$work/secret" | grep -q .
}

# wall WORDS - `hostel check` says that there is this one
wall() { "$build/hostel" check | grep '^  walls ' | grep -q "$1"; }

# check_if WALL NAME COMMAND... - where this host has it, and we may look
check_if() {
	local wall=$1 name=$2
	shift 2
	case $build/$wall/$name in
	*-tsan/*)
		echo "ok $name # SKIP the sanitizer's thread keeps what it has"
		return ;;
	*-asan/"empty root"/hostel-vmm:*)
		echo "ok $name # SKIP the sanitizer looks into files"
		return ;;
	esac
	if [ "$(id -u)" != 0 ]; then
		echo "ok $name # SKIP only root can look into such a process"
	elif ! wall "$wall"; then
		echo "ok $name # SKIP this host has no such wall: $wall"
	else
		check "$name" "$@"
	fi
}

holds_it() { ! holds_nothing "$1"; }

echo secret >"$work/secret"
start
check_if "no capabilities" "hostel holds what it was given" holds_it "$vm"
for name in hostel-app hostel-vmm vmnet-switch; do
	pid=$(child $name)
	check "$name: no capabilities" no_capabilities "$pid"
	check_if "own user" "... nor any that could come back" no_bounds "$pid"
	check_if "own user" "... its own user namespace" own user "$pid"
	check_if "own IPC" "... IPC namespace" own ipc "$pid"
	check_if "own network" "... network namespace" own net "$pid"
	check_if "empty root" "$name: no files" empty_root "$pid"
	check_if "no capabilities" "... no descriptor of who started it" \
		holds_nothing "$pid"
done
check "it ends as ever" stop

# --- whoever has given up its files asks for none: what it needs it has looked
# at before, or it does without and nobody notices
traced() {
	strace -ff -o "$work/trace" -e trace=%file,capset "$build/hostel" run \
		--kernel "$work/leave" --debug-exit 0xf4 --net nat \
		--net hostonly --report "$work/report" </dev/null \
		>"$work/out" 2>"$work/err"
	[ $? -eq 11 ] || { sed 's/^/# /' "$work/err"; return 1; }
}
# (A call with an empty name is about a descriptor.)
asks_for_none() {
	awk 'FNR == 1 { behind = 0 }
		/^capset/ { behind = 1; walls++; next }
		/^[a-z0-9_]+\(/ && behind && !/, "",/ {
			print "# " $0
			bad = 1
		}
		END { exit bad || walls < 4 }' "$work"/trace.*
}
guest leave <<'END'
_start:	mov $5, %al
	out %al, $0xf4
1:	hlt
	jmp 1b
END
case $build in
*-asan | *-tsan)
	echo "ok behind the walls nobody asks for a file" \
		"# SKIP the sanitizer looks into files" ;;
*)	if ! strace -o "$work/trace" true 2>/dev/null; then
		echo "ok behind the walls nobody asks for a file" \
			"# SKIP no strace, or it may not look here"
	else
		rm "$work/trace"
		check "a machine under strace" traced
		check "behind the walls nobody asks for a file" asks_for_none
	fi ;;
esac
soon 20 none_left

export HOSTEL_HOST=no-namespaces,no-landlock
start
for name in hostel-app hostel-vmm vmnet-switch; do
	check "no namespaces: $name runs, without capabilities" \
		no_capabilities "$(child $name)"
done
check "... and ends as ever" stop
check "... and hostel check says that a wall is missing" eval \
	'"$build/hostel" check | grep -A 1 "^  walls *note" | grep -q "no second wall"'
finish
