/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lookups of fib_lookup.c by AVX-512: the same steps, for 16 IPv4 or 8 IPv6
 * addresses at a time by gathers. A burst of 32 fits the registers, and takes
 * each step together. Gathers keep the order of loads (Intel SDM, VPGATHERDD):
 * what a ref leads to is read as it was when the ref was stored, or later.
 */
#include <immintrin.h>

#include "net/fib_private.h"

#define AVX512                                                                 \
	__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,"            \
			      "avx512vpopcntdq,popcnt,bmi,bmi2")))
#define AVX512_INLINE static inline AVX512 __attribute__((always_inline))

enum { BURST = 32, LANES4 = 16, LANES6 = 8 };
enum { VECTORS4 = BURST / LANES4, VECTORS6 = BURST / LANES6 };

/*
 * Gathers into registers that are zero before: else each would wait for what
 * its register held. A macro, for the scale is a part of the instruction.
 */
#define GATHER16(base, index, scale)                                           \
	_mm512_mask_i32gather_epi32(                                           \
	    _mm512_setzero_si512(), 0xffff, index, base, scale)

/* Of 8 nodes, the runs from a cell on; only the low 6 bits of `cell` count. */
AVX512_INLINE __m256i
runs8(const uint8_t *base, __m256i ref, __m512i cell)
{
	__m512i six = _mm512_set1_epi64(FIB_CELLS - 1);
	__m512i ends = _mm512_mask_i32gather_epi64(
	    _mm512_setzero_si512(), 0xff, ref, base, FIB_GRANULE);

	return _mm512_cvtepi64_epi32(_mm512_popcnt_epi64(
	    _mm512_srlv_epi64(ends, _mm512_and_si512(cell, six))));
}

AVX512_INLINE __m512i
runs16(const uint8_t *base, __m512i ref, __m512i cell)
{
	__m256i low = runs8(base, _mm512_castsi512_si256(ref),
	    _mm512_cvtepu32_epi64(_mm512_castsi512_si256(cell)));
	__m256i high = runs8(base, _mm512_extracti64x4_epi64(ref, 1),
	    _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(cell, 1)));

	return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/* fib_step_narrow() of 16. The upper halves of the lanes are of no use. */
AVX512_INLINE __m512i
step_narrow(const uint8_t *base, __m512i ref, __m512i cell)
{
	__m512i runs = runs16(base, ref, cell);

	return GATHER16(
	    base + 6, _mm512_add_epi32(_mm512_slli_epi32(ref, 2), runs), 2);
}

/* fib_step() of 8. */
AVX512_INLINE __m256i
step(const uint8_t *base, __m256i ref, __m512i cell)
{
	__m256i runs = runs8(base, ref, cell);

	return _mm256_mmask_i32gather_epi32(_mm256_setzero_si256(), 0xff,
	    _mm256_add_epi32(_mm256_slli_epi32(ref, 1), runs), base + 4, 4);
}

/* fib_answer() of 16. */
AVX512_INLINE __m256i
answer(__m256i leaf, uint16_t fallback)
{
	return _mm256_mask_mov_epi16(_mm256_srli_epi16(leaf, 1),
	    _mm256_testn_epi16_mask(leaf, leaf),
	    _mm256_set1_epi16((short)fallback));
}

static AVX512 void
burst4(const struct fib *fib, const uint32_t *dst, uint16_t *nexthop)
{
	enum { SHIFT = 32 - FIB_DEPTH4 };
	uint16_t fallback = fib_fallback(fib, 0);
	__m512i key[VECTORS4], ref[VECTORS4], value, odd;

	odd = _mm512_setzero_si512();
#pragma GCC unroll 2
	for (int v = 0; v < VECTORS4; v++) {
		key[v] = _mm512_loadu_si512(dst + v * LANES4);
		ref[v] = GATHER16(
		    fib->root[0], _mm512_srli_epi32(key[v], SHIFT), 4);
	}
#pragma GCC unroll 2
	for (int v = 0; v < VECTORS4; v++) {
		value = step_narrow(fib->base, ref[v],
		    _mm512_srli_epi32(key[v], SHIFT - FIB_STRIDE));
		odd = _mm512_or_si512(odd, value);
		_mm256_storeu_si256((__m256i_u *)(nexthop + v * LANES4),
		    answer(_mm512_cvtepi32_epi16(value), fallback));
	}
	if (_mm512_test_epi32_mask(odd, _mm512_set1_epi32(1))) {
		uint32_t last[BURST];

#pragma GCC unroll 4
		for (int v = 0; v < VECTORS4; v++)
			_mm512_storeu_si512(last + v * LANES4, ref[v]);
		fib_finish4(fib, dst, last, nexthop, BURST);
	}
}

AVX512_INLINE __m512i
load_high(const struct fib_key6 *key)
{
	__m512i even = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);

	return _mm512_permutex2var_epi64(_mm512_loadu_si512(key), even,
	    _mm512_loadu_si512(key + LANES6 / 2));
}

/* fib_root_slot() of 8. */
AVX512_INLINE __m512i
root_slot6(__m512i high, __mmask8 sparse)
{
	__m512i dense = _mm512_add_epi64(
	    _mm512_srli_epi64(_mm512_slli_epi64(high, 4), 68 - FIB_DEPTH6),
	    _mm512_set1_epi64(FIB_SLOTS6_SPARSE));

	return _mm512_mask_srli_epi64(
	    dense, sparse, high, 64 - FIB_DEPTH6_SPARSE);
}

static AVX512 void
burst6(const struct fib *fib, const struct fib_key6 *dst, uint16_t *nexthop)
{
	uint16_t fallback = fib_fallback(fib, 1);
	__m256i ref[VECTORS6], any = _mm256_setzero_si256();
	__m512i bits[VECTORS6];

#pragma GCC unroll 4
	for (int v = 0; v < VECTORS6; v++) {
		__m512i high = load_high(dst + v * LANES6);
		__mmask8 sparse = _mm512_cmpneq_epi64_mask(
		    _mm512_srli_epi64(high, 60), _mm512_set1_epi64(FIB_DENSE6));

		bits[v] = _mm512_mask_srli_epi64(
		    high, sparse, high, FIB_DEPTH6 - FIB_DEPTH6_SPARSE);
		ref[v] = _mm512_mask_i64gather_epi32(_mm256_setzero_si256(),
		    0xff, root_slot6(high, sparse), fib->root[1], 4);
	}
#pragma GCC unroll 4
	for (int s = 1; s <= FIB_STEPS6; s++) {
		unsigned shift = 64 - FIB_DEPTH6 - (unsigned)s * FIB_STRIDE;

#pragma GCC unroll 4
		for (int v = 0; v < VECTORS6; v++)
			ref[v] = step(fib->base, ref[v],
			    _mm512_srli_epi64(bits[v], shift));
	}
#pragma GCC unroll 4
	for (int v = 0; v < VECTORS6; v++) {
		any = _mm256_or_si256(any, ref[v]);
		_mm_storeu_si128((__m128i_u *)(nexthop + v * LANES6),
		    _mm256_castsi256_si128(answer(
			_mm256_castsi128_si256(_mm256_cvtepi32_epi16(ref[v])),
			fallback)));
	}
	if (_mm256_cmpge_epu32_mask(any, _mm256_set1_epi32(FIB_LEAVES))) {
		uint32_t last[BURST];

#pragma GCC unroll 4
		for (int v = 0; v < VECTORS6; v++)
			_mm256_storeu_si256(
			    (__m256i_u *)(last + v * LANES6), ref[v]);
		fib_finish6(fib, dst, last, nexthop, BURST);
	}
}

AVX512 uint32_t
fib_lookup4_avx512(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n)
{
	uint32_t done;

	for (done = 0; n - done >= BURST; done += BURST)
		burst4(fib, dst + done, nexthop + done);
	return done;
}

AVX512 uint32_t
fib_lookup6_avx512(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n)
{
	uint32_t done;

	for (done = 0; n - done >= BURST; done += BURST)
		burst6(fib, dst + done, nexthop + done);
	return done;
}
