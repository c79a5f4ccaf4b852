/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: net/counters.c */
/*
 * Every counter has a name of its own, and every one is added up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/counters.h"

static void
check_names(const struct counter_name *names, uint32_t n)
{
	uint32_t i, j;

	for (i = 0; i < n; i++) {
		assert_non_null(names[i].name);
		assert_true(strlen(names[i].name) > 0);
		assert_true(strlen(names[i].help) > 0);
		for (j = 0; j < i; j++)
			assert_string_not_equal(names[i].name, names[j].name);
	}
}

static void
test_names(void **state)
{
	(void)state;
	check_names(drop_names, DROP_REASON_COUNT);
	check_names(punt_names, PUNT_REASON_COUNT);
	assert_string_equal(drop_names[DROP_TX_FULL].name, "tx-full");
	assert_string_equal(punt_names[PUNT_REJECT].name, "reject");
}

static void
test_sum(void **state)
{
	struct counters sum = { 0 }, one = { 0 };
	uint64_t *word = (uint64_t *)&one;
	size_t i, words = sizeof(one) / sizeof(*word);

	(void)state;
	for (i = 0; i < words; i++)
		word[i] = i + 1;
	counters_add(&sum, &one);
	assert_memory_equal(&sum, &one, sizeof(sum));
	counters_add(&sum, &one);
	assert_int_equal(sum.port[0].in_packets, 2);
	assert_int_equal(sum.drop[3], 2 * one.drop[3]);
	assert_int_equal(sum.punt[PUNT_REASON_COUNT - 1],
	    2 * one.punt[PUNT_REASON_COUNT - 1]);
	assert_int_equal(sum.turns_busy, 2 * one.turns_busy);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
