/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A router with neighbours on two ports: included once a program.
 */
#ifndef TESTS_UNIT_NEIGHBOR_FIXTURE_H
#define TESTS_UNIT_NEIGHBOR_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "control/neighbor.h"
#include "control/router_private.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/router_fixture.h"

enum { ETH = 14, SECOND = 1000 * 1000, LEN = 60 };

/* No limit of punts comes first: they are not what is tested here. */
static const char config[] =
    "punt-limit neighbor 1000000 10000\n"
    "interface port0\n"
    " ip address 10.0.0.1/24\n"
    " ipv6 address 2001:db8::1/64\n"
    "interface port1\n"
    " ip address 10.1.0.1/16\n"
    " ipv6 address 2001:db8:1::1/64\n"
    "ip route 20.0.0.0/8 10.1.0.2\n"
    "neighbor 10.1.0.3 lladdr 02:00:00:00:00:33 port1\n";

static const uint8_t mac_a[ETH_ALEN] = { 2, 0, 0, 0, 0, 0xa };
static const uint8_t mac_b[ETH_ALEN] = { 2, 0, 0, 0, 0, 0xb };

static uint8_t frame[FRAME_MAX];

static int
setup(void **state)
{
	int error = fixture_setup(state);

	if (error)
		return error;
	fixture_start(config);
	fixture_learn(0, "10.0.0.9", 9);
	fixture_learn(1, "10.1.0.2", 2);
	fixture_turn(1000);
	fx->stack.asks = 0;
	return 0;
}

static uint64_t
drops(enum drop_reason reason)
{
	return fx->router_counters.drop[reason];
}

/* A packet of the host behind port0 whose next hop is not known. */
static void
send_to(const char *dst, uint8_t number)
{
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", dst, LEN);

	frame[len - 1] = number;
	fixture_punt(fixture_pkt(0, frame, len), PUNT_NEIGHBOR);
	fixture_turn(1);
	fixture_send_mailbox();
}

static void
hear(const char *addr, const uint8_t *mac, uint32_t flags)
{
	struct ip_addr a = fixture_addr(addr);

	router_neighbor_heard(&fx->router, 1, &a, mac, flags);
	fixture_send_mailbox();
}

static bool
is_there(const char *addr)
{
	struct router_neighbor n;

	return fixture_neighbor(addr, &n);
}

static void
has(const char *addr, const char *state, const uint8_t *mac)
{
	struct router_neighbor n;

	assert_true(fixture_neighbor(addr, &n));
	assert_string_equal(n.state, state);
	assert_int_equal(n.has_mac, mac != NULL);
	if (mac)
		assert_memory_equal(n.mac, mac, ETH_ALEN);
}

#define NEIGHBOR_TEST(name)                                                    \
	cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

#endif
