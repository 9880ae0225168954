/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - the conditions of a port's link: see handlers.h. */
#include "vmnet/ctl/handlers.h"
#include "vmnet/ctl/tell.h"
#include "vmnet/switch/conditioned.h"

/* tell_conditions() - add one direction's conditions, as a user writes them; "":
 * none. */
static void tell_conditions(struct text *t, const char *direction,
			    const struct line *line)
{
	char words[CONDITIONS_TEXT] = "";

	if (line)
		conditions_print(&line->set, words);
	text_add(t, "\"%s\": \"%s\"", direction, words);
}

enum ctl_status ctl_link(struct vswitch *sw, const struct ctl_ask *ask)
{
	const struct ctl_link *link = &ask->args->link;
	struct port *port = ctl_port(sw, link->port);
	const struct port_conditions *pc;
	int err = 0;

	if (!port)
		return CTL_NO_PORT;
	if (link->what == CTL_LINK_CHANGE)
		err = conditioned_change(sw, port, link->directions,
					 &link->conditions);
	else if (link->what == CTL_LINK_CLEAR)
		err = conditioned_change(sw, port, link->directions, NULL);
	if (err < 0)
		return CTL_NO_ROOM;
	pc = port->conditions;
	text_add(ask->text, "{");
	tell_owner(ask->text, port);
	tell_conditions(ask->text, "in", pc ? &pc->in : NULL);
	text_add(ask->text, ", ");
	tell_conditions(ask->text, "out", pc ? &pc->out : NULL);
	text_add(ask->text, "}");
	return CTL_DONE;
}
