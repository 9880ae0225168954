/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootmodes.S - a floppy that shows a picture of noise in each video mode that
 * the VGA's BIOS has, and in some that only its registers make.
 *
 * On COM2 it says "picture NAME" once one is drawn, and goes on when it gets a
 * byte there; after the last one it says "over". What it draws is the same
 * wherever it runs: noise of a fixed seed, over all memory that is shown; there
 * is no cursor, and nothing blinks.
 *
 * The boot sector, loaded at 0:7C00, loads the rest of the first track behind
 * itself.
 */
	.code16
	.text
	.globl _start
	.set	COM2, 0x2f8
	.set	VBE_INFO, 0x2000	/* segments of what VBE tells */
	.set	VBE_MODE, 0x2040

_start:
	ljmp	$0, $1f
1:	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	$0x7c00, %sp
	sti
	cld
	movb	$3, tries
2:	movw	$0x0211, %ax		/* 17 sectors */
	movw	$0x7e00, %bx
	movw	$0x0002, %cx
	xorb	%dh, %dh
	int	$0x13
	jnc	main
	decb	tries
	jnz	2b
	movw	$broken, %si
	call	say
3:	hlt
	jmp	3b
tries:	.byte	0
broken:	.asciz	"can not read\r\n"

/* say - the text at SI, which ends with 0 */
say:	lodsb
	testb	%al, %al
	jz	1f
	call	put
	jmp	say
1:	ret

/* put - AL, on COM2 */
put:	pushw	%dx
	movb	%al, %ah
	movw	$COM2 + 5, %dx
1:	inb	%dx, %al
	testb	$0x20, %al
	jz	1b
	movb	%ah, %al
	movw	$COM2, %dx
	outb	%al, %dx
	popw	%dx
	ret

	.org	510
	.word	0xaa55

main:	movw	$picture, %bx
next:	movw	%bx, current
	movw	(%bx), %ax
	cmpw	$0xffff, %ax
	je	vbe
	movw	$3, %ax			/* in colour: see mono */
	int	$0x10
	movw	current, %bx
	movzbw	(%bx), %ax
	int	$0x10
	call	quiet
	movw	current, %bx
	call	*2(%bx)
	movw	current, %bx
	movw	4(%bx), %si
	call	registers
	movw	$head, %si
	call	say
	movw	current, %bx
	leaw	6(%bx), %si
	call	say
	movw	%si, current
	call	wait
	movw	current, %bx
	jmp	next

/* quiet - no cursor, no blinking; and one start for the noise */
quiet:	movb	$1, %ah
	movw	$0x2000, %cx
	int	$0x10
	movw	$0x1003, %ax
	xorb	%bl, %bl
	int	$0x10
	movl	$0x12345678, %edi
	movl	%edi, noise
	ret

/* wait - for a byte from COM2 */
wait:	movw	$end, %si
	call	say
1:	movw	$COM2 + 5, %dx
	inb	%dx, %al
	testb	$1, %al
	jnz	2f
	hlt
	jmp	1b
2:	movw	$COM2, %dx
	inb	%dx, %al
	ret

/* fill - CX doublewords of noise from ES:0 on; 0: 64 KiB */
fill:	xorw	%di, %di
	movl	noise, %eax
	testw	%cx, %cx
	jnz	1f
	movw	$0x4000, %cx
1:	imull	$1664525, %eax, %eax
	addl	$1013904223, %eax
	movl	%eax, %edx
	shrl	$16, %edx
	xorl	%eax, %edx
	movl	%edx, %es:(%di)
	addw	$4, %di
	loop	1b
	movl	%eax, noise
	ret

/* What a picture is drawn by. */
text:	movw	$0xb800, %ax
	jmp	1f
/* mono - this BIOS tells the CRTC of mode 7 by the ports that it has left, and
 * writes the attributes with no reset of their flip-flop: both is mended */
mono:	movw	$7, %ax
	int	$0x10
	movw	$monos, %si
	call	registers
	movw	$0xb000, %ax
1:	movw	%ax, %es
	movw	$0x2000, %cx
	jmp	fill
lin:	movw	$0xa000, %ax
	movw	%ax, %es
	xorw	%cx, %cx
	jmp	fill
small:	movw	$0x1112, %ax		/* 8 by 8 */
1:	xorb	%bl, %bl
	int	$0x10
	call	quiet
	jmp	text
medium:	movw	$0x1111, %ax		/* 8 by 14 */
	jmp	1b
/* fonts - all eight of them are noise, before the text is */
fonts:	movw	$open, %si
	call	registers
	call	lin
	movw	$shut, %si
	call	registers
	jmp	text
/* flat - mode 13h without chain 4: four planes */
flat:	movw	$chain, %si
	call	registers
planes:	movb	$1, %bl
1:	movw	$0x3c4, %dx
	movb	$2, %al
	movb	%bl, %ah
	outw	%ax, %dx
	call	lin
	shlb	$1, %bl
	testb	$0x0f, %bl
	jnz	1b
	movw	$0x0f02, %ax
	movw	$0x3c4, %dx
	outw	%ax, %dx
	ret
/* latched - the planes by the other write modes, over noise of mode 0 */
latched: call	planes
	movw	$0xa000, %ax
	movw	%ax, %es
	movw	$0x0105, %ax		/* copy by the latches */
	call	graphic
	movw	$2000, %cx
	xorw	%si, %si
	movw	$6000, %di
	rep	movsb %es:(%si), %es:(%di)
	movw	$0x0205, %ax		/* colours, xor, by a mask */
	call	graphic
	movw	$0x1803, %ax
	call	graphic
	movw	$0x5a08, %ax
	call	graphic
	movw	$3000, %di
	call	mixed
	movw	$0x0305, %ax
	call	graphic
	movw	$0x0b00, %ax		/* set/reset */
	call	graphic
	movw	$0x1103, %ax		/* or, turned by one */
	call	graphic
	movw	$10000, %di
	call	mixed
	movw	$0x0005, %ax
	call	graphic
	movw	$0x0601, %ax		/* enable set/reset of two */
	call	graphic
	movw	$0x0b03, %ax		/* and, turned by three */
	call	graphic
	movw	$14000, %di
mixed:	movw	$2000, %cx
1:	movb	%es:(%di), %al
	movb	%cl, %es:(%di)
	incw	%di
	loop	1b
	ret
graphic: movw	$0x3ce, %dx
	outw	%ax, %dx
	ret
/* dac - a palette of noise */
dac:	call	lin
dacs:	movw	$0x3c8, %dx
	xorb	%al, %al
	outb	%al, %dx
	incw	%dx
	movw	$768, %cx
	xorw	%si, %si
1:	movb	%es:(%si), %al
	incw	%si
	andb	$0x3f, %al
	outb	%al, %dx
	loop	1b
	ret
textdac: call	text
	jmp	dacs
planedac: call	planes
	jmp	dacs
/* lows - the other colours of mode 4 */
lows:	movw	$0x0b00, %ax
	movw	$0x0013, %bx
	int	$0x10
	movw	$0x0b00, %ax
	movw	$0x0100, %bx
	int	$0x10
	jmp	text

/* registers - from SI on: a port, an index, a value; until a port 0 */
registers:
	lodsw
	testw	%ax, %ax
	jz	3f
	movw	%ax, %dx
	lodsw
	cmpw	$0x3c0, %dx
	je	1f
	cmpw	$0x3c2, %dx
	je	2f
	outw	%ax, %dx
	jmp	registers
1:	movw	$0x3da, %dx
	pushw	%ax
	inb	%dx, %al
	movb	$0xba, %dl
	inb	%dx, %al
	popw	%ax
	movw	$0x3c0, %dx
	orb	$0x20, %al
	outb	%al, %dx
	movb	%ah, %al
	outb	%al, %dx
	jmp	registers
2:	movb	%ah, %al
	outb	%al, %dx
	jmp	registers
3:	ret

/* ---- VBE ---------------------------------------------------------------- */

vbe:	movw	$VBE_INFO, %ax
	movw	%ax, %es
	xorw	%di, %di
	movl	$0x32454256, %es:(%di)	/* "VBE2" */
	movw	$0x4f00, %ax
	int	$0x10
	cmpw	$0x004f, %ax
	jne	last
	movw	%es:14(%di), %si	/* the list of modes */
	movw	%es:16(%di), %ax
	movw	%si, list
	movw	%ax, list + 2
1:	lgs	list, %si
	movw	%gs:(%si), %cx
	addw	$2, list
	cmpw	$0xffff, %cx
	je	extra
	cmpw	$0x100, %cx
	jb	1b
	movw	$nothing, change
	movw	$empty, suffix
	call	vbe_picture
	jmp	1b
extra:	movw	$changes, %bx
1:	movw	%bx, current
	movw	(%bx), %cx
	testw	%cx, %cx
	jz	last
	movw	2(%bx), %ax
	movw	%ax, change
	movw	4(%bx), %ax
	movw	%ax, suffix
	call	vbe_picture
	movw	current, %bx
	addw	$6, %bx
	jmp	1b
last:	movw	$3, %ax
	int	$0x10
	movw	$over, %si
	call	say
1:	hlt
	jmp	1b

/* vbe_picture - of mode CX */
vbe_picture:
	movw	%cx, mode
	movw	$VBE_MODE, %ax
	movw	%ax, %es
	xorw	%di, %di
	movw	$0x4f01, %ax
	int	$0x10
	cmpw	$0x004f, %ax
	jne	9f
	testb	$1, %es:(%di)
	jz	9f
	movw	$0x4f02, %ax
	movw	mode, %bx
	int	$0x10
	cmpw	$0x004f, %ax
	jne	9f
	call	quiet
	movw	$VBE_MODE, %ax
	movw	%ax, %es
	cmpb	$0, %es:27		/* the memory's model */
	je	3f			/* text */
	cmpb	$3, %es:27
	je	4f
	movzwl	%es:16, %eax		/* bytes of a line */
	movzwl	%es:20, %ebx		/* lines */
	mull	%ebx
	addl	$0x1ffff, %eax		/* and some more, for changes */
	shrl	$16, %eax
	movw	%ax, banks
	movw	$0, bank
1:	movw	bank, %dx
	xorw	%bx, %bx
	movw	$0x4f05, %ax
	int	$0x10
	call	lin
	incw	bank
	decw	banks
	jnz	1b
	jmp	5f
3:	call	text
	jmp	5f
4:	call	planes
5:	call	*change
	movw	$head, %si
	call	say
	movw	$vbename, %si
	call	say
	movw	mode, %ax
	call	hex
	movw	suffix, %si
	call	say
	call	wait
9:	ret

/* hex - AX */
hex:	movw	$4, %cx
1:	rolw	$4, %ax
	pushw	%ax
	andb	$15, %al
	cmpb	$10, %al
	jb	2f
	addb	$39, %al
2:	addb	$48, %al
	call	put
	popw	%ax
	loop	1b
nothing: ret

/* Changes of a VBE mode. */
wider:	movw	$0x4f06, %ax		/* longer lines */
	xorw	%bx, %bx
	movw	$1000, %cx
	int	$0x10
	ret
moved:	movw	$0x4f07, %ax		/* from there on */
	xorw	%bx, %bx
	movw	$16, %cx
	movw	$37, %dx
	int	$0x10
	ret
both:	call	wider
	jmp	moved
eight:	movw	$0x4f08, %ax		/* DAC of eight bits */
	movw	$0x0800, %bx
	int	$0x10
	xorw	%bx, %bx		/* the first bank again */
	xorw	%dx, %dx
	movw	$0x4f05, %ax
	int	$0x10
	movw	$0x3c8, %dx
	xorb	%al, %al
	outb	%al, %dx
	incw	%dx
	movw	$0xa000, %ax
	movw	%ax, %es
	movw	$768, %cx
	xorw	%si, %si
1:	movb	%es:(%si), %al
	incw	%si
	outb	%al, %dx
	loop	1b
	ret
	.macro	again mode:req, by:req, name:req
	.word	\mode, \by, \name
	.endm
changes:
	again	0x101, wider, longer
	again	0x101, moved, other
	again	0x101, both, part
	again	0x101, eight, dac8
	again	0x111, wider, longer
	again	0x112, both, part
	again	0x114, moved, other
	again	0x115, moved, other
	again	0x144, both, part
	.word	0
empty:	.asciz	""
longer:	.asciz	"-longer"
other:	.asciz	"-moved"
part:	.asciz	"-part"
dac8:	.asciz	"-dac8"

/* ---- the pictures: the registers' values in INT 10h, what draws it, what is
 * changed then, its name --------------------------------------------------- */
	.macro	show ax:req, by:req, then:req, name:req
	.word	\ax, \by, \then
	.asciz	"\name"
	.endm
picture:
	show	0x00, text, none, "00"
	show	0x01, text, none, "01"
	show	0x02, text, none, "02"
	show	0x03, text, none, "03"
	show	0x04, text, none, "04"
	show	0x05, text, none, "05"
	show	0x06, text, none, "06"
	show	0x03, mono, none, "07"
	show	0x0d, planes, none, "0d"
	show	0x0e, planes, none, "0e"
	show	0x0f, planes, none, "0f"
	show	0x10, planes, none, "10"
	show	0x11, planes, none, "11"
	show	0x12, planes, none, "12"
	show	0x13, lin, none, "13"
	show	0x03, small, none, "text-80x50"
	show	0x03, medium, none, "text-80x28"
	show	0x01, small, none, "text-40x50"
	show	0x03, fonts, none, "text-font"
	show	0x03, fonts, font2, "text-fonts"
	show	0x03, text, dots8, "text-8dots"
	show	0x03, text, start, "text-start"
	show	0x03, text, split3, "text-split"
	show	0x03, text, long, "text-long-lines"
	show	0x03, text, wide, "text-132"
	show	0x03, text, preset, "text-preset-row"
	show	0x03, text, pan, "text-pan"
	show	0x03, text, noline, "text-line-graphics"
	show	0x03, text, colours, "text-palette"
	show	0x03, textdac, none, "text-dac"
	show	0x03, text, select, "text-colour-select"
	show	0x04, lows, none, "04-colours"
	show	0x04, text, start, "04-start"
	show	0x06, text, split6, "06-split"
	show	0x12, latched, none, "12-write-modes"
	show	0x12, planedac, none, "12-dac"
	show	0x12, planes, attrplanes, "12-colour-planes"
	show	0x12, planes, start, "12-start"
	show	0x12, planes, split12, "12-split"
	show	0x12, planes, pan, "12-pan"
	show	0x12, planes, long, "12-long-lines"
	show	0x12, planes, colours, "12-palette"
	show	0x0d, planes, start, "0d-start"
	show	0x0d, planes, splitd, "0d-split"
	show	0x0d, planes, pan, "0d-pan"
	show	0x10, planes, splitpan, "10-split-pan"
	show	0x13, dac, none, "13-dac"
	show	0x13, lin, start, "13-start"
	show	0x13, lin, split13, "13-split"
	show	0x13, lin, pan4, "13-pan"
	show	0x13, flat, x200, "x-320x200"
	show	0x13, flat, x240, "x-320x240"
	show	0x13, flat, x400, "x-320x400"
	show	0x13, flat, x480, "x-360x480"
	show	0x13, flat, xsplit, "x-split"
	.word	0xffff

none:	.word	0
	.macro	crtc index:req, value:req
	.word	0x3d4
	.byte	\index, \value
	.endm
	.macro	reg port:req, index:req, value:req
	.word	\port
	.byte	\index, \value
	.endm
/* The fonts' plane is at A000 as bytes; then it is as for text. */
open:	reg	0x3c4, 2, 4
	reg	0x3c4, 4, 7
	reg	0x3ce, 4, 2
	reg	0x3ce, 5, 0
	reg	0x3ce, 6, 0
	.word	0
shut:	reg	0x3c4, 2, 3
	reg	0x3c4, 4, 3
	reg	0x3ce, 4, 0
	reg	0x3ce, 5, 0x10
	reg	0x3ce, 6, 0x0e
	.word	0
font2:	reg	0x3c4, 3, 0x1d
	.word	0
dots8:	reg	0x3c4, 1, 1
	.word	0
start:	crtc	12, 0x01
	crtc	13, 0x23
	.word	0
	.macro	split row:req, over=0x0f
	crtc	24, 150
	crtc	7, \over
	crtc	9, \row
	crtc	12, 0x01
	crtc	13, 0x23
	.word	0
	.endm
split3:	split	0x0f
split6:	split	0x81
split12: split	0x00, 0x2e
split13: split	0x01
splitd:	split	0x80
splitpan: crtc	17, 0
	crtc	24, 150
	crtc	7, 0x0f
	crtc	9, 0x00
	reg	0x3c0, 19, 5
	reg	0x3c0, 16, 0x21
	.word	0
long:	crtc	19, 60
	.word	0
wide:	crtc	17, 0
	crtc	0, 0xa0
	crtc	1, 131
	crtc	19, 66
	.word	0
preset:	crtc	8, 5
	.word	0
pan:	reg	0x3c0, 19, 3
	.word	0
pan4:	reg	0x3c0, 19, 4
	.word	0
noline:	reg	0x3c0, 16, 0
	.word	0
colours: reg	0x3c0, 1, 0x3f
	reg	0x3c0, 2, 0x11
	reg	0x3c0, 7, 0x2a
	reg	0x3c0, 15, 0x07
	.word	0
select:	reg	0x3c0, 20, 0x02
	reg	0x3c0, 16, 0x84
	.word	0
attrplanes: reg	0x3c0, 18, 0x0b
	.word	0
monos:	reg	0x3c0, 16, 0x06
	reg	0x3c0, 17, 0
	reg	0x3c0, 18, 0x0f
	reg	0x3c0, 19, 8
	reg	0x3c0, 20, 0
	reg	0x3b4, 10, 0x20
	.word	0
chain:	reg	0x3c4, 4, 6
	.word	0
x200:	crtc	20, 0
	crtc	23, 0xe3
	.word	0
x240:	reg	0x3c2, 0, 0xe3
	crtc	17, 0
	crtc	6, 0x0d
	crtc	7, 0x3e
	crtc	9, 0x41
	crtc	16, 0xea
	crtc	17, 0x2c
	crtc	18, 0xdf
	crtc	20, 0
	crtc	21, 0xe7
	crtc	22, 6
	crtc	23, 0xe3
	.word	0
x400:	crtc	9, 0x40
	crtc	20, 0
	crtc	23, 0xe3
	.word	0
x480:	reg	0x3c2, 0, 0xe7
	crtc	17, 0
	crtc	0, 0x6b
	crtc	1, 0x59
	crtc	2, 0x5a
	crtc	3, 0x8e
	crtc	4, 0x5e
	crtc	5, 0x8a
	crtc	6, 0x0d
	crtc	7, 0x3e
	crtc	9, 0x40
	crtc	16, 0xea
	crtc	17, 0x2c
	crtc	18, 0xdf
	crtc	19, 0x2d
	crtc	20, 0
	crtc	21, 0xe7
	crtc	22, 6
	crtc	23, 0xe3
	.word	0
xsplit:	crtc	20, 0
	crtc	23, 0xe3
	crtc	24, 150
	crtc	7, 0x0f
	crtc	9, 0x01
	crtc	12, 0x10
	.word	0

head:	.asciz	"picture "
vbename: .asciz	"vbe-"
end:	.asciz	"\r\n"
over:	.asciz	"over\r\n"
	.balign	4
noise:	.long	0
list:	.long	0
current: .word	0
change:	.word	0
suffix:	.word	0
mode:	.word	0
bank:	.word	0
banks:	.word	0
	.org	18 * 512
