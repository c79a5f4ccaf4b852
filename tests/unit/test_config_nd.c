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
 * What `ipv6 nd` means, how it is written back, and what is said about a
 * wrong one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/config_equal.h"
#include "tests/unit/config_world.h"

static struct config_errors errors;

static void
parse_good(const char *text, struct config *out)
{
	if (parse_text(text, out, &errors) != 0)
		fail_msg("%s\n%u:%u: %s", text, errors.error[0].line,
		    errors.error[0].column, errors.error[0].message);
}

/* All of it, in the form that config_render writes. */
static const char whole[] =
    "interface port0\n"
    " ipv6 address 2001:db8::1/64\n"
    " no ipv6 nd suppress-ra\n"
    " ipv6 nd ra-interval msec 4500\n"
    " ipv6 nd ra-lifetime 5\n"
    " ipv6 nd reachable-time 30000\n"
    " ipv6 nd ra-retrans-interval 1000\n"
    " ipv6 nd ra-hop-limit 0\n"
    " ipv6 nd mtu 1400\n"
    " ipv6 nd managed-config-flag\n"
    " ipv6 nd other-config-flag\n"
    " ipv6 nd router-preference low\n"
    " ipv6 nd prefix 2001:db8::/64 router-address\n"
    " ipv6 nd prefix 2001:db8:1::/64 infinite 600 off-link\n"
    " ipv6 nd prefix 2001:db8:2::/48 600 0 no-autoconfig\n"
    " ipv6 nd rdnss 2001:db8::53\n"
    " ipv6 nd rdnss fe80::53 infinite\n"
    " ipv6 nd dnssl lab.example.org 0\n";

static void
test_whole(void **state)
{
	struct config c, back;
	const struct config_nd *nd;
	char text[2048];

	(void)state;
	parse_good(whole, &c);
	nd = &c.interface[0].nd;
	assert_true(nd->advertise && nd->managed && nd->other);
	assert_int_equal(config_nd_number(nd, ND_INTERVAL), 4500);
	assert_int_equal(config_nd_number(nd, ND_LIFETIME), 5);
	assert_int_equal(config_nd_number(nd, ND_HOP_LIMIT), 0);
	assert_int_equal(config_nd_number(nd, ND_MTU), 1400);
	assert_int_equal(nd->preference, ND_LOW);
	assert_int_equal(nd->prefix_count, 3);
	assert_true(nd->prefix[0].router_address);
	assert_int_equal(nd->prefix[0].valid, 2592000);
	assert_int_equal(nd->prefix[0].preferred, 604800);
	assert_true(nd->prefix[1].off_link);
	assert_false(nd->prefix[1].no_autoconfig);
	assert_int_equal(nd->prefix[1].valid, UINT32_MAX);
	assert_int_equal(nd->prefix[2].prefix.len, 48);
	assert_int_equal(nd->dns_count, 3);
	assert_int_equal(nd->dns[1].lifetime, UINT32_MAX);
	assert_string_equal(nd->dns[2].domain, "lab.example.org");

	assert_true(config_render(&c, text, sizeof(text)) < sizeof(text));
	assert_non_null(strstr(text, whole));
	parse_good(text, &back);
	assert_true(config_equal(&c, &back));
	config_free(&back);
	config_free(&c);
}

/* RFC 4861 6.2.1: the defaults, and RAs are off until they are wanted. */
static void
test_defaults(void **state)
{
	const struct config_nd *nd;
	struct config c;

	(void)state;
	parse_good("interface port0\n", &c);
	nd = &c.interface[0].nd;
	assert_false(nd->advertise || nd->managed || nd->other);
	assert_int_equal(config_nd_number(nd, ND_INTERVAL), 600000);
	assert_int_equal(config_nd_number(nd, ND_LIFETIME), 1800);
	assert_int_equal(config_nd_number(nd, ND_REACHABLE), 0);
	assert_int_equal(config_nd_number(nd, ND_RETRANS), 0);
	assert_int_equal(config_nd_number(nd, ND_HOP_LIMIT), 64);
	assert_int_equal(config_nd_number(nd, ND_MTU), 0);
	assert_int_equal(nd->preference, ND_MEDIUM);
	config_free(&c);
	/* The lifetime follows the interval. */
	parse_good("int port0\n ipv6 nd ra-int 30\n", &c);
	assert_int_equal(config_nd_number(&c.interface[0].nd, ND_LIFETIME), 90);
	config_free(&c);
}

static void
test_last_one_counts(void **state)
{
	struct config c;
	const struct config_nd *nd;

	(void)state;
	parse_good("interface port0\n"
		   " no ipv n supp\n"
		   " ipv6 n sup\n"
		   " ipv6 nd router-preference high\n"
		   " ipv6 nd router-preference medium\n"
		   " ipv6 nd prefix 2001:db8::/64\n"
		   " ipv6 nd pre 2001:db8::/64 300 200 no-auto off\n"
		   " ipv6 nd rd 2001:db8::1 1\n"
		   " ipv6 nd rd 2001:db8::1 infin\n",
	    &c);
	nd = &c.interface[0].nd;
	assert_false(nd->advertise);
	assert_int_equal(nd->preference, ND_MEDIUM);
	assert_int_equal(nd->prefix_count, 1);
	assert_int_equal(nd->prefix[0].preferred, 200);
	assert_true(nd->prefix[0].no_autoconfig && nd->prefix[0].off_link);
	assert_int_equal(nd->dns_count, 1);
	assert_int_equal(nd->dns[0].lifetime, UINT32_MAX);
	config_free(&c);
}

static const struct wrong {
	const char *line; /* below interface port0, which is line 1 */
	uint32_t column;
	const char *says;
} wrongs[] = {
	{ "ipv6 nd", 8, "expected suppress-ra, ra-interval" },
	{ "ipv6 nd ra", 9, "ambiguous" },
	{ "ipv6 nd ra-interval 3", 21, "from 4 to 1800" },
	{ "ipv6 nd ra-interval 1801", 21, "from 4 to 1800" },
	{ "ipv6 nd ra-interval msec 3999", 26, "from 4000 to 1800000" },
	{ "ipv6 nd ra-lifetime 9001", 21, "from 0 to 9000" },
	{ "ipv6 nd ra-lifetime 599", 21, "at least the ra-interval of 600" },
	{ "ipv6 nd reachable-time 3600001", 24, "from 0 to 3600000" },
	{ "ipv6 nd ra-hop-limit 256", 22, "from 0 to 255" },
	{ "ipv6 nd mtu 1279", 13, "from 1280 to 65535" },
	{ "ipv6 nd mtu 1501", 13, "at most the MTU of port0, 1500" },
	{ "ipv6 nd router-preference x", 27, "expected high, medium, low" },
	{ "ipv6 nd prefix 10.0.0.0/8", 16, "an IPv6 prefix" },
	{ "ipv6 nd prefix 2001:db8::1/64", 16, "host bits" },
	{ "ipv6 nd prefix 2001:db8::/64 5", 31, "infinite or seconds" },
	{ "ipv6 nd prefix 2001:db8::/64 5 6", 32, "at most the valid" },
	{ "ipv6 nd prefix 2001:db8::/64 5 infinite", 32, "at most the valid" },
	{ "ipv6 nd prefix 2001:db8::/64 on-link", 30, "off-link" },
	{ "ipv6 nd prefix 2001:db8::/48", 16, "no-autoconfig" },
	{ "ipv6 nd prefix fe80::/64", 16, "not link-local" },
	{ "ipv6 nd prefix ff02::/64", 16, "not link-local" },
	{ "ipv6 nd prefix 2001:db8::/64 router-address", 16, "no address in" },
	{ "ipv6 nd rdnss 10.0.0.1", 15, "a resolver's address" },
	{ "ipv6 nd rdnss ff02::1", 15, "multicast" },
	{ "ipv6 nd rdnss 2001:db8::1 x", 27, "infinite or seconds" },
	{ "ipv6 nd dnssl", 14, "a domain" },
	{ "ipv6 nd dnssl a..b", 15, "a domain" },
	{ "ipv6 nd dnssl example.org.", 15, "a domain" },
	{ "ipv6 nd dnssl a b", 17, "infinite or seconds" },
	{ "no ipv6 nd mtu", 12, "expected suppress-ra" },
};

static void
test_wrong(void **state)
{
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		const struct wrong *w = &wrongs[i];
		struct config c;

		snprintf(text, sizeof(text), "interface port0\n%s\n", w->line);
		if (parse_text(text, &c, &errors) != -EINVAL)
			fail_msg("accepted: %s", w->line);
		if (errors.count != 1 || errors.error[0].line != 2 ||
		    errors.error[0].column != w->column ||
		    !strstr(errors.error[0].message, w->says))
			fail_msg("%s: %u errors, %u:%u: %s", w->line,
			    errors.count, errors.error[0].line,
			    errors.error[0].column, errors.error[0].message);
	}
}

static void
test_elsewhere(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(
	    parse_text("ipv6 nd mtu 1400\n", &c, &errors), -EINVAL);
	assert_non_null(strstr(errors.error[0].message, "below an interface"));
}

/* A sub-interface without an MTU of its own has its port's. */
static void
test_mtu_of_a_sub_interface(void **state)
{
	static const unsigned int mtus[] = { 1400, 9000 };
	char text[256];
	struct config c;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		for (unsigned int more = 0; more < 2; more++) {
			snprintf(text, sizeof(text),
			    "interface port0\n mtu %u\n"
			    "interface port0.7\n ipv6 nd mtu %u\n",
			    mtus[i], mtus[i] + more);
			assert_int_equal(
			    parse_text(text, &c, &errors), more ? -EINVAL : 0);
			if (more == 0)
				config_free(&c);
		}
		assert_non_null(strstr(
		    errors.error[0].message, "at most the MTU of port0.7"));
	}
}

/* A label of 63 bytes is one, of 64 none (RFC 1035 2.3.4). */
static void
test_long_domains(void **state)
{
	char label[65], text[160];
	struct config c;

	(void)state;
	memset(label, 'a', sizeof(label));
	for (int n = 63; n <= 64; n++) {
		snprintf(text, sizeof(text),
		    "interface port0\n ipv6 nd dnssl %.*s.org\n", n, label);
		assert_int_equal(
		    parse_text(text, &c, &errors), n == 63 ? 0 : -EINVAL);
		if (n == 63)
			config_free(&c);
	}
}

/* What does not fit 1,280 bytes would leave as fragments. */
static void
test_too_much_to_say(void **state)
{
	char text[8192];
	size_t used = 0;
	struct config c;

	(void)state;
	/* 40 + 16 + 8 bytes, and 38 prefixes of 32. */
	for (int n = 38; n <= 39; n++) {
		used = (size_t)snprintf(
		    text, sizeof(text), "hostname a\ninterface port0\n");
		for (int i = 0; i < n; i++)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used,
			    " ipv6 nd prefix 2001:db8:%x::/64\n", i);
		assert_int_equal(
		    parse_text(text, &c, &errors), n == 38 ? 0 : -EINVAL);
		if (n == 38)
			config_free(&c);
	}
	assert_int_equal(errors.error[0].line, 2);
	assert_non_null(strstr(errors.error[0].message, "takes 1312 bytes"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_last_one_counts),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_mtu_of_a_sub_interface),
		cmocka_unit_test(test_long_domains),
		cmocka_unit_test(test_too_much_to_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
