/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/config.c control/config_args.c control/config_check.c
 * control/config_error.c control/config_interface.c
 * control/config_keyword.c control/config_lex.c control/config_limit.c
 * control/config_nd.c control/config_nd_check.c control/config_nd_render.c
 * control/config_parse.c control/config_render.c control/config_route.c
 * control/files.c control/icmp6.c control/ip_class.c control/iptext.c
 * control/ra_build.c control/ra_input.c control/ra_timer.c
 * control/route_format.c net/addr.c net/counters.c
 */
/* objects: control/config_verify.c */
/*
 * Router advertisements: their bytes, their times, and what is accepted from
 * others. Each test names the clause that it stands for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/icmp6.h"
#include "control/ra_build.h"
#include "control/ra_input.h"
#include "control/ra_timer.h"
#include "tests/unit/config_world.h"

enum { S = 1000 * 1000, CHECKSUM_AT = ICMP6_AT + 2 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 0x10 };
static const struct ip_addr local = { { 0xfe, 0x80, [15] = 0x10 }, IP6 };

static uint8_t packet[RA_MAX];

/* The packet that this interface block makes; its length. */
static size_t
built(const char *block, bool final)
{
	struct ra_facts facts = { .source = local, .final = final };
	struct config_errors errors;
	struct config c;
	char text[1024] = "interface port0\n";
	size_t len;

	memcpy(facts.mac, mac, sizeof(mac));
	strcat(text, block);
	if (parse_text(text, &c, &errors) != 0)
		fail_msg("%s", errors.error[0].message);
	memset(packet, 0xaa, sizeof(packet));
	len = ra_build(&c.interface[0], &facts, packet);
	assert_int_equal(len, ra_size(&c.interface[0]));
	config_free(&c);
	return len;
}

/* Bytes in a row, written in hex, and what they mean. */
struct field {
	const char *meaning, *hex;
};

/* Compares the packet from `at` on; returns where the fields end. */
static size_t
expect_fields(size_t at, const struct field *f, size_t n)
{
	for (const struct field *end = f + n; f < end; f++) {
		const char *hex = f->hex;
		unsigned int want;
		int used;

		for (; sscanf(hex, "%2x%n", &want, &used) == 1; hex += used)
			if (packet[at++] != want)
				fail_msg("%s: byte %zu is %02x, not %02x",
				    f->meaning, at - 1, packet[at - 1], want);
	}
	return at;
}

/* RFC 4861 4.2, 4.6.1, 4.6.2: every byte, with the defaults of 6.2.1. */
static void
test_bytes_of_defaults(void **state)
{
	static const struct field want[] = {
		{ "version, class, flow label", "60 00 00 00" },
		{ "payload length, ICMPv6, hop limit", "00 38 3a ff" },
		{ "from fe80::10", "fe80 0000 0000 0000 0000 0000 0000 0010" },
		{ "to ff02::1", "ff02 0000 0000 0000 0000 0000 0000 0001" },
		{ "type, code, checksum", "86 00 00 00" },
		{ "hop limit 64, no flags, 1800 s", "40 00 07 08" },
		{ "reachable time, retransmit interval", "00000000 00000000" },
		{ "source link-layer address", "01 01 02 00 00 00 00 10" },
		{ "a /64, on link, autonomous", "03 04 40 c0" },
		{ "valid 30 days, preferred 7 days", "00278d00 00093a80" },
		{ "reserved", "00 00 00 00" },
		{ "2001:db8::", "2001 0db8 0000 0000 0000 0000 0000 0000" },
	};
	size_t len = built(" ipv6 address 2001:db8::1/64\n"
			   " ip address 192.0.2.1/24\n",
	    false);

	(void)state;
	assert_int_equal(icmp6_checksum(packet, len - ICMP6_AT), 0);
	memset(packet + CHECKSUM_AT, 0, 2);
	assert_int_equal(expect_fields(0, want, COUNT(want)), len);
}

/* Every statement there is. */
static const char all_statements[] =
    " ipv6 address 2001:db8::1/64\n"
    " ipv6 nd ra-interval 4\n"
    " ipv6 nd ra-lifetime 5\n"
    " ipv6 nd ra-hop-limit 9\n"
    " ipv6 nd reachable-time 30000\n"
    " ipv6 nd ra-retrans-interval 1000\n"
    " ipv6 nd mtu 1400\n"
    " ipv6 nd managed-config-flag\n"
    " ipv6 nd other-config-flag\n"
    " ipv6 nd router-preference low\n"
    " ipv6 nd prefix 2001:db8::/64 router-address\n"
    " ipv6 nd prefix 2001:db8:1::/48 infinite 600 off-link no-autoconfig\n"
    " ipv6 nd rdnss 2001:db8::53\n"
    " ipv6 nd dnssl lab.example 7\n";

/* RFC 4861 4.2, 4.6.4; RFC 4191 2.2; RFC 8106 5.1, 5.2. */
static void
test_bytes_of_all(void **state)
{
	static const struct field want[] = {
		{ "type, code, checksum", "86 00 00 00" },
		{ "hop limit 9; managed, other, low; 5 s", "09 d8 00 05" },
		{ "reachable 30 s, retransmit 1 s", "00007530 000003e8" },
		{ "source link-layer address", "01 01 02 00 00 00 00 10" },
		{ "MTU 1400", "05 01 00 00 00 00 05 78" },
		{ "a /64 with the router's address, RFC 6275 7.2",
		    "03 04 40 e0" },
		{ "valid 30 days, preferred 7 days", "00278d00 00093a80" },
		{ "reserved", "00 00 00 00" },
		{ "2001:db8::1", "2001 0db8 0000 0000 0000 0000 0000 0001" },
		{ "a /48, no flags", "03 04 30 00" },
		{ "valid for ever, preferred 600 s", "ffffffff 00000258" },
		{ "reserved", "00 00 00 00" },
		{ "2001:db8:1::", "2001 0db8 0001 0000 0000 0000 0000 0000" },
		{ "a DNS server, for three intervals",
		    "19 03 00 00 00 00 00 0c" },
		{ "2001:db8::53", "2001 0db8 0000 0000 0000 0000 0000 0053" },
		{ "a search list, for 7 s", "1f 03 00 00 00 00 00 07" },
		{ "lab.example", "03 6c6162 07 6578616d706c65 00" },
		{ "padding", "00 00 00" },
	};
	size_t len = built(all_statements, false);

	(void)state;
	assert_int_equal(icmp6_checksum(packet, len - ICMP6_AT), 0);
	memset(packet + CHECKSUM_AT, 0, 2);
	assert_int_equal(expect_fields(ICMP6_AT, want, COUNT(want)), len);
	assert_true(built(" ipv6 nd router-preference high\n", false) > 0);
	assert_int_equal(packet[ICMP6_AT + 5], 0x08);
}

/* RFC 4861 6.2.5; RFC 4191 2.2: no preference without a lifetime. */
static void
test_final_has_no_lifetime(void **state)
{
	(void)state;
	built(" ipv6 nd router-preference high\n"
	      " ipv6 nd other-config-flag\n",
	    true);
	assert_int_equal(packet[ICMP6_AT + 5], 0x40);
	assert_int_equal(be16_load(packet + ICMP6_AT + 6), 0);
	built(" ipv6 nd ra-lifetime 0\n"
	      " ipv6 nd router-preference high\n",
	    false);
	assert_int_equal(packet[ICMP6_AT + 5], 0);
}

/* Networks of our own: each once, hosts none, only a /64 for addresses. */
static void
test_own_prefixes(void **state)
{
	size_t len;

	(void)state;
	len = built(" ipv6 address 2001:db8::1/64\n"
		    " ipv6 address 2001:db8::2/64\n"
		    " ipv6 address 2001:db8:1::1/127\n"
		    " ipv6 address 2001:db8:2::1/128\n"
		    " ipv6 address fe80::5/64\n",
	    false);
	assert_int_equal(len, ICMP6_AT + 16 + 8 + 2 * 32);
	assert_int_equal(packet[ICMP6_AT + 24 + 2], 64);
	assert_int_equal(packet[ICMP6_AT + 24 + 3], 0xc0);
	assert_int_equal(packet[ICMP6_AT + 56 + 2], 127);
	assert_int_equal(packet[ICMP6_AT + 56 + 3], 0x80);
}

/* RFC 4861 6.2.1 and 10 */
static void
test_intervals(void **state)
{
	(void)state;
	assert_int_equal(ra_interval_min(4000), 3000);
	assert_int_equal(ra_interval_min(8000), 6000);
	assert_int_equal(ra_interval_min(9000), 3000);
	assert_int_equal(ra_interval_min(600000), 198000);
	assert_int_equal(ra_interval_min(1800000), 594000);
}

/* RFC 4861 6.2.4: between both, and the first ones at most 16 s apart. */
static void
test_unsolicited_times(void **state)
{
	uint32_t extreme[] = { 0, UINT32_MAX };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ra_timer t = { 0 };
		uint64_t now = 100ull * S;

		ra_timer_start(&t, now, extreme[i]);
		assert_true(t.active);
		assert_int_equal(t.due_us, now + (i ? RA_ANSWER_US : 0));
		now = t.due_us;
		for (int n = 0; n < 2; n++) {
			ra_timer_sent(&t, now, 600000, extreme[i]);
			assert_int_equal(t.due_us, now + 16ull * S);
			now = t.due_us;
		}
		ra_timer_sent(&t, now, 600000, extreme[i]);
		assert_int_equal(t.due_us, now + (i ? 600ull : 198ull) * S);
		/* A short interval is not stretched. */
		ra_timer_start(&t, now + 100ull * S, extreme[i]);
		ra_timer_sent(&t, now, 4000, extreme[i]);
		assert_int_equal(t.due_us, now + (i ? 4ull : 3ull) * S);
	}
}

/* RFC 4861 6.2.6 */
static void
test_solicited_times(void **state)
{
	struct ra_timer t = { 0 };
	uint64_t now = 100ull * S;

	(void)state;
	ra_timer_solicited(&t, now, 0);
	assert_false(t.active);
	ra_timer_start(&t, now, 0);
	ra_timer_sent(&t, now, 600000, 0);
	/* Long after the last one: within half a second. */
	now += 10ull * S;
	ra_timer_solicited(&t, now, UINT32_MAX);
	assert_int_equal(t.due_us, now + RA_ANSWER_US);
	ra_timer_solicited(&t, now, 1u << 31);
	assert_int_equal(t.due_us, now + RA_ANSWER_US / 2);
	/* A later one does not put it off. */
	ra_timer_solicited(&t, now, UINT32_MAX);
	assert_int_equal(t.due_us, now + RA_ANSWER_US / 2);
	/* Just after one: not within three seconds of it. */
	now = t.due_us;
	ra_timer_sent(&t, now, 600000, 0);
	ra_timer_solicited(&t, now + S, 0);
	assert_int_equal(t.due_us, now + RA_APART_US);
	ra_timer_sent(&t, now, 600000, 0);
	ra_timer_solicited(&t, now + S, UINT32_MAX);
	assert_int_equal(t.due_us, now + RA_APART_US + RA_ANSWER_US);
	/* Nor when what is said changes. */
	ra_timer_start(&t, now + S, 0);
	assert_int_equal(t.due_us, now + RA_APART_US);
}

enum { RS_LEN = ICMP6_AT + 16 };

static void
solicitation(uint8_t *p)
{
	static const uint8_t rs[RS_LEN] = { 0x60, [5] = 16, 58, 255, 0xfe,
		0x80, [23] = 9, 0xff, 0x02, [39] = 2, [40] = 133, [48] = 1, 1,
		2, 0, 0, 0, 0, 9 };

	memcpy(p, rs, sizeof(rs));
}

static bool
accepted(uint8_t *p, size_t len, const uint8_t **told)
{
	memset(p + 42, 0, 2);
	be16_store(p + 42, icmp6_checksum(p, be16_load(p + 4)));
	return ra_solicitation_good(p, len, told);
}

/* RFC 4861 6.1.1 */
static void
test_solicitation_is_checked(void **state)
{
	static const struct {
		uint8_t at, value;
		const char *why;
	} wrong[] = {
		{ 7, 254, "hop limit" },
		{ 6, 17, "not ICMPv6" },
		{ 5, 7, "length" },
		{ 5, 17, "longer than the packet" },
		{ 40, 134, "type" },
		{ 41, 1, "code" },
		{ 49, 0, "an option of no length" },
		{ 49, 2, "an option that ends behind the message" },
	};
	uint8_t p[RS_LEN];
	const uint8_t *told;

	(void)state;
	solicitation(p);
	assert_true(accepted(p, sizeof(p), &told));
	assert_ptr_equal(told, p + 50);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		solicitation(p);
		p[wrong[i].at] = wrong[i].value;
		memset(p + 42, 0, 2);
		if (wrong[i].at != 5)
			be16_store(p + 42, icmp6_checksum(p, 16));
		if (ra_solicitation_good(p, sizeof(p), &told))
			fail_msg("accepted: %s", wrong[i].why);
	}
	solicitation(p);
	accepted(p, sizeof(p), &told);
	p[43] ^= 1;
	assert_false(ra_solicitation_good(p, sizeof(p), &told));
	for (size_t len = 0; len < sizeof(p); len++) {
		solicitation(p);
		assert_false(ra_solicitation_good(p, len, &told));
	}
}

/* 6.1.1: who has no address yet tells none, and may ask all the same. */
static void
test_solicitation_from_nowhere(void **state)
{
	uint8_t p[RS_LEN];
	const uint8_t *told;

	(void)state;
	solicitation(p);
	memset(p + 8, 0, 16);
	assert_false(accepted(p, sizeof(p), &told));
	p[48] = 14; /* a nonce (RFC 3971 5.3.2): unknown, so passed over */
	assert_true(accepted(p, sizeof(p), &told));
	assert_null(told);
	p[5] = 8;
	assert_true(accepted(p, sizeof(p) - 8, &told));
}

/* RFC 4861 6.1.2, 6.2.7 */
static void
test_contradictions(void **state)
{
	static const char block[] = " ipv6 address 2001:db8::1/64\n"
				    " ipv6 nd reachable-time 100\n"
				    " ipv6 nd ra-retrans-interval 100\n"
				    " ipv6 nd mtu 1400\n";
	static const struct {
		uint8_t at, value;
		const char *what;
	} other[] = {
		{ 4, 3, "the hop limit" }, { 4, 0, NULL }, /* unspecified */
		{ 5, 0x80, "the managed or other flag" },
		{ 5, 0x40, "the managed or other flag" },
		{ 5, 0x08, NULL }, /* each router has its preference */
		{ 7, 1, NULL }, { 11, 1, "the reachable time" },
		{ 11, 0, NULL }, { 15, 1, "the retransmit interval" },
		{ 31, 1, "the MTU" }, { 39, 1, "the lifetimes of a prefix" },
		{ 43, 1, "the lifetimes of a prefix" },
		{ 54, 9, NULL }, /* another prefix */
	};
	uint8_t theirs[RA_MAX];
	size_t len = built(block, false);

	(void)state;
	for (size_t i = 0; i < COUNT(other); i++) {
		const char *what;

		memcpy(theirs, packet, len);
		theirs[ICMP6_AT + other[i].at] = other[i].value;
		memset(theirs + 42, 0, 2);
		be16_store(theirs + 42, icmp6_checksum(theirs, len - ICMP6_AT));
		assert_true(ra_advertisement_good(theirs, len));
		what = ra_contradiction(packet, len, theirs, len);
		if (!other[i].what)
			assert_null(what);
		else
			assert_string_equal(what, other[i].what);
		/* Not from beyond the link. */
		theirs[8] = 0x20;
		memset(theirs + 42, 0, 2);
		be16_store(theirs + 42, icmp6_checksum(theirs, len - ICMP6_AT));
		assert_false(ra_advertisement_good(theirs, len));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_of_defaults),
		cmocka_unit_test(test_bytes_of_all),
		cmocka_unit_test(test_final_has_no_lifetime),
		cmocka_unit_test(test_own_prefixes),
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_unsolicited_times),
		cmocka_unit_test(test_solicited_times),
		cmocka_unit_test(test_solicitation_is_checked),
		cmocka_unit_test(test_solicitation_from_nowhere),
		cmocka_unit_test(test_contradictions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
