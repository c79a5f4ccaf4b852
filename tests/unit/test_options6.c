/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/options6.c */
/*
 * Hop-by-hop options, one header after the other (RFC 8200 4.2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/options6.h"

enum { HEADER = 40, OPTIONS_MAX = 24 };

struct rule {
	const char *name;
	uint8_t len; /* of what follows the header */
	enum options6_fate fate;
	uint16_t at; /* when somebody is told */
	uint8_t bytes[OPTIONS_MAX];
	bool group; /* the destination */
};

#define GOOD        OPTIONS6_GOOD, 0
#define REFUSED     OPTIONS6_REFUSED, 0
#define UNKNOWN(at) OPTIONS6_UNKNOWN, (at)
#define BAD(at)     OPTIONS6_BAD, (at)

static const struct rule rules[] = {
	{ "one padding", 8, GOOD, { 6, 0, 1, 4 }, false },
	{ "single bytes of padding", 8, GOOD, { 6, 0 }, false },
	{ "empty padding", 8, GOOD, { 6, 0, 1, 0, 1, 2, 0, 0 }, false },
	{ "router alert", 8, GOOD, { 6, 0, 5, 2, 0, 0, 1, 0 }, false },
	{ "router alert, unknown value", 8, GOOD, { 6, 0, 5, 2, 9, 9, 1, 0 },
	    false },
	{ "unknown 00", 8, GOOD, { 6, 0, 0x1e, 4, 1, 2, 3, 4 }, false },
	{ "unknown 00, may change", 8, GOOD, { 6, 0, 0x3e, 4 }, false },
	{ "unknown 01", 8, REFUSED, { 6, 0, 0x5e, 4 }, false },
	{ "unknown 10", 8, UNKNOWN(42), { 6, 0, 0x9e, 4 }, false },
	{ "unknown 11", 8, UNKNOWN(42), { 6, 0, 0xde, 4 }, false },
	{ "unknown 01, group", 8, REFUSED, { 6, 0, 0x5e, 4 }, true },
	{ "unknown 10, group", 8, UNKNOWN(42), { 6, 0, 0x9e, 4 }, true },
	{ "unknown 11, group", 8, REFUSED, { 6, 0, 0xde, 4 }, true },
	{ "jumbo", 8, UNKNOWN(42), { 6, 0, 0xc2, 4, 0, 1, 0, 0 }, false },
	{ "the first counts", 16, UNKNOWN(44),
	    { 6, 1, 1, 0, 0x9e, 2, 0, 0, 0x5e, 0, 1, 4 }, false },
	{ "behind padding", 8, UNKNOWN(44), { 6, 0, 0, 0, 0x9e, 2 }, false },
	{ "the last byte", 8, GOOD, { 6, 0, 0x1e, 3, 0, 0, 0, 0 }, false },
	{ "type alone", 8, BAD(47), { 6, 0, 0x1e, 3, 0, 0, 0, 5 }, false },
	{ "one too long", 8, BAD(43), { 6, 0, 1, 5 }, false },
	{ "unknown and too long", 8, BAD(43), { 6, 0, 0x9e, 5 }, false },
	{ "option beyond the header", 24, BAD(43), { 6, 0, 1, 12 }, false },
	{ "header beyond the packet", 16, BAD(41), { 6, 2, 1, 4 }, false },
	{ "header of 2048", 8, BAD(41), { 6, 255, 1, 4 }, false },
	{ "cut", 7, BAD(41), { 6, 0, 1, 3 }, false },
	{ "packet goes on", 24, GOOD, { 6, 0, 1, 4, 0, 0, 0, 0, 0xff }, false },
};

static void
test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *rule = &rules[i];
		uint8_t *ip = calloc(1, HEADER + (size_t)rule->len);
		enum options6_fate fate;
		uint16_t at;

		assert_non_null(ip);
		ip[0] = 0x60;
		ip[24] = rule->group ? 0xff : 0x20;
		memcpy(ip + HEADER, rule->bytes, rule->len);
		fate = options6_check(ip, HEADER + rule->len, &at);
		if (fate != rule->fate)
			print_error("%s: %d at %u\n", rule->name, fate, at);
		assert_int_equal(fate, rule->fate);
		if (rule->at)
			assert_int_equal(at, rule->at);
		free(ip);
	}
}

/* Any bytes, at any length: nothing behind the packet is read. */
static void
test_random(void **state)
{
	uint32_t fates[4] = { 0 };
	uint64_t seed = 1;

	(void)state;
	for (uint32_t round = 0; round < 200000; round++) {
		size_t len = HEADER + round % 64;
		uint8_t *ip = malloc(len);
		enum options6_fate fate;
		uint16_t at;

		assert_non_null(ip);
		for (size_t i = 0; i < len; i++) {
			seed = seed * 6364136223846793005u +
			       1442695040888963407u;
			ip[i] = (uint8_t)(seed >> 40) & (seed >> 60 ? 7 : 255);
		}
		fate = options6_check(ip, (uint32_t)len, &at);
		fates[fate]++;
		if (fate != OPTIONS6_GOOD && len > HEADER + 7)
			assert_in_range(at, HEADER + 1, len - 1);
		free(ip);
	}
	for (uint32_t i = 0; i < 4; i++)
		assert_true(fates[i] > 100);
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
