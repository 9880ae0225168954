/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - what the user asked for: the command line of `hostel run`, as
 * options.def has it.
 *
 * 1. Parsing touches nothing but its arguments: no file is opened here.
 * 2. An error is one sentence that says what to do.
 */
#ifndef VMAPP_CONFIG_OPTIONS_H
#define VMAPP_CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/manual.h"
#include "machine/state.h"
#include "screen/client/display.h"
#include "vmapp/config/drives.h"
#include "vmdriver/options.h"
#include "vmnet/client/client.h"

/* A machine's name. */
#define OPTIONS_NAME_MAX 64
#define OPTIONS_NAME_CHARS "abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

#define CONFIG_NICS 4
#define CONFIG_ERROR_SIZE 256

/* What a line of bytes is plugged into. */
enum plug_kind { PLUG_NONE, PLUG_STDIO, PLUG_PTY, PLUG_FILE, PLUG_DEVICE,
		 PLUG_UNIX, PLUG_TCP, PLUG_TELNET };

struct plug {
	enum plug_kind kind;
	const char *file;	/* FILE, UNIX: its path */
	uint16_t port;		/* TCP, TELNET: of 127.0.0.1; 0: any */
};

/* One virtual Ethernet card. */
struct nic_config {
	char network[32];	/* what vmnet_client_open() takes; "": none */
	uint8_t mac[6];
	bool mac_given;		/* else it is made of the identity */
	bool any_mac;		/* the guest may send from other addresses */
	bool cable_out;		/* it is not plugged in at first */
	struct vmnet_conditions in, out;	/* of its link */
	struct vmnet_wishes wishes;	/* nat only */
	char tftp[512];		/* the folder for TFTP; "": none */
	char pcap[512];		/* where its frames are written; "": nowhere */
};

struct vm_config {
	uint64_t memory;	/* bytes */
	struct vmm_options options;	/* those that the VMM acts on, too */
	const char *kernel, *initrd, *append;	/* NULL: not given */
	const char *bios;	/* another firmware's path, or NULL */
	char boot_order[5];	/* each letter of "acdn" once at most */
	bool boot_menu;
	const char *name;	/* of the machine, or NULL */
	bool name_is_title;	/* it is the .vmx file's displayName */
	const char *vmx_display; /* what --display takes, of that; or NULL */
	const char *uuid;	/* the .vmx file's uuid.bios, or NULL */
	uint64_t identity;	/* see identity.h */
	struct nic_config nic[CONFIG_NICS];
	unsigned int nic_count;
	bool nics_given;	/* --net was used: the .vmx's cards are off */
	struct plug plug[PC_LINES];	/* into its chip */
	bool serial_chosen;	/* somebody said what COM1 is plugged into */
	struct display display;
	const char *display_text;	/* what was said of it */
	unsigned int serials_given;	/* times that --serial was */
	struct drive_config drive[CONFIG_DRIVES]; /* by enum drive_place */
	uint32_t drives_given;	/* bits: kinds that the command line has */
	bool snapshot;		/* no image is changed */
	bool no_reboot;
	bool engine_given;	/* --cpu was used: that engine, or none */
	const char *report;	/* path, or NULL */
	const char *dump;	/* path, or NULL */
	const char *vmx;	/* path, or NULL */
	struct vmx_text *texts;	/* of that file: see vmx_unload() */
	bool help;		/* --help was given */
};

/* config_defaults() - a machine with 256 MiB and one card on NAT. */
void config_defaults(struct vm_config *config);

/**
 * options_parse() - read the words behind `hostel run`
 * @config: defaults, changed by what is given; keeps pointers into @argv
 * @argc, @argv: the words, without "hostel run"
 * @error: receives one sentence, CONFIG_ERROR_SIZE bytes
 *
 * Of a .vmx file it keeps the name. Whoever reads the file (vmx_load()) parses
 * these words once more, for they override it.
 *
 * Return: true, or false with @error set.
 */
bool options_parse(struct vm_config *config, int argc, char **argv,
		   char *error);

/* options_check() - what only all options together can get wrong. Return:
 * false with @error set. */
bool options_check(const struct vm_config *config, char *error);

/**
 * options_settle() - who has the terminal: the screen, COM1, or nobody?
 * @terminal: standard input and output are one
 *
 * If nothing was said, a machine with a screen shows it there, unless COM1 was
 * to have it; one that boots by --kernel has COM1 there.
 *
 * Return: false with @error set.
 */
bool options_settle(struct vm_config *config, bool terminal, char *error);

/* options_background() - after options_settle(): can the machine run without
 * the terminal? Return: false with @error set. */
bool options_background(const struct vm_config *config, char *error);

/* terminal_in_background() - is standard input our terminal, and does another
 * job have it now? Then the kernel stops us if we change its mode or read. */
bool terminal_in_background(void);

/* options_memory() - "256M", "1G", bytes; Return: false if it is no size. */
bool options_memory(const char *text, uint64_t *bytes, char *error);

/* options_net() - "nat", "hostonly,mac=..": adds a card; "none": takes all
 * away that were given before. */
bool options_net(struct vm_config *config, const char *text, char *error);

/* options_condition() - one of its words for the card's link, "in.delay=5ms".
 * Return: false: it is none, or makes no sense. @error: CONFIG_ERROR_SIZE */
bool options_condition(struct nic_config *nic, const char *word, char *error);

/* options_serial() - "pty", "tcp:127.0.0.1:4555": one KIND of --serial. @plug:
 * keeps a pointer into @text */
bool options_serial(struct plug *plug, const char *text, char *error);

/* options_mac() - "00:50:56:01:02:03"; Return: false if it is no unicast
 * address. */
bool options_mac(const char *text, uint8_t mac[6]);

/* `hostel run --help`, and its man page, made of options.def and vmxkeys.def
 * (see runmanual.c). */
extern const struct manual run_manual;

#endif
