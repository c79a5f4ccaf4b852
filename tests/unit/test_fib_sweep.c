/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c tests/unit/fib_burst.c
 * libs: tables */
/*
 * The FIB with a whole table of the Internet (tests/tables): wherever an
 * answer may change, which is where a prefix begins or ends, the addresses
 * before, at and after that place; then random ones. All of it single and in
 * bursts of any size, and after each way to come to a table: loaded at once,
 * grown route by route, and shrunk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/tables/ranges.h"
#include "tests/unit/fib_burst.h"

enum {
	RANDOM = 600 * 1000, /* addresses of a kind and family */
	RECLAIM_EACH = 1000,
};

static const uint8_t families[] = { IP4, IP6 };

static struct world {
	struct table table;
	struct ranges ranges[2];
	struct fib *fib;
	void *memory;
} world;

static int
compare(const void *one, const void *other)
{
	const key128 *a = one, *b = other;

	return *a < *b ? -1 : *a > *b;
}

/* Where prefixes begin, and where what follows them does: sorted, once each. */
static key128 *
boundaries(const struct table *t, uint8_t family, uint32_t *count)
{
	uint32_t i, n = 0, kept = 1, all = t->count[family == IP6];
	const struct table_route *r = t->route;
	key128 *at = malloc((2 * (size_t)all + 1) * sizeof(*at));

	assert_non_null(at);
	at[n++] = 0;
	if (family == IP6)
		r += t->count[0];
	for (i = 0; i < all; i++) {
		key128 first = key_of(&r[i].prefix.addr);

		at[n++] = first;
		/* After the last address comes the first one again. */
		at[n++] = (first | key_host(r[i].prefix.len, family)) +
		          key_step(family);
	}
	qsort(at, n, sizeof(*at), compare);
	for (i = 1; i < n; i++)
		if (at[i] != at[i - 1])
			at[kept++] = at[i];
	*count = kept;
	return at;
}

/* Each boundary and its neighbours: the whole space, in effect. */
static uint64_t
sweep(const struct table *t, uint8_t family)
{
	const struct ranges *r = &world.ranges[family == IP6];
	struct fib_burst b;
	uint32_t i, n, before, after;
	key128 *at = boundaries(t, family, &n), step = key_step(family);

	fib_burst_begin(&b, world.fib, family);
	assert_int_equal(n, r->count);
	for (i = 0; i < n; i++) {
		assert_true(at[i] == r->range[i].first);
		before = i > 0 ? i - 1 : n - 1;
		after = i + 1 < n && at[i + 1] == at[i] + step ? i + 1 : i;
		fib_burst_ask(&b, at[i] - step, r->range[before].nexthop);
		fib_burst_ask(&b, at[i], r->range[i].nexthop);
		fib_burst_ask(&b, at[i] + step, r->range[after].nexthop);
	}
	fib_burst_end(&b);
	free(at);
	assert_true(b.compared == 3ull * n);
	return b.compared;
}

static uint64_t
uniform(uint8_t family)
{
	const struct ranges *r = &world.ranges[family == IP6];
	struct fib_burst b;
	uint64_t random = family;
	uint32_t i;

	fib_burst_begin(&b, world.fib, family);
	for (i = 0; i < RANDOM; i++) {
		key128 k = key_random(&random, family);

		fib_burst_ask(&b, k, r->range[ranges_find(r, k)].nexthop);
	}
	fib_burst_end(&b);
	return b.compared;
}

/* A random prefix, and random bits after it. */
static uint64_t
drawn(const struct table *t, uint8_t family)
{
	const struct ranges *r = &world.ranges[family == IP6];
	uint32_t i, n = t->count[family == IP6];
	uint32_t first = family == IP6 ? t->count[0] : 0;
	struct fib_burst b;
	uint64_t random = family;

	fib_burst_begin(&b, world.fib, family);
	for (i = 0; i < RANDOM && n > 0; i++) {
		const struct ip_prefix *p =
		    &t->route[first + table_below(&random, n)].prefix;
		key128 k = key_of(&p->addr) | (key_random(&random, family) &
						  key_host(p->len, family));

		fib_burst_ask(&b, k, r->range[ranges_find(r, k)].nexthop);
	}
	fib_burst_end(&b);
	return b.compared;
}

/* The FIB and a table, which it should hold. */
static void
check(const struct table *t, const char *what)
{
	uint64_t swept, random;
	struct fib_usage usage;
	uint32_t i;

	fib_usage(world.fib, &usage);
	for (i = 0; i < 2; i++) {
		assert_int_equal(usage.prefixes[i], t->count[i]);
		ranges_make(&world.ranges[i], t, families[i]);
		swept = sweep(t, families[i]);
		random = uniform(families[i]) + drawn(t, families[i]);
		printf("%s, IPv%u: %llu addresses at %u boundaries, %llu "
		       "random ones\n",
		    what, families[i], (unsigned long long)swept,
		    world.ranges[i].count, (unsigned long long)random);
		assert_true(random >= RANDOM);
		ranges_free(&world.ranges[i]);
	}
}

static void
create(void)
{
	size_t size = fib_memory(world.table.count[0], world.table.count[1]);

	size = (size + 63) & ~(size_t)63;
	world.memory = aligned_alloc(64, size);
	assert_non_null(world.memory);
	world.fib = fib_create(world.memory, size);
	assert_non_null(world.fib);
}

static void
destroy(void)
{
	free(world.memory);
	world.memory = NULL;
}

static void
reclaim(void)
{
	if (!fib_must_park(world.fib))
		return;
	fib_park(world.fib);
	fib_reclaim(world.fib);
}

/* What has been parked may be all that is missing. FIB_MISS clears. */
static void
change(const struct ip_prefix *prefix, uint32_t nexthop)
{
	uint32_t tries;
	bool done = false;

	for (tries = 0; !done && tries < 2; tries++) {
		if (tries > 0)
			reclaim();
		done = nexthop == FIB_MISS
		           ? fib_clear(world.fib, prefix)
		           : fib_set(world.fib, prefix, nexthop);
	}
	assert_true(done);
}

static void
test_loaded(void **state)
{
	const struct table *t = &world.table;
	uint32_t i;

	(void)state;
	create();
	fib_load_begin(world.fib);
	for (i = 0; i < table_size(t); i++)
		assert_true(fib_set(
		    world.fib, &t->route[i].prefix, t->route[i].nexthop));
	assert_true(fib_load_end(world.fib));
	for (i = 0; i < table_size(t); i++)
		assert_int_equal(fib_get(world.fib, &t->route[i].prefix),
		    t->route[i].nexthop);
	check(t, "loaded");
	destroy();
}

/* A copy in another order, or of each second route in the same. */
static struct table
copy(const struct table *t, uint32_t step)
{
	struct table c = { .source = "" };
	uint32_t i, n = 0;

	c.route = malloc(table_size(t) * sizeof(c.route[0]));
	assert_non_null(c.route);
	for (i = 0; i < table_size(t); i += step) {
		c.route[n++] = t->route[i];
		c.count[i >= t->count[0]]++;
	}
	return c;
}

static void
test_grown_and_shrunk(void **state)
{
	const struct table *t = &world.table;
	struct table mixed = copy(t, 1), half = copy(t, 2);
	uint32_t i;

	(void)state;
	create();
	table_shuffle(&mixed, 7);
	for (i = 0; i < table_size(t); i++) {
		assert_true(fib_set(
		    world.fib, &mixed.route[i].prefix, mixed.route[i].nexthop));
		if (i % RECLAIM_EACH == 0)
			reclaim();
	}
	check(t, "grown");
	for (i = 1; i < table_size(t); i += 2) {
		change(&t->route[i].prefix, FIB_MISS);
		if (i % RECLAIM_EACH == 1)
			reclaim();
	}
	check(&half, "shrunk");
	destroy();
	table_free(&mixed);
	table_free(&half);
}

static int
get_table(void **state)
{
	(void)state;
	return table_get(&world.table) ? 0 : -1;
}

static int
free_table(void **state)
{
	(void)state;
	table_free(&world.table);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loaded),
		cmocka_unit_test(test_grown_and_shrunk),
	};

	return cmocka_run_group_tests(tests, get_table, free_table);
}
