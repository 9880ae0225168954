/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chatter.c - a guest that sends and takes frames until it is ended, with its
 * card's rings and no system at all (tests/long/net_soak.sh).
 *
 * Its card's last byte is its number, 0 to 15. A hundred times a second it
 * sends some frames, now and then many at once: to another number, to all, to a
 * group, or to nobody; odd numbers above 11 send runts and as others, too. Two
 * of them, 0 and 1, send to each other only, five frames each time at most. A
 * frame has its sender's number, how many that sent to this receiver, a sum.
 * Each 100 ticks a line goes to COM1, all numbers hexadecimal:
 *
 *	C TICKS SENT FULL HEARD BAD GAPS MISSED
 *
 * frames given to the card, those that it had no room for, those heard, those
 * that were not what somebody sent, and of the partner of 0 or 1, how often and
 * how many were missing.
 *
 * Am79C970A data sheet (PCnet-PCI II), software style 2. It is built with the
 * run-time of guests/property, and never ends.
 */
#include "guests/ticks.h"

#define RATE		100u
#define RINGS_LOG	9u		/* the most; so it may sleep for long */
#define RINGS		(1u << RINGS_LOG)
#define ROOM		1536u
#define LEAST		34u		/* a frame with all that it says */
#define TYPE		0x88b5u
#define VM_COUNT	16u

#define OWN		0x80000000u
#define ERR		0x40000000u
#define STP		0x02000000u
#define ENP		0x01000000u
#define ONES		0x0000f000u

struct descriptor {
	volatile uint32_t at, status, more, own;
};

struct init_block {
	uint32_t mode;
	uint8_t mac[8];
	uint32_t groups[2];
	uint32_t receive, send;
};

static struct init_block block __attribute__((aligned(16)));
static struct descriptor receive[RINGS] __attribute__((aligned(16)));
static struct descriptor send[RINGS] __attribute__((aligned(16)));
static uint8_t in[RINGS][ROOM], out[RINGS][ROOM];
static uint32_t port, next_in, next_out, chance, me, told[VM_COUNT];
static uint32_t sent, full, heard, bad, gaps, missed, expected;
static uint32_t draw(uint32_t below)
{
	chance = chance * 1664525u + 1013904223u;
	return (chance >> 8) % below;
}

/* ---- the card ---------------------------------------------------------- */

static uint32_t config_read(uint32_t reg)
{
	outl(0xcf8, 0x80001000u + reg);
	return inl(0xcfc);
}

static void csr(uint16_t number, uint32_t value)
{
	outw((uint16_t)(port + 0x12), number);
	outw((uint16_t)(port + 0x10), (uint16_t)value);
}

static uint16_t csr_read(uint16_t number)
{
	outw((uint16_t)(port + 0x12), number);
	return inw((uint16_t)(port + 0x10));
}

static void give_back(uint32_t i)
{
	receive[i].at = (uint32_t)(uintptr_t)in[i];
	receive[i].more = 0;
	receive[i].status = OWN | ONES | (0x1000u - ROOM);
}

static void start_card(void)
{
	uint32_t i;

	CHECK_EQ(config_read(0), 0x20001022u);
	port = config_read(0x10) & 0xffe0u;
	outl(0xcf8, 0x80001004u);
	outl(0xcfc, 5);			/* I/O, bus master */
	inw((uint16_t)(port + 0x14));	/* reset */
	outw((uint16_t)(port + 0x12), 20);
	outw((uint16_t)(port + 0x16), 2);	/* BCR20: style 2 */
	block.mode = RINGS_LOG << 20 | RINGS_LOG << 28;
	for (i = 0; i < 6; i++)
		block.mac[i] = inb((uint16_t)(port + i));
	block.groups[0] = block.groups[1] = 0xffffffffu;
	block.receive = (uint32_t)(uintptr_t)receive;
	block.send = (uint32_t)(uintptr_t)send;
	for (i = 0; i < RINGS; i++)
		give_back(i);
	csr(1, (uint32_t)(uintptr_t)&block & 0xffff);
	csr(2, (uint32_t)(uintptr_t)&block >> 16);
	csr(0, 1);
	while (!(csr_read(0) & 0x100))
		;
	csr(0, 2);
	me = block.mac[5] % VM_COUNT;
	chance = block.mac[5] * 2654435761u + block.mac[4];
}

/* ---- frames ------------------------------------------------------------ */

static uint32_t get32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v, p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16), p[3] = (uint8_t)(v >> 24);
}

static uint32_t sum_of(const uint8_t *p, uint32_t n)
{
	uint32_t sum = n;

	while (n--)
		sum = sum * 31 + *p++;
	return sum;
}

/* build() - a frame of @len bytes to number @to; behind those that there are,
 * everybody, a group and nobody */
static void build(uint8_t *f, uint32_t to, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < 6; i++) {
		f[i] = to == VM_COUNT ? 0xff : block.mac[i];
		f[6 + i] = block.mac[i];
	}
	if (to == VM_COUNT + 1)
		f[0] |= 1;
	if (to != VM_COUNT)
		f[5] = (uint8_t)to;
	f[12] = TYPE >> 8, f[13] = TYPE & 0xff;
	put32(f + 14, me);
	put32(f + 18, to < VM_COUNT ? told[to]++ : 0);
	put32(f + 22, len);
	for (i = LEAST - 4; i < len - 4; i++)
		f[i] = (uint8_t)draw(256);
	put32(f + len - 4, sum_of(f + 14, len - 18));
}

static void say(uint32_t to, uint32_t len)
{
	struct descriptor *d = &send[next_out];
	uint8_t *f = out[next_out];

	if (d->status & OWN) {
		full++;
		return;
	}
	build(f, to, len);
	if (me > 11 && me & 1 && !draw(50))
		f[6 + draw(6)] ^= 2;		/* somebody else's */
	if (me > 11 && me & 1 && !draw(50))
		len = 1 + draw(13);	/* no frame: nobody hears it */
	d->at = (uint32_t)(uintptr_t)f;
	d->more = 0;
	d->status = OWN | STP | ENP | ONES | (0x1000u - len);
	next_out = (next_out + 1) % RINGS;
	sent++;
}

/* follow() - is that the partner's next one? */
static void follow(uint32_t number)
{
	if (number != expected) {
		gaps++;
		missed += number - expected;
	}
	expected = number + 1;
}

/* is_bad() - what it is, in a line of its own: B LENGTH FRAME */
static void is_bad(const uint8_t *f, uint32_t len)
{
	uint32_t i;

	bad++;
	put_text("B");
	put_number(len);
	for (i = 0; i < LEAST; i += 4)
		put_number(get32(f + i));
	put_text("\n");
}

/* take() - one frame, as it came; what networks say themselves is not looked
 * at. */
static void take(const uint8_t *f, uint32_t len)
{
	uint32_t n = get32(f + 22);

	if (f[12] != TYPE >> 8 || f[13] != (TYPE & 0xff))
		return;
	heard++;
	if (n < LEAST || n > len ||
	    get32(f + n - 4) != sum_of(f + 14, n - 18) || get32(f + 14) == me)
		is_bad(f, len);
	else if (me < 2 && get32(f + 14) == (me ^ 1))
		follow(get32(f + 18));
}

static void take_all(void)
{
	struct descriptor *d = &receive[next_in];

	while (!(d->status & OWN)) {
		if ((d->status & (ERR | STP | ENP)) == (STP | ENP))
			take(in[next_in], (d->more & 0xfff) - 4);
		give_back(next_in);
		next_in = (next_in + 1) % RINGS;
		d = &receive[next_in];
	}
}

/* ---- what it does ------------------------------------------------------- */

static void speak(void)
{
	uint32_t n = draw(6);

	if (me > 1 && !draw(200))
		n += 60;
	while (n--) {
		say(me < 2 ? me ^ 1 : draw(VM_COUNT + 4), LEAST + draw(1480));
		take_all();
	}
	csr(0, 8 | 2);		/* look at once */
}

static void tell(void)
{
	put_text("C");
	put_number(ticks);
	put_number(sent);
	put_number(full);
	put_number(heard);
	put_number(bad);
	put_number(gaps);
	put_number(missed);
	put_text("\n");
}

void guest_main(void)
{
	uint32_t said = 0;

	start_card();
	start_ticks(RATE);
	for (;;) {
		__asm__ volatile("hlt");
		take_all();
		speak();
		if (ticks - said < RATE)
			continue;
		said = ticks;
		tell();
	}
}
