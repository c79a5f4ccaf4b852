/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which vector registers are switched on, and what code may be chosen by.
 * Intel SDM volume 1, 13.1 to 13.3 (XSAVE features), 15.2 (AVX-512). Pure.
 *
 * Code is chosen once, by what CPUID says on the boot processor, and runs on
 * every processor. So each of the others has to offer all that the first does.
 */
#ifndef KERNEL_VECTOR_H
#define KERNEL_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

/* State components of XCR0 (SDM 1, 13.1). */
#define XCR0_X87       (1ull << 0)
#define XCR0_SSE       (1ull << 1)
#define XCR0_AVX       (1ull << 2)
#define XCR0_OPMASK    (1ull << 5)
#define XCR0_ZMM_HI256 (1ull << 6)
#define XCR0_HI16_ZMM  (1ull << 7)
#define XCR0_AVX512    (XCR0_OPMASK | XCR0_ZMM_HI256 | XCR0_HI16_ZMM)

/* What one processor says by CPUID; a leaf that it has not is 0. */
struct vector_offer {
	uint32_t leaf1_ecx;
	uint32_t leaf7_ebx; /* subleaf 0 */
	uint32_t leaf7_ecx;
	uint32_t extended_ecx; /* leaf 0x80000001 */
	uint64_t states;       /* leaf 0xd, subleaf 0: EDX and EAX */
};

/* The value for XCR0, or 0: leave CR4.OSXSAVE off. */
uint64_t vector_state(const struct vector_offer *offer);

/* Whether AVX2, or the AVX-512 of every server since Skylake, can be used. */
bool vector_has_avx2(const struct vector_offer *offer);
bool vector_has_avx512(const struct vector_offer *offer);

/* Whether code that was chosen for `boot` runs on `other`. */
bool vector_covers(
    const struct vector_offer *other, const struct vector_offer *boot);

#endif
