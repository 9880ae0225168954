/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx_port.c - serial0, serial1 and parallel0 of a .vmx file: see
 * vmx_parts.h. */
#include "vmapp/config/vmx_parts.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "machine/pc.h"

/* What the lines say of a port: each NULL or the last one. */
struct port {
	const char *device;	/* "serial0" */
	const struct vmx_line *present, *type, *file;
	struct plug *plug;
};

/* port_needs() - another setting: "it needs serial0.fileName" */
static bool port_needs(struct vmx *v, const struct port *p,
		       const struct vmx_line *l, const char *word)
{
	char want[64];

	snprintf(want, sizeof(want), "it needs %s.%s", p->device, word);
	return vmx_bad_line(v, l, want);
}

/* port_chosen() - it is said what the port is plugged into: as by --serial, a
 * screen does not take COM1's terminal away. */
static void port_chosen(struct vmx *v, const struct port *p)
{
	v->config->serial_chosen |= p->plug == &v->config->plug[LINE_COM1];
}

/* port_file() - the type @kind, which has a name. */
static bool port_file(struct vmx *v, const struct port *p, enum plug_kind kind)
{
	if (!p->file)
		return port_needs(v, p, p->type, "fileName");
	v->line = p->file->number;
	p->plug->kind = kind;
	return vmx_keep_file(v, &p->plug->file, p->file->key, p->file->value);
}

static bool port_printer(struct vmx *v, const struct port *p)
{
	(void)v, (void)p;
	return true;		/* VMware's virtual printer: no cable */
}

static bool port_plain_file(struct vmx *v, const struct port *p)
{
	return port_file(v, p, PLUG_FILE);
}

/* port_own() - pty and stdio, which VMware has not got. */
static bool port_own(struct vmx *v, const struct port *p)
{
	if (p->file)
		return port_needs(v, p, p->file, "fileType = \"file\"");
	p->plug->kind = strcasecmp(p->type->value, "pty") ? PLUG_STDIO :
							    PLUG_PTY;
	return true;
}

/* port_serves() - is it this end that the other one connects to? */
static bool port_serves(struct vmx *v, const struct port *p, const char *word)
{
	const struct vmx_line *end = vmx_said(v, p->device, word);

	return !end || !strcasecmp(end->value, "server") ||
	       vmx_bad_line(
		       v, end,
		       "only server is there: others connect to this machine");
}

static bool port_pipe(struct vmx *v, const struct port *p)
{
	if (p->file && p->file->value[0] == '\\')
		return vmx_bad_line(
			v, p->file,
			"that is a pipe of Windows; name a file, which "
			"becomes a Unix socket");
	return port_serves(v, p, "pipe.endPoint") && port_file(v, p, PLUG_UNIX);
}

/* port_network() - "telnet://127.0.0.1:4555" */
static bool port_network(struct vmx *v, const struct port *p)
{
	static const char *const kinds[] = { "telnet", "tcp" };
	char text[100], error[CONFIG_ERROR_SIZE];
	const char *at;
	size_t i;

	if (!p->file)
		return port_needs(v, p, p->type, "fileName");
	if (!port_serves(v, p, "network.endPoint"))
		return false;
	at = strstr(p->file->value, "://");
	for (i = 0; at && i < ARRAY_SIZE(kinds); i++)
		if (!strncasecmp(p->file->value, kinds[i],
				 (size_t)(at - p->file->value)) &&
		    strlen(kinds[i]) == (size_t)(at - p->file->value)) {
			snprintf(text, sizeof(text), "%s:%.60s", kinds[i],
				 at + 3);
			return options_serial(p->plug, text, error) ||
			       vmx_bad_line(v, p->file,
					    "it is for this host only; write "
					    "telnet://127.0.0.1:4555");
		}
	return vmx_bad_line(v, p->file,
			    "write for example "
			    "telnet://127.0.0.1:4555");
}

/* port_device() - a serial port of the host's. */
static bool port_device(struct vmx *v, const struct port *p)
{
	/* Without a name, or as "auto detect", VMware takes any. */
	if (!p->file || p->file->value[0] != '/')
		return vmx_bad_line(v, p->file ? p->file : p->type,
				    "name the host's port, as "
				    "fileName = \"/dev/ttyS0\", or say "
				    "startConnected = \"FALSE\"");
	return port_file(v, p, PLUG_DEVICE);
}

static const struct {
	const char *name;
	bool (*plug)(struct vmx *v, const struct port *p);
} types[] = {
	{ "file", port_plain_file }, { "pipe", port_pipe },
	{ "network", port_network }, { "device", port_device },
	{ "pty", port_own }, { "stdio", port_own },
	{ "thinprint", port_printer },
};

/* port_here() - is there one, and is it connected? What is bad is told. */
static bool port_here(struct vmx *v, const struct port *p)
{
	bool here = true;

	if (p->present && !vmx_bool(p->present->value, &here))
		return vmx_bad_line(v, p->present, "use TRUE or FALSE");
	if (here && !vmx_said_is(v, p->device, "startConnected", "FALSE"))
		return true;
	p->plug->kind = PLUG_NONE;
	port_chosen(v, p);
	return false;
}

static bool plug_serial(struct vmx *v, const struct port *p)
{
	size_t i;

	if (!port_here(v, p) || (!p->type && !p->file))
		return true;
	if (p->file && !*p->file->value &&
	    (!p->type || strcasecmp(p->type->value, "device") != 0))
		return vmx_bad_line(v, p->file, "name a file");
	if (!p->type)
		return port_needs(v, p, p->file, "fileType = \"file\"");
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcasecmp(p->type->value, types[i].name)) {
			if (types[i].plug != port_printer)
				port_chosen(v, p);
			return types[i].plug(v, p);
		}
	return vmx_bad_line(v, p->type,
			    "use file, pipe, device, network, pty or "
			    "stdio");
}

void vmx_plug_serials(struct vmx *v)
{
	static const char *const names[VMX_SERIALS] = { "serial0", "serial1" };
	struct port p;
	unsigned int n;

	for (n = 0; n < VMX_SERIALS; n++) {
		p = (struct port){
			.device = names[n],
			.present = vmx_said(v, names[n], "present"),
			.type = vmx_said(v, names[n], "fileType"),
			.file = vmx_said(v, names[n], "fileName"),
			.plug = &v->config->plug[pc_line_find("serial_port",
							      n)],
		};
		plug_serial(v, &p);
	}
}

void vmx_plug_parallel(struct vmx *v)
{
	struct port p = {
		.device = "parallel0",
		.present = vmx_said(v, "parallel0", "present"),
		.type = vmx_said(v, "parallel0", "fileType"),
		.file = vmx_said(v, "parallel0", "fileName"),
		.plug = &v->config->plug[LINE_LPT1],
	};

	if (!port_here(v, &p))
		return;
	if (p.type && strcasecmp(p.type->value, "file") != 0)
		vmx_bad_line(v, p.type,
			     "use file, or startConnected = \"FALSE\"");
	else if (p.file)
		port_file(v, &p, PLUG_FILE);
}
