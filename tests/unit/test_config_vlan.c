/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config.c control/config_args.c control/config_check.c
 * control/config_error.c control/config_interface.c
 * control/config_keyword.c control/config_lex.c control/config_limit.c
 * control/config_parse.c control/config_render.c
 * control/config_nd.c control/config_nd_check.c control/config_nd_render.c
 * control/icmp6.c control/ra_build.c control/config_route.c
 * control/files.c control/ip_class.c control/iptext.c control/route_format.c
 * net/addr.c net/counters.c
 */
/* objects: control/config_verify.c */
/*
 * Sub-interfaces in the config.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/config_equal.h"
#include "tests/unit/config_world.h"

static struct config_errors errors;

static const char good[] =
    "interface port0.4094\n"
    " description to ! the lab\n"
    " ip address 10.1.0.1/24\n"
    " ipv6 address 2001:db8:1::1/64\n"
    "interface port0\n"
    " mtu 9000\n"
    "interface port0.1\n"
    " ip address dhcp\n"
    " mtu 9000\n"
    "interface port3.1\n"
    " shutdown\n"
    "interface port0.4094\n"
    " ip address 10.1.0.2/24\n"
    "ip route 10.2.0.0/16 10.1.0.9 port0.4094\n"
    "ip route 10.3.0.0/16 port3.1 9\n"
    "ipv6 route ::/0 fe80::1 port0.1\n"
    "neighbor 10.1.0.7 lladdr 02:00:00:00:00:07 port0.4094\n"
    "management interface port0.1\n";

static void
test_tree(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(parse_text(good, &c, &errors), 0);
	assert_int_equal(errors.warning_count, 0);
	assert_int_equal(c.interface_count, 4);
	assert_string_equal(c.interface[0].name, "port0.4094");
	assert_int_equal(c.interface[0].vid, 4094);
	assert_int_equal(c.interface[0].address_count, 3);
	assert_int_equal(c.interface[0].mtu, 0);
	assert_string_equal(c.interface[0].description, "to ! the lab");
	assert_int_equal(c.interface[1].vid, 0);
	assert_int_equal(c.interface[2].vid, 1);
	assert_int_equal(c.interface[2].mtu, 9000);
	assert_true(c.interface[2].dhcp);
	assert_true(c.interface[3].shutdown);
	assert_string_equal(c.route[1].iface, "port3.1");
	assert_string_equal(c.neighbor[0].iface, "port0.4094");
	assert_string_equal(c.management, "port0.1");
	config_free(&c);
}

static void
test_render_reads_back(void **state)
{
	struct config a, b;
	char text[4096];

	(void)state;
	assert_int_equal(parse_text(good, &a, &errors), 0);
	assert_in_range(
	    config_render(&a, text, sizeof(text)), 1, sizeof(text) - 1);
	assert_int_equal(parse_text(text, &b, &errors), 0);
	assert_true(config_equal(&a, &b));
	config_free(&a);
	config_free(&b);
}

static const struct {
	const char *text;
	uint32_t line, column;
	const char *part;
} wrong[] = {
	{ "interface port1.0", 1, 11,
	    "expected a VID from 1 to 4094 behind the dot, found "
	    "\"port1.0\"" },
	{ "interface port1.4095", 1, 11, "expected a VID" },
	{ "interface port1.", 1, 11, "expected a VID" },
	{ "interface port1.0100", 1, 11, "expected a VID" },
	{ "interface port1.1x", 1, 11, "expected a VID" },
	{ "interface port1.1.2", 1, 11, "expected a VID" },
	{ "interface port1.99999", 1, 11, "expected a VID" },
	{ "interface port1.-1", 1, 11, "expected a VID" },
	{ "\ninterface port9.100", 2, 11,
	    "no interface \"port9.100\"; this machine has port0" },
	{ "interface port1.000000000100", 1, 11, "no interface" },
	{ "interface port0.5\n ring 512", 2, 7,
	    "port0.5 has none of its own; expected this below its port" },
	{ "interface port0.5\n punt-limit arp 100", 2, 17,
	    "port0.5 has none of its own" },
	{ "interface port0.5\n icmp rate-limit 100", 2, 18,
	    "port0.5 has none of its own" },
	/* The port's MTU: given, given later, not given, of a NIC of 1500. */
	{ "interface port0\n mtu 1400\ninterface port0.5\n mtu 1401", 4, 6,
	    "expected an MTU of 1400 at most, which is that of the port below "
	    "port0.5, found 1401" },
	{ "interface port0.5\n mtu 9000\ninterface port0\n mtu 8999", 2, 6,
	    "expected an MTU of 8999 at most" },
	{ "interface port0.5\n mtu 1501", 2, 6,
	    "expected an MTU of 1500 at most" },
	{ "interface port1.5\n mtu 1501", 2, 6,
	    "expected an MTU from 576 to 1500" },
	{ "interface port0\n mtu 1000\n"
	  "interface port0.5\n ipv6 address 2001:db8::1/64",
	    3, 11,
	    "expected an MTU of 1280 at least for the IPv6 addresses of "
	    "port0.5, found 1000" },
	{ "interface port0.5\n mtu 1000\n ipv6 address 2001:db8::1/64", 2, 6,
	    "expected an MTU of 1280 at least" },
	/* Names without a block. */
	{ "ip route 10.0.0.0/8 10.1.0.1 port1.7", 1, 30,
	    "no sub-interface port1.7; expected a block \"interface "
	    "port1.7\"" },
	{ "ip route 10.0.0.0/8 port1.7 9", 1, 21, "no sub-interface port1.7" },
	{ "neighbor fe80::7 lladdr 02:00:00:00:00:07 port1.7", 1, 43,
	    "no sub-interface port1.7" },
	{ "management interface port1.7", 1, 22, "no sub-interface port1.7" },
	/* Networks. */
	{ "interface port1\n ip address 10.0.0.1/8\n"
	  "interface port1.7\n ip address 10.1.0.1/16",
	    4, 13, "the network overlaps 10.0.0.0/8 of port1 in line 2" },
	{ "interface port1.6\n ip address 10.0.0.1/24\n"
	  "interface port1.7\n ip address 10.0.0.1/24",
	    4, 13, "port1.6 has this address in line 2 already" },
	{ "interface port1.7\n ip address 10.0.0.1/24\n"
	  "neighbor 10.0.1.1 lladdr 02:00:00:00:00:07 port1.7",
	    3, 10, "is not on a network of port1.7" },
};

static void
test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct config_error *e = &errors.error[0];
		struct config c;

		if (parse_text(wrong[i].text, &c, &errors) == 0)
			fail_msg("accepted: %s", wrong[i].text);
		if (errors.count != 1 || e->line != wrong[i].line ||
		    e->column != wrong[i].column ||
		    strstr(e->message, wrong[i].part) == NULL)
			fail_msg("%s: %u errors, %u:%u: %s", wrong[i].text,
			    (unsigned int)errors.count, (unsigned int)e->line,
			    (unsigned int)e->column, e->message);
	}
}

/* Four ports, and then `count` places of sub-interfaces and addresses. */
static int
parse_many(uint32_t subs, bool addresses)
{
	static char text[32768];
	struct config c;
	size_t used = 0;
	int error;

	for (uint32_t i = 1; i <= subs; i++) {
		used += (size_t)sprintf(
		    text + used, "interface port0.%u\n", (unsigned int)i);
		if (addresses)
			used += (size_t)sprintf(text + used,
			    " ip address 10.0.%u.1/25\n"
			    " ip address 10.0.%u.129/25\n"
			    " ipv6 address 2001:db8:%u::1/64\n",
			    (unsigned int)i, (unsigned int)i, (unsigned int)i);
	}
	error = parse_text(text, &c, &errors);
	if (!error)
		config_free(&c);
	return error;
}

static void
test_places(void **state)
{
	(void)state;
	assert_int_equal(parse_many(246, false), 0);
	assert_int_not_equal(parse_many(248, false), 0);
	assert_int_equal(errors.count, 1); /* it is said once */
	assert_int_equal(errors.error[0].line, 247);
	assert_int_equal(errors.error[0].column, 11);
	assert_non_null(strstr(errors.error[0].message,
	    "expected at most 250 interfaces and further IPv4 addresses"));
	assert_int_equal(parse_many(123, true), 0);
	assert_int_not_equal(parse_many(124, true), 0);
	assert_int_equal(errors.count, 1);
	assert_int_equal(errors.error[0].line, 4 * 123 + 1);
}

/* Before the ports are known, each may be there. */
static void
test_preview(void **state)
{
	static const char text[] = "interface port7.9\n mtu 9000\n"
				   "interface port7\n mtu 9000\n ring 1024\n";
	struct config c;

	(void)state;
	assert_int_equal(config_preview(text, sizeof(text) - 1, &c), 0);
	assert_int_equal(config_ring(&c, "port7"), 1024);
	assert_in_range(config_buffer_room(&c), 9018, 9018 + 1024);
	config_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_render_reads_back),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_preview),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
