/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c net/fib.c */
/* objects: net/forward.c net/pool.c net/spsc.c net/worker.c */
/*
 * The worker's loop: bursts in and out, rings, meters, quiescence.
 */
#include "net/fate.h"
#include "tests/unit/net_fixture.h"

/* `n` packets wait at port 0 for `dst`. */
static void
arrive(struct fixture *f, const char *dst, uint32_t n)
{
	struct fix_port *fp = &f->port[0];
	struct frame frame;
	uint32_t i;

	fix_ip4(&frame, dst, 4);
	for (i = 0; i < n; i++)
		fp->rx[fp->rx_count++] = fix_packet(f, frame.byte, frame.len);
}

/* Turns until a turn is idle; returns the packets handled. */
static uint32_t
run(struct fixture *f, uint64_t now_us)
{
	uint32_t n, sum = 0;

	while ((n = worker_run_once(&f->worker, now_us)) > 0)
		sum += n;
	return sum;
}

static void
test_forwards(void **state)
{
	struct fixture *f = fix_create();
	const struct port_counters *in = &f->counters.port[0];
	const struct port_counters *out = &f->counters.port[1];

	(void)state;
	arrive(f, "10.0.0.1", 77);
	assert_int_equal(run(f, 1000000), 77);
	assert_int_equal(f->port[1].sent_count, 77);
	assert_int_equal(in->in_packets, 77);
	assert_int_equal(in->in_octets, 77 * 60);
	assert_int_equal(in->in_drops, 0);
	assert_int_equal(out->out_packets, 77);
	assert_int_equal(out->out_octets, 77 * 46); /* without padding */
	assert_int_equal(f->counters.forwarded4, 77);
	assert_int_equal(f->counters.turns_busy, 3);
	assert_int_equal(f->counters.turns, 4);
	fix_destroy(f);
}

/* What the driver does not take is dropped, with its own reason. */
static void
test_tx_full(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	arrive(f, "10.0.0.1", 32);
	f->port[1].tx_room = 10;
	run(f, 1000000);
	assert_int_equal(f->port[1].sent_count, 10);
	assert_int_equal(f->counters.drop[DROP_TX_FULL], 22);
	assert_int_equal(f->counters.port[1].out_drops, 22);
	assert_int_equal(f->counters.port[1].out_packets, 10);
	assert_int_equal(f->counters.port[1].out_octets, 10 * 46);
	assert_int_equal(f->counters.port[0].in_drops, 0);
	assert_int_equal(f->pool.count, 22);
	fix_destroy(f);
}

static void
test_stopped_port(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	arrive(f, "10.0.0.1", 3);
	f->port[1].port.started = false;
	run(f, 1000000);
	assert_int_equal(f->counters.drop[DROP_LINK_DOWN], 3);
	assert_int_equal(f->counters.port[1].out_drops, 3);
	assert_int_equal(f->port[1].reclaims, 0);
	f->port[0].port.started = false;
	arrive(f, "10.0.0.1", 3);
	assert_int_equal(run(f, 1000000), 0);
	fix_destroy(f);
}

/* Buffers come home when nothing else is to do, and only then. */
static void
test_reclaims_when_idle(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	arrive(f, "10.0.0.1", 1);
	worker_run_once(&f->worker, 1000000);
	assert_int_equal(f->port[1].reclaims, 0);
	worker_run_once(&f->worker, 1000000);
	assert_int_equal(f->port[0].reclaims, 1);
	assert_int_equal(f->port[3].reclaims, 1);
	fix_destroy(f);
}

static void
test_no_dataplane(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	atomic_store(&f->worker.dataplane, NULL);
	arrive(f, "10.0.0.1", 40);
	assert_int_equal(run(f, 1000000), 40);
	assert_int_equal(f->counters.drop[DROP_INTERFACE], 40);
	assert_int_equal(f->counters.port[0].in_drops, 40);
	assert_int_equal(atomic_load(&f->worker.quiescent), 0);
	fix_destroy(f);
}

/* The generation that a turn began with, not the one published meanwhile. */
static void
test_quiescence(void **state)
{
	struct fixture *f = fix_create();
	struct dataplane next = f->dp;

	(void)state;
	worker_run_once(&f->worker, 1000000);
	assert_int_equal(atomic_load(&f->worker.quiescent), 1);
	next.generation = 2;
	atomic_store(&f->worker.dataplane, &next);
	assert_int_equal(atomic_load(&f->worker.quiescent), 1);
	worker_run_once(&f->worker, 1000000);
	assert_int_equal(atomic_load(&f->worker.quiescent), 2);
	fix_destroy(f);
}

static void
test_mailbox(void **state)
{
	struct fixture *f = fix_create();
	uint8_t bytes[60] = { 1, 2, 3 };
	struct pkt *p;
	uint32_t i;

	(void)state;
	for (i = 0; i < 100; i++) {
		p = fix_packet(f, bytes, sizeof(bytes));
		p->port = 2;
		assert_true(spsc_push(&f->mailbox, p));
	}
	assert_int_equal(run(f, 1000000), 100);
	assert_int_equal(f->port[2].sent_count, 100);
	assert_memory_equal(pkt_data(f->port[2].sent[0]), bytes, 60);
	assert_int_equal(f->counters.port[2].out_octets, 6000);
	assert_int_equal(f->counters.forwarded4, 0);
	fix_destroy(f);
}

static void
test_giveback(void **state)
{
	struct fixture *f = fix_create();
	uint8_t bytes[60] = { 0 };
	uint32_t i;

	(void)state;
	for (i = 0; i < 40; i++)
		spsc_push(&f->giveback, fix_packet(f, bytes, sizeof(bytes)));
	worker_run_once(&f->worker, 1000000);
	assert_int_equal(f->pool.count, 32);
	worker_run_once(&f->worker, 1000000);
	assert_int_equal(f->pool.count, 40);
	fix_destroy(f);
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
		run(f, now);
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

/* Asked at odd times, the rate is the same: fractions are kept. */
static void
test_meter_fractions(void **state)
{
	struct fixture *f = fix_create();
	uint64_t us, start = f->worker.now_us;

	(void)state;
	for (us = 1; us <= 2000000; us += 700) {
		arrive(f, "9.9.9.9", 1);
		worker_run_once(&f->worker, start + us);
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
	arrive(f, "9.9.9.9", 1);
	run(f, 0);
	assert_int_equal(f->counters.punt[PUNT_NO_ROUTE], 0);
	arrive(f, "9.9.9.9", 1);
	run(f, 1000);
	assert_int_equal(f->counters.punt[PUNT_NO_ROUTE], 1);
	fix_destroy(f);
}

static void
test_punt_ring_full(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	arrive(f, "192.0.2.1", 900);
	run(f, 1000000000);
	arrive(f, "192.0.2.1", 200);
	run(f, 1000000000);
	assert_int_equal(f->counters.punt[PUNT_LOCAL], FIX_RING);
	assert_int_equal(f->counters.drop[DROP_PUNT_FULL], 1100 - FIX_RING);
	assert_int_equal(f->pool.count, 1100 - FIX_RING);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forwards),
		cmocka_unit_test(test_tx_full),
		cmocka_unit_test(test_stopped_port),
		cmocka_unit_test(test_reclaims_when_idle),
		cmocka_unit_test(test_no_dataplane),
		cmocka_unit_test(test_quiescence),
		cmocka_unit_test(test_mailbox),
		cmocka_unit_test(test_giveback),
		cmocka_unit_test(test_meter_rate),
		cmocka_unit_test(test_meter_fractions),
		cmocka_unit_test(test_meter_at_start),
		cmocka_unit_test(test_punt_ring_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
