/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/spsc.c */
/* objects: net/worker.c */
/*
 * What a worker lets go up to core 0: its meters, and a full link.
 */
#include "tests/unit/net_fixture.h"

/* Punts of one reason, offered in `turns` turns of `each` a millisecond. */
static uint64_t
offer(struct fixture *f, const char *dst, uint32_t turns, uint32_t each,
    enum punt_reason reason)
{
	uint64_t before = f->counters.punt[reason], now = f->worker.now_us;
	uint32_t i;

	for (i = 0; i < turns; i++) {
		now += 1000;
		fix_arrive(f, dst, each);
		fix_run(f, now);
		fix_account(f);
	}
	return f->counters.punt[reason] - before;
}

/* A burst of 128, then 1000 a second, whatever is offered. */
static void
test_meter_rate(void **state)
{
	struct fixture *f = fix_create();
	uint64_t dropped;

	(void)state;
	assert_in_range(
	    offer(f, "9.9.9.9", 2000, 8, PUNT_NO_ROUTE), 2127, 2129);
	dropped = f->counters.drop[DROP_PUNT_RATE];
	assert_in_range(dropped, 16000 - 2129, 16000 - 2127);
	assert_int_equal(f->counters.port[0].in_drops, dropped);
	/* Below the rate nothing is lost, and other reasons have their own. */
	assert_int_equal(offer(f, "10.3.0.1", 500, 1, PUNT_REJECT), 500);
	fix_destroy(f);
}

/* All workers together: a burst each, then the rate of one alone. */
static void
test_meter_share(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	f->worker.others = 3;
	assert_in_range(offer(f, "9.9.9.9", 2000, 8, PUNT_NO_ROUTE),
	    128 + 2 * 250 - 1, 128 + 2 * 250 + 1);
	assert_int_equal(offer(f, "10.3.0.1", 128, 1, PUNT_REJECT), 128);
	f->worker.others = WORKER_MAX - 1;
	assert_in_range(offer(f, "198.51.100.200", 8000, 1, PUNT_NEIGHBOR),
	    128 + 8 * 1000 / WORKER_MAX - 8, 128 + 8 * 1000 / WORKER_MAX + 1);
	fix_destroy(f);
}

/* ARP is not spread over a NIC's queues: a worker has a good part of it. */
static void
test_meter_least(void **state)
{
	struct fixture *f = fix_create();
	struct frame arp = { .len = 60 };
	uint64_t now = f->worker.now_us;
	uint32_t i;

	(void)state;
	f->worker.others = WORKER_MAX - 1;
	memset(arp.byte, 0xff, ETH_ALEN);
	be16_store(arp.byte + 12, ETHERTYPE_ARP);
	for (i = 0; i < 2000; i++) {
		struct pkt *p = fix_packet(f, arp.byte, arp.len);

		f->port[0].rx[f->port[0].rx_count++] = p;
		fix_run(f, now += 1000);
		fix_account(f);
	}
	assert_in_range(f->counters.punt[PUNT_ARP], 256 + 999, 256 + 1001);
	fix_destroy(f);
}

/* Asked at odd times, the rate is the same: fractions are kept. */
static void
test_meter_fractions(void **state)
{
	struct fixture *f = fix_create();
	uint64_t us, start = f->worker.now_us;

	(void)state;
	for (us = 1; us <= 2000000; us += 700) {
		fix_arrive(f, "9.9.9.9", 1);
		worker_run_once(&f->worker, start + us, 0);
		fix_account(f);
	}
	assert_in_range(
	    f->counters.punt[PUNT_NO_ROUTE], 128 + 1998, 128 + 2001);
	fix_destroy(f);
}

/* From the very first microsecond: a meter begins empty. */
static void
test_meter_at_start(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	f->worker.now_us = 0;
	fix_arrive(f, "9.9.9.9", 1);
	fix_run(f, 0);
	assert_int_equal(f->counters.punt[PUNT_NO_ROUTE], 0);
	fix_arrive(f, "9.9.9.9", 1);
	fix_run(f, 1000);
	assert_int_equal(f->counters.punt[PUNT_NO_ROUTE], 1);
	fix_destroy(f);
}

static void
test_punt_ring_full(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	fix_arrive(f, "192.0.2.1", 900);
	fix_run(f, 1000000000);
	fix_arrive(f, "192.0.2.1", 200);
	fix_run(f, 1000000000);
	assert_int_equal(f->counters.punt[PUNT_LOCAL], FIX_RING);
	assert_int_equal(f->counters.drop[DROP_PUNT_FULL], 1100 - FIX_RING);
	assert_int_equal(f->pool.count, 1100 - FIX_RING);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meter_rate),
		cmocka_unit_test(test_meter_share),
		cmocka_unit_test(test_meter_least),
		cmocka_unit_test(test_meter_fractions),
		cmocka_unit_test(test_meter_at_start),
		cmocka_unit_test(test_punt_ring_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
