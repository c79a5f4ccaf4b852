/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source address validation, by reverse path (RFC 1812 5.3.8; RFC 2827, BCP 38;
 * RFC 3704, BCP 84): would a packet to that source have a way?
 *
 *   rx    strict: out of the interface that this one came in by (RFC 3704 2.2);
 *         any of the ways of an ECMP group will do
 *   any   loose: out of any interface (RFC 3704 2.5)
 *
 * A blackhole, a reject route, a broadcast address and an own address are no
 * way. Nor is a default route, unless that is allowed (RFC 3704 2.4).
 *
 * What has no route and never leaves its link is not asked for: link-local
 * sources, 0.0.0.0 and ::. Nor is what the checks before have given to core 0,
 * for this link alone: link-local groups, 255.255.255.255, and leases on an
 * interface without an address.
 */
#ifndef NET_VERIFY_H
#define NET_VERIFY_H

#include "net/dataplane.h"
#include "net/packet.h"

/*
 * Packets of a burst, of one family, whose headers have been checked: bit i of
 * the answer says that pkts[i] fails by the rule of p->iface.
 */
uint32_t verify_sources(const struct dataplane *dp, uint8_t family,
    struct pkt *const *pkts, uint32_t n);

#endif
