/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A router to punt to, for tests of what becomes of a packet: included once a
 * program.
 */
#ifndef TESTS_UNIT_PUNT_FIXTURE_H
#define TESTS_UNIT_PUNT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/wire.h"
#include "tests/unit/router_fixture.h"

enum { ETH = sizeof(struct eth_hdr), SILENCE = 3500 * 1000 };

static const char config[] = "punt-limit no-route 100000 10000\n"
			     "interface port0\n"
			     " ip address 10.0.0.1/24\n"
			     " ipv6 address 2001:db8::1/64\n"
			     "interface port1\n"
			     " ip address 10.1.0.1/24\n"
			     " ipv6 address 2001:db8:1::1/64\n"
			     " mtu 1280\n"
			     "ip route 20.0.0.0/8 10.1.0.2\n"
			     "ip route 30.0.0.0/8 blackhole\n"
			     "ip route 31.0.0.0/8 reject\n"
			     "ipv6 route 2001:db8:9::/48 2001:db8:1::2\n";

static uint8_t frame[FRAME_MAX];

/* Links up; the hosts behind port0 are known, those behind port1 are not. */
static int
setup(void **state)
{
	int error = fixture_setup(state);

	if (error)
		return error;
	fixture_start(config);
	fixture_learn(0, "10.0.0.9", 9);
	fixture_learn(0, "2001:db8::9", 9);
	memset(&fx->stack, 0, sizeof(fx->stack));
	return 0;
}

static uint64_t
drops(enum drop_reason reason)
{
	return fx->router_counters.drop[reason];
}

/* Punts the frame and lets core 0 and the wire take their turn. */
static void
punt(uint16_t len, enum punt_reason reason)
{
	fixture_punt(fixture_pkt(0, frame, len), reason);
	fixture_turn(1000);
	fixture_send_mailbox();
}

/* The one frame that port0 sent: an ICMP error. Returns the IP header. */
static const uint8_t *
icmp_error(uint8_t type, uint8_t code)
{
	struct fixture_port *port = &fx->port[0];
	const uint8_t *ip = port->tx[0].byte + ETH;
	bool ip4 = ip[0] >> 4 == 4;
	const uint8_t *icmp = ip + (ip4 ? 20 : 40);

	assert_int_equal(port->tx_count, 1);
	assert_int_equal(port->tx[0].byte[5], 9);
	assert_int_equal(port->tx[0].byte[11], 0);
	assert_int_equal(be16_load(port->tx[0].byte + 12),
	    ip4 ? ETHERTYPE_IP4 : ETHERTYPE_IP6);
	assert_int_equal(icmp[0], type);
	assert_int_equal(icmp[1], code);
	/* from the address of the interface it came in by */
	assert_int_equal(ip4 ? ip[15] : ip[23], 1);
	port->tx_count = 0;
	return ip;
}

#define PUNT_TEST(name)                                                        \
	cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

#endif
