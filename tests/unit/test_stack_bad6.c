/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * IPv6 packets to the router that no host may send: dropped under their reason,
 * and nobody is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lwip-port/private.h"
#include "net/wire.h"
#include "tests/unit/stack_fixture.h"

enum { FRAME = 14, BODY = FRAME + 40, ECHO = 128, NS = 135 };

static const uint8_t none[16];
static const uint8_t own0[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 1 };
static const uint8_t own1[16] = { 0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 1 };
static const uint8_t any0[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1 };
static const uint8_t host0[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 9 };
static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };

static uint8_t frame[STACK_FRAME_MAX];

/* Dropped for this reason, and that is all. */
static void
dropped(uint16_t len, enum drop_reason reason)
{
	sw->dropped = sw->refusals = sw->sent_count = sw->kept_count = 0;
	stack_give(0, frame, len);
	assert_int_equal(sw->fate, reason);
	assert_int_equal(sw->dropped, 1);
	assert_int_equal(sw->refusals, 0);
	assert_int_equal(sw->sent_count, 0);
	assert_int_equal(sw->kept_count, 0);
}

/* RFC 8200 8.1, RFC 768: without a right checksum and length it is none. */
static void
test_damaged_udp(void **state)
{
	static const uint8_t *const to[] = { own0, own1, any0 };

	(void)state;
	for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		make_udp6(frame, host0, to[i], 80, 12, 12);
		be16_store(frame + BODY + 6, 0);
		dropped(BODY + 12, DROP_STACK);
		be16_store(frame + BODY + 6, 1);
		dropped(BODY + 12, DROP_STACK);
		for (uint16_t size = 0; size < 8; size++)
			dropped(make_udp6(frame, host0, to[i], 80, size, 12),
			    DROP_STACK);
		dropped(make_udp6(frame, host0, to[i], 80, 13, 12), DROP_STACK);
	}
}

/* Whoever sends from our addresses, it is not us; any interface's count. */
static void
test_from_ourselves(void **state)
{
	static const uint8_t *const from[] = { own0, own1, any0 };
	static const uint8_t echo[16] = { ECHO };
	static const uint8_t tcp[20] = { 1, 2, 0, 80, [12] = 0x50, 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		dropped(make_icmp6(frame, from[i], own0, 64, echo, 16),
		    DROP_SOURCE);
		dropped(make_icmp6(frame, from[i], all_nodes, 1, echo, 16),
		    DROP_SOURCE);
		dropped(make_ip6(frame, from[i], own0, 6, 64, tcp, sizeof(tcp)),
		    DROP_SOURCE);
		dropped(make_ip6(frame, from[i], own0, 200, 64, tcp, 20),
		    DROP_SOURCE);
	}
}

/* It asks for us as if it were us: nobody is learned, and we say who. */
static void
test_solicited_by_ourselves(void **state)
{
	struct ip_addr own = addr6(own0);
	uint8_t mac[ETH_ALEN];

	(void)state;
	dropped(make_nd(frame, NS, 0, own0, own0, own0, host_mac), DROP_SOURCE);
	assert_non_null(strstr(sw->log, "is also used by"));
	assert_false(adj_mac(0, &own, mac));
	dropped(make_nd(frame, NS, 0, own0, own0, any0, host_mac), DROP_ND);
	assert_false(adj_mac(0, &own, mac));
}

/* Who has no address yet talks to its link about addresses and groups alone. */
static void
test_from_nobody(void **state)
{
	static const uint8_t echo[16] = { ECHO };

	(void)state;
	dropped(make_icmp6(frame, none, own0, 64, echo, 16), DROP_SOURCE);
	dropped(make_icmp6(frame, none, all_nodes, 64, echo, 16), DROP_SOURCE);
	dropped(make_udp6(frame, none, own0, 80, 12, 12), DROP_SOURCE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, stack_setup, stack_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_damaged_udp),
		TEST(test_from_ourselves),
		TEST(test_solicited_by_ourselves),
		TEST(test_from_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
