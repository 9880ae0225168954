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
#include "vmnet/client/client.h"

#define DEFAULT_MEMORY (256ull << 20)
#define BOOT_ORDER	"acdn"
#define DEFAULT_COMBINE 3	/* the paper's */
#define COMBINE_MAX 64

void config_defaults(struct vm_config *config)
{
	memset(config, 0, sizeof(*config));
	config->memory = DEFAULT_MEMORY;
	config->nic_count = 1;
	strcpy(config->nic[0].network, "nat");
	config->options.debug_exit_port = DEBUG_EXIT_NONE;
	config->options.engine = ENGINE_BT;
	config->options.io_path = IO_PATH_ALL;
	config->options.combine_limit = DEFAULT_COMBINE;
	config->plug[LINE_COM1].kind = PLUG_STDIO;
	strcpy(config->boot_order, BOOT_ORDER);
}

#define FAIL(...) \
	(snprintf(error, CONFIG_ERROR_SIZE, __VA_ARGS__), false)

/* text_size() - "256M", "1G"; a bare number is megabytes; what does not fit in 64
 * bits is the most that does. Return: false if @text is no size. */
static bool text_size(const char *text, uint64_t *bytes)
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

	if (!text_size(text, &v))
		return FAIL("'%s' is not a memory size; write for example "
			    "256M or 1G",
			    text);
	if (v > GUESTMEM_MAX || v < GUESTMEM_MIN)
		return FAIL("memory of %s is not possible; choose between "
			    "%lluM and %lluM",
			    text, GUESTMEM_MIN >> 20, GUESTMEM_MAX >> 20);
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

static bool net_mac(struct nic_config *nic, const char *v, char *error)
{
	nic->mac_given = true;
	if (options_mac(v, nic->mac))
		return true;
	return FAIL("'%s' is not a card's address; write for example "
		    "mac=00:50:56:01:02:03",
		    v);
}

static bool net_any_mac(struct nic_config *nic, const char *v, char *error)
{
	(void)v, (void)error;
	return nic->any_mac = true;
}

static bool net_model(struct nic_config *nic, const char *v, char *error)
{
	(void)nic;
	return !strcmp(v, "lance") ||
	       FAIL("the card model '%s' does not exist; the only one is "
		    "model=lance",
		    v);
}

static bool net_loopback(struct nic_config *nic, const char *v, char *error)
{
	(void)v, (void)error;
	return nic->wishes.host_loopback = true;
}

static bool net_forward(struct nic_config *nic, const char *v, char *error)
{
	struct vmnet_forward f;

	return forward_parse(v, &f, error) && forward_add(nic, &f, error);
}

static bool net_tftp(struct nic_config *nic, const char *v, char *error)
{
	if (!*v || strlen(v) >= sizeof(nic->tftp))
		return FAIL("tftp=%.60s: name a folder, in less than %zu "
			    "characters",
			    v, sizeof(nic->tftp));
	strcpy(nic->tftp, v);
	return true;
}

static bool net_pcap(struct nic_config *nic, const char *v, char *error)
{
	if (!*v || strlen(v) >= sizeof(nic->pcap))
		return FAIL("pcap=%.60s: name a file, in less than %zu "
			    "characters",
			    v, sizeof(nic->pcap));
	strcpy(nic->pcap, v);
	return true;
}

static bool net_bootfile(struct nic_config *nic, const char *v, char *error)
{
	char *name = nic->wishes.bootfile;

	if (!*v || strlen(v) >= sizeof(nic->wishes.bootfile))
		return FAIL("bootfile=%.60s: name a file, in less than %zu "
			    "characters",
			    v, sizeof(nic->wishes.bootfile));
	strcpy(name, v);
	return true;
}

/* net_condition() - what the card's link does to frames, in both directions or
 * in one. @known: is it such a word? */
static bool net_condition(struct nic_config *nic, const char *word, bool *known,
			  char *error)
{
	bool in = strncmp(word, "out.", 4) != 0;
	bool out = strncmp(word, "in.", 3) != 0;
	const char *bare = word + (in ? 0 : 4) + (out ? 0 : 3);

	*known = conditions_is_word(bare);
	if (!*known)
		return false;
	if (in && !conditions_parse(&nic->in, bare, error, CONFIG_ERROR_SIZE))
		return false;
	return !out ||
	       conditions_parse(&nic->out, bare, error, CONFIG_ERROR_SIZE);
}

bool options_condition(struct nic_config *nic, const char *word, char *error)
{
	bool known;

	return net_condition(nic, word, &known, error);
}

/* net_part() - one word behind the network's name. */
static bool net_part(struct nic_config *nic, const char *word, char *error)
{
	static const struct {
		const char *name;	/* with a value it ends in '=' */
		bool (*set)(struct nic_config *nic, const char *value,
			    char *error);
	} parts[] = {
#define PART(name, value, set, text) { name, set },
#include "vmapp/config/options.def"
	};
	static const char names[] =
#define PART(name, value, set, text) " " name
#define CONDITION(name, take, example, text) " " #name "="
#include "vmapp/config/options.def"
		;
	bool known, good = net_condition(nic, word, &known, error);
	size_t i, n;

	if (known)
		return good;
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		n = strlen(parts[i].name);
		if (!strncmp(word, parts[i].name, n) &&
		    (parts[i].name[n - 1] == '=' || !word[n]))
			return parts[i].set(nic, word + n, error);
	}
	return FAIL("'%s' is not an option of --net; there are%s", word, names);
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
	if (*nic->wishes.bootfile && !*nic->tftp)
		return FAIL("--net: bootfile=%s is a file of which folder? "
			    "Name that with tftp=DIR",
			    nic->wishes.bootfile);
	/* Of vmnetN the file of networks says what it is: networks.h. */
	if (strcmp(nic->network, "hostonly") != 0 &&
	    strcmp(nic->network, "bridged") != 0 && !*proto_iface(nic->network))
		return true;
	if (*nic->tftp)
		return FAIL("--net %s: tftp= is for the network nat only; "
			    "leave it out",
			    nic->network);
	if (nic->wishes.host_loopback)
		return FAIL("--net %s: host-loopback is for the network nat "
			    "only; leave it out",
			    nic->network);
	if (nic->wishes.forwards)
		return FAIL("--net %s: forward= is for the network nat only; "
			    "leave it out",
			    nic->network);
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
		return !rest ||
		       FAIL("--net none has no card: leave '%s' out", rest);
	if (config->nic_count == CONFIG_NICS)
		return FAIL("there is room for %d cards; give --net at most "
			    "that often",
			    CONFIG_NICS);
	nic = &config->nic[config->nic_count];
	memset(nic, 0, sizeof(*nic));
	if (!net_kind(nic, word, error))
		return false;
	while ((word = strsep(&rest, ",")))
		if (!net_part(nic, word, error))
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

	if (!text_size(v, &bytes) || bytes < CODE_CACHE_MIN ||
	    bytes > CODE_CACHE_MAX)
		return FAIL("--code-cache %s is not possible; choose between "
			    "%uK and %uM",
			    v, CODE_CACHE_MIN >> 10, CODE_CACHE_MAX >> 20);
	c->options.code_cache = (uint32_t)bytes;
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
	size_t n = strspn(v, OPTIONS_NAME_CHARS);

	if (!n || v[n] || n > OPTIONS_NAME_MAX)
		return FAIL("--name '%.80s' is not possible; use 1 to %d "
			    "letters, digits, dots, dashes",
			    v, OPTIONS_NAME_MAX);
	c->name = v;
	c->name_is_title = false;
	return true;
}

static bool opt_cpu(struct vm_config *c, const char *v, char *error)
{
	uint32_t e;

	for (e = 0; e < ENGINE_COUNT; e++)
		if (!strcmp(v, engine_names[e])) {
			c->options.engine = e;
			c->engine_given = true;
			return true;
		}
	return FAIL("'%s' is not an engine; use bt, interp or lockstep", v);
}

/* text_named() - the bit of name @word of @len characters, or 0. */
static uint32_t text_named(const char *const *names, size_t count,
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
	uint32_t bit;
	size_t len;

	c->options.io_path = strcmp(v, "all") ? 0 : IO_PATH_ALL;
	if (!strcmp(v, "hosted") || !strcmp(v, "all"))
		return true;
	for (;; word += len + 1) {
		len = strcspn(word, ",");
		bit = text_named(names, ARRAY_SIZE(names), word, len);
		if (!bit)
			return FAIL("--io-path %s is not supported; use "
				    "hosted, all, or some of " IO_PATH_WORDS
				    " with commas",
				    v);
		c->options.io_path |= bit;
		if (!word[len])
			return true;
	}
}

static bool opt_combine(struct vm_config *c, const char *v, char *error)
{
	char *end;
	unsigned long n = strtoul(v, &end, 10);

	if (*v < '0' || *v > '9' || *end || n > COMBINE_MAX)
		return FAIL("--combine '%s' is not a number of frames; use 0 "
			    "to %d",
			    v, COMBINE_MAX);
	c->options.combine_limit = (uint32_t)n;
	return true;
}

static bool opt_display(struct vm_config *c, const char *v, char *error)
{
	BUILD_ASSERT(DISPLAY_ERROR <= CONFIG_ERROR_SIZE);
	c->display_text = v;
	return display_parse(v, &c->display, error);
}

/* loopback_port() - the port behind "127.0.0.1:", or -1: it is none. */
static int loopback_port(const char *v)
{
	static const char *const hosts[] = { "127.0.0.1:", "localhost:" };
	const char *port = NULL;
	unsigned long n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hosts); i++)
		if (!strncmp(v, hosts[i], strlen(hosts[i])))
			port = v + strlen(hosts[i]);
	if (!port || !*port || strlen(port) > 5 ||
	    port[strspn(port, "0123456789")])
		return -1;
	n = strtoul(port, NULL, 10);
	return n > 65535 ? -1 : (int)n;
}

/* serial_tcp() - "tcp:127.0.0.1:4555", "telnet:127.0.0.1:4555" */
static bool serial_tcp(struct plug *plug, enum plug_kind kind, const char *v,
		       char *error)
{
	int port = loopback_port(strchr(v, ':') + 1);

	if (port < 0)
		return FAIL("--serial '%.80s' is not possible: it is for this "
			    "host only; write for example "
			    "%s:127.0.0.1:4555, with a port of 0 to 65535",
			    v, kind == PLUG_TCP ? "tcp" : "telnet");
	plug->kind = kind;
	plug->port = (uint16_t)port;
	return true;
}

bool options_serial(struct plug *plug, const char *v, char *error)
{
	*plug = (struct plug){ .kind = PLUG_NONE };
	if (!strcmp(v, "stdio"))
		plug->kind = PLUG_STDIO;
	else if (!strcmp(v, "pty"))
		plug->kind = PLUG_PTY;
	else if (!strcmp(v, "none"))
		plug->kind = PLUG_NONE;
	else if (!strncmp(v, "file:", 5) && v[5])
		plug->kind = PLUG_FILE, plug->file = v + 5;
	else if (!strncmp(v, "device:", 7) && v[7])
		plug->kind = PLUG_DEVICE, plug->file = v + 7;
	else if (!strncmp(v, "unix:", 5) && v[5])
		plug->kind = PLUG_UNIX, plug->file = v + 5;
	else if (!strncmp(v, "tcp:", 4))
		return serial_tcp(plug, PLUG_TCP, v, error);
	else if (!strncmp(v, "telnet:", 7))
		return serial_tcp(plug, PLUG_TELNET, v, error);
	else
		return FAIL("--serial '%s' is not possible; use stdio, pty, "
			    "none, file:NAME, device:PATH, unix:PATH, "
			    "tcp:127.0.0.1:PORT or telnet:127.0.0.1:PORT",
			    v);
	return true;
}

/* opt_serial() - of COM1, and the next time of COM2. */
static bool opt_serial(struct vm_config *c, const char *v, char *error)
{
	int line = pc_line_find("serial_port", c->serials_given);

	if (line < 0)
		return FAIL("there are COM1 and COM2; give --serial at most "
			    "twice");
	c->serials_given++;
	c->serial_chosen |= line == LINE_COM1;
	return options_serial(&c->plug[line], v, error);
}

/* one_way_plug() - of a line that only sends; the last one counts. */
static bool one_way_plug(struct plug *plug, const char *option, const char *v,
			 char *error)
{

	*plug = (struct plug){ .kind = PLUG_NONE };
	if (!strcmp(v, "none"))
		plug->kind = PLUG_NONE;
	else if (!strncmp(v, "file:", 5) && v[5])
		plug->kind = PLUG_FILE, plug->file = v + 5;
	else
		return FAIL("%s '%s' is not possible; use none or file:NAME",
			    option, v);
	return true;
}

static bool opt_parallel(struct vm_config *c, const char *v, char *error)
{
	return one_way_plug(&c->plug[LINE_LPT1], "--parallel", v, error);
}

static bool opt_bios_log(struct vm_config *c, const char *v, char *error)
{
	return one_way_plug(&c->plug[LINE_BIOS_LOG], "--bios-log", v, error);
}

static bool opt_bios(struct vm_config *c, const char *v, char *error)
{
	(void)error;
	c->bios = v;
	return true;
}

/* boot_letters() - an order of devices; Return: false if it is none. */
static bool boot_letters(char order[5], const char *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strchr("acdn", v[i]) || memchr(v, v[i], i))
			return false;
	memcpy(order, v, n);
	order[n] = '\0';
	return true;
}

static bool opt_boot(struct vm_config *c, const char *v, char *error)
{
	size_t n = strcspn(v, ",");

	c->boot_menu = !strcmp(v, "menu") || !strcmp(v + n, ",menu");
	if (!strcmp(v, "menu"))
		return true;
	if (!n || (v[n] && !c->boot_menu) || !boot_letters(c->boot_order, v, n))
		return FAIL(
			"--boot '%s' is no order; write some of a (floppy), "
			"c (disks), d (CDs) and n (network), each once, "
			"and ',menu' to be asked: for example cdn,menu",
			v);
	return true;
}

static bool opt_disk(struct vm_config *c, const char *v, char *error)
{
	return drives_add(c, DRIVE_DISK, v, error);
}

static bool opt_cdrom(struct vm_config *c, const char *v, char *error)
{
	return drives_add(c, DRIVE_CDROM, v, error);
}

static bool opt_floppy(struct vm_config *c, const char *v, char *error)
{
	return drives_add(c, DRIVE_FLOPPY, v, error);
}

static bool opt_snapshot(struct vm_config *c, const char *v, char *error)
{
	(void)v, (void)error;
	return c->snapshot = true;
}

/* port_taken() - the chip that answers a port, or NULL. */
static const char *port_taken(unsigned long port)
{
	int row = pc_row((uint16_t)port);

	return row < 0 ? NULL : chip_names[pc_rows[row].chip];
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
			    "choose another, for example 0xf4",
			    port, port_taken(port));
	c->options.debug_exit_port = (uint32_t)port;
	return true;
}

/* opt_move() - for tests of machine/pc.def. */
static bool opt_move(struct vm_config *c, const char *v, char *error)
{
	char *end;
	unsigned long port = strtoul(v, &end, 0);
	int row = end == v || *end || port > 0xffff ? pc_row_named(v) :
						      pc_row((uint16_t)port);

	if (row < 0)
		return FAIL("--move '%s' is no port and no window of a row in "
			    "machine/pc.def; write for example 0x40 or "
			    "LANCE0_IO",
			    v);
	c->options.moved_rows |= 1ull << row;
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
	c->options.dump_stages = colon ? 0 : (1u << DUMP_STAGE_COUNT) - 1;
	while (colon && v < colon) {
		len = strcspn(v, ",:");
		bit = text_named(names, ARRAY_SIZE(names), v, len);
		if (!bit)
			return FAIL("--dump: '%.*s' is not a stage; use "
				    "block, translate, emit, cache, chain, "
				    "fault",
				    (int)len, v);
		c->options.dump_stages |= bit;
		v += len + 1;
	}
	if (!*c->dump || !c->options.dump_stages)
		return FAIL("--dump wants [STAGE,...:]FILE");
	return true;
}

static bool opt_no_reboot(struct vm_config *c, const char *v, char *error)
{
	(void)v, (void)error;
	return c->no_reboot = true;
}

static bool opt_no_doze(struct vm_config *c, const char *v, char *error)
{
	(void)v, (void)error;
	c->options.no_doze = true;
	return true;
}

static bool opt_stamps(struct vm_config *c, const char *v, char *error)
{
	(void)v, (void)error;
	c->options.stamps = true;
	return true;
}

static bool opt_count(struct vm_config *c, const char *v, char *error)
{
	(void)v, (void)error;
	c->options.count_insns = true;
	return true;
}

static bool opt_help(struct vm_config *c, const char *v, char *error)
{
	(void)v, (void)error;
	return c->help = true;
}

static const struct option {
	const char *name;
	const char *value;	/* NULL: it has none */
	bool (*set)(struct vm_config *c, const char *value, char *error);
} options[] = {
#define OPTION(name, value, set, words, vmx, text) { name, value, set },
#include "vmapp/config/options.def"
};

/* option_find() - the option named by @word, which may hold "=value". */
static const struct option *option_find(const char *word, const char **value)
{
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		n = strlen(options[i].name);
		if (strncmp(word, options[i].name, n))
			continue;
		if (word[n] == '=' && options[i].value) {
			*value = word + n + 1;
			return &options[i];
		}
		if (!word[n])
			return &options[i];
	}
	return NULL;
}

static bool parse_vmx_name(struct vm_config *c, const char *word, char *error)
{
	size_t n = strlen(word);

	if (n < 4 || strcmp(word + n - 4, ".vmx"))
		return FAIL("'%s' is neither an option nor a .vmx file; see "
			    "'hostel run --help'",
			    word);
	if (c->vmx)
		return FAIL("two machines are named, %s and %s; run one at a "
			    "time",
			    c->vmx, word);
	c->vmx = word;
	return true;
}

/* set_option() - the one that word @i is, and perhaps the next one's value.
 * Return: how many words it was; 0, with @error set, if it is not good. */
static int set_option(struct vm_config *config, int argc, char **argv, int i,
		      char *error)
{
	const char *value = NULL, *word = argv[i];
	const struct option *o =
		option_find(strcmp(word, "-h") ? word : "--help", &value);
	int words = 1;

	if (!o)
		return FAIL("unknown option '%s'; see 'hostel run --help'",
			    word);
	if (o->value && !value) {
		if (i + 1 == argc)
			return FAIL("%s needs a value; see 'hostel run --help'",
				    o->name);
		value = argv[i + 1];
		words = 2;
	}
	return o->set(config, value, error) ? words : 0;
}

bool options_check(const struct vm_config *config, char *error)
{
	const char *first = NULL;
	unsigned int i;

	for (i = 0; i < PC_LINES; i++) {
		if (config->plug[i].kind != PLUG_STDIO)
			continue;
		if (first)
			return FAIL("%s and %s can not both be stdio, of which "
				    "there is one; use pty, none or file:NAME "
				    "for one of them, with --serial",
				    first, pc_line_names[i]);
		first = pc_line_names[i];
	}
	if (!config->kernel && (config->initrd || config->append))
		return FAIL("%s is for a kernel; name one with --kernel",
			    config->initrd ? "--initrd" : "--append");
	if (config->kernel && config->bios)
		return FAIL("--kernel is started without firmware; leave out "
			    "one of --kernel and --bios");
	return true;
}

bool options_parse(struct vm_config *config, int argc, char **argv, char *error)
{
	const char *cache = getenv("HOSTEL_CODE_CACHE");
	int i, words;

	if (cache && !opt_code_cache(config, cache, error))
		return false;
	for (i = 0; i < argc; i += words) {
		words = 1;
		if (argv[i][0] == '-')
			words = set_option(config, argc, argv, i, error);
		else if (!parse_vmx_name(config, argv[i], error))
			return false;
		if (!words)
			return false;
	}
	return true;
}
