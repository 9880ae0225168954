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
#include "vmdriver/guestmem.h"

#define LINE_MAX_LEN 1024

/* What the cards' lines say, until all have been read. */
struct vmx_nic {
	bool present;
	char network[32];
	char mac[32];
};

struct vmx {
	struct vm_config *config;
	struct vmx_nic nic[CONFIG_NICS];
	bool nics_named;
	bool serial_present;
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

	snprintf(text, sizeof(text), "%.30sM", value);
	return options_memory(text, &v->config->memory, v->error);
}

/* set_path() - keep a copy: the line is gone soon. */
static bool set_path(const char **where, const char *value)
{
	*where = strdup(value);
	return *where;
}

/* nic_network() - .connectionType, in our names. */
static bool nic_network(struct vmx *v, struct vmx_nic *nic, const char *key,
			const char *value)
{
	if (!strcasecmp(value, "nat") || !strcasecmp(value, "hostonly"))
		snprintf(nic->network, sizeof(nic->network), "%s",
			 tolower(value[0]) == 'n' ? "nat" : "hostonly");
	else
		return bad(v, key, value, "use nat or hostonly, or custom "
			   "with .vnet");
	return true;
}

/* set_nic() - ethernetN.WORD */
static bool set_nic(struct vmx *v, const char *key, const char *value,
		    bool *known)
{
	struct vmx_nic *nic;
	unsigned int n;
	int used = 0;

	if (sscanf(key, "ethernet%1u.%n", &n, &used) != 1 || !used)
		return true;
	*known = true;
	if (n >= CONFIG_NICS)
		return bad(v, key, value, "there are ethernet0 to ethernet3");
	nic = &v->nic[n];
	v->nics_named = true;
	key += used;
	if (!strcasecmp(key, "present"))
		return parse_bool(value, &nic->present) ||
		       bad(v, "ethernetN.present", value, "use TRUE or FALSE");
	if (!strcasecmp(key, "connectionType") && !strcasecmp(value, "custom"))
		return true;
	if (!strcasecmp(key, "connectionType"))
		return nic_network(v, nic, "ethernetN.connectionType", value);
	if (!strcasecmp(key, "vnet"))
		return snprintf(nic->network, sizeof(nic->network), "%s",
				value) > 0 ||
		       bad(v, "ethernetN.vnet", value, "use vmnetN");
	if (!strcasecmp(key, "virtualDev"))
		return !strcasecmp(value, "vlance") ||
		       bad(v, "ethernetN.virtualDev", value,
			   "the only card is vlance");
	if (!strcasecmp(key, "address"))
		return snprintf(nic->mac, sizeof(nic->mac), "%s", value) > 0;
	if (!strcasecmp(key, "addressType"))
		return true;
	*known = false;
	return true;
}

/* set_serial() - serial0.WORD */
static bool set_serial(struct vmx *v, const char *key, const char *value,
		       bool *known)
{
	struct vm_config *c = v->config;

	if (strncasecmp(key, "serial0.", 8))
		return true;
	*known = true;
	key += 8;
	if (!strcasecmp(key, "present")) {
		if (!parse_bool(value, &v->serial_present))
			return bad(v, "serial0.present", value,
				   "use TRUE or FALSE");
		c->serial = v->serial_present ? c->serial : SERIAL_NONE;
		return true;
	}
	if (!strcasecmp(key, "fileType")) {
		if (!strcasecmp(value, "file"))
			c->serial = SERIAL_FILE;
		else if (!strcasecmp(value, "pty"))
			c->serial = SERIAL_PTY;
		else if (!strcasecmp(value, "stdio"))
			c->serial = SERIAL_STDIO;
		else
			return bad(v, "serial0.fileType", value,
				   "use file, pty or stdio");
		return true;
	}
	if (!strcasecmp(key, "fileName"))
		return set_path(&c->serial_file, value);
	*known = false;
	return true;
}

static void note_unknown(struct vmx *v, const char *key)
{
	size_t n = strlen(v->unknown);

	snprintf(v->unknown + n, sizeof(v->unknown) - n, "%s%s",
		 n ? ", " : "", key);
}

static bool set_key(struct vmx *v, const char *key, const char *value)
{
	bool known = false;

	if (!strcasecmp(key, "memsize"))
		return set_memsize(v, value);
	if (!strcasecmp(key, "hostel.kernel"))
		return set_path(&v->config->kernel, value);
	if (!strcasecmp(key, "hostel.initrd"))
		return set_path(&v->config->initrd, value);
	if (!strcasecmp(key, "hostel.append"))
		return set_path(&v->config->append, value);
	/* What every such file says about itself. */
	if (!strcasecmp(key, ".encoding") || !strcasecmp(key, "displayName") ||
	    !strcasecmp(key, "guestOS") || !strcasecmp(key, "config.version") ||
	    !strcasecmp(key, "virtualHW.version"))
		return true;
	if (!set_nic(v, key, value, &known) ||
	    !set_serial(v, key, value, &known))
		return false;
	if (!known)
		note_unknown(v, key);
	return true;
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

/* plug_nics() - turn the cards that are present into --net's form. */
static bool plug_nics(struct vmx *v)
{
	char text[128];
	unsigned int i;

	if (!v->nics_named)
		return true;
	options_net(v->config, "none", v->error);
	for (i = 0; i < CONFIG_NICS; i++) {
		if (!v->nic[i].present)
			continue;
		snprintf(text, sizeof(text), "%s%s%s",
			 *v->nic[i].network ? v->nic[i].network : "nat",
			 *v->nic[i].mac ? ",mac=" : "", v->nic[i].mac);
		if (!options_net(v->config, text, v->error))
			return false;
	}
	/* So that --net on the command line replaces all of these. */
	v->config->nics_given = false;
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

bool vmx_load(struct vm_config *config, const char *path, char *error)
{
	struct vmx v = { .config = config, .error = error };
	char line[LINE_MAX_LEN];
	unsigned int nr = 0;
	bool ok = true;
	FILE *f = fopen(path, "re");

	if (!f) {
		snprintf(error, CONFIG_ERROR_SIZE, "can not read %.100s: %s",
			 path, strerror(errno));
		return false;
	}
	while (ok && fgets(line, sizeof(line), f)) {
		nr++;
		ok = parse_line(&v, line) || fail_at(error, path, nr);
	}
	fclose(f);
	if (ok && !plug_nics(&v))
		ok = fail_at(error, path, nr);
	if (ok && *v.unknown)
		log_warn("%s: these settings are unknown and have no effect: "
			 "%s", path, v.unknown);
	return ok;
}
