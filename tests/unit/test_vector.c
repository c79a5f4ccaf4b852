/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: kernel/vector.c */
/*
 * Which vector state is switched on, and which processors may join.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/vector.h"

/* CPUID's bits, as the SDM numbers them. */
#define ECX_XSAVE   (1u << 26)
#define ECX_OSXSAVE (1u << 27)
#define ECX_AVX     (1u << 28)
#define EBX_AVX2    (1u << 5)
#define EBX_AVX512  (1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31)

#define STATES_AVX    0x07u
#define STATES_AVX512 0xe7u

static const struct vector_offer baseline = { 0 };
static const struct vector_offer haswell = {
	.leaf1_ecx = ECX_XSAVE | ECX_AVX,
	.leaf7_ebx = EBX_AVX2,
	.states = STATES_AVX,
};
static const struct vector_offer skylake = {
	.leaf1_ecx = ECX_XSAVE | ECX_AVX,
	.leaf7_ebx = EBX_AVX2 | EBX_AVX512,
	.states = STATES_AVX512,
};

static void
a_baseline_processor_keeps_xsave_off(void **state)
{
	struct vector_offer o = haswell;

	assert_int_equal(vector_state(&baseline), 0);
	assert_false(vector_has_avx2(&baseline));
	o.leaf1_ecx = ECX_XSAVE;
	assert_int_equal(vector_state(&o), 0);
	/* AVX2 without the state that it needs is of no use. */
	o.leaf1_ecx = ECX_AVX;
	assert_int_equal(vector_state(&o), 0);
	assert_false(vector_has_avx2(&o));
}

static void
avx_needs_its_state_in_leaf_d(void **state)
{
	struct vector_offer o = haswell;

	assert_int_equal(vector_state(&o), STATES_AVX);
	assert_true(vector_has_avx2(&o));
	assert_false(vector_has_avx512(&o));
	o.states = XCR0_X87 | XCR0_SSE;
	assert_int_equal(vector_state(&o), 0);
}

static void
avx512_takes_all_three_states_or_none(void **state)
{
	struct vector_offer o = skylake;
	uint64_t bit;

	assert_int_equal(vector_state(&o), STATES_AVX512);
	assert_true(vector_has_avx512(&o));
	for (bit = XCR0_OPMASK; bit <= XCR0_HI16_ZMM; bit <<= 1) {
		o.states = STATES_AVX512 & ~bit;
		assert_int_equal(vector_state(&o), STATES_AVX);
		assert_true(vector_has_avx2(&o));
		assert_false(vector_has_avx512(&o));
	}
}

static void
no_other_state_is_switched_on(void **state)
{
	struct vector_offer o = skylake;

	o.states = UINT64_MAX;
	assert_int_equal(vector_state(&o), STATES_AVX512);
}

static void
each_part_of_avx512_is_needed(void **state)
{
	struct vector_offer o = skylake;
	uint32_t i;

	for (i = 0; i < 32; i++) {
		if (!(EBX_AVX512 & 1u << i))
			continue;
		o.leaf7_ebx = skylake.leaf7_ebx & ~(1u << i);
		assert_false(vector_has_avx512(&o));
	}
}

static void
one_that_offers_less_does_not_cover(void **state)
{
	struct vector_offer o;

	assert_true(vector_covers(&baseline, &baseline));
	assert_true(vector_covers(&haswell, &baseline));
	assert_true(vector_covers(&skylake, &haswell));
	assert_true(vector_covers(&skylake, &skylake));
	assert_false(vector_covers(&baseline, &haswell));
	assert_false(vector_covers(&haswell, &skylake));
	o = haswell;
	o.leaf7_ebx = 0;
	assert_false(vector_covers(&o, &haswell));
	o = skylake;
	o.states = STATES_AVX;
	assert_false(vector_covers(&o, &skylake));
}

/* OSXSAVE mirrors CR4, which differs while a processor starts. */
static void
what_no_code_is_chosen_by_does_not_matter(void **state)
{
	struct vector_offer o = haswell;

	o.leaf1_ecx |= ECX_OSXSAVE;
	assert_true(vector_covers(&haswell, &o));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_baseline_processor_keeps_xsave_off),
		cmocka_unit_test(avx_needs_its_state_in_leaf_d),
		cmocka_unit_test(avx512_takes_all_three_states_or_none),
		cmocka_unit_test(no_other_state_is_switched_on),
		cmocka_unit_test(each_part_of_avx512_is_needed),
		cmocka_unit_test(one_that_offers_less_does_not_cover),
		cmocka_unit_test(what_no_code_is_chosen_by_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
