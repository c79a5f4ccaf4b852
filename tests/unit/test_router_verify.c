/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * Verified sources from the config to the packet: which routes are a way back,
 * as routes, links and the config change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/vlan.h"
#include "tests/unit/router_fixture.h"

#define BASE                                                                   \
	"interface port0\n ip address 10.0.0.1/24\n"                           \
	"interface port1\n ip address 10.1.0.1/24\n"                           \
	"interface port2\n ip address 10.2.0.1/24\n"
#define STRICT "interface port0\n ip verify unicast source reachable-via rx"
#define LOOSE  "interface port0\n ip verify unicast source reachable-via any"
#define VLAN   "interface port0.7\n ip address 10.7.0.1/24\n"

static uint8_t frame[FRAME_MAX];

static int
setup(void **state)
{
	int error = fixture_setup(state);

	if (error)
		return error;
	fx->worker_turn = worker_run_once;
	return 0;
}

/* True when a packet from there to port 1 is dropped for its source. */
static bool
is_refused(const char *src, uint16_t vid)
{
	uint16_t len = fixture_ip_frame(frame, src, "10.1.0.9", 100);
	struct fixture_port *p = &fx->port[0];
	const uint64_t *drop = &fx->worker_counters.drop[DROP_RPF];
	uint64_t before = *drop, sent = fx->port[1].tx_count;
	struct pkt *pkt = fixture_pkt(0, frame, len);

	if (vid)
		vlan_push(pkt, vid);
	p->rx[p->rx_count++] = pkt;
	fixture_run(1);
	sent = fx->port[1].tx_count - sent;
	assert_int_equal(*drop - before + sent, 1);
	return sent == 0;
}

static void
start(const char *config)
{
	fixture_start(config);
	fixture_learn(1, "10.1.0.9", 9);
}

static void
test_follows_config(void **state)
{
	(void)state;
	start(BASE);
	assert_false(is_refused("9.9.9.9", 0));
	start(BASE LOOSE "\n");
	assert_true(is_refused("9.9.9.9", 0));
	assert_false(is_refused("10.2.0.2", 0));
	start(BASE STRICT "\n");
	assert_true(is_refused("10.2.0.2", 0));
	assert_false(is_refused("10.0.0.2", 0));
	start(BASE STRICT "\n no ip verify unicast source reachable-via\n");
	assert_false(is_refused("9.9.9.9", 0));
	assert_int_equal(fx->router.interface[0].verify, 0);
}

/* An own address, the first and the last of a network. */
static void
test_no_host(void **state)
{
	static const char *const src[] = { "10.0.0.1", "10.2.0.1", "10.0.0.0",
		"10.0.0.255", "10.2.0.255" };

	(void)state;
	for (size_t i = 0; i < sizeof(src) / sizeof(src[0]); i++) {
		start(BASE);
		assert_false(is_refused(src[i], 0));
		start(BASE LOOSE "\n");
		assert_true(is_refused(src[i], 0));
		start(BASE STRICT "\n");
		assert_true(is_refused(src[i], 0));
	}
}

/* By all ways of a route, as far as they are alive. */
static void
test_ways(void **state)
{
	(void)state;
	start(BASE STRICT "\nip route 20.0.0.0/8 10.0.0.2\n"
			  "ip route 20.0.0.0/8 10.2.0.2\n"
			  "ip route 21.0.0.0/8 10.2.0.2\n"
			  "ip route 22.0.0.0/8 10.0.0.2\n"
			  "ip route 22.1.0.0/16 blackhole\n"
			  "ip route 22.2.0.0/16 reject\n"
			  "ip route 23.0.0.0/8 port0\n");
	assert_false(is_refused("20.0.0.1", 0));
	assert_true(is_refused("21.0.0.1", 0));
	assert_false(is_refused("22.0.0.1", 0));
	assert_true(is_refused("22.1.0.1", 0));
	assert_true(is_refused("22.2.0.1", 0));
	assert_false(is_refused("23.0.0.1", 0));
	fx->port[2].link.up = false;
	fixture_turn(FIXTURE_LINK_TURN);
	assert_false(is_refused("20.0.0.1", 0));
}

static void
test_default(void **state)
{
	(void)state;
	start(BASE STRICT "\nip route 0.0.0.0/0 10.0.0.2\n");
	assert_true(is_refused("9.9.9.9", 0));
	start(BASE STRICT " allow-default\nip route 0.0.0.0/0 10.0.0.2\n");
	assert_false(is_refused("9.9.9.9", 0));
	assert_true(is_refused("10.2.0.2", 0));
	start(BASE STRICT " allow-default\nip route 0.0.0.0/0 10.2.0.2\n");
	assert_true(is_refused("9.9.9.9", 0));
	start(BASE LOOSE "\nip route 0.0.0.0/0 10.2.0.2\n");
	assert_true(is_refused("9.9.9.9", 0));
	start(BASE LOOSE " allow-default\nip route 0.0.0.0/0 10.2.0.2\n");
	assert_false(is_refused("9.9.9.9", 0));
	/* Two halves are no default route. */
	start(BASE LOOSE "\nip route 0.0.0.0/1 10.2.0.2\n");
	assert_false(is_refused("9.9.9.9", 0));
}

static void
test_sub_interface(void **state)
{
	(void)state;
	start(BASE VLAN " ip verify unicast source reachable-via rx\n");
	assert_false(is_refused("10.7.0.2", 7));
	assert_true(is_refused("10.0.0.2", 7));
	assert_false(is_refused("10.7.0.2", 0));
	start(BASE STRICT "\n" VLAN);
	assert_false(is_refused("9.9.9.9", 7));
	assert_true(is_refused("10.7.0.2", 0));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_follows_config),
		TEST(test_no_host),
		TEST(test_ways),
		TEST(test_default),
		TEST(test_sub_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
