/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: net/nexthop.c */
/*
 * Next hops: words, where groups come from, and how their buckets are dealt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/nexthop.h"

enum {
	ENTRIES = 8,
	GROUPS = 4, /* three of use */
	ALL_SMALL = 9,
	WALK_STEPS = 3000,
	SETS = 3000,
};

static struct nexthop_table table;
static void *memory;
static uint64_t random_state;

/* xorshift64 */
static uint32_t
below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)((random_state >> 32) * n >> 32);
}

static int
setup(void **state)
{
	size_t size = nexthop_memory(ENTRIES, GROUPS);

	(void)state;
	memory = aligned_alloc(64, size);
	memset(memory, 0x55, size);
	nexthop_table_init(&table, memory, ENTRIES, GROUPS);
	random_state = 88172645463325252ull;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

/* Way i is adjacency 100 + i. */
static struct nexthop_ways
ways(uint32_t n)
{
	struct nexthop_ways w = { .count = n };

	for (uint32_t i = 0; i < n; i++)
		w.adj[i] = 100 + i;
	return w;
}

static bool
set_ways(uint32_t index, uint32_t n, uint32_t alive)
{
	struct nexthop_ways w = ways(n);

	return nexthop_set_ways(&table, index, &w, alive);
}

static void
set_type(uint32_t index, uint8_t type)
{
	struct nexthop n = { .type = type };

	nexthop_set(&table, index, &n);
}

static void
check_word(uint32_t index, uint8_t type, uint8_t count)
{
	struct nexthop n = nexthop_read(&table, index);

	assert_int_equal(n.type, type);
	assert_int_equal(n.ways, count);
}

/* The least hash of a bucket. */
static uint32_t
bucket_hash(uint32_t bucket)
{
	uint64_t n = ((uint64_t)bucket << 32) + NEXTHOP_BUCKETS - 1;

	return (uint32_t)(n / NEXTHOP_BUCKETS);
}

/* Which of `w` each bucket has, as readers find them, and how many of each. */
static void
read_group(uint32_t index, const struct nexthop_ways *w,
    uint8_t out[NEXTHOP_BUCKETS], uint32_t count[ECMP_MAX])
{
	struct nexthop n = nexthop_read(&table, index);

	assert_int_equal(n.type, NEXTHOP_GROUP);
	memset(count, 0, ECMP_MAX * sizeof(count[0]));
	for (uint32_t b = 0; b < NEXTHOP_BUCKETS; b++) {
		uint32_t adj = nexthop_pick(&table, n.index, bucket_hash(b));
		uint32_t i = 0;

		while (i < w->count && w->adj[i] != adj)
			i++;
		assert_int_not_equal(i, w->count);
		out[b] = (uint8_t)i;
		count[i]++;
	}
}

static void
read_buckets(uint32_t index, uint8_t out[NEXTHOP_BUCKETS])
{
	struct nexthop_ways w = ways(ECMP_MAX);
	uint32_t count[ECMP_MAX];

	read_group(index, &w, out, count);
}

static void
deal(uint32_t n, uint32_t alive, uint8_t out[NEXTHOP_BUCKETS])
{
	assert_true(set_ways(1, n, alive));
	check_word(1, NEXTHOP_GROUP, (uint8_t)__builtin_popcount(alive));
	read_buckets(1, out);
}

/*
 * Entries.
 */

static void
test_words(void **state)
{
	struct nexthop n = { .type = NEXTHOP_CONNECTED, .iface = 7 };
	struct nexthop_ways found;

	(void)state;
	for (uint32_t i = 0; i < ENTRIES; i++)
		check_word(i, NEXTHOP_NONE, 0);
	nexthop_set(&table, 3, &n);
	check_word(3, NEXTHOP_CONNECTED, 0);
	assert_int_equal(nexthop_read(&table, 3).iface, 7);
	nexthop_ways(&table, nexthop_read(&table, 3), &found);
	assert_int_equal(found.count, 0);
	check_word(2, NEXTHOP_NONE, 0);
	check_word(4, NEXTHOP_NONE, 0);
}

/* What needs no group, and what keeps one. */
static void
test_ways(void **state)
{
	struct nexthop_ways w = { .count = 3, .adj = { 5, 5, 5 } };

	(void)state;
	assert_true(set_ways(1, 0, 0));
	check_word(1, NEXTHOP_NONE, 0);
	assert_true(set_ways(1, 1, 1));
	check_word(1, NEXTHOP_VIA, 1);
	assert_int_equal(nexthop_read(&table, 1).index, 100);
	assert_true(set_ways(1, 1, 0));
	check_word(1, NEXTHOP_NONE, 0);
	assert_true(nexthop_set_ways(&table, 1, &w, 2));
	check_word(1, NEXTHOP_VIA, 1);
	assert_int_equal(nexthop_read(&table, 1).index, 5);
	assert_int_equal(table.group_free, 1);

	assert_true(set_ways(1, 2, 2));
	check_word(1, NEXTHOP_GROUP, 1);
	assert_int_equal(table.group_free, 2);
}

/* In any order; one that is named twice is one; no adjacency is no way. */
static void
test_same_way(void **state)
{
	struct nexthop_ways twice = { 4, { 100, 101, 100, 102 } };
	struct nexthop_ways less = { 3, { 100, 0, 102 } };
	struct nexthop_ways turned = { 3, { 102, 100, 101 } };
	uint8_t got[NEXTHOP_BUCKETS], expected[NEXTHOP_BUCKETS];

	(void)state;
	deal(3, 7, expected);
	assert_true(nexthop_set_ways(&table, 2, &twice, 0xf));
	check_word(2, NEXTHOP_GROUP, 3);
	read_buckets(2, got);
	assert_memory_equal(got, expected, sizeof(got));
	/* Either of the two is enough. */
	assert_true(nexthop_set_ways(&table, 2, &twice, 0xe));
	read_buckets(2, got);
	assert_memory_equal(got, expected, sizeof(got));

	assert_true(nexthop_set_ways(&table, 2, &turned, 7));
	read_buckets(2, got);
	assert_memory_equal(got, expected, sizeof(got));

	deal(3, 5, expected);
	assert_true(nexthop_set_ways(&table, 2, &less, 7));
	check_word(2, NEXTHOP_GROUP, 2);
	read_buckets(2, got);
	assert_memory_equal(got, expected, sizeof(got));
	less.adj[0] = 0;
	assert_true(nexthop_set_ways(&table, 2, &less, 7));
	check_word(2, NEXTHOP_VIA, 1);
	less.adj[2] = 0;
	assert_true(nexthop_set_ways(&table, 2, &less, 7));
	check_word(2, NEXTHOP_NONE, 0);
}

static void
test_found_again(void **state)
{
	struct nexthop_ways found;
	uint32_t seen = 0;

	(void)state;
	assert_true(set_ways(2, 1, 1));
	assert_true(set_ways(5, 16, 0xffff));
	set_type(6, NEXTHOP_BLACKHOLE);
	assert_true(set_ways(7, 16, 0x8001));
	nexthop_ways(&table, nexthop_read(&table, 2), &found);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.adj[0], 100);
	nexthop_ways(&table, nexthop_read(&table, 5), &found);
	assert_int_equal(found.count, 16);
	for (uint32_t i = 0; i < 16; i++)
		seen |= 1u << (found.adj[i] - 100);
	assert_int_equal(seen, 0xffff);
	nexthop_ways(&table, nexthop_read(&table, 6), &found);
	assert_int_equal(found.count, 0);
	nexthop_ways(&table, nexthop_read(&table, 7), &found);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.adj[0] + found.adj[1], 215);
}

/*
 * Groups.
 */

static void
test_out_of_groups(void **state)
{
	uint8_t before[NEXTHOP_BUCKETS], after[NEXTHOP_BUCKETS];

	(void)state;
	assert_true(set_ways(4, 1, 1));
	for (uint32_t i = 1; i < GROUPS; i++)
		assert_true(set_ways(i, 4, 0xf));
	assert_false(set_ways(4, 2, 3));
	check_word(4, NEXTHOP_VIA, 1);
	assert_int_equal(nexthop_read(&table, 4).index, 100);
	/* Who has one keeps it. */
	read_buckets(2, before);
	assert_true(set_ways(2, 4, 0));
	check_word(2, NEXTHOP_NONE, 0);
	assert_false(set_ways(4, 2, 3));
	assert_true(set_ways(2, 4, 0xf));
	read_buckets(2, after);
	assert_memory_equal(before, after, sizeof(before));
	assert_false(nexthop_must_park(&table));
}

static void
test_reclaim(void **state)
{
	uint32_t group;

	(void)state;
	for (uint32_t i = 1; i < GROUPS; i++)
		assert_true(set_ways(i, 4, 0xf));
	group = nexthop_read(&table, 2).index;
	set_type(2, NEXTHOP_REJECT);
	assert_true(nexthop_must_park(&table));
	assert_false(set_ways(4, 2, 3));
	nexthop_park(&table);
	assert_false(nexthop_must_park(&table));
	/* One that is given up meanwhile waits for the next turn. */
	assert_true(set_ways(3, 1, 1));
	assert_true(nexthop_must_park(&table));
	assert_false(set_ways(4, 2, 3));
	nexthop_reclaim(&table);
	assert_true(set_ways(4, 2, 3));
	assert_int_equal(nexthop_read(&table, 4).index, group);
	assert_false(set_ways(5, 2, 3));
	nexthop_park(&table);
	nexthop_reclaim(&table);
	assert_true(set_ways(5, 2, 3));
}

/* Nothing alive, then another type: the group that it kept comes back. */
static void
test_dead_group_given_up(void **state)
{
	(void)state;
	assert_true(set_ways(1, 4, 0xf));
	assert_true(set_ways(1, 4, 0));
	set_type(1, NEXTHOP_NONE);
	assert_true(nexthop_must_park(&table));
	assert_int_equal(nexthop_read(&table, 1).index, 0);
	set_type(1, NEXTHOP_NONE);
	nexthop_park(&table);
	nexthop_reclaim(&table);
	for (uint32_t i = 1; i < GROUPS; i++)
		assert_true(set_ways(i, 4, 0xf));
}

/*
 * Buckets.
 */

/* Each live way within 10 % of its fair share, for every set of them. */
static void
test_even(void **state)
{
	struct nexthop_ways all = ways(ECMP_MAX);
	uint8_t way[NEXTHOP_BUCKETS];
	uint32_t worst = 0; /* in a thousandth of the share */

	(void)state;
	for (uint32_t n = 2; n <= ECMP_MAX; n++) {
		for (uint32_t alive = 1; alive < 1u << n; alive++) {
			uint32_t live = (uint32_t)__builtin_popcount(alive);
			uint32_t count[ECMP_MAX];

			assert_true(set_ways(1, n, alive));
			read_group(1, &all, way, count);
			for (uint32_t i = 0; i < ECMP_MAX; i++) {
				uint32_t off = (uint32_t)abs(
				    (int)(count[i] * live) - NEXTHOP_BUCKETS);

				off = off * 1000 / NEXTHOP_BUCKETS;
				if (!(alive >> i & 1))
					assert_int_equal(count[i], 0);
				else if (off > worst)
					worst = off;
			}
		}
	}
	assert_in_range(worst, 1, 100);
}

/* Of two sets that differ by way i, its buckets alone differ. */
static void
check_pair(const uint8_t *with, const uint8_t *without, uint32_t i)
{
	for (uint32_t b = 0; b < NEXTHOP_BUCKETS; b++)
		if (with[b] != i)
			assert_int_equal(with[b], without[b]);
}

static void
test_resilient_all(void **state)
{
	static uint8_t way[1u << ALL_SMALL][NEXTHOP_BUCKETS];

	(void)state;
	for (uint32_t n = 2; n <= ALL_SMALL; n++) {
		for (uint32_t alive = 1; alive < 1u << n; alive++)
			deal(n, alive, way[alive]);
		for (uint32_t alive = 1; alive < 1u << n; alive++)
			for (uint32_t i = 0; i < n; i++)
				if (alive >> i & 1 && alive != 1u << i)
					check_pair(way[alive],
					    way[alive ^ 1u << i], i);
	}
}

/*
 * Ways come and go; where buckets lead depends on who is alive now, and
 * each change moves the buckets of the way that changed.
 */
static void
test_resilient_random(void **state)
{
	uint8_t was[NEXTHOP_BUCKETS], is[NEXTHOP_BUCKETS];
	uint8_t fresh[NEXTHOP_BUCKETS];
	uint32_t alive = 0xffff;

	(void)state;
	deal(16, alive, was);
	for (uint32_t step = 0; step < WALK_STEPS; step++) {
		uint32_t i = below(16), then = alive ^ 1u << i;

		if (then == 0)
			continue;
		deal(16, then, is);
		if (then >> i & 1)
			check_pair(is, was, i);
		else
			check_pair(was, is, i);
		/* The same without a history. */
		set_type(2, NEXTHOP_NONE);
		nexthop_park(&table);
		nexthop_reclaim(&table);
		assert_true(set_ways(2, 16, then));
		read_buckets(2, fresh);
		assert_memory_equal(is, fresh, sizeof(is));
		memcpy(was, is, sizeof(was));
		alive = then;
	}
}

/* A way that is no longer configured is as one that is dead. */
static void
test_fewer_configured(void **state)
{
	uint8_t dead[NEXTHOP_BUCKETS], gone[NEXTHOP_BUCKETS];

	(void)state;
	for (uint32_t alive = 3; alive < 1u << ALL_SMALL; alive++) {
		struct nexthop_ways w = { .count = 0 };

		for (uint32_t i = 0; i < ALL_SMALL; i++)
			if (alive >> i & 1)
				w.adj[w.count++] = 100 + i;
		if (w.count < 2)
			continue;
		deal(ALL_SMALL, alive, dead);
		assert_true(nexthop_set_ways(&table, 2, &w, ~0u));
		read_buckets(2, gone);
		assert_memory_equal(dead, gone, sizeof(dead));
	}
}

/* Adjacencies of any numbers, many of which want the same slot. */
static void
test_same_slots(void **state)
{
	uint8_t with[NEXTHOP_BUCKETS], without[NEXTHOP_BUCKETS];
	uint32_t count[ECMP_MAX];

	(void)state;
	for (uint32_t round = 0; round < SETS; round++) {
		struct nexthop_ways w = { .count = 2 + below(15) };
		uint32_t i;

		/* Distinct: each from a range of its own. */
		for (i = 0; i < w.count; i++)
			w.adj[i] = 1 + i * 8 + below(8);
		assert_true(nexthop_set_ways(&table, 1, &w, ~0u));
		check_word(1, NEXTHOP_GROUP, (uint8_t)w.count);
		read_group(1, &w, with, count);
		for (i = 0; i < w.count; i++)
			assert_in_range(count[i] * w.count,
			    NEXTHOP_BUCKETS * 9 / 10,
			    NEXTHOP_BUCKETS * 11 / 10);
		i = below(w.count);
		assert_true(nexthop_set_ways(&table, 1, &w, ~(1u << i)));
		read_group(1, &w, without, count);
		assert_int_equal(count[i], 0);
		check_pair(with, without, i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_way, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_found_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_out_of_groups, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reclaim, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_dead_group_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_even, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_resilient_all, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_resilient_random, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_fewer_configured, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_same_slots, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
