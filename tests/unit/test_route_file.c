/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c net/addr.c
 * libs: routes
 */
/*
 * Bulk routes as text: good and bad lines, very long ones, and files as long
 * as the Internet's table.
 */
#include "tests/unit/route_reading.h"

static struct reading now;

static void
read_text(const char *text)
{
	reading_of(&now, text, strlen(text), 64);
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
				   "! another comment\n"
				   "192.0.2.255/32 192.0.2.2";
	char routes[512];

	(void)state;
	for (uint32_t max = 1; max <= 64; max++) {
		reading_of(&now, text, sizeof(text) - 1, max);
		assert_int_equal(now.state, ROUTE_END);
		assert_int_equal(now.errors.count, 0);
		reading_text(&now, routes, sizeof(routes));
		assert_string_equal(routes,
		    "10.0.0.0/8 192.0.2.1;2001:db8::/32 2001:db8:1::1;"
		    "0.0.0.0/0 192.0.2.1;::/0 2001:db8:1::1;"
		    "192.0.2.255/32 192.0.2.2;");
	}
	assert_int_equal(now.progress.numbers, 10);
	assert_int_equal(now.progress.done, sizeof(text) - 1);
	assert_int_equal(now.progress.total, sizeof(text) - 1);
	assert_int_equal(now.line[1].number, 5);
	assert_int_equal(now.line[1].column, 3);
	assert_int_equal(now.line[0].number, 4);
	assert_int_equal(now.line[0].column, 1);
	assert_int_equal(now.line[0].offset, 3 + 10 + 1 + 5);
	read_text("");
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.errors.count + now.progress.routes, 0);
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
		const struct config_error *e = &now.errors.error[0];

		snprintf(text, sizeof(text), "\n%s\n::/0 2001:db8::1\n",
		    wrong[i].text);
		read_text(text);
		assert_int_equal(now.state, ROUTE_END);
		assert_int_equal(now.progress.routes, 1);
		if (now.errors.count != 1 || e->line != 2 ||
		    e->column != wrong[i].column ||
		    strstr(e->message, wrong[i].message) == NULL)
			fail_msg("%s: %u errors, %u:%u: %s", wrong[i].text,
			    now.errors.count, e->line, e->column, e->message);
		assert_string_equal(e->file, "r.txt");
	}
}

/* Behind a start that is text, NULs are bad words like any other. */
static void
test_nul_bytes(void **state)
{
	static const char tail[] = "\n10.0.0.0/8\0 192.0.2.1\n\0\n"
				   "10.0.0.0/8 192.0.2.1\0\n";
	char text[600];

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text + sizeof(text) - sizeof(tail) + 1, tail, sizeof(tail) - 1);
	reading_of(&now, text, sizeof(text), 64);
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.progress.routes, 0);
	assert_int_equal(now.errors.count, 3);
	assert_string_equal(now.errors.error[1].message,
	    "expected a prefix such as 10.0.0.0/8 or 2001:db8::/32, found "
	    "\"?\"");
}

static void
test_no_text(void **state)
{
	static const struct {
		const char *data;
		size_t size;
		const char *failure;
	} wrong[] = {
		{ "10.0.0.0/8\0", 11,
		    "the file is neither text nor MRT nor gzip" },
		{ "BZh91AY", 7,
		    "the file is packed by bzip2; expected text, MRT or gzip" },
		{ "\xfd\x37zXZ\0", 6,
		    "the file is packed by xz; expected text, MRT or gzip" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		reading_of(&now, wrong[i].data, wrong[i].size, 64);
		assert_int_equal(now.state, ROUTE_FAILED);
		assert_string_equal(now.failure, wrong[i].failure);
		assert_int_equal(now.errors.count, 1);
		assert_string_equal(
		    now.errors.error[0].message, wrong[i].failure);
	}
}

/* A line of `size` bytes between two good ones. */
static void
read_long(char *text, size_t size)
{
	static const char before[] = "10.0.0.0/8 192.0.2.1\n";
	static const char after[] = "\n11.0.0.0/8 192.0.2.1\n";

	memcpy(text, before, sizeof(before) - 1);
	memset(text + sizeof(before) - 1, ' ', size);
	memcpy(text + sizeof(before) - 1 + size, after, sizeof(after));
	read_text(text);
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.progress.routes, 2);
	assert_int_equal(now.progress.numbers, 3);
	assert_int_equal(now.line[1].number, 3);
}

static void
test_long_lines(void **state)
{
	enum { LONG = 1000000, MAX = 4096 };
	char *text = malloc(LONG + 100);

	(void)state;
	assert_non_null(text);
	read_long(text, MAX);
	assert_int_equal(now.errors.count, 0);
	for (size_t size = MAX + 1; size <= LONG; size += LONG - MAX - 1) {
		read_long(text, size);
		assert_int_equal(now.errors.count, 1);
		assert_int_equal(now.errors.error[0].line, 2);
		assert_int_equal(now.errors.error[0].column, MAX + 1);
	}
	/* in pieces, not in one go */
	assert_true(now.calls > 10);
	/* nothing but one line, without an end */
	memset(text, ' ', LONG);
	reading_of(&now, text, LONG, 64);
	assert_int_equal(now.state, ROUTE_END);
	assert_int_equal(now.errors.count, 1);
	free(text);
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
		memset(noise, '\n', 512);
		reading_of(&now, noise, SIZE, 64);
		assert_int_equal(now.state, ROUTE_END);
		assert_int_equal(now.progress.routes, 0);
		assert_true(now.errors.count > 100);
		assert_int_equal(
		    now.errors.error[CONFIG_ERRORS_MAX - 1].message[0], 'e');
	}
}

/* A loader's own errors are kept in the order of the lines. */
static void
test_notes(void **state)
{
	static const char text[] = "10.0.0.0/8 192.0.2.1\n"
				   "  10.0.0.0/8 192.0.2.1\n"
				   "x\n";
	struct file file = { "r.txt", text, sizeof(text) - 1 };
	const struct config_errors *errors;
	struct route_line line[4];
	struct route_reader *r;
	char shown[ROUTE_ERROR_TEXT];

	(void)state;
	assert_int_equal(route_reader_open(&r, &file), 0);
	assert_int_equal(route_reader_next(r, line, 4), 2);
	route_reader_note(r, &line[1], "as line %u", line[0].number);
	errors = route_reader_errors(r);
	assert_int_equal(errors->count, 2);
	assert_string_equal(route_error_format(&errors->error[0], shown),
	    "r.txt:2:3: as line 1");
	assert_int_equal(errors->error[1].line, 3);
	route_reader_close(r);
	route_reader_close(NULL);
}

/* A million lines, all of them right, or none. */
static char *
many_lines(uint32_t lines, bool good, size_t *size)
{
	enum { LINE_MAX = 40 };
	char *text = malloc((size_t)lines * LINE_MAX);

	assert_non_null(text);
	*size = 0;
	for (uint32_t i = 0; i < lines; i++) {
		uint32_t net = (i << 8) + (1u << 24) + !good;

		*size += (size_t)sprintf(text + *size,
		    "%u.%u.%u.%u/24 192.0.2.%u\n", net >> 24, net >> 16 & 255,
		    net >> 8 & 255, net & 255, 1 + i % 250);
	}
	return text;
}

static uint64_t
sum_up(const struct file *file, struct route_reader **r)
{
	struct route_line line[256];
	uint64_t sum = 0;

	assert_int_equal(route_reader_open(r, file), 0);
	while (route_reader_state(*r) == ROUTE_MORE) {
		uint32_t n = route_reader_next(*r, line, 256);

		for (uint32_t i = 0; i < n; i++)
			sum += be32_load(line[i].prefix.addr.byte) +
			       line[i].prefix.len +
			       be32_load(line[i].gateway.byte) + line[i].number;
	}
	return sum;
}

static void
test_full_table(void **state)
{
	enum { LINES = 1000000 };
	struct file file = { "full.txt", NULL, 0 };
	struct route_reader *r;
	uint64_t expected = 0;
	char *text = many_lines(LINES, true, &file.size);

	(void)state;
	file.data = text;
	for (uint32_t i = 0; i < LINES; i++)
		expected += (i << 8) + (1u << 24) + 24 + 0xc0000201u + i % 250 +
		            i + 1;
	assert_true(sum_up(&file, &r) == expected);
	assert_int_equal(route_reader_progress(r).routes, LINES);
	assert_int_equal(route_reader_errors(r)->count, 0);
	route_reader_close(r);
	free(text);
}

static void
test_a_million_errors(void **state)
{
	enum { LINES = 1000000 };
	struct file file = { "bad.txt", NULL, 0 };
	const struct config_errors *errors;
	struct route_reader *r;
	char *text = many_lines(LINES, false, &file.size);

	(void)state;
	file.data = text;
	assert_true(sum_up(&file, &r) == 0);
	errors = route_reader_errors(r);
	assert_int_equal(route_reader_state(r), ROUTE_END);
	assert_int_equal(errors->count, LINES);
	for (uint32_t i = 0; i < CONFIG_ERRORS_MAX; i++) {
		assert_int_equal(errors->error[i].line, i + 1);
		assert_non_null(strstr(errors->error[i].message, "host bits"));
	}
	route_reader_close(r);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_lines),
		cmocka_unit_test(test_wrong_lines),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_no_text),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_full_table),
		cmocka_unit_test(test_a_million_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
