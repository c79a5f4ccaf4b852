/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: net/spsc.c */
/*
 * The ring between two cores: empty, full, wrap of the indices, and two
 * threads at once.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/spsc.h"

enum { SIZE = 8, MESSAGES = 200000 };

/* The ring never looks behind its pointers: any number will do. */
static struct pkt *
token(uintptr_t n)
{
	return (struct pkt *)(n * 64 + 64);
}

static void
setup_at(struct spsc *r, struct pkt **slots, uint32_t index)
{
	spsc_init(r, slots, SIZE);
	atomic_store(&r->head, index);
	atomic_store(&r->tail, index);
	r->head_seen = index;
	r->tail_seen = index;
}

/* Fill, refuse, take in pieces, in order; from index `start` on. */
static void
check_from(uint32_t start)
{
	struct pkt *slots[SIZE], *out[SIZE + 1];
	struct spsc r;
	uintptr_t i;

	setup_at(&r, slots, start);
	assert_int_equal(spsc_pop_burst(&r, out, SIZE), 0);
	assert_int_equal(spsc_pop_burst(&r, out, 0), 0);
	for (i = 0; i < SIZE; i++)
		assert_true(spsc_push(&r, token(i)));
	assert_false(spsc_push(&r, token(i)));
	assert_int_equal(spsc_pop_burst(&r, out, 3), 3);
	assert_ptr_equal(out[2], token(2));
	for (i = SIZE; i < SIZE + 3; i++)
		assert_true(spsc_push(&r, token(i)));
	assert_false(spsc_push(&r, token(i)));
	assert_int_equal(spsc_pop_burst(&r, out, SIZE + 1), SIZE);
	for (i = 0; i < SIZE; i++)
		assert_ptr_equal(out[i], token(i + 3));
	assert_int_equal(spsc_pop_burst(&r, out, SIZE), 0);
}

static void
test_edges(void **state)
{
	uint32_t back;

	(void)state;
	check_from(0);
	for (back = 1; back <= 2 * SIZE; back++)
		check_from(0u - back); /* the index wraps at each place */
}

static void *
producer(void *arg)
{
	struct spsc *r = arg;
	uintptr_t i;

	for (i = 0; i < MESSAGES; i++)
		while (!spsc_push(r, token(i)))
			sched_yield();
	return NULL;
}

static void
test_threads(void **state)
{
	struct pkt *slots[SIZE], *out[5];
	uintptr_t seen = 0;
	struct spsc r;
	pthread_t thread;
	uint32_t i, n;

	(void)state;
	setup_at(&r, slots, 0u - MESSAGES / 2);
	assert_int_equal(pthread_create(&thread, NULL, producer, &r), 0);
	while (seen < MESSAGES) {
		n = spsc_pop_burst(&r, out, 5);
		for (i = 0; i < n; i++, seen++)
			assert_ptr_equal(out[i], token(seen));
		if (n == 0)
			sched_yield();
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
