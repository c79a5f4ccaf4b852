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
	FEW = 30,          /* turns */
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

/* Other routes, until there is no room in the FIB for the last. */
static struct rib_route
fill_fib(void)
{
	struct rib_route route = spread(0);
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
	return route;
}

static void
memory_is_back(void)
{
	alloc_fail_after = -1;
	alloc_fail_stays = false;
	fixture_turn(2 * SECOND);
	fixture_settle(ENOUGH);
}

/* A file of few routes that lie far apart. Returns the last of them. */
static struct ip_addr
write_spread(char *text)
{
	struct ip_addr a;

	for (uint32_t n = 0; n < LAST; n++) {
		a = spread(MANY + n).prefix.addr;
		text += sprintf(text, "%u.%u.%u.%u/32 10.1.0.2\n", a.byte[0],
		    a.byte[1], a.byte[2], a.byte[3]);
	}
	return a;
}

/* A file is told to be loaded when its last routes are in the FIB, too. */
static void
test_strict_last(void **state)
{
	static const char strict[] = PORTS "routes a.txt strict\n";
	char a[LAST * LINE_MAX];
	struct router_lookup l;
	struct rib_route over;
	struct ip_addr last;
	bool loaded = false;

	(void)state;
	last = write_spread(a);
	fixture_file("a.txt", a, strlen(a));
	load(PORTS);
	over = fill_fib();
	assert_int_equal(rib_remove(fx->router.rib, &over), 0);
	memory_is_back();
	for (long after = 0; !loaded && after < 100; after++) {
		assert_int_equal(fixture_apply(strict), 0);
		log_clear();
		alloc_fail_stays = true;
		alloc_fail_after = after;
		fixture_settle(ENOUGH);
		loaded = log_has("a.txt: 16 routes, 0 errors");
		router_lookup(&fx->router, &last, &l);
		assert_int_equal(l.type, loaded ? NEXTHOP_VIA : NEXTHOP_NONE);
		memory_is_back();
		load(PORTS);
	}
	assert_true(loaded);
}

/* No more memory than it takes. */
static void
apply_with_little(const char *text)
{
	const struct config_world world = { fx->router.port,
		&(struct files){ 0 } };
	struct config_errors errors = { .count = 0 };
	struct config c;
	int error = -1;

	alloc_fail_after = -1;
	assert_int_equal(
	    config_parse("t", text, strlen(text), &world, &c, &errors), 0);
	for (long after = 0; error; after++) {
		alloc_fail_after = after;
		error = router_apply(&fx->router, &c);
	}
	assert_null(fx->router.private->next);
	alloc_fail_after = 0;
}

/* When there is no room for what waits, a file can be taken away. */
static void
test_way_out(void **state)
{
	struct router_lookup l;
	struct rib_route over;
	char a[LAST * LINE_MAX];

	(void)state;
	write_spread(a);
	fixture_file("a.txt", a, strlen(a));
	load(PORTS "routes a.txt\n");
	over = fill_fib();
	fixture_turn(SECOND);
	router_lookup(&fx->router, &over.prefix.addr, &l);
	assert_int_equal(l.type, NEXTHOP_NONE);
	apply_with_little(PORTS);
	for (int i = 0; i < FEW; i++)
		fixture_turn(SECOND);
	assert_true(log_has("a.txt: its routes are removed"));
	router_lookup(&fx->router, &over.prefix.addr, &l);
	assert_int_equal(l.type, NEXTHOP_VIA);
	memory_is_back();
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
		cmocka_unit_test_setup_teardown(
		    test_way_out, setup_small, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
