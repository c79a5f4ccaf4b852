/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config.c control/config_args.c control/config_check.c
 * control/config_error.c control/config_interface.c
 * control/config_keyword.c control/config_lex.c control/config_limit.c
 * control/config_nd.c control/config_nd_check.c control/config_nd_render.c
 * control/config_parse.c control/config_render.c control/config_route.c
 * control/files.c control/icmp6.c control/ip_class.c control/iptext.c
 * control/ra_build.c control/route_format.c net/addr.c net/counters.c
 */
/* objects: control/config_verify.c */
/*
 * What `ip verify unicast` and `ipv6 verify unicast` mean, how they are
 * written back, and what is said about wrong ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "net/iface.h"
#include "tests/unit/config_equal.h"
#include "tests/unit/config_world.h"

static struct config_errors errors;

#define VIA " verify unicast source reachable-via "

/* In the form that config_render writes. */
static const char whole[] = "interface port0\n"
			    " ip" VIA "rx\n"
			    "!\n"
			    "interface port1\n"
			    " ip" VIA "any allow-default\n"
			    " ipv6" VIA "rx allow-default\n"
			    "!\n"
			    "interface port1.7\n"
			    " ipv6" VIA "any\n"
			    "!\n"
			    "interface port2\n"
			    "!\n";

static void
parse_good(const char *text, struct config *out)
{
	if (parse_text(text, out, &errors) != 0)
		fail_msg("%s\n%u:%u: %s", text, errors.error[0].line,
		    errors.error[0].column, errors.error[0].message);
}

static void
test_whole(void **state)
{
	struct config c, back;
	char text[1024];

	(void)state;
	parse_good(whole, &c);
	assert_int_equal(verify_of(c.interface[0].verify, IP4), VERIFY_RX);
	assert_int_equal(verify_of(c.interface[0].verify, IP6), 0);
	assert_int_equal(
	    verify_of(c.interface[1].verify, IP4), VERIFY_ANY | VERIFY_DEFAULT);
	assert_int_equal(
	    verify_of(c.interface[1].verify, IP6), VERIFY_RX | VERIFY_DEFAULT);
	assert_int_equal(verify_of(c.interface[2].verify, IP4), 0);
	assert_int_equal(verify_of(c.interface[2].verify, IP6), VERIFY_ANY);
	assert_int_equal(c.interface[3].verify, 0);
	assert_true(config_render(&c, text, sizeof(text)) < sizeof(text));
	assert_non_null(strstr(text, whole));
	parse_good(text, &back);
	assert_true(config_equal(&c, &back));
	back.interface[2].verify ^= VERIFY_DEFAULT;
	assert_false(config_equal(&c, &back));
	config_free(&back);
	config_free(&c);
}

/* Of several lines the last counts, each family for itself. */
static void
test_last(void **state)
{
	static const struct {
		const char *lines;
		uint8_t ip, ipv6;
	} cases[] = {
		{ " ip" VIA "rx\n ip" VIA "any\n", VERIFY_ANY, 0 },
		{ " ip" VIA "rx allow-default\n ip" VIA "rx\n", VERIFY_RX, 0 },
		{ " ip ver uni sou reach r all\n", VERIFY_RX | VERIFY_DEFAULT,
		    0 },
		{ " ipv6 v u s r a ! loose\n", 0, VERIFY_ANY },
		{ " ip" VIA "rx\n ipv6" VIA "any\n no ip" VIA "\n", 0,
		    VERIFY_ANY },
		{ " ip" VIA "rx\n ipv6" VIA "any\n no ipv6" VIA "any\n",
		    VERIFY_RX, 0 },
		{ " ip" VIA "rx\n no ip" VIA "any allow-default\n", 0, 0 },
		{ " no ip" VIA "\n ip" VIA "any\n", VERIFY_ANY, 0 },
		{ " no ipv6" VIA "\n", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[256] = "interface port0\n";
		struct config c;

		parse_good(strcat(text, cases[i].lines), &c);
		assert_int_equal(
		    verify_of(c.interface[0].verify, IP4), cases[i].ip);
		assert_int_equal(
		    verify_of(c.interface[0].verify, IP6), cases[i].ipv6);
		config_free(&c);
	}
}

static const struct {
	const char *text;
	uint32_t line, column;
	const char *part;
} wrong[] = {
	{ "ip" VIA "rx", 1, 4, "\"verify\" belongs below an interface line" },
	{ "no ip" VIA, 1, 1, "\"no\" belongs below an interface line" },
	{ "int port0\n ip verify", 2, 11, "expected unicast, found end" },
	{ "int port0\n ip verify multicast", 2, 12, "expected unicast" },
	{ "int port0\n ip verify unicast reverse-path", 2, 20,
	    "expected source, found \"reverse-path\"" },
	{ "int port0\n ipv6 verify unicast source", 2, 28,
	    "expected reachable-via" },
	{ "int port0\n ip" VIA, 2, 40, "expected rx or any, found end" },
	{ "int port0\n ip" VIA "strict", 2, 41, "expected rx or any" },
	{ "int port0\n ip" VIA "rx 100", 2, 44,
	    "expected allow-default or end of line, found \"100\"" },
	{ "int port0\n ip" VIA "rx allow-default x", 2, 58,
	    "expected end of line" },
	{ "int port0\n no ip" VIA "strict", 2, 44, "expected rx or any" },
	{ "int port0\n no ip address 10.0.0.1/24", 2, 8,
	    "expected verify, found \"address\"" },
};

static void
test_wrong(void **state)
{
	struct config c;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct config_error *e = &errors.error[0];

		assert_int_equal(
		    parse_text(wrong[i].text, &c, &errors), -EINVAL);
		if (e->line != wrong[i].line || e->column != wrong[i].column ||
		    !strstr(e->message, wrong[i].part))
			print_error("%s: %u:%u: %s\n", wrong[i].text, e->line,
			    e->column, e->message);
		assert_int_equal(e->line, wrong[i].line);
		assert_int_equal(e->column, wrong[i].column);
		assert_non_null(strstr(e->message, wrong[i].part));
		assert_int_equal(errors.count, 1);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
