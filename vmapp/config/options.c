/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - the command line of `hostel run`: see options.h. */
#include "vmapp/config/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "machine/pc.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/dumpstage.h"
#include "vmdriver/guestmem.h"
#include "vmdriver/iopath.h"
#include "vmapp/config/forward.h"
#include "vmnet/client.h"

#define DEFAULT_MEMORY (256ull << 20)
#define DEFAULT_COMBINE 3	/* the paper's */
#define COMBINE_MAX 64
#define NAME_MAX_LEN 64

void config_defaults(struct vm_config *config)
{
	memset(config, 0, sizeof(*config));
	config->memory = DEFAULT_MEMORY;
	config->nic_count = 1;
	strcpy(config->nic[0].network, "nat");
	config->debug_exit_port = -1;
	config->engine = ENGINE_BT;
	config->io_path = IO_PATH_ALL;
	config->combine = DEFAULT_COMBINE;
}

#define FAIL(...) \
	(snprintf(error, CONFIG_ERROR_SIZE, __VA_ARGS__), false)

/* size() - "256M", "1G"; a bare number is megabytes; what does not fit in 64
 * bits is the most that does. Return: false if @text is no size. */
static bool size(const char *text, uint64_t *bytes)
{
	char *end;
	uint64_t v;
	unsigned int shift = 20;

	errno = 0;
	v = strtoull(text, &end, 10);
	if (end == text || errno || *text == '-')
		return false;
	if (*end == 'k' || *end == 'K')
		shift = 10, end++;
	else if (*end == 'm' || *end == 'M')
		shift = 20, end++;
	else if (*end == 'g' || *end == 'G')
		shift = 30, end++;
	*bytes = v > UINT64_MAX >> shift ? UINT64_MAX : v << shift;
	return !*end;
}

bool options_memory(const char *text, uint64_t *bytes, char *error)
{
	uint64_t v;

	if (!size(text, &v))
		return FAIL("'%s' is not a memory size; write for example "
			    "256M or 1G", text);
	if (v > GUESTMEM_MAX || v < GUESTMEM_MIN)
		return FAIL("memory of %s is not possible; choose between "
			    "%lluM and %lluM", text, GUESTMEM_MIN >> 20,
			    GUESTMEM_MAX >> 20);
	*bytes = v;
	if (*bytes & PAGE_MASK)
		return FAIL("memory of %s is not a multiple of 4K", text);
	return true;
}

bool options_mac(const char *text, uint8_t mac[6])
{
	unsigned int b[6], i;
	char more;

	/* sscanf() would let signs and blanks pass. */
	if (text[strspn(text, "0123456789abcdefABCDEF:")] ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2],
		   &b[3], &b[4], &b[5], &more) != 6)
		return false;
	if ((b[0] & 1) || !(b[0] | b[1] | b[2] | b[3] | b[4] | b[5]))
		return false;
	for (i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	return true;
}

static bool net_forward(struct nic_config *nic, const char *text, char *error)
{
	struct vmnet_forward f;

	return forward_parse(text, &f, error) && forward_add(nic, &f, error);
}

/* net_option() - one "key=value" behind the network's name. */
static bool net_option(struct nic_config *nic, const char *word, char *error)
{
	if (!strncmp(word, "mac=", 4)) {
		nic->mac_given = true;
		if (options_mac(word + 4, nic->mac))
			return true;
		return FAIL("'%s' is not a card's address; write for example "
			    "mac=00:50:56:01:02:03", word + 4);
	}
	if (!strcmp(word, "any-mac"))
		return nic->any_mac = true;
	if (!strcmp(word, "model=lance"))
		return true;
	if (!strcmp(word, "host-loopback")) {
		nic->wishes.host_loopback = true;
		return true;
	}
	if (!strncmp(word, "forward=", 8))
		return net_forward(nic, word + 8, error);
	if (!strncmp(word, "model=", 6))
		return FAIL("the card model '%s' does not exist; the only one "
			    "is model=lance", word + 6);
	if (!strncmp(word, "pcap=", 5))
		return FAIL("--net ...,pcap= is not supported yet; leave it "
			    "out");
	return FAIL("'%s' is not an option of --net; there are mac=, any-mac, "
		    "model=, host-loopback and forward=", word);
}

static bool net_kind(struct nic_config *nic, const char *kind, char *error)
{
	unsigned int n;

	enum vmnet_status status = decode_network(kind, strlen(kind) + 1, &n);

	if (status == VMNET_NO_NAME)
		return FAIL("--net %s: %s", kind, vmnet_status_text(status));
	if (status != VMNET_OK)
		return FAIL("'%s' is not a network; use nat, hostonly, "
			    "bridged=INTERFACE, vmnet1 to vmnet254, or none",
			    kind);
	snprintf(nic->network, sizeof(nic->network), "%s", kind);
	return true;
}

/* net_wishes() - is it a network that can fulfil them? */
static bool net_wishes(const struct nic_config *nic, char *error)
{
	unsigned int n = 0;

	decode_network(nic->network, sizeof(nic->network), &n);
	if (n == NAT_NUMBER)
		return true;
	if (nic->wishes.host_loopback)
		return FAIL("--net %s: host-loopback is for the network nat "
			    "only; leave it out", nic->network);
	if (nic->wishes.forwards)
		return FAIL("--net %s: forward= is for the network nat only; "
			    "leave it out", nic->network);
	return true;
}

bool options_net(struct vm_config *config, const char *text, char *error)
{
	struct nic_config *nic;
	char copy[1024], *word, *rest = copy;

	if (strlen(text) >= sizeof(copy))
		return FAIL("--net '%.40s...' is too long", text);
	strcpy(copy, text);
	word = strsep(&rest, ",");
	if (!config->nics_given || !strcmp(word, "none"))
		config->nic_count = 0;
	config->nics_given = true;
	if (!strcmp(word, "none"))
		return !rest || FAIL("--net none has no card: leave '%s' out",
				     rest);
	if (config->nic_count == CONFIG_NICS)
		return FAIL("there is room for %d cards; give --net at most "
			    "that often", CONFIG_NICS);
	nic = &config->nic[config->nic_count];
	memset(nic, 0, sizeof(*nic));
	if (!net_kind(nic, word, error))
		return false;
	while ((word = strsep(&rest, ",")))
		if (!net_option(nic, word, error))
			return false;
	if (!net_wishes(nic, error))
		return false;
	config->nic_count++;
	return true;
}

static bool opt_memory(struct vm_config *c, const char *v, char *error)
{
	return options_memory(v, &c->memory, error);
}

static bool opt_code_cache(struct vm_config *c, const char *v, char *error)
{
	uint64_t bytes;

	if (!size(v, &bytes) || bytes < CODE_CACHE_MIN ||
	    bytes > CODE_CACHE_MAX)
		return FAIL("--code-cache %s is not possible; choose between "
			    "%uK and %uM", v, CODE_CACHE_MIN >> 10,
			    CODE_CACHE_MAX >> 20);
	c->code_cache = (uint32_t)bytes;
	return true;
}

static bool opt_kernel(struct vm_config *c, const char *v, char *error)
{
	(void)error;
	c->kernel = v;
	return true;
}

static bool opt_initrd(struct vm_config *c, const char *v, char *error)
{
	(void)error;
	c->initrd = v;
	return true;
}

static bool opt_append(struct vm_config *c, const char *v, char *error)
{
	(void)error;
	c->append = v;
	return true;
}

static bool opt_name(struct vm_config *c, const char *v, char *error)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t n = strspn(v, good);

	if (!n || v[n] || n > NAME_MAX_LEN)
		return FAIL("--name '%.80s' is not possible; use 1 to %d "
			    "letters, digits, dots, dashes", v, NAME_MAX_LEN);
	c->name = v;
	return true;
}

static bool opt_cpu(struct vm_config *c, const char *v, char *error)
{
	uint32_t e;

	for (e = 0; e < ENGINE_COUNT; e++)
		if (!strcmp(v, engine_names[e])) {
			c->engine = e;
			c->engine_given = true;
			return true;
		}
	return FAIL("'%s' is not an engine; use bt, interp or lockstep", v);
}

/* named() - the bit of name @word of @len characters, or 0. */
static uint32_t named(const char *const *names, size_t count,
		      const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strlen(names[i]) == len && !strncmp(names[i], word, len))
			return 1u << i;
	return 0;
}

/* opt_io_path() - hosted, all, or STEP,STEP,... */
static bool opt_io_path(struct vm_config *c, const char *v, char *error)
{
	static const char *const names[] = {
#define STEP_NAME(step) #step,
		IO_PATH_STEPS(STEP_NAME)
#undef STEP_NAME
	};
	const char *word = v;
	uint32_t path = 0, bit;
	size_t len;

	if (!strcmp(v, "hosted") || !strcmp(v, "all")) {
		c->io_path = *v == 'a' ? IO_PATH_ALL : 0;
		return true;
	}
	for (;; word += len + 1) {
		len = strcspn(word, ",");
		bit = named(names, ARRAY_SIZE(names), word, len);
		if (!bit)
			return FAIL("--io-path %s is not supported; use "
				    "hosted, all, or some of " IO_PATH_WORDS
				    " with commas", v);
		path |= bit;
		if (!word[len])
			break;
	}
	c->io_path = path;
	return true;
}

static bool opt_combine(struct vm_config *c, const char *v, char *error)
{
	char *end;
	unsigned long n = strtoul(v, &end, 10);

	if (*v < '0' || *v > '9' || *end || n > COMBINE_MAX)
		return FAIL("--combine '%s' is not a number of frames; use 0 "
			    "to %d", v, COMBINE_MAX);
	c->combine = (uint32_t)n;
	return true;
}

static bool opt_serial(struct vm_config *c, const char *v, char *error)
{
	c->serial_file = NULL;
	if (!strcmp(v, "stdio"))
		c->serial = SERIAL_STDIO;
	else if (!strcmp(v, "pty"))
		c->serial = SERIAL_PTY;
	else if (!strcmp(v, "none"))
		c->serial = SERIAL_NONE;
	else if (!strncmp(v, "file:", 5) && v[5])
		c->serial = SERIAL_FILE, c->serial_file = v + 5;
	else
		return FAIL("--serial '%s' is not possible; use stdio, pty, "
			    "none or file:NAME", v);
	return true;
}

/* port_taken() - the chip that answers a port, or NULL. */
static const char *port_taken(unsigned long port)
{
	static const struct {
		const char *chip;
		unsigned int first, count;
	} taken[] = {
#define PORTS(chip, first, count, width, world, access, at) \
	{ #chip, first, count },
#include "machine/pc.def"
#undef PORTS
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(taken); i++)
		if (port >= taken[i].first &&
		    port - taken[i].first < taken[i].count)
			return taken[i].chip;
	return NULL;
}

static bool opt_debug_exit(struct vm_config *c, const char *v, char *error)
{
	char *end;
	unsigned long port = strtoul(v, &end, 0);

	if (end == v || *end || port == 0 || port > 0xffff)
		return FAIL("'%s' is not an I/O port; write for example 0xf4",
			    v);
	if (port_taken(port))
		return FAIL("--debug-exit: port %#lx is already taken by %s; "
			    "choose another, for example 0xf4", port,
			    port_taken(port));
	c->debug_exit_port = (int)port;
	return true;
}

/* opt_move() - for tests of machine/pc.def. */
static bool opt_move(struct vm_config *c, const char *v, char *error)
{
	char *end;
	unsigned long port = strtoul(v, &end, 0);
	int row = end == v || *end || port > 0xffff ? -1
						    : pc_row((uint16_t)port);

	if (row < 0)
		return FAIL("--move '%s' is no port of a row in machine/"
			    "pc.def; write for example 0x40", v);
	c->moved_rows |= 1u << row;
	return true;
}

static bool opt_report(struct vm_config *c, const char *v, char *error)
{
	(void)error;
	c->report = v;
	return true;
}

/* opt_dump() - STAGE,STAGE,...:FILE, or FILE for all stages. */
static bool opt_dump(struct vm_config *c, const char *v, char *error)
{
	static const char *const names[] = {
#define STAGE_NAME(stage) #stage,
		DUMP_STAGES(STAGE_NAME)
#undef STAGE_NAME
	};
	const char *colon = strchr(v, ':');
	size_t len;
	uint32_t bit;

	c->dump = colon ? colon + 1 : v;
	c->dump_stages = colon ? 0 : (1u << DUMP_STAGE_COUNT) - 1;
	while (colon && v < colon) {
		len = strcspn(v, ",:");
		bit = named(names, ARRAY_SIZE(names), v, len);
		if (!bit)
			return FAIL("--dump: '%.*s' is not a stage; use "
				    "block, translate, emit, cache, chain, "
				    "fault", (int)len, v);
		c->dump_stages |= bit;
		v += len + 1;
	}
	if (!*c->dump || !c->dump_stages)
		return FAIL("--dump wants [STAGE,...:]FILE");
	return true;
}

static bool opt_not_yet(struct vm_config *c, const char *v, char *error)
{
	(void)c, (void)v, (void)error;
	return false;
}

static const struct option {
	const char *name;
	bool (*set)(struct vm_config *c, const char *value, char *error);
	const char *instead;	/* for what is not supported yet */
} options[] = {
	{ "--memory", opt_memory, NULL },
	{ "--kernel", opt_kernel, NULL },
	{ "--initrd", opt_initrd, NULL },
	{ "--append", opt_append, NULL },
	{ "--name", opt_name, NULL },
	{ "--net", options_net, NULL },
	{ "--cpu", opt_cpu, NULL },
	{ "--code-cache", opt_code_cache, NULL },
	{ "--io-path", opt_io_path, NULL },
	{ "--combine", opt_combine, NULL },
	{ "--serial", opt_serial, NULL },
	{ "--debug-exit", opt_debug_exit, NULL },
	{ "--move", opt_move, NULL },
	{ "--report", opt_report, NULL },
	{ "--dump", opt_dump, NULL },
	{ "--disk", opt_not_yet, "boot with --kernel and --initrd" },
	{ "--cdrom", opt_not_yet, "boot with --kernel and --initrd" },
	{ "--bios", opt_not_yet, "boot with --kernel and --initrd" },
	{ "--boot", opt_not_yet, "boot with --kernel and --initrd" },
};

/* option_find() - the option named by @word, which may hold "=value". */
static const struct option *option_find(const char *word, const char **value)
{
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		n = strlen(options[i].name);
		if (strncmp(word, options[i].name, n))
			continue;
		if (word[n] == '=')
			*value = word + n + 1;
		if (word[n] == '=' || word[n] == '\0')
			return &options[i];
	}
	return NULL;
}

static bool parse_vmx_name(struct vm_config *c, const char *word, char *error)
{
	size_t n = strlen(word);

	if (n < 4 || strcmp(word + n - 4, ".vmx"))
		return FAIL("'%s' is neither an option nor a .vmx file; see "
			    "'hostel run --help'", word);
	if (c->vmx)
		return FAIL("two machines are named, %s and %s; run one at a "
			    "time", c->vmx, word);
	c->vmx = word;
	return true;
}

bool options_parse(struct vm_config *config, int argc, char **argv,
		   char *error)
{
	const char *value = getenv("HOSTEL_CODE_CACHE");
	const struct option *o;
	int i;

	if (value && !opt_code_cache(config, value, error))
		return false;
	for (i = 0; i < argc; i++) {
		value = NULL;
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			config->help = true;
		} else if (!strcmp(argv[i], "--no-reboot")) {
			config->no_reboot = true;
		} else if (!strcmp(argv[i], "--stamps")) {
			config->stamps = true;
		} else if (!strcmp(argv[i], "--count")) {
			config->count_insns = true;
		} else if (argv[i][0] != '-') {
			if (!parse_vmx_name(config, argv[i], error))
				return false;
		} else if (!(o = option_find(argv[i], &value))) {
			return FAIL("unknown option '%s'; see 'hostel run "
				    "--help'", argv[i]);
		} else if (o->set == opt_not_yet) {
			return FAIL("%s is not supported yet; %s", o->name,
				    o->instead);
		} else if (!value && ++i == argc) {
			return FAIL("%s needs a value; see 'hostel run "
				    "--help'", o->name);
		} else if (!o->set(config, value ? value : argv[i], error)) {
			return false;
		}
	}
	return true;
}

const char *options_usage(void)
{
	return
"usage: hostel run [FILE.vmx] [options]\n"
"\n"
"Boot a virtual PC; its COM1 is this terminal (Ctrl-] quits).\n"
"\n"
"  --kernel F          a Linux bzImage, or an image with a multiboot header\n"
"  --initrd F          initial RAM disk for it, or its module\n"
"  --append \"...\"      kernel command line\n"
"  --memory 256M       guest RAM, 4M to 3072M\n"
"  --net KIND[,mac=A]  a network card on: nat (the default), hostonly,\n"
"                      vmnetN, bridged=INTERFACE (of the host; it needs a\n"
"                      right: see 'vmnet-bridge --help'); none for no card;\n"
"                      repeat for more cards. The guest can send from the\n"
"                      card's address A only, unless any-mac is added: for\n"
"                      a bridge in the guest, or addresses that it sets.\n"
"                      Of nat also:\n"
"    ,host-loopback    the guest reaches this host's 127.0.0.1 by 10.0.2.2\n"
"    ,forward=tcp:[ADDRESS:]PORT:GUESTPORT\n"
"                      a port of this host leads to one of the guest; or udp:;\n"
"                      at 127.0.0.1 unless an ADDRESS is given (0.0.0.0: all);\n"
"                      repeat for more ports\n"
"  --name NAME         whose cards have the same addresses in each run (without\n"
"                      it those of a .vmx file have, others are random)\n"
"  --serial KIND       COM1: stdio (the default), pty, none, file:NAME\n"
"  --cpu bt|interp     the engine: bt (the default) translates, interp is\n"
"                      the reference interpreter; lockstep runs both and\n"
"                      compares them after each block, slowly\n"
"  --code-cache 64M    at most so much translated code is kept, and twice as\n"
"                      much to describe it: 256K to 128M; an eighth of guest\n"
"                      RAM, 16M to 128M, if you do not say; what is not used\n"
"                      takes no memory\n"
"  --io-path STEPS     what is on of the network path: hosted, the paper's\n"
"                      version 2.0; or some of ports: the VMM answers the\n"
"                      card's registers; combine: frames wait in the guest's\n"
"                      ring for the next world switch while there are many;\n"
"                      notify: frames go through shared memory, which says\n"
"                      that some came in; direct: the VMM moves them there\n"
"                      itself; or all (the default)\n"
"  --combine N         how many frames may wait so: 0 to 64 (3)\n"
"  --no-reboot         a guest reset ends the run (a triple fault with 70)\n"
"  --move PORT         the chip at PORT is answered for in the other world than\n"
"                      usual, which changes speed only: for its developers\n"
"  --debug-exit PORT   a byte v written there ends the run: status 2v+1\n"
"  --report F.json     counters and time accounts at the end; a signal USR1\n"
"                      adds those so far, as one more object before that\n"
"  --stamps            measure each step of a frame's way, for the report\n"
"  --count             count guest instructions in translated code, too: the\n"
"                      report then says how many of all C code ran, and why\n"
"  --dump [STAGES:]F   what the translator does, as text; STAGES are some of\n"
"                      block,translate,emit,cache,chain,fault\n"
"\n"
"Exit status: 0 after a power-off (or a reset with --no-reboot), 2v+1 after\n"
"a debug exit, 64 for a mistake on the command line or in a .vmx file, 69 if\n"
"the machine can not be set up, 70 if the guest can not go on, 128+n after\n"
"signal n, 130 after Ctrl-].\n";
}
