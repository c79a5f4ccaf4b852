/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * The life of neighbours: asked for, learned, confirmed and lost; and what
 * waits for them.
 */
#include "tests/unit/neighbor_fixture.h"

/* The oldest gives way; the others leave in order. */
static void
test_queue(void **state)
{
	(void)state;
	for (uint8_t i = 1; i <= 5; i++)
		send_to("10.1.0.7", i);
	assert_int_equal(fx->stack.asks, 1);
	assert_int_equal(drops(DROP_NEIGHBOR_QUEUE), 2);
	assert_int_equal(fx->router_counters.port[0].in_drops, 2);
	/* the buffers in which they came went back at once */
	assert_int_equal(fixture_buffers_out(), 0);
	hear("10.1.0.7", mac_a, HEARD_SOLICITED | HEARD_OVERRIDE);
	assert_int_equal(fx->port[1].tx_count, 3);
	for (uint8_t i = 0; i < 3; i++) {
		const struct fixture_frame *f = &fx->port[1].tx[i];

		assert_memory_equal(f->byte, mac_a, ETH_ALEN);
		assert_int_equal(f->byte[f->len - 1], 3 + i);
		assert_int_equal(f->byte[ETH + 8], 63);
	}
	assert_int_equal(fx->router_counters.forwarded4, 3);
}

/* RFC 1122 2.3.2.1: once a second, three times; the next packet begins anew. */
static void
test_give_up(void **state)
{
	const struct fixture_frame *f = fx->port[0].tx;

	(void)state;
	send_to("10.1.0.7", 1);
	send_to("10.1.0.7", 2);
	for (uint32_t i = 1; i <= 3; i++) {
		assert_int_equal(fixture_asked("10.1.0.7"), i);
		fixture_run(SECOND + SECOND / 10);
	}
	fixture_send_mailbox();
	assert_int_equal(fixture_asked("10.1.0.7"), 3);
	assert_false(is_there("10.1.0.7"));
	assert_int_equal(drops(DROP_NO_NEIGHBOR), 2);
	assert_int_equal(fx->router.neighbor_stats.failed, 1);
	assert_int_equal(fx->port[0].tx_count, 2);
	assert_int_equal(f->byte[ETH + 20], 3);
	assert_int_equal(f->byte[ETH + 21], 1);
	assert_int_equal(f->byte[ETH + 15], 1); /* from 10.0.0.1 */
	send_to("10.1.0.7", 3);
	assert_int_equal(fixture_asked("10.1.0.7"), 4);
}

/* Nobody is told of our own packets. */
static void
test_own_packet(void **state)
{
	struct ip_addr to = fixture_addr("10.0.0.77");
	uint16_t len = fixture_ip_frame(frame, "10.0.0.1", "10.0.0.77", LEN);

	(void)state;
	assert_int_equal(
	    router_send(&fx->router, 0, &to, frame + ETH, len - ETH), 0);
	assert_int_equal(fixture_asked("10.0.0.77"), 1);
	fixture_run(4 * SECOND);
	fixture_send_mailbox();
	assert_int_equal(fx->port[0].tx_count, 0);
	assert_int_equal(drops(DROP_NO_NEIGHBOR), 1);
	assert_int_equal(
	    router_send(&fx->router, 0, &to, frame + ETH, len - ETH), 0);
	fixture_learn(0, "10.0.0.77", 7);
	fixture_send_mailbox();
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_int_equal(fx->port[0].tx[0].byte[5], 7);
}

static void
answer_all(uint32_t *seen)
{
	for (; *seen < fx->stack.asks; ++*seen) {
		const struct fixture_ask *ask =
		    &fx->stack.ask[*seen % FIXTURE_FRAMES];

		router_neighbor_heard(&fx->router, ask->iface, &ask->addr,
		    mac_a, HEARD_SOLICITED | HEARD_OVERRIDE);
	}
}

/* Ten minutes of traffic that nobody sees. */
static void
test_confirmed(void **state)
{
	uint32_t seen = 0;

	(void)state;
	hear("10.1.0.7", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	hear("2001:db8:1::7", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	for (uint32_t s = 0; s < 600; s++) {
		answer_all(&seen);
		fixture_turn(SECOND);
		assert_true(fixture_look("10.1.0.7").nexthop[0].has_mac);
		assert_true(fixture_look("2001:db8:1::7").nexthop[0].has_mac);
	}
	/* these two, and two that were there */
	assert_in_range(fx->stack.asks, 4 * 600 / 60, 4 * 600 / 20);
	for (uint32_t i = 0; i < FIXTURE_FRAMES; i++)
		assert_false(i < fx->stack.asks && !fx->stack.ask[i].unicast);
	assert_int_equal(fx->router.neighbor_stats.lost, 0);
}

/* All states, one after the other. */
static void
test_silent(void **state)
{
	static const char *const names[] = { "reachable", "stale", "delay",
		"probe" };
	struct router_neighbor n;
	uint32_t at = 0, unicast = 0;

	(void)state;
	hear("10.1.0.7", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	for (uint32_t i = 0; i < 700 && fixture_neighbor("10.1.0.7", &n); i++) {
		if (at < 3 && strcmp(n.state, names[at + 1]) == 0)
			at++;
		assert_string_equal(n.state, names[at]);
		assert_true(n.has_mac);
		assert_true(i >= 150 || at == 0); /* RFC 4861 6.3.2 */
		fixture_turn(SECOND / 10);
	}
	assert_int_equal(at, 3);
	assert_false(is_there("10.1.0.7"));
	assert_int_equal(fixture_asked("10.1.0.7"), 4);
	for (uint32_t i = 0; i < fx->stack.asks; i++) {
		const struct fixture_ask *ask = &fx->stack.ask[i];

		if (ask->addr.byte[3] != 7)
			continue;
		assert_int_equal(ask->unicast, unicast++ < 3);
		if (ask->unicast)
			assert_memory_equal(ask->mac, mac_a, ETH_ALEN);
	}
	assert_true(fx->router.neighbor_stats.lost >= 1);
}

/* RFC 4861 7.2.5 and appendix C: what was heard in which state. */
static void
test_rules(void **state)
{
	enum { S = HEARD_SOLICITED, O = HEARD_OVERRIDE };
	static const struct {
		uint32_t flags;
		const uint8_t *mac;
		const char *state;
		const uint8_t *after;
	} row[] = {
		/* the entry is reachable with mac_a before each */
		{ S, mac_b, "stale", mac_a },
		{ 0, mac_b, "stale", mac_a },
		{ O, mac_b, "stale", mac_b },
		{ S | O, mac_b, "reachable", mac_b },
		{ 0, mac_a, "reachable", mac_a },
		{ O, mac_a, "reachable", mac_a },
		{ O, NULL, "reachable", mac_a },
		{ S, NULL, "reachable", mac_a },
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		hear("10.1.0.7", mac_a, HEARD_CREATE | S | O);
		has("10.1.0.7", "reachable", mac_a);
		hear("10.1.0.7", row[i].mac, row[i].flags);
		has("10.1.0.7", row[i].state, row[i].after);
	}
}

/* What makes no entry. */
static void
test_strangers(void **state)
{
	static const uint8_t group[ETH_ALEN] = { 3, 0, 0, 0, 0, 1 };
	static const uint8_t zero[ETH_ALEN];
	enum { ALL = HEARD_CREATE | HEARD_SOLICITED | HEARD_OVERRIDE };
	uint32_t before = router_neighbor_count(&fx->router);

	(void)state;
	hear("10.1.0.7", mac_a, HEARD_OVERRIDE);
	hear("10.1.0.7", mac_a, HEARD_SOLICITED | HEARD_OVERRIDE);
	hear("10.1.0.7", NULL, ALL);
	hear("10.1.0.7", group, ALL);
	hear("10.1.0.7", zero, ALL);
	hear("10.1.0.7", fx->port[1].port.mac, ALL);
	hear("10.0.0.7", mac_a, ALL);     /* of another network */
	hear("10.1.0.1", mac_a, ALL);     /* ours */
	hear("10.1.255.255", mac_a, ALL); /* everybody's */
	assert_int_equal(router_neighbor_count(&fx->router), before);
	/* a static one is never learned over */
	hear("10.1.0.3", mac_a, ALL);
	has("10.1.0.3", "reachable", (uint8_t[]){ 2, 0, 0, 0, 0, 0x33 });
}

static void
test_link_down(void **state)
{
	(void)state;
	hear("10.1.0.50", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	send_to("10.1.0.7", 1);
	fx->port[1].link.up = false;
	fixture_turn(FIXTURE_LINK_TURN);
	assert_int_equal(drops(DROP_LINK_DOWN), 1);
	assert_false(is_there("10.1.0.7"));
	assert_false(is_there("10.1.0.50"));
	assert_true(is_there("10.0.0.9"));
	has("10.1.0.2", "incomplete", NULL); /* a gateway's */
	has("10.1.0.3", "reachable", (uint8_t[]){ 2, 0, 0, 0, 0, 0x33 });
	fx->stack.asks = 0;
	fixture_run(10 * SECOND); /* the fixture checks: nobody is asked */
	fx->port[1].link.up = true;
	fixture_turn(FIXTURE_LINK_TURN);
	fixture_run(SECOND / 2);
	assert_int_equal(fixture_asked("10.1.0.2"), 1);
}

static void
test_address_removed(void **state)
{
	(void)state;
	hear("10.1.0.50", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	hear("2001:db8:1::7", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	fixture_start("interface port1\n ipv6 address 2001:db8:1::1/64\n");
	assert_false(is_there("10.1.0.50"));
	assert_false(is_there("10.0.0.9"));
	assert_true(is_there("2001:db8:1::7"));
	fixture_run(15 * SECOND);
	assert_int_equal(router_neighbor_count(&fx->router), 1);
}

static void
test_forget_interface(void **state)
{
	(void)state;
	hear("10.1.0.50", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	send_to("10.1.0.7", 1);
	neighbor_forget_interface(&fx->router, 1);
	assert_int_equal(drops(DROP_LINK_DOWN), 1);
	assert_false(is_there("10.1.0.50"));
	assert_false(is_there("10.1.0.3"));
	assert_true(is_there("10.0.0.9"));
	has("10.1.0.2", "incomplete", NULL); /* its route is still there */
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		NEIGHBOR_TEST(test_queue),
		NEIGHBOR_TEST(test_give_up),
		NEIGHBOR_TEST(test_own_packet),
		NEIGHBOR_TEST(test_confirmed),
		NEIGHBOR_TEST(test_silent),
		NEIGHBOR_TEST(test_rules),
		NEIGHBOR_TEST(test_strangers),
		NEIGHBOR_TEST(test_link_down),
		NEIGHBOR_TEST(test_address_removed),
		NEIGHBOR_TEST(test_forget_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
