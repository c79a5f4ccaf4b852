/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/iptext.c net/addr.c net/nexthop.c
 * tests/unit/rib_world.c tests/unit/log_stub.c
 * libs: fib rib */
/*
 * From RIB to FIB: each rule by an example, all at once and step by step.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "control/iptext.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/rib_world.h"

/* Interfaces 1 and 2, with a network each. */
static int
setup(void **state)
{
	(void)state;
	world_begin(1024, 64, fib_memory(1000, 1000) + 100000);
	for (uint16_t i = 1; i <= 2; i++)
		world.env.up[i] = world.env.local[i] = true;
	world_add(SOURCE_CONNECTED, "10.1.0.0/16", NULL, 1);
	world_add(SOURCE_LOCAL, "10.1.0.1/32", NULL, 1);
	world_add(SOURCE_CONNECTED, "10.2.0.0/16", NULL, 2);
	world_add(SOURCE_LOCAL, "10.2.0.1/32", NULL, 2);
	world_add(SOURCE_CONNECTED, "2001:db8:1::/64", NULL, 1);
	world_add(SOURCE_LOCAL, "2001:db8:1::1/128", NULL, 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static uint32_t
lookup(const char *destination)
{
	struct ip_addr a = world_addr(destination);

	return fib_lookup(world.fib, &a);
}

static void
test_connected(void **state)
{
	(void)state;
	world_add(SOURCE_CONNECTED, "10.3.0.0/31", NULL, 1);
	world_add(SOURCE_LOCAL, "10.3.0.0/32", NULL, 1);
	world_add(SOURCE_CONNECTED, "10.4.0.4/32", NULL, 1);
	world_add(SOURCE_LOCAL, "10.4.0.4/32", NULL, 1);
	world_add(SOURCE_CONNECTED, "2001:db8:2::/127", NULL, 2);
	world_settle();
	assert_string_equal(world_meets("10.1.0.1"), "local 1");
	assert_string_equal(world_meets("10.1.0.7"), "connected 1");
	assert_string_equal(world_meets("10.1.0.0"), "broadcast 1");
	assert_string_equal(world_meets("10.1.255.255"), "broadcast 1");
	assert_string_equal(world_meets("10.2.255.255"), "broadcast 2");
	/* RFC 3021: both addresses of a /31 are hosts */
	assert_string_equal(world_meets("10.3.0.0"), "local 1");
	assert_string_equal(world_meets("10.3.0.1"), "connected 1");
	assert_string_equal(world_meets("10.4.0.4"), "local 1");
	/* RFC 4291 2.6.1, and RFC 6164 */
	assert_string_equal(world_meets("2001:db8:1::"), "local 1");
	assert_string_equal(world_meets("2001:db8:1::1"), "local 1");
	assert_string_equal(world_meets("2001:db8:1::2"), "connected 1");
	assert_string_equal(
	    world_meets("2001:db8:1:0:ffff:ffff:ffff:ffff"), "connected 1");
	assert_string_equal(world_meets("2001:db8:2::"), "connected 2");
	assert_string_equal(world_meets("192.0.2.1"), "none");
	assert_string_equal(world_meets("2001:db9::"), "none");
}

static void
test_ecmp(void **state)
{
	uint32_t count;

	(void)state;
	world_via("20.0.0.0/8", "10.1.0.2");
	world_via("20.0.0.0/8", "10.2.0.2");
	world_via("20.0.0.0/8", "10.2.0.3");
	world_via("30.0.0.0/8", "10.2.0.3");
	world_via("30.0.0.0/8", "10.2.0.2");
	world_via("30.0.0.0/8", "10.1.0.2");
	world_via("40.0.0.0/8", "10.1.0.2");
	world_settle();
	assert_string_equal(
	    world_meets("20.1.1.1"), "1:10.1.0.2 2:10.2.0.2 2:10.2.0.3");
	/* The same set is one next hop. */
	assert_int_equal(lookup("20.1.1.1"), lookup("30.1.1.1"));
	assert_string_equal(world_meets("40.0.0.1"), "1:10.1.0.2");
	assert_true(world_active("20.0.0.0/8", "10.2.0.3"));
	count = log_lines;
	for (uint32_t i = 10; i < 30; i++) {
		char gateway[IPTEXT_ADDR_MAX];

		snprintf(gateway, sizeof(gateway), "10.1.0.%u", i);
		world_via("50.0.0.0/8", gateway);
	}
	world_settle();
	assert_int_equal(log_lines, count + 1);
	assert_int_equal(world_nexthop("50.0.0.1").ways, ECMP_MAX);
	assert_true(world_active("50.0.0.0/8", "10.1.0.10"));
	assert_false(world_active("50.0.0.0/8", "10.1.0.29"));
}

static void
test_distance(void **state)
{
	struct rib_route r;

	(void)state;
	world_via("20.0.0.0/8", "10.1.0.2");
	r = world_route(SOURCE_STATIC, "20.0.0.0/8", "10.2.0.2", IFACE_NONE);
	r.distance = 5;
	assert_int_equal(rib_add(world.rib, &r), 0);
	world_typed("20.0.0.0/8", ROUTE_BLACKHOLE, 250);
	world_typed("21.0.0.0/8", ROUTE_REJECT, 1);
	world_typed("22.0.0.0/8", ROUTE_REJECT, RIB_DISTANCE_UNREACHABLE);
	world_settle();
	assert_string_equal(world_meets("20.0.0.1"), "1:10.1.0.2");
	assert_true(world_active("20.0.0.0/8", "10.1.0.2"));
	assert_false(world_active("20.0.0.0/8", "10.2.0.2"));
	assert_string_equal(world_meets("21.0.0.1"), "reject");
	assert_string_equal(world_meets("22.0.0.1"), "none");
	world.env.up[1] = false;
	world_settle();
	assert_string_equal(world_meets("20.0.0.1"), "2:10.2.0.2");
	assert_false(world_active("20.0.0.0/8", "10.1.0.2"));
	/* Own addresses answer while the interface is not shut down. */
	assert_string_equal(world_meets("10.1.0.1"), "local 1");
	assert_string_equal(world_meets("10.1.0.7"), "none");
	assert_string_equal(world_meets("10.1.255.255"), "none");
	world.env.up[2] = world.env.local[1] = false;
	world_settle();
	assert_string_equal(world_meets("20.0.0.1"), "blackhole");
	assert_string_equal(world_meets("10.1.0.1"), "none");
	world.env.up[1] = world.env.up[2] = world.env.local[1] = true;
	world_settle();
	assert_string_equal(world_meets("20.0.0.1"), "1:10.1.0.2");
	assert_string_equal(world_meets("10.1.0.7"), "connected 1");
}

static void
test_recursion(void **state)
{
	(void)state;
	world_via("20.0.0.0/8", "10.1.0.2");
	world_via("20.0.0.0/8", "10.2.0.2");
	world_via("30.0.0.0/8", "20.0.0.1");
	world_via("40.0.0.0/8", "30.0.0.1");
	/* 40.5/16 is inactive: its gateway is looked up below it */
	world_via("40.5.0.0/16", "99.0.0.1");
	world_via("50.0.0.0/8", "40.5.0.1");
	world_typed("60.0.0.0/8", ROUTE_BLACKHOLE, 1);
	world_via("61.0.0.0/8", "60.0.0.1");
	/* an own address is no gateway */
	world_via("62.0.0.0/8", "10.1.0.1");
	world_via("2001:db8:30::/48", "2001:db8:1::5");
	world_via("2001:db8:31::/48", "2001:db8:30::1");
	world_settle();
	assert_string_equal(world_meets("30.0.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_string_equal(world_meets("40.0.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_string_equal(world_meets("40.5.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_false(world_active("40.5.0.0/16", "99.0.0.1"));
	assert_string_equal(world_meets("50.0.0.1"), "1:10.1.0.2 2:10.2.0.2");
	assert_string_equal(world_meets("61.0.0.1"), "blackhole");
	assert_string_equal(world_meets("62.0.0.1"), "none");
	assert_string_equal(world_meets("2001:db8:31::9"), "1:2001:db8:1::5");
	world.env.up[2] = false;
	world_settle();
	assert_string_equal(world_meets("50.0.0.1"), "1:10.1.0.2");
}

static void
test_loops(void **state)
{
	(void)state;
	/* by the default route, through itself, in a circle */
	world_via("0.0.0.0/0", "10.1.0.2");
	world_via("20.0.0.0/8", "99.0.0.1");
	world_via("30.0.0.0/8", "30.0.0.1");
	world_via("31.0.0.0/8", "10.1.0.3");
	world_via("31.1.0.0/16", "31.1.0.1");
	world_via("40.0.0.0/8", "41.0.0.1");
	world_via("41.0.0.0/8", "42.0.0.1");
	world_via("42.0.0.0/8", "40.0.0.1");
	/* one good way and one through itself */
	world_via("50.0.0.0/8", "10.2.0.2");
	world_via("50.0.0.0/8", "50.0.0.1");
	world_settle();
	assert_string_equal(world_meets("99.0.0.1"), "1:10.1.0.2");
	assert_false(world_active("20.0.0.0/8", "99.0.0.1"));
	assert_false(world_active("30.0.0.0/8", "30.0.0.1"));
	assert_false(world_active("31.1.0.0/16", "31.1.0.1"));
	assert_string_equal(world_meets("31.1.0.1"), "1:10.1.0.3");
	assert_false(world_active("40.0.0.0/8", "41.0.0.1"));
	assert_false(world_active("41.0.0.0/8", "42.0.0.1"));
	assert_false(world_active("42.0.0.0/8", "40.0.0.1"));
	assert_true(world_active("50.0.0.0/8", "10.2.0.2"));
	assert_false(world_active("50.0.0.0/8", "50.0.0.1"));
	assert_string_equal(world_meets("50.0.0.1"), "2:10.2.0.2");
}

/* 32 routes, each through the one before. */
static void
test_depth(void **state)
{
	char prefix[IPTEXT_PREFIX_MAX], gateway[IPTEXT_ADDR_MAX];

	(void)state;
	world_via("131.0.0.0/8", "10.1.0.2");
	for (uint32_t i = 0; i < 31; i++) {
		snprintf(prefix, sizeof(prefix), "%u.0.0.0/8", 100 + i);
		snprintf(gateway, sizeof(gateway), "%u.0.0.1", 101 + i);
		world_via(prefix, gateway);
	}
	world_settle();
	assert_string_equal(world_meets("131.0.0.1"), "1:10.1.0.2");
	assert_string_equal(world_meets("130.0.0.1"), "1:10.1.0.2");
	assert_string_equal(world_meets("100.0.0.1"), "none");
	assert_non_null(strstr(log_last, "steps away"));
}

static void
test_interfaces(void **state)
{
	(void)state;
	/* the link decides for gateways with an interface */
	world_add(SOURCE_STATIC, "20.0.0.0/8", "10.1.0.2", 1);
	world_add(SOURCE_STATIC, "21.0.0.0/8", "10.1.0.2", 2);
	world_add(SOURCE_STATIC, "22.0.0.0/8", NULL, 2);
	world_add(SOURCE_STATIC, "23.0.0.0/8", "22.0.0.9", 2);
	world_via("24.0.0.0/8", "22.0.0.8");
	world_add(SOURCE_STATIC, "2001:db8:9::/48", "fe80::9", 2);
	world_settle();
	assert_string_equal(world_meets("20.0.0.1"), "1:10.1.0.2");
	assert_string_equal(world_meets("21.0.0.1"), "none");
	assert_string_equal(world_meets("22.0.0.1"), "connected 2");
	assert_string_equal(world_meets("22.255.255.255"), "connected 2");
	assert_string_equal(world_meets("23.0.0.1"), "2:22.0.0.9");
	assert_string_equal(world_meets("24.0.0.1"), "2:22.0.0.8");
	assert_string_equal(world_meets("2001:db8:9::1"), "2:fe80::9");
	world.env.up[2] = false;
	world_settle();
	assert_string_equal(world_meets("22.0.0.1"), "none");
	assert_string_equal(world_meets("23.0.0.1"), "none");
	assert_string_equal(world_meets("2001:db8:9::1"), "none");
}

/* No room for another neighbour: the route waits, the build goes on. */
static void
test_neighbors_full(void **state)
{
	(void)state;
	world.adj_limit = 2;
	world_via("20.0.0.0/8", "10.1.0.2");
	world_via("30.0.0.0/8", "10.1.0.3");
	world_settle();
	assert_string_equal(world_meets("20.0.0.1"), "1:10.1.0.2");
	assert_string_equal(world_meets("30.0.0.1"), "none");
	assert_false(world_active("30.0.0.0/8", "10.1.0.3"));
}

#define RIB_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIB_TEST(test_connected),
		RIB_TEST(test_ecmp),
		RIB_TEST(test_distance),
		RIB_TEST(test_recursion),
		RIB_TEST(test_loops),
		RIB_TEST(test_depth),
		RIB_TEST(test_interfaces),
		RIB_TEST(test_neighbors_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
