/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: net/fib.c net/addr.c */
/*
 * The FIB against a list that is searched from end to end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/fib.h"

enum { ROUTES = 600, PROBES = 4000, RANDOM_WORLDS = 12, BURST_MAX = 100 };

struct route {
	struct ip_prefix prefix;
	uint32_t nexthop;
};

struct world {
	struct fib *fib;
	void *memory;
	struct route list[ROUTES];
	uint32_t count;
};

static void
setup(struct world *w, size_t bytes)
{
	memset(w, 0, sizeof(*w));
	bytes = (bytes + 63) & ~(size_t)63;
	w->memory = aligned_alloc(64, bytes);
	w->fib = fib_create(w->memory, bytes);
}

static void
teardown(struct world *w)
{
	free(w->memory);
}

static uint32_t
oracle(const struct world *w, const struct ip_addr *a)
{
	uint32_t i, nexthop = FIB_MISS;
	int best = -1;

	for (i = 0; i < w->count; i++) {
		if (w->list[i].prefix.len > best &&
		    ip_prefix_covers(&w->list[i].prefix, a)) {
			best = w->list[i].prefix.len;
			nexthop = w->list[i].nexthop;
		}
	}
	return nexthop;
}

static void
oracle_insert(struct world *w, const struct ip_prefix *prefix, uint32_t nexthop)
{
	uint32_t i;

	for (i = 0; i < w->count; i++)
		if (w->list[i].prefix.len == prefix->len &&
		    ip_addr_equal(&w->list[i].prefix.addr, &prefix->addr))
			break;
	w->list[i] = (struct route){ *prefix, nexthop };
	w->count += i == w->count;
}

static bool
insert(struct world *w, const struct ip_prefix *prefix, uint32_t nexthop)
{
	if (!fib_set(w->fib, prefix, nexthop))
		return false;
	oracle_insert(w, prefix, nexthop);
	return true;
}

/* An address near others: few bits are random, so that prefixes nest. */
static struct ip_addr
random_addr(uint8_t family, int density)
{
	struct ip_addr a = { .family = family };
	int i, n = ip_family_bits(family);

	for (i = 0; i < n; i++)
		if (rand() % density == 0)
			a.byte[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return a;
}

static struct ip_prefix
random_prefix(uint8_t family, int density)
{
	uint8_t bits = ip_family_bits(family);
	struct ip_prefix prefix;

	prefix.addr = random_addr(family, density);
	prefix.len = (uint8_t)(rand() % (bits + 1));
	if (rand() % 8 == 0)
		prefix.len = rand() % 2 ? bits : 0;
	ip_addr_mask(&prefix.addr, prefix.len);
	return prefix;
}

/* a + 1 or a - 1, as one long number. */
static struct ip_addr
beside(struct ip_addr a, int step)
{
	int i;

	for (i = ip_family_bits(a.family) / 8 - 1; i >= 0; i--) {
		a.byte[i] = (uint8_t)(a.byte[i] + step);
		if (a.byte[i] != (step > 0 ? 0 : 0xff))
			break;
	}
	return a;
}

static struct ip_addr
last_of(const struct ip_prefix *prefix)
{
	struct ip_addr a = prefix->addr;
	int i;

	for (i = prefix->len; i < ip_family_bits(a.family); i++)
		a.byte[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return a;
}

static void
check_one(const struct world *w, const struct ip_addr *a)
{
	assert_int_equal(fib_lookup(w->fib, a), oracle(w, a));
}

/* Both ends of a prefix, and the addresses just outside. */
static void
check_edges(const struct world *w, const struct ip_prefix *prefix)
{
	struct ip_addr last = last_of(prefix), out;

	check_one(w, &prefix->addr);
	check_one(w, &last);
	out = beside(prefix->addr, -1);
	check_one(w, &out);
	out = beside(last, 1);
	check_one(w, &out);
}

/* Bursts of every size, beyond what a worker asks for at once too. */
static void
check_bursts(const struct world *w, uint8_t family, int density)
{
	uint32_t key4[BURST_MAX];
	struct fib_key6 key6[BURST_MAX];
	struct ip_addr a[BURST_MAX];
	uint16_t got[BURST_MAX + 1];
	uint32_t n, i;

	for (n = 0; n <= BURST_MAX; n++) {
		for (i = 0; i < n; i++) {
			a[i] = random_addr(family, density);
			key4[i] = be32_load(a[i].byte);
			key6[i] = fib_key6_load(a[i].byte);
		}
		got[n] = 0xbeef;
		if (family == IP4)
			fib_lookup4(w->fib, key4, got, n);
		else
			fib_lookup6(w->fib, key6, got, n);
		for (i = 0; i < n; i++)
			assert_int_equal(got[i], oracle(w, &a[i]));
		assert_int_equal(got[n], 0xbeef);
	}
}

static void
test_random(void **state)
{
	uint32_t world, i;
	struct world w;

	(void)state;
	for (world = 0; world < RANDOM_WORLDS; world++) {
		int density = 2 + (int)world;

		srand(world);
		setup(&w, fib_memory(ROUTES, ROUTES));
		for (i = 0; i < ROUTES; i++) {
			struct ip_prefix p = random_prefix(
			    rand() % 2 ? IP4 : IP6, density);

			assert_true(insert(
			    &w, &p, 1 + (uint32_t)(rand() % FIB_NEXTHOP_MAX)));
		}
		for (i = 0; i < w.count; i++)
			check_edges(&w, &w.list[i].prefix);
		for (i = 0; i < PROBES; i++) {
			struct ip_addr a = random_addr(
			    i % 2 ? IP4 : IP6, density);

			check_one(&w, &a);
		}
		check_bursts(&w, IP4, density);
		check_bursts(&w, IP6, density);
		teardown(&w);
	}
}

static void
test_empty(void **state)
{
	struct ip_addr four = random_addr(IP4, 2), six = random_addr(IP6, 2);
	struct world w;

	(void)state;
	setup(&w, fib_memory(0, 0));
	check_one(&w, &four);
	check_one(&w, &six);
	check_bursts(&w, IP4, 2);
	check_bursts(&w, IP6, 2);
	teardown(&w);
}

/* A default route of one family says nothing about the other. */
static void
test_default_routes(void **state)
{
	struct ip_prefix four = { .addr.family = IP4 };
	struct ip_prefix six = { .addr.family = IP6 };
	struct ip_addr a4 = random_addr(IP4, 2), a6 = random_addr(IP6, 2);
	struct world w;

	(void)state;
	setup(&w, fib_memory(1, 1));
	assert_true(insert(&w, &four, 4));
	assert_int_equal(fib_lookup(w.fib, &a4), 4);
	assert_int_equal(fib_lookup(w.fib, &a6), FIB_MISS);
	assert_true(insert(&w, &six, 6));
	assert_int_equal(fib_lookup(w.fib, &a6), 6);
	assert_true(insert(&w, &four, 5)); /* changed, in the same memory */
	assert_int_equal(fib_lookup(w.fib, &a4), 5);
	teardown(&w);
}

/* Every length of one address, from both ends and from the middle. */
static void
test_nested(void **state)
{
	static const uint8_t families[] = { IP4, IP6 };
	uint8_t bits, len;
	struct world w;
	uint32_t i, order;

	(void)state;
	for (i = 0; i < 2; i++) {
		bits = ip_family_bits(families[i]);
		for (order = 0; order < 3; order++) {
			struct ip_prefix p;
			struct ip_addr a = random_addr(families[i], 2);
			uint32_t k;

			setup(&w, fib_memory(IP6_BITS + 1, IP6_BITS + 1));
			for (k = 0; k <= bits; k++) {
				len = (uint8_t)(order == 0 ? k
						: order == 1
						    ? bits - k
						    : k * 7 % (bits + 1u));
				p = (struct ip_prefix){ a, len };
				ip_addr_mask(&p.addr, len);
				assert_true(insert(&w, &p, 1 + len));
			}
			for (k = 0; k < w.count; k++)
				check_edges(&w, &w.list[k].prefix);
			teardown(&w);
		}
	}
}

/* Every route must go in, or leave the FIB as it was; at every size. */
static void
test_out_of_memory(void **state)
{
	enum { SOME = 40 };
	struct ip_prefix prefix[SOME];
	size_t bytes;
	struct world w;
	uint32_t i, k, refused = 0, worlds_refused = 0;

	(void)state;
	srand(7);
	for (i = 0; i < SOME; i++)
		prefix[i] = random_prefix(i % 2 ? IP4 : IP6, 3);
	for (bytes = 64; bytes <= fib_memory(SOME, SOME); bytes += 64) {
		setup(&w, bytes);
		if (w.fib == NULL) {
			teardown(&w);
			continue;
		}
		for (i = 0, refused = 0; i < SOME; i++) {
			refused += !insert(&w, &prefix[i], i + 1);
			for (k = 0; k <= i; k++)
				check_edges(&w, &prefix[k]);
		}
		worlds_refused += refused > 0;
		teardown(&w);
	}
	assert_true(worlds_refused > 10);
	assert_int_equal(refused, 0); /* fib_memory() was enough */
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_default_routes),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
