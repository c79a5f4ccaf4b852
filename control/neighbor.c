/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of adjacencies. Three kinds of entries share the table:
 *
 *  static    from the config; valid at once, never ages.
 *  gateway   some route leads through it (users > 0). Lives as long as that;
 *            while it has no MAC the stack is asked again and again.
 *  other     learned by the stack, or asked for by a packet. Lives until
 *            the stack has lost it for a while.
 *
 * So that a scan of a connected network cannot push neighbours out, packets
 * may fill a quarter of the table with entries that have no MAC, and gateways
 * leave an eighth of it free.
 */
#include <errno.h>
#include <stdlib.h>

#include "control/router_private.h"
#include "kernel/log.h"

enum {
	SWEEP_US = 10 * 1000,
	SWEEP_ENTRIES = 64,
	SWEEP_ASKS = 8,
	ASK_AGAIN_US = 5 * 1000 * 1000,
	FORGET_US = 10 * 1000 * 1000,
	COUNT_US = 10 * 1000, /* between two counts of users, at least */
	NEW_ASKS = 32,        /* new gateways asked for at once */
};

static bool
is_valid(const struct router *r, uint32_t adj)
{
	return (adj_link(&r->adj, adj) & ADJ_VALID) != 0;
}

static void
set_mac(struct router *r, uint32_t adj, const uint8_t *mac)
{
	if (!is_valid(r, adj))
		r->private->incomplete--;
	adj_set_mac(&r->adj, adj, mac);
	r->adj.entry[adj].updated_us = r->private->now_us;
}

static void
invalidate(struct router *r, uint32_t adj)
{
	if (is_valid(r, adj))
		r->private->incomplete++;
	adj_invalidate(&r->adj, adj);
	r->adj.entry[adj].updated_us = r->private->now_us;
}

static void
remove_entry(struct router *r, uint32_t adj)
{
	if (!is_valid(r, adj))
		r->private->incomplete--;
	r->adj.entry[adj].flags = 0;
	adj_remove(&r->adj, adj);
	r->private->adj_removed = true;
}

/* Finds or creates, while no more than `most` entries live. */
static uint32_t
obtain(
    struct router *r, uint16_t iface, const struct ip_addr *addr, uint32_t most)
{
	uint32_t adj = adj_find(&r->adj, iface, addr->family, addr->byte);

	if (adj != ADJ_NONE)
		return adj;
	adj = r->adj.count < most ? adj_add(&r->adj, iface, addr) : ADJ_NONE;
	if (adj == ADJ_NONE) {
		if (!r->private->full_logged)
			log_warn("neighbor", "the table is full: %u entries",
			    (unsigned int)r->adj.count);
		r->private->full_logged = true;
		return ADJ_NONE;
	}
	r->adj.entry[adj].flags = ADJ_LIVE;
	r->private->incomplete++;
	return adj;
}

int
neighbor_init(struct router *r, uint32_t capacity)
{
	uint32_t buckets = 64;
	size_t size = (size_t)capacity * sizeof(struct adj);
	struct adj *entry = aligned_alloc(64, size);
	_Atomic uint32_t *bucket;

	while (buckets < capacity)
		buckets *= 2;
	bucket = calloc(buckets, sizeof(*bucket));
	if (!entry || !bucket) {
		free(entry);
		free(bucket);
		return -ENOMEM;
	}
	memset(entry, 0, size);
	adj_table_init(&r->adj, entry, capacity, bucket, buckets);
	r->private->sweep_next = 1;
	return 0;
}

void
neighbor_free(struct router *r)
{
	free(r->adj.entry);
	free(r->adj.bucket);
}

uint32_t
neighbor_gateway(void *router, uint16_t iface, const struct ip_addr *addr)
{
	struct router *r = router;

	return obtain(r, iface, addr, r->adj.capacity / 8 * 7);
}

uint32_t
neighbor_wanted(struct router *r, uint16_t iface, const struct ip_addr *addr)
{
	uint32_t adj = adj_find(&r->adj, iface, addr->family, addr->byte);

	if (adj == ADJ_NONE) {
		if (r->private->incomplete >= r->adj.capacity / 4)
			return ADJ_NONE;
		adj = obtain(r, iface, addr, r->adj.capacity);
	}
	if (adj != ADJ_NONE && !is_valid(r, adj))
		r->adj.entry[adj].updated_us = r->private->now_us;
	return adj;
}

void
router_neighbor_learned(struct router *r, uint16_t iface,
    const struct ip_addr *addr, const uint8_t *mac)
{
	uint32_t adj = adj_find(&r->adj, iface, addr->family, addr->byte);

	if (adj == ADJ_NONE && mac && interface_on_link(r, iface, addr))
		adj = obtain(r, iface, addr, r->adj.capacity);
	if (adj == ADJ_NONE || (r->adj.entry[adj].flags & ADJ_STATIC))
		return;
	/* A group address is nobody's own (RFC 1812 3.3.2). */
	if (mac && !(mac[0] & 1))
		set_mac(r, adj, mac);
	else if (!mac)
		invalidate(r, adj);
}

static uint16_t
static_iface(struct router *r, const struct config_neighbor *n)
{
	return (uint16_t)(router_interface(r, n->iface) - r->interface);
}

int
neighbor_reserve_static(struct router *r, const struct config *c)
{
	for (uint32_t i = 0; i < c->neighbor_count; i++) {
		const struct config_neighbor *n = &c->neighbor[i];

		if (obtain(r, static_iface(r, n), &n->addr, r->adj.capacity) ==
		    ADJ_NONE)
			return -ENOMEM;
	}
	return 0;
}

/* Those that the running config no longer names become dynamic. */
void
neighbor_commit_static(struct router *r)
{
	const struct config *c = &r->config;

	for (uint32_t adj = 1; adj < r->adj.capacity; adj++) {
		struct adj *e = &r->adj.entry[adj];

		if (!(e->flags & ADJ_STATIC))
			continue;
		e->flags &= (uint8_t)~ADJ_STATIC;
		invalidate(r, adj);
	}
	for (uint32_t i = 0; i < c->neighbor_count; i++) {
		const struct config_neighbor *n = &c->neighbor[i];
		uint32_t adj = adj_find(
		    &r->adj, static_iface(r, n), n->addr.family, n->addr.byte);

		r->adj.entry[adj].flags |= ADJ_STATIC;
		set_mac(r, adj, n->mac);
	}
}

/* False when nothing can be asked now. */
static bool
ask(struct router *r, uint32_t adj)
{
	struct adj *e = &r->adj.entry[adj];
	struct ip_addr addr = ip_addr_load(e->family, e->addr);

	if (!r->interface[e->iface].link.up)
		return false;
	e->updated_us = r->private->now_us;
	r->stack->resolve(e->iface, &addr, NULL, 0);
	return true;
}

/* An entry that has just become a gateway's is asked for at once. */
static void
follow_users(struct router *r, uint32_t adj, uint32_t *asks)
{
	struct adj *e = &r->adj.entry[adj];
	bool was_gateway = (e->flags & ADJ_GATEWAY) != 0;

	if (!e->users) {
		e->flags &= (uint8_t)~ADJ_GATEWAY;
		return;
	}
	e->flags |= ADJ_GATEWAY;
	if (was_gateway || is_valid(r, adj))
		return;
	e->updated_us = 0; /* if not now, the sweep asks as soon as it can */
	if (*asks < NEW_ASKS)
		*asks += ask(r, adj);
}

static void
count_user(void *arg, uint32_t adj)
{
	struct adj_table *t = arg;

	t->entry[adj].users++;
}

void
neighbor_count_users(struct router *r)
{
	uint32_t asks = 0;

	for (uint32_t adj = 1; adj < r->adj.capacity; adj++)
		r->adj.entry[adj].users = 0;
	rib_adjacencies(r->rib, count_user, &r->adj);
	for (uint32_t adj = 1; adj < r->adj.capacity; adj++)
		follow_users(r, adj, &asks);
	r->private->users_changed = false;
	r->private->counted_us = r->private->now_us;
}

void
neighbor_follow(struct router *r)
{
	const struct router_private *p = r->private;

	if (p->users_changed && p->now_us - p->counted_us >= COUNT_US)
		neighbor_count_users(r);
}

static void
sweep_entry(struct router *r, uint32_t adj, uint32_t *asks)
{
	struct router_private *p = r->private;
	struct adj *e = &r->adj.entry[adj];
	uint64_t age = p->now_us - e->updated_us;

	if (!(e->flags & ADJ_LIVE) || is_valid(r, adj))
		return;
	if (e->users) {
		if (*asks < SWEEP_ASKS &&
		    (age >= ASK_AGAIN_US || e->updated_us == 0))
			*asks += ask(r, adj);
		return;
	}
	/* One batch at a time goes through the quiescence of workers. */
	if (age >= FORGET_US && !p->adj_waits)
		remove_entry(r, adj);
}

void
neighbor_poll(struct router *r)
{
	struct router_private *p = r->private;
	uint32_t asks = 0;

	if (p->now_us - p->sweep_us < SWEEP_US)
		return;
	p->sweep_us = p->now_us;
	if (p->users_changed) /* none that has users may go */
		neighbor_count_users(r);
	if (r->adj.count < r->adj.capacity / 4 * 3)
		p->full_logged = false;
	for (uint32_t i = 0; i < SWEEP_ENTRIES; i++) {
		sweep_entry(r, p->sweep_next, &asks);
		if (++p->sweep_next >= r->adj.capacity)
			p->sweep_next = 1;
	}
}

bool
router_neighbor_next(
    const struct router *r, uint32_t *cursor, struct router_neighbor *out)
{
	while (++*cursor < r->adj.capacity) {
		const struct adj *e = &r->adj.entry[*cursor];
		uint64_t link = adj_link(&r->adj, *cursor);

		if (!(e->flags & ADJ_LIVE))
			continue;
		memset(out, 0, sizeof(*out));
		out->iface = e->iface;
		out->addr = ip_addr_load(e->family, e->addr);
		out->has_mac = (link & ADJ_VALID) != 0;
		out->is_static = (e->flags & ADJ_STATIC) != 0;
		out->is_router = e->users != 0;
		if (out->has_mac)
			adj_link_mac(link, out->mac);
		if (!out->is_static)
			out->state = r->stack->neighbor_state(
			    e->iface, &out->addr);
		if (!out->state)
			out->state = out->has_mac ? "reachable" : "incomplete";
		return true;
	}
	return false;
}
