/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The paths that routes name, found by hash, and their gateways in order.
 */
#include <errno.h>
#include <stdlib.h>

#include "control/rib_private.h"

enum { PATHS_MIN = 64 };

static uint32_t
path_hash(
    const struct ip_addr *gateway, uint16_t iface, uint8_t type, uint8_t kind)
{
	uint64_t word[2], h;

	memcpy(word, gateway->byte, sizeof(word));
	h = (uint64_t)gateway->family << 32 | (uint64_t)iface << 16 |
	    (uint32_t)type << 8 | kind;
	h = (h ^ word[0]) * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 32 ^ word[1]) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32);
}

static bool
path_is(const struct rib_path *path, const struct rib_route *route,
    enum path_kind kind)
{
	return path->iface == route->iface && path->type == route->type &&
	       path->kind == kind &&
	       ip_addr_equal(&path->gateway, &route->gateway);
}

static uint32_t *
path_chain(struct rib *rib, const struct rib_path *path)
{
	uint32_t h = path_hash(
	    &path->gateway, path->iface, path->type, path->kind);

	return &rib->bucket[h & (rib->buckets - 1)];
}

static void
path_link(struct rib *rib, uint32_t index)
{
	uint32_t *head = path_chain(rib, &rib->path[index]);

	rib->path[index].next = *head;
	*head = index;
}

/* Twice the room, with as many buckets. */
static int
paths_grow(struct rib *rib)
{
	uint32_t room = rib->path_room ? rib->path_room * 2 : PATHS_MIN;
	struct rib_path *path;
	uint32_t *bucket;

	if (rib->path_count > RIB_PATH_MAX)
		return -ENOMEM;
	bucket = malloc(room * sizeof(*bucket));
	if (!bucket)
		return -ENOMEM;
	path = realloc(rib->path, room * sizeof(*path));
	if (!path) {
		free(bucket);
		return -ENOMEM;
	}
	free(rib->bucket);
	rib->path = path;
	rib->path_room = room;
	rib->bucket = bucket;
	rib->buckets = room;
	for (uint32_t i = 0; i < room; i++)
		bucket[i] = RIB_PATH_NONE;
	/* Paths grow only when none is free: all of them are in use. */
	for (uint32_t i = 0; i < rib->path_count; i++)
		path_link(rib, i);
	return 0;
}

uint32_t
rib_path_find(
    struct rib *rib, const struct rib_route *route, enum path_kind kind)
{
	uint32_t i = rib->path_recent;
	uint32_t h;

	if (rib->buckets == 0)
		return RIB_PATH_NONE;
	if (rib->path[i].users && path_is(&rib->path[i], route, kind))
		return i;
	h = path_hash(
	    &route->gateway, route->iface, route->type, (uint8_t)kind);
	i = rib->bucket[h & (rib->buckets - 1)];
	while (i != RIB_PATH_NONE && !path_is(&rib->path[i], route, kind))
		i = rib->path[i].next;
	if (i != RIB_PATH_NONE)
		rib->path_recent = i;
	return i;
}

/* The key of a path among the gateways of its family. */
static struct rib_table *
gateway_record(struct rib *rib, uint32_t index, uint8_t *record)
{
	const struct ip_addr *gateway = &rib->path[index].gateway;
	struct rib_table *t = &rib->gateway[rib_table_index(gateway->family)];

	memset(record, 0, RIB_RECORD_MAX);
	memcpy(record, gateway->byte, t->addr_size);
	record[t->addr_size + RIB_LEN] = ip_family_bits(gateway->family);
	be32_store(record + t->addr_size + RIB_PATH, index << 8);
	return t;
}

static int
gateway_insert(struct rib *rib, uint32_t index)
{
	uint8_t record[RIB_RECORD_MAX];
	struct rib_table *t = gateway_record(rib, index, record);
	struct rib_pos pos;

	return rib_table_insert(t, record, &pos);
}

static void
gateway_remove(struct rib *rib, uint32_t index)
{
	uint8_t record[RIB_RECORD_MAX];
	struct rib_table *t = gateway_record(rib, index, record);
	struct rib_pos pos;

	if (rib_table_find(t, record, &pos))
		rib_table_delete(t, pos);
}

/* The first gateway from an address on. Most prefixes lie before or behind all
 * of them. */
static const uint8_t *
gateway_from(const struct rib_table *g, const uint8_t *key)
{
	const uint8_t *first = rib_table_at(g, (struct rib_pos){ 0, 0 });
	struct rib_pos last = { g->chunk_count - 1, 0 };

	last.index = g->chunk[last.chunk].count - 1u;
	if (memcmp(rib_table_at(g, last), key, g->addr_size) < 0)
		return NULL;
	if (memcmp(first, key, g->addr_size) >= 0)
		return first;
	return rib_table_at(g, rib_table_lower(g, key));
}

bool
rib_covers_gateway(
    const struct rib *rib, const struct rib_table *t, const uint8_t *record)
{
	const struct rib_table *g = &rib->gateway[rib_table_index(t->family)];
	uint8_t key[RIB_RECORD_MAX] = { 0 };
	struct ip_prefix prefix;
	struct ip_addr gateway;
	const uint8_t *found;

	if (g->count == 0)
		return false;
	memcpy(key, record, t->addr_size);
	found = gateway_from(g, key);
	if (!found)
		return false;
	if (t->family == IP4) {
		uint8_t len = rib_tail(t, record, RIB_LEN);
		uint32_t differ = be32_load(found) ^ be32_load(record);

		return len == 0 || differ >> (IP4_BITS - len) == 0;
	}
	prefix = rib_record_prefix(t, record);
	gateway = rib_record_prefix(g, found).addr;
	return ip_prefix_covers(&prefix, &gateway);
}

/* Takes a path out of its hash chain. */
static void
path_unlink(struct rib *rib, uint32_t index)
{
	struct rib_path *path = &rib->path[index];
	uint32_t *link = path_chain(rib, path);

	while (*link != index)
		link = &rib->path[*link].next;
	*link = path->next;
	path->next = rib->path_free;
	rib->path_free = index;
}

uint32_t
rib_path_get(
    struct rib *rib, const struct rib_route *route, enum path_kind kind)
{
	uint32_t i = rib_path_find(rib, route, kind);
	struct rib_path *path;

	if (i != RIB_PATH_NONE)
		return i;
	i = rib->path_free;
	if (i != RIB_PATH_NONE) {
		rib->path_free = rib->path[i].next;
	} else {
		if (rib->path_count == rib->path_room && paths_grow(rib))
			return RIB_PATH_NONE;
		i = rib->path_count++;
	}
	path = &rib->path[i];
	memset(path, 0, sizeof(*path));
	path->gateway = route->gateway;
	path->iface = route->iface;
	path->type = route->type;
	path->kind = (uint8_t)kind;
	path->fresh = true;
	path_link(rib, i);
	if (path->gateway.family != 0 && gateway_insert(rib, i)) {
		path_unlink(rib, i);
		return RIB_PATH_NONE;
	}
	return i;
}

void
rib_path_tidy(struct rib *rib, uint32_t index)
{
	struct rib_path *path = &rib->path[index];

	if (path->users > 0)
		return;
	if (path->gateway.family != 0)
		gateway_remove(rib, index);
	path_unlink(rib, index);
	free(path->way);
	path->way = NULL;
}

void
rib_path_put(struct rib *rib, uint32_t index)
{
	rib->path[index].users--;
	rib_path_tidy(rib, index);
}

void
rib_paths_free(struct rib *rib)
{
	for (uint32_t i = 0; i < rib->path_count; i++)
		free(rib->path[i].way);
	free(rib->path);
	free(rib->bucket);
	rib_table_free(&rib->gateway[0]);
	rib_table_free(&rib->gateway[1]);
}
