/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * Subnet-router anycast addresses (RFC 4291 2.6.1): they answer, by an address
 * that is one interface's alone, and nothing else is behind them.
 */
#include "lwip-port/stack.h"
#include "tests/unit/stack_icmp6.h"

static uint8_t frame[STACK_FRAME_MAX];

/* RFC 4861 7.2.7: no override, and after at most a second. */
static void
test_anycast_is_advertised(void **state)
{
	struct ip_addr from = addr6(host0);
	const struct stack_frame *f;
	uint8_t mac[ETH_ALEN];

	(void)state;
	stack_give(
	    0, frame, make_nd(frame, 135, 0, host0, any_group, any0, host_mac));
	stack_run(1020);
	f = sent(136);
	assert_non_null(f);
	assert_int_equal(f->byte[BODY + 4], 0xc0);
	assert_memory_equal(f->byte, host_mac, ETH_ALEN);
	assert_memory_equal(f->byte + FRAME + 8, own0, 16);
	assert_memory_equal(f->byte + FRAME + 24, host0, 16);
	assert_memory_equal(f->byte + BODY + 8, any0, 16);
	assert_memory_equal(f->byte + BODY + 26, sw->port[0].mac, ETH_ALEN);
	assert_int_equal(f->byte[FRAME + 7], 255);
	assert_true(checksum_good(f));
	assert_true(adj_mac(0, &from, mac));
	assert_memory_equal(mac, host_mac, ETH_ALEN);
}

static void
test_anycast_is_not_advertised(void **state)
{
	static const uint8_t none[16];
	struct interface *i = &sw->router.interface[0];
	uint16_t len;

	(void)state;
	/* Another link's. */
	stack_give(
	    0, frame, make_nd(frame, 135, 0, host0, any_group, any1, host_mac));
	/* Who looks for duplicates: this address is nobody's alone. */
	len = make_nd(frame, 135, 0, none, any_group, any0, host_mac);
	stack_give(0, frame, len);
	/* From beyond the link; spoilt. */
	len = make_nd(frame, 135, 0, host0, any_group, any0, host_mac);
	frame[FRAME + 7] = 254;
	stack_give(0, frame, len);
	frame[FRAME + 7] = 255;
	frame[BODY + 2] ^= 1;
	stack_give(0, frame, len);
	/* No address in it is ours for certain. */
	for (uint32_t k = 0; k < i->address_count; k++)
		i->address[k].status = ADDRESS_TENTATIVE;
	stack_give(
	    0, frame, make_nd(frame, 135, 0, host0, any_group, any0, host_mac));
	for (uint32_t k = 0; k < i->address_count; k++)
		i->address[k].status = ADDRESS_PREFERRED;
	stack_run(1020);
	assert_null(sent(136));
}

/* What is not ours any more when the answer is due is not answered for. */
static void
test_anycast_answer_is_too_late(void **state)
{
	(void)state;
	stack_give(
	    0, frame, make_nd(frame, 135, 0, host0, any_group, any0, host_mac));
	sw->router.interface[0].address_count = 0;
	stack_run(1020);
	assert_null(sent(136));
	stack_addresses();
}

/* Our own address in a /127 that begins the /64 of another one. */
static void
test_own_address_is_no_anycast(void **state)
{
	struct interface *i = &sw->router.interface[0];

	(void)state;
	i->address[i->address_count++] =
	    (struct interface_address){ .addr = addr6(any0), .len = 127 };
	stack_lwip_ops.interface_changed(0);
	stack_run(3000);
	sw->sent_count = 0;
	stack_give(
	    0, frame, make_nd(frame, 135, 0, host0, any_group, any0, host_mac));
	assert_non_null(sent(136));
	assert_int_equal(sent(136)->byte[BODY + 4], 0xe0);
	sw->sent_count = 0;
	stack_give(0, frame, echo_to(frame, any0));
	assert_non_null(sent(ECHO_REPLY));
	assert_memory_equal(sent(ECHO_REPLY)->byte + FRAME + 8, any0, 16);
}

/* More than can wait: all are answered, some early. */
static void
test_many_ask_for_anycast(void **state)
{
	uint8_t from[16], type = 136;

	(void)state;
	memcpy(from, host0, sizeof(from));
	for (uint8_t n = 0; n < 40; n++) {
		from[14] = n;
		stack_give(0, frame,
		    make_nd(frame, 135, 0, from, any_group, any0, host_mac));
	}
	stack_run(1020);
	assert_int_equal(stack_count(is_type, &type), 40);
}

/* RFC 4291 2.6.1; RFC 4443 4.2: from a unicast address of this interface. */
static void
test_anycast_echo(void **state)
{
	const uint8_t *to[] = { any0, any1 };

	(void)state;
	host_known(frame);
	for (int n = 0; n < 2; n++) {
		const struct stack_frame *f;

		sw->sent_count = 0;
		stack_give(0, frame, echo_to(frame, to[n]));
		f = sent(ECHO_REPLY);
		assert_non_null(f);
		assert_memory_equal(f->byte + FRAME + 8, own0, 16);
		assert_int_equal(f->byte[BODY + 8], 42);
		assert_true(checksum_good(f));
	}
	/* A bad checksum is one still. */
	sw->sent_count = 0;
	echo_to(frame, any0);
	frame[BODY + 9] ^= 1;
	stack_give(0, frame, FRAME + 40 + 16);
	assert_null(sent(ECHO_REPLY));
}

static void
test_anycast_has_no_ports(void **state)
{
	static const uint8_t tcp[20] = { 1, 2, 0, 80, [12] = 0x50, 2 };

	(void)state;
	sw->refusals = sw->dropped = 0;
	stack_give(0, frame, make_udp6(frame, host0, any0, 80, 8, 8));
	assert_int_equal(sw->refusals, 1);
	assert_int_equal(sw->error, ICMP_PORT_UNREACHABLE);
	assert_memory_equal(sw->error_packet + 24, any0, 16);
	stack_give(
	    0, frame, make_ip6(frame, host0, any0, 6, 64, tcp, sizeof(tcp)));
	assert_int_equal(sw->refusals, 1);
	assert_int_equal(sw->dropped, 2);
	assert_int_equal(sw->sent_count, 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, stack_setup, stack_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_anycast_is_advertised),
		TEST(test_anycast_is_not_advertised),
		TEST(test_many_ask_for_anycast),
		TEST(test_anycast_answer_is_too_late),
		TEST(test_own_address_is_no_anycast),
		TEST(test_anycast_echo),
		TEST(test_anycast_has_no_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
