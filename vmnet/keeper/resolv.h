/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolv.h - the host's name servers, for a process that can open no file.
 *
 * vmnetd, the keeper, reads /etc/resolv.conf and writes what it found into a
 * page of shared memory; each NAT has that mapped, for reading only. So a
 * host that changes its network is followed, and the NAT asks for nothing.
 *
 * The page is written by one process; a reader that meets a write reads again.
 */
#ifndef VMNET_RESOLV_H
#define VMNET_RESOLV_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#define RESOLV_SERVERS	3u	/* as many as libc uses: resolv.conf(5) */
#define RESOLV_FILE	"/etc/resolv.conf"

struct resolv_server {
	uint16_t family;	/* AF_INET or AF_INET6 */
	uint16_t zero;
	uint32_t scope;		/* AF_INET6: an interface's index, or 0 */
	uint8_t addr[16];	/* as on the wire; AF_INET: the first four */
};

struct resolv {
	uint32_t count;		/* 0: the host names none */
	struct resolv_server server[RESOLV_SERVERS];
};

struct resolv_page {
	_Atomic uint32_t turn;	/* odd: it is being written */
	struct resolv now;
};

/* ---- the writer -------------------------------------------------------- */

struct resolv_keeper {
	const char *file;
	struct resolv_page *page;
	int fd;			/* for readers; or -1 */
	struct stat seen;	/* the file as it was last read */
};

/**
 * resolv_parse() - read what is in a resolv.conf
 * @text: ended by NUL
 * @r: filled in; the first RESOLV_SERVERS lines of "nameserver" count
 */
void resolv_parse(const char *text, struct resolv *r);

/**
 * resolv_open() - make the page and read the file
 * @k: filled in
 * @dir: a folder of ours, where a file is made and removed at once
 * @file: RESOLV_FILE, or another one of that form
 *
 * Return: 0 or -errno.
 * #syscalls openat unlink ftruncate mmap read
 */
int resolv_open(struct resolv_keeper *k, const char *dir, const char *file);

/* resolv_refresh() - read the file again if it is another one than it was.
 * #syscalls stat openat read close */
void resolv_refresh(struct resolv_keeper *k);

/* ---- readers ----------------------------------------------------------- */

/* resolv_map() - the page behind a descriptor, which is closed; NULL: none.
 * #syscalls mmap close */
const struct resolv_page *resolv_map(int fd);

/* resolv_get() - what it says now; checked. @page: may be NULL: none */
void resolv_get(const struct resolv_page *page, struct resolv *r);

#endif
