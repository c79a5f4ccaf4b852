/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: net/adjacency.c net/addr.c */
/*
 * Adjacencies against a plain list, and readers that never stop.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/adjacency.h"

enum { CAPACITY = 64, BUCKETS = 8, KEYS = 100, ROUNDS = 20000 };

struct world {
	struct adj_table table;
	struct adj entry[CAPACITY];
	_Atomic uint32_t bucket[BUCKETS];
};

static void
setup(struct world *w)
{
	memset(w, 0, sizeof(*w));
	adj_table_init(&w->table, w->entry, CAPACITY, w->bucket, BUCKETS, 1);
}

/* Key `i`: both families, and the same address on two interfaces. */
static uint16_t
make_key(uint32_t i, struct ip_addr *a)
{
	memset(a, 0, sizeof(*a));
	a->family = i % 3 == 0 ? IP6 : IP4;
	a->byte[0] = 10;
	a->byte[a->family == IP6 ? 15 : 3] = (uint8_t)(i / 2);
	return i % 2;
}

static void
test_life(void **state)
{
	static const uint8_t mac[ETH_ALEN] = { 2, 3, 4, 5, 6, 0xff };
	uint8_t got[ETH_ALEN];
	struct world w;
	struct ip_addr a;
	uint16_t iface;
	uint32_t adj;

	(void)state;
	setup(&w);
	iface = make_key(1, &a);
	assert_int_equal(adj_find(&w.table, iface, IP4, a.byte), ADJ_NONE);
	adj = adj_add(&w.table, iface, &a);
	assert_int_not_equal(adj, ADJ_NONE);
	assert_int_equal(adj_add(&w.table, iface, &a), adj);
	assert_int_equal(w.table.count, 1);
	assert_int_equal(adj_find(&w.table, iface, IP4, a.byte), adj);
	assert_int_equal(adj_find(&w.table, 7, IP4, a.byte), ADJ_NONE);
	assert_int_equal(adj_find(&w.table, iface, IP6, a.byte), ADJ_NONE);
	assert_false(adj_link(&w.table, adj) & ADJ_VALID);

	adj_set_mac(&w.table, adj, mac);
	assert_true(adj_link(&w.table, adj) & ADJ_VALID);
	adj_link_mac(adj_link(&w.table, adj), got);
	assert_memory_equal(got, mac, ETH_ALEN);
	adj_invalidate(&w.table, adj);
	assert_false(adj_link(&w.table, adj) & ADJ_VALID);

	adj_set_mac(&w.table, adj, mac);
	adj_remove(&w.table, adj);
	adj_remove(&w.table, adj); /* once is enough */
	assert_int_equal(w.table.count, 0);
	assert_int_equal(adj_find(&w.table, iface, IP4, a.byte), ADJ_NONE);
	assert_false(adj_link(&w.table, adj) & ADJ_VALID);
	adj_park(&w.table);
	adj_reclaim(&w.table);
	assert_int_equal(adj_add(&w.table, iface, &a), adj);
}

/* A full table refuses; parked entries are not free before they are. */
static void
test_full(void **state)
{
	struct world w;
	struct ip_addr a;
	uint16_t iface;
	uint32_t i;

	(void)state;
	setup(&w);
	for (i = 0; i < CAPACITY - 1; i++) {
		iface = make_key(i, &a);
		assert_int_not_equal(adj_add(&w.table, iface, &a), ADJ_NONE);
	}
	iface = make_key(i, &a);
	assert_int_equal(adj_add(&w.table, iface, &a), ADJ_NONE);
	adj_remove(&w.table, 1);
	adj_remove(&w.table, 2);
	assert_int_equal(adj_add(&w.table, iface, &a), ADJ_NONE);
	adj_park(&w.table);
	adj_reclaim(&w.table);
	assert_int_not_equal(adj_add(&w.table, iface, &a), ADJ_NONE);
	assert_int_equal(w.table.count, CAPACITY - 2);
}

/* A reader that stands on an entry as it is removed finds the rest. */
static void
test_chain_stays_whole(void **state)
{
	struct world w;
	struct ip_addr a;
	uint32_t i, at, kept;
	uint16_t iface;

	(void)state;
	setup(&w);
	for (i = 0; i < CAPACITY - 1; i++) {
		iface = make_key(i, &a);
		adj_add(&w.table, iface, &a);
	}
	at = atomic_load(&w.bucket[0]);
	kept = atomic_load(&w.entry[at].next);
	assert_int_not_equal(kept, ADJ_NONE);
	adj_remove(&w.table, at);
	assert_int_equal(atomic_load(&w.entry[at].next), kept);
	assert_int_equal(atomic_load(&w.bucket[0]), kept);
	at = kept;
	adj_remove(&w.table, at);
	assert_int_equal(
	    atomic_load(&w.entry[at].next), atomic_load(&w.bucket[0]));
}

static void
test_random(void **state)
{
	uint32_t oracle[KEYS] = { 0 }, live = 0, round, k, adj;
	struct world w;
	struct ip_addr a;
	uint16_t iface;

	(void)state;
	srand(1);
	setup(&w);
	for (round = 0; round < ROUNDS; round++) {
		k = (uint32_t)rand() % KEYS;
		iface = make_key(k, &a);
		adj = adj_find(&w.table, iface, a.family, a.byte);
		assert_int_equal(adj, oracle[k]);
		if (adj != ADJ_NONE && rand() % 2) {
			adj_remove(&w.table, adj);
			oracle[k] = ADJ_NONE;
			live--;
		} else if (adj == ADJ_NONE) {
			oracle[k] = adj_add(&w.table, iface, &a);
			live += oracle[k] != ADJ_NONE;
		}
		if (rand() % 16 == 0)
			adj_park(&w.table);
		adj_reclaim(&w.table);
		assert_int_equal(w.table.count, live);
	}
}

enum { READER_KEYS = 40, READER_ROUNDS = 2000 };

struct reader {
	struct world *w;
	atomic_bool stop;
	_Atomic uint64_t turn;
	uint64_t wrong;
};

/*
 * The even keys stay: each must be found every time, with a MAC of equal bytes,
 * while its chain changes.
 */
static void *
read_on(void *arg)
{
	struct reader *r = arg;
	struct ip_addr a;
	uint64_t link;
	uint32_t k, adj;
	uint16_t iface;

	for (k = 0; !atomic_load(&r->stop); k = (k + 2) % READER_KEYS) {
		iface = make_key(k, &a);
		adj = adj_find(&r->w->table, iface, a.family, a.byte);
		link = adj_link(&r->w->table, adj);
		r->wrong += adj == ADJ_NONE;
		r->wrong += (uint8_t)link != (uint8_t)(link >> 40);
		atomic_fetch_add(&r->turn, 1);
	}
	return NULL;
}

/* Whatever the reader looked at before, it has let go of. */
static void
wait_quiescent(struct reader *r)
{
	uint64_t turn = atomic_load(&r->turn);

	while (atomic_load(&r->turn) < turn + 2)
		sched_yield();
}

static void
test_reader(void **state)
{
	static struct world w;
	struct reader r = { .w = &w };
	uint32_t adj[READER_KEYS], i, k;
	uint8_t mac[ETH_ALEN];
	struct ip_addr a;
	pthread_t thread;
	uint16_t iface;

	(void)state;
	setup(&w);
	for (k = 0; k < READER_KEYS; k++) {
		iface = make_key(k, &a);
		adj[k] = adj_add(&w.table, iface, &a);
	}
	assert_int_equal(pthread_create(&thread, NULL, read_on, &r), 0);
	for (i = 0; i < READER_ROUNDS; i++) {
		k = i % READER_KEYS;
		memset(mac, (int)i, sizeof(mac));
		adj_set_mac(&w.table, adj[k], mac);
		if (k % 2 == 0)
			continue;
		adj_remove(&w.table, adj[k]);
		wait_quiescent(&r);
		adj_park(&w.table);
		adj_reclaim(&w.table);
		iface = make_key(k, &a);
		adj[k] = adj_add(&w.table, iface, &a);
	}
	atomic_store(&r.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(r.wrong, 0);
}

enum { MANY = 4096 };

static uint32_t
chain_length(const struct adj_table *t, uint32_t bucket)
{
	uint32_t i = atomic_load(&t->bucket[bucket]), n = 0;

	for (; i != ADJ_NONE; i = atomic_load(&t->entry[i].next))
		n++;
	return n;
}

/* Addresses that meet in one chain do not in a table with another seed. */
static void
test_chains_cannot_be_chosen(void **state)
{
	static struct adj entry[2][CAPACITY];
	static _Atomic uint32_t bucket[2][MANY];
	struct adj_table theirs, ours;
	struct ip_addr a = { .family = IP6 };
	uint32_t found = 0;

	(void)state;
	adj_table_init(&theirs, entry[0], CAPACITY, bucket[0], MANY, 1);
	adj_table_init(
	    &ours, entry[1], CAPACITY, bucket[1], MANY, 0x0123456789abcdefull);
	for (uint32_t n = 0; found < CAPACITY - 2; n++) {
		uint32_t adj;

		memcpy(a.byte + 12, &n, sizeof(n));
		adj = adj_add(&theirs, 0, &a);
		if (chain_length(&theirs, 0) > found) {
			found++;
			adj_add(&ours, 0, &a);
			continue;
		}
		adj_remove(&theirs, adj);
		adj_park(&theirs);
		adj_reclaim(&theirs);
	}
	assert_int_equal(chain_length(&theirs, 0), CAPACITY - 2);
	for (uint32_t i = 0; i < MANY; i++)
		assert_in_range(chain_length(&ours, i), 0, 8);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_chain_stays_whole),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_chains_cannot_be_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
