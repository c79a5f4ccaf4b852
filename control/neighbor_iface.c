/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces that lose their link, change their addresses or go: so do their
 * neighbours. What waited for them is dropped at once.
 */
#include "control/neighbor.h"
#include "control/router_private.h"

static void
went_down(struct router *r, uint32_t adj)
{
	queue_drop(r, adj, DROP_LINK_DOWN);
	if (!neighbor_keeps(r, adj)) {
		neighbor_remove(r, adj, DROP_LINK_DOWN);
		return;
	}
	adj_invalidate(&r->adj, adj);
	neighbor_of(r, adj)->state = NEIGHBOR_IDLE;
	timer_stop(r, adj); /* until the link is there */
}

static void
is_up(struct router *r, uint32_t adj)
{
	const struct adj *e = &r->adj.entry[adj];
	struct ip_addr addr = ip_addr_load(e->family, e->addr);

	if (!neighbor_keeps(r, adj)) {
		if (!interface_on_link(r, e->iface, &addr))
			neighbor_remove(r, adj, DROP_NO_NEIGHBOR);
	} else if (neighbor_of(r, adj)->state == NEIGHBOR_IDLE) {
		timer_arm(r, adj, 0);
	}
}

void
neighbor_interface_changed(struct router *r, uint16_t iface)
{
	const struct interface *i = &r->interface[iface];
	uint32_t left = r->private->neighbors->on_iface[iface];

	for (uint32_t adj = 1; left > 0 && adj < r->adj.capacity; adj++) {
		const struct adj *e = &r->adj.entry[adj];

		if (!(e->flags & ADJ_LIVE) || e->iface != iface)
			continue;
		left--;
		if (e->flags & ADJ_STATIC)
			continue;
		if (i->admin_up && i->link.up)
			is_up(r, adj);
		else
			went_down(r, adj);
	}
}

bool
neighbor_forget_interface(struct router *r, uint16_t iface)
{
	uint32_t left = r->private->neighbors->on_iface[iface];

	if (left > 0)
		neighbor_count_users(r);
	for (uint32_t adj = 1; left > 0 && adj < r->adj.capacity; adj++) {
		const struct adj *e = &r->adj.entry[adj];

		if (!(e->flags & ADJ_LIVE) || e->iface != iface)
			continue;
		left--;
		if (e->flags & ADJ_GATEWAY)
			went_down(r, adj); /* the routes hold it still */
		else
			neighbor_remove(r, adj, DROP_LINK_DOWN);
	}
	return r->private->neighbors->on_iface[iface] == 0;
}
