/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routes of one address family in order: sorted records in chunks, the
 * chunks in a sorted directory (a B-tree of two levels).
 *
 * A record is its own sort key: address, length, distance, source and path,
 * most significant byte first, then one byte of flags outside the key. Thus
 * the routes of a prefix lie together, best distance first, and prefixes
 * under another one lie together behind it. A record is 12 bytes for IPv4 and
 * 24 for IPv6.
 */
#ifndef CONTROL_RIB_TABLE_H
#define CONTROL_RIB_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

enum {
	RIB_CHUNK = 256,     /* records */
	RIB_RECORD_MAX = 24, /* bytes */
	RIB_RECORD_TAIL = 8, /* bytes behind the address */
};

/* The bytes behind the address. */
enum {
	RIB_LEN,
	RIB_DISTANCE,
	RIB_SOURCE,
	RIB_PATH, /* 4 bytes */
	RIB_FLAGS = 7,
};

struct rib_chunk {
	uint32_t count;
	uint8_t record[];
};

struct rib_table {
	uint8_t family;
	uint8_t addr_size;   /* bytes */
	uint8_t record_size; /* bytes */
	struct rib_chunk **chunk;
	uint32_t chunk_count;
	uint32_t chunk_room;
	uint32_t recent; /* the chunk that was inserted into last */
	size_t count;
};

/* A place between records; the end has chunk == chunk_count. */
struct rib_pos {
	uint32_t chunk;
	uint32_t index;
};

void rib_table_init(struct rib_table *t, enum ip_family family);
void rib_table_free(struct rib_table *t);

/* 0, -EEXIST or -ENOMEM; the table is then as before. */
int rib_table_insert(struct rib_table *t, const uint8_t *record);

/* Removes the records for which `match` holds. Cannot fail. */
void rib_table_remove(struct rib_table *t,
    bool (*match)(void *arg, const uint8_t *record), void *arg);

/* The first record that is not less than `record`. */
struct rib_pos rib_table_lower(
    const struct rib_table *t, const uint8_t *record);

/* Moves forward by `n` records, at most to the end. */
struct rib_pos rib_table_skip(
    const struct rib_table *t, struct rib_pos pos, size_t n);

/* How many records lie from `from` to before `to`. */
size_t rib_table_between(
    const struct rib_table *t, struct rib_pos from, struct rib_pos to);

/*
 * The first record of the longest prefix that covers `addr` and is no longer
 * than `len` bits. False when there is none.
 */
bool rib_table_longest(const struct rib_table *t, const uint8_t *addr,
    uint8_t len, struct rib_pos *out);

static inline uint8_t *
rib_table_at(const struct rib_table *t, struct rib_pos pos)
{
	if (pos.chunk >= t->chunk_count)
		return NULL;
	return t->chunk[pos.chunk]->record + pos.index * t->record_size;
}

static inline struct rib_pos
rib_table_next(const struct rib_table *t, struct rib_pos pos)
{
	if (++pos.index >= t->chunk[pos.chunk]->count) {
		pos.chunk++;
		pos.index = 0;
	}
	return pos;
}

/* Same prefix: address and length lie together. */
static inline bool
rib_same_prefix(const struct rib_table *t, const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, t->addr_size + 1u) == 0;
}

#endif
