/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * Limits of punts and of ICMP errors: from the config to those who obey.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/router_private.h"
#include "tests/unit/router_fixture.h"

static const char limits[] = "punt-limit ttl 10 5\n"
			     "punt-limit mtu 7\n"
			     "interface port1\n"
			     " punt-limit ttl 20 6\n"
			     " punt-limit syn 0\n";

/* What the worker sees. */
static void
check(uint8_t port, enum punt_reason reason, uint32_t rate, uint32_t burst)
{
	const struct dataplane *dp = atomic_load(&fx->worker.dataplane);
	struct bucket_limit want = bucket_limit(rate, burst);

	assert_memory_equal(&dp->punt[port].limit[reason], &want, sizeof(want));
}

static void
check_default(uint8_t port, enum punt_reason reason)
{
	check(port, reason, punt_defaults[reason].rate,
	    punt_defaults[reason].burst);
}

/* The interface's, else that of all, else the default; from commit on. */
static void
test_commit(void **state)
{
	(void)state;
	for (int i = 0; i < PUNT_REASON_COUNT; i++)
		check_default(1, (enum punt_reason)i);
	assert_int_equal(fixture_apply(limits), 0);
	check(0, PUNT_TTL, 10, 5);
	check(1, PUNT_TTL, 20, 6);
	check(0, PUNT_MTU, 7, punt_defaults[PUNT_MTU].burst);
	check(1, PUNT_MTU, 7, punt_defaults[PUNT_MTU].burst);
	check_default(0, PUNT_SYN);
	check(1, PUNT_SYN, 0, 1);
	check_default(1, PUNT_ARP);
	/* and a link that changes brings no others */
	fx->port[0].link.up = false;
	fixture_turn(FIXTURE_LINK_TURN);
	check(1, PUNT_TTL, 20, 6);
	assert_int_equal(fixture_apply("hostname x\n"), 0);
	check_default(0, PUNT_TTL);
	check_default(1, PUNT_SYN);
}

/* However many poll a port: each of their gates has the whole of it. */
static void
test_pollers(void **state)
{
	struct port *port = fx->router.port[1];
	struct punt_limits out[PORT_MAX];

	(void)state;
	assert_int_equal(fixture_apply(limits), 0);
	port->rx_queues = port->tx_queues = 4;
	fx->router.worker_count = 4;
	limits_fill(&fx->router, &fx->router.config, out);
	fx->router.worker_count = 1;
	for (uint32_t i = 0; i < FIXTURE_PORTS; i++)
		assert_memory_equal(&out[i],
		    &atomic_load(&fx->worker.dataplane)->punt[i],
		    sizeof(out[i]));
}

/* Packets that a gate let through, each of another source; then a turn. */
static void
punt_some(uint8_t port, enum punt_reason reason, uint16_t n)
{
	uint8_t frame[FRAME_MAX];
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "10.0.0.1", 60);

	for (uint16_t i = 0; i < n; i++) {
		struct pkt *p = fixture_pkt(port, frame, len);

		fixture_punt(p, reason);
		p->source = i % PUNT_SOURCES;
	}
	fixture_turn(1);
}

/*
 * What the gates let through together is over the rate: counted as if a gate
 * had refused it, once, and looked at no more. Buffers: fixture_teardown.
 */
static void
test_refused(void **state)
{
	const struct counters *c = &fx->router_counters;

	(void)state;
	fixture_start("punt-limit local 1000 20\n"
		      "interface port1\n"
		      " punt-limit local 1000 30\n");
	memset(&fx->stack, 0, sizeof(fx->stack));
	punt_some(0, PUNT_LOCAL, 48);
	assert_int_equal(fx->stack.inputs, 20);
	assert_int_equal(c->port[0].refused[PUNT_LOCAL], 28);
	assert_int_equal(counters_refused(c, PUNT_LOCAL), 28);
	assert_int_equal(c->drop[DROP_PUNT_RATE], 28);
	assert_int_equal(c->port[0].in_drops, 28);
	/* another reason, another port, another time */
	punt_some(0, PUNT_ICMP, 10);
	punt_some(1, PUNT_LOCAL, 48);
	assert_int_equal(fx->stack.inputs, 20 + 10 + 30);
	fixture_turn(5000);
	punt_some(0, PUNT_LOCAL, 48);
	assert_int_equal(fx->stack.inputs, 20 + 10 + 30 + 5);
	assert_int_equal(c->port[0].in_drops, 28 + 43);
	assert_int_equal(c->port[1].in_drops, 18);
	for (uint32_t i = 0; i < PUNT_REASON_COUNT; i++)
		assert_int_equal(
		    counters_refused(c, i), i == PUNT_LOCAL ? 28 + 43 + 18 : 0);
	assert_int_equal(c->drop[DROP_PUNT_RATE], 28 + 43 + 18);
	/* a new limit holds at once */
	assert_int_equal(fixture_apply("punt-limit local 0\n"), 0);
	punt_some(1, PUNT_LOCAL, 10);
	assert_int_equal(fx->stack.inputs, 20 + 10 + 30 + 5);
	assert_int_equal(c->port[1].refused[PUNT_LOCAL], 28);
}

static uint32_t
allowed(uint16_t iface, uint32_t kind, uint32_t asked)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < asked; i++)
		n += icmp_allows(&fx->router, iface, kind);
	return n;
}

/* Each port and kind has its own; both ends of it are counted. */
static void
test_icmp(void **state)
{
	const struct icmp_counters *c = fx->router.icmp;

	(void)state;
	fixture_turn(1);
	assert_int_equal(allowed(0, ICMP_TOO_BIG, 300), 100);
	assert_int_equal(c[ICMP_TOO_BIG].sent, 100);
	assert_int_equal(c[ICMP_TOO_BIG].limited, 200);
	assert_int_equal(allowed(1, ICMP_TOO_BIG, 300), 100);
	assert_int_equal(allowed(0, ICMP_TTL_EXCEEDED, 300), 100);
	assert_int_equal(allowed(0, ICMP_PORT_UNREACHABLE, 1), 1);
	assert_int_equal(c[ICMP_PORT_UNREACHABLE].sent, 1);
	fixture_turn(10 * 1000);
	assert_int_equal(allowed(0, ICMP_TOO_BIG, 300), 10);
}

/* Asked all the time for seconds: rate and burst, within one. */
static void
test_icmp_rate(void **state)
{
	static const struct {
		const char *text;
		uint32_t rate, burst;
	} cases[] = { { "icmp rate-limit 100 7\n", 100, 7 },
		{ "icmp rate-limit 7 2\n", 7, 2 },
		{ "icmp rate-limit 3000 50\n", 3000, 50 }, { "", 1000, 100 } };
	const uint32_t seconds = 5, step = 700;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t n[2] = { 0, 0 }, us = 0, want;

		assert_int_equal(fixture_apply(cases[i].text), 0);
		fixture_turn(100 * 1000 * 1000);
		for (; us < seconds * 1000 * 1000; us += step) {
			n[0] += allowed(0, ICMP_TTL_EXCEEDED, 8);
			n[1] += allowed(1, ICMP_TTL_EXCEEDED, 8);
			fixture_turn(step);
		}
		want = cases[i].rate * seconds + cases[i].burst;
		assert_in_range(
		    n[0], want - 1 - cases[i].rate * step / 1000000, want + 1);
		assert_int_equal(n[0], n[1]);
	}
}

static void
test_icmp_config(void **state)
{
	(void)state;
	assert_int_equal(fixture_apply("icmp rate-limit 100 7\n"
				       "interface port1\n"
				       " icmp rate-limit 0\n"),
	    0);
	assert_int_equal(allowed(0, ICMP_TOO_BIG, 300), 7);
	assert_int_equal(allowed(1, ICMP_TOO_BIG, 300), 0);
	fixture_turn(20 * 1000);
	assert_int_equal(allowed(0, ICMP_TOO_BIG, 300), 2);
	assert_int_equal(allowed(1, ICMP_PORT_UNREACHABLE, 300), 0);
	assert_int_equal(fixture_apply("icmp rate-limit 1000\n"), 0);
	fixture_turn(1000 * 1000);
	assert_int_equal(allowed(1, ICMP_TOO_BIG, 300), 100);
	/* what a slow limit used up is not owed to a quicker one */
	assert_int_equal(fixture_apply("icmp rate-limit 1 1000\n"), 0);
	fixture_turn(1000 * 1000);
	assert_in_range(allowed(1, ICMP_TOO_BIG, 2000), 999, 1000);
	assert_int_equal(fixture_apply(""), 0);
	assert_int_equal(allowed(1, ICMP_TOO_BIG, 300), 0);
	fixture_turn(100 * 1000);
	assert_int_equal(allowed(1, ICMP_TOO_BIG, 300), 100);
}

static void
test_names(void **state)
{
	(void)state;
	for (int i = 0; i < ICMP_KIND_COUNT; i++)
		assert_non_null(icmp_names[i]);
}

#define LIMIT_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LIMIT_TEST(test_commit),
		LIMIT_TEST(test_pollers),
		LIMIT_TEST(test_refused),
		LIMIT_TEST(test_icmp),
		LIMIT_TEST(test_icmp_rate),
		LIMIT_TEST(test_icmp_config),
		LIMIT_TEST(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
