/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sorted records in chunks. A full chunk splits in two; behind a record that
 * was the last to be inserted, or in the middle. Sorted input fills chunks but
 * for some room, so that routes that change do not split them all.
 * No empty chunk stays in the directory.
 *
 * A search is bound by what memory takes to answer. Hence the directory keeps
 * the chunks' first keys side by side, and within a chunk every 8th record is
 * looked at first, then the 8 behind the one found: two rounds of loads that
 * do not wait for each other, in place of seven that do.
 */
#include "control/rib_table.h"

#include <errno.h>
#include <stdlib.h>

enum { DIRECTORY_MIN = 16, STRIDE = 8 };

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
		free(t->chunk[i].record);
	free(t->chunk);
	free(t->first);
	rib_table_init(t, t->family);
}

static uint64_t
be64_load(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

/* The key of a record behind its first eight bytes: all but the flags, which
 * are the last byte. */
static int
rest_compare(const struct rib_table *t, const uint8_t *a, const uint8_t *b)
{
	if (t->addr_size == 4) {
		uint32_t x = be32_load(a + 8) >> 8, y = be32_load(b + 8) >> 8;

		return (x > y) - (x < y);
	}
	return memcmp(a + 8, b + 8, t->record_size - 9u);
}

static int
record_compare(const struct rib_table *t, const uint8_t *a, const uint8_t *b)
{
	uint64_t x = be64_load(a), y = be64_load(b);

	return x == y ? rest_compare(t, a, b) : (x > y) - (x < y);
}

static uint8_t *
chunk_record(const struct rib_table *t, uint32_t chunk, uint32_t index)
{
	return t->chunk[chunk].record + index * t->record_size;
}

/* How many of the sorted numbers are less than `key`. */
static uint32_t
count_less(const uint64_t *number, uint32_t n, uint64_t key)
{
	const uint64_t *base = number;

	if (n == 0)
		return 0;
	while (n > 1) {
		uint32_t half = n / 2;

		base += base[half - 1] < key ? half : 0;
		n -= half;
	}
	return (uint32_t)(base - number) + (*base < key);
}

/* The last chunk that begins no later than `record`, or the first. */
static uint32_t
chunk_find(const struct rib_table *t, const uint8_t *record)
{
	uint64_t key = be64_load(record);
	uint32_t low, high;

	low = t->recent;
	if (low < t->chunk_count && t->first[low] < key &&
	    (low + 1 == t->chunk_count || t->first[low + 1] > key))
		return low;
	low = count_less(t->first, t->chunk_count, key);
	/* Chunks that begin with the same eight bytes. */
	high = low;
	while (high < t->chunk_count && t->first[high] == key)
		high++;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (record_compare(t, chunk_record(t, middle, 0), record) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 ? low - 1 : 0;
}

/* The first record of the chunk that is not less than `record`. */
static uint32_t
chunk_lower(const struct rib_table *t, uint32_t chunk, const uint8_t *record)
{
	const struct rib_chunk *c = &t->chunk[chunk];
	uint32_t size = t->record_size, count = c->count;
	uint64_t key = be64_load(record);
	uint32_t n = 0, at, end;

	for (uint32_t i = STRIDE; i < count; i += STRIDE)
		n += be64_load(c->record + (size_t)i * size) < key;
	at = n * STRIDE;
	end = at + STRIDE < count ? at + STRIDE : count;
	n = 0;
	for (uint32_t i = at; i < end; i++)
		n += be64_load(c->record + (size_t)i * size) < key;
	at += n;
	/* Those that begin with the same eight bytes. */
	while (at < count) {
		const uint8_t *other = c->record + (size_t)at * size;

		if (be64_load(other) != key ||
		    rest_compare(t, other, record) >= 0)
			break;
		at++;
	}
	return at;
}

/* True when `pos`, not the first place of its chunk, is that of `record`. */
static bool
is_lower(const struct rib_table *t, const uint8_t *record, struct rib_pos pos)
{
	const struct rib_chunk *c = &t->chunk[pos.chunk];
	uint32_t next = pos.chunk + 1;

	if (pos.index == 0 || pos.index > c->count ||
	    record_compare(
		t, chunk_record(t, pos.chunk, pos.index - 1), record) >= 0)
		return false;
	if (pos.index == c->count)
		return next == t->chunk_count ||
		       t->first[next] > be64_load(record);
	return record_compare(
		   t, chunk_record(t, pos.chunk, pos.index), record) >= 0;
}

/* Looks at a place, the one behind it, and the one before. */
static bool
find_near(const struct rib_table *t, const uint8_t *record, struct rib_pos *pos)
{
	static const uint32_t step[] = { 0, 1, UINT32_MAX - 1 };

	if (pos->chunk >= t->chunk_count)
		return false;
	for (uint32_t i = 0; i < 3; i++) {
		pos->index += step[i];
		if (is_lower(t, record, *pos))
			return true;
	}
	return false;
}

/* Where in its chunk a record is, or would be. */
static struct rib_pos
place_of(const struct rib_table *t, const uint8_t *record, struct rib_pos near)
{
	if (!find_near(t, record, &near)) {
		near.chunk = chunk_find(t, record);
		near.index = chunk_lower(t, near.chunk, record);
	}
	return near;
}

struct rib_pos
rib_table_lower_near(
    const struct rib_table *t, const uint8_t *record, struct rib_pos near)
{
	struct rib_pos pos = { 0, 0 };

	if (t->chunk_count == 0)
		return pos;
	pos = place_of(t, record, near);
	if (pos.index == t->chunk[pos.chunk].count) {
		pos.chunk++;
		pos.index = 0;
	}
	return pos;
}

struct rib_pos
rib_table_lower(const struct rib_table *t, const uint8_t *record)
{
	return rib_table_lower_near(t, record, t->near);
}

bool
rib_table_find(
    const struct rib_table *t, const uint8_t *record, struct rib_pos *out)
{
	const uint8_t *found;

	*out = rib_table_lower(t, record);
	found = rib_table_at(t, *out);
	return found && record_compare(t, found, record) == 0;
}

/* Twice the room in the directory. */
static int
directory_grow(struct rib_table *t)
{
	uint32_t room = t->chunk_room ? t->chunk_room * 2 : DIRECTORY_MIN;
	struct rib_chunk *chunk;
	uint64_t *first = realloc(t->first, room * sizeof(*first));

	if (!first)
		return -ENOMEM;
	t->first = first;
	chunk = realloc(t->chunk, room * sizeof(*chunk));
	if (!chunk)
		return -ENOMEM;
	t->chunk = chunk;
	t->chunk_room = room;
	return 0;
}

/* Makes an empty chunk at this place of the directory. */
static int
chunk_open(struct rib_table *t, uint32_t at)
{
	uint32_t behind = t->chunk_count - at;
	uint8_t *record;

	if (t->chunk_count == t->chunk_room && directory_grow(t))
		return -ENOMEM;
	record = malloc((size_t)RIB_CHUNK * t->record_size);
	if (!record)
		return -ENOMEM;
	memmove(&t->chunk[at + 1], &t->chunk[at], behind * sizeof(t->chunk[0]));
	memmove(&t->first[at + 1], &t->first[at], behind * sizeof(t->first[0]));
	t->chunk[at] = (struct rib_chunk){ .record = record };
	t->chunk_count++;
	return 0;
}

static void
chunk_close(struct rib_table *t, uint32_t at)
{
	uint32_t behind = --t->chunk_count - at;

	free(t->chunk[at].record);
	memmove(&t->chunk[at], &t->chunk[at + 1], behind * sizeof(t->chunk[0]));
	memmove(&t->first[at], &t->first[at + 1], behind * sizeof(t->first[0]));
	t->recent = 0;
}

static void
chunk_recount(struct rib_table *t, uint32_t chunk)
{
	struct rib_chunk *c = &t->chunk[chunk];

	c->gone = 0;
	for (uint32_t i = 0; i < c->count; i++)
		c->gone += rib_gone(t, chunk_record(t, chunk, i));
}

/* Moves the records from `from` on into a new chunk behind this one. */
static int
chunk_split(struct rib_table *t, uint32_t chunk, uint32_t from)
{
	struct rib_chunk *a, *b;
	int error = chunk_open(t, chunk + 1);

	if (error)
		return error;
	a = &t->chunk[chunk];
	b = &t->chunk[chunk + 1];
	b->count = a->count - (uint16_t)from;
	memcpy(b->record, chunk_record(t, chunk, from),
	    (size_t)b->count * t->record_size);
	a->count = (uint16_t)from;
	if (b->count)
		t->first[chunk + 1] = be64_load(b->record);
	if (a->gone) {
		chunk_recount(t, chunk);
		chunk_recount(t, chunk + 1);
	}
	return 0;
}

static void
chunk_insert(struct rib_table *t, struct rib_pos pos, const uint8_t *record)
{
	struct rib_chunk *c = &t->chunk[pos.chunk];
	uint8_t *at = chunk_record(t, pos.chunk, pos.index);

	memmove(at + t->record_size, at,
	    (size_t)(c->count - pos.index) * t->record_size);
	memcpy(at, record, t->record_size);
	c->count++;
	t->count++;
	if (pos.index == 0)
		t->first[pos.chunk] = be64_load(record);
}

/* True when a record follows the one that was the last to be inserted. */
static bool
is_run(const struct rib_table *t, struct rib_pos pos)
{
	return pos.chunk == t->recent && pos.index == t->recent_index + 1;
}

static bool
is_full(const struct rib_table *t, struct rib_pos pos)
{
	uint32_t count = t->chunk[pos.chunk].count;

	return count == RIB_CHUNK ||
	       (count == RIB_FILL && pos.index == count && is_run(t, pos));
}

/* Makes room in a full chunk; `pos` is where a record is to be inserted. */
static int
make_room(struct rib_table *t, struct rib_pos *pos)
{
	uint32_t count = t->chunk[pos->chunk].count;
	uint32_t from = is_run(t, *pos) ? pos->index : RIB_CHUNK / 2;
	int error = chunk_split(t, pos->chunk, from);

	if (!error && (pos->index > from || from == count)) {
		pos->chunk++;
		pos->index -= from;
	}
	return error;
}

int
rib_table_insert(struct rib_table *t, const uint8_t *record, struct rib_pos *at)
{
	struct rib_pos pos = { 0, 0 };
	int error = 0;

	if (t->chunk_count == 0) {
		error = chunk_open(t, 0);
	} else {
		*at = pos = place_of(t, record, t->near);
		if (pos.index < t->chunk[pos.chunk].count &&
		    record_compare(t, rib_table_at(t, pos), record) == 0)
			return -EEXIST;
		if (is_full(t, pos))
			error = make_room(t, &pos);
	}
	if (error)
		return error;
	chunk_insert(t, pos, record);
	t->recent = pos.chunk;
	t->recent_index = pos.index;
	t->near = *at = pos;
	return 0;
}

void
rib_table_bury(struct rib_table *t, struct rib_pos pos)
{
	*rib_flags(t, rib_table_at(t, pos)) |= RIB_GONE;
	t->chunk[pos.chunk].gone++;
	t->count--;
}

void
rib_table_revive(struct rib_table *t, struct rib_pos pos)
{
	*rib_flags(t, rib_table_at(t, pos)) &= (uint8_t)~RIB_GONE;
	t->chunk[pos.chunk].gone--;
	t->count++;
}

/* Takes the records of the next chunk over when both have become small. */
static void
chunk_merge(struct rib_table *t, uint32_t chunk)
{
	struct rib_chunk *a = &t->chunk[chunk], *b = a + 1;

	if (a->count > RIB_CHUNK / 4 || chunk + 1 == t->chunk_count ||
	    a->count + b->count > RIB_CHUNK * 3 / 4)
		return;
	memcpy(chunk_record(t, chunk, a->count), b->record,
	    (size_t)b->count * t->record_size);
	a->count += b->count;
	a->gone += b->gone;
	chunk_close(t, chunk + 1);
}

struct rib_pos
rib_table_delete(struct rib_table *t, struct rib_pos pos)
{
	struct rib_chunk *c = &t->chunk[pos.chunk];
	uint8_t *at = rib_table_at(t, pos);

	if (rib_gone(t, at))
		c->gone--;
	else
		t->count--;
	c->count--;
	memmove(at, at + t->record_size,
	    (size_t)(c->count - pos.index) * t->record_size);
	if (c->count == 0) {
		chunk_close(t, pos.chunk);
		return pos;
	}
	if (pos.index == 0)
		t->first[pos.chunk] = be64_load(c->record);
	chunk_merge(t, pos.chunk);
	if (pos.index == t->chunk[pos.chunk].count) {
		pos.chunk++;
		pos.index = 0;
	}
	return pos;
}

struct rib_pos
rib_table_skip(const struct rib_table *t, struct rib_pos pos, size_t n)
{
	while (pos.chunk < t->chunk_count) {
		const struct rib_chunk *c = &t->chunk[pos.chunk];
		size_t there = (size_t)c->count - c->gone;

		if (pos.index == 0 && n >= there) {
			n -= there;
			pos.chunk++;
			continue;
		}
		if (!rib_gone(t, rib_table_at(t, pos)) && n-- == 0)
			break;
		pos = rib_table_next(t, pos);
	}
	return pos;
}

/* Records before this place in its chunk that are not gone. */
static size_t
chunk_before(const struct rib_table *t, struct rib_pos pos)
{
	size_t n = 0;

	if (pos.chunk < t->chunk_count && t->chunk[pos.chunk].gone == 0)
		return pos.index;
	for (uint32_t i = 0; i < pos.index; i++)
		n += !rib_gone(t, chunk_record(t, pos.chunk, i));
	return n;
}

size_t
rib_table_between(
    const struct rib_table *t, struct rib_pos from, struct rib_pos to)
{
	size_t n = chunk_before(t, to);

	for (uint32_t i = from.chunk; i < to.chunk; i++)
		n += (size_t)t->chunk[i].count - t->chunk[i].gone;
	return n - chunk_before(t, from);
}

size_t
rib_table_memory(const struct rib_table *t)
{
	return (size_t)t->chunk_count * RIB_CHUNK * t->record_size +
	       t->chunk_room * (sizeof(t->chunk[0]) + sizeof(t->first[0]));
}
