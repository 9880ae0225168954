/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * translate.h - what the translate*.c files share: a translation under way,
 * and one function for each way to translate (translate.def). Private to
 * that family.
 */
#ifndef VMM_BT_TRANSLATE_H
#define VMM_BT_TRANSLATE_H

#include "vmm/bt/bt.h"
#include "vmm/bt/emit.h"

#define MAX_EXITS (FRAG_BRANCHES + 2)
#define OFF(field) ((uint32_t)offsetof(struct cpu, field))

/* The columns of a row: translate.def says what they mean. */
enum kind { K_X, K_G, K_B, K_L };
enum imm { IMM_0, IMM_B, IMM_Z };
enum dest { DEST_N, DEST_R, DEST_M, DEST_A };
enum flags { FLAGS_U, FLAGS_K, FLAGS_S };
enum late { LATE_F, LATE_B, LATE_P };

/* What an instruction does to registers and flags. */
struct facts {
	uint8_t dest, flags, late;
};

/* A run of x87 instructions (x87.c), up to here. */
struct x87_run {
	bool any;		/* there is one that x87_note tells of */
	bool clears;
	const struct insn *last;	/* that set FIP, or NULL */
	laddr eip;		/* its address */
	const struct insn *data;	/* that set FDP, or NULL */
};

/* A translation under way. */
struct trans {
	struct emit e;
	struct cpu *cpu;
	struct bt *bt;
	const struct gblock *gb;
	struct frag *f;
	laddr base;		/* the fragment's, here and now */
	const struct insn *in;	/* the instruction under way */
	laddr eip;		/* its address */
	const struct row *row;
	struct facts facts;	/* of the instruction, if it has a row */
	enum smc_kind seen;	/* what it does too often to be translated */
	struct touch *touch;	/* of an SMC_TOUCHER */
	struct near_page *near;	/* of an SMC_FAULTER */
	unsigned int exit_count, map_count;
	/* translate_esp.c */
	int32_t esp;		/* the guest's ESP - sp, here */
	bool esp_added;		/* an ADD or SUB has a part in that */
	uint8_t sp;		/* the host register with the window + ESP */
	bool stack_seen;	/* some instruction has made an access by sp */
	bool stack_used;	/* who comes here has made an access by sp */
	struct owed owed;
	struct x87_run run;
	bool last;		/* no instruction of the block follows */
	bool ended;		/* control never comes to the next one */
	/* Not cleared at the start; each is when it comes into use. */
	struct exit exits[MAX_EXITS];
	/* two for a string instruction or one with AH to BH in memory, one
	 * for each other, and the end */
	struct srcmap map[2 * FRAG_INSNS + 1];
};

typedef bool how_fn(struct trans *t);

struct row {
	how_fn *how;
	const char *name;	/* of how */
	uint8_t reg, rm, imm;
	struct facts facts;
};

/* ---- translate.c -------------------------------------------------------- */

/* trans_here() - the cache offset of the next byte of code. */
uint32_t trans_here(const struct trans *t);
/* trans_reg() - the host register of a guest one. */
unsigned int trans_reg(const struct trans *t, unsigned int guest);
/* trans_user() - the code runs at CPL 3. */
bool trans_user(const struct trans *t);
/* trans_map() - an instruction, or a part of it, begins here. */
void trans_map(struct trans *t, uint8_t biased);
/* trans_map_swapped() - the rest of it begins here, and finds bits 7-0 and
 * 15-8 of guest register @reg, 0-3, swapped. */
void trans_map_swapped(struct trans *t, unsigned int reg);
/* trans_fs_gs() - has it a memory operand in FS or GS? */
bool trans_fs_gs(const struct insn *in);
/* trans_plain_ea() - the memory operand, as if its segment had base 0. */
struct mem trans_plain_ea(const struct trans *t);
/* trans_by_r8() - is the operand r8 + its displacement? */
bool trans_by_r8(const struct trans *t);
/* trans_ea() - the memory operand, by ModRM or the offset of an opcode that
 * has one; r10 and r11 may be used up, and r9 by who uses it. */
struct mem trans_ea(struct trans *t);
/* trans_imm() - emit the instruction's immediate: none, a byte, or as many
 * bytes as its operand has. */
void trans_imm(struct trans *t, enum imm imm);
/* trans_written_imm() - load the instruction's 32-bit immediate, its last
 * four bytes, into @reg if it is one that is written often. Return: false,
 * and nothing was emitted, if it is not. */
bool trans_written_imm(struct trans *t, unsigned int reg);
/* trans_copy() - emit the guest's instruction for the host: @opcode behind
 * @prefix (0: none), its operands those of @row. Return: false if it can not be
 * encoded. */
bool trans_copy(struct trans *t, const struct row *row, uint8_t prefix,
		uint8_t opcode);
/* trans_often() - was the instruction under way seen to do @kind often? */
bool trans_often(const struct trans *t, enum smc_kind kind);

#define ALWAYS 16u
#define CALL 17u

/* trans_go() - jump to @target if @cc, or ALWAYS, or CALL it. */
void trans_go(struct trans *t, laddr target, unsigned int cc);
/* trans_exit() - the next exit, to be filled in; trans_go_exit() takes it. */
struct exit *trans_exit(struct trans *t);
/* trans_go_exit() - jump, or @call, by way of @x, which gets a stub. */
void trans_go_exit(struct trans *t, struct exit *x, bool call);
/* trans_lead() - a jump (e9) or call (e8) to host address @to. */
void trans_lead(struct trans *t, uint8_t opcode, uint32_t to);
/* trans_callout() - C code runs the instruction. */
void trans_callout(struct trans *t);

/* ---- translate_flow.c --------------------------------------------------- */

/* trans_go_on() - the fragment ends: on to what is behind its last instruction,
 * the one under way. */
void trans_go_on(struct trans *t);

/* ---- translate_place.c -------------------------------------------------- */

/* trans_place() - the fragment gets its place, or two of them; the kernel's on
 * global pages, which has one address, gets none. */
void trans_place(struct trans *t);
/* trans_check_r11() - go on if r11 is @la, else jump to @otherwise. Uses
 * r10. */
void trans_check_r11(struct trans *t, laddr la, uint32_t otherwise);
/* trans_trip_r11() - go on if r11 is @la, else fault (fault.c). Uses r10.
 * Return: the cache offset of what faults. */
uint32_t trans_trip_r11(struct trans *t, laddr la);
/* trans_trip_target() - go on if r11 is what chain.c will fill in, else fault.
 * Uses r10. Return: the cache offset of what faults. */
uint32_t trans_trip_target(struct trans *t);
/* trans_linked_entry() - who comes from another page says in r10d where it
 * takes the fragment's page to be. Uses r9 and r10. */
void trans_linked_entry(struct trans *t);
/* trans_straddle() - of an instruction over the end of a page: go on if the
 * window shows the second page behind the first. Uses r9 and r10. */
void trans_straddle(struct trans *t);
/* trans_checked() - what direct exit @x to another page goes by; chain.c fills
 * in which page that is, and where its jump leads. Uses r10. */
void trans_checked(struct trans *t, struct exit *x);
/* trans_trip_page() - go on if the window shows @place at that distance from
 * the fragment's page, else fault. Uses r9 and r10. Return: the cache offset
 * of what faults. */
uint32_t trans_trip_page(struct trans *t, uint32_t place, laddr distance);
/* trans_load_base() - where the window shows the fragment's page, into @reg.
 * trans_load_la() - what @la, in or near that page, is there. */
void trans_load_base(struct trans *t, unsigned int reg);
void trans_load_la(struct trans *t, unsigned int reg, laddr la);

/* ---- translate.c, again ------------------------------------------------- */

/* A callout beside a quick way. */
struct slow {
	const uint8_t *at;	/* where it begins */
	uint8_t *end;
};
/*
 * trans_unless_zero() - a callout if rcx is not 0. What is emitted next is the
 * quick way; r9 is what rcx was, and is for the quick way to restore.
 * trans_slow_end() - the quick way ends here.
 */
struct slow trans_unless_zero(struct trans *t);
void trans_slow_end(struct trans *t, struct slow slow);
/* trans_go_indirect() - on at the guest address in r11. */
void trans_go_indirect(struct trans *t, bool call);
/* trans_count() - add @n to the 64-bit counter with this OFF(); uses r10. */
void trans_count(struct trans *t, uint32_t off, uint32_t n);

/* ---- translate_esp.c ---------------------------------------------------- */

/* trans_swap() - ESP changes between r14 and rsp. */
void trans_swap(struct trans *t);
/* trans_in_r14() - from here on it is in r14. */
void trans_in_r14(struct trans *t);
/* trans_loops_in_rsp() - is a jump to @target worth it to have ESP in rsp
 * there? So it is if it closes a loop that uses the stack. */
bool trans_loops_in_rsp(const struct trans *t, laddr target);
/* trans_flush_esp() - bring sp up to date. */
void trans_flush_esp(struct trans *t);
/* trans_esp_from() - ESP becomes the sum of host register @reg and @disp. */
void trans_esp_from(struct trans *t, unsigned int reg, uint32_t disp);
/* trans_stack() - the memory operand at ESP + @disp, which is small. */
struct mem trans_stack(struct trans *t, uint32_t disp);
/* trans_may_be_entered() - who comes from elsewhere may begin here, if sp is
 * ESP and no flags are owed (cache_inside()). */
void trans_may_be_entered(struct trans *t);
/* trans_note_stack() - an access to @m was, or is about to be, emitted. */
void trans_note_stack(struct trans *t, struct mem m);
/* trans_settle_esp() - the instruction under way was translated; if it wrote
 * to ESP, sp is the window + ESP again. */
void trans_settle_esp(struct trans *t);
/* trans_esp_is_operand() - a ModRM operand is ESP itself. */
bool trans_esp_is_operand(const struct trans *t);
/* trans_bears_esp() - can it be translated while sp is behind by t->esp? */
bool trans_bears_esp(const struct trans *t);
/* trans_bears_owed() - can it be translated while flags are owed? */
bool trans_bears_owed(const struct trans *t);
/* trans_pay() - the flags become what they are to be. Uses r10. */
void trans_pay(struct trans *t);
/* trans_pay_and_flush() - both trans_pay() and trans_flush_esp(). */
void trans_pay_and_flush(struct trans *t);
/* trans_pay_if_set() - the instruction under way was translated; if it sets
 * all flags, none are owed any more. */
void trans_pay_if_set(struct trans *t);
/* trans_may_owe() - is it an ADD or SUB of ESP and a small number? trans_owe()
 * translates that, with its map entry; @joins: the block's own jump leads
 * there. */
bool trans_may_owe(const struct trans *t);
void trans_owe(struct trans *t, bool joins);

/* ---- translate_touch.c -------------------------------------------------- */

/* trans_may_touch() - can trans_touch() check the instruction under way? */
bool trans_may_touch(const struct trans *t);
/* trans_page_of() - 16 times the address of the page of @m, a guest address
 * that is worked out as a host's, into host register @to. Uses r11. */
void trans_page_of(struct trans *t, unsigned int to, struct mem m);
/* trans_touch() - translate it so that it is a callout when its page is not
 * that of last time. */
void trans_touch(struct trans *t);

/* ---- translate_near.c --------------------------------------------------- */

/* trans_has_near() - can trans_near() translate the instruction under way? */
bool trans_has_near(const struct trans *t);
/* trans_near() - translate it so that it is a callout when its page is not
 * that of last time, and needs no window else. */
void trans_near(struct trans *t);

/* ---- translate_fpu.c ---------------------------------------------------- */

/* trans_in_run() - does the instruction under way, translated @easily or not,
 * join a run of x87 instructions? trans_join_run() - it was translated, and
 * does. */
bool trans_in_run(const struct trans *t, bool easily);
void trans_join_run(struct trans *t);
/* trans_end_run() - it does not: note what the run did. Uses r9. */
void trans_end_run(struct trans *t);

/* ---- translate_stack.c -------------------------------------------------- */

/* trans_push() - push a host register; leaves sp behind. */
void trans_push(struct trans *t, unsigned int reg);

/* ---- one for each how ---------------------------------------------------- */

how_fn do_modrm, do_acc_imm, do_bitscan, do_popcnt, do_movbe, do_plain,
	do_incdec, do_nothing, do_lea, do_xchg_acc, do_moffs, do_mov_imm8,
	do_mov_imm, do_bswap, do_group3, do_push_reg, do_pop_reg, do_push_imm,
	do_pop_mem, do_leave, do_pushf, do_popf, do_push_sreg, do_mov_from_sreg,
	do_rdtsc, do_cli, do_sti, do_string, do_jcc, do_jmp, do_loop, do_call,
	do_ret, do_group5, do_fpu_plain, do_x87, do_sse, do_sse_gpr_rm, do_movd,
	do_group15, do_port, do_mov_to_sreg, do_pop_sreg;

#endif
