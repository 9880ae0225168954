// SPDX-License-Identifier: BSD-2-Clause
/*
 * many_maps.c - more pages in use than a host process may have mappings: 20
 * address spaces of 64 MiB, in which no two pages that are neighbours have
 * frames that are. Each page is read, and some are written, twice round.
 */
#include "guests/property/rt.h"

#define REGION	0x40000000u
#define TABLES	4u		/* of a space */
#define PAGES	(TABLES * 1024)
#define SPACES	20u
#define FRAME0	0x00800000u
#define FRAMES	4096u

static uint32_t dirs[SPACES][1024] __attribute__((aligned(4096)));
static uint32_t tables[SPACES][TABLES][1024] __attribute__((aligned(4096)));

/* frame_of() - neighbours lie far apart, and each space has its own order. */
static uint32_t frame_of(uint32_t space, uint32_t page)
{
	return (page * 1021 + space * 77) % FRAMES;
}

static void set_up(void)
{
	uint32_t i, s;

	for (i = 4; i < 8; i++)
		page_dir[i] = i << 22 | PTE_P | PTE_W | PTE_U | PTE_PS;
	write_cr3(read_cr3());
	for (i = 0; i < FRAMES; i++)
		*at32(FRAME0 + i * 4096) = i;
	for (s = 0; s < SPACES; s++) {
		for (i = 0; i < 1024; i++)
			dirs[s][i] = page_dir[i];
		for (i = 0; i < TABLES; i++)
			dirs[s][(REGION >> 22) + i] = (uint32_t)tables[s][i] |
						      PTE_P | PTE_W | PTE_U;
		for (i = 0; i < PAGES; i++)
			tables[s][i / 1024][i % 1024] =
				(FRAME0 + frame_of(s, i) * 4096) | PTE_P |
				PTE_W | PTE_U;
	}
}

static void look(uint32_t space, uint32_t turn)
{
	uint32_t i, at;

	write_cr3((uint32_t)dirs[space]);
	for (i = 0; i < PAGES; i++) {
		at = REGION + i * 4096;
		CHECK_EQ(*at32(at), frame_of(space, i));
		if (i % 16 == space % 16)
			*at32(at + 4 + space * 4) = i + turn;
	}
}

/* written() - what each space wrote is in the frames. */
static void written(uint32_t turn)
{
	uint32_t s, i;

	write_cr3((uint32_t)page_dir);
	for (s = 0; s < SPACES; s++)
		for (i = s % 16; i < PAGES; i += 16)
			CHECK_EQ(*at32(FRAME0 + frame_of(s, i) * 4096 + 4 +
				       s * 4),
				 i + turn);
}

void guest_main(void)
{
	uint32_t s, turn;

	paging_on(0x10);
	set_up();
	for (turn = 0; turn < 2; turn++) {
		for (s = 0; s < SPACES; s++)
			look(s, turn);
		written(turn);
	}
}
