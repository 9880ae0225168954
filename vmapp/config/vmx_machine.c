/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx_machine.c - what a .vmx file says of the machine itself: see
 * vmx_parts.h. */
#include "vmapp/config/vmx_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/log.h"

bool machine_memory(struct vmx *v, const struct setting *s)
{
	const char *value = s->value;
	char text[40], error[CONFIG_ERROR_SIZE];

	if (!*value || value[strspn(value, "0123456789")])
		return vmx_bad(v, s->key, value,
			       "write megabytes, for example 256");
	snprintf(text, sizeof(text), "%.30sM", value);
	return vmx_checked(v, options_memory(text, &v->config->memory, error),
			   error);
}

bool machine_kernel(struct vmx *v, const struct setting *s)
{
	return vmx_keep_file(v, &v->config->kernel, s->key, s->value);
}

bool machine_initrd(struct vmx *v, const struct setting *s)
{
	return vmx_keep_file(v, &v->config->initrd, s->key, s->value);
}

bool machine_append(struct vmx *v, const struct setting *s)
{
	return vmx_keep_text(v, &v->config->append, s->key, s->value);
}

bool machine_uuid(struct vmx *v, const struct setting *s)
{
	return !*s->value ||
	       vmx_keep_text(v, &v->config->uuid, s->key, s->value);
}

bool machine_bios(struct vmx *v, const struct setting *s)
{
	return !*s->value ||
	       vmx_keep_file(v, &v->config->bios, s->key, s->value);
}

/* machine_title() - displayName: what the machine is called, in the characters
 * that a name has. It is no part of the identity: two copies of a file, each
 * with its own uuid.bios, are two machines. */
bool machine_title(struct vmx *v, const struct setting *s)
{
	char name[OPTIONS_NAME_MAX + 1];
	size_t n = 0, i;

	for (i = 0; s->value[i] && n < OPTIONS_NAME_MAX; i++)
		if (strchr(OPTIONS_NAME_CHARS, s->value[i]))
			name[n++] = s->value[i];
		else if (n && name[n - 1] != '-')
			name[n++] = '-';
	while (n && name[n - 1] == '-')
		n--;
	name[n] = '\0';
	v->config->name_is_title = n > 0;
	return !n || vmx_keep_text(v, &v->config->name, s->key, name);
}

/* machine_cpus() - more than one is no reason not to run. */
bool machine_cpus(struct vmx *v, const struct setting *s)
{
	const char *value = s->value;

	if (!*value || value[strspn(value, "0123456789")] || !atoi(value))
		return vmx_bad(v, s->key, value, "write a number");
	if (strcmp(value, "1") != 0)
		log_warn("%.200s:%u: %s is \"%s\", but the machine has one "
			 "processor",
			 v->file.path, v->line, s->key, value);
	return true;
}

/* machine_guest() - it is a hint only; but nothing for 64 bits will boot. */
bool machine_guest(struct vmx *v, const struct setting *s)
{
	if (strstr(s->value, "64"))
		log_warn("%.200s:%u: %s is \"%.60s\", but the machine has 32 "
			 "bits; install a 32-bit system",
			 v->file.path, v->line, s->key, s->value);
	return true;
}

/* machine_sound() - VMware's programs put it into most files: so that there is
 * none is told, and no reason not to run. */
bool machine_sound(struct vmx *v, const struct setting *s)
{
	bool on = false;

	if (!vmx_bool(s->value, &on))
		return vmx_bad(v, s->key, s->value, "use TRUE or FALSE");
	if (on)
		log_warn("%.200s:%u: %s is \"%.60s\", but the machine has no "
			 "sound card",
			 v->file.path, v->line, s->key, s->value);
	return true;
}

/* machine_usb() - is that device there? VMware writes into every file what its
 * virtual mouse (hid, mouse), its hubs and Fusion's camera (video) are, at the
 * first power-on: nobody has asked for them, and no guest needs them here. */
bool machine_usb(struct vmx *v, const struct setting *s)
{
	static const char *const own[] = { "hid", "mouse", "hub", "video" };
	char device[32];
	size_t i;

	snprintf(device, sizeof(device), "%.*s",
		 (int)(strrchr(s->key, '.') - s->key), s->key);
	if (vmx_said_is(v, device, "present", "FALSE") || !*s->value)
		return true;
	for (i = 0; i < ARRAY_SIZE(own); i++)
		if (vmx_said_is(v, device, "deviceType", own[i])) {
			vmx_names_add(&v->harmless, s->key);
			return true;
		}
	return vmx_bad(v, s->key, s->value,
		       "there is no USB; leave the device out");
}

/* boot_letter() - of --boot, for a device of bios.bootOrder; 0: none. */
static char boot_letter(const char *word)
{
	static const struct { const char *word; char letter; } rows[] = {
		{ "floppy", 'a' }, { "fd", 'a' }, { "hdd", 'c' }, { "hd", 'c' },
		{ "cdrom", 'd' }, { "cd", 'd' }, { "net", 'n' },
		{ "ethernet#", 'n' },
	};
	const char *hash;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		hash = strchr(rows[i].word, '#');
		n = hash ? (size_t)(hash - rows[i].word) : strlen(word);
		if (!strncasecmp(word, rows[i].word, n) &&
		    (hash ? word[n] >= '0' && word[n] <= '9' && !word[n + 1] :
			    n == strlen(rows[i].word)))
			return rows[i].letter;
	}
	return 0;
}

/* boot_add() - once. */
static void boot_add(char order[5], char letter)
{
	size_t n = strlen(order);

	if (!strchr(order, letter)) {
		order[n] = letter;
		order[n + 1] = '\0';
	}
}

/* machine_boot() - bios.bootOrder: what it does not name comes after that, in
 * the order that there was. */
bool machine_boot(struct vmx *v, const struct setting *s)
{
	char copy[200], order[5] = "", *rest = copy, *word, letter;
	const char *left = v->config->boot_order;

	snprintf(copy, sizeof(copy), "%s", s->value);
	if (!strncasecmp(copy, "allow:", 6))
		rest += 6;
	while ((word = strsep(&rest, ",; "))) {
		if (!*word)
			continue;
		letter = boot_letter(word);
		if (!letter)
			return vmx_bad(v, s->key, s->value,
				       "use some of floppy, hdd, cdrom and "
				       "ethernet0, with commas");
		boot_add(order, letter);
	}
	for (; *left; left++)
		boot_add(order, *left);
	strcpy(v->config->boot_order, order);
	return true;
}

/* ---- the screen -------------------------------------------------------- */

#define VNC "RemoteDisplay.vnc"

void vmx_plug_screen(struct vmx *v)
{
	const struct vmx_line *port = vmx_said(v, VNC, "port");
	const struct vmx_line *ip = vmx_said(v, VNC, "ip");
	const struct vmx_line *on = vmx_said(v, VNC, "enabled");
	char text[80];
	bool enabled = false;

	if (!on)
		return;
	if (!vmx_bool(on->value, &enabled)) {
		vmx_bad(v, on->key, on->value, "use TRUE or FALSE");
		return;
	}
	if (!enabled)
		return;
	if (port && (!*port->value || strlen(port->value) > 5 ||
		     port->value[strspn(port->value, "0123456789")] ||
		     atoi(port->value) < 1 || atoi(port->value) > 65535)) {
		v->line = port->number;
		vmx_bad(v, port->key, port->value,
			"write a port, for example 5901");
		return;
	}
	snprintf(text, sizeof(text), "vnc%s%.40s%s%s",
		 ip && *ip->value ? ":" : "", ip ? ip->value : "",
		 port ? ":" : "", port ? port->value : "");
	vmx_keep_text(v, &v->config->vmx_display, on->key, text);
}
