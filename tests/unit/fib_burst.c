/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/fib_burst.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { GUARD = 0xbeef };

static void
wrong(const struct fib_burst *b, uint32_t i, uint32_t got, const char *how)
{
	struct ip_addr a = key_addr(b->key[i], b->family);
	uint32_t k;

	for (k = 0; k < ip_family_bits(b->family) / 8; k++)
		printf("%02x", a.byte[k]);
	printf(": %s %u, not %u; number %u of %u\n", how, got, b->expected[i],
	    i, b->n);
	fail();
}

void
fib_burst_begin(struct fib_burst *b, const struct fib *fib, uint8_t family)
{
	b->fib = fib;
	b->family = family;
	b->n = 0;
	b->size = 1;
	b->compared = 0;
}

void
fib_burst_end(struct fib_burst *b)
{
	uint32_t all_four[FIB_BURST_MAX], i, single;
	struct fib_key6 all_six[FIB_BURST_MAX];
	uint16_t got[FIB_BURST_MAX + 1];
	/* To their ends, so that ASan sees who reads too far. */
	uint32_t *four = all_four + FIB_BURST_MAX - b->n;
	struct fib_key6 *six = all_six + FIB_BURST_MAX - b->n;

	for (i = 0; i < b->n; i++) {
		four[i] = key_four(b->key[i]);
		six[i] = key_six(b->key[i]);
	}
	got[b->n] = GUARD;
	if (b->family == IP4)
		fib_lookup4(b->fib, four, got, b->n);
	else
		fib_lookup6(b->fib, six, got, b->n);
	for (i = 0; i < b->n; i++) {
		struct ip_addr a = key_addr(b->key[i], b->family);

		if (got[i] != b->expected[i])
			wrong(b, i, got[i], "in a burst");
		single = fib_lookup(b->fib, &a);
		if (single != b->expected[i])
			wrong(b, i, single, "alone");
	}
	assert_int_equal(got[b->n], GUARD);
	b->compared += b->n;
	b->size = b->size % FIB_BURST_MAX + 1;
	b->n = 0;
}

void
fib_burst_ask(struct fib_burst *b, key128 key, uint32_t expected)
{
	b->key[b->n] = key;
	b->expected[b->n++] = (uint16_t)expected;
	if (b->n == b->size)
		fib_burst_end(b);
}
