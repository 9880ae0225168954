/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verbs.c - what a machine does when it is asked (verbs.def), and answers.
 *
 * Runs on the main thread while this world has the CPU: chips may be touched,
 * and the guest does not run on before vm_loop() says so.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "vmapp/control/answers.h"
#include "vmapp/control/inputverbs.h"
#include "vmapp/control/nicverbs.h"
#include "vmapp/control/request.h"

static json_t *status_drive(const struct vm *vm, unsigned int i)
{
	const struct disk_back *back = &vm->disk[i];
	const struct medium_info *info = disk_info(back);

	return json_pack("{s:s,s:s,s:s?,s:I,s:b,s:s}", "drive", drive_names[i],
			 "kind", drive_kind_names[vm->config->drive[i].kind],
			 "file", disks_file(vm, i), "bytes",
			 (json_int_t)(info->sectors * MEDIUM_SECTOR),
			 "read_only", info->read_only, "state",
			 back->dead   ? "broken" :
			 back->full   ? "no room on this host" :
			 info->present ? "in use" :
					 "empty");
}

static json_t *status_drives(const struct vm *vm)
{
	json_t *drives = json_array();
	unsigned int i;

	for (i = 0; i < CONFIG_DRIVES; i++)
		if (vm->disk[i].ch)
			json_array_append_new(drives, status_drive(vm, i));
	return drives;
}

static json_t *verb_STATUS(struct vm *vm, const struct request *r)
{
	json_t *nics = json_array(), *o;
	unsigned int i;

	(void)r;
	for (i = 0; i < vm->board.nic_count; i++)
		json_array_append_new(nics, status_nic(&vm->board.nic[i]));
	o = json_pack("{s:b,s:s?,s:i,s:s,s:s?,s:I,s:f,s:o}", "ok", 1, "name",
		      vm->config->name, "pid", (int)vm->keeper_pid, "state",
		      vm->paused ? "paused" : "running", "engine",
		      vm->vmm_ready ? engine_names[vm->engine] : NULL, "memory",
		      (json_int_t)vm->ram.size, "guest_time_s",
		      (double)vm_now_ns(vm) / 1e9, "networks", nics);
	json_object_set_new(o, "drives", status_drives(vm));
	json_object_set_new(o, "control",
			    json_pack("{s:I,s:I}", "requests",
				      (json_int_t)vm->control.requests,
				      "cut_off",
				      (json_int_t)vm->control.cut_off));
	return o;
}

static json_t *verb_PAUSE(struct vm *vm, const struct request *r)
{
	(void)r;
	vm->paused = true;	/* before the guest runs again: vm_loop() */
	return answer_done();
}

static json_t *verb_RESUME(struct vm *vm, const struct request *r)
{
	(void)r;
	vm->paused = false;
	disks_again(vm);
	return answer_done();
}

static json_t *verb_RESET(struct vm *vm, const struct request *r)
{
	(void)r;
	vm->outcome = VM_RESET;
	return answer_done();
}

static json_t *verb_BUTTON(struct vm *vm, const struct request *r)
{
	(void)r;
	piix4_pm_power_button(&vm->board.pc.pm);
	return answer_done();
}

static json_t *verb_QUIT(struct vm *vm, const struct request *r)
{
	(void)r;
	vm->outcome = VM_QUIT;
	vm->quit_by_control = true;
	return answer_done();
}

static json_t *verb_REPORT(struct vm *vm, const struct request *r)
{
	(void)r;
	return json_pack("{s:b,s:o}", "ok", 1, "report", report_json(vm));
}

/* verb_changeable() - a drive whose medium may be changed now. Return: its
 * place; -1 with @why and @status set. */
static int verb_changeable(const struct vm *vm, const char *word, char *why,
			   int *status)
{
	int i = drive_find(vm->config, word);
	const struct drive_config *d = i < 0 ? NULL : &vm->config->drive[i];

	*status = EXIT_USAGE;
	if (!d)
		snprintf(why, REQUEST_WHY_SIZE,
			 "this machine has no drive '%s'; 'status' lists those "
			 "that it has",
			 word);
	else if (d->kind == DRIVE_DISK)
		snprintf(why, REQUEST_WHY_SIZE,
			 "%s is a hard disk: it can not be changed while the "
			 "machine runs",
			 drive_names[i]);
	else if (d->format != DISK_RAW)
		snprintf(why, REQUEST_WHY_SIZE,
			 "what is in %s is served by qemu-nbd: it can not be "
			 "changed while the machine runs",
			 drive_names[i]);
	else
		*status = EXIT_SETUP;
	if (*status == EXIT_USAGE)
		return -1;
	if (vm->disk[i].info.present &&
	    pc_drive_locked(&vm->board.pc, (enum pc_drive)i)) {
		snprintf(why, REQUEST_WHY_SIZE,
			 "the guest has locked %s, as it uses what is in it; "
			 "have it unmounted or ejected there",
			 drive_names[i]);
		return -1;
	}
	if (!vm->disk[i].dead)
		return i;
	snprintf(why, REQUEST_WHY_SIZE,
		 "the process that held the image of %s has ended; only a new "
		 "start of the machine helps",
		 drive_names[i]);
	return -1;
}

static json_t *verb_INSERT(struct vm *vm, const struct request *r)
{
	char why[REQUEST_WHY_SIZE];
	int fd = control_take(&vm->control), status;
	int i = verb_changeable(vm, r->words[0], why, &status);

	if (i >= 0 && fd >= 0 &&
	    !disks_fits(vm, (unsigned int)i, fd, why, sizeof(why))) {
		status = EXIT_SETUP;
		i = -1;
	}
	if (i >= 0 && fd >= 0) {
		disk_change(&vm->disk[i], fd);
		disks_note(vm, (unsigned int)i, r->words[1]);
		return answer_done();
	}
	if (fd >= 0)
		close(fd);
	if (i < 0)
		return answer_error(why, status);
	return answer_error("the file did not come with the request: 'hostel "
			    "ctl' opens and sends it",
			    EXIT_USAGE);
}

static json_t *verb_EJECT(struct vm *vm, const struct request *r)
{
	char why[REQUEST_WHY_SIZE];
	int status, i = verb_changeable(vm, r->words[0], why, &status);

	if (i < 0)
		return answer_error(why, status);
	disk_change(&vm->disk[i], -1);
	return answer_done();
}

/* ask_screen() - its answer comes when hostel-screen has made it. */
static json_t *ask_screen(struct vm *vm, enum screen_kind kind)
{
	int err = vm_screen_ask(vm, kind, vm->control.ticket);

	vm->answer_later = !err;
	return err ? answer_screen(err) : NULL;
}

/* The picture goes along with the answer; who asks writes the file. */
static json_t *verb_SCREENSHOT(struct vm *vm, const struct request *r)
{
	(void)r;
	return ask_screen(vm, SCREEN_ASK_PICTURE);
}

static json_t *verb_SCREEN_TEXT(struct vm *vm, const struct request *r)
{
	(void)r;
	return ask_screen(vm, SCREEN_ASK_TEXT);
}

static json_t *(*const verbs[VERBS])(struct vm *, const struct request *) = {
#define VERB(id, name, words, what, help) verb_##id,
#include "vmapp/control/verbs.def"
#undef VERB
};

/* verb_answer() - control.h's control_answer, for a struct vm. */
static char *verb_answer(void *owner, const char *line, size_t len, bool *last)
{
	char why[REQUEST_WHY_SIZE];
	struct vm *vm = owner;
	struct request r;
	json_t *o;

	vm->answer_later = false;
	if (request_decode(line, len, &r, why, last))
		o = verbs[r.verb](vm, &r);
	else
		o = answer_error(why, EXIT_USAGE);
	return vm->answer_later ? CONTROL_LATER : answer_line(o);
}

int verbs_open(struct vm *vm, int door)
{
	int err = control_open(&vm->control, door, verb_answer, vm);

	if (!err)
		control_plug(&vm->control, &vm->events);
	return err;
}
