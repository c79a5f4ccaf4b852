/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c
 * tests/unit/alloc_fail.c wrap: malloc calloc realloc aligned_alloc */
/*
 * Next hops and their groups run out. What had to wait gets what others give
 * up, without being asked for again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/router_private.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/router_fixture.h"

enum {
	GATEWAYS = 16,
	GROUPED = 2000, /* prefixes: more than there are groups */
	FEW = 20,       /* less than a slice */
	PLACED = FIB_NEXTHOP_MAX + 100,
	TURNS = 100 * 1000,
};

static const char config[] = "interface port0\n"
			     " ip address 10.0.0.1/24\n";

static struct ip_prefix
prefix_of(uint32_t n)
{
	struct ip_prefix p = { .addr = { .family = IP4 }, .len = 24 };

	be32_store(p.addr.byte, 20u << 24 | n << 8);
	return p;
}

/* Prefix n leads to the gateways whose bits are set in n. */
static void
change(uint32_t n, int (*how)(struct rib *rib, const struct rib_route *route))
{
	struct rib_route route;

	memset(&route, 0, sizeof(route));
	route.prefix = prefix_of(n);
	route.gateway = fixture_addr("10.0.0.0");
	route.iface = IFACE_NONE;
	route.type = ROUTE_UNICAST;
	route.source = SOURCE_STATIC;
	route.distance = 1;
	for (uint32_t i = 0; i < GATEWAYS; i++) {
		route.gateway.byte[3] = (uint8_t)(i + 2);
		if (n >> i & 1)
			assert_int_equal(how(fx->router.rib, &route), 0);
	}
}

static void
change_all(uint32_t from, uint32_t to,
    int (*how)(struct rib *rib, const struct rib_route *route))
{
	for (uint32_t n = from; n < to; n++)
		change(n, how);
	router_routes_changed(&fx->router);
	for (uint32_t i = 0; i < TURNS && (settle_has_work(&fx->router) ||
					      reclaim_waits(&fx->router));
	     i++)
		fixture_turn(1);
	assert_false(reclaim_waits(&fx->router));
}

static uint32_t
ways(uint32_t n)
{
	struct ip_addr a = prefix_of(n).addr;
	struct router_lookup l;

	router_lookup(&fx->router, &a, &l);
	return l.count;
}

static uint32_t
how_many(uint32_t from, uint32_t to, uint32_t least)
{
	uint32_t found = 0;

	for (uint32_t n = from; n < to; n++)
		found += ways(n) >= least;
	return found;
}

static void
test_groups(void **state)
{
	uint32_t several;

	(void)state;
	fixture_start(config);
	change_all(1, GROUPED, rib_add);
	assert_true(log_has("too many groups of next hops"));
	assert_int_equal(how_many(1, GROUPED, 1), GROUPED - 1);
	several = how_many(GROUPED / 2, GROUPED, 2);
	assert_true(several < GROUPED / 2 - 1);
	change_all(1, GROUPED / 2, rib_remove);
	for (uint32_t n = GROUPED / 2; n < GROUPED; n++)
		assert_int_equal(ways(n), __builtin_popcount(n));
}

static void
test_indices(void **state)
{
	struct rib_stats stats;
	uint32_t placed;

	(void)state;
	fixture_start(config);
	change_all(1, PLACED, rib_add);
	assert_true(log_has("next hops are in use"));
	rib_stats(fx->router.rib, &stats);
	assert_true(stats.unplaced >= 100);
	placed = how_many(FEW, PLACED, 1);
	assert_true(placed < PLACED - FEW - 99);
	change_all(1, FEW, rib_remove);
	assert_int_equal(how_many(FEW, PLACED, 1), placed + FEW - 1);
}

#define INDICES_TEST(name)                                                     \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		INDICES_TEST(test_groups),
		INDICES_TEST(test_indices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
