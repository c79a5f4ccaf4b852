/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c */
/* objects: net/verify.c */
/* objects: net/worker.c */
/*
 * What a worker lets go up to core 0: its buckets by port, reason and source,
 * and the places in the link.
 */
#include "net/fate.h"
#include "tests/unit/net_fixture.h"

/* From hosts that take turns. */
static void
arrive(struct fixture *f, const char *dst, uint32_t n)
{
	static uint8_t turn;
	struct fix_port *fp = &f->port[0];
	struct frame frame;

	fix_ip4(&frame, dst, 4);
	while (n-- > 0) {
		frame.byte[29] = (uint8_t)(10 + turn++ % 200);
		fix_ip4_checksum(&frame);
		fp->rx[fp->rx_count++] = fix_packet(f, frame.byte, frame.len);
	}
}

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

/* Each worker has a burst, and half of the rate or less: together they have
 * twice the rate at most. */
static void
test_share(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	f->dp.punt[0].limit[PUNT_NO_ROUTE] = punt_limit(
	    PUNT_NO_ROUTE, punt_defaults[PUNT_NO_ROUTE], 4);
	assert_in_range(offer(f, "9.9.9.9", 2000, 8, PUNT_NO_ROUTE),
	    128 + 2 * 500 - 1, 128 + 2 * 500 + 1);
	f->dp.punt[0].limit[PUNT_NEIGHBOR] = punt_limit(
	    PUNT_NEIGHBOR, punt_defaults[PUNT_NEIGHBOR], WORKER_MAX);
	assert_in_range(offer(f, "198.51.100.200", 8000, 1, PUNT_NEIGHBOR),
	    128 + 8 * 2000 / WORKER_MAX - 1, 128 + 8 * 2000 / WORKER_MAX + 1);
	fix_destroy(f);
}

/* One ARP request by `port`, from a host with this last byte of its MAC. */
static void
arp(struct fixture *f, uint8_t port, uint8_t host)
{
	uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2 };
	struct fix_port *fp = &f->port[port];

	frame[11] = host;
	be16_store(frame + 12, ETHERTYPE_ARP);
	fp->rx[fp->rx_count++] = fix_packet(f, frame, sizeof(frame));
}

/* However many poll a port: one has half of the rate where they are no more
 * than four, and all have twice the rate at most. */
static void
test_share_sum(void **state)
{
	const struct punt_rate rate = { 1000, 100 };

	(void)state;
	for (uint32_t n = 1; n <= WORKER_MAX; n++) {
		struct bucket_limit limit = punt_limit(PUNT_MTU, rate, n);

		assert_true(n * 1000000000ull / limit.cost_ns <= 2000);
		if (n <= 2)
			assert_int_equal(limit.cost_ns, 1000000);
		else if (n <= 4)
			assert_int_equal(limit.cost_ns, 2000000);
	}
}

/* ARP is not spread over a NIC's queues: one worker has all of it. */
static void
test_share_arp(void **state)
{
	const struct punt_rate *rate = &punt_defaults[PUNT_ARP];
	struct bucket_limit all = punt_limit(PUNT_ARP, *rate, WORKER_MAX);
	struct bucket_limit one = punt_limit(PUNT_ARP, *rate, 1);

	(void)state;
	assert_memory_equal(&all, &one, sizeof(all));
	assert_int_equal(one.cost_ns, 1000000000 / rate->rate);
}

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

/* One packet by port 0, from a host with this last byte of its address. */
static void
from(struct fixture *f, const char *dst, uint8_t host)
{
	struct fix_port *fp = &f->port[0];
	struct frame frame;

	fix_ip4(&frame, dst, 4);
	frame.byte[29] = host;
	fix_ip4_checksum(&frame);
	fp->rx[fp->rx_count++] = fix_packet(f, frame.byte, frame.len);
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

/* Fragmenting is for one sender, too: it has the whole rate. */
static void
test_one_has_mtu(void **state)
{
	const struct punt_rate *rate = &punt_defaults[PUNT_MTU];
	struct fixture *f = fix_create();
	uint64_t now = f->worker.now_us;
	struct frame frame;

	(void)state;
	fix_ip4(&frame, "10.5.0.1", 600);
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

/* A small burst is a token for a source at least; a rate of 0 is none. */
static void
test_limits_small(void **state)
{
	struct fixture *f = fix_create();
	struct bucket_limit *limit = &f->dp.punt[0].limit[PUNT_ARP];

	(void)state;
	*limit = bucket_limit(1, 1, 1);
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
	*limit = bucket_limit(0, 100, 1);
	arp(f, 0, 4);
	fix_run(f, 4000000000);
	assert_int_equal(f->counters.punt[PUNT_ARP], 2);
	*limit = bucket_limit(5, 0, 1);
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
	*limit = bucket_limit(1, 16, 1); /* 16 s deep */
	arp(f, 0, 1);
	arp(f, 0, 1);
	arp(f, 0, 1); /* its source may have two */
	fix_run(f, now);
	assert_int_equal(f->counters.punt[PUNT_ARP], 2);
	*limit = bucket_limit(1000, 16, 1); /* 16 ms */
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

/* Without limits: what one kind of packet gets of the link. */
static void
unlimited(struct fixture *f)
{
	memset(f->dp.punt, 0, sizeof(f->dp.punt));
}

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

/* What a packet to this router counts as. */
static void
check_kind(struct fixture *f, struct frame *frame, enum punt_reason reason)
{
	struct fix_result r;

	if (fix_is_ip4(frame))
		fix_ip4_checksum(frame);
	r = fix_forward(f, 0, frame);
	assert_int_equal(r.fate, FATE_PUNT(reason));
	assert_int_equal(f->counters.port[0].punt[reason], 1);
	f->counters.port[0].punt[reason] = 0;
}

static void
test_kinds4(void **state)
{
	struct fixture *f = fix_create();
	struct frame frame;
	uint8_t *ip = frame.byte + 14;

	(void)state;
	unlimited(f);
	fix_ip4(&frame, "192.0.2.1", 20);
	check_kind(f, &frame, PUNT_LOCAL);
	ip[9] = PROTO_ICMP;
	check_kind(f, &frame, PUNT_ICMP);
	ip[9] = PROTO_TCP;
	ip[20 + 13] = 0x02;
	check_kind(f, &frame, PUNT_SYN);
	ip[20 + 13] = 0xc2; /* with ECN (RFC 3168) */
	check_kind(f, &frame, PUNT_SYN);
	ip[20 + 13] = 0x12;
	check_kind(f, &frame, PUNT_TCP);
	ip[20 + 13] = 0x04;
	check_kind(f, &frame, PUNT_TCP);
	be16_store(ip + 6, IP4_MF);
	check_kind(f, &frame, PUNT_FRAGMENT);
	be16_store(ip + 6, 3);
	check_kind(f, &frame, PUNT_FRAGMENT);
	/* too short for its flags */
	be16_store(ip + 6, 0);
	be16_store(ip + 2, 20 + 13);
	ip[20 + 13] = 0x02;
	check_kind(f, &frame, PUNT_TCP);
	fix_destroy(f);
}

static void
test_kinds6(void **state)
{
	static const struct {
		uint8_t type;
		enum punt_reason reason;
	} messages[] = { { 129, PUNT_ICMP }, { 130, PUNT_ND }, { 135, PUNT_ND },
		{ 137, PUNT_ND }, { 138, PUNT_ICMP }, { 143, PUNT_ND },
		{ 128, PUNT_ICMP }, { 2, PUNT_ICMP } };
	struct fixture *f = fix_create();
	struct frame frame;
	uint8_t *ip = frame.byte + 14;

	(void)state;
	unlimited(f);
	fix_ip6(&frame, "2001:db8::1", 40);
	check_kind(f, &frame, PUNT_LOCAL);
	ip[6] = PROTO_FRAGMENT;
	check_kind(f, &frame, PUNT_FRAGMENT);
	ip[6] = PROTO_TCP;
	ip[40 + 13] = 0x02;
	check_kind(f, &frame, PUNT_SYN);
	ip[6] = PROTO_ICMP6;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		ip[40] = messages[i].type;
		check_kind(f, &frame, messages[i].reason);
	}
	/* to a group, and behind a router alert */
	ip[24] = 0xff;
	ip[25] = 2;
	ip[40] = PROTO_ICMP6;
	ip[41] = 0;
	ip[48] = 131;
	ip[6] = PROTO_HOPOPTS;
	check_kind(f, &frame, PUNT_ND);
	ip[41] = 4;
	ip[80] = 131;
	check_kind(f, &frame, PUNT_ND);
	ip[41] = 6; /* beyond the packet */
	check_kind(f, &frame, PUNT_LOCAL);
	be16_store(ip + 4, 8); /* nothing behind it */
	ip[41] = 0;
	check_kind(f, &frame, PUNT_ICMP);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_share_arp),
		cmocka_unit_test(test_share_sum),
		cmocka_unit_test(test_fair),
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_scan_alone),
		cmocka_unit_test(test_one_has_mtu),
		cmocka_unit_test(test_limits_small),
		cmocka_unit_test(test_limit_changes),
		cmocka_unit_test(test_fractions),
		cmocka_unit_test(test_at_start),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_link_taken),
		cmocka_unit_test(test_kinds4),
		cmocka_unit_test(test_kinds6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
