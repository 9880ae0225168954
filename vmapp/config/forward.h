/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward.h - ports of the host that lead into a guest: what the user writes
 * for them, and whether it can work.
 *
 * It is vmnet-nat that opens them, far from the user's terminal. So they are
 * tried here first, where there is somebody to tell.
 */
#ifndef VMAPP_CONFIG_FORWARD_H
#define VMAPP_CONFIG_FORWARD_H

#include "vmapp/config/options.h"

/**
 * forward_parse() - "tcp:2222:22", "udp:0.0.0.0:53:5353"
 * @text: PROTOCOL:[ADDRESS:]PORT:GUESTPORT; without an address: 127.0.0.1
 * @f: filled in
 * @error: receives one sentence, CONFIG_ERROR_SIZE bytes
 *
 * Return: is it one?
 */
bool forward_parse(const char *text, struct vmnet_forward *f, char *error);

/* What forward_text() fills. */
#define FORWARD_TEXT_SIZE 48

/* forward_text() - as forward_parse() reads it, with its address. */
void forward_text(const struct vmnet_forward *f, char text[FORWARD_TEXT_SIZE]);

/**
 * forward_add() - add a forward to a card
 * @f: copied
 * @error: receives one sentence, CONFIG_ERROR_SIZE bytes
 *
 * Return: false if there is no room, or the card has that port already.
 */
bool forward_add(struct nic_config *nic, const struct vmnet_forward *f,
		 char *error);

/**
 * forward_check() - can the ports of all cards be opened now?
 * @error: receives one sentence
 *
 * #syscalls socket setsockopt bind listen close
 */
bool forward_check(const struct vm_config *config, char *error);

#endif
