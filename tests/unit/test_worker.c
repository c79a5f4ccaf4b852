/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: tests/unit/net_fixture.c net/addr.c net/adjacency.c */
/* objects: net/fragment.c */
/* objects: net/forward.c net/link.c net/nexthop.c net/pool.c net/punt.c
 * net/spsc.c */
/* objects: net/verify.c */
/* objects: net/worker.c */
/*
 * The worker's loop: bursts in and out, rings, quiescence.
 */
#include "net/fate.h"
#include "tests/unit/net_fixture.h"

static void
test_forwards(void **state)
{
	struct fixture *f = fix_create();
	const struct port_counters *in = &f->counters.port[0];
	const struct port_counters *out = &f->counters.port[1];

	(void)state;
	fix_arrive(f, "10.0.0.1", 77);
	assert_int_equal(fix_run(f, 1000000), 77);
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
	fix_arrive(f, "10.0.0.1", 32);
	f->port[1].tx_room = 10;
	fix_run(f, 1000000);
	assert_int_equal(f->port[1].sent_count, 10);
	assert_int_equal(f->counters.drop[DROP_TX_FULL], 22);
	assert_int_equal(f->counters.port[1].out_drops, 22);
	assert_int_equal(f->counters.port[1].out_packets, 10);
	assert_int_equal(f->counters.port[1].out_octets, 10 * 46);
	assert_int_equal(f->counters.port[0].in_drops, 0);
	assert_int_equal(f->pool.count, 22);
	fix_destroy(f);
}

/* What core 0 does to a port, and then tells. */
static void
set_state(struct fixture *f, uint32_t port, enum port_state state)
{
	atomic_store(&f->port[port].port.state, state);
	atomic_fetch_add(&f->worker.epoch, 1);
}

static void
test_stopped_port(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	fix_arrive(f, "10.0.0.1", 3);
	set_state(f, 1, PORT_STOPPING);
	fix_run(f, 1000000);
	assert_int_equal(f->counters.drop[DROP_LINK_DOWN], 3);
	assert_int_equal(f->counters.port[1].out_drops, 3);
	assert_int_equal(f->port[1].reclaims, 0);
	set_state(f, 0, PORT_STOPPING);
	fix_arrive(f, "10.0.0.1", 3);
	assert_int_equal(fix_run(f, 1000000), 0);
	fix_destroy(f);
}

/* Drained before the epoch is announced, once each time that it ran. */
static void
test_drains_stopped_port(void **state)
{
	struct fixture *f = fix_create();
	uint32_t round, i;

	(void)state;
	for (round = 0; round < 3; round++) {
		set_state(f, 1, PORT_STARTED);
		fix_run(f, 1000000);
		set_state(f, 1, PORT_STOPPING);
		fix_run(f, 1000000);
		assert_int_equal(f->port[1].drains, round);
		set_state(f, 1, PORT_STOPPED);
		for (i = 0; i < 3; i++) {
			fix_run(f, 1000000);
			assert_int_equal(f->port[1].drains, round + 1);
			set_state(f, 1, PORT_STOPPED);
		}
	}
	assert_int_equal(f->port[0].drains, 0);
	fix_destroy(f);
}

/* Buffers come home when nothing else is to do, and only then. */
static void
test_reclaims_when_idle(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	fix_arrive(f, "10.0.0.1", 1);
	worker_run_once(&f->worker, 1000000, 0);
	assert_int_equal(f->port[1].reclaims, 0);
	worker_run_once(&f->worker, 1000000, 0);
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
	fix_arrive(f, "10.0.0.1", 40);
	assert_int_equal(fix_run(f, 1000000), 40);
	assert_int_equal(f->counters.drop[DROP_INTERFACE], 40);
	assert_int_equal(f->counters.port[0].in_drops, 40);
	assert_int_equal(atomic_load(&f->worker.quiescent), 0);
	fix_destroy(f);
}

/* The epoch that a turn began with, not the one begun meanwhile. */
static void
test_quiescence(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	worker_run_once(&f->worker, 1000000, 0);
	assert_int_equal(atomic_load(&f->worker.quiescent), 0);
	atomic_store(&f->worker.epoch, 1);
	worker_run_once(&f->worker, 1000000, 0);
	assert_int_equal(atomic_load(&f->worker.quiescent), 1);
	atomic_store(&f->worker.epoch, 2);
	assert_int_equal(atomic_load(&f->worker.quiescent), 1);
	worker_run_once(&f->worker, 1000000, 0);
	assert_int_equal(atomic_load(&f->worker.quiescent), 2);
	fix_destroy(f);
}

/* Free buffers in the pool. */
static void
give(struct fixture *f, uint32_t n)
{
	static const uint8_t nothing[60];

	while (n-- > 0)
		pool_put(&f->pool, fix_packet(f, nothing, sizeof(nothing)));
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
		assert_true(link_send(&f->mailbox, p));
	}
	/* A packet for a buffer: without one, none is taken. */
	assert_int_equal(fix_run(f, 1000000), 0);
	give(f, 40);
	assert_int_equal(fix_run(f, 1000000), 40);
	assert_int_equal(f->pool.count, 0);
	give(f, 61);
	assert_int_equal(fix_run(f, 1000000), 60);
	assert_int_equal(f->pool.count, 1);
	assert_int_equal(f->port[2].sent_count, 100);
	assert_memory_equal(pkt_data(f->port[2].sent[0]), bytes, 60);
	assert_int_equal(f->counters.port[2].out_octets, 6000);
	assert_int_equal(f->counters.forwarded4, 0);
	fix_destroy(f);
}

/* What core 0 took comes back as free buffers. */
static void
test_swap(void **state)
{
	struct fixture *f = fix_create();
	struct pkt *pkts[PKT_BURST], *slots[PKT_BURST];
	struct pool control = { .slot = slots, .capacity = PKT_BURST };
	uint32_t i;

	(void)state;
	give(f, PKT_BURST);
	control.count = pool_get_burst(&f->pool, slots, PKT_BURST);
	fix_arrive(f, "192.0.2.1", 20);
	fix_run(f, 1000000);
	assert_int_equal(link_take(&f->punt, &control, pkts, PKT_BURST), 20);
	assert_int_equal(control.count, PKT_BURST - 20);
	assert_int_equal(f->pool.count, 0);
	worker_run_once(&f->worker, 1000000, 0);
	assert_int_equal(f->pool.count, 20);
	for (i = 0; i < 20; i++)
		assert_ptr_not_equal(pkts[i], f->pool.slot[i]);
	pool_put_burst(&control, pkts, 20);
	pool_put_burst(&f->pool, slots, control.count);
	fix_destroy(f);
}

/* Time is a turn's from its begin to the next one's. */
static void
test_cycles(void **state)
{
	struct fixture *f = fix_create();

	(void)state;
	fix_arrive(f, "10.0.0.1", 40);
	worker_run_once(&f->worker, 1, 5000);
	assert_int_equal(f->counters.cycles_total, 0);
	worker_run_once(&f->worker, 2, 5100);
	worker_run_once(&f->worker, 3, 5110);
	worker_run_once(&f->worker, 4, 5111);
	assert_int_equal(f->counters.cycles_total, 111);
	assert_int_equal(f->counters.cycles_busy, 110);
	assert_int_equal(f->counters.packets, 40);
	assert_int_equal(f->counters.turns, 4);
	assert_int_equal(f->counters.turns_busy, 2);
	fix_destroy(f);
}

static void
wake(void *arg)
{
	++*(uint32_t *)arg;
}

static void
idle(struct worker *w, uint32_t turns)
{
	while (turns-- > 0)
		assert_int_equal(worker_run_once(w, 1, 0), 0);
}

/* Buffers to get, turns to make, a new epoch, a frame to send: it stays. */
static void
stays_awake(struct fixture *f)
{
	struct worker *w = &f->worker;
	uint8_t bytes[60] = { 0 };
	struct pkt *p;

	idle(w, 2);
	assert_int_equal(worker_may_rest(w), WORKER_STAYS);
	give(f, 2); /* back too late for the rings of that turn */
	assert_int_equal(worker_may_rest(w), WORKER_STAYS);
	fix_arrive(f, "10.0.0.1", 1);
	worker_run_once(w, 1, 0);
	idle(w, 1);
	assert_int_equal(worker_may_rest(w), WORKER_STAYS);
	idle(w, 1);
	atomic_store(&w->epoch, 2);
	assert_int_equal(worker_may_rest(w), WORKER_STAYS);
	idle(w, 1);
	p = fix_packet(f, bytes, sizeof(bytes));
	p->port = 2;
	assert_true(link_send(&f->mailbox, p));
	assert_int_equal(worker_may_rest(w), WORKER_STAYS);
	assert_int_equal(atomic_load(&w->quiescent), 2);
}

static void
test_rest(void **state)
{
	struct fixture *f = fix_create();
	struct worker *w = &f->worker;
	uint32_t woken = 0, i;

	(void)state;
	w->bell.wake = wake;
	w->bell.arg = &woken;
	f->mailbox.bell = &w->bell;
	atomic_store(&w->epoch, 1);
	stays_awake(f);
	link_ring(&f->mailbox);
	assert_int_equal(woken, 0);
	worker_run_once(w, 1, 0);
	idle(w, 2);
	assert_int_equal(f->counters.sleeps, 0);
	/* No NIC can wake it until each has been told how. */
	assert_int_equal(worker_may_rest(w), WORKER_NAPS);
	worker_woken(w);
	for (i = 0; i < FIX_PORTS; i++) {
		f->port[i].arms = 0;
		f->port[i].port.message[0].address = 1;
	}
	atomic_store(&f->port[3].port.state, PORT_STOPPING);
	assert_int_equal(worker_may_rest(w), WORKER_SLEEPS);
	assert_int_equal(f->port[0].arms, 1);
	assert_int_equal(f->port[3].arms, 0);
	assert_int_equal(f->counters.sleeps, 2);
	/* Asleep it holds nothing, but has not drained what comes later. */
	assert_int_equal(atomic_load(&w->quiescent), WORKER_ASLEEP | 2);
	link_ring(&f->mailbox);
	link_ring(&f->mailbox);
	assert_int_equal(woken, 1); /* one ring is enough */
	worker_woken(w);
	assert_int_equal(atomic_load(&w->quiescent), 2);
	fix_destroy(f);
}

/* Port 1's worker takes what waits for it; returns how many. */
static uint32_t
take_over(struct fixture *f, struct link *over)
{
	struct pkt *pkts[PKT_BURST];
	uint32_t i, n, seen = 0;

	while ((n = link_take(over, &f->pool, pkts, PKT_BURST)) > 0)
		for (i = 0; i < n; i++, seen++) {
			assert_int_equal(pkts[i]->port, 1);
			f->port[1].sent[f->port[1].sent_count++] = pkts[i];
		}
	return seen;
}

/* Port 1 is another worker's: frames for it go there in bursts. */
static void
test_hand_over(void **state)
{
	struct fixture *f = fix_create();
	struct pkt *slots[2 * 64];
	uint32_t woken = 0;
	struct bell bell = { .wake = wake, .arg = &woken };
	struct link over;

	(void)state;
	link_init(&over, slots, 64, &bell);
	f->worker.outbox[f->worker.outbox_count++] = &over;
	f->worker.tx[1].link = &over;
	fix_arrive(f, "10.0.0.1", 90);
	bell_set(&bell);
	fix_run(f, 1000000);
	assert_int_equal(woken, 1);
	assert_int_equal(f->port[1].sent_count, 0);
	assert_int_equal(f->counters.port[1].out_packets, 0);
	assert_int_equal(f->counters.forwarded4, 90);
	assert_int_equal(f->counters.drop[DROP_TX_FULL], 90 - 64);
	assert_int_equal(f->counters.port[1].out_drops, 90 - 64);
	assert_int_equal(f->pool.count, 90 - 64);
	assert_int_equal(f->port[1].reclaims, 0); /* nor is it drained */
	set_state(f, 1, PORT_STOPPED);
	worker_run_once(&f->worker, 1000000, 0);
	assert_int_equal(f->port[1].drains, 0);
	/* The owner's free buffers come back for them. */
	assert_int_equal(take_over(f, &over), 26);
	worker_run_once(&f->worker, 1000000, 0);
	assert_int_equal(f->pool.count, 26);
	take_over(f, &over);
	worker_run_once(&f->worker, 1000000, 0);
	take_over(f, &over);
	worker_run_once(&f->worker, 1000000, 0);
	assert_int_equal(f->port[1].sent_count, 64);
	assert_int_equal(f->pool.count, 26);
	fix_destroy(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forwards),
		cmocka_unit_test(test_tx_full),
		cmocka_unit_test(test_stopped_port),
		cmocka_unit_test(test_drains_stopped_port),
		cmocka_unit_test(test_reclaims_when_idle),
		cmocka_unit_test(test_no_dataplane),
		cmocka_unit_test(test_quiescence),
		cmocka_unit_test(test_mailbox),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_hand_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
