// SPDX-License-Identifier: BSD-2-Clause
/*
 * cpubench - what a processor is good for: one static program that runs
 * natively, in Hostel and in its peers, so that the ratios mean something.
 *
 * One source, two programs: build/guest/cpubench (i386), which guests run, and
 * which runs natively where 32-bit programs do; and build/cpubench64 (x86-64)
 * for hosts where they do not. Both do the same work, row by row.
 *
 * usage: cpubench [--ms N] [--mb N] [--busybox PATH] [--dir DIR] [NAME...]
 *
 * Each NAME (all, if none is given) prints one line:
 *	cpubench NAME VALUE UNIT
 * Loops are sized by the clock: each runs for about --ms milliseconds. The
 * applets (md5sum ...) work on --mb megabytes of the same pseudo-random text,
 * made in DIR beforehand; once for nothing, and then three times, of which the
 * middle one counts. A run of more than LONG seconds counts by itself.
 */
#include <emmintrin.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "guests/benchloops.h"

#define LONG 3.0

static double run_ms = 300;
static unsigned int data_mb = 200;
static const char *busybox = "/bin/busybox";
static const char *dir = "/tmp";

/* One benchmark: does its thing @n times. */
typedef void loop_fn(unsigned int n);

/* per_loop() - nanoseconds for one, from a run of about run_ms. */
static double per_loop(loop_fn *fn)
{
	unsigned int n = 1;
	double t;

	for (;;) {
		t = now_ns();
		fn(n);
		t = now_ns() - t;
		if (t >= run_ms * 1e6 / 2 || n > 1u << 30)
			return t / n;
		if (t < run_ms * 1e6 / 16)
			n *= 8;
		else
			n = (unsigned int)(n * (run_ms * 1e6 / t)) + 1;
	}
}

/* ---- system code ------------------------------------------------- */

static void loop_getppid(unsigned int n)
{
	while (n--)
		syscall(SYS_getppid);
}

static void loop_self(unsigned int n)
{
	static char *const argv[] = { (char *)"cpubench", (char *)"--exit",
				      NULL };

	loop_exec(n, "/proc/self/exe", argv);
}

/* ---- user code --------------------------------------------------- */

#define CHAIN 1024	/* pointers: 4 KiB */

static void loop_chase(unsigned int n)
{
	static void *chain[CHAIN];
	void **p = chain;
	unsigned int i;

	if (!chain[0])
		for (i = 0; i < CHAIN; i++)
			chain[i] = &chain[(i * 167 + 13) % CHAIN];
	n *= 1000;
	while (n--)
		p = *p;
	asm volatile("" : : "r"(p));
}

static uint32_t seed = 1;

static uint32_t random32(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void loop_qsort(unsigned int n)
{
	static uint32_t v[20000];
	unsigned int i;

	seed = 1;
	while (n--) {
		for (i = 0; i < 20000; i++)
			v[i] = random32();
		qsort(v, 20000, sizeof(v[0]), compare);
	}
}

static volatile double sink;

static void loop_x87(unsigned int n)
{
	long double x = 1, y = 0;

	n *= 1000;
	while (n--) {
		y += x / (x + 1);
		x += 1;
	}
	sink = (double)y;
}

static void loop_sse2(unsigned int n)
{
	static double v[512] __attribute__((aligned(16)));
	__m128d k = _mm_set1_pd(0.999), one = _mm_set1_pd(1);
	unsigned int i;

	while (n--)
		for (i = 0; i < 512; i += 2)
			_mm_store_pd(
				v + i,
				_mm_add_pd(_mm_mul_pd(_mm_load_pd(v + i), k),
					   one));
	sink = v[0];
}

/*
 * The loop that rewrites itself, four instructions in either mode:
 *	1:	mov $imm, %eax
 *		incl imm		its address; from %rip in 64-bit mode
 *		dec %ecx
 *		jnz 1b
 * Before it, its argument moves into %ecx; after it, ret.
 */
#define SMC_IMM 3	/* where the immediate is */
#ifdef __x86_64__
#define SMC_CALL
static const unsigned char smc_code[] = "\x89\xf9"		/* from %edi */
					"\xb8\0\0\0\0"
					"\xff\x05\0\0\0\0"
					"\xff\xc9"
					"\x75\xf1"
					"\xc3";
#else
#define SMC_CALL __attribute__((regparm(1)))
static const unsigned char smc_code[] = "\x89\xc1"		/* from %eax */
					"\xb8\0\0\0\0"
					"\xff\x05\0\0\0\0"
					"\x49"
					"\x75\xf2"
					"\xc3";
#endif
typedef unsigned int smc_fn(unsigned int count) SMC_CALL;

/* smc_pages() - a page to write at @code, and to run at the address that is
 * returned: the same page, unless this host lets none be both. */
static unsigned char *smc_pages(unsigned char **code)
{
	unsigned char *p;
	int fd;

	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*code = p;
	if (p != MAP_FAILED)
		return p;
	fd = (int)syscall(SYS_memfd_create, "smc", 0);
	if (fd < 0 || ftruncate(fd, 4096) < 0)
		fail("memfd");
	/* Side by side: the loop reaches its immediate from %rip. */
	p = mmap(NULL, 2 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED ||
	    mmap(p, 4096, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, fd,
		 0) == MAP_FAILED ||
	    mmap(p + 4096, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 fd, 0) == MAP_FAILED)
		fail("a page to write and run");
	close(fd);
	*code = p + 4096;
	return p;
}

static void loop_smc(unsigned int n)
{
	static unsigned char *code, *run;
	unsigned int out, count = n * 100;
	uint32_t at;

	if (!code) {
		run = smc_pages(&code);
		memcpy(code, smc_code, sizeof(smc_code));
		at = (uint32_t)(uintptr_t)(code + SMC_IMM);
#ifdef __x86_64__
		at -= (uint32_t)(uintptr_t)(run + SMC_IMM + 4 + 6);
#endif
		memcpy(code + SMC_IMM + 4 + 2, &at, 4);
	}
	memset(code + SMC_IMM, 0, 4);
	out = ((smc_fn *)(uintptr_t)run)(count);
	if (out != count - 1) {
		fprintf(stderr, "cpubench: wrong: %u\n", out);
		exit(1);
	}
}

/* ---- applets ----------------------------------------------------- */

/* make_data() - words, one to a line, the same everywhere. */
static const char *make_data(unsigned int mb)
{
	static char path[200], buf[1 << 20];
	unsigned int i, k;
	int fd;

	snprintf(path, sizeof(path), "%s/cpubench.%u", dir, mb);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return path;	/* made already */
	seed = 1;
	for (i = 0; i < mb; i++) {
		for (k = 0; k < sizeof(buf); k++) {
			uint32_t r = random32() >> 7;

			buf[k] = r % 9 ? (char)('a' + r % 23) : '\n';
		}
		if (write(fd, buf, sizeof(buf)) != (ssize_t)sizeof(buf))
			fail(path);
	}
	close(fd);
	return path;
}

/* applet() - seconds that busybox takes; its output goes nowhere. */
static double applet(char *const argv[])
{
	double t = now_ns();
	pid_t pid = fork();
	int fd;

	if (pid == 0) {
		fd = open("/dev/null", O_WRONLY);
		dup2(fd, 1);
		execv(busybox, argv);
		perror(busybox);
		_exit(127);
	}
	wait_for(pid);
	return (now_ns() - t) / 1e9;
}

static double on_data(const char *name, const char *option, unsigned int mb)
{
	char *argv[6] = { (char *)busybox, (char *)name };
	unsigned int n = 2;

	if (option)
		argv[n++] = (char *)option;
	argv[n++] = (char *)make_data(mb);
	return applet(argv);
}

static double run_awk(void)
{
	static char program[200];
	char *argv[] = { (char *)busybox, (char *)"awk", program, NULL };

	snprintf(program, sizeof(program),
		 "BEGIN{for(i=0;i<%u;i++)"
		 "{s=s+i*3;if(i%%7==0)t=t+length(s)}print s,t}",
		 data_mb * 5000);
	return applet(argv);
}

static unsigned int part(unsigned int of)
{
	return data_mb / of ? data_mb / of : 1;
}

/* ---- the list ---------------------------------------------------- */

struct bench {
	const char *name;
	loop_fn *loop;
	unsigned int per;	/* operations in one round of the loop */
};

static const struct bench loops[] = {
	{ "getppid", loop_getppid, 1 }, { "fork", loop_fork, 1 },
	{ "exec", loop_self, 1 }, { "pipe", loop_pipe, 1 },
	{ "mmap", loop_mmap, 1 }, { "chase", loop_chase, 1000 },
	{ "qsort", loop_qsort, 1 }, { "x87", loop_x87, 1000 },
	{ "sse2", loop_sse2, 256 }, { "smc", loop_smc, 100 },
};

static const char *const applets[] = { "md5sum", "sha256sum", "gzip", "sort",
				       "awk" };

static double run_applet(const char *name)
{
	if (!strcmp(name, "gzip"))
		return on_data("gzip", "-9c", part(10));
	if (!strcmp(name, "sort"))
		return on_data("sort", NULL, part(20));
	if (!strcmp(name, "awk"))
		return run_awk();
	return on_data(name, NULL, data_mb);
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return (d > 0) - (d < 0);
}

/* measure() - seconds that an applet takes: where other machines share the
 * caches, single runs of a second are 10 percent apart. */
static double measure(const char *name)
{
	double t[3];
	unsigned int i;

	run_applet(name);	/* makes the data */
	for (i = 0; i < 3; i++) {
		t[i] = run_applet(name);
		if (t[i] > LONG)
			return t[i];
	}
	qsort(t, 3, sizeof(t[0]), by_value);
	return t[1];
}

static int wanted(const char *name, char **names, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return 1;
	return count == 0;
}

static void run_all(char **names, int count)
{
	unsigned int i;

	for (i = 0; i < sizeof(loops) / sizeof(loops[0]); i++)
		if (wanted(loops[i].name, names, count)) {
			printf("cpubench %s %.3f ns\n", loops[i].name,
			       per_loop(loops[i].loop) / loops[i].per);
			fflush(stdout);
		}
	for (i = 0; i < sizeof(applets) / sizeof(applets[0]); i++)
		if (wanted(applets[i], names, count)) {
			printf("cpubench %s %.4f s\n", applets[i],
			       measure(applets[i]));
			fflush(stdout);
		}
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		if (!strcmp(argv[i], "--exit"))
			return 0;
		if (i + 1 == argc)
			break;
		if (!strcmp(argv[i], "--ms"))
			run_ms = atof(argv[++i]);
		else if (!strcmp(argv[i], "--mb"))
			data_mb = (unsigned int)atoi(argv[++i]);
		else if (!strcmp(argv[i], "--busybox"))
			busybox = argv[++i];
		else if (!strcmp(argv[i], "--dir"))
			dir = argv[++i];
		else
			break;
	}
	if (i < argc && !strncmp(argv[i], "--", 2)) {
		int help = argc == 2 && !strcmp(argv[i], "--help");

		fprintf(help ? stdout : stderr,
			"usage: cpubench [--ms N] "
			"[--mb N] [--busybox PATH] [--dir DIR] [NAME...]\n");
		return help ? 0 : EX_USAGE;
	}
	run_all(argv + i, argc - i);
	return 0;
}
