/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmx_parts.h - what the files that read a .vmx file share; nobody else's
 * business.
 *
 * vmx.c goes through the lines: vmxkeys.def says what each one is. A setting
 * that is used has a function, in the file of its kind of device, that is
 * called for each line of it; where a device's settings need each other, that
 * only checks, and vmx_plug_*() look at all of them (vmx_said()) at the end.
 */
#ifndef VMAPP_CONFIG_VMX_PARTS_H
#define VMAPP_CONFIG_VMX_PARTS_H

#include <stdbool.h>

#include "vmapp/config/vmx.h"
#include "vmapp/config/vmxfile.h"

#define VMX_CARDS 10u		/* VMware's: ethernet0 to ethernet9 */
#define VMX_SERIALS 2u		/* serial0 and serial1 */
#define VMX_NAMES 6000u
#define VMX_NAMES_LINE 600u	/* as the log has room for lines of 1 KiB */

/* What the lines say of a card, until all have been read. */
struct vmx_nic {
	bool present;
	bool custom;		/* its network is .vnet's */
	bool network_bad;	/* .connectionType or .vnet is: that is told */
	char kind[16];		/* "" or .connectionType, in our names */
	char vnet[16];		/* "" or .vnet: a network, in our names, or */
	bool iface;		/* an interface of the host */
	char mac[20];		/* "" or .address */
	char generated[20];	/* "" or .generatedAddress */
	bool static_mac;	/* .addressType: the first of them counts */
	struct nic_config card;	/* all else */
};

/* Names of settings, whole, as many as there is room for. */
struct vmx_names {
	char text[VMX_NAMES];
	unsigned int left_out;	/* for how many there is none */
};

/* A value that outlives its line, in a list that the configuration owns. */
struct vmx_text {
	struct vmx_text *next;
	char text[];
};

struct vmx {
	struct vm_config *config;
	struct vmx_file file;
	struct vmx_nic nic[CONFIG_NICS];
	/* present = "FALSE": what else is said of it does not count */
	bool no_nic[VMX_CARDS], no_serial[VMX_SERIALS];
	bool no_parallel;
	unsigned int line;	/* that an error is about, from 1 */
	struct vmx_names unknown, harmless;
};

/* One line, while it is read. */
struct setting {
	const char *key, *value;
	unsigned int n;		/* which card or port */
};

/* ---- vmx_value.c -------------------------------------------------------- */

/* vmx_bad() - a mistake at v->line. Return: false. */
bool vmx_bad(struct vmx *v, const char *key, const char *value,
	     const char *want);

/* vmx_bad_line() - a mistake at @l, which becomes v->line. Return: false. */
bool vmx_bad_line(struct vmx *v, const struct vmx_line *l, const char *want);

/* vmx_checked() - @error is what an option's own check has to say, if it is
 * bad. Return: @good */
bool vmx_checked(struct vmx *v, bool good, const char *error);

/* vmx_want() - @ok, or say what the value should have been. */
bool vmx_want(bool ok, struct vmx *v, const struct setting *s,
	      const char *what);

/* vmx_bool() - Return: is it TRUE or FALSE? then @out is set. */
bool vmx_bool(const char *value, bool *out);

/* vmx_keep_text() - a copy that lives as long as the configuration: the line
 * is gone soon. Return: false: that is told. */
bool vmx_keep_text(struct vmx *v, const char **where, const char *key,
		   const char *value);

/* vmx_keep_file() - vmx_keep_text() for a path: a relative one counts from the
 * .vmx file's folder. Return: false: that is told. */
bool vmx_keep_file(struct vmx *v, const char **where, const char *key,
		   const char *value);

/* vmx_said() - the last line of "@device.@word", or NULL. v->line becomes its
 * line. */
const struct vmx_line *vmx_said(struct vmx *v, const char *device,
				const char *word);

/* vmx_said_is() - was that the last word of it? @value: in any case */
bool vmx_said_is(struct vmx *v, const char *device, const char *word,
		 const char *value);

/* vmx_word_of() - what is behind "@device." in a key, or NULL. */
const char *vmx_word_of(const char *key, const char *device);

/* vmx_is_word() - is @word, in any case, the @name of a setting in
 * vmxkeys.def? */
bool vmx_is_word(const char *name, const char *word);

/* vmx_names_add() - or count it, if there is no room. */
void vmx_names_add(struct vmx_names *names, const char *key);

/* ---- at the end -------------------------------------------------------- */

void vmx_plug_nics(struct vmx *v);
void vmx_plug_serials(struct vmx *v);
void vmx_plug_parallel(struct vmx *v);
void vmx_plug_drives(struct vmx *v);
void vmx_plug_screen(struct vmx *v);

/* vmx_checked_later() - for settings that vmx_plug_*() look at. */
bool vmx_checked_later(struct vmx *v, const struct setting *s);

/* vmx_truth() - the same for those that are TRUE or FALSE; "" is as if they
 * were not said. */
bool vmx_truth(struct vmx *v, const struct setting *s);

/* ---- the functions of vmxkeys.def -------------------------------------- */

#define VMX_SETTER(set) bool set(struct vmx *v, const struct setting *s);
VMX_SETTER(machine_append) VMX_SETTER(machine_bios) VMX_SETTER(machine_boot)
VMX_SETTER(machine_cpus) VMX_SETTER(machine_guest) VMX_SETTER(machine_initrd)
VMX_SETTER(machine_sound)
VMX_SETTER(machine_kernel) VMX_SETTER(machine_memory) VMX_SETTER(machine_title)
VMX_SETTER(machine_usb) VMX_SETTER(machine_uuid) VMX_SETTER(nic_address)
VMX_SETTER(nic_address_type) VMX_SETTER(nic_bootfile) VMX_SETTER(nic_connected)
VMX_SETTER(nic_device) VMX_SETTER(nic_forged) VMX_SETTER(nic_forward)
VMX_SETTER(nic_generated) VMX_SETTER(nic_kind) VMX_SETTER(nic_limit)
VMX_SETTER(nic_conditions) VMX_SETTER(nic_loopback) VMX_SETTER(nic_loss)
VMX_SETTER(nic_pcap) VMX_SETTER(nic_present) VMX_SETTER(nic_tftp)
VMX_SETTER(nic_vnet)
#undef VMX_SETTER

#endif
