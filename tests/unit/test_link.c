/* SPDX-License-Identifier: BSD-2-Clause */
/* sanitize: thread */
/* objects: net/link.c net/pool.c net/spsc.c */
/*
 * The link: swaps, what it does when either side has none, and two cores of
 * which one sleeps whenever it can.
 */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/link.h"

enum { SIZE = 16, BUFFERS = 40, MESSAGES = 100000 };

struct core {
	struct pool pool;
	struct pkt *slot[BUFFERS];
	void *region;
};

static struct pkt *slots[2 * SIZE];
static struct core giver, taker;
static struct link line;
static sem_t wake;

static void
setup_core(struct core *c)
{
	c->region = aligned_alloc(
	    POOL_BLOCK, pool_region_size(BUFFERS, PKT_ROOM));
	pool_init(&c->pool, c->slot, c->region, BUFFERS, PKT_ROOM);
}

static int
setup(void **state)
{
	(void)state;
	assert_int_equal(link_slots(SIZE), sizeof(slots) / sizeof(slots[0]));
	setup_core(&giver);
	setup_core(&taker);
	link_init(&line, slots, SIZE, NULL);
	return 0;
}

/* Both have as many as they began with, and each one once. */
static int
teardown(void **state)
{
	(void)state;
	link_collect(&line, &giver.pool);
	assert_int_equal(giver.pool.count, BUFFERS);
	assert_int_equal(taker.pool.count, BUFFERS);
	for (uint32_t i = 0; i < BUFFERS; i++)
		pool_get(&giver.pool)->len = 1;
	for (uint32_t i = 0; i < BUFFERS; i++)
		assert_int_equal(pool_get(&taker.pool)->len, 0);
	free(giver.region);
	free(taker.region);
	return 0;
}

static void
send(uint32_t n)
{
	while (n-- > 0)
		assert_true(link_send(&line, pool_get(&giver.pool)));
}

static uint32_t
take(uint32_t most)
{
	struct pkt *pkts[PKT_BURST];
	uint32_t n = link_take(&line, &taker.pool, pkts, most);

	pool_put_burst(&taker.pool, pkts, n);
	return n;
}

static void
swaps_one_for_one(void **state)
{
	struct pkt *p = pool_get(&giver.pool), *got[PKT_BURST];
	struct pkt *spare = taker.slot[BUFFERS - 1];

	(void)state;
	assert_false(link_waiting(&line));
	assert_true(link_send(&line, p));
	assert_true(link_waiting(&line));
	assert_int_equal(giver.pool.count, BUFFERS - 1);
	assert_int_equal(link_take(&line, &taker.pool, got, PKT_BURST), 1);
	assert_ptr_equal(got[0], p);
	assert_int_equal(taker.pool.count, BUFFERS - 1);
	link_collect(&line, &giver.pool);
	assert_int_equal(giver.pool.count, BUFFERS);
	assert_ptr_equal(giver.slot[BUFFERS - 1], spare);
	pool_put(&taker.pool, p);
}

static void
a_full_link_takes_no_more(void **state)
{
	struct pkt *pkts[PKT_BURST];

	(void)state;
	assert_int_equal(pool_get_burst(&giver.pool, pkts, 20), 20);
	assert_int_equal(link_send_burst(&line, pkts, 20), SIZE);
	assert_false(link_send(&line, pkts[SIZE]));
	assert_int_equal(link_send_burst(&line, pkts + SIZE, 4), 0);
	pool_put_burst(&giver.pool, pkts + SIZE, 4);
	assert_int_equal(take(PKT_BURST), SIZE);
	/* The giver does not collect: the way back is full, too. */
	send(3);
	assert_int_equal(take(PKT_BURST), 0);
	link_collect(&line, &giver.pool);
	assert_int_equal(take(PKT_BURST), 3);
}

static void
a_taker_without_buffers_takes_none(void **state)
{
	struct pkt *hoard[BUFFERS];

	(void)state;
	send(5);
	assert_int_equal(
	    pool_get_burst(&taker.pool, hoard, BUFFERS - 2), BUFFERS - 2);
	assert_int_equal(take(PKT_BURST), 2);
	assert_int_equal(take(PKT_BURST), 2); /* those that it gave back */
	pool_put_burst(&taker.pool, hoard, BUFFERS - 2);
	assert_int_equal(take(PKT_BURST), 1);
}

/* Core 0 alone: giver and taker share a pool. */
static void
one_pool_does(void **state)
{
	struct pkt *pkts[PKT_BURST];
	uint32_t i, n;

	(void)state;
	for (i = 0; i < 10; i++) {
		send(SIZE);
		n = link_take(&line, &giver.pool, pkts, PKT_BURST);
		assert_int_equal(n, SIZE);
		pool_put_burst(&giver.pool, pkts, n);
		link_collect(&line, &giver.pool);
		assert_int_equal(giver.pool.count, BUFFERS);
	}
}

static void
ring(void *arg)
{
	sem_post(arg);
}

static void *
run_giver(void *arg)
{
	uint32_t sent = 0;

	(void)arg;
	while (sent < MESSAGES) {
		struct pkt *p;

		link_collect(&line, &giver.pool);
		p = pool_get(&giver.pool);
		if (p == NULL)
			continue;
		p->hash = sent;
		if (link_send(&line, p)) {
			sent++;
			link_ring(&line);
		} else {
			pool_put(&giver.pool, p);
		}
	}
	/* The last ones are taken only against room for what comes back. */
	while (link_waiting(&line))
		link_collect(&line, &giver.pool);
	return NULL;
}

/* Sleeps until it is rung for: a lost ring would stop this test for good. */
static void
nothing_is_lost_asleep(void **state)
{
	struct bell bell = { .wake = ring, .arg = &wake };
	struct pkt *pkts[4];
	uint32_t seen = 0, wrong = 0, sleeps = 0, n, i;
	pthread_t thread;

	(void)state;
	sem_init(&wake, 0, 0);
	line.bell = &bell;
	pthread_create(&thread, NULL, run_giver, NULL);
	while (seen < MESSAGES) {
		n = link_take(&line, &taker.pool, pkts, 4);
		for (i = 0; i < n; i++)
			wrong += pkts[i]->hash != seen++;
		pool_put_burst(&taker.pool, pkts, n);
		if (n > 0)
			continue;
		bell_set(&bell);
		if (!link_waiting(&line)) {
			sem_wait(&wake);
			sleeps++;
		}
		bell_clear(&bell);
	}
	pthread_join(thread, NULL);
	assert_int_equal(wrong, 0);
	assert_true(sleeps > 0);
	sem_destroy(&wake);
}

int
main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(swaps_one_for_one),
		TEST(a_full_link_takes_no_more),
		TEST(a_taker_without_buffers_takes_none),
		TEST(one_pool_does),
		TEST(nothing_is_lost_asleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
