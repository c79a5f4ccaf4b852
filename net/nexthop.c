/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Next hops and resilient groups (nexthop.h).
 *
 * A group has sixteen slots for ways; a slot without one is as good as dead.
 * The orders of preference among them come from arithmetic on 16 elements,
 * GF(16). Take one sequence s of all slots. Bucket (m, c), with m not 0,
 * prefers the slots m * s[0] + c, m * s[1] + c, ... in turn. These 240 maps
 * take each pair of slots to each other pair exactly once. Hence
 *
 *   - every slot comes first in 15 buckets;
 *   - when one dies, each other slot gets exactly one of its buckets;
 *   - of any two slots, each comes before the other in half of the buckets.
 *
 * How even it is with more of them dead depends on s: the one below was
 * searched for. No live slot of any set is off its fair share by more than
 * 10 %.
 *
 * A way's slot comes from the number of its adjacency, so that a way is in the
 * same slot of all groups, unless two that share a group want the same one.
 */
#include <string.h>

#include "net/adjacency.h"
#include "net/nexthop.h"

static const uint8_t sequence[ECMP_MAX] = { 0, 1, 9, 10, 11, 12, 4, 2, 15, 13,
	8, 6, 3, 7, 5, 14 };

_Static_assert(NEXTHOP_BUCKETS == ECMP_MAX * (ECMP_MAX - 1), "the maps");

/* The product in GF(16), modulo x^4 + x + 1. */
static uint8_t
product(uint32_t a, uint32_t b)
{
	uint32_t r = 0;

	for (uint32_t i = 0; i < 4; i++)
		if (b >> i & 1)
			r ^= a << i;
	for (uint32_t i = 6; i >= 4; i--)
		if (r >> i & 1)
			r ^= 0x13u << (i - 4);
	return (uint8_t)r;
}

struct slots {
	uint32_t adj[ECMP_MAX];
	uint32_t live; /* a bit a slot */
};

/* Stores only what changes: workers may be reading. Some slot is alive. */
static void
group_fill(struct nexthop_group *group, const struct slots *slots)
{
	_Atomic uint32_t *bucket = group->adj;
	uint8_t order[ECMP_MAX];

	for (uint32_t m = 1; m < ECMP_MAX; m++) {
		for (uint32_t i = 0; i < ECMP_MAX; i++)
			order[i] = product(m, sequence[i]);
		for (uint32_t c = 0; c < ECMP_MAX; c++, bucket++) {
			uint32_t i = 0, adj;

			while (!(slots->live >> (order[i] ^ c) & 1))
				i++;
			adj = slots->adj[order[i] ^ c];
			if (atomic_load_explicit(
				bucket, memory_order_relaxed) != adj)
				atomic_store_explicit(
				    bucket, adj, memory_order_release);
		}
	}
}

static uint32_t
group_take(struct nexthop_table *t)
{
	uint32_t group = t->group_free;

	if (group)
		t->group_free = t->group_next[group];
	return group;
}

static void
word_store(struct nexthop_table *t, uint32_t index, struct nexthop n)
{
	uint64_t word;

	memcpy(&word, &n, sizeof(word));
	atomic_store_explicit(&t->word[index], word, memory_order_release);
}

/* The group that the entry has, or 0. */
static uint32_t
group_of(const struct nexthop_table *t, uint32_t index)
{
	struct nexthop n = nexthop_read(t, index);

	return n.type == NEXTHOP_GROUP || n.type == NEXTHOP_NONE ? n.index : 0;
}

static size_t
cache_lines(size_t bytes)
{
	return (bytes + 63) & ~(size_t)63;
}

size_t
nexthop_memory(uint32_t capacity, uint32_t groups)
{
	return cache_lines(capacity * sizeof(uint64_t)) +
	       groups * sizeof(struct nexthop_group) +
	       cache_lines(groups * sizeof(uint32_t));
}

void
nexthop_table_init(
    struct nexthop_table *t, void *memory, uint32_t capacity, uint32_t groups)
{
	uint8_t *p = memory;

	memset(memory, 0, nexthop_memory(capacity, groups));
	memset(t, 0, sizeof(*t));
	t->capacity = capacity;
	t->groups = groups;
	t->word = (void *)p;
	p += cache_lines(capacity * sizeof(uint64_t));
	t->group = (void *)p;
	p += groups * sizeof(struct nexthop_group);
	t->group_next = (void *)p;
	/* From the end, so that low numbers are given out first. */
	for (uint32_t i = groups; i-- > 1;) {
		t->group_next[i] = t->group_free;
		t->group_free = i;
	}
}

void
nexthop_set(
    struct nexthop_table *t, uint32_t index, const struct nexthop *nexthop)
{
	uint32_t group = group_of(t, index);

	word_store(t, index, *nexthop);
	if (group) {
		t->group_next[group] = t->group_limbo;
		t->group_limbo = group;
	}
}

struct way {
	uint32_t adj;
	bool alive;
};

/* Each way once, by number. */
static uint32_t
sort_ways(
    const struct nexthop_ways *from, uint32_t alive, struct way way[ECMP_MAX])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < from->count; i++) {
		struct way w = { from->adj[i], alive >> i & 1 };
		uint32_t at = 0;

		if (w.adj == ADJ_NONE)
			continue;
		while (at < n && way[at].adj < w.adj)
			at++;
		if (at < n && way[at].adj == w.adj) {
			way[at].alive |= w.alive;
			continue;
		}
		memmove(&way[at + 1], &way[at], (n - at) * sizeof(way[0]));
		way[at] = w;
		n++;
	}
	return n;
}

static void
slot_set(struct slots *slots, uint32_t slot, const struct way *way)
{
	slots->adj[slot] = way->adj;
	slots->live |= (uint32_t)way->alive << slot;
}

/* Own slots first; those that find theirs taken get what is left. */
static void
slots_fill(struct slots *slots, const struct way *way, uint32_t n)
{
	uint32_t taken = 0, late = 0;

	slots->live = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t slot = way[i].adj % ECMP_MAX;

		if (taken >> slot & 1) {
			late |= 1u << i;
			continue;
		}
		taken |= 1u << slot;
		slot_set(slots, slot, &way[i]);
	}
	for (; late; late &= late - 1) {
		slot_set(slots, (uint32_t)__builtin_ctz(~taken),
		    &way[__builtin_ctz(late)]);
		taken |= taken + 1;
	}
}

bool
nexthop_set_ways(struct nexthop_table *t, uint32_t index,
    const struct nexthop_ways *way, uint32_t alive)
{
	struct nexthop n = { .type = NEXTHOP_NONE };
	struct way each[ECMP_MAX];
	struct slots slots;
	uint32_t count = sort_ways(way, alive, each);

	if (count < 2) {
		if (count && each[0].alive)
			n = (struct nexthop){ .type = NEXTHOP_VIA,
				.ways = 1,
				.index = each[0].adj };
		nexthop_set(t, index, &n);
		return true;
	}
	n.index = group_of(t, index);
	if (!n.index)
		n.index = group_take(t);
	if (!n.index)
		return false;
	slots_fill(&slots, each, count);
	if (slots.live) {
		group_fill(&t->group[n.index], &slots);
		n.type = NEXTHOP_GROUP;
		n.ways = (uint8_t)__builtin_popcount(slots.live);
	}
	word_store(t, index, n);
	return true;
}

/* The first 16 buckets begin with each slot in turn, so a few suffice. */
static void
group_ways(
    const struct nexthop_group *group, uint32_t count, struct nexthop_ways *out)
{
	for (uint32_t b = 0; b < NEXTHOP_BUCKETS && out->count < count; b++) {
		uint32_t adj = atomic_load_explicit(
		    &group->adj[b], memory_order_relaxed);
		uint32_t k = 0;

		while (k < out->count && out->adj[k] != adj)
			k++;
		if (k == out->count)
			out->adj[out->count++] = adj;
	}
}

void
nexthop_ways(const struct nexthop_table *t, struct nexthop nexthop,
    struct nexthop_ways *out)
{
	out->count = 0;
	if (nexthop.type == NEXTHOP_GROUP)
		group_ways(&t->group[nexthop.index], nexthop.ways, out);
	else if (nexthop.type == NEXTHOP_VIA && nexthop.index != ADJ_NONE)
		out->adj[out->count++] = nexthop.index;
}

bool
nexthop_must_park(const struct nexthop_table *t)
{
	return t->group_limbo != 0;
}

void
nexthop_park(struct nexthop_table *t)
{
	t->group_parked = t->group_limbo;
	t->group_limbo = 0;
}

void
nexthop_reclaim(struct nexthop_table *t)
{
	while (t->group_parked) {
		uint32_t group = t->group_parked;

		t->group_parked = t->group_next[group];
		t->group_next[group] = t->group_free;
		t->group_free = group;
	}
}
