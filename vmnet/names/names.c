/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - names of machines: see names.h. Offsets are RFC 1035's, 4.1. */
#include "vmnet/names/names.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/check.h"

enum { HEADER = 12, AT_FLAGS = 2, AT_COUNT = 4, AT_ANSWERS = 6 };
enum { NAME_MAX_BYTES = 255, LABEL_MAX = 63 };
enum { IS_ANSWER = 0x8000, OPCODE = 0x7800, KNOWS = 0x0400,
       WANTS_OTHERS = 0x100, HAS_OTHERS = 0x80 };
enum { NO_ERROR = 0, NO_SUCH_NAME = 3, REFUSED = 5 };
enum { TYPE_A = 1, TYPE_PTR = 12, TYPE_ANY = 255 };
enum { CLASS_IN = 1, CLASS_ANY = 255 };

#define QUESTION_NAME 0xc00cu	/* a pointer to it, RFC 1035 4.1.4 */
#define REVERSE "in-addr.arpa"

/* A question, read. */
struct question {
	char name[NAME_MAX_BYTES + 1];	/* small letters, no final dot */
	uint16_t type, class;
	size_t end;		/* where it ends in the message */
};

void names_add(struct vmnet_names *n, const struct vmnet_owner *owner,
	       uint8_t host)
{
	struct vmnet_name *row = &n->row[n->count];
	unsigned int i;

	if (n->count == VMNET_NAMES || !proto_dns_name(owner->name))
		return;
	for (i = 0; i < n->count; i++)
		if (!strcasecmp(n->row[i].name, owner->name))
			return;
	memcpy(row->name, owner->name, sizeof(row->name));
	row->host = host;
	n->count++;
}

/* ---- the question ------------------------------------------------------ */

/* name_plain() - may the character stand in a label? A dot, for one, may not:
 * within a label it would look like the dot between two. */
static char name_plain(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '.' || !c ? '\x01' : (char)c;
}

/* name_read() - read a name of the message. Return: where it ends; 0: it is no
 * name. */
static size_t name_read(const uint8_t *msg, size_t len, char *name)
{
	size_t at = HEADER, n = 0, i, label;

	while (at < len && msg[at]) {
		label = msg[at++];
		if (label > LABEL_MAX || label > len - at ||
		    n + !!n + label + 2 > NAME_MAX_BYTES)
			return 0;	/* 2: the first length, and the end */
		if (n)
			name[n++] = '.';
		for (i = 0; i < label; i++)
			name[n++] = name_plain(msg[at++]);
	}
	name[n] = '\0';
	return at < len ? at + 1 : 0;
}

/* question_read() - read a message with one question into @q. Return: is it
 * one? */
static bool question_read(const uint8_t *msg, size_t len, struct question *q)
{
	if (len < HEADER || (get_be16(msg + AT_FLAGS) & (IS_ANSWER | OPCODE)) ||
	    get_be16(msg + AT_COUNT) != 1)
		return false;
	q->end = name_read(msg, len, q->name);
	if (!q->end || len - q->end < 4)
		return false;
	q->type = get_be16(msg + q->end);
	q->class = get_be16(msg + q->end + 2);
	q->end += 4;
	return true;
}

/* ---- who it is --------------------------------------------------------- */

/* before_suffix() - Return: how long the part before "." and @suffix is; -1:
 * the name does not end so. "" is before the suffix alone. */
static int before_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);

	if (n < s || strcmp(name + n - s, suffix) != 0)
		return -1;
	if (n == s)
		return 0;
	return name[n - s - 1] == '.' ? (int)(n - s - 1) : -1;
}

/* find_machine() - Return: the machine of that name, of @len characters; NULL:
 * none. @above: set if there is none, but a machine whose name ends with "." and
 * that name. */
static const struct vmnet_name *find_machine(const struct vmnet_names *n,
					     const char *name, size_t len,
					     bool *above)
{
	const struct vmnet_name *row;
	size_t own;

	*above = !len;
	for (row = n->row; row < n->row + n->count; row++) {
		own = strlen(row->name);
		if (own < len || strncasecmp(row->name + own - len, name, len))
			continue;
		if (own == len)
			return row;
		*above |= row->name[own - len - 1] == '.';
	}
	return NULL;
}

static const struct vmnet_name *find_host(const struct vmnet_names *n,
					  uint32_t host)
{
	const struct vmnet_name *row;

	for (row = n->row; row < n->row + n->count; row++)
		if (row->host == host)
			return row;
	return NULL;
}

/* reverse_read() - "15.2.0.10.in-addr.arpa". Return: is it an address? */
static bool reverse_read(const char *name, uint32_t *address)
{
	int len = before_suffix(name, REVERSE);
	struct in_addr a;
	char text[16];

	if (len <= 0 || len >= (int)sizeof(text))
		return false;
	memcpy(text, name, (size_t)len);
	text[len] = '\0';
	if (inet_pton(AF_INET, text, &a) != 1)
		return false;
	*address = a.s_addr;	/* in-addr.arpa has the last byte first */
	return true;
}

/* ---- the answer -------------------------------------------------------- */

static size_t answer_begin(const struct names_place *p, const uint8_t *msg,
			   const struct question *q, unsigned int result,
			   uint8_t *out)
{
	unsigned int flags = get_be16(msg + AT_FLAGS) & WANTS_OTHERS;

	flags |= IS_ANSWER | (p->outside ? HAS_OTHERS : 0) | result;
	flags |= result == REFUSED ? 0 : KNOWS;
	memcpy(out, msg, q->end);
	put_be16(out + AT_FLAGS, (uint16_t)flags);
	memset(out + AT_ANSWERS, 0, HEADER - AT_ANSWERS);
	return q->end;
}

/* answer_head() - write the head of the only record. Return: where its data
 * goes. */
static uint8_t *answer_head(uint8_t *out, size_t at, uint16_t type, size_t len)
{
	uint8_t *r = out + at;

	put_be16(out + AT_ANSWERS, 1);
	put_be16(r, QUESTION_NAME);
	put_be16(r + 2, type);
	put_be16(r + 4, CLASS_IN);
	put_be32(r + 6, NAMES_TTL_S);
	put_be16(r + 10, (uint16_t)len);
	return r + 12;
}

static bool name_wants(const struct question *q, uint16_t type)
{
	return (q->type == type || q->type == TYPE_ANY) &&
	       (q->class == CLASS_IN || q->class == CLASS_ANY);
}

static size_t answer_address(const struct names_place *p, const uint8_t *msg,
			     const struct question *q, size_t len, uint8_t *out)
{
	bool above;
	const struct vmnet_name *who =
		find_machine(p->names, q->name, len, &above);
	size_t n = answer_begin(p, msg, q,
				who || above ? NO_ERROR : NO_SUCH_NAME, out);

	if (!who || !name_wants(q, TYPE_A))
		return n;
	put_be32(answer_head(out, n, TYPE_A, 4), p->subnet + who->host);
	return n + 12 + 4;
}

/* write_name() - write a name as labels, with the domain. Return: its
 * length. */
static size_t write_name(uint8_t *out, const char *name)
{
	uint8_t *begin = out;
	size_t n;

	while (*name) {
		n = strcspn(name, ".");
		*out++ = (uint8_t)n;
		memcpy(out, name, n);
		out += n;
		name += n + !!name[n];
	}
	*out++ = sizeof(NAMES_DOMAIN) - 1;
	/* Its NUL ends the name. */
	memcpy(out, NAMES_DOMAIN, sizeof(NAMES_DOMAIN));
	out += sizeof(NAMES_DOMAIN);
	return (size_t)(out - begin);
}

static size_t answer_name(const struct names_place *p, const uint8_t *msg,
			  const struct question *q, uint32_t address,
			  uint8_t *out)
{
	const struct vmnet_name *who = find_host(p->names, address - p->subnet);
	size_t n = answer_begin(p, msg, q, who ? NO_ERROR : NO_SUCH_NAME, out);
	uint8_t name[NAME_MAX_BYTES];
	size_t len;

	if (!who || !name_wants(q, TYPE_PTR))
		return n;
	len = write_name(name, who->name);
	memcpy(answer_head(out, n, TYPE_PTR, len), name, len);
	return n + 12 + len;
}

/* The longest answer; questions for the name of an address are short. */
BUILD_ASSERT(HEADER + NAME_MAX_BYTES + 1 + 4 + 12 + 4 <= NAMES_ANSWER_MAX);
BUILD_ASSERT(HEADER + sizeof("255.255.255.255." REVERSE) + 1 + 4 + 12 +
		     VMNET_MACHINE_MAX + sizeof(NAMES_DOMAIN) + 1 <=
	     NAMES_ANSWER_MAX);

size_t names_answer(const struct names_place *p, const uint8_t *msg, size_t len,
		    uint8_t *out)
{
	struct question q;
	uint32_t address;
	int n;

	if (!question_read(msg, len, &q))
		return 0;
	n = before_suffix(q.name, NAMES_DOMAIN);
	if (n >= 0)
		return answer_address(p, msg, &q, (size_t)n, out);
	if (reverse_read(q.name, &address) && (address & p->mask) == p->subnet)
		return answer_name(p, msg, &q, address, out);
	return p->outside ? 0 : answer_begin(p, msg, &q, REFUSED, out);
}
