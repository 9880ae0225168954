/* SPDX-License-Identifier: BSD-2-Clause */
/* pcmap.c - what lies where in this machine's memory: see pcmap.h. */
#include "machine/pcmap.h"

#include "base/bytes.h"
#include "base/check.h"

#define ROM_LOW_SIZE (PCMAP_HIGH - PCMAP_ROM_LOW)

/* Slots of the map. Where two regions overlap, the later slot is seen. */
enum slot {
	SLOT_VIDEO, SLOT_ROM, SLOT_RAM, SLOT_RAM_HIGH, SLOT_VGA,
	SLOT_WINDOW, SLOT_ROM_LOW, SLOT_PAM,
	SLOTS = SLOT_PAM + I440FX_PAMS
};
BUILD_ASSERT(SLOTS <= MEMMAP_REGIONS);

static void slot_put(struct memmap_state *s, enum slot slot, enum mem_kind kind,
		     enum pcmap_owner owner, uint64_t first, uint64_t size,
		     uint64_t at)
{
	const struct memmap_region r = {
		.first = first, .size = size, .at = at, .kind = (uint8_t)kind,
		.owner = (uint8_t)owner, .access = MEM_READ | MEM_WRITE,
	};

	memmap_set(s, slot, &r);
}

void pcmap_power_on(struct memmap_state *s, const struct memfile *f)
{
	uint64_t rom_low = MIN(f->rom, (uint64_t)ROM_LOW_SIZE);
	struct pci_config closed = { .byte = { 0 } };

	slot_put(s, SLOT_RAM, MEM_RAM, OWNER_RAM, 0, PCMAP_VGA, 0);
	slot_put(s, SLOT_RAM_HIGH, MEM_RAM, OWNER_RAM, PCMAP_HIGH,
		 f->ram - MIN(f->ram, (uint64_t)PCMAP_HIGH), PCMAP_HIGH);
	slot_put(s, SLOT_VGA, MEM_MMIO, OWNER_VGA, PCMAP_VGA,
		 PCMAP_VGA_END - PCMAP_VGA, 0);
	slot_put(s, SLOT_ROM, MEM_ROM, OWNER_ROM, PCMAP_ROM_END - f->rom,
		 f->rom, f->ram);
	slot_put(s, SLOT_ROM_LOW, MEM_ALIAS, OWNER_ROM, PCMAP_HIGH - rom_low,
		 rom_low, PCMAP_ROM_END - rom_low);
	slot_put(s, SLOT_VIDEO, MEM_VIDEO, OWNER_VGA, 0, 0, 0);
	slot_put(s, SLOT_WINDOW, MEM_VIDEO, OWNER_VGA, 0, 0, 0);
	pcmap_pam(s, &closed);
}

bool pcmap_pam(struct memmap_state *s, const struct pci_config *bridge)
{
	bool changed = false;
	unsigned int i;

	for (i = 0; i < I440FX_PAMS; i++) {
		struct i440fx_pam p = i440fx_pam(bridge, i);
		struct memmap_region r = {
			.first = p.first, .size = p.size, .at = p.first,
			.kind = MEM_RAM, .owner = OWNER_RAM,
			.access = (uint8_t)((p.read ? MEM_READ : 0) |
					    (p.write ? MEM_WRITE : 0)),
		};
		const struct memmap_region *was = &s->region[SLOT_PAM + i];

		if (was->access == r.access && was->size == r.size)
			continue;
		memmap_set(s, SLOT_PAM + i, &r);
		changed = true;
	}
	return changed;
}

/* slot_show() - let @slot show @size bytes of the memory file from @at on at
 * address @first; 0: nothing. Return: was that a change? */
static bool slot_show(struct memmap_state *s, enum slot slot, uint64_t first,
		      uint64_t size, uint64_t at)
{
	const struct memmap_region *was = &s->region[slot];

	if (was->size == size &&
	    (!size || (was->first == first && was->at == at)))
		return false;
	slot_put(s, slot, MEM_VIDEO, OWNER_VGA, first, size, at);
	return true;
}

bool pcmap_video(struct memmap_state *s, const struct memfile *f,
		 uint64_t first)
{
	return slot_show(s, SLOT_VIDEO, first,
			 first ? MIN(f->video, PCMAP_VIDEO_MAX) : 0,
			 f->ram + f->rom);
}

bool pcmap_window(struct memmap_state *s, const struct memfile *f,
		  uint32_t first, uint32_t size, uint32_t at)
{
	if (at > f->video || size > f->video - at)
		size = 0;
	return slot_show(s, SLOT_WINDOW, PCMAP_VGA + (uint64_t)first, size,
			 f->ram + f->rom + at);
}
