/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sorted records in chunks. A full chunk splits in two; at the end of the
 * table a new one is begun instead, so that sorted input fills chunks whole.
 * No empty chunk stays in the directory.
 */
#include "control/rib_table.h"

#include <errno.h>
#include <stdlib.h>

enum { DIRECTORY_MIN = 16 };

void
rib_table_init(struct rib_table *t, enum ip_family family)
{
	memset(t, 0, sizeof(*t));
	t->family = family;
	t->addr_size = ip_family_bits(family) / 8;
	t->record_size = t->addr_size + RIB_RECORD_TAIL;
}

void
rib_table_free(struct rib_table *t)
{
	for (uint32_t i = 0; i < t->chunk_count; i++)
		free(t->chunk[i]);
	free(t->chunk);
	rib_table_init(t, t->family);
}

static uint64_t
be64_load(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

/* Orders two records by their key: all bytes but the flags. */
static int
record_compare(const struct rib_table *t, const uint8_t *a, const uint8_t *b)
{
	uint64_t x = be64_load(a), y = be64_load(b);

	if (x != y)
		return x < y ? -1 : 1;
	return memcmp(a + 8, b + 8, t->record_size - 1u - 8);
}

static uint8_t *
chunk_record(const struct rib_table *t, uint32_t chunk, uint32_t index)
{
	return t->chunk[chunk]->record + index * t->record_size;
}

/* True when `record` belongs into this chunk and no other. */
static bool
chunk_holds(const struct rib_table *t, uint32_t chunk, const uint8_t *record)
{
	if (chunk >= t->chunk_count)
		return false;
	if (record_compare(t, chunk_record(t, chunk, 0), record) > 0)
		return false;
	return chunk + 1 == t->chunk_count ||
	       record_compare(t, chunk_record(t, chunk + 1, 0), record) > 0;
}

/* The last chunk that begins no later than `record`, or the first. */
static uint32_t
chunk_find(const struct rib_table *t, const uint8_t *record)
{
	uint32_t low = 0, high = t->chunk_count;

	if (chunk_holds(t, t->recent, record))
		return t->recent;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (record_compare(t, chunk_record(t, middle, 0), record) > 0)
			high = middle;
		else
			low = middle;
	}
	return low;
}

/* The first record of the chunk that is not less than `record`. */
static uint32_t
chunk_lower(const struct rib_table *t, uint32_t chunk, const uint8_t *record)
{
	uint32_t low = 0, high = t->chunk[chunk]->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (record_compare(t, chunk_record(t, chunk, middle), record) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct rib_pos
rib_table_lower(const struct rib_table *t, const uint8_t *record)
{
	struct rib_pos pos = { 0, 0 };

	if (t->chunk_count == 0)
		return pos;
	pos.chunk = chunk_find(t, record);
	pos.index = chunk_lower(t, pos.chunk, record);
	if (pos.index == t->chunk[pos.chunk]->count) {
		pos.chunk++;
		pos.index = 0;
	}
	return pos;
}

/* Makes an empty chunk at this place of the directory. */
static int
chunk_open(struct rib_table *t, uint32_t at)
{
	struct rib_chunk *c;

	if (t->chunk_count == t->chunk_room) {
		uint32_t room = t->chunk_room ? t->chunk_room * 2
		                              : DIRECTORY_MIN;
		struct rib_chunk **grown = realloc(
		    t->chunk, room * sizeof(struct rib_chunk *));

		if (!grown)
			return -ENOMEM;
		t->chunk = grown;
		t->chunk_room = room;
	}
	c = malloc(sizeof(*c) + (size_t)RIB_CHUNK * t->record_size);
	if (!c)
		return -ENOMEM;
	c->count = 0;
	memmove(&t->chunk[at + 1], &t->chunk[at],
	    (t->chunk_count - at) * sizeof(struct rib_chunk *));
	t->chunk[at] = c;
	t->chunk_count++;
	return 0;
}

/* Moves the records from `from` on into a new chunk behind this one. */
static int
chunk_split(struct rib_table *t, uint32_t chunk, uint32_t from)
{
	struct rib_chunk *a, *b;
	int error = chunk_open(t, chunk + 1);

	if (error)
		return error;
	a = t->chunk[chunk];
	b = t->chunk[chunk + 1];
	b->count = a->count - from;
	memcpy(b->record, a->record + (size_t)from * t->record_size,
	    (size_t)b->count * t->record_size);
	a->count = from;
	return 0;
}

static void
chunk_insert(
    struct rib_table *t, uint32_t chunk, uint32_t index, const uint8_t *record)
{
	struct rib_chunk *c = t->chunk[chunk];
	uint8_t *at = c->record + (size_t)index * t->record_size;

	memmove(at + t->record_size, at,
	    (size_t)(c->count - index) * t->record_size);
	memcpy(at, record, t->record_size);
	c->count++;
	t->count++;
}

int
rib_table_insert(struct rib_table *t, const uint8_t *record)
{
	uint32_t chunk, index;
	int error;

	if (t->chunk_count == 0) {
		error = chunk_open(t, 0);
		if (error)
			return error;
		chunk_insert(t, 0, 0, record);
		return 0;
	}
	chunk = chunk_find(t, record);
	index = chunk_lower(t, chunk, record);
	if (index < t->chunk[chunk]->count &&
	    record_compare(t, chunk_record(t, chunk, index), record) == 0)
		return -EEXIST;
	if (t->chunk[chunk]->count == RIB_CHUNK) {
		bool append = chunk + 1 == t->chunk_count && index == RIB_CHUNK;
		uint32_t from = append ? RIB_CHUNK : RIB_CHUNK / 2;

		error = chunk_split(t, chunk, from);
		if (error)
			return error;
		if (index > from || append) {
			chunk++;
			index -= from;
		}
	}
	chunk_insert(t, chunk, index, record);
	t->recent = chunk;
	return 0;
}

void
rib_table_remove(struct rib_table *t,
    bool (*match)(void *arg, const uint8_t *record), void *arg)
{
	uint32_t kept = 0;

	t->count = 0;
	t->recent = 0;
	for (uint32_t i = 0; i < t->chunk_count; i++) {
		struct rib_chunk *c = t->chunk[i];
		struct rib_chunk *before = kept ? t->chunk[kept - 1] : NULL;
		uint8_t *to = c->record;

		for (uint32_t k = 0; k < c->count; k++) {
			uint8_t *from = chunk_record(t, i, k);

			if (match(arg, from))
				continue;
			if (to != from)
				memcpy(to, from, t->record_size);
			to += t->record_size;
		}
		c->count = (uint32_t)(to - c->record) / t->record_size;
		t->count += c->count;
		if (before && before->count + c->count <= RIB_CHUNK) {
			memcpy(before->record +
				   (size_t)before->count * t->record_size,
			    c->record, (size_t)c->count * t->record_size);
			before->count += c->count;
			c->count = 0;
		}
		if (c->count == 0)
			free(c);
		else
			t->chunk[kept++] = c;
	}
	t->chunk_count = kept;
}

struct rib_pos
rib_table_skip(const struct rib_table *t, struct rib_pos pos, size_t n)
{
	while (pos.chunk < t->chunk_count) {
		size_t left = t->chunk[pos.chunk]->count - pos.index;

		if (n < left) {
			pos.index += (uint32_t)n;
			return pos;
		}
		n -= left;
		pos.chunk++;
		pos.index = 0;
	}
	return pos;
}

size_t
rib_table_between(
    const struct rib_table *t, struct rib_pos from, struct rib_pos to)
{
	size_t n = to.index;

	for (uint32_t i = from.chunk; i < to.chunk; i++)
		n += t->chunk[i]->count;
	return n - from.index;
}

/* How many leading bits of two addresses agree. */
static uint8_t
common_bits(const uint8_t *a, const uint8_t *b, uint8_t bytes)
{
	for (uint8_t i = 0; i < bytes; i++) {
		uint8_t differ = a[i] ^ b[i];

		if (differ)
			return i * 8 + (uint8_t)(__builtin_clz(differ) - 24);
	}
	return bytes * 8;
}

/*
 * The greatest record up to (addr/len, len) either covers the address, or
 * agrees with it in fewer bits than its own length. Whatever covers the
 * address lies before it and so covers that record too: its length is at most
 * the number of agreeing bits. So each round leaves a shorter length.
 */
bool
rib_table_longest(const struct rib_table *t, const uint8_t *addr, uint8_t len,
    struct rib_pos *out)
{
	for (;;) {
		struct ip_addr masked = { .family = t->family };
		uint8_t key[RIB_RECORD_MAX];
		const uint8_t *found;
		struct rib_pos pos;
		uint8_t common;

		memcpy(masked.byte, addr, t->addr_size);
		ip_addr_mask(&masked, len);
		memset(key, 0xff, sizeof(key));
		memcpy(key, masked.byte, t->addr_size);
		key[t->addr_size + RIB_LEN] = len;
		pos = rib_table_lower(t, key);
		if (pos.index == 0) {
			if (pos.chunk == 0)
				return false;
			pos.chunk--;
			pos.index = t->chunk[pos.chunk]->count;
		}
		pos.index--;
		found = rib_table_at(t, pos);
		common = common_bits(found, addr, t->addr_size);
		if (found[t->addr_size + RIB_LEN] <= common) {
			memset(key, 0, sizeof(key));
			memcpy(key, found, t->addr_size + 1u);
			*out = rib_table_lower(t, key);
			return true;
		}
		len = common;
	}
}
