/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: router */
/* objects: tests/unit/router_fixture.c tests/unit/log_stub.c */
/*
 * The rules of core 0: options of both families, scopes, and who speaks in an
 * ICMP error. Each test ends with every buffer at home (fixture_teardown).
 */
#include "tests/unit/punt_fixture.h"

/* A header with these 8 bytes of options. */
static uint16_t
options_frame(const char *dst, const uint8_t option[8], uint16_t len)
{
	uint8_t *ip = frame + ETH;
	uint32_t sum = 0;
	uint16_t n = fixture_ip_frame(frame, "10.0.0.9", dst, len);

	ip[0] = 0x47;
	memcpy(ip + 20, option, 8);
	be16_store(ip + 10, 0);
	for (int i = 0; i < 28; i += 2)
		sum += be16_load(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	be16_store(ip + 10, (uint16_t) ~(sum + (sum >> 16)));
	return n;
}

/* All but those on their way. */
static void
options_meet_every_fate(const uint8_t *record)
{
	punt(options_frame("10.0.0.1", record, 100), PUNT_OPTIONS);
	assert_int_equal(fx->stack.inputs, 1);
	punt(options_frame("10.0.0.255", record, 100), PUNT_OPTIONS);
	assert_int_equal(fx->stack.inputs, 2);
	punt(options_frame("10.1.0.255", record, 100), PUNT_OPTIONS);
	assert_int_equal(drops(DROP_DESTINATION), 1);
	punt(options_frame("30.0.0.1", record, 100), PUNT_OPTIONS);
	assert_int_equal(drops(DROP_BLACKHOLE), 1);
	punt(options_frame("31.0.0.1", record, 100), PUNT_OPTIONS);
	icmp_error(3, 13);
	punt(options_frame("99.0.0.1", record, 100), PUNT_OPTIONS);
	icmp_error(3, 0);
}

/* Source routes are dropped without a word, also those to us (RFC 7126). */
static void
test_source_routes(void **state)
{
	static const uint8_t refused[][8] = {
		{ 131, 7, 4, 1, 2, 3, 4 }, /* LSRR */
		{ 137, 7, 4, 1, 2, 3, 4 }, /* SSRR */
		{ 131, 7, 8, 1, 2, 3, 4 }, /* at its end */
		{ 1, 1, 131, 3, 4 },       /* behind others */
	};
	uint64_t n = 0;

	(void)state;
	fixture_learn(1, "10.1.0.2", 2);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		punt(options_frame("20.0.0.1", refused[i], 100), PUNT_OPTIONS);
		assert_int_equal(drops(DROP_OPTIONS), ++n);
		punt(options_frame("10.0.0.1", refused[i], 100), PUNT_LOCAL);
		assert_int_equal(drops(DROP_OPTIONS), ++n);
	}
	assert_int_equal(fx->stack.inputs, 0);
	assert_int_equal(fx->port[0].tx_count, 0);
	assert_int_equal(fx->port[1].tx_count, 0);
}

/* RFC 792: the pointer is the octet that is wrong. */
static void
test_bad_options(void **state)
{
	static const struct {
		uint8_t option[8], pointer;
	} bad[] = {
		{ { 68, 0 }, 21 },                 /* no length */
		{ { 7, 9, 4 }, 21 },               /* beyond the header */
		{ { 1, 1, 1, 1, 1, 1, 1, 7 }, 27 } /* length missing */
	};
	const uint8_t *ip;
	uint64_t n = 0;

	(void)state;
	fixture_learn(1, "10.1.0.2", 2);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		punt(options_frame("20.0.0.1", bad[i].option, 100),
		    PUNT_OPTIONS);
		ip = icmp_error(12, 0);
		assert_int_equal(ip[24], bad[i].pointer);
		assert_memory_equal(ip + 28, frame + ETH, 100);
		punt(options_frame("10.0.0.1", bad[i].option, 100), PUNT_LOCAL);
		icmp_error(12, 0);
		n += 2;
		/* no word about what came to many */
		punt(options_frame("10.0.0.255", bad[i].option, 100),
		    PUNT_LOCAL);
		assert_int_equal(drops(DROP_PARAMETER), n);
		/* one error only */
		punt(options_frame("99.0.0.1", bad[i].option, 100),
		    PUNT_OPTIONS);
		icmp_error(3, 0);
	}
	assert_int_equal(fx->port[1].tx_count, 0);
}

static void
test_options(void **state)
{
	static const uint8_t record[8] = { 7, 7, 4 };
	static const uint8_t recorded[8] = { 7, 7, 8, 10, 1, 0, 1 };
	static const uint8_t ended[8] = { 0, 131, 3 };
	const uint8_t *ip = fx->port[1].tx[0].byte + ETH;

	(void)state;
	fixture_learn(1, "10.1.0.2", 2);
	punt(options_frame("20.0.0.1", record, 100), PUNT_OPTIONS);
	assert_int_equal(fx->port[1].tx_count, 1);
	assert_int_equal(ip[8], 63);
	assert_true(fixture_checksum_good(ip));
	assert_memory_equal(ip + 20, recorded, 8);
	assert_memory_equal(ip + 28, frame + ETH + 28, 72);
	punt(options_frame("20.0.0.1", ended, 100), PUNT_OPTIONS);
	assert_int_equal(fx->port[1].tx_count, 2);
	options_meet_every_fate(record);
	/* record route is not copied into later fragments */
	fx->port[1].tx_count = 0;
	punt(options_frame("20.0.0.1", record, 1400), PUNT_OPTIONS);
	assert_int_equal(fx->port[1].tx_count, 2);
	assert_memory_equal(ip + 20, recorded, 8);
	ip = fx->port[1].tx[1].byte + ETH;
	assert_int_equal(ip[20], 1);
	assert_true(fixture_checksum_good(ip));
	/* an error quotes what came */
	be16_store(frame + ETH + 6, IP4_DF);
	options_frame("20.0.0.1", record, 1400);
	be16_store(frame + ETH + 6, IP4_DF);
	punt(1400 + ETH, PUNT_OPTIONS);
	ip = icmp_error(3, 4);
	assert_memory_equal(ip + 48, record, 8);
}

/* RFC 1812 5.3.13.6: a time is added for any of our addresses. */
static void
test_timestamps(void **state)
{
	static const uint8_t ours[][4] = { { 10, 0, 0, 1 }, { 10, 1, 0, 1 },
		{ 10, 1, 0, 2 } };
	uint8_t stamp[12] = { 68, 12, 5, 3 };

	(void)state;
	fixture_learn(1, "10.1.0.2", 2);
	for (int i = 0; i < 3; i++) {
		const uint8_t *ip = fx->port[1].tx[i].byte + ETH;
		uint8_t *to = frame + ETH;

		options_frame("20.0.0.1", stamp, 100);
		to[0] = 0x48;
		memcpy(stamp + 4, ours[i], 4);
		memcpy(to + 20, stamp, 12);
		punt(100 + ETH, PUNT_OPTIONS);
		assert_int_equal(fx->port[1].tx_count, i + 1);
		assert_int_equal(ip[22], i < 2 ? 13 : 5);
		assert_memory_equal(ip + 24, ours[i], 4);
		assert_int_equal(be32_load(ip + 28),
		    i < 2 ? fx->now_us / 1000 | 0x80000000 : 0);
		assert_true(i == 2 || fixture_checksum_good(ip));
	}
}

/* RFC 1812 4.3.3.6: the reply, which has the same options, names us. */
static void
test_echo_options(void **state)
{
	static const uint8_t record[8] = { 7, 7, 4 };
	const uint8_t *ip = fx->stack.got.byte + ETH;

	(void)state;
	for (int echo = 0; echo < 2; echo++) {
		options_frame("10.1.0.1", record, 100);
		frame[ETH + 9] = PROTO_ICMP;
		frame[ETH + 28] = echo ? 8 : 13;
		punt(100 + ETH, PUNT_LOCAL);
		assert_int_equal(fx->stack.inputs, echo + 1);
		assert_int_equal(ip[22], echo ? 8 : 4);
		assert_int_equal(ip[24], echo ? 1 : 0);
		assert_true(!echo || fixture_checksum_good(ip));
	}
}

/* A packet with these 8 bytes of hop-by-hop options. */
static uint16_t
hop_by_hop_frame(const char *src, const char *dst, const uint8_t option[8])
{
	uint16_t len = fixture_ip_frame(frame, src, dst, 80);

	frame[ETH + 6] = PROTO_HOPOPTS;
	memcpy(frame + ETH + 40, option, 8);
	return len;
}

/* IPv6 hop-by-hop options travel on, unless they ask for something else. */
static void
test_hop_by_hop(void **state)
{
	static const uint8_t alert[8] = { 17, 0, 5, 2, 0, 0, 1, 0 };
	static const uint8_t jumbo[8] = { 17, 0, 0xc2, 4, 0, 1, 0, 0 };
	static const uint8_t discard[8] = { 17, 0, 0x7e, 4 };
	static const uint8_t longer[8] = { 17, 0, 1, 5 };
	const char *const far = "2001:db8:9::1", *const own = "2001:db8::1";
	const uint8_t *sent = fx->port[1].tx[0].byte + ETH;

	(void)state;
	fixture_learn(1, "2001:db8:1::2", 2);
	punt(hop_by_hop_frame("2001:db8::9", far, alert), PUNT_OPTIONS);
	assert_int_equal(fx->port[1].tx_count, 1);
	assert_int_equal(sent[7], 63);
	assert_memory_equal(sent + 8, frame + ETH + 8, 72);
	assert_int_equal(fx->router_counters.forwarded6, 1);
	punt(hop_by_hop_frame("fe80::9", "ff02::16", alert), PUNT_OPTIONS);
	assert_int_equal(fx->stack.inputs, 1);
	for (int i = 0; i < 2; i++) {
		const char *dst = i ? own : far;
		enum punt_reason reason = i ? PUNT_LOCAL : PUNT_OPTIONS;

		punt(hop_by_hop_frame("2001:db8::9", dst, jumbo), reason);
		assert_int_equal(be32_load(icmp_error(4, 2) + 44), 42);
		punt(hop_by_hop_frame("2001:db8::9", dst, discard), reason);
		assert_int_equal(drops(DROP_OPTIONS), 2 * (i + 1));
		punt(hop_by_hop_frame("2001:db8::9", dst, longer), reason);
		assert_int_equal(be32_load(icmp_error(4, 0) + 44), 43);
		assert_int_equal(drops(DROP_PARAMETER), i + 1);
	}
	assert_int_equal(fx->port[1].tx_count, 1);
	assert_int_equal(fx->stack.inputs, 1);
}

/*
 * RFC 4443 3.1, code 2: a link-local source is told, from our own link-local
 * address, that its packet may not leave the link. On the link it may (RFC 4007
 * 9).
 */
static void
test_scope(void **state)
{
	struct interface *i = router_interface(&fx->router, "port0");
	const uint8_t *ip = fx->port[0].tx[0].byte + ETH;
	struct ip_addr own = { .family = 0 };

	(void)state;
	for (uint32_t k = 0; k < i->address_count; k++)
		if (i->address[k].origin == ORIGIN_LINK_LAYER)
			own = i->address[k].addr;
	assert_int_equal(own.byte[0], 0xfe);
	fixture_learn(0, "fe80::9", 8);
	fixture_learn(1, "2001:db8:1::2", 2);
	punt(fixture_ip_frame(frame, "fe80::9", "2001:db8:9::1", 80),
	    PUNT_SCOPE);
	assert_int_equal(drops(DROP_SCOPE), 1);
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_int_equal(fx->port[0].tx[0].byte[5], 8);
	assert_int_equal(ip[40], 1);
	assert_int_equal(ip[41], 2);
	assert_memory_equal(ip + 8, own.byte, 16);
	assert_memory_equal(ip + 24, frame + ETH + 8, 16);
	/* a neighbour of the same link */
	punt(fixture_ip_frame(frame, "fe80::9", "2001:db8::9", 80), PUNT_SCOPE);
	assert_int_equal(fx->port[0].tx_count, 2);
	assert_int_equal(fx->port[0].tx[1].byte[5], 9);
	assert_int_equal(fx->port[0].tx[1].byte[ETH + 7], 63);
	/* no route is no route */
	punt(fixture_ip_frame(frame, "fe80::9", "2001:db9::1", 80), PUNT_SCOPE);
	assert_int_equal(fx->port[0].tx_count, 3);
	assert_int_equal(fx->port[0].tx[2].byte[ETH + 41], 0);
	assert_int_equal(drops(DROP_NO_ROUTE), 1);
	/* nobody beyond the link hears of it */
	assert_int_equal(fx->port[1].tx_count, 0);
}

/* RFC 4007 6: the address of one link is none on another. */
static void
test_zones(void **state)
{
	uint16_t len;

	(void)state;
	/* of port1, from the MAC */
	len = fixture_ip_frame(frame, "fe80::9", "fe80::ff:fe00:1", 80);
	punt(len, PUNT_LOCAL);
	assert_int_equal(drops(DROP_SCOPE), 1);
	assert_int_equal(fx->stack.inputs, 0);
	len = fixture_ip_frame(frame, "fe80::9", "fe80::ff:fe00:0", 80);
	punt(len, PUNT_LOCAL);
	assert_int_equal(fx->stack.inputs, 1);
}

/* From the address on the network of who is told, of several. */
static void
test_error_source(void **state)
{
	const uint8_t *ip = fx->port[0].tx[0].byte + ETH;

	(void)state;
	fixture_start("interface port0\n"
		      " ip address 169.254.1.1/16\n"
		      " ip address 10.0.0.1/24\n"
		      " ip address 10.5.0.1/24\n"
		      "interface port1\n"
		      " ip address 10.1.0.1/24\n"
		      "interface port2\n"
		      " ip address 10.2.0.1/31\n"
		      "ip route 40.0.0.0/8 10.5.0.9\n");
	fixture_learn(0, "10.5.0.9", 9);
	punt(
	    fixture_ip_frame(frame, "10.5.0.9", "99.0.0.1", 60), PUNT_NO_ROUTE);
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_int_equal(be32_load(ip + 12), 0x0a050001);
	/* beyond it, never from the one that stays on its link */
	fx->port[0].tx_count = 0;
	punt(
	    fixture_ip_frame(frame, "40.0.0.9", "99.0.0.1", 60), PUNT_NO_ROUTE);
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_int_equal(be32_load(ip + 12), 0x0a000001);
}

/* RFC 4443 2.2: what is said about a packet to us is said by whom it was to. */
static void
test_refusal(void **state)
{
	const uint8_t *ip = fx->port[0].tx[0].byte + ETH;
	uint16_t len = fixture_ip_frame(frame, "10.0.0.9", "10.1.0.1", 300);

	(void)state;
	router_refuse(&fx->router, ICMP_PORT_UNREACHABLE, 0, 0, frame + ETH,
	    (uint16_t)(len - ETH));
	fixture_send_mailbox();
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_int_equal(be32_load(ip + 12), 0x0a010001);
	assert_int_equal(be16_load(ip + 2), 328);
	assert_int_equal(ip[20], 3);
	assert_int_equal(ip[21], 3);
	assert_memory_equal(ip + 28, frame + ETH, 300);
	fx->port[0].tx_count = 0;
	len = fixture_ip_frame(frame, "2001:db8::9", "2001:db8:1::1", 300);
	router_refuse(&fx->router, ICMP_NEXT_HEADER, 6, IFACE_NONE, frame + ETH,
	    (uint16_t)(len - ETH));
	fixture_send_mailbox();
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_memory_equal(ip + 8, frame + ETH + 24, 16);
	assert_int_equal(ip[40], 4);
	assert_int_equal(ip[41], 1);
	/* not from the anycast address of the routers of a network */
	fx->port[0].tx_count = 0;
	len = fixture_ip_frame(frame, "2001:db8::9", "2001:db8:1::", 300);
	assert_int_equal(fixture_look("2001:db8:1::").type, NEXTHOP_LOCAL);
	router_refuse(&fx->router, ICMP_PORT_UNREACHABLE, 0, 0, frame + ETH,
	    (uint16_t)(len - ETH));
	fixture_send_mailbox();
	assert_int_equal(fx->port[0].tx_count, 1);
	assert_int_equal(be16_load(ip + 8 + 4), 0);
	assert_int_equal(ip[8 + 15], 1);
	/* what was to many */
	fx->port[0].tx_count = 0;
	fixture_ip_frame(frame, "10.0.0.9", "10.0.0.255", 60);
	router_refuse(
	    &fx->router, ICMP_PORT_UNREACHABLE, 0, 0, frame + ETH, 60);
	fixture_send_mailbox();
	assert_int_equal(fx->port[0].tx_count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PUNT_TEST(test_source_routes),
		PUNT_TEST(test_bad_options),
		PUNT_TEST(test_options),
		PUNT_TEST(test_timestamps),
		PUNT_TEST(test_echo_options),
		PUNT_TEST(test_hop_by_hop),
		PUNT_TEST(test_scope),
		PUNT_TEST(test_zones),
		PUNT_TEST(test_error_source),
		PUNT_TEST(test_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
