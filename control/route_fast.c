/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The usual line of a route file, read in one pass: no words, no messages. It
 * accepts less than text_slow() does, and never anything else: what it does
 * not know at once it leaves.
 */
#include "control/route_private.h"

enum { QUAD_BYTES = 4, ADDR6_BYTES = 16, NO_HEX = 16, BLANKS_MAX = 40 };

/* The longest prefix, blanks, the longest gateway, CR LF. */
_Static_assert(43 + BLANKS_MAX + 39 + 2 <= TEXT_FAST_ROOM, "room");

/* A decimal digit's value, or 10 and more. */
static inline unsigned int
digit(char c)
{
	return (unsigned char)(c - '0');
}

/* A hex digit's value, or NO_HEX. */
static inline unsigned int
hex(char c)
{
	unsigned int letter = (unsigned char)((c | 0x20) - 'a');

	if (digit(c) < 10)
		return digit(c);
	return letter < 6 ? letter + 10 : NO_HEX;
}

/* Up to three digits without leading zeros; NULL when there is none. */
static inline const char *
decimal(const char *p, unsigned int *out)
{
	unsigned int v = digit(*p++);

	if (v > 9)
		return NULL;
	if (v > 0 && digit(*p) < 10) {
		v = v * 10 + digit(*p++);
		if (digit(*p) < 10)
			v = v * 10 + digit(*p++);
	}
	*out = v;
	return p;
}

static inline const char *
quad(const char *p, uint8_t out[QUAD_BYTES])
{
	for (int i = 0; i < QUAD_BYTES; i++) {
		unsigned int v;

		if (i > 0 && *p++ != '.')
			return NULL;
		p = decimal(p, &v);
		if (p == NULL || v > 255)
			return NULL;
		out[i] = (uint8_t)v;
	}
	return p;
}

/* One to four hex digits. */
static inline const char *
group(const char *p, uint8_t *out)
{
	unsigned int v = hex(*p++);

	if (v == NO_HEX)
		return NULL;
	for (int i = 1; i < 4 && hex(*p) != NO_HEX; i++)
		v = v << 4 | hex(*p++);
	be16_store(out, (uint16_t)v);
	return p;
}

/* Puts what came behind "::" at the end. */
static inline const char *
close_gap(const char *p, uint8_t out[ADDR6_BYTES], int filled, int gap)
{
	int tail = filled - gap;

	if (gap < 0)
		return filled == ADDR6_BYTES ? p : NULL;
	if (filled > ADDR6_BYTES - 2)
		return NULL;
	for (int i = 1; i <= tail; i++) {
		out[ADDR6_BYTES - i] = out[filled - i];
		out[filled - i] = 0;
	}
	return p;
}

/* Groups of hex digits; `out` is zero before. */
static inline const char *
groups(const char *p, uint8_t out[ADDR6_BYTES])
{
	int filled = 0;
	int gap = -1;

	if (p[0] == ':') {
		if (p[1] != ':')
			return NULL;
		p += 2;
		gap = 0;
		if (hex(*p) == NO_HEX)
			return p;
	}
	for (;;) {
		if (filled == ADDR6_BYTES)
			return NULL;
		p = group(p, out + filled);
		if (p == NULL)
			return NULL;
		filled += 2;
		if (*p != ':')
			break;
		p++;
		if (*p != ':')
			continue;
		if (gap >= 0)
			return NULL;
		gap = filled;
		p++;
		if (hex(*p) == NO_HEX)
			break;
	}
	return close_gap(p, out, filled, gap);
}

static inline uint64_t
be64_load(const uint8_t *p)
{
	return (uint64_t)be32_load(p) << 32 | be32_load(p + 4);
}

/* Whether all bits behind the prefix's length are zero. */
static inline bool
no_host_bits(const struct ip_prefix *p)
{
	uint64_t high = be64_load(p->addr.byte);
	uint64_t low = be64_load(p->addr.byte + 8);

	if (p->len == 0)
		return (high | low) == 0;
	if (p->len <= 64)
		return (high & (~UINT64_C(0) >> 1 >> (p->len - 1))) == 0 &&
		       low == 0;
	return p->len == 128 || (low & (~UINT64_C(0) >> (p->len - 64))) == 0;
}

/* Some blanks, but not too many; NULL for none. */
static inline const char *
blanks(const char *p)
{
	const char *start = p;

	while ((*p == ' ' || *p == '\t') && p - start < BLANKS_MAX)
		p++;
	return p > start ? p : NULL;
}

static inline const char *
address(const char *p, uint8_t family, struct ip_addr *out)
{
	out->family = family;
	return family == IP4 ? quad(p, out->byte) : groups(p, out->byte);
}

static inline const char *
line_of(const char *p, uint8_t family, struct route_line *out)
{
	unsigned int len;

	memset(&out->prefix, 0, sizeof(out->prefix));
	memset(&out->gateway, 0, sizeof(out->gateway));
	p = address(p, family, &out->prefix.addr);
	if (p == NULL || *p++ != '/')
		return NULL;
	p = decimal(p, &len);
	if (p == NULL || len > ip_family_bits(family))
		return NULL;
	out->prefix.len = (uint8_t)len;
	p = blanks(p);
	if (p == NULL || !no_host_bits(&out->prefix))
		return NULL;
	p = address(p, family, &out->gateway);
	if (p == NULL || !gateway_is_plain(&out->gateway))
		return NULL;
	if (*p == '\r')
		p++;
	return *p == '\n' ? p + 1 : NULL;
}

const char *
text_fast(const char *p, struct route_line *out)
{
	/* An IPv4 address has its first dot behind three digits at most. */
	bool dotted = p[1] == '.' || p[2] == '.' || p[3] == '.';

	out->column = 1;
	return line_of(p, dotted ? IP4 : IP6, out);
}
