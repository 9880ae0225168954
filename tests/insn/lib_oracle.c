// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_oracle.c - ask who knows how a case ends; see lib_oracle.h.
 *
 * While native32 is there, batches lie in its share and are its alone.
 * Otherwise cases are copied into the shares of the runners that answer them,
 * and the answers back into the slots.
 */
#include "tests/insn/lib_oracle.h"

#include <cpuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/host.h"
#include "ia32/regs.h"
#include "tests/insn/lib_compare.h"

const char *const oracle_names[ORACLE_KINDS] = {
	"none", "32-bit host", "64-bit host", "recorded", "qemu-i386"
};

const char *const oracle_lacks[LACK_KINDS] = {
	"",
	("recorded for other inputs; run make record-oracle on a host that "
	 "runs 32-bit programs"),
	"this host leaves EIP at an ICEBP that trapped: its answer is wrong",
	"this host's processor has no such instruction"
};

/* Lines whose every case ended in qemu-i386 as on a real processor. */
static const char *const qemu_right[] = {
#define QEMU_RIGHT(name) name,
#include "tests/insn/qemu.def"
#undef QEMU_RIGHT
};

uint32_t oracles_wanted(void)
{
	struct native n;

	if (host_denied(HOST_ia32) || !native_start(&n, "native32", NULL))
		return ORACLES_WITHOUT_IA32;
	native_stop(&n);
	return ORACLE_BIT(NATIVE32);
}

/* icebp_lies() - run F1: is it #DB, and EIP behind it? */
static bool icebp_lies(struct native *n)
{
	struct case_slot *s = &n->share->slot[0];

	memset(&s->in, 0, sizeof(s->in));
	s->in.code_at = 0x800;
	s->in.code_len = 1;
	s->in.code[0] = 0xf1;
	s->in.st.eip = CASE_CODE + s->in.code_at;
	s->in.st.eflags = FL_ONE | FL_IF;
	s->in.st.fx[25] = 0x1f;
	s->in.st.fx[24] = 0x80;
	if (!native_begin(n, 1) || !native_finish(n))
		return false;
	return s->out.vector != VEC_DB || s->out.st.eip != s->in.st.eip + 1;
}

/* look_at_host() - what its processor has, whatever HOSTEL_HOST says. */
static void look_at_host(struct oracle *o)
{
	unsigned int a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d))
		return;
	o->popcnt = c & bit_POPCNT;
	o->movbe = c & bit_MOVBE;
}

bool oracle_open(struct oracle *o, uint32_t kinds)
{
	memset(o, 0, sizeof(*o));
	look_at_host(o);
	if (kinds & ORACLE_BIT(NATIVE32)) {
		if (!native_start(&o->native32, "native32", NULL))
			return false;
		o->kinds |= ORACLE_BIT(NATIVE32);
		o->icebp_lies = icebp_lies(&o->native32);
	}
	if (kinds & ORACLE_BIT(NATIVE64)) {
		if (!native_start(&o->native64, "native64", NULL))
			return false;
		o->kinds |= ORACLE_BIT(NATIVE64);
		o->icebp_lies |= icebp_lies(&o->native64);
	}
	if (kinds & ORACLE_BIT(RECORDED) &&
	    recorded_load(&o->recorded, RECORDED_FILE))
		o->kinds |= ORACLE_BIT(RECORDED);
	if (kinds & ORACLE_BIT(QEMU) &&
	    native_start(&o->qemu, "native32", "qemu-i386"))
		o->kinds |= ORACLE_BIT(QEMU);
	return true;
}

void oracle_close(struct oracle *o)
{
	if (o->kinds & ORACLE_BIT(NATIVE32))
		native_stop(&o->native32);
	if (o->kinds & ORACLE_BIT(NATIVE64))
		native_stop(&o->native64);
	if (o->kinds & ORACLE_BIT(QEMU))
		native_stop(&o->qemu);
	recorded_free(&o->recorded);
	memset(o, 0, sizeof(*o));
}

struct case_slot *oracle_slots(struct oracle *o)
{
	return o->kinds & ORACLE_BIT(NATIVE32) ? o->native32.share->slot : NULL;
}

static bool qemu_knows(const char *line)
{
	unsigned int i;

	for (i = 0; line && i < ARRAY_SIZE(qemu_right); i++)
		if (!strcmp(line, qemu_right[i]))
			return true;
	return false;
}

/* ask_recorded() - the file, or else say why nobody answers. */
static bool ask_recorded(const struct oracle *o, const struct case_in *in,
			 struct oracle_answer *a)
{
	uint64_t key = case_key(in);

	if (!recorded_wants(key))
		return false;
	if (recorded_find(&o->recorded, key, &a->hash)) {
		a->by = ORACLE_RECORDED;
		return true;
	}
	if (o->expects_recorded)
		a->lack = LACK_STALE;
	return false;
}

/* host_lack() - why the host is not asked about such a case. */
static enum oracle_lack host_lack(const struct oracle *o,
				  const struct recode_facts *f)
{
	if ((f->popcnt && !o->popcnt) || (f->movbe && !o->movbe))
		return LACK_CPU;
	return f->icebp && o->icebp_lies ? LACK_LIES : LACK_NOTHING;
}

/* ask() - find the first that can answer case @i, and give it to him. */
static void ask(struct oracle *o, const struct case_in *in, const char *line,
		unsigned int i)
{
	struct oracle_answer *a = &o->answer[i];
	struct recode_facts facts;
	enum oracle_lack lack;

	*a = (struct oracle_answer){ .by = ORACLE_NONE };
	recode_facts(in, &facts);
	a->undefined = facts.undefined;
	lack = host_lack(o, &facts);
	if (lack != LACK_NOTHING) {
		if (!ask_recorded(o, in, a))
			a->lack = lack;
		return;
	}
	if (o->kinds & ORACLE_BIT(NATIVE32)) {
		a->by = ORACLE_NATIVE32;
		return;
	}
	if (o->kinds & ORACLE_BIT(NATIVE64) &&
	    recode_case(in, &o->code[i], &o->native64.share->slot[o->n64].in)) {
		o->at64[i] = (uint8_t)o->n64++;
		a->by = ORACLE_NATIVE64;
		return;
	}
	if (facts.approximate || ask_recorded(o, in, a))
		return;
	if (o->kinds & ORACLE_BIT(QEMU) && !(in->st.eflags & FL_AC) &&
	    (o->qemu_knows_all || qemu_knows(line))) {
		o->qemu.share->slot[o->n_qemu].in = *in;
		o->at_qemu[i] = (uint8_t)o->n_qemu++;
		a->by = ORACLE_QEMU;
		a->lack = LACK_NOTHING;
	}
}

bool oracle_begin(struct oracle *o, struct case_slot *slot,
		  const char *const *line, unsigned int n)
{
	unsigned int i;

	o->n = n;
	o->n64 = o->n_qemu = 0;
	for (i = 0; i < n; i++)
		ask(o, &slot[i].in, line ? line[i] : NULL, i);
	if (o->kinds & ORACLE_BIT(NATIVE32))
		return native_begin(&o->native32, n);
	return (!o->n64 || native_begin(&o->native64, o->n64)) &&
	       (!o->n_qemu || native_begin(&o->qemu, o->n_qemu));
}

/* take_answers() - out of the runners' shares. */
static void take_answers(struct oracle *o, struct case_slot *slot)
{
	unsigned int i;

	for (i = 0; i < o->n; i++) {
		struct oracle_answer *a = &o->answer[i];
		struct case_out *out = &slot[i].out;

		if (a->by == ORACLE_QEMU)
			*out = o->qemu.share->slot[o->at_qemu[i]].out;
		if (a->by != ORACLE_NATIVE64)
			continue;
		*out = o->native64.share->slot[o->at64[i]].out;
		if (recode_answer(&o->code[i], out))
			continue;
		a->by = ORACLE_NONE;
		ask_recorded(o, &slot[i].in, a);
	}
}

bool oracle_finish(struct oracle *o, struct case_slot *slot)
{
	if (o->kinds & ORACLE_BIT(NATIVE32))
		return native_finish(&o->native32);
	if ((o->n64 && !native_finish(&o->native64)) ||
	    (o->n_qemu && !native_finish(&o->qemu)))
		return false;
	take_answers(o, slot);
	return true;
}

bool oracle_agrees(const struct oracle_answer *a, const struct case_in *in,
		   struct case_out *want, const struct case_out *got)
{
	uint32_t open = a->undefined | FL_RF;
	struct case_out known;

	switch (a->by) {
	case ORACLE_RECORDED:
		return (case_hash(in, got, a->undefined) & RECORDED_HASH) ==
		       a->hash;
	case ORACLE_QEMU:	/* has no error codes, nor RF */
		known = *want;
		known.err = got->err;
		known.st.eflags ^= (known.st.eflags ^ got->st.eflags) & open;
		return case_same(in, &known, got);
	default:
		return case_same(in, want, got);
	}
}
