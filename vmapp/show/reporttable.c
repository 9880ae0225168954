/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reporttable.c - a --report file as a small table that explains itself.
 *
 * What is missing in the file counts as 0: older files can be shown, too.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "vmapp/show/reportrows.h"

/* real_at() - a number by the names that lead to it; 0 if it is not there. */
static double real_at(const json_t *o, const char *a, const char *b,
		      const char *c)
{
	o = json_object_get(o, a);
	if (b)
		o = json_object_get(o, b);
	if (c)
		o = json_object_get(o, c);
	return json_number_value(o);
}

/* report_frames() - both ways, all cards. */
static double report_frames(const json_t *report, const char *which)
{
	const json_t *nics = json_object_get(report, "nics");
	double sum = 0;
	size_t i;

	for (i = 0; i < json_array_size(nics); i++)
		sum += real_at(json_array_get(nics, i), which, NULL, NULL);
	return sum;
}

static double report_drops(const json_t *report)
{
	const json_t *nics = json_object_get(report, "nics");
	const char *name;
	json_t *value;
	double sum = 0;
	size_t i;

	for (i = 0; i < json_array_size(nics); i++)
		json_object_foreach(
			json_object_get(json_array_get(nics, i), "drops"), name,
			value) sum += json_number_value(value);
	return sum;
}

/* nic_irqs() - how often the cards raised their line. */
static double nic_irqs(const json_t *report)
{
	return report_frames(report, "irqs_raised");
}

static double lance_ports(const json_t *report, const char *world)
{
	return real_at(report, "port_accesses", "lance_address", world) +
	       real_at(report, "port_accesses", "lance_data", world) +
	       real_at(report, "port_accesses", "lance_bus_data", world) +
	       real_at(report, "port_accesses", "lance_other", world);
}

static void table_frames(const json_t *r)
{
	double out = report_frames(r, "frames_sent");
	double in = report_frames(r, "frames_received"), all = out + in;
	double vmm = lance_ports(r, "vmm"), host = lance_ports(r, "host");
	double held = real_at(r, "send_combining", "frames_held", NULL);

	printf("\nThe virtual network card\n"
	       "  frames                 %8.0f sent, %.0f received, %.0f "
	       "dropped\n",
	       out, in, report_drops(r));
	if (!all)
		return;
	printf("  for each frame:\n"
	       "    card port accesses   %8.2f  (%.2f answered in the VMM, "
	       "%.2f by VMApp)\n"
	       "    world switches       %8.2f  (of any reason, the whole "
	       "run)\n"
	       "    card interrupts      %8.2f\n",
	       (vmm + host) / all, vmm / all, host / all,
	       real_at(r, "world_switches", "total", NULL) / all,
	       nic_irqs(r) / all);
	if (out && held > 0)
		printf("    held back            %8.1f %% of the frames sent, to "
		       "share a world switch\n",
		       100 * held / out);
}

static void line(const char *name, double s, double sum, const char *what)
{
	printf("  %-20s %8.2f s  %5.1f %%  %s\n", name, s,
	       sum > 0 ? 100 * s / sum : 0, what);
}

static void table_times(const json_t *r)
{
	double vmm = real_at(r, "time_s", "vmm", NULL);
	double sw = real_at(r, "time_s", "world_switch", NULL);
	double app = real_at(r, "time_s", "vmapp", NULL);
	double net = real_at(r, "vmnet", "switch_cpu_s", NULL);
	double nat = real_at(r, "vmnet", "nat_cpu_s", NULL);
	double sum = vmm + sw + app;

	printf("\nWhere the CPU time went\n");
	line("VMM", vmm, sum, "runs the guest's instructions");
	line("world switch", sw, sum, "hands the CPU from world to world");
	line("VMApp", app, sum, "does the guest's input and output");
	if (net > 0)
		printf("  VMNet, for all machines since it began: %.2f s its "
		       "switch, %.2f s its NATs\n",
		       net, nat);
	printf("  (The VMM's share is what the guest's own kernel and programs "
	       "execute, boot and\n"
	       "  TCP included, and what the VMM does for that. The guest "
	       "was idle for %.1f s.)\n",
	       real_at(r, "time_s", "idle", NULL));
}

/* table_code() - what was translated, and how much of that more than once. */
static void table_code(const json_t *r)
{
	double n = real_at(r, "translations", "fragments", NULL);

	if (!n)
		return;
	printf("\nTranslated code\n"
	       "  fragments            %10.0f  of %.0f KB of the guest's code\n"
	       "  made anew            %10.1f %%  of them: they were lost\n"
	       "  bytes again          %10.1f %%  if only as a part of another "
	       "fragment\n",
	       n, real_at(r, "translations", "guest_bytes", NULL) / 1024,
	       100 * real_at(r, "translated_again", "fragments", NULL),
	       100 * real_at(r, "translated_again", "bytes", NULL));
}

static double faults(const json_t *r, const char *which)
{
	return real_at(r, "faults", which, NULL);
}

/* table_faults() - what the host's page faults were for, and how many of them
 * there were for each new address space and each page. */
static void table_faults(const json_t *r)
{
	if (!faults(r, "taken"))
		return;
	printf("\nFaults of the host in translated code\n"
	       "  taken                %10.0f  %.0f to show a page, %.0f that "
	       "the guest had to mend,\n%35s%.0f writes to code\n"
	       "  avoided              %10.0f  pages shown with no fault of "
	       "their own\n"
	       "  by a call            %10.0f  accesses that C code made, as "
	       "they had faulted often\n"
	       "  for each address space that was new (fork, exec) or came "
	       "back, %.0f in all:\n%35s%.0f taken, %.0f avoided\n"
	       "  for each page shown  %10.2f  taken to show it\n",
	       faults(r, "taken"), real_at(r, "hidden_faults", NULL, NULL),
	       real_at(r, "guest_faults", NULL, NULL), "",
	       real_at(r, "translations", "faults_code", NULL),
	       faults(r, "avoided"), faults(r, "by_call"), faults(r, "spaces"),
	       "", faults(r, "taken_per_space"), faults(r, "avoided_per_space"),
	       faults(r, "hidden_per_page"));
}

/* at_end() - nothing but blanks is left. */
static bool at_end(FILE *f)
{
	int c;

	do
		c = getc(f);
	while (c == '\n' || c == ' ');
	if (c != EOF)
		ungetc(c, f);
	return c == EOF;
}

/* last_report() - the last object of a file that may hold several; dies if
 * there is anything else in it. */
static json_t *last_report(const char *path)
{
	FILE *f = fopen(path, "re");
	json_error_t error;
	json_t *r = NULL;

	if (!f)
		die("can not read %s: %s", path, strerror(errno));
	do {
		json_decref(r);
		r = json_loadf(f, JSON_DISABLE_EOF_CHECK, &error);
	} while (r && !at_end(f));
	fclose(f);
	if (!r)
		die("%s is not a report: %s", path, error.text);
	return r;
}

void report_table(const char *path)
{
	json_t *r = last_report(path);
	const char *engine, *io_path, *why;

	why = json_string_value(json_object_get(r, "engine_why"));
	engine = json_string_value(json_object_get(r, "engine"));
	io_path = json_string_value(json_object_get(r, "io_path"));
	printf("Engine %s, I/O path %s: %.1f s of wall time.\n",
	       engine ? engine : "?", io_path ? io_path : "?",
	       real_at(r, "wall_s", NULL, NULL));
	if (why)
		printf("Not translated, and so slow: %s.\n", why);
	table_frames(r);
	table_times(r);
	table_code(r);
	table_faults(r);
	report_rows_table(r);
	report_steps_table(r);
	json_decref(r);
}
