#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# keys.sh - `hostel ctl NAME key`, text and mouse, as a guest of a few
# instructions sees them: what IRQ 1 and IRQ 12 bring it, each byte on a line of
# COM1; VMware's pointer by its back door; and what may not be asked for. The
# drivers of a stock kernel are in tests/boot/input.sh.
# tests/run: waits
. "$(dirname "$0")/lib_guest.bash"
hostel=$build/hostel

# What the guests share: interrupts on, COM1, and EBX in hexadecimal.
macros=$(cat <<'END'
	.macro gate vector, handler
	mov $\handler, %eax
	mov %ax, idt + 8 * \vector
	mov %cs, idt + 8 * \vector + 2
	movw $0x8e00, idt + 8 * \vector + 4
	shr $16, %eax
	mov %ax, idt + 8 * \vector + 6
	.endm
END
)
common=$(cat <<'END'
say:	mov $0x3f8, %dx		# the letter in AL
	out %al, %dx
	ret
hex:	mov $8, %ecx		# EBX
digits:	rol $4, %ebx		# the ECX highest digits of it; a newline
	mov %bl, %al
	and $15, %al
	cmp $10, %al
	sbb $0x69, %al
	das
	call say
	loop digits
	mov $10, %al
	jmp say
# Both 8259s: vectors 20h and 28h; keyboard and mouse alone. Ends with
# interrupts on, and "!".
begin:	lidt idtr
	outb 0x11, 0x20
	outb 0x11, 0xa0
	outb 0x20, 0x21
	outb 0x28, 0xa1
	outb 4, 0x21
	outb 2, 0xa1
	outb 1, 0x21
	outb 1, 0xa1
	outb 0xf9, 0x21
	outb 0xef, 0xa1
	outb 0x60, 0x64		# command byte: both interrupts, translation
	outb 0x47, 0x60
	outb 0xd4, 0x64		# the mouse is to report
	outb 0xf4, 0x60
	in $0x60, %al
	sti
	mov $'!', %al
	call say
	mov $10, %al
	jmp say
	.data
	.align 8
idtr:	.word 0x2f * 8 - 1
	.long idt
	.bss
	.align 8
idt:	.space 0x30 * 8
	.space 1024
stack:
	.text
END
)
guest echoes <<END
$macros
_start:	mov \$stack, %esp
	gate 0x21, irq
	gate 0x2c, irq
	call begin
1:	hlt
	jmp 1b
irq:	pusha
	in \$0x64, %al
	mov %eax, %esi
	in \$0x60, %al
	mov %eax, %ebx
	mov \$'k', %al
	test \$0x20, %esi
	jz 1f
	mov \$'m', %al
1:	call say
	shl \$24, %ebx
	mov \$2, %ecx
	call digits
	outb 0x20, 0xa0
	outb 0x20, 0x20
	popa
	iret
$common
END
# The same for the pointer: flags, x, y and wheel of each event.
guest pointer <<END
$macros
	.macro back_door call, argument
	mov \$0x564d5868, %eax
	mov \$\argument, %ebx
	mov \$\call, %ecx
	mov \$0x5658, %edx
	in %dx, %eax
	.endm
_start:	mov \$stack, %esp
	gate 0x21, keys
	gate 0x2c, irq
	back_door 10, 0		# version: EBX is the magic number
	push %ebx
	back_door 41, 0x45414552
	back_door 39, 1
	mov %eax, %ebx
	call hex
	pop %ebx
	call hex
	back_door 41, 0x53424152
	mov \$0x12345678, %ebx	# without the magic number: nothing
	mov \$10, %ecx
	mov \$0x5658, %edx
	xor %eax, %eax
	in %dx, %eax
	call hex
	call begin
1:	hlt
	jmp 1b
keys:	pusha
	in \$0x60, %al
	jmp 3f
irq:	pusha
	in \$0x60, %al
2:	back_door 40, 0
	test \$0xffff, %eax
	jz 3f
	back_door 39, 4
	push %edx
	push %ecx
	push %ebx
	mov %eax, %ebx
	call hex
	.rept 3
	pop %ebx
	call hex
	.endr
	jmp 2b
3:	outb 0x20, 0xa0
	outb 0x20, 0x20
	popa
	iret
$common
END
# It turns the keyboard off, and looks no more.
guest deaf <<'END'
_start:	outb 0xad, 0x64
	outb '!', 0x3f8
	cli
	hlt
END

# machine KERNEL ARGS... - start it, named "typed"; it runs when it says "!"
machine() {
	local kernel=$work/$1
	shift
	rm -f "$work/out"
	"$hostel" run --net none --kernel "$kernel" --name typed "$@" \
		</dev/null >"$work/out" 2>"$work/err" &
	vm=$!
	soon 60 grep -q '!' "$work/out"
}
ended() {
	"$hostel" ctl typed quit
	wait "$vm"
	vm=
}
# ctl WORDS... - what it says is in $work/said
ctl() { "$hostel" ctl typed "$@" >"$work/said" 2>&1; }
# hears BYTES... - what has come to the guest since it was asked last
heard=1
hears() {
	local got want=$*
	soon 20 all_came "$#"
	got=$(tail -n +$((heard + 1)) "$work/out" | tr '\n' ' ')
	heard=$(wc -l <"$work/out")
	[ "$got" = "$want " ] || { echo "# '$got', not '$want'"; false; }
}
all_came() { [ "$(wc -l <"$work/out")" -ge $((heard + $1)) ]; }
# same WORDS... BYTES - ctl does it, and the guest hears that
types() {
	local words=() word
	for word in "${@:1:$#-1}"; do words+=("$word"); done
	ctl "${words[@]}" || { sed 's/^/# /' "$work/said"; return 1; }
	# shellcheck disable=SC2086
	hears ${!#}
}

# --- keys
check "a guest that hears keys comes up" machine echoes
check "key" types key a 'k1E k9E'
check "several keys, one after the other" \
	types key f2 ret 'k3C kBC k1C k9C'
check "keys together, let go in the opposite order" \
	types key ctrl-alt-delete 'k1D k38 kE0 k53 kE0 kD3 kB8 k9D'
check "keys that the characters name" types key / shift-- \
	'k35 kB5 k2A k0C k8C kAA'
check "a key that was pressed has no repeat behind it" types key a 'k1E k9E'
check "text" types text 'aB1' 'k1E k9E k2A k30 kB0 kAA k02 k82'
check "text with Enter, a tab and a backslash" \
	types text '\n\t\\' 'k1C k9C k0F k8F k2B kAB'
long=$(printf '%0300d' 0 | tr 0 q)
check "long text: no key is lost" types text "$long" \
	"$(printf 'k10 k90 %.0s' $(seq 300))"
# Two clients: one after the other, not mixed.
ctl_beside() { "$hostel" ctl typed text aaaa & }
ctl_beside
check "two at a time" ctl text bbbb
wait $!
mixed() {
	soon 20 all_came 16 || return
	got=$(tail -n 16 "$work/out" | tr -d '\n')
	heard=$(wc -l <"$work/out")
	local a=k1Ek9Ek1Ek9Ek1Ek9Ek1Ek9E b=k30kB0k30kB0k30kB0k30kB0
	[ "$got" = "$a$b" ] || [ "$got" = "$b$a" ] || { echo "# $got"; false; }
}
check "are not mixed" mixed
check "a key that there is not" ctl_refuses 64 "no key 'hyper'" key ret hyper
check "of which none was typed" types key b 'k30 kB0'
check "nothing to press" ctl_refuses 64 "1 or more word" key
check "too many keys together" ctl_refuses 64 "at most 8" key a-b-c-d-e-f-g-h-i
check "text that no key types" ctl_refuses 64 "begins at" text 'a\x'
check "text that is none" ctl_refuses 64 "printable" text $'caf\303\251'

# --- the mouse
check "mouse: right and up" types mouse +10 -5 'm08 m0A m05'
check "mouse: left and down, a button down" \
	types mouse -1 +1 left 'm39 mFF mFF'
check "it stays down" types mouse +2 +0 'm09 m02 m00'
check "two buttons" types mouse +0 +0 right+middle 'm0E m00 m00'
check "none" types mouse +0 +0 none 'm08 m00 m00'
check "a click" types mouse +1 +0 click 'm09 m01 m00 m08 m00 m00'
check "a long way" types mouse +300 +0 'm08 mFF m00 m08 m2D m00'
check "a place, without a driver for it" ctl_refuses 69 "sign" mouse 100 100
check "half a place" ctl_refuses 64 "sign" mouse +1 1
check "steps that are none" ctl_refuses 64 "sign" mouse +x +1
check "steps that are too long" ctl_refuses 64 "sign" mouse +40000 +1
check "a button that there is not" ctl_refuses 64 "BUTTONS" mouse +1 +1 side
check "too many words" ctl_refuses 64 "two or three" mouse +1 +1 left right
check "while it is paused, nothing is typed" eval \
	'ctl pause && ctl_refuses 69 "paused" key a; ctl resume'
check "after it, all is as before" types text 'x' 'k2D kAD'
ended

# --- VMware's pointer
heard=4
check "a guest with VMware's pointer comes up" machine pointer
check "the back door knows its driver" eval \
	'[ "$(head -n 3 "$work/out" | tr "\n" " ")" = \
	"3442554A 564D5868 12345678 " ]'
check "a place" types mouse 100 65535 '00000000 00000064 0000FFFF 00000000'
check "a click there" types mouse 100 7 click \
	'00000020 00000064 00000007 00000000 00000000 00000064 00000007 00000000'
check "the wheel" types mouse 100 7 wheel-up \
	'00000000 00000064 00000007 FFFFFFFF'
check "movement, too" types mouse +5 +6 right \
	'00010010 00000005 FFFFFFFA 00000000'
check "a place that is none" ctl_refuses 64 "65535" mouse 65536 0
ended

# --- who does not look
check "a guest that does not look comes up" machine deaf
check "key: it is said that it does not look" \
	ctl_refuses 69 "0 of 1 keys\|1 of 1 keys" key a
check "mouse: the same" ctl_refuses 69 "does not listen" mouse +1 +1
ended

# --- by the processor's other engine, and by the other worlds
heard=1
check "interp, with the ports in the other world" \
	machine echoes --cpu interp --move 0x60 --move 0x64
check "keys, likewise" types key ctrl-a 'k1D k1E k9E k9D'
check "mouse, likewise" types mouse +1 +0 'm08 m01 m00'
ended
heard=4
check "the back door in the other world" machine pointer --move 0x5658
check "a place, likewise" types mouse 1 2 '00000000 00000001 00000002 00000000'
ended
finish
