/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootfloppy.S - a floppy's boot sector that says by COM1, and by the port that
 * a BIOS logs to, what it can do with its disk by INT 13h: read the last
 * sector, which begins with "last"; write it, changed to "copy", to the first
 * sector of the last track but one, and read that back. It ends by the
 * debug-exit port 0F4h, with 0, or with 1 after "failed at" and a letter.
 *
 * It is loaded at 0:7C00, with the drive's number in DL. Who writes it on a
 * disk of another size says so where FAT has these three numbers.
 */
	.code16
	.text
	.globl _start
_start:
	jmp	1f
	nop
	.org	0x13
sectors: .word	2880			/* in all: of a 1.44M disk, here */
	.org	0x18
track:	.word	18			/* on a track */
heads:	.word	2
	.org	0x3e
1:	ljmp	$0, $2f
2:	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	$0x7c00, %sp
	sti
	movb	%dl, drive
	movw	$hello, %si
	call	say

	movb	$'a', step		/* the drive is there */
	movb	$8, %ah
	movb	drive, %dl
	int	$0x13
	jc	failed
	xorw	%ax, %ax
	movw	%ax, %es
	movw	heads, %ax		/* where the disk's last sector is */
	decw	%ax
	movb	%al, head
	movw	heads, %ax
	mulw	track
	movw	%ax, %cx
	movw	sectors, %ax
	divw	%cx			/* DX is 0 */
	decw	%ax
	movb	%al, last + 1
	movb	track, %al
	movb	%al, last

	movb	$'b', step		/* the last sector of all */
	movb	$2, %ah
	call	disk
	jc	failed
	movb	$'c', step
	cmpl	$0x7473616c, buffer	/* "last" */
	jne	failed

	movb	$'d', step		/* a copy of it, elsewhere */
	movl	$0x79706f63, buffer	/* "copy" */
	movb	$1, last
	decb	last + 1
	movb	$3, %ah
	call	disk
	jc	failed
	movb	$'e', step
	movl	$0, buffer
	movb	$2, %ah
	call	disk
	jc	failed
	movb	$'f', step
	cmpl	$0x79706f63, buffer
	jne	failed
	movw	$right, %si
	call	say
	xorb	%al, %al
	jmp	leave
failed:	movw	$wrong, %si
	call	say
	movb	$1, %al
leave:	outb	%al, $0xf4
3:	hlt
	jmp	3b

/* disk - AH: 2 read, 3 write; one sector at last, head, to or from buffer; the
 * second time is the one that counts if a disk was just put in */
disk:	movb	$3, tries
4:	pusha
	movb	$1, %al
	movw	$buffer, %bx
	movw	last, %cx
	movb	head, %dh
	movb	drive, %dl
	int	$0x13
	popa
	jnc	5f
	decb	tries
	jz	6f
	jmp	4b
6:	stc
5:	ret

/* say - the text at SI, which ends with 0 */
say:	lodsb
	testb	%al, %al
	jz	7f
	movw	$0x402, %dx
	outb	%al, %dx
	movb	%al, %ah
	movw	$0x3fd, %dx
8:	inb	%dx, %al
	testb	$0x20, %al
	jz	8b
	movb	%ah, %al
	movw	$0x3f8, %dx
	outb	%al, %dx
	jmp	say
7:	ret

hello:	.asciz	"boot sector: it runs\r\n"
right:	.asciz	"boot sector: the disk is right\r\n"
wrong:	.ascii	"boot sector: failed at "
step:	.asciz	"?\r\n"
drive:	.byte	0
head:	.byte	0
tries:	.byte	0
	.balign	2
last:	.word	0

	.org	510
	.word	0xaa55
	.set	buffer, 0x8000
