/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes tables up: counts by length are those of a table of the Internet, and
 * so, about, are nesting, neighbourhood and how often next hops change from
 * one prefix to the next.
 *
 * Lengths come one after the other, short ones first. Prefixes of a length
 * come in runs of neighbours. A run lies within a shorter prefix, or where
 * none is yet. Most prefixes of a run are of one origin, most often of that
 * whose prefix they lie in. Some regions and some prefixes hold far more than
 * others.
 */
#include "tests/tables/key.h"
#include "tests/tables/table_private.h"

#include <stdlib.h>

enum {
	TRIES = 32,
	NEIGHBOURS = 57, /* of 100 prefixes have one of their length before */
	SAME_IN_RUN = 90,
	SAME_AS_PARENT = 95,
	PARENT_SPAN = 8,   /* a parent is that many bits shorter at most */
	HOST_PARENTS = 16, /* prefixes that hold all of the very long ones */
	LONG_RUNS = 95,
	BESIDE = 85, /* of 100 runs lie beside a prefix that is there */
	BESIDE_SPAN = 4,
};

struct region {
	uint32_t first; /* the first 32 bits */
	uint8_t len;
	uint8_t weight;
};

struct shape {
	uint8_t family, bits;
	uint8_t longest; /* that is usual: longer ones are few */
	uint8_t site;    /* a region's places of so many bits differ in use */
	uint8_t crowd;   /* how much: the power of a random number below 1 */
	const struct region *region;
	const struct region *reserved;
	const uint32_t *count; /* by length */
	const uint8_t *nested; /* of 100, by length */
};

static const uint32_t count4[KEY_BITS + 1] = {
	[8] = 16,
	[9] = 13,
	[10] = 38,
	[11] = 103,
	[12] = 299,
	[13] = 581,
	[14] = 1203,
	[15] = 2100,
	[16] = 13490,
	[17] = 8235,
	[18] = 13798,
	[19] = 24870,
	[20] = 42611,
	[21] = 50750,
	[22] = 108623,
	[23] = 96510,
	[24] = 537698,
	[25] = 20,
	[26] = 3,
	[27] = 11,
	[28] = 18,
	[29] = 17,
	[30] = 3,
	[31] = 3,
	[32] = 886,
};
static const uint32_t count6[KEY_BITS + 1] = {
	[20] = 17,
	[22] = 19,
	[24] = 30,
	[26] = 43,
	[28] = 193,
	[29] = 4371,
	[30] = 650,
	[31] = 284,
	[32] = 22548,
	[33] = 2926,
	[34] = 2603,
	[35] = 1043,
	[36] = 5996,
	[37] = 880,
	[38] = 1617,
	[39] = 1377,
	[40] = 13418,
	[41] = 903,
	[42] = 2301,
	[43] = 1001,
	[44] = 14365,
	[45] = 1553,
	[46] = 3039,
	[47] = 3153,
	[48] = 75488,
	[49] = 11,
	[50] = 4,
	[56] = 26,
	[58] = 20,
	[60] = 2,
	[64] = 184,
	[112] = 2,
	[122] = 1,
	[124] = 4,
	[125] = 9,
	[126] = 19,
	[127] = 42,
	[128] = 6,
};
static const uint8_t nested4[KEY_BITS + 1] = {
	[12] = 10,
	[13] = 17,
	[14] = 15,
	[15] = 22,
	[16] = 24,
	[17] = 46,
	[18] = 50,
	[19] = 39,
	[20] = 54,
	[21] = 55,
	[22] = 45,
	[23] = 57,
	[24] = 50,
};
static const uint8_t nested6[KEY_BITS + 1] = {
	[28] = 44,
	[29] = 1,
	[30] = 44,
	[31] = 46,
	[32] = 25,
	[33] = 81,
	[34] = 72,
	[35] = 62,
	[36] = 57,
	[37] = 75,
	[38] = 52,
	[39] = 82,
	[40] = 76,
	[41] = 53,
	[42] = 80,
	[43] = 43,
	[44] = 72,
	[45] = 82,
	[46] = 53,
	[47] = 79,
	[48] = 59,
};
static const struct region region4[] = { { 0x00000000, 1, 4 },
	{ 0x80000000, 2, 3 }, { 0xc0000000, 3, 2 }, { 0, 0, 0 } };
static const struct region region6[] = { { 0x20010000, 16, 13 },
	{ 0x24000000, 12, 33 }, { 0x26000000, 12, 12 }, { 0x26200000, 20, 2 },
	{ 0x28000000, 12, 18 }, { 0x2a000000, 12, 20 }, { 0x2c000000, 12, 2 },
	{ 0, 0, 0 } };
/* Blocks of the IANA's special-purpose registries (RFC 6890). */
static const struct region reserved4[] = { { 0x00000000, 8, 1 },
	{ 0x0a000000, 8, 1 }, { 0x64400000, 10, 1 }, { 0x7f000000, 8, 1 },
	{ 0xa9fe0000, 16, 1 }, { 0xac100000, 12, 1 }, { 0xc0000000, 24, 1 },
	{ 0xc0000200, 24, 1 }, { 0xc0586300, 24, 1 }, { 0xc0a80000, 16, 1 },
	{ 0xc6120000, 15, 1 }, { 0xc6336400, 24, 1 }, { 0xcb007100, 24, 1 },
	{ 0, 0, 0 } };
static const struct region reserved6[] = { { 0x20010000, 23, 1 },
	{ 0x20010db8, 32, 1 }, { 0, 0, 0 } };

static const struct shape shapes[2] = {
	{ IP4, 32, 24, 18, 4, region4, reserved4, count4, nested4 },
	{ IP6, 128, 48, 32, 5, region6, reserved6, count6, nested6 },
};

struct prefix {
	key128 key;
	uint8_t len;
	uint16_t nexthop;
};

struct maker {
	const struct shape *shape;
	struct prefix *list; /* from 1 on */
	uint32_t count;
	uint32_t first[KEY_BITS + 2]; /* in the list, by length */
	uint32_t *slot;               /* a hash of all: 0 or its number */
	uint32_t slots;               /* a power of two */
	uint64_t random;
};

uint16_t
table_origin_nexthop(uint64_t origin)
{
	static double total; /* the n-th next hop weighs 1/n */
	double at;
	uint16_t n;

	if (total == 0)
		for (n = 1; n <= TABLE_NEXTHOPS; n++)
			total += 1.0 / n;
	at = (double)(table_random(&origin) >> 11) / (1ull << 53) * total;
	for (n = 1; n < TABLE_NEXTHOPS && at >= 1.0 / n; n++)
		at -= 1.0 / n;
	return n;
}

static bool
chance(struct maker *m, uint32_t percent)
{
	return table_below(&m->random, 100) < percent;
}

/* Of `n` things one; the first are asked for far more often. */
static uint32_t
crowded(struct maker *m, uint32_t n)
{
	uint64_t at = n;
	uint32_t i;

	for (i = 0; i < m->shape->crowd; i++)
		at = at * (table_random(&m->random) >> 32) >> 32;
	return (uint32_t)at;
}

static key128
head(key128 k, uint8_t len)
{
	return len == 0 ? 0 : k >> (KEY_BITS - len) << (KEY_BITS - len);
}

static key128
random_key(struct maker *m)
{
	key128 high = table_random(&m->random);

	return high << 64 | table_random(&m->random);
}

static uint32_t *
slot_of(const struct maker *m, key128 k, uint8_t len)
{
	uint64_t state = (uint64_t)(k >> 64) ^ (uint64_t)k * 31 ^ len;
	uint32_t at = (uint32_t)table_random(&state);

	for (;; at++) {
		uint32_t *slot = &m->slot[at & (m->slots - 1)];
		const struct prefix *p = &m->list[*slot];

		if (*slot == 0 || (p->key == k && p->len == len))
			return slot;
	}
}

static bool
is_there(const struct maker *m, key128 k, uint8_t len)
{
	return *slot_of(m, k, len) != 0;
}

static bool
is_covered(const struct maker *m, key128 k, uint8_t len)
{
	uint8_t shorter;

	for (shorter = 0; shorter < len; shorter++)
		if (m->first[shorter] < m->first[shorter + 1] &&
		    is_there(m, head(k, shorter), shorter))
			return true;
	return false;
}

/* Whether it meets a reserved block. */
static bool
is_reserved(const struct maker *m, key128 k, uint8_t len)
{
	const struct region *r;

	for (r = m->shape->reserved; r->weight != 0; r++) {
		uint8_t shorter = r->len < len ? r->len : len;

		if (head((key128)r->first << 96, shorter) == head(k, shorter))
			return true;
	}
	return false;
}

static bool
put(struct maker *m, key128 k, uint8_t len, uint16_t nexthop)
{
	uint32_t *slot = slot_of(m, k, len);

	if (*slot != 0 || is_reserved(m, k, len))
		return false;
	*slot = m->count;
	m->list[m->count++] = (struct prefix){ k, len, nexthop };
	return true;
}

/* A place in some region. */
static key128
anywhere(struct maker *m, uint8_t len)
{
	const struct region *r = m->shape->region;
	uint32_t all = 0, at;
	uint64_t site;
	uint8_t depth;

	for (; r->weight != 0; r++)
		all += r->weight;
	at = table_below(&m->random, all);
	for (r = m->shape->region; at >= r->weight; r++)
		at -= r->weight;
	depth = m->shape->site < len ? m->shape->site : len;
	if (depth <= r->len)
		return head((key128)r->first << 96, len);
	/* The crowded places of a region lie all over it. */
	site = crowded(m, 1u << (depth - r->len)) + 1;
	site = site * 0x9e3779b1u & ((1ull << (depth - r->len)) - 1);
	return head((key128)r->first << 96 |
			(key128)site << (KEY_BITS - depth) |
			random_key(m) >> depth,
	    len);
}

/* A place that none covers yet, as far as one is found: beside another. */
static key128
free_place(struct maker *m, uint8_t len)
{
	uint32_t first = m->first[len > BESIDE_SPAN ? len - BESIDE_SPAN : 0];
	key128 k = anywhere(m, len);
	uint32_t i;

	for (i = 0; i < TRIES; i++) {
		if (m->count > first && chance(m, BESIDE)) {
			const struct prefix *p =
			    &m->list[first +
				     table_below(&m->random, m->count - first)];

			k = head(p->key, len) +
			    ((key128)1
				<< (KEY_BITS - (p->len < len ? p->len : len)));
		} else {
			k = anywhere(m, len);
		}
		if (!is_covered(m, k, len) && !is_there(m, k, len))
			break;
	}
	return k;
}

/* A prefix that may hold one of this length, or NULL. */
static const struct prefix *
parent_of(struct maker *m, uint8_t len)
{
	uint8_t from = len > PARENT_SPAN ? len - PARENT_SPAN : 0;
	uint32_t first, n;

	if (len > m->shape->longest) {
		first = m->first[m->shape->longest];
		n = m->first[m->shape->longest + 1] - first;
		n = n < HOST_PARENTS ? n : HOST_PARENTS;
	} else {
		first = m->first[from];
		n = m->first[len] - first;
	}
	if (n == 0)
		return NULL;
	return &m->list[first + crowded(m, n)];
}

/* One run, of `left` prefixes at most. Returns how many. */
static uint32_t
run(struct maker *m, uint8_t len, uint32_t left)
{
	bool few = len > m->shape->longest;
	const struct prefix *parent = NULL;
	uint16_t origin = table_origin_nexthop(table_random(&m->random));
	uint32_t n = 0;
	key128 k;

	if (few || chance(m, m->shape->nested[len]))
		parent = parent_of(m, len);
	if (parent != NULL) {
		k = head(parent->key | random_key(m) >> parent->len, len);
		if (chance(m, SAME_AS_PARENT))
			origin = parent->nexthop;
	} else {
		k = free_place(m, len);
	}
	do {
		uint16_t nexthop = origin;

		if (!chance(m, SAME_IN_RUN))
			nexthop = table_origin_nexthop(
			    table_random(&m->random));
		n += put(m, k, len, nexthop);
		k += (key128)1 << (KEY_BITS - len);
		if (parent == NULL ? is_covered(m, k, len)
				   : head(k, parent->len) != parent->key)
			break;
	} while (n < left && chance(m, few ? LONG_RUNS : NEIGHBOURS));
	return n;
}

/* How many of `wanted` are of each length: all of them together. */
static void
make(struct maker *m, uint32_t wanted)
{
	uint64_t all = 0, sum = 0;
	uint32_t until, left;
	uint8_t len, bits = m->shape->bits;

	for (len = 0; len <= bits; len++)
		all += m->shape->count[len];
	for (len = 0; len <= bits; len++) {
		m->first[len] = m->count;
		sum += m->shape->count[len];
		until = 1 + (uint32_t)(sum * wanted / all);
		for (left = until - m->count; left > 0;)
			left -= run(m, len, left);
		m->first[len + 1] = m->count;
	}
}

static struct table_route
route_of(const struct maker *m, const struct prefix *p)
{
	struct table_route route = {
		.prefix.addr.family = m->shape->family,
		.prefix.len = p->len,
		.nexthop = p->nexthop,
	};
	uint8_t i;

	for (i = 0; i < m->shape->bits / 8; i++)
		route.prefix.addr.byte[i] =
		    (uint8_t)(p->key >> (KEY_BITS - 8 - 8 * i));
	return route;
}

static void *
must_have(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

void
table_generate(struct table *t, uint32_t ipv4, uint32_t ipv6, uint64_t seed)
{
	const uint32_t wanted[2] = { ipv4, ipv6 };
	uint32_t count = 0, family, i;

	*t = (struct table){ .source = "generated" };
	for (family = 0; family < 2; family++) {
		struct maker m = { .shape = &shapes[family],
			.random = seed + family,
			.slots = 64,
			.count = 1 };

		while (m.slots / 2 < wanted[family])
			m.slots *= 2;
		m.list = must_have(
		    calloc((size_t)wanted[family] + 1, sizeof(m.list[0])));
		m.slot = must_have(calloc(m.slots, sizeof(m.slot[0])));
		make(&m, wanted[family]);
		for (i = 1; i < m.count; i++) {
			struct table_route route = route_of(&m, &m.list[i]);

			table_add(t, count++, &route);
		}
		free(m.list);
		free(m.slot);
	}
	table_finish(t, count);
}
