/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lookups of many addresses at once.
 *
 * All addresses take each step together, so that their cache misses overlap.
 * Each takes as many steps as most need: IPv4 down to /24, IPv6 down to /48.
 * One that has arrived earlier stays where it is, since a leaf leads to itself;
 * the few that have not arrived walk on, one by one.
 */
#include "net/fib_private.h"

enum { GROUP = 64 };

/* The slow end of a lookup. */
static uint32_t
walk(const uint8_t *base, uint32_t ref, const struct fib_key6 *key,
    uint32_t depth)
{
	for (; ref >= FIB_LEAVES; depth += FIB_STRIDE)
		ref = fib_step(base, ref, fib_cell(key, depth));
	return ref;
}

static uint32_t
root_load(const _Atomic uint32_t *slot)
{
	return atomic_load_explicit(slot, memory_order_acquire);
}

/* Those prefixes that are longer than /24. */
void
fib_finish4(const struct fib *fib, const uint32_t *dst, const uint32_t *ref,
    uint16_t *nexthop, uint32_t n)
{
	enum { SHIFT = 32 - FIB_DEPTH4 - FIB_STRIDE };
	uint16_t fallback = fib_fallback(fib, 0);
	const uint8_t *base = fib->base;
	uint32_t i, down;

	for (i = 0; i < n; i++) {
		struct fib_key6 key = { (uint64_t)dst[i] << 32, 0 };
		uint16_t value = fib_step_narrow(base, ref[i], dst[i] >> SHIFT);

		down = fib_narrow_ref(base, ref[i], value);
		nexthop[i] = fib_answer(
		    walk(base, down, &key, FIB_DEPTH4 + FIB_STRIDE), fallback);
	}
}

ALWAYS_INLINE void
group4(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	enum { SHIFT = 32 - FIB_DEPTH4 };
	const _Atomic uint32_t *root = fib->root[0];
	uint16_t fallback = fib_fallback(fib, 0);
	const uint8_t *base = fib->base;
	uint32_t ref[GROUP], odd = 0, i;

#pragma GCC unroll 4
	for (i = 0; i < n; i++) {
		ref[i] = root_load(&root[dst[i] >> SHIFT]);
		__builtin_prefetch(base + (size_t)ref[i] * FIB_GRANULE);
	}
#pragma GCC unroll 4
	for (i = 0; i < n; i++) {
		uint16_t value = fib_step_narrow(
		    base, ref[i], dst[i] >> (SHIFT - FIB_STRIDE));

		odd |= value;
		nexthop[i] = fib_answer(value, fallback);
	}
	if (odd & 1)
		fib_finish4(fib, dst, ref, nexthop, n);
}

/* Those prefixes that are longer than most. */
void
fib_finish6(const struct fib *fib, const struct fib_key6 *dst,
    const uint32_t *ref, uint16_t *nexthop, uint32_t n)
{
	uint16_t fallback = fib_fallback(fib, 1);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t depth = fib_root_depth(1, &dst[i]) +
		                 FIB_STEPS6 * FIB_STRIDE;

		nexthop[i] = fib_answer(
		    walk(fib->base, ref[i], &dst[i], depth), fallback);
	}
}

/*
 * Outside 2000::/4 a lookup begins 12 bits earlier: the bits are moved there,
 * so that the steps are the same.
 */
ALWAYS_INLINE void
group6(const struct fib *fib, const struct fib_key6 *dst, uint16_t *nexthop,
    uint32_t n)
{
	const _Atomic uint32_t *root = fib->root[1];
	uint16_t fallback = fib_fallback(fib, 1);
	const uint8_t *base = fib->base;
	uint32_t ref[GROUP], any = 0, i;
	uint64_t bits[GROUP];

	for (i = 0; i < n; i++) {
		bits[i] = dst[i].high >>
		          (FIB_DEPTH6 - fib_root_depth(1, &dst[i]));
		ref[i] = root_load(&root[fib_root_slot(1, &dst[i])]);
		__builtin_prefetch(base + (size_t)ref[i] * FIB_GRANULE);
	}
	for (uint32_t step = 1; step <= FIB_STEPS6; step++) {
		uint32_t shift = 64 - FIB_DEPTH6 - step * FIB_STRIDE;

#pragma GCC unroll 4
		for (i = 0; i < n; i++) {
			ref[i] = fib_step(base, ref[i], bits[i] >> shift);
			__builtin_prefetch(base + (size_t)ref[i] * FIB_GRANULE);
		}
	}
	for (i = 0; i < n; i++) {
		any |= ref[i];
		nexthop[i] = fib_answer(ref[i], fallback);
	}
	if (any >= FIB_LEAVES)
		fib_finish6(fib, dst, ref, nexthop, n);
}

/* Both families for one kind of processor. */
#define LOOKUPS(name, target)                                                  \
	static target void name##4(const struct fib *fib, const uint32_t *dst, \
	    uint16_t *nexthop, uint32_t n)                                     \
	{                                                                      \
		for (; n > GROUP; dst += GROUP, nexthop += GROUP, n -= GROUP)  \
			group4(fib, dst, nexthop, GROUP);                      \
		group4(fib, dst, nexthop, n);                                  \
	}                                                                      \
	static target void name##6(const struct fib *fib,                      \
	    const struct fib_key6 *dst, uint16_t *nexthop, uint32_t n)         \
	{                                                                      \
		for (; n > GROUP; dst += GROUP, nexthop += GROUP, n -= GROUP)  \
			group6(fib, dst, nexthop, GROUP);                      \
		group6(fib, dst, nexthop, n);                                  \
	}

LOOKUPS(baseline, )
LOOKUPS(popcnt, __attribute__((target("popcnt,bmi,bmi2"))))

void
fib_lookup4(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	uint32_t done = 0;

	if (fib->level == FIB_BASELINE) {
		baseline4(fib, dst, nexthop, n);
		return;
	}
	if (fib->level == FIB_AVX512)
		done = fib_lookup4_avx512(fib, dst, nexthop, n);
	if (n > done)
		popcnt4(fib, dst + done, nexthop + done, n - done);
}

void
fib_lookup6(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n)
{
	uint32_t done = 0;

	if (fib->level == FIB_BASELINE) {
		baseline6(fib, dst, nexthop, n);
		return;
	}
	if (fib->level == FIB_AVX512)
		done = fib_lookup6_avx512(fib, dst, nexthop, n);
	if (n > done)
		popcnt6(fib, dst + done, nexthop + done, n - done);
}

/* What lookups read of a FIB, without its default routes. */
static void
without_default(struct fib *out, const struct fib *fib)
{
	for (uint32_t i = 0; i < 2; i++) {
		out->root[i] = fib->root[i];
		atomic_store_explicit(
		    &out->fallback[i], FIB_MISS, memory_order_relaxed);
	}
	out->base = fib->base;
	out->level = fib->level;
}

void
fib_lookup4_specific(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	struct fib bare;

	without_default(&bare, fib);
	fib_lookup4(&bare, dst, nexthop, n);
}

void
fib_lookup6_specific(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n)
{
	struct fib bare;

	without_default(&bare, fib);
	fib_lookup6(&bare, dst, nexthop, n);
}

uint32_t
fib_default(const struct fib *fib, uint8_t family)
{
	return fib_fallback(fib, family == IP6);
}

uint32_t
fib_lookup(const struct fib *fib, const struct ip_addr *a)
{
	struct fib_key6 key = fib_key(a);
	uint32_t dst4 = (uint32_t)(key.high >> 32);
	uint16_t nexthop;

	if (a->family == IP4)
		fib_lookup4(fib, &dst4, &nexthop, 1);
	else
		fib_lookup6(fib, &key, &nexthop, 1);
	return nexthop;
}
