/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which lookups a processor can run (Intel SDM 2, CPUID; SDM 1, 15.2).
 */
#include <cpuid.h>

#include "net/fib_private.h"

enum {
	LEAF_FEATURES = 1,
	LEAF_EXTENDED = 7,
	/* x87 is bit 0; SSE, AVX, and the three parts of AVX-512. */
	XCR0_AVX512 = 0xe6,
};

/* The vector state that the system has switched on. */
static uint64_t
xcr0_read(void)
{
	uint32_t low, high;

	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}

static bool
has_avx512(uint32_t ebx, uint32_t ecx)
{
	uint32_t need = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW |
	                bit_AVX512VL;

	return (ebx & need) == need && (ecx & bit_AVX512VPOPCNTDQ) != 0;
}

enum fib_level
fib_level_detect(void)
{
	uint32_t eax, ebx, ecx, edx, features, need = bit_BMI | bit_BMI2;

	if (!__get_cpuid(LEAF_FEATURES, &eax, &ebx, &features, &edx) ||
	    !(features & bit_POPCNT) ||
	    !__get_cpuid_count(LEAF_EXTENDED, 0, &eax, &ebx, &ecx, &edx) ||
	    (ebx & need) != need)
		return FIB_BASELINE;
#ifdef __SANITIZE_THREAD__
	/* It does not see that what a gather loads is whole. */
	return FIB_POPCNT;
#endif
	if (!has_avx512(ebx, ecx) || !(features & bit_OSXSAVE) ||
	    (xcr0_read() & XCR0_AVX512) != XCR0_AVX512)
		return FIB_POPCNT;
	return FIB_AVX512;
}

const char *
fib_level_name(const struct fib *fib)
{
	static const char *const name[] = {
		[FIB_BASELINE] = "baseline",
		[FIB_POPCNT] = "popcnt",
		[FIB_AVX512] = "avx512",
	};

	return name[fib->level];
}

bool
fib_level_limit(struct fib *fib, const char *name)
{
	uint32_t best = fib_level_detect();

	for (fib->level = FIB_BASELINE; fib->level <= best; fib->level++)
		if (strcmp(fib_level_name(fib), name) == 0)
			return true;
	fib->level = best;
	return false;
}
