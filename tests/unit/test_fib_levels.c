/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib tables
 * wrap: fib_level_detect
 * objects: net/addr.c tests/unit/fib_burst.c */
/*
 * What lookups are made of for each generation of processors, as far as this
 * one can run it: the same answers in each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/fib_private.h"
#include "tests/tables/ranges.h"
#include "tests/unit/fib_burst.h"

enum {
	ROUTES4 = 60000,
	ROUTES6 = 30000,
	RANDOM = 100 * 1000, /* uniform addresses of each family */
};

static const uint8_t families[] = { IP4, IP6 };

static enum fib_level level;

enum fib_level __real_fib_level_detect(void);
enum fib_level __wrap_fib_level_detect(void);

enum fib_level
__wrap_fib_level_detect(void)
{
	return level;
}

static uint64_t
sweep(const struct fib *fib, const struct table *t, uint8_t family)
{
	key128 step = key_step(family), at;
	struct fib_burst b;
	uint64_t random = 1;
	struct ranges r;
	uint32_t i, k;

	ranges_make(&r, t, family);
	fib_burst_begin(&b, fib, family);
	for (i = 0; i < r.count; i++) {
		at = r.range[i].first - step;
		for (k = 0; k < 3; k++, at += step)
			fib_burst_ask(
			    &b, at, r.range[ranges_find(&r, at)].nexthop);
	}
	for (i = 0; i < RANDOM; i++) {
		at = key_random(&random, family);
		fib_burst_ask(&b, at, r.range[ranges_find(&r, at)].nexthop);
	}
	fib_burst_end(&b);
	assert_true(b.compared == 3ull * r.count + RANDOM);
	ranges_free(&r);
	return b.compared;
}

static void
check_level(const struct table *t)
{
	size_t size = 2 * fib_memory(t->count[0], t->count[1]) / 64 * 64;
	void *memory = aligned_alloc(64, size);
	uint64_t compared = 0;
	struct fib *fib;
	uint32_t i;

	assert_non_null(memory);
	fib = fib_create(memory, size);
	assert_non_null(fib);
	for (i = 0; i < table_size(t); i++)
		assert_true(
		    fib_set(fib, &t->route[i].prefix, t->route[i].nexthop));
	for (i = 0; i < 2; i++)
		compared += sweep(fib, t, families[i]);
	printf("level %d: %llu addresses\n", (int)level,
	    (unsigned long long)compared);
	free(memory);
}

static void
test_levels(void **state)
{
	struct table t;

	(void)state;
	table_generate(&t, ROUTES4, ROUTES6, 1);
	for (level = FIB_BASELINE; level <= __real_fib_level_detect(); level++)
		check_level(&t);
	table_free(&t);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
