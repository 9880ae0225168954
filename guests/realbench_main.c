// SPDX-License-Identifier: BSD-2-Clause
/*
 * realbench - how long the programs of a distribution take: what it starts is
 * what lies in PATH, the same work on each machine.
 *
 * One source, two programs: build/guest/realbench (i386) for guests, and
 * build/realbench64 for the host itself.
 *
 * usage: realbench --dir DIR [--ms N] [--mb N] [--execs N] [--seconds N]
 *		    [--step] NAME...
 *
 * DIR is written to. It holds big.c and project/, made by guests/mksource.awk;
 * all else it needs is made there before the clock starts. For each NAME:
 *	realbench begin NAME
 *	realbench NAME VALUE UNIT COUNT		so much for one, COUNT were done
 * or	realbench skip NAME REASON
 * With --step it waits, after each line, for a line on its standard input:
 * whoever reads along can look at the machine between two rows.
 *
 * Loops run for about --ms milliseconds, commands once. --mb is the size of
 * the text for checksums; packers, which are slower, get parts of it.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "guests/benchloops.h"
#include "guests/realbench.h"

#define WORDS 4096	/* in the text's language */

static double run_ms = 2000;
static unsigned int data_mb = 100, execs = 1000, seconds = 12;
static bool step;

/* One row: @loop does its thing n times, or @command is run once. */
struct row {
	const char *name, *unit;
	double unit_ns;
	void (*loop)(unsigned int n);	/* NULL: the command */
	/* Before the clock starts; returns NULL, or why it can not be run. */
	const char *(*prepare)(void);
	const char *command[8];		/* its first word must be in PATH */
	const unsigned int *times;	/* a command's COUNT; NULL: 1 */
};

/* ---- commands ------------------------------------------------------ */

/* run() - a command of PATH, to its end; what it says goes to @file. */
static void run(const char *file, const char *const command[])
{
	pid_t pid = fork();
	int fd, status;

	if (pid == 0) {
		fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (fd < 0 || dup2(fd, 1) < 0)
			fail(file);
		execvp(command[0], (char *const *)command);
		perror(command[0]);
		_exit(127);
	}
	if (pid < 0)
		fail("fork");
	if (waitpid(pid, &status, 0) < 0 || status) {
		fprintf(stderr, "realbench: %s fails\n", command[0]);
		exit(1);
	}
}

/* missing() - is there no such program? */
static bool missing(const char *program)
{
	char path[4096], *all = strdup(getenv("PATH") ? getenv("PATH") : "");
	bool found = false;

	for (char *at = strtok(all, ":"); at && !found;
	     at = strtok(NULL, ":")) {
		snprintf(path, sizeof(path), "%s/%s", at, program);
		found = access(path, X_OK) == 0;
	}
	free(all);
	return !found;
}

/* ---- the text -------------------------------------------------------- */

static uint32_t random32(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* words_make() - a language: its frequent words are the first ones. */
static void words_make(char words[WORDS][12])
{
	uint32_t state = 1;

	for (unsigned int i = 0; i < WORDS; i++) {
		unsigned int length = 2 + random32(&state) % 9;

		for (unsigned int k = 0; k < length; k++)
			words[i][k] = (char)('a' + random32(&state) % 26);
		words[i][length] = '\0';
	}
}

/* text_make() - @kb KiB of it, the same everywhere; nothing if it is there. */
static void text_make(const char *path, unsigned int kb)
{
	static char words[WORDS][12], line[128];
	size_t left = (size_t)kb * 1024, n = 0;
	uint32_t state = 2;
	FILE *f;

	if (access(path, R_OK) == 0)
		return;
	words_make(words);
	f = fopen(path, "we");
	if (!f)
		fail(path);
	while (left > 0) {
		uint32_t r = random32(&state);

		/* One of the first 2^k words, each k being as likely. */
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%c",
				      words[(r >> 12) % (1u << (r & 0xf) % 13)],
				      n > 60 ? '\n' : ' ');
		if (line[n - 1] != '\n')
			continue;
		n = n < left ? n : left;
		if (fwrite(line, 1, n, f) != n)
			fail(path);
		left -= n;
		n = 0;
	}
	if (fclose(f))
		fail(path);
}

/* ---- what must be there ---------------------------------------------- */

static const char *prepare_text(void)
{
	text_make("text", data_mb * 1024);
	return NULL;
}

static const char *prepare_tenth(void)
{
	text_make("text.10", data_mb * 1024 / 10);
	return NULL;
}

static const char *prepare_xz(void)
{
	text_make("text.25", data_mb * 1024 / 25);
	return NULL;
}

static const char *prepare_gunzip(void)
{
	static const char *const gzip[] = { "gzip", "-1c", "text", NULL };

	prepare_text();
	if (access("text.gz", R_OK))
		run("text.gz", gzip);
	return NULL;
}

static const char *prepare_project(void)
{
	static const char *const clean[] = { "make", "-s", "-C", "project",
					     "clean", NULL };

	run("/dev/null", clean);
	return NULL;
}

#define INSERT "create table t(a integer primary key, b text, c int);" \
	"with recursive n(i) as (select 1 union all select i + 1 from n " \
	"where i < 100000) insert into t select i, hex(i * 7919 % 65537), " \
	"i * 31 % 997 from n; create index tc on t(c);"
#define SELECT "select c, count(*), sum(a), max(b) from t group by c;" \
	"select count(*) from t x join t y on x.a = y.c where x.b < y.b;" \
	"select a, b from t where b like '%7A%' order by b desc;"

static const char *prepare_insert(void)
{
	unlink("db");
	return NULL;
}

static const char *prepare_select(void)
{
	static const char *const insert[] = { "sqlite3", "db", INSERT, NULL };

	if (access("db", R_OK))
		run("/dev/null", insert);
	return NULL;
}

static const char *prepare_python(void)
{
	static const char *const once[] = { "python3", "-c", "1", NULL };

	run("/dev/null", once);		/* it keeps what it has compiled */
	return NULL;
}

static const char *prepare_fixed(void)
{
	int was = personality(0xffffffff);

	if (was < 0 || personality((unsigned int)was | ADDR_NO_RANDOMIZE) < 0)
		return "no leave to turn ASLR off";
	personality((unsigned int)was);
	return NULL;
}

/* ---- loops -------------------------------------------------------------- */

static void loop_command(unsigned int n, const char *const command[])
{
	while (n--)
		run("/dev/null", command);
}

static void loop_python(unsigned int n)
{
	loop_command(n, (const char *const[]){ "python3", "-c", "1", NULL });
}

static void loop_perl(unsigned int n)
{
	loop_command(n, (const char *const[]){ "perl", "-e", "1", NULL });
}

static void loop_pie(unsigned int n)
{
	static char *const argv[] = { (char *)"true", NULL };

	loop_exec(n, "/bin/true", argv);
}

/* loop_fixed() - loop_pie(), but exec loads everything at its usual address. */
static void loop_fixed(unsigned int n)
{
	int was = personality(0xffffffff);

	personality((unsigned int)was | ADDR_NO_RANDOMIZE);
	loop_pie(n);
	personality((unsigned int)was);
}

static void loop_static(unsigned int n)
{
	static char *const argv[] = { (char *)"realbench", (char *)"--exit",
				      NULL };

	loop_exec(n, "/proc/self/exe", argv);
}

/* ---- the list ----------------------------------------------------------- */

#define MS "ms", 1e6
#define US "us", 1e3
#define S "s", 1e9

static char bash_loop[80];	/* as many as --execs says */

static const struct row rows[] = { /* table */
	{ "exec_pie", MS, .loop = loop_pie, .command = { "true" } },
	{ "exec_fixed", MS, .loop = loop_fixed, .prepare = prepare_fixed,
	  .command = { "true" } },
	{ "exec_static", MS, .loop = loop_static },
	{ "fork", MS, .loop = loop_fork },
	{ "pipe", US, .loop = loop_pipe },
	{ "mmap", US, .loop = loop_mmap },
	{ "bash_true", S, .command = { "bash", "-c", bash_loop },
	  .times = &execs },
	{ "python3", MS, .loop = loop_python, .prepare = prepare_python,
	  .command = { "python3" } },
	{ "perl", MS, .loop = loop_perl, .command = { "perl" } },
	{ "gcc_O0", S,
	  .command = { "gcc", "-O0", "-c", "-o", "big.o", "big.c" } },
	{ "gcc_O2", S,
	  .command = { "gcc", "-O2", "-c", "-o", "big.o", "big.c" } },
	{ "make_j2", S, .prepare = prepare_project,
	  .command = { "make", "-s", "-j2", "-C", "project" } },
	{ "xz", S, .prepare = prepare_xz, .command = { "xz", "-c", "text.25" } },
	{ "bzip2", S, .prepare = prepare_tenth,
	  .command = { "bzip2", "-c", "text.10" } },
	{ "gzip", S, .prepare = prepare_tenth,
	  .command = { "gzip", "-c", "text.10" } },
	{ "gunzip", S, .prepare = prepare_gunzip,
	  .command = { "gzip", "-dc", "text.gz" } },
	{ "sqlite_insert", S, .prepare = prepare_insert,
	  .command = { "sqlite3", "db", INSERT } },
	{ "sqlite_select", S, .prepare = prepare_select,
	  .command = { "sqlite3", "db", SELECT } },
	{ "md5sum", S, .prepare = prepare_text,
	  .command = { "md5sum", "text" } },
	{ "cksum", S, .prepare = prepare_text, .command = { "cksum", "text" } },
	{ "sha256sum", S, .prepare = prepare_text,
	  .command = { "sha256sum", "text" } },
};

/* say() - one line; with --step, wait until whoever reads it says go on. */
static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *fmt, ...)
{
	char line[64];
	va_list ap;

	fputs("realbench ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	if (step && !fgets(line, sizeof(line), stdin))
		exit(1);
}

/* loop_size() - how often, for about run_ms; it is warm after that. */
static unsigned int loop_size(const struct row *row)
{
	unsigned int n = 2;
	double t;

	for (;;) {
		t = now_ns();
		row->loop(n);
		t = now_ns() - t;
		if (t >= run_ms * 1e6 / 8 || n > 1u << 28)
			break;
		n *= 3;
	}
	n = (unsigned int)(n * (run_ms * 1e6 / t));
	return n ? n : 1;
}

static void row_run(const struct row *row)
{
	const char *why = NULL;
	unsigned int n = 1;
	double t;

	if (row->command[0] && missing(row->command[0])) {
		say("skip %s there is no %s", row->name, row->command[0]);
		return;
	}
	if (row->prepare)
		why = row->prepare();
	if (why) {
		say("skip %s %s", row->name, why);
		return;
	}
	if (row->loop)
		n = loop_size(row);
	say("begin %s", row->name);
	t = now_ns();
	if (row->loop)
		row->loop(n);
	else
		run("/dev/null", row->command);
	t = now_ns() - t;
	say("%s %.5g %s %u", row->name, t / n / row->unit_ns, row->unit,
	    row->times ? *row->times : n);
}

static void latency_run(void)
{
	struct latency l;

	say("begin latency");
	latency_measure(&l, seconds);
	say("latency %.4g ms %u", l.max_ms, l.count);
	say("latency_p99 %.4g ms %u", l.p99_ms, l.count);
}

static void name_run(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(name, rows[i].name)) {
			row_run(&rows[i]);
			return;
		}
	if (strcmp(name, "latency")) {
		fprintf(stderr, "realbench: there is no row %s\n", name);
		exit(1);
	}
	latency_run();
}

static const char usage_text[] =
	"usage: realbench --dir DIR [--ms N] [--mb N] [--execs N] [--seconds N]\n"
	"                 [--step] NAME...\n";

static _Noreturn void usage(void)
{
	fputs(usage_text, stderr);
	exit(EX_USAGE);
}

/* number() - the value of an option: 1 or more. */
static unsigned int number(const char *text)
{
	int n = text ? atoi(text) : 0;

	if (n < 1)
		usage();
	return (unsigned int)n;
}

int main(int argc, char **argv)
{
	const char *dir = NULL;
	int i;

	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		if (!strcmp(argv[i], "--exit"))
			return 0;
		if (!strcmp(argv[i], "--help") && argc == 2)
			return fputs(usage_text, stdout) < 0;
		if (!strcmp(argv[i], "--step"))
			step = true;
		else if (!strcmp(argv[i], "--dir"))
			dir = argv[++i];
		else if (!strcmp(argv[i], "--ms"))
			run_ms = number(argv[++i]);
		else if (!strcmp(argv[i], "--mb"))
			data_mb = number(argv[++i]);
		else if (!strcmp(argv[i], "--execs"))
			execs = number(argv[++i]);
		else if (!strcmp(argv[i], "--seconds"))
			seconds = number(argv[++i]);
		else
			usage();
	}
	if (!dir || i >= argc)
		usage();
	if (chdir(dir))
		fail(dir);
	snprintf(bash_loop, sizeof(bash_loop),
		 "for ((i = 0; i < %u; i++)); do /bin/true; done", execs);
	for (; i < argc; i++)
		name_run(argv[i]);
	return 0;
}
