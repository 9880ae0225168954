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

#include "base/check.h"
#include "base/log.h"
#include "vmapp/control/request.h"

static json_t *done(void)
{
	return json_pack("{s:b}", "ok", 1);
}

/* screen_error() - a sentence for what kept hostel-screen from it. */
static json_t *screen_error(int err)
{
	char why[REQUEST_WHY_SIZE];

	switch (-err) {
	case ENODEV:
		return answer_error("this machine has no screen", EXIT_SETUP);
	case ENODATA:
		return answer_error("its screen has shown nothing yet",
				    EXIT_SETUP);
	case ENOTSUP:
		return answer_error("its screen shows a picture, not text; "
				    "take it by 'screenshot'",
				    EXIT_SETUP);
	case EPIPE:
		return answer_error("hostel-screen, which makes pictures of "
				    "it, has ended; try again",
				    EXIT_SETUP);
	default:
		snprintf(why, sizeof(why), "hostel-screen can not do it: %s",
			 strerror(-err));
		return answer_error(why, EXIT_SETUP);
	}
}

static json_t *status_nic(const struct nic *nic)
{
	const uint8_t *m = nic->mac;
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
		 m[2], m[3], m[4], m[5]);
	return json_pack("{s:i,s:s,s:s,s:b,s:b}", "nic", (int)nic->index,
			 "network", nic->vm->config->nic[nic->index].network,
			 "mac", mac, "link", nic_link(nic), "plugged",
			 !nic->pulled);
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
	return done();
}

static json_t *verb_RESUME(struct vm *vm, const struct request *r)
{
	(void)r;
	vm->paused = false;
	return done();
}

static json_t *verb_RESET(struct vm *vm, const struct request *r)
{
	(void)r;
	vm->outcome = VM_RESET;
	return done();
}

static json_t *verb_BUTTON(struct vm *vm, const struct request *r)
{
	(void)r;
	piix4_pm_power_button(&vm->board.pc.pm);
	return done();
}

static json_t *verb_QUIT(struct vm *vm, const struct request *r)
{
	(void)r;
	vm->outcome = VM_QUIT;
	vm->quit_by_control = true;
	return done();
}

static json_t *verb_REPORT(struct vm *vm, const struct request *r)
{
	(void)r;
	return json_pack("{s:b,s:o}", "ok", 1, "report", report_json(vm));
}

static json_t *verb_LINK(struct vm *vm, const struct request *r)
{
	char why[REQUEST_WHY_SIZE], *end;
	unsigned long n = strtoul(r->words[0], &end, 10);
	bool down = !strcmp(r->words[1], "down");

	if (*end || r->words[0][0] < '0' || r->words[0][0] > '9' ||
	    n >= vm->board.nic_count) {
		snprintf(why, sizeof(why),
			 "this machine has no card '%s'; it "
			 "has %u, counted from 0",
			 r->words[0], vm->board.nic_count);
		return answer_error(why, EXIT_USAGE);
	}
	if (!down && strcmp(r->words[1], "up"))
		return answer_error("a link is set up or down", EXIT_USAGE);
	nic_pull(&vm->board.nic[n], down);
	return done();
}

/* ask_screen() - its answer comes when hostel-screen has made it. */
static json_t *ask_screen(struct vm *vm, enum screen_kind kind)
{
	int err = vm_screen_ask(vm, kind, vm->control.ticket);

	vm->answer_later = !err;
	return err ? screen_error(err) : NULL;
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

/* as_line() - an answer as it is sent. Takes @o. */
static char *as_line(json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII |
					   JSON_REAL_PRECISION(12));
	char *all = NULL;

	json_decref(o);
	if (text && asprintf(&all, "%s\n", text) < 0)
		all = NULL;
	free(text);
	return all;
}

void verbs_answer(struct vm *vm, uint64_t ticket, int error, int fd)
{
	control_finish(&vm->control, ticket,
		       as_line(error ? screen_error(error) : done()), fd);
}

/* answer() - control.h's control_answer, for a struct vm. */
static char *answer(void *owner, const char *line, size_t len, bool *last)
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
	return vm->answer_later ? CONTROL_LATER : as_line(o);
}

int verbs_open(struct vm *vm, int door)
{
	int err = control_open(&vm->control, door, answer, vm);

	if (!err)
		control_plug(&vm->control, &vm->events);
	return err;
}
