/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c */
/* objects: net/verify.c */
/* objects: net/worker.c */
/*
 * What a worker lets go up to core 0: its buckets by port and reason, and the
 * places in the link.
 */
#include "tests/unit/punt_arrivals.h"

/* Punts of one reason, offered in `turns` turns of `each` a millisecond. */
static uint64_t
offer(struct fixture *f, const char *dst, uint32_t turns, uint32_t each,
    enum punt_reason reason)
{
	uint64_t before = f->counters.punt[reason], now = f->worker.now_us;
	uint32_t i;

	for (i = 0; i < turns; i++) {
		now += 1000;
		arrive(f, dst, each);
		fix_run(f, now);
		fix_account(f);
	}
	return f->counters.punt[reason] - before;
}

/* A burst of 128, then 1000 a second, whatever is offered. */
static void
test_rate(void **state)
{
	struct fixture *f = fix_create();
	uint64_t dropped;

	(void)state;
	assert_in_range(
	    offer(f, "9.9.9.9", 2000, 8, PUNT_NO_ROUTE), 2127, 2129);
	dropped = f->counters.drop[DROP_PUNT_RATE];
	assert_in_range(dropped, 16000 - 2129, 16000 - 2127);
	assert_int_equal(f->counters.port[0].in_drops, dropped);
	assert_int_equal(f->counters.port[0].refused[PUNT_NO_ROUTE], dropped);
	/* Below the rate nothing is lost, and other reasons have their own. */
	assert_int_equal(offer(f, "10.3.0.1", 500, 1, PUNT_REJECT), 500);
	fix_destroy(f);
}

/* A small burst is a token for a source at least; a rate of 0 is none. */
static void
test_limits_small(void **state)
{
	struct fixture *f = fix_create();
	struct bucket_limit *limit = &f->dp.punt[0].limit[PUNT_ARP];

	(void)state;
	*limit = bucket_limit(1, 1);
	arp(f, 0, 1);
	arp(f, 0, 2);
	fix_run(f, 2000000000);
	assert_int_equal(f->counters.punt[PUNT_ARP], 1);
	fix_run(f, 2000000000 + 999999);
	arp(f, 0, 3);
	fix_run(f, 2000000000 + 999999);
	assert_int_equal(f->counters.punt[PUNT_ARP], 1);
	arp(f, 0, 3);
	fix_run(f, 2000000000 + 1000000);
	assert_int_equal(f->counters.punt[PUNT_ARP], 2);
	*limit = bucket_limit(0, 100);
	arp(f, 0, 4);
	fix_run(f, 4000000000);
	assert_int_equal(f->counters.punt[PUNT_ARP], 2);
	*limit = bucket_limit(5, 0);
	arp(f, 0, 4);
	fix_run(f, 4000000000);
	assert_int_equal(f->counters.punt[PUNT_ARP], 2);
	assert_int_equal(f->counters.drop[DROP_PUNT_RATE], 4);
	fix_destroy(f);
}

/* A bucket fills at the new rate, however empty the former one left it. */
static void
test_limit_changes(void **state)
{
	struct fixture *f = fix_create();
	struct bucket_limit *limit = &f->dp.punt[0].limit[PUNT_ARP];
	uint64_t now = 1000000;

	(void)state;
	*limit = bucket_limit(1, 16); /* 16 s deep */
	arp(f, 0, 1);
	arp(f, 0, 1);
	arp(f, 0, 1); /* its source may have two */
	fix_run(f, now);
	assert_int_equal(f->counters.punt[PUNT_ARP], 2);
	*limit = bucket_limit(1000, 16); /* 16 ms */
	arp(f, 0, 1);
	fix_run(f, now);
	assert_int_equal(f->counters.punt[PUNT_ARP], 2);
	arp(f, 0, 1); /* from now on the source's is known to be empty */
	fix_run(f, now + 8000);
	assert_int_equal(f->counters.punt[PUNT_ARP], 2);
	arp(f, 0, 1);
	fix_run(f, now + 8000 + 8000);
	assert_int_equal(f->counters.punt[PUNT_ARP], 3);
	fix_destroy(f);
}

/* Asked at odd times, the rate is the same: fractions are kept. */
static void
test_fractions(void **state)
{
	struct fixture *f = fix_create();
	uint64_t us, start = f->worker.now_us;

	(void)state;
	for (us = 1; us <= 2000000; us += 700) {
		arrive(f, "9.9.9.9", 1);
		worker_run_once(&f->worker, start + us, 0);
		fix_account(f);
	}
	assert_in_range(
	    f->counters.punt[PUNT_NO_ROUTE], 128 + 1998, 128 + 2001);
	fix_destroy(f);
}

/* From the very first microsecond: a bucket begins full. */
static void
test_at_start(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	f->worker.now_us = 0;
	arrive(f, "9.9.9.9", 200);
	fix_run(f, 0);
	assert_int_equal(f->counters.punt[PUNT_NO_ROUTE], 128);
	arrive(f, "9.9.9.9", 2);
	fix_run(f, 1000);
	assert_int_equal(f->counters.punt[PUNT_NO_ROUTE], 129);
	fix_destroy(f);
}

enum { FLOOD = 600 };

static uint64_t
flood(struct fixture *f, const char *dst, enum punt_reason reason)
{
	uint64_t before = f->counters.punt[reason];

	arrive(f, dst, FLOOD);
	fix_run(f, f->worker.now_us);
	return f->counters.punt[reason] - before;
}

/* Each flood gets as much as it leaves free; the link is never full. */
static void
test_link(void **state)
{
	struct fixture *f = fix_create();
	uint64_t sum;

	(void)state;
	unlimited(f);
	sum = flood(f, "9.9.9.9", PUNT_NO_ROUTE);
	assert_int_equal(sum, FIX_RING / 2);
	assert_int_equal(
	    f->counters.drop[DROP_PUNT_FULL], FLOOD - FIX_RING / 2);
	assert_int_equal(f->counters.drop[DROP_PUNT_RATE], 0);
	assert_int_equal(
	    flood(f, "198.51.100.200", PUNT_NEIGHBOR), FIX_RING / 4);
	assert_int_equal(flood(f, "10.3.0.1", PUNT_REJECT), FIX_RING / 8);
	assert_int_equal(flood(f, "192.0.2.1", PUNT_LOCAL), FIX_RING / 16);
	/* those that had their part get nothing more of the rest */
	assert_int_equal(flood(f, "9.9.9.9", PUNT_NO_ROUTE), 0);
	arp(f, 1, 1);
	fix_run(f, f->worker.now_us);
	assert_int_equal(f->counters.punt[PUNT_ARP], 1);
	fix_destroy(f);
}

/* What core 0 takes makes room for the kinds that it took. */
static void
test_link_taken(void **state)
{
	struct fixture *f = fix_create();
	struct pkt *taken[PKT_BURST];
	uint32_t i;

	(void)state;
	unlimited(f);
	flood(f, "9.9.9.9", PUNT_NO_ROUTE);
	flood(f, "10.3.0.1", PUNT_REJECT);
	/* The taker's pool is the worker's here, as on a single core; it pays
	 * with a buffer for each, so that the count of buffers stays. */
	for (i = 0; i < 4; i++) {
		uint32_t n = link_take(&f->punt, &f->pool, taken, PKT_BURST);

		assert_int_equal(n, PKT_BURST);
		pool_put_burst(&f->pool, taken, n);
	}
	/* 384 and 256 of 1024 wait now. */
	assert_int_equal(flood(f, "10.3.0.1", PUNT_REJECT), 64);
	assert_int_equal(flood(f, "9.9.9.9", PUNT_NO_ROUTE), 0);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_limits_small),
		cmocka_unit_test(test_limit_changes),
		cmocka_unit_test(test_fractions),
		cmocka_unit_test(test_at_start),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_link_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
