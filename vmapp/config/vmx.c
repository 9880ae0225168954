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
#include "vmapp/config/vmx_parts.h"

#define PARALLEL_KEY "parallel0."

/* ---- what each line is ------------------------------------------------- */

/* The kinds of devices that settings are of. */
enum vmx_device { MACHINE, NIC, SERIAL, PARALLEL, IDE, FLOPPY };

static const struct known {
	enum vmx_device device;
	const char *word;	/* see vmxkeys.def */
	bool (*set)(struct vmx *v, const struct setting *s);
	const char *unless, *why;	/* not possible here, or NULL */
	bool named;		/* of no effect, and the user hears so */
} known[] = {
#define VMX_KEY(device, word, set, example, text) \
	{ device, word, set, NULL, NULL, false },
#define VMX_QUIET(device, word) { device, word, NULL, NULL, NULL, false },
#define VMX_NOT(device, word, unless, why) \
	{ device, word, NULL, unless, why, false },
#define VMX_HARMLESS(device, word) { device, word, NULL, NULL, NULL, true },
#include "vmapp/config/vmxkeys.def"
};

/* value_is() - one of @words, that have a blank between them? "" is as FALSE
 * there: nothing is asked for. */
static bool value_is(const char *words, const char *value)
{
	size_t n;

	if (!*value)
		return true;
	for (; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (strlen(value) == n && !strncasecmp(words, value, n))
			return true;
	}
	return false;
}

/* set_word() - what is said of a device that is there. */
static void set_word(struct vmx *v, enum vmx_device device, const char *word,
		     const struct setting *s)
{
	const struct known *k = known, *end = known + ARRAY_SIZE(known);

	while (k < end && (k->device != device || !vmx_is_word(k->word, word)))
		k++;
	if (k == end)
		vmx_names_add(&v->unknown, s->key);
	else if (k->set)
		k->set(v, s);
	else if (k->why && !value_is(k->unless, s->value))
		vmx_bad(v, s->key, s->value, k->why);
	else if (k->named)
		vmx_names_add(&v->harmless, s->key);
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
	if (v->no_nic[s->n])
		return;
	if (s->n >= CONFIG_NICS)
		vmx_bad(v, s->key, s->value,
			"there are ethernet0 to ethernet3");
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
	if (!v->no_serial[s->n])
		set_word(v, SERIAL, s->key + 8, s);
}

/* set_parallel() - parallel0.WORD */
static void set_parallel(struct vmx *v, const struct setting *s)
{
	if (!v->no_parallel)
		set_word(v, PARALLEL, s->key + strlen(PARALLEL_KEY), s);
}

/* drive_key() - the length of "ide0:0." to "ide1:1.", "floppy0." or
 * "floppy1."; or 0 */
static size_t drive_key(const char *key)
{
	static const char *const forms[] = { "ide#:#.", "floppy#." };
	size_t i, k, n;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		n = strlen(forms[i]);
		for (k = 0; k < n; k++)
			if (forms[i][k] == '#' ?
				    key[k] != '0' && key[k] != '1' :
				    tolower((unsigned char)key[k]) !=
					    forms[i][k])
				break;
		if (k == n)
			return n;
	}
	return 0;
}

/* set_drive() - @n: bytes of the key before the word */
static void set_drive(struct vmx *v, const struct setting *s, size_t n)
{
	char device[16];

	snprintf(device, sizeof(device), "%.*s", (int)n - 1, s->key);
	if (!vmx_said_is(v, device, "present", "FALSE"))
		set_word(v,
			 tolower((unsigned char)*s->key) == 'i' ? IDE : FLOPPY,
			 s->key + n, s);
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
	else if (drive_key(key))
		set_drive(v, &s, drive_key(key));
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

/* piece_of() - as many whole names as a line of the log has room for. */
static size_t piece_of(const char *names)
{
	size_t n = strlen(names);

	if (n <= VMX_NAMES_LINE)
		return n;
	for (n = VMX_NAMES_LINE; n && names[n] != ','; n--)
		;
	return n ? n : strcspn(names, ",");
}

/* tell_names() - each once and whole, in as few lines as they take. */
static void tell_names(const struct vmx *v, const struct vmx_names *names,
		       void (*tell)(const char *fmt, ...), const char *what)
{
	const char *at = names->text;
	size_t n;

	for (; *at; at += n + strspn(at + n, ", ")) {
		n = piece_of(at);
		tell("%.200s: these settings %s: %.*s", v->file.path, what,
		     (int)n, at);
	}
	if (names->left_out)
		tell("%.200s: and %u more", v->file.path, names->left_out);
}

/* plug_all() - what only all lines together tell. */
static void plug_all(struct vmx *v)
{
	vmx_plug_nics(v);
	vmx_plug_serials(v);
	vmx_plug_parallel(v);
	vmx_plug_drives(v);
	vmx_plug_screen(v);
}

bool vmx_load(struct vm_config *config, const char *path, char *error)
{
	struct vmx *v = calloc(1, sizeof(*v));
	bool ok;

	if (!v) {
		snprintf(error, CONFIG_ERROR_SIZE, "there is no memory left");
		return false;
	}
	v->config = config;
	ok = vmxfile_read(&v->file, path, error);
	if (ok) {
		set_all(v);
		plug_all(v);
		ok = vmxfile_good(&v->file, error);
	}
	if (ok) {
		tell_names(v, &v->harmless, log_info,
			   "of VMware's have no effect here");
		tell_names(v, &v->unknown, log_warn,
			   "are unknown and have no effect");
	}
	vmxfile_free(&v->file);
	free(v);
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
