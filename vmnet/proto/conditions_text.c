/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conditions_text.c - conditions as a user writes and reads them: see
 * conditions.h.
 *
 * A number is decimal, with a point or without, and its unit is part of it:
 * "delay=50" could be any time, so it is refused. Zero needs no unit. Numbers
 * of one word are parted by colons; a comma does as well, where it can not be
 * the end of the word, as it is in --net.
 */
#include "vmnet/proto/conditions.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ----------------------------------------------------------- */

struct unit {
	const char *name;
	double factor;
};

/* no double of ours is near that: a number that is no number */
#define NO_NUMBER (-1.0)

/* number_take() - "1.5" and one of @units. Return: times the unit's factor, or
 * NO_NUMBER. Zero may be without one. */
static double number_take(const char *text, size_t len,
			  const struct unit *units)
{
	size_t digits = strspn(text, "0123456789.");
	char copy[32];
	double v;
	char *end;

	if (len >= sizeof(copy) || digits > len || !isdigit(text[0]))
		return NO_NUMBER;
	memcpy(copy, text, len);
	copy[len] = '\0';
	v = strtod(copy, &end);
	if (end != copy + digits)
		return NO_NUMBER;
	for (; units->name; units++)
		if (!strcmp(end, units->name))
			return v * units->factor;
	return *end || v > 0 ? NO_NUMBER : 0;
}

/* number_is() - is it one, and not more than that? @into: rounded. */
static bool number_is(double v, double most, uint64_t *into)
{
	if (v < 0 || v > most)
		return false;
	*into = (uint64_t)(v + 0.5);
	return true;
}

static bool number_small(double v, double most, uint32_t *into)
{
	uint64_t whole;

	if (!number_is(v, most, &whole))
		return false;
	*into = (uint32_t)whole;
	return true;
}

/* ---- one function for each word ---------------------------------------- */

/* Return: NULL, or what to write. @v: the value. */

static const char *take_rate(struct vmnet_conditions *c, const char *v)
{
	static const struct unit units[] = {
		{ "", 1 }, { "k", 1e3 }, { "K", 1e3 }, { "m", 1e6 },
		{ "M", 1e6 }, { "g", 1e9 }, { "G", 1e9 }, { NULL, 0 },
	};
	uint64_t rate;

	if (!number_is(number_take(v, strlen(v), units), CONDITIONS_RATE_MOST,
		       &rate) ||
	    (rate && rate < CONDITIONS_RATE_LEAST))
		return "write bits per second, from 1k to 100G, for example "
		       "rate=10M; or rate=0";
	c->rate = rate;
	return NULL;
}

static const char *take_burst(struct vmnet_conditions *c, const char *v)
{
	static const struct unit units[] = {
		{ "", 1 }, { "k", 1024 }, { "K", 1024 }, { "m", 1 << 20 },
		{ "M", 1 << 20 }, { NULL, 0 },
	};

	return number_small(number_take(v, strlen(v), units),
			    CONDITIONS_BURST_MOST, &c->burst) ?
		       NULL :
		       "write bytes, up to 16M, for example burst=3000";
}

static bool time_take(const char *v, uint32_t *us)
{
	static const struct unit units[] = {
		{ "us", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { NULL, 0 },
	};

	return number_small(number_take(v, strlen(v), units),
			    CONDITIONS_DELAY_MOST, us);
}

static const char *take_delay(struct vmnet_conditions *c, const char *v)
{
	return time_take(v, &c->delay) ? NULL :
					 "write a time with its unit, us, ms "
					 "or s, up to 10s, for example "
					 "delay=50ms";
}

static const char *take_jitter(struct vmnet_conditions *c, const char *v)
{
	return time_take(v, &c->jitter) ? NULL :
					  "write a time with its unit, us, ms "
					  "or s, up to 10s, for example "
					  "jitter=5ms";
}

static bool chance_take(const char *v, size_t len, uint32_t *chance)
{
	static const struct unit units[] = {
		{ "%", CONDITIONS_ALWAYS / 100.0 }, { NULL, 0 },
	};

	return number_small(number_take(v, len, units), CONDITIONS_ALWAYS,
			    chance);
}

static const char *take_loss(struct vmnet_conditions *c, const char *v)
{
	return chance_take(v, strlen(v), &c->loss) ?
		       NULL :
		       "write a part of 100%, for example loss=1%";
}

static const char *take_duplicate(struct vmnet_conditions *c, const char *v)
{
	return chance_take(v, strlen(v), &c->duplicate) ?
		       NULL :
		       "write a part of 100%, for example duplicate=0.1%";
}

static const char *take_corrupt(struct vmnet_conditions *c, const char *v)
{
	return chance_take(v, strlen(v), &c->corrupt) ?
		       NULL :
		       "write a part of 100%, for example corrupt=0.01%";
}

static const char *take_gilbert(struct vmnet_conditions *c, const char *v)
{
	uint32_t p[4] = { 0, 0, 0, CONDITIONS_ALWAYS };
	unsigned int n = 0;
	size_t len;

	for (;; v += len + 1) {
		len = strcspn(v, ",:");
		if (n == ARRAY_SIZE(p) || !chance_take(v, len, &p[n++]))
			n = 0;
		if (!v[len] || n == 0)
			break;
	}
	/* "gilbert=0" turns it off; no bad time may last for ever. */
	if (n == 0 || (p[0] && !p[1]))
		return "write two to four parts of 100%, the second not 0, "
		       "for example gilbert=1%:25%";
	c->gilbert_p = p[0];
	c->gilbert_r = p[1];
	c->gilbert_h = p[2];
	c->gilbert_k = p[3];
	return NULL;
}

static const char *take_reorder(struct vmnet_conditions *c, const char *v)
{
	static const struct unit frames[] = { { "", 1 }, { NULL, 0 } };
	size_t len = strcspn(v, ",:");
	uint32_t chance, gap = 1;

	if (!chance_take(v, len, &chance) ||
	    (v[len] && (!number_small(number_take(v + len + 1,
						  strlen(v + len + 1), frames),
				      CONDITIONS_GAP_MOST, &gap) ||
			gap == 0)))
		return "write a part of 100% and by how many frames, up to "
		       "64, for example reorder=1%:3";
	c->reorder = chance;
	c->gap = gap;
	return NULL;
}

static const char *take_seed(struct vmnet_conditions *c, const char *v)
{
	char *end;

	if (!isdigit(*v) || strlen(v) > 19)
		return "write a whole number of up to 19 digits, for example "
		       "seed=42";
	c->seed = strtoull(v, &end, 10);
	return *end ? "write a whole number, for example seed=42" : NULL;
}

/* ---- words ------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *(*take)(struct vmnet_conditions *c, const char *v);
} words[] = {
#define CONDITION(name, take, example, text) { #name "=", take },
#include "vmnet/proto/conditions.def"
};
static const char all_words[] =
#define CONDITION(name, take, example, text) " " #name "="
#include "vmnet/proto/conditions.def"
	;

/* word_find() - Return: which it is, or COND_WORDS. */
static unsigned int word_find(const char *word)
{
	unsigned int i;

	for (i = 0; i < COND_WORDS; i++)
		if (!strncmp(word, words[i].name, strlen(words[i].name)))
			break;
	return i;
}

bool conditions_is_word(const char *word)
{
	return word_find(word) < COND_WORDS;
}

bool conditions_parse(struct vmnet_conditions *c, const char *word, char *error,
		      size_t size)
{
	unsigned int i = word_find(word);
	struct vmnet_conditions next = *c;
	const char *wrong;

	if (i == COND_WORDS) {
		snprintf(error, size,
			 "'%.60s' is no condition of a link; "
			 "there are%s",
			 word, all_words);
		return false;
	}
	wrong = words[i].take(&next, word + strlen(words[i].name));
	if (wrong) {
		snprintf(error, size, "'%.60s' makes no sense; %s", word,
			 wrong);
		return false;
	}
	*c = next;
	c->given |= 1u << i;
	return true;
}

/* ---- written out ------------------------------------------------------- */

struct words {
	char *buf;
	size_t len;
};

static void PRINTF_LIKE(2, 3) word_add(struct words *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->buf + w->len, CONDITIONS_TEXT - w->len, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0 && w->len + (size_t)n < CONDITIONS_TEXT);
	w->len += (size_t)n;
}

static void rate_print(struct words *w, uint64_t rate)
{
	if (rate % 1000)
		word_add(w, "rate=%llu ", (unsigned long long)rate);
	else if (rate % 1000000)
		word_add(w, "rate=%lluk ", (unsigned long long)rate / 1000);
	else
		word_add(w, "rate=%lluM ", (unsigned long long)rate / 1000000);
}

static void time_print(struct words *w, const char *name, uint32_t us)
{
	if (us && us % 1000)
		word_add(w, "%s=%uus ", name, us);
	else if (us)
		word_add(w, "%s=%ums ", name, us / 1000);
}

/* chance_print() - all of its digits: "%g" would write some with an "e". */
static void chance_print(struct words *w, const char *before, uint32_t chance)
{
	const uint32_t one = CONDITIONS_ALWAYS / 100;	/* percent */

	word_add(w, "%s%u", before, chance / one);
	if (chance % one) {
		word_add(w, ".%07u", chance % one);
		while (w->buf[w->len - 1] == '0')
			w->len--;
	}
	word_add(w, "%%");
}

const char *conditions_print(const struct vmnet_conditions *c, char *buf)
{
	struct words w = { buf, 0 };
	const struct {
		const char *name;
		uint32_t chance;
	} rest[] = {
		{ "duplicate=", c->duplicate },
		{ "corrupt=", c->corrupt },
	};
	size_t i;

	buf[0] = '\0';
	if (conditions_none(c))
		return buf;
	if (c->rate)
		rate_print(&w, c->rate);
	if (c->rate && c->burst)
		word_add(&w, "burst=%u ", c->burst);
	time_print(&w, "delay", c->delay);
	time_print(&w, "jitter", c->jitter);
	if (c->loss) {
		chance_print(&w, "loss=", c->loss);
		word_add(&w, " ");
	}
	if (c->gilbert_p) {
		chance_print(&w, "gilbert=", c->gilbert_p);
		chance_print(&w, ":", c->gilbert_r);
		chance_print(&w, ":", c->gilbert_h);
		chance_print(&w, ":", c->gilbert_k);
		word_add(&w, " ");
	}
	for (i = 0; i < ARRAY_SIZE(rest); i++)
		if (rest[i].chance) {
			chance_print(&w, rest[i].name, rest[i].chance);
			word_add(&w, " ");
		}
	if (c->reorder) {
		chance_print(&w, "reorder=", c->reorder);
		word_add(&w, ":%u ", c->gap);
	}
	word_add(&w, "seed=%llu", (unsigned long long)c->seed);
	return buf;
}
