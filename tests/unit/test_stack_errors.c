/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: tests/unit/stack_fixture.c tests/unit/stack_frames.c */
/* objects: net/addr.c net/adjacency.c control/iptext.c control/icmp6.c */
/* libs: lwip stack */
/* wrap: stack_iface */
/*
 * What the local stack has to say about packets that it does not take, and
 * about what it keeps silent (RFC 1122 3.2.2, RFC 4443, RFC 6918).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lwip-port/private.h"
#include "lwip-port/stack.h"
#include "net/wire.h"
#include "tests/unit/stack_fixture.h"

enum {
	ETH = 14,
	UDP = 17,
	NOBODY = 200,
	/* RFC 1122 3.3.2, RFC 8200 4.5: what is missing has 60 s, and the
	 * source knows soon after. */
	STILL_WAITS = 58 * 1000,
	GIVEN_UP = 12 * 1000,
	LOOKS_MAX = 2,
};

static const uint8_t own0[] = { 192, 0, 2, 1 }, host0[] = { 192, 0, 2, 9 };
static const uint8_t own0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 1 };
static const uint8_t host0_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 9 };
static const uint8_t own1[] = { 198, 51, 100, 1 };
static const uint8_t own1_6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 1 };
static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };

static uint8_t frame[STACK_FRAME_MAX];
static uint32_t looks; /* at an interface, since a frame was given */

struct stack_iface *__real_stack_iface(uint16_t index);
struct stack_iface *__wrap_stack_iface(uint16_t index);

struct stack_iface *
__wrap_stack_iface(uint16_t index)
{
	looks++;
	return __real_stack_iface(index);
}

static int
setup(void **state)
{
	int error = stack_setup(state);

	sw->refusals = 0;
	return error;
}

static void
give(uint16_t len)
{
	sw->sent_count = 0;
	looks = 0;
	stack_give(0, frame, len);
}

/* The router was told, once, and of the whole packet. */
static void
refused(enum icmp_error error, uint16_t detail, uint16_t len)
{
	assert_int_equal(sw->refusals, 1);
	assert_int_equal(sw->error, error);
	assert_int_equal(sw->error_detail, detail);
	assert_int_equal(sw->error_iface, 0);
	assert_int_equal(sw->error_len, len - ETH);
	assert_memory_equal(sw->error_packet, frame + ETH, len - ETH);
	assert_int_equal(sw->sent_count, 0);
	sw->refusals = 0;
}

static void
test_refused4(void **state)
{
	static const uint8_t all[] = { 255, 255, 255, 255 };
	static const uint8_t broadcast[] = { 192, 0, 2, 255 };
	static const uint8_t group[] = { 224, 0, 0, 1 };
	uint8_t body[1000] = { 0, 7, 0x99, 0x99, 0x03, 0xe8 };
	uint16_t len = make_ip4(frame, host0, own0, UDP, body, 1000);

	(void)state;
	give(len);
	refused(ICMP_PORT_UNREACHABLE, 0, len);
	len = make_ip4(frame, host0, own0, NOBODY, body, 1000);
	give(len);
	assert_true(sw->refused);
	refused(ICMP_PROTOCOL, 0, len);
	give(make_ip4(frame, host0, all, UDP, body, 1000));
	give(make_ip4(frame, host0, broadcast, NOBODY, body, 1000));
	give(make_ip4(frame, host0, group, UDP, body, 1000));
	assert_int_equal(sw->refusals, 0);
}

static void
test_refused6(void **state)
{
	static const uint8_t options[16] = { NOBODY, 0, 1, 4, [8] = 1 };
	static const uint8_t unknown[16] = { UDP, 0, 1, 0, 0xde, 2 };
	uint8_t udp[16] = { 0, 7, 0x99, 0x99, 0, 16 };
	uint16_t len;
	uint32_t pseudo;

	(void)state;
	len = make_ip6(frame, host0_6, own0_6, UDP, 64, udp, 16);
	pseudo = (uint16_t)~checksum(frame + 22, 32, 0) + 17u + 16;
	be16_store(frame + 60, checksum(frame + 54, 16, pseudo));
	give(len);
	refused(ICMP_PORT_UNREACHABLE, 0, len);
	/* behind an option that is not known, in destination options */
	len = make_ip6(frame, host0_6, own0_6, 60, 64, unknown, 16);
	give(len);
	refused(ICMP_OPTION, 44, len);
	len = make_ip6(frame, host0_6, own0_6, NOBODY, 64, udp, 16);
	give(len);
	refused(ICMP_NEXT_HEADER, 6, len);
	len = make_ip6(frame, host0_6, own0_6, 60, 64, options, 16);
	give(len);
	refused(ICMP_NEXT_HEADER, 40, len);
	give(make_ip6(frame, host0_6, all_nodes, UDP, 64, udp, 16));
	assert_int_equal(sw->refusals, 0);
}

/*
 * An address on another link is ours as well: traceroute ends there. That
 * link is found, not searched for among all that there may be.
 */
static void
test_refused_far(void **state)
{
	uint8_t body[16] = { 0, 7, 0x99, 0x99, 0, 16 };
	uint16_t len = make_ip4(frame, host0, own1, UDP, body, 16);
	uint32_t pseudo;

	(void)state;
	give(len);
	refused(ICMP_PORT_UNREACHABLE, 0, len);
	assert_in_range(looks, 1, LOOKS_MAX);
	len = make_ip6(frame, host0_6, own1_6, UDP, 64, body, 16);
	pseudo = (uint16_t)~checksum(frame + 22, 32, 0) + 17u + 16;
	be16_store(frame + 60, checksum(frame + 54, 16, pseudo));
	give(len);
	refused(ICMP_PORT_UNREACHABLE, 0, len);
	assert_in_range(looks, 1, LOOKS_MAX);
}

/* The first of two fragments comes, and not the other. */
static void
test_reassembly(void **state)
{
	static const uint8_t first6[24] = { UDP, 0, 0, 1, 0, 0, 0, 9 };
	uint8_t body[64] = { 0, 7, 0x99, 0x99 };
	uint16_t len = make_ip4(frame, host0, own0, UDP, body, 64);

	(void)state;
	be16_store(frame + ETH + 6, IP4_MF);
	be16_store(frame + ETH + 10, 0);
	be16_store(frame + ETH + 10, checksum(frame + ETH, 20, 0));
	give(len);
	stack_run(STILL_WAITS);
	assert_int_equal(sw->refusals, 0);
	stack_run(GIVEN_UP);
	assert_int_equal(sw->refusals, 1);
	assert_int_equal(sw->error, ICMP_REASSEMBLY);
	assert_int_equal(sw->error_len, len - ETH);
	assert_memory_equal(sw->error_packet, frame + ETH, len - ETH);
	len = make_ip6(frame, host0_6, own0_6, 44, 64, first6, 24);
	give(len);
	stack_run(STILL_WAITS);
	assert_int_equal(sw->refusals, 1);
	stack_run(GIVEN_UP);
	assert_int_equal(sw->refusals, 2);
	assert_int_equal(sw->error, ICMP_REASSEMBLY);
	assert_int_equal(sw->error_len, len - ETH);
	/* lwIP keeps its own notes where the identification was */
	assert_memory_equal(sw->error_packet, frame + ETH, 44);
	assert_memory_equal(
	    sw->error_packet + 48, frame + ETH + 48, len - ETH - 48u);
}

/* A packet that came in pieces is refused too, in whatever order they came. */
static void
test_refused_in_pieces(void **state)
{
	static const uint8_t piece[2][24] = {
		{ 60, 0, 0, 1, 0, 0, 0, 9, UDP, 0, 0xde, 4 },
		{ 60, 0, 0, 16, 0, 0, 0, 9, 0, 7, 0x99, 0x99, 0, 16 },
	};

	(void)state;
	for (uint32_t order = 0; order < 2; order++) {
		for (uint32_t i = 0; i < 2; i++)
			give(make_ip6(frame, host0_6, own0_6, 44, 64,
			    piece[i ^ order], 24));
		assert_int_equal(sw->refusals, order + 1);
		assert_int_equal(sw->error, ICMP_OPTION);
		assert_int_equal(sw->error_packet[sw->error_detail], 0xde);
		assert_int_equal(sw->sent_count, 0);
	}
}

/* No word about ICMP that is not an echo request to one address. */
static void
test_silence(void **state)
{
	static const uint8_t broadcast[][4] = { { 192, 0, 2, 255 },
		{ 255, 255, 255, 255 } };
	/* RFC 6918, RFC 1122 3.2.2: errors, unknown types, and questions that
	 * nobody asks any more */
	static const uint8_t silent4[] = { 0, 1, 3, 4, 5, 11, 12, 13, 15, 17,
		30, 37, 200 };
	static const uint8_t silent6[] = { 0, 1, 2, 3, 4, 100, 127, 129, 137,
		139, 200, 255 };
	uint8_t body[64] = { 8 };

	(void)state;
	be16_store(body + 2, checksum(body, 64, 0));
	for (size_t i = 0; i < 2; i++) {
		give(make_ip4(frame, host0, broadcast[i], 1, body, 64));
		assert_int_equal(sw->sent_count, 0);
		assert_int_equal(sw->fate, DROP_ICMP);
	}
	for (size_t i = 0; i < sizeof(silent4); i++) {
		memset(body, 0, sizeof(body));
		body[0] = silent4[i];
		be16_store(body + 2, checksum(body, 64, 0));
		give(make_ip4(frame, host0, own0, 1, body, 64));
		assert_int_equal(sw->sent_count, 0);
		assert_int_equal(sw->fate, DROP_ICMP);
	}
	for (size_t i = 0; i < sizeof(silent6); i++) {
		memset(body, 0, sizeof(body));
		body[0] = silent6[i];
		give(make_icmp6(frame, host0_6, own0_6, 64, body, 64));
		assert_int_equal(sw->sent_count, 0);
		assert_int_equal(sw->fate, DROP_ICMP);
	}
	assert_int_equal(sw->refusals, 0);
}

/* The reply has the options of the request (RFC 1122 3.2.2.6), and its TOS
 * (RFC 1812 4.3.2.5). */
static void
test_echo_options(void **state)
{
	static const uint8_t record[8] = { 7, 7, 8, 192, 0, 2, 1 };
	uint8_t body[48] = { [8] = 8 };
	const struct stack_frame *f;
	uint16_t len;

	(void)state;
	stack_give(0, frame, make_arp(frame, 1, host_mac, host0, own0));
	be16_store(body + 10, checksum(body + 8, 40, 0));
	memcpy(body, record, sizeof(record));
	len = make_ip4(frame, host0, own0, 1, body, sizeof(body));
	frame[ETH] = 0x47;
	frame[ETH + 1] = 0x50;
	be16_store(frame + ETH + 10, 0);
	be16_store(frame + ETH + 10, checksum(frame + ETH, 28, 0));
	give(len);
	assert_int_equal(sw->sent_count, 1);
	assert_false(sw->refused);
	f = &sw->sent[0];
	assert_int_equal(f->len, len);
	assert_int_equal(f->byte[ETH], 0x47);
	assert_int_equal(f->byte[ETH + 1], 0x50);
	assert_int_equal(f->byte[ETH + 8], 64);
	assert_int_equal(checksum(f->byte + ETH, 28, 0), 0);
	assert_memory_equal(f->byte + ETH + 20, record, sizeof(record));
	assert_int_equal(f->byte[ETH + 28], 0);
}

/* RFC 3021: both addresses of a /31 are hosts. */
static void
test_two_hosts(void **state)
{
	static const struct {
		uint8_t place; /* 0: the netif's own address; 1: an alias */
		uint8_t own, host, len;
		bool answered;
	} pair[] = {
		{ 0, 128, 129, 31, true }, { 0, 129, 128, 31, true },
		{ 1, 129, 128, 31, true }, { 1, 128, 129, 31, true },
		{ 0, 129, 131, 30, false }, /* a broadcast address */
	};
	struct interface *i = &sw->router.interface[0];
	uint8_t own[4] = { 192, 0, 2 }, host[4] = { 192, 0, 2 };
	uint8_t body[64] = { 8 };

	(void)state;
	be16_store(body + 2, checksum(body, 64, 0));
	for (size_t n = 0; n < sizeof(pair) / sizeof(pair[0]); n++) {
		own[3] = pair[n].own;
		host[3] = pair[n].host;
		stack_addresses();
		i->address[0].addr = addr4(203, 0, 113, 1);
		i->address[pair[n].place].addr = addr4(192, 0, 2, own[3]);
		i->address[pair[n].place].len = pair[n].len;
		stack_lwip_ops.interface_changed(0);
		stack_give(0, frame, make_arp(frame, 1, host_mac, host, own));
		give(make_ip4(frame, host, own, 1, body, 64));
		assert_int_equal(
		    stack_count(is_echo_reply, NULL), pair[n].answered);
		assert_true(!pair[n].answered ||
			    memcmp(sw->sent[0].byte, host_mac, ETH_ALEN) == 0);
	}
}

#define ERROR_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, setup, stack_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ERROR_TEST(test_refused4),
		ERROR_TEST(test_refused6),
		ERROR_TEST(test_refused_far),
		ERROR_TEST(test_reassembly),
		ERROR_TEST(test_refused_in_pieces),
		ERROR_TEST(test_silence),
		ERROR_TEST(test_echo_options),
		ERROR_TEST(test_two_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
