/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c tests/unit/fib_burst.c
 * libs: tables */
/*
 * The FIB's memory: what comes and goes again and again costs no more than the
 * first time, and memory that is out leaves every answer as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/tables/bit_trie.h"
#include "tests/tables/table.h"
#include "tests/unit/fib_burst.h"

enum {
	ROUTES4 = 12000,
	ROUTES6 = 8000,
	CYCLES = 6,
	CHANGES = 20000,
	INSIDE = 2,
	RECLAIM_EACH = 100,
	COVERED = 1024,
	ROOM_STEP = 512,
};

static struct world {
	struct table table; /* in some order */
	struct fib *fib;
	void *memory;
	struct bit_trie truth;
	uint64_t random;
	uint32_t refused;
} world;

static void
make_table(uint32_t seed)
{
	table_generate(&world.table, ROUTES4, ROUTES6, seed);
	table_shuffle(&world.table, seed);
}

static int
free_table(void **state)
{
	(void)state;
	table_free(&world.table);
	return 0;
}

static void
create(size_t size)
{
	size = (size + 63) & ~(size_t)63;
	world.memory = aligned_alloc(64, size);
	assert_non_null(world.memory);
	world.fib = fib_create(world.memory, size);
	assert_non_null(world.fib);
	bit_trie_init(&world.truth);
	world.random = size;
	world.refused = 0;
}

static void
destroy(void)
{
	free(world.memory);
	bit_trie_free(&world.truth);
}

static size_t
enough(void)
{
	return 2 * fib_memory(ROUTES4, ROUTES6);
}

static void
reclaim(void)
{
	if (!fib_must_park(world.fib))
		return;
	fib_park(world.fib);
	fib_reclaim(world.fib);
	assert_false(fib_must_park(world.fib));
}

static struct fib_usage
usage(void)
{
	struct fib_usage u;

	fib_usage(world.fib, &u);
	assert_int_equal(u.prefixes[0], world.truth.prefixes[0]);
	assert_int_equal(u.prefixes[1], world.truth.prefixes[1]);
	assert_true(u.parked + u.free <= u.size);
	return u;
}

static size_t
bytes_used(void)
{
	struct fib_usage u;

	reclaim();
	u = usage();
	assert_int_equal(u.parked, 0);
	return u.size - u.free;
}

/* The edges of a prefix, some of it, and what it is itself. */
static void
check(struct fib_burst *b, const struct ip_prefix *p)
{
	uint8_t family = p->addr.family;
	key128 first = key_of(&p->addr), host = key_host(p->len, family);
	key128 at[4 + INSIDE] = { first, first | host, first - key_step(family),
		(first | host) + key_step(family) };
	uint32_t i;

	for (i = 0; i < INSIDE; i++)
		at[4 + i] = first | (key_random(&world.random, family) & host);
	for (i = 0; i < 4 + INSIDE; i++)
		fib_burst_ask(
		    b, at[i], bit_trie_lookup(&world.truth, at[i], family));
	assert_int_equal(fib_get(world.fib, p), bit_trie_get(&world.truth, p));
}

static void
check_one(const struct ip_prefix *p)
{
	struct fib_burst b;

	fib_burst_begin(&b, world.fib, p->addr.family);
	check(&b, p);
	fib_burst_end(&b);
}

static void
check_all(void)
{
	struct fib_burst b[2];
	uint32_t i;

	fib_burst_begin(&b[0], world.fib, IP4);
	fib_burst_begin(&b[1], world.fib, IP6);
	for (i = 0; i < table_size(&world.table); i++) {
		const struct ip_prefix *p = &world.table.route[i].prefix;

		check(&b[p->addr.family == IP6], p);
	}
	fib_burst_end(&b[0]);
	fib_burst_end(&b[1]);
	usage();
}

/* FIB_MISS clears. */
static bool
put(const struct ip_prefix *prefix, uint32_t nexthop)
{
	if (nexthop == FIB_MISS ? !fib_clear(world.fib, prefix)
				: !fib_set(world.fib, prefix, nexthop))
		return false;
	bit_trie_set(&world.truth, prefix, nexthop);
	return true;
}

/* A refusal changes nothing; what is parked may be what is missing. */
static bool
try(const struct ip_prefix *prefix, uint32_t nexthop)
{
	if (put(prefix, nexthop))
		return true;
	check_one(prefix);
	reclaim();
	if (put(prefix, nexthop))
		return true;
	world.refused++;
	check_one(prefix);
	return false;
}

/* Returns how many went in. */
static uint32_t
fill(void)
{
	uint32_t i, n = 0;

	for (i = 0; i < table_size(&world.table); i++) {
		const struct table_route *r = &world.table.route[i];

		n += try(&r->prefix, r->nexthop);
	}
	check_all();
	return n;
}

/* All that is there, in the order of the table: as many rounds as it takes. */
static void
drain(void)
{
	uint32_t i, left = 1, before = UINT32_MAX;

	while (left > 0) {
		for (i = 0, left = 0; i < table_size(&world.table); i++)
			left += !try(&world.table.route[i].prefix, FIB_MISS);
		assert_true(left < before);
		before = left;
		reclaim();
	}
	assert_int_equal(world.truth.prefixes[0] + world.truth.prefixes[1], 0);
	check_all();
}

/* As updates come: what is parked is reclaimed soon. */
static void
fill_slowly(void)
{
	uint32_t i;

	for (i = 0; i < table_size(&world.table); i++) {
		const struct table_route *r = &world.table.route[i];

		assert_true(try(&r->prefix, r->nexthop));
		if (i % RECLAIM_EACH == 0)
			reclaim();
	}
	check_all();
}

/* The same routes again and again, then others each time. */
static void
test_cycles(void **state)
{
	size_t begin, full = 0;
	uint32_t cycle;

	(void)state;
	create(enough());
	begin = bytes_used();
	for (cycle = 0; cycle < CYCLES; cycle++) {
		if (cycle > CYCLES / 2) {
			free_table(NULL);
			make_table(cycle);
		}
		fill_slowly();
		full = bytes_used();
		drain();
		assert_int_equal(bytes_used(), begin);
	}
	printf("%zu bytes without routes, %zu with %u\n", begin, full,
	    table_size(&world.table));
	destroy();
}

static void
churn(void)
{
	uint32_t i;

	for (i = 0; i < CHANGES; i++) {
		const struct ip_prefix *p =
		    &world.table
			 .route[table_below(
			     &world.random, table_size(&world.table))]
			 .prefix;
		bool clear = table_below(&world.random, 2) == 0;

		if (try(p,
			clear ? FIB_MISS : 1 + table_below(&world.random, 64)))
			check_one(p);
	}
	check_all();
}

/* In a part of the memory that the table needs, in percent. */
static void
too_small(uint32_t percent, size_t need)
{
	size_t base = fib_memory(0, 0);
	size_t empty, full;
	uint32_t first, again;

	create(base + (need - base) * percent / 100);
	empty = bytes_used();
	first = fill();
	full = bytes_used();
	assert_true(world.refused > 0);
	assert_true(first + world.refused == table_size(&world.table));
	churn();
	drain();
	assert_int_equal(bytes_used(), empty);
	again = fill();
	printf("%u%% of the memory: %u routes of %u, %u after all were "
	       "cleared, %u changes refused\n",
	    percent, first, table_size(&world.table), again, world.refused);
	/* Other routes may fit, but they have the same memory. */
	assert_true(bytes_used() - empty >= (full - empty) / 20 * 19);
	destroy();
}

static void
test_too_small(void **state)
{
	static const uint32_t percent[] = { 10, 50, 80, 95 };
	size_t need;
	uint32_t i;

	(void)state;
	create(enough());
	assert_int_equal(fill(), table_size(&world.table));
	need = bytes_used();
	destroy();
	for (i = 0; i < sizeof(percent) / sizeof(percent[0]); i++)
		too_small(percent[i], need);
}

/* What does not fit at once is said at the end, and only then is all lost. */
static void
test_load_too_small(void **state)
{
	uint32_t i;
	bool refused = false;

	(void)state;
	create(fib_memory(0, 0) + 4096);
	fib_load_begin(world.fib);
	for (i = 0; i < table_size(&world.table) && !refused; i++)
		refused = !fib_set(world.fib, &world.table.route[i].prefix, 1);
	refused = !fib_load_end(world.fib) || refused;
	assert_true(refused);
	destroy();
}

/* What 10.0.0.0/8 covers: some of its next hop, some of the other one. */
static bool
make_covered(struct ip_prefix *all)
{
	struct ip_prefix p = { { { 10 }, IP4 }, 8 };
	uint32_t i;
	bool done;

	*all = p;
	done = put(&p, 1);
	p.len = 24;
	for (i = 0; i < COVERED && done; i++) {
		p.addr.byte[1] = (uint8_t)(i / 4);
		p.addr.byte[2] = (uint8_t)(i % 4 * 64);
		done = try(&p, i < COVERED / 8 ? 2 : 1);
	}
	return done;
}

/*
 * A change that gives up some nodes before it needs others, in all sizes of
 * memory: what it had made ready for the former is free again.
 */
static void
test_refusal(void **state)
{
	struct ip_prefix all;
	size_t room, before;
	uint32_t refused = 0;
	bool done = false;

	(void)state;
	for (room = 0; !done; room += ROOM_STEP) {
		create(fib_memory(0, 0) + room);
		if (make_covered(&all)) {
			before = bytes_used();
			done = put(&all, 2);
			refused += !done;
			assert_true(done || bytes_used() == before);
		}
		destroy();
	}
	assert_true(refused > 0);
}

/* Nodes that replace none leave nothing to reclaim. */
static void
test_load_parks_nothing(void **state)
{
	uint32_t i;

	(void)state;
	create(enough());
	fib_load_begin(world.fib);
	for (i = 0; i < table_size(&world.table); i++)
		assert_true(put(&world.table.route[i].prefix, 1 + i % 64));
	assert_true(fib_load_end(world.fib));
	check_all();
	assert_int_equal(usage().parked, 0);
	destroy();
}

/* However often it has been full: what was taken out did not use up what is
 * kept for that. */
static void
test_always_smaller(void **state)
{
	uint32_t i, round;

	(void)state;
	create(fib_memory(0, 0) + 64 * 1024);
	for (round = 0; round < CYCLES; round++) {
		fill();
		for (i = 0; i < table_size(&world.table); i++)
			assert_true(
			    try(&world.table.route[i].prefix, FIB_MISS));
	}
	destroy();
}

static int
make_first_table(void **state)
{
	(void)state;
	make_table(1);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_load_too_small),
		cmocka_unit_test(test_refusal),
		cmocka_unit_test(test_load_parks_nothing),
		cmocka_unit_test(test_always_smaller),
	};

	return cmocka_run_group_tests(tests, make_first_table, free_table);
}
