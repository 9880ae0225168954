/* SPDX-License-Identifier: BSD-2-Clause */
/* answers.c - answers to requests, and those that come later: answers.h. */
#include "vmapp/control/answers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "vmapp/control/request.h"
#include "vmapp/vm.h"

json_t *answer_done(void)
{
	return json_pack("{s:b}", "ok", 1);
}

json_t *answer_screen(int err)
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

char *answer_line(json_t *o)
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
	json_t *o = error ? answer_screen(error) : answer_done();

	control_finish(&vm->control, ticket, answer_line(o), fd);
}

void verbs_typed(struct vm *vm, uint64_t ticket, const char *why)
{
	json_t *o = why ? answer_error(why, EXIT_SETUP) : answer_done();

	control_finish(&vm->control, ticket, answer_line(o), -1);
}
