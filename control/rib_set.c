/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of paths: the next-hop indices. A set of one path is found by the path,
 * others by hash.
 *
 * A set that no prefix has any more is forgotten at once, but its index stays
 * as it is, first in limbo, then parked, until no worker can hold it.
 */
#include <stdlib.h>

#include "control/rib_private.h"
#include "kernel/log.h"
#include "net/nexthop.h"

enum { SETS_MIN = 64 };

static uint32_t *
set_chain(struct rib *rib, const uint32_t *path, uint32_t count)
{
	uint64_t h = count;

	for (uint32_t i = 0; i < count; i++)
		h = (h ^ path[i] ^ h >> 29) * 0x9e3779b97f4a7c15u;
	return &rib->set_bucket[(h >> 40) % RIB_SET_BUCKETS];
}

static const uint32_t *
set_paths(const struct rib_set *set)
{
	return set->count == 1 ? &set->path : set->member;
}

static uint32_t
set_find(struct rib *rib, const uint32_t *path, uint32_t count)
{
	uint32_t i;

	if (count == 1)
		return rib->path[path[0]].single;
	for (i = *set_chain(rib, path, count); i != 0; i = rib->set[i].next)
		if (rib->set[i].count == count &&
		    memcmp(rib->set[i].member, path, count * sizeof(*path)) ==
			0)
			break;
	return i;
}

/* An index that nobody uses. 0: see `status`. */
static uint32_t
index_take(struct rib *rib, enum rib_status *status)
{
	uint32_t index = rib->set_free;

	*status = RIB_SETTLED;
	if (index != 0) {
		rib->set_free = rib->set[index].next;
		return index;
	}
	if (rib->set_count == rib->set_limit) {
		if (rib->set_limbo || rib->set_parked)
			*status = RIB_WAIT;
		return 0;
	}
	if (rib->set_count >= rib->set_room) {
		uint32_t room = rib->set_room ? rib->set_room * 2 : SETS_MIN;
		struct rib_set *set = realloc(rib->set, room * sizeof(*set));

		if (!set) {
			*status = RIB_NO_MEMORY;
			return 0;
		}
		rib->set = set;
		rib->set_room = room;
	}
	return rib->set_count++;
}

static void
index_free(struct rib *rib, uint32_t index)
{
	static const struct nexthop none;

	nexthop_set(rib->nexthops, index, &none);
	rib->set[index].next = rib->set_free;
	rib->set_free = index;
}

void
rib_say_wide(struct rib *rib)
{
	if (!rib->said_wide)
		log_warn("rib",
		    "more than %d next hops: the others are ignored", ECMP_MAX);
	rib->said_wide = true;
}

static void
set_note_wide(struct rib *rib, struct rib_set *set, bool wide)
{
	if (wide)
		rib_say_wide(rib);
	rib->too_wide += wide;
	rib->too_wide -= set->wide;
	set->wide = wide;
}

/* No group of buckets is free: one way is better than none. */
static void
set_write_poor(struct rib *rib, uint32_t index, const struct rib_outcome *o)
{
	uint32_t first = o->alive ? (uint32_t)__builtin_ctz(o->alive) : 0;
	struct nexthop_ways one = { .count = 1, .adj = { o->adj[first] } };
	struct rib_set *set = &rib->set[index];

	nexthop_set_ways(rib->nexthops, index, &one, o->alive != 0);
	rib->poor += !set->poor;
	set->poor = true;
	if (!rib->said_poor)
		log_warn("rib", "too many groups of next hops: "
				"some lead through one only");
	rib->said_poor = true;
}

/* What the index leads to, as its paths are now. */
static void
set_write(struct rib *rib, uint32_t index)
{
	struct rib_set *set = &rib->set[index];
	struct nexthop_ways ways;
	struct rib_outcome o;
	struct nexthop n;

	rib_join(rib, set_paths(set), set->count, &o);
	set_note_wide(rib, set, o.wide);
	if (o.ways > 0 && (o.type == NEXTHOP_VIA || o.type == NEXTHOP_NONE)) {
		ways.count = o.ways;
		memcpy(ways.adj, o.adj, o.ways * sizeof(o.adj[0]));
		if (!nexthop_set_ways(rib->nexthops, index, &ways, o.alive)) {
			set_write_poor(rib, index, &o);
			return;
		}
	} else {
		memset(&n, 0, sizeof(n));
		n.type = o.type;
		n.iface = o.iface;
		nexthop_set(rib->nexthops, index, &n);
	}
	rib->poor -= set->poor;
	set->poor = false;
}

/* Joins the index with its paths. */
static bool
set_fill(struct rib *rib, uint32_t index, const uint32_t *path, uint32_t count)
{
	struct rib_set *set = &rib->set[index];
	uint32_t *chain;

	memset(set, 0, sizeof(*set));
	set->count = count;
	set->path = path[0];
	if (count > 1) {
		set->member = malloc(count * sizeof(*path));
		if (!set->member)
			return false;
		memcpy(set->member, path, count * sizeof(*path));
		chain = set_chain(rib, path, count);
		set->next = *chain;
		*chain = index;
	} else {
		rib->path[path[0]].single = index;
	}
	for (uint32_t i = 0; i < count; i++)
		rib->path[path[i]].users++;
	return true;
}

enum rib_status
rib_set_get(
    struct rib *rib, const uint32_t *path, uint32_t count, uint32_t *out)
{
	uint32_t index = set_find(rib, path, count);
	enum rib_status status;

	*out = index;
	if (index != 0)
		return RIB_SETTLED;
	index = index_take(rib, &status);
	if (index == 0)
		return status;
	if (!set_fill(rib, index, path, count)) {
		rib->set[index].count = 0;
		rib->set[index].next = rib->set_free;
		rib->set_free = index;
		return RIB_NO_MEMORY;
	}
	rib->set_used++;
	set_write(rib, index);
	*out = index;
	return RIB_SETTLED;
}

/* The set is no more; its index still is. */
static void
set_dissolve(struct rib *rib, uint32_t index)
{
	struct rib_set *set = &rib->set[index];
	const uint32_t *path = set_paths(set);

	if (set->count == 1) {
		rib->path[path[0]].single = 0;
	} else {
		uint32_t *link = set_chain(rib, path, set->count);

		while (*link != index)
			link = &rib->set[*link].next;
		*link = set->next;
	}
	for (uint32_t i = 0; i < set->count; i++)
		rib_path_put(rib, path[i]);
	free(set->member);
	set->member = NULL;
	set->count = 0;
	set_note_wide(rib, set, false);
	rib->poor -= set->poor;
	set->poor = false;
	rib->set_used--;
}

void
rib_set_ref(struct rib *rib, uint32_t index)
{
	rib->set[index].refs++;
}

void
rib_set_unref(struct rib *rib, uint32_t index)
{
	if (--rib->set[index].refs > 0)
		return;
	set_dissolve(rib, index);
	rib->set[index].next = rib->set_limbo;
	rib->set_limbo = index;
}

void
rib_set_tidy(struct rib *rib, uint32_t index)
{
	if (rib->set[index].refs > 0)
		return;
	set_dissolve(rib, index);
	index_free(rib, index);
}

static bool
set_changed(const struct rib *rib, const struct rib_set *set)
{
	const uint32_t *path = set_paths(set);

	for (uint32_t i = 0; i < set->count; i++)
		if (rib->path[path[i]].changed)
			return true;
	return false;
}

void
rib_sets_write(struct rib *rib)
{
	for (uint32_t i = 1; i < rib->set_count; i++)
		if (set_changed(rib, &rib->set[i]))
			set_write(rib, i);
	for (uint32_t i = 0; i < rib->path_count; i++)
		rib->path[i].changed = false;
	rib->any_changed = false;
}

void
rib_sets_retry(struct rib *rib)
{
	rib->retry_poor = false;
	for (uint32_t i = 1; i < rib->set_count; i++)
		if (rib->set[i].poor)
			set_write(rib, i);
	rib->said_poor = rib->poor > 0;
}

bool
rib_must_park(const struct rib *rib)
{
	return rib->set_limbo != 0;
}

void
rib_park(struct rib *rib)
{
	rib->set_parked = rib->set_limbo;
	rib->set_limbo = 0;
}

void
rib_reclaim(struct rib *rib)
{
	bool some = rib->set_parked != 0;

	while (rib->set_parked != 0) {
		uint32_t index = rib->set_parked;

		rib->set_parked = rib->set[index].next;
		index_free(rib, index);
	}
	rib->retry_poor = rib->poor > 0;
	if (some && rib->unplaced > 0) {
		rib->unplaced = 0;
		rib_sweep_start(rib);
	}
}

void
rib_sets_free(struct rib *rib)
{
	for (uint32_t i = 1; i < rib->set_count; i++)
		free(rib->set[i].member);
	free(rib->set);
}
