// SPDX-License-Identifier: BSD-2-Clause
/*
 * page_random.c - random page tables, changed and flushed at random, in three
 * address spaces: each access does what an entry says that may be in use.
 *
 * A region of two directory slots is mapped by tables that slots and spaces
 * share, by large pages, or not. Pages are read, written, run as code, and
 * read and written over their ends, in rings 0 and 3. What is expected is
 * worked out from the tables as they are in memory:
 *
 * exact	each change is flushed at once, by INVLPG or by CR3. Then there
 *		is one right result, and all accessed and dirty bits are known
 *		after each step. Both engines print the same sum.
 * lazy		changes are flushed later, and there are global pages. What an
 *		entry said at any time since the last flush that counts for
 *		it may come true, and nothing else (SDM volume 3, 4.10).
 */
#include "guests/property/rt.h"

#define REGION	0x40000000u
#define FRAME0	0x00c00000u	/* frames, side by side; a large page too */
#define FRAMES	24u
#define PAGES	16u		/* of a slot */
#define SLOTS	2u
#define SPACES	3u
#define TABLES	3u
#define STALES	6u		/* entries remembered for a page */
#define STEPS	12000u
#define VALUE	0x11u		/* offset of a frame's value */
#define TAIL	0xffeu		/* of its last two bytes */
#define AD	(PTE_A | PTE_D)

enum access { READ, WRITE, RUN, READ_OVER, WRITE_OVER, ACCESSES };

/* What a frame holds: VALUE is the number in the code MOV EAX; INT 80h. */
struct frame {
	uint32_t value;
	uint16_t head, tail;	/* its first and last two bytes */
};

/* What an entry lets happen. */
struct outcome {
	int faults;		/* -1, or the error code */
	unsigned int frame;
};

/* Entries that may still be in use for a page, each with its directory's
 * entry. */
struct stale {
	unsigned int n;
	uint32_t pde[STALES], pte[STALES];
};

static uint64_t dirs[SPACES][512] __attribute__((aligned(4096)));
static uint64_t tables[TABLES][512] __attribute__((aligned(4096)));
static uint64_t pdpts[SPACES][4] __attribute__((aligned(32)));
static uint64_t low_dir[512] __attribute__((aligned(4096)));
static uint32_t shadow[TABLES][PAGES], shadow_dir[SPACES][SLOTS];
static struct frame frames[FRAMES];
static struct stale stale[SLOTS][PAGES];
static int wide, lazy;
static unsigned int space;
static uint32_t sum, seed = 1, step;

extern uint8_t do_read[], do_write[];
__asm__(".pushsection .text\n"
	"do_read: movl (%esi), %eax; int $0x80\n"
	"do_write: movl %eax, (%esi); int $0x80\n"
	".popsection\n");

static void add(uint32_t v)
{
	sum = (sum << 5 | sum >> 27) * 0x9e3779b1u + v;
}

static uint32_t draw(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void wrong(const char *what)
{
	put_text(wide ? "PAE, " : "");
	put_text(lazy ? "lazy, " : "exact, ");
	put_text("step ");
	put_hex(step);
	put_text(" space ");
	put_hex(space);
	put_text(": ");
	check_failed(what, 0);
}

/* ---- tables ------------------------------------------------------------- */

/* entry() - its low half; the high one is always 0. */
static volatile uint32_t *entry(void *table, unsigned int i)
{
	return at32((uint32_t)table + (i << (wide ? 3 : 2)));
}

static volatile uint32_t *pde_of(unsigned int s, unsigned int slot)
{
	return entry(dirs[s], (wide ? 0 : REGION >> 22) + slot);
}

static uint32_t linear(unsigned int slot, unsigned int page)
{
	return REGION + (slot << (wide ? 21 : 22)) + page * 4096;
}

/* table_of() - which of tables[] a directory entry points to, or TABLES. */
static unsigned int table_of(uint32_t pde)
{
	unsigned int i;

	for (i = 0; i < TABLES; i++)
		if ((pde & PTE_P) && !(pde & PTE_PS) &&
		    (pde & ~0xfffu) == (uint32_t)tables[i])
			return i;
	return TABLES;
}

static uint32_t pte_of(uint32_t pde, unsigned int page)
{
	unsigned int t = table_of(pde);

	return t == TABLES ? 0 : *entry(tables[t], page);
}

static void load_space(unsigned int s)
{
	space = s;
	write_cr3(wide ? (uint32_t)pdpts[s] : (uint32_t)dirs[s]);
}

/* ---- what may still be in use ------------------------------------------- */

static void forget(struct stale *st, int keep_global)
{
	unsigned int i, n = 0;

	for (i = 0; i < st->n; i++) {
		uint32_t last = st->pde[i] & PTE_PS ? st->pde[i] : st->pte[i];

		if (!keep_global || !(last & PTE_G))
			continue;
		st->pde[n] = st->pde[i];
		st->pte[n++] = st->pte[i];
	}
	st->n = n;
}

static void forget_all(int keep_global)
{
	unsigned int slot, page;

	for (slot = 0; slot < SLOTS; slot++)
		for (page = 0; page < PAGES; page++)
			forget(&stale[slot][page], keep_global);
}

static void flush_global(void)
{
	write_cr4(read_cr4() & ~0x80u);
	if (lazy)
		write_cr4(read_cr4() | 0x80);
	forget_all(0);
}

/* remember() - what is there now may be in use later. */
static void remember(unsigned int slot, unsigned int page)
{
	struct stale *st = &stale[slot][page];
	uint32_t pde = *pde_of(space, slot), pte = pte_of(pde, page);

	if (!(pde & PTE_P) || (!(pde & PTE_PS) && !(pte & PTE_P)))
		return;
	if (st->n == STALES) {
		flush_global();
		return;
	}
	st->pde[st->n] = pde;
	st->pte[st->n++] = pte;
}

/* switch_space() - global entries of the old one may stay in use. */
static void switch_space(unsigned int s)
{
	unsigned int slot, page;

	for (slot = 0; lazy && slot < SLOTS; slot++)
		for (page = 0; page < PAGES; page++)
			remember(slot, page);
	load_space(s);
	forget_all(1);
}

/* ---- changes ------------------------------------------------------------ */

static uint32_t draw_rights(void)
{
	uint32_t v = PTE_P | (draw(4) ? PTE_W : 0) | (draw(4) ? PTE_U : 0);

	if (draw(2))
		v |= PTE_A | (draw(2) ? PTE_D : 0);
	return v | (lazy && !draw(4) ? PTE_G : 0);
}

static void flush_page(unsigned int t, unsigned int page)
{
	unsigned int slot;

	for (slot = 0; slot < SLOTS; slot++)
		if (table_of(*pde_of(space, slot)) == t) {
			invlpg(linear(slot, page));
			forget(&stale[slot][page], 0);
		}
}

static void change_page(void)
{
	unsigned int t = draw(TABLES), page = draw(PAGES), slot;
	uint32_t v = (FRAME0 + draw(FRAMES) * 4096) | draw_rights();

	if (!draw(4))
		v = draw(2) ? 0 : v & ~PTE_P;
	for (slot = 0; slot < SLOTS; slot++)
		if (lazy && table_of(*pde_of(space, slot)) == t)
			remember(slot, page);
	*entry(tables[t], page) = v;
	shadow[t][page] = v;
	if (lazy)
		return;
	if (draw(2))
		flush_page(t, page);
	else
		load_space(space);
}

static void change_slot(void)
{
	unsigned int s = draw(SPACES), slot = draw(SLOTS);
	uint32_t v = draw_rights() & ~(PTE_D | PTE_G);

	switch (draw(6)) {
	case 0:
		v = 0;
		break;
	case 1:
		v |= FRAME0 | PTE_PS | (draw(2) ? PTE_D : 0);
		break;
	default:
		v |= (uint32_t)tables[draw(TABLES)];
	}
	*pde_of(s, slot) = v;
	shadow_dir[s][slot] = v;
	load_space(space);
	flush_global();
}

static void change_flags(void)
{
	write_cr0(read_cr0() ^ 0x10000);	/* WP: counts at once */
}

static void flush_some(void)
{
	unsigned int slot = draw(SLOTS), page = draw(PAGES);

	switch (draw(4)) {
	case 0:
		load_space(space);
		forget_all(1);
		break;
	case 1:
		flush_global();
		break;
	default:
		invlpg(linear(slot, page));
		/* A large page goes as a whole. */
		if (*pde_of(space, slot) & PTE_PS)
			break;
		forget(&stale[slot][page], 0);
	}
}

/* ---- accesses ----------------------------------------------------------- */

static struct outcome outcome_of(uint32_t pde, uint32_t pte, int write,
				 int user)
{
	uint32_t both = pde & (pde & PTE_PS ? pde : pte);
	struct outcome o = { -1, 0 };
	int err = (write ? 2 : 0) | (user ? 4 : 0);

	o.frame = (pte - FRAME0) >> 12;
	if (!(both & PTE_P))
		o.faults = err;
	else if ((user && !(both & PTE_U)) ||
		 (write && !(both & PTE_W) && (user || (read_cr0() & 0x10000))))
		o.faults = err | 1;
	return o;
}

/* outcome() - of what is in the tables now (@i = 0), or of the @i-th entry
 * that may be in use. Return: 0 if there are no more. */
static int outcome(unsigned int i, unsigned int slot, unsigned int page,
		   int write, int user, struct outcome *o)
{
	const struct stale *st = &stale[slot][page];
	uint32_t pde = *pde_of(space, slot), pte;

	if (i > st->n)
		return 0;
	if (i)
		pde = st->pde[i - 1];
	pte = i ? st->pte[i - 1] : pte_of(pde, page);
	if (pde & PTE_PS)
		pte = FRAME0 + page * 4096;
	*o = outcome_of(pde, pte, write, user);
	return 1;
}

static uint32_t half(uint32_t at)
{
	return at8(at)[0] | (uint32_t)at8(at)[1] << 8;
}

/* held() - memory holds what it is to hold. */
static void held(unsigned int f)
{
	uint32_t at = FRAME0 + f * 4096;

	if (*at32(at + VALUE) != frames[f].value ||
	    half(at) != frames[f].head || half(at + TAIL) != frames[f].tail)
		wrong("a write went elsewhere");
}

static void all_held(void)
{
	unsigned int f;

	for (f = 0; f < FRAMES; f++)
		held(f);
}

/* came_true() - is this what the last access did? If so, memory is as it says
 * from now on. */
static int came_true(enum access a, const struct outcome *o,
		     const struct outcome *o2, uint32_t at, uint32_t v)
{
	const struct frame *f = &frames[o->frame], *g = &frames[o2->frame];
	uint32_t cr2 = at;

	if (o->faults >= 0 || o2->faults >= 0) {
		if (o->faults < 0)
			cr2 = (at & ~0xfffu) + 4096;
		return caught.vector == 14 && caught_cr2 == cr2 &&
		       (int)caught.err ==
			       (o->faults < 0 ? o2->faults : o->faults);
	}
	if (caught.vector != 0x80)
		return 0;
	switch (a) {
	case READ:
	case RUN:
		return caught.eax == f->value;
	case WRITE:
		if (*at32(FRAME0 + o->frame * 4096 + VALUE) != v)
			return 0;
		frames[o->frame].value = v;
		return 1;
	case READ_OVER:
		return caught.eax == (f->tail | (uint32_t)g->head << 16);
	default:
		if (half(FRAME0 + o->frame * 4096 + TAIL) != (v & 0xffff) ||
		    half(FRAME0 + o2->frame * 4096) != v >> 16)
			return 0;
		frames[o->frame].tail = (uint16_t)v;
		frames[o2->frame].head = (uint16_t)(v >> 16);
		return 1;
	}
}

/* explained() - by any of the entries that may have been in use. */
static int explained(enum access a, unsigned int slot, unsigned int page,
		     int user, uint32_t at, uint32_t v)
{
	int write = a == WRITE || a == WRITE_OVER;
	int over = a == READ_OVER || a == WRITE_OVER;
	struct outcome o, o2 = { -1, 0 };
	unsigned int i, k;

	for (i = 0; outcome(i, slot, page, write, user, &o); i++) {
		if (!over) {
			if (came_true(a, &o, &o2, at, v))
				return 1;
			continue;
		}
		for (k = 0; outcome(k, slot, page + 1, write, user, &o2); k++)
			if (came_true(a, &o, &o2, at, v))
				return 1;
	}
	return 0;
}

/* used() - the bits that an access sets, in the shadow of the tables. */
static void used(unsigned int slot, unsigned int page, int write)
{
	uint32_t pde = shadow_dir[space][slot];
	unsigned int t = table_of(pde);

	shadow_dir[space][slot] |= PTE_A;
	if (pde & PTE_PS)
		shadow_dir[space][slot] |= write ? PTE_D : 0;
	else if (t < TABLES)
		shadow[t][page] |= PTE_A | (write ? PTE_D : 0);
}

/* maybe_used() - half of an access that faulted. */
static void maybe_used(unsigned int slot, unsigned int page)
{
	unsigned int t = table_of(shadow_dir[space][slot]);

	if (t < TABLES)
		shadow[t][page] |= *entry(tables[t], page) & AD;
	shadow_dir[space][slot] |= *pde_of(space, slot) & AD;
}

static void bits_right(void)
{
	unsigned int t, i, s;

	for (t = 0; t < TABLES; t++)
		for (i = 0; i < PAGES; i++)
			if (*entry(tables[t], i) != shadow[t][i])
				wrong("accessed and dirty bits of a table");
	for (s = 0; s < SPACES; s++)
		for (i = 0; i < SLOTS; i++)
			if (*pde_of(s, i) != shadow_dir[s][i])
				wrong("those of a directory");
}

static void page_access(void)
{
	enum access a = (enum access)draw(ACCESSES);
	unsigned int slot = draw(SLOTS), page = draw(PAGES - 1);
	int user = (int)draw(2), write = a == WRITE || a == WRITE_OVER;
	uint32_t at = linear(slot, page), v = seed ^ step << 16;
	struct regs r = {
		.eax = v, .eflags = 2,
		.esp = (uint32_t)user_stack + sizeof(user_stack),
		.eip = (uint32_t)(write ? do_write : do_read),
	};

	if (a == RUN)
		r.eip = at += VALUE - 1;
	else
		r.esi = at += a < RUN ? VALUE : TAIL;
	if (user)
		rt_run_user(&r);
	else
		rt_run(&r);
	if (!explained(a, slot, page, user, at, v))
		wrong("an access does what an entry says");
	all_held();
	if (lazy)
		return;
	add(caught.vector);
	add(caught.err);
	add(caught.eax);
	if (caught.vector == 0x80) {
		used(slot, page, write);
		if (a > RUN)
			used(slot, page + 1, write);
	}
	if (caught.vector == 14 && a > RUN) {
		maybe_used(slot, page);
		maybe_used(slot, page + 1);
	}
	bits_right();
}

/* ---- runs --------------------------------------------------------------- */

static void set_up(void)
{
	unsigned int i, s;

	for (i = 0; i < FRAMES; i++) {
		uint32_t at = FRAME0 + i * 4096;

		*at8(at + VALUE - 1) = 0xb8;
		*at8(at + VALUE + 4) = 0xcd;
		*at8(at + VALUE + 5) = 0x80;
		frames[i] = (struct frame){ *at32(at + VALUE),
					    (uint16_t)half(at),
					    (uint16_t)half(at + TAIL) };
	}
	for (s = 0; s < SPACES; s++) {
		__builtin_memset(dirs[s], 0, sizeof(dirs[s]));
		for (i = 0; i < SLOTS; i++)
			shadow_dir[s][i] = 0;
		for (i = 0; i < 4 && !wide; i++)
			*entry(dirs[s], i) = page_dir[i];
		pdpts[s][0] = (uint32_t)low_dir | PTE_P;
		pdpts[s][1] = (uint32_t)dirs[s] | PTE_P;
	}
	__builtin_memset(tables, 0, sizeof(tables));
	__builtin_memset(shadow, 0, sizeof(shadow));
	for (i = 0; i < 8; i++)
		low_dir[i] = (uint64_t)i << 21 | PTE_P | PTE_W | PTE_U | PTE_PS;
}

static void run(int pae, int lazily)
{
	write_cr0(read_cr0() & ~0x80000000u);
	wide = pae;
	lazy = lazily;
	set_up();
	write_cr4(pae ? 0x20 : 0x10);
	load_space(0);
	write_cr0(read_cr0() | 0x80000000u);
	flush_global();
	for (step = 0; step < STEPS; step++) {
		switch (draw(32)) {
		case 0:
			change_slot();
			break;
		case 1:
			change_flags();
			break;
		case 2:
			switch_space(draw(SPACES));
			break;
		case 3:
			flush_some();
			break;
		case 4: case 5: case 6: case 7: case 8:
			change_page();
			break;
		default:
			page_access();
		}
	}
	put_text(pae ? "PAE " : "two levels ");
	put_text(lazily ? "lazily\n" : "exactly: ");
	if (lazily)
		return;
	put_hex(sum);
	put_text("\n");
}

void guest_main(void)
{
	paging_on(0x10);
	run(0, 0);
	run(1, 0);
	run(0, 1);
	run(1, 1);
}
