/* SPDX-License-Identifier: BSD-2-Clause */
/* toptable.c - what lies between two samples, sorted, and text of it: see
 * top.h. */
#include "vmapp/show/top.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static const struct {
	const char *word, *head;
	int width, decimals;
} columns[TOP_COLUMNS] = {
#define TOP_COLUMN(id, head, width, decimals, text) \
	[TOP_##id] = { #id, head, width, decimals },
#include "vmapp/show/top.def"
};

const char *top_column_word(int column)
{
	return column < 0 ? "name" : columns[column].word;
}

/* ---- between two samples ----------------------------------------------- */

/* table_per() - Return: growth per second; 0 for a counter that began anew. */
static double table_per(double before, double now, double s)
{
	return s > 0 && now > before ? (now - before) / s : 0;
}

/* table_shares() - of the VMM's world the guest has what samples of it
 * found. */
static void table_shares(double *value, const struct top_machine *a,
			 const struct top_machine *b, double s)
{
	double vmm = 100 * table_per(a->vmm_s, b->vmm_s, s);
	double all = table_per(a->vmm_ms, b->vmm_ms, s);
	double code = table_per(a->code_ms, b->code_ms, s);
	double part = all > 0 ? MIN(code / all, 1.0) : 0;

	value[TOP_guest] = vmm * part;
	value[TOP_vmm] = vmm - vmm * part;
	value[TOP_vmapp] = 100 * table_per(a->vmapp_s, b->vmapp_s, s);
	value[TOP_busy] = vmm + value[TOP_vmapp] +
			  100 * table_per(a->switch_s, b->switch_s, s);
}

static void table_figures(struct top_row *r, const struct top_machine *a,
			  const struct top_machine *b, double s)
{
	double *v = r->value;

	v[TOP_drops] = b->drops;
	r->known = a && a->told && b->told && b->wall_s >= a->wall_s && s > 0;
	if (!r->known)
		return;
	table_shares(v, a, b, s);
	v[TOP_switches] = table_per(a->switches, b->switches, s);
	v[TOP_exits] = table_per(a->exits, b->exits, s);
	v[TOP_irqs] = table_per(a->irqs, b->irqs, s);
	v[TOP_frames_out] = table_per(a->frames_out, b->frames_out, s);
	v[TOP_frames_in] = table_per(a->frames_in, b->frames_in, s);
	v[TOP_mbps_out] = 8e-6 * table_per(a->bytes_out, b->bytes_out, s);
	v[TOP_mbps_in] = 8e-6 * table_per(a->bytes_in, b->bytes_in, s);
}

static const struct top_machine *machine_of(const struct top_sample *s,
					    pid_t pid)
{
	unsigned int i;

	for (i = 0; s && i < s->machines; i++)
		if (s->machine[i].pid == pid)
			return &s->machine[i];
	return NULL;
}

static const struct top_network *network_of(const struct top_sample *s,
					    const char *name)
{
	unsigned int i;

	for (i = 0; s && i < s->networks; i++)
		if (!strcmp(s->network[i].name, name))
			return &s->network[i];
	return NULL;
}

static int by_view(const void *a, const void *b, void *view)
{
	const struct top_row *x = a, *y = b;
	const struct top_view *v = view;
	double p = v->sort < 0 ? 0 : x->value[v->sort];
	double q = v->sort < 0 ? 0 : y->value[v->sort];
	int order = (p < q) - (p > q);	/* the most first */

	if (!order)
		order = strcmp(x->m->name, y->m->name);
	if (!order)
		order = (x->m->pid > y->m->pid) - (x->m->pid < y->m->pid);
	return v->reverse ? -order : order;
}

void top_between(struct top_table *t, const struct top_sample *a,
		 const struct top_sample *b, const struct top_view *view)
{
	const struct top_network *was;
	struct top_net_row *n;
	unsigned int i;

	memset(t, 0, sizeof(*t));
	t->s = a ? b->s - a->s : 0;
	for (i = 0; i < b->machines; i++) {
		t->row[i].m = &b->machine[i];
		table_figures(&t->row[i], machine_of(a, b->machine[i].pid),
			      &b->machine[i], t->s);
	}
	t->machines = b->machines;
	qsort_r(t->row, t->machines, sizeof(t->row[0]), by_view, (void *)view);
	for (i = 0; i < b->networks; i++) {
		n = &t->net[i];
		n->n = &b->network[i];
		was = network_of(a, n->n->name);
		if (!was)
			continue;
		n->frames = table_per(was->frames, n->n->frames, t->s);
		n->mbps = 8e-6 * table_per(was->bytes, n->n->bytes, t->s);
	}
	t->networks = b->networks;
}

/* ---- text -------------------------------------------------------------- */

#define LINE 256
#define NAME_WIDTH 16	/* of the machine's; less where there is less */

struct lines {
	unsigned int width, name;
	int columns;		/* that fit */
	void (*line)(void *arg, enum top_line what, const char *text);
	void *arg;
};

/* table_fit() - choose the columns that a screen has room for. */
static void table_fit(struct lines *l)
{
	int left;

	if (!l->width || l->width >= LINE)
		l->width = LINE - 1;
	l->name = MIN(l->width, NAME_WIDTH);
	left = (int)l->width - (int)l->name - 17;	/* PID and STATE */
	for (l->columns = 0; l->columns < TOP_COLUMNS; l->columns++) {
		left -= columns[l->columns].width;
		if (left < 0)
			break;
	}
}

static void table_put(const struct lines *l, enum top_line what, char *text)
{
	size_t n = strlen(text);

	while (n && text[n - 1] == ' ')
		n--;
	text[MIN(n, l->width)] = '\0';
	l->line(l->arg, what, text);
}

static void put_head(const struct lines *l)
{
	char text[LINE];
	int n = snprintf(text, sizeof(text), "%-*.*s %7s %-8s", (int)l->name,
			 (int)l->name, "NAME", "PID", "STATE"),
	    i;

	for (i = 0; i < l->columns; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%*s",
			      columns[i].width, columns[i].head);
	table_put(l, TOP_LINE_HEAD, text);
}

/* table_bounded() - limit a machine's number to what its column has room
 * for. */
static double table_bounded(double n)
{
	return MAX(MIN(n, 1e9), 0);
}

static void put_row(const struct lines *l, const struct top_row *r)
{
	char text[LINE];
	int n = snprintf(text, sizeof(text), "%-*.*s %7d %-8.8s", (int)l->name,
			 (int)l->name, *r->m->name ? r->m->name : "-",
			 (int)r->m->pid, r->m->state),
	    i;

	for (i = 0; i < l->columns; i++) {
		if (r->known || (i == TOP_drops && r->m->told))
			n += snprintf(text + n, sizeof(text) - (size_t)n,
				      "%*.*f", columns[i].width,
				      columns[i].decimals,
				      table_bounded(r->value[i]));
		else
			n += snprintf(text + n, sizeof(text) - (size_t)n, "%*s",
				      columns[i].width, "-");
	}
	table_put(l, TOP_LINE_ROW, text);
}

static void put_networks(const struct lines *l, const struct top_table *t)
{
	char text[LINE];
	unsigned int i;

	if (!t->networks)
		return;
	snprintf(text, sizeof(text), "%-16s %-9s %5s %9s %9s %9s", "NETWORK",
		 "KIND", "PORTS", "FRAMES/s", "Mb/s", "DROPS");
	table_put(l, TOP_LINE_HEAD, text);
	for (i = 0; i < t->networks; i++) {
		snprintf(text, sizeof(text),
			 "%-16.16s %-9.9s %5u %9.0f %9.1f %9.0f",
			 t->net[i].n->name, t->net[i].n->kind,
			 t->net[i].n->ports, table_bounded(t->net[i].frames),
			 table_bounded(t->net[i].mbps),
			 table_bounded(t->net[i].n->drops));
		table_put(l, TOP_LINE_ROW, text);
	}
}

void top_lines(const struct top_table *t, const struct top_view *view,
	       unsigned int width, unsigned int first,
	       void (*line)(void *arg, enum top_line what, const char *text),
	       void *arg)
{
	struct lines l = { .width = width, .line = line, .arg = arg };
	char text[LINE];
	unsigned int i;

	table_fit(&l);
	snprintf(text, sizeof(text),
		 "hostel top: %u machine%s, %u network%s; by %s%s; %.1f s",
		 t->machines, t->machines == 1 ? "" : "s", t->networks,
		 t->networks == 1 ? "" : "s", top_column_word(view->sort),
		 view->reverse ? ", least first" : "", t->s);
	table_put(&l, TOP_LINE_TITLE, text);
	put_head(&l);
	for (i = first; i < t->machines; i++)
		put_row(&l, &t->row[i]);
	if (!t->machines) {
		snprintf(text, sizeof(text), "no machine of yours runs");
		table_put(&l, TOP_LINE_NOTE, text);
	}
	put_networks(&l, t);
}
