/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c control/route_file.c net/addr.c
 */
/*
 * Bulk routes: good and bad lines, and a file as long as the Internet's table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/iptext.h"
#include "control/route_file.h"

static struct config_errors errors;

struct seen {
	char text[4096]; /* the routes as they came */
	int stop_at;     /* 0: never */
	int count;
};

static int
see(void *arg, const struct ip_prefix *prefix, const struct ip_addr *gateway)
{
	struct seen *seen = arg;
	char text[IPTEXT_PREFIX_MAX];

	strcat(seen->text, ip_prefix_format(prefix, text));
	strcat(seen->text, " ");
	strcat(seen->text, ip_addr_format(gateway, text));
	strcat(seen->text, ";");
	seen->count++;
	return seen->count == seen->stop_at ? -ENOMEM : 0;
}

/* Reads a copy without NUL, so that ASan sees a read beyond the end. */
static int64_t
read_bytes(const char *text, size_t size, route_file_fn *fn, void *arg)
{
	char *copy = malloc(size > 0 ? size : 1);
	struct file file = { "r.txt", copy, size };
	int64_t n;

	assert_non_null(copy);
	memcpy(copy, text, size);
	memset(&errors, 0, sizeof(errors));
	n = route_file_read(&file, &errors, fn, arg);
	free(copy);
	return n;
}

static void
test_good_lines(void **state)
{
	static const char text[] = "\xef\xbb\xbf# comment\n\n   \t\n"
				   "10.0.0.0/8 192.0.2.1\r\n"
				   "  2001:db8::/32\t2001:db8:1::1  # and why\n"
				   "0.0.0.0/0 192.0.2.1# x\n"
				   "\r\n"
				   "::/0 2001:db8:1::1\n"
				   "192.0.2.255/32 192.0.2.2";
	struct seen seen = { .count = 0 };

	(void)state;
	assert_int_equal(read_bytes(text, sizeof(text) - 1, see, &seen), 5);
	assert_int_equal(errors.count, 0);
	assert_string_equal(seen.text,
	    "10.0.0.0/8 192.0.2.1;2001:db8::/32 2001:db8:1::1;"
	    "0.0.0.0/0 192.0.2.1;::/0 2001:db8:1::1;"
	    "192.0.2.255/32 192.0.2.2;");
	assert_int_equal(read_bytes(text, sizeof(text) - 1, NULL, NULL), 5);
	assert_int_equal(read_bytes("", 0, see, &seen), 0);
	assert_int_equal(errors.count, 0);
}

struct wrong {
	const char *text;
	uint32_t column;
	const char *message;
};

static void
test_wrong_lines(void **state)
{
	static const struct wrong wrong[] = {
		{ "10.0.0.0/8", 11,
		    "expected an IPv4 gateway such as 192.0.2.1, found end of "
		    "line" },
		{ "10.0.0.0 192.0.2.1", 1,
		    "expected a prefix such as 10.0.0.0/8 or 2001:db8::/32, "
		    "found \"10.0.0.0\"" },
		{ " 10.0.0.0/33 192.0.2.1", 2, "found \"10.0.0.0/33\"" },
		{ "10.0.0.1/8 192.0.2.1", 1,
		    "host bits set; did you mean 10.0.0.0/8?" },
		{ "2001:db8::1/32 2001::1", 1, "did you mean 2001:db8::/32?" },
		{ "10.0.0.0/8 2001:db8::1", 12, "expected an IPv4 gateway" },
		{ "::/0 192.0.2.1", 6, "expected an IPv6 gateway" },
		{ "10.0.0.0/8 192.0.2.1/24", 12, "without a length" },
		{ "10.0.0.0/8 127.0.0.1", 12, "a loopback address" },
		{ "::/0 ::", 6, "the unspecified address" },
		{ "::/0 fe80::1", 6, "a link-local gateway needs" },
		{ "10.0.0.0/8 192.0.2.1 port0", 22,
		    "expected end of line, found \"port0\"" },
		{ "ip route 10.0.0.0/8 192.0.2.1", 1, "found \"ip\"" },
		{ "10.0.0.0/8 192.0.2.1\r\r", 12, "found \"192.0.2.1?\"" },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct config_error *e = &errors.error[0];

		snprintf(text, sizeof(text), "\n%s\n::/0 2001:db8::1\n",
		    wrong[i].text);
		assert_int_equal(read_bytes(text, strlen(text), NULL, NULL), 1);
		if (errors.count != 1 || e->line != 2 ||
		    e->column != wrong[i].column ||
		    strstr(e->message, wrong[i].message) == NULL)
			fail_msg("%s: %u errors, %u:%u: %s", wrong[i].text,
			    errors.count, e->line, e->column, e->message);
		assert_string_equal(e->file, "r.txt");
	}
}

static void
test_nul_bytes(void **state)
{
	static const char text[] = "10.0.0.0/8\0 192.0.2.1\n\0\n"
				   "10.0.0.0/8 192.0.2.1\0\n";

	(void)state;
	assert_int_equal(read_bytes(text, sizeof(text) - 1, NULL, NULL), 0);
	assert_int_equal(errors.count, 3);
	assert_string_equal(errors.error[1].message,
	    "expected a prefix such as 10.0.0.0/8 or 2001:db8::/32, found "
	    "\"?\"");
}

static void
test_reader_can_stop(void **state)
{
	static const char text[] = "10.0.0.0/8 192.0.2.1\n"
				   "11.0.0.0/8 192.0.2.1\n"
				   "12.0.0.0/8 192.0.2.1\n";
	struct seen seen = { .stop_at = 2 };

	(void)state;
	assert_int_equal(
	    read_bytes(text, sizeof(text) - 1, see, &seen), -ENOMEM);
	assert_int_equal(seen.count, 2);
}

static void
test_random_bytes(void **state)
{
	enum { SIZE = 1 << 16 };
	static char noise[SIZE];

	(void)state;
	srand(3);
	for (int i = 0; i < 20; i++) {
		for (int k = 0; k < SIZE; k++)
			noise[k] = (char)(rand() >> 7);
		assert_int_equal(read_bytes(noise, SIZE, NULL, NULL), 0);
		assert_true(errors.count > 100);
		assert_int_equal(
		    errors.error[CONFIG_ERRORS_MAX - 1].message[0], 'e');
	}
}

static int
add_up(void *arg, const struct ip_prefix *prefix, const struct ip_addr *gateway)
{
	uint64_t *sum = arg;

	*sum += be32_load(prefix->addr.byte) + prefix->len +
	        be32_load(gateway->byte);
	return 0;
}

/* A million lines, each of them right. */
static void
test_full_table(void **state)
{
	enum { LINES = 1000000, LINE_MAX = 40 };
	char *text = malloc((size_t)LINES * LINE_MAX);
	struct file file = { "full.txt", text, 0 };
	uint64_t expected = 0;
	uint64_t sum = 0;

	(void)state;
	assert_non_null(text);
	for (uint32_t i = 0; i < LINES; i++) {
		uint32_t net = (i << 8) + (1u << 24);

		file.size += (size_t)sprintf(text + file.size,
		    "%u.%u.%u.0/24 192.0.2.%u\n", net >> 24, net >> 16 & 255,
		    net >> 8 & 255, 1 + i % 250);
		expected += net + 24 + 0xc0000201u + i % 250;
	}
	memset(&errors, 0, sizeof(errors));
	assert_int_equal(route_file_read(&file, &errors, add_up, &sum), LINES);
	assert_int_equal(errors.count, 0);
	assert_true(sum == expected);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_lines),
		cmocka_unit_test(test_wrong_lines),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_reader_can_stop),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_full_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
