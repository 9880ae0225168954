/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.c - who has the terminal, the screen or COM1: options_settle(); or
 * another job: options_background(). */
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "machine/pc.h"
#include "vmapp/config/options.h"

#define FAIL(...) \
	(snprintf(error, CONFIG_ERROR_SIZE, __VA_ARGS__), false)

/* stdio_line() - which port is plugged into the terminal? PC_LINES: none */
static unsigned int stdio_line(const struct vm_config *config)
{
	unsigned int i;

	for (i = 0; i < PC_LINES && config->plug[i].kind != PLUG_STDIO; i++)
		;
	return i;
}

static bool wants_stdio(const struct vm_config *config)
{
	return stdio_line(config) < PC_LINES;
}

/* take_vmx_display() - what the .vmx file said of it, if nobody else did. */
static bool take_vmx_display(struct vm_config *config, char *error)
{
	char why[DISPLAY_ERROR];

	if (config->display.kind != DISPLAY_DEFAULT || !config->vmx_display)
		return true;
	config->display_text = config->vmx_display;
	return display_parse(config->vmx_display, &config->display, why) ||
	       FAIL("%.100s: RemoteDisplay.vnc: %.120s", config->vmx, why);
}

bool options_settle(struct vm_config *config, bool terminal, char *error)
{
	struct plug *com1 = &config->plug[LINE_COM1];
	bool default_com1 = com1->kind == PLUG_STDIO && !config->serial_chosen;

	if (!take_vmx_display(config, error))
		return false;
	if (config->display.kind == DISPLAY_DEFAULT)
		config->display.kind =
			terminal && !config->kernel &&
					(default_com1 || !wants_stdio(config)) ?
				DISPLAY_TEXT :
				DISPLAY_NONE;
	if (config->display.kind != DISPLAY_TEXT)
		return true;
	config->display_text = "text";
	if (!terminal)
		return FAIL("--display text wants a terminal as standard input "
			    "and output; use vnc, web or none");
	if (default_com1)
		com1->kind = PLUG_NONE;
	if (wants_stdio(config))
		return FAIL("--display text and a port that is stdio can not "
			    "both have this terminal; use --serial pty, or "
			    "another --display");
	return true;
}

bool options_background(const struct vm_config *config, char *error)
{
	if (config->display.kind == DISPLAY_TEXT)
		return FAIL("the screen is shown in this terminal, which "
			    "another job has; use --display vnc, web or none");
	if (wants_stdio(config))
		return FAIL("%s is this terminal, which another job has; use "
			    "--serial none, pty or unix:PATH",
			    pc_line_names[stdio_line(config)]);
	return true;
}

bool terminal_in_background(void)
{
	pid_t front = tcgetpgrp(STDIN_FILENO);

	return front >= 0 && front != getpgrp();
}
