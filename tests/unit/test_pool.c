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
setup(struct pool_under_test *t)
{
	void *region = NULL;

	assert_int_equal(
	    posix_memalign(&region, 64, (size_t)BUFFERS * PKT_STRIDE), 0);
	t->region = region;
	assert_int_equal(pool_slots_size(BUFFERS), sizeof(t->slot));
	pool_init(&t->pool, t->slot, region, BUFFERS);
	assert_int_equal(t->pool.count, BUFFERS);
}

static void
test_each_buffer_once(void **state)
{
	struct pool_under_test t;
	struct pkt *p;
	uint32_t i;

	(void)state;
	setup(&t);
	for (i = 0; i < BUFFERS; i++) {
		p = pool_get(&t.pool);
		assert_ptr_equal(p, t.region + (size_t)i * PKT_STRIDE);
		assert_int_equal(p->len, 0);
		assert_int_equal(p->hash, 0);
		assert_int_equal(p->off, PKT_META + PKT_HEADROOM);
		memset(pkt_data(p), 0xff, PKT_ROOM); /* all of it is there */
	}
	assert_null(pool_get(&t.pool));
	assert_int_equal(t.pool.empty, 1);
	free(t.region);
}

static void
test_bursts(void **state)
{
	struct pool_under_test t;
	struct pkt *pkts[BUFFERS + 5], *last;
	uint32_t n;

	(void)state;
	setup(&t);
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
	setup(&t);
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
