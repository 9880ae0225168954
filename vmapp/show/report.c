/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - what a run did, as one JSON object (--report).
 *
 * Times come from the accounts in TSC ticks and are given in seconds; the
 * rate is measured over the run itself. A signal USR1 asks for a report of
 * the run so far; such a file holds one object after another, and what they
 * count only grows (but for memory_held, bytes), so the difference of two is
 * what lies between.
 */
#include "vmapp/vm.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "devices/wires.h"
#include "vmdriver/iopath.h"
#include "vmdriver/worldswitch.h"

static json_t *report_count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *report_switches(const struct account *acc)
{
	json_t *o = json_object();
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < HOSTCALL_COUNT; i++) {
		json_object_set_new(o, hostcall_names[i],
				    report_count(acc->switches[i]));
		sum += acc->switches[i];
	}
	json_object_set_new(o, "total", report_count(sum));
	return o;
}

static json_t *report_ports(const struct account *acc)
{
	json_t *o = json_object(), *row;
	uint64_t vmm = 0, host = 0;
	unsigned int i;

	for (i = 0; i < CHIP_COUNT; i++) {
		row = json_pack("{s:I,s:I}", "vmm",
				(json_int_t)acc->ports[i][WORLD_VMM], "host",
				(json_int_t)acc->ports[i][WORLD_HOST]);
		json_object_set_new(o, chip_names[i], row);
		vmm += acc->ports[i][WORLD_VMM];
		host += acc->ports[i][WORLD_HOST];
	}
	row = json_pack("{s:I,s:I}", "vmm", (json_int_t)vmm, "host",
			(json_int_t)host);
	json_object_set_new(o, "total", row);
	return o;
}

/* report_numbered() - those of @n counters that have counted. */
static json_t *report_numbered(const char *prefix, const uint64_t *counts,
			       unsigned int n)
{
	json_t *o = json_object();
	char name[16];
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!counts[i])
			continue;
		snprintf(name, sizeof(name), "%s%u", prefix, i);
		json_object_set_new(o, name, report_count(counts[i]));
	}
	return o;
}

/* report_combine() - send combining: what waited, and what ended it. */
static json_t *report_combine(const struct account *acc, uint32_t limit)
{
	json_t *o = json_object(), *flushes = json_object();
	unsigned int i;

	for (i = 0; i < FLUSH_COUNT; i++)
		json_object_set_new(flushes, flush_names[i],
				    report_count(acc->combine.flushes[i]));
	json_object_set_new(o, "limit", report_count(limit));
#define COMBINE_COUNTER(field, word) \
	json_object_set_new(o, word, report_count(acc->combine.field));
#include "vmdriver/counters.def"
	json_object_set_new(o, "flushes", flushes);
	return o;
}

/* chip_stats() - what a card's work half counted, in both worlds. */
static struct lance_stats chip_stats(const struct nic *nic)
{
	const struct lance_stats *there =
		&nic->vm->cross->lance_stats[nic->index];
	const struct lance_stats *here =
		&nic->vm->board.lance_stats[nic->index];
	struct lance_stats sum;
	size_t i;

	BUILD_ASSERT(sizeof(sum) % sizeof(uint64_t) == 0);
	for (i = 0; i < sizeof(sum) / sizeof(uint64_t); i++)
		((uint64_t *)&sum)[i] = ((const uint64_t *)here)[i] +
					((const uint64_t *)there)[i];
	return sum;
}

/* add_drop() - @n more for that reason; one that dropped none is not named. */
static void add_drop(json_t *drops, const char *name, uint64_t n)
{
	json_int_t was = json_integer_value(json_object_get(drops, name));

	if (n)
		json_object_set_new(drops, name,
				    report_count((uint64_t)was + n));
}

/* report_batches() - how many were moved at a time, by their frames. */
static json_t *report_batches(const uint64_t *batches)
{
	static const char *const names[LANCE_BATCHES] = {
		"1", "2", "3", "4", "5-8", "9-16", "17-32", "33-",
	};
	json_t *o = json_object();
	unsigned int i;

	for (i = 0; i < LANCE_BATCHES; i++)
		json_object_set_new(o, names[i], report_count(batches[i]));
	return o;
}

/* report_line() - what the guest has sent by it. */
static json_t *report_line(const struct serial_out *out)
{
	return json_pack("{s:I,s:I,s:I}", "bytes_sent",
			 (json_int_t)atomic_load(&out->sent), "bytes_lost",
			 (json_int_t)atomic_load(&out->lost), "ring_broken",
			 (json_int_t)atomic_load(&out->broken));
}

/* report_lines() - of each line that has a cable, by its chip's name. */
static json_t *report_lines(const struct vm *vm)
{
	json_t *o = json_object();
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		if (vm->line[i].plugged)
			json_object_set_new(o, chip_names[CHIP_LINE0 + i],
					    report_line(&vm->line[i].out));
	return o;
}

/* report_nic() - one card: what passed, and what was dropped and why. */
static json_t *report_nic(const struct nic *nic)
{
	const struct nic_direct_stats *direct =
		&nic->vm->cross->nic_direct[nic->index];
	const struct vmnet_client_stats *net = &nic->net.stats;
	const struct lance_stats sum = chip_stats(nic), *st = &sum;
	json_t *o = json_object(), *drops = json_object();
	unsigned int i;

	json_object_set_new(o, "network", json_string(nic_network(nic)));
	json_object_set_new(o, "frames_sent", report_count(st->tx_sent));
	json_object_set_new(o, "bytes_sent", report_count(st->tx_bytes));
	json_object_set_new(o, "frames_received",
			    report_count(st->rx_delivered));
	json_object_set_new(o, "bytes_received", report_count(st->rx_bytes));
	json_object_set_new(o, "frames_taken", report_count(st->tx_taken));
	json_object_set_new(o, "frames_looped", report_count(st->tx_looped));
	json_object_set_new(o, "frames_offered", report_count(st->rx_offered));
	json_object_set_new(o, "irqs_raised", report_count(st->irqs));
	json_object_set_new(o, "batches_sent", report_batches(st->tx_batches));
	json_object_set_new(o, "batches_received",
			    report_batches(st->rx_batches));
#define CLIENT_COUNTER(field, word) \
	json_object_set_new(o, word, report_count(net->field));
#include "vmnet/client/counters.def"
#define DIRECT_COUNTER(field, word) \
	json_object_set_new(o, word, report_count(direct->field));
#include "vmdriver/counters.def"
	for (i = 0; i < LANCE_DROPS; i++)
		add_drop(drops, lance_drop_name((enum lance_drop)i),
			 st->drops[i]);
#define CLIENT_DROP(field, word) add_drop(drops, word, net->field);
#include "vmnet/client/counters.def"
#define DIRECT_DROP(field, word) add_drop(drops, word, direct->field);
#include "vmdriver/counters.def"
	json_object_set_new(o, "drops", drops);
	return o;
}

static double rusage_seconds(int who)
{
	struct rusage ru;

	if (getrusage(who, &ru) < 0)
		return 0;
	return (double)ru.ru_utime.tv_sec + (double)ru.ru_stime.tv_sec +
	       1e-6 * (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec);
}

/* idle_seconds() - the guest was halted, whoever waited for it. */
static double idle_seconds(const struct vm *vm, double hz)
{
	return (double)vm->idle_ns / 1e9 +
	       (double)vm->cross->account.tsc_halted / hz;
}

/* report_times() - where the time went, in seconds. */
static json_t *report_times(const struct vm *vm, double hz)
{
	const struct account *acc = &vm->cross->account;

	return json_pack("{s:f,s:f,s:f,s:f}", "vmm",
			 ((double)acc->tsc_vmm - (double)acc->tsc_halted) / hz,
			 "world_switch", (double)acc->tsc_switch / hz, "vmapp",
			 (double)acc->tsc_host / hz, "idle",
			 idle_seconds(vm, hz));
}

/* report_vmnet() - what the switch says of itself; null if it is silent. */
static json_t *report_vmnet(struct vm *vm)
{
	char *text;
	json_t *o = NULL;

	if (!vm->board.nic_count)
		return json_null();
	text = malloc(VMNET_STATS_MAX);
	if (text && vmnet_stats_on(vm_dial(vm), text, VMNET_STATS_MAX) > 0)
		o = json_loads(text, 0, NULL);
	free(text);
	return o ? o : json_null();
}

/* report_steps() - a way of frames, from its @first to its @last step. */
static json_t *report_steps(const struct stamps_account *acc, uint64_t frames,
			    enum step first, enum step last, double hz)
{
	json_t *o = json_object(), *steps = json_array();
	unsigned int i;

	for (i = first; i <= last; i++) {
		const struct latency *l = &acc->step[i];
		uint64_t n = latency_count(l);

		if (n)
			json_array_append_new(
				steps,
				json_pack(
					"{s:s,s:I,s:f,s:f,s:f}", "step",
					step_names[i], "times", (json_int_t)n,
					"median_us",
					1e6 * (double)latency_quantile(l, 500) /
						hz,
					"p99_us",
					1e6 * (double)latency_quantile(l, 990) /
						hz,
					"mean_us",
					1e6 * (double)l->sum / (double)n / hz));
	}
	json_object_set_new(o, "frames", report_count(frames));
	json_object_set_new(o, "steps", steps);
	return o;
}

/* report_stamps() - what --stamps noted. */
static void report_stamps(json_t *o, const struct stamps_account *acc,
			  double hz)
{
	json_object_set_new(o, "way_out",
			    report_steps(acc, acc->frames_out, STEP_OUT_VMM,
					 STEP_OUT_TOTAL, hz));
	json_object_set_new(o, "way_in",
			    report_steps(acc, acc->frames_in, STEP_IN_NOTICE,
					 STEP_IN_TOTAL, hz));
}

/* report_rows() - a world's time by the rows of the paper's tables. */
static json_t *report_rows(const struct account_rows *rows)
{
	json_t *o = json_object();
	unsigned int i;

	for (i = 0; i < ROW_COUNT; i++)
		if (rows->samples[i] || rows->begun[i])
			json_object_set_new(
				o, row_names[i],
				json_pack("{s:I,s:I}", "cpu_ms",
					  (json_int_t)rows->samples[i], "times",
					  (json_int_t)rows->begun[i]));
	return o;
}

static json_t *report_engine(const struct account *acc)
{
	json_t *o = json_object();
	unsigned int i;

	for (i = 0; i < ENGINE_COUNTS; i++)
		json_object_set_new(o, engine_count_names[i],
				    report_count(acc->engine[i]));
	return o;
}

/* report_fallbacks() - of all guest instructions, the share that C code ran,
 * by reason. */
static json_t *report_fallbacks(const struct account *acc)
{
	static const struct {
		const char *name;
		unsigned int count;
	} why[] = {
		{ "system", ENGINE_callouts_system },
		{ "port", ENGINE_callouts_io },
		{ "fpu", ENGINE_callouts_fpu },
		{ "code_writer", ENGINE_callouts_writer },
		{ "faulter", ENGINE_callouts_faulter },
		{ "other", ENGINE_callouts_other },
		{ "interpreter", ENGINE_steps },
	};
	double all = (double)acc->guest_insns;
	json_t *o = json_object();
	unsigned int i;

	for (i = 0; all > 0 && i < ARRAY_SIZE(why); i++)
		json_object_set_new(
			o, why[i].name,
			json_real((double)acc->engine[why[i].count] / all));
	return o;
}

/* report_share() - @part of @all; of none 0. */
static double report_share(uint64_t part, uint64_t all)
{
	return all ? (double)part / (double)all : 0;
}

/* report_again() - of what was translated, the share that was so before:
 * fragments that had been lost, and bytes, if only in another fragment. */
static json_t *report_again(const struct account *acc)
{
	const uint64_t *n = acc->engine;

	return json_pack("{s:f,s:f}", "fragments",
			 report_share(n[ENGINE_anew], n[ENGINE_looked_frags]),
			 "bytes",
			 report_share(n[ENGINE_again], n[ENGINE_looked]));
}

/*
 * report_faults() - of the host, in translated code
 *
 * "avoided" are pages that came into a window with no hidden fault of their
 * own, used or not, and "by_call" accesses that C code made where the
 * instruction had faulted often. A "space" is an address space that the guest
 * switched to and no window was kept for: a new one, as of a fork or an exec,
 * or one that had to make room.
 */
static json_t *report_faults(const struct account *acc)
{
	const uint64_t *n = acc->engine;
	uint64_t hidden = n[ENGINE_hidden], pages = n[ENGINE_pages];
	uint64_t taken = hidden + n[ENGINE_fault_guest] + n[ENGINE_fault_code] +
			 n[ENGINE_fault_mmio] + n[ENGINE_fault_other];
	uint64_t avoided = pages > hidden ? pages - hidden : 0;
	uint64_t spaces = n[ENGINE_recycled];

	return json_pack("{s:I,s:I,s:I,s:I,s:f,s:f,s:f}", "taken",
			 (json_int_t)taken, "avoided", (json_int_t)avoided,
			 "by_call", (json_int_t)n[ENGINE_callouts_faulter],
			 "spaces", (json_int_t)spaces, "taken_per_space",
			 report_share(taken, spaces), "avoided_per_space",
			 report_share(avoided, spaces), "hidden_per_page",
			 report_share(hidden, pages));
}

static void report_io_path(json_t *o, uint32_t path)
{
	static const char *const names[] = {
#define STEP_NAME(step) #step,
		IO_PATH_STEPS(STEP_NAME)
#undef STEP_NAME
	};
	char text[64] = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (path >> i & 1)
			snprintf(text + strlen(text),
				 sizeof(text) - strlen(text), "%s%s",
				 *text ? "," : "", names[i]);
	json_object_set_new(o, "io_path", json_string(*text ? text : "hosted"));
}

/* report_counter() - one, as @word of @o's member @object, or with "" of @o. */
static void report_counter(json_t *o, const char *object, const char *word,
			   uint64_t n)
{
	json_t *in = *object ? json_object_get(o, object) : o;

	if (!in) {
		in = json_object();
		json_object_set_new(o, object, in);
	}
	json_object_set_new(in, word, report_count(n));
}

/* report_counters() - those of both worlds that counters.def lists. */
static void report_counters(json_t *o, const struct account *acc)
{
#define VMM_COUNTER(field, object, word) \
	report_counter(o, object, word, acc->field);
#define HOST_COUNTER(field, object, word) \
	report_counter(o, object, word, acc->field);
#include "vmdriver/counters.def"
}

static json_t *report_make(struct vm *vm, bool vmnet)
{
	const struct vmm_options *options = &vm->config->options;
	const struct account *acc = &vm->cross->account;
	double wall = (double)(clock_now_ns() - vm->start_ns) / 1e9;
	double hz = (double)(door_tsc() - vm->start_tsc) / wall;
	json_t *o = json_object(), *nics = json_array();
	unsigned int i;

	json_object_set_new(o, "engine", json_string(engine_names[vm->engine]));
	json_object_set_new(o, "engine_wanted",
			    json_string(engine_names[options->engine]));
	json_object_set_new(o, "engine_why",
			    *vm->engine_why ? json_string(vm->engine_why) :
					      json_null());
	report_io_path(o, options->io_path);
	json_object_set_new(o, "wall_s", json_real(wall));
	json_object_set_new(o, "paused_s",
			    json_real((double)vm->paused_ns / 1e9));
	json_object_set_new(o, "guest_idle_s", json_real(idle_seconds(vm, hz)));
	/* The VMM's process has been reaped: it is among the children. */
	json_object_set_new(o, "host_cpu_s",
			    json_real(rusage_seconds(RUSAGE_SELF) +
				      rusage_seconds(RUSAGE_CHILDREN)));
	report_counters(o, acc);
	json_object_set_new(
		o, "dropped_writes",
		report_count(acc->dropped_writes + vm->ram.dropped));
	json_object_set_new(o, "world_switches", report_switches(acc));
	json_object_set_new(o, "port_accesses", report_ports(acc));
	json_object_set_new(o, "lance_registers",
			    report_numbered("csr", acc->csrs, LANCE_CSRS));
	json_object_set_new(o, "send_combining",
			    report_combine(acc, options->combine_limit));
	json_object_set_new(o, "irqs",
			    report_numbered("", acc->irqs, IRQ_LINES));
	for (i = 0; i < vm->board.nic_count; i++)
		json_array_append_new(nics, report_nic(&vm->board.nic[i]));
	json_object_set_new(o, "nics", nics);
	json_object_set_new(o, "lines", report_lines(vm));
	if (options->stamps)
		report_stamps(o, &vm->cross->stamped, hz);
	json_object_set_new(o, "vmm_rows", report_rows(&acc->rows));
	json_object_set_new(o, "vmapp_rows", report_rows(&vm->rows));
	if (vm->engine != ENGINE_INTERP) {
		json_object_set_new(o, "hidden_faults",
				    report_count(acc->engine[ENGINE_hidden]));
		json_object_set_new(
			o, "guest_faults",
			report_count(acc->engine[ENGINE_fault_guest]));
		json_object_set_new(o, "translations", report_engine(acc));
		json_object_set_new(o, "translated_again", report_again(acc));
		json_object_set_new(o, "faults", report_faults(acc));
	}
	if (options->count_insns)
		json_object_set_new(o, "fallbacks", report_fallbacks(acc));
	json_object_set_new(o, "time_s", report_times(vm, hz));
	json_object_set_new(o, "vmnet", vmnet ? report_vmnet(vm) : json_null());
	return o;
}

void report_prepare(void)
{
	json_object_seed(0);	/* from the system's random numbers */
}

struct json_t *report_json(struct vm *vm)
{
	return report_make(vm, false);
}

void report_write(struct vm *vm)
{
	json_t *o = report_make(vm, true);

	/* A line's end says that it is complete. */
	if (json_dumpfd(o, vm->report_fd, JSON_INDENT(2)) < 0 ||
	    write(vm->report_fd, "\n", 1) != 1)
		log_error("--report: can not write %s", vm->config->report);
	json_decref(o);
}
