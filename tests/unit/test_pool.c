/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: net/pool.c */
/*
 * The pool: empty, full, and every buffer exactly once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/pool.h"

enum { BUFFERS = 50 };

struct pool_under_test {
	struct pool pool;
	struct pkt *slot[BUFFERS];
	uint8_t *region;
};

static void
setup(struct pool_under_test *t, uint32_t room)
{
	void *region = NULL;

	assert_int_equal(posix_memalign(&region, POOL_BLOCK,
			     pool_region_size(BUFFERS, room)),
	    0);
	t->region = region;
	assert_int_equal(pool_slots_size(BUFFERS), sizeof(t->slot));
	pool_init(&t->pool, t->slot, region, BUFFERS, room);
	assert_int_equal(t->pool.count, BUFFERS);
}

static void
each_buffer_once(uint32_t room)
{
	uintptr_t begin, end = 0;
	struct pool_under_test t;
	struct pkt *p;
	uint32_t i;

	setup(&t, room);
	for (i = 0; i < BUFFERS; i++) {
		p = pool_get(&t.pool);
		begin = (uintptr_t)p;
		if (i == 0)
			assert_ptr_equal(p, t.region);
		assert_true(begin >= end && begin % 64 == 0);
		end = begin + pkt_stride(room);
		/* No NIC writes across a line of 64 KiB. */
		assert_int_equal(begin / POOL_BLOCK, (end - 1) / POOL_BLOCK);
		assert_int_equal(p->len, 0);
		assert_int_equal(p->hash, 0);
		assert_int_equal(p->off, PKT_META + PKT_HEADROOM);
		memset(pkt_data(p), 0xff, room); /* all of it is there */
	}
	assert_null(pool_get(&t.pool));
	assert_int_equal(t.pool.empty, 1);
	free(t.region);
}

static void
test_each_buffer_once(void **state)
{
	uint32_t room;

	(void)state;
	for (room = 1024; room <= PKT_ROOM_MAX; room += 1024)
		each_buffer_once(room);
}

static void
test_bursts(void **state)
{
	struct pool_under_test t;
	struct pkt *pkts[BUFFERS + 5], *last;
	uint32_t n;

	(void)state;
	setup(&t, PKT_ROOM);
	n = pool_get_burst(&t.pool, pkts, 20);
	assert_int_equal(n, 20);
	n += pool_get_burst(&t.pool, pkts + n, BUFFERS);
	assert_int_equal(n, BUFFERS);
	assert_int_equal(t.pool.empty, 20);
	assert_int_equal(pool_get_burst(&t.pool, pkts + n, 1), 0);

	last = pkts[BUFFERS - 1];
	last->len = 99;
	pool_put_burst(&t.pool, pkts, n);
	assert_int_equal(t.pool.count, BUFFERS);
	assert_ptr_equal(pool_get(&t.pool), last); /* the warmest first */
	assert_int_equal(last->len, 0);
	free(t.region);
}

static void
test_full(void **state)
{
	struct pool_under_test t;
	struct pkt stray;

	(void)state;
	setup(&t, PKT_ROOM);
	pool_put(&t.pool, &stray);
	assert_int_equal(t.pool.count, BUFFERS);
	assert_int_equal(t.pool.overflow, 1);
	free(t.region);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_buffer_once),
		cmocka_unit_test(test_bursts),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
