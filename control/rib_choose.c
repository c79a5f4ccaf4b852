/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which routes of a prefix win, and what paths lead to together.
 */
#include "control/rib_private.h"
#include "net/nexthop.h"

_Static_assert((int)RIB_WAYS == (int)ECMP_MAX, "the ways of a group");

/* Of paths with equal distance, the greater rank wins. */
static const uint8_t rank[] = {
	[NEXTHOP_NONE] = 0,
	[NEXTHOP_REJECT] = 1,
	[NEXTHOP_BLACKHOLE] = 2,
	[NEXTHOP_VIA] = 3,
	[NEXTHOP_GROUP] = 3,
	[NEXTHOP_CONNECTED] = 4,
	[NEXTHOP_BROADCAST] = 4,
	[NEXTHOP_LOCAL] = 5,
};

/* True when the record's gateway was found through the record's own prefix. */
static bool
through_itself(const struct rib_table *t, const uint8_t *record,
    const struct rib_path *path)
{
	struct ip_prefix own;

	if (path->gateway.family != t->family || path->iface != IFACE_NONE ||
	    path->via_len != rib_tail(t, record, RIB_LEN))
		return false;
	own = rib_record_prefix(t, record);
	return ip_prefix_covers(&own, &path->gateway);
}

bool
rib_member_add(struct rib_best *best, uint32_t path)
{
	uint32_t at = best->count;

	while (at > 0 && best->path[at - 1] > path)
		at--;
	if (at > 0 && best->path[at - 1] == path)
		return true;
	if (best->count == RIB_MEMBERS)
		return false;
	memmove(&best->path[at + 1], &best->path[at],
	    (best->count - at) * sizeof(best->path[0]));
	best->path[at] = path;
	best->count++;
	return true;
}

/* The routes from `pos` on that have the same prefix and distance. */
static bool
same_choice(
    const struct rib_table *t, const uint8_t *first, const uint8_t *record)
{
	return record && rib_same_prefix(t, first, record) &&
	       rib_tail(t, first, RIB_DISTANCE) ==
	           rib_tail(t, record, RIB_DISTANCE);
}

/*
 * Gathers the paths of one distance; only active ones when all are too many.
 * Returns the place behind them.
 */
static struct rib_pos
gather(struct rib *rib, const struct rib_table *t, struct rib_pos pos,
    struct rib_best *best, bool only_active, bool *fits)
{
	const uint8_t *first = rib_table_at(t, pos), *record = first;

	*fits = true;
	best->count = 0;
	best->active = false;
	best->distance = rib_tail(t, first, RIB_DISTANCE);
	for (; same_choice(t, first, record); record = rib_table_at(t, pos)) {
		uint32_t path = rib_record_path(t, record);
		bool active;

		pos = rib_table_next(t, pos);
		if (rib_gone(t, record))
			continue;
		active = rib_path_active(rib, path, best);
		if (through_itself(t, record, &rib->path[path]))
			continue;
		if (active || !only_active)
			*fits &= rib_member_add(best, path);
		best->active |= active;
	}
	return pos;
}

void
rib_best_of(struct rib *rib, const struct rib_table *t, struct rib_pos pos,
    struct rib_best *best)
{
	const uint8_t *first = rib_table_at(t, pos), *record = first;

	best->active = best->busy = false;
	best->count = best->depth = 0;
	while (record && rib_same_prefix(t, first, record)) {
		struct rib_pos from = pos;
		bool fits;

		if (rib_tail(t, record, RIB_DISTANCE) ==
		    RIB_DISTANCE_UNREACHABLE)
			break;
		pos = gather(rib, t, from, best, false, &fits);
		if (!fits)
			gather(rib, t, from, best, true, &fits);
		if (best->active)
			return;
		record = rib_table_at(t, pos);
	}
	best->active = false;
	best->count = 0;
}

/* Adds a way, or says that it is alive. */
static void
way_add(struct rib_outcome *out, uint32_t adj, bool alive)
{
	uint32_t at = 0;

	while (at < out->ways && out->adj[at] != adj)
		at++;
	if (at == RIB_WAYS) {
		out->wide = true;
		return;
	}
	if (at == out->ways) {
		out->adj[at] = adj;
		out->ways++;
	}
	if (alive)
		out->alive |= 1u << at;
}

static void
ways_join(const struct rib *rib, const uint32_t *path, uint32_t count,
    bool dead_too, struct rib_outcome *out)
{
	out->ways = 0;
	out->alive = 0;
	out->wide = false;
	for (uint32_t i = 0; i < count; i++) {
		struct rib_outcome one;

		rib_outcome_read(&rib->path[path[i]], &one);
		if (one.type != NEXTHOP_VIA && one.type != NEXTHOP_NONE)
			continue;
		for (uint32_t k = 0; k < one.ways; k++) {
			bool alive = (one.alive >> k & 1) != 0;

			if (alive || dead_too)
				way_add(out, one.adj[k], alive);
		}
	}
}

void
rib_join(const struct rib *rib, const uint32_t *path, uint32_t count,
    struct rib_outcome *out)
{
	uint32_t best = 0;

	if (count == 1) {
		rib_outcome_read(&rib->path[path[0]], out);
		return;
	}
	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < count; i++) {
		const struct rib_path *p = &rib->path[path[i]];

		if (rank[p->out_type] <= best)
			continue;
		best = rank[p->out_type];
		out->type = p->out_type;
		out->iface = p->out_iface;
	}
	if (best > rank[NEXTHOP_VIA] || best == rank[NEXTHOP_BLACKHOLE] ||
	    best == rank[NEXTHOP_REJECT])
		return;
	/* The dead keep their places as long as there is room for them. */
	ways_join(rib, path, count, true, out);
	if (out->wide)
		ways_join(rib, path, count, false, out);
}

bool
rib_contributes(const struct rib_path *path, const struct rib_outcome *joined)
{
	struct rib_outcome own;

	if (path->out_type == NEXTHOP_NONE || path->out_type != joined->type)
		return false;
	if (path->out_type != NEXTHOP_VIA)
		return path->out_iface == joined->iface;
	rib_outcome_read(path, &own);
	for (uint32_t i = 0; i < own.ways; i++)
		for (uint32_t k = 0; k < joined->ways; k++)
			if (own.adj[i] == joined->adj[k] &&
			    own.alive >> i & joined->alive >> k & 1)
				return true;
	return false;
}
