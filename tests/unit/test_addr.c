/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: net/addr.c */
/*
 * Addresses and prefixes, against bits that are looked at one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/addr.h"

static int
bit(const struct ip_addr *a, int at)
{
	return a->byte[at / 8] >> (7 - at % 8) & 1;
}

static void
fill(struct ip_addr *a, uint8_t family)
{
	int i;

	memset(a, 0, sizeof(*a));
	a->family = family;
	for (i = 0; i < ip_family_bits(family) / 8; i++)
		a->byte[i] = (uint8_t)rand();
}

static void
check_mask(uint8_t family, uint8_t len)
{
	struct ip_addr a, masked;
	bool host_bits = false;
	int i;

	fill(&a, family);
	masked = a;
	for (i = len; i < 128; i++)
		host_bits |= bit(&a, i);
	assert_int_equal(ip_addr_mask(&masked, len), !host_bits);
	for (i = 0; i < 128; i++)
		assert_int_equal(bit(&masked, i), i < len ? bit(&a, i) : 0);
	assert_true(ip_addr_mask(&masked, len));
}

/* An address that differs from the prefix in one bit. */
static void
check_covers(uint8_t family, uint8_t len)
{
	struct ip_prefix prefix = { .len = len };
	struct ip_addr a;
	int i;

	fill(&prefix.addr, family);
	ip_addr_mask(&prefix.addr, len);
	assert_true(ip_prefix_covers(&prefix, &prefix.addr));
	for (i = 0; i < ip_family_bits(family); i++) {
		a = prefix.addr;
		a.byte[i / 8] ^= (uint8_t)(0x80 >> i % 8);
		assert_int_equal(ip_prefix_covers(&prefix, &a), i >= len);
	}
	a = prefix.addr;
	a.family = family == IP4 ? IP6 : IP4;
	assert_false(ip_prefix_covers(&prefix, &a));
}

static void
test_every_length(void **state)
{
	uint8_t len;

	(void)state;
	for (len = 0; len <= IP4_BITS; len++) {
		check_mask(IP4, len);
		check_covers(IP4, len);
	}
	for (len = 0; len <= IP6_BITS; len++) {
		check_mask(IP6, len);
		check_covers(IP6, len);
	}
}

static void
test_equal(void **state)
{
	struct ip_addr a = { .byte = { 10, 0, 0, 1 }, .family = IP4 };
	struct ip_addr b = a;

	(void)state;
	assert_true(ip_addr_equal(&a, &b));
	b.family = IP6;
	assert_false(ip_addr_equal(&a, &b));
	b = a;
	b.byte[15] = 1;
	assert_false(ip_addr_equal(&a, &b));
}

static void
test_byte_order(void **state)
{
	uint8_t bytes[7] = { 0 };

	(void)state;
	be32_store(bytes + 1, 0x01020304);
	assert_int_equal(bytes[1], 1);
	assert_int_equal(bytes[4], 4);
	assert_int_equal(be32_load(bytes + 1), 0x01020304);
	be16_store(bytes + 5, 0x0506);
	assert_int_equal(bytes[5], 5);
	assert_int_equal(be16_load(bytes + 5), 0x0506);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_byte_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
