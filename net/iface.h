/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of logical interfaces: an index into dataplane.iface. A port's is
 * the port's own; those from PORT_MAX (port.h) on are 802.1Q sub-interfaces.
 * And which sources an interface takes.
 */
#ifndef NET_IFACE_H
#define NET_IFACE_H

#include "net/addr.h"

enum {
	IFACE_MAX = 512,
	IFACE_NONE = 0xffff,
};

/*
 * How an interface verifies the sources of what it receives (verify.h): four
 * bits for IPv4, four for IPv6; 0 takes them as they come.
 */
enum verify {
	VERIFY_RX = 0x1,      /* strict */
	VERIFY_ANY = 0x2,     /* loose */
	VERIFY_DEFAULT = 0x4, /* a default route is a way, too */
	VERIFY_BITS = 0xf,
	VERIFY_SHIFT6 = 4,
};

/* Where a family's bits begin. */
static inline uint32_t
verify_shift(uint8_t family)
{
	return family == IP6 ? VERIFY_SHIFT6 : 0;
}

static inline uint8_t
verify_of(uint8_t verify, uint8_t family)
{
	return verify >> verify_shift(family) & VERIFY_BITS;
}

#endif
