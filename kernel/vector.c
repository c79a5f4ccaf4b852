/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vector registers: what to switch on, from what CPUID says.
 */
#include "kernel/vector.h"

#include <cpuid.h>

enum { EXTENDED_LZCNT = 1 << 5 };

/* What makes a compiler, or a run-time choice, take another instruction. */
#define LEAF1_ECX                                                              \
	(bit_SSE3 | bit_PCLMUL | bit_SSSE3 | bit_FMA | bit_SSE4_1 |            \
	    bit_SSE4_2 | bit_MOVBE | bit_POPCNT | bit_AES | bit_XSAVE |        \
	    bit_AVX | bit_F16C)
#define AVX512_EBX                                                             \
	((uint32_t)(bit_AVX512F | bit_AVX512DQ | bit_AVX512CD | bit_AVX512BW | \
		    bit_AVX512VL))
#define LEAF7_EBX                                                              \
	(bit_BMI | bit_AVX2 | bit_BMI2 | bit_ADX | bit_AVX512IFMA | bit_SHA |  \
	    AVX512_EBX)
#define LEAF7_ECX                                                              \
	(bit_AVX512VBMI | bit_AVX512VBMI2 | bit_GFNI | bit_VAES |              \
	    bit_VPCLMULQDQ | bit_AVX512VNNI | bit_AVX512BITALG |               \
	    bit_AVX512VPOPCNTDQ)

uint64_t
vector_state(const struct vector_offer *offer)
{
	uint64_t xcr0 = XCR0_X87 | XCR0_SSE | XCR0_AVX;

	if (!(offer->leaf1_ecx & bit_XSAVE) || !(offer->leaf1_ecx & bit_AVX) ||
	    (offer->states & xcr0) != xcr0)
		return 0;
	/* All three or none, or XSETBV faults (SDM 1, 13.3). */
	if ((offer->states & XCR0_AVX512) == XCR0_AVX512)
		xcr0 |= XCR0_AVX512;
	return xcr0;
}

bool
vector_has_avx2(const struct vector_offer *offer)
{
	return vector_state(offer) != 0 && (offer->leaf7_ebx & bit_AVX2);
}

bool
vector_has_avx512(const struct vector_offer *offer)
{
	return (vector_state(offer) & XCR0_AVX512) &&
	       (offer->leaf7_ebx & AVX512_EBX) == AVX512_EBX;
}

bool
vector_covers(const struct vector_offer *other, const struct vector_offer *boot)
{
	return !(boot->leaf1_ecx & ~other->leaf1_ecx & LEAF1_ECX) &&
	       !(boot->leaf7_ebx & ~other->leaf7_ebx & LEAF7_EBX) &&
	       !(boot->leaf7_ecx & ~other->leaf7_ecx & LEAF7_ECX) &&
	       !(boot->extended_ecx & ~other->extended_ecx & EXTENDED_LZCNT) &&
	       !(vector_state(boot) & ~vector_state(other));
}
