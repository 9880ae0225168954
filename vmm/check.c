// SPDX-License-Identifier: BSD-2-Clause
/* check.c - `hostel check` asks for this: see check.h. */
#include "vmm/check.h"

#include <stdio.h>
#include <string.h>

#include "base/host.h"
#include "vmdriver/guestmem.h"
#include "vmm/bt/bt.h"
#include "vmm/cpu/cpu.h"

#define RAM_SIZE (16u << 20)

static uint32_t no_read(void *board, uint16_t port, unsigned int width)
{
	(void)board, (void)port, (void)width;
	return ~0u;
}

static void no_write(void *board, uint16_t port, unsigned int width,
		     uint32_t value)
{
	(void)board, (void)port, (void)width, (void)value;
}

static void answer_print(const char *what, const char *why_not)
{
	if (why_not)
		printf("%s no: %s\n", what, why_not);
	else
		printf("%s yes\n", what);
}

static void check_translator(struct cpu *cpu)
{
	const struct bt_host host = bt_host(host_denied_mask());
	const char *why;
	bool made = bt_create(cpu, &host, &why);

	answer_print("translator", made ? NULL : why);
	if (!made)
		return;
	answer_print("tripwire",
		     cpu->bt->tripwire ? NULL : "its addresses are taken");
	bt_destroy(cpu);
}

int vmm_check(void)
{
	const struct cpu_pins pins = { .port_read = no_read,
				       .port_write = no_write };
	static const _Atomic uint32_t attention;
	struct guestmem ram = { .fd = -1 };
	struct cpu *cpu = NULL;
	const char *why = NULL;
	int err;

	if (!__builtin_cpu_supports("sse4.2") || host_denied(HOST_sse42))
		why = "it has no SSE4.2";
	err = why ? 0 : guestmem_create(&ram, RAM_SIZE);
	if (err)
		why = strerror(-err);
	else if (!why)
		cpu = cpu_create(&ram, &attention, &pins);
	answer_print("processor", cpu ? NULL : why ? why : "out of memory");
	if (cpu) {
		check_translator(cpu);
		cpu_destroy(cpu);
	}
	guestmem_close(&ram);
	return !cpu;
}
