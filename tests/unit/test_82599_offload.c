/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: tests/unit/i82599_fixture.c
 * libs: i82599
 */
/*
 * What the 82599 model does to a packet on its way out: checksums, tags and
 * segmentation. Its own receiver is the judge of the sums, which
 * test_82599_frames.c has judged.
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

enum {
	DATA = TXD_DEXT | TXD_DTYP_DATA | TXD_IFCS,
	CONTEXT = TXD_DEXT | TXD_DTYP_CTXT,
};

/* A context descriptor at `index`, of a flow's frame. */
static void
context(struct bench *b, uint32_t index, const struct flow *f, uint32_t slot,
    uint32_t mss)
{
	bool tcp = f->protocol == 6;
	uint32_t iplen = f->family == 4 ? 20 : 40;
	uint32_t l4len = tcp ? 20 : 8;

	tx_descriptor(b, 0, index, (uint32_t)f->tag << 16 | 14 << 9 | iplen,
	    CONTEXT | (f->family == 4 ? CTXT_IPV4 : 0) | (tcp ? 1 : 0) << 11,
	    mss << 16 | l4len << 8 | slot << 4);
}

/* The frame in one buffer, with sums that hardware has to finish. Returns the
 * length of its headers. */
static uint32_t
unfinished(uint8_t *frame, const struct flow *f, uint32_t l4_length)
{
	uint32_t ip = 14, iplen = f->family == 4 ? 20 : 40;
	uint32_t l4 = ip + iplen, addresses = f->family == 4 ? 8 : 32;
	uint32_t at = l4 + (f->protocol == 6 ? 16 : 6);
	uint32_t sum = sum16(
	    frame + l4 - addresses, addresses, f->protocol + l4_length);

	frame[at] = (uint8_t)(sum >> 8);
	frame[at + 1] = (uint8_t)sum;
	if (f->family == 4)
		frame[ip + 10] = frame[ip + 11] = 0x55;
	return l4 + (f->protocol == 6 ? 20 : 8);
}

static const struct flow flows[] = {
	{ 4, 6, { 10, 1 }, { 10, 2 }, { 1000, 80 }, 0 },
	{ 4, 17, { 10, 3 }, { 10, 4 }, { 1001, 53 }, 0 },
	{ 6, 6, { 0x20, 1, 2 }, { 0x20, 1, 3 }, { 1002, 81 }, 0 },
	{ 6, 17, { 0x20, 1, 4 }, { 0x20, 1, 5 }, { 1003, 54 }, 0 },
};

enum { FLOWS = sizeof(flows) / sizeof(flows[0]) };

/* Gives a sent frame to the receiver and returns its verdict. */
static uint32_t
verdict(struct bench *b, const struct bench_frame *f)
{
	static const uint32_t mask = RXD_IPCS | RXD_IPE | RXD_L4I | RXD_L4E;
	uint32_t index = get(b, RDH(0));

	i82599_receive(b->m, f->bytes, f->len);
	assert_true(rx_status(b, 0, index) & RXD_DD);
	rx_refill(b, 0, (index + COUNT - 1) % COUNT, 1, COUNT);
	settle(b);
	return rx_status(b, 0, index) & mask;
}

static void
checksums_are_inserted(void **state)
{
	struct bench *b = *state;
	uint8_t frame[400], want[400];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	tx_queue(b, 0, COUNT, 0);
	for (uint32_t i = 0; i < FLOWS; i++) {
		uint32_t len = flow_frame(frame, &flows[i], 77);

		memcpy(want, frame, len);
		unfinished(
		    frame, &flows[i], (flows[i].protocol == 6 ? 20 : 8) + 77);
		memcpy(b->memory + BENCH_TX_BUFFERS, frame, len);
		context(b, 2 * i, &flows[i], i % 2, 0);
		tx_descriptor(b, 0, 2 * i + 1, BENCH_TX_BUFFERS,
		    DATA | TXD_EOP | TXD_RS | len,
		    len << 14 | TXD_IXSM | TXD_TXSM | i % 2 << 4);
		put(b, TDT(0), 2 * i + 2);
		settle(b);
		assert_true(tx_done(b, 0, 2 * i + 1));
		assert_int_equal(b->sent[i].len, len);
		assert_memory_equal(b->sent[i].bytes, want, len);
	}
}

/* The two contexts of a queue stay until they are given anew. */
static void
contexts_stay(void **state)
{
	struct bench *b = *state;
	uint8_t frame[400];
	uint32_t n = 2;

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	tx_queue(b, 0, COUNT, 0);
	context(b, 0, &flows[0], 0, 0);
	context(b, 1, &flows[3], 1, 0);
	for (uint32_t i = 0; i < 6; i++, n++) {
		const struct flow *f = &flows[i % 2 ? 3 : 0];
		uint32_t l4 = (f->protocol == 6 ? 20 : 8) + 60;
		uint32_t len = flow_frame(frame, f, 60);
		uint64_t buffer = BENCH_TX_BUFFERS + i * BENCH_BUFFER;

		unfinished(frame, f, l4);
		memcpy(b->memory + buffer, frame, len);
		tx_descriptor(b, 0, n, buffer, DATA | TXD_EOP | TXD_RS | len,
		    len << 14 | TXD_IXSM | TXD_TXSM | i % 2 << 4);
	}
	put(b, TDT(0), n);
	settle(b);
	assert_int_equal(b->sent_count, 6);
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(
		    verdict(b, &b->sent[i]), RXD_L4I | (i % 2 ? 0 : RXD_IPCS));
}

/* RFC 768: no UDP sum is zero on the wire. */
static void
a_udp_sum_of_zero(void **state)
{
	struct bench *b = *state;
	const struct flow *f = &flows[1];
	uint8_t frame[200];
	uint32_t len = flow_frame(frame, f, 30);
	uint32_t sum, at = 14 + 20 + 6;

	/* The payload's first two bytes take up what is left of the sum. */
	sum = (uint32_t)frame[at + 2] << 8 | frame[at + 3];
	sum += (uint32_t)frame[at] << 8 | frame[at + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	frame[at + 2] = (uint8_t)(sum >> 8);
	frame[at + 3] = (uint8_t)sum;
	unfinished(frame, f, 38);
	memcpy(b->memory + BENCH_TX_BUFFERS, frame, len);
	tx_queue(b, 0, COUNT, 0);
	context(b, 0, f, 0, 0);
	tx_descriptor(b, 0, 1, BENCH_TX_BUFFERS, DATA | TXD_EOP | TXD_RS | len,
	    len << 14 | TXD_IXSM | TXD_TXSM);
	put(b, TDT(0), 2);
	settle(b);
	assert_int_equal(b->sent[0].bytes[at], 0xff);
	assert_int_equal(b->sent[0].bytes[at + 1], 0xff);
}

static void
tags_are_inserted(void **state)
{
	struct bench *b = *state;
	struct flow f = flows[0];
	uint8_t frame[60];

	f.tag = 0x5123;
	some_frame(frame, sizeof(frame), 1);
	tx_queue(b, 0, COUNT, 0);
	memcpy(b->memory + BENCH_TX_BUFFERS, frame, 50);
	context(b, 0, &f, 0, 0);
	tx_descriptor(b, 0, 1, BENCH_TX_BUFFERS,
	    DATA | TXD_EOP | TXD_RS | TXD_VLE | 50, 50 << 14);
	put(b, TDT(0), 2);
	settle(b);
	assert_int_equal(b->sent[0].len, 60);
	assert_memory_equal(b->sent[0].bytes, frame, 12);
	assert_memory_equal(
	    b->sent[0].bytes + 12, ((uint8_t[]){ 0x81, 0x00, 0x51, 0x23 }), 4);
	assert_memory_equal(b->sent[0].bytes + 16, frame + 12, 38);
}

/* One large packet of a flow, cut by the device. Returns its headers. */
static uint32_t
send_large(struct bench *b, const struct flow *f, uint32_t payload,
    uint32_t mss, uint8_t *frame)
{
	uint32_t len = flow_frame(frame, f, payload);
	uint32_t header = unfinished(frame, f, 0);

	if (f->family == 4)
		frame[14 + 4] = 0x12; /* the identification: 0x12ff */
	if (f->family == 4)
		frame[14 + 5] = 0xff;
	if (f->protocol == 6)
		frame[header - 20 + 13] = 0x99; /* CWR ACK PSH FIN */
	memcpy(b->memory + BENCH_TX_BUFFERS, frame, len);
	context(b, 0, f, 0, mss);
	/* In two buffers, the first ends within the payload. */
	tx_descriptor(b, 0, 1, BENCH_TX_BUFFERS,
	    DATA | TXD_TSE | (header + 100),
	    payload << 14 | TXD_IXSM | TXD_TXSM);
	tx_descriptor(b, 0, 2, BENCH_TX_BUFFERS + header + 100,
	    DATA | TXD_TSE | TXD_EOP | TXD_RS | (len - header - 100), 0);
	put(b, TDT(0), 3);
	settle(b);
	assert_true(tx_done(b, 0, 2));
	return header;
}

static uint32_t
big(const uint8_t *bytes, uint32_t n)
{
	uint32_t v = 0;

	for (uint32_t i = 0; i < n; i++)
		v = v << 8 | bytes[i];
	return v;
}

static void
expect_segment(struct bench *b, const struct flow *f, uint32_t header,
    uint32_t i, uint32_t payload)
{
	const struct bench_frame *s = &b->sent[i];
	bool last = payload < 1000;

	assert_int_equal(s->len, header + payload);
	assert_int_equal(
	    verdict(b, s), RXD_L4I | (f->family == 4 ? RXD_IPCS : 0));
	if (f->family == 4)
		assert_int_equal(big(s->bytes + 18, 2), 0x12ff + i);
	if (f->protocol != 6)
		return;
	assert_int_equal(big(s->bytes + header - 16, 4), 1000 * i);
	/* FIN and PSH in the last, CWR in the first */
	assert_int_equal(s->bytes[header - 20 + 13],
	    0x10 | (last ? 0x09 : 0) | (i == 0 ? 0x80 : 0));
}

static void
large_packets_are_cut(void **state)
{
	struct bench *b = *state;
	static uint8_t frame[16384];

	put(b, DTXTCPFLGL, 0x0f760ff6); /* CWR only in the first */
	rx_queue(b, 0, COUNT, ONE_BUFFER);
	for (uint32_t i = 0; i < FLOWS; i++) {
		uint32_t header, done = 0;

		tx_queue(b, 0, COUNT, 0);
		b->sent_count = 0;
		header = send_large(b, &flows[i], 5321, 1000, frame);
		assert_int_equal(b->sent_count, 6);
		for (uint32_t n = 0; n < 6; n++) {
			uint32_t part = n < 5 ? 1000 : 321;

			expect_segment(b, &flows[i], header, n, part);
			assert_memory_equal(b->sent[n].bytes + header,
			    frame + header + done, part);
			done += part;
		}
		put(b, TXDCTL(0), 0);
		settle(b);
	}
}

/* A packet that fits keeps all its flags. */
static void
a_single_segment(void **state)
{
	struct bench *b = *state;
	static uint8_t frame[16384];
	uint32_t header;

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	tx_queue(b, 0, COUNT, 0);
	header = send_large(b, &flows[2], 900, 1000, frame);
	assert_int_equal(b->sent_count, 1);
	assert_int_equal(b->sent[0].bytes[header - 20 + 13], 0x99);
	assert_int_equal(verdict(b, &b->sent[0]), RXD_L4I);
}

int
main(void)
{
#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, friendly, over)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(checksums_are_inserted),
		BENCH_TEST(contexts_stay),
		BENCH_TEST(a_udp_sum_of_zero),
		BENCH_TEST(tags_are_inserted),
		BENCH_TEST(large_packets_are_cut),
		BENCH_TEST(a_single_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
