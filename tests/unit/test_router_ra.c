/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/* wrap: config_interface_find */
/*
 * Router advertisements as the router sends them, by a clock that tests move,
 * and what an address's state means to them and to ICMP errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/icmp6.h"
#include "control/router_private.h"
#include "tests/unit/log_stub.h"
#include "tests/unit/router_fixture.h"

enum { S = 1000 * 1000, HEADER = 14, RA = HEADER + ICMP6_AT };

static const char advertising[] = "interface port0\n"
				  " ipv6 address 2001:db8::1/64\n"
				  " no ipv6 nd suppress-ra\n"
				  " ipv6 nd ra-interval 100\n"
				  "interface port1\n"
				  " ipv6 address 2001:db8:1::1/64\n";

struct config_interface *__real_config_interface_find(
    const struct config *c, const char *name);
struct config_interface *__wrap_config_interface_find(
    const struct config *c, const char *name);

static uint32_t finds; /* walks through the blocks of the config */

struct config_interface *
__wrap_config_interface_find(const struct config *c, const char *name)
{
	finds++;
	return __real_config_interface_find(c, name);
}

static struct ip_addr
link_local_of(uint16_t iface)
{
	const struct interface *i = &fx->router.interface[iface];

	uint32_t k = 0;

	while (i->address[k].origin != ORIGIN_LINK_LAYER)
		k++;
	return i->address[k].addr;
}

static bool
is_ra(const struct fixture_frame *f)
{
	return f->len > RA && f->byte[20] == 58 && f->byte[RA] == 134;
}

/* Advertisements sent by a port since the last call; the last one's frame. */
static uint32_t
sent(uint8_t port, struct fixture_frame *last)
{
	struct fixture_port *p = &fx->port[port];
	uint32_t n = 0;

	fixture_send_mailbox();
	for (uint32_t i = 0; i < p->tx_count; i++) {
		if (!is_ra(&p->tx[i]))
			continue;
		n++;
		if (last)
			*last = p->tx[i];
	}
	p->tx_count = 0;
	return n;
}

/* Time goes on in steps, and the second of each advertisement is noted. */
static uint32_t
seconds_of(uint8_t port, uint32_t seconds, uint32_t *at)
{
	uint32_t n = 0;

	for (uint32_t s = 0; s < seconds; s++) {
		fixture_turn(S);
		for (uint32_t k = sent(port, NULL); k > 0; k--)
			at[n++] = s + 1;
	}
	return n;
}

static void
test_periodic(void **state)
{
	struct ip_addr own;
	struct fixture_frame f;
	uint32_t at[16];

	(void)state;
	fixture_start(advertising);
	fixture_turn(10 * 1000);
	fixture_turn(10 * 1000);
	assert_int_equal(sent(0, &f), 1);
	own = link_local_of(0);
	/* RFC 4861 6.1.2, RFC 2464 7 */
	assert_memory_equal(f.byte, "\x33\x33\0\0\0\1", ETH_ALEN);
	assert_memory_equal(f.byte + 6, fx->port[0].port.mac, ETH_ALEN);
	assert_memory_equal(f.byte + HEADER + 8, own.byte, 16);
	assert_int_equal(f.byte[HEADER + 7], 255);
	assert_int_equal(be16_load(f.byte + RA + 6), 300);
	/* 16, 16, then a third of the interval: the lowest numbers. */
	assert_int_equal(seconds_of(0, 100, at), 4);
	assert_int_equal(at[1] - at[0], 16);
	assert_int_equal(at[2] - at[1], 33);
	assert_int_equal(at[3] - at[2], 33);
	/* And the highest. */
	fx->random = UINT32_MAX;
	assert_true(seconds_of(0, 40, at) == 1);
	assert_int_equal(seconds_of(0, 99, at) + seconds_of(0, 2, at), 1);
	/* RFC 4861 6.2.1: nothing where it is not wanted. */
	assert_int_equal(sent(1, NULL), 0);
	assert_int_equal(fx->router_counters.drop[DROP_LINK_DOWN], 0);
}

/* RFC 4862 5.4: not from an address that may be another's. */
static void
test_waits_for_its_address(void **state)
{
	struct ip_addr own;

	(void)state;
	assert_int_equal(fixture_apply(advertising), 0);
	own = link_local_of(0);
	router_address_status(&fx->router, 0, &own, ADDRESS_TENTATIVE);
	for (int i = 0; i < 10; i++)
		fixture_turn(FIXTURE_LINK_TURN);
	assert_int_equal(sent(0, NULL), 0);
	router_address_status(&fx->router, 0, &own, ADDRESS_PREFERRED);
	fixture_turn(S);
	fixture_turn(S);
	assert_int_equal(sent(0, NULL), 1);
	router_address_status(&fx->router, 0, &own, ADDRESS_DUPLICATE);
	for (int i = 0; i < 200; i++)
		fixture_turn(S);
	assert_int_equal(sent(0, NULL), 0);
}

static void
expect_final(const char *config)
{
	struct fixture_frame f;
	uint32_t at[8];

	fixture_start(advertising);
	for (int i = 0; i < 10; i++)
		fixture_turn(S);
	assert_true(sent(0, NULL) >= 1);
	assert_int_equal(fixture_apply(config), 0);
	assert_int_equal(sent(0, &f), 1);
	assert_int_equal(be16_load(f.byte + RA + 6), 0);
	assert_int_equal(f.byte[RA + 4], 64);
	assert_int_equal(seconds_of(0, 200, at), 0);
}

/* RFC 4861 6.2.5 */
static void
test_final(void **state)
{
	(void)state;
	expect_final("interface port0\n ipv6 address 2001:db8::1/64\n");
	expect_final("interface port0\n shutdown\n no ipv6 nd suppress-ra\n");
	expect_final("hostname none\n");
}

/* RFC 4861 6.2.4: news are told as at the beginning; what is the same is not
 * told anew. */
static void
test_news(void **state)
{
	char text[512];
	struct fixture_frame f;
	uint32_t at[8];

	(void)state;
	fixture_start(advertising);
	for (int i = 0; i < 60; i++)
		fixture_turn(S);
	assert_int_equal(sent(0, NULL), 3);
	assert_int_equal(fixture_apply(advertising), 0);
	assert_int_equal(seconds_of(0, 2, at), 0);
	strcpy(text, advertising);
	strcat(text, "interface port0\n ipv6 nd managed-config-flag\n");
	assert_int_equal(fixture_apply(text), 0);
	fixture_turn(S);
	assert_int_equal(sent(0, &f), 1);
	assert_int_equal(f.byte[RA + 5], 0x80);
	assert_int_equal(be16_load(f.byte + RA + 6), 300);
	assert_int_equal(seconds_of(0, 32, at), 2);
}

static uint16_t
solicitation(uint8_t *f, uint8_t last, const uint8_t *mac)
{
	static const uint8_t ip[] = { 0x60, [5] = 16, 58, 255, 0xfe,
		0x80, [24] = 0xff, 0x02, [39] = 2, [40] = 133, [48] = 1, 1 };

	memset(f, 0, 56);
	memcpy(f, ip, sizeof(ip));
	f[23] = last;
	memcpy(f + 50, mac, ETH_ALEN);
	be16_store(f + 42, icmp6_checksum(f, 16));
	return 56;
}

/* RFC 4861 6.2.6 */
static void
test_solicited(void **state)
{
	static const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 9 };
	struct ip_addr from = { { 0xfe, 0x80, [15] = 9 }, IP6 };
	uint8_t rs[64], learned[ETH_ALEN];
	uint16_t len = solicitation(rs, 9, mac);
	uint32_t adj;

	(void)state;
	fixture_start(advertising);
	for (int i = 0; i < 60; i++)
		fixture_turn(S);
	sent(0, NULL);
	router_nd_input(&fx->router, 0, rs, len);
	fixture_turn(10 * 1000);
	assert_int_equal(sent(0, NULL), 1);
	adj = adj_find(&fx->router.adj, 0, IP6, from.byte);
	assert_int_not_equal(adj, ADJ_NONE);
	adj_link_mac(adj_link(&fx->router.adj, adj), learned);
	assert_memory_equal(learned, mac, ETH_ALEN);
	/* A flood of them brings one in three seconds. */
	for (int i = 0; i < 100; i++) {
		router_nd_input(&fx->router, 0, rs, len);
		fixture_turn(S / 10);
	}
	assert_in_range(sent(0, NULL), 3, 4);
	/* One that is not valid brings none, and teaches nothing. */
	for (int i = 0; i < 10; i++)
		fixture_turn(S);
	sent(0, NULL);
	solicitation(rs, 10, mac);
	rs[43] ^= 1;
	router_nd_input(&fx->router, 0, rs, len);
	fixture_turn(S);
	assert_int_equal(sent(0, NULL), 0);
	from.byte[15] = 10;
	assert_int_equal(
	    adj_find(&fx->router.adj, 0, IP6, from.byte), ADJ_NONE);
	/* Nor does an interface that does not advertise answer. */
	solicitation(rs, 9, mac);
	router_nd_input(&fx->router, 1, rs, len);
	fixture_turn(S);
	assert_int_equal(sent(1, NULL), 0);
	router_nd_input(&fx->router, 9, rs, len);
}

/* RFC 4861 6.2.7: once, until the config changes. */
static void
test_contradicted(void **state)
{
	struct fixture_frame f;
	uint8_t *ip = f.byte + HEADER;
	uint16_t len;

	(void)state;
	fixture_start(advertising);
	fixture_turn(10 * 1000);
	fixture_turn(10 * 1000);
	assert_int_equal(sent(0, &f), 1);
	len = f.len - HEADER;
	log_clear();
	router_nd_input(&fx->router, 0, ip, len); /* our own, come back */
	ip[23] ^= 0x11;
	ip[ICMP6_AT + 4] = 32;
	memset(ip + 42, 0, 2);
	be16_store(ip + 42, icmp6_checksum(ip, (size_t)len - ICMP6_AT));
	assert_false(log_has("advertises"));
	router_nd_input(&fx->router, 0, ip, len);
	assert_true(log_has("advertises otherwise than we do: the hop limit"));
	log_clear();
	router_nd_input(&fx->router, 0, ip, len);
	assert_false(log_has("advertises"));
	assert_int_equal(fixture_apply(advertising), 0);
	router_nd_input(&fx->router, 0, ip, len);
	assert_true(log_has("advertises"));
}

/* RFC 4862 5.4, RFC 4443 2.2: errors come from an address that is ours. */
static void
test_source_of_errors(void **state)
{
	struct ip_addr own = fixture_addr("2001:db8::1");
	struct ip_addr to = fixture_addr("2001:db8:1::1");

	(void)state;
	fixture_start("interface port0\n"
		      " ipv6 address 2001:db8::1/64\n"
		      " ipv6 address 2001:db8::2/64\n");
	assert_memory_equal(
	    source_toward(&fx->router, 0, &to)->byte, own.byte, 16);
	router_address_status(&fx->router, 0, &own, ADDRESS_DUPLICATE);
	own.byte[15] = 2;
	assert_memory_equal(
	    source_toward(&fx->router, 0, &to)->byte, own.byte, 16);
	router_address_status(&fx->router, 0, &own, ADDRESS_TENTATIVE);
	assert_null(source_toward(&fx->router, 0, &to));
	/* What was found out outlasts a new config. */
	fixture_apply("interface port0\n"
		      " ipv6 address 2001:db8::2/64\n"
		      " ipv6 address 2001:db8::3/64\n");
	own.byte[15] = 3;
	assert_memory_equal(
	    source_toward(&fx->router, 0, &to)->byte, own.byte, 16);
}

/* RFC 4291 2.6.1, RFC 6164 5.1: the first address of a network is ours. */
static void
test_anycast_routes(void **state)
{
	struct ip_addr first;

	(void)state;
	fixture_start("interface port0\n"
		      " ipv6 address 2001:db8::1/64\n"
		      " ipv6 address 2001:db8:1::1/127\n"
		      " ipv6 address 2001:db8:2::9/126\n"
		      " ipv6 address 2001:db8:3::9/128\n");
	assert_int_equal(fixture_look("2001:db8::").type, NEXTHOP_LOCAL);
	assert_int_equal(fixture_look("2001:db8::2").type, NEXTHOP_CONNECTED);
	assert_int_equal(fixture_look("2001:db8:1::").type, NEXTHOP_CONNECTED);
	assert_int_equal(fixture_look("2001:db8:3::8").type, NEXTHOP_NONE);
	first = fixture_addr("2001:db8::");
	assert_true(interface_anycast(&fx->router.interface[0], &first));
	first = fixture_addr("2001:db8:1::");
	assert_false(interface_anycast(&fx->router.interface[0], &first));
	assert_int_equal(fixture_apply("hostname none\n"), 0);
	assert_int_equal(fixture_look("2001:db8::").type, NEXTHOP_NONE);
}

/* What is looked at a hundred times a second, for each of many interfaces, must
 * not look for its block in the config. */
static void
test_polls_are_cheap(void **state)
{
	(void)state;
	fixture_start(advertising);
	finds = 0;
	for (int i = 0; i < 100; i++)
		fixture_turn(S);
	assert_true(sent(0, NULL) >= 3);
	assert_int_equal(finds, 0);
}

int
main(void)
{
#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_periodic),
		TEST(test_waits_for_its_address),
		TEST(test_final),
		TEST(test_news),
		TEST(test_solicited),
		TEST(test_contradicted),
		TEST(test_source_of_errors),
		TEST(test_anycast_routes),
		TEST(test_polls_are_cheap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
