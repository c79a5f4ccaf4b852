/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c */
/* objects: net/worker.c */
/* objects: net/verify.c */
/*
 * What one source gets of the bucket of its port and reason.
 */
#include "tests/unit/punt_arrivals.h"

/* One source has an eighth of rate and burst, and the burst again when hashes
 * change; the others have the rest. */
static void
test_fair(void **state)
{
	const struct punt_rate *rate = &punt_defaults[PUNT_ARP];
	struct fixture *f = fix_create();
	uint64_t now = f->worker.now_us, *punts, one;
	uint32_t i;

	(void)state;
	punts = &f->counters.port[0].punt[PUNT_ARP];
	for (i = 0; i < 8000; i++) {
		arp(f, 0, 1);
		fix_run(f, now += 250);
		fix_account(f);
	}
	one = *punts;
	assert_in_range(one, (rate->burst + 2 * rate->rate) / 8 - 1,
	    (3 * rate->burst + 2 * rate->rate) / 8 + 1);
	for (i = 2; i < 10; i++)
		arp(f, 0, (uint8_t)i);
	fix_run(f, now);
	/* one of them may have the flooder's hash */
	assert_in_range(*punts, one + 7, one + 8);
	assert_int_equal(
	    *punts + f->counters.port[0].refused[PUNT_ARP], 8000 + 8);
	/* another port has a bucket of its own */
	arp(f, 1, 1);
	fix_run(f, now);
	assert_int_equal(f->counters.port[1].punt[PUNT_ARP], 1);
	fix_destroy(f);
}

/*
 * RFC 6583 6.4: one scans a network at full speed; whoever else needs a
 * neighbour has its packet go up within the second, whatever its hash.
 */
static void
test_scan(void **state)
{
	struct fixture *f = fix_create();
	uint64_t *punts = &f->counters.punt[PUNT_NEIGHBOR], now, before = 0;

	(void)state;
	now = f->worker.now_us;
	for (uint32_t host = 20; host < 200; host++) {
		uint32_t ms = 0;

		do {
			for (uint32_t k = 0; k < 20; k++)
				from(f, "198.51.100.200", 10);
			fix_run(f, now += 1000);
			before = *punts;
			from(f, "198.51.100.201", (uint8_t)host);
			fix_run(f, now);
			fix_account(f);
			ms++;
		} while (*punts == before);
		assert_true(ms <= 1200);
	}
	fix_destroy(f);
}

/* What a scan alone gets: half, and a part of the burst as hashes change. */
static void
test_scan_alone(void **state)
{
	const struct punt_rate *rate = &punt_defaults[PUNT_NEIGHBOR];
	struct fixture *f = fix_create();
	uint64_t now = f->worker.now_us;

	(void)state;
	for (uint32_t ms = 0; ms < 10000; ms++) {
		for (uint32_t k = 0; k < 20; k++)
			from(f, "198.51.100.200", 10);
		fix_run(f, now += 1000);
		fix_account(f);
	}
	assert_in_range(f->counters.punt[PUNT_NEIGHBOR], 10 * rate->rate / 2,
	    (10 * rate->rate + 12 * rate->burst) / 2);
	fix_destroy(f);
}

/* Who sends what is too large has the whole rate of errors. */
static void
test_one_has_mtu(void **state)
{
	const struct punt_rate *rate = &punt_defaults[PUNT_MTU];
	struct fixture *f = fix_create();
	uint64_t now = f->worker.now_us;
	struct frame frame;

	(void)state;
	fix_ip4(&frame, "10.5.0.1", 600);
	be16_store(frame.byte + 20, IP4_DF);
	fix_ip4_checksum(&frame);
	for (uint32_t ms = 0; ms < 2000; ms++) {
		for (uint32_t k = 0; k < 4; k++) {
			struct fix_port *fp = &f->port[0];

			fp->rx[fp->rx_count++] = fix_packet(
			    f, frame.byte, frame.len);
		}
		fix_run(f, now += 1000);
		fix_account(f);
	}
	assert_in_range(f->counters.punt[PUNT_MTU],
	    rate->burst + 2 * rate->rate - 1, rate->burst + 2 * rate->rate + 1);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fair),
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_scan_alone),
		cmocka_unit_test(test_one_has_mtu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
