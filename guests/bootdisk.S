/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootdisk.S - a disk that is booted by its first sector, which has the
 * firmware (INT 13h) read sector 1 by its number, the last one that is told of
 * by cylinder, head and sector, and sector 2 in that way, says what is in them
 * by COM1, and writes what it read last to sector 3, with the first letter
 * changed. It ends by the debug exit, port F4h: 10h if all went well, 7Fh if
 * not.
 */
#define LOAD	0x8000

	.code16
	.globl	_start
_start:
	ljmp	$0, $begin
begin:
	xor	%ax, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %ss
	mov	$0x7c00, %sp
	mov	%dl, drive

	mov	$packet, %si		/* extended read */
	mov	$0x42, %ah
	int	$0x13
	jc	bad
	call	say

	mov	$0x08, %ah		/* the last cylinder, head, sector */
	mov	drive, %dl
	int	$0x13
	jc	bad
	mov	$0x0201, %ax		/* read that one */
	mov	drive, %dl
	mov	$LOAD, %bx
	int	$0x13
	jc	bad
	call	say

	mov	$0x0201, %ax		/* read one: cylinder 0, sector 3 */
	mov	$3, %cx
	call	disk
	call	say

	movb	$'R', LOAD
	mov	$0x0301, %ax		/* write one: sector 4 */
	mov	$4, %cx
	call	disk
	mov	$0x10, %al
end:
	outb	%al, $0xf4
	hlt
bad:
	mov	$0x7f, %al
	jmp	end

/* disk - INT 13h with AX and CX, head 0, at LOAD. */
disk:
	xor	%dx, %dx
	mov	drive, %dl
	mov	$LOAD, %bx
	int	$0x13
	jc	bad
	ret

/* say - the text at LOAD, by COM1. */
say:
	mov	$LOAD, %si
1:	lodsb
	or	%al, %al
	jz	3f
	mov	%al, %ah
	mov	$0x3fd, %dx
2:	inb	%dx, %al
	test	$0x20, %al
	jz	2b
	mov	%ah, %al
	mov	$0x3f8, %dx
	outb	%al, %dx
	jmp	1b
3:	ret

drive:	.byte	0
	.balign	4
packet:	.byte	16, 0
	.word	1, LOAD, 0
	.quad	1

	.org	510
	.word	0xaa55
	.org	512
	.asciz	"read by its number\n"
	.org	1024
	.asciz	"read by cylinder, head and sector\n"
	.org	1536
	.fill	1024 * 1024 - 1536, 1, 0
