/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c tests/unit/fib_list.c */
/*
 * The FIB against a list that is searched from end to end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/fib_list.h"

enum {
	PROBES = 4000,
	RANDOM_WORLDS = 12,
	BURST_MAX = 100,
	MANY = 20000, /* memory for so many routes of a usual table */
	CHANGES = 3000,
	CHECK_EACH = 100,
};

static const uint8_t families[] = { IP4, IP6 };

/* Bursts of every size, beyond what a worker asks for at once too. */
static void
check_bursts(const struct fib_list *l, uint8_t family, int density)
{
	uint32_t key4[BURST_MAX];
	struct fib_key6 key6[BURST_MAX];
	struct ip_addr a[BURST_MAX];
	uint16_t got[BURST_MAX + 1];
	uint32_t n, i;

	for (n = 0; n <= BURST_MAX; n++) {
		for (i = 0; i < n; i++) {
			a[i] = fib_list_addr(family, density);
			key4[i] = be32_load(a[i].byte);
			key6[i] = fib_key6_load(a[i].byte);
		}
		got[n] = 0xbeef;
		if (family == IP4)
			fib_lookup4(l->fib, key4, got, n);
		else
			fib_lookup6(l->fib, key6, got, n);
		for (i = 0; i < n; i++)
			assert_int_equal(got[i], fib_list_lookup(l, &a[i]));
		assert_int_equal(got[n], 0xbeef);
	}
}

static uint32_t
any_nexthop(void)
{
	return 1 + (uint32_t)(rand() % FIB_NEXTHOP_MAX);
}

static struct ip_prefix
any_prefix(int density)
{
	return fib_list_prefix(families[rand() % 2], density);
}

/* Each prefix, and addresses of the same kind. */
static void
check_world(const struct fib_list *l, int density)
{
	uint32_t i;

	fib_list_check_all(l);
	for (i = 0; i < PROBES; i++) {
		struct ip_addr a = fib_list_addr(families[i % 2], density);

		fib_list_check(l, &a);
	}
	check_bursts(l, IP4, density);
	check_bursts(l, IP6, density);
}

static void
test_random(void **state)
{
	struct fib_list l;
	int world, i;

	(void)state;
	for (world = 0; world < RANDOM_WORLDS; world++) {
		int density = 2 + world;

		srand((unsigned)world);
		fib_list_setup(&l, fib_memory(MANY, MANY));
		for (i = 0; i < FIB_LIST_ROUTES; i++) {
			struct ip_prefix p = any_prefix(density);

			assert_true(fib_list_set(&l, &p, any_nexthop()));
		}
		check_world(&l, density);
		fib_list_teardown(&l);
	}
}

/* One of the routes, or a prefix that is most probably none. */
static struct ip_prefix
some_prefix(const struct fib_list *l, int density)
{
	if (l->count > 0 && rand() % 2)
		return l->route[(uint32_t)rand() % l->count].prefix;
	return any_prefix(density);
}

/* Comes, goes, or changes. */
static struct ip_prefix
change(struct fib_list *l, int density)
{
	struct ip_prefix p = some_prefix(l, density);

	if (rand() % 5 < 2 || l->count == FIB_LIST_ROUTES) {
		assert_true(fib_list_clear(l, &p));
		assert_int_equal(fib_get(l->fib, &p), FIB_MISS);
	} else {
		assert_true(fib_list_set(l, &p, any_nexthop()));
	}
	return p;
}

static void
test_changes(void **state)
{
	struct fib_list l;
	int world, i;

	(void)state;
	for (world = 0; world < RANDOM_WORLDS; world++) {
		int density = 2 + world;

		srand((unsigned)world);
		fib_list_setup(&l, fib_memory(2 * MANY, 2 * MANY));
		for (i = 0; i < CHANGES; i++) {
			struct ip_prefix p = change(&l, density);

			fib_list_check_edges(&l, &p);
			if (i % CHECK_EACH == 0) {
				fib_list_check_all(&l);
				fib_list_reclaim(&l);
			}
		}
		check_world(&l, density);
		while (l.count > 0)
			assert_true(fib_list_clear(&l, &l.route[0].prefix));
		check_world(&l, density);
		fib_list_teardown(&l);
	}
}

/* What is loaded at once may also be changed and cleared while it is. */
static void
test_load(void **state)
{
	struct fib_list l;
	int world, i, load;

	(void)state;
	for (world = 0; world < RANDOM_WORLDS; world++) {
		int density = 2 + world;

		srand((unsigned)world);
		fib_list_setup(&l, fib_memory(2 * MANY, 2 * MANY));
		for (load = 0; load < 3; load++) {
			fib_load_begin(l.fib);
			for (i = 0; i < FIB_LIST_ROUTES / 2; i++)
				change(&l, density);
			assert_true(fib_load_end(l.fib));
			check_world(&l, density);
			change(&l, density);
			check_world(&l, density);
			fib_list_reclaim(&l);
		}
		fib_list_teardown(&l);
	}
}

static void
test_empty(void **state)
{
	struct ip_prefix none = { .addr.family = IP6, .len = 64 };
	struct fib_list l;

	(void)state;
	fib_list_setup(&l, fib_memory(0, 0));
	assert_non_null(l.fib);
	check_world(&l, 2);
	assert_true(fib_clear(l.fib, &none));
	assert_int_equal(fib_get(l.fib, &none), FIB_MISS);
	fib_list_teardown(&l);
	fib_list_setup(&l, fib_memory(0, 0) / 64 * 64 - 64);
	assert_null(l.fib);
	fib_list_teardown(&l);
}

/* A default route of one family says nothing about the other. */
static void
test_default_routes(void **state)
{
	struct ip_prefix four = { .addr.family = IP4 };
	struct ip_prefix six = { .addr.family = IP6 };
	struct ip_addr a4 = fib_list_addr(IP4, 2), a6 = fib_list_addr(IP6, 2);
	struct fib_list l;

	(void)state;
	fib_list_setup(&l, fib_memory(1, 1));
	assert_true(fib_list_set(&l, &four, 4));
	assert_int_equal(fib_lookup(l.fib, &a4), 4);
	assert_int_equal(fib_lookup(l.fib, &a6), FIB_MISS);
	assert_true(fib_list_set(&l, &six, 6));
	assert_int_equal(fib_lookup(l.fib, &a6), 6);
	assert_true(fib_list_set(&l, &four, 5)); /* in the same memory */
	assert_int_equal(fib_lookup(l.fib, &a4), 5);
	assert_true(fib_list_clear(&l, &six));
	assert_int_equal(fib_lookup(l.fib, &a4), 5);
	assert_int_equal(fib_lookup(l.fib, &a6), FIB_MISS);
	fib_list_teardown(&l);
}

/* What covers a prefix, or lies within, is not the prefix. */
static void
test_get(void **state)
{
	struct ip_prefix p = { .addr = { { 10, 64 }, IP4 }, .len = 20 };
	struct fib_list l;

	(void)state;
	fib_list_setup(&l, fib_memory(MANY, MANY));
	assert_true(fib_list_set(&l, &p, 7));
	for (p.len = 10; p.len <= IP4_BITS; p.len++) {
		uint32_t expected = p.len == 20 ? 7 : FIB_MISS;

		assert_int_equal(fib_get(l.fib, &p), expected);
		if (p.len == 20)
			continue;
		assert_true(fib_list_clear(&l, &p));
		fib_list_check_all(&l);
	}
	fib_list_teardown(&l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_default_routes),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
