/* SPDX-License-Identifier: BSD-2-Clause */
/* crosspage.c - make, map and check the cross page: see crosspage.h. */
#include "vmdriver/crosspage.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/memfd.h"
#include "ia32/types.h"
#include "vmdriver/guestmem.h"

#define CROSS_SIZE \
	((sizeof(struct crosspage) + PAGE_MASK) & ~(size_t)PAGE_MASK)

BUILD_ASSERT(PIN_COUNT <= 32);

struct crosspage *crosspage_create(int *fd)
{
	struct crosspage *cross = memfd_share("hostel-cross", CROSS_SIZE, fd);

	if (!cross)
		return NULL;
	cross->magic = CROSS_MAGIC;
	cross->version = CROSS_VERSION;
	cross->size = sizeof(struct crosspage);
	return cross;
}

struct crosspage *crosspage_attach(int fd)
{
	struct crosspage *cross = memfd_attach(fd, CROSS_SIZE);

	if (!cross)
		return NULL;
	if (cross->magic != CROSS_MAGIC || cross->version != CROSS_VERSION ||
	    cross->size != sizeof(struct crosspage) ||
	    cross->nic_count > NIC_MAX || cross->memory.ram > GUESTMEM_MAX) {
		crosspage_close(cross);
		return NULL;
	}
	return cross;
}

void crosspage_close(struct crosspage *cross)
{
	if (cross)
		munmap(cross, CROSS_SIZE);
}

static bool width_ok(uint8_t width)
{
	return width == 1 || width == 2 || width == 4;
}

bool hostcall_decode(const struct crosspage *cross, unsigned int nics,
		     struct hostcall *out)
{
	copy_once(out, &cross->call, sizeof(*out));
	if (out->kind >= HOSTCALL_COUNT)
		return false;
	switch (out->kind) {
	case HOSTCALL_PORT_READ:
	case HOSTCALL_PORT_WRITE:
		return width_ok(out->width) && out->at <= 0x10000u - out->width;
	case HOSTCALL_MMIO_READ:
	case HOSTCALL_MMIO_WRITE:
		return width_ok(out->width) && out->at <= 0u - out->width;
	case HOSTCALL_CHIP_WORK:
		return out->worker < nics ||
		       (out->worker >= NIC_MAX && out->worker < PC_WORKERS);
	default:
		return true;
	}
}

bool hostreply_decode(const struct crosspage *cross, struct hostreply *out)
{
	copy_once(out, &cross->reply, sizeof(*out));
	return out->flags == 0;
}

/* make_printable() - end @text in @size bytes, whatever they are. */
static void make_printable(char *text, size_t size)
{
	size_t i;

	text[size - 1] = '\0';
	for (i = 0; text[i]; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
}

void stop_decode(const struct crosspage *cross, struct stop_info *out)
{
	copy_once(out, &cross->stop, sizeof(*out));
	out->triple_fault = out->triple_fault != 0;
	out->byte_count = (uint8_t)MIN(out->byte_count, sizeof(out->bytes));
	make_printable(out->text, sizeof(out->text));
}

const char *const engine_names[ENGINE_COUNT] = {
#define ENGINE(name, text) text,
	ENGINES(ENGINE)
#undef ENGINE
};

enum engine engine_decode(const struct crosspage *cross,
			  char why[ENGINE_WHY_SIZE])
{
	uint32_t runs = *(const volatile uint32_t *)&cross->engine_runs;

	copy_once(why, cross->engine_why, ENGINE_WHY_SIZE);
	make_printable(why, ENGINE_WHY_SIZE);
	return runs < ENGINE_COUNT ? (enum engine)runs : ENGINE_INTERP;
}

void last_words_decode(const struct crosspage *cross, char out[LAST_WORDS_SIZE])
{
	copy_once(out, cross->last_words, LAST_WORDS_SIZE);
	make_printable(out, LAST_WORDS_SIZE);
}

void dma_log_add(struct crosspage *cross, uint32_t key, uint32_t len)
{
	struct dma_log *log = &cross->dma_log;
	uint32_t n = *(const volatile uint32_t *)&log->count;

	if (n > 0 && n <= DMA_LOG_SIZE &&
	    log->entry[n - 1].key + log->entry[n - 1].len == key) {
		log->entry[n - 1].len += len;
		return;
	}
	if (n < DMA_LOG_SIZE) {
		log->entry[n].key = key;
		log->entry[n].len = len;
	}
	/* Whatever the count was: beyond the end it says "overflowed". */
	log->count = MIN(n, DMA_LOG_SIZE) + 1;
}
