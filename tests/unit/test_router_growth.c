/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c
 * tests/unit/alloc_fail.c wrap: malloc calloc realloc aligned_alloc */
/*
 * A FIB that becomes too small while it is in use, with memory for a larger
 * one and without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/router_private.h"
#include "tests/unit/alloc_fail.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/router_fixture.h"

enum {
	SECOND = 1000 * 1000,
	A_TURN = 200, /* routes */
	MOST = 400 * 1000,
	BITS = 0x9e3779b9,
	LOOKED = 7,
	WINDOW = 2000, /* routes that there are at a time */
	CHURN = 60 * 1000,
	KEPT_FREE = 64 * 1024, /* bytes, of a FIB that is full */
};

static const char config[] = "interface port0\n"
			     " ip address 10.0.0.1/24\n"
			     " ipv6 address 2001:db8::1/64\n"
			     "ip route 30.0.0.0/8 10.0.0.2\n";

/* The n-th of a great many prefixes that lie far apart. */
static struct ip_prefix
prefix_of(uint32_t n)
{
	struct ip_prefix p;
	uint32_t bits = n * BITS;

	memset(&p, 0, sizeof(p));
	p.addr.family = IP6;
	p.len = 64;
	p.addr.byte[0] = 0x2a;
	memcpy(&p.addr.byte[1], &bits, sizeof(bits));
	p.addr.byte[7] = (uint8_t)n;
	return p;
}

static void
change(uint32_t n, int (*how)(struct rib *rib, const struct rib_route *route))
{
	struct rib_route route;

	memset(&route, 0, sizeof(route));
	route.prefix = prefix_of(n);
	route.gateway = fixture_addr("2001:db8::2");
	route.iface = IFACE_NONE;
	route.type = ROUTE_UNICAST;
	route.source = SOURCE_STATIC;
	route.distance = 1;
	assert_int_equal(how(fx->router.rib, &route), 0);
}

static enum nexthop_type
look(uint32_t n)
{
	struct ip_addr a = prefix_of(n).addr;
	struct router_lookup l;

	a.byte[15] = 1;
	router_lookup(&fx->router, &a, &l);
	return l.type;
}

static void
settled(void)
{
	while (settle_has_work(&fx->router))
		fixture_turn(1);
}

static size_t
size(void)
{
	return fx->router.private->home->size;
}

static void
assert_present(uint32_t from, uint32_t to)
{
	for (uint32_t n = from; n < to; n += LOOKED)
		assert_int_equal(look(n), NEXTHOP_VIA);
	assert_int_equal(fixture_look("30.0.0.1").type, NEXTHOP_VIA);
}

static struct fib_usage
usage(const struct fib_home *home)
{
	struct fib_usage u;

	fib_usage(home->fib, &u);
	return u;
}

/* Adds routes until `done` says so; each is there when its turn is over. */
static uint32_t
add_until(bool (*done)(size_t first), size_t first)
{
	uint32_t n = 0, before = 0;

	while (!done(first)) {
		for (uint32_t i = 0; i < A_TURN; i++)
			change(n++, rib_add);
		router_routes_changed(&fx->router);
		fixture_turn(1);
		if (fx->router.private->settle == SETTLE_DONE)
			before = n;
		assert_int_equal(
		    look(before * 3ull / 7), before ? NEXTHOP_VIA : look(0));
		assert_in_range(n, 1, MOST);
	}
	return n;
}

static bool
grown_twice(size_t first)
{
	return size() >= 4 * first;
}

static void
test_growth(void **state)
{
	uint32_t n, i;

	(void)state;
	fixture_start(config);
	n = add_until(grown_twice, size());
	settled();
	assert_present(0, n);
	assert_null(fx->router.private->retired);
	for (i = 0; i < n; i += 2)
		change(i, rib_remove);
	router_routes_changed(&fx->router);
	settled();
	for (i = 0; i < n; i += 2 * LOOKED)
		assert_int_equal(look(i), NEXTHOP_NONE);
	for (i = 1; i < n; i += 2 * LOOKED)
		assert_int_equal(look(i), NEXTHOP_VIA);
	assert_int_equal(fixture_look("30.0.0.1").type, NEXTHOP_VIA);
}

/* What is removed comes back while others take its place. */
static void
churn(void (*turn)(void))
{
	struct fib_usage before, after;
	size_t first;
	uint32_t n;

	for (n = 0; n < WINDOW; n++)
		change(n, rib_add);
	router_routes_changed(&fx->router);
	while (settle_has_work(&fx->router))
		turn();
	fib_usage(fx->router.private->home->fib, &before);
	first = size();
	for (; n < CHURN; n++) {
		change(n, rib_add);
		change(n - WINDOW, rib_remove);
		router_routes_changed(&fx->router);
		if (n % A_TURN == 0)
			turn();
	}
	while (settle_has_work(&fx->router) || reclaim_waits(&fx->router))
		turn();
	fib_usage(fx->router.private->home->fib, &after);
	assert_int_equal(size(), first);
	assert_int_equal(after.parked, 0);
	assert_true(after.free + before.free / 8 >= before.free);
	assert_present(n - WINDOW, n);
}

static void
turn_together(void)
{
	fixture_turn(1);
}

static void
test_churn(void **state)
{
	(void)state;
	fixture_start(config);
	churn(turn_together);
}

/* A worker on core 0 itself is between two turns whenever the router is. */
static void
turn_alone(void)
{
	router_poll(&fx->router, fx->now_us += 1);
}

static void
test_churn_alone(void **state)
{
	struct pool *own = fx->router.pool;

	(void)state;
	fixture_start(config);
	fx->router.pool = fx->worker.pool;
	fx->worker_turn = NULL; /* nobody calls it */
	churn(turn_alone);
	fx->router.pool = own;
}

/* What is the same in the next config is not touched. */
static void
test_same_config(void **state)
{
	const struct router_private *p = fx->router.private;

	(void)state;
	fixture_start(config);
	settled();
	for (int i = 0; i < 4; i++)
		fixture_turn(1);
	assert_false(reclaim_waits(&fx->router));
	assert_int_equal(fixture_apply(config), 0);
	assert_false(reclaim_waits(&fx->router));
	assert_int_equal(p->settle, SETTLE_DONE);
}

static bool
is_full(size_t first)
{
	(void)first;
	return fx->router.private->next || fx->router.no_memory;
}

/* The old FIB stays, what does not fit waits, and is tried each second. */
static void
test_no_memory(void **state)
{
	size_t first = size();
	uint64_t tries;
	uint32_t n;

	(void)state;
	fixture_start(config);
	n = add_until(is_full, 0);
	/* what grows now is given up first, then memory is out */
	settled();
	assert_true(size() > first);
	alloc_fail_stays = true;
	first = size();
	log_clear();
	for (; fx->router.no_memory == 0; n++) {
		alloc_fail_after = -1;
		change(n, rib_add);
		router_routes_changed(&fx->router);
		alloc_fail_after = 0;
		if (n % A_TURN == 0)
			fixture_turn(1);
		assert_in_range(n, 1, MOST);
	}
	assert_true(log_has("the old ones stay in use"));
	tries = fx->router.no_memory;
	for (int i = 0; i < 50; i++)
		fixture_turn(SECOND / 10);
	assert_in_range(fx->router.no_memory - tries, 3, 6);
	assert_int_equal(size(), first);
	assert_present(0, n - 2 * A_TURN);
	alloc_fail_stays = false;
	alloc_fail_after = -1;
	fixture_turn(2 * SECOND);
	settled();
	assert_true(size() > first);
	assert_present(0, n);
}

/* A worker that does not come to the end of its turn. */
static uint32_t
hangs(struct worker *w, uint64_t now_us, uint64_t cycles)
{
	(void)w;
	(void)now_us;
	(void)cycles;
	return 0;
}

/* A larger FIB is given up while a worker may hold parts of the old one. */
static void
test_given_up(void **state)
{
	uint32_t (*turn)(struct worker *, uint64_t, uint64_t) = fx->worker_turn;
	size_t first = size();
	uint32_t n;

	(void)state;
	fixture_start(config);
	n = add_until(grown_twice, first);
	settled();
	assert_int_equal(usage(fx->router.private->home).parked, 0);
	fx->worker_turn = hangs;
	change(0, rib_remove);
	router_routes_changed(&fx->router);
	fixture_turn(1);
	assert_true(usage(fx->router.private->home).parked > 0);
	assert_int_equal(growth_begin(&fx->router, first), 0);
	alloc_fail_stays = true;
	alloc_fail_after = 0;
	while (fx->router.private->next)
		fixture_turn(1);
	alloc_fail_stays = false;
	alloc_fail_after = -1;
	fx->worker_turn = turn;
	fixture_turn(2 * SECOND);
	settled();
	for (int i = 0; i < 4; i++)
		fixture_turn(1);
	assert_int_equal(usage(fx->router.private->home).parked, 0);
	assert_present(1, n);
}

/* A FIB that is being filled is nobody's yet: nothing in it has to wait. */
static void
test_fill(void **state)
{
	const struct router_private *p = fx->router.private;
	uint32_t turns = 0;

	(void)state;
	fixture_start(config);
	add_until(grown_twice, size());
	settled();
	assert_int_equal(growth_begin(&fx->router, size()), 0);
	while (growth_turn(&fx->router) == 0) {
		assert_int_equal(usage(p->next).parked, 0);
		turns++;
	}
	assert_true(turns > 0);
	settled();
}

/* What no longer fits into the larger FIB when it could be published. */
static void
test_late(void **state)
{
	const struct router_private *p = fx->router.private;
	uint32_t n, over = 0;

	(void)state;
	fixture_start(config);
	n = add_until(grown_twice, size());
	settled();
	assert_int_equal(growth_begin(&fx->router, size() / 8 * 5), 0);
	alloc_fail_stays = true;
	alloc_fail_after = 0;
	while (fx->router.no_memory == 0)
		fixture_turn(1);
	assert_non_null(p->next);
	for (; p->next && over < 4 * A_TURN; n++) {
		alloc_fail_after = -1;
		change(n, rib_add);
		alloc_fail_after = 0;
		over += usage(p->next).free < KEPT_FREE;
		if (n % SETTLE_SLICE != 0)
			continue;
		router_routes_changed(&fx->router);
		fixture_turn(SECOND);
	}
	assert_true(over > 0);
	alloc_fail_stays = false;
	alloc_fail_after = -1;
	fixture_turn(2 * SECOND);
	settled();
	assert_present(0, n);
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
		    test_churn, setup_small, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_churn_alone, setup_small, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_same_config, setup_small, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_growth, setup_small, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_no_memory, setup_small, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_given_up, setup_small, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_fill, setup_small, fixture_teardown),
		cmocka_unit_test_setup_teardown(
		    test_late, setup_small, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
