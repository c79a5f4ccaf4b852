/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c tests/unit/fib_list.c */
/* wrap: fib_alloc */
/*
 * Random changes, each of which is refused memory at every place where it asks
 * for some, before it may have it: a refusal changes no answer and keeps no
 * memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/fib.h"
#include "tests/unit/fib_list.h"

enum {
	CHANGES = 3000,
	ROUTES = FIB_LIST_ROUTES - 1,
	MEMORY = 4 << 20,
	SAME = 3, /* next hops that are often used, so that runs join */
};

static struct fib_list list;
static uint32_t grants; /* how many more requests are met */
static bool refused;

uint32_t __real_fib_alloc(struct fib *fib, uint32_t granules);
uint32_t __wrap_fib_alloc(struct fib *fib, uint32_t granules);

uint32_t
__wrap_fib_alloc(struct fib *fib, uint32_t granules)
{
	if (grants == 0) {
		refused = true;
		return 0;
	}
	grants--;
	return __real_fib_alloc(fib, granules);
}

static struct fib_usage
settled(void)
{
	struct fib_usage usage;

	fib_list_reclaim(&list);
	fib_usage(list.fib, &usage);
	assert_int_equal(usage.parked, 0);
	return usage;
}

/* FIB_MISS clears. The list does not know of it. */
static bool
change(const struct ip_prefix *prefix, uint32_t nexthop, uint32_t most)
{
	bool done;

	grants = most;
	refused = false;
	done = nexthop == FIB_MISS ? fib_clear(list.fib, prefix)
	                           : fib_set(list.fib, prefix, nexthop);
	grants = UINT32_MAX;
	assert_int_equal(done, !refused);
	return done;
}

/* Returns how often it was refused. */
static uint32_t
refuse(const struct ip_prefix *prefix, uint32_t nexthop)
{
	struct fib_usage before = settled(), after;
	uint32_t most;

	for (most = 0; !change(prefix, nexthop, most); most++) {
		fib_list_check_edges(&list, prefix);
		after = settled();
		assert_memory_equal(&after, &before, sizeof(before));
	}
	return most;
}

/* Often one that is there. */
static struct ip_prefix
some_prefix(void)
{
	static const uint8_t families[] = { IP4, IP6 };
	struct ip_prefix p;

	if (list.count == ROUTES || (list.count > 0 && rand() % 2 == 0))
		return list.route[(uint32_t)rand() % list.count].prefix;
	p = fib_list_prefix(families[rand() % 2], 8);
	if (p.addr.family == IP6 && p.len >= 4 && rand() % 2 == 0)
		p.addr.byte[0] = (uint8_t)(0x20 | (p.addr.byte[0] & 0x0f));
	return p;
}

static void
test_failures(void **state)
{
	struct fib_usage empty;
	struct ip_prefix p;
	uint32_t i, nexthop, refusals = 0;

	(void)state;
	srand(1);
	grants = UINT32_MAX;
	fib_list_setup(&list, fib_memory(0, 0) + MEMORY);
	assert_non_null(list.fib);
	empty = settled();
	for (i = 0; i < CHANGES; i++) {
		p = some_prefix();
		nexthop = rand() % 3 == 0 ? FIB_MISS
		                          : 1 + (uint32_t)rand() % SAME;
		refusals += refuse(&p, nexthop);
		if (nexthop == FIB_MISS)
			assert_true(fib_list_clear(&list, &p));
		else
			assert_true(fib_list_set(&list, &p, nexthop));
		fib_list_check_edges(&list, &p);
	}
	assert_true(refusals > CHANGES);
	fib_list_check_all(&list);
	while (list.count > 0) {
		p = list.route[0].prefix;
		assert_true(fib_list_clear(&list, &p));
	}
	assert_int_equal(settled().free, empty.free);
	fib_list_teardown(&list);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
