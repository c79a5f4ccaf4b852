/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/*
 * What stands before lwIP: refused headers, pieces, router discovery and MLD.
 */
#include "lwip-port/stack.h"
#include "tests/unit/stack_icmp6.h"

static uint8_t frame[STACK_FRAME_MAX];

/* RFC 4861 4.4: R; solicited; override for what is one node's. */
static void
test_advertisement_says_router(void **state)
{
	const struct stack_frame *f;

	(void)state;
	stack_give(
	    0, frame, make_nd(frame, 135, 0, host0, own0, own0, host_mac));
	f = sent(136);
	assert_non_null(f);
	assert_int_equal(f->byte[BODY + 4], 0xe0);
	assert_true(checksum_good(f));
}

/* RFC 5095 3, RFC 8200 4, 4.2, 4.4: told to the source, and not answered. */
static void
test_refused_headers(void **state)
{
	static const struct {
		uint8_t next, body[48];
		enum icmp_error why; /* KIND_COUNT: none */
		uint32_t pointer;
	} wrong[] = {
		{ 43, { 58, 2, 0, 1 }, ICMP_PARAMETER, 42 },
		{ 43, { 58, 1, 2, 1 }, ICMP_PARAMETER, 42 },
		{ 200, { 0 }, ICMP_NEXT_HEADER, 6 },
		{ 60, { 58, 0, 0x9e, 4 }, ICMP_OPTION, 42 },
		{ 60, { 58, 0, 0x5e, 4 }, ICMP_KIND_COUNT, 0 },
		{ 44, { 6, 0, 0, 1 }, ICMP_PARAMETER, 4 },
	};

	(void)state;
	host_known(frame);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		sw->refusals = sw->dropped = 0;
		stack_give(0, frame,
		    make_ip6(frame, host0, own0, wrong[i].next, 64,
			wrong[i].body, i == 5 ? 23 : 48));
		assert_int_equal(sw->dropped, 1);
		if (wrong[i].why == ICMP_KIND_COUNT) {
			assert_int_equal(sw->refusals, 0);
			continue;
		}
		assert_int_equal(sw->refusals, 1);
		assert_int_equal(sw->error, wrong[i].why);
		assert_int_equal(sw->error_detail, wrong[i].pointer);
		assert_memory_equal(sw->error_packet, frame + FRAME, 63);
	}
	/* Nobody is told about what was another's. */
	sw->refusals = 0;
	stack_give(0, frame,
	    make_ip6(frame, host_local, host_local, 200, 64, frame, 8));
	assert_int_equal(sw->refusals, 0);
	assert_int_equal(sw->sent_count, 0);
}

/* RFC 8200 4.4: nothing left to visit, so it is for us. */
static void
test_routing_header_without_segments(void **state)
{
	uint8_t body[40] = { 58, 2, 0, 0, [24] = ECHO };

	(void)state;
	host_known(frame);
	make_icmp6(frame, host0, own0, 64, body + 24, 16);
	memcpy(body + 26, frame + BODY + 2, 2);
	stack_give(
	    0, frame, make_ip6(frame, host0, own0, 43, 64, body, sizeof(body)));
	assert_non_null(sent(ECHO_REPLY));
	assert_int_equal(sw->refusals, 0);
}

/* A piece of an echo request of `size` bytes. */
static void
echo_piece(uint16_t size, uint16_t start, uint16_t end)
{
	static uint8_t echo[8000], body[8000];

	memset(echo, 5, sizeof(echo));
	memset(echo, 0, 8);
	echo[0] = ECHO;
	if (size <= 1400) {
		make_icmp6(frame, host0, own0, 64, echo, size);
		memcpy(echo + 2, frame + BODY + 2, 2);
	}
	memset(body, 0, 8);
	body[0] = 58;
	be16_store(body + 2, (uint16_t)(start | (end != size)));
	body[7] = (uint8_t)size;
	memcpy(body + 8, echo + start, (size_t)end - start);
	stack_give(0, frame,
	    make_ip6(
		frame, host0, own0, 44, 64, body, (uint16_t)(8 + end - start)));
}

/* RFC 8200 4.5, RFC 5722, RFC 6946 */
static void
test_pieces(void **state)
{
	(void)state;
	host_known(frame);
	echo_piece(1000, 0, 1000);
	assert_non_null(sent(ECHO_REPLY));
	sw->sent_count = 0;
	echo_piece(1001, 504, 1001);
	echo_piece(1001, 0, 504);
	assert_non_null(sent(ECHO_REPLY));
	assert_int_equal(sent(ECHO_REPLY)->len, BODY + 1001);
	assert_true(checksum_good(sent(ECHO_REPLY)));
	sw->sent_count = 0;
	echo_piece(1002, 0, 504);
	echo_piece(1002, 496, 1002);
	echo_piece(1002, 504, 1002);
	assert_null(sent(ECHO_REPLY));
	/* A piece is missing: its source is told after a minute. */
	stack_run(2000);
	echo_piece(1003, 0, 504);
	sw->refusals = sw->dropped = 0;
	stack_run(62 * 1000);
	assert_int_equal(sw->dropped, 1);
	assert_int_equal(sw->refusals, 1); /* not about the overlap */
	assert_int_equal(sw->error, ICMP_REASSEMBLY);
	assert_int_equal(sw->error_len, 40 + 8 + 504);
	assert_int_equal(sw->error_packet[40], 58);
}

/* RFC 6980 5 */
static void
test_discovery_in_pieces(void **state)
{
	uint8_t body[40] = { 58 };
	uint16_t len = make_nd(frame, 135, 0, host0, own0, own0, host_mac);

	(void)state;
	sw->heard = 0;
	assert_int_equal(len, BODY + 32);
	memcpy(body + 8, frame + BODY, 32);
	stack_give(0, frame,
	    make_ip6(frame, host0, own0, 44, 255, body, sizeof(body)));
	body[2] = 1; /* PadN */
	body[3] = 4;
	stack_give(0, frame,
	    make_ip6(frame, host0, own0, 60, 255, body, sizeof(body)));
	assert_null(sent(136));
	assert_int_equal(sw->heard, 0);
}

/* RFC 4861 6: they go to the router, as they came. */
static void
test_router_discovery(void **state)
{
	static const uint8_t rs[8] = { 133 };
	static const uint8_t ra[16] = { 134 };

	(void)state;
	sw->router_nd = 0;
	stack_give(0, frame,
	    make_icmp6(frame, host_local, all_routers, 255, rs, sizeof(rs)));
	assert_int_equal(sw->router_nd, 1);
	assert_int_equal(sw->router_nd_type, 133);
	stack_give(1, frame,
	    make_icmp6(frame, host_local, all_nodes, 255, ra, sizeof(ra)));
	assert_int_equal(sw->router_nd, 2);
	assert_int_equal(sw->router_nd_type, 134);
	assert_int_equal(sw->router_nd_iface, 1);
}

/* An MLD message behind a router alert. */
static uint16_t
make_mld(uint8_t type, const uint8_t *src, const uint8_t *dst,
    const uint8_t *group, uint16_t delay_ms)
{
	uint8_t body[32] = { 58, 0, 5, 2, 0, 0, 1, 0, type };
	uint8_t bare[BODY + 24];

	be16_store(body + 12, delay_ms);
	memcpy(body + 16, group, 16);
	make_icmp6(bare, src, dst, 1, body + 8, 24);
	memcpy(body + 10, bare + BODY + 2, 2);
	return make_ip6(frame, src, dst, 0, 1, body, sizeof(body));
}

static bool
is_mld(const struct stack_frame *f, const void *type)
{
	return f->len == BODY + 32 && f->byte[FRAME + 6] == 0 &&
	       f->byte[BODY + 8] == *(const uint8_t *)type;
}

/* RFC 2710 3: hop limit 1, link-local, router alert; to the group. */
static void
expect_report(const uint8_t *group)
{
	const struct stack_frame *f = stack_find(0, is_report, group);

	assert_non_null(f);
	assert_int_equal(f->byte[FRAME + 7], 1);
	assert_int_equal(be16_load(f->byte + FRAME + 8), 0xfe80);
	assert_memory_equal(f->byte + FRAME + 24, group, 16);
	assert_memory_equal(f->byte + BODY, "\x3a\0\5\2\0\0", 6);
}

/* RFC 2710 4, 5 */
static void
test_queries_are_answered(void **state)
{
	static const uint8_t none[16];
	static const uint8_t own_group[16] = { 0xff, 2, [11] = 1,
		0xff, [15] = 1 };
	uint8_t report = 131;

	(void)state;
	stack_give(0, frame, make_mld(130, host_local, all_nodes, none, 1000));
	stack_run(1100);
	expect_report(all_routers);
	expect_report(own_group);
	expect_report(any_group);
	assert_int_equal(stack_count(is_mld, &report), 3);
	sw->sent_count = 0;
	stack_give(
	    0, frame, make_mld(130, host_local, own_group, own_group, 1000));
	stack_run(1100);
	expect_report(own_group);
	assert_int_equal(stack_count(is_mld, &report), 1);
	/* Somebody else has said it already. */
	sw->sent_count = 0;
	stack_give(
	    0, frame, make_mld(130, host_local, own_group, own_group, 10000));
	stack_give(
	    0, frame, make_mld(131, host_local, own_group, own_group, 0));
	stack_run(10100);
	assert_int_equal(stack_count(is_mld, &report), 0);
}

/* RFC 2710 5, RFC 3810 6.2 */
static void
test_queries_are_checked(void **state)
{
	static const uint8_t none[16];
	uint8_t report = 131;
	uint16_t len;

	(void)state;
	stack_give(0, frame, make_mld(130, host0, all_nodes, none, 100));
	len = make_mld(130, host_local, all_nodes, none, 100);
	frame[FRAME + 7] = 64;
	stack_give(0, frame, len);
	len = make_mld(130, host_local, all_nodes, none, 100);
	frame[BODY + 2] = 1; /* padding instead of the alert */
	stack_give(0, frame, len);
	len = make_mld(130, host_local, all_nodes, none, 100);
	frame[BODY + 10] ^= 1;
	stack_give(0, frame, len);
	stack_run(300);
	assert_int_equal(stack_count(is_mld, &report), 0);
}

/* RFC 2710 4: to all routers. RFC 3590 4: from no address while there is none,
 * and again from the link-local one. */
static void
test_reports_and_done(void **state)
{
	static const uint8_t none[16];
	uint8_t report = 131, done = 132;
	const struct stack_frame *f;
	bool early = false;

	(void)state;
	stack_interface_set(0, true, false);
	stack_interface_set(0, true, true);
	sw->sent_count = 0;
	stack_run(900);
	for (uint32_t i = 0; i < sw->sent_count; i++)
		if (is_mld(&sw->sent[i], &report)) {
			early = true;
			assert_memory_equal(
			    sw->sent[i].byte + FRAME + 8, none, 16);
		}
	assert_true(early);
	sw->sent_count = 0;
	stack_run(3000);
	expect_report(all_routers);
	expect_report(any_group);
	sw->sent_count = 0;
	sw->router.interface[0].address_count = 0;
	stack_lwip_ops.interface_changed(0);
	f = stack_find(0, is_mld, &done);
	assert_non_null(f);
	assert_memory_equal(f->byte, "\x33\x33\0\0\0\2", ETH_ALEN);
	assert_memory_equal(f->byte + FRAME + 24, all_routers, 16);
	/* Its checksum is that of the message, and of this destination. */
	memcpy(frame, f->byte, f->len);
	memmove(frame + BODY, frame + BODY + 8, 24);
	assert_int_equal(icmp6_checksum(frame + FRAME, 24), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, stack_setup, stack_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_advertisement_says_router),
		TEST(test_refused_headers),
		TEST(test_routing_header_without_segments),
		TEST(test_pieces),
		TEST(test_discovery_in_pieces),
		TEST(test_router_discovery),
		TEST(test_queries_are_answered),
		TEST(test_queries_are_checked),
		TEST(test_reports_and_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
