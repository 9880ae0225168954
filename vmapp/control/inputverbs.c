/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inputverbs.c - a user's hands, by the control socket: key, text, mouse.
 *
 * Runs as verbs.c does. Keys are typed by and by (typist.h); what the mouse is
 * told is done at once.
 */
#include "vmapp/control/inputverbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "machine/input.h"
#include "vmapp/vm.h"

#define PLACE_MOST	65535	/* pc_pointer()'s */
#define STEP_MOST	32767

/* ---- keys --------------------------------------------------------------- */

/* input_type() - have it typed. Takes what @s has. */
static json_t *input_type(struct vm *vm, struct strokes *s)
{
	const char *why = vm->paused ?
				  "the machine is paused; 'resume' comes "
				  "before anything is typed" :
				  "it has been asked to type too much already";

	if (!vm->paused && typist_type(&vm->typist, s, vm->control.ticket)) {
		vm->answer_later = true;
		return NULL;
	}
	free(s->list);
	return answer_error(why, EXIT_SETUP);
}

json_t *verb_KEY(struct vm *vm, const struct request *r)
{
	char why[STROKES_WHY_SIZE];
	struct strokes s = { 0 };
	unsigned int i;

	for (i = 0; i < r->count; i++)
		if (!strokes_keys(&s, r->words[i], why)) {
			free(s.list);
			return answer_error(why, EXIT_USAGE);
		}
	return input_type(vm, &s);
}

json_t *verb_TEXT(struct vm *vm, const struct request *r)
{
	char why[STROKES_WHY_SIZE];
	struct strokes s = { 0 };

	if (!strokes_text(&s, r->words[0], why)) {
		free(s.list);
		return answer_error(why, EXIT_USAGE);
	}
	return input_type(vm, &s);
}

/* ---- the mouse ----------------------------------------------------------- */

/* What is to be done with it. */
struct hand {
	long x, y;
	bool steps;		/* x and y are movement, not a place */
	int dz;
	bool click;		/* the left button, once */
	unsigned int buttons;
};

static const struct { const char *name; unsigned int button; } buttons[] = {
	{ "none", 0 }, { "left", PS2_MOUSE_LEFT }, { "right", PS2_MOUSE_RIGHT },
	{ "middle", PS2_MOUSE_MIDDLE }, { "fourth", PS2_MOUSE_FOURTH },
	{ "fifth", PS2_MOUSE_FIFTH },
};

/* hand_number() - of X or Y. @steps: receives whether it has a sign. Return:
 * false: it is none. */
static bool hand_number(const char *word, long *n, bool *steps)
{
	char *end;

	*steps = *word == '+' || *word == '-';
	*n = strtol(word, &end, 10);
	if (!word[*steps] ||
	    strspn(word + *steps, "0123456789") != strlen(word + *steps) ||
	    *end)
		return false;
	return *steps ? *n >= -STEP_MOST && *n <= STEP_MOST : *n <= PLACE_MOST;
}

/* hand_buttons() - "left+middle". Return: false: there is none such. */
static bool hand_buttons(const char *word, unsigned int *down)
{
	size_t len, i;

	*down = 0;
	for (;;) {
		len = strcspn(word, "+");
		for (i = 0; i < ARRAY_SIZE(buttons); i++)
			if (strlen(buttons[i].name) == len &&
			    !memcmp(buttons[i].name, word, len))
				break;
		if (i == ARRAY_SIZE(buttons))
			return false;
		*down |= buttons[i].button;
		word += len;
		if (!*word++)
			return true;
	}
}

/* hand_decode() - Return: NULL, or a sentence: what it is not. */
static const char *hand_decode(const struct request *r, struct hand *h)
{
	bool signed_y;

	if (!hand_number(r->words[0], &h->x, &h->steps) ||
	    !hand_number(r->words[1], &h->y, &signed_y) || h->steps != signed_y)
		return "X and Y are both steps with a sign, as in +10 -5, of "
		       "32767 at most, or both a place from 0 to 65535";
	if (r->count > 3)
		return "'mouse' takes two or three words: X Y [BUTTONS]";
	if (r->count < 3)
		return NULL;
	if (!strcmp(r->words[2], "click"))
		h->click = true;
	else if (!strcmp(r->words[2], "wheel-up"))
		h->dz = -1;
	else if (!strcmp(r->words[2], "wheel-down"))
		h->dz = 1;
	else if (!hand_buttons(r->words[2], &h->buttons))
		return "BUTTONS are left, right, middle, fourth, fifth, joined "
		       "by +, or one of none, click, wheel-up, wheel-down";
	return NULL;
}

/* hand_move() - there, or so far. Return: false: this guest knows no places. */
static bool hand_move(struct pc *pc, const struct hand *h, unsigned int down)
{
	if (!h->steps)
		return pc_pointer(pc, (unsigned int)h->x, (unsigned int)h->y,
				  h->dz, down);
	pc_mouse(pc, (int)h->x, (int)h->y, h->dz, down);
	return true;
}

json_t *verb_MOUSE(struct vm *vm, const struct request *r)
{
	struct hand h = { .buttons = vm->mouse_buttons };
	struct pc *pc = &vm->board.pc;
	const char *why = hand_decode(r, &h);

	if (why)
		return answer_error(why, EXIT_USAGE);
	if (!pc_mouse_heard(pc))
		return answer_error("the guest does not listen to its mouse",
				    EXIT_SETUP);
	if (!hand_move(pc, &h, h.buttons | (h.click ? PS2_MOUSE_LEFT : 0)))
		return answer_error("this guest does not drive VMware's "
				    "pointer, so it knows of steps only: give "
				    "X and Y a sign",
				    EXIT_SETUP);
	if (h.click && h.steps)
		pc_mouse(pc, 0, 0, 0, h.buttons);
	else if (h.click)
		hand_move(pc, &h, h.buttons);
	vm->mouse_buttons = h.buttons;
	return json_pack("{s:b}", "ok", 1);
}
