/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx.c - read a .vmx file: see vmx.h. */
#include "vmapp/vmx.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/log.h"
#include "vmnet/client.h"

#define LINE_MAX_LEN 4096	/* with the end of the line and a NUL */

/* What the lines say of a card, until all have been read. */
struct vmx_nic {
	bool present;
	bool custom;		/* its network is .vnet's */
	bool any_mac;		/* .noForgedSrcAddr is FALSE */
	char kind[16];		/* "" or .connectionType, in our names */
	char vnet[16];		/* "" or .vnet: a network, in our names, or */
	bool iface;		/* an interface of the host */
	char mac[20];
	bool host_loopback;	/* nat: as --net's words */
	char forwards[800];	/* "" or ",forward=..." for each */
	unsigned int line;	/* the last one that names it */
};

/* The same of COM1. */
struct vmx_serial {
	bool absent;
	bool kind_given;
	enum serial_kind kind;
	const char *file;
	unsigned int line;
};

struct vmx {
	struct vm_config *config;
	struct vmx_nic nic[CONFIG_NICS];
	struct vmx_serial serial;
	unsigned int line;	/* that an error is about, from 1 */
	char unknown[512];
	char *error;		/* CONFIG_ERROR_SIZE bytes */
};

static bool bad(struct vmx *v, const char *key, const char *value,
		const char *want)
{
	snprintf(v->error, CONFIG_ERROR_SIZE, "%s = \"%s\" is not possible; "
		 "%s", key, value, want);
	return false;
}

static bool parse_bool(const char *value, bool *out)
{
	*out = !strcasecmp(value, "TRUE");
	return *out || !strcasecmp(value, "FALSE");
}

static bool set_memsize(struct vmx *v, const char *value)
{
	char text[40];

	if (!*value || value[strspn(value, "0123456789")])
		return bad(v, "memsize", value, "write megabytes, for example "
			   "256");
	snprintf(text, sizeof(text), "%.30sM", value);
	return options_memory(text, &v->config->memory, v->error);
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

static bool set_file(struct vmx *v, const char **where, const char *key,
		     const char *value)
{
	if (!*value)
		return bad(v, key, value, "name a file");
	return set_text(v, where, key, value);
}

/* nic_kind() - .connectionType: what there is of it here. */
static bool nic_kind(struct vmx *v, struct vmx_nic *nic, const char *key,
		     const char *value)
{
	nic->custom = !strcasecmp(value, "custom");
	if (nic->custom)
		return true;
	if (!strcasecmp(value, "nat"))
		strcpy(nic->kind, "nat");
	else if (!strcasecmp(value, "hostonly"))
		strcpy(nic->kind, "hostonly");
	else if (!strcasecmp(value, "bridged"))
		strcpy(nic->kind, VMNET_BRIDGED);
	else
		return bad(v, key, value, "use nat or hostonly, or bridged or "
			   "custom with .vnet");
	return true;
}

/* nic_vnet() - .vnet: "VMnet3" or "/dev/vmnet3", as VMware writes it; or an
 * interface to bridge, "eth0": with VMware that is said elsewhere. */
static bool nic_vnet(struct vmx *v, struct vmx_nic *nic, const char *key,
		     const char *value)
{
	const char *name = value;
	unsigned int number;
	size_t i;

	nic->iface = proto_iface_ok(value) && !strchr(value, ',') &&
		     strncasecmp(value, "vmnet", 5);
	if (nic->iface) {
		strcpy(nic->vnet, value);
		return true;
	}
	if (!strncmp(name, "/dev/", 5))
		name += 5;
	for (i = 0; name[i] && i < sizeof(nic->vnet) - 1; i++)
		nic->vnet[i] = (char)tolower((unsigned char)name[i]);
	nic->vnet[i] = '\0';
	return (!name[i] && !strncmp(nic->vnet, "vmnet", 5) &&
		decode_network(nic->vnet, i + 1, &number) == VMNET_OK) ||
	       bad(v, key, value, "use vmnet1 to vmnet254");
}

static bool nic_address(struct vmx *v, struct vmx_nic *nic, const char *key,
			const char *value)
{
	uint8_t mac[6];

	snprintf(nic->mac, sizeof(nic->mac), "%s", value);
	return (!strcmp(nic->mac, value) && options_mac(value, mac)) ||
	       bad(v, key, value, "write for example 00:50:56:01:02:03");
}

/* nic_loopback(), nic_forward() - --net's words that a NAT's card may have. */
static bool nic_loopback(struct vmx *v, struct vmx_nic *nic, const char *key,
			 const char *value)
{
	return parse_bool(value, &nic->host_loopback) ||
	       bad(v, key, value, "use TRUE or FALSE");
}

static bool nic_forward(struct vmx *v, struct vmx_nic *nic, const char *key,
			const char *value)
{
	size_t n = strlen(nic->forwards);

	if (strchr(value, ',') ||
	    n + strlen(",forward=") + strlen(value) >= sizeof(nic->forwards))
		return bad(v, key, value, "write for example tcp:2222:22");
	snprintf(nic->forwards + n, sizeof(nic->forwards) - n, ",forward=%s",
		 value);
	return true;
}

/* is_forward() - "forward" and a number */
static bool is_forward(const char *word)
{
	return !strncasecmp(word, "forward", 7) && word[7] &&
		!word[7 + strspn(word + 7, "0123456789")];
}

static bool set_nic_word(struct vmx *v, struct vmx_nic *nic, const char *key,
			 const char *word, const char *value, bool *known)
{
	if (!strcasecmp(word, "present"))
		return parse_bool(value, &nic->present) ||
		       bad(v, key, value, "use TRUE or FALSE");
	if (!strcasecmp(word, "connectionType"))
		return nic_kind(v, nic, key, value);
	if (!strcasecmp(word, "vnet"))
		return nic_vnet(v, nic, key, value);
	if (!strcasecmp(word, "virtualDev"))
		return !strcasecmp(value, "vlance") ||
		       bad(v, key, value, "the only card is vlance");
	if (!strcasecmp(word, "hostLoopback"))
		return nic_loopback(v, nic, key, value);
	if (is_forward(word))
		return nic_forward(v, nic, key, value);
	if (!strcasecmp(word, "address"))
		return nic_address(v, nic, key, value);
	if (!strcasecmp(word, "noForgedSrcAddr")) {
		if (!parse_bool(value, &nic->any_mac))
			return bad(v, key, value, "use TRUE or FALSE");
		nic->any_mac = !nic->any_mac;
		return true;
	}
	*known = !strcasecmp(word, "addressType");
	return true;
}

/* set_nic() - ethernetN.WORD */
static bool set_nic(struct vmx *v, const char *key, const char *value,
		    bool *known)
{
	unsigned int n = (unsigned int)key[8] - '0';

	*known = true;
	if (n >= CONFIG_NICS)
		return bad(v, key, value, "there are ethernet0 to ethernet3");
	v->nic[n].line = v->line;
	return set_nic_word(v, &v->nic[n], key, key + 10, value, known);
}

/* set_serial() - serial0.WORD */
static bool set_serial(struct vmx *v, const char *key, const char *value,
		       bool *known)
{
	struct vmx_serial *s = &v->serial;
	const char *word = key + 8;
	bool present;

	*known = true;
	s->line = v->line;
	if (!strcasecmp(word, "present")) {
		if (!parse_bool(value, &present))
			return bad(v, key, value, "use TRUE or FALSE");
		s->absent = !present;
	} else if (!strcasecmp(word, "fileType")) {
		s->kind_given = true;
		if (!strcasecmp(value, "file"))
			s->kind = SERIAL_FILE;
		else if (!strcasecmp(value, "pty"))
			s->kind = SERIAL_PTY;
		else if (!strcasecmp(value, "stdio"))
			s->kind = SERIAL_STDIO;
		else
			return bad(v, key, value, "use file, pty or stdio");
	} else if (!strcasecmp(word, "fileName")) {
		return set_file(v, &s->file, key, value);
	} else {
		*known = false;
	}
	return true;
}

/* is_nic_key() - "ethernet", a digit, a dot. */
static bool is_nic_key(const char *key)
{
	return !strncasecmp(key, "ethernet", 8) &&
	       isdigit((unsigned char)key[8]) && key[9] == '.';
}

static void note_unknown(struct vmx *v, const char *key)
{
	size_t n = strlen(v->unknown);

	snprintf(v->unknown + n, sizeof(v->unknown) - n, "%s%s",
		 n ? ", " : "", key);
}

/* set_other() - a key of the machine itself. */
static bool set_other(struct vmx *v, const char *key, const char *value,
		      bool *known)
{
	struct vm_config *c = v->config;

	*known = true;
	if (!strcasecmp(key, "memsize"))
		return set_memsize(v, value);
	if (!strcasecmp(key, "hostel.kernel"))
		return set_file(v, &c->kernel, key, value);
	if (!strcasecmp(key, "hostel.initrd"))
		return set_file(v, &c->initrd, key, value);
	if (!strcasecmp(key, "hostel.append"))
		return set_text(v, &c->append, key, value);
	/* What every such file says about itself. */
	*known = !strcasecmp(key, ".encoding") ||
		 !strcasecmp(key, "displayName") ||
		 !strcasecmp(key, "guestOS") ||
		 !strcasecmp(key, "config.version") ||
		 !strcasecmp(key, "virtualHW.version");
	return true;
}

static bool set_key(struct vmx *v, const char *key, const char *value)
{
	bool known, ok;

	if (is_nic_key(key))
		ok = set_nic(v, key, value, &known);
	else if (!strncasecmp(key, "serial0.", 8))
		ok = set_serial(v, key, value, &known);
	else
		ok = set_other(v, key, value, &known);
	if (ok && !known)
		note_unknown(v, key);
	return ok;
}

static char *trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

/* parse_line() - key = "value"; the quotes may be left out. */
static bool parse_line(struct vmx *v, char *line)
{
	char *key = trim(line), *value, *eq;
	size_t n;

	if (!*key || *key == '#')
		return true;
	eq = strchr(key, '=');
	if (!eq || eq == key) {
		snprintf(v->error, CONFIG_ERROR_SIZE,
			 "'%.60s' is not a setting; write key = \"value\"",
			 key);
		return false;
	}
	*eq = '\0';
	key = trim(key);
	value = trim(eq + 1);
	n = strlen(value);
	if (*value == '"' && (n < 2 || value[n - 1] != '"')) {
		snprintf(v->error, CONFIG_ERROR_SIZE,
			 "the value of %.60s has no closing quote", key);
		return false;
	}
	if (*value == '"') {
		value[n - 1] = '\0';
		value++;
	}
	return set_key(v, key, value);
}

/* check_vnet() - does .vnet, if it counts, agree with .connectionType? */
static bool check_vnet(struct vmx *v, const struct vmx_nic *nic)
{
	bool bridged = !nic->custom && !strcmp(nic->kind, VMNET_BRIDGED);

	if (nic->custom && !*nic->vnet)
		return bad(v, "connectionType", "custom", "it needs .vnet to "
			   "name the network");
	if (bridged && !nic->iface)
		return bad(v, "connectionType", "bridged", "it needs .vnet to "
			   "name the host's interface, for example eth0");
	if (nic->iface && (nic->custom || !*nic->kind))
		return bad(v, "vnet", nic->vnet, "use vmnet1 to vmnet254, or "
			   "connectionType = \"bridged\"");
	return true;
}

/* plug_nic() - turn a card that is present into --net's form. */
static bool plug_nic(struct vmx *v, const struct vmx_nic *nic)
{
	bool bridged = !nic->custom && !strcmp(nic->kind, VMNET_BRIDGED);
	const char *network = nic->custom ? nic->vnet : nic->kind;
	char text[96 + sizeof(nic->forwards)];

	if (!*network)
		network = *nic->vnet ? nic->vnet : "nat";
	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s", network,
		 bridged ? nic->vnet : "", *nic->mac ? ",mac=" : "",
		 nic->mac, nic->any_mac ? ",any-mac" : "",
		 nic->host_loopback ? ",host-loopback" : "", nic->forwards);
	return options_net(v->config, text, v->error);
}

static bool plug_nics(struct vmx *v)
{
	unsigned int i;

	for (i = 0; i < CONFIG_NICS; i++)
		if (v->nic[i].line)
			options_net(v->config, "none", v->error);
	for (i = 0; i < CONFIG_NICS; i++) {
		v->line = v->nic[i].line;
		if (v->nic[i].present && (!check_vnet(v, &v->nic[i]) ||
					  !plug_nic(v, &v->nic[i])))
			return false;
	}
	/* So that --net on the command line replaces all of these. */
	v->config->nics_given = false;
	return true;
}

static bool plug_serial(struct vmx *v)
{
	const struct vmx_serial *s = &v->serial;

	if (!s->line)
		return true;
	v->line = s->line;
	v->config->serial = s->absent ? SERIAL_NONE : s->kind;
	if (s->absent)
		return true;
	if (s->kind_given && s->kind == SERIAL_FILE && !s->file)
		return bad(v, "serial0.fileType", "file",
			   "it needs serial0.fileName");
	if (s->file && s->kind != SERIAL_FILE)
		return bad(v, "serial0.fileName", s->file,
			   "it needs serial0.fileType = \"file\"");
	v->config->serial_file = s->file;
	return true;
}

static bool fail_at(char *error, const char *path, unsigned int line)
{
	char why[CONFIG_ERROR_SIZE];

	snprintf(why, sizeof(why), "%s", error);
	snprintf(error, CONFIG_ERROR_SIZE, "%.100s:%u: %.140s", path, line,
		 why);
	return false;
}

static bool read_lines(struct vmx *v, FILE *f)
{
	char line[LINE_MAX_LEN];

	while (fgets(line, sizeof(line), f)) {
		v->line++;
		if (!strchr(line, '\n') && !feof(f)) {
			snprintf(v->error, CONFIG_ERROR_SIZE, "this is not a "
				 "line of text of at most %d characters",
				 LINE_MAX_LEN - 2);
			return false;
		}
		if (!parse_line(v, line))
			return false;
	}
	return true;
}

static bool can_not_read(const char *path, char *error)
{
	snprintf(error, CONFIG_ERROR_SIZE, "can not read %.100s: %s", path,
		 strerror(errno));
	return false;
}

bool vmx_load(struct vm_config *config, const char *path, char *error)
{
	struct vmx v = { .config = config, .error = error };
	FILE *f = fopen(path, "re");
	bool ok, unread;

	if (!f)
		return can_not_read(path, error);
	errno = 0;
	ok = read_lines(&v, f);
	unread = ferror(f);
	fclose(f);
	if (unread)
		return can_not_read(path, error);
	if (!ok || !plug_nics(&v) || !plug_serial(&v))
		return fail_at(error, path, v.line);
	if (*v.unknown)
		log_warn("%s: these settings are unknown and have no effect: "
			 "%s", path, v.unknown);
	return true;
}

void vmx_unload(struct vm_config *config)
{
	struct vmx_text *t;

	while ((t = config->texts)) {
		config->texts = t->next;
		free(t);
	}
}
