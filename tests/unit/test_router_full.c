/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c
 * tests/unit/alloc_fail.c wrap: malloc calloc realloc aligned_alloc */
/*
 * A file of routes, and a FIB that has no room for one more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "control/router_private.h"
#include "tests/unit/alloc_fail.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/router_fixture.h"

enum {
	SECOND = 1000 * 1000,
	ENOUGH = 100 * 1000, /* turns */
	LINE_MAX = 64,
	MANY = 100 * 1000, /* routes */
	LAST = 16,         /* less than a slice */
};

#define PORTS                                                                  \
	"interface port0\n ip address 10.0.0.1/24\n"                           \
	"interface port1\n ip address 10.1.0.1/24\n"

static void
load(const char *config)
{
	fixture_start(config);
	assert_in_range(fixture_settle(ENOUGH), 0, ENOUGH - 1);
	assert_false(router_loading(&fx->router));
}

static struct rib_route
spread(uint32_t n)
{
	struct rib_route route;

	memset(&route, 0, sizeof(route));
	route.prefix.addr.family = IP4;
	be32_store(route.prefix.addr.byte, (n << 14 | 1u << 31) + n);
	route.prefix.len = 32;
	route.gateway = fixture_addr("10.0.0.2");
	route.iface = IFACE_NONE;
	route.type = ROUTE_UNICAST;
	route.source = SOURCE_STATIC;
	route.distance = 1;
	return route;
}

/* Other routes, until there is no room in the FIB for one more. */
static void
fill_fib(void)
{
	struct rib_route route;
	uint32_t n = 0;

	alloc_fail_stays = true;
	while (fx->router.no_memory == 0) {
		alloc_fail_after = -1;
		route = spread(n++);
		assert_int_equal(rib_add(fx->router.rib, &route), 0);
		alloc_fail_after = 0;
		router_routes_changed(&fx->router);
		fixture_turn(1);
		assert_in_range(n, 1, MANY);
	}
	assert_int_equal(rib_remove(fx->router.rib, &route), 0);
	alloc_fail_after = -1;
	alloc_fail_stays = false;
	fixture_turn(2 * SECOND);
	fixture_settle(ENOUGH);
}

/* A file is told to be loaded when its last routes are in the FIB, too. */
static void
test_strict_last(void **state)
{
	static const char strict[] = PORTS "routes a.txt strict\n";
	char a[LAST * LINE_MAX], *end = a;
	struct router_lookup l;
	struct ip_addr last;
	bool loaded = false;

	(void)state;
	for (uint32_t n = 0; n < LAST; n++) {
		last = spread(MANY + n).prefix.addr;
		end += sprintf(end, "%u.%u.%u.%u/32 10.1.0.2\n", last.byte[0],
		    last.byte[1], last.byte[2], last.byte[3]);
	}
	fixture_file("a.txt", a, strlen(a));
	load(PORTS);
	fill_fib();
	for (long after = 0; !loaded && after < 100; after++) {
		assert_int_equal(fixture_apply(strict), 0);
		log_clear();
		alloc_fail_stays = true;
		alloc_fail_after = after;
		fixture_settle(ENOUGH);
		loaded = log_has("a.txt: 16 routes, 0 errors");
		router_lookup(&fx->router, &last, &l);
		assert_int_equal(l.type, loaded ? NEXTHOP_VIA : NEXTHOP_NONE);
		alloc_fail_stays = false;
		alloc_fail_after = -1;
		fixture_turn(2 * SECOND);
		load(PORTS);
	}
	assert_true(loaded);
}

static int
setup_small(void **state)
{
	fixture_fib_size = 1;
	return fixture_setup(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_strict_last, setup_small, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
