/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib tables */
/* objects: net/addr.c tests/unit/fib_burst.c */
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
#include <sys/mman.h>

#include <cmocka.h>

#include "net/fib_private.h"
#include "tests/tables/ranges.h"
#include "tests/unit/fib_burst.h"

enum {
	ROUTES4 = 60000,
	ROUTES6 = 30000,
	RANDOM = 100 * 1000, /* uniform addresses of each family */
	BURST = 32,
	PAGE = 4096,
};

static const uint8_t families[] = { IP4, IP6 };

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

struct keys {
	uint32_t four[BURST];
	struct fib_key6 six[BURST];
};

/* Half of them are near a prefix of the table. */
static void
draw(struct keys *keys, const struct table *t, uint8_t family, uint64_t *random)
{
	for (uint32_t i = 0; i < BURST; i++) {
		key128 key = key_random(random, family);
		const struct table_route *r =
		    &t->route[*random % table_size(t)];

		if (i % 2 == 0 && r->prefix.addr.family == family)
			key = key_of(&r->prefix.addr) ^
			      (key & key_host(r->prefix.len - 1, family));
		keys->four[i] = key_four(key);
		keys->six[i] = key_six(key);
	}
}

static void
look(const struct fib *fib, uint8_t family, const struct keys *keys,
    bool specific, uint16_t *nexthop)
{
	if (family == IP4)
		(specific ? fib_lookup4_specific : fib_lookup4)(
		    fib, keys->four, nexthop, BURST);
	else
		(specific ? fib_lookup6_specific : fib_lookup6)(
		    fib, keys->six, nexthop, BURST);
}

/* The answers of a table without a default route, from one that has it. */
static void
sweep_specific(struct fib *fib, const struct table *t, uint8_t family)
{
	const struct ip_prefix all = { .addr.family = family };
	uint32_t was = fib_default(fib, family), missed = 0;
	uint16_t want[BURST], got[BURST];
	uint64_t random = 1;
	struct keys keys;

	for (uint32_t k = 0; k < RANDOM / BURST; k++) {
		draw(&keys, t, family, &random);
		assert_true(fib_clear(fib, &all));
		assert_int_equal(fib_default(fib, family), FIB_MISS);
		look(fib, family, &keys, false, want);
		assert_true(fib_set(fib, &all, 7));
		look(fib, family, &keys, true, got);
		assert_memory_equal(got, want, sizeof(want));
		for (uint32_t i = 0; i < BURST; i++)
			missed += want[i] == FIB_MISS;
	}
	assert_int_equal(fib_default(fib, family), 7);
	assert_true(missed > BURST && missed < RANDOM - BURST);
	assert_true(
	    was != FIB_MISS ? fib_set(fib, &all, was) : fib_clear(fib, &all));
}

static void
check_level(struct fib *fib, const struct table *t)
{
	uint64_t compared = 0;
	uint32_t i;

	for (i = 0; i < 2; i++) {
		compared += sweep(fib, t, families[i]);
		sweep_specific(fib, t, families[i]);
	}
	printf("%s: %llu addresses\n", fib_level_name(fib),
	    (unsigned long long)compared);
}

static void
test_levels(void **state)
{
	static const char *const levels[] = { "baseline", "popcnt", "avx512" };
	size_t size = 2 * fib_memory(ROUTES4, ROUTES6) / 64 * 64;
	void *memory = aligned_alloc(64, size);
	struct fib *fib;
	struct table t;
	uint32_t i, checked = 0;

	(void)state;
	assert_non_null(memory);
	fib = fib_create(memory, size);
	assert_non_null(fib);
	table_generate(&t, ROUTES4, ROUTES6, 1);
	for (i = 0; i < table_size(&t); i++)
		assert_true(
		    fib_set(fib, &t.route[i].prefix, t.route[i].nexthop));
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (!fib_level_limit(fib, levels[i])) {
			printf("%s: not on this processor\n", levels[i]);
			continue;
		}
		assert_string_equal(fib_level_name(fib), levels[i]);
		check_level(fib, &t);
		checked++;
	}
	assert_true(checked > 0);
	assert_false(fib_level_limit(fib, "none such"));
	table_free(&t);
	free(memory);
}

/* A region with nothing readable behind it, until the program ends. */
static void *
fenced(size_t size)
{
	size_t pages = (size + PAGE - 1) / PAGE * PAGE;
	uint8_t *p = mmap(NULL, pages + PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_true(p != MAP_FAILED);
	assert_int_equal(mprotect(p + pages, PAGE, PROT_NONE), 0);
	return p + pages - size;
}

/* Puts a narrow node of four runs at the very end of what can be had. */
static void
place_last(struct fib *fib)
{
	enum { GRANULES = 2, RUNS = 4 };
	uint32_t ref = 0, next, i;
	uint16_t *value;

	fib_reserve(fib, false);
	while ((next = fib_alloc(fib, GRANULES)) != 0)
		ref = next;
	*(uint64_t *)fib_at(fib, ref) = 1ull << 63 | 7;
	value = (uint16_t *)fib_at(fib, ref) + 4;
	for (i = 0; i < RUNS; i++)
		value[i] = (uint16_t)fib_leaf(RUNS - i);
	fib->root[0][0] = ref;
}

/* Gathers read more than a value: none goes beyond the region. */
static void
test_fence(void **state)
{
	size_t size = (fib_memory(0, 0) + 63) & ~(size_t)63;
	uint32_t dst[BURST] = { 0 }, shift, i;
	uint16_t nexthop[BURST];
	struct fib *fib;

	(void)state;
	for (shift = 0; shift < 2; shift++) {
		fib = fib_create(fenced(size + 64), size + 64);
		assert_non_null(fib);
		if (shift)
			fib_alloc(fib, 1);
		place_last(fib);
		fib_lookup4(fib, dst, nexthop, BURST);
		for (i = 0; i < BURST; i++)
			assert_int_equal(nexthop[i], 1);
	}
}

/* Refs are 32 bits wide, and gathers count in halves of 4 bytes, signed. */
static void
test_large(void **state)
{
	size_t size = (size_t)32 << 30;
	struct fib *fib = fib_create(fenced(size), size);
	struct fib_usage u;

	(void)state;
	assert_non_null(fib);
	fib_usage(fib, &u);
	assert_true(u.free > (size_t)3 << 30);
	assert_true(u.free <= u.size && u.size <= (size_t)4 << 30);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_fence),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
