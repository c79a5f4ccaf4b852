/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c net/adjacency.c net/forward.c net/link.c net/nexthop.c */
/* objects: net/fragment.c net/pool.c net/punt.c net/spsc.c net/worker.c */
/* objects: net/verify.c */
/* wrap: spsc_push */
/*
 * Limits that several workers share: what core 0 admits of what their gates let
 * through is one rate and one burst, whoever polls what. Time is the test's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/wire.h"
#include "net/worker.h"

enum {
	WORKERS = 4,
	RING = 512,
	BUFFERS = 2 * RING, /* of each core */
	SPACE = PKT_META + PKT_HEADROOM + 64,
	STEP_US = 250, /* between two offers */
	SECOND_US = 1000000,
};

struct lane {
	struct worker worker;
	struct punt_gate gate;
	struct counters counters;
	struct pool pool;
	struct link link;
	struct pkt *slot[BUFFERS], *ring[2 * RING];
};

struct world {
	struct lane lane[WORKERS];
	struct dataplane dp;
	struct punt_police police;
	struct pool pool; /* core 0's */
	struct pkt *slot[BUFFERS];
	uint8_t (*memory)[SPACE];
	uint64_t now_us;
	uint64_t offered, refused; /* by core 0 */
	uint64_t admitted[256];    /* by the last byte of the source */
};

static bool reuse;

bool __real_spsc_push(struct spsc *r, struct pkt *p);
bool __wrap_spsc_push(struct spsc *r, struct pkt *p);

/* Core 0 is fast: the buffer is another packet's already. */
bool
__wrap_spsc_push(struct spsc *r, struct pkt *p)
{
	if (!__real_spsc_push(r, p))
		return false;
	if (reuse) {
		p->punt = PUNT_MTU;
		p->source = (p->source + 1) % PUNT_SOURCES;
	}
	return true;
}

static void
fill_pool(struct pool *pool, struct pkt **slot, uint8_t (*memory)[SPACE])
{
	pool->slot = slot;
	pool->capacity = BUFFERS;
	for (uint32_t i = 0; i < BUFFERS; i++)
		pool_put(pool, (void *)memory[i]);
}

static int
setup(void **state)
{
	struct world *t = aligned_alloc(64, sizeof(*t));

	memset(t, 0, sizeof(*t));
	t->memory = calloc((WORKERS + 1) * (size_t)BUFFERS, SPACE);
	t->now_us = SECOND_US;
	fill_pool(&t->pool, t->slot, t->memory + WORKERS * BUFFERS);
	for (uint32_t i = 0; i < WORKERS; i++) {
		struct lane *lane = &t->lane[i];
		struct worker *w = &lane->worker;

		fill_pool(&lane->pool, lane->slot, t->memory + i * BUFFERS);
		link_init(&lane->link, lane->ring, RING, NULL);
		w->id = i;
		w->pool = &lane->pool;
		w->counters = &lane->counters;
		w->punt = &lane->link;
		w->gate = &lane->gate;
		atomic_store(&w->dataplane, &t->dp);
	}
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct world *t = *state;

	free(t->memory);
	free(t);
	return 0;
}

static void
limit(struct world *t, enum punt_reason reason, uint32_t rate, uint32_t burst)
{
	t->dp.punt[0].limit[reason] = bucket_limit(rate, burst);
}

/* One packet, of a source, comes to a worker by port 0. */
static void
offer(struct world *t, uint32_t lane, enum punt_reason reason, uint8_t source)
{
	struct worker *w = &t->lane[lane].worker;
	struct pkt *p = pool_get(w->pool);
	struct ip4_hdr ip = { .version_ihl = 0x45,
		.src = { 10, 0, 0, source } };

	assert_non_null(p);
	p->len = 60;
	p->l3 = sizeof(struct eth_hdr);
	p->port = 0;
	p->iface = 0;
	memcpy(pkt_data(p) + p->l3, &ip, sizeof(ip));
	t->offered++;
	worker_punt(w, p, reason);
}

/* Core 0 takes its turn with one worker's link. */
static void
drain(struct world *t, uint32_t from)
{
	struct lane *lane = &t->lane[from];
	struct pkt *pkts[PKT_BURST];
	uint32_t n;

	while ((n = link_take(&lane->link, &t->pool, pkts, PKT_BURST)) > 0) {
		for (uint32_t i = 0; i < n; i++) {
			struct pkt *p = pkts[i];
			const uint8_t *ip = pkt_data(p) + p->l3;

			if (punt_admit(&t->police, p,
				&t->dp.punt[p->port].limit[p->punt]))
				t->admitted[ip[15]]++;
			else
				t->refused++;
			pool_put(&t->pool, p);
		}
		punt_collect(&lane->worker);
	}
}

static void
drain_all(struct world *t)
{
	for (uint32_t i = 0; i < WORKERS; i++)
		drain(t, i);
}

static void
advance(struct world *t, uint64_t us)
{
	t->now_us += us;
	for (uint32_t i = 0; i < WORKERS; i++)
		t->lane[i].worker.now_us = t->now_us;
}

static uint64_t
admitted(const struct world *t)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 256; i++)
		sum += t->admitted[i];
	return sum;
}

/* Each packet has one fate, and each buffer its home. */
static void
check_sum(struct world *t)
{
	uint64_t dropped = 0, sent = 0;

	for (uint32_t i = 0; i < WORKERS; i++) {
		const struct lane *lane = &t->lane[i];

		for (uint32_t k = 0; k < PUNT_REASON_COUNT; k++) {
			dropped += lane->counters.port[0].refused[k];
			sent += lane->counters.punt[k];
		}
		assert_int_equal(lane->counters.drop[DROP_PUNT_FULL], 0);
		assert_int_equal(lane->pool.count, BUFFERS);
	}
	assert_int_equal(sent, admitted(t) + t->refused);
	assert_int_equal(t->offered, sent + dropped);
	assert_int_equal(t->pool.count, BUFFERS);
}

static const struct punt_rate rates[] = {
	{ 1, 1 },
	{ 7, 3 },
	{ 100, 20 },
	{ 300, 4 },
	{ 1000, 128 },
	{ 3000, 256 },
	{ 20000, 2000 },
};

/*
 * For some seconds, `lanes` workers are each offered four times the rate. All
 * sources send, or one. So much is to be admitted, within one packet.
 */
static void
check_rate(struct world *t, const struct punt_rate *rate, uint32_t lanes,
    enum punt_reason reason)
{
	enum { SECONDS = 4 };
	uint64_t before = admitted(t), due = 0, want;
	uint8_t turn = 0;

	limit(t, reason, rate->rate, rate->burst);
	advance(t, 20000ull * SECOND_US);     /* full */
	due = 4ull * rate->burst * SECOND_US; /* already */
	for (uint32_t us = 0; us <= SECONDS * SECOND_US; us += STEP_US) {
		for (; due >= SECOND_US; due -= SECOND_US) {
			for (uint32_t i = 0; i < lanes; i++)
				offer(t, i, reason,
				    reason == PUNT_MTU ? 1 : turn);
			turn++;
			/* in time, for the link has places for some only */
			if (turn % 32 == 0)
				drain_all(t);
		}
		drain_all(t);
		due += 4ull * rate->rate * STEP_US;
		if (us < SECONDS * SECOND_US)
			advance(t, STEP_US);
	}
	want = (uint64_t)rate->rate * SECONDS + rate->burst;
	assert_in_range(admitted(t) - before, want - 1, want + 1);
	check_sum(t);
}

static void
check_rates(struct world *t, uint32_t lanes, enum punt_reason reason)
{
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		check_rate(t, &rates[i], lanes, reason);
}

/* One flow, and so one worker of four, has the whole of it. */
static void
test_one_flow(void **state)
{
	struct world *t = *state;

	check_rates(t, 1, PUNT_MTU);
	/* its gate alone decided */
	assert_int_equal(t->refused, 0);
}

/* Four flows on four workers have no more together. */
static void
test_four_flows(void **state)
{
	struct world *t = *state;

	check_rates(t, WORKERS, PUNT_MTU);
	assert_true(t->refused > 0);
}

static void
test_many_sources(void **state)
{
	check_rates(*state, 1, PUNT_TTL);
	check_rates(*state, 2, PUNT_NO_ROUTE);
	check_rates(*state, WORKERS, PUNT_TTL);
}

/* Other reasons and ports have their own. */
static void
test_apart(void **state)
{
	struct world *t = *state;
	struct pkt p = { .port = 1, .punt = PUNT_MTU };

	limit(t, PUNT_MTU, 10, 5);
	limit(t, PUNT_REJECT, 10, 5);
	t->dp.punt[1] = t->dp.punt[0];
	advance(t, 1);
	for (uint32_t i = 0; i < WORKERS; i++)
		for (uint32_t k = 0; k < 8; k++)
			offer(t, i, PUNT_MTU, 1);
	drain_all(t);
	assert_int_equal(admitted(t), 5);
	assert_int_equal(t->refused, 15);
	for (uint32_t k = 0; k < 8; k++)
		offer(t, 3, PUNT_REJECT, (uint8_t)(10 + k));
	drain_all(t);
	assert_int_equal(admitted(t), 10);
	p.punt_us = t->now_us;
	assert_true(punt_admit(&t->police, &p, &t->dp.punt[1].limit[PUNT_MTU]));
}

/*
 * Workers are not in step, and core 0 comes late: what waited meanwhile is
 * judged by the time at which it came. Never is there more than the rate.
 */
static void
test_late(void **state)
{
	const struct punt_rate rate = { 1000, 50 };
	const uint64_t seconds = 8, want = 1000 * seconds + 50;
	struct world *t = *state;
	uint64_t begun, turn = 0;

	limit(t, PUNT_MTU, rate.rate, rate.burst);
	advance(t, SECOND_US);
	begun = t->now_us;
	while (t->now_us < begun + seconds * SECOND_US) {
		advance(t, 100);
		turn++;
		for (uint32_t i = 0; i < WORKERS; i++)
			offer(t, i, PUNT_MTU, 1);
		/* one link after the other, and seldom the last two */
		drain(t, turn % 2);
		if (turn % 400 == 0)
			drain(t, 2 + turn / 400 % 2);
	}
	drain_all(t);
	/* but for what came while core 0 looked at later ones */
	assert_in_range(admitted(t), want - 2, want + 1);
	check_sum(t);
}

/* A clock that goes back brings no token twice. */
static void
test_time_goes_back(void **state)
{
	struct world *t = *state;

	limit(t, PUNT_MTU, 1000, 10);
	advance(t, SECOND_US);
	for (uint32_t k = 0; k < 1000; k++) {
		struct worker *w = &t->lane[k % 2].worker;

		w->now_us = t->now_us + (k % 2 ? 0 : 5000) + k / 10;
		offer(t, k % 2, PUNT_MTU, 1);
		drain(t, k % 2);
	}
	/* 0.1 ms passed since the first */
	assert_in_range(admitted(t), 10, 11);
}

/*
 * One source scans: RSS gives its flows to all workers, and each gate lets its
 * half of the rate through. Together it has half of it all the same (and of the
 * burst when hashes change), and another source loses nothing.
 */
static void
test_source(void **state)
{
	const uint32_t seconds = 20, steps = SECOND_US / STEP_US;
	struct world *t = *state;
	uint32_t asked = 0;

	limit(t, PUNT_NEIGHBOR, 1000, 128);
	for (uint32_t step = 0; step < seconds * steps; step++) {
		advance(t, STEP_US);
		for (uint32_t i = 0; i < WORKERS; i++)
			for (uint32_t k = 0; k < 2; k++)
				offer(t, i, PUNT_NEIGHBOR, 1);
		if (step % 20 == 0) {
			offer(t, step / 20 % WORKERS, PUNT_NEIGHBOR, 2);
			asked++;
		}
		drain_all(t);
	}
	assert_in_range(
	    t->admitted[1], seconds * 500, seconds * 500 + (seconds + 2) * 64);
	/* now and then it has the other one's hash for a second */
	assert_in_range(t->admitted[2], asked * 9 / 10, asked);
	check_sum(t);
}

/* A gate charges who sent the packet, not who is in its buffer now. */
static void
test_reused(void **state)
{
	struct world *t = *state;
	const struct counters *c = &t->lane[0].counters;

	limit(t, PUNT_NEIGHBOR, 1000, 128);
	advance(t, SECOND_US);
	reuse = true;
	for (uint32_t k = 0; k < 100; k++)
		offer(t, 0, PUNT_NEIGHBOR, 1);
	reuse = false;
	assert_int_equal(c->punt[PUNT_NEIGHBOR], 64);
	assert_int_equal(c->port[0].refused[PUNT_NEIGHBOR], 36);
	drain_all(t);
	check_sum(t);
}

/* None at all, and no limit at all. */
static void
test_ends(void **state)
{
	struct world *t = *state;

	limit(t, PUNT_REJECT, 0, 100);
	advance(t, SECOND_US);
	for (uint32_t k = 0; k < 100; k++) {
		offer(t, k % WORKERS, PUNT_REJECT, (uint8_t)k);
		offer(t, k % WORKERS, PUNT_TTL, 1);
	}
	drain_all(t);
	assert_int_equal(admitted(t), 100);
	assert_int_equal(t->refused, 0);
	check_sum(t);
}

#define POLICE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		POLICE_TEST(test_one_flow),
		POLICE_TEST(test_four_flows),
		POLICE_TEST(test_many_sources),
		POLICE_TEST(test_apart),
		POLICE_TEST(test_late),
		POLICE_TEST(test_time_goes_back),
		POLICE_TEST(test_source),
		POLICE_TEST(test_reused),
		POLICE_TEST(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
