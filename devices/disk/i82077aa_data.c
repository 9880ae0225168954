/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i82077aa_data.c - the floppy controller's work half: sectors between the
 * medium and the host.
 *
 * A command goes by runs: sectors of one side that follow each other, of which
 * one request is made. Without DMA a run is one sector, which goes through
 * data[]. i82077aa_work() begins a run, i82077aa_medium_done() ends it.
 *
 * The registers may change under us at any time: what a bound is made of is
 * taken into struct track once.
 */
#include "devices/disk/i82077aa.h"

#include <string.h>

#include "devices/disk/i82077aa_bits.h"

#define ID_SIZE		4u	/* of a sector, for FORMAT TRACK: C, H, R, N */
#define SIZE_CODE	2u	/* N of 512 bytes */
#define FLOPPY_SECTORS	255u	/* of one request, at most: a uint8_t */

_Static_assert(FLOPPY_SECTORS *MEDIUM_SECTOR <= MEDIUM_MOST,
	       "a run fits into a medium's buffer");

/* The track under a head. */
struct track {
	const struct floppy_format *format;
	struct medium_info medium;
	unsigned int drive, head, cylinder;	/* as the disk has them */
};

static unsigned int fdc_code(const struct i82077aa_regs *r)
{
	return r->op & CMD_CODE;
}

static bool non_dma(const struct i82077aa_regs *r)
{
	return r->specify[1] & SPECIFY_NON_DMA;
}

static bool fdc_writes(const struct i82077aa_regs *r)
{
	return fdc_code(r) == CMD_WRITE || fdc_code(r) == CMD_WRITE_DELETED;
}

/* ---- how a command ends -------------------------------------------------- */

/* fdc_end() - the result, for an alarm to show. */
static void fdc_end(struct i82077aa *c, uint8_t st0, uint8_t st1, uint8_t st2)
{
	struct i82077aa_regs *r = c->regs;
	const uint8_t result[] = {
		(uint8_t)(st0 | (r->drive_head & (ST0_HEAD | DOR_SELECT))),
		st1, st2, r->c, r->h, r->r, r->n
	};

	memcpy(r->bytes, result, sizeof(result));
	r->step = STEP_END;
	i82077aa_due(c, I82077AA_DUE_RESULT, DELAY_NS);
}

static void fdc_fail(struct i82077aa *c, uint8_t st1, uint8_t st2)
{
	fdc_end(c, ST0_ABNORMAL, st1, st2);
}

/* next_id() - what the result says after the sector before r->r (5-6). */
static void next_id(struct i82077aa_regs *r, bool at_end)
{
	bool mt = r->op & CMD_MT && fdc_code(r) != CMD_READ_TRACK;

	if (!at_end)
		return;
	r->r = 1;
	if (mt)
		r->h ^= 1;
	if (!mt || r->drive_head & ST0_HEAD)
		r->c++;
}

/* ---- where the head is --------------------------------------------------- */

/* under_head() - Return: false: no address mark passes there. */
static bool under_head(const struct i82077aa *c, struct track *t)
{
	const struct i82077aa_regs *r = c->regs;
	const struct floppy_drive *d;
	enum floppy_type type;
	uint8_t select = r->drive_head;

	t->drive = select & DOR_SELECT;
	t->head = select & ST0_HEAD ? 1 : 0;
	d = i82077aa_drive(c, t->drive);
	if (!d || !(r->dor & DOR_MOTOR0 << t->drive))
		return false;
	t->medium = d->medium;
	t->format = floppy_format(t->medium.sectors);
	if (!t->medium.present || !t->format)
		return false;
	type = (enum floppy_type)d->type;
	t->cylinder = floppy_cylinder(t->format, type, d->at);
	return r->op & CMD_MFM && r->rate == floppy_rate(t->format, type) &&
	       t->head < t->format->heads && t->cylinder < t->format->cylinders;
}

/* first_sector() - of the track, as the medium counts. */
static uint64_t first_sector(const struct track *t)
{
	return (t->cylinder * t->format->heads + t->head) *
	       (uint64_t)t->format->per_track;
}

/* find_sector() - the one that the command wants next. Return: false: it is
 * not there; why is in @st1, @st2. */
static bool find_sector(const struct i82077aa_regs *r, const struct track *t,
			uint8_t *st1, uint8_t *st2)
{
	uint8_t want = r->r;

	*st1 = ST1_NO_DATA;
	*st2 = r->c != t->cylinder ? ST2_CYLINDER : 0;
	return !*st2 && r->h == t->head && r->n == SIZE_CODE && want &&
	       want <= t->format->per_track;
}

/* run_length() - sectors from r->r to EOT, or to the track's end if EOT is
 * none of its sectors. */
static uint8_t run_length(const struct i82077aa_regs *r, const struct track *t)
{
	uint8_t last = t->format->per_track, first = r->r, eot = r->eot;

	if (eot >= first && eot < last)
		last = eot;
	if (first > last)
		return 0;
	if (fdc_code(r) == CMD_VERIFY && r->drive_head & VERIFY_EC &&
	    r->left < last - first + 1u)
		return (uint8_t)r->left;
	if (fdc_code(r) == CMD_READ_DELETED)
		return 1;
	return (uint8_t)(last - first + 1);
}

/* ---- requests ------------------------------------------------------------ */

/* fdc_kept() - how many of a run of @count sectors the medium has: an image may
 * end before its disk does. */
static uint32_t fdc_kept(const struct track *t, uint64_t first, uint32_t count)
{
	if (first >= t->medium.sectors)
		return 0;
	return t->medium.sectors - first < count ?
		       (uint32_t)(t->medium.sectors - first) :
		       count;
}

/* fdc_request() - Return: false: there is nothing to be asked for. */
static bool fdc_request(struct i82077aa *c, const struct track *t,
			enum medium_op op, uint64_t first, uint32_t count)
{
	struct medium_request q = { .op = (uint8_t)op, .tag = ++c->tag,
				    .first = first, .count = count };

	if (!count)
		return false;
	c->regs->step = STEP_MEDIUM;
	c->flying[t->drive] = true;
	medium_start(&c->medium[t->drive], &q);
	return true;
}

static void run_ended(struct i82077aa *c, const struct track *t,
		      enum medium_result result);

/* start_read() - what an image has no more of reads as zeros. */
static void start_read(struct i82077aa *c, const struct track *t)
{
	const struct i82077aa_regs *r = c->regs;
	uint64_t first = first_sector(t) + r->r - 1u;
	uint32_t run = r->run, have = fdc_kept(t, first, run);
	uint8_t *buf = medium_data(&c->medium[t->drive]);

	if (have < run)
		memset(buf + have * MEDIUM_SECTOR, 0,
		       (run - have) * MEDIUM_SECTOR);
	if (!fdc_request(c, t, MEDIUM_READ, first, have))
		run_ended(c, t, MEDIUM_OK);
}

/* start_write() - all of it, or none. */
static void start_write(struct i82077aa *c, const struct track *t,
			uint64_t first, uint32_t count)
{
	if (fdc_kept(t, first, count) < count ||
	    !fdc_request(c, t, MEDIUM_WRITE, first, count))
		fdc_fail(c, ST1_DATA, ST2_DATA);
}

/* ---- the host's end ------------------------------------------------------ */

/* fdc_dma() - by the line DRQ, if DOR connects it. */
static size_t fdc_dma(const struct i82077aa *c, enum drq_way way, uint8_t *buf,
		      size_t len, bool *tc)
{
	*tc = false;
	if (!(c->regs->dor & DOR_GATE))
		return 0;
	return drq_wire_move(&c->drq, way, buf, len, tc);
}

/* wait_for_host() - without DMA: until it has moved data[]. */
static void wait_for_host(struct i82077aa *c, enum i82077aa_step step,
			  uint16_t bytes)
{
	struct i82077aa_regs *r = c->regs;

	r->data_at = r->data_seen = 0;
	r->data_end = bytes;
	r->step = (uint8_t)step;
	r->irq |= IRQ_DATA;
	i82077aa_irq(c);
	i82077aa_due(c, I82077AA_DUE_RESULT, PATIENCE_NS);
}

void i82077aa_waiting(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;

	if (r->data_at != r->data_seen) {
		r->data_seen = r->data_at;
		i82077aa_due(c, I82077AA_DUE_RESULT, PATIENCE_NS);
		return;
	}
	r->irq &= (uint8_t)~IRQ_DATA;
	i82077aa_irq(c);
	fdc_fail(c, ST1_OVERRUN, 0);
}

/* fdc_take() - @len bytes from the host. Return: false: they are not there yet,
 * or never will be, and the command has ended. */
static bool fdc_take(struct i82077aa *c, uint8_t *buf, size_t len, bool more)
{
	struct i82077aa_regs *r = c->regs;
	size_t got;
	bool tc;

	if (non_dma(r) && len <= sizeof(r->data)) {
		if (!r->data_end) {
			wait_for_host(c, STEP_TAKE, (uint16_t)len);
			return false;
		}
		memcpy(buf, r->data, len);
		r->data_end = 0;
		return true;
	}
	memset(buf, 0, len);
	got = fdc_dma(c, DRQ_FROM_MEMORY, buf, len, &tc);
	r->tc = tc;
	r->starved = got < len && !tc;
	r->run = (uint8_t)((got + MEDIUM_SECTOR - 1) / MEDIUM_SECTOR);
	if (!got || (got < len && !more)) {
		fdc_fail(c, ST1_OVERRUN, 0);
		return false;
	}
	return true;
}

/* ---- one run ------------------------------------------------------------- */

static void begin_write(struct i82077aa *c, const struct track *t)
{
	struct i82077aa_regs *r = c->regs;
	uint64_t first = first_sector(t) + r->r - 1u;
	uint8_t *buf = medium_data(&c->medium[t->drive]);
	uint8_t run = r->run;

	if (t->medium.read_only)
		fdc_fail(c, ST1_PROTECTED, 0);
	else if (fdc_take(c, buf, run * MEDIUM_SECTOR, true))
		start_write(c, t, first, r->run);
}

/* begin_run() - of the command's next sectors. */
static void begin_run(struct i82077aa *c, const struct track *t)
{
	struct i82077aa_regs *r = c->regs;
	bool whole_track = fdc_code(r) == CMD_READ_TRACK;
	uint8_t st1, st2;

	if (!find_sector(r, t, &st1, &st2) && !whole_track) {
		fdc_fail(c, st1, st2);
		return;
	}
	r->run = run_length(r, t);
	if (!r->run) {
		fdc_fail(c, ST1_NO_DATA, 0);
		return;
	}
	if (non_dma(r) && fdc_code(r) != CMD_VERIFY)
		r->run = 1;
	if (fdc_writes(r))
		begin_write(c, t);
	else
		start_read(c, t);
}

/* fdc_passed() - @sectors of the run are done. @tc: no more are wanted. */
static void fdc_passed(struct i82077aa *c, uint8_t sectors, bool tc)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t last = (uint8_t)(r->r + sectors - 1);
	bool at_end = last == r->eot;
	bool verify = fdc_code(r) == CMD_VERIFY;

	if (verify && r->drive_head & VERIFY_EC) {
		r->left = (uint16_t)(r->left - sectors);
		tc = !r->left;
	}
	r->r = (uint8_t)(last + 1);
	if (tc) {
		next_id(r, at_end);
		fdc_end(c, 0, 0, 0);
	} else if (!at_end) {
		r->step = STEP_WORK;
	} else if (r->op & CMD_MT && !(r->drive_head & ST0_HEAD)) {
		next_id(r, true);
		r->drive_head |= ST0_HEAD;
		r->step = STEP_WORK;
	} else if (verify && !(r->drive_head & VERIFY_EC)) {
		next_id(r, true);
		fdc_end(c, 0, 0, 0);
	} else {
		r->r = last;	/* drivers count on it: 5-6 is for TC */
		fdc_fail(c, ST1_END, 0);
	}
}

/* track_passed() - READ TRACK compares IDs, but takes any (5.1.3). @over: no
 * more sectors are wanted. */
static void track_passed(struct i82077aa *c, const struct track *t,
			 uint8_t sectors, bool over)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t st1, st2;
	bool same = find_sector(r, t, &st1, &st2);

	r->r = (uint8_t)(r->r + sectors);
	if (!over && r->r <= r->eot && r->r <= t->format->per_track) {
		r->step = STEP_WORK;
		return;
	}
	next_id(r, r->r > r->eot);
	fdc_end(c, 0, same ? 0 : ST1_NO_DATA, 0);
}

/* fdc_give() - a run that was read goes to memory. */
static void fdc_give(struct i82077aa *c, const struct track *t, uint8_t *buf,
		     uint8_t run)
{
	struct i82077aa_regs *r = c->regs;
	size_t len = run * MEDIUM_SECTOR, went;
	uint8_t sectors;
	bool tc;

	went = fdc_dma(c, DRQ_TO_MEMORY, buf, len, &tc);
	/* A sector of which a part was wanted is read to its end. */
	sectors = (uint8_t)((went + MEDIUM_SECTOR - 1) / MEDIUM_SECTOR);
	if (went < len && !tc) {
		r->r = (uint8_t)(r->r + went / MEDIUM_SECTOR);
		fdc_fail(c, ST1_OVERRUN, 0);
	} else if (fdc_code(r) == CMD_READ_TRACK) {
		track_passed(c, t, sectors, tc);
	} else {
		fdc_passed(c, sectors, tc);
	}
}

/* deleted_passed() - READ DELETED DATA has met a plain sector (5-5): it is the
 * last one, or is passed over. */
static void deleted_passed(struct i82077aa *c, uint8_t *buf)
{
	struct i82077aa_regs *r = c->regs;
	bool tc;

	if (r->op & CMD_SK)
		next_id(r, true);
	else if (fdc_dma(c, DRQ_TO_MEMORY, buf, MEDIUM_SECTOR, &tc) <
			 MEDIUM_SECTOR &&
		 !tc) {
		fdc_fail(c, ST1_OVERRUN, ST2_MARK);
		return;
	}
	fdc_end(c, 0, 0, ST2_MARK);
}

/* run_ended() - the medium has read or written it. */
static void run_ended(struct i82077aa *c, const struct track *t,
		      enum medium_result result)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t *buf = medium_data(&c->medium[t->drive]);
	uint8_t run = r->run;

	if (result != MEDIUM_OK) {
		fdc_fail(c, ST1_DATA, ST2_DATA);
	} else if (fdc_code(r) == CMD_FORMAT) {
		fdc_end(c, 0, 0, 0);
	} else if (fdc_writes(r)) {
		if (r->starved)
			fdc_fail(c, ST1_OVERRUN, 0);
		else
			fdc_passed(c, run, r->tc);
	} else if (fdc_code(r) == CMD_VERIFY) {
		fdc_passed(c, run, false);
	} else if (fdc_code(r) == CMD_READ_DELETED &&
		   (r->op & CMD_SK || !non_dma(r))) {
		deleted_passed(c, buf);
	} else if (non_dma(r)) {
		memcpy(r->data, buf, sizeof(r->data));
		wait_for_host(c, STEP_GIVE, sizeof(r->data));
	} else {
		fdc_give(c, t, buf, run);
	}
}

/* host_moved() - without DMA: the host has read, or written, data[]. */
static void host_moved(struct i82077aa *c, const struct track *t)
{
	struct i82077aa_regs *r = c->regs;

	if (fdc_writes(r) || fdc_code(r) == CMD_FORMAT) {
		r->step = STEP_WORK;
		return;
	}
	if (fdc_code(r) == CMD_READ_DELETED)
		fdc_end(c, 0, 0, ST2_MARK);
	else if (fdc_code(r) == CMD_READ_TRACK)
		track_passed(c, t, 1, false);
	else
		fdc_passed(c, 1, false);
}

/* ---- READ ID, FORMAT TRACK ----------------------------------------------- */

static void read_id(struct i82077aa *c, const struct track *t)
{
	struct i82077aa_regs *r = c->regs;

	r->turn = (uint8_t)(r->turn % t->format->per_track + 1);
	r->c = (uint8_t)t->cylinder;
	r->h = (uint8_t)t->head;
	r->r = r->turn;
	r->n = SIZE_CODE;
	fdc_end(c, 0, 0, 0);
}

/* same_layout() - are these IDs the track's as the medium has it, in any
 * order? */
static bool same_layout(const struct track *t, const uint8_t *id)
{
	uint64_t seen = 0;
	unsigned int i;

	for (i = 0; i < t->format->per_track; i++, id += ID_SIZE) {
		if (id[0] != t->cylinder || id[1] != t->head || !id[2] ||
		    id[2] > t->format->per_track || id[3] != SIZE_CODE)
			return false;
		seen |= 1ull << id[2];
	}
	return seen == (2ull << t->format->per_track) - 2;
}

static void format_track(struct i82077aa *c, const struct track *t)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t *buf = medium_data(&c->medium[t->drive]);
	uint8_t count = t->format->per_track;
	uint8_t id[64 * ID_SIZE];

	if (t->medium.read_only) {
		fdc_fail(c, ST1_PROTECTED, 0);
	} else if (r->eot != count || r->n != SIZE_CODE) {
		fdc_fail(c, ST1_NO_MARK, 0);
	} else if (fdc_take(c, id, count * ID_SIZE, false)) {
		if (!same_layout(t, id)) {
			fdc_fail(c, ST1_NO_MARK, 0);
			return;
		}
		memset(buf, r->dtl, count * MEDIUM_SECTOR);
		start_write(c, t, first_sector(t), count);
	}
}

/* ---- the two ways in ----------------------------------------------------- */

static void go_on(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;
	struct track t;

	if (!under_head(c, &t))
		fdc_fail(c, ST1_NO_MARK, 0);
	else if (!c->medium[t.drive].start || !c->medium[t.drive].data ||
		 c->flying[t.drive])
		return;
	else if (r->step == STEP_MOVED)
		host_moved(c, &t);
	else if (fdc_code(r) == CMD_READ_ID)
		read_id(c, &t);
	else if (fdc_code(r) == CMD_FORMAT)
		format_track(c, &t);
	else
		begin_run(c, &t);
}

void i82077aa_work(struct i82077aa *c)
{
	const struct i82077aa_regs *r = c->regs;
	unsigned int turns;

	/* A run on each side, and what the host moved before, and its end. */
	for (turns = 0; turns < 4; turns++) {
		if (r->phase != PHASE_EXECUTION ||
		    (r->step != STEP_WORK && r->step != STEP_MOVED))
			return;
		go_on(c);
	}
}

void i82077aa_medium_done(struct i82077aa *c, unsigned int drive, uint32_t tag,
			  enum medium_result result)
{
	const struct i82077aa_regs *r = c->regs;
	struct track t;

	drive %= I82077AA_DRIVES;
	c->flying[drive] = false;
	if (r->phase == PHASE_EXECUTION && r->step == STEP_MEDIUM &&
	    tag == c->tag) {
		if (!under_head(c, &t) || t.drive != drive)
			fdc_fail(c, ST1_NO_MARK, 0);
		else
			run_ended(c, &t, result);
	}
	i82077aa_work(c);
}
