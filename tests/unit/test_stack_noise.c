/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * Bad input to the local stack: noise of every length, good packets that are
 * cut or changed, fragments. Nothing is read beyond a frame, no assertion of
 * lwIP's fails, and all memory comes back (stack_teardown).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lwip-port/private.h"
#include "lwip-port/stack.h"
#include "lwip/tcp.h"
#include "tests/unit/stack_fixture.h"

enum { ROUNDS = 200 * 1000, FRAME_MIN = 14, FRAME_MAX = 1518 };

static const uint8_t own0[] = { 192, 0, 2, 1 }, host0[] = { 192, 0, 2, 9 };
static const uint8_t own0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 1 };
static const uint8_t host0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 9 };
static uint8_t frame[2 * STACK_FRAME_MAX];
static uint64_t seed = 88172645463325252u;

static uint32_t
rnd(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

static void
fill(uint8_t *at, uint32_t n)
{
	while (n-- > 0)
		*at++ = (uint8_t)rnd(256);
}

static void
time_passes(uint32_t round)
{
	if (round % 64 == 0)
		stack_run(40);
}

/* Every second frame has an EtherType of ours. */
static void
test_noise(void **state)
{
	static const uint16_t types[] = { 0x0800, 0x0806, 0x86dd, 0x8100 };

	(void)state;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint16_t len = FRAME_MIN + rnd(FRAME_MAX - FRAME_MIN + 1);

		if (rnd(2))
			len = FRAME_MIN + rnd(80);
		fill(frame, len);
		if (rnd(2))
			be16_store(frame + 12, types[rnd(4)]);
		stack_give(rnd(2), frame, len);
		time_passes(i);
	}
}

/* Headers that fit, with a body that does not. */
static uint16_t
random_packet(void)
{
	static const uint8_t next[] = { 0, 6, 17, 43, 44, 58, 60 };
	uint16_t size = rnd(3) ? rnd(100) : rnd(1440);
	uint8_t body[1440];

	fill(body, size);
	switch (rnd(4)) {
	case 0:
		return make_ip4(frame, host0, own0, next[rnd(7)], body, size);
	case 1:
		body[0] = rnd(2) ? 128 + rnd(20) : body[0];
		if (size >= 24 && rnd(2))
			memcpy(body + 8, own0_6, 16);
		if (rnd(2))
			body[1] = 0;
		return make_icmp6(frame, host0_6, own0_6, rnd(4) ? 255 : 1,
		    body, size < 8 ? 8 : size);
	case 2:
		return make_ip6(
		    frame, host0_6, own0_6, next[rnd(7)], 64, body, size);
	default:
		make_arp(frame, 1 + rnd(2), host_mac, host0, own0);
		frame[14 + rnd(28)] = (uint8_t)rnd(256);
		return 42 + rnd(19);
	}
}

static void
test_broken_packets(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint16_t len = random_packet();

		if (!rnd(4))
			frame[14 + rnd(len - 14u)] ^= 1u << rnd(8);
		if (!rnd(4))
			len = FRAME_MIN + rnd(len - FRAME_MIN + 1u);
		stack_give(0, frame, len);
		time_passes(i);
	}
	/* It was not all dropped at the door. */
	assert_true(sw->sent_count > ROUNDS / 100);
}

/* Fragments that overlap, miss their ends, or never end. */
static void
test_fragments(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < ROUNDS / 4; i++) {
		uint16_t size = 8 + rnd(600), len;
		uint8_t body[640];
		uint16_t offset = rnd(3) ? rnd(64) * 8 : rnd(8192) * 8;

		fill(body, sizeof(body));
		if (rnd(2)) {
			len = make_ip4(frame, host0, own0, 17, body, size);
			be16_store(frame + 18, rnd(4));
			be16_store(frame + 20,
			    (uint16_t)((rnd(2) ? 0x2000 : 0) | offset / 8));
			be16_store(frame + 24, 0);
			be16_store(frame + 24, checksum(frame + 14, 20, 0));
		} else {
			memset(body, 0, 8);
			body[0] = 17;
			be16_store(body + 2, (uint16_t)(offset | rnd(2)));
			body[7] = (uint8_t)rnd(4);
			len = make_ip6(
			    frame, host0_6, own0_6, 44, 64, body, size);
		}
		stack_give(0, frame, len);
		time_passes(i);
	}
}

static bool
has_echo_reply(const struct stack_frame *f, const void *part)
{
	(void)part;
	return f->byte[12] == 8 ? f->byte[23] == 1 : f->byte[20] == 44;
}

/* 4000 bytes each way, both families: whole again, and in pieces again. */
static void
test_large_echo(void **state)
{
	static uint8_t echo[4000] = { 8, 0, 0, 0, 1, 2, 3, 4 };
	uint8_t part[1408] = { 58 };
	uint32_t sum;

	(void)state;
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	be16_store(echo + 2, checksum(echo, sizeof(echo), 0));
	for (uint16_t at = 0; at < sizeof(echo); at += 1000) {
		uint16_t more = at + 1000u < sizeof(echo) ? 0x2000 : 0;
		uint16_t len = make_ip4(frame, host0, own0, 1, echo + at, 1000);

		be16_store(frame + 18, 7);
		be16_store(frame + 20, (uint16_t)(more | at / 8));
		be16_store(frame + 24, 0);
		be16_store(frame + 24, checksum(frame + 14, 20, 0));
		stack_give(0, frame, len);
	}
	assert_int_equal(stack_count(has_echo_reply, NULL), 3);

	sw->sent_count = 0;
	echo[0] = 128;
	be16_store(echo + 2, 0);
	sum = (uint16_t)~checksum(own0_6, 16, 0);
	sum += (uint16_t)~checksum(host0_6, 16, 0) + 58u + sizeof(echo);
	be16_store(echo + 2, checksum(echo, sizeof(echo), sum));
	for (uint16_t at = 0; at < sizeof(echo); at += 1000) {
		uint16_t more = at + 1000u < sizeof(echo) ? 1 : 0;

		be16_store(part + 2, (uint16_t)(at | more));
		part[7] = 9;
		memcpy(part + 8, echo + at, 1000);
		stack_give(0, frame,
		    make_ip6(frame, host0_6, own0_6, 44, 64, part, 1008));
	}
	stack_give(0, frame,
	    make_nd(frame, 136, 0x60, host0_6, own0_6, host0_6, host_mac));
	assert_int_equal(stack_count(has_echo_reply, NULL), 3);
}

static void
too_big(uint32_t mtu)
{
	uint8_t body[8 + 48] = { 2, [8] = 0x60, [14] = 58, 64 };

	be32_store(body + 4, mtu);
	memcpy(body + 16, own0_6, 16);
	memcpy(body + 32, host0_6, 16);
	stack_give(0, frame,
	    make_icmp6(frame, host0_6, own0_6, 64, body, sizeof(body)));
}

static bool
is_fragment(const struct stack_frame *f, const void *unused)
{
	(void)unused;
	return f->byte[12] == 0x86 && f->byte[20] == 44;
}

/* RFC 8201 4: never below 1280, and back to the link's MTU in time. */
static void
test_path_mtu(void **state)
{
	static const uint32_t mtus[] = { 0xffffffff, 1400, 0, 48, 55, 1279,
		65535 };
	static const uint8_t echo[1452] = { 128 };

	(void)state;
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, own0_6, own0_6, host_mac));
	for (uint32_t i = 0; i < sizeof(mtus) / sizeof(mtus[0]); i++) {
		too_big(mtus[i]);
		sw->sent_count = 0;
		stack_give(0, frame,
		    make_icmp6(frame, host0_6, own0_6, 64, echo, 1452));
		assert_int_equal(stack_count(is_fragment, NULL), i > 0 ? 2 : 0);
		assert_true(sw->sent[0].len <= 14 + (i > 0 ? 1400 : 1500));
	}
	too_big(1280);
	sw->sent_count = 0;
	stack_run(700 * 1000);
	stack_give(0, frame,
	    make_nd(frame, 135, 0, host0_6, own0_6, own0_6, host_mac));
	stack_give(
	    0, frame, make_icmp6(frame, host0_6, own0_6, 64, echo, 1452));
	assert_int_equal(stack_count(is_fragment, NULL), 0);
}

static err_t
refuse(void *arg, struct tcp_pcb *pcb, err_t error)
{
	(void)arg;
	if (error != ERR_OK || !pcb)
		return ERR_VAL;
	tcp_abort(pcb);
	return ERR_ABRT;
}

/* More connections than there is room for, none of them honest. */
static void
test_syn_flood(void **state)
{
	struct tcp_pcb *listener = tcp_new_ip_type(IPADDR_TYPE_ANY);
	uint8_t syn[20] = { 0, 0, 0, 80, [12] = 0x50, 2, 0x10, 0 };

	(void)state;
	assert_int_equal(tcp_bind(listener, IP_ANY_TYPE, 80), ERR_OK);
	listener = tcp_listen(listener);
	tcp_accept(listener, refuse);
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	for (uint32_t i = 0; i < 20000; i++) {
		uint32_t pseudo = 6 + sizeof(syn);

		be16_store(syn, (uint16_t)(1024 + i));
		be16_store(syn + 16, 0);
		pseudo += (uint16_t)~checksum(host0, 4, 0);
		pseudo += (uint16_t)~checksum(own0, 4, 0);
		be16_store(syn + 16, checksum(syn, sizeof(syn), pseudo));
		stack_give(0, frame, make_ip4(frame, host0, own0, 6, syn, 20));
		time_passes(i);
	}
	tcp_close(listener);
	stack_run(120 * 1000);
}

/* What siphash.c must give for the key and input of the paper's appendix. */
static void
test_siphash(void **state)
{
	static const uint64_t key[2] = { 0x0706050403020100,
		0x0f0e0d0c0b0a0908 };
	uint8_t input[15];

	(void)state;
	for (uint8_t i = 0; i < sizeof(input); i++)
		input[i] = i;
	assert_true(siphash(key, input, 15) == 0xa129ca6149be45e5);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, stack_setup, stack_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash),
		TEST(test_large_echo),
		TEST(test_path_mtu),
		TEST(test_noise),
		TEST(test_broken_packets),
		TEST(test_fragments),
		TEST(test_syn_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
