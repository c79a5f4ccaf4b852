/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses, prefixes and MACs as text. Reads the strict forms alone (RFC 6943
 * 3.1.1, RFC 4291 2.2); writes IPv6 as RFC 5952 says.
 */
#include "control/iptext.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { GROUPS = 8, QUAD_BYTES = 4, ADDR6_BYTES = 16 };

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Reads a decimal of 1 to 3 digits without leading zeros from *pos on.
 * Returns it, or -1.
 */
static int
small_decimal(const char *text, size_t len, size_t *pos)
{
	size_t start = *pos;
	size_t i = start;
	int v = 0;

	while (i < len && i - start < 3 && is_digit(text[i]))
		v = v * 10 + (text[i++] - '0');
	*pos = i;
	if (i == start || (text[start] == '0' && i - start > 1))
		return -1;
	return v;
}

static int
quad_parse(const char *text, size_t len, uint8_t out[QUAD_BYTES])
{
	size_t i = 0;

	for (int octet = 0; octet < QUAD_BYTES; octet++) {
		int v;

		if (octet > 0 && (i == len || text[i++] != '.'))
			return -EINVAL;
		v = small_decimal(text, len, &i);
		if (v < 0 || v > 255)
			return -EINVAL;
		out[octet] = (uint8_t)v;
	}
	return i == len ? 0 : -EINVAL;
}

/* Reads up to 4 hex digits from *pos on; returns how many. */
static size_t
group_parse(const char *text, size_t len, size_t *pos, uint16_t *out)
{
	size_t start = *pos;
	size_t i = start;
	uint16_t v = 0;

	while (i < len && i - start < 4 && hex_value(text[i]) >= 0)
		v = (uint16_t)(v << 4 | hex_value(text[i++]));
	*pos = i;
	*out = v;
	return i - start;
}

/*
 * Steps over what follows a group: the end, ":" or "::" (whose place among
 * the bytes goes to *gap). -EINVAL for anything else, a lone ":" at the end
 * and a second "::" included.
 */
static int
separator_parse(
    const char *text, size_t len, size_t *pos, size_t filled, int *gap)
{
	size_t i = *pos;

	if (i == len)
		return 0;
	if (text[i++] != ':' || i == len)
		return -EINVAL;
	if (text[i] == ':') {
		if (*gap >= 0)
			return -EINVAL;
		*gap = (int)filled;
		i++;
	}
	*pos = i;
	return 0;
}

/* Moves what came after "::" to the end and zeroes the gap. */
static int
gap_fill(uint8_t b[ADDR6_BYTES], size_t filled, int gap)
{
	size_t tail;

	if (gap < 0)
		return filled == ADDR6_BYTES ? 0 : -EINVAL;
	if (filled > ADDR6_BYTES - 2)
		return -EINVAL;
	tail = filled - (size_t)gap;
	memmove(b + ADDR6_BYTES - tail, b + gap, tail);
	memset(b + gap, 0, ADDR6_BYTES - filled);
	return 0;
}

static int
ip6_parse(const char *text, size_t len, uint8_t b[ADDR6_BYTES])
{
	size_t filled = 0;
	size_t i = 0;
	int gap = -1;

	if (len >= 2 && text[0] == ':' && text[1] == ':') {
		gap = 0;
		i = 2;
	}
	while (i < len) {
		size_t start = i;
		uint16_t group;

		if (filled == ADDR6_BYTES ||
		    group_parse(text, len, &i, &group) == 0)
			return -EINVAL;
		if (i < len && text[i] == '.') {
			if (filled > ADDR6_BYTES - QUAD_BYTES ||
			    quad_parse(text + start, len - start, b + filled))
				return -EINVAL;
			filled += QUAD_BYTES;
			break;
		}
		be16_store(b + filled, group);
		filled += 2;
		if (separator_parse(text, len, &i, filled, &gap))
			return -EINVAL;
	}
	return gap_fill(b, filled, gap);
}

int
ip_addr_parse(const char *text, size_t len, struct ip_addr *out)
{
	bool is6 = memchr(text, ':', len) != NULL;
	int error;

	memset(out, 0, sizeof(*out));
	if (is6)
		error = ip6_parse(text, len, out->byte);
	else
		error = quad_parse(text, len, out->byte);
	if (error)
		return error;
	out->family = is6 ? IP6 : IP4;
	return 0;
}

int
ip_prefix_parse(
    const char *text, size_t len, struct ip_addr *addr, uint8_t *prefix_len)
{
	const char *slash = memchr(text, '/', len);
	size_t addr_len, i;
	int v;

	if (slash == NULL)
		return -EINVAL;
	addr_len = (size_t)(slash - text);
	if (ip_addr_parse(text, addr_len, addr))
		return -EINVAL;
	i = addr_len + 1;
	v = small_decimal(text, len, &i);
	if (v < 0 || i != len || v > ip_family_bits(addr->family))
		return -EINVAL;
	*prefix_len = (uint8_t)v;
	return 0;
}

int
mac_parse(const char *text, size_t len, uint8_t mac[ETH_ALEN])
{
	bool dotted = len == 14; /* 0200.0000.0007 */
	size_t group = dotted ? 4 : 2;
	size_t nibble = 0;
	char separator;

	if (!dotted && len != 17) /* 02:00:00:00:00:07, 02-00-... */
		return -EINVAL;
	separator = text[group];
	if (dotted ? separator != '.' : separator != ':' && separator != '-')
		return -EINVAL;
	memset(mac, 0, ETH_ALEN);
	for (size_t i = 0; i < len; i++) {
		int v = hex_value(text[i]);

		if (i % (group + 1) == group) {
			if (text[i] != separator)
				return -EINVAL;
			continue;
		}
		if (v < 0)
			return -EINVAL;
		mac[nibble / 2] = (uint8_t)(mac[nibble / 2] << 4 | v);
		nibble++;
	}
	return 0;
}

static char *
put_decimal(char *p, uint8_t v)
{
	if (v >= 100)
		*p++ = (char)('0' + v / 100);
	if (v >= 10)
		*p++ = (char)('0' + v / 10 % 10);
	*p++ = (char)('0' + v % 10);
	return p;
}

static char *
put_quad(char *p, const uint8_t b[QUAD_BYTES])
{
	for (int i = 0; i < QUAD_BYTES; i++) {
		if (i > 0)
			*p++ = '.';
		p = put_decimal(p, b[i]);
	}
	return p;
}

static char
hex_digit(unsigned int v)
{
	return "0123456789abcdef"[v & 15];
}

static char *
put_group(char *p, uint16_t v)
{
	for (int shift = 12; shift >= 0; shift -= 4)
		if (shift == 0 || v >> shift != 0)
			*p++ = hex_digit(v >> shift);
	return p;
}

/* The first of the longest runs of two zero groups or more (RFC 5952 4.2). */
static int
longest_zeros(const uint16_t group[GROUPS], int groups, int *length)
{
	int best = -1;

	*length = 1;
	for (int i = 0; i < groups; i++) {
		int n = 0;

		while (i + n < groups && group[i + n] == 0)
			n++;
		if (n > *length) {
			best = i;
			*length = n;
		}
	}
	return best;
}

static char *
put_ip6(char *p, const uint8_t b[ADDR6_BYTES])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	/* RFC 5952 5: the IPv4 part of a mapped address is dotted. */
	bool quad = memcmp(b, mapped, sizeof(mapped)) == 0;
	int groups = quad ? GROUPS - 2 : GROUPS;
	uint16_t group[GROUPS];
	int zeros, count;

	for (int i = 0; i < GROUPS; i++)
		group[i] = be16_load(b + 2 * i);
	zeros = longest_zeros(group, groups, &count);
	for (int i = 0; i < groups; i++) {
		if (i == zeros) {
			*p++ = ':';
			i += count - 1;
			if (i == groups - 1)
				*p++ = ':';
			continue;
		}
		if (i > 0)
			*p++ = ':';
		p = put_group(p, group[i]);
	}
	if (quad) {
		*p++ = ':';
		p = put_quad(p, b + ADDR6_BYTES - QUAD_BYTES);
	}
	return p;
}

static char *
put_addr(char *p, const struct ip_addr *a)
{
	return a->family == IP4 ? put_quad(p, a->byte) : put_ip6(p, a->byte);
}

char *
ip_addr_format(const struct ip_addr *a, char out[IPTEXT_ADDR_MAX])
{
	*put_addr(out, a) = '\0';
	return out;
}

char *
ip_prefix_format(const struct ip_prefix *p, char out[IPTEXT_PREFIX_MAX])
{
	char *end = put_addr(out, &p->addr);

	*end++ = '/';
	*put_decimal(end, p->len) = '\0';
	return out;
}

char *
mac_format(const uint8_t mac[ETH_ALEN], char out[IPTEXT_MAC_MAX])
{
	char *p = out;

	for (int i = 0; i < ETH_ALEN; i++) {
		if (i > 0)
			*p++ = ':';
		*p++ = hex_digit(mac[i] >> 4);
		*p++ = hex_digit(mac[i]);
	}
	*p = '\0';
	return out;
}
