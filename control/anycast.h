/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The subnet-router anycast address (RFC 4291 2.6.1): the first address of
 * every network that a router has an interface to. A /127 has none (RFC 6164
 * 5.1), and a /128 is no network.
 */
#ifndef CONTROL_ANYCAST_H
#define CONTROL_ANYCAST_H

#include "net/addr.h"

static inline bool
anycast_of(const struct ip_addr *addr, uint8_t len, struct ip_addr *out)
{
	if (addr->family != IP6 || len >= IP6_BITS - 1)
		return false;
	*out = *addr;
	ip_addr_mask(out, len);
	return true;
}

#endif
