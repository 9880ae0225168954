#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# lint.sh - tools/lint's programs find what they are there for: the tree as it
# is passes, and each change that makes a comment, a filter or a document untrue
# is told, at its place.
. "$(dirname "$0")/../lib_check.bash"
python=${HOSTEL_PYTHON:-/usr/bin/python3}
if ! "$python" -c '' 2>/dev/null; then
	echo "ok lint # SKIP no python3"
	exit 0
fi

tree=$work/tree
mkdir "$tree"
tar -cf - --exclude='./build*' --exclude=./.git . | tar -xf - -C "$tree"
cd "$tree" || exit 1
# But for this file, which has all the wrong names in it.
find . -type f | sed "s|^\./||" | grep -v unit/lint.sh | sort >"$work/names"

# told PROGRAM - what it says of the tree
told() { xargs "$python" -E -B "tools/$1" <"$work/names" >"$work/said" 2>&1; }

# clean PROGRAM - it has nothing to say
clean() {
	told "$1"
	[ ! -s "$work/said" ]
	result "clean_$1" $? "$work/said"
}

# mutant NAME FILE SED TEXT - make that change of FILE; all_told() then asks for
# TEXT. Changes are such that none hides another: the program runs once for all.
names=() texts=()
mutant() {
	cp "$2" "$work/kept"
	[ -e "$work/was/$2" ] || {
		mkdir -p "$work/was/$(dirname "$2")"
		cp -p "$2" "$work/was/$2"
	}
	sed -i "$3" "$2"
	! cmp -s "$2" "$work/kept" || set -- "$1" "$2" "$3" "$2 is not changed"
	names+=("$1") texts+=("$4")
}

# all_told PROGRAM - of each of these changes it says that; then they are undone
all_told() {
	local i
	told "$1"
	for i in "${!names[@]}"; do
		grep -qF -e "${texts[i]}" "$work/said"
		result "${names[i]}" $? "$work/said"
	done
	cp -rp "$work/was/." .
	rm -rf "$work/was"
	names=() texts=()
}

# ---- #syscalls --------------------------------------------------------------
clean lint_syscalls.py
mutant filter_lets_more vmnet/switch/sandbox.c \
	's/CALL(accept4)/CALL(accept4) CALL(openat)/' \
	'openat is let through, but no #syscalls[switch] comment names it'
mutant filter_lets_less vmapp/sandbox.c 's/CALL(epoll_ctl)//' \
	'has no epoll_ctl in APP_CALLS: app would be killed'
mutant rule_by_hand vmm/sandbox.c 's/= SYS_write/= SYS_pwrite64/' \
	'pwrite64 is let through, but no #syscalls[vmm] comment names it'
mutant comment_untrue base/poll_ns.h 's/ ppoll$/ ppoll pause/' \
	'base/poll_ns.c makes no system call pause'
mutant comments_lost vmm/alarm.c 's/#syscalls.*/timer_settime/' \
	'timer_settime is let through, but no #syscalls[vmm] comment names it'
mutant not_linked vmnet/switch/port.h 's/#syscalls\[switch\]/#syscalls[vmm]/' \
	'hostel-vmm does not link this'
mutant no_such_process vmnet/switch/links.h \
	's/#syscalls\[switch\]/#syscalls[hub]/' 'hub is no walled process'
mutant table_says_more docs/THREATS.md 's/^| futex |/| futex, clone |/' \
	'vmm/sandbox.c has no clone: take it out here'
mutant table_says_less docs/THREATS.md 's/, epoll_pwait2//' \
	'vmapp/sandbox.c lets epoll_pwait2 through: add it here'
mutant table_lost docs/THREATS.md 's/^## vmnet-dhcp.*/## DHCP/' \
	'add a section that ends with (`vmnet/dhcp/dhcp_main.c`)'
mutant table_library docs/THREATS.md 's/, mremap, madvise, brk |/ |/' \
	'lets mremap through: add it here'
all_told lint_syscalls.py

# ---- names ------------------------------------------------------------------
clean lint_names.py
mutant no_such_file ARCHITECTURE.md 's/`vmm\/loop.c`/`vmm\/loops.c`/' \
	'vmm/loops.c is no file here'
mutant no_such_short_name docs/TOUR.md 's/`lance_tx.c`/`lance_txd.c`/' \
	'lance_txd.c is no file here'
mutant no_such_folder docs/GLOSSARY.md 's/`vmdriver\/`/`driver\/`/' \
	'driver/ is no file here'
mutant no_such_function docs/TOUR.md 's/`cache_add()`/`cache_put()`/' \
	'cache_put() is no function of ours'
mutant no_such_type docs/GLOSSARY.md 's/`struct frag`/`struct fragg`/' \
	'struct fragg is defined nowhere'
mutant no_such_word ARCHITECTURE.md 's/`irq_pins`/`irq_pinz`/' \
	'irq_pinz is in no source'
mutant no_such_option README.md 's/`--stamps`/`--stampz`/' \
	'--stampz is no option of ours'
mutant no_such_target CONTRIBUTING.md 's/`make fuzz`/`make fuzzy`/' \
	'fuzzy is no target of the Makefile'
mutant comment_names_no_file vmm/cpu/cpu.h 's/mmu\/tlb\.c/mmu\/mmu.c/' \
	'vmm/mmu/mmu.c is no file here'
mutant comment_names_no_function vmm/mmu/writelog.h \
	's/write_log_redo() -/log_redoes() -/' 'log_redoes() is no function here'
mutant comment_names_no_decision vmm/halt.h 's/0011/0911/' \
	'docs/decisions/0911 is no file here'
mutant head_names_no_row vmdriver/engine.def \
	's/^ \* BT_COUNT(/ * COUNT(/' 'no row here is a COUNT()'
mutant foreign_not_needed tools/lint_names.txt '$a nobody()' \
	'take this out, nobody names it: nobody()'
all_told lint_names.py

# ---- what tools/lint makes of its programs' ends ----------------------------
# A tree of one header and its source; the Python programs say nothing.
small=$work/small
mkdir -p "$small/tools" "$small/base"
cp tools/lint tools/lint.awk "$small/tools"
for f in format lint_{python,syscalls,names}.py; do
	printf '#!/bin/sh\n# SPDX-License-Identifier: BSD-2-Clause\n#\n# none.\n' \
		>"$small/tools/$f"
	chmod +x "$small/tools/$f"
done
cp base/fds.[ch] "$small/base"

# crash NAME FILE LINE - with that line at its end, that program can not look,
# and tools/lint says so
crash() {
	cp "$small/$2" "$work/kept"
	[ -z "$3" ] || echo "$3" >>"$small/$2"
	! "$small/tools/lint" >"$work/said" 2>&1 &&
		grep -q "^tools/lint: $1 failed" "$work/said"
	result "crash_$1" $? "$work/said"
	cp "$work/kept" "$small/$2"
}
"$small/tools/lint" >"$work/said" 2>&1
result "small_tree" $? "$work/said"
crash line_by_line tools/lint.awk '}'
crash python_files tools/lint_python.py 'raise OSError("no disk")'
crash said_truly tools/lint_names.py 'raise OSError("no disk")'
crash said_truly tools/lint_syscalls.py 'raise OSError("no disk")'

# ---- circles of what is built -----------------------------------------------
built=$OLDPWD/$build
[ "${build#/}" = "$build" ] || built=$build
record=docs/decisions/0017-circles.md

# circles - tools/circles of what is built, with this tree's record
circles() { tools/circles --build "$built" >"$work/said" 2>&1; }

# record_without NAME SED TEXT - with the record so, it fails and says TEXT
record_without() {
	cp $record "$work/kept"
	sed -i "$2" $record
	! circles && grep -qF -e "$3" "$work/said"
	result "$1" $? "$work/said"
	cp "$work/kept" $record
}

if [ -d "$built/obj" ]; then
	circles
	result circles_are_explained $? "$work/said"
	record_without circle_not_explained '/fpu_table\.c/d' 'not explained'
	record_without circle_is_gone '$a | `vmm/loop.c` `vmm/main.c` | why |' \
		'no such circle any more: vmm/loop.c vmm/main.c'
fi

finish
