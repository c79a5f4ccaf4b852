/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c */
/* objects: lwip-port/guard.c lwip-port/hooks.c lwip-port/iface.c */
/* objects: lwip-port/nd.c */
/* objects: lwip-port/neighbor.c lwip-port/output.c lwip-port/siphash.c */
/* objects: lwip-port/stack.c lwip-port/detect.c lwip-port/own6.c */
/* libs: lwip */
/*
 * Floods of good packets to the local stack: lwIP's memory stays within its
 * bounds, and who is honest is still answered.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lwip-port/private.h"
#include "lwip-port/stack.h"
#include "lwip/stats.h"
#include "tests/unit/stack_fixture.h"

static const uint8_t own0[] = { 192, 0, 2, 1 }, host0[] = { 192, 0, 2, 9 };
static const uint8_t own0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 1 };
static const uint8_t host0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 9 };
static uint8_t frame[STACK_FRAME_MAX];

static void
meet_host(void)
{
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, own0_6, own0_6, host_mac));
	sw->sent_count = 0;
}

static bool
is_icmp(const struct stack_frame *f, const void *type)
{
	uint8_t wanted = *(const uint8_t *)type;

	if (f->byte[12] == 8)
		return f->byte[13] == 0 && f->byte[23] == 1 &&
		       f->byte[34] == wanted;
	return f->byte[20] == 58 && f->byte[54] == wanted;
}

/* UDP to a port that nobody has. */
static void
give_udp(void)
{
	static const uint8_t udp[] = { 1, 2, 3, 4, 0, 8, 0, 0 };
	static const uint8_t udp6[] = { 1, 2, 3, 4, 0, 8, 0x9a, 0x4d };
	uint8_t body[sizeof(udp6)];
	uint32_t sum;

	stack_give(
	    0, frame, make_ip4(frame, host0, own0, 17, udp, sizeof(udp)));
	memcpy(body, udp6, sizeof(body));
	be16_store(body + 6, 0);
	sum = (uint16_t)~checksum(own0_6, 16, 0);
	sum += (uint16_t)~checksum(host0_6, 16, 0) + 17u + sizeof(body);
	be16_store(body + 6, checksum(body, sizeof(body), sum));
	stack_give(0, frame,
	    make_ip6(frame, host0_6, own0_6, 17, 64, body, sizeof(body)));
}

static void
give_echoes(void)
{
	uint8_t echo[8] = { 8, 0, 0, 0, 1, 2, 3, 4 };

	be16_store(echo + 2, checksum(echo, sizeof(echo), 0));
	stack_give(
	    0, frame, make_ip4(frame, host0, own0, 1, echo, sizeof(echo)));
	echo[0] = 128;
	stack_give(0, frame,
	    make_icmp6(frame, host0_6, own0_6, 64, echo, sizeof(echo)));
}

/* lwIP's own ICMP errors ask the router's limiter; its echo replies do not. */
static void
test_errors_are_limited(void **state)
{
	static const uint8_t unreachable4 = 3, unreachable6 = 1;
	static const uint8_t reply4 = 0, reply6 = 129;

	(void)state;
	meet_host();
	give_udp();
	assert_int_equal(stack_count(is_icmp, &unreachable4), 1);
	assert_int_equal(stack_count(is_icmp, &unreachable6), 1);
	assert_int_equal(sw->errors_asked, 2);
	sw->errors_muted = true;
	sw->sent_count = 0;
	for (int i = 0; i < 100; i++)
		give_udp();
	assert_int_equal(sw->errors_asked, 202);
	assert_int_equal(sw->sent_count, 0);
	give_echoes();
	assert_int_equal(stack_count(is_icmp, &reply4), 1);
	assert_int_equal(stack_count(is_icmp, &reply6), 1);
	assert_int_equal(sw->errors_asked, 202);
}

#define FLOOD_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, stack_setup, stack_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLOOD_TEST(test_errors_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
