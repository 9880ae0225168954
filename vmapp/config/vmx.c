/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx.c - read a .vmx file: see vmx.h. */
#include "vmapp/config/vmx.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/log.h"
#include "machine/pc.h"
#include "vmapp/config/vmxfile.h"
#include "vmnet/client/client.h"

#define VMX_CARDS 10u		/* VMware's: ethernet0 to ethernet9 */
#define VMX_SERIALS 2u		/* serial0 and serial1 */
#define PARALLEL_KEY "parallel0."

/* What the lines say of a card, until all have been read. */
struct vmx_nic {
	bool present;
	bool custom;		/* its network is .vnet's */
	bool any_mac;		/* .noForgedSrcAddr is FALSE */
	char kind[16];		/* "" or .connectionType, in our names */
	char vnet[16];		/* "" or .vnet: a network, in our names, or */
	bool iface;		/* an interface of the host */
	bool host_loopback;	/* nat: as --net's words */
	char forwards[800];	/* "" or ",forward=..." for each */
	char mac[20];		/* "" or .address */
	char generated[20];	/* "" or .generatedAddress */
	bool static_mac;	/* .addressType: the first of them counts */
	unsigned int line;	/* the last one that names it */
};

/* What they say of a serial port. */
struct vmx_serial {
	bool absent;
	bool kind_given, printer;
	enum plug_kind kind;
	const char *file;
	unsigned int line;
};

struct vmx {
	struct vm_config *config;
	struct vmx_file file;
	struct vmx_nic nic[CONFIG_NICS];
	struct vmx_serial serial[VMX_SERIALS];
	const char *printed;	/* NULL, or parallel0.fileName */
	/* present = "FALSE": what else is said of it does not count */
	bool no_nic[VMX_CARDS], no_serial[VMX_SERIALS];
	bool no_parallel;
	unsigned int line;	/* that an error is about, from 1 */
	char unknown[512];	/* names, as many as there is room for */
	unsigned int left_out;	/* and for how many there is none */
};

static bool bad(struct vmx *v, const char *key, const char *value,
		const char *want)
{
	vmxfile_error(&v->file, v->line, "%s = \"%.60s\" is not possible; %s",
		      key, value, want);
	return false;
}

/* checked() - @error is what an option's own check has to say, if it is bad. */
static bool checked(struct vmx *v, bool good, const char *error)
{
	if (!good)
		vmxfile_error(&v->file, v->line, "%s", error);
	return good;
}

static bool parse_bool(const char *value, bool *out)
{
	*out = !strcasecmp(value, "TRUE");
	return *out || !strcasecmp(value, "FALSE");
}

/* A value that outlives its line, in a list that the configuration owns. */
struct vmx_text {
	struct vmx_text *next;
	char text[];
};

/* set_text() - keep a copy: the line is gone soon. */
static bool set_text(struct vmx *v, const char **where, const char *key,
		     const char *value)
{
	size_t size = strlen(value) + 1;
	struct vmx_text *t = malloc(sizeof(*t) + size);

	if (!t)
		return bad(v, key, value, "there is no memory left");
	memcpy(t->text, value, size);
	t->next = v->config->texts;
	v->config->texts = t;
	*where = t->text;
	return true;
}

/* unescape() - VMware writes |22 for a quote, |7C for | and so on. */
static void unescape(char *to, const char *from)
{
	unsigned int code;

	while (*from) {
		if (*from == '|' && isxdigit((unsigned char)from[1]) &&
		    isxdigit((unsigned char)from[2]) &&
		    sscanf(from + 1, "%2x", &code) == 1 && code) {
			*to++ = (char)code;
			from += 3;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

/* set_file() - a path; a relative one counts from the .vmx file's folder. */
static bool set_file(struct vmx *v, const char **where, const char *key,
		     const char *value)
{
	const char *slash = strrchr(v->file.path, '/');
	size_t folder = slash ? (size_t)(slash + 1 - v->file.path) : 0;
	char *path;
	bool ok;

	if (!*value)
		return bad(v, key, value, "name a file");
	path = malloc(folder + strlen(value) + 1);
	if (!path)
		return bad(v, key, value, "there is no memory left");
	if (*value == '/')
		folder = 0;
	memcpy(path, v->file.path, folder);
	unescape(path + folder, value);
	ok = set_text(v, where, key, path);
	free(path);
	return ok;
}

/* One line, while it is read. */
struct setting {
	const char *key, *value;
	unsigned int n;		/* which card or port */
};

/* want() - @ok, or say what the value should have been. */
static bool want(bool ok, struct vmx *v, const struct setting *s,
		 const char *what)
{
	return ok || bad(v, s->key, s->value, what);
}

static bool machine_memory(struct vmx *v, const struct setting *s)
{
	const char *value = s->value;
	char text[40], error[CONFIG_ERROR_SIZE];

	if (!*value || value[strspn(value, "0123456789")])
		return bad(v, s->key, value,
			   "write megabytes, for example 256");
	snprintf(text, sizeof(text), "%.30sM", value);
	return checked(v, options_memory(text, &v->config->memory, error),
		       error);
}

static bool machine_kernel(struct vmx *v, const struct setting *s)
{
	return set_file(v, &v->config->kernel, s->key, s->value);
}

static bool machine_initrd(struct vmx *v, const struct setting *s)
{
	return set_file(v, &v->config->initrd, s->key, s->value);
}

static bool machine_append(struct vmx *v, const struct setting *s)
{
	return set_text(v, &v->config->append, s->key, s->value);
}

static bool machine_uuid(struct vmx *v, const struct setting *s)
{
	return !*s->value || set_text(v, &v->config->uuid, s->key, s->value);
}

static bool nic_present(struct vmx *v, const struct setting *s)
{
	return want(parse_bool(s->value, &v->nic[s->n].present), v, s,
		    "use TRUE or FALSE");
}

/* nic_kind() - .connectionType: what there is of it here. */
static bool nic_kind(struct vmx *v, const struct setting *s)
{
	struct vmx_nic *nic = &v->nic[s->n];

	nic->custom = !strcasecmp(s->value, "custom");
	if (nic->custom)
		return true;
	if (!strcasecmp(s->value, "nat"))
		strcpy(nic->kind, "nat");
	else if (!strcasecmp(s->value, "hostonly"))
		strcpy(nic->kind, "hostonly");
	else if (!strcasecmp(s->value, "bridged"))
		strcpy(nic->kind, VMNET_BRIDGED);
	else
		return bad(v, s->key, s->value,
			   "use nat or hostonly, or "
			   "bridged or custom with .vnet");
	return true;
}

/* nic_vnet() - .vnet: "VMnet3" or "/dev/vmnet3", as VMware writes it; or an
 * interface to bridge, "eth0": with VMware that is said elsewhere. */
static bool nic_vnet(struct vmx *v, const struct setting *s)
{
	struct vmx_nic *nic = &v->nic[s->n];
	const char *name = s->value;
	unsigned int number;
	size_t i;

	nic->iface = proto_iface_ok(name) && !strchr(name, ',') &&
		     strncasecmp(name, "vmnet", 5);
	if (nic->iface) {
		strcpy(nic->vnet, name);
		return true;
	}
	if (!strncmp(name, "/dev/", 5))
		name += 5;
	for (i = 0; name[i] && i < sizeof(nic->vnet) - 1; i++)
		nic->vnet[i] = (char)tolower((unsigned char)name[i]);
	nic->vnet[i] = '\0';
	return want(!name[i] && !strncmp(nic->vnet, "vmnet", 5) &&
			    decode_network(nic->vnet, i + 1, &number) ==
				    VMNET_OK,
		    v, s, "use vmnet1 to vmnet254");
}

static bool nic_device(struct vmx *v, const struct setting *s)
{
	return want(!strcasecmp(s->value, "vlance"), v, s,
		    "the only card is vlance");
}

static bool nic_mac(struct vmx *v, const struct setting *s, char where[20])
{
	uint8_t mac[6];

	snprintf(where, 20, "%s", s->value);
	return want(!strcmp(where, s->value) && options_mac(s->value, mac), v,
		    s, "write for example 00:50:56:01:02:03");
}

static bool nic_address(struct vmx *v, const struct setting *s)
{
	return nic_mac(v, s, v->nic[s->n].mac);
}

static bool nic_generated(struct vmx *v, const struct setting *s)
{
	return nic_mac(v, s, v->nic[s->n].generated);
}

static bool nic_address_type(struct vmx *v, const struct setting *s)
{
	v->nic[s->n].static_mac = !strcasecmp(s->value, "static");
	return true;
}

static bool nic_forged(struct vmx *v, const struct setting *s)
{
	bool refused = false, ok = parse_bool(s->value, &refused);

	v->nic[s->n].any_mac = ok && !refused;
	return want(ok, v, s, "use TRUE or FALSE");
}

/* nic_loopback(), nic_forward() - --net's words that a NAT's card may have. */
static bool nic_loopback(struct vmx *v, const struct setting *s)
{
	return want(parse_bool(s->value, &v->nic[s->n].host_loopback), v, s,
		    "use TRUE or FALSE");
}

static bool nic_forward(struct vmx *v, const struct setting *s)
{
	struct vmx_nic *nic = &v->nic[s->n];
	size_t n = strlen(nic->forwards);

	if (strchr(s->value, ',') ||
	    n + strlen(",forward=") + strlen(s->value) >= sizeof(nic->forwards))
		return bad(v, s->key, s->value,
			   "write for example "
			   "tcp:2222:22");
	snprintf(nic->forwards + n, sizeof(nic->forwards) - n, ",forward=%s",
		 s->value);
	return true;
}

static bool serial_present(struct vmx *v, const struct setting *s)
{
	bool present;	/* find_absent() has looked at it */

	return want(parse_bool(s->value, &present), v, s, "use TRUE or FALSE");
}

static bool serial_kind(struct vmx *v, const struct setting *s)
{
	struct vmx_serial *serial = &v->serial[s->n];

	serial->kind_given = true;
	if (!strcasecmp(s->value, "file"))
		serial->kind = PLUG_FILE;
	else if (!strcasecmp(s->value, "pty"))
		serial->kind = PLUG_PTY;
	else if (!strcasecmp(s->value, "stdio"))
		serial->kind = PLUG_STDIO;
	else if (!strcasecmp(s->value, "thinprint"))
		serial->printer = true;
	else
		return bad(v, s->key, s->value, "use file, pty or stdio");
	return true;
}

static bool serial_file(struct vmx *v, const struct setting *s)
{
	return set_file(v, &v->serial[s->n].file, s->key, s->value);
}

static bool parallel_present(struct vmx *v, const struct setting *s)
{
	return serial_present(v, s);
}

static bool parallel_kind(struct vmx *v, const struct setting *s)
{
	return want(!strcasecmp(s->value, "file"), v, s, "use file");
}

static bool parallel_file(struct vmx *v, const struct setting *s)
{
	return set_file(v, &v->printed, s->key, s->value);
}

/* The settings that are known, of the machine itself and of its devices. */
enum vmx_device { MACHINE, NIC, SERIAL, PARALLEL };

static const struct known {
	enum vmx_device device;
	const char *word;	/* '#' stands for a number */
	bool (*set)(struct vmx *v, const struct setting *s);
} known[] = {
#define VMX_KEY(device, word, set, example, text) { device, word, set },
#define VMX_QUIET(device, word) { device, word, NULL },
#include "vmapp/config/vmxkeys.def"
};

/* word_matches() - is @word, in any case, the @name of a setting? */
static bool word_matches(const char *name, const char *word)
{
	size_t digits;

	for (; *name; name++, word++) {
		if (*name != '#') {
			if (tolower((unsigned char)*name) !=
			    tolower((unsigned char)*word))
				return false;
			continue;
		}
		digits = strspn(word, "0123456789");
		if (!digits)
			return false;
		word += digits - 1;
	}
	return !*word;
}

static void note_unknown(struct vmx *v, const char *key)
{
	size_t n = strlen(v->unknown);

	if (n + strlen(key) + 3 > sizeof(v->unknown)) {
		v->left_out++;
		return;
	}
	snprintf(v->unknown + n, sizeof(v->unknown) - n, "%s%s", n ? ", " : "",
		 key);
}

/* set_word() - what is said of a device that is there. */
static void set_word(struct vmx *v, enum vmx_device device, const char *word,
		     const struct setting *s)
{
	const struct known *k;

	for (k = known; k < known + ARRAY_SIZE(known); k++)
		if (k->device == device && word_matches(k->word, word)) {
			if (k->set)
				k->set(v, s);
			return;
		}
	note_unknown(v, s->key);
}

/* is_nic_key() - "ethernet", a digit, a dot. */
static bool is_nic_key(const char *key)
{
	return !strncasecmp(key, "ethernet", 8) &&
	       isdigit((unsigned char)key[8]) && key[9] == '.';
}

/* set_nic() - ethernetN.WORD */
static void set_nic(struct vmx *v, struct setting *s)
{
	s->n = (unsigned int)s->key[8] - '0';
	if (s->n < CONFIG_NICS)
		v->nic[s->n].line = v->line;
	if (v->no_nic[s->n])
		return;
	if (s->n >= CONFIG_NICS)
		bad(v, s->key, s->value, "there are ethernet0 to ethernet3");
	else
		set_word(v, NIC, s->key + 10, s);
}

/* is_serial_key() - "serial", 0 or 1, a dot. */
static bool is_serial_key(const char *key)
{
	return !strncasecmp(key, "serial", 6) && key[6] >= '0' &&
	       key[6] < '0' + (char)VMX_SERIALS && key[7] == '.';
}

/* set_serial() - serialN.WORD */
static void set_serial(struct vmx *v, struct setting *s)
{
	s->n = (unsigned int)s->key[6] - '0';
	v->serial[s->n].line = v->line;
	v->serial[s->n].absent = v->no_serial[s->n];
	if (!v->no_serial[s->n])
		set_word(v, SERIAL, s->key + 8, s);
}

/* set_parallel() - parallel0.WORD */
static void set_parallel(struct vmx *v, const struct setting *s)
{
	if (!v->no_parallel)
		set_word(v, PARALLEL, s->key + strlen(PARALLEL_KEY), s);
}

static void set_key(struct vmx *v, const char *key, const char *value)
{
	struct setting s = { .key = key, .value = value };

	if (is_nic_key(key))
		set_nic(v, &s);
	else if (is_serial_key(key))
		set_serial(v, &s);
	else if (!strncasecmp(key, PARALLEL_KEY, strlen(PARALLEL_KEY)))
		set_parallel(v, &s);
	else
		set_word(v, MACHINE, key, &s);
}

/* find_absent() - before anything is checked: which devices are not there? */
static void find_absent(struct vmx *v)
{
	const struct vmx_line *l;

	for (l = v->file.lines; l; l = l->next) {
		bool absent = !strcasecmp(l->value, "FALSE");

		if (is_nic_key(l->key) && !strcasecmp(l->key + 10, "present"))
			v->no_nic[l->key[8] - '0'] = absent;
		else if (is_serial_key(l->key) &&
			 !strcasecmp(l->key + 8, "present"))
			v->no_serial[l->key[6] - '0'] = absent;
		else if (!strcasecmp(l->key, PARALLEL_KEY "present"))
			v->no_parallel = absent;
	}
}

static void set_all(struct vmx *v)
{
	const struct vmx_line *l;

	find_absent(v);
	for (l = v->file.lines; l; l = l->next) {
		v->line = l->number;
		set_key(v, l->key, l->value);
	}
}

/* check_vnet() - does .vnet, if it counts, agree with .connectionType? */
static bool check_vnet(struct vmx *v, const struct vmx_nic *nic)
{
	bool bridged = !nic->custom && !strcmp(nic->kind, VMNET_BRIDGED);

	if (nic->custom && !*nic->vnet)
		return bad(v, "connectionType", "custom",
			   "it needs .vnet to "
			   "name the network");
	if (bridged && !nic->iface)
		return bad(v, "connectionType", "bridged",
			   "it needs .vnet to "
			   "name the host's interface, for example eth0");
	if (nic->iface && (nic->custom || !*nic->kind))
		return bad(v, "vnet", nic->vnet,
			   "use vmnet1 to vmnet254, or "
			   "connectionType = \"bridged\"");
	return true;
}

/* plug_nic() - turn a card that is present into --net's form. */
static bool plug_nic(struct vmx *v, const struct vmx_nic *nic)
{
	bool bridged = !nic->custom && !strcmp(nic->kind, VMNET_BRIDGED);
	const char *network = nic->custom ? nic->vnet : nic->kind;
	const char *mac = nic->generated;
	char text[96 + sizeof(nic->forwards)], error[CONFIG_ERROR_SIZE];

	if (!*network)
		network = *nic->vnet ? nic->vnet : "nat";
	if (nic->static_mac || !*mac)
		mac = *nic->mac ? nic->mac : mac;
	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s", network,
		 bridged ? nic->vnet : "", *mac ? ",mac=" : "", mac,
		 nic->any_mac ? ",any-mac" : "",
		 nic->host_loopback ? ",host-loopback" : "", nic->forwards);
	return checked(v, options_net(v->config, text, error), error);
}

static void plug_nics(struct vmx *v)
{
	char error[CONFIG_ERROR_SIZE];
	unsigned int i;

	for (i = 0; i < CONFIG_NICS; i++)
		if (v->nic[i].line)
			options_net(v->config, "none", error);
	for (i = 0; i < CONFIG_NICS; i++) {
		v->line = v->nic[i].line;
		if (v->nic[i].present && check_vnet(v, &v->nic[i]))
			plug_nic(v, &v->nic[i]);
	}
	/* So that --net on the command line replaces all of these. */
	v->config->nics_given = false;
}

/* bad_serial() - of serial@n: one of its settings needs another one. */
static bool bad_serial(struct vmx *v, unsigned int n, const char *word,
		       const char *value, const char *needs)
{
	char key[32], want[64];

	snprintf(key, sizeof(key), "serial%u.%s", n, word);
	snprintf(want, sizeof(want), "it needs serial%u.%s", n, needs);
	return bad(v, key, value, want);
}

static bool plug_serial(struct vmx *v, unsigned int n)
{
	const struct vmx_serial *s = &v->serial[n];
	struct plug *plug = &v->config->plug[pc_line_find("serial_port", n)];

	if (!s->line)
		return true;
	v->line = s->line;
	if (s->printer)		/* VMware's virtual printer: no cable */
		return true;
	if (s->absent)
		plug->kind = PLUG_NONE;
	else if (s->kind_given)
		plug->kind = s->kind;
	if (s->absent)
		return true;
	if (s->kind_given && s->kind == PLUG_FILE && !s->file)
		return bad_serial(v, n, "fileType", "file", "fileName");
	if (s->file && s->kind != PLUG_FILE)
		return bad_serial(v, n, "fileName", s->file,
				  "fileType = \"file\"");
	plug->file = s->file;
	return true;
}

static void plug_parallel(struct vmx *v)
{
	if (v->printed)
		v->config->plug[LINE_LPT1] = (struct plug){
			.kind = PLUG_FILE, .file = v->printed };
}

/* tell_unknown() - in one line, each name whole. */
static void tell_unknown(const struct vmx *v)
{
	char more[40] = "";

	if (v->left_out)
		snprintf(more, sizeof(more), " and %u more", v->left_out);
	if (*v->unknown)
		log_warn("%.200s: these settings are unknown and have no "
			 "effect: %s%s",
			 v->file.path, v->unknown, more);
}

bool vmx_load(struct vm_config *config, const char *path, char *error)
{
	struct vmx v = { .config = config };
	bool ok = vmxfile_read(&v.file, path, error);
	unsigned int i;

	if (ok) {
		set_all(&v);
		plug_nics(&v);
		for (i = 0; i < VMX_SERIALS; i++)
			plug_serial(&v, i);
		plug_parallel(&v);
		ok = vmxfile_good(&v.file, error);
	}
	if (ok)
		tell_unknown(&v);
	vmxfile_free(&v.file);
	return ok;
}

void vmx_unload(struct vm_config *config)
{
	struct vmx_text *t;

	while ((t = config->texts)) {
		config->texts = t->next;
		free(t);
	}
}
