/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_tftp_test.c - a guest reads files by TFTP from the folder of its
 * machine, and nothing else, through the real vmnetd and vmnet-nat.
 *
 * The folder is made anew for each test: see fill(). Beside it lies what must
 * not be reached.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_station.h"
#include "vmnet/nat/folder_walk.h"

#define PORT	2000u
#define BIG	(300u << 10)

enum { OP_READ = 1, OP_WRITE, OP_DATA, OP_ACK, OP_ERROR, OP_OPTIONS };

static const uint8_t card[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };

struct lab {
	char dir[64], folder[80];
	int fd;
	struct station *s;
	char text[160];		/* of the last error, or options as words */
	unsigned int code;
};

/* ---- the folder -------------------------------------------------------- */

static uint8_t big_byte(size_t i)
{
	return (uint8_t)(i * 7 + (i >> 8));
}

static char *in(const char *folder, const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put(const char *folder, const char *name, const void *bytes,
		size_t n, int how)
{
	int fd = open(in(folder, name), O_WRONLY | O_CREAT | how, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static void link_to(const char *folder, const char *name, const char *to)
{
	assert_int_equal(symlink(to, in(folder, name)), 0);
}

static void put_big(const char *folder, const char *name, size_t n)
{
	uint8_t *bytes = malloc(n);
	size_t i;

	for (i = 0; i < n; i++)
		bytes[i] = big_byte(i);
	put(folder, name, bytes, n, O_TRUNC);
	free(bytes);
}

static void fill(struct lab *lab)
{
	const char *f = lab->folder;
	char outside[100];

	put(lab->dir, "secret", "outside", 7, 0);
	put(f, "small", "hello", 5, 0);
	put(f, "empty", "", 0, 0);
	put_big(f, "even", 1024);
	put_big(f, "big", BIG);
	assert_int_equal(mkdir(in(f, "sub"), 0700), 0);
	assert_int_equal(mkdir(in(f, "sub/sub"), 0700), 0);
	put(f, "sub/sub/deep", "deep", 4, 0);
	assert_int_equal(mkfifo(in(f, "fifo"), 0600), 0);
	link_to(f, "good", "sub/sub/deep");
	link_to(f, "sub/up", "../small");
	link_to(f, "by", "sub/./sub/../up");
	link_to(f, "folder", "sub/sub");
	link_to(f, "out", "../secret");
	link_to(f, "sub/out", "../../secret");
	link_to(f, "above", "..");
	link_to(f, "loop", "loop");
	snprintf(outside, sizeof(outside), "%s/secret", lab->dir);
	link_to(f, "absolute", outside);
	put(f, "closed", "x", 1, 0);
	chmod(in(f, "closed"), 0);
}

static void erase(const char *path)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", path);
	assert_int_equal(system(command), 0);
}

/* ---- one machine ------------------------------------------------------- */

static struct lab *lab_new(uint8_t number, const char *bootfile)
{
	struct vmnet_wishes wishes = { .folder = 1000u + number };
	uint8_t mac[6];
	struct lab *lab = calloc(1, sizeof(*lab));

	strcpy(lab->dir, "/tmp/hostel-tftp-XXXXXX");
	assert_non_null(mkdtemp(lab->dir));
	snprintf(lab->folder, sizeof(lab->folder), "%s/folder", lab->dir);
	assert_int_equal(mkdir(lab->folder, 0700), 0);
	fill(lab);
	lab->fd = open(lab->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	wishes.folder_fd = lab->fd;
	strcpy(wishes.bootfile, bootfile);
	memcpy(mac, card, 6);
	mac[5] = (uint8_t)(mac[5] + number);
	lab->s = station_new_nat(mac, STATION_IP + number, &wishes);
	assert_true(station_find(lab->s, STATION_GATEWAY, lab->s->gateway));
	return lab;
}

static void lab_free(struct lab *lab)
{
	station_free(lab->s);
	close(lab->fd);
	erase(lab->dir);
	free(lab);
}

static int set_up(void **state)
{
	daemon_set_up(NULL);
	*state = lab_new(0, "sub/boot.bin");
	return 0;
}

static int tear_down(void **state)
{
	lab_free(*state);
	return daemon_tear_down(NULL);
}

/* ---- TFTP -------------------------------------------------------------- */

static uint8_t *out(struct lab *lab)
{
	return lab->s->out + AT_UDP_DATA;
}

static void send_out(struct lab *lab, uint16_t from, size_t n)
{
	station_send_udp(lab->s, lab->s->ip, from, STATION_GATEWAY, 69, n);
}

/* ask() - @options: words, each with its NUL, and one more at the end */
static void ask(struct lab *lab, uint16_t from, const char *name,
		const char *options)
{
	size_t at = 2;

	station_ether(lab->s, lab->s->gateway, ETHER_IP);
	put_be16(out(lab), OP_READ);
	at += (size_t)sprintf((char *)out(lab) + at, "%s", name) + 1;
	at += (size_t)sprintf((char *)out(lab) + at, "octet") + 1;
	for (; *options; options += strlen(options) + 1)
		at += (size_t)sprintf((char *)out(lab) + at, "%s", options) + 1;
	send_out(lab, from, at);
}

static void ack(struct lab *lab, uint16_t from, uint16_t block)
{
	station_ether(lab->s, lab->s->gateway, ETHER_IP);
	put_be16(out(lab), OP_ACK);
	put_be16(out(lab) + 2, block);
	send_out(lab, from, 4);
}

/* hear() - what comes from port 69 to that port; Return: its kind, 0: nothing
 * for two seconds. @n: bytes behind the first four */
static unsigned int hear(struct lab *lab, uint16_t port, size_t *n)
{
	const uint8_t *msg = lab->s->in + AT_UDP_DATA;
	unsigned int kind;
	size_t i;

	do
		if (!station_await(lab->s, IP_UDP))
			return 0;
	while (get_be16(lab->s->in + AT_BODY) != 69 ||
	       get_be16(lab->s->in + AT_BODY + 2) != port);
	kind = get_be16(msg);
	*n = get_be16(lab->s->in + AT_BODY + 4) - 8u - 4u;
	if (kind == OP_ERROR) {
		lab->code = get_be16(msg + 2);
		snprintf(lab->text, sizeof(lab->text), "%s", msg + 4);
	} else if (kind == OP_OPTIONS) {
		*n += 2;
		assert_true(*n < sizeof(lab->text));
		memcpy(lab->text, msg + 2, *n);
		for (i = 0; i + 1 < *n; i++)
			if (!lab->text[i])
				lab->text[i] = ' ';
	}
	return kind;
}

/**
 * take_all() - from @block on, with blocks of @size
 *
 * Return: how many bytes came, put to @bytes; -1: an error did.
 */
static long take_all(struct lab *lab, uint16_t port, size_t size,
		     uint8_t *bytes, size_t room)
{
	uint16_t block = 1;
	size_t n = size, sum = 0;
	unsigned int kind;

	while (n == size) {
		kind = hear(lab, port, &n);
		if (kind == OP_ERROR)
			return -1;
		assert_int_equal(kind, OP_DATA);
		assert_int_equal(get_be16(lab->s->in + AT_UDP_DATA + 2), block);
		assert_true(n <= size && sum + n <= room);
		memcpy(bytes + sum, lab->s->in + AT_UDP_DATA + 4, n);
		sum += n;
		ack(lab, port, block++);
	}
	return (long)sum;
}

static long get(struct lab *lab, const char *name, uint8_t *bytes, size_t room)
{
	ask(lab, PORT, name, "");
	return take_all(lab, PORT, 512, bytes, room);
}

static void must_be(struct lab *lab, const char *name, const char *text)
{
	uint8_t got[2048];
	long n = get(lab, name, got, sizeof(got));

	if (n < 0)
		fail_msg("%s: %s", name, lab->text);
	assert_int_equal(n, strlen(text));
	assert_memory_equal(got, text, strlen(text));
}

static void must_not_be(struct lab *lab, const char *name, unsigned int code)
{
	uint8_t got[2048];

	if (get(lab, name, got, sizeof(got)) >= 0)
		fail_msg("%s can be read", name);
	assert_int_equal(lab->code, code);
	assert_true(strlen(lab->text) > 5);
}

static void must_be_big(const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n && bytes[i] == big_byte(i); i++)
		;
	assert_int_equal(i, n);
}

/* ---- tests ------------------------------------------------------------- */

static void files_are_read(void **state)
{
	struct lab *lab = *state;
	uint8_t got[2048];

	must_be(lab, "small", "hello");
	must_be(lab, "/small", "hello");
	must_be(lab, "empty", "");
	must_be(lab, "sub/sub/deep", "deep");
	must_be(lab, "sub//./sub/../sub/deep", "deep");
	assert_int_equal(get(lab, "even", got, sizeof(got)), 1024);
	must_be_big(got, 1024);
	must_not_be(lab, "nowhere", 1);
	must_not_be(lab, "small/x", 1);
}

static void options_are_heeded(void **state)
{
	struct lab *lab = *state;
	uint8_t *got = malloc(BIG);
	size_t n;

	ask(lab, PORT, "big",
	    "blksize\0"
	    "1468\0"
	    "tsize\0"
	    "0\0"
	    "windowsize\0"
	    "8\0");
	assert_int_equal(hear(lab, PORT, &n), OP_OPTIONS);
	assert_string_equal(lab->text, "blksize 1468 tsize 307200");
	ack(lab, PORT, 0);
	assert_int_equal(take_all(lab, PORT, 1468, got, BIG), BIG);
	must_be_big(got, BIG);
	/* No longer than a frame; and what makes no sense is not answered. */
	ask(lab, PORT, "big",
	    "BLKSIZE\0"
	    "65464\0"
	    "timeout\0"
	    "3\0");
	assert_int_equal(hear(lab, PORT, &n), OP_OPTIONS);
	assert_string_equal(lab->text, "blksize 1468 timeout 3");
	ask(lab, PORT, "small",
	    "blksize\0"
	    "7\0"
	    "timeout\0"
	    "256\0"
	    "blksize\0"
	    "-9\0");
	assert_int_equal(hear(lab, PORT, &n), OP_DATA);
	assert_int_equal(n, 5);
	free(got);
}

static void dhcp_names_the_boot_file(void **state)
{
	struct lab *lab = *state;
	struct dhcp_said said;

	assert_true(station_dhcp(lab->s, DHCP_DISCOVER, 0, &said));
	assert_int_equal(said.type, DHCP_OFFER);
	assert_int_equal(said.next, STATION_GATEWAY);
	assert_string_equal(said.file, "sub/boot.bin");
	assert_true(said.no_proxy);
	assert_true(station_dhcp(lab->s, DHCP_REQUEST, said.yours, &said));
	assert_int_equal(said.type, DHCP_ACK);
	assert_string_equal(said.file, "sub/boot.bin");
}

static void links_inside_work(void **state)
{
	struct lab *lab = *state;

	must_be(lab, "good", "deep");
	must_be(lab, "sub/up", "hello");
	must_be(lab, "by", "hello");
	must_be(lab, "folder/deep", "deep");
}

static const char *const leading_out[] = {
	"../secret", "..", "sub/../../secret", "/../secret", "out", "sub/out",
	"absolute", "above/secret", "above/folder/small",
	"sub/sub/../../../secret", "loop", "folder/../../../secret",
};

static void nothing_leads_out(void **state)
{
	struct lab *lab = *state;
	char name[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(leading_out); i++)
		must_not_be(lab, leading_out[i], 2);
	must_not_be(lab, "/etc/passwd", 1);
	snprintf(name, sizeof(name), "%s/secret", lab->dir);
	must_not_be(lab, name, 1);
	must_not_be(lab, "..\\secret", 1);
	must_be(lab, "small", "hello");
}

/* A link that is put in a folder's place while names are walked. */
static void a_folder_that_becomes_a_link(void **state)
{
	struct lab *lab = *state;
	char a[100], b[100];
	pid_t child;
	int i;

	snprintf(a, sizeof(a), "%s/swap", lab->folder);
	snprintf(b, sizeof(b), "%s/other", lab->folder);
	assert_int_equal(mkdir(a, 0700), 0);
	assert_int_equal(symlink("..", b), 0);
	child = fork();
	while (child == 0)
		renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
	for (i = 0; i < 100; i++) {
		uint8_t got[512];

		assert_int_equal(get(lab, "swap/secret", got, sizeof(got)), -1);
	}
	for (i = 0; i < 50000; i++)
		assert_true(folder_open(lab->fd, "swap/secret",
					&(uint64_t){ 0 }) < 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	must_be(lab, "small", "hello");
}

/* With no wall around it, as on a host that gives none. */
static void the_walk_alone_holds(void **state)
{
	struct lab *lab = *state;
	char name[FOLDER_NAME_MAX + 1];
	uint64_t size = 0;
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(leading_out); i++) {
		int err = folder_open(lab->fd, leading_out[i], &size);

		if (err != -EXDEV && err != -ELOOP)
			fail_msg("%s: %d", leading_out[i], err);
	}
	assert_int_equal(folder_open(lab->fd, "/etc/passwd", &size), -ENOENT);
	assert_int_equal(folder_open(lab->fd, "fifo", &size), -EACCES);
	assert_int_equal(folder_open(lab->fd, "sub", &size), -EISDIR);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(folder_open(lab->fd, name, &size), -ENAMETOOLONG);
	memset(name, '/', 300);
	strcpy(name + 300, "by");
	fd = folder_open(lab->fd, name, &size);
	assert_true(fd >= 0);
	assert_int_equal(size, 5);
	close(fd);
}

static void only_plain_files_are_read(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct lab *lab = *state;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%.60s/socket", lab->folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	must_not_be(lab, "socket", 2);
	must_not_be(lab, "fifo", 2);
	must_not_be(lab, "sub", 2);
	must_not_be(lab, "folder", 2);
	must_not_be(lab, "", 2);
	must_not_be(lab, "/", 2);
	must_not_be(lab, "closed", 2);
	must_be(lab, "small", "hello");
	close(fd);
}

static void a_file_that_grows_ends_where_it_did(void **state)
{
	struct lab *lab = *state;
	uint8_t got[4096];
	size_t n;

	ask(lab, PORT, "even",
	    "tsize\0"
	    "0\0");
	assert_int_equal(hear(lab, PORT, &n), OP_OPTIONS);
	assert_string_equal(lab->text, "tsize 1024");
	put(lab->folder, "even", "more and more", 13, O_APPEND);
	ack(lab, PORT, 0);
	assert_int_equal(take_all(lab, PORT, 512, got, sizeof(got)), 1024);
	must_be_big(got, 1024);
}

static void a_file_that_shrinks_is_an_error(void **state)
{
	struct lab *lab = *state;
	size_t n;

	ask(lab, PORT, "even", "");
	assert_int_equal(hear(lab, PORT, &n), OP_DATA);
	assert_int_equal(truncate(in(lab->folder, "even"), 600), 0);
	ack(lab, PORT, 1);
	assert_int_equal(hear(lab, PORT, &n), OP_ERROR);
	assert_int_equal(lab->code, 0);
	assert_string_equal(lab->text, "the file has become shorter");
}

static void it_is_for_reading(void **state)
{
	struct lab *lab = *state;
	size_t n;

	station_ether(lab->s, lab->s->gateway, ETHER_IP);
	memcpy(out(lab), "\0\2new\0octet\0", 12);
	send_out(lab, PORT, 12);
	assert_int_equal(hear(lab, PORT, &n), OP_ERROR);
	assert_int_equal(lab->code, 2);
	assert_int_equal(access(in(lab->folder, "new"), F_OK), -1);
	station_ether(lab->s, lab->s->gateway, ETHER_IP);
	memcpy(out(lab), "\0\1small\0netascii\0", 17);
	send_out(lab, PORT, 17);
	assert_int_equal(hear(lab, PORT, &n), OP_ERROR);
	assert_int_equal(lab->code, 4);
}

/* The answer was lost: it comes again; and an old acknowledgement brings no
 * second one. */
static void blocks_come_again(void **state)
{
	struct lab *lab = *state;
	uint8_t got[2048];
	size_t n;

	ask(lab, PORT, "even", "");
	assert_int_equal(hear(lab, PORT, &n), OP_DATA);
	assert_int_equal(hear(lab, PORT, &n), OP_DATA);
	assert_int_equal(get_be16(lab->s->in + AT_UDP_DATA + 2), 1);
	ack(lab, PORT, 1);
	ack(lab, PORT, 1);
	assert_int_equal(hear(lab, PORT, &n), OP_DATA);
	assert_int_equal(get_be16(lab->s->in + AT_UDP_DATA + 2), 2);
	ack(lab, PORT, 2);
	assert_int_equal(hear(lab, PORT, &n), OP_DATA);
	assert_int_equal(get_be16(lab->s->in + AT_UDP_DATA + 2), 3);
	assert_int_equal(n, 0);
	ack(lab, PORT, 3);
	assert_int_equal(get(lab, "even", got, sizeof(got)), 1024);
}

static void many_at_a_time(void **state)
{
	struct lab *lab = *state;
	uint16_t i;
	size_t n;

	for (i = 0; i < 40; i++) {
		ask(lab, (uint16_t)(PORT + i), "even", "");
		assert_int_equal(hear(lab, (uint16_t)(PORT + i), &n), OP_DATA);
	}
	/* The last sixteen are there, the first ones are not. */
	ack(lab, PORT + 39, 1);
	assert_int_equal(hear(lab, PORT + 39, &n), OP_DATA);
	ack(lab, PORT, 1);
	assert_int_equal(hear(lab, PORT, &n), 0);
	must_be(lab, "small", "hello");
}

static void each_machine_has_its_own(void **state)
{
	struct lab *one = *state, *two = lab_new(1, "");
	struct dhcp_said said;

	put(two->folder, "small", "other", 5, 0);
	put(two->folder, "mine", "mine", 4, 0);
	must_be(one, "small", "hello");
	must_be(two, "small", "other");
	must_be(two, "mine", "mine");
	must_not_be(one, "mine", 1);
	assert_true(station_dhcp(two->s, DHCP_DISCOVER, 0, &said));
	assert_string_equal(said.file, "");
	lab_free(two);
	must_be(one, "small", "hello");
}

static void without_a_folder_there_is_none(void **state)
{
	const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x33 };
	struct lab *lab = *state, other = { 0 };
	size_t n;

	other.s = station_new_nat(mac, STATION_IP + 1, NULL);
	assert_true(station_find(other.s, STATION_GATEWAY, other.s->gateway));
	ask(&other, PORT, "small", "");
	assert_int_equal(hear(&other, PORT, &n), 0);
	station_free(other.s);
	must_be(lab, "small", "hello");
}

static pid_t nat_pid(void)
{
	pid_t pid = daemon_pid("nat");

	assert_true(pid > 0);
	return pid;
}

/* A new NAT has the folder again. */
static void a_nat_that_died_comes_back(void **state)
{
	struct lab *lab = *state;
	pid_t first = nat_pid();

	must_be(lab, "small", "hello");
	assert_int_equal(kill(first, SIGKILL), 0);
	assert_true(daemon_wait_link(&lab->s->net, false));
	assert_true(daemon_wait_link(&lab->s->net, true));
	assert_int_not_equal(nat_pid(), first);
	must_be(lab, "small", "hello");
}

static void bad_packets_hurt_nobody(void **state)
{
	struct lab *lab = *state;
	unsigned int seed = 1, i, j, n;

	for (i = 0; i < 2000; i++) {
		station_ether(lab->s, lab->s->gateway, ETHER_IP);
		n = (unsigned int)rand_r(&seed) % 600;
		for (j = 0; j < n; j++)
			out(lab)[j] = (uint8_t)rand_r(&seed);
		if (i & 1)
			put_be16(out(lab), (uint16_t)(rand_r(&seed) % 8));
		if (i & 2)
			memcpy(out(lab) + 2, "small\0octet\0", 12);
		send_out(lab, (uint16_t)(PORT + rand_r(&seed) % 4), n);
		while (vmnet_client_recv(&lab->s->net, lab->s->in,
					 sizeof(lab->s->in)) > 0)
			;
	}
	ask(lab, PORT + 9, "even", "");
	assert_int_equal(hear(lab, PORT + 9, &(size_t){ 0 }), OP_DATA);
	assert_true(station_alive(lab->s));
}

/* ---- who holds what ---------------------------------------------------- */

static void *read_status(pid_t pid, char *text, size_t size)
{
	char path[40];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return NULL;
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* child_of() - the process whose parent is @parent; 0: none. */
static pid_t child_of(pid_t parent)
{
	char text[4096], want[32];
	DIR *proc = opendir("/proc");
	struct dirent *e;
	pid_t found = 0;

	snprintf(want, sizeof(want), "\nPPid:\t%d\n", (int)parent);
	while (!found && (e = readdir(proc)))
		if (atoi(e->d_name) > 0 &&
		    read_status(atoi(e->d_name), text, sizeof(text)) &&
		    strstr(text, want))
			found = atoi(e->d_name);
	closedir(proc);
	return found;
}

static void who_opens_files_has_no_rights(void **state)
{
	struct lab *lab = *state;
	pid_t nat = nat_pid(), pid = child_of(nat);
	char text[4096];
	int i;

	must_be(lab, "small", "hello");
	assert_true(pid > 0);
	assert_non_null(read_status(pid, text, sizeof(text)));
	assert_non_null(strstr(text, "Name:\tvmnet-folder\n"));
	assert_non_null(strstr(text, "CapEff:\t0000000000000000\n"));
	assert_non_null(strstr(text, "CapPrm:\t0000000000000000\n"));
	assert_non_null(strstr(text, "NoNewPrivs:\t1\n"));
	assert_non_null(strstr(text, "Seccomp:\t2\n"));
	/* It ends with its NAT. */
	assert_int_equal(kill(nat, SIGKILL), 0);
	for (i = 0; i < 500 && read_status(pid, text, sizeof(text)) &&
		    !strstr(text, "State:\tZ");
	     i++)
		usleep(10000);
	assert_true(i < 500);
	assert_true(daemon_wait_link(&lab->s->net, false));
	assert_true(daemon_wait_link(&lab->s->net, true));
	/* Without it the guest hears so, and all else works. */
	pid = child_of(nat_pid());
	assert_int_equal(kill(pid, SIGKILL), 0);
	for (i = 0; i < 500 && read_status(pid, text, sizeof(text)) &&
		    !strstr(text, "State:\tZ");
	     i++)
		usleep(10000);
	must_not_be(lab, "small", 0);
	assert_true(station_find(lab->s, STATION_GATEWAY, lab->s->gateway));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(files_are_read), T(options_are_heeded),
		T(dhcp_names_the_boot_file), T(links_inside_work),
		T(nothing_leads_out), T(the_walk_alone_holds),
		T(a_folder_that_becomes_a_link),
		T(only_plain_files_are_read),
		T(a_file_that_grows_ends_where_it_did),
		T(a_file_that_shrinks_is_an_error), T(it_is_for_reading),
		T(blocks_come_again), T(many_at_a_time),
		T(each_machine_has_its_own),
		T(without_a_folder_there_is_none),
		T(a_nat_that_died_comes_back), T(bad_packets_hurt_nobody),
		T(who_opens_files_has_no_rights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
