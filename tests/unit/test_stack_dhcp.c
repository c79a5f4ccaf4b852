/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * A DHCP server's side of RFC 2131 against the stack's client.
 */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lwip-port/stack.h"
#include "net/wire.h"
#include "tests/unit/stack_fixture.h"

enum {
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
	BOOTP = 42,        /* of a frame: behind UDP */
	BOOTP_FIXED = 240, /* with the cookie */
};

static const uint8_t server[] = { 192, 0, 2, 254 };
static const uint8_t offered[] = { 192, 0, 2, 50 };
static const uint8_t any[4], broadcast[] = { 255, 255, 255, 255 };
static uint8_t frame[STACK_FRAME_MAX];
static uint32_t seen;

/* A message of the client's, or 0. */
static uint8_t
type_of(const struct stack_frame *f)
{
	if (be16_load(f->byte + 12) != ETHERTYPE_IP4 || f->byte[23] != 17 ||
	    be16_load(f->byte + 36) != 67)
		return 0;
	/* lwIP puts the type first, as most clients do. */
	return f->byte[BOOTP + BOOTP_FIXED + 2];
}

static bool
is_type(const struct stack_frame *f, const void *type)
{
	return type_of(f) == *(const uint8_t *)type;
}

static void
answer(const struct stack_frame *to, uint8_t type, uint8_t mask)
{
	const uint8_t options[] = { 53, 1, type, 54, 4, 192, 0, 2, 254, 1, 4,
		255, 255, mask, 0, 3, 4, 192, 0, 2, 254, 51, 4, 0, 0, 0x0e,
		0x10, 255 };
	uint8_t udp[8 + BOOTP_FIXED + 60] = { 0, 67, 0, 68 };
	uint8_t *bootp = udp + 8;

	be16_store(udp + 4, sizeof(udp));
	memcpy(bootp, to->byte + BOOTP, BOOTP_FIXED);
	bootp[0] = 2;
	if (type != DHCP_NAK)
		memcpy(bootp + 16, offered, 4);
	memcpy(bootp + BOOTP_FIXED, options, sizeof(options));
	stack_give(
	    0, frame, make_ip4(frame, server, broadcast, 17, udp, sizeof(udp)));
}

/* Serves for a while; answers requests with `to_request`. */
static void
serve(uint32_t ms, uint8_t to_request, uint8_t mask)
{
	for (; ms >= 100; ms -= 100) {
		uint32_t until = sw->sent_count;

		while (seen < until) {
			const struct stack_frame *f =
			    &sw->sent[seen++ % STACK_FRAMES];

			if (type_of(f) == DHCP_DISCOVER)
				answer(f, DHCP_OFFER, mask);
			else if (type_of(f) == DHCP_REQUEST)
				answer(f, to_request, mask);
		}
		stack_run(100);
	}
}

static void
start(void)
{
	struct interface *i = &sw->router.interface[0];

	seen = 0;
	i->address_count = 0;
	i->dhcp = true;
	strcpy(sw->router.config.hostname, "edge1");
	stack_lwip_ops.interface_changed(0);
}

static bool
contains(const struct stack_frame *f, const char *text)
{
	return memmem(f->byte, f->len, text, strlen(text)) != NULL;
}

static void
test_lease(void **state)
{
	static const uint8_t discover = DHCP_DISCOVER, request = DHCP_REQUEST;
	const struct stack_frame *f;

	(void)state;
	start();
	f = stack_find(0, is_type, &discover);
	assert_non_null(f);
	assert_memory_equal(f->byte + 26, any, 4);
	assert_memory_equal(f->byte + 30, broadcast, 4);
	serve(10 * 1000, DHCP_ACK, 255);
	f = stack_find(0, is_type, &request);
	assert_true(contains(f, "edge1"));
	assert_int_equal(sw->leases, 1);
	assert_memory_equal(sw->lease.byte, offered, 4);
	assert_int_equal(sw->lease.family, IP4);
	assert_int_equal(sw->lease_len, 24);
	assert_memory_equal(sw->lease_gateway.byte, server, 4);
	/* The address is ours now. */
	stack_give(0, frame, make_arp(frame, 1, host_mac, server, offered));
	assert_non_null(stack_find(0, is_arp_reply, offered));
	/* The router's own view of it changes nothing. */
	sw->router.interface[0].address[0] = (struct interface_address){
		.addr = sw->lease, .len = 24, .origin = ORIGIN_DHCP
	};
	sw->router.interface[0].address_count = 1;
	stack_lwip_ops.interface_changed(0);
	assert_int_equal(sw->leases, 1);
	stack_give(0, frame, make_arp(frame, 1, host_mac, server, offered));
	assert_int_equal(stack_count(is_arp_reply, offered), 2);
}

/* A static address next to the lease, and back to static ones alone. */
static void
test_lease_beside_an_address(void **state)
{
	static const uint8_t own[] = { 203, 0, 113, 1 };
	struct interface *i = &sw->router.interface[0];

	(void)state;
	start();
	serve(10 * 1000, DHCP_ACK, 255);
	i->address[0] = (struct interface_address){
		.addr = addr4(203, 0, 113, 1), .len = 24
	};
	i->address_count = 1;
	stack_lwip_ops.interface_changed(0);
	stack_give(0, frame, make_arp(frame, 1, host_mac, server, offered));
	stack_give(0, frame, make_arp(frame, 1, host_mac, server, own));
	assert_int_equal(stack_count(is_arp_reply, offered), 1);
	assert_int_equal(stack_count(is_arp_reply, own), 1);
	i->dhcp = false;
	stack_lwip_ops.interface_changed(0);
	assert_int_equal(sw->lease.family, 0);
	stack_give(0, frame, make_arp(frame, 1, host_mac, server, offered));
	stack_give(0, frame, make_arp(frame, 1, host_mac, server, own));
	assert_int_equal(stack_count(is_arp_reply, offered), 1);
	assert_int_equal(stack_count(is_arp_reply, own), 2);
}

/* A server that takes the lease back. */
static void
test_refused_renewal(void **state)
{
	(void)state;
	start();
	serve(10 * 1000, DHCP_ACK, 255);
	assert_int_equal(sw->lease.family, IP4);
	/* The link was away: the client asks again (RFC 2131 3.2). */
	stack_interface_set(0, true, false);
	stack_interface_set(0, true, true);
	serve(300, DHCP_NAK, 255);
	assert_int_equal(sw->lease.family, 0);
	serve(20 * 1000, DHCP_ACK, 255);
	assert_int_equal(sw->lease.family, IP4);
}

/* The same address with another mask: the router hears of it. */
static void
test_renewal_with_another_mask(void **state)
{
	(void)state;
	start();
	serve(10 * 1000, DHCP_ACK, 255);
	stack_interface_set(0, true, false);
	stack_interface_set(0, true, true);
	serve(10 * 1000, DHCP_ACK, 0);
	assert_int_equal(sw->lease.family, IP4);
	assert_int_equal(sw->lease_len, 16);
}

/* A server that is gone: the lease ends with its time. */
static void
test_lease_runs_out(void **state)
{
	(void)state;
	start();
	serve(10 * 1000, DHCP_ACK, 255);
	stack_run(3600 * 1000);
	stack_run(120 * 1000);
	assert_int_equal(sw->lease.family, 0);
	assert_int_equal(sw->leases, 2);
}

static void
test_shutdown_gives_it_back(void **state)
{
	(void)state;
	start();
	serve(10 * 1000, DHCP_ACK, 255);
	stack_interface_set(0, false, false);
	assert_int_equal(sw->lease.family, 0);
	assert_int_equal(sw->leases, 2);
	stack_interface_set(0, true, true);
	serve(10 * 1000, DHCP_ACK, 255);
	assert_int_equal(sw->lease.family, IP4);
}

/* Somebody uses the offered address: RFC 2131 3.1, 5. */
static void
test_offer_in_use(void **state)
{
	static const uint8_t decline = DHCP_DECLINE;

	(void)state;
	start();
	for (int i = 0; i < 50; i++) {
		serve(100, DHCP_ACK, 255);
		if (stack_find(0, is_arp_request, offered))
			stack_give(0, frame,
			    make_arp(frame, 2, other_mac, offered, any));
	}
	assert_non_null(stack_find(0, is_type, &decline));
	assert_int_equal(sw->leases, 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, stack_setup, stack_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_lease),
		TEST(test_lease_beside_an_address),
		TEST(test_refused_renewal),
		TEST(test_renewal_with_another_mask),
		TEST(test_lease_runs_out),
		TEST(test_shutdown_gives_it_back),
		TEST(test_offer_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
