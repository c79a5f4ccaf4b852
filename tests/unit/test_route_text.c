/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config_args.c control/config_error.c control/config_lex.c
 * control/ip_class.c control/iptext.c net/addr.c
 * libs: routes
 */
/*
 * The fast way through a line of a route file says what the slow one says, or
 * nothing: on lines that are right, on ones that are nearly so, and on noise.
 */
#include "control/route_private.h"
#include "tests/unit/route_reading.h"

static struct route_reader reader;

struct counts {
	uint32_t fast, slow, refused;
};

/* Compares both ways on one line, which ends at the first LF. */
static void
compare(const char *text, size_t size, struct counts *counts)
{
	char line[TEXT_FAST_ROOM + 128];
	struct route_line fast, slow;
	struct file file = { "r.txt", line, size };
	const char *next;
	int result;

	assert_true(size <= 128 && text[size - 1] == '\n');
	/* what follows must not matter */
	memset(line, "1:. /f\n"[rand() % 7], sizeof(line));
	memcpy(line, text, size);
	memset(&reader, 0, sizeof(reader));
	reader.source.file = &file;
	reader.numbers = 1;
	next = text_fast(line, &fast);
	result = text_slow(&reader, line, size, &slow);
	assert_int_equal(reader.errors.count, result < 0);
	counts->slow += result == 1;
	counts->refused += result < 0;
	if (next == NULL)
		return;
	counts->fast++;
	if (result != 1 || next != line + size || fast.column != slow.column ||
	    fast.prefix.len != slow.prefix.len ||
	    !ip_addr_equal(&fast.prefix.addr, &slow.prefix.addr) ||
	    !ip_addr_equal(&fast.gateway, &slow.gateway))
		fail_msg("%.*s: only the fast way takes it, or otherwise",
		    (int)size - 1, text);
}

static void
compare_text(const char *text, struct counts *counts)
{
	char line[128];
	int size = snprintf(line, sizeof(line), "%s\n", text);

	assert_in_range(size, 1, sizeof(line) - 1);
	compare(line, (size_t)size, counts);
}

/* Lines on the edges of what the fast way takes. */
static const char *const edge[] = {
	"",
	" ",
	"#",
	"0.0.0.0/0 192.0.2.1",
	"0.0.0.0/1 192.0.2.1",
	"128.0.0.0/1 192.0.2.1",
	"128.0.0.0/0 192.0.2.1",
	"255.255.255.255/32 223.255.255.255",
	"255.255.255.255/32 224.0.0.0",
	"255.255.255.255/31 192.0.2.1",
	"256.0.0.0/8 192.0.2.1",
	"1000.0.0.0/8 192.0.2.1",
	"010.0.0.0/8 192.0.2.1",
	"10.0.0.00/8 192.0.2.1",
	"10.0.0.0/08 192.0.2.1",
	"10.0.0.0/33 192.0.2.1",
	"10.0.0.0/ 192.0.2.1",
	"10.0.0/8 192.0.2.1",
	"10.0.0.0.0/8 192.0.2.1",
	"10.0.0.0/8  192.0.2.1",
	"10.0.0.0/8 \t                                       192.0.2.1",
	"10.0.0.0/8                                          192.0.2.1",
	"10.0.0.0/8192.0.2.1",
	"10.0.0.0/8\t192.0.2.1",
	"10.0.0.0/8 192.0.2.1 ",
	"10.0.0.0/8 192.0.2.1\r",
	"10.0.0.0/8 192.0.2.1\r\r",
	"10.0.0.0/8 192.0.2.1#",
	"10.0.0.0/8 192.0.2.256",
	"10.0.0.0/8 192.0.2.1/32",
	"10.0.0.0/8 127.0.0.1",
	"10.0.0.0/8 0.0.0.1",
	"10.0.0.0/8 240.0.0.1",
	"10.0.0.0/8 2001:db8::1",
	"10.0.0.0/8",
	"::/0 2001:db8::1",
	"::/128 2001:db8::1",
	"::/129 2001:db8::1",
	"::1/128 2001:db8::1",
	"::1/127 2001:db8::1",
	"8000::/1 2001:db8::1",
	"8000::/0 2001:db8::1",
	"0:0:0:1::/64 2001:db8::1",
	"0:0:0:1::/63 2001:db8::1",
	"0:0:0:0:8000::/65 2001:db8::1",
	"0:0:0:0:8000::/64 2001:db8::1",
	"1:2:3:4:5:6:7:8/128 2001:db8::1",
	"1:2:3:4:5:6:7:8:9/128 2001:db8::1",
	"1:2:3:4:5:6:7::/112 2001:db8::1",
	"1:2:3:4:5:6:7:8::/128 2001:db8::1",
	"::2:3:4:5:6:7:8/128 2001:db8::1",
	"::1:2:3:4:5:6:7:8/128 2001:db8::1",
	"1::2::3/128 2001:db8::1",
	"1:::3/128 2001:db8::1",
	":1::/128 2001:db8::1",
	"1:/128 2001:db8::1",
	"1:2/128 2001:db8::1",
	"12345::/128 2001:db8::1",
	"00001::/128 2001:db8::1",
	"0001::/128 2001:DB8::A",
	"::ffff:192.0.2.1/128 2001:db8::1",
	"1:2:3:4:5:6:192.0.2.0/120 2001:db8::1",
	"::/0 2001:db8::192.0.2.1",
	"::/0 ::",
	"::/0 ::1",
	"::/0 fe80::1",
	"::/0 fd00::1",
	"::/0 ff02::1",
	"::/0 ::ffff:c000:201",
	"::/0 3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128 "
	"2fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"::/0 4000::1",
	"g::/16 2001:db8::1",
	"@::/16 2001:db8::1",
	"1.2",
	"1",
	"/",
	":",
	"::",
};

static void
test_edges(void **state)
{
	struct counts counts = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(edge) / sizeof(edge[0]); i++)
		compare_text(edge[i], &counts);
	assert_true(counts.fast >= 15);
	assert_true(counts.refused >= 30);
}

static void
random_addr(struct ip_addr *a, uint8_t family, bool plain)
{
	memset(a, 0, sizeof(*a));
	a->family = family;
	for (int i = 0; i < ip_family_bits(family) / 8; i++)
		a->byte[i] = rand() % 3 ? (uint8_t)(rand() >> 4) : 0;
	if (plain)
		a->byte[0] = family == IP4 ? (uint8_t)(1 + rand() % 126)
		                           : (uint8_t)(0x20 + rand() % 32);
}

/* A right line, written as everybody writes it. */
static void
random_line(char *text, size_t size, bool plain)
{
	uint8_t family = rand() % 2 ? IP4 : IP6;
	char prefix[IPTEXT_PREFIX_MAX], gateway[IPTEXT_ADDR_MAX];
	struct ip_prefix p;
	struct ip_addr a;

	random_addr(&p.addr, family, plain);
	random_addr(&a, family, plain);
	p.len = (uint8_t)(rand() % (ip_family_bits(family) + 1));
	ip_addr_mask(&p.addr, p.len);
	snprintf(text, size, "%s %s", ip_prefix_format(&p, prefix),
	    ip_addr_format(&a, gateway));
}

/* Such lines, and nearly all of them, take the fast way. */
static void
test_right_lines(void **state)
{
	enum { LINES = 200000 };
	struct counts counts = { 0 };
	char text[128];

	(void)state;
	srand(11);
	for (int i = 0; i < LINES; i++) {
		random_line(text, sizeof(text), true);
		compare_text(text, &counts);
	}
	assert_int_equal(counts.slow, LINES);
	/* but a few have dots in IPv6, as in ::ffff:10.0.0.0/104 */
	assert_true(counts.fast > LINES - LINES / 100);
}

/* Right ones with a few characters changed, added or taken away. */
static void
damage(char *text)
{
	static const char any[] = "0123456789abcdefABCDEF.:/ \t\r#!xg%-";

	for (int n = rand() % 3; n >= 0; n--) {
		size_t len = strlen(text);
		size_t at = len > 0 ? (size_t)rand() % len : 0;
		char c = any[(size_t)rand() % (sizeof(any) - 1)];

		switch (rand() % 3) {
		case 0:
			memmove(text + at + 1, text + at, len - at + 1);
			text[at] = c;
			break;
		case 1:
			if (len > 0)
				memmove(text + at, text + at + 1, len - at);
			break;
		default:
			if (len > 0)
				text[at] = c;
			break;
		}
	}
}

static void
test_wrong_lines(void **state)
{
	enum { LINES = 500000 };
	struct counts counts = { 0 };
	char text[128];

	(void)state;
	srand(13);
	for (int i = 0; i < LINES; i++) {
		random_line(text, sizeof(text) - 8, i % 2);
		damage(text);
		compare_text(text, &counts);
	}
	assert_true(counts.fast > LINES / 50);
	assert_true(counts.refused > LINES / 10);
}

static void
test_noise(void **state)
{
	static const char few[] = "0123456789abcdef.:/ \n";
	struct counts counts = { 0 };
	char text[128];

	(void)state;
	srand(17);
	for (int i = 0; i < 500000; i++) {
		size_t size = 1 + (size_t)rand() % 100;

		for (size_t k = 0; k < size; k++) {
			text[k] = i % 2
			              ? (char)(rand() >> 5)
			              : few[(size_t)rand() % (sizeof(few) - 2)];
			if (text[k] == '\n')
				text[k] = ' ';
		}
		text[size - 1] = '\n';
		compare(text, size, &counts);
	}
}

/* Numbers of lines have 32 bits: a file with more of them is not read on. */
static void
test_too_many_lines(void **state)
{
	static const char text[] = "10.0.0.0/8 192.0.2.1\n"
				   "11.0.0.0/8 192.0.2.1\n"
				   "12.0.0.0/8 192.0.2.1\n"
				   "# as long as the fast way wants it to be: "
				   "so that both ways through it are tried\n";
	struct file file = { "r.txt", text, sizeof(text) - 1 };
	struct route_line line[8];

	(void)state;
	for (uint32_t left = 0; left <= 4; left++) {
		struct route_reader *r;

		assert_int_equal(route_reader_open(&r, &file), 0);
		r->numbers = UINT32_MAX - left;
		assert_int_equal(
		    route_reader_next(r, line, 4), left < 3 ? left : 3);
		if (left == 4)
			assert_int_equal(route_reader_next(r, line, 4), 0);
		assert_int_equal(
		    route_reader_state(r), left < 4 ? ROUTE_FAILED : ROUTE_END);
		route_reader_close(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_right_lines),
		cmocka_unit_test(test_wrong_lines),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_too_many_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
