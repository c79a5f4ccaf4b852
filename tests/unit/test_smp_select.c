/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: kernel/smp_select.c */
/*
 * Which processors of the MADT are woken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/smp.h"

static struct acpi_info info;
static uint32_t out[SMP_MAX], left_out;

static void
list(const uint32_t *id, uint32_t n)
{
	memset(&info, 0, sizeof(info));
	memcpy(info.cpu_apic_id, id, n * sizeof(*id));
	info.cpu_count = n;
}

static void
the_one_that_runs_is_first(void **state)
{
	static const uint32_t ids[] = { 4, 2, 0, 6 };

	list(ids, 4);
	assert_int_equal(smp_select(&info, 0, false, out, &left_out), 4);
	assert_int_equal(out[0], 0);
	assert_int_equal(out[1], 4);
	assert_int_equal(out[2], 2);
	assert_int_equal(out[3], 6);
	assert_int_equal(left_out, 0);
}

static void
no_list_is_one_processor(void **state)
{
	static const uint32_t none[1];

	list(none, 0);
	assert_int_equal(smp_select(&info, 7, false, out, &left_out), 1);
	assert_int_equal(out[0], 7);
	assert_int_equal(left_out, 0);
}

/* xAPIC mode has 8 bits, all of them set for everybody. */
static void
ids_that_need_x2apic(void **state)
{
	static const uint32_t ids[] = { 0, 254, 255, 256, 0x12345678,
		UINT32_MAX };

	list(ids, 6);
	assert_int_equal(smp_select(&info, 0, false, out, &left_out), 2);
	assert_int_equal(out[1], 254);
	assert_int_equal(left_out, 4);
	assert_int_equal(smp_select(&info, 0, true, out, &left_out), 5);
	assert_int_equal(out[4], 0x12345678);
	assert_int_equal(left_out, 1);
}

static void
no_more_than_the_limit(void **state)
{
	uint32_t ids[ACPI_CPU_MAX], i;

	for (i = 0; i < ACPI_CPU_MAX; i++)
		ids[i] = i;
	list(ids, ACPI_CPU_MAX);
	assert_int_equal(smp_select(&info, 3, true, out, &left_out), SMP_MAX);
	assert_int_equal(out[0], 3);
	assert_int_equal(out[1], 0);
	assert_int_equal(out[SMP_MAX - 1], SMP_MAX - 1);
	assert_int_equal(left_out, ACPI_CPU_MAX - SMP_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_one_that_runs_is_first),
		cmocka_unit_test(no_list_is_one_processor),
		cmocka_unit_test(ids_that_need_x2apic),
		cmocka_unit_test(no_more_than_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
