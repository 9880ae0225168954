/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootnet.S - a file that a card's PXE ROM boots from the network: it says a
 * sentence by INT 10h, and halts. A word of it is at the end of each of its
 * eight sectors: it is there in full only if all of the file was loaded.
 *
 * It is loaded at 0:7C00, whole, and runs on the ROM's stack.
 */
#define SECTOR	512
#define SECTORS	8
#define WORD	8		/* bytes, with the space behind and zeros */

	.code16
	.text
	.globl _start
_start:
	ljmp	$0, $1f
1:	cld
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	$_start + SECTOR - WORD, %si
	movw	$SECTORS, %cx
2:	pushw	%cx
	pushw	%si
	call	say
	popw	%si
	popw	%cx
	addw	$SECTOR, %si
	loop	2b
3:	hlt
	jmp	3b

/* say - the word at SI, on the screen. */
say:	lodsb
	testb	%al, %al
	jz	4f
	movb	$0x0e, %ah
	movw	$7, %bx
	int	$0x10
	jmp	say
4:	ret

	.macro	at_end_of sector, word
	.org	\sector * SECTOR - WORD
	.asciz	"\word "
	.endm
	at_end_of 1, "all"
	at_end_of 2, "eight"
	at_end_of 3, "of"
	at_end_of 4, "my"
	at_end_of 5, "words"
	at_end_of 6, "came"
	at_end_of 7, "by"
	at_end_of 8, "TFTP"
	.org	SECTORS * SECTOR
