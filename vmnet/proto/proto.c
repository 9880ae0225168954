/* SPDX-License-Identifier: BSD-2-Clause */
/* proto.c - checks of what came over VMNet's socket: see proto.h. */
#include "vmnet/proto/proto.h"

#include <errno.h>
#include <string.h>

#define NETWORK_LAST 254u
#define HELLO_FLAGS (VMNET_HELLO_STATS | VMNET_HELLO_RINGS | \
		     VMNET_HELLO_HOST_LOOPBACK | VMNET_HELLO_ANY_MAC | \
		     VMNET_HELLO_IF_NAT)

#define STATUS_TEXT(name, text) [VMNET_##name] = text,
static const char *const status_texts[] = { VMNET_STATUS_LIST(STATUS_TEXT) };
BUILD_ASSERT(ARRAY_SIZE(status_texts) == VMNET_STATUS_COUNT);

const char *vmnet_status_text(unsigned int status)
{
	if (status >= VMNET_STATUS_COUNT)
		return "unknown answer";
	return status_texts[status];
}

const char *proto_iface(const char *network)
{
	const size_t n = strlen(VMNET_BRIDGED);

	return strncmp(network, VMNET_BRIDGED, n) ? "" : network + n;
}

bool proto_iface_ok(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len < VMNET_IFACE_MAX && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0 && !strpbrk(name, "/: \t\n\v\f\r");
}

enum vmnet_status decode_network(const char *name, size_t size,
				 unsigned int *number)
{
	size_t len = strnlen(name, size);
	size_t i;
	unsigned int n = 0;

	if (len == size)
		return VMNET_BAD_NETWORK;
	if (strcmp(name, VMNET_BRIDGED) == 0)
		return VMNET_NO_NAME;
	if (strcmp(name, "bridged") == 0 || strcmp(name, "vmnet0") == 0) {
		*number = BRIDGED_NUMBER;
		return VMNET_OK;
	}
	if (strncmp(name, VMNET_BRIDGED, strlen(VMNET_BRIDGED)) == 0) {
		*number = BRIDGED_NUMBER;
		return proto_iface_ok(proto_iface(name)) ? VMNET_OK :
							   VMNET_BAD_NETWORK;
	}
	if (strcmp(name, "hostonly") == 0) {
		*number = HOSTONLY_NUMBER;
		return VMNET_OK;
	}
	if (strcmp(name, "nat") == 0) {
		*number = NAT_NUMBER;
		return VMNET_OK;
	}
	/* "vmnet" and one to three digits, the first of them not 0 */
	if (len < 6 || len > 8 || memcmp(name, "vmnet", 5) != 0 ||
	    name[5] == '0')
		return VMNET_BAD_NETWORK;
	for (i = 5; i < len; i++) {
		if (name[i] < '0' || name[i] > '9')
			return VMNET_BAD_NETWORK;
		n = n * 10 + (unsigned int)(name[i] - '0');
	}
	if (n > NETWORK_LAST)
		return VMNET_BAD_NETWORK;
	*number = n;
	return VMNET_OK;
}

static const struct vmnet_forward no_forward;

static bool forward_none(const struct vmnet_forward *f)
{
	return !memcmp(f, &no_forward, sizeof(*f));
}

static bool forward_ok(const struct vmnet_forward *f)
{
	return (f->proto == FORWARD_TCP || f->proto == FORWARD_UDP) &&
	       !f->zero && !f->zero2 && f->port && f->guest_port;
}

/* decode_forwards() - those in use come first, and the rest is all 0. */
static enum vmnet_status decode_forwards(const struct vmnet_forward *f)
{
	bool over = false;
	unsigned int i;

	for (i = 0; i < VMNET_FORWARDS; i++, f++) {
		if (forward_none(f)) {
			over = true;
			continue;
		}
		if (over || !forward_ok(f))
			return VMNET_BAD_FORWARD;
	}
	return VMNET_OK;
}

bool forwards_same_door(const struct vmnet_forward *a,
			const struct vmnet_forward *b)
{
	static const uint8_t any[4];

	return a->proto == b->proto && a->port == b->port &&
	       (!memcmp(a->address, b->address, 4) ||
		!memcmp(a->address, any, 4) || !memcmp(b->address, any, 4));
}

unsigned int forwards_count(const struct vmnet_forward *table)
{
	unsigned int n = 0;

	while (n < VMNET_FORWARDS && table[n].proto != FORWARD_NONE)
		n++;
	return n;
}

static enum vmnet_status forwards_add(struct vmnet_forward *table,
				      const struct vmnet_forward *f)
{
	unsigned int n = forwards_count(table), i;

	for (i = 0; i < n; i++)
		if (forwards_same_door(&table[i], f))
			return VMNET_PORT_TWICE;
	if (n == VMNET_FORWARDS)
		return VMNET_PORTS_FULL;
	table[n] = *f;
	return VMNET_OK;
}

static enum vmnet_status forwards_remove(struct vmnet_forward *table,
					 const struct vmnet_forward *f)
{
	unsigned int n = forwards_count(table), i;

	for (i = 0; i < n; i++)
		if (table[i].proto == f->proto && table[i].port == f->port &&
		    !memcmp(table[i].address, f->address, 4))
			break;
	if (i == n)
		return VMNET_NO_PORT;
	memmove(table + i, table + i + 1, (n - i - 1) * sizeof(*table));
	table[n - 1] = no_forward;
	return VMNET_OK;
}

enum vmnet_status forwards_change(struct vmnet_forward *table,
				  const struct vmnet_forward *f,
				  unsigned int what)
{
	return what == VMNET_ASK_FORWARD ? forwards_add(table, f) :
					   forwards_remove(table, f);
}

/* bootfile_ok() - does it end, with nothing behind that? */
static bool bootfile_ok(const char name[VMNET_BOOTFILE_MAX], bool folder)
{
	size_t i = strnlen(name, VMNET_BOOTFILE_MAX);

	if (i == VMNET_BOOTFILE_MAX || (i && !folder))
		return false;
	for (; i < VMNET_BOOTFILE_MAX; i++)
		if (name[i])
			return false;
	return true;
}

bool hello_wishes(const struct vmnet_hello *h)
{
	return (h->flags & VMNET_HELLO_HOST_LOOPBACK) ||
	       h->forward[0].proto != FORWARD_NONE || h->folder;
}

/* decode_nat_wishes() - what a hello asks of its NAT. */
static enum vmnet_status decode_nat_wishes(const struct vmnet_hello *h)
{
	if (!bootfile_ok(h->bootfile, h->folder))
		return VMNET_BAD_FOLDER;
	return decode_forwards(h->forward);
}

/* owner_ok() - could it be a machine's card, or nobody's? */
static bool owner_ok(const struct vmnet_owner *o)
{
	size_t i = strnlen(o->name, VMNET_MACHINE_MAX);

	if (i == VMNET_MACHINE_MAX || o->zero[0] || o->zero[1] || o->zero[2] ||
	    strspn(o->name, VMNET_MACHINE_CHARS) != i)
		return false;
	for (; i < VMNET_MACHINE_MAX; i++)
		if (o->name[i])
			return false;
	return true;
}

bool proto_dns_name(const char *name)
{
	size_t n;

	do {
		n = strcspn(name, ".");
		if (!n || n > 63)
			return false;
		name += n;
	} while (*name++);
	return true;
}

/* all_zero() - @n bytes. */
static bool all_zero(const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n && !*b)
		b++, n--;
	return !n;
}

/* name_ok() - could it be a row of a vmnet_names? */
static bool name_ok(const struct vmnet_name *row)
{
	size_t n = strnlen(row->name, sizeof(row->name));

	return n < sizeof(row->name) && row->host &&
	       strspn(row->name, VMNET_MACHINE_CHARS) == n &&
	       proto_dns_name(row->name) &&
	       all_zero(row->name + n, sizeof(row->name) - n) &&
	       all_zero(row->zero, sizeof(row->zero));
}

bool decode_names(const void *msg, size_t len, struct vmnet_names *names)
{
	struct vmnet_names n;
	unsigned int i;

	if (len != sizeof(n))
		return false;
	memcpy(&n, msg, sizeof(n));
	if (n.magic != VMNET_MAGIC || n.version != VMNET_VERSION ||
	    n.count > VMNET_NAMES ||
	    !all_zero(n.row + n.count,
		      (VMNET_NAMES - n.count) * sizeof(*n.row)))
		return false;
	for (i = 0; i < n.count; i++)
		if (!name_ok(&n.row[i]))
			return false;
	*names = n;
	return true;
}

bool decode_folder(const void *msg, size_t len)
{
	struct vmnet_folder f;

	if (len != sizeof(f))
		return false;
	memcpy(&f, msg, sizeof(f));
	return f.magic == VMNET_MAGIC && f.version == VMNET_VERSION &&
	       !f.zero && f.number;
}

bool decode_dhcp_setup(const void *msg, size_t len,
		       struct vmnet_dhcp_setup *setup)
{
	struct vmnet_dhcp_setup s;

	if (len != sizeof(s))
		return false;
	memcpy(&s, msg, sizeof(s));
	if (s.magic != VMNET_MAGIC || s.version != VMNET_VERSION ||
	    !subnet_ok(s.subnet, s.prefix))
		return false;
	*setup = s;
	return true;
}

bool decode_forward(const void *msg, size_t len, struct vmnet_forward *f)
{
	struct vmnet_forward got;

	if (len != sizeof(got))
		return false;
	memcpy(&got, msg, sizeof(got));
	if (!forward_ok(&got))
		return false;
	*f = got;
	return true;
}

bool decode_dhcp_card(const void *msg, size_t len, struct vmnet_dhcp_card *card)
{
	static const uint8_t zero[sizeof(card->zero)];
	struct vmnet_dhcp_card c;

	if (len != sizeof(c))
		return false;
	memcpy(&c, msg, sizeof(c));
	if ((c.mac[0] & 1) || !c.host || c.names > 1 || c.gone > 1 ||
	    memcmp(c.zero, zero, sizeof(zero)) != 0)
		return false;
	*card = c;
	return true;
}

bool decode_nat_setup(const void *msg, size_t len,
		      struct vmnet_nat_setup *setup)
{
	struct vmnet_nat_setup s;

	if (len != sizeof(s))
		return false;
	memcpy(&s, msg, sizeof(s));
	if (s.magic != VMNET_MAGIC || s.version != VMNET_VERSION ||
	    s.host_loopback > 1 || !subnet_ok(s.subnet, s.prefix) ||
	    s.host < SUBNET_LOWEST || s.host > subnet_nat_last(s.prefix) ||
	    (s.mac[0] & 1) || s.folder > 1 || s.dhcp > 1 || s.zero ||
	    !bootfile_ok(s.bootfile, s.folder) ||
	    decode_forwards(s.forward) != VMNET_OK)
		return false;
	*setup = s;
	return true;
}

enum vmnet_status decode_hello(const void *msg, size_t len,
			       struct vmnet_hello *hello, unsigned int *number)
{
	static const uint8_t nothing[6];
	struct vmnet_hello h;
	enum vmnet_status status;

	if (len != sizeof(h))
		return VMNET_BAD_SIZE;
	memcpy(&h, msg, sizeof(h));
	if (h.magic != VMNET_MAGIC)
		return VMNET_BAD_MAGIC;
	if (h.version != VMNET_VERSION)
		return VMNET_BAD_VERSION;
	if ((h.flags & ~HELLO_FLAGS) ||
	    ((h.flags & VMNET_HELLO_STATS) && h.flags != VMNET_HELLO_STATS) ||
	    h.zero[0] || h.zero[1])
		return VMNET_BAD_FLAGS;
	if (!(h.flags & VMNET_HELLO_STATS)) {
		status = decode_network(h.network, sizeof(h.network), number);
		if (status != VMNET_OK)
			return status;
		if ((h.mac[0] & 1) || memcmp(h.mac, nothing, 6) == 0)
			return VMNET_BAD_MAC;
		if (!owner_ok(&h.owner))
			return VMNET_BAD_OWNER;
		if (!conditions_ok(&h.in) || !conditions_ok(&h.out))
			return VMNET_BAD_CONDITIONS;
		status = decode_nat_wishes(&h);
		if (status != VMNET_OK)
			return status;
	}
	*hello = h;
	return VMNET_OK;
}

enum vmnet_status decode_ask(const void *msg, size_t len, struct vmnet_ask *ask,
			     unsigned int *number)
{
	const unsigned int keeps = VMNET_HELLO_HOST_LOOPBACK |
				   VMNET_HELLO_ANY_MAC | VMNET_HELLO_IF_NAT;
	struct vmnet_ask a;

	if (len != sizeof(a))
		return VMNET_BAD_SIZE;
	memcpy(&a, msg, sizeof(a));
	ask->number = a.number;
	if (a.magic != VMNET_MAGIC || a.version != VMNET_VERSION || !a.number ||
	    !all_zero(a.zero, sizeof(a.zero)))
		return VMNET_BAD_ASK;
	if (a.what == VMNET_ASK_MOVE) {
		enum vmnet_status status = decode_hello(
			&a.hello, sizeof(a.hello), &a.hello, number);

		if (status != VMNET_OK)
			return status;
		if (!forward_none(&a.forward) || (a.hello.flags & ~keeps))
			return VMNET_BAD_ASK;
	} else if ((a.what != VMNET_ASK_FORWARD &&
		    a.what != VMNET_ASK_UNFORWARD) ||
		   !forward_ok(&a.forward) ||
		   !all_zero(&a.hello, sizeof(a.hello))) {
		return VMNET_BAD_ASK;
	}
	*ask = a;
	return VMNET_OK;
}

int decode_reply(const void *msg, size_t len, struct vmnet_reply *reply)
{
	struct vmnet_reply r;

	if (len != sizeof(r))
		return -EPROTO;
	memcpy(&r, msg, sizeof(r));
	if (r.magic != VMNET_MAGIC || r.status >= VMNET_STATUS_COUNT)
		return -EPROTO;
	/* A daemon of another version says so; its other fields are its own */
	if (r.status == VMNET_OK &&
	    (r.version != VMNET_VERSION || r.frame_max != VMNET_FRAME_MAX ||
	     r.link > 1 || r.kind >= NET_KINDS))
		return -EPROTO;
	*reply = r;
	return 0;
}

#define NAT_DROP(name, text) [DROP_##name] = #name,
const char *const nat_drop_names[NAT_DROP_COUNT] = {
#include "vmnet/proto/nat_drops.def"
};
#undef NAT_DROP

int decode_event(const void *msg, size_t len, struct vmnet_event *event)
{
	struct vmnet_event e;

	if (len != sizeof(e))
		return -EPROTO;
	memcpy(&e, msg, sizeof(e));
	if (e.zero || e.kind >= NET_KINDS ||
	    (e.kind && e.type != VMNET_EVENT_ANSWER))
		return -EPROTO;
	if (e.type == VMNET_EVENT_LINK || e.type == VMNET_EVENT_PROMISCUOUS) {
		if (e.value > 1 || e.count)
			return -EPROTO;
	} else if (e.type == VMNET_EVENT_ANSWER) {
		if (e.value >= VMNET_STATUS_COUNT || !e.count)
			return -EPROTO;
	} else if (e.type == VMNET_EVENT_FORGED ||
		   e.type == VMNET_EVENT_RINGS) {
		if (e.value || e.count)
			return -EPROTO;
	} else if (e.type == VMNET_EVENT_STAMPS || e.type == VMNET_EVENT_TELL) {
		if (e.value)
			return -EPROTO;
	} else if (e.type == VMNET_EVENT_STATE) {
		if (e.value >= NAT_STATE_COUNT)
			return -EPROTO;
	} else if (e.type == VMNET_EVENT_HELD) {
		if (e.value || !(e.count & 0xffff))
			return -EPROTO;
	} else if (e.type != VMNET_EVENT_DROPS || e.value >= NAT_DROP_COUNT) {
		return -EPROTO;
	}
	*event = e;
	return 0;
}

bool decode_stamp(const void *msg, size_t len, struct vmnet_stamp *stamp)
{
	struct vmnet_stamp s;

	if (len != sizeof(s))
		return false;
	memcpy(&s, msg, sizeof(s));
	if (s.what != VMNET_STAMP_DONE)
		return false;
	*stamp = s;
	return true;
}
