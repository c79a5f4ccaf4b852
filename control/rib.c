/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All routes: two sorted tables of records, and the paths that they name.
 */
#include "control/rib.h"

#include <errno.h>
#include <stdlib.h>

#include "control/rib_private.h"

enum { PATHS_MIN = 64 };

struct rib *
rib_create(struct nexthop_table *nexthops)
{
	struct rib *rib = calloc(1, sizeof(*rib));

	if (!rib)
		return NULL;
	rib->nexthops = nexthops;
	rib_table_init(&rib->table[0], IP4);
	rib_table_init(&rib->table[1], IP6);
	rib->path_free = RIB_PATH_NONE;
	rib->active_bit = 1;
	return rib;
}

void
rib_destroy(struct rib *rib)
{
	if (!rib)
		return;
	rib_table_free(&rib->table[0]);
	rib_table_free(&rib->table[1]);
	free(rib->path);
	free(rib->bucket);
	free(rib);
}

/* FNV-1a over what makes a path. */
static uint32_t
path_hash(const struct rib_route *route)
{
	uint32_t h = 2166136261u;

	for (uint32_t i = 0; i < sizeof(route->gateway.byte); i++)
		h = (h ^ route->gateway.byte[i]) * 16777619u;
	h = (h ^ route->gateway.family) * 16777619u;
	h = (h ^ route->type) * 16777619u;
	return (h ^ route->iface) * 16777619u;
}

static void
path_read(const struct rib_path *path, struct rib_route *out)
{
	out->gateway = path->gateway;
	out->iface = path->iface;
	out->type = path->type;
}

static void
path_link(struct rib *rib, uint32_t index)
{
	struct rib_route key;
	uint32_t *head;

	path_read(&rib->path[index], &key);
	head = &rib->bucket[path_hash(&key) & (rib->buckets - 1)];
	rib->path[index].next = *head;
	*head = index;
}

/* Twice the room, with as many buckets. */
static int
paths_grow(struct rib *rib)
{
	uint32_t room = rib->path_room ? rib->path_room * 2 : PATHS_MIN;
	struct rib_path *path;
	uint32_t *bucket = malloc(room * sizeof(*bucket));

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

static uint32_t
path_find(const struct rib *rib, const struct rib_route *route)
{
	uint32_t i;

	if (rib->buckets == 0)
		return RIB_PATH_NONE;
	i = rib->bucket[path_hash(route) & (rib->buckets - 1)];
	for (; i != RIB_PATH_NONE; i = rib->path[i].next) {
		const struct rib_path *path = &rib->path[i];

		if (path->iface == route->iface && path->type == route->type &&
		    ip_addr_equal(&path->gateway, &route->gateway))
			break;
	}
	return i;
}

/* A path without users yet. RIB_PATH_NONE when memory is out. */
static uint32_t
path_create(struct rib *rib, const struct rib_route *route)
{
	uint32_t i = rib->path_free;
	struct rib_path *path;

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
	path_link(rib, i);
	return i;
}

/* Takes a path without users out. */
static void
path_release(struct rib *rib, uint32_t index)
{
	struct rib_path *path = &rib->path[index];
	struct rib_route key;
	uint32_t *link;

	path_read(path, &key);
	link = &rib->bucket[path_hash(&key) & (rib->buckets - 1)];
	while (*link != index)
		link = &rib->path[*link].next;
	*link = path->next;
	path->next = rib->path_free;
	rib->path_free = index;
}

int
rib_add(struct rib *rib, const struct rib_route *route)
{
	struct rib_table *t =
	    &rib->table[rib_table_index(route->prefix.addr.family)];
	uint8_t record[RIB_RECORD_MAX] = { 0 };
	uint8_t *tail = record + t->addr_size;
	uint32_t path = path_find(rib, route);
	int error;

	if (path == RIB_PATH_NONE)
		path = path_create(rib, route);
	if (path == RIB_PATH_NONE)
		return -ENOMEM;
	memcpy(record, route->prefix.addr.byte, t->addr_size);
	tail[RIB_LEN] = route->prefix.len;
	tail[RIB_DISTANCE] = route->distance;
	tail[RIB_SOURCE] = route->source;
	be32_store(tail + RIB_PATH, path);
	error = rib_table_insert(t, record);
	if (!error)
		rib->path[path].users++;
	else if (rib->path[path].users == 0)
		path_release(rib, path);
	return error;
}

struct flush {
	struct rib *rib;
	const struct rib_table *table;
	uint8_t source;
	uint16_t iface;
};

static bool
flush_match(void *arg, const uint8_t *record)
{
	const struct flush *f = arg;
	uint32_t index = rib_record_path(f->table, record);
	struct rib_path *path = &f->rib->path[index];

	if (record[f->table->addr_size + RIB_SOURCE] != f->source)
		return false;
	if (f->iface != IFACE_NONE && path->iface != f->iface)
		return false;
	if (--path->users == 0)
		path_release(f->rib, index);
	return true;
}

void
rib_flush(struct rib *rib, enum route_source source, uint16_t iface)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct flush f = { rib, &rib->table[i], source, iface };

		rib_table_remove(&rib->table[i], flush_match, &f);
	}
}

size_t
rib_count(const struct rib *rib)
{
	return rib->table[0].count + rib->table[1].count;
}

void
rib_record_read(const struct rib *rib, const struct rib_table *t,
    const uint8_t *record, struct rib_route *out)
{
	const uint8_t *tail = record + t->addr_size;

	memset(out, 0, sizeof(*out));
	memcpy(out->prefix.addr.byte, record, t->addr_size);
	out->prefix.addr.family = t->family;
	out->prefix.len = tail[RIB_LEN];
	out->distance = tail[RIB_DISTANCE];
	out->source = tail[RIB_SOURCE];
	out->active = (tail[RIB_FLAGS] & rib->active_bit) != 0;
	path_read(&rib->path[rib_record_path(t, record)], out);
}

/* The records under a prefix: they lie together, shorter prefixes before. */
static void
range_under(const struct rib_table *t, const struct ip_prefix *under,
    struct rib_pos *from, struct rib_pos *to)
{
	uint8_t key[RIB_RECORD_MAX] = { 0 };
	uint8_t last[RIB_RECORD_MAX];

	memcpy(key, under->addr.byte, t->addr_size);
	key[t->addr_size + RIB_LEN] = under->len;
	*from = rib_table_lower(t, key);
	memset(last, 0xff, sizeof(last));
	for (uint32_t bit = 0; bit < under->len; bit++) {
		uint8_t mask = 0x80 >> (bit % 8);

		if (!(key[bit / 8] & mask))
			last[bit / 8] &= (uint8_t)~mask;
	}
	*to = rib_table_lower(t, last);
}

size_t
rib_list(const struct rib *rib, const struct ip_prefix *under, size_t offset,
    size_t limit, struct rib_route *out, size_t *total)
{
	size_t n = 0, before = 0;

	for (uint32_t i = 0; i < 2; i++) {
		const struct rib_table *t = &rib->table[i];
		struct rib_pos pos = { 0, 0 }, to = { t->chunk_count, 0 };
		size_t matches;

		if (under && under->addr.family != t->family)
			continue;
		if (under)
			range_under(t, under, &pos, &to);
		matches = rib_table_between(t, pos, to);
		if (n < limit && offset < before + matches) {
			size_t skip = offset > before ? offset - before : 0;

			pos = rib_table_skip(t, pos, skip);
			for (size_t k = skip; k < matches && n < limit; k++) {
				rib_record_read(
				    rib, t, rib_table_at(t, pos), &out[n++]);
				pos = rib_table_next(t, pos);
			}
		}
		before += matches;
	}
	*total = before;
	return n;
}

static bool
group_active(const struct rib *rib, const struct rib_table *t,
    struct rib_pos pos, struct ip_prefix *out)
{
	const uint8_t *first = rib_table_at(t, pos);
	const uint8_t *record = first;
	struct rib_route route;

	for (; record && rib_same_prefix(t, first, record);
	     record = rib_table_at(t, pos)) {
		rib_record_read(rib, t, record, &route);
		*out = route.prefix;
		if (route.active)
			return true;
		pos = rib_table_next(t, pos);
	}
	return false;
}

bool
rib_covering(
    const struct rib *rib, const struct ip_addr *a, struct ip_prefix *out)
{
	const struct rib_table *t = &rib->table[rib_table_index(a->family)];
	uint8_t len = ip_family_bits(a->family);
	struct rib_pos pos;

	while (rib_table_longest(t, a->byte, len, &pos)) {
		if (group_active(rib, t, pos, out))
			return true;
		if (out->len == 0)
			return false;
		len = out->len - 1;
	}
	return false;
}
