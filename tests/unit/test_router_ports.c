/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * The router and its ports: links, start and stop, and who is told of it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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
test_links(void **state)
{
	(void)state;
	fixture_start(two_ports);
	assert_int_equal(fx->port[1].starts, 1);
	assert_true(fx->router.interface[1].link.up);
	assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_VIA);
	fx->port[1].link.up = false;
	fixture_turn(FIXTURE_LINK_TURN);
	assert_string_equal(log_last, "port1: link down");
	assert_int_equal(fx->router.interface[1].last_change_us, fx->now_us);
	assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("10.1.0.9").type, NEXTHOP_NONE);
	assert_int_equal(fixture_look("10.1.0.1").type, NEXTHOP_LOCAL);
	fx->port[1].link = (struct port_link){ .up = true, .mbps = 100 };
	fixture_turn(FIXTURE_LINK_TURN);
	assert_string_equal(log_last, "port1: link up 100 Mb/s half duplex");
	assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_VIA);
	fx->port[1].link =
	    (struct port_link){ .up = true, .full_duplex = true, .mbps = 1000 };
	fixture_turn(FIXTURE_LINK_TURN);
	assert_string_equal(log_last, "port1: link up 1000 Mb/s");
}

static void
test_shutdown(void **state)
{
	uint64_t changed = 0;

	(void)state;
	fixture_start(two_ports);
	fixture_learn(0, "10.0.0.7", 7);
	changed = fx->router.interface[0].last_change_us;
	assert_int_equal(fixture_apply("interface port0\n"
				       " ip address 10.0.0.1/24\n"
				       " ipv6 address 2001:db8::1/64\n"
				       "interface port1\n"
				       " ip address 10.1.0.1/24\n"
				       " shutdown\n"),
	    0);
	assert_int_equal(fixture_look("10.1.0.1").type, NEXTHOP_NONE);
	/* the port stops when the worker has seen it, and not before */
	for (int i = 0; i < 3; i++)
		router_poll(&fx->router, fx->now_us);
	assert_int_equal(fx->port[1].stops, 0);
	assert_int_equal(atomic_load(&fx->port[1].port.state), PORT_STOPPING);
	fixture_turn(1);
	assert_int_equal(fx->port[1].stops, 1);
	assert_int_equal(atomic_load(&fx->port[1].port.state), PORT_STOPPED);
	/* the other one did not notice */
	assert_int_equal(fx->port[0].stops, 0);
	assert_int_equal(fx->router.interface[0].last_change_us, changed);
	assert_true(fixture_look("10.0.0.7").nexthop[0].has_mac);
	fixture_start(two_ports);
	assert_int_equal(fx->port[1].starts, 2);
	assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_VIA);
}

static void
count_wake(void *arg)
{
	++*(uint32_t *)arg;
}

static uint32_t
absent(struct worker *w, uint64_t now_us, uint64_t cycles)
{
	(void)w;
	(void)now_us;
	(void)cycles;
	return 0;
}

/* However fast it is shut down and up again, at whatever step it is. */
static void
test_shutdown_toggled(void **state)
{
	static const char down[] = "interface port1\n shutdown\n";
	const struct fixture_port *port = &fx->port[1];
	uint32_t bits = 0x2c5f9a37;

	(void)state;
	fixture_start(two_ports);
	for (int i = 0; i < 200; i++, bits = bits * 5 + 1) {
		bool up = bits >> 30 & 1;

		assert_int_equal(fixture_apply(up ? two_ports : down), 0);
		for (uint32_t k = bits >> 27 & 3; k > 0; k--)
			fixture_turn(1);
		assert_in_range(port->starts - port->stops, 0, 1);
		if (port->starts == port->stops)
			assert_int_not_equal(
			    atomic_load(&port->port.state), PORT_STARTED);
	}
	assert_true(port->stops > 10);
	fixture_start(two_ports);
	for (int i = 0; i < 4; i++)
		fixture_turn(FIXTURE_LINK_TURN);
	assert_int_equal(port->starts, port->stops + 1);
	assert_int_equal(fixture_look("20.0.0.1").type, NEXTHOP_VIA);
}

/* A worker that sleeps holds no port up, but it is woken to drain it. */
static void
test_shutdown_asleep(void **state)
{
	_Atomic uint64_t *quiescent = &fx->worker.quiescent;
	uint32_t woken = 0;

	(void)state;
	fixture_start(two_ports);
	fx->worker_turn = absent;
	fx->worker.bell.wake = count_wake;
	fx->worker.bell.arg = &woken;
	atomic_store(quiescent, atomic_load(quiescent) | WORKER_ASLEEP);
	bell_set(&fx->worker.bell);
	assert_int_equal(fixture_apply("interface port1\n shutdown\n"), 0);
	fixture_turn(1);
	fixture_turn(1);
	assert_int_equal(fx->port[1].stops, 1);
	assert_int_equal(woken, 1);
	/* up again: not before the rings are empty */
	assert_int_equal(fixture_apply(two_ports), 0);
	for (int i = 0; i < 12; i++)
		fixture_turn(FIXTURE_LINK_TURN);
	assert_int_equal(fx->port[1].starts, 1);
	assert_string_equal(
	    log_last, "port1: waits for a core that does not let the port go");
	atomic_store(quiescent, fx->router.generation);
	fixture_turn(1);
	fixture_turn(1);
	assert_int_equal(fx->port[1].starts, 2);
}

/* Only what changed is told to the stack. */
static void
test_stack_is_told(void **state)
{
	uint32_t before[FIXTURE_PORTS];

	(void)state;
	fixture_start(two_ports);
	for (int i = 0; i < FIXTURE_PORTS; i++) {
		assert_true(fx->stack.changed[i] >= 1);
		before[i] = fx->stack.changed[i];
	}
	assert_int_equal(fixture_apply(two_ports), 0);
	fixture_turn(FIXTURE_LINK_TURN);
	for (int i = 0; i < FIXTURE_PORTS; i++)
		assert_int_equal(fx->stack.changed[i], before[i]);
	assert_int_equal(fixture_apply("interface port0\n"
				       " ip address 10.0.0.1/24\n"
				       " ipv6 address 2001:db8::1/64\n"
				       "interface port1\n"
				       " ip address 10.1.0.1/24\n"
				       " mtu 1400\n"),
	    0);
	assert_int_equal(fx->stack.changed[0], before[0]);
	assert_int_equal(fx->stack.changed[1], before[1] + 1);
	assert_int_equal(fx->router.interface[1].mtu, 1400);
	assert_null(router_interface(&fx->router, "port9"));
	assert_ptr_equal(router_interface(&fx->router, "port1"),
	    router_interface_at(&fx->router, 1));
	assert_null(router_interface_at(&fx->router, FIXTURE_PORTS));
}

static void
test_start_fails(void **state)
{
	(void)state;
	fx->port[1].start_error = -EIO;
	fixture_start(two_ports);
	assert_int_equal(fx->port[1].starts, 1);
	assert_false(fx->router.interface[1].link.up);
	fixture_turn(5 * SECOND);
	assert_int_equal(fx->port[1].starts, 1);
	fx->port[1].start_error = 0;
	fixture_turn(6 * SECOND);
	assert_int_equal(fx->port[1].starts, 2);
	fixture_turn(FIXTURE_LINK_TURN);
	assert_true(fx->router.interface[1].link.up);
}

/* Before the port starts, and when it runs; not for nothing. */
static void
test_port_is_told_the_mtu(void **state)
{
	fixture_start("interface port1\n mtu 1400\n");
	assert_int_equal(fx->port[1].mtu, 1400);
	assert_int_equal(fx->port[1].mtus, 1);
	assert_int_equal(fx->port[0].mtus, 0);
	fixture_start("interface port1\n mtu 1400\n description same\n");
	assert_int_equal(fx->port[1].mtus, 1);
	fixture_start("interface port1\n");
	assert_int_equal(fx->port[1].mtu, 1500);
	assert_int_equal(fx->port[1].mtus, 2);
	assert_int_equal(fx->port[1].stops, 0);
}

static void
test_a_stalled_port_is_restarted(void **state)
{
	fixture_start(two_ports);
	fx->port[1].link.stalled = true;
	fixture_turn(FIXTURE_LINK_TURN);
	assert_string_equal(
	    log_last, "port1: sends nothing any more: restarts");
	fx->port[1].link.stalled = false;
	fixture_turn(1);
	fixture_turn(1);
	fixture_turn(1);
	assert_int_equal(fx->port[1].stops, 1);
	assert_int_equal(fx->port[1].starts, 2);
	assert_int_equal(fx->port[0].stops, 0);
	assert_int_equal(atomic_load(&fx->port[1].port.state), PORT_STARTED);
}

int
main(void)
{
#define ROUTER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		ROUTER_TEST(test_links),
		ROUTER_TEST(test_shutdown),
		ROUTER_TEST(test_shutdown_toggled),
		ROUTER_TEST(test_shutdown_asleep),
		ROUTER_TEST(test_stack_is_told),
		ROUTER_TEST(test_start_fails),
		ROUTER_TEST(test_port_is_told_the_mtu),
		ROUTER_TEST(test_a_stalled_port_is_restarted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
