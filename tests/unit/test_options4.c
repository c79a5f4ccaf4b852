/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/options4.c */
/*
 * IPv4 options, one header after the other: what is wrong with it, and what a
 * router writes into it (RFC 791 3.1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/options4.h"
#include "net/addr.h"

enum { HEADER = 20, OPTIONS_MAX = 40 };

static const uint8_t own[4] = { 192, 0, 2, 1 };
static const uint32_t noon = 0xabcdef01;

struct rule {
	const char *name;
	uint8_t len; /* of the options: a multiple of 4 */
	enum options4_fate fate;
	uint8_t bad;
	uint8_t named; /* to be expected */
	uint8_t before[OPTIONS_MAX];
	uint8_t after[OPTIONS_MAX]; /* all 0: the same */
};

#define GOOD    OPTIONS4_GOOD, 0, 0
#define NAMED   OPTIONS4_GOOD, 0
#define REFUSED OPTIONS4_REFUSED, 0, 0
#define BAD(at) OPTIONS4_BAD, (at), 0

static const struct rule rules[] = {
	/* others: untouched */
	{ "none", 0, GOOD, { 0 }, { 0 } },
	{ "padding", 4, GOOD, { 1, 1, 1, 0 }, { 0 } },
	{ "behind the end", 8, GOOD, { 0, 131, 0, 7, 1 }, { 0 } },
	{ "router alert", 4, GOOD, { 148, 4, 0, 0 }, { 0 } },
	{ "router alert, unknown value", 4, GOOD, { 148, 4, 1, 1 }, { 0 } },
	{ "unknown", 4, GOOD, { 30, 4, 1, 2 }, { 0 } },
	{ "unknown, of two bytes", 4, GOOD, { 222, 2, 1, 1 }, { 0 } },
	{ "security", 12, GOOD, { 130, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, { 0 } },
	{ "all 40", 40, GOOD, { 94, 40 }, { 0 } },
	/* source routes */
	{ "LSRR", 8, REFUSED, { 131, 7, 4, 1, 2, 3, 4 }, { 0 } },
	{ "SSRR", 8, REFUSED, { 137, 7, 4, 1, 2, 3, 4 }, { 0 } },
	{ "LSRR used up", 8, REFUSED, { 131, 7, 8, 1, 2, 3, 4 }, { 0 } },
	{ "behind record route", 12, REFUSED,
	    { 7, 7, 4, 0, 0, 0, 0, 131, 3, 4 }, { 0 } },
	/* lengths */
	{ "length 0", 4, BAD(21), { 30, 0 }, { 0 } },
	{ "length 1", 4, BAD(21), { 30, 1 }, { 0 } },
	{ "one too long", 4, BAD(21), { 30, 5 }, { 0 } },
	{ "one too long, behind others", 8, BAD(25), { 1, 30, 3, 0, 30, 5 },
	    { 0 } },
	{ "no length", 4, BAD(23), { 1, 1, 1, 30 }, { 0 } },
	/* record route */
	{ "first of two", 12, GOOD, { 7, 11, 4 }, { 7, 11, 8, 192, 0, 2, 1 } },
	{ "second of two", 12, GOOD, { 7, 11, 8, 9, 9, 9, 9 },
	    { 7, 11, 12, 9, 9, 9, 9, 192, 0, 2, 1 } },
	{ "full", 12, GOOD, { 7, 11, 12, 9, 9, 9, 9, 8, 8, 8, 8 }, { 0 } },
	{ "pointer far beyond", 8, GOOD, { 7, 7, 255 }, { 0 } },
	{ "without room at all", 4, GOOD, { 7, 3, 4, 0 }, { 0 } },
	{ "not aligned", 8, GOOD, { 1, 7, 7, 4 },
	    { 1, 7, 7, 8, 192, 0, 2, 1 } },
	{ "nine", 40, GOOD, { 7, 39, 36 }, { 7, 39, 40, [35] = 192, 0, 2, 1 } },
	{ "record, length 2", 4, BAD(21), { 7, 2 }, { 0 } },
	{ "record, pointer 3", 8, BAD(22), { 7, 7, 3 }, { 0 } },
	{ "record, pointer 0", 8, BAD(22), { 7, 7, 0 }, { 0 } },
	{ "record, room for three bytes", 8, BAD(22), { 7, 7, 5 }, { 0 } },
	{ "record, room for one byte", 8, BAD(22), { 7, 7, 7 }, { 0 } },
	{ "record twice", 16, BAD(27),
	    { 7, 7, 4, 0, 0, 0, 0, 7, 7, 4, 0, 0, 0, 0 }, { 0 } },
	/* timestamp */
	{ "time", 8, GOOD, { 68, 8, 5, 0 },
	    { 68, 8, 9, 0, 0xab, 0xcd, 0xef, 0x01 } },
	{ "time, second", 12, GOOD, { 68, 12, 9, 0, 1, 2, 3, 4 },
	    { 68, 12, 13, 0, 1, 2, 3, 4, 0xab, 0xcd, 0xef, 0x01 } },
	{ "time, full", 8, GOOD, { 68, 8, 9, 0, 1, 2, 3, 4 },
	    { 68, 8, 9, 0x10, 1, 2, 3, 4 } },
	{ "time, full again", 8, GOOD, { 68, 8, 9, 0xe1, 1, 2, 3, 4 },
	    { 68, 8, 9, 0xf1, 1, 2, 3, 4 } },
	{ "time, overflow overflows", 8, BAD(23), { 68, 8, 9, 0xf0 }, { 0 } },
	{ "time, without room at all", 4, GOOD, { 68, 4, 5, 0 },
	    { 68, 4, 5, 0x10 } },
	{ "address and time", 12, GOOD, { 68, 12, 5, 1 },
	    { 68, 12, 13, 1, 192, 0, 2, 1, 0xab, 0xcd, 0xef, 0x01 } },
	{ "time for whom it is asked", 12, NAMED, 24,
	    { 68, 12, 5, 3, 9, 8, 7, 6 },
	    { 68, 12, 13, 3, 9, 8, 7, 6, 0xab, 0xcd, 0xef, 0x01 } },
	{ "nobody is asked any more", 12, GOOD,
	    { 68, 12, 13, 3, 9, 8, 7, 6, 1, 2, 3, 4 },
	    { 68, 12, 13, 0x13, 9, 8, 7, 6, 1, 2, 3, 4 } },
	{ "unknown flags", 8, GOOD, { 68, 8, 5, 2 }, { 0 } },
	{ "unknown flags, full", 8, GOOD, { 68, 8, 9, 0xf2 }, { 0 } },
	{ "time, length 3", 4, BAD(21), { 68, 3, 5 }, { 0 } },
	{ "time, pointer 4", 8, BAD(22), { 68, 8, 4, 0 }, { 0 } },
	{ "time, room for three bytes", 8, BAD(22), { 68, 8, 6, 0 }, { 0 } },
	{ "address and time, room for time", 8, BAD(22), { 68, 8, 5, 1 },
	    { 0 } },
	{ "asked, room for time", 8, BAD(22), { 68, 8, 5, 3 }, { 0 } },
	{ "time twice", 16, BAD(28), { 68, 8, 5, 0, 0, 0, 0, 0, 68, 8, 5, 0 },
	    { 0 } },
	/* together */
	{ "record and time", 16, GOOD, { 68, 8, 5, 0, 0, 0, 0, 0, 7, 7, 4 },
	    { 68, 8, 9, 0, 0xab, 0xcd, 0xef, 0x01, 7, 7, 8, 192, 0, 2, 1 } },
};

static uint16_t
sum(const uint8_t *ip)
{
	uint32_t s = 0;

	for (uint32_t i = 0; i < (ip[0] & 15) * 4u; i += 2)
		s += be16_load(ip + i);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

/* Exactly as long as it says, so that a byte beyond is seen. */
static uint8_t *
make_header(uint8_t len, const uint8_t *options)
{
	uint8_t *ip = malloc(HEADER + (size_t)len);

	assert_non_null(ip);
	for (uint32_t i = 0; i < HEADER; i++)
		ip[i] = (uint8_t)(i * 7);
	ip[0] = (uint8_t)(0x45 + len / 4);
	memcpy(ip + HEADER, options, len);
	be16_store(ip + 10, 0);
	be16_store(ip + 10, (uint16_t)~sum(ip));
	assert_int_equal(sum(ip), 0xffff);
	return ip;
}

static void
check_rule(const struct rule *rule)
{
	static const uint8_t same[OPTIONS_MAX];
	uint8_t *ip = make_header(rule->len, rule->before);
	const uint8_t *after = rule->after;
	enum options4_fate fate;
	struct options4 o;

	if (memcmp(after, same, sizeof(same)) == 0)
		after = rule->before;
	fate = options4_check(ip, &o);
	if (fate != rule->fate || (fate == OPTIONS4_BAD && o.bad != rule->bad))
		print_error("%s: %d at %u\n", rule->name, fate, o.bad);
	assert_int_equal(fate, rule->fate);
	assert_memory_equal(ip + HEADER, rule->before, rule->len);
	if (fate == OPTIONS4_BAD)
		assert_int_equal(o.bad, rule->bad);
	if (fate == OPTIONS4_GOOD) {
		assert_int_equal(o.named, rule->named);
		options4_update(ip, &o, own, noon);
		if (memcmp(ip + HEADER, after, rule->len) != 0)
			print_error("%s\n", rule->name);
		assert_memory_equal(ip + HEADER, after, rule->len);
		assert_int_equal(sum(ip), 0xffff);
	}
	free(ip);
}

static void
test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		check_rule(&rules[i]);
}

/* Any bytes: what is found good is changed within itself. */
static void
test_random(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (uint32_t round = 0; round < 300000; round++) {
		static const uint8_t likely[] = { 0, 1, 2, 3, 4, 5, 7, 8, 11,
			12, 68, 131, 148, 0xf0 };
		uint8_t options[OPTIONS_MAX], *ip;
		struct options4 o;

		for (uint32_t i = 0; i < OPTIONS_MAX; i++) {
			seed = seed * 6364136223846793005u +
			       1442695040888963407u;
			options[i] = seed >> 62
			                 ? likely[(seed >> 33) % sizeof(likely)]
			                 : (uint8_t)(seed >> 40);
		}
		ip = make_header((uint8_t)((seed >> 50) % 11 * 4), options);
		if (options4_check(ip, &o) == OPTIONS4_GOOD) {
			options4_update(ip, &o, own, noon);
			assert_int_equal(sum(ip), 0xffff);
		}
		free(ip);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
