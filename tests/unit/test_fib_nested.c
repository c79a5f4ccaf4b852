/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* objects: net/addr.c tests/unit/fib_list.c */
/*
 * Prefixes within prefixes, against a list: each length of one address in many
 * orders, and lengths around those where a structure may turn from one kind of
 * node to the next.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/fib_list.h"

enum {
	MANY = 20000, /* memory for so many routes of a usual table */
	CHECK_EACH = 16,
	CHANGES = 1500,
	AROUND = 2,
};

static const uint8_t families[] = { IP4, IP6 };

/* The k-th of n lengths; the strides have no divisor with 33 and 129. */
static uint32_t
ascending(uint32_t k, uint32_t n)
{
	return k % n;
}

static uint32_t
descending(uint32_t k, uint32_t n)
{
	return n - 1 - k;
}

static uint32_t
by_seven(uint32_t k, uint32_t n)
{
	return k * 7 % n;
}

static uint32_t
by_twenty(uint32_t k, uint32_t n)
{
	return (k * 20 + 18) % n;
}

typedef uint32_t order_fn(uint32_t k, uint32_t n);

static order_fn *const orders[] = { ascending, descending, by_seven,
	by_twenty };
enum { ORDERS = sizeof(orders) / sizeof(orders[0]) };

/* The first `len` bits; the prefixes of one address are a chain. */
static struct ip_prefix
link_of(struct ip_addr a, uint32_t len)
{
	struct ip_prefix p = { a, (uint8_t)len };

	ip_addr_mask(&p.addr, p.len);
	return p;
}

static void
chain(struct ip_addr a, order_fn *in, order_fn *out)
{
	uint32_t k, n = ip_family_bits(a.family) + 1u;
	struct ip_prefix p;
	struct fib_list l;

	fib_list_setup(&l, fib_memory(MANY, MANY));
	for (k = 0; k < n; k++) {
		p = link_of(a, in(k, n));
		assert_true(fib_list_set(&l, &p, 1 + k));
		fib_list_check_edges(&l, &p);
		if (k % CHECK_EACH == 0)
			fib_list_check_all(&l);
	}
	fib_list_check_all(&l);
	assert_int_equal(l.count, n);
	for (k = 0; k < n; k++) {
		p = link_of(a, out(k, n));
		assert_true(fib_list_clear(&l, &p));
		fib_list_check_edges(&l, &p);
		if (k % CHECK_EACH == 0)
			fib_list_check_all(&l);
		if (k % (CHECK_EACH / 2) == 0)
			fib_list_reclaim(&l);
	}
	assert_int_equal(l.count, 0);
	fib_list_check_all(&l);
	fib_list_check(&l, &a);
	fib_list_teardown(&l);
}

/* Nothing but zeros, nothing but ones, and any. */
static struct ip_addr
end_of_chain(uint8_t family, int density)
{
	struct ip_addr a = { .family = family };

	return density == 0 ? a : fib_list_addr(family, density);
}

static void
test_chains(void **state)
{
	uint32_t i, in, out;
	int density;

	(void)state;
	srand(1);
	for (i = 0; i < 2; i++)
		for (density = 0; density <= 2; density++)
			for (in = 0; in < ORDERS; in++)
				for (out = 0; out < ORDERS; out++)
					chain(
					    end_of_chain(families[i], density),
					    orders[in], orders[out]);
}

/* Every chain may also change its next hops, and be the same as others. */
static void
test_next_hops(void **state)
{
	struct ip_addr a;
	struct ip_prefix p;
	struct fib_list l;
	uint32_t i, k, round, n;

	(void)state;
	for (i = 0; i < 2; i++) {
		a = fib_list_addr(families[i], 2);
		n = ip_family_bits(families[i]) + 1u;
		fib_list_setup(&l, fib_memory(MANY, MANY));
		for (round = 0; round < ORDERS; round++) {
			for (k = 0; k < n; k++) {
				p = link_of(a, orders[round](k, n));
				assert_true(
				    fib_list_set(&l, &p, 1 + k % (2 + round)));
				fib_list_check_edges(&l, &p);
			}
			fib_list_check_all(&l);
		}
		fib_list_teardown(&l);
	}
}

/* As the base until shortly before bit `at`, and random after that. */
static struct ip_prefix
near(uint8_t family, const struct ip_addr *base, uint8_t at)
{
	uint8_t bits = ip_family_bits(family), i;
	uint8_t from = at > 2 * AROUND ? (uint8_t)(at - 2 * AROUND) : 0;
	struct ip_prefix p = { *base, 0 };
	int len = at + rand() % (2 * AROUND + 1) - AROUND;

	for (i = from; i < bits; i++)
		if (rand() % 2)
			p.addr.byte[i / 8] ^= (uint8_t)(0x80 >> i % 8);
	if (rand() % 8 == 0)
		len = rand() % (bits + 1);
	len = len < 0 ? 0 : len;
	p.len = len > bits ? bits : (uint8_t)len;
	ip_addr_mask(&p.addr, p.len);
	return p;
}

static void
churn(uint8_t family, uint8_t at)
{
	struct ip_addr base = fib_list_addr(family, 2);
	struct fib_list l;
	int i;

	fib_list_setup(&l, fib_memory(MANY, MANY));
	for (i = 0; i < CHANGES; i++) {
		struct ip_prefix p = near(family, &base, at);

		if (rand() % 3 == 0 || l.count > FIB_LIST_ROUTES / 4)
			assert_true(fib_list_clear(&l, &p));
		else
			assert_true(
			    fib_list_set(&l, &p, 1 + (uint32_t)(rand() % 3)));
		if (l.count > FIB_LIST_ROUTES / 4) {
			p = l.route[(uint32_t)rand() % l.count].prefix;
			assert_true(fib_list_clear(&l, &p));
		}
		fib_list_check_edges(&l, &p);
		if (i % CHECK_EACH == 0)
			fib_list_reclaim(&l);
		if (i % (CHECK_EACH * 8) == 0)
			fib_list_check_all(&l);
	}
	fib_list_check_all(&l);
	fib_list_teardown(&l);
}

static void
test_around(void **state)
{
	static const uint8_t lengths[] = { 0, 6, 12, 18, 24, 30, 32, 36, 42, 48,
		54, 60, 64, 66, 120, 126, 128 };
	uint32_t i;

	(void)state;
	srand(2);
	for (i = 0; i < sizeof(lengths); i++) {
		if (lengths[i] <= IP4_BITS)
			churn(IP4, lengths[i]);
		churn(IP6, lengths[i]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_next_hops),
		cmocka_unit_test(test_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
