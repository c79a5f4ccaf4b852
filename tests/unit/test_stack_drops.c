/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * What core 0 throws away ends under one reason each, and what it uses under
 * none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lwip-port/private.h"
#include "lwip-port/stack.h"
#include "lwip/udp.h"
#include "tests/unit/stack_fixture.h"

enum { ARP = 14, BODY4 = 34 };

static const uint8_t own4[] = { 192, 0, 2, 1 }, host4[] = { 192, 0, 2, 9 };
static const uint8_t all4[] = { 255, 255, 255, 255 };
static const uint8_t nobody4[] = { 0, 0, 0, 0 };
static const uint8_t group4[] = { 224, 0, 0, 251 };
static const uint8_t other4[] = { 192, 0, 2, 60 };
static const uint8_t own6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 1 };
static const uint8_t host6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 9 };
static const uint8_t none6[16];
static const uint8_t local6[16] = { 0xfe, 0x80, [15] = 9 };
/* another's address in the group of ours */
static const uint8_t near6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0,
	7, [15] = 1 };
static const uint8_t node6[16] = { 0xff, 2, [11] = 1, 0xff, [15] = 1 };
static const uint8_t all6[16] = { 0xff, 2, [15] = 1 };
static const uint8_t dns6[16] = { 0xff, 2, [15] = 0xfb };

static uint8_t frame[STACK_FRAME_MAX];

/* Gives the frame; what is dropped is so for this reason, and once. */
static void
fate(uint16_t len, int reason)
{
	sw->dropped = 0;
	stack_give(0, frame, len);
	assert_int_equal(sw->fate, reason);
	assert_int_equal(sw->dropped, reason != NOT_DROPPED);
}

static void
test_arp(void **state)
{
	/* hardware, protocol, their lengths, and the operation */
	static const struct {
		uint8_t at, value;
	} wrong[] = { { 1, 15 }, { 3, 6 }, { 4, 5 }, { 5, 16 }, { 7, 0 },
		{ 7, 3 }, { 7, 9 }, { 6, 1 }, { 8, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint16_t len = make_arp(frame, 1, host_mac, host4, own4);

		frame[ARP + wrong[i].at] = wrong[i].value;
		fate(len, DROP_ARP);
	}
	make_arp(frame, 1, host_mac, host4, own4);
	fate(ARP + 27, DROP_ARP);
	assert_int_equal(sw->heard, 0);
	assert_int_equal(sw->sent_count, 0);
	/* Whoever it asks for, it tells of its sender. */
	fate(make_arp(frame, 1, host_mac, host4, other4), NOT_DROPPED);
	assert_int_equal(sw->heard, 1);
	fate(make_arp(frame, 1, host_mac, host4, own4), NOT_DROPPED);
	fate(make_arp(frame, 2, host_mac, host4, own4), NOT_DROPPED);
}

static void
test_discovery(void **state)
{
	uint16_t len;

	(void)state;
	for (uint8_t type = 135; type <= 136; type++) {
		len = make_nd(frame, type, 0, host6, own6, own6, host_mac);
		frame[14 + 7] = 254;
		fate(len, DROP_ND);
		len = make_nd(frame, type, 0, host6, own6, own6, host_mac);
		frame[14 + 40 + 3] ^= 1;
		fate(len, DROP_ND);
		len = make_nd(frame, type, 0, host6, own6, all6, host_mac);
		fate(len, DROP_ND);
	}
	/* an answer to all that says it was asked for */
	fate(make_nd(frame, 136, 0x40, host6, all6, host6, host_mac), DROP_ND);
	/* from nobody, but to one, or with a MAC */
	fate(make_nd(frame, 135, 0, none6, own6, own6, host_mac), DROP_ND);
	fate(make_nd(frame, 135, 0, none6, node6, own6, host_mac), DROP_ND);
	assert_int_equal(sw->sent_count, 0);
	/* The group is ours, the address is another's. */
	fate(make_nd(frame, 135, 0, host6, node6, near6, host_mac),
	    DROP_MULTICAST);
	fate(make_nd(frame, 135, 0, host6, own6, near6, host_mac), DROP_ND);
	fate(make_nd(frame, 135, 0, host6, node6, own6, host_mac), NOT_DROPPED);
	fate(make_nd(frame, 136, 0x60, host6, own6, host6, host_mac),
	    NOT_DROPPED);
}

/* MLD (RFC 2710): hop limit 1, a router alert, a link-local source. */
static void
test_mld(void **state)
{
	uint8_t packet[8 + 24] = { 58, 0, 5, 2, 0, 0, 1, 0, 130 };
	uint16_t sum;

	(void)state;
	make_icmp6(frame, local6, all6, 1, packet + 8, 24);
	sum = be16_load(frame + 14 + 40 + 2);
	fate(make_icmp6(frame, local6, all6, 1, packet + 8, 24), DROP_ND);
	be16_store(packet + 10, sum);
	fate(make_ip6(frame, local6, all6, 0, 1, packet, 32), NOT_DROPPED);
	fate(make_ip6(frame, local6, all6, 0, 2, packet, 32), DROP_ND);
	fate(make_ip6(frame, host6, all6, 0, 1, packet, 32), DROP_ND);
	fate(make_ip6(frame, local6, all6, 0, 1, packet, 31), DROP_ND);
	packet[11] ^= 1;
	fate(make_ip6(frame, local6, all6, 0, 1, packet, 32), DROP_ND);
	/* who leaves a group tells routers that ask */
	packet[8] = 132;
	be16_store(packet + 10, 0);
	make_icmp6(frame, local6, all6, 1, packet + 8, 24);
	be16_store(packet + 10, be16_load(frame + 14 + 40 + 2));
	fate(make_ip6(frame, local6, all6, 0, 1, packet, 32), DROP_ICMP);
}

static void
test_icmp(void **state)
{
	uint8_t body[64] = { 8 };
	uint16_t len;

	(void)state;
	be16_store(body + 2, checksum(body, 64, 0));
	fate(make_ip4(frame, host4, own4, 1, body, 64), NOT_DROPPED);
	frame[BODY4 + 9] ^= 1;
	fate(BODY4 + 64, DROP_ICMP);
	fate(make_ip4(frame, host4, own4, 1, body, 3), DROP_ICMP);
	body[0] = 128;
	len = make_icmp6(frame, host6, own6, 64, body, 64);
	fate(len, NOT_DROPPED);
	frame[14 + 40 + 9] ^= 1;
	fate(len, DROP_ICMP);
	/* too big: about what we never sent */
	memset(body, 0, sizeof(body));
	body[0] = 2;
	fate(make_icmp6(frame, host6, own6, 64, body, 64), DROP_ICMP);
	fate(make_icmp6(frame, host6, own6, 64, body, 40), DROP_ICMP);
	/* a redirect */
	body[0] = 137;
	fate(make_icmp6(frame, local6, own6, 255, body, 64), DROP_ICMP);
}

static void
take(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *addr,
    u16_t port)
{
	(void)arg;
	(void)pcb;
	(void)addr;
	(void)port;
	pbuf_free(p);
}

/* To a group or all: nobody listens, but to the port of one. */
static void
test_groups(void **state)
{
	static const uint8_t udp[16] = { 1, 2, 0x14, 0xe9, 0, 16 };
	struct udp_pcb *pcb = udp_new();

	(void)state;
	fate(make_ip4(frame, host4, group4, 17, udp, 16), DROP_MULTICAST);
	fate(make_ip4(frame, host4, group4, 2, udp, 16), DROP_MULTICAST);
	fate(make_ip4(frame, host4, all4, 17, udp, 16), DROP_BROADCAST);
	fate(make_ip4(frame, host4, all4, 99, udp, 16), DROP_BROADCAST);
	fate(make_ip4(frame, nobody4, all4, 17, udp, 16), DROP_BROADCAST);
	fate(make_ip4(frame, nobody4, own4, 17, udp, 16), DROP_SOURCE);
	fate(make_ip4(frame, own4, own4, 17, udp, 16), DROP_SOURCE);
	fate(make_ip4(frame, host4, own4, 17, udp, 16), DROP_STACK);
	fate(make_udp6(frame, local6, dns6, 5353, 16, 16), DROP_MULTICAST);
	fate(make_udp6(frame, local6, all6, 5353, 16, 16), DROP_MULTICAST);
	fate(make_udp6(frame, local6, local6, 5353, 16, 16), DROP_STACK);
	assert_int_equal(sw->sent_count, 0);

	assert_int_equal(udp_bind(pcb, IP_ANY_TYPE, 0x14e9), ERR_OK);
	ip_set_option(pcb, SOF_BROADCAST);
	udp_recv(pcb, take, NULL);
	fate(make_ip4(frame, host4, group4, 17, udp, 16), NOT_DROPPED);
	fate(make_ip4(frame, host4, all4, 17, udp, 16), NOT_DROPPED);
	udp_remove(pcb);
}

/* By a wire, from an address of ours: nothing is answered, whatever it is. */
static void
test_own_source(void **state)
{
	static const uint8_t far6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 1 };
	static const uint8_t echo[16] = { 8, 0, [7] = 1 };
	static const uint8_t echo6[16] = { 128, 0, [7] = 1 };
	static const uint8_t syn[20] = { 1, 2, 0, 80, [12] = 0x50, 2 };
	/* A piece, and a header that is refused. */
	static const uint8_t piece[16] = { 58, 0, 0, 1, [7] = 7, 128 };
	static const uint8_t routing[16] = { 58, 0, 7, 1, [8] = 128 };

	(void)state;
	fate(make_ip4(frame, own4, own4, 1, echo, 16), DROP_SOURCE);
	fate(make_ip4(frame, own4, own4, 6, syn, 20), DROP_SOURCE);
	for (int i = 0; i < 2; i++) {
		const uint8_t *src = i ? far6 : own6;

		fate(make_icmp6(frame, src, own6, 64, echo6, 16), DROP_SOURCE);
		fate(make_icmp6(frame, src, all6, 64, echo6, 16), DROP_SOURCE);
		fate(make_ip6(frame, src, own6, 6, 64, syn, 20), DROP_SOURCE);
		fate(make_ip6(frame, src, own6, 17, 64, echo, 16), DROP_SOURCE);
		fate(
		    make_ip6(frame, src, own6, 44, 64, piece, 16), DROP_SOURCE);
		fate(make_ip6(frame, src, own6, 43, 64, routing, 16),
		    DROP_SOURCE);
	}
	stack_run(2000);
	assert_int_equal(sw->sent_count, 0);
	/* Who claims the address is heard. */
	fate(make_nd(frame, 136, 0, own6, all6, own6, host_mac), NOT_DROPPED);
	fate(make_icmp6(frame, host6, own6, 64, echo6, 16), NOT_DROPPED);
}

/* Counts wrap; what is heard never looks like what is not. */
static void
test_wrap(void **state)
{
	static const uint8_t udp[16] = { 1, 2, 0, 99, 0, 16 };
	struct udp_pcb *pcb = udp_new();

	(void)state;
	assert_int_equal(udp_bind(pcb, IP_ANY_TYPE, 99), ERR_OK);
	udp_recv(pcb, take, NULL);
	for (uint32_t i = 0; i < 70000; i++)
		fate(make_ip4(frame, host4, own4, 17, udp, 16), NOT_DROPPED);
	udp_remove(pcb);
	for (uint32_t i = 0; i < 70000; i++)
		fate(make_ip4(frame, host4, group4, 17, udp, 16),
		    DROP_MULTICAST);
}

/* A fragment of 16 bytes of UDP. */
static uint16_t
piece4(uint16_t ident, uint16_t place)
{
	static const uint8_t udp[16] = { 1, 2, 0, 99, 0, 16 };
	uint16_t len = make_ip4(frame, host4, own4, 17, udp, 16);

	be16_store(frame + 14 + 4, ident);
	be16_store(frame + 14 + 6, place);
	be16_store(frame + 14 + 10, 0);
	be16_store(frame + 14 + 10, checksum(frame + 14, 20, 0));
	return len;
}

static uint16_t
piece6(uint8_t ident, uint16_t place)
{
	uint8_t body[8 + 16] = { 17, 0, [7] = ident };

	be16_store(body + 2, place);
	return make_ip6(frame, host6, own6, 44, 64, body, sizeof(body));
}

/* What waits is in use. Packets whose rest does not come count once each. */
static void
test_fragments(void **state)
{
	(void)state;
	fate(piece4(1, 0x2000), NOT_DROPPED);
	fate(piece4(1, 0x2000), DROP_REASSEMBLY); /* again */
	fate(piece4(2, 0x2002), NOT_DROPPED);
	fate(piece6(1, 1), NOT_DROPPED);
	/* It overlaps: with it goes what was there. */
	sw->dropped = 0;
	stack_give(0, frame, piece6(1, 8 | 1));
	assert_int_equal(sw->fate, DROP_REASSEMBLY);
	assert_int_equal(sw->dropped, 2);
	fate(piece6(1, 16), DROP_REASSEMBLY);
	fate(piece6(2, 16 | 1), NOT_DROPPED);
	sw->dropped = 0;
	stack_run(70 * 1000);
	assert_int_equal(sw->dropped, 3);
}

static void
echo_from(const uint8_t *source, int reason)
{
	static const uint8_t echo[8] = { 8, 0, 0xf7, 0xff };

	fate(make_ip4(frame, source, own4, 1, echo, 8), reason);
}

/* An echo request whose reply has nowhere to go. No gateway is given what is
 * for a link (RFC 3927 2.6.2). */
static void
test_no_way_back(void **state)
{
	static const uint8_t far4[] = { 10, 9, 8, 7 };
	static const uint8_t link4[] = { 169, 254, 7, 7 };

	(void)state;
	echo_from(far4, DROP_NO_ROUTE);
	sw->gateway4 = addr4(198, 51, 100, 254);
	stack_learn(1, &sw->gateway4, host_mac);
	sw->sent_count = 0;
	echo_from(link4, DROP_NO_ROUTE);
	assert_int_equal(sw->sent_count, 0);
	echo_from(far4, NOT_DROPPED);
	assert_int_equal(sw->sent_count, 1);
	sw->gateway4.family = 0;
}

/* From the link alone, to an address of another link; and an empty packet. */
static void
test_strays(void **state)
{
	static const uint8_t own1[16] = { 0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 1 };
	uint8_t echo[16] = { 128 };

	(void)state;
	fate(make_icmp6(frame, local6, own6, 64, echo, 16), NOT_DROPPED);
	fate(make_icmp6(frame, host6, own1, 64, echo, 16), NOT_DROPPED);
	fate(make_icmp6(frame, local6, own1, 64, echo, 16), DROP_STACK);
	fate(make_ip6(frame, host6, own6, 59, 64, echo, 0), DROP_STACK);
}

/* An interface that is shut down. */
static void
test_interface(void **state)
{
	(void)state;
	stack_interface_set(0, false, true);
	fate(make_arp(frame, 1, host_mac, host4, own4), DROP_INTERFACE);
	sw->dropped = 0;
	stack_give(7, frame, 60);
	assert_int_equal(sw->fate, DROP_INTERFACE);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, stack_setup, stack_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_arp),
		TEST(test_discovery),
		TEST(test_mld),
		TEST(test_icmp),
		TEST(test_groups),
		TEST(test_own_source),
		TEST(test_wrap),
		TEST(test_fragments),
		TEST(test_no_way_back),
		TEST(test_strays),
		TEST(test_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
