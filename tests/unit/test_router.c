/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c
 * tests/unit/log_stub.c tests/unit/alloc_fail.c wrap: malloc calloc realloc
 * aligned_alloc */
/*
 * The router without packets: configs, leases, neighbours, memory.
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
#include "control/neighbor.h"
#include "control/router_private.h"
#include "tests/unit/alloc_fail.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/router_fixture.h"

enum { SECOND = 1000 * 1000 };

static const char two_ports[] = "interface port0\n"
				" ip address 10.0.0.1/24\n"
				" ipv6 address 2001:db8::1/64\n"
				"interface port1\n"
				" ip address 10.1.0.1/24\n"
				"ip route 20.0.0.0/8 10.1.0.2\n"
				"ip route 30.0.0.0/8 blackhole\n"
				"ipv6 route 2001:db8:9::/48 2001:db8::9\n";

static void
assert_prefix(const struct router_lookup *l, const char *want)
{
	char text[IPTEXT_PREFIX_MAX];

	assert_true(l->has_prefix);
	assert_string_equal(ip_prefix_format(&l->prefix, text), want);
}

static void
test_lookup(void **state)
{
	struct router_lookup l;

	(void)state;
	fixture_start(two_ports);
	l = fixture_look("10.0.0.1");
	assert_int_equal(l.type, NEXTHOP_LOCAL);
	assert_prefix(&l, "10.0.0.1/32");
	l = fixture_look("10.0.0.7");
	assert_int_equal(l.type, NEXTHOP_CONNECTED);
	assert_prefix(&l, "10.0.0.0/24");
	assert_int_equal(l.count, 1);
	assert_int_equal(l.nexthop[0].iface, 0);
	assert_int_equal(l.nexthop[0].addr.family, 0);
	assert_false(l.nexthop[0].has_mac);
	fixture_learn(0, "10.0.0.7", 7);
	l = fixture_look("10.0.0.7");
	assert_true(l.nexthop[0].has_mac);
	assert_int_equal(l.nexthop[0].mac[5], 7);
	l = fixture_look("20.1.1.1");
	assert_int_equal(l.type, NEXTHOP_VIA);
	assert_prefix(&l, "20.0.0.0/8");
	assert_int_equal(l.nexthop[0].addr.byte[3], 2);
	assert_int_equal(l.nexthop[0].iface, 1);
	l = fixture_look("30.0.0.1");
	assert_int_equal(l.type, NEXTHOP_BLACKHOLE);
	assert_prefix(&l, "30.0.0.0/8");
	l = fixture_look("2001:db8:9::1");
	assert_int_equal(l.type, NEXTHOP_VIA);
	l = fixture_look("2001:db8::");
	assert_int_equal(l.type, NEXTHOP_LOCAL);
	/* the link-local address of 02:00:00:00:00:01 */
	l = fixture_look("fe80::ff:fe00:1");
	assert_int_equal(l.type, NEXTHOP_LOCAL);
	assert_int_equal(l.nexthop[0].iface, 1);
	l = fixture_look("10.0.0.255");
	assert_int_equal(l.type, NEXTHOP_BROADCAST);
	l = fixture_look("99.0.0.1");
	assert_int_equal(l.type, NEXTHOP_NONE);
	assert_false(l.has_prefix);
}

/* The loops of the cores look at it at any time. */
static void
test_poll_mode(void **state)
{
	(void)state;
	assert_int_equal(fx->router.poll_mode, POLL_ADAPTIVE);
	assert_int_equal(fixture_apply("poll busy\n"), 0);
	assert_int_equal(fx->router.poll_mode, POLL_BUSY);
	assert_int_equal(fixture_apply("hostname a\n"), 0);
	assert_int_equal(fx->router.poll_mode, POLL_ADAPTIVE);
}

static void
test_gateway(void **state)
{
	struct router_neighbor n;

	(void)state;
	fixture_start(two_ports);
	/* asked for as soon as the link is there */
	fixture_run(SECOND / 2);
	assert_int_equal(fixture_asked("10.1.0.2"), 1);
	assert_int_equal(fixture_asked("2001:db8::9"), 1);
	assert_true(fixture_neighbor("10.1.0.2", &n));
	assert_true(n.is_router);
	assert_false(n.has_mac);
	assert_string_equal(n.state, "incomplete");
	fixture_learn(0, "2001:db8::9", 9);
	/* and again while it does not answer */
	fixture_run(10 * SECOND);
	assert_in_range(fixture_asked("10.1.0.2"), 5, 6);
	assert_int_equal(fixture_asked("2001:db8::9"), 1);
	assert_false(fx->stack.ask[2].unicast);
	fixture_learn(1, "10.1.0.2", 2);
	assert_true(fixture_look("20.0.0.1").nexthop[0].has_mac);
	assert_true(fixture_neighbor("10.1.0.2", &n));
	assert_string_equal(n.state, "reachable");
	/* a new MAC, then it does not answer any more */
	fixture_learn(1, "10.1.0.2", 3);
	assert_int_equal(fixture_look("20.0.0.1").nexthop[0].mac[5], 3);
	fx->stack.asks = 0;
	fixture_run(65 * SECOND);
	assert_false(fixture_look("20.0.0.1").nexthop[0].has_mac);
	/* a gateway's entry stays; it is asked for again */
	assert_true(fixture_neighbor("10.1.0.2", &n));
	assert_true(fixture_asked("10.1.0.2") > 5);
}

static void
test_removal(void **state)
{
	struct router_neighbor n;
	uint64_t generation;
	uint32_t adj;

	(void)state;
	fixture_start(two_ports);
	fixture_learn(0, "10.9.9.9", 9); /* not on this link */
	assert_false(fixture_neighbor("10.9.9.9", &n));
	fixture_learn(0, "fe80::7", 7);
	assert_true(fixture_neighbor("fe80::7", &n));
	fixture_learn(0, "10.0.0.7", 7);
	fixture_run(SECOND);
	assert_true(fixture_neighbor("10.0.0.7", &n));
	generation = fx->router.generation;
	adj = adj_find(
	    &fx->router.adj, 0, IP4, (const uint8_t[]){ 10, 0, 0, 7 });
	neighbor_remove(&fx->router, adj, DROP_NO_NEIGHBOR);
	assert_false(fixture_neighbor("10.0.0.7", &n));
	/* a worker that does not pass keeps the entry from being reused */
	for (int i = 0; i < 1200; i++)
		router_poll(&fx->router, fx->now_us += 1000);
	assert_int_equal(fx->router.adj.parked, adj);
	fixture_turn(1);
	/* the entry is free again after one more generation */
	assert_int_equal(fx->router.generation, generation + 1);
	assert_int_equal(fx->router.adj.parked, ADJ_NONE);
	fixture_learn(0, "10.0.0.7", 7);
	assert_true(fixture_neighbor("10.0.0.7", &n));
}

static void
test_static_neighbor(void **state)
{
	static const char config[] =
	    "interface port0\n"
	    " ip address 10.0.0.1/24\n"
	    "neighbor 10.0.0.7 lladdr 02:00:00:00:00:77 port0\n";
	struct router_neighbor n;

	(void)state;
	fixture_start(config);
	assert_true(fixture_neighbor("10.0.0.7", &n));
	assert_true(n.is_static && n.has_mac);
	assert_int_equal(n.mac[5], 0x77);
	assert_string_equal(n.state, "reachable");
	fixture_learn(0, "10.0.0.7", 1); /* nobody overrides it */
	fixture_run(100 * SECOND);
	assert_int_equal(fixture_asked("10.0.0.7"), 0);
	assert_int_equal(fixture_look("10.0.0.7").nexthop[0].mac[5], 0x77);
	fixture_start(config);
	assert_int_equal(fixture_look("10.0.0.7").nexthop[0].mac[5], 0x77);
	fixture_start(two_ports);
	assert_false(fixture_look("10.0.0.7").nexthop[0].has_mac);
	for (int i = 0; i < 1200; i++)
		fixture_turn(10 * 1000);
	assert_false(fixture_neighbor("10.0.0.7", &n));
}

static void
test_lease(void **state)
{
	static const char config[] = "interface port0\n ip address dhcp\n";
	struct ip_addr a = fixture_addr("10.5.0.9"), none = { { 0 }, 0 };
	struct ip_addr gateway = fixture_addr("10.5.0.1");
	struct router_lookup l;

	(void)state;
	fixture_start(config);
	assert_true(fx->router.interface[0].dhcp);
	router_lease(&fx->router, 0, &a, 24, &gateway);
	router_lease(&fx->router, 1, &a, 24, &gateway); /* did not ask */
	fixture_turn(1);
	assert_int_equal(fixture_look("10.5.0.9").type, NEXTHOP_LOCAL);
	assert_int_equal(fixture_look("10.5.0.7").type, NEXTHOP_CONNECTED);
	l = fixture_look("99.0.0.1");
	assert_int_equal(l.type, NEXTHOP_VIA);
	assert_prefix(&l, "0.0.0.0/0");
	/* a change of config elsewhere keeps it */
	fixture_start("interface port0\n ip address dhcp\n"
		      "interface port1\n ip address 10.1.0.1/24\n");
	assert_int_equal(fixture_look("99.0.0.1").type, NEXTHOP_VIA);
	a = fixture_addr("10.6.0.9");
	router_lease(&fx->router, 0, &a, 24, NULL);
	fixture_turn(1);
	assert_int_equal(fixture_look("10.5.0.9").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("10.6.0.9").type, NEXTHOP_LOCAL);
	assert_int_equal(fixture_look("99.0.0.1").type, NEXTHOP_NONE);
	router_lease(&fx->router, 0, &none, 0, NULL);
	fixture_turn(1);
	assert_int_equal(fixture_look("10.6.0.9").type, NEXTHOP_NONE);
	assert_string_equal(log_last, "port0: lease lost");
}

/* A worker that does not pass keeps its dataplane. */
static void
test_reclaim(void **state)
{
	const struct dataplane *old;

	(void)state;
	fixture_start(two_ports);
	old = atomic_load(&fx->worker.dataplane);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(fixture_apply(two_ports), 0);
		router_poll(&fx->router, fx->now_us);
	}
	/* ASan tells if any of it was freed */
	assert_int_equal(old->iface_count, FIXTURE_PORTS);
	assert_int_equal(
	    nexthop_read(old->nexthop, FIB_MISS).type, NEXTHOP_NONE);
	assert_in_range(atomic_load(&fx->worker.dataplane)->generation,
	    old->generation + 10, old->generation + 12);
	fixture_turn(1);
}

/* Each allocation of a change fails once: the router goes on as it was. */
static void
test_no_memory_apply(void **state)
{
	static const char other[] =
	    "interface port0\n"
	    " ip address 10.7.0.1/24\n"
	    "interface port1\n"
	    " ip address 10.8.0.1/24\n"
	    "ip route 40.0.0.0/8 10.8.0.2\n"
	    "neighbor 10.7.0.7 lladdr 02:00:00:00:00:77 port0\n";
	const struct config_world world = { fx->router.port,
		&(struct files){ 0 } };
	struct config_errors errors = { .count = 0 };
	long after = 0;

	fixture_start(two_ports);
	(void)state;
	for (;; after++) {
		struct config c;
		int error;

		assert_int_equal(config_parse("t", other, sizeof(other) - 1,
				     &world, &c, &errors),
		    0);
		alloc_fail_after = after;
		error = router_apply(&fx->router, &c);
		alloc_fail_after = -1;
		if (error == 0)
			break;
		assert_int_equal(error, -ENOMEM);
		config_free(&c);
		fixture_turn(1);
		assert_int_equal(fixture_look("10.0.0.1").type, NEXTHOP_LOCAL);
		assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_VIA);
		assert_int_equal(fixture_look("10.7.0.1").type, NEXTHOP_NONE);
		assert_int_equal(fx->router.config.route_count, 3);
	}
	assert_true(after >= 5);
	fixture_turn(1);
	assert_int_equal(fixture_look("10.0.0.1").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("10.7.0.1").type, NEXTHOP_LOCAL);
	assert_int_equal(fixture_look("40.0.0.1").type, NEXTHOP_VIA);
}

/* A rebuild that has no memory is tried again. */
static void
test_no_memory_later(void **state)
{
	(void)state;
	fixture_start(two_ports);
	for (long after = 0; after < 5; after++) {
		fx->port[1].link.up = false;
		alloc_fail_after = after;
		fixture_turn(FIXTURE_LINK_TURN);
		alloc_fail_after = -1;
		fixture_turn(2 * SECOND);
		assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_NONE);
		fx->port[1].link.up = true;
		fixture_turn(2 * SECOND);
		assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_VIA);
	}
	for (long after = 0; after < 8; after++) {
		struct ip_addr a = fixture_addr("10.5.0.9");

		fixture_start("interface port0\n ip address dhcp\n");
		alloc_fail_after = after;
		router_lease(&fx->router, 0, &a, 24, NULL);
		alloc_fail_after = -1;
		fixture_turn(2 * SECOND);
		assert_int_equal(fixture_look("10.5.0.9").type, NEXTHOP_LOCAL);
		fixture_start(two_ports);
	}
}

static uint64_t
clock_us(void)
{
	return 0;
}

static uint32_t
some_number(void)
{
	return 7;
}

static void
test_init_no_memory(void **state)
{
	struct router_parts parts = {
		.port = fx->router.port,
		.worker = fx->router.worker,
		.worker_count = 1,
		.stack = fx->router.stack,
		.pool = fx->router.pool,
		.counters = fx->router.counters,
		.neighbors = 64,
		.random = some_number,
		.clock_us = clock_us,
	};
	static struct router r;
	long after = 0;

	(void)state;
	for (;; after++) {
		int error;

		alloc_fail_after = after;
		error = router_init(&r, &parts);
		alloc_fail_after = -1;
		if (error == 0)
			break;
		assert_int_equal(error, -ENOMEM);
	}
	assert_true(after >= 6);
	router_free(&r);
}

#define ROUTER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROUTER_TEST(test_lookup),
		ROUTER_TEST(test_poll_mode),
		ROUTER_TEST(test_gateway),
		ROUTER_TEST(test_removal),
		ROUTER_TEST(test_static_neighbor),
		ROUTER_TEST(test_lease),
		ROUTER_TEST(test_reclaim),
		ROUTER_TEST(test_no_memory_apply),
		ROUTER_TEST(test_no_memory_later),
		ROUTER_TEST(test_init_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
