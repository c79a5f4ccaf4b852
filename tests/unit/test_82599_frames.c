/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: tests/unit/i82599_fixture.c
 * libs: i82599
 */
/*
 * What the 82599 model makes of a frame that comes in: filters, tags, FCS, RSS
 * and checksums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"
#include "tests/unit/i82599_fixture.h"

enum { ONE_BUFFER = SRRCTL_DESCTYPE_ONE_BUFFER | 2, COUNT = 16 };

static int
friendly(void **state)
{
	*state = bench_new(true, 0);
	return 0;
}

static int
over(void **state)
{
	struct bench *b = *state;

	settle(b);
	if (b->violations)
		print_error("%s: %s\n", b->section, b->text);
	assert_int_equal(b->violations, 0);
	bench_free(b);
	return 0;
}

static void
vlan_tags_are_stripped_on_demand(void **state)
{
	struct bench *b = *state;
	uint8_t frame[100];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	some_frame(frame, sizeof(frame), 6);
	memcpy(frame + 12, (uint8_t[]){ 0x81, 0x00, 0x61, 0x23 }, 4);
	i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(rx_status(b, 0, 0), RXD_DD | RXD_EOP | RXD_VP);
	assert_int_equal(rx_length(b, 0, 0), 100);
	put(b, RXDCTL(0), get(b, RXDCTL(0)) | RXDCTL_VME);
	i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(rx_status(b, 0, 1), RXD_DD | RXD_EOP | RXD_VP);
	assert_int_equal(rx_length(b, 0, 1), 96);
	assert_int_equal(word(b, BENCH_RX_RING + 16 + 12) >> 16, 0x6123);
	assert_memory_equal(b->memory + rx_buffer(0, 1), frame, 12);
	assert_memory_equal(b->memory + rx_buffer(0, 1) + 12, frame + 16, 84);
}

static void
the_fcs_stays_on_demand(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	put(b, HLREG0, get(b, HLREG0) & ~HLREG0_RXCRCSTRP);
	put(b, RDRXCTL, get(b, RDRXCTL) & ~RDRXCTL_CRCSTRIP);
	memset(frame, 0xff, sizeof(frame));
	i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(rx_length(b, 0, 0), 64);
	/* The CRC-32 of 60 bytes of ones. */
	assert_int_equal(word(b, rx_buffer(0, 0) + 60), 0xf48cf14d);
}

static void
set_up_filters(struct bench *b)
{
	put(b, FCTRL, FCTRL_BAM);
	put(b, MCSTCTRL, MCSTCTRL_MFE);
	for (uint32_t n = 0; n < 128; n++) {
		put(b, MTA(n), n == 0x123 / 32 ? 1u << 0x123 % 32 : 0);
		put(b, PFUTA(n), n == 0x4ba / 32 ? 1u << 0x4ba % 32 : 0);
	}
	put(b, RAL(0), 2);
	put(b, RAH(0), RAH_AV | 0x0900);
	put(b, RAL(127), 2);
	put(b, RAH(127), RAH_AV | 0x0b00);
	put(b, RAL(3), 2);
	put(b, RAH(3), 0x0c00);
}

static void
filters_choose(void **state)
{
	static const struct {
		uint8_t mac[6];
		bool passes;
	} cases[] = {
		{ { 2, 0, 0, 0, 0, 9 }, true },   /* the first address */
		{ { 2, 0, 0, 0, 0, 10 }, false }, /* nobody's */
		{ { 2, 0, 0, 0, 0, 11 }, true },  /* address 127 */
		{ { 2, 0, 0, 0, 0, 12 }, false }, /* not valid */
		{ { 255, 255, 255, 255, 255, 255 }, true },
		{ { 1, 0, 0x5e, 0, 0x30, 0x12 }, true }, /* 0x123 in MTA */
		{ { 1, 0, 0x5e, 0, 0x40, 0x12 }, false },
		{ { 6, 0, 0, 0, 0xa0, 0x4b }, true }, /* 0x4ba in PFUTA */
	};
	struct bench *b = *state;
	uint8_t frame[60];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	set_up_filters(b);
	some_frame(frame, sizeof(frame), 7);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(frame, cases[i].mac, 6);
		i82599_receive(b->m, frame, sizeof(frame));
		assert_int_equal(get(b, GPRC), cases[i].passes);
	}
	/* The two tables are not exact. */
	assert_int_equal(rx_status(b, 0, 2) & RXD_PIF, 0);
	assert_int_equal(rx_status(b, 0, 3) & RXD_PIF, RXD_PIF);
	assert_int_equal(rx_status(b, 0, 4) & RXD_PIF, RXD_PIF);
	put(b, FCTRL, 0);
	memset(frame, 0xff, 6);
	i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(get(b, GPRC), 0);
}

static void
vlan_filter(void **state)
{
	struct bench *b = *state;
	uint8_t frame[64];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	for (uint32_t n = 0; n < 128; n++)
		put(b, VFTA(n), n == 3 ? 1u << 4 : 0);
	put(b, VLNCTRL, get(b, VLNCTRL) | VLNCTRL_VFE);
	some_frame(frame, sizeof(frame), 8);
	i82599_receive(b->m, frame, sizeof(frame)); /* untagged passes */
	memcpy(frame + 12, (uint8_t[]){ 0x81, 0, 0, 100 }, 4);
	i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(get(b, GPRC), 2);
	frame[15] = 101;
	i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(get(b, GPRC), 0);
}

/* Verification of the RSS hash: Microsoft's published table. */
static const uint8_t key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, //
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, //
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, //
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa, //
};

static const struct {
	struct flow flow;
	uint32_t addresses; /* the hash over these alone */
	uint32_t ports;
} verified[] = {
	{ { 4, 6, { 66, 9, 149, 187 }, { 161, 142, 100, 80 }, { 2794, 1766 },
	      0 },
	    0x323e8fc2, 0x51ccc178 },
	{ { 4, 6, { 199, 92, 111, 2 }, { 65, 69, 140, 83 }, { 14230, 4739 },
	      0 },
	    0xd718262a, 0xc626b0ea },
	{ { 4, 6, { 24, 19, 198, 95 }, { 12, 22, 207, 184 }, { 12898, 38024 },
	      0 },
	    0xd2d0a5de, 0x5c2b394a },
	{ { 4, 17, { 38, 27, 205, 30 }, { 209, 142, 163, 6 }, { 48228, 2217 },
	      5 },
	    0x82989176, 0xafc7327f },
	{ { 4, 17, { 153, 39, 163, 191 }, { 202, 188, 127, 2 }, { 44251, 1303 },
	      0 },
	    0x5d1809c5, 0x10e828a2 },
	{ { 6, 6,
	      { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0,
		  0, 0, 7 },
	      { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0,
		  0, 0, 1 },
	      { 2794, 1766 }, 0 },
	    0x2cc18cd5, 0x40207d3d },
	{ { 6, 17,
	      { 0x3f, 0xfe, 0x05, 0x01, 0x00, 0x08, 0, 0, 0x02, 0x60, 0x97,
		  0xff, 0xfe, 0x40, 0xef, 0xab },
	      { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 },
	      { 14230, 4739 }, 7 },
	    0x0f0c461c, 0xdde51bbf },
	{ { 6, 6,
	      { 0x3f, 0xfe, 0x19, 0x00, 0x45, 0x45, 0x00, 0x03, 0x02, 0x00,
		  0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf },
	      { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0x00, 0xf8, 0xff, 0xfe,
		  0x21, 0x67, 0xcf },
	      { 44251, 38024 }, 0 },
	    0x4b61e985, 0x02d1feef },
};

enum { VERIFIED = sizeof(verified) / sizeof(verified[0]) };

static void
set_up_rss(struct bench *b, uint32_t types)
{
	for (uint32_t i = 0; i < 10; i++) {
		uint32_t k;

		memcpy(&k, key + 4 * i, 4);
		put(b, RSSRK(i), k);
	}
	for (uint32_t i = 0; i < 32; i++) /* entry n: queue n modulo 16 */
		put(b, RETA(i), 0x03020100 + i % 4 * 0x04040404);
	put(b, MRQC, MRQE_RSS | types);
}

static void
expect_hash(struct bench *b, const struct flow *f, uint32_t hash, uint32_t type)
{
	uint8_t frame[200];
	uint32_t queue = hash % 16, count = 8;
	uint64_t ring = BENCH_RX_RING + queue * BENCH_RING_STRIDE;

	rx_queue(b, queue, count, ONE_BUFFER);
	i82599_receive(b->m, frame, flow_frame(frame, f, 30));
	assert_int_equal(word(b, ring + 4), hash);
	assert_int_equal(word(b, ring) & 15, type);
	put(b, RXDCTL(queue), 0);
	settle(b);
}

static void
rss_as_verified(void **state)
{
	struct bench *b = *state;

	set_up_rss(b, MRQC_RSS_IP4 | MRQC_RSS_TCP4 | MRQC_RSS_UDP4 |
			  MRQC_RSS_IP6 | MRQC_RSS_TCP6 | MRQC_RSS_UDP6);
	for (uint32_t i = 0; i < VERIFIED; i++) {
		const struct flow *f = &verified[i].flow;
		bool tcp = f->protocol == 6;

		expect_hash(b, f, verified[i].ports,
		    f->family == 4 ? (tcp ? 1 : 7) : (tcp ? 3 : 8));
	}
	put(b, MRQC, MRQE_RSS | MRQC_RSS_IP4 | MRQC_RSS_IP6);
	for (uint32_t i = 0; i < VERIFIED; i++)
		expect_hash(b, &verified[i].flow, verified[i].addresses,
		    verified[i].flow.family == 4 ? 2 : 5);
	put(b, MRQC, MRQE_RSS | MRQC_RSS_TCP4);
	expect_hash(b, &verified[4].flow, 0, 0); /* UDP */
}

/* A fragment is hashed by its addresses; its type says no L4. */
static void
fragments_hash_on_addresses(void **state)
{
	struct bench *b = *state;
	uint8_t frame[200];
	uint32_t len = flow_frame(frame, &verified[0].flow, 64);

	set_up_rss(b, MRQC_RSS_IP4 | MRQC_RSS_TCP4);
	rx_queue(b, 0x323e8fc2 % 16, 8, ONE_BUFFER);
	frame[14 + 6] = 0x20; /* more fragments */
	frame[14 + 10] ^= 0xff;
	i82599_receive(b->m, frame, len);
	assert_int_equal(
	    word(b, BENCH_RX_RING + 2 * BENCH_RING_STRIDE), TYPE_IPV4 | 2);
	assert_int_equal(
	    word(b, BENCH_RX_RING + 2 * BENCH_RING_STRIDE + 4), 0x323e8fc2);
	assert_int_equal(rx_status(b, 2, 0) & (RXD_IPCS | RXD_L4I), RXD_IPCS);
}

/* What the descriptor says of a flow's frame with one byte changed. */
static uint32_t
verdict_of(struct bench *b, const struct flow *f, uint32_t at, uint32_t index)
{
	uint8_t frame[200];
	uint32_t len = flow_frame(frame, f, 33);

	frame[at] ^= 0x40;
	i82599_receive(b->m, frame, len);
	return rx_status(b, 0, index) & ~(RXD_DD | RXD_EOP | RXD_VP);
}

static void
checksum_verdicts(void **state)
{
	struct bench *b = *state;
	uint32_t n = 0;

	rx_queue(b, 0, 32, ONE_BUFFER);
	for (uint32_t i = 0; i < VERIFIED; i++, n += 2) {
		const struct flow *f = &verified[i].flow;
		uint32_t ip = f->family == 4 ? RXD_IPCS : 0;
		uint32_t last = 14 + (f->tag ? 4 : 0) +
		                (f->family == 4 ? 20 : 40) +
		                (f->protocol == 6 ? 20 : 8) + 32;

		/* A MAC address is in no sum; the last byte is in L4's. */
		assert_int_equal(verdict_of(b, f, 5, n), ip | RXD_L4I);
		assert_int_equal(
		    verdict_of(b, f, last, n + 1), ip | RXD_L4I | RXD_L4E);
	}
	/* The TTL is in the header's sum alone. */
	assert_int_equal(verdict_of(b, &verified[0].flow, 14 + 8, n),
	    RXD_IPCS | RXD_IPE | RXD_L4I);
}

static void
packet_types(void **state)
{
	struct bench *b = *state;
	static const uint16_t types[] = {
		TYPE_IPV4 | TYPE_TCP,
		TYPE_IPV4 | TYPE_UDP,
		TYPE_IPV6 | TYPE_TCP,
		TYPE_IPV6 | TYPE_UDP,
	};
	static const uint32_t flows[] = { 0, 3, 5, 6 };
	uint8_t frame[200];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t len = flow_frame(frame, &verified[flows[i]].flow, 20);

		i82599_receive(b->m, frame, len);
		assert_int_equal(
		    word(b, BENCH_RX_RING + i * 16) & 0xffff, types[i]);
	}
	frame[14 + 4 + 6] = 60; /* a destination option of 16 bytes ... */
	frame[14 + 4 + 40] = 17;
	frame[14 + 4 + 41] = 1;
	i82599_receive(b->m, frame, 14 + 4 + 40 + 28);
	assert_int_equal(word(b, BENCH_RX_RING + 4 * 16) & 0xffff,
	    TYPE_IPV6 | TYPE_IPV6_EXTENSIONS | TYPE_UDP);
}

static void
sums_of_sctp_and_of_no_udp(void **state)
{
	struct bench *b = *state;
	struct flow f = { 4, 132, { 10 }, { 11 }, { 1, 2 }, 0 };
	uint8_t frame[200];
	uint32_t len = flow_frame(frame, &f, 25);
	uint32_t sum;

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	memset(frame + 34 + 8, 0, 4);
	sum = crc32c(frame + 34, len - 34);
	memcpy(frame + 34 + 8, &sum, 4);
	i82599_receive(b->m, frame, len);
	frame[50] ^= 1;
	i82599_receive(b->m, frame, len);
	len = flow_frame(frame, &verified[4].flow, 25);
	frame[34 + 6] = frame[34 + 7] = 0;
	i82599_receive(b->m, frame, len);
	assert_int_equal(
	    rx_status(b, 0, 0), RXD_DD | RXD_EOP | RXD_IPCS | RXD_L4I);
	assert_int_equal(rx_status(b, 0, 1),
	    RXD_DD | RXD_EOP | RXD_IPCS | RXD_L4I | RXD_L4E);
	assert_int_equal(rx_status(b, 0, 2), RXD_DD | RXD_EOP | RXD_IPCS);
	/* RFC 3720, B.4: 32 bytes of zeros. */
	assert_int_equal(crc32c((uint8_t[32]){ 0 }, 32), 0x8a9136aa);
}

int
main(void)
{
#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, friendly, over)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(vlan_tags_are_stripped_on_demand),
		BENCH_TEST(the_fcs_stays_on_demand),
		BENCH_TEST(filters_choose),
		BENCH_TEST(vlan_filter),
		BENCH_TEST(rss_as_verified),
		BENCH_TEST(fragments_hash_on_addresses),
		BENCH_TEST(checksum_verdicts),
		BENCH_TEST(packet_types),
		BENCH_TEST(sums_of_sctp_and_of_no_udp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
