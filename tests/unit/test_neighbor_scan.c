/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * What a scan or a flood cannot do to neighbours (RFC 6583).
 */
#include "tests/unit/neighbor_fixture.h"

static int
setup_large(void **state)
{
	int error;

	fixture_neighbors = 8192;
	error = setup(state);
	fixture_neighbors = FIXTURE_NEIGHBORS;
	return error;
}

/* 10.1.x.y, one after the other */
static const char *
host(uint32_t n)
{
	static char text[32];

	snprintf(text, sizeof(text), "10.1.%u.%u", 1 + n / 250, 1 + n % 250);
	return text;
}

/* RFC 6583: valid, static and gateways' entries stay, the new one is asked. */
static void
test_scan(void **state)
{
	uint32_t before, limit;
	uint64_t asked = fx->router.neighbor_stats.asked;

	(void)state;
	hear("10.1.0.50", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	before = router_neighbor_count(&fx->router);
	limit = fx->router.private->neighbors->line_max[LINE_TRANSIT];
	for (uint32_t i = 0; i < 200; i++) {
		send_to(host(i), 1);
		assert_true(is_there(host(i)));
		assert_int_equal(
		    fx->router.neighbor_stats.asked - asked, i + 1);
		assert_true(
		    router_neighbor_count(&fx->router) <= before + limit);
		/* the oldest give way */
		assert_int_equal(i >= limit && is_there(host(i - limit)), 0);
	}
	assert_int_equal(fx->router.neighbor_stats.evicted, 200 - limit);
	assert_int_equal(drops(DROP_NEIGHBOR_QUEUE), 200 - limit);
	has("10.1.0.50", "reachable", mac_a);
	has("10.1.0.3", "reachable", (uint8_t[]){ 2, 0, 0, 0, 0, 0x33 });
	assert_true(fixture_look("20.0.0.1").nexthop[0].has_mac);
	/* who is there is found */
	send_to("10.1.0.60", 6);
	hear("10.1.0.60", mac_b, HEARD_SOLICITED | HEARD_OVERRIDE);
	assert_int_equal(fx->port[1].tx_count, 1);
	has("10.1.0.60", "reachable", mac_b);
	/* and all is over after a while */
	fixture_run(5 * SECOND);
	assert_int_equal(router_neighbor_count(&fx->router), before + 1);
}

/* What we look for ourselves does not give way to what others do. */
static void
test_scan_and_own(void **state)
{
	struct ip_addr to = fixture_addr("10.1.0.77");
	uint16_t len = fixture_ip_frame(frame, "10.1.0.1", "10.1.0.77", LEN);

	(void)state;
	assert_int_equal(
	    router_send(&fx->router, 1, &to, frame + ETH, len - ETH), 0);
	for (uint32_t i = 0; i < 100; i++)
		send_to(host(i), 1);
	assert_true(is_there("10.1.0.77"));
	for (uint32_t i = 0; i < 100; i++) {
		to = fixture_addr(host(i));
		fixture_ip_frame(frame, "10.1.0.1", host(i), LEN);
		router_send(&fx->router, 1, &to, frame + ETH, len - ETH);
	}
	assert_false(is_there("10.1.0.77"));
	assert_true(
	    fx->router.private->neighbors->port[1].line[LINE_OWN].count <=
	    fx->router.private->neighbors->line_max[LINE_OWN]);
}

/* Hosts that tell of themselves push out none that was ever confirmed. */
static void
test_flood_of_requests(void **state)
{
	(void)state;
	hear("10.1.0.50", mac_a, HEARD_CREATE | HEARD_SOLICITED);
	for (uint32_t i = 0; i < 500; i++) {
		hear(host(i), mac_b, HEARD_CREATE | HEARD_OVERRIDE);
		fixture_turn(1); /* what gave way is free again */
	}
	has("10.1.0.50", "reachable", mac_a);
	has(host(499), "stale", mac_b);
	assert_true(router_neighbor_count(&fx->router) <
		    fx->router.private->neighbors->share);
	send_to("10.1.0.60", 6); /* there is room to ask */
	assert_int_equal(fixture_asked("10.1.0.60"), 1);
}

/* A port has its share; another port's is its own. */
static void
test_share(void **state)
{
	uint32_t share = fx->router.private->neighbors->share;

	(void)state;
	for (uint32_t i = 0; i < share + 5; i++)
		hear(host(i), mac_b, HEARD_CREATE | HEARD_SOLICITED);
	assert_false(is_there(host(share)));
	assert_int_equal(fx->router.neighbor_stats.refused, 5);
	assert_non_null(strstr(log_last, "no room for more on port1"));
	send_to("10.1.0.60", 6);
	assert_int_equal(drops(DROP_NEIGHBOR_QUEUE), 1);
	fixture_learn(0, "10.0.0.60", 6);
	assert_true(is_there("10.0.0.60"));
}

/* What waits on a port is bounded, whoever it waits for. */
static void
test_port_queue(void **state)
{
	const struct neighbor_port *port =
	    &fx->router.private->neighbors->port[1];

	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		for (uint8_t k = 0; k < 3; k++)
			send_to(host(i), k);
	assert_int_equal(port->kept, 256);
	assert_int_equal(drops(DROP_NEIGHBOR_QUEUE), 600 - 256);
	assert_int_equal(port->kept_bytes, 256 * LEN);
	fixture_run(5 * SECOND);
	assert_int_equal(port->kept, 0);
	assert_int_equal(port->kept_bytes, 0);
	assert_int_equal(drops(DROP_NO_NEIGHBOR), 256);
}

/* First questions go out though repeated ones are too many. */
static void
test_question_rate(void **state)
{
	uint64_t asked;

	(void)state;
	fixture_run(SECOND);
	asked = fx->router.neighbor_stats.asked;
	for (uint32_t i = 0; i < 600; i++)
		send_to(host(i), 1);
	asked = fx->router.neighbor_stats.asked - asked;
	assert_in_range(asked, 250, 260); /* a burst, in no time */
	fixture_run(SECOND / 2);
	asked = fx->router.neighbor_stats.asked;
	send_to("10.1.0.60", 1);
	assert_int_equal(fx->router.neighbor_stats.asked, asked + 1);
	fixture_run(SECOND);
	assert_true(fx->router.neighbor_stats.asked - asked <= 1000 + 256);
}

/* Tokens come by time, never more than a burst. */
static void
test_bucket(void **state)
{
	struct bucket b = { 0 };

	(void)state;
	bucket_fill(&b, 10 * SECOND, 512, 32);
	assert_int_equal(b.tokens, 32);
	b.tokens = -10;
	for (uint64_t us = 1; us <= SECOND / 64; us++)
		bucket_fill(&b, 10 * SECOND + us, 512, 32);
	assert_int_equal(b.tokens, -2);
	bucket_fill(&b, 20 * SECOND, 512, 32);
	assert_int_equal(b.tokens, 32);
}

#define LARGE(name)                                                            \
	cmocka_unit_test_setup_teardown(name, setup_large, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		NEIGHBOR_TEST(test_scan),
		NEIGHBOR_TEST(test_scan_and_own),
		NEIGHBOR_TEST(test_flood_of_requests),
		NEIGHBOR_TEST(test_share),
		LARGE(test_port_queue),
		LARGE(test_question_rate),
		cmocka_unit_test(test_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
