/* SPDX-License-Identifier: BSD-2-Clause */
/* networking.c - the networks there are, and their file: see networking.h. */
#include "vmnet/proto/networking.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"

#define WORDS	8u	/* of a line; those behind them are left alone */
#define WORD	64u	/* longest, with its NUL */
#define NETMASK	0xffffff00u

const char *const net_kind_names[] = {
	[NET_PRIVATE] = "private", [NET_HOSTONLY] = "hostonly",
	[NET_NAT] = "nat", [NET_BRIDGED] = "bridged",
};

/* What is read so far. */
struct reading {
	struct networking *n;
	unsigned int line, mistakes;
	char word[WORDS][WORD];
	unsigned int words;
	bool nat[NETWORKS], dhcp_said[NETWORKS];
	unsigned int bridge_line[NETWORKS];
	unsigned int fixed_line[NETWORKING_FIXED];
	unsigned int forward_line[NETWORKING_FORWARDS];
	char *errors;
	size_t errors_len;
};

/* ---- what is wrong ----------------------------------------------------- */

static void PRINTF_LIKE(3, 4)
	mistake(struct reading *r, unsigned int line, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->mistakes++;
	n = snprintf(r->errors + r->errors_len,
		     NETWORKING_ERRORS - r->errors_len, "line %u: %s\n", line,
		     text);
	if (n > 0 && (size_t)n < NETWORKING_ERRORS - r->errors_len)
		r->errors_len += (size_t)n;
	else			/* no half of a line */
		r->errors[r->errors_len] = '\0';
}

/* ---- words ------------------------------------------------------------- */

/* read_number() - Return: is it one, of up to three digits, and in @value? */
static bool read_number(const char *s, unsigned int most, unsigned int *value)
{
	size_t len = strspn(s, "0123456789");

	if (!len || len > 5 || s[len])
		return false;
	*value = (unsigned int)atoi(s);
	return *value <= most;
}

static bool read_net(struct reading *r, const char *s, unsigned int *number)
{
	if (read_number(s, NETWORKS - 1, number))
		return true;
	mistake(r, r->line, "'%s' is no network's number, 0 to 254", s);
	return false;
}

static bool read_address(const char *s, uint32_t *address)
{
	struct in_addr a;

	if (inet_pton(AF_INET, s, &a) != 1)
		return false;
	*address = ntohl(a.s_addr);
	return true;
}

/* read_mac() - of a card: no group, not zero */
static bool read_mac(struct reading *r, const char *s, uint8_t mac[6])
{
	static const uint8_t nothing[6];
	int used = 0;

	if (sscanf(s, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", mac, mac + 1,
		   mac + 2, mac + 3, mac + 4, mac + 5, &used) == 6 &&
	    used == 17 && !s[17] && !(mac[0] & 1) && memcmp(mac, nothing, 6))
		return true;
	mistake(r, r->line, "'%s' is no card's address", s);
	return false;
}

static bool read_yes(struct reading *r, const char *s, bool *yes)
{
	if (strcmp(s, "yes") && strcmp(s, "no")) {
		mistake(r, r->line, "'%s' is neither yes nor no", s);
		return false;
	}
	*yes = !strcmp(s, "yes");
	return true;
}

/* ---- answer VNET_N_KEY VALUE ------------------------------------------- */

static void take_subnet(struct reading *r, struct network *net,
			const char *value)
{
	uint32_t a;

	if (!read_address(value, &a))
		mistake(r, r->line, "'%s' is no IPv4 address", value);
	else if ((a & ~NETMASK) || a >> 24 == 0 || a >> 24 == 127 ||
		 a >> 24 >= 224)
		mistake(r, r->line,
			"%s is no subnet that machines can have; "
			"for example 192.168.8.0",
			value);
	else
		net->subnet = a;
}

static void take_netmask(struct reading *r, const char *value)
{
	uint32_t a;

	if (!read_address(value, &a) || a != NETMASK)
		mistake(r, r->line,
			"the netmask '%s' is not 255.255.255.0, "
			"which each network has",
			value);
}

/* line_ignored() - VMware's own notes, which mean nothing here */
static bool line_ignored(const char *key)
{
	static const char *const begins[] = {
		"DHCP_CFG_HASH", "DHCP_PARAM", "NAT_PARAM", "DISPLAY_NAME",
		"VIRTUAL_ADAPTER_ADDR", "IPV6", "HIDDEN", "NAME", "MTU",
		"INTERFACE", "USE_",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(begins); i++)
		if (!strncmp(key, begins[i], strlen(begins[i])))
			return true;
	return false;
}

/* split_key() - "VNET_8_NAT". Return: "NAT"; NULL: it is no such word */
static const char *split_key(struct reading *r, const char *word,
			     unsigned int *number)
{
	char digits[WORD];
	const char *key;

	if (!strncmp(word, "VNET_", 5)) {
		key = strchr(word + 5, '_');
		if (key) {
			snprintf(digits, sizeof(digits), "%.*s",
				 (int)(key - word - 5), word + 5);
			return read_net(r, digits, number) ? key + 1 : NULL;
		}
	}
	mistake(r, r->line,
		"'%s' is not VNET_, a number, and a key, as in "
		"VNET_8_NAT",
		word);
	return NULL;
}

static void take_answer(struct reading *r)
{
	const char *value = r->word[2], *key;
	struct network *net;
	unsigned int number;

	key = split_key(r, r->word[1], &number);
	if (!key)
		return;
	net = &r->n->net[number];
	net->given = true;
	if (!strcmp(key, "NAT"))
		read_yes(r, value, &r->nat[number]);
	else if (!strcmp(key, "DHCP"))
		r->dhcp_said[number] |= read_yes(r, value, &net->dhcp);
	else if (!strcmp(key, "VIRTUAL_ADAPTER"))
		read_yes(r, value, &net->adapter);
	else if (!strcmp(key, "HOSTONLY_SUBNET"))
		take_subnet(r, net, value);
	else if (!strcmp(key, "HOSTONLY_NETMASK"))
		take_netmask(r, value);
	else if (!line_ignored(key))
		mistake(r, r->line,
			"there is no key '%s'; those there are: "
			"NAT, DHCP, VIRTUAL_ADAPTER, "
			"HOSTONLY_SUBNET, HOSTONLY_NETMASK",
			key);
}

/* gives_addresses() - does network @number, as it is built in? */
static bool gives_addresses(unsigned int number)
{
	return number == HOSTONLY_NUMBER || number == NAT_NUMBER;
}

static void take_remove_answer(struct reading *r)
{
	struct network *net;
	unsigned int number;
	const char *key = split_key(r, r->word[1], &number);

	if (!key)
		return;
	net = &r->n->net[number];
	if (!strcmp(key, "NAT"))
		r->nat[number] = number == NAT_NUMBER;
	else if (!strcmp(key, "DHCP"))
		r->dhcp_said[number] = net->dhcp = gives_addresses(number);
	else if (!strcmp(key, "VIRTUAL_ADAPTER"))
		net->adapter = gives_addresses(number);
	else if (!strcmp(key, "HOSTONLY_SUBNET"))
		net->subnet = networking_subnet(number);
}

/* ---- the other lines --------------------------------------------------- */

static void take_bridge(struct reading *r)
{
	const char *iface = r->word[1];
	unsigned int number, i;

	if (!proto_iface_ok(iface)) {
		mistake(r, r->line, "'%s' is no interface's name", iface);
		return;
	}
	if (!read_net(r, r->word[2], &number))
		return;
	for (i = 0; i < NETWORKS; i++)	/* it is in one network only */
		if (!strcmp(r->n->net[i].iface, iface))
			*r->n->net[i].iface = '\0';
	strcpy(r->n->net[number].iface, iface);	/* it fits: it is one */
	r->n->net[number].given = true;
	r->bridge_line[number] = r->line;
}

static void take_remove_bridge(struct reading *r)
{
	unsigned int i;

	for (i = 0; i < NETWORKS; i++)
		if (!strcmp(r->n->net[i].iface, r->word[1]))
			*r->n->net[i].iface = '\0';
}

/* drop_fixed() - a card's on a network, if there is one */
static void drop_fixed(struct reading *r, unsigned int network,
		       const uint8_t mac[6])
{
	struct networking *n = r->n;
	unsigned int i, k = 0;

	for (i = 0; i < n->fixed_count; i++) {
		if (n->fixed[i].network == network &&
		    !memcmp(n->fixed[i].mac, mac, 6))
			continue;
		n->fixed[k] = n->fixed[i];
		r->fixed_line[k++] = r->fixed_line[i];
	}
	n->fixed_count = k;
}

/* read_host() - an address, whose subnet is looked at in the end: for now it
 * is the network's, as far as it is known. */
static bool read_host(struct reading *r, const char *s, uint32_t *address)
{
	if (read_address(s, address))
		return true;
	mistake(r, r->line, "'%s' is no IPv4 address", s);
	return false;
}

/* in_subnet() - is it an address of a machine of that network? Else say so. */
static bool in_subnet(struct reading *r, unsigned int number, uint32_t address)
{
	const struct network *net = &r->n->net[number];
	unsigned int host = address & ~NETMASK;

	if ((address & NETMASK) == net->subnet && host > 3 && host < 254)
		return true;
	mistake(r, r->line,
		"%u.%u.%u.%u is no machine's address on vmnet%u, whose subnet "
		"is %u.%u.%u.0 so far: its last part is 4 to 253",
		address >> 24, address >> 16 & 255, address >> 8 & 255, host,
		number, net->subnet >> 24, net->subnet >> 16 & 255,
		net->subnet >> 8 & 255);
	return false;
}

static void take_fixed(struct reading *r)
{
	struct networking *n = r->n;
	struct network_fixed *f;
	unsigned int number;
	uint8_t mac[6];
	uint32_t ip;

	if (!read_net(r, r->word[1], &number) ||
	    !read_mac(r, r->word[2], mac) || !read_host(r, r->word[3], &ip) ||
	    !in_subnet(r, number, ip))
		return;
	drop_fixed(r, number, mac);
	if (networking_kept(n, number, (uint8_t)ip)) {
		mistake(r, r->line, "%s is kept for another card already",
			r->word[3]);
		return;
	}
	if (n->fixed_count == NETWORKING_FIXED) {
		mistake(r, r->line, "more than %u addresses are kept",
			NETWORKING_FIXED);
		return;
	}
	r->fixed_line[n->fixed_count] = r->line;
	f = &n->fixed[n->fixed_count++];
	f->network = (uint8_t)number;
	f->host = (uint8_t)ip;
	memcpy(f->mac, mac, sizeof(f->mac));
	n->net[number].given = true;
}

static void take_remove_fixed(struct reading *r)
{
	unsigned int number;
	uint8_t mac[6];

	if (read_net(r, r->word[1], &number) && read_mac(r, r->word[2], mac))
		drop_fixed(r, number, mac);
}

/* read_port() - network, protocol and port of the host of a forward */
static bool read_port(struct reading *r, struct network_forward *f)
{
	unsigned int number, port;
	const char *proto = r->word[2];

	if (!read_net(r, r->word[1], &number))
		return false;
	if (strcmp(proto, "tcp") && strcmp(proto, "udp")) {
		mistake(r, r->line, "'%s' is neither tcp nor udp", proto);
		return false;
	}
	if (!read_number(r->word[3], 65535, &port) || !port) {
		mistake(r, r->line, "'%s' is no port, 1 to 65535", r->word[3]);
		return false;
	}
	f->network = (uint8_t)number;
	f->to.proto = strcmp(proto, "tcp") ? FORWARD_UDP : FORWARD_TCP;
	f->to.port = (uint16_t)port;
	return true;
}

/* drop_forward() - of that protocol and port of the host, if there is one */
static void drop_forward(struct reading *r, const struct network_forward *f)
{
	struct networking *n = r->n;
	unsigned int i, k = 0;

	for (i = 0; i < n->forward_count; i++) {
		if (n->forward[i].to.proto == f->to.proto &&
		    n->forward[i].to.port == f->to.port)
			continue;
		n->forward[k] = n->forward[i];
		r->forward_line[k++] = r->forward_line[i];
	}
	n->forward_count = k;
}

static void take_forward(struct reading *r)
{
	struct network_forward f = {
		.to.address = { 127, 0, 0, 1 },
	};
	struct networking *n = r->n;
	unsigned int port;
	uint32_t ip;

	if (!read_port(r, &f) || !read_host(r, r->word[4], &ip) ||
	    !in_subnet(r, f.network, ip))
		return;
	if (!read_number(r->word[5], 65535, &port) || !port) {
		mistake(r, r->line, "'%s' is no port, 1 to 65535", r->word[5]);
		return;
	}
	f.host = (uint8_t)ip;
	f.to.guest_port = (uint16_t)port;
	drop_forward(r, &f);
	if (n->forward_count == NETWORKING_FORWARDS) {
		mistake(r, r->line, "more than %u ports are forwarded",
			NETWORKING_FORWARDS);
		return;
	}
	r->forward_line[n->forward_count] = r->line;
	n->forward[n->forward_count++] = f;
	n->net[f.network].given = true;
}

static void take_remove_forward(struct reading *r)
{
	struct network_forward f = { .network = 0 };

	if (read_port(r, &f))
		drop_forward(r, &f);
}

/* take_prefix() - IPv6 of VMware's NAT, which we have by itself */
static void take_prefix(struct reading *r)
{
	unsigned int number;

	read_net(r, r->word[1], &number);
}

static const struct {
	const char *word;
	unsigned int words;	/* behind it, at least */
	void (*take)(struct reading *r);
} lines[] = {
	{ "answer", 2, take_answer },
	{ "remove_answer", 1, take_remove_answer },
	{ "add_bridge_mapping", 2, take_bridge },
	{ "remove_bridge_mapping", 1, take_remove_bridge },
	{ "add_dhcp_mac_to_ip", 3, take_fixed },
	{ "remove_dhcp_mac_to_ip", 2, take_remove_fixed },
	{ "add_nat_portfwd", 5, take_forward },
	{ "remove_nat_portfwd", 3, take_remove_forward },
	{ "add_nat_prefix", 2, take_prefix },
	{ "remove_nat_prefix", 2, take_prefix },
};

/* ---- the whole --------------------------------------------------------- */

/* line_split() - a line into words. Return: false after it has said what is
 * wrong */
static bool line_split(struct reading *r, const char *line, size_t len)
{
	size_t at = 0, n;

	r->words = 0;
	while (r->words < WORDS) {
		while (at < len && (line[at] == ' ' || line[at] == '\t' ||
				    line[at] == '\r'))
			at++;
		if (at == len || line[at] == '#')
			return true;
		for (n = 0;
		     at + n < len && line[at + n] > ' ' && line[at + n] <= '~';
		     n++)
			;
		if (n >= WORD || !n) {
			mistake(r, r->line,
				n ? "a word is longer than any "
				    "could be" :
				    "a character is none of plain "
				    "text");
			return false;
		}
		memcpy(r->word[r->words], line + at, n);
		r->word[r->words++][n] = '\0';
		at += n;
	}
	return true;
}

static void take_line(struct reading *r, const char *line, size_t len)
{
	unsigned int i;

	if (!line_split(r, line, len) || !r->words)
		return;
	if (!strncmp(r->word[0], "VERSION=", 8)) {
		if (strncmp(r->word[0], "VERSION=1,", 10) != 0)
			mistake(r, r->line,
				"%s is not VERSION=1,0, which is "
				"known here",
				r->word[0]);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (strcmp(r->word[0], lines[i].word) != 0)
			continue;
		if (r->words <= lines[i].words)
			mistake(r, r->line, "%s needs %u words behind it",
				r->word[0], lines[i].words);
		else
			lines[i].take(r);
		return;
	}
	mistake(r, r->line, "'%s' begins no line that there is", r->word[0]);
}

/* line_settle() - all is read: what kind is each network? */
static void line_settle(struct reading *r)
{
	struct networking *n = r->n;
	struct network *net;
	unsigned int i;

	for (i = 0; i < NETWORKS; i++) {
		net = &n->net[i];
		if (!net->given)
			continue;
		if (*net->iface || i == BRIDGED_NUMBER)
			net->kind = NET_BRIDGED;
		else if (r->nat[i])
			net->kind = NET_NAT;
		else
			net->kind = net->dhcp || net->adapter ? NET_HOSTONLY :
								NET_PRIVATE;
		net->dhcp |= !r->dhcp_said[i];	/* unless it is denied */
		if (*net->iface && r->nat[i] && i != NAT_NUMBER)
			mistake(r, r->bridge_line[i],
				"vmnet%u is bridged to %s and has NAT, which "
				"exclude each other",
				i, net->iface);
	}
	for (i = 0; i < n->fixed_count; i++)
		if (n->net[n->fixed[i].network].kind != NET_NAT &&
		    n->net[n->fixed[i].network].kind != NET_HOSTONLY)
			mistake(r, r->fixed_line[i],
				"vmnet%u gives no addresses, so none can be "
				"kept",
				n->fixed[i].network);
	for (i = 0; i < n->forward_count; i++)
		if (n->net[n->forward[i].network].kind != NET_NAT)
			mistake(r, r->forward_line[i],
				"vmnet%u has no NAT, so no port leads there",
				n->forward[i].network);
}

unsigned int networking_parse(struct networking *n, const char *text,
			      size_t len, char *errors)
{
	struct reading r = { .n = n, .errors = errors };
	const char *end;
	size_t at = 0, line;
	unsigned int i;

	*errors = '\0';
	networking_builtin(n);
	for (i = 0; i < NETWORKS; i++)
		r.nat[i] = n->net[i].kind == NET_NAT;
	while (at < len) {
		end = memchr(text + at, '\n', len - at);
		line = end ? (size_t)(end - text) - at : len - at;
		r.line++;
		take_line(&r, text + at, line);
		at += line + 1;
	}
	line_settle(&r);
	return r.mistakes;
}

uint32_t networking_subnet(unsigned int number)
{
	if (number == NAT_NUMBER)
		return NAT_NETWORK;
	if (number == HOSTONLY_NUMBER)
		return HOSTONLY_SUBNET;
	return 0x0a580000u | number << 8;
}

void networking_builtin(struct networking *n)
{
	unsigned int i;

	memset(n, 0, sizeof(*n));
	for (i = 0; i < NETWORKS; i++) {
		n->net[i].subnet = networking_subnet(i);
		n->net[i].dhcp = n->net[i].adapter = gives_addresses(i);
	}
	n->net[BRIDGED_NUMBER].kind = NET_BRIDGED;
	n->net[HOSTONLY_NUMBER].kind = NET_HOSTONLY;
	n->net[NAT_NUMBER].kind = NET_NAT;
}

int networking_load(struct networking *n, const char *path, char *errors)
{
	int fd = *path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	char *text = malloc(NETWORKING_SIZE);
	int result = fd < 0 && *path && errno != ENOENT ? -errno : 0;
	ssize_t got = 0;
	size_t len = 0;

	networking_builtin(n);
	*errors = '\0';
	while (fd >= 0 && text && len < NETWORKING_SIZE) {
		got = read(fd, text + len, NETWORKING_SIZE - len);
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	if (!text)
		result = -ENOMEM;
	else if (fd >= 0 && got < 0)
		result = -errno;
	else if (len == NETWORKING_SIZE)
		result = -EFBIG;
	else if (fd >= 0)
		result = (int)networking_parse(n, text, len, errors);
	free(text);
	if (fd >= 0)
		close(fd);
	return result;
}

/* ---- looking ----------------------------------------------------------- */

bool networking_same(const struct networking *a, const struct networking *b,
		     unsigned int number)
{
	const struct network *x = &a->net[number], *y = &b->net[number];

	return x->kind == y->kind && x->dhcp == y->dhcp &&
	       x->adapter == y->adapter && x->subnet == y->subnet &&
	       !strcmp(x->iface, y->iface);
}

uint8_t networking_fixed(const struct networking *n, unsigned int network,
			 const uint8_t mac[6])
{
	unsigned int i;

	for (i = 0; i < n->fixed_count; i++)
		if (n->fixed[i].network == network &&
		    !memcmp(n->fixed[i].mac, mac, 6))
			return n->fixed[i].host;
	return 0;
}

bool networking_kept(const struct networking *n, unsigned int network,
		     uint8_t host)
{
	unsigned int i;

	for (i = 0; i < n->fixed_count; i++)
		if (n->fixed[i].network == network && n->fixed[i].host == host)
			return true;
	return false;
}
