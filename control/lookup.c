/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a packet to an address meets: the answer of the published FIB.
 */
#include "control/router_private.h"

static void
mac_fill(const struct router *r, uint32_t adj, struct router_nexthop *out)
{
	uint64_t link = adj ? adj_link(&r->adj, adj) : 0;

	out->has_mac = (link & ADJ_VALID) != 0;
	if (out->has_mac)
		adj_link_mac(link, out->mac);
}

static void
way_fill(const struct router *r, uint32_t adj, struct router_nexthop *out)
{
	const struct adj *e = &r->adj.entry[adj];

	out->addr = ip_addr_load(e->family, e->addr);
	out->iface = e->iface;
	mac_fill(r, adj, out);
}

void
router_lookup(
    const struct router *r, const struct ip_addr *a, struct router_lookup *out)
{
	const struct dataplane *dp = &r->private->current->dp;
	struct nexthop n = nexthop_read(dp->nexthop, fib_lookup(dp->fib, a));
	struct nexthop_ways way;

	memset(out, 0, sizeof(*out));
	out->type = n.type;
	out->has_prefix = n.type != NEXTHOP_NONE &&
	                  rib_covering(r->rib, a, &out->prefix);
	switch (n.type) {
	case NEXTHOP_VIA:
	case NEXTHOP_GROUP:
		out->type = NEXTHOP_VIA;
		nexthop_ways(dp->nexthop, n, &way);
		out->count = way.count;
		for (uint32_t i = 0; i < way.count; i++)
			way_fill(r, way.adj[i], &out->nexthop[i]);
		break;
	case NEXTHOP_CONNECTED:
		mac_fill(r, adj_find(&r->adj, n.iface, a->family, a->byte),
		    &out->nexthop[0]);
		__attribute__((fallthrough));
	case NEXTHOP_LOCAL:
	case NEXTHOP_BROADCAST:
		out->count = 1;
		out->nexthop[0].iface = n.iface;
		break;
	default:
		break;
	}
}
