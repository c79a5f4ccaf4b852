/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours as the API shows them (RFC 8344).
 */
#include "control/neighbor.h"
#include "control/router_private.h"

static const char *const state_name[NEIGHBOR_STATES] = {
	[NEIGHBOR_IDLE] = "incomplete",
	[NEIGHBOR_INCOMPLETE] = "incomplete",
	[NEIGHBOR_REACHABLE] = "reachable",
	[NEIGHBOR_STALE] = "stale",
	[NEIGHBOR_DELAY] = "delay",
	[NEIGHBOR_PROBE] = "probe",
	[NEIGHBOR_STATIC] = "reachable",
};

static void
show(const struct router *r, uint32_t adj, struct router_neighbor *out)
{
	const struct adj *e = &r->adj.entry[adj];
	const struct neighbor *n = neighbor_of(r, adj);
	uint64_t link = adj_link(&r->adj, adj);

	memset(out, 0, sizeof(*out));
	out->iface = e->iface;
	out->addr = ip_addr_load(e->family, e->addr);
	out->has_mac = (link & ADJ_VALID) != 0;
	out->is_static = (e->flags & ADJ_STATIC) != 0;
	out->is_router = e->users != 0 || n->is_router;
	out->state = state_name[n->state];
	if (out->has_mac)
		adj_link_mac(link, out->mac);
}

bool
router_neighbor_next(
    const struct router *r, uint32_t *cursor, struct router_neighbor *out)
{
	while (++*cursor < r->adj.capacity)
		if ((r->adj.entry[*cursor].flags & ADJ_LIVE) &&
		    r->interface[r->adj.entry[*cursor].iface].port) {
			show(r, *cursor, out);
			return true;
		}
	return false;
}

uint32_t
router_neighbor_count(const struct router *r)
{
	return r->adj.count;
}
