/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What core 0 took out of use, on its way to be used again.
 *
 * A worker may hold what it read before that was taken out, until its turn
 * ends. So all kinds of things go the same way, in rounds:
 *
 *   taken out -> parked, and an epoch begins -> every worker has begun a
 *   turn in it -> free
 *
 * What is taken out during a round waits for the next one. A round costs
 * nothing but one store a worker, and so is asked for as often as one likes.
 */
#include "control/router_private.h"

struct kind {
	bool (*must_park)(const struct router *r);
	void (*park)(struct router *r);
	void (*reclaim)(struct router *r);
};

static bool
adjacencies_must_park(const struct router *r)
{
	return r->adj.removed != ADJ_NONE;
}

static void
adjacencies_park(struct router *r)
{
	adj_park(&r->adj);
}

static void
adjacencies_reclaim(struct router *r)
{
	struct rib_stats stats;

	adj_reclaim(&r->adj);
	/* Who was refused one may ask again. */
	rib_stats(r->rib, &stats);
	if (stats.no_adjacency)
		settle_env(r, r->interface);
}

static bool
nodes_must_park(const struct router *r)
{
	return fib_must_park(r->private->home->fib);
}

static void
nodes_park(struct router *r)
{
	fib_park(r->private->home->fib);
	r->private->parked_home = r->private->home;
}

/* A FIB that has been replaced meanwhile is freed as a whole. */
static void
nodes_reclaim(struct router *r)
{
	if (r->private->parked_home == r->private->home)
		fib_reclaim(r->private->home->fib);
}

/* Next hops and their groups: what leaves one of them leaves the other. */
static bool
nexthops_must_park(const struct router *r)
{
	return rib_must_park(r->rib) || nexthop_must_park(&r->private->nexthop);
}

static void
nexthops_park(struct router *r)
{
	nexthop_park(&r->private->nexthop);
	rib_park(r->rib);
}

/* Routes that got none, or no group, are tried again. */
static void
nexthops_reclaim(struct router *r)
{
	nexthop_reclaim(&r->private->nexthop);
	rib_reclaim(r->rib);
	settle_ask(r);
}

static const struct kind kinds[] = {
	{ adjacencies_must_park, adjacencies_park, adjacencies_reclaim },
	{ nodes_must_park, nodes_park, nodes_reclaim },
	{ nexthops_must_park, nexthops_park, nexthops_reclaim },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static bool
round_end(struct router *r)
{
	struct router_private *p = r->private;

	if (p->parked == 0 || !publish_settled(r, p->park_epoch))
		return false;
	for (uint32_t i = 0; i < KINDS; i++)
		if (p->parked & (1u << i))
			kinds[i].reclaim(r);
	p->parked = 0;
	return true;
}

static void
round_begin(struct router *r)
{
	struct router_private *p = r->private;

	for (uint32_t i = 0; i < KINDS; i++) {
		if (!kinds[i].must_park(r))
			continue;
		kinds[i].park(r);
		p->parked |= 1u << i;
	}
	if (p->parked == 0)
		return;
	epoch_begin(r);
	p->park_epoch = r->generation;
}

bool
reclaim_turn(struct router *r)
{
	bool ended = round_end(r);

	if (r->private->parked == 0)
		round_begin(r);
	return ended;
}

bool
reclaim_waits(const struct router *r)
{
	if (r->private->parked)
		return true;
	for (uint32_t i = 0; i < KINDS; i++)
		if (kinds[i].must_park(r))
			return true;
	return false;
}
