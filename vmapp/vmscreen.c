/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmscreen.c - the machine and its screen: who shows it, what is typed there.
 *
 * hostel-screen is the keeper's (screenproc.h). It is started when a machine
 * that is to be shown is set up, and else for the first picture that somebody
 * asks for; then nothing but the questions goes over its socket.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "devices/video/vga_shown.h"
#include "machine/input.h"
#include "vmapp/keeper.h"

/* The pointer's range, for a guest that knows of movement only: as many steps
 * of its mouse as a screen of usual width has pixels. */
#define MOUSE_STEPS 1024

static void on_key(void *self, unsigned int code, bool down)
{
	struct vm *vm = self;

	pc_key(&vm->board.pc, code, down);
}

/* vm_steps() - from a place to another, as a mouse counts. */
static int vm_steps(unsigned int from, unsigned int to)
{
	return (int)(to * MOUSE_STEPS / SCREEN_POINTER_MOST) -
	       (int)(from * MOUSE_STEPS / SCREEN_POINTER_MOST);
}

static void on_pointer(void *self, unsigned int x, unsigned int y, int wheel,
		       unsigned int buttons)
{
	struct vm *vm = self;

	if (!pc_pointer(&vm->board.pc, x, y, wheel, buttons))
		pc_mouse(&vm->board.pc, vm_steps(vm->pointer_x, x),
			 vm_steps(vm->pointer_y, y), wheel, buttons);
	vm->pointer_x = x;
	vm->pointer_y = y;
}

static void on_answer(void *self, uint64_t ticket, int error, int fd)
{
	verbs_answer(self, ticket, error, fd);
}

/* has_screen() - does the memory file have what a screen shows? */
static bool has_screen(const struct vm *vm)
{
	return vm->ram.parts.video >= VGA_MEMORY + VGA_SHOWN_SIZE;
}

/* vm_plug() - hostel-screen, which the keeper starts if none runs. Return: 0,
 * or a negative errno. */
static int vm_plug(struct vm *vm)
{
	int fd, err = keeper_ask(vm->keeper, KEEPER_SCREEN, &fd);

	if (!err && fd >= 0)
		screen_plug(&vm->screen, fd);
	/* The terminal is the screen's now: it shows what we have to say. */
	if (!err && vm->words >= 0)
		dup2(vm->words, STDERR_FILENO);
	return err ? err : fd < 0 ? -EPIPE : 0;
}

bool vm_screen_open(struct vm *vm)
{
	const struct screen_owner owner = { vm, on_key, on_pointer,
					    on_answer };
	int err = screen_open(&vm->screen, &vm->events, &owner);

	if (err) {
		log_error("no events of the screen: %s", strerror(-err));
		return false;
	}
	if (!has_screen(vm) && vm->config->display.kind > DISPLAY_NONE)
		log_error("this machine has no screen that --display could "
			  "show");
	if (!has_screen(vm))
		return vm->config->display.kind <= DISPLAY_NONE;
	vm->kept->screen_at = vm->ram.parts.ram + vm->ram.parts.rom;
	vm->kept->screen_size = VGA_MEMORY + VGA_SHOWN_SIZE;
	return vm->config->display.kind <= DISPLAY_NONE || !vm_plug(vm);
}

int vm_screen_ask(struct vm *vm, enum screen_kind kind, uint64_t ticket)
{
	int err = 0;

	if (!has_screen(vm))
		return -ENODEV;
	if (!screen_there(&vm->screen))
		err = vm_plug(vm);
	return err ? err : screen_ask(&vm->screen, kind, ticket);
}
