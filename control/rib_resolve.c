/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths to next hops. Each path is resolved once a build; each distinct set of
 * ways is one next hop, found by hash.
 */
#include "control/rib_resolve.h"

#include <errno.h>
#include <stdlib.h>

#include "control/ip_scope.h"

enum { NEXTHOPS_MIN = 64 };

/* Of routes with equal distance, the greater rank wins. */
static const uint8_t rank[] = {
	[NEXTHOP_NONE] = 0,
	[NEXTHOP_REJECT] = 1,
	[NEXTHOP_BLACKHOLE] = 2,
	[NEXTHOP_VIA] = 3,
	[NEXTHOP_CONNECTED] = 4,
	[NEXTHOP_LOCAL] = 5,
};

int
rib_resolver_init(
    struct rib_resolver *r, struct rib *rib, const struct rib_build_env *env)
{
	memset(r, 0, sizeof(*r));
	r->rib = rib;
	r->env = env;
	r->room = NEXTHOPS_MIN;
	r->buckets = 2 * NEXTHOPS_MIN;
	r->nexthop = calloc(r->room, sizeof(*r->nexthop));
	r->bucket = calloc(r->buckets, sizeof(*r->bucket));
	if (!r->nexthop || !r->bucket) {
		rib_resolver_free(r);
		return -ENOMEM;
	}
	r->count = 1; /* FIB_MISS, all zero: NEXTHOP_NONE */
	for (uint32_t i = 0; i < rib->path_count; i++)
		rib->path[i].state = PATH_UNKNOWN;
	return 0;
}

void
rib_resolver_free(struct rib_resolver *r)
{
	free(r->nexthop);
	free(r->bucket);
	r->nexthop = NULL;
	r->bucket = NULL;
}

/* The bucket of this next hop, or the empty one where it belongs. */
static uint32_t *
nexthop_bucket(const struct rib_resolver *r, const struct nexthop_set *nexthop)
{
	const uint8_t *byte = (const uint8_t *)nexthop;
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < sizeof(*nexthop); i++)
		h = (h ^ byte[i]) * 16777619u;
	for (;; h++) {
		uint32_t *b = &r->bucket[h & (r->buckets - 1)];

		if (*b == 0 ||
		    memcmp(&r->nexthop[*b], nexthop, sizeof(*nexthop)) == 0)
			return b;
	}
}

static int
nexthops_grow(struct rib_resolver *r)
{
	uint32_t room = r->room * 2;
	struct nexthop_set *grown;
	uint32_t *bucket = calloc(room * 2, sizeof(*bucket));

	if (!bucket)
		return -ENOMEM;
	grown = realloc(r->nexthop, room * sizeof(*grown));
	if (!grown) {
		free(bucket);
		return -ENOMEM;
	}
	free(r->bucket);
	r->nexthop = grown;
	r->room = room;
	r->bucket = bucket;
	r->buckets = room * 2;
	for (uint32_t i = 1; i < r->count; i++)
		*nexthop_bucket(r, &r->nexthop[i]) = i;
	return 0;
}

uint32_t
rib_intern(struct rib_resolver *r, const struct nexthop_set *nexthop)
{
	uint32_t *b = nexthop_bucket(r, nexthop);

	if (*b != 0)
		return *b;
	if (r->count == r->room) {
		if (nexthops_grow(r)) {
			r->no_memory = true;
			return 0;
		}
		b = nexthop_bucket(r, nexthop);
	}
	r->nexthop[r->count] = *nexthop;
	*b = r->count;
	return r->count++;
}

static uint32_t
intern_plain(struct rib_resolver *r, enum nexthop_type type, uint16_t iface)
{
	struct nexthop_set n;

	memset(&n, 0, sizeof(n));
	n.type = type;
	n.iface = iface;
	return rib_intern(r, &n);
}

/* The gateway itself as the only way. */
static uint32_t
intern_gateway(
    struct rib_resolver *r, uint16_t iface, const struct ip_addr *gateway)
{
	struct nexthop_set n;

	memset(&n, 0, sizeof(n));
	n.type = NEXTHOP_VIA;
	n.ways = 1;
	n.adj[0] = r->env->adjacency(r->env->arg, iface, gateway);
	return n.adj[0] == ADJ_NONE ? 0 : rib_intern(r, &n);
}

/* Adds a way, in order. False when there is no room for it. */
static bool
way_add(struct nexthop_set *n, uint32_t adj)
{
	uint32_t at = 0;

	while (at < n->ways && n->adj[at] < adj)
		at++;
	if (at < n->ways && n->adj[at] == adj)
		return true;
	if (n->ways == ECMP_MAX)
		return false;
	memmove(
	    &n->adj[at + 1], &n->adj[at], (n->ways - at) * sizeof(n->adj[0]));
	n->adj[at] = adj;
	n->ways++;
	return true;
}

/* True when one of the prefix's routes connects this very interface. */
static bool
group_connects(const struct rib_resolver *r, const struct rib_table *t,
    struct rib_pos pos, uint16_t iface)
{
	const uint8_t *first = rib_table_at(t, pos);
	const uint8_t *record = first;

	while (record && rib_same_prefix(t, first, record)) {
		const struct rib_path *path =
		    &r->rib->path[rib_record_path(t, record)];

		if (record[t->addr_size + RIB_SOURCE] != SOURCE_LOCAL &&
		    path->type == ROUTE_UNICAST && path->gateway.family == 0 &&
		    path->iface == iface)
			return true;
		pos = rib_table_next(t, pos);
		record = rib_table_at(t, pos);
	}
	return false;
}

/* A gateway on a given interface has to be on its link. */
static uint32_t
resolve_on_link(struct rib_resolver *r, const struct rib_path *path)
{
	const struct ip_addr *gateway = &path->gateway;
	const struct rib_table *t =
	    &r->rib->table[rib_table_index(gateway->family)];
	uint8_t len = ip_family_bits(gateway->family);
	bool on_link = ip_link_local(gateway);
	struct rib_pos pos;

	if (!r->env->up[path->iface])
		return 0;
	while (!on_link && rib_table_longest(t, gateway->byte, len, &pos)) {
		len = rib_table_at(t, pos)[t->addr_size + RIB_LEN];
		if (len == 0)
			break;
		on_link = group_connects(r, t, pos, path->iface);
		len--;
	}
	return on_link ? intern_gateway(r, path->iface, gateway) : 0;
}

/* A gateway that is looked up in the RIB. */
static uint32_t
resolve_recursive(struct rib_resolver *r, uint32_t index)
{
	struct rib_path *path = &r->rib->path[index];
	const struct rib_table *t =
	    &r->rib->table[rib_table_index(path->gateway.family)];
	uint8_t len = ip_family_bits(path->gateway.family);
	struct rib_pos pos;

	while (rib_table_longest(t, path->gateway.byte, len, &pos)) {
		struct rib_choice choice;
		const struct nexthop_set *n;

		len = rib_table_at(t, pos)[t->addr_size + RIB_LEN];
		if (len == 0)
			return 0;
		choice = rib_choose(r, t, pos);
		path->via_len = len;
		if (choice.nexthop == 0) {
			if (choice.busy)
				return 0;
			len--;
			continue;
		}
		n = &r->nexthop[choice.nexthop];
		if (n->type == NEXTHOP_LOCAL)
			return 0;
		if (n->type == NEXTHOP_CONNECTED)
			return intern_gateway(r, n->iface, &path->gateway);
		return choice.nexthop;
	}
	return 0;
}

static uint32_t
resolve(struct rib_resolver *r, uint32_t index)
{
	const struct rib_path *path = &r->rib->path[index];

	if (path->type == ROUTE_BLACKHOLE)
		return intern_plain(r, NEXTHOP_BLACKHOLE, 0);
	if (path->type == ROUTE_REJECT)
		return intern_plain(r, NEXTHOP_REJECT, 0);
	if (path->gateway.family != 0) {
		if (path->iface != IFACE_NONE)
			return resolve_on_link(r, path);
		return resolve_recursive(r, index);
	}
	if (path->iface == IFACE_NONE || !r->env->up[path->iface])
		return 0;
	return intern_plain(r, NEXTHOP_CONNECTED, path->iface);
}

static uint32_t
path_nexthop(struct rib_resolver *r, uint32_t index, bool *busy)
{
	struct rib_path *path = &r->rib->path[index];

	if (path->state == PATH_DONE)
		return path->nexthop;
	if (path->state == PATH_BUSY) {
		*busy = true;
		return 0;
	}
	if (r->depth == RIB_DEPTH_MAX) {
		r->too_deep++;
		return 0;
	}
	path->state = PATH_BUSY;
	path->via_len = 0;
	r->depth++;
	path->nexthop = resolve(r, index);
	r->depth--;
	path->state = PATH_DONE;
	return path->nexthop;
}

/* True when the record's gateway was found through the record's own prefix. */
static bool
through_itself(const struct rib_table *t, const uint8_t *record,
    const struct rib_path *path)
{
	struct ip_prefix own = { .len = record[t->addr_size + RIB_LEN] };

	if (path->gateway.family != t->family || path->iface != IFACE_NONE ||
	    path->via_len != own.len)
		return false;
	own.addr.family = t->family;
	memcpy(own.addr.byte, record, t->addr_size);
	return ip_prefix_covers(&own, &path->gateway);
}

static uint32_t
record_nexthop(struct rib_resolver *r, const struct rib_table *t,
    const uint8_t *record, bool *busy)
{
	uint32_t index = rib_record_path(t, record), nexthop;
	uint16_t iface = r->rib->path[index].iface;

	if (record[t->addr_size + RIB_DISTANCE] == RIB_DISTANCE_UNREACHABLE)
		return 0;
	if (record[t->addr_size + RIB_SOURCE] == SOURCE_LOCAL) {
		if (!r->env->local[iface])
			return 0;
		return intern_plain(r, NEXTHOP_LOCAL, iface);
	}
	nexthop = path_nexthop(r, index, busy);
	if (nexthop && through_itself(t, record, &r->rib->path[index]))
		return 0;
	return nexthop;
}

/* Joins a next hop with what was chosen so far at the same distance. */
static uint32_t
choose_between(struct rib_resolver *r, uint32_t a, uint32_t b, bool *too_wide)
{
	uint8_t rank_a = rank[r->nexthop[a].type];
	uint8_t rank_b = rank[r->nexthop[b].type];
	struct nexthop_set both;

	if (rank_a != rank_b)
		return rank_a > rank_b ? a : b;
	if (a == b || r->nexthop[a].type != NEXTHOP_VIA)
		return a;
	both = r->nexthop[a];
	for (uint32_t i = 0; i < r->nexthop[b].ways; i++)
		if (!way_add(&both, r->nexthop[b].adj[i]))
			*too_wide = true;
	return rib_intern(r, &both);
}

struct rib_choice
rib_choose(
    struct rib_resolver *r, const struct rib_table *t, struct rib_pos pos)
{
	struct rib_choice choice = { 0 };
	const uint8_t *first = rib_table_at(t, pos);
	const uint8_t *record = first;
	bool too_wide = false;

	while (record && rib_same_prefix(t, first, record)) {
		uint8_t distance = record[t->addr_size + RIB_DISTANCE];
		uint32_t nexthop;

		if (choice.nexthop && distance != choice.distance)
			break;
		nexthop = record_nexthop(r, t, record, &choice.busy);
		if (nexthop) {
			choice.distance = distance;
			choice.nexthop = choose_between(
			    r, choice.nexthop, nexthop, &too_wide);
		}
		pos = rib_table_next(t, pos);
		record = rib_table_at(t, pos);
	}
	r->too_wide += too_wide;
	return choice;
}

bool
rib_chosen(struct rib_resolver *r, const struct rib_table *t,
    const uint8_t *record, const struct rib_choice *choice)
{
	const struct nexthop_set *chosen = &r->nexthop[choice->nexthop];
	const struct nexthop_set *own;
	bool busy = false;
	uint32_t nexthop;

	if (choice->nexthop == 0 ||
	    record[t->addr_size + RIB_DISTANCE] != choice->distance)
		return false;
	nexthop = record_nexthop(r, t, record, &busy);
	if (nexthop == choice->nexthop)
		return true;
	own = &r->nexthop[nexthop];
	if (own->type != chosen->type || own->type != NEXTHOP_VIA)
		return false;
	for (uint32_t i = 0; i < chosen->ways; i++)
		for (uint32_t k = 0; k < own->ways; k++)
			if (chosen->adj[i] == own->adj[k])
				return true;
	return false;
}
