/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * floppy_fuzz.c - a guest's accesses to the floppy controller and the DMA
 * controllers, while another world writes into their registers: nothing leaves
 * a buffer, a drive has one request at a time, and each command comes to an
 * end.
 *
 * tests/fuzz: runs 3000
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/disk/i82077aa.h"
#include "devices/disk/i82077aa_bits.h"
#include "devices/i8237.h"
#include "tests/fuzz/target.h"

#define RAM	(128u << 10)

/* What both worlds map. */
static struct {
	struct i82077aa_regs fdc;
	struct i8237_regs dma;
} shared;

static struct i82077aa fdc;
static struct i8237 dma;
static uint8_t *ram, *data[I82077AA_DRIVES];
static struct medium_request asked[I82077AA_DRIVES];
static bool waiting[I82077AA_DRIVES];
static uint64_t now, alarm_ns;

/* ---- the board ----------------------------------------------------------- */

static int ram_read(void *board, uint64_t addr, void *buf, size_t len)
{
	(void)board;
	if (addr >= RAM || len > RAM - addr)
		return -1;
	memcpy(buf, ram + addr, len);
	return 0;
}

static int ram_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	(void)board;
	if (addr >= RAM || len > RAM - addr)
		return -1;
	memcpy(ram + addr, buf, len);
	return 0;
}

static size_t move(void *board, unsigned int pin, enum drq_way way,
		   uint8_t *buf, size_t len, bool *tc)
{
	size_t n;

	(void)board;
	ASSERT(len <= MEDIUM_MOST);
	n = i8237_move(&dma, pin, way, buf, len, tc);
	ASSERT(n <= len);
	return n;
}

static void start(void *board, unsigned int drive,
		  const struct medium_request *q)
{
	(void)board;
	ASSERT(drive < I82077AA_DRIVES && !waiting[drive]);
	ASSERT(q->op == MEDIUM_READ || q->op == MEDIUM_WRITE);
	ASSERT(q->count && q->count <= MEDIUM_MOST / MEDIUM_SECTOR);
	asked[drive] = *q;
	waiting[drive] = true;
}

static uint8_t *buffer(void *board, unsigned int drive)
{
	(void)board;
	return data[drive];
}

static uint64_t now_ns(void *board)
{
	(void)board;
	return now;
}

static void alarm_at(void *board, unsigned int pin, uint64_t when)
{
	(void)board, (void)pin;
	alarm_ns = when;
}

const char *fuzz_open(void)
{
	unsigned int i;

	ram = calloc(1, RAM);
	for (i = 0; i < I82077AA_DRIVES; i++) {
		data[i] = calloc(1, MEDIUM_MOST);
		if (!ram || !data[i])
			return "no memory";
		fdc.medium[i] = (struct medium_wire){ start, buffer, NULL, i };
	}
	fdc.regs = &shared.fdc;
	fdc.clock = (struct clock_wire){ now_ns, alarm_at, NULL, 0 };
	fdc.drq = (struct drq_wire){ move, NULL, 2 };
	dma.regs = &shared.dma;
	dma.memory = (struct dma_wire){ ram_read, ram_write, NULL };
	return NULL;
}

/* ---- what a guest, a user and time do ------------------------------------ */

static void out(unsigned int port, uint8_t v)
{
	if (i82077aa_port_write(&fdc, port, v) == CHIP_NEEDS_HOST)
		i82077aa_work(&fdc);
}

static uint8_t in(unsigned int port)
{
	uint8_t v;

	if (i82077aa_port_read(&fdc, port, &v) == CHIP_NEEDS_HOST)
		i82077aa_work(&fdc);
	return v;
}

static void serve(struct fuzz_input *in_put)
{
	uint8_t how = fuzz_byte(in_put);
	unsigned int n = how & 1;

	if (!waiting[n])
		return;
	waiting[n] = false;
	if (asked[n].op == MEDIUM_READ)
		memset(data[n], how, asked[n].count * MEDIUM_SECTOR);
	i82077aa_medium_done(&fdc, n, asked[n].tag + (how == 0xff),
			     how & 2 ? MEDIUM_FAILED : MEDIUM_OK);
}

static void tick(struct fuzz_input *in_put)
{
	now += fuzz_word(in_put) * 16;
	if (alarm_ns <= now)
		i82077aa_tick(&fdc);
}

/* command() - whole, and nearly right. */
static void command(struct fuzz_input *in_put)
{
	static const uint8_t codes[] = {
		0xe6, 0x46, 0xc5, 0x4d, 0x42, 0xcc, 0xf6, 0x56, 0x4a, 0x49,
		0x0f, 0x07, 0x08, 0x03, 0x13, 0x8f,
	};
	uint8_t how = fuzz_byte(in_put), code = codes[how & 15];
	uint8_t head = how >> 5 & 5;
	const uint8_t transfer[] = {
		code, head, shared.fdc.drive[0].at, head >> 2,
		fuzz_byte(in_put) % 20, 2, how & 16 ? 18 : fuzz_byte(in_put),
		0x1b, fuzz_byte(in_put)
	};
	const uint8_t format[] = { code, head, 2, 18, 0x54, how };
	const uint8_t *bytes = code == 0x4d ? format : transfer;
	unsigned int i, n = code == 0x4d ? 6 : code == 0x4a ? 2 : 9;

	if ((code & 0x1f) == 0x13 || code == 0x0f || code == 0x8f ||
	    code == 0x03 || code == 0x08 || code == 0x07)
		n = 1 + fuzz_byte(in_put) % 4;
	for (i = 0; i < n; i++)
		out(FDC_FIFO, bytes[i]);
}

static void channel(struct fuzz_input *in_put)
{
	uint16_t at = fuzz_word(in_put), len = fuzz_word(in_put);
	uint8_t mode = fuzz_byte(in_put);
	unsigned int i;

	i8237_port_write(&dma, 1, 11, 0xc0);
	i8237_port_write(&dma, 1, 10, 0);
	i8237_port_write(&dma, 0, 12, 0);
	for (i = 0; i < 2; i++) {
		i8237_port_write(&dma, 0, 4, (uint8_t)(at >> 8 * i));
		i8237_port_write(&dma, 0, 5, (uint8_t)(len >> 8 * i));
	}
	i8237_port_write(&dma, 0, 11, (uint8_t)((mode & ~3) | 2));
	i8237_page_write(&dma, 1, mode & 3);
	i8237_port_write(&dma, 0, 10, 2);
}

static void insert(struct fuzz_input *in_put)
{
	static const uint16_t sizes[] = {
		0, 1, 320, 720, 1440, 2400, 2880, 2880, 5760, 5761
	};
	uint8_t how = fuzz_byte(in_put), n = how >> 4;
	struct medium_info info = { .sectors = sizes[n % ARRAY_SIZE(sizes)],
				    .present = how & 1,
				    .read_only = how & 2 };

	if (n == 15)
		info.sectors = (uint64_t)fuzz_long(in_put) << (how & 31);
	i82077aa_attach(&fdc, how & 4,
			how & 8 ? (enum floppy_type)n :
				  floppy_type(info.sectors));
	i82077aa_medium_set(&fdc, how & 4, &info);
}

static void one_step(struct fuzz_input *in_put)
{
	uint8_t how = fuzz_byte(in_put), v = fuzz_byte(in_put);
	unsigned int i;

	switch (how % 12) {
	case 0:
	case 1:
		out(how >> 4, v);
		break;
	case 2:
		for (i = 0; i < v * 8u; i++)
			in(FDC_FIFO);
		break;
	case 3:
		for (i = 0; i < v * 8u; i++)
			out(FDC_FIFO, v);
		break;
	case 4:
		i8237_port_write(&dma, how >> 4 & 1, v, fuzz_byte(in_put));
		i8237_port_read(&dma, how >> 4 & 1, v);
		break;
	case 5:
		insert(in_put);
		break;
	case 6:
		in(how >> 4);
		tick(in_put);
		break;
	case 7:
		channel(in_put);
		break;
	case 8:
	case 9:
		command(in_put);
		break;
	default:
		serve(in_put);
		tick(in_put);
		break;
	}
}

/* come_to_an_end() - nobody writes any more, and nothing is forgotten. */
static void come_to_an_end(void)
{
	unsigned int i, n;

	fuzz_scribble_end();
	for (i = 0; i < 1024 && shared.fdc.phase == PHASE_EXECUTION; i++) {
		for (n = 0; n < 2; n++)
			if (waiting[n]) {
				waiting[n] = false;
				i82077aa_medium_done(&fdc, n, asked[n].tag,
						     MEDIUM_OK);
			}
		if (shared.fdc.step > STEP_END)
			return;			/* none that there is */
		for (n = 0; n <= MEDIUM_SECTOR; n++) {
			in(FDC_FIFO);
			out(FDC_FIFO, 0);
		}
		now = alarm_ns == CLOCK_NEVER ? now : MAX(now, alarm_ns);
		i82077aa_tick(&fdc);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_input in_put = { bytes, size };
	const struct medium_info disk = { .sectors = 2880, .present = 1 };
	uint32_t seed = fuzz_long(&in_put);

	now = 0;
	memset(waiting, 0, sizeof(waiting));
	memset(fdc.flying, 0, sizeof(fdc.flying));
	i82077aa_reset(&fdc);
	i8237_reset(&dma);
	i82077aa_attach(&fdc, 0, FLOPPY_1440K);
	i82077aa_medium_set(&fdc, 0, &disk);
	out(FDC_DOR, DOR_MOTOR0 | DOR_GATE | DOR_RUN);
	out(FDC_CCR, FLOPPY_500K);
	fuzz_scribble(&shared, sizeof(shared), seed);
	while (in_put.left)
		one_step(&in_put);
	come_to_an_end();
	ASSERT(seed || shared.fdc.phase != PHASE_EXECUTION);
	return 0;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	static const uint8_t steps[] = {
		/* a channel, a command, the medium's answer, the result */
		7, 0, 0, 1, 0xff, 1, 0x44, 8, 0, 0x10, 1, 0, 10, 0, 0, 0xff,
		0xff, 2, 1,
	};
	size_t i;

	if (n >= 16 || size < 400)
		return 0;
	put_le32(buf, n < 8 ? 0 : n * 0x9e3779b9u);	/* half with peace */
	for (i = 4; i < 400; i++)
		buf[i] = steps[(i - 4) % sizeof(steps)];
	for (i = 13; i < 400; i += sizeof(steps))
		buf[i] = (uint8_t)(0x10 | n);		/* which command */
	for (i = 10; i < 400; i += sizeof(steps))
		buf[i] = n & 2 ? 0x48 : 0x44;
	return i < size ? 400 : 0;
}
