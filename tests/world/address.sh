#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# address.sh - a card's address stays what it is: in all lives of a machine,
# and in all runs of one that has a name or a file. Others have others.
. "$(dirname "$0")/lib_guest.bash"

# The guest says what its first two cards' address PROMs hold, and resets.
guest address <<'END'
_start:	mov $0x80000, %esp
	mov $0xc000, %edi
	call card
	mov $0xc020, %edi
	call card
	mov $10, %al
	mov $0x3f8, %dx
	out %al, %dx
	mov $6, %al
	mov $0xcf9, %dx
	out %al, %dx
1:	hlt
	jmp 1b
card:	mov $6, %ecx
1:	mov %edi, %edx
	in %dx, %al
	inc %edi
	mov %al, %bl
	shr $4, %al
	call digit
	mov %bl, %al
	and $15, %al
	call digit
	loop 1b
	mov $32, %al
	mov $0x3f8, %dx
	out %al, %dx
	ret
digit:	cmp $10, %al
	sbb $0x69, %al
	das
	mov $0x3f8, %dx
	out %al, %dx
	ret
END

# lives N - so many lives have said their addresses
lives() { [ "$(wc -l <"$work/out")" -ge "$1" ]; }

# addresses ARGUMENT... - those of a machine's first lives, each once. It is
# hostel's, or ${in[@]}'s.
in=()
addresses() {
	: >"$work/out"
	"${in[@]}" "$build/hostel" run "$@" --kernel "$work/address" \
		--net hostonly --net vmnet9 </dev/null \
		>"$work/out" 2>"$work/err" &
	vm=$!
	soon 20 lives 4
	kill -TERM "$vm"
	wait "$vm"
	vm=
	head -n 4 "$work/out" | sort -u
}
# both ADDRESSES - one line, both cards, both in VMware's range
both() { grep -Eqx '(000C29[0-9A-F]{6} ){2}' <<<"$1" && [ "${1% * }" != "${1#* }" ]; }

first=$(addresses)
second=$(addresses)
check "one address for all lives, in VMware's range" both "$first"
check "another run has another" [ "$first" != "$second" ]

first=$(addresses --name one)
check "--name: one address" both "$first"
check "--name: the same in each run" [ "$first" = "$(addresses --name one)" ]
check "--name: another name has another" \
	[ "$first" != "$(addresses --name two)" ]

mkdir "$work/a" "$work/b"
echo 'memsize = "32"' | tee "$work/a/m.vmx" >"$work/b/m.vmx"
first=$(addresses "$work/a/m.vmx")
second=$(addresses "$work/b/m.vmx")
check ".vmx: one address" both "$first"
check ".vmx: another file's is another" [ "$first" != "$second" ]
check ".vmx: the same in each run" \
	[ "$first" = \
	"$(addresses "$(realpath --relative-to=. "$work/a/m.vmx")")" ]
echo 'uuid.bios = "56 4d 11 22 33 44 55 66-77 88 99 aa bb cc dd ee"' |
	tee -a "$work/a/m.vmx" >>"$work/b/m.vmx"
first=$(addresses "$work/a/m.vmx")
check ".vmx: with a uuid, one address" both "$first"
check ".vmx: with a uuid the place does not count" \
	[ "$first" = "$(addresses "$work/b/m.vmx")" ]

# Two containers see the same path, and have names of their own.
sed -i '/uuid/d' "$work/a/m.vmx"
container() {
	in=(unshare -Uru sh -c 'hostname "$0" && exec "$@"' "$1")
	addresses "$work/a/m.vmx"
	in=()
}
if unshare -Uru hostname a 2>/dev/null; then
	first=$(container a)
	check "a container has an address" both "$first"
	check "it stays" [ "$first" = "$(container a)" ]
	check "another container has another" [ "$first" != "$(container b)" ]
else
	echo "ok containers # SKIP this host does not let us make one"
fi
check "nothing is left running" soon 20 none_left
finish
