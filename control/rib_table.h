/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routes of one address family in order: sorted records in chunks, the
 * chunks in a sorted directory (a B-tree of two levels).
 *
 * A record is its own sort key: address, length, distance, source, file and
 * path, most significant byte first, then one byte of flags outside the key.
 * Thus the routes of a prefix lie together, best distance first, and prefixes
 * under another one lie together behind it. A record is 12 bytes for IPv4 and
 * 24 for IPv6.
 *
 * A record that is gone (RIB_GONE) stays, uncounted, until it is deleted.
 */
#ifndef CONTROL_RIB_TABLE_H
#define CONTROL_RIB_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

enum {
	RIB_CHUNK = 128,     /* records */
	RIB_FILL = 120,      /* of them when input is sorted */
	RIB_RECORD_MAX = 24, /* bytes */
	RIB_RECORD_TAIL = 8, /* bytes behind the address */
	RIB_PATH_MAX = 0xfffffe,
};

/* The bytes behind the address. */
enum {
	RIB_LEN,
	RIB_DISTANCE,
	RIB_SOURCE,
	RIB_FILE,
	RIB_PATH, /* 3 bytes */
	RIB_FLAGS = 7,
};

enum {
	RIB_GONE = 4,      /* removed, but the FIB may not know it yet */
	RIB_DIRTY = 8,     /* its prefix waits for rib_settle() */
	RIB_IN_FIB = 0x10, /* its path is one of those in the FIB */
};

struct rib_chunk {
	uint8_t *record;
	uint16_t count;
	uint16_t gone; /* of them */
};

/* A place between records; the end has chunk == chunk_count. */
struct rib_pos {
	uint32_t chunk;
	uint32_t index;
};

struct rib_table {
	uint8_t family;
	uint8_t addr_size;   /* bytes */
	uint8_t record_size; /* bytes */
	struct rib_chunk *chunk;
	uint64_t *first; /* the first eight bytes of each chunk, as a number */
	uint32_t chunk_count;
	uint32_t chunk_room;
	uint32_t recent; /* where the last record was inserted */
	uint32_t recent_index;
	struct rib_pos near; /* where searches look first */
	size_t count;        /* records that are not gone */
};

void rib_table_init(struct rib_table *t, enum ip_family family);
void rib_table_free(struct rib_table *t);

/*
 * 0, -EEXIST or -ENOMEM; the table is then as before. `at` receives where the
 * record is. One that is gone counts as there: see rib_table_revive().
 */
int rib_table_insert(
    struct rib_table *t, const uint8_t *record, struct rib_pos *at);

/* Sets or clears RIB_GONE; cannot fail. */
void rib_table_bury(struct rib_table *t, struct rib_pos pos);
void rib_table_revive(struct rib_table *t, struct rib_pos pos);

/* Takes a record out. Returns the place of the one that followed it. */
struct rib_pos rib_table_delete(struct rib_table *t, struct rib_pos pos);

/* The first record that is not less than `record`. */
struct rib_pos rib_table_lower(
    const struct rib_table *t, const uint8_t *record);

/* The same, which may be at `near` or next to it. */
struct rib_pos rib_table_lower_near(
    const struct rib_table *t, const uint8_t *record, struct rib_pos near);

/* The record equal to `record`, also if it is gone. False: none. */
bool rib_table_find(
    const struct rib_table *t, const uint8_t *record, struct rib_pos *out);

/* Moves forward by `n` records that are not gone, at most to the end. */
struct rib_pos rib_table_skip(
    const struct rib_table *t, struct rib_pos pos, size_t n);

/* How many records that are not gone lie from `from` to before `to`. */
size_t rib_table_between(
    const struct rib_table *t, struct rib_pos from, struct rib_pos to);

/*
 * The first record of the longest prefix that covers `addr` and is no longer
 * than `len` bits. False when there is none.
 */
bool rib_table_longest(const struct rib_table *t, const uint8_t *addr,
    uint8_t len, struct rib_pos *out);

/* The bytes of all that the table holds. */
size_t rib_table_memory(const struct rib_table *t);

static inline uint8_t *
rib_table_at(const struct rib_table *t, struct rib_pos pos)
{
	if (pos.chunk >= t->chunk_count)
		return NULL;
	return t->chunk[pos.chunk].record + pos.index * t->record_size;
}

static inline struct rib_pos
rib_table_next(const struct rib_table *t, struct rib_pos pos)
{
	if (++pos.index >= t->chunk[pos.chunk].count) {
		pos.chunk++;
		pos.index = 0;
	}
	return pos;
}

/* A byte behind the address. */
static inline uint8_t
rib_tail(const struct rib_table *t, const uint8_t *record, uint32_t at)
{
	return record[t->addr_size + at];
}

static inline uint8_t *
rib_flags(const struct rib_table *t, uint8_t *record)
{
	return &record[t->addr_size + RIB_FLAGS];
}

static inline bool
rib_gone(const struct rib_table *t, const uint8_t *record)
{
	return (rib_tail(t, record, RIB_FLAGS) & RIB_GONE) != 0;
}

static inline uint32_t
rib_record_path(const struct rib_table *t, const uint8_t *record)
{
	return be32_load(record + t->addr_size + RIB_PATH) >> 8;
}

/* Same prefix: address and length lie together. */
static inline bool
rib_same_prefix(const struct rib_table *t, const uint8_t *a, const uint8_t *b)
{
	if (t->addr_size == 4)
		return be32_load(a) == be32_load(b) && a[4] == b[4];
	return memcmp(a, b, 17) == 0;
}

static inline struct ip_prefix
rib_record_prefix(const struct rib_table *t, const uint8_t *record)
{
	struct ip_prefix p = { .addr.family = t->family,
		.len = rib_tail(t, record, RIB_LEN) };

	memcpy(p.addr.byte, record, t->addr_size);
	return p;
}

#endif
