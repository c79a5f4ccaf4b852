/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the RIB to what workers read: the FIB and the next hops.
 *
 * A gateway is looked up in the RIB itself, down to a connected network. As in
 * FRR, the default route does not resolve gateways, nor does a route its
 * own; a more specific prefix without an active route is passed over; a
 * gateway behind a blackhole or reject route shares its fate. Chains of
 * gateways longer than RIB_DEPTH_MAX and loops are inactive.
 *
 * Besides the routes, connected networks bring host entries of their own:
 *  - IPv4 network and broadcast address (RFC 1812 4.2.3.1), not for /31
 *    (RFC 3021) and /32;
 *  - the IPv6 Subnet-Router anycast address, local (RFC 4291 2.6.1), not for
 *    /127 (RFC 6164 5.1) and /128.
 */
#ifndef CONTROL_RIB_BUILD_H
#define CONTROL_RIB_BUILD_H

#include "control/rib.h"
#include "net/dataplane.h"

/* What the build needs to know of the rest of the router. */
struct rib_build_env {
	bool up[IFACE_MAX];    /* routes may lead out of it */
	bool local[IFACE_MAX]; /* its own addresses answer */
	/* The adjacency of a gateway, created when it is new. ADJ_NONE when
	 * there is no room: routes through it stay inactive. */
	uint32_t (*adjacency)(
	    void *arg, uint16_t iface, const struct ip_addr *gateway);
	void *arg;
};

/* A next hop with all its ways, as the RIB resolves them. */
struct nexthop_set {
	uint8_t type;   /* enum nexthop_type, but not NEXTHOP_GROUP */
	uint8_t ways;   /* NEXTHOP_VIA: 1 .. ECMP_MAX */
	uint16_t iface; /* NEXTHOP_LOCAL, _CONNECTED and _BROADCAST */
	uint32_t adj[ECMP_MAX];
};

/* The outcome: one FIB and its next hops, never changed afterwards. */
struct rib_image {
	struct fib *fib;
	struct nexthop_set *nexthop;
	uint32_t nexthop_count;
	struct nexthop_table table; /* of them: the publisher's */
	void *table_memory;
	uint32_t prefixes;
	uint32_t users; /* dataplanes that name it: the publisher's */
	void *memory;   /* of the FIB */
};

/*
 * Builds an image to be freed by rib_image_free. 0, or -ENOMEM: the RIB is
 * then as before. Which routes are active becomes visible by rib_built.
 */
int rib_build(
    struct rib *rib, const struct rib_build_env *env, struct rib_image **out);

/* The last image built is in use: its routes are the active ones now. */
void rib_built(struct rib *rib);

void rib_image_free(struct rib_image *image);

#endif
