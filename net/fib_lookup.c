/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lookups of many addresses at once.
 *
 * All addresses take each step together, so that their cache misses overlap.
 * Each takes as many steps as most need: IPv4 down to /24, IPv6 down to /48.
 * One that has arrived earlier stays where it is, since a leaf leads to itself;
 * the few that have not arrived walk on, one by one.
 */
#include <cpuid.h>

#include "net/fib_private.h"

enum { GROUP = 64, STEPS6 = 4 };

uint32_t
fib_walk(const uint8_t *base, uint32_t ref, const struct fib_key6 *key,
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
static __attribute__((noinline)) void
finish4(const struct fib *fib, const uint32_t *dst, const uint32_t *ref,
    uint16_t *nexthop, uint32_t n)
{
	enum { SHIFT = 32 - FIB_DEPTH4 - FIB_STRIDE };
	const uint8_t *base = fib->base;
	uint32_t i, down;

	for (i = 0; i < n; i++) {
		struct fib_key6 key = { (uint64_t)dst[i] << 32, 0 };
		uint16_t value = fib_step_narrow(base, ref[i], dst[i] >> SHIFT);

		down = fib_narrow_ref(base, ref[i], value);
		nexthop[i] = (uint16_t)fib_leaf_nexthop(
		    fib_walk(base, down, &key, FIB_DEPTH4 + FIB_STRIDE));
	}
}

ALWAYS_INLINE void
group4(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	enum { SHIFT = 32 - FIB_DEPTH4 };
	const _Atomic uint32_t *root = fib->root[0];
	const uint8_t *base = fib->base;
	uint32_t ref[GROUP], odd = 0, i;

	for (i = 0; i < n; i++) {
		ref[i] = root_load(&root[dst[i] >> SHIFT]);
		__builtin_prefetch(base + (size_t)ref[i] * FIB_GRANULE);
	}
	for (i = 0; i < n; i++) {
		uint16_t value = fib_step_narrow(
		    base, ref[i], dst[i] >> (SHIFT - FIB_STRIDE));

		odd |= value;
		nexthop[i] = value / 2;
	}
	if (odd & 1)
		finish4(fib, dst, ref, nexthop, n);
}

/* Those prefixes that are longer than most. */
static __attribute__((noinline)) void
finish6(const struct fib *fib, const struct fib_key6 *dst, const uint32_t *ref,
    uint16_t *nexthop, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t depth = fib_root_depth(1, &dst[i]) +
		                 STEPS6 * FIB_STRIDE;

		nexthop[i] = (uint16_t)fib_leaf_nexthop(
		    fib_walk(fib->base, ref[i], &dst[i], depth));
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
	const uint8_t *base = fib->base;
	uint32_t ref[GROUP], any = 0, i;
	uint64_t bits[GROUP];

	for (i = 0; i < n; i++) {
		bits[i] = dst[i].high >>
		          (FIB_DEPTH6 - fib_root_depth(1, &dst[i]));
		ref[i] = root_load(&root[fib_root_slot(1, &dst[i])]);
		__builtin_prefetch(base + (size_t)ref[i] * FIB_GRANULE);
	}
	for (uint32_t step = 1; step <= STEPS6; step++) {
		uint32_t shift = 64 - FIB_DEPTH6 - step * FIB_STRIDE;

		for (i = 0; i < n; i++) {
			ref[i] = fib_step(base, ref[i], bits[i] >> shift);
			__builtin_prefetch(base + (size_t)ref[i] * FIB_GRANULE);
		}
	}
	for (i = 0; i < n; i++) {
		any |= ref[i];
		nexthop[i] = (uint16_t)fib_leaf_nexthop(ref[i]);
	}
	if (any >= FIB_LEAVES)
		finish6(fib, dst, ref, nexthop, n);
}

static void
lookup4_baseline(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	for (; n > GROUP; dst += GROUP, nexthop += GROUP, n -= GROUP)
		group4(fib, dst, nexthop, GROUP);
	group4(fib, dst, nexthop, n);
}

static void
lookup6_baseline(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n)
{
	for (; n > GROUP; dst += GROUP, nexthop += GROUP, n -= GROUP)
		group6(fib, dst, nexthop, GROUP);
	group6(fib, dst, nexthop, n);
}

#define BMI2 __attribute__((target("popcnt,bmi,bmi2")))

static BMI2 void
lookup4_bmi2(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	for (; n > GROUP; dst += GROUP, nexthop += GROUP, n -= GROUP)
		group4(fib, dst, nexthop, GROUP);
	group4(fib, dst, nexthop, n);
}

static BMI2 void
lookup6_bmi2(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n)
{
	for (; n > GROUP; dst += GROUP, nexthop += GROUP, n -= GROUP)
		group6(fib, dst, nexthop, GROUP);
	group6(fib, dst, nexthop, n);
}

void
fib_lookup4(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	if (fib->level == FIB_BASELINE)
		lookup4_baseline(fib, dst, nexthop, n);
	else
		lookup4_bmi2(fib, dst, nexthop, n);
}

void
fib_lookup6(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n)
{
	if (fib->level == FIB_BASELINE)
		lookup6_baseline(fib, dst, nexthop, n);
	else
		lookup6_bmi2(fib, dst, nexthop, n);
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

enum fib_level
fib_level_detect(void)
{
	uint32_t a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_POPCNT) ||
	    !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_BMI) ||
	    !(b & bit_BMI2))
		return FIB_BASELINE;
	return FIB_BMI2;
}
