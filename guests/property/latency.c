// SPDX-License-Identifier: BSD-2-Clause
/*
 * latency.c - whatever runs is left within a millisecond of the timer: tight
 * loops of all kinds, and string instructions over a gigabyte.
 *
 * Each loop counts ECX down, so it also tells how far it came. Its speed is
 * measured with interrupts off before, between and after what is looked at (a
 * host's processor is twice as fast at one moment as at the next, when others
 * have their share of its core), and taken at its best; with interrupts on and
 * a timer set, it must not come further than it can in the timer's time and a
 * millisecond. So what the host does with its processor in between does not
 * count. Times are printed with a #: they are no part of the verdict.
 */
#include "guests/property/rt.h"

#define BIG	0x40000000u	/* a gigabyte: one frame of 4 MiB */
#define FRAME	0x00c00000u
#define MS	1193u		/* ticks of the PIT in a millisecond */
#define COUNT	600u		/* the timer's, about half a millisecond */
#define SAMPLES	21u
#define STRAYS	2u		/* samples that the host may spoil */
#define ENDLESS	0x30000000u	/* turns, or bytes of a string */

struct loop {
	const char *name;
	uint32_t code, shift;	/* shift: of the size of a string's elements */
	uint32_t rings;		/* a bit for ring 0, a bit for ring 3 */
};

extern const struct loop loops_begin[], loops_end[];
extern uint8_t landing[];

/* LOOP() - @insns: ECX turns */
#define LOOP(name, shift, rings, insns)					\
	__asm__(".pushsection .text\n"					\
		"90: " insns "\nint $0x80\n"				\
		".popsection\n.pushsection .rodata.str\n"		\
		"96: .asciz \"" name "\"\n.popsection\n"		\
		".pushsection .rodata.loops, \"a\"\n"			\
		".long 96b, 90b, " #shift ", " #rings "\n"		\
		".popsection\n");

__asm__(".pushsection .text\nlanding: int $0x80\n.popsection\n"
	".pushsection .rodata.loops, \"a\"\n.align 4\nloops_begin:\n"
	".popsection\n");
LOOP("jnz", 0, 3, "1: decl %ecx; jnz 1b")
LOOP("loop", 0, 3, "1: loop 1b")
LOOP("jmp over a page", 0, 3, "1: jmp 3f; .skip 4096; 3: decl %ecx; jnz 1b")
LOOP("long body", 0, 3,
     "1: .rept 150; addl $3, %eax; .endr; decl %ecx; "
     "jnz 1b")
LOOP("jmp r", 0, 3, "movl $1f, %ebx; 1: decl %ecx; jz 2f; jmp *%ebx; 2:")
LOOP("jmp m", 0, 3, "pushl $1f; 1: decl %ecx; jz 2f; jmp *(%esp); 2:")
LOOP("call and ret", 0, 3,
     "1: call 3f; decl %ecx; jnz 1b; jmp 2f; "
     "3: ret; 2:")
LOOP("call r", 0, 3,
     "movl $3f, %ebx; 1: call *%ebx; decl %ecx; jnz 1b; "
     "jmp 2f; 3: ret; 2:")
LOOP("push and ret", 0, 3, "1: decl %ecx; jz 2f; pushl $1b; ret; 2:")
LOOP("recursion", 0, 3,
     "1: movl $100, %eax; call 3f; decl %ecx; jnz 1b; "
     "jmp 2f; 3: decl %eax; jz 4f; call 3b; 4: ret; 2:")
LOOP("load and store", 0, 3,
     "1: addl %ecx, -64(%esp); "
     "movl -60(%esp), %eax; decl %ecx; jnz 1b")
LOOP("sse", 0, 3,
     "1: mulps %xmm0, %xmm1; addps %xmm1, %xmm0; decl %ecx; "
     "jnz 1b")
LOOP("x87", 0, 3, "1: fadd %st(1), %st; decl %ecx; jnz 1b")
LOOP("div", 0, 3,
     "1: xorl %edx, %edx; movl $7, %ebx; divl %ebx; "
     "decl %ecx; jnz 1b")
LOOP("pushf and popf", 0, 3, "1: pushfl; popfl; decl %ecx; jnz 1b")
LOOP("cli and sti", 0, 1,
     "pushfl; popl %ebx; 1: cli; pushl %ebx; popfl; "
     "decl %ecx; jnz 1b")
LOOP("sgdt", 0, 3, "1: sgdt -64(%esp); decl %ecx; jnz 1b")
LOOP("port", 0, 1, "1: inb $0x21, %al; decl %ecx; jnz 1b")
LOOP("writes to code", 0, 3,
     "1: movl %ecx, 3f+1; 3: movl $0, %eax; "
     "decl %ecx; jnz 1b")
LOOP("rep lodsb", 0, 3, "rep lodsb")
LOOP("rep lodsl", 2, 3, "rep lodsl")
LOOP("rep stosb", 0, 3, "rep stosb")
LOOP("rep stosl", 2, 3, "rep stosl")
LOOP("rep stosl down", 2, 3,
     "leal 0x38000000(%edi), %edi; std; rep stosl; "
     "cld")
LOOP("rep movsb", 0, 3, "rep movsb")
LOOP("rep movsl", 2, 3, "rep movsl")
LOOP("rep movsw over itself", 1, 3, "leal 2(%esi), %edi; rep movsw")
LOOP("repne scasb", 0, 3, "movb $1, %al; repne scasb")
LOOP("repe cmpsl", 2, 3, "repe cmpsl")
LOOP("rep outsb", 0, 1, "movl $0x80, %edx; rep outsb")
LOOP("rep insb", 0, 1, "movl $0x21, %edx; rep insb")
__asm__(".pushsection .rodata.loops, \"a\"\nloops_end:\n.popsection\n");

static const struct loop *loop;
static uint32_t per_tick;	/* of the time stamp counter, per PIT tick */
static volatile uint32_t left_at;	/* ECX */
static volatile uint64_t left_tsc;

static uint64_t rdtsc(void)
{
	uint64_t v;

	__asm__ volatile("rdtsc" : "=A"(v));
	return v;
}

static void on_timer(struct trap *t)
{
	left_tsc = rdtsc();
	left_at = t->ecx;
	t->eip = (uint32_t)landing;
	outb(0x20, 0x20);
}

static void set_timer(uint16_t count)
{
	outb(0x43, 0x30);
	outb(0x40, (uint8_t)count);
	outb(0x40, (uint8_t)(count >> 8));
}

static uint16_t timer_now(void)
{
	uint8_t low;

	outb(0x43, 0);
	low = inb(0x40);
	return (uint16_t)(low | inb(0x40) << 8);
}

static void sort(uint32_t *v, unsigned int n)
{
	unsigned int i, k;
	uint32_t x;

	for (i = 1; i < n; i++) {
		x = v[i];
		for (k = i; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* calibrate() - the counter's steps in a tick. */
static void calibrate(void)
{
	uint32_t v[9], i, d, gone;
	uint64_t t;

	outb(0x21, 0xff);
	for (i = 0; i < 9; i++) {
		set_timer(0xffff);
		d = timer_now();
		t = rdtsc();
		do
			gone = d - timer_now();
		while (gone < 6000);
		v[i] = (uint32_t)(rdtsc() - t) / gone;
	}
	sort(v, 9);
	per_tick = v[4];

	outb(0x21, 0xfe);
}

/* run() - the loop, @count times. Return: the counter's steps. */
static uint32_t run(uint32_t count, uint32_t flags, int user)
{
	const struct regs r = {
		.eax = 0, .ecx = count, .esi = BIG, .edi = BIG + 0x100000,
		.esp = (uint32_t)user_stack + sizeof(user_stack),
		.eip = loop->code, .eflags = flags,
	};
	uint64_t t = rdtsc();

	CHECK_EQ(user ? rt_run_user(&r) : rt_run(&r), 0x80);
	return (uint32_t)(rdtsc() - t);
}

static uint32_t lesser(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* fastest() - the fewest steps of the counter for @n turns. */
static uint32_t fastest(uint32_t n, int user)
{
	uint32_t i, least = ~0u;

	for (i = 0; i < 8; i++)
		least = lesser(least, run(n, 2, user));
	return least;
}

/* enough() - turns for a third of a millisecond, or what there is. */
static uint32_t enough(int user)
{
	uint32_t n = 500;

	while (n < ENDLESS >> loop->shift >> 2 &&
	       fastest(n, user) < 400 * per_tick)
		n *= 2;
	return n;
}

static uint32_t divide(uint64_t a, uint32_t b)
{
	uint32_t q, r;

	if (a >> 32 >= b)
		return ~0u;
	__asm__("divl %4" : "=a"(q), "=d"(r)
		: "a"((uint32_t)a), "d"((uint32_t)(a >> 32)), "r"(b));
	return q;
}

static void put_us(uint32_t steps)
{
	uint32_t v = divide((uint64_t)steps * 1000, per_tick) / MS;
	char text[12];
	unsigned int n = sizeof(text);

	text[--n] = 0;
	do {
		text[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	put_text(text + n);
}

/* tell() - how late it was left; no part of the verdict. */
static void tell(uint32_t *late, int user)
{
	sort(late, SAMPLES);
	put_text("# ");
	put_text(loop->name);
	put_text(user ? ", ring 3: " : ", ring 0: ");
	put_us(late[SAMPLES / 2]);
	put_text(" us late, at most ");
	put_us(late[SAMPLES - 1]);
	put_text("\n");
}

static void one(int user)
{
	uint32_t late[SAMPLES], done[SAMPLES], i, n, least, may;
	const uint32_t from = ENDLESS >> loop->shift;
	uint64_t start;

	n = enough(user);
	least = fastest(n, user);
	for (i = 0; i < SAMPLES; i++) {
		left_at = 0;
		start = rdtsc();
		set_timer(COUNT);
		run(from, 0x202, user);
		late[i] = (uint32_t)(left_tsc - start) - COUNT * per_tick;
		done[i] = from - left_at;
		least = lesser(least, run(n, 2, user));
	}
	least = lesser(least, fastest(n, user));
	tell(late, user);
	sort(done, SAMPLES);
	may = divide((uint64_t)(COUNT + MS) * per_tick * n, least);
	if (done[SAMPLES - 1 - STRAYS] > may) {
		put_text(loop->name);
		put_text(": turns ");
		put_hex(done[SAMPLES - 1 - STRAYS]);
		put_text(", may be ");
		put_hex(may);
		check_failed("it is left within a millisecond", 0);
	}
}

static void set_pic(void)
{
	outb(0x20, 0x11), outb(0xa0, 0x11);
	outb(0x21, 0x20), outb(0xa1, 0x28);
	outb(0x21, 4), outb(0xa1, 2);
	outb(0x21, 1), outb(0xa1, 1);
	outb(0x21, 0xfe), outb(0xa1, 0xff);
}

void guest_main(void)
{
	uint32_t i;

	paging_on(0x610);
	for (i = 0; i < 256; i++)
		page_dir[(BIG >> 22) + i] = FRAME | PTE_P | PTE_W | PTE_U |
					    PTE_PS;
	write_cr3(read_cr3());
	__asm__ volatile("fninit; fld1; fldz");
	trap_hook[0x20] = on_timer;
	set_pic();
	calibrate();
	for (loop = loops_begin; loop < loops_end; loop++) {
		if (loop->rings & 1)
			one(0);
		if (loop->rings & 2)
			one(1);
	}
}
