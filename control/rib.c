/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All routes: two sorted tables of records, and the paths that they name.
 */
#include "control/rib.h"

#include <errno.h>
#include <stdlib.h>

#include "control/rib_private.h"
#include "net/fib.h"
#include "net/nexthop.h"

struct rib *
rib_create(struct nexthop_table *nexthops)
{
	struct rib *rib = calloc(1, sizeof(*rib));

	if (!rib)
		return NULL;
	rib->queue = malloc(RIB_QUEUE * sizeof(rib->queue[0]));
	if (!rib->queue) {
		free(rib);
		return NULL;
	}
	rib->nexthops = nexthops;
	for (uint32_t i = 0; i < 2; i++) {
		rib_table_init(&rib->table[i], i ? IP6 : IP4);
		rib_table_init(&rib->gateway[i], i ? IP6 : IP4);
	}
	rib->path_free = RIB_PATH_NONE;
	rib->set_count = 1;
	rib->set_limit = FIB_NEXTHOP_MAX + 1;
	if (nexthops->capacity < rib->set_limit)
		rib->set_limit = nexthops->capacity;
	return rib;
}

void
rib_destroy(struct rib *rib)
{
	if (!rib)
		return;
	rib_table_free(&rib->table[0]);
	rib_table_free(&rib->table[1]);
	rib_paths_free(rib);
	rib_sets_free(rib);
	free(rib->queue);
	free(rib);
}

static enum path_kind
route_kind(const struct rib_route *route)
{
	return route->source == SOURCE_LOCAL ? PATH_LOCAL : PATH_ROUTE;
}

static void
record_write(const struct rib_table *t, const struct rib_route *route,
    uint32_t path, uint8_t *record)
{
	uint8_t *tail = record + t->addr_size;

	memcpy(record, route->prefix.addr.byte, t->addr_size);
	tail[RIB_LEN] = route->prefix.len;
	tail[RIB_DISTANCE] = route->distance;
	tail[RIB_SOURCE] = route->source;
	tail[RIB_FILE] = route->file;
	be32_store(tail + RIB_PATH, path << 8);
}

int
rib_add(struct rib *rib, const struct rib_route *route)
{
	struct rib_table *t =
	    &rib->table[rib_table_index(route->prefix.addr.family)];
	uint32_t path = rib_path_get(rib, route, route_kind(route));
	uint8_t record[RIB_RECORD_MAX];
	struct rib_pos pos;
	int error;

	if (path == RIB_PATH_NONE)
		return -ENOMEM;
	record_write(t, route, path, record);
	error = rib_table_insert(t, record, &pos);
	if (error == 0) {
		rib->path[path].users++;
	} else if (error == -EEXIST && rib_gone(t, rib_table_at(t, pos))) {
		rib_table_revive(t, pos);
		error = 0;
	}
	if (error)
		rib_path_tidy(rib, path);
	else
		rib_mark(rib, t, pos);
	return error;
}

static void
record_remove(struct rib *rib, struct rib_table *t, struct rib_pos pos)
{
	rib_table_bury(t, pos);
	rib_mark(rib, t, pos);
}

int
rib_remove(struct rib *rib, const struct rib_route *route)
{
	struct rib_table *t =
	    &rib->table[rib_table_index(route->prefix.addr.family)];
	uint32_t path = rib_path_find(rib, route, route_kind(route));
	uint8_t record[RIB_RECORD_MAX];
	struct rib_pos pos;

	if (path == RIB_PATH_NONE)
		return -ENOENT;
	record_write(t, route, path, record);
	if (!rib_table_find(t, record, &pos) ||
	    rib_gone(t, rib_table_at(t, pos)))
		return -ENOENT;
	t->near = pos;
	record_remove(rib, t, pos);
	return 0;
}

static bool
flush_matches(const struct rib *rib, const struct rib_table *t,
    const uint8_t *record, const struct rib_flush *flush)
{
	const struct rib_path *path = &rib->path[rib_record_path(t, record)];

	if (rib_gone(t, record) ||
	    rib_tail(t, record, RIB_SOURCE) != flush->source)
		return false;
	if (flush->one_file && rib_tail(t, record, RIB_FILE) != flush->file)
		return false;
	return flush->iface == IFACE_NONE || path->iface == flush->iface;
}

bool
rib_flush_some(struct rib *rib, struct rib_flush *flush, size_t budget)
{
	do {
		struct rib_table *t = &rib->table[flush->at.table];
		struct rib_pos pos = rib_cursor_pos(t, &flush->at);
		const uint8_t *record;

		while ((record = rib_table_at(t, pos))) {
			if (budget == 0)
				return false;
			budget--;
			if (flush_matches(rib, t, record, flush))
				record_remove(rib, t, pos);
			if (budget == 0)
				rib_cursor_set(t, &flush->at, record, false);
			pos = rib_table_next(t, pos);
		}
	} while (rib_cursor_next_table(&flush->at));
	return true;
}

void
rib_flush(struct rib *rib, enum route_source source, uint16_t iface)
{
	struct rib_flush flush = { .source = (uint8_t)source, .iface = iface };

	rib_flush_some(rib, &flush, SIZE_MAX);
}

void
rib_env_set(struct rib *rib, const struct rib_env *env)
{
	rib->env = *env;
	rib_resolve_all(rib);
}

size_t
rib_count(const struct rib *rib)
{
	return rib->table[0].count + rib->table[1].count;
}

void
rib_adjacencies(
    const struct rib *rib, void (*fn)(void *arg, uint32_t adjacency), void *arg)
{
	for (uint32_t i = 0; i < rib->path_count; i++) {
		struct rib_outcome out;

		if (rib->path[i].users == 0)
			continue;
		rib_outcome_read(&rib->path[i], &out);
		for (uint32_t k = 0; k < out.ways; k++)
			if (out.alive >> k & 1)
				fn(arg, out.adj[k]);
	}
}

void
rib_stats(const struct rib *rib, struct rib_stats *out)
{
	memset(out, 0, sizeof(*out));
	out->prefixes = rib->prefixes;
	for (uint32_t i = 0; i < rib->path_count; i++)
		out->paths += rib->path[i].users > 0;
	out->nexthops = rib->set_used;
	out->unplaced = rib->unplaced;
	out->too_deep = rib->too_deep;
	out->too_wide = rib->too_wide;
	out->no_adjacency = rib->no_adjacency;
	out->dirty = rib->tail - rib->head + rib->sweep.running;
	out->memory = sizeof(*rib) + RIB_QUEUE * sizeof(rib->queue[0]) +
	              rib->path_room * sizeof(rib->path[0]) +
	              rib->buckets * sizeof(rib->bucket[0]) +
	              rib->set_room * sizeof(rib->set[0]);
	for (uint32_t i = 0; i < 2; i++)
		out->memory += rib_table_memory(&rib->table[i]) +
		               rib_table_memory(&rib->gateway[i]);
}
