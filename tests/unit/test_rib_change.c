/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/iptext.c net/addr.c net/nexthop.c tests/unit/rib_world.c
 * tests/unit/log_stub.c tests/unit/alloc_fail.c
 * libs: fib rib
 * wrap: malloc calloc realloc aligned_alloc nexthop_set nexthop_set_ways */
/*
 * What changes cost, and what happens when something runs out: next hops,
 * groups, FIB, memory.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/iptext.h"
#include "tests/unit/alloc_fail.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/rib_world.h"

enum { MANY = 100000 };

static uint32_t stores;

void __real_nexthop_set(
    struct nexthop_table *t, uint32_t index, const struct nexthop *nexthop);
void __wrap_nexthop_set(
    struct nexthop_table *t, uint32_t index, const struct nexthop *nexthop);
bool __real_nexthop_set_ways(struct nexthop_table *t, uint32_t index,
    const struct nexthop_ways *way, uint32_t alive);
bool __wrap_nexthop_set_ways(struct nexthop_table *t, uint32_t index,
    const struct nexthop_ways *way, uint32_t alive);

void
__wrap_nexthop_set(
    struct nexthop_table *t, uint32_t index, const struct nexthop *nexthop)
{
	stores++;
	__real_nexthop_set(t, index, nexthop);
}

bool
__wrap_nexthop_set_ways(struct nexthop_table *t, uint32_t index,
    const struct nexthop_ways *way, uint32_t alive)
{
	stores++;
	return __real_nexthop_set_ways(t, index, way, alive);
}

static void
begin(uint32_t nexthops, uint32_t groups, uint32_t routes)
{
	world_begin(nexthops, groups, fib_memory(routes, 100));
	for (uint16_t i = 1; i <= 2; i++)
		world.env.up[i] = world.env.local[i] = true;
	world_add(SOURCE_CONNECTED, "10.1.0.0/16", NULL, 1);
	world_add(SOURCE_CONNECTED, "10.2.0.0/16", NULL, 2);
}

static struct rib_route
numbered(uint32_t i, const char *gateway, uint8_t distance)
{
	struct rib_route r = world_route(
	    SOURCE_FILE, "20.0.0.0/24", gateway, IFACE_NONE);

	be32_store(r.prefix.addr.byte, 20u << 24 | i << 8);
	r.distance = distance;
	return r;
}

static void
add_numbered(uint32_t i, const char *gateway, uint8_t distance)
{
	struct rib_route r = numbered(i, gateway, distance);

	assert_int_equal(rib_add(world.rib, &r), 0);
}

/* A link with many routes behind it goes: a few stores, then slices. */
static void
test_many_behind_a_link(void **state)
{
	(void)state;
	begin(64, 8, MANY + 1000);
	world_via("0.0.0.0/0", "10.2.0.9");
	for (uint32_t i = 0; i < MANY; i++)
		add_numbered(i, "10.1.0.2", 1);
	world_settle();
	assert_string_equal(world_meets("20.1.2.3"), "1:10.1.0.2");
	world.env.up[1] = false;
	stores = 0;
	rib_env_set(world.rib, &world.env);
	/* the neighbour, the network and its broadcast addresses */
	assert_true(stores <= 3);
	assert_string_equal(world_meets("20.1.2.3"), "none");
	world.budget = 1000;
	assert_int_equal(rib_settle(world.rib, world.fib, 1000), RIB_MORE);
	world_settle();
	assert_string_equal(world_meets("20.1.2.3"), "2:10.2.0.9");
	assert_false(world_active("20.1.2.0/24", "10.1.0.2"));
	world.env.up[1] = true;
	world_reclaim();
	world_settle();
	assert_string_equal(world_meets("20.1.2.3"), "1:10.1.0.2");
	assert_true(world_active("20.1.2.0/24", "10.1.0.2"));
	world_end();
}

/* Two ways: one link goes, and no prefix needs to change. */
static void
test_group_keeps_its_index(void **state)
{
	struct ip_addr a = world_addr("20.0.5.1");
	uint32_t index;

	(void)state;
	begin(64, 8, 1000);
	for (uint32_t i = 0; i < 100; i++) {
		add_numbered(i, "10.1.0.2", 1);
		add_numbered(i, "10.2.0.2", 1);
	}
	world_settle();
	index = fib_lookup(world.fib, &a);
	assert_string_equal(world_meets("20.0.5.1"), "1:10.1.0.2 2:10.2.0.2");
	world.env.up[1] = false;
	rib_env_set(world.rib, &world.env);
	assert_string_equal(world_meets("20.0.5.1"), "2:10.2.0.2");
	world_settle();
	assert_int_equal(fib_lookup(world.fib, &a), index);
	assert_false(world_active("20.0.5.0/24", "10.1.0.2"));
	assert_true(world_active("20.0.5.0/24", "10.2.0.2"));
	world.env.up[1] = true;
	rib_env_set(world.rib, &world.env);
	assert_string_equal(world_meets("20.0.5.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_true(world_active("20.0.5.0/24", "10.1.0.2"));
	world_end();
}

/* 16 ways lose member after member, by withdrawal. */
static void
test_sixteen_ways(void **state)
{
	char gateway[IPTEXT_ADDR_MAX];

	(void)state;
	begin(64, 8, 1000);
	for (uint32_t i = 0; i < ECMP_MAX; i++) {
		snprintf(gateway, sizeof(gateway), "10.1.0.%u", 10 + i);
		add_numbered(0, gateway, 1);
	}
	for (uint32_t left = ECMP_MAX; left > 0; left--) {
		struct nexthop_ways ways;
		struct rib_route r;

		world_settle();
		world_ways(world_nexthop("20.0.0.1"), &ways);
		assert_int_equal(ways.count, left);
		snprintf(gateway, sizeof(gateway), "10.1.0.%u", 9 + left);
		r = numbered(0, gateway, 1);
		assert_int_equal(rib_remove(world.rib, &r), 0);
		world_reclaim();
	}
	world_settle();
	assert_string_equal(world_meets("20.0.0.1"), "none");
	world_end();
}

/* Indices are given up, wait, and are used again; when all are in use, routes
 * stay inactive until one is free. */
static void
test_indices_run_out(void **state)
{
	char gateway[IPTEXT_ADDR_MAX];
	struct rib_stats stats;
	struct rib_route r;

	(void)state;
	begin(8, 1, 1000); /* 7, of which networks take 4 */
	for (uint32_t i = 0; i < 4; i++) {
		snprintf(gateway, sizeof(gateway), "10.1.0.%u", 2 + i);
		add_numbered(i, gateway, 1);
	}
	world_settle();
	rib_stats(world.rib, &stats);
	assert_int_equal(stats.nexthops, 7);
	assert_true(stats.unplaced > 0);
	assert_string_equal(world_meets("20.0.2.1"), "1:10.1.0.4");
	assert_string_equal(world_meets("20.0.3.1"), "none");
	assert_false(world_active("20.0.3.0/24", "10.1.0.5"));
	/* One is given up: it may still be in a worker's hands. */
	r = numbered(0, "10.1.0.2", 1);
	assert_int_equal(rib_remove(world.rib, &r), 0);
	assert_int_equal(rib_settle(world.rib, world.fib, 100), RIB_SETTLED);
	assert_true(rib_must_park(world.rib));
	add_numbered(4, "10.1.0.6", 1);
	assert_int_equal(rib_settle(world.rib, world.fib, 1), RIB_WAIT);
	rib_park(world.rib);
	assert_false(rib_must_park(world.rib));
	assert_int_equal(rib_settle(world.rib, world.fib, 100), RIB_WAIT);
	rib_reclaim(world.rib);
	world_settle();
	assert_true(world_active("20.0.3.0/24", "10.1.0.5") ||
		    world_active("20.0.4.0/24", "10.1.0.6"));
	world_end();
}

/* No group of buckets: one way will do until there is one. */
static void
test_groups_run_out(void **state)
{
	struct rib_route r;

	(void)state;
	begin(64, 2, 1000); /* one */
	add_numbered(0, "10.1.0.2", 1);
	add_numbered(0, "10.2.0.2", 1);
	add_numbered(1, "10.1.0.3", 1);
	add_numbered(1, "10.2.0.3", 1);
	world_settle();
	assert_string_equal(world_meets("20.0.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_string_equal(world_meets("20.0.1.1"), "1:10.1.0.3");
	world.env.up[1] = false;
	world_settle();
	assert_string_equal(world_meets("20.0.1.1"), "2:10.2.0.3");
	world.env.up[1] = true;
	r = numbered(0, "10.1.0.2", 1);
	assert_int_equal(rib_remove(world.rib, &r), 0);
	world_settle();
	world_reclaim();
	world_reclaim();
	world_settle();
	assert_string_equal(world_meets("20.0.1.1"), "1:10.1.0.3 2:10.2.0.3");
	world_end();
}

/* The FIB is full: routes wait, and withdrawals go on, until it has grown. */
static void
test_fib_full(void **state)
{
	enum rib_status status = RIB_MORE;
	struct rib_stats stats;
	struct rib_route r;
	struct fib *to;
	void *memory;

	(void)state;
	begin(64, 8, 1000);
	for (uint32_t i = 0; i < MANY; i++)
		add_numbered(i * 37 % MANY, i % 2 ? "10.1.0.2" : "10.1.0.3", 1);
	rib_env_set(world.rib, &world.env);
	while (status == RIB_MORE)
		status = rib_settle(world.rib, world.fib, 1000);
	assert_int_equal(status, RIB_FIB_FULL);
	assert_string_equal(world_meets("20.0.0.1"), "1:10.1.0.3");
	to = world_fib(fib_memory(MANY + 100, 100), &memory);
	fib_load_begin(to);
	rib_fill_begin(world.rib, world.fib, to);
	r = numbered(0, "10.1.0.3", 1);
	assert_int_equal(rib_remove(world.rib, &r), 0);
	while (rib_fill(world.rib, 100) == RIB_MORE)
		rib_settle(world.rib, world.fib, 1);
	assert_int_equal(rib_fill(world.rib, 1), RIB_SETTLED);
	rib_fill_end(world.rib);
	free(world.fib_memory);
	world.fib = to;
	world.fib_memory = memory;
	world_settle();
	assert_true(fib_load_end(to));
	assert_string_equal(world_meets("20.0.0.1"), "none");
	assert_true(world_active("20.0.37.0/24", "10.1.0.2"));
	assert_string_equal(world_meets("20.0.37.1"), "1:10.1.0.2");
	rib_stats(world.rib, &stats);
	assert_int_equal(stats.prefixes, MANY - 1 + 2 + 4);
	world_end();
}

/* A file is removed in slices, and another one has the same routes. */
static void
test_flush_a_file(void **state)
{
	struct rib_flush flush = { .source = SOURCE_FILE,
		.one_file = true,
		.file = 1,
		.iface = IFACE_NONE };

	(void)state;
	begin(64, 8, 10000);
	for (uint32_t i = 0; i < 5000; i++) {
		struct rib_route r = numbered(i, "10.1.0.2", 1);

		r.file = 1 + i % 2;
		assert_int_equal(rib_add(world.rib, &r), 0);
		r.file = 3 - r.file;
		if (i % 10 == 0)
			assert_int_equal(rib_add(world.rib, &r), 0);
	}
	world_settle();
	while (!rib_flush_some(world.rib, &flush, 100))
		rib_settle(world.rib, world.fib, 10);
	world_settle();
	assert_int_equal(rib_count(world.rib), 2 + 2500 + 500);
	assert_string_equal(world_meets("20.0.2.1"), "none");
	assert_string_equal(world_meets("20.0.1.1"), "1:10.1.0.2");
	assert_string_equal(world_meets("20.0.10.1"), "1:10.1.0.2");
	assert_string_equal(world_meets("20.0.11.1"), "1:10.1.0.2");
	world_end();
}

/* Settles; each allocation on the way fails once. Returns how many did. */
static uint32_t
settle_with_failures(void)
{
	uint32_t failed = 0;

	for (uint32_t i = 0; i < 100000; i++) {
		enum rib_status status;

		alloc_fail_after = i % 2 ? -1 : 0;
		status = rib_settle(world.rib, world.fib, 1);
		alloc_fail_after = -1;
		failed += status == RIB_NO_MEMORY;
		if (status == RIB_SETTLED)
			return failed;
	}
	fail_msg("it never ends");
	return 0;
}

/* Each allocation fails once, and nothing is lost. */
static void
test_no_memory(void **state)
{
	char gateway[IPTEXT_ADDR_MAX];
	uint32_t failed = 0;

	(void)state;
	begin(2048, 512, 2000);
	world_settle();
	for (uint32_t i = 0; i < 400; i++) {
		for (uint32_t k = 0; k < 1 + i % 3; k++) {
			struct rib_route r;
			int error;

			snprintf(gateway, sizeof(gateway), "10.%u.%u.%u",
			    1 + k % 2, i / 100, 2 + (i + k) % 100);
			r = numbered(i, gateway, 1);
			for (long after = 0;; after++) {
				alloc_fail_after = after;
				error = rib_add(world.rib, &r);
				alloc_fail_after = -1;
				if (error != -ENOMEM)
					break;
				failed++;
			}
			assert_int_equal(error, 0);
		}
		if (i % 7 == 0)
			failed += settle_with_failures();
	}
	failed += settle_with_failures();
	assert_true(failed > 100);
	assert_string_equal(world_meets("20.0.99.1"), "1:10.1.0.101");
	assert_string_equal(
	    world_meets("20.0.98.1"), "1:10.1.0.2 1:10.1.0.100 2:10.2.0.101");
	world.env.up[2] = false;
	alloc_fail_after = 0;
	rib_env_set(world.rib, &world.env);
	alloc_fail_after = -1;
	assert_string_equal(
	    world_meets("20.0.98.1"), "1:10.1.0.2 1:10.1.0.100");
	settle_with_failures();
	world_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_behind_a_link),
		cmocka_unit_test(test_group_keeps_its_index),
		cmocka_unit_test(test_sixteen_ways),
		cmocka_unit_test(test_indices_run_out),
		cmocka_unit_test(test_groups_run_out),
		cmocka_unit_test(test_fib_full),
		cmocka_unit_test(test_flush_a_file),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
