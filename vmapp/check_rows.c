// SPDX-License-Identifier: BSD-2-Clause
/*
 * check_rows.c - look at one thing after another: see check_rows.h.
 *
 * What the VMM can do, it says itself (`hostel-vmm --check`): nothing is said
 * of it here that did not happen there.
 */
#include "vmapp/check_rows.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/host.h"
#include "base/privileges.h"
#include "vmapp/vm.h"
#include "vmdriver/affinity.h"

#define FLAGS_SIZE	8192u	/* the longest line of /proc/cpuinfo */
#define MEMORY_USUAL_MB	320u	/* a machine as it comes, and ours of it */
/* What the hosts cost that this was made on (docs/HOSTS.md); beyond it, a
 * guest's fork, exec and new memory are slower. */
#define DEAR_FAULT_US	6.0
#define DEAR_TRIP_US	20.0
#define DEAR_CLOCK_US	0.5

static struct check_row *row_add(struct check *c, const char *name)
{
	struct check_row *r = &c->row[c->count++];

	ASSERT(c->count <= CHECK_ROWS);
	r->name = name;
	r->status = CHECK_GOOD;
	return r;
}

/* row_set() - what was found is not good: what it costs, and what to do. */
static void row_set(struct check_row *r, enum check_status status,
		    const char *cost, const char *advice)
{
	r->status = status;
	snprintf(r->cost, sizeof(r->cost), "%s", cost);
	snprintf(r->advice, sizeof(r->advice), "%s", advice);
}

/* field_read() - the first value of @key in a file of "key : value" lines. */
static void field_read(const char *path, const char *key, char *value,
		       size_t size)
{
	size_t len = strlen(key);
	char line[FLAGS_SIZE], *p;
	FILE *f = fopen(path, "re");

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, len))
			continue;
		p = line + len + strspn(line + len, " \t:");
		p[strcspn(p, "\n")] = '\0';
		snprintf(value, size, "%s", p);
		break;
	}
	if (f)
		fclose(f);
}

/* ---- what the VMM says of itself ---------------------------------------- */

/* What it printed: "" where it said nothing. */
struct vmm_words {
	char processor[CHECK_TEXT], translator[CHECK_TEXT],
		tripwire[CHECK_TEXT];
};

static void vmm_line(struct vmm_words *w, const char *line)
{
	const struct { const char *name; char *to; } names[] = {
		{ "processor ", w->processor },
		{ "translator ", w->translator },
		{ "tripwire ", w->tripwire },
	};
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		len = strlen(names[i].name);
		if (!strncmp(line, names[i].name, len))
			snprintf(names[i].to, CHECK_TEXT, "%.*s",
				 (int)strcspn(line + len, "\n"), line + len);
	}
}

static _Noreturn void vmm_exec(const char *path, int out)
{
	dup2(out, STDOUT_FILENO);
	execl(path, path, "--check", (char *)NULL);
	printf("processor no: %s: %s\n", path, strerror(errno));
	fflush(stdout);
	_exit(1);
}

static void vmm_ask(struct vmm_words *w)
{
	char path[4096], line[256];
	int pair[2], status;
	pid_t child;
	FILE *f;

	memset(w, 0, sizeof(*w));
	if (vmmproc_path(path, sizeof(path)) < 0 || pipe(pair) < 0)
		return;
	fflush(stdout);
	child = fork();
	if (child == 0)
		vmm_exec(path, pair[1]);
	close(pair[1]);
	f = fdopen(pair[0], "r");
	while (f && fgets(line, sizeof(line), f))
		vmm_line(w, line);
	if (f)
		fclose(f);
	else
		close(pair[0]);
	if (child > 0 && waitpid(child, &status, 0) == child &&
	    WIFSIGNALED(status) && !*w->processor)
		snprintf(w->processor, sizeof(w->processor),
			 "no: hostel-vmm was ended by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
}

/* is_no() - Return: why not, or NULL if it is a yes. */
static const char *is_no(const char *said)
{
	if (!strcmp(said, "yes"))
		return NULL;
	return !strncmp(said, "no: ", 4) ? said + 4 : "it did not say";
}

static void look_vmm(struct check *c)
{
	struct vmm_words w;
	struct check_row *r = row_add(c, "processor");
	const char *why;

	vmm_ask(&w);
	why = is_no(w.processor);
	snprintf(r->found, CHECK_TEXT, "%s: %.80s", c->cpu,
		 why ? why : "SSE4.2 is all that is needed");
	if (why) {
		row_set(r, CHECK_UNABLE, "no machine runs",
			"use a host with an "
			"x86-64 processor made since 2011 (SSE4.2)");
		return;
	}
	r = row_add(c, "translator");
	why = is_no(w.translator);
	snprintf(r->found, CHECK_TEXT, "%.100s", why ? why : "runs");
	if (why)
		row_set(r, CHECK_SLOWER,
			"the interpreter runs all guests, about "
			"40 times slower than native",
			host_denied(HOST_translator) ?
				"" :
				"see that processes may have 1 TiB of address space "
				"(ulimit -v unlimited) and memory that is written and run");
	else if (is_no(w.tripwire)) {
		snprintf(r->found, CHECK_TEXT,
			 "runs, but from 2 to 6 GiB no "
			 "addresses are free");
		row_set(r, CHECK_SLOWER,
			"jumps between pages are slower: some "
			"per cent",
			"");
	}
}

/* ---- the kernel --------------------------------------------------------- */

/* call_there() - with arguments that none of them takes. What HOSTEL_HOST takes
 * away answers as on a kernel that lacks it. */
static bool call_there(long nr)
{
	return !(syscall(nr, -1, -1, -1, -1, -1) < 0 && errno == ENOSYS);
}

static void look_kernel(struct check *c)
{
	static const struct { enum host_feature f; long nr; } calls[] = {
		{ HOST_pidfd, SYS_pidfd_open },
		{ HOST_close_range, SYS_close_range },
		{ HOST_epoll_pwait2, SYS_epoll_pwait2 },
	};
	struct check_row *r = row_add(c, "kernel");
	size_t i, n = 0;

	n = (size_t)snprintf(r->found, CHECK_TEXT, "%.60s", c->kernel);
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (!call_there(calls[i].nr) && n < CHECK_TEXT) {
			n += (size_t)snprintf(r->found + n, CHECK_TEXT - n,
					      "; no %s", host_what(calls[i].f));
			row_set(r, CHECK_NOTE,
				"nothing: older calls do the same", "");
		}
}

static void look_maps(struct check *c)
{
	uint32_t n = host_max_maps(host_denied_mask());
	struct check_row *r = row_add(c, "mappings");

	snprintf(r->found, CHECK_TEXT, "%u for a process", n);
	if (n < HOST_MAPS_USUAL)
		row_set(r, CHECK_SLOWER,
			"guests with many processes map their "
			"memory again and again",
			"as root: sysctl -w vm.max_map_count=65530");
}

static void look_memory(struct check *c)
{
	struct check_row *r = row_add(c, "memory");
	char text[64] = "0";
	unsigned long mb;

	field_read("/proc/meminfo", "MemAvailable", text, sizeof(text));
	if (sscanf(text, "%lu", &mb) != 1)
		mb = 0;
	mb /= 1024;
	snprintf(r->found, CHECK_TEXT, "%lu MB available", mb);
	if (mb && mb < MEMORY_USUAL_MB)
		row_set(r, CHECK_NOTE,
			"a machine as it comes (256 MB) does not "
			"fit",
			"take a smaller --memory");
}

static void look_clock(struct check *c)
{
	const char *path =
		"/sys/devices/system/clocksource/clocksource0/current_clocksource";
	struct check_row *r = row_add(c, "clock");
	char name[32] = "", flags[FLAGS_SIZE] = "";

	field_read(path, "", name, sizeof(name));
	field_read("/proc/cpuinfo", "flags", flags, sizeof(flags));
	snprintf(r->found, CHECK_TEXT, "%s, %.3f us to read it%s",
		 *name ? name : "unknown", c->costs.clock,
		 strstr(flags, "constant_tsc") ?
			 "" :
			 ", the processor's counter may change its rate");
	if (c->costs.clock > DEAR_CLOCK_US)
		row_set(r, CHECK_SLOWER,
			"each look at the time is a system call: "
			"timers and the network cost more",
			"as root: a "
			"clocksource that programs can read (tsc, kvm-clock)");
	else if (!strstr(flags, "constant_tsc"))
		row_set(r, CHECK_NOTE, "a guest's clock may drift", "");
}

static void look_cpus(struct check *c)
{
	struct check_row *r = row_add(c, "CPUs");
	cpu_set_t all;
	int n;

	affinity_all(&all);
	n = CPU_COUNT(&all);
	snprintf(r->found, CHECK_TEXT, "%d for us", n);
	if (n < 2)
		row_set(r, CHECK_SLOWER,
			"a machine and its network share one: "
			"half of the transfer rate",
			"");
}

/* look_pings() - may we send pings? A NAT of ours sends a guest's by such a
 * socket. */
static void look_pings(struct check *c)
{
	struct check_row *r = row_add(c, "pings by NAT");
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);

	if (fd >= 0)
		close(fd);
	snprintf(r->found, CHECK_TEXT, "%s",
		 fd >= 0 ? "go out" : "do not go out");
	if (fd < 0)
		row_set(r, CHECK_NOTE,
			"a guest's ping beyond the NAT's gateway is not "
			"answered; all else gets through",
			"as root: sysctl -w "
			"net.ipv4.ping_group_range=\"0 2147483647\"");
}

/* ---- what a process can give up ------------------------------------------ */

/* walls_here() - which there are; 0: it can not be told. */
static uint32_t walls_here(void)
{
	int status, had;
	pid_t child = fork();

	if (child == 0) {
		had = privileges_drop(0);
		_exit(had < 0 ? 0 : had);
	}
	if (child < 0 || waitpid(child, &status, 0) != child ||
	    !WIFEXITED(status))
		return 0;
	return (uint32_t)WEXITSTATUS(status);
}
BUILD_ASSERT(PRIVILEGES_COUNT <= 8);

static void look_walls(struct check *c)
{
	const uint32_t all = PRIVILEGES_BIT(COUNT) - 1;
	const uint32_t files = PRIVILEGES_BIT(ROOT) | PRIVILEGES_BIT(LANDLOCK);
	struct check_row *r = row_add(c, "walls");
	uint32_t had = walls_here();
	unsigned int w;
	size_t n;

	n = (size_t)snprintf(r->found, CHECK_TEXT, "system calls by a list");
	for (w = 0; w < PRIVILEGES_COUNT; w++)
		if (had >> w & 1 && n < CHECK_TEXT)
			n += (size_t)snprintf(
				r->found + n, CHECK_TEXT - n, ", %s",
				privileges_words((enum privileges_wall)w));
	if (had == all)
		return;
	row_set(r, CHECK_NOTE,
		had & files ?
			"one wall less behind that list" :
			"there is no second wall between a process and this host's files",
		"allow user namespaces (sysctl user.max_user_namespaces, a "
		"container's filter), or take Linux 5.13 or later (Landlock)");
}

/* ---- what things cost --------------------------------------------------- */

static void look_costs(struct check *c)
{
	const struct check_costs *k = &c->costs;
	struct check_row *r = row_add(c, "page faults");

	snprintf(r->found, CHECK_TEXT,
		 "%.1f us by signal, %.1f with a page "
		 "mapped; %.1f to map a page, %.1f for 16",
		 k->signal, k->fault, k->page, k->pages16);
	if (k->signal > DEAR_FAULT_US)
		row_set(r, CHECK_SLOWER,
			"guests that start programs or touch new "
			"memory take up to twice as long",
			"a host with hardware "
			"paging (not a guest of a shadow-paging hypervisor)");
	r = row_add(c, "world switch");
	snprintf(r->found, CHECK_TEXT,
		 "%.1f us there and back; a system "
		 "call %.2f us",
		 k->trip, k->call);
	if (k->trip > DEAR_TRIP_US)
		row_set(r, CHECK_SLOWER,
			"devices that VMApp runs (clock, "
			"PCI) are slower",
			"");
}

/* ---- what only tests and benches use ------------------------------------ */

static void look_ia32(struct check *c)
{
	struct check_row *r = row_add(c, "32-bit programs");
	bool runs = host_runs_ia32();

	snprintf(r->found, CHECK_TEXT, "%s", runs ? "run" : "do not run");
	if (!runs)
		row_set(r, CHECK_NOTE,
			"nothing for guests; benches compare with "
			"64-bit programs, tests with 64-bit code and records",
			"");
}

static void row_names_lookup(struct check *c)
{
	struct utsname u;

	snprintf(c->cpu, sizeof(c->cpu), "unknown processor");
	field_read("/proc/cpuinfo", "model name", c->cpu, sizeof(c->cpu));
	if (uname(&u) == 0)
		snprintf(c->kernel, sizeof(c->kernel), "%.20s %.80s", u.sysname,
			 u.release);
}

void check_look(struct check *c)
{
	memset(c, 0, sizeof(*c));
	row_names_lookup(c);
	check_costs(&c->costs);
	look_vmm(c);
	look_kernel(c);
	look_costs(c);
	look_maps(c);
	look_memory(c);
	look_clock(c);
	look_cpus(c);
	look_pings(c);
	look_walls(c);
	look_ia32(c);
}

enum check_status check_worst(const struct check *c,
			      const struct check_row **row)
{
	enum check_status worst = CHECK_GOOD;
	size_t i;

	*row = NULL;
	for (i = 0; i < c->count; i++)
		if (c->row[i].status > worst) {
			worst = c->row[i].status;
			*row = &c->row[i];
		}
	return worst;
}
