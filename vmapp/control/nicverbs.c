/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nicverbs.c - a machine's cards, by the control socket: link, connect,
 * forward.
 *
 * Runs as verbs.c does. A cable is pulled at once; what VMNet is asked for is
 * answered when it has answered (verbs_nic()), so not while the machine is
 * paused: then nobody listens to VMNet.
 */
#include "vmapp/control/nicverbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "vmapp/config/forward.h"
#include "vmapp/control/answers.h"
#include "vmapp/vm.h"

/* ---- which cards there are ---------------------------------------------- */

static json_t *forward_names(const struct nic *nic)
{
	const struct vmnet_forward *table = nic->net.wish.forward;
	char text[FORWARD_TEXT_SIZE];
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < forwards_count(table); i++) {
		forward_text(&table[i], text);
		json_array_append_new(list, json_string(text));
	}
	return list;
}

json_t *status_nic(const struct nic *nic)
{
	const uint8_t *m = nic->mac;
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
		 m[2], m[3], m[4], m[5]);
	return json_pack("{s:i,s:s,s:s,s:b,s:b,s:o}", "nic", (int)nic->index,
			 "network", nic_network(nic), "mac", mac, "link",
			 nic_link(nic), "plugged", !nic->pulled, "forwards",
			 forward_names(nic));
}

/* nic_named() - "0", "1", ... Return: NULL: none, with @why. */
static struct nic *nic_named(struct vm *vm, const char *word, char *why)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (!*end && word[0] >= '0' && word[0] <= '9' &&
	    n < vm->board.nic_count)
		return &vm->board.nic[n];
	snprintf(why, REQUEST_WHY_SIZE,
		 "this machine has no card '%s'; it has %u, counted from 0",
		 word, vm->board.nic_count);
	return NULL;
}

json_t *verb_LINK(struct vm *vm, const struct request *r)
{
	char why[REQUEST_WHY_SIZE];
	struct nic *nic = nic_named(vm, r->words[0], why);
	bool down = !strcmp(r->words[1], "down");

	if (!nic)
		return answer_error(why, EXIT_USAGE);
	if (!down && strcmp(r->words[1], "up"))
		return answer_error("a link is set up or down", EXIT_USAGE);
	nic_pull(nic, down);
	return answer_done();
}

/* ---- what VMNet is asked for -------------------------------------------- */

/* nic_refusal() - in a sentence: @nic stays as it was. */
static json_t *nic_refusal(const struct nic *nic, enum vmnet_ask_what what,
			   const struct vmnet_forward *f,
			   enum vmnet_status status)
{
	char why[REQUEST_WHY_SIZE], text[FORWARD_TEXT_SIZE];
	const char *says = vmnet_status_text(status);
	bool wrong = status == VMNET_BAD_NETWORK || status == VMNET_NO_NAME;

	if (what == VMNET_ASK_MOVE) {
		snprintf(why, sizeof(why), "card %u stays on %s: %s",
			 nic->index, nic_network(nic), says);
		return answer_error(why, wrong ? EXIT_USAGE : EXIT_SETUP);
	}
	if (status == VMNET_NOT_NAT) {
		snprintf(
			why, sizeof(why),
			"card %u is on %s; ports can be forwarded on a network "
			"with NAT only: 'connect %u nat' moves it to one",
			nic->index, nic_network(nic), nic->index);
		return answer_error(why, EXIT_USAGE);
	}
	forward_text(f, text);
	snprintf(why, sizeof(why), "%s can not be %s: %s", text,
		 what == VMNET_ASK_FORWARD ? "forwarded" : "removed", says);
	return answer_error(why, EXIT_SETUP);
}

void verbs_nic(struct vm *vm, unsigned int i, enum vmnet_status status)
{
	struct nic *nic = &vm->board.nic[i];
	json_t *o = status == VMNET_OK ?
			    answer_done() :
			    nic_refusal(nic, nic->asked, &nic->forward, status);

	control_finish(&vm->control, nic->ticket, answer_line(o), -1);
	nic->ticket = 0;
}

static json_t *nic_paused(void)
{
	return answer_error("the machine is paused; 'resume' comes before its "
			    "cards are changed",
			    EXIT_SETUP);
}

json_t *verb_CONNECT(struct vm *vm, const struct request *r)
{
	char why[REQUEST_WHY_SIZE];
	struct nic *nic = nic_named(vm, r->words[0], why);
	enum vmnet_status status;

	if (!nic)
		return answer_error(why, EXIT_USAGE);
	if (vm->paused)
		return nic_paused();
	status = nic_connect(nic, r->words[1], vm->control.ticket);
	if (status != VMNET_OK)
		return nic_refusal(nic, VMNET_ASK_MOVE, NULL, status);
	vm->answer_later = true;
	return NULL;
}

/* ---- forward ------------------------------------------------------------ */

static json_t *forward_list(const struct vm *vm)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < vm->board.nic_count; i++)
		json_array_append_new(
			list,
			json_pack("{s:i,s:s,s:o}", "nic", (int)i, "network",
				  nic_network(&vm->board.nic[i]), "forwards",
				  forward_names(&vm->board.nic[i])));
	return json_pack("{s:b,s:o}", "ok", 1, "cards", list);
}

/* nic_with() - the first card that has @f; else the first on the network nat,
 * or the only one. Return: NULL: which one is not clear. */
static struct nic *nic_with(struct vm *vm, const struct vmnet_forward *f)
{
	struct vmnet_forward table[VMNET_FORWARDS];
	struct nic *nic;
	unsigned int i;

	for (i = 0; i < vm->board.nic_count; i++) {
		nic = &vm->board.nic[i];
		memcpy(table, nic->net.wish.forward, sizeof(table));
		if (forwards_change(table, f, VMNET_ASK_UNFORWARD) == VMNET_OK)
			return nic;
	}
	for (i = 0; i < vm->board.nic_count; i++)
		if (nic_on_nat(&vm->board.nic[i]))
			return &vm->board.nic[i];
	return vm->board.nic_count == 1 ? &vm->board.nic[0] : NULL;
}

/* forward_nic() - the card that is meant. Return: NULL with @why. */
static struct nic *forward_nic(struct vm *vm, const struct request *r,
			       const struct vmnet_forward *f, char *why)
{
	struct nic *nic = r->count > 2 ? nic_named(vm, r->words[2], why) :
					 nic_with(vm, f);

	if (!nic && r->count == 2)
		snprintf(why, REQUEST_WHY_SIZE,
			 "no card of this machine is on the network nat: say "
			 "which one is on another network with NAT, or move "
			 "one: 'connect NIC nat'");
	return nic;
}

static json_t *forward_change(struct vm *vm, const struct request *r,
			      enum vmnet_ask_what what)
{
	char why[REQUEST_WHY_SIZE], error[CONFIG_ERROR_SIZE];
	enum vmnet_status status;
	struct vmnet_forward f;
	struct nic *nic;

	if (!forward_parse(r->words[1], &f, error))
		return answer_error(error, EXIT_USAGE);
	if (vm->paused)
		return nic_paused();
	nic = forward_nic(vm, r, &f, why);
	if (!nic)
		return answer_error(why, EXIT_USAGE);
	status = nic_change_forward(nic, &f, what, vm->control.ticket);
	if (status != VMNET_OK)
		return nic_refusal(nic, what, &f, status);
	vm->answer_later = true;
	return NULL;
}

json_t *verb_FORWARD(struct vm *vm, const struct request *r)
{
	bool add = !strcmp(r->words[0], "add");

	if (!strcmp(r->words[0], "list") && r->count == 1)
		return forward_list(vm);
	if ((add || !strcmp(r->words[0], "remove")) &&
	    (r->count == 2 || r->count == 3))
		return forward_change(
			vm, r, add ? VMNET_ASK_FORWARD : VMNET_ASK_UNFORWARD);
	return answer_error("write 'forward list', or 'forward add' or "
			    "'forward remove' and a port, for example "
			    "tcp:2222:22, and perhaps a card's number",
			    EXIT_USAGE);
}
