/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Router solicitations and advertisements are checked here (RFC 4861 6.1,
 * 6.2.7).
 */
#include "control/ra_input.h"

#include <string.h>

#include "control/icmp6.h"
#include "control/ip_scope.h"
#include "net/wire.h"

enum {
	HOP_LIMIT = 7, /* in the IPv6 header */
	SOURCE = 8,
	RS_HEADER = 8,
	RA_HEADER = 16,
	RA_HOP_LIMIT = 4,
	RA_FLAGS = 5,
	RA_REACHABLE = 8,
	RA_RETRANS = 12,
	MANAGED_OTHER = 0xc0,
	SLLA_SIZE = 8,
	PREFIX_SIZE = 32,
	PREFIX_VALID = 4,
	PREFIX_PREFERRED = 8,
	PREFIX_ADDR = 16,
};

static const uint8_t unspecified[16];

/* Bytes of the ICMPv6 message, 0 when the packet is none of that kind. */
static size_t
message_len(const uint8_t *packet, size_t len, uint8_t type, size_t least)
{
	size_t size;

	if (len < ICMP6_AT + least || packet[6] != PROTO_ICMP6 ||
	    packet[HOP_LIMIT] != ND_HOP_LIMIT_ALWAYS)
		return 0;
	size = be16_load(packet + 4);
	if (size < least || size > len - ICMP6_AT)
		return 0;
	if (packet[ICMP6_AT] != type || packet[ICMP6_AT + 1] != 0 ||
	    icmp6_checksum(packet, size) != 0 ||
	    !nd_options_good(packet + ICMP6_AT + least, size - least))
		return 0;
	return size;
}

bool
ra_solicitation_good(const uint8_t *packet, size_t len, const uint8_t **mac)
{
	size_t size = message_len(packet, len, ICMP6_RS, RS_HEADER);
	const uint8_t *option;

	*mac = NULL;
	if (size == 0)
		return false;
	option = nd_option_find(
	    packet + ICMP6_AT + RS_HEADER, size - RS_HEADER, ND_OPTION_SLLA);
	if (!option)
		return true;
	if (memcmp(packet + SOURCE, unspecified, sizeof(unspecified)) == 0)
		return false;
	if (option[1] * 8 == SLLA_SIZE) /* as Ethernet's is */
		*mac = option + 2;
	return true;
}

bool
ra_advertisement_good(const uint8_t *packet, size_t len)
{
	struct ip_addr source = { .family = IP6 };

	if (message_len(packet, len, ICMP6_RA, RA_HEADER) == 0)
		return false;
	memcpy(source.byte, packet + SOURCE, sizeof(source.byte));
	return ip_link_local(&source);
}

/* Values that say something: zero is "unspecified by this router". */
static bool
differ(uint32_t a, uint32_t b)
{
	return a != 0 && b != 0 && a != b;
}

struct options {
	const uint8_t *at;
	size_t len;
};

static struct options
options_of(const uint8_t *packet)
{
	struct options o = { packet + ICMP6_AT + RA_HEADER,
		be16_load(packet + 4) - (size_t)RA_HEADER };

	return o;
}

static bool
mtus_differ(struct options a, struct options b)
{
	const uint8_t *x = nd_option_find(a.at, a.len, ND_OPTION_MTU);
	const uint8_t *y = nd_option_find(b.at, b.len, ND_OPTION_MTU);

	return x && y && differ(be32_load(x + 4), be32_load(y + 4));
}

static bool
is_prefix(const uint8_t *option)
{
	return option[0] == ND_OPTION_PREFIX && option[1] * 8 == PREFIX_SIZE;
}

static bool
lifetimes_differ(const uint8_t *a, const uint8_t *b)
{
	return a[2] == b[2] &&
	       memcmp(a + PREFIX_ADDR, b + PREFIX_ADDR, 16) == 0 &&
	       (be32_load(a + PREFIX_VALID) != be32_load(b + PREFIX_VALID) ||
		   be32_load(a + PREFIX_PREFERRED) !=
		       be32_load(b + PREFIX_PREFERRED));
}

static bool
prefixes_differ(struct options a, struct options b)
{
	const uint8_t *x, *y;

	for (x = a.at; x < a.at + a.len; x += x[1] * 8) {
		if (!is_prefix(x))
			continue;
		for (y = b.at; y < b.at + b.len; y += y[1] * 8)
			if (is_prefix(y) && lifetimes_differ(x, y))
				return true;
	}
	return false;
}

const char *
ra_contradiction(
    const uint8_t *ours, size_t our_len, const uint8_t *theirs, size_t len)
{
	const uint8_t *a = ours + ICMP6_AT, *b = theirs + ICMP6_AT;

	if (!ra_advertisement_good(ours, our_len) ||
	    !ra_advertisement_good(theirs, len))
		return NULL;
	if (differ(a[RA_HOP_LIMIT], b[RA_HOP_LIMIT]))
		return "the hop limit";
	if ((a[RA_FLAGS] ^ b[RA_FLAGS]) & MANAGED_OTHER)
		return "the managed or other flag";
	if (differ(be32_load(a + RA_REACHABLE), be32_load(b + RA_REACHABLE)))
		return "the reachable time";
	if (differ(be32_load(a + RA_RETRANS), be32_load(b + RA_RETRANS)))
		return "the retransmit interval";
	if (mtus_differ(options_of(ours), options_of(theirs)))
		return "the MTU";
	if (prefixes_differ(options_of(ours), options_of(theirs)))
		return "the lifetimes of a prefix";
	return NULL;
}
