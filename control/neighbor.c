/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of neighbours (neighbor.h): entries made, held and removed.
 *
 * A port has a share of the table for what packets and neighbours make, so
 * that one network cannot fill it for the others. Gateways and static entries
 * come from the config: they have no such bound, and the shares leave room.
 */
#include "control/neighbor.h"

#include <errno.h>
#include <stdlib.h>

#include "control/router_private.h"
#include "kernel/log.h"

enum {
	SECOND_US = 1000 * 1000,
	FULL_US = 10 * SECOND_US, /* between two lines in the log */
	COUNT_US = 10 * 1000,     /* between two counts of users, at least */
	NEW_ASKS = 32,            /* new gateways asked for at once */
	NEXT_ASK_US = 2000,       /* the others: one after the other */
	LAST_ASK_US = 5 * SECOND_US,
	FORGET_US = 10 * SECOND_US, /* what nobody holds or asks for */
	TRANSIT_MAX = 512,
	OWN_MAX = 128,
};

struct neighbor *
neighbor_of(const struct router *r, uint32_t adj)
{
	return &r->private->neighbors->of[adj];
}

struct neighbor_port *
neighbor_port(const struct router *r, uint32_t adj)
{
	uint16_t iface = r->adj.entry[adj].iface;

	return &r->private->neighbors->port[interface_port(r, iface)];
}

bool
neighbor_keeps(const struct router *r, uint32_t adj)
{
	return (r->adj.entry[adj].flags & (ADJ_STATIC | ADJ_GATEWAY)) != 0;
}

uint64_t
neighbor_random(struct router *r, uint64_t most)
{
	struct neighbors *t = r->private->neighbors;

	/* Knuth's MMIX; the high half is well mixed. */
	t->random = t->random * 6364136223846793005u + 1442695040888963407u;
	return (t->random >> 32) * (most + 1) >> 32;
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void
limits_set(struct router *r)
{
	struct neighbors *t = r->private->neighbors;
	uint32_t ports = 0;

	while (ports < PORT_MAX && r->port[ports])
		ports++;
	t->share = r->adj.capacity / 8 * 7 / (ports ? ports : 1);
	t->line_max[LINE_TRANSIT] = least(TRANSIT_MAX, t->share / 4 + 1);
	t->line_max[LINE_OWN] = least(OWN_MAX, t->share / 8 + 1);
	t->line_max[LINE_HEARD] = t->share / 2 + 1;
}

static uint64_t
seed(struct router *r)
{
	uint64_t high = r->private->random();

	return high << 32 | r->private->random();
}

int
neighbor_init(struct router *r, uint32_t capacity)
{
	uint32_t buckets = 64;
	size_t size = (size_t)capacity * sizeof(struct adj);
	struct neighbors *t = calloc(1, sizeof(*t));
	struct adj *entry = aligned_alloc(64, size);
	_Atomic uint32_t *bucket;

	while (buckets < capacity)
		buckets *= 2;
	bucket = calloc(buckets, sizeof(*bucket));
	r->private->neighbors = t;
	if (t)
		t->of = calloc(capacity, sizeof(*t->of));
	if (!entry || !bucket || !t || !t->of) {
		free(entry);
		free(bucket);
		return -ENOMEM;
	}
	memset(entry, 0, size);
	adj_table_init(&r->adj, entry, capacity, bucket, buckets, seed(r));
	limits_set(r);
	return 0;
}

void
neighbor_free(struct router *r)
{
	struct neighbors *t = r->private ? r->private->neighbors : NULL;

	if (t && t->of)
		for (uint32_t adj = 1; adj < r->adj.capacity; adj++)
			if (r->adj.entry[adj].flags & ADJ_LIVE)
				queue_drop(r, adj, DROP_NO_NEIGHBOR);
	if (t)
		free(t->of);
	free(t);
	free(r->adj.entry);
	free(r->adj.bucket);
}

/* Sets and clears flags of an entry that is in the table. */
static void
mark(struct router *r, uint32_t adj, uint8_t set, uint8_t clear)
{
	struct neighbor_port *port = neighbor_port(r, adj);
	struct adj *e = &r->adj.entry[adj];

	port->count -= !neighbor_keeps(r, adj);
	e->flags = (uint8_t)((e->flags & ~clear) | set);
	port->count += !neighbor_keeps(r, adj);
	if (neighbor_keeps(r, adj))
		line_leave(r, adj);
}

static uint32_t
add(struct router *r, uint16_t iface, const struct ip_addr *addr)
{
	struct neighbors *t = r->private->neighbors;
	uint32_t adj = adj_add(&r->adj, iface, addr);

	if (adj == ADJ_NONE)
		return ADJ_NONE;
	t->of[adj] =
	    (struct neighbor){ .slot = NEIGHBOR_NO_TIMER, .line = LINE_NONE };
	r->adj.entry[adj].flags = ADJ_LIVE;
	t->on_iface[iface]++;
	neighbor_port(r, adj)->count++;
	return adj;
}

static void
tell_full(struct router *r, const char *where)
{
	struct neighbors *t = r->private->neighbors;

	r->neighbor_stats.refused++;
	if (t->full_us && r->private->now_us - t->full_us < FULL_US)
		return;
	t->full_us = r->private->now_us;
	log_warn("neighbor", "no room for more on %s: %u entries in all", where,
	    (unsigned int)r->adj.count);
}

uint32_t
neighbor_obtain(struct router *r, uint16_t iface, const struct ip_addr *addr)
{
	struct neighbors *t = r->private->neighbors;
	uint8_t port = interface_port(r, iface);
	uint32_t adj = adj_find(&r->adj, iface, addr->family, addr->byte);

	if (adj == ADJ_NONE && t->port[port].count < t->share)
		adj = add(r, iface, addr);
	if (adj == ADJ_NONE)
		tell_full(r, r->port[port]->name);
	return adj;
}

void
neighbor_remove(struct router *r, uint32_t adj, int reason)
{
	struct neighbors *t = r->private->neighbors;

	queue_drop(r, adj, reason);
	timer_stop(r, adj);
	if (r->adj.entry[adj].flags & ADJ_GATEWAY)
		list_remove(t, LINK_HELD, &t->held, adj);
	line_leave(r, adj);
	neighbor_port(r, adj)->count -= !neighbor_keeps(r, adj);
	t->on_iface[r->adj.entry[adj].iface]--;
	r->adj.entry[adj].flags = 0;
	adj_remove(&r->adj, adj);
}

static void
hold(struct router *r, uint32_t adj)
{
	struct neighbors *t = r->private->neighbors;

	mark(r, adj, ADJ_GATEWAY, 0);
	list_append(t, LINK_HELD, &t->held, adj);
	t->of[adj].fresh = true;
	r->private->users_changed = true;
}

static void
let_go(struct router *r, uint32_t adj)
{
	struct neighbors *t = r->private->neighbors;

	list_remove(t, LINK_HELD, &t->held, adj);
	mark(r, adj, 0, ADJ_GATEWAY);
	if (t->of[adj].state == NEIGHBOR_IDLE)
		timer_arm(r, adj, FORGET_US);
}

uint32_t
neighbor_gateway(void *router, uint16_t iface, const struct ip_addr *addr)
{
	struct router *r = router;
	uint32_t adj = adj_find(&r->adj, iface, addr->family, addr->byte);

	if (adj == ADJ_NONE && r->adj.count < r->adj.capacity / 8 * 7)
		adj = add(r, iface, addr);
	if (adj == ADJ_NONE)
		tell_full(r, "the way to gateways");
	else if (!(r->adj.entry[adj].flags & ADJ_GATEWAY))
		hold(r, adj);
	return adj;
}

int
neighbor_send(struct router *r, const struct hop *hop, const uint8_t *packet,
    uint16_t len)
{
	uint32_t adj = hop->adj;
	bool own = hop->from == IFACE_NONE;
	struct neighbor *n;

	if (adj == ADJ_NONE)
		adj = neighbor_obtain(r, hop->iface, &hop->addr);
	if (adj == ADJ_NONE)
		return DROP_NEIGHBOR_QUEUE;
	n = neighbor_of(r, adj);
	if (n->line == LINE_NONE || (own && n->line == LINE_TRANSIT))
		line_join(r, adj, own ? LINE_OWN : LINE_TRANSIT);
	neighbor_step(r, adj, EVENT_WANTED, NULL);
	return queue_keep(r, adj, packet, len, hop);
}

/* An entry that the config does not use after all goes by its timer. */
int
neighbor_reserve_static(
    struct router *r, const struct config *c, const struct interface *interface)
{
	for (uint32_t i = 0; i < c->neighbor_count; i++) {
		const struct config_neighbor *n = &c->neighbor[i];
		uint16_t iface = interface_named(interface, n->iface);
		uint32_t adj = adj_find(
		    &r->adj, iface, n->addr.family, n->addr.byte);

		if (adj != ADJ_NONE)
			continue;
		adj = add(r, iface, &n->addr);
		if (adj == ADJ_NONE)
			return -ENOMEM;
		timer_arm(r, adj, FORGET_US);
	}
	return 0;
}

static void
static_set(struct router *r, uint32_t adj, const uint8_t *mac)
{
	timer_stop(r, adj);
	mark(r, adj, ADJ_STATIC, 0);
	neighbor_of(r, adj)->state = NEIGHBOR_STATIC;
	adj_set_mac(&r->adj, adj, mac);
	queue_send(r, adj);
}

static void
static_clear(struct router *r, uint32_t adj)
{
	mark(r, adj, 0, ADJ_STATIC);
	adj_invalidate(&r->adj, adj);
	neighbor_of(r, adj)->state = NEIGHBOR_IDLE;
	timer_arm(r, adj, neighbor_keeps(r, adj) ? 0 : FORGET_US);
}

/* Those that the running config no longer names become dynamic. */
void
neighbor_commit_static(struct router *r, const struct interface *interface)
{
	const struct config *c = &r->config;

	for (uint32_t i = 0; i < c->neighbor_count; i++) {
		const struct config_neighbor *n = &c->neighbor[i];
		uint32_t adj = adj_find(&r->adj,
		    interface_named(interface, n->iface), n->addr.family,
		    n->addr.byte);

		static_set(r, adj, n->mac);
		r->adj.entry[adj].flags |= ADJ_NAMED;
	}
	for (uint32_t adj = 1; adj < r->adj.capacity; adj++) {
		uint8_t *flags = &r->adj.entry[adj].flags;

		if ((*flags & ADJ_STATIC) && !(*flags & ADJ_NAMED))
			static_clear(r, adj);
		*flags &= (uint8_t)~ADJ_NAMED;
	}
}

static void
count_user(void *router, uint32_t adj)
{
	struct router *r = router;

	if (!(r->adj.entry[adj].flags & ADJ_GATEWAY))
		hold(r, adj);
	r->adj.entry[adj].users++;
}

/* An entry that has just become a gateway's is asked for at once. */
static void
welcome(struct router *r, uint32_t adj, uint32_t *asks)
{
	struct neighbor *n = neighbor_of(r, adj);
	const struct interface *i = &r->interface[r->adj.entry[adj].iface];
	uint64_t later;

	n->fresh = false;
	if (n->state != NEIGHBOR_IDLE || !i->link.up)
		return;
	if (++*asks <= NEW_ASKS) {
		neighbor_step(r, adj, EVENT_WANTED, NULL);
		return;
	}
	later = (uint64_t)(*asks - NEW_ASKS) * NEXT_ASK_US;
	timer_arm(r, adj, later < LAST_ASK_US ? later : LAST_ASK_US);
}

void
neighbor_count_users(struct router *r)
{
	struct neighbors *t = r->private->neighbors;
	uint32_t asks = 0, next;

	for (uint32_t adj = t->held.first; adj;
	     adj = t->of[adj].link[LINK_HELD].next)
		r->adj.entry[adj].users = 0;
	rib_adjacencies(r->rib, count_user, r);
	for (uint32_t adj = t->held.first; adj; adj = next) {
		next = t->of[adj].link[LINK_HELD].next;
		if (!r->adj.entry[adj].users)
			let_go(r, adj);
		else if (t->of[adj].fresh)
			welcome(r, adj, &asks);
	}
	r->private->users_changed = false;
	t->counted_us = r->private->now_us;
}

void
neighbor_follow(struct router *r)
{
	const struct router_private *p = r->private;

	if (p->users_changed &&
	    p->now_us - p->neighbors->counted_us >= COUNT_US)
		neighbor_count_users(r);
}
