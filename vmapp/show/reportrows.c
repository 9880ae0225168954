/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reportrows.c - the parts of a report that are laid out as the paper's.
 *
 * Rows are of CPU time, which sampling gives; a row that is worth less than a
 * thousandth is left out. An average is a row's time by how often it began.
 */
#include "vmapp/show/reportrows.h"

#include <stdio.h>

#define SHOWN 0.001	/* of the whole */

static double row_number(const json_t *o, const char *name)
{
	return json_number_value(json_object_get(o, name));
}

/* sum_ms() - of all rows of a world. */
static double sum_ms(const json_t *rows)
{
	const char *name;
	json_t *row;
	double sum = 0;

	json_object_foreach((json_t *)rows, name, row)
		sum += row_number(row, "cpu_ms");
	return sum;
}

static void print_row(const char *name, double ms, double times, double whole)
{
	if (ms < SHOWN * whole)
		return;
	printf("  %-48s %8.2f s %5.1f %%", name, ms / 1000, 100 * ms / whole);
	if (times > 0)
		printf("  %9.2f us  %10.0f", 1000 * ms / times, times);
	putchar('\n');
}

/* print_rows() - of one world, as shares of @whole milliseconds. */
static void print_rows(const json_t *rows, double whole)
{
	const char *name;
	json_t *row;

	json_object_foreach((json_t *)rows, name, row)
		print_row(name, row_number(row, "cpu_ms"),
			  row_number(row, "times"), whole);
}

static void print_head(const char *what, const char *of)
{
	printf("\n  %-48s %10s %7s  %12s  %10s\n", what, "CPU time", of,
	       "average", "times");
}

void report_rows_table(const json_t *report)
{
	const json_t *vmm = json_object_get(report, "vmm_rows");
	const json_t *app = json_object_get(report, "vmapp_rows");
	double idle = 1000 * row_number(report, "guest_idle_s");
	double in_vmm = sum_ms(vmm), in_app = sum_ms(app);
	double whole = in_vmm + in_app + idle;

	if (!(in_vmm > 0))
		return;
	printf("\nThe VM's time by the rows of the paper's Tables 1 and 2 "
	       "(sampled)\n");
	print_head("total time", "");
	print_row("VMM time", in_vmm, 0, whole);
	print_rows(app, whole);
	print_row("guest idle", idle, 0, whole);
	print_head("VMM time", "of it");
	print_rows(vmm, in_vmm);
}

static void print_way(const json_t *way, const char *title)
{
	const json_t *steps = json_object_get(way, "steps"), *s;
	size_t i;

	if (!json_array_size(steps))
		return;
	printf("\n%s (%.0f frames)\n  %-38s %12s %12s %10s\n", title,
	       row_number(way, "frames"), "", "median", "p99", "times");
	for (i = 0; i < json_array_size(steps); i++) {
		s = json_array_get(steps, i);
		printf("  %-38s %9.2f us %9.2f us %10.0f\n",
		       json_string_value(json_object_get(s, "step")),
		       row_number(s, "median_us"), row_number(s, "p99_us"),
		       row_number(s, "times"));
	}
}

void report_steps_table(const json_t *report)
{
	print_way(json_object_get(report, "way_out"),
		  "The way of the OUT that starts a transmit, as in the "
		  "paper's Figure 5");
	print_way(json_object_get(report, "way_in"),
		  "The way of frames that come in");
}
