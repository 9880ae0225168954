#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# reset.sh - every way in which a PC is reset: the machine begins anew, or ends
# if --no-reboot is given. Each guest says "!" when it begins.
. "$(dirname "$0")/lib_guest.bash"

# resets NAME - the guest that then does what standard input says
resets() {
	guest "$1" <<END
_start:	mov \$'!', %al
	mov \$0x3f8, %dx
	out %al, %dx
	$(cat)
1:	hlt
	jmp 1b
END
}
# jumps NAME CS IP - the guest that jumps there in real mode
jumps() {
	resets "$1" <<END
	cld
	mov \$low, %esi
	mov \$0x8000, %edi
	mov \$(end - low), %ecx
	rep movsb
	lgdt table
	ljmp \$8, \$0x8000
table:	.word 23
	.long gdt
gdt:	.quad 0, 0x00009a000000ffff, 0x000092000000ffff
low:	.code16
	mov \$16, %ax
	mov %ax, %ss
	mov %cr0, %eax
	and \$0xfe, %al
	mov %eax, %cr0
	ljmp \$$2, \$$3
end:	.code32
END
}
resets keyboard <<<'mov $0xfe, %al; out %al, $0x64'
resets output_port <<<'mov $0xd1, %al; out %al, $0x64
	mov $0xfe, %al; out %al, $0x60'
resets port92 <<<'in $0x92, %al; or $1, %al; out %al, $0x92'
resets cf9 <<<'mov $0xcf9, %dx; mov $6, %al; out %al, %dx'
resets triple_fault <<<'lidt 2f; ud2; 2: .word 0; .long 0'
jumps vector 0xf000 0xfff0
jumps vector_ffff 0xffff 0
jumps post 0xf000 0xe05b

# ends NAME STATUS [OPTION...] - the machine ends so, and began once
ends() {
	local name=$1 want=$2 status
	shift 2
	timeout -k 1 20 "$build/hostel" run --net none --kernel "$work/$name" \
		--cpu "$cpu" --no-reboot "$@" </dev/null \
		>"$work/out" 2>"$work/err"
	status=$?
	[ "$status" -eq "$want" ] && [ "$(cat "$work/out")" = '!' ] || {
		echo "# status $status"
		sed 's/^/# /' "$work/out" "$work/err"
		return 1
	}
}

# lives N - "!" was said so often
lives() { [ "$(tr -dc '!' <"$work/out" | wc -c)" -ge "$1" ]; }

# again NAME - it begins again and again
again() {
	local good
	: >"$work/out"
	"$build/hostel" run --net none --kernel "$work/$1" --cpu "$cpu" \
		</dev/null >"$work/out" 2>"$work/err" &
	vm=$!
	soon 20 lives 5
	good=$?
	kill -TERM "$vm"
	wait "$vm"
	vm=
	return "$good"
}

# told N PATTERN - of faults so many lines tell, each of them like that
told() {
	[ "$(grep -c fault "$work/err")" -eq "$1" ] &&
		[ "$(grep -Ec "$2" "$work/err")" -eq "$1" ]
}

for cpu in interp bt; do
	for way in keyboard output_port port92 cf9 vector vector_ffff post; do
		check "$way ends the run with --no-reboot ($cpu)" ends "$way" 0
		check "$way resets ($cpu)" again "$way"
		check "$way: not a word about faults ($cpu)" told 0 none
	done
	check "a triple fault with --no-reboot: status 70 ($cpu)" \
		ends triple_fault 70
	check "a triple fault resets ($cpu)" again triple_fault
	check "a triple fault is told once, with cs:eip and the bytes ($cpu)" \
		told 1 'triple fault at 0010:0010[0-9a-f]{4}; bytes 0f 0b'
done

# --- what is told of a life stays when the next one begins
# dumped N - so many lives are in the dump
dumped() { [ "$(grep -c "$first" "$work/dump")" -ge "$1" ]; }
if [ "$("$build/hostel-vmm" --check | sed -n 's/^translator //p')" = yes ]; then
	"$build/hostel" run --net none --kernel "$work/keyboard" --cpu bt \
		--no-reboot --dump "$work/dump" </dev/null >"$work/out" \
		2>"$work/err"
	first=$(head -n 1 "$work/dump")
	check "--dump has a first line" [ -n "$first" ]
	"$build/hostel" run --net none --kernel "$work/keyboard" --cpu bt \
		--dump "$work/dump" </dev/null >"$work/out" 2>"$work/err" &
	vm=$!
	check "--dump has one life behind another" soon 20 dumped 3
	kill -TERM "$vm"
	wait "$vm"
	vm=
else
	echo "ok --dump has one life behind another # SKIP no translator"
fi
check "nothing is left running" soon 20 none_left
finish
