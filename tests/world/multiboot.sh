#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# multiboot.sh - kernels that a multiboot loader starts: linked to the upper
# half, with a module, of no format but the addresses in their header. Where
# there is QEMU, its loader tells them the same.
. "$(dirname "$0")/lib_guest.bash"

# kernel NAME HEADER BASE PLACE [OBJCOPY...] - a kernel linked to BASE, which
# lies at PLACE. It tells what it was told, and turns paging on if the two
# differ. HEADER: what its multiboot header has behind the magic number.
kernel() {
	local name=$1 header=$2 base=$3 place=$4
	shift 4
	cat >"$work/$name.s" <<END
	.text
header:	.long 0x1badb002, $header
	.globl _start
_start:	mov \$0x80000, %esp
	mov %eax, %ecx
	mov \$text - $base + $place, %esi	# paging is off
	call put
	call hex
	mov \$0x1000000, %edi		# a page directory: both ways
	movl \$0x83, (%edi)
	movl \$0x83, 0xc00(%edi)
	movl \$0x400083, 4(%edi)
	mov %edi, %cr3
	mov %cr4, %eax
	or \$0x10, %eax
	mov %eax, %cr4
	mov %cr0, %eax
	or \$0x80000000, %eax
	mov %eax, %cr0
	mov \$high, %eax
	jmp *%eax
high:	mov \$told, %esi
	call put
	mov (%ebx), %ecx
	and \$0x4d, %ecx		# sizes, command line, modules, map
	call hex
	mov 8(%ebx), %ecx		# KiB above 1 MiB, to a whole MiB (a
	add \$1023, %ecx		# BIOS keeps some at the end)
	shr \$10, %ecx
	call hex
	movzwl 0x413, %ecx		# KiB of base memory
	call hex
	movzwl 0x40e, %ecx		# segment of the extended data area
	call hex
	movzwl 0x400, %ecx		# COM1
	call hex
	xor %ebp, %ebp			# memory above 1 MiB in the map
	mov 48(%ebx), %esi
	mov 44(%ebx), %edx
	add %esi, %edx
1:	cmpl \$0x100000, 4(%esi)
	jne 2f
	mov 20(%esi), %ebp
2:	add (%esi), %esi
	add \$4, %esi
	cmp %edx, %esi
	jb 1b
	mov %ebp, %ecx			# its type
	call hex
	mov (%ebx), %ecx
	and \$8, %ecx
	jz 3f
	mov 20(%ebx), %ecx		# modules
	call hex
	mov 24(%ebx), %edi
	mov 4(%edi), %ecx
	sub (%edi), %ecx		# the length of the first
	call hex
	mov (%edi), %ecx
	and \$0xfff, %ecx
	call hex
	mov 8(%edi), %esi
	call put
	mov (%edi), %esi
	call put
3:	xor %eax, %eax
	out %al, \$0xf4
4:	hlt
	jmp 4b
put:	mov \$0x3f8, %dx		# the text at ESI
1:	mov (%esi), %al
	inc %esi
	test %al, %al
	jz 2f
	out %al, %dx
	jmp 1b
2:	ret
hex:	mov \$8, %ah			# ECX and a space
	mov \$0x3f8, %dx
1:	rol \$4, %ecx
	mov %cl, %al
	and \$15, %al
	cmp \$10, %al
	sbb \$0x69, %al			# the digit, as the 8086's books have it
	das
	out %al, %dx
	dec %ah
	jnz 1b
	mov \$32, %al
	out %al, %dx
	ret
text:	.asciz "started "
told:	.asciz "high "
	.data
	.long 0
	.bss
bss:	.skip 65536
END
	cat >"$work/$name.ld" <<END
ENTRY(_start)
SECTIONS {
	. = $base;
	.text : AT($place) { *(.text) }
	.data : { *(.data) }
	.bss : { *(.bss) }
	bss_end = .;
	/DISCARD/ : { *(.note*) }
}
END
	gcc -m32 -nostdlib -static -Wl,-T,"$work/$name.ld",--build-id=none \
		-Wl,--no-warn-rwx-segments -o "$work/$name" "$work/$name.s" ||
		exit 1
	[ "$#" -eq 0 ] || objcopy "$@" "$work/$name"
}
kernel low "3, -0x1badb005" 0x100000 0x100000
kernel high "3, -0x1badb005" 0xc0100000 0x100000
kernel flat "0x10003, -0x1baeb005, header, header, 0, bss_end, _start" \
	0x200000 0x200000 -O binary
printf 'a text in a module\0 and more' >"$work/module"

# hostel_says KERNEL [OPTION...] - what the kernel says here
hostel_says() {
	local name=$1
	shift
	timeout -k 1 20 "$build/hostel" run --kernel "$work/$name" --net none \
		--memory 32M --no-reboot --debug-exit 0xf4 --cpu "$cpu" "$@" \
		</dev/null >"$work/$name.$cpu" 2>&1
	[ $? -eq 1 ] || { sed 's/^/# /' "$work/$name.$cpu"; return 1; }
}
# qemu_says KERNEL [OPTION...] - and there
qemu_says() {
	local name=$1
	shift
	timeout -k 1 60 qemu-system-i386 -kernel "$work/$name" -m 32 \
		-display none -serial stdio -monitor none -no-reboot \
		-device isa-debug-exit,iobase=0xf4 "$@" \
		</dev/null >"$work/$name.qemu" 2>/dev/null
	[ $? -eq 1 ]
}

module=(-initrd "$work/module")
for name in low high flat; do
	for cpu in interp bt; do
		check "$name is started and told ($cpu)" \
			hostel_says "$name" "-${module[0]}" "${module[1]}"
		check "$name: its first module is the file ($cpu)" grep -q \
			"0000001C 00000000 $work/modulea text in a module$" \
			"$work/$name.$cpu"
	done
	if command -v qemu-system-i386 >/dev/null; then
		check "$name: QEMU starts it" qemu_says "$name" "${module[@]}"
		check "$name: it hears the same there" \
			cmp "$work/$name.bt" "$work/$name.qemu" ||
			sed 's/^/# /' "$work/$name.bt" "$work/$name.qemu"
	else
		echo "ok $name: QEMU starts it # SKIP QEMU is not installed"
	fi
done
check "without a module there is none" eval \
	"hostel_says high && ! grep -q 'module' '$work/high.bt'"

objcopy --set-start 0xc0300000 "$work/high" "$work/nowhere"
timeout 10 "$build/hostel" run --net none --kernel "$work/nowhere" \
	</dev/null >"$work/out" 2>&1
check "an entry in no segment is refused" eval "[ $? -eq 69 ] && grep -q \
	'nowhere would start at 0xc0300000, which is in none' '$work/out'"
finish
