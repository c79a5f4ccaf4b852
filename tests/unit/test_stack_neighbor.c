/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * ARP and neighbour discovery on the wire: what is asked and answered, and what
 * the router is told.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lwip-port/stack.h"
#include "net/wire.h"
#include "tests/unit/stack_fixture.h"

static const uint8_t own0[] = { 192, 0, 2, 1 }, host0[] = { 192, 0, 2, 9 };
static const uint8_t second0[] = { 203, 0, 113, 1 };
static const uint8_t own0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 1 };
static const uint8_t host0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 9 };
static const uint8_t own1_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 1 };
/* In the /48 of port1, but in no /64 of ours. */
static const uint8_t host1_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 2, 0,
	5, [15] = 9 };
static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
static const uint8_t node0_6[16] = { 0xff, 2, [11] = 1, [12] = 0xff, [15] = 1 };

static uint8_t frame[STACK_FRAME_MAX];

static const struct stack_ops *const ops = &stack_lwip_ops;

static void
arp_reply(
    uint16_t iface, const uint8_t *from, const uint8_t *mac, const uint8_t *to)
{
	stack_give(iface, frame, make_arp(frame, 2, mac, from, to));
}

static void
has_mac(uint16_t iface, const struct ip_addr *a, const uint8_t *mac)
{
	uint8_t found[ETH_ALEN];

	assert_true(adj_mac(iface, a, found));
	assert_memory_equal(found, mac, ETH_ALEN);
}

/* What the last frame told the router; 0 flags: nothing. */
static void
heard(const struct ip_addr *a, uint32_t flags)
{
	assert_int_equal(sw->heard, 1);
	assert_true(ip_addr_equal(&sw->heard_addr, a));
	assert_int_equal(sw->heard_flags, flags);
	sw->heard = 0;
}

static void
test_arp_question(void **state)
{
	static const uint8_t everybody[] = { 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff };
	struct ip_addr hop = addr4(192, 0, 2, 9);
	const struct stack_frame *f;

	(void)state;
	assert_int_equal(ops->ask(0, &hop, NULL), 0);
	f = stack_find(0, is_arp_request, host0);
	assert_non_null(f);
	assert_memory_equal(f->byte, everybody, ETH_ALEN);
	assert_memory_equal(f->byte + 22, sw->port[0].mac, ETH_ALEN);
	assert_memory_equal(f->byte + 28, own0, 4);
	assert_int_equal(ops->ask(0, &hop, host_mac), 0);
	f = stack_find(1, is_arp_request, host0);
	assert_non_null(f);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
	assert_int_equal(sw->sent_count, 2);
	/* the stack itself asks no more */
	stack_run(10 * 1000);
	assert_int_equal(sw->sent_count, 2);
}

/* Its own address on that network asks. */
static void
test_arp_from_a_second_address(void **state)
{
	static const uint8_t host[] = { 203, 0, 113, 9 };
	struct ip_addr hop = addr4(203, 0, 113, 9);

	(void)state;
	assert_int_equal(ops->ask(0, &hop, NULL), 0);
	assert_memory_equal(
	    stack_find(0, is_arp_request, host)->byte + 28, second0, 4);
	arp_reply(0, host, host_mac, second0);
	heard(&hop, HEARD_SOLICITED | HEARD_OVERRIDE);
}

static void
test_nd_question(void **state)
{
	struct ip_addr hop = addr6(host0_6);
	const struct stack_frame *f;

	(void)state;
	assert_int_equal(ops->ask(0, &hop, NULL), 0);
	f = stack_find(0, is_solicitation, host0_6);
	assert_non_null(f);
	assert_memory_equal(f->byte + 22, own0_6, 16);
	assert_int_equal(f->byte[0], 0x33);
	assert_int_equal(f->byte[38], 0xff);
	assert_memory_equal(f->byte + 80, sw->port[0].mac, ETH_ALEN);
	stack_learn(0, &hop, host_mac);
	assert_int_equal(ops->ask(0, &hop, host_mac), 0);
	f = stack_find(1, is_solicitation, host0_6);
	assert_non_null(f);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
	assert_memory_equal(f->byte + 38, host0_6, 16);
	assert_int_equal(sw->sent_count, 2);
	stack_run(10 * 1000);
	assert_int_equal(sw->sent_count, 2);
}

/* lwIP itself takes every network for a /64. */
static void
test_nd_on_a_shorter_prefix(void **state)
{
	struct ip_addr hop = addr6(host1_6);
	const struct stack_frame *f;

	(void)state;
	assert_int_equal(ops->ask(1, &hop, NULL), 0);
	f = stack_find(0, is_solicitation, host1_6);
	assert_non_null(f);
	assert_memory_equal(f->byte + 22, own1_6, 16);
}

/* RFC 4861 7.2.2: on a network of ours, from our address there. */
static void
test_nd_from_link_local(void **state)
{
	static const uint8_t far[16] = { 0xfe, 0x80, [15] = 0x77 };
	struct ip_addr hop = addr6(far);

	(void)state;
	assert_int_equal(ops->ask(0, &hop, NULL), 0);
	assert_int_equal(stack_find(0, is_solicitation, far)->byte[22], 0xfe);
}

static void
test_cannot_ask(void **state)
{
	struct ip_addr hop4 = addr4(192, 0, 2, 9), hop6 = addr6(host0_6);

	(void)state;
	stack_interface_set(0, true, false);
	assert_int_equal(ops->ask(0, &hop4, NULL), -ENETDOWN);
	assert_int_equal(ops->ask(0, &hop6, NULL), -ENETDOWN);
	assert_int_equal(ops->ask(9, &hop4, NULL), -ENETDOWN);
	stack_interface_set(0, true, true);
	assert_int_equal(ops->ask(0, &hop4, NULL), 0);
	/* no address of that family */
	sw->router.interface[0].address_count = 0;
	ops->interface_changed(0);
	assert_int_equal(ops->ask(0, &hop4, NULL), -EADDRNOTAVAIL);
	assert_int_equal(ops->ask(0, &hop6, NULL), -EADDRNOTAVAIL);
}

/* RFC 826, RFC 5227 */
static void
test_arp_kinds(void **state)
{
	static const uint8_t other[] = { 192, 0, 2, 77 };
	static const uint8_t nobody[4];
	struct ip_addr a = addr4(192, 0, 2, 9);

	(void)state;
	arp_reply(0, host0, host_mac, own0);
	heard(&a, HEARD_SOLICITED | HEARD_OVERRIDE);
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	heard(&a, HEARD_CREATE | HEARD_OVERRIDE);
	has_mac(0, &a, host_mac);
	assert_int_equal(stack_count(is_arp_reply, own0), 1);
	/* gratuitous, as request and as reply; between others */
	stack_give(0, frame, make_arp(frame, 1, other_mac, host0, host0));
	heard(&a, HEARD_OVERRIDE);
	stack_give(0, frame, make_arp(frame, 2, host_mac, host0, host0));
	heard(&a, HEARD_OVERRIDE);
	stack_give(0, frame, make_arp(frame, 1, other_mac, host0, other));
	heard(&a, HEARD_OVERRIDE);
	/* a probe teaches nothing, and is answered */
	stack_give(0, frame, make_arp(frame, 1, host_mac, nobody, own0));
	assert_int_equal(sw->heard, 0);
	assert_int_equal(stack_count(is_arp_reply, own0), 2);
	/* what is not ours is not answered */
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, other));
	stack_give(1, frame, make_arp(frame, 1, host_mac, host0, own0));
	assert_int_equal(sw->sent_count, 2);
}

/* A reply that everybody hears is no answer to us. */
static void
test_arp_broadcast_reply(void **state)
{
	struct ip_addr a = addr4(192, 0, 2, 9);
	uint16_t len = make_arp(frame, 2, host_mac, host0, own0);

	(void)state;
	memset(frame, 0xff, ETH_ALEN);
	stack_give(0, frame, len);
	heard(&a, HEARD_OVERRIDE);
}

static void
test_arp_nonsense(void **state)
{
	static const uint8_t group_mac[] = { 3, 0, 0, 0, 0, 1 };
	uint16_t len;

	(void)state;
	/* a group's MAC is nobody's (RFC 1812 3.3.2) */
	stack_give(0, frame, make_arp(frame, 1, group_mac, host0, own0));
	/* our own address is never a neighbour's */
	stack_give(0, frame, make_arp(frame, 1, host_mac, own0, own0));
	assert_true(strstr(sw->log, "192.0.2.1 is also used by") != NULL);
	sw->sent_count = 0; /* it was told whose it is */
	for (uint32_t i = 14; i < 20; i++) {
		len = make_arp(frame, 1, host_mac, host0, own0);
		frame[i] ^= 1;
		stack_give(0, frame, len);
	}
	assert_int_equal(sw->heard, 0);
	assert_int_equal(sw->sent_count, 0);
}

static void
claim(const uint8_t *mac, const uint8_t *ours)
{
	static const uint8_t other[] = { 192, 0, 2, 77 };

	stack_give(0, frame, make_arp(frame, 1, mac, ours, other));
}

/* RFC 5227 2.4: who uses our address is contradicted, once in a while. */
static void
test_arp_conflict(void **state)
{
	const struct stack_frame *f;

	(void)state;
	claim(sw->port[0].mac, own0);
	assert_int_equal(sw->sent_count, 0);
	claim(host_mac, own0);
	f = stack_find(0, is_arp_request, own0);
	assert_non_null(f);
	assert_int_equal(f->byte[0], 0xff);
	assert_memory_equal(f->byte + 22, sw->port[0].mac, ETH_ALEN);
	assert_memory_equal(f->byte + 28, own0, 4);
	/* another address has its own time */
	claim(host_mac, second0);
	assert_int_equal(stack_count(is_arp_request, second0), 1);
	/* not as long as the other one goes on */
	claim(host_mac, own0);
	stack_run(9000);
	claim(host_mac, own0);
	stack_run(9000);
	claim(host_mac, own0);
	assert_int_equal(stack_count(is_arp_request, own0), 1);
	stack_run(11 * 1000);
	claim(host_mac, own0);
	assert_int_equal(stack_count(is_arp_request, own0), 2);
	assert_int_equal(sw->sent_count, 3);
}

static uint16_t
nd(uint8_t type, uint8_t flags, const uint8_t *src, const uint8_t *dst,
    const uint8_t *target)
{
	return make_nd(frame, type, flags, src, dst, target, host_mac);
}

/* RFC 4861 7.2.5: the flags go on as they are. */
static void
test_advertisements(void **state)
{
	static const struct {
		uint8_t flags;
		uint32_t heard;
	} row[] = {
		{ 0, 0 },
		{ 0x20, HEARD_OVERRIDE },
		{ 0x40, HEARD_SOLICITED },
		{ 0xe0, HEARD_ROUTER | HEARD_SOLICITED | HEARD_OVERRIDE },
	};
	struct ip_addr a = addr6(host0_6);

	(void)state;
	for (uint32_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		stack_give(
		    0, frame, nd(136, row[i].flags, host0_6, own0_6, host0_6));
		assert_true(sw->heard_mac);
		heard(&a, HEARD_ADVERTISED | row[i].heard);
	}
	stack_give(0, frame, nd(136, 0x20, host0_6, all_nodes, host0_6));
	heard(&a, HEARD_ADVERTISED | HEARD_OVERRIDE);
	/* nobody answers a group */
	stack_give(0, frame, nd(136, 0x60, host0_6, all_nodes, host0_6));
	assert_int_equal(sw->heard, 0);
	/* of an address of ours: somebody should know */
	stack_give(0, frame, nd(136, 0x20, own0_6, all_nodes, own0_6));
	assert_int_equal(sw->heard, 0);
	assert_true(strstr(sw->log, "2001:db8:1::1 is also used") != NULL);
	stack_give(0, frame, nd(135, 0, host0_6, node0_6, own0_6));
	assert_non_null(stack_find(0, is_advertisement, own0_6));
	assert_int_equal(sw->sent_count, 1);
}

/* Without the option: the MAC that is known is meant. */
static void
test_advertisement_without_option(void **state)
{
	uint8_t body[24] = { 136, 0, 0, 0, 0x40 };
	struct ip_addr a = addr6(host0_6);

	(void)state;
	memcpy(body + 8, host0_6, 16);
	stack_give(0, frame, make_icmp6(frame, host0_6, own0_6, 255, body, 24));
	assert_false(sw->heard_mac);
	heard(&a, HEARD_ADVERTISED | HEARD_SOLICITED);
}

/* RFC 4861 7.2.3, 7.2.4: the answer goes to the MAC that it tells. */
static void
test_solicitations(void **state)
{
	uint8_t body[24] = { 135 };
	struct ip_addr a = addr6(host0_6);
	const struct stack_frame *f;

	(void)state;
	stack_give(0, frame, nd(135, 0, host0_6, node0_6, own0_6));
	heard(&a, HEARD_CREATE | HEARD_OVERRIDE);
	f = stack_find(0, is_advertisement, own0_6);
	assert_non_null(f);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
	assert_memory_equal(f->byte + 38, host0_6, 16);
	assert_int_equal(f->byte[58], 0xe0); /* router, solicited, override */
	assert_int_equal(f->byte[21], 255);
	/* a unicast one need not tell its MAC: what is known is used */
	memcpy(body + 8, own0_6, 16);
	stack_give(0, frame, make_icmp6(frame, host0_6, own0_6, 255, body, 24));
	assert_int_equal(sw->heard, 0);
	assert_int_equal(stack_count(is_advertisement, own0_6), 2);
	/* not for us */
	stack_give(0, frame, nd(135, 0, host0_6, node0_6, own1_6));
	assert_int_equal(sw->heard, 0);
	assert_int_equal(sw->sent_count, 2);
}

/* RFC 4861 7.1.1, RFC 4862 5.4.3: who checks an address has none yet. */
static void
test_duplicate_check(void **state)
{
	static const uint8_t none[16];
	uint8_t body[24] = { 135 };

	(void)state;
	memcpy(body + 8, own0_6, 16);
	stack_give(0, frame, make_icmp6(frame, none, node0_6, 255, body, 24));
	assert_int_equal(stack_count(is_advertisement, own0_6), 1);
	assert_memory_equal(
	    stack_find(0, is_advertisement, own0_6)->byte + 38, all_nodes, 16);
	/* not to a unicast address, nor with a MAC */
	stack_give(0, frame, make_icmp6(frame, none, own0_6, 255, body, 24));
	stack_give(0, frame, nd(135, 0, none, node0_6, own0_6));
	assert_int_equal(sw->sent_count, 1);
	assert_int_equal(sw->heard, 0);
}

/* Our own packets wait in the router's queue, as it was asked for them. */
static void
test_own_packets_wait(void **state)
{
	uint8_t body[8] = { 8, 0, 0xf7, 0xff };
	struct ip_addr a = addr4(192, 0, 2, 9);
	const struct stack_frame *f;

	(void)state;
	stack_give(0, frame, make_ip4(frame, host0, own0, 1, body, 8));
	assert_int_equal(sw->kept_count, 1);
	assert_true(ip_addr_equal(&sw->kept[0].to, &a));
	assert_null(stack_find(0, is_echo_reply, NULL));
	arp_reply(0, host0, host_mac, own0);
	f = stack_find(0, is_echo_reply, NULL);
	assert_non_null(f);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
}

/* Static neighbours need no question. */
static void
test_known_neighbour(void **state)
{
	struct ip_addr a = addr4(192, 0, 2, 9);
	uint8_t body[8] = { 8, 0, 0xf7, 0xff };

	(void)state;
	stack_learn(0, &a, other_mac);
	stack_give(0, frame, make_ip4(frame, host0, own0, 1, body, 8));
	assert_int_equal(sw->sent_count, 1);
	assert_memory_equal(
	    stack_find(0, is_echo_reply, NULL)->byte, other_mac, ETH_ALEN);
}

/* RFC 5227 2.3, RFC 4861 7.2.6: the link learns what is new on it. */
static void
test_announcements(void **state)
{
	const struct stack_frame *f;

	(void)state;
	stack_interface_set(0, true, false);
	sw->sent_count = 0;
	stack_interface_set(0, true, true);
	stack_run(5000);
	assert_int_equal(stack_count(is_arp_request, own0), 2);
	assert_int_equal(stack_count(is_arp_request, second0), 2);
	assert_int_equal(stack_count(is_advertisement, own0_6), 1);
	f = stack_find(0, is_advertisement, own0_6);
	assert_memory_equal(f->byte + 38, all_nodes, 16);
	assert_int_equal(f->byte[58], 0xa0); /* router, override */
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, stack_setup, stack_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_arp_question),
		TEST(test_arp_from_a_second_address),
		TEST(test_nd_question),
		TEST(test_nd_on_a_shorter_prefix),
		TEST(test_nd_from_link_local),
		TEST(test_cannot_ask),
		TEST(test_arp_kinds),
		TEST(test_arp_broadcast_reply),
		TEST(test_arp_nonsense),
		TEST(test_arp_conflict),
		TEST(test_advertisements),
		TEST(test_advertisement_without_option),
		TEST(test_solicitations),
		TEST(test_duplicate_check),
		TEST(test_own_packets_wait),
		TEST(test_known_neighbour),
		TEST(test_announcements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
