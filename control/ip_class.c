/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which addresses can be a host's (RFC 6890, RFC 1122 3.2.1.3, RFC 4291).
 */
#include "control/config_private.h"

struct special {
	struct ip_prefix prefix;
	const char *name;
};

#define V4(a, b)                                                               \
	{                                                                      \
		.byte = { a, b }, .family = IP4                                \
	}
#define V6(a, b)                                                               \
	{                                                                      \
		.byte = { a, b }, .family = IP6                                \
	}

static const struct special special[] = {
	{ { V4(0, 0), 8 }, "an address of 0.0.0.0/8 (this network)" },
	{ { V4(127, 0), 8 }, "a loopback address" },
	{ { V4(224, 0), 4 }, "a multicast address" },
	{ { { .byte = { 255, 255, 255, 255 }, .family = IP4 }, 32 },
	    "the broadcast address" },
	{ { V4(240, 0), 4 }, "a reserved (class E) address" },
	{ { V6(0, 0), 128 }, "the unspecified address" },
	{ { { .byte = { [15] = 1 }, .family = IP6 }, 128 },
	    "the loopback address" },
	{ { V6(0xff, 0), 8 }, "a multicast address" },
	{ { { .byte = { [10] = 0xff, [11] = 0xff }, .family = IP6 }, 96 },
	    "an IPv4-mapped address" },
};

const char *
ip_addr_fault(const struct ip_addr *a)
{
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (ip_prefix_covers(&special[i].prefix, a))
			return special[i].name;
	return NULL;
}

struct ip_prefix
config_address_network(const struct config_address *a)
{
	struct ip_prefix network = { a->addr, a->len };

	ip_addr_mask(&network.addr, network.len);
	return network;
}

bool
config_address_is_broadcast(const struct config_address *a)
{
	uint32_t host;

	if (a->addr.family != IP4 || a->len >= IP4_BITS - 1)
		return false;
	host = UINT32_MAX >> a->len;
	return (be32_load(a->addr.byte) & host) == host;
}

bool
config_address_is_network(const struct config_address *a)
{
	struct ip_prefix network = config_address_network(a);

	return a->len < ip_family_bits(a->addr.family) - 1 &&
	       ip_addr_equal(&network.addr, &a->addr);
}
