#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# install.sh - `make install` into an empty folder: what is there works from
# there, man pages and completion know every option that --help names, and
# `make uninstall` leaves nothing.
. "$(dirname "$0")/lib_guest.bash"
root="$work/an empty folder"
bin=$root/usr/bin
man=$root/usr/share/man
completion=$root/usr/share/bash-completion/completions

# installer TARGET - of the build under test, which is as new as it has to be
installer() {
	local mode=
	[[ $build != build-* ]] || mode=M=${build#build-}
	env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory "$1" $mode \
		COMMIT="$(cat "$build/commit")" PREFIX=/usr DESTDIR="$root" \
		>"$work/make" 2>&1
}

# options_of PROGRAM... - those that its --help has rows for
options_of() {
	"$@" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p'
}

# page_of FILE - a man page's source, with its escapes for '-' taken away
page_of() { sed 's/\\-/-/g' "$1"; }

# complete_words WORD... - what bash would complete, one in a line
complete_words() {
	bash -uc '. "$1"; shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		_hostel; printf "%s\n" "${COMPREPLY[@]}"' \
		_ "$completion/hostel" "$@"
}

# knows NAME PAGE PROGRAM... - do its page and bash know all its options?
knows() {
	local name=$1 page=$2 option
	shift 2
	[ -s "$man/$page" ] && page_of "$man/$page" >"$work/page" &&
		options_of "$@" >"$work/options" || return
	while read -r option; do
		grep -qxF "\\fB$option\\fR" "$work/page" ||
			grep -qF "\\fB$option\\fR " "$work/page" || {
			echo "# $page does not have $option"
			return 1
		}
	done <"$work/options"
	# shellcheck disable=SC2086
	complete_words $name -- | sort >"$work/completed"
	grep . "$work/options" | sort | diff - <(grep . "$work/completed") |
		sed 's/^/# /'
	return "${PIPESTATUS[2]}"
}

# runs - a short guest from there, with a card on NAT
runs() {
	timeout -k 1 30 "$bin/hostel" run --kernel "$work/short" \
		--debug-exit 0xf4 --net nat </dev/null >"$work/said" 2>&1
}

guest short <<'END'
_start:	mov $20, %al
	out %al, $0xf4
1:	hlt
	jmp 1b
END

installer install
result "it can be installed" $? "$work/make"
check "what people start is in bin" [ "$(cd "$bin" && echo *)" = \
	"hostel nettest vmnet-adapter vmnet-bridge vmnetd" ]
check "what that starts is in libexec" \
	[ "$(cd "$root/usr/libexec/hostel" && echo *)" = \
	"hostel-disk hostel-disk-nbd hostel-screen hostel-top hostel-vmm vmnet-capture vmnet-dhcp vmnet-nat vmnet-vde" ]
check "the licence and the documents are there" eval \
	'cmp -s LICENSE "$root/usr/share/doc/hostel/LICENSE" &&
	[ -s "$root/usr/share/doc/hostel/docs/THREATS.md" ]'
check "nothing else is there, and no link" [ -z "$(find "$root" ! -type d \
	! -path "$bin/*" ! -path "$root/usr/libexec/hostel/*" \
	! -path "$root/usr/share/doc/hostel/*" ! -path "$completion/*" \
	! -path "$man/man[18]/*.[18]"; find "$root" -type l)" ]

check "it says which Hostel it is" [ "$("$bin/hostel" --version)" = \
	"$("$build/hostel" --version)" ]
# found PROGRAM - each row and what it says of it, but for those that measure
# and may say so one time and so the next
found() {
	"$1" check 2>&1 | sed -n '/^  page faults\|^  world switch/d
		s/^  \([a-zA-Z0-9].*[a-z]\)  *\(good\|note\|slower\|unable\) .*/\1 \2/p'
}
found "$build/hostel" >"$work/built"
found "$bin/hostel" >"$work/said"
grep -q '^translator' "$work/said" && cmp -s "$work/built" "$work/said"
result "it finds of this host what the build does" $? "$work/said"
runs
[ $? -eq 41 ]
result "it runs a machine with a network" $? "$work/said"
mv "$root/usr/libexec/hostel" "$work/away"
runs
[ $? -eq 69 ] && grep -q hostel-vmm "$work/said"
result "which it does with what is in libexec" $? "$work/said"
mv "$work/away" "$root/usr/libexec/hostel"
"$bin/hostel" bench cpu >"$work/said" 2>&1
[ $? -eq 69 ] && grep -q "source tree" "$work/said"
result "benches are said to be elsewhere" $? "$work/said"

# --- man pages and completion
check "vmnetd's page and completion are whole" \
	knows vmnetd man8/vmnetd.8 "$bin/vmnetd"
check "nettest's page and completion are whole" \
	knows nettest man1/nettest.1 "$bin/nettest"
check "vmnet-bridge has a page" [ -s "$man/man8/vmnet-bridge.8" ]
commands=$("$bin/hostel" help | sed -n '/^Commands/,$s/^  \([a-z]*\) .*/\1/p')
check "there are commands" [ "$(echo "$commands" | wc -w)" -gt 5 ]
# shellcheck disable=SC2086
check "bash completes them" [ "$(complete_words hostel '' | sort)" = \
	"$(printf '%s\n' $commands | sort)" ]
for command in $commands; do
	check "the page and the completion of $command are whole" \
		knows "hostel $command" "man1/hostel-$command.1" \
		"$bin/hostel" "$command"
done
check "run has options" [ "$(options_of "$bin/hostel" run | wc -l)" -gt 15 ]
check "run's page has .vmx keys" eval 'page_of "$man/man1/hostel-run.1" |
	grep -qF "\fBethernetN.connectionType\fR"'

# completes WANT WORD... - the answers, with blanks between
completes() {
	local want=$1
	shift
	check "bash completes $*" [ \
		"$(complete_words "$@" | tr '\n' ' ')" = "$want " ]
}
completes "bt interp lockstep" hostel run --cpu ''
completes "interp" hostel run --cpu = i
completes "nat,host-loopback" hostel run --net hostonly --net nat,h
completes "lo" hostel run --net bridged = lo
completes "LICENSE" hostel run --kernel LICEN
completes "LICENSE" hostel run --serial file : LICEN
completes "" hostel run --append LICEN
completes "paper" hostel bench p
: >"$work/a.vmx"
: >"$work/a.txt"
completes "$work/a.vmx" hostel run "$work/a."

tool=
command -v groff >/dev/null && tool="groff -man -ww -z"
command -v mandoc >/dev/null && tool="mandoc -T lint"
for page in "$man"/man?/*; do
	name="${page##*/} is a good man page"
	if [ -z "$tool" ]; then
		echo "# skip: there is neither groff nor mandoc"
		echo "ok $name # SKIP"
		continue
	fi
	$tool "$page" >"$work/said" 2>&1 && [ ! -s "$work/said" ]
	result "$name" $? "$work/said"
done

# --- what is not ours stays
: >"$bin/another"
installer uninstall
result "it can be uninstalled" $? "$work/make"
find "$root" ! -type d ! -name another >"$work/left"
find "$root" -type d -name '*hostel*' >>"$work/left"
[ ! -s "$work/left" ] && [ -e "$bin/another" ]
result "nothing of it is left" $? "$work/left"
finish
