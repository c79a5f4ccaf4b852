/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * The local stack: what it answers for itself, and the DHCP client.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lwip-port/private.h"
#include "lwip-port/stack.h"
#include "net/wire.h"
#include "tests/unit/stack_fixture.h"

static const uint8_t own0[] = { 192, 0, 2, 1 }, second0[] = { 203, 0, 113, 1 };
static const uint8_t own1[] = { 198, 51, 100, 1 };
static const uint8_t host0[] = { 192, 0, 2, 9 };
static const uint8_t own0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 1 };
static const uint8_t own1_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 1 };
static const uint8_t host0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 9 };
static const uint8_t node0_6[16] = { 0xff, 2, [11] = 1, [12] = 0xff, [15] = 1 };

static uint8_t frame[STACK_FRAME_MAX];

static void
arp_answers(const uint8_t *own)
{
	uint8_t sender[4];
	const struct stack_frame *f;
	uint16_t len;

	memcpy(sender, own, 4);
	sender[3] = 77;
	len = make_arp(frame, 1, host_mac, sender, own);
	stack_give(0, frame, len);
	f = stack_find(0, is_arp_reply, own);
	assert_non_null(f);
	assert_int_equal(f->iface, 0);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
	assert_memory_equal(f->byte + 22, sw->port[0].mac, ETH_ALEN);
}

static void
test_arp_is_answered(void **state)
{
	(void)state;
	arp_answers(own0);
	arp_answers(second0);
	/* Another interface's address is not on this link. */
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own1));
	assert_null(stack_find(0, is_arp_reply, own1));
}

static void
test_solicitation_is_answered(void **state)
{
	const struct stack_frame *f;

	(void)state;
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, node0_6, own0_6, host_mac));
	f = stack_find(0, is_advertisement, own0_6);
	assert_non_null(f);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
	assert_memory_equal(f->byte + 38, host0_6, 16);
	assert_int_equal(f->byte[58] & 0x60, 0x60); /* solicited, override */
}

static void
test_solicitation_with_other_options_first(void **state)
{
	uint8_t nd[48] = { 135, [24] = 14, 2, [40] = 1, 1 };

	(void)state;
	memcpy(nd + 8, own0_6, 16);
	memcpy(nd + 42, other_mac, ETH_ALEN);
	stack_give(
	    0, frame, make_icmp6(frame, host0_6, node0_6, 255, nd, sizeof(nd)));
	assert_memory_equal(
	    stack_find(0, is_advertisement, own0_6)->byte, other_mac, ETH_ALEN);
}

/* Each breaks one rule of RFC 4861 7.1.1. */
static void
test_bad_solicitations_are_dropped(void **state)
{
	uint8_t nd[32] = { 135, [24] = 1, 1 };
	uint16_t len;

	(void)state;
	memcpy(nd + 8, own0_6, 16);
	memcpy(nd + 26, host_mac, ETH_ALEN);
	stack_give(
	    0, frame, make_icmp6(frame, host0_6, node0_6, 254, nd, sizeof(nd)));
	nd[25] = 0;
	stack_give(
	    0, frame, make_icmp6(frame, host0_6, node0_6, 255, nd, sizeof(nd)));
	nd[25] = 2;
	stack_give(
	    0, frame, make_icmp6(frame, host0_6, node0_6, 255, nd, sizeof(nd)));
	nd[25] = 1;
	nd[1] = 1;
	stack_give(
	    0, frame, make_icmp6(frame, host0_6, node0_6, 255, nd, sizeof(nd)));
	nd[1] = 0;
	len = make_icmp6(frame, host0_6, node0_6, 255, nd, sizeof(nd));
	frame[57] ^= 1;
	stack_give(0, frame, len);
	assert_int_equal(sw->sent_count, 0);
	assert_int_equal(sw->heard, 0);
}

/* A router takes no router's word. */
static void
test_router_advertisements_are_ignored(void **state)
{
	static const uint8_t from[16] = { 0xfe, 0x80, [15] = 0x99 };
	uint8_t ra[24] = { 134, 0, 0, 0, 64, 0, 1, 0, [16] = 1, 1, 2, 3 };

	(void)state;
	stack_give(
	    0, frame, make_icmp6(frame, from, node0_6, 255, ra, sizeof(ra)));
	assert_int_equal(sw->sent_count, 0);
}

static void
echo4(const uint8_t *dst, uint16_t size)
{
	uint8_t body[1480] = { 8, 0, 0, 0, 1, 2, 3, 4 };
	const struct stack_frame *f;

	for (uint16_t i = 8; i < size; i++)
		body[i] = (uint8_t)i;
	be16_store(body + 2, checksum(body, size, 0));
	sw->sent_count = 0;
	stack_give(0, frame, make_ip4(frame, host0, dst, 1, body, size));
	f = stack_find(0, is_echo_reply, NULL);
	assert_non_null(f);
	assert_int_equal(f->iface, 0);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
	assert_memory_equal(f->byte + 26, dst, 4);
	assert_memory_equal(f->byte + 30, host0, 4);
	assert_int_equal(checksum(f->byte + 14, 20, 0), 0);
	assert_int_equal(checksum(f->byte + 34, size, 0), 0);
	assert_memory_equal(f->byte + 38, body + 4, size - 4u);
}

static void
test_echo4_to_every_own_address(void **state)
{
	(void)state;
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	echo4(own0, 8);
	echo4(second0, 64);
	echo4(own1, 65);
	echo4(own0, 1480);
}

static void
echo6(const uint8_t *dst)
{
	uint8_t body[40] = { 128, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7 };
	const struct stack_frame *f;

	sw->sent_count = 0;
	stack_give(
	    0, frame, make_icmp6(frame, host0_6, dst, 64, body, sizeof(body)));
	f = stack_find(0, is_echo_reply, NULL);
	assert_non_null(f);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
	assert_memory_equal(f->byte + 22, dst, 16);
	assert_int_equal(
	    checksum(f->byte + 54, sizeof(body),
		(uint16_t)~checksum(f->byte + 22, 32, 0) + 58u + sizeof(body)),
	    0);
}

static void
test_echo6_to_every_own_address(void **state)
{
	(void)state;
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, node0_6, own0_6, host_mac));
	echo6(own0_6);
	echo6(own1_6);
}

/* The way back is the FIB's, not the way that the request came. */
static void
test_answers_follow_the_fib(void **state)
{
	static const uint8_t far[] = { 8, 8, 8, 8 };
	uint8_t body[8] = { 8, 0, 0xf7, 0xff };
	struct ip_addr gateway = addr4(198, 51, 100, 254);
	const struct stack_frame *f;

	(void)state;
	sw->gateway4 = gateway;
	stack_learn(1, &gateway, other_mac);
	stack_give(0, frame, make_ip4(frame, far, own0, 1, body, 8));
	f = stack_find(0, is_echo_reply, NULL);
	assert_non_null(f);
	assert_int_equal(f->iface, 1);
	assert_memory_equal(f->byte, other_mac, ETH_ALEN);
	assert_memory_equal(f->byte + 6, sw->port[1].mac, ETH_ALEN);
	/* Without a route there is no answer. */
	sw->sent_count = 0;
	sw->gateway4.family = 0;
	stack_give(0, frame, make_ip4(frame, far, own0, 1, body, 8));
	assert_int_equal(sw->sent_count, 0);
}

static bool
is_reset(const struct stack_frame *f, const void *unused)
{
	(void)unused;
	return be16_load(f->byte + 12) == ETHERTYPE_IP4 && f->byte[23] == 6 &&
	       (f->byte[47] & 0x04) != 0;
}

static void
test_tcp_to_another_interface(void **state)
{
	uint8_t syn[20] = { 0x12, 0x34, 0, 80, 0, 0, 0, 1, [12] = 0x50, 2, 4 };
	uint32_t pseudo = 6 + sizeof(syn);

	(void)state;
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	pseudo += (uint16_t)~checksum(host0, 4, 0);
	pseudo += (uint16_t)~checksum(own1, 4, 0);
	be16_store(syn + 16, checksum(syn, sizeof(syn), pseudo));
	stack_give(0, frame, make_ip4(frame, host0, own1, 6, syn, 20));
	assert_non_null(stack_find(0, is_reset, NULL));
}

static void
test_groups_of_a_port(void **state)
{
	static const uint8_t want[][ETH_ALEN] = {
		{ 0x01, 0x00, 0x5e, 0, 0, 1 }, { 0x33, 0x33, 0, 0, 0, 1 },
		{ 0x33, 0x33, 0, 0, 0, 2 }, { 0x33, 0x33, 0xff, 0, 0, 1 },
		{ 0x33, 0x33, 0xff, 0, 0, 0 }, /* the anycast addresses' */
	};

	(void)state;
	/* Both addresses of port0 end alike: one group. */
	assert_int_equal(sw->group_count[0], 5);
	for (uint32_t i = 0; i < 5; i++) {
		bool found = false;

		for (uint32_t k = 0; k < 5; k++)
			found |= !memcmp(sw->group[0][k], want[i], ETH_ALEN);
		assert_true(found);
	}
}

/* A config that changes many interfaces of a port tells it once. */
static void
test_groups_are_told_once(void **state)
{
	struct interface *i = &sw->router.interface[0];
	uint32_t before = sw->groups_told[0];

	(void)state;
	for (uint8_t n = 0; n < 10; n++) {
		i->address[2].addr.byte[15] = n + 2;
		stack_lwip_ops.interface_changed(0);
	}
	stack_run(2);
	assert_int_equal(sw->groups_told[0], before + 1);
	stack_run(3000); /* a group is joined when DAD begins */
	assert_int_equal(sw->groups_told[0], before + 2);
	assert_int_equal(sw->group_count[0], 6);
}

static void
test_addresses_come_and_go(void **state)
{
	struct interface *i = &sw->router.interface[0];

	(void)state;
	/* The first address goes: the second still answers. */
	i->address[0] = i->address[--i->address_count];
	stack_lwip_ops.interface_changed(0);
	sw->sent_count = 0;
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	assert_null(stack_find(0, is_arp_reply, own0));
	arp_answers(second0);
	stack_addresses();
	stack_lwip_ops.interface_changed(0);
	arp_answers(own0);
	arp_answers(second0);
	stack_interface_set(0, false, true);
	sw->sent_count = 0;
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	assert_int_equal(sw->sent_count, 0);
}

static uint8_t
status(uint16_t iface, const struct ip_addr *addr)
{
	const struct interface *i = &sw->router.interface[iface];
	uint32_t k = 0;

	while (!ip_addr_equal(&i->address[k].addr, addr))
		k++;
	return i->address[k].status;
}

/* RFC 4862 5.4.3: somebody else has it already. */
static void
test_duplicate_address(void **state)
{
	static const uint8_t all[16] = { 0xff, 2, [15] = 1 };
	struct ip_addr own = addr6(own0_6);

	(void)state;
	/* Every link is a new one: each address is looked for again. */
	assert_int_equal(status(0, &own), ADDRESS_PREFERRED);
	stack_interface_set(0, true, false);
	stack_interface_set(0, true, true);
	assert_int_equal(status(0, &own), ADDRESS_TENTATIVE);
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, node0_6, own0_6, host_mac));
	assert_null(stack_find(0, is_advertisement, own0_6));
	stack_give(0, frame,
	    make_nd(frame, 136, 0x20, own0_6, all, own0_6, other_mac));
	stack_run(1100);
	assert_int_equal(sw->errors, 1);
	assert_int_equal(status(0, &own), ADDRESS_DUPLICATE);
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, node0_6, own0_6, host_mac));
	assert_null(stack_find(0, is_advertisement, own0_6));
	/* The link comes again: another try. */
	stack_interface_set(0, true, false);
	stack_interface_set(0, true, true);
	stack_run(3000);
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, node0_6, own0_6, host_mac));
	assert_non_null(stack_find(0, is_advertisement, own0_6));
	assert_int_equal(status(0, &own), ADDRESS_PREFERRED);
	/* RFC 4862 5.4.4: who comes later does not take it away. */
	stack_give(0, frame,
	    make_nd(frame, 136, 0x20, own0_6, all, own0_6, other_mac));
	stack_run(1100);
	assert_int_equal(status(0, &own), ADDRESS_PREFERRED);
}

/* All addresses go and come. */
static void
addresses_anew(void)
{
	sw->router.interface[0].address_count = 0;
	stack_lwip_ops.interface_changed(0);
	stack_addresses();
	stack_lwip_ops.interface_changed(0);
	stack_run(3000);
}

static void
test_nothing_is_sent_before_the_link_is_up(void **state)
{
	static const uint8_t routers[16] = { 0xff, 2, [15] = 2 };
	static const uint8_t local0[16] = { 0xfe, 0x80, [11] = 0xff,
		0xfe, [15] = 1 };
	const struct stack_frame *report, *dad;

	(void)state;
	assert_int_equal(sw->sent_early, 0);
	stack_interface_set(0, true, false);
	addresses_anew();
	stack_interface_set(0, false, false);
	addresses_anew();
	stack_interface_set(0, false, true);
	addresses_anew();
	assert_int_equal(sw->sent_count, 0);
	/* What had to wait. */
	stack_interface_set(0, true, true);
	stack_run(3000);
	assert_non_null(stack_find(0, is_arp_request, own0));
	assert_non_null(stack_find(0, is_arp_request, second0));
	assert_non_null(stack_find(0, is_report, routers));
	report = stack_find(0, is_report, node0_6);
	assert_non_null(report);
	assert_non_null(stack_find(0, is_solicitation, local0));
	dad = stack_find(0, is_solicitation, own0_6);
	assert_non_null(dad);
	assert_memory_equal(dad->byte + 22, (uint8_t[16]){ 0 }, 16);
	/* Switches must know the group first (RFC 4862 5.4.2). */
	assert_true(report < dad);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_arp_is_answered, stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_solicitation_is_answered, stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_solicitation_with_other_options_first, stack_setup,
		    stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_bad_solicitations_are_dropped, stack_setup,
		    stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_router_advertisements_are_ignored, stack_setup,
		    stack_teardown),
		cmocka_unit_test_setup_teardown(test_echo4_to_every_own_address,
		    stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(test_echo6_to_every_own_address,
		    stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_answers_follow_the_fib, stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_tcp_to_another_interface, stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_groups_of_a_port, stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_groups_are_told_once, stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_addresses_come_and_go, stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_duplicate_address, stack_setup, stack_teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_is_sent_before_the_link_is_up, stack_setup,
		    stack_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
