/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What paths lead to. A gateway is looked up among the routes, whose paths are
 * resolved first: a search in depth, of at most RIB_DEPTH_MAX gateways. What
 * depends on a gateway that is too deep is too deep.
 *
 * When a route changes that may resolve some gateway, all paths are resolved
 * anew: there are few of them, and only what comes out differently costs more.
 */
#include <stdlib.h>

#include "control/ip_scope.h"
#include "control/rib_private.h"
#include "kernel/log.h"
#include "net/adjacency.h"
#include "net/nexthop.h"

void
rib_outcome_read(const struct rib_path *path, struct rib_outcome *out)
{
	out->type = path->out_type;
	out->iface = path->out_iface;
	out->ways = path->out_ways;
	out->alive = path->out_alive;
	out->wide = false;
	if (path->out_ways == 1)
		out->adj[0] = path->adj;
	else if (path->out_ways > 1)
		memcpy(
		    out->adj, path->way, path->out_ways * sizeof(out->adj[0]));
}

static bool
outcome_same(const struct rib_outcome *a, const struct rib_outcome *b)
{
	return a->type == b->type && a->iface == b->iface &&
	       a->ways == b->ways && a->alive == b->alive &&
	       memcmp(a->adj, b->adj, a->ways * sizeof(a->adj[0])) == 0;
}

/* When memory is out, one way has to do until it is resolved again. */
static void
ways_store(
    struct rib *rib, struct rib_path *path, const struct rib_outcome *out)
{
	uint32_t first = 0;

	path->out_ways = out->ways;
	path->out_alive = (uint16_t)out->alive;
	if (out->ways > 1 && !path->way)
		path->way = malloc(RIB_WAYS * sizeof(path->way[0]));
	if (out->ways > 1 && path->way) {
		memcpy(path->way, out->adj, out->ways * sizeof(out->adj[0]));
		return;
	}
	if (out->ways > 1) {
		rib->no_memory = true;
		first = (uint32_t)__builtin_ctz(out->alive | 1u << RIB_WAYS) %
		        RIB_WAYS;
		path->out_ways = 1;
		path->out_alive = out->alive != 0;
	}
	path->adj = out->adj[first];
}

/* The routes of the prefix through which the gateway is found. */
static void
note_via(struct rib *rib, const struct rib_path *path, uint8_t len)
{
	struct rib_table *t =
	    &rib->table[rib_table_index(path->gateway.family)];
	struct ip_addr prefix = path->gateway;
	uint8_t key[RIB_RECORD_MAX] = { 0 };
	const uint8_t *record;
	struct rib_pos pos;

	ip_addr_mask(&prefix, len);
	memcpy(key, prefix.byte, t->addr_size);
	key[t->addr_size + RIB_LEN] = len;
	pos = rib_table_lower(t, key);
	record = rib_table_at(t, pos);
	if (record && rib_same_prefix(t, key, record))
		rib_note(rib, t, pos);
}

/* What it leads to now. A path that is down remembers its ways. */
static void
path_store(struct rib *rib, struct rib_path *path, struct rib_outcome *out,
    uint8_t via_len, uint8_t depth)
{
	struct rib_outcome before;

	path->state = PATH_DONE;
	path->depth = depth;
	rib_outcome_read(path, &before);
	if (out->type == NEXTHOP_NONE) {
		*out = before;
		out->type = NEXTHOP_NONE;
		out->alive = 0;
	}
	if (path->via_len != via_len && !path->fresh) {
		note_via(rib, path, path->via_len);
		note_via(rib, path, via_len);
	}
	path->via_len = via_len;
	if (outcome_same(&before, out)) {
		path->fresh = false;
		return;
	}
	if (!path->fresh) {
		path->changed = rib->any_changed = true;
		if ((before.type == NEXTHOP_NONE) !=
		    (out->type == NEXTHOP_NONE)) {
			path->touched = rib->any_touched = true;
			rib_sweep_start(rib);
		}
	}
	path->fresh = false;
	path->out_type = out->type;
	path->out_iface = out->iface;
	ways_store(rib, path, out);
}

static void
outcome_plain(
    struct rib_outcome *out, enum nexthop_type type, uint16_t iface, bool up)
{
	if (!up)
		return;
	out->type = (uint8_t)type;
	out->iface = iface;
}

/* The gateway itself as the only way. */
static void
outcome_gateway(struct rib *rib, uint16_t iface, const struct ip_addr *gateway,
    struct rib_outcome *out)
{
	uint32_t adj = ADJ_NONE;

	if (rib->env.adjacency)
		adj = rib->env.adjacency(rib->env.arg, iface, gateway);
	if (adj == ADJ_NONE) {
		rib->no_adjacency++;
		return;
	}
	out->type = NEXTHOP_VIA;
	out->ways = 1;
	out->alive = 1;
	out->adj[0] = adj;
}

/* True when one of the prefix's routes connects this very interface. */
static bool
group_connects(const struct rib *rib, const struct rib_table *t,
    struct rib_pos pos, uint16_t iface)
{
	const uint8_t *first = rib_table_at(t, pos), *record = first;

	while (record && rib_same_prefix(t, first, record)) {
		const struct rib_path *path =
		    &rib->path[rib_record_path(t, record)];

		if (!rib_gone(t, record) && path->kind == PATH_ROUTE &&
		    path->type == ROUTE_UNICAST && path->gateway.family == 0 &&
		    path->iface == iface)
			return true;
		pos = rib_table_next(t, pos);
		record = rib_table_at(t, pos);
	}
	return false;
}

/* A gateway on a given interface has to be on its link. */
static void
reach_on_link(
    struct rib *rib, const struct rib_path *path, struct rib_outcome *out)
{
	const struct ip_addr *gateway = &path->gateway;
	const struct rib_table *t =
	    &rib->table[rib_table_index(gateway->family)];
	uint8_t len = ip_family_bits(gateway->family);
	bool on_link = ip_link_local(gateway);
	struct rib_pos pos;

	if (path->iface >= IFACE_MAX || !rib->env.up[path->iface])
		return;
	while (!on_link && rib_table_longest(t, gateway->byte, len, &pos)) {
		len = rib_tail(t, rib_table_at(t, pos), RIB_LEN);
		if (len == 0)
			break;
		on_link = group_connects(rib, t, pos, path->iface);
		len--;
	}
	if (on_link)
		outcome_gateway(rib, path->iface, gateway, out);
}

/*
 * A gateway that is looked up among the routes. Returns how many gateways are
 * behind it.
 */
static uint8_t
reach_recursive(struct rib *rib, const struct rib_path *path, uint8_t *via_len,
    struct rib_outcome *out)
{
	const struct rib_table *t =
	    &rib->table[rib_table_index(path->gateway.family)];
	uint8_t len = ip_family_bits(path->gateway.family), depth = 0;
	struct rib_best best;
	struct rib_pos pos;

	while (
	    !rib->cut && rib_table_longest(t, path->gateway.byte, len, &pos)) {
		len = rib_tail(t, rib_table_at(t, pos), RIB_LEN);
		if (len == 0)
			break;
		rib_best_of(rib, t, pos, &best);
		*via_len = len;
		if (best.depth > depth)
			depth = best.depth;
		if (!best.active) {
			if (best.busy)
				break;
			len--;
			continue;
		}
		rib_join(rib, best.path, best.count, out);
		if (out->wide)
			rib_say_wide(rib);
		if (out->type == NEXTHOP_LOCAL) {
			out->type = NEXTHOP_NONE;
		} else if (out->type == NEXTHOP_CONNECTED) {
			out->type = NEXTHOP_NONE;
			outcome_gateway(rib, out->iface, &path->gateway, out);
			out->iface = 0;
		}
		break;
	}
	return depth;
}

/* Paths that need no look at other paths. */
static void
reach_direct(
    struct rib *rib, const struct rib_path *path, struct rib_outcome *out)
{
	uint16_t iface = path->iface;
	bool known = iface < IFACE_MAX;
	bool up = known && rib->env.up[iface];

	if (path->kind == PATH_LOCAL)
		outcome_plain(
		    out, NEXTHOP_LOCAL, iface, known && rib->env.local[iface]);
	else if (path->kind == PATH_BROADCAST)
		outcome_plain(out, NEXTHOP_BROADCAST, iface, up);
	else if (path->kind == PATH_ANYCAST)
		outcome_plain(out, NEXTHOP_LOCAL, iface, up);
	else if (path->type == ROUTE_BLACKHOLE)
		outcome_plain(out, NEXTHOP_BLACKHOLE, 0, true);
	else if (path->type == ROUTE_REJECT)
		outcome_plain(out, NEXTHOP_REJECT, 0, true);
	else if (path->gateway.family != 0)
		reach_on_link(rib, path, out);
	else
		outcome_plain(out, NEXTHOP_CONNECTED, iface, up);
}

static bool
is_recursive(const struct rib_path *path)
{
	return path->kind == PATH_ROUTE && path->type == ROUTE_UNICAST &&
	       path->gateway.family != 0 && path->iface == IFACE_NONE;
}

/* Once, until there is none again. */
static void
say_deep(struct rib *rib)
{
	rib->too_deep++;
	if (!rib->said_deep)
		log_warn("rib",
		    "a gateway is inactive: more than %d steps away",
		    RIB_DEPTH_MAX);
	rib->said_deep = true;
}

static void
path_resolve(struct rib *rib, struct rib_path *path)
{
	struct rib_outcome out;
	uint8_t via_len = 0, depth = path->gateway.family != 0;

	memset(&out, 0, sizeof(out));
	if (!is_recursive(path)) {
		reach_direct(rib, path, &out);
		path_store(rib, path, &out, 0, depth);
		return;
	}
	if (rib->depth == RIB_DEPTH_MAX) {
		rib->cut = true;
		return;
	}
	path->state = PATH_BUSY;
	rib->depth++;
	depth += reach_recursive(rib, path, &via_len, &out);
	rib->depth--;
	if (rib->cut && rib->depth > 0) {
		path->state = PATH_UNKNOWN; /* may do on its own */
		return;
	}
	if (rib->cut) {
		rib->cut = false;
		say_deep(rib);
		memset(&out, 0, sizeof(out));
		depth = RIB_TOO_DEEP;
		via_len = 0;
	}
	path_store(rib, path, &out, via_len, depth);
}

bool
rib_path_active(struct rib *rib, uint32_t index, struct rib_best *best)
{
	struct rib_path *path = &rib->path[index];

	if (rib->cut)
		return false;
	if (path->state == PATH_UNKNOWN)
		path_resolve(rib, path);
	if (path->state == PATH_BUSY)
		best->busy = true;
	if (path->state != PATH_DONE)
		return false;
	if (rib->depth > 0 && rib->depth + path->depth > RIB_DEPTH_MAX) {
		rib->cut = true;
		return false;
	}
	if (path->depth > best->depth)
		best->depth = path->depth;
	return path->out_type != NEXTHOP_NONE;
}

void
rib_resolve_all(struct rib *rib)
{
	rib->unresolved = false;
	rib->too_deep = rib->no_adjacency = 0;
	for (uint32_t i = 0; i < rib->path_count; i++)
		rib->path[i].state = PATH_UNKNOWN;
	for (uint32_t i = 0; i < rib->path_count; i++)
		if (rib->path[i].users > 0 &&
		    rib->path[i].state == PATH_UNKNOWN)
			path_resolve(rib, &rib->path[i]);
	rib->said_deep = rib->too_deep > 0;
	if (rib->any_changed)
		rib_sets_write(rib);
}
