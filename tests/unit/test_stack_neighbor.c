/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c */
/* objects: lwip-port/guard.c lwip-port/hooks.c lwip-port/iface.c */
/* objects: lwip-port/nd.c */
/* objects: lwip-port/neighbor.c lwip-port/output.c lwip-port/siphash.c */
/* objects: lwip-port/stack.c lwip-port/detect.c lwip-port/own6.c */
/* libs: lwip */
/*
 * Neighbours through lwIP: asked for, learned, confirmed, moved and lost.
 */
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
/* Not ours: packets on their way. */
static const uint8_t from4[] = { 10, 0, 0, 1 }, from6[16] = { 0x20, 2 };

static uint8_t frame[STACK_FRAME_MAX];

static const struct stack_ops *const ops = &stack_lwip_ops;

static void
arp_reply(
    uint16_t iface, const uint8_t *from, const uint8_t *mac, const uint8_t *to)
{
	stack_give(iface, frame, make_arp(frame, 2, mac, from, to));
}

static void
advertise(
    uint16_t iface, const uint8_t *host, const uint8_t *own, const uint8_t *mac)
{
	stack_give(
	    iface, frame, make_nd(frame, 136, 0x60, host, own, host, mac));
}

/* A UDP packet with a number that tells it apart. */
static int
resolve(uint16_t iface, const struct ip_addr *hop, uint8_t number)
{
	uint8_t body[16] = { [15] = number };
	uint8_t p[STACK_FRAME_MAX];
	uint16_t len =
	    hop->family == IP4
		? make_ip4(p, from4, hop->byte, 17, body, sizeof(body))
		: make_ip6(p, from6, hop->byte, 17, 63, body, sizeof(body));

	return ops->resolve(iface, hop, p + 14, len - 14);
}

static bool
is_packet(const struct stack_frame *f, const void *number)
{
	return (be16_load(f->byte + 12) == ETHERTYPE_IP4 ||
		   be16_load(f->byte + 12) == ETHERTYPE_IP6) &&
	       f->byte[f->byte[12] == 8 ? 23 : 20] == 17 &&
	       f->byte[f->len - 1] == *(const uint8_t *)number;
}

static void
packets_left(uint16_t iface, uint8_t first, uint8_t last, const uint8_t *mac)
{
	const struct stack_frame *before = NULL;

	for (uint8_t i = first; i <= last; i++) {
		const struct stack_frame *f = stack_find(0, is_packet, &i);

		assert_non_null(f);
		assert_int_equal(f->iface, iface);
		assert_memory_equal(f->byte, mac, ETH_ALEN);
		assert_memory_equal(f->byte + 6, sw->port[iface].mac, ETH_ALEN);
		assert_true(f > before);
		before = f;
	}
}

static void
has_mac(uint16_t iface, const struct ip_addr *a, const uint8_t *mac)
{
	uint8_t found[ETH_ALEN];

	assert_true(adj_mac(iface, a, found));
	assert_memory_equal(found, mac, ETH_ALEN);
}

static void
has_none(uint16_t iface, const struct ip_addr *a)
{
	uint8_t found[ETH_ALEN];

	assert_false(adj_mac(iface, a, found));
}

static void
test_arp_keeps_packets(void **state)
{
	struct ip_addr hop = addr4(192, 0, 2, 9);
	const struct stack_frame *f;

	(void)state;
	for (uint8_t i = 1; i <= 3; i++)
		assert_int_equal(resolve(0, &hop, i), 0);
	f = stack_find(0, is_arp_request, host0);
	assert_non_null(f);
	assert_memory_equal(f->byte + 28, own0, 4);
	assert_int_equal(sw->sent_count, 1);
	assert_string_equal(ops->neighbor_state(0, &hop), "incomplete");
	arp_reply(0, host0, host_mac, own0);
	packets_left(0, 1, 3, host_mac);
	has_mac(0, &hop, host_mac);
	assert_string_equal(ops->neighbor_state(0, &hop), "reachable");
}

/* The oldest gives way. */
static void
test_queues_are_short(void **state)
{
	struct ip_addr hop[] = { addr4(192, 0, 2, 9), addr6(host0_6) };

	(void)state;
	for (uint8_t k = 0; k < 2; k++) {
		uint8_t lost = 2;

		sw->sent_count = 0;
		for (uint8_t i = 1; i <= 5; i++)
			assert_int_equal(resolve(0, &hop[k], i), 0);
		if (k == 0)
			arp_reply(0, host0, host_mac, own0);
		else
			advertise(0, host0_6, own0_6, host_mac);
		assert_null(stack_find(0, is_packet, &lost));
		packets_left(0, 3, 5, host_mac);
	}
}

/* Its own address on that network asks. */
static void
test_arp_from_a_second_address(void **state)
{
	static const uint8_t host[] = { 203, 0, 113, 9 };
	struct ip_addr hop = addr4(203, 0, 113, 9);

	(void)state;
	assert_int_equal(resolve(0, &hop, 1), 0);
	assert_memory_equal(
	    stack_find(0, is_arp_request, host)->byte + 28, second0, 4);
	arp_reply(0, host, host_mac, second0);
	packets_left(0, 1, 1, host_mac);
	has_mac(0, &hop, host_mac);
}

static void
test_nd_keeps_packets(void **state)
{
	struct ip_addr hop = addr6(host0_6);
	const struct stack_frame *f;

	(void)state;
	for (uint8_t i = 1; i <= 3; i++)
		assert_int_equal(resolve(0, &hop, i), 0);
	f = stack_find(0, is_solicitation, host0_6);
	assert_non_null(f);
	assert_memory_equal(f->byte + 22, own0_6, 16);
	assert_int_equal(f->byte[0], 0x33);
	assert_string_equal(ops->neighbor_state(0, &hop), "incomplete");
	advertise(0, host0_6, own0_6, host_mac);
	packets_left(0, 1, 3, host_mac);
	has_mac(0, &hop, host_mac);
	assert_string_equal(ops->neighbor_state(0, &hop), "reachable");
}

/* lwIP itself takes every network for a /64. */
static void
test_nd_on_a_shorter_prefix(void **state)
{
	struct ip_addr hop = addr6(host1_6);
	const struct stack_frame *f;

	(void)state;
	assert_int_equal(resolve(1, &hop, 1), 0);
	f = stack_find(0, is_solicitation, host1_6);
	assert_non_null(f);
	assert_memory_equal(f->byte + 22, own1_6, 16);
	assert_memory_equal(f->byte + 80, sw->port[1].mac, ETH_ALEN);
	stack_run(1100); /* and once more, as nobody answers */
	assert_true(stack_count(is_solicitation, host1_6) > 1);
	advertise(1, host1_6, own1_6, host_mac);
	packets_left(1, 1, 1, host_mac);
	has_mac(1, &hop, host_mac);
}

static void
test_asking_alone(void **state)
{
	struct ip_addr hop4 = addr4(192, 0, 2, 9), hop6 = addr6(host0_6);

	(void)state;
	assert_int_equal(ops->resolve(0, &hop4, NULL, 0), 0);
	assert_int_equal(ops->resolve(0, &hop6, NULL, 0), 0);
	assert_non_null(stack_find(0, is_arp_request, host0));
	assert_non_null(stack_find(0, is_solicitation, host0_6));
	/* Nobody there: it ends. */
	stack_run(10 * 1000);
	sw->sent_count = 0;
	stack_run(10 * 1000);
	assert_int_equal(sw->sent_count, 0);
	assert_int_equal(sw->learned, 0);
}

static void
test_mac_changes(void **state)
{
	struct ip_addr hop4 = addr4(192, 0, 2, 9), hop6 = addr6(host0_6);

	(void)state;
	resolve(0, &hop4, 1);
	arp_reply(0, host0, host_mac, own0);
	arp_reply(0, host0, other_mac, own0);
	has_mac(0, &hop4, other_mac);
	/* Gratuitous ARP, as request and as reply. */
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, host0));
	has_mac(0, &hop4, host_mac);
	stack_give(0, frame, make_arp(frame, 2, other_mac, host0, host0));
	has_mac(0, &hop4, other_mac);
	/* Unsolicited advertisement with override. */
	resolve(0, &hop6, 1);
	advertise(0, host0_6, own0_6, host_mac);
	stack_give(0, frame,
	    make_nd(frame, 136, 0x20, host0_6, all_nodes, host0_6, other_mac));
	has_mac(0, &hop6, other_mac);
	/* Without override it is not believed. */
	stack_give(0, frame,
	    make_nd(frame, 136, 0, host0_6, all_nodes, host0_6, host_mac));
	has_mac(0, &hop6, other_mac);
	/* RFC 4861 7.2.3: a solicitation tells it too; the answer follows. */
	sw->sent_count = 0;
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, node0_6, own0_6, host_mac));
	has_mac(0, &hop6, host_mac);
	assert_memory_equal(
	    stack_find(0, is_advertisement, own0_6)->byte, host_mac, ETH_ALEN);
}

/* What nobody asked for makes no neighbour. */
static void
test_strangers(void **state)
{
	static const uint8_t stranger[] = { 192, 0, 2, 200 };
	static const uint8_t group_mac[] = { 3, 0, 0, 0, 0, 1 };
	struct ip_addr a = addr4(192, 0, 2, 200), own = addr4(192, 0, 2, 1);
	struct ip_addr a6 = addr6(host0_6);

	(void)state;
	stack_give(0, frame, make_arp(frame, 2, host_mac, stranger, stranger));
	stack_give(0, frame,
	    make_nd(frame, 136, 0x20, host0_6, all_nodes, host0_6, host_mac));
	has_none(0, &a);
	has_none(0, &a6);
	/* Our own address is never a neighbour's. */
	stack_give(0, frame, make_arp(frame, 1, host_mac, own0, own0));
	has_none(0, &own);
	assert_true(strstr(sw->log, "192.0.2.1 is also used by") != NULL);
	/* Nor is a group's MAC anybody's. */
	stack_give(0, frame, make_arp(frame, 1, group_mac, stranger, own0));
	has_none(0, &a);
}

static void
answer_all(const uint8_t *mac)
{
	static uint32_t seen;

	if (seen > sw->sent_count)
		seen = 0;
	while (seen < sw->sent_count) {
		const struct stack_frame *f = &sw->sent[seen++ % STACK_FRAMES];

		if (is_arp_request(f, host0))
			arp_reply(0, host0, mac, own0);
		if (is_solicitation(f, host0_6))
			advertise(0, host0_6, own0_6, mac);
	}
}

/* Ten minutes of traffic that the stack never sees. */
static void
test_neighbours_are_confirmed(void **state)
{
	struct ip_addr hop4 = addr4(192, 0, 2, 9), hop6 = addr6(host0_6);
	uint32_t asked4, asked6;

	(void)state;
	resolve(0, &hop4, 1);
	resolve(0, &hop6, 1);
	for (uint32_t s = 0; s < 600; s++) {
		answer_all(host_mac);
		has_mac(0, &hop4, host_mac);
		has_mac(0, &hop6, host_mac);
		stack_run(1000);
	}
	assert_int_equal(sw->lost, 0);
	asked4 = stack_count(is_arp_request, host0);
	asked6 = stack_count(is_solicitation, host0_6);
	assert_in_range(asked4, 10, 40);
	assert_in_range(asked6, 10, 40);
	/* Asked by unicast: nobody else is disturbed. */
	for (uint32_t i = 10; i < sw->sent_count; i++)
		assert_int_equal(sw->sent[i].byte[0] & 1, 0);
}

static void
test_silent_neighbours_are_lost(void **state)
{
	struct ip_addr hop4 = addr4(192, 0, 2, 9), hop6 = addr6(host0_6);

	(void)state;
	resolve(0, &hop4, 1);
	resolve(0, &hop6, 1);
	arp_reply(0, host0, host_mac, own0);
	advertise(0, host0_6, own0_6, host_mac);
	stack_run(29 * 1000);
	has_mac(0, &hop4, host_mac);
	has_mac(0, &hop6, host_mac);
	sw->sent_count = 0;
	stack_run(20 * 1000);
	has_none(0, &hop4);
	has_none(0, &hop6);
	assert_true(stack_count(is_arp_request, host0) >= 3);
	assert_true(stack_count(is_solicitation, host0_6) >= 3);
	/* It comes back with the next packet. */
	sw->sent_count = 0;
	resolve(0, &hop4, 7);
	resolve(0, &hop6, 8);
	arp_reply(0, host0, other_mac, own0);
	advertise(0, host0_6, own0_6, other_mac);
	packets_left(0, 7, 8, other_mac);
}

static void
test_link_down_forgets(void **state)
{
	struct ip_addr hop4 = addr4(192, 0, 2, 9), hop6 = addr6(host0_6);

	(void)state;
	resolve(0, &hop4, 1);
	resolve(0, &hop6, 1);
	arp_reply(0, host0, host_mac, own0);
	advertise(0, host0_6, own0_6, host_mac);
	stack_interface_set(0, true, false);
	has_none(0, &hop4);
	has_none(0, &hop6);
	assert_int_not_equal(resolve(0, &hop4, 2), 0);
	stack_interface_set(0, true, true);
	assert_int_equal(resolve(0, &hop4, 3), 0);
	assert_non_null(stack_find(0, is_arp_request, host0));
}

/* Our own packets use static neighbours without a question. */
static void
test_static_neighbour(void **state)
{
	struct ip_addr a = addr4(192, 0, 2, 9);
	uint8_t body[8] = { 8, 0, 0xf7, 0xff };
	uint32_t adj;

	(void)state;
	router_neighbor_learned(&sw->router, 0, &a, other_mac);
	adj = adj_find(&sw->router.adj, 0, IP4, a.byte);
	sw->router.adj.entry[adj].flags |= ADJ_STATIC;
	stack_give(0, frame, make_ip4(frame, host0, own0, 1, body, 8));
	assert_int_equal(sw->sent_count, 1);
	assert_memory_equal(
	    stack_find(0, is_echo_reply, NULL)->byte, other_mac, ETH_ALEN);
	stack_run(120 * 1000);
	has_mac(0, &a, other_mac);
	assert_null(stack_find(0, is_arp_request, host0));
}

/* Many silent addresses: memory stays bounded, a live one still resolves. */
static void
test_scan(void **state)
{
	struct ip_addr live4 = addr4(192, 0, 2, 9), live6 = addr6(host0_6);
	uint64_t before = stack_memory();

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		struct ip_addr a4 = addr4(192, 0, (uint8_t)(i >> 8), 33);
		struct ip_addr a6 = addr6(host0_6);

		a4.byte[3] = (uint8_t)i;
		be32_store(&a6.byte[8], i + 1);
		resolve(0, &a4, 99);
		resolve(0, &a6, 99);
		assert_true(stack_memory() - before < 2u << 20);
	}
	sw->sent_count = 0;
	resolve(0, &live4, 1);
	resolve(0, &live6, 2);
	arp_reply(0, host0, host_mac, own0);
	advertise(0, host0_6, own0_6, host_mac);
	has_mac(0, &live4, host_mac);
	has_mac(0, &live6, host_mac);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, stack_setup, stack_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_arp_keeps_packets),
		TEST(test_queues_are_short),
		TEST(test_arp_from_a_second_address),
		TEST(test_nd_keeps_packets),
		TEST(test_nd_on_a_shorter_prefix),
		TEST(test_asking_alone),
		TEST(test_mac_changes),
		TEST(test_strangers),
		TEST(test_neighbours_are_confirmed),
		TEST(test_silent_neighbours_are_lost),
		TEST(test_link_down_forgets),
		TEST(test_static_neighbour),
		TEST(test_scan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
