/* SPDX-License-Identifier: BSD-2-Clause */
/* i82077aa.c - the floppy controller's register half: see i82077aa.h. */
#include "devices/disk/i82077aa.h"

#include <string.h>

#include "devices/disk/i82077aa_bits.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define CYLINDERS	84	/* a drive's head goes no further */
#define RECALIBRATE_MOST 79	/* steps of one command (5.2.2) */
#define BYTE(r, i)	((r)->bytes[(i) % I82077AA_BYTES])

/* ---- wires --------------------------------------------------------------- */

void i82077aa_irq(const struct i82077aa *c)
{
	const struct i82077aa_regs *r = c->regs;
	uint8_t on = DOR_RUN | DOR_GATE;

	irq_wire_set(&c->irq, r->irq && (r->dor & on) == on);
}

static void set_irq(struct i82077aa *c, uint8_t why)
{
	c->regs->irq |= why;
	i82077aa_irq(c);
}

static void clear_irq(struct i82077aa *c, uint8_t why)
{
	c->regs->irq &= (uint8_t)~why;
	i82077aa_irq(c);
}

/* fdc_plan() - ask for a tick at the first end. */
static void fdc_plan(struct i82077aa *c)
{
	uint64_t first = CLOCK_NEVER, due;
	unsigned int i;

	for (i = 0; i < I82077AA_DUES; i++) {
		due = c->regs->due_ns[i];
		if (due && due < first)
			first = due;
	}
	clock_wire_alarm(&c->clock, first);
}

void i82077aa_due(struct i82077aa *c, unsigned int which, uint32_t ns)
{
	c->regs->due_ns[which] = clock_wire_now(&c->clock) + ns;
	fdc_plan(c);
}

/* ---- drives -------------------------------------------------------------- */

struct floppy_drive *i82077aa_drive(const struct i82077aa *c,
				    unsigned int select)
{
	struct floppy_drive *d;

	if (select >= I82077AA_DRIVES)
		return NULL;
	d = &c->regs->drive[select];
	return d->type == FLOPPY_NONE ? NULL : d;
}

void i82077aa_step_head(struct i82077aa *c, unsigned int select, int tracks)
{
	struct floppy_drive *d = i82077aa_drive(c, select);
	int at;

	if (!d || !tracks)
		return;
	at = d->at + tracks;
	if (at >= CYLINDERS)
		at = CYLINDERS - 1;
	d->at = (uint8_t)(at < 0 ? 0 : at);
	/* A step with a disk in the drive ends the change line's signal. */
	if (d->medium.present)
		d->changed = 0;
}

/* fdc_selected() - the drive that DOR says, if its motor's bit lets it be
 * (3.1.2: a drive is selected with its motor on). */
static const struct floppy_drive *fdc_selected(const struct i82077aa *c)
{
	uint8_t dor = c->regs->dor;
	unsigned int n = dor & DOR_SELECT;

	return dor & DOR_MOTOR0 << n ? i82077aa_drive(c, n) : NULL;
}

/* ---- phases -------------------------------------------------------------- */

/* fdc_answer() - the result phase: @count of bytes[]; 0: there is none. */
static enum chip_answer fdc_answer(struct i82077aa *c, uint8_t count)
{
	struct i82077aa_regs *r = c->regs;

	r->phase = count ? PHASE_RESULT : PHASE_COMMAND;
	r->at = 0;
	r->count = count;
	return CHIP_DONE;
}

static enum chip_answer answer_one(struct i82077aa *c, uint8_t value)
{
	c->regs->bytes[0] = value;
	return fdc_answer(c, 1);
}

/* reset_chip() - what RESET, DOR and DSR have in common (4.0); what LOCK has
 * saved stays. */
static void reset_chip(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;

	r->config = r->lock ? r->config & CONFIG_FIFO : CONFIG_NO_FIFO;
	if (!r->lock)
		r->pretrk = 0;
	r->perpendicular &= PERP_DRIVES;
	memset(r->pcn, 0, sizeof(r->pcn));
	memset(r->due_ns, 0, sizeof(r->due_ns));
	r->seeking = r->sensed = r->irq = 0;
	fdc_answer(c, 0);
	i82077aa_irq(c);
	fdc_plan(c);
}

/* fdc_polled() - the first polling after a reset finds each drive ready that
 * was not before (7.4). */
static void fdc_polled(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;
	unsigned int i;

	if (r->config & CONFIG_NO_POLL)
		return;
	for (i = 0; i < I82077AA_SELECTS; i++)
		r->sense[i] = (uint8_t)(ST0_POLLED | i);
	r->sensed = 15;
	set_irq(c, IRQ_SENSE);
}

/* ---- commands without data (5.2) ----------------------------------------- */

static enum chip_answer fdc_invalid(struct i82077aa *c)
{
	return answer_one(c, ST0_INVALID);
}

static enum chip_answer fdc_specify(struct i82077aa *c)
{
	memcpy(c->regs->specify, c->regs->bytes + 1, 2);
	return fdc_answer(c, 0);
}

static enum chip_answer sense_drive(struct i82077aa *c)
{
	uint8_t which = c->regs->bytes[1] & (ST0_HEAD | DOR_SELECT);
	const struct floppy_drive *d = i82077aa_drive(c, which & DOR_SELECT);
	uint8_t v = ST3_ONES | which;

	if (d && d->medium.present && d->medium.read_only)
		v |= ST3_PROTECTED;
	if (d && !d->at)
		v |= ST3_TRACK0;
	return answer_one(c, v);
}

/* seek_begun() - it ends by an alarm, with this status. */
static enum chip_answer seek_begun(struct i82077aa *c, uint8_t status)
{
	struct i82077aa_regs *r = c->regs;
	unsigned int n = r->bytes[1] & DOR_SELECT;

	r->sense[n] = (uint8_t)(status | ST0_SEEK_END | n);
	r->sensed &= (uint8_t)~(1u << n);
	r->seeking |= (uint8_t)(1u << n);
	i82077aa_due(c, n, DELAY_NS);
	return fdc_answer(c, 0);
}

static enum chip_answer fdc_recalibrate(struct i82077aa *c)
{
	unsigned int n = c->regs->bytes[1] & DOR_SELECT;
	const struct floppy_drive *d = i82077aa_drive(c, n);
	bool far = !d || d->at > RECALIBRATE_MOST;

	i82077aa_step_head(c, n,
			   d && d->at < RECALIBRATE_MOST ? -d->at :
							   -RECALIBRATE_MOST);
	c->regs->pcn[n] = 0;
	return seek_begun(c, far ? ST0_ABNORMAL | ST0_CHECK : 0);
}

static enum chip_answer fdc_seek(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;
	unsigned int n = r->bytes[1] & DOR_SELECT;

	i82077aa_step_head(c, n, r->bytes[2] - r->pcn[n]);
	r->pcn[n] = r->bytes[2];
	return seek_begun(c, 0);
}

static enum chip_answer seek_relative(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;
	unsigned int n = r->bytes[1] & DOR_SELECT;
	int tracks = r->bytes[0] & CMD_MFM ? r->bytes[2] : -r->bytes[2];

	i82077aa_step_head(c, n, tracks);
	r->pcn[n] = (uint8_t)(r->pcn[n] + tracks);
	return seek_begun(c, 0);
}

static enum chip_answer sense_interrupt(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;
	unsigned int n;

	clear_irq(c, IRQ_SENSE);
	for (n = 0; n < I82077AA_SELECTS; n++)
		if (r->sensed >> n & 1)
			break;
	if (n == I82077AA_SELECTS)
		return fdc_invalid(c);
	r->sensed &= (uint8_t)~(1u << n);
	r->bytes[0] = r->sense[n];
	r->bytes[1] = r->pcn[n];
	return fdc_answer(c, 2);
}

static enum chip_answer fdc_configure(struct i82077aa *c)
{
	c->regs->config = c->regs->bytes[2] & CONFIG_BITS;
	c->regs->pretrk = c->regs->bytes[3];
	return fdc_answer(c, 0);
}

static enum chip_answer dump_registers(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;

	memcpy(r->bytes, r->pcn, 4);
	memcpy(r->bytes + 4, r->specify, 2);
	r->bytes[6] = r->eot;
	r->bytes[7] = (uint8_t)((r->lock ? 0x80 : 0) | r->perpendicular);
	r->bytes[8] = r->config;
	r->bytes[9] = r->pretrk;
	return fdc_answer(c, 10);
}

static enum chip_answer fdc_perpendicular(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t set = PERP_GAPS;

	if (r->bytes[1] & PERP_OW)
		set |= PERP_DRIVES;
	r->perpendicular = (uint8_t)((r->perpendicular & ~set & 0x3f) |
				     (r->bytes[1] & set));
	return fdc_answer(c, 0);
}

static enum chip_answer fdc_lock(struct i82077aa *c)
{
	c->regs->lock = c->regs->bytes[0] >> 7;
	return answer_one(c, (uint8_t)(c->regs->lock << 4));
}

static enum chip_answer fdc_version(struct i82077aa *c)
{
	return answer_one(c, 0x90);
}

/* ---- commands with data (5.1): the work half has them -------------------- */

static enum chip_answer fdc_begin(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;

	r->phase = PHASE_EXECUTION;
	r->step = STEP_WORK;
	r->op = r->bytes[0];
	r->drive_head = r->bytes[1];
	r->run = r->tc = r->starved = 0;
	r->data_at = r->data_end = 0;
	return CHIP_NEEDS_HOST;
}

static enum chip_answer fdc_transfer(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;
	unsigned int n = r->bytes[1] & DOR_SELECT;

	r->c = r->bytes[2];
	r->h = r->bytes[3];
	r->r = r->bytes[4];
	r->n = r->bytes[5];
	r->eot = r->bytes[6];
	r->dtl = r->bytes[8];
	r->left = r->dtl ? r->dtl : 256;
	if ((r->bytes[0] & CMD_CODE) == CMD_READ_TRACK)
		r->r = 1;
	if (r->config & CONFIG_EIS) {
		i82077aa_step_head(c, n, r->c - r->pcn[n]);
		r->pcn[n] = r->c;
	}
	return fdc_begin(c);
}

static enum chip_answer read_id(struct i82077aa *c)
{
	return fdc_begin(c);
}

static enum chip_answer format_track(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;

	r->n = r->bytes[2];
	r->eot = r->bytes[3];		/* SC, for DUMPREG, too */
	r->dtl = r->bytes[5];		/* what to fill with */
	return fdc_begin(c);
}

/* ---- the table (5-1) ----------------------------------------------------- */

struct command {
	uint8_t mask, code;	/* of the first byte */
	uint8_t more;		/* bytes that follow it */
	enum chip_answer (*run)(struct i82077aa *c);
};

static const struct command commands[] = {
	{ 0x1f, CMD_READ,	   8, fdc_transfer },
	{ 0x1f, CMD_READ_DELETED,  8, fdc_transfer },
	{ 0x3f, CMD_WRITE,	   8, fdc_transfer },
	{ 0x3f, CMD_WRITE_DELETED, 8, fdc_transfer },
	{ 0x9f, CMD_READ_TRACK,	   8, fdc_transfer },
	{ 0x1f, CMD_VERIFY,	   8, fdc_transfer },
	{ 0xbf, CMD_FORMAT,	   5, format_track },
	{ 0xbf, CMD_READ_ID,	   1, read_id },
	{ 0xff, 0x03,		   2, fdc_specify },
	{ 0xff, 0x04,		   1, sense_drive },
	{ 0xff, 0x07,		   1, fdc_recalibrate },
	{ 0xff, 0x08,		   0, sense_interrupt },
	{ 0xff, 0x0e,		   0, dump_registers },
	{ 0xff, 0x0f,		   2, fdc_seek },
	{ 0xbf, 0x8f,		   2, seek_relative },
	{ 0xff, 0x10,		   0, fdc_version },
	{ 0xff, 0x12,		   1, fdc_perpendicular },
	{ 0xff, 0x13,		   3, fdc_configure },
	{ 0x7f, 0x14,		   0, fdc_lock },
};

static const struct command no_command = { .run = fdc_invalid };

static const struct command *fdc_find(uint8_t code)
{
	size_t i;

	for (i = 0; i < COUNT(commands); i++)
		if ((code & commands[i].mask) == commands[i].code)
			return &commands[i];
	return &no_command;
}

/* ---- ports --------------------------------------------------------------- */

static uint8_t read_msr(const struct i82077aa *c)
{
	const struct i82077aa_regs *r = c->regs;
	uint8_t v = r->seeking & 15;

	if (!(r->dor & DOR_RUN))
		return 0;
	if (r->phase == PHASE_COMMAND)
		return (uint8_t)(v | MSR_RQM | (r->at ? MSR_COMMAND : 0));
	v |= MSR_COMMAND;
	if (r->phase == PHASE_RESULT)
		return v | MSR_RQM | MSR_DIO;
	if (!(r->specify[1] & SPECIFY_NON_DMA) || r->step == STEP_END)
		return v;
	v |= MSR_NON_DMA;
	if (r->step == STEP_GIVE)
		return v | MSR_RQM | MSR_DIO;
	return r->step == STEP_TAKE ? v | MSR_RQM : v;
}

/* data_moved() - one byte of data[] was. */
static enum chip_answer data_moved(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;

	if (++r->data_at < r->data_end)
		return CHIP_DONE;
	r->step = STEP_MOVED;
	clear_irq(c, IRQ_DATA);
	return CHIP_NEEDS_HOST;
}

/* tell_seeks() - INT rises (again) for seeks whose end is not sensed yet. */
static void tell_seeks(struct i82077aa *c)
{
	const struct i82077aa_regs *r = c->regs;
	unsigned int n;

	for (n = 0; n < I82077AA_SELECTS; n++)
		if (r->sensed >> n & 1 && r->sense[n] < ST0_POLLED)
			break;
	if (n == I82077AA_SELECTS)
		return;
	clear_irq(c, IRQ_SENSE);	/* make it an edge */
	set_irq(c, IRQ_SENSE);
}

/* read_result() - with its first byte INT falls. */
static uint8_t read_result(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t v = BYTE(r, r->at);

	clear_irq(c, IRQ_RESULT);
	if (++r->at >= r->count) {
		fdc_answer(c, 0);
		tell_seeks(c);
	}
	return v;
}

static enum chip_answer read_fifo(struct i82077aa *c, uint8_t *value)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t msr = read_msr(c);

	if (!(msr & MSR_RQM) || !(msr & MSR_DIO))
		return CHIP_DONE;
	if (r->phase == PHASE_RESULT) {
		*value = read_result(c);
		return CHIP_DONE;
	}
	*value = r->data[r->data_at % MEDIUM_SECTOR];
	return data_moved(c);
}

static enum chip_answer write_fifo(struct i82077aa *c, uint8_t value)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t msr = read_msr(c);
	const struct command *command;

	if (!(msr & MSR_RQM) || msr & MSR_DIO)
		return CHIP_DONE;
	if (r->phase == PHASE_EXECUTION) {
		r->data[r->data_at % MEDIUM_SECTOR] = value;
		return data_moved(c);
	}
	BYTE(r, r->at) = value;
	command = fdc_find(r->bytes[0]);
	return ++r->at > command->more ? command->run(c) : CHIP_DONE;
}

static void write_dor(struct i82077aa *c, uint8_t value)
{
	struct i82077aa_regs *r = c->regs;
	uint8_t changed = r->dor ^ value;

	r->dor = value;
	if (changed & DOR_RUN) {
		reset_chip(c);
		if (value & DOR_RUN)
			i82077aa_due(c, I82077AA_DUE_RESET, DELAY_NS);
	}
	i82077aa_irq(c);
}

static void write_dsr(struct i82077aa *c, uint8_t value)
{
	c->regs->rate = value & DSR_RATE;
	if (!(value & DSR_RESET))
		return;
	reset_chip(c);
	if (c->regs->dor & DOR_RUN)
		i82077aa_due(c, I82077AA_DUE_RESET, DELAY_NS);
}

static uint8_t read_dir(const struct i82077aa *c)
{
	const struct floppy_drive *d = fdc_selected(c);

	/* The other bits are a hard disk's, and of nobody here. */
	return (uint8_t)(~DIR_CHANGED | (d && d->changed ? DIR_CHANGED : 0));
}

enum chip_answer i82077aa_port_read(struct i82077aa *c, unsigned int offset,
				    uint8_t *value)
{
	*value = 0xff;
	switch (offset) {
	case FDC_DOR:
		*value = c->regs->dor;
		break;
	case FDC_TDR:
		*value = (uint8_t)(c->regs->tdr | 0xfc);
		break;
	case FDC_MSR:
		*value = read_msr(c);
		break;
	case FDC_FIFO:
		return read_fifo(c, value);
	case FDC_DIR:
		*value = read_dir(c);
		break;
	}
	return CHIP_DONE;
}

enum chip_answer i82077aa_port_write(struct i82077aa *c, unsigned int offset,
				     uint8_t value)
{
	switch (offset) {
	case FDC_DOR:
		write_dor(c, value);
		break;
	case FDC_TDR:
		c->regs->tdr = value & 3;
		break;
	case FDC_DSR:
		write_dsr(c, value);
		break;
	case FDC_FIFO:
		return write_fifo(c, value);
	case FDC_CCR:
		c->regs->rate = value & DSR_RATE;
		break;
	}
	return CHIP_DONE;
}

/* ---- time ---------------------------------------------------------------- */

static void seek_ended(struct i82077aa *c, unsigned int n)
{
	struct i82077aa_regs *r = c->regs;

	r->seeking &= (uint8_t)~(1u << n);
	r->sensed |= (uint8_t)(1u << n);
	set_irq(c, IRQ_SENSE);
}

/* show_result() - of a command with data: seven bytes (table 5-1); or look
 * whether its data is moved. */
static void show_result(struct i82077aa *c)
{
	struct i82077aa_regs *r = c->regs;

	if (r->phase != PHASE_EXECUTION)
		return;
	if (r->step == STEP_GIVE || r->step == STEP_TAKE) {
		i82077aa_waiting(c);
	} else if (r->step == STEP_END) {
		fdc_answer(c, 7);
		set_irq(c, IRQ_RESULT);
	}
}

void i82077aa_tick(struct i82077aa *c)
{
	uint64_t now = clock_wire_now(&c->clock), due;
	unsigned int i;

	for (i = 0; i < I82077AA_DUES; i++) {
		due = c->regs->due_ns[i];
		if (!due || due > now)
			continue;
		c->regs->due_ns[i] = 0;
		if (i == I82077AA_DUE_RESET)
			fdc_polled(c);
		else if (i == I82077AA_DUE_RESULT)
			show_result(c);
		else
			seek_ended(c, i);
	}
	fdc_plan(c);
}

/* ---- the board ----------------------------------------------------------- */

void i82077aa_medium_set(struct i82077aa *c, unsigned int drive,
			 const struct medium_info *info)
{
	struct floppy_drive *d = &c->regs->drive[drive % I82077AA_DRIVES];

	d->medium = *info;
	d->changed = 1;
}

void i82077aa_attach(struct i82077aa *c, unsigned int drive,
		     enum floppy_type type)
{
	struct floppy_drive *d = &c->regs->drive[drive % I82077AA_DRIVES];

	memset(d, 0, sizeof(*d));
	d->type = (uint8_t)type;
	d->changed = 1;
}

void i82077aa_reset(struct i82077aa *c)
{
	memset(c->regs, 0, sizeof(*c->regs));
	c->regs->rate = FLOPPY_250K;
	reset_chip(c);
}
