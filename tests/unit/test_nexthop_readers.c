/* SPDX-License-Identifier: BSD-2-Clause */
/* sanitize: thread */
/* objects: net/nexthop.c */
/*
 * Readers that pick next hops while core 0 changes them and uses groups again.
 *
 * An adjacency says whose it is: the entry, the version of its configuration,
 * the way. So a reader knows what it may not see.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/nexthop.h"

enum {
	ENTRIES = 8,
	GROUPS = 4, /* three of use: they change hands all the time */
	READERS = 2,
	CHANGES = 20000,
	RECLAIMS = 100,
	VERSION_MASK = 0xfffff,
};

static struct nexthop_table table;
static uint64_t random_state = 88172645463325252ull;

/* xorshift64 */
static uint32_t
below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)((random_state >> 32) * n >> 32);
}

struct reader {
	pthread_t thread;
	_Atomic uint64_t quiescent;
	uint64_t picks, wrong;
	uint64_t random;
};

static struct reader readers[READERS];
static _Atomic uint64_t epoch;
static _Atomic uint32_t version[ENTRIES]; /* stored after it is in force */
static _Atomic bool stop;

static uint32_t
adjacency(uint32_t index, uint32_t v, uint32_t way)
{
	return index << 24 | (v & VERSION_MASK) << 4 | way;
}

/* What was read between the two versions is of one that was in force. */
static bool
is_right(uint32_t adj, uint32_t index, uint32_t before, uint32_t after)
{
	uint32_t v = ((adj >> 4) - before) & VERSION_MASK;

	return adj >> 24 == index && v <= after + 1 - before;
}

static void
read_one(struct reader *r)
{
	uint32_t index, before, after, adj;
	struct nexthop n;

	r->random = r->random * 6364136223846793005ull + 1442695040888963407ull;
	index = 1 + (uint32_t)(r->random >> 40) % (ENTRIES - 1);
	before = atomic_load(&version[index]);
	n = nexthop_read(&table, index);
	if (n.type == NEXTHOP_GROUP)
		adj = nexthop_pick(
		    &table, n.index, (uint32_t)(r->random >> 32));
	else if (n.type == NEXTHOP_VIA)
		adj = n.index;
	else
		return;
	after = atomic_load(&version[index]);
	r->picks++;
	r->wrong += !is_right(adj, index, before, after);
}

static void *
read_all(void *arg)
{
	struct reader *r = arg;

	while (!atomic_load(&stop)) {
		atomic_store(&r->quiescent, atomic_load(&epoch));
		for (uint32_t i = 0; i < 32; i++)
			read_one(r);
	}
	return NULL;
}

static bool
settled(void)
{
	for (uint32_t i = 0; i < READERS; i++)
		if (atomic_load(&readers[i].quiescent) < atomic_load(&epoch))
			return false;
	return true;
}

/* Other ways altogether, or others of them alive. */
static void
change(uint32_t index, uint32_t count[ENTRIES])
{
	uint32_t v = atomic_load(&version[index]);
	struct nexthop none = { .type = NEXTHOP_NONE };
	struct nexthop_ways w;

	if (below(2) == 0) {
		v++;
		count[index] = 1 + below(4);
	}
	w.count = count[index];
	for (uint32_t i = 0; i < w.count; i++)
		w.adj[i] = adjacency(index, v, i);
	if (!nexthop_set_ways(&table, index, &w, below(1u << w.count)))
		nexthop_set(&table, index, &none);
	atomic_store(&version[index], v);
}

static void
test_readers(void **state)
{
	uint32_t count[ENTRIES] = { 0 };
	uint32_t reclaims = 0;
	bool parked = false;
	void *memory = aligned_alloc(64, nexthop_memory(ENTRIES, GROUPS));

	(void)state;
	nexthop_table_init(&table, memory, ENTRIES, GROUPS);
	for (uint32_t i = 0; i < READERS; i++) {
		readers[i].random = i + 1;
		assert_int_equal(pthread_create(&readers[i].thread, NULL,
				     read_all, &readers[i]),
		    0);
	}
	for (uint32_t i = 0; i < CHANGES || reclaims < RECLAIMS; i++) {
		change(1 + below(ENTRIES - 1), count);
		if (parked && settled()) {
			nexthop_reclaim(&table);
			parked = false;
			reclaims++;
		}
		if (!parked && nexthop_must_park(&table)) {
			nexthop_park(&table);
			atomic_fetch_add(&epoch, 1);
			parked = true;
		}
	}
	atomic_store(&stop, true);
	for (uint32_t i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		assert_int_not_equal(readers[i].picks, 0);
		assert_int_equal(readers[i].wrong, 0);
	}
	free(memory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
