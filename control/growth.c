/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables behind all dataplanes, and a FIB that has become too small.
 *
 * A FIB lives in one region. When that is full a larger one is filled from the
 * old FIB in slices, while changes go to both; then it is published, and the
 * old one is freed with the last snapshot that names it.
 */
#include <errno.h>
#include <stdlib.h>

#include "control/router_private.h"
#include "kernel/log.h"

enum {
	NEXTHOP_GROUPS = 1024,
	ROUTES4_FIRST = 16384, /* room from the start */
	ROUTES6_FIRST = 4096,
	GROWTH_SLICE = 4 * SETTLE_SLICE, /* prefixes */
};

static struct fib_home *
home_create(size_t size)
{
	struct fib_home *home = calloc(1, sizeof(*home));

	if (!home)
		return NULL;
	home->size = (size + 63) & ~(size_t)63;
	home->memory = aligned_alloc(64, home->size);
	if (home->memory)
		home->fib = fib_create(home->memory, home->size);
	if (home->fib) {
		home->users = 1;
		return home;
	}
	free(home->memory);
	free(home);
	return NULL;
}

void
fib_home_release(struct fib_home *home)
{
	if (!home || --home->users > 0)
		return;
	free(home->memory);
	free(home);
}

int
tables_init(struct router *r, size_t fib_size)
{
	struct router_private *p = r->private;
	size_t size = nexthop_memory(FIB_NEXTHOP_MAX + 1, NEXTHOP_GROUPS);

	if (fib_size == 0)
		fib_size = fib_memory(ROUTES4_FIRST, ROUTES6_FIRST);
	else if (fib_size < fib_memory(0, 0))
		fib_size = fib_memory(0, 0);
	p->home = home_create(fib_size);
	p->nexthop_memory = aligned_alloc(64, (size + 63) & ~(size_t)63);
	if (!p->home || !p->nexthop_memory)
		return -ENOMEM;
	nexthop_table_init(&p->nexthop, p->nexthop_memory, FIB_NEXTHOP_MAX + 1,
	    NEXTHOP_GROUPS);
	log_info("fib", "%s lookups", fib_level_name(p->home->fib));
	r->rib = rib_create(&p->nexthop);
	return r->rib ? 0 : -ENOMEM;
}

void
tables_free(struct router *r)
{
	rib_destroy(r->rib);
	fib_home_release(r->private->next);
	fib_home_release(r->private->home);
	free(r->private->nexthop_memory);
}

int
growth_begin(struct router *r, size_t size)
{
	struct router_private *p = r->private;

	p->next = home_create(size);
	if (!p->next)
		return -ENOMEM;
	rib_fill_begin(r->rib, p->home->fib, p->next->fib);
	return 0;
}

/* Gives the new FIB up, or the old one. */
static void
growth_end(struct router *r, struct fib_home *drop)
{
	struct router_private *p = r->private;

	rib_fill_end(r->rib);
	if (drop == p->home) {
		p->home = p->next;
		p->parked_home = NULL;
	}
	p->next = NULL;
	fib_home_release(drop);
}

/* -ENOMEM leaves all as it is: changes go to both still. */
static int
growth_publish(struct router *r)
{
	struct router_private *p = r->private;
	struct snapshot *s = snapshot_create(
	    r, &r->config, r->interface, p->next);

	if (!s)
		return -ENOMEM;
	log_info("rib", "the FIB has %zu KiB now, for %zu routes",
	    p->next->size / 1024, rib_count(r->rib));
	growth_end(r, p->home);
	publish(r, s);
	return 1;
}

static int
growth_again(struct router *r)
{
	size_t size = r->private->next->size * 2;

	growth_end(r, r->private->next);
	return growth_begin(r, size);
}

/* No worker reads it yet: what filling has replaced is free at once. */
static void
recycle(struct fib *fib)
{
	if (!fib_must_park(fib))
		return;
	fib_park(fib);
	fib_reclaim(fib);
}

int
growth_turn(struct router *r)
{
	enum rib_status status = rib_fill(r->rib, GROWTH_SLICE);

	recycle(r->private->next->fib);
	switch (status) {
	case RIB_SETTLED:
		return growth_publish(r);
	case RIB_FIB_FULL:
		return growth_again(r);
	case RIB_NO_MEMORY:
		return -ENOMEM;
	default:
		return 0;
	}
}
