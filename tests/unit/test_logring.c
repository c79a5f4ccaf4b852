/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: kernel/logring.c */
/*
 * The log's memory: what one boot writes the next one finds, whatever bytes
 * were there, and whatever a reset damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/logring.h"

static struct logring ring;

static void
add(uint64_t seq, const char *area)
{
	struct log_entry e = {
		.seq = seq, .time_us = seq * 10 + 1, .level = LOG_INFO
	};

	snprintf(e.area, sizeof(e.area), "%s", area);
	snprintf(e.text, sizeof(e.text), "line %u", (unsigned)seq);
	logring_add(&ring, &e);
}

static void
add_lines(uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i++)
		add(i, "test");
}

static void
check(uint32_t back, uint64_t seq)
{
	struct log_entry e;
	char want[32];

	assert_true(logring_get(&ring, back, seq, &e));
	snprintf(want, sizeof(want), "line %u", (unsigned)seq);
	assert_string_equal(e.text, want);
	assert_string_equal(e.area, "test");
	assert_int_equal(e.seq, seq);
	assert_int_equal(e.time_us, seq * 10 + 1);
	assert_int_equal(e.level, LOG_INFO);
}

static void
noise_is_no_log(void **state)
{
	struct log_entry e;
	int round;
	size_t i;

	(void)state;
	srand(3);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < sizeof(ring); i++)
			((uint8_t *)&ring)[i] = (uint8_t)rand();
		assert_int_equal(logring_start(&ring), 0);
		assert_false(logring_get(&ring, 0, 0, &e));
		assert_false(logring_get(&ring, 1, 0, &e));
		add_lines(3);
		check(0, 2);
	}
}

static void
next_boot_finds_the_lines(void **state)
{
	struct log_entry e;
	uint64_t i;

	(void)state;
	memset(&ring, 0, sizeof(ring));
	assert_int_equal(logring_start(&ring), 0);
	add_lines(40);
	assert_int_equal(logring_start(&ring), 40);
	add_lines(5);
	for (i = 0; i < 40; i++)
		check(1, i);
	for (i = 0; i < 5; i++)
		check(0, i);
	assert_false(logring_get(&ring, 0, 5, &e));
	assert_false(logring_get(&ring, 1, 40, &e));
	/* And the boot after that finds the second boot's. */
	assert_int_equal(logring_start(&ring), 5);
	check(1, 4);
}

static void
the_ring_wraps(void **state)
{
	struct log_entry e;
	uint64_t i, n = LOGRING_SLOTS * 2 + 7;

	(void)state;
	memset(&ring, 0, sizeof(ring));
	logring_start(&ring);
	add_lines(100);
	logring_start(&ring);
	add_lines(n);
	assert_false(logring_get(&ring, 0, n - LOGRING_SLOTS - 1, &e));
	for (i = n - LOGRING_SLOTS; i < n; i++)
		check(0, i);
	assert_false(logring_get(&ring, 1, 99, &e));
	assert_int_equal(logring_start(&ring), n);
	check(1, n - 1);
}

static void
damage_costs_one_line(void **state)
{
	struct log_entry e;
	uint64_t seq;

	(void)state;
	memset(&ring, 0, sizeof(ring));
	logring_start(&ring);
	add_lines(30);
	ring.slot[12].text[3] ^= 1;
	assert_int_equal(logring_start(&ring), 30);
	for (seq = 0; seq < 30; seq++) {
		if (seq == 12)
			assert_false(logring_get(&ring, 1, seq, &e));
		else
			check(1, seq);
	}
}

static void
damaged_header_loses_all(void **state)
{
	(void)state;
	memset(&ring, 0, sizeof(ring));
	logring_start(&ring);
	add_lines(30);
	ring.header.first ^= 4;
	assert_int_equal(logring_start(&ring), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_no_log),
		cmocka_unit_test(next_boot_finds_the_lines),
		cmocka_unit_test(the_ring_wraps),
		cmocka_unit_test(damage_costs_one_line),
		cmocka_unit_test(damaged_header_loses_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
