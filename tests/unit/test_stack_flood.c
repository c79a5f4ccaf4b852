/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
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
#include "lwip/priv/tcp_priv.h"
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

/* lwIP itself sends no ICMP error: the router does, at its rate. */
static void
test_errors_are_the_routers(void **state)
{
	(void)state;
	meet_host();
	sw->refusals = 0;
	for (int i = 0; i < 100; i++)
		give_udp();
	assert_int_equal(sw->refusals, 200);
	assert_int_equal(sw->sent_count, 0);
}

enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_ACK = 16, HALF_OPEN = 192 };

static err_t
accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
	uint32_t *accepted = arg;

	if (error != ERR_OK || !pcb)
		return ERR_VAL;
	++*accepted;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static struct tcp_pcb *
listen(uint32_t *accepted)
{
	struct tcp_pcb *listener = tcp_new_ip_type(IPADDR_TYPE_ANY);

	assert_int_equal(tcp_bind(listener, IP_ANY_TYPE, 80), ERR_OK);
	listener = tcp_listen(listener);
	tcp_arg(listener, accepted);
	tcp_accept(listener, accept);
	return listener;
}

/* A segment to port 80 without data. */
static void
give_tcp(const uint8_t *from, uint16_t port, uint32_t seq, uint32_t ack,
    uint8_t flags)
{
	uint8_t tcp[20] = { [3] = 80, [12] = 0x50, [14] = 0x10 };
	uint32_t pseudo = 6 + sizeof(tcp);

	be16_store(tcp, port);
	be32_store(tcp + 4, seq);
	be32_store(tcp + 8, ack);
	tcp[13] = flags;
	pseudo += (uint16_t)~checksum(from, 4, 0);
	pseudo += (uint16_t)~checksum(own0, 4, 0);
	be16_store(tcp + 16, checksum(tcp, sizeof(tcp), pseudo));
	stack_give(0, frame, make_ip4(frame, from, own0, 6, tcp, sizeof(tcp)));
}

static bool
is_syn_ack(const struct stack_frame *f, const void *port)
{
	return f->byte[12] == 8 && f->byte[13] == 0 && f->byte[23] == 6 &&
	       memcmp(f->byte + 36, port, 2) == 0 && f->byte[47] == 0x12;
}

static bool
is_reset(const struct stack_frame *f, const void *unused)
{
	(void)unused;
	return f->byte[12] == 8 && f->byte[13] == 0 && f->byte[23] == 6 &&
	       (f->byte[47] & 4) != 0;
}

static uint32_t
half_open(void)
{
	uint32_t n = 0;

	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		n += pcb->state == SYN_RCVD;
	return n;
}

static void
flood_syn(uint32_t count)
{
	static uint32_t next;

	for (uint32_t i = 0; i < count; i++, next++) {
		uint8_t from[] = { 192, 0, 2, 10 + next % 200 };

		give_tcp(
		    from, (uint16_t)(1024 + next / 200), next, 0, FLAG_SYN);
	}
}

/* Full of half-open connections, a new one is answered at once, and goes on
 * while fewer new ones come than there is room for. */
static void
test_syn_flood(void **state)
{
	static const uint8_t port[] = { 0x99, 0x99 };
	const struct stack_frame *answer;
	uint64_t dropped = stack_router->half_open_dropped;
	uint32_t accepted = 0;
	struct tcp_pcb *listener;

	(void)state;
	meet_host();
	listener = listen(&accepted);
	flood_syn(HALF_OPEN);
	assert_int_equal(half_open(), HALF_OPEN);
	assert_int_equal(stack_router->half_open_dropped, dropped);
	flood_syn(5000);
	assert_int_equal(half_open(), HALF_OPEN);
	assert_int_equal(stack_router->half_open_dropped, dropped + 5000);
	sw->sent_count = 0;
	give_tcp(host0, 0x9999, 77, 0, FLAG_SYN);
	answer = stack_find(0, is_syn_ack, port);
	assert_non_null(answer);
	flood_syn(HALF_OPEN - 1);
	give_tcp(host0, 0x9999, 78, be32_load(answer->byte + 38) + 1, FLAG_ACK);
	assert_int_equal(accepted, 1);
	/* nobody else heard a word */
	assert_int_equal(stack_count(is_reset, NULL), 1);
	assert_int_equal(half_open(), HALF_OPEN - 1);
	tcp_close(listener);
	stack_run(120 * 1000);
}

static err_t
close_at_once(void *arg, struct tcp_pcb *pcb, err_t error)
{
	(void)arg;
	return error == ERR_OK ? tcp_close(pcb) : ERR_VAL;
}

/* A connection that this side closed: its port is in TIME-WAIT. */
static void
come_and_go(uint32_t seq)
{
	static const uint8_t port[] = { 0x99, 0x99 };
	const struct stack_frame *answer;
	uint32_t ack;

	sw->sent_count = 0;
	give_tcp(host0, 0x9999, seq, 0, FLAG_SYN);
	answer = stack_find(0, is_syn_ack, port);
	assert_non_null(answer);
	ack = be32_load(answer->byte + 38) + 1;
	give_tcp(host0, 0x9999, seq + 1, ack, FLAG_ACK);
	give_tcp(host0, 0x9999, seq + 1, ack + 1, FLAG_ACK | FLAG_FIN);
	assert_non_null(tcp_tw_pcbs);
	assert_null(tcp_tw_pcbs->next);
}

/* RFC 1122 4.2.2.13: the same port again, while the last one is in TIME-WAIT.
 */
static void
test_port_again(void **state)
{
	static const uint8_t port[] = { 0x99, 0x99 };
	uint32_t accepted = 0;
	struct tcp_pcb *listener;

	(void)state;
	meet_host();
	listener = listen(&accepted);
	tcp_accept(listener, close_at_once);
	for (uint32_t i = 0; i < 10; i++)
		come_and_go(0xfffff000u + 1000 * i);
	/* an old SYN that was on its way for long is none */
	sw->sent_count = 0;
	give_tcp(host0, 0x9999, 0xfffff000u, 0, FLAG_SYN);
	assert_null(stack_find(0, is_syn_ack, port));
	assert_non_null(tcp_tw_pcbs);
	tcp_close(listener);
	stack_run(150 * 1000);
}

/* What is no SYN, or to nobody, makes none give way. */
static void
test_syn_only(void **state)
{
	uint64_t dropped = stack_router->half_open_dropped;
	uint32_t accepted = 0;
	struct tcp_pcb *listener;

	(void)state;
	meet_host();
	listener = listen(&accepted);
	flood_syn(HALF_OPEN);
	give_tcp(host0, 1, 1, 1, FLAG_ACK);
	give_tcp(host0, 1, 1, 1, FLAG_ACK | FLAG_SYN);
	give_tcp(host0, 1, 1, 1, 4 | FLAG_SYN);
	assert_int_equal(half_open(), HALF_OPEN);
	assert_int_equal(stack_router->half_open_dropped, dropped);
	tcp_close(listener);
	stack_run(120 * 1000);
}

/* First fragments of packets that never come whole: bounded, and the room is
 * given back to who sends whole ones. */
static void
test_fragment_flood(void **state)
{
	static const uint8_t reply4 = 0, reply6 = 129;
	uint64_t before = stack_memory();
	uint8_t body[1408] = { 17 };

	(void)state;
	meet_host();
	for (uint32_t i = 0; i < 20000; i++) {
		uint8_t from[] = { 192, 0, 2, (uint8_t)(10 + i % 200) };

		make_ip4(frame, from, own0, 17, body, 1400);
		be16_store(frame + 18, (uint16_t)i);
		be16_store(frame + 20, 0x2000);
		be16_store(frame + 24, 0);
		be16_store(frame + 24, checksum(frame + 14, 20, 0));
		stack_give(0, frame, 14 + 20 + 1400);
		be16_store(body + 2, 1);
		be32_store(body + 4, i);
		stack_give(0, frame,
		    make_ip6(frame, host0_6, own0_6, 44, 64, body, 1408));
		assert_in_range(stack_memory(), 0, before + 1024 * 1024);
	}
	give_echoes();
	assert_int_equal(stack_count(is_icmp, &reply4), 1);
	assert_int_equal(stack_count(is_icmp, &reply6), 1);
	stack_run(120 * 1000);
}

#define FLOOD_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, stack_setup, stack_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FLOOD_TEST(test_errors_are_the_routers),
		FLOOD_TEST(test_syn_flood),
		FLOOD_TEST(test_syn_only),
		FLOOD_TEST(test_port_again),
		FLOOD_TEST(test_fragment_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
