/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: tests/unit/i82599_fixture.c
 * libs: i82599
 */
/*
 * The 82599 model's rings: what comes in and goes out, in which descriptors,
 * and what is counted. Filters, RSS and checksums of what comes in are in
 * test_82599_frames.c, offloads of what goes out in test_82599_offload.c, the
 * rules in test_82599_rules.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
a_frame_arrives(void **state)
{
	struct bench *b = *state;
	uint8_t frame[200];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	some_frame(frame, sizeof(frame), 1);
	i82599_receive(b->m, frame, sizeof(frame));
	settle(b);
	assert_int_equal(rx_status(b, 0, 0), RXD_DD | RXD_EOP);
	assert_int_equal(rx_length(b, 0, 0), sizeof(frame));
	assert_memory_equal(b->memory + rx_buffer(0, 0), frame, sizeof(frame));
	assert_int_equal(rx_status(b, 0, 1), 0);
	assert_int_equal(get(b, RDH(0)), 1);
}

static void
a_long_frame_takes_several_descriptors(void **state)
{
	struct bench *b = *state;
	uint8_t frame[9724];

	put(b, HLREG0, get(b, HLREG0) | HLREG0_JUMBOEN);
	put(b, MAXFRS, 9728u << 16);
	rx_queue(b, 0, COUNT, ONE_BUFFER);
	some_frame(frame, sizeof(frame), 2);
	i82599_receive(b->m, frame, sizeof(frame));
	settle(b);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(rx_status(b, 0, i), RXD_DD);
		assert_int_equal(rx_length(b, 0, i), 2048);
		assert_memory_equal(
		    b->memory + rx_buffer(0, i), frame + i * 2048, 2048);
	}
	assert_int_equal(rx_status(b, 0, 4), RXD_DD | RXD_EOP);
	assert_int_equal(rx_length(b, 0, 4), sizeof(frame) - 4 * 2048);
	assert_int_equal(get(b, PRC1522), 1);
	assert_int_equal(get(b, GPRC), 1);
	assert_int_equal(get(b, GORCL), sizeof(frame) + 4);
}

static void
too_long_and_too_short_frames_are_counted(void **state)
{
	struct bench *b = *state;
	uint8_t frame[1600];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	some_frame(frame, sizeof(frame), 3);
	i82599_receive(b->m, frame, 1515);
	i82599_receive(b->m, frame, 59);
	i82599_receive(b->m, frame, 1514);
	i82599_receive(b->m, frame, 60);
	frame[12] = 0x81; /* a tag is four bytes more */
	frame[13] = 0x00;
	i82599_receive(b->m, frame, 1518);
	i82599_receive(b->m, frame, 1519);
	assert_int_equal(get(b, ROC), 2);
	assert_int_equal(get(b, RUC), 1);
	assert_int_equal(get(b, TPR), 6);
	assert_int_equal(get(b, RXNFGPC), 3);
	assert_int_equal(get(b, GPRC), 3);
	assert_int_equal(get(b, PRC64), 1);
	assert_int_equal(get(b, PRC1522), 2);
	assert_int_equal(get(b, BPRC), 3);
	assert_int_equal(get(b, TPR), 0); /* cleared by the read */
	put(b, FCTRL, get(b, FCTRL) | FCTRL_SBP);
	i82599_receive(b->m, frame, 59);
	assert_int_equal(
	    rx_status(b, 0, 3) & (RXD_RXE | RXD_DD), RXD_RXE | RXD_DD);
}

static void
without_descriptors_frames_wait_or_drop(void **state)
{
	struct bench *b = *state;
	uint8_t frame[100];

	rx_queue(b, 0, 8, ONE_BUFFER);
	some_frame(frame, sizeof(frame), 4);
	for (uint32_t i = 0; i < 9; i++) {
		frame[20] = (uint8_t)i;
		assert_int_equal(i82599_can_receive(b->m), i < 7);
		i82599_receive(b->m, frame, sizeof(frame));
	}
	assert_int_equal(get(b, QPRC(0)), 7);
	assert_int_equal(get(b, QPRDC(0)), 0);
	b->ready = 0;
	rx_refill(b, 0, 7, 7, 8);
	settle(b);
	assert_int_equal(b->ready, 1);
	assert_int_equal(get(b, QPRC(0)), 2);
	assert_int_equal(b->memory[rx_buffer(0, 7) + 20], 7);
	assert_int_equal(b->memory[rx_buffer(0, 0) + 20], 8);
	/* Five are left. */
	put(b, SRRCTL(0), ONE_BUFFER | SRRCTL_DROP_EN);
	for (uint32_t i = 0; i < 9; i++)
		i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(get(b, QPRC(0)), 5);
	assert_int_equal(get(b, QPRDC(0)), 4);
	assert_int_equal(get(b, RXMPC(0)), 0);
}

/* The wire waits for room, but not for ever. */
static void
a_small_ring_keeps_no_wire_waiting(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	put(b, MAXFRS, 9728u << 16);
	put(b, HLREG0, get(b, HLREG0) | HLREG0_JUMBOEN);
	rx_queue(b, 0, 8, SRRCTL_DESCTYPE_ONE_BUFFER | 1);
	assert_true(i82599_can_receive(b->m));
	some_frame(frame, sizeof(frame), 20);
	i82599_receive(b->m, frame, sizeof(frame));
	settle(b);
	assert_true(rx_status(b, 0, 0) & RXD_DD);
	assert_false(i82599_can_receive(b->m));
	rx_refill(b, 0, 7, 1, 8);
	settle(b);
	assert_true(i82599_can_receive(b->m));
}

static void
a_full_packet_buffer_misses_frames(void **state)
{
	struct bench *b = *state;
	uint8_t frame[1514];

	put(b, RXPBSIZE(0), 32 << 10);
	rx_queue(b, 0, 8, ONE_BUFFER);
	some_frame(frame, sizeof(frame), 5);
	for (uint32_t i = 0; i < 7 + 21 + 3; i++) {
		frame[20] = (uint8_t)i;
		i82599_receive(b->m, frame, sizeof(frame));
	}
	assert_int_equal(get(b, RXMPC(0)), 3);
	assert_int_equal(get(b, GPRC), 31);
	for (uint32_t i = 0; i < 21; i += 7) {
		rx_refill(b, 0, (7 + i) % 8, 7, 8);
		settle(b);
		assert_int_equal(
		    b->memory[rx_buffer(0, (7 + i) % 8) + 20], 7 + i);
	}
	assert_int_equal(get(b, QPRC(0)), 7 + 21);
}

static void
a_frame_leaves(void **state)
{
	struct bench *b = *state;
	uint8_t frame[200], zero[18] = { 0 };

	tx_queue(b, 0, COUNT, 0);
	some_frame(frame, sizeof(frame), 9);
	tx_frame_at(b, 0, 0, frame, sizeof(frame));
	settle(b);
	assert_int_equal(b->sent_count, 1);
	assert_int_equal(b->sent[0].len, sizeof(frame));
	assert_memory_equal(b->sent[0].bytes, frame, sizeof(frame));
	assert_true(tx_done(b, 0, 0));
	assert_int_equal(get(b, TDH(0)), 1);
	tx_frame_at(b, 0, 1, frame, 42);
	settle(b);
	assert_int_equal(b->sent[1].len, 60);
	assert_memory_equal(b->sent[1].bytes, frame, 42);
	assert_memory_equal(b->sent[1].bytes + 42, zero, 18);
	assert_int_equal(get(b, GPTC), 2);
	assert_int_equal(get(b, PTC64), 1);
	assert_int_equal(get(b, PTC255), 1);
	assert_int_equal(get(b, GOTCL), 204 + 64);
	assert_int_equal(get(b, BPTC), 2);
}

static void
nothing_happens_inside_a_tail_write(void **state)
{
	struct bench *b = *state;
	struct bench *peer = bench_new(false, 1);
	uint8_t frame[60];

	some_frame(frame, sizeof(frame), 10);
	tx_queue(peer, 0, COUNT, 0);
	tx_frame_at(peer, 0, 0, frame, sizeof(frame));
	assert_int_equal(peer->sent_count, 0);
	settle(peer);
	assert_int_equal(peer->sent_count, 1);
	bench_free(peer);
	assert_int_equal(b->sent_count, 0);
}

/* A packet from three buffers across the end of the ring, RS on the last. */
static void
a_packet_of_several_buffers(void **state)
{
	enum { DATA = TXD_DEXT | TXD_DTYP_DATA | TXD_IFCS };
	struct bench *b = *state;
	uint8_t frame[300];

	tx_queue(b, 0, 8, 0);
	some_frame(frame, sizeof(frame), 11);
	for (uint32_t i = 0; i < 7; i++)
		tx_frame_at(b, 0, i, frame, 60);
	settle(b);
	memcpy(b->memory + BENCH_TX_BUFFERS, frame, 300);
	tx_descriptor(b, 0, 7, BENCH_TX_BUFFERS, DATA | 14, 300u << 14);
	tx_descriptor(b, 0, 0, BENCH_TX_BUFFERS + 14, DATA | 100, 0);
	put(b, TDT(0), 1);
	settle(b);
	assert_int_equal(b->sent_count, 7); /* the end is missing */
	tx_descriptor(
	    b, 0, 1, BENCH_TX_BUFFERS + 114, DATA | TXD_EOP | TXD_RS | 186, 0);
	put(b, TDT(0), 2);
	settle(b);
	assert_int_equal(b->sent_count, 8);
	assert_int_equal(b->sent[7].len, 300);
	assert_memory_equal(b->sent[7].bytes, frame, 300);
	assert_false(tx_done(b, 0, 7));
	assert_true(tx_done(b, 0, 1));
}

static void
legacy_descriptors(void **state)
{
	struct bench *b = *state;
	uint8_t frame[100];

	some_frame(frame, sizeof(frame), 12);
	frame[50] = frame[51] = 0;
	tx_queue(b, 0, COUNT, 0);
	memcpy(b->memory + BENCH_TX_BUFFERS, frame, sizeof(frame));
	tx_descriptor(b, 0, 0, BENCH_TX_BUFFERS,
	    TXD_EOP | TXD_IFCS | TXD_RS | TXD_VLE | TXD_IC |
		50 << TXD_CSO_SHIFT | 100,
	    0x2abc0000 | 34 << 8);
	put(b, TDT(0), 1);
	settle(b);
	assert_true(tx_done(b, 0, 0));
	assert_int_equal(b->sent[0].len, 104);
	assert_memory_equal(
	    b->sent[0].bytes + 12, ((uint8_t[]){ 0x81, 0x00, 0x2a, 0xbc }), 4);
	/* 7.1.6.1, received as legacy too */
	rx_queue(b, 0, COUNT, SRRCTL_DESCTYPE_LEGACY | 2);
	put(b, RXDCTL(0), get(b, RXDCTL(0)) | RXDCTL_VME);
	i82599_receive(b->m, b->sent[0].bytes, 104);
	assert_int_equal(word(b, BENCH_RX_RING), rx_buffer(0, 0));
	assert_int_equal(word(b, BENCH_RX_RING + 8), 100);
	assert_int_equal(word(b, BENCH_RX_RING + 12),
	    0x2abc0000 | RXD_DD | RXD_EOP | RXD_VP);
	assert_memory_equal(b->memory + rx_buffer(0, 0), frame, 50);
}

/* 7.2.3.2.2: a descriptor without bytes sends nothing, and is done all the
 * same. Drivers that share one ring's indices among ports rely on it. */
static void
null_descriptors(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	some_frame(frame, sizeof(frame), 19);
	tx_queue(b, 0, COUNT, 0);
	tx_descriptor(b, 0, 0, BENCH_TX_BUFFERS, TXD_EOP | TXD_IFCS, 0);
	tx_descriptor(b, 0, 1, BENCH_TX_BUFFERS,
	    TXD_DEXT | TXD_DTYP_DATA | TXD_EOP | TXD_RS, 0);
	put(b, TDT(0), 2);
	settle(b);
	assert_int_equal(b->sent_count, 0);
	assert_int_equal(get(b, TDH(0)), 2);
	assert_true(tx_done(b, 0, 1));
	tx_frame_at(b, 0, 2, frame, sizeof(frame));
	settle(b);
	assert_int_equal(b->sent_count, 1);
}

static void
wthresh_waits_for_the_throttle(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	some_frame(frame, sizeof(frame), 13);
	tx_queue(b, 0, COUNT, 4u << 16 | 1 << 8 | 32);
	for (uint32_t i = 0; i < 3; i++)
		tx_frame_at(b, 0, i, frame, sizeof(frame));
	settle(b);
	assert_int_equal(b->sent_count, 3);
	assert_int_equal(get(b, TDH(0)), 3);
	assert_false(tx_done(b, 0, 0)); /* EITR is 0: no end of the wait */
	tx_frame_at(b, 0, 3, frame, sizeof(frame));
	settle(b);
	for (uint32_t i = 0; i < 4; i++)
		assert_true(tx_done(b, 0, i));
	put(b, IVAR(0), (IVAR_VALID | 5) << 8);
	put(b, EITR(5), 100 << 3);
	tx_frame_at(b, 0, 4, frame, sizeof(frame));
	assert_false(tx_done(b, 0, 4));
	settle(b);
	assert_true(tx_done(b, 0, 4));
}

static void
head_write_back(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	some_frame(frame, sizeof(frame), 14);
	put(b, TDWBAL(3), 0x8000 | TDWBAL_HEAD_WB_EN);
	put(b, TDWBAH(3), 0);
	tx_queue(b, 3, COUNT, 0);
	tx_frame_at(b, 3, 0, frame, sizeof(frame));
	tx_frame_at(b, 3, 1, frame, sizeof(frame));
	settle(b);
	assert_int_equal(word(b, 0x8000), 2);
	assert_false(tx_done(b, 3, 0));
}

static void
a_queue_stops_and_starts_again(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	some_frame(frame, sizeof(frame), 15);
	rx_queue(b, 0, COUNT, ONE_BUFFER);
	tx_queue(b, 0, COUNT, 0);
	i82599_receive(b->m, frame, sizeof(frame));
	tx_frame_at(b, 0, 0, frame, sizeof(frame));
	settle(b);
	put(b, RXDCTL(0), 0);
	put(b, TXDCTL(0), TXDCTL_SWFLSH);
	settle(b);
	assert_int_equal(get(b, RXDCTL(0)), 0);
	assert_int_equal(get(b, TXDCTL(0)), 0);
	i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(get(b, QPRDC(0)), 1);
	rx_queue(b, 0, COUNT, ONE_BUFFER);
	tx_queue(b, 0, COUNT, 0);
	i82599_receive(b->m, frame, sizeof(frame));
	tx_frame_at(b, 0, 0, frame, sizeof(frame));
	settle(b);
	assert_int_equal(b->sent_count, 2);
	assert_true(rx_status(b, 0, 0) & RXD_DD);
}

static void
high_queues_and_their_counters(void **state)
{
	struct bench *b = *state;
	uint8_t frame[100];

	/* 8.2.3.23: queue 77 counts in set 9 */
	put(b, TQSM(77 / 4), 9u << 77 % 4 * 8);
	tx_queue(b, 77, COUNT, 0);
	some_frame(frame, sizeof(frame), 16);
	tx_frame_at(b, 77, 0, frame, sizeof(frame));
	settle(b);
	assert_true(tx_done(b, 77, 0));
	assert_int_equal(get(b, QPTC(9)), 1);
	assert_int_equal(get(b, QBTC_L(9)), 100);
	assert_int_equal(get(b, QPTC(0)), 0);
}

static void
without_a_link_nothing_leaves(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	some_frame(frame, sizeof(frame), 17);
	rx_queue(b, 0, COUNT, ONE_BUFFER);
	tx_queue(b, 0, COUNT, 0);
	i82599_set_link(b->m, false);
	tx_frame_at(b, 0, 0, frame, sizeof(frame));
	i82599_receive(b->m, frame, sizeof(frame));
	settle(b);
	assert_int_equal(b->sent_count, 0);
	assert_false(tx_done(b, 0, 0));
	assert_int_equal(get(b, GPRC), 0);
	i82599_set_link(b->m, true);
	settle(b);
	assert_int_equal(b->sent_count, 1);
	assert_true(tx_done(b, 0, 0));
}

static void
loopback_turns_frames_round(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	some_frame(frame, sizeof(frame), 18);
	rx_queue(b, 0, COUNT, ONE_BUFFER);
	tx_queue(b, 0, COUNT, 0);
	put(b, HLREG0, get(b, HLREG0) | HLREG0_LPBK);
	tx_frame_at(b, 0, 0, frame, sizeof(frame));
	settle(b);
	assert_int_equal(b->sent_count, 0);
	assert_true(rx_status(b, 0, 0) & RXD_DD);
	assert_memory_equal(b->memory + rx_buffer(0, 0), frame, 60);
}

int
main(void)
{
#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, friendly, over)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(a_frame_arrives),
		BENCH_TEST(a_long_frame_takes_several_descriptors),
		BENCH_TEST(too_long_and_too_short_frames_are_counted),
		BENCH_TEST(without_descriptors_frames_wait_or_drop),
		BENCH_TEST(a_small_ring_keeps_no_wire_waiting),
		BENCH_TEST(a_full_packet_buffer_misses_frames),
		BENCH_TEST(a_frame_leaves),
		BENCH_TEST(nothing_happens_inside_a_tail_write),
		BENCH_TEST(a_packet_of_several_buffers),
		BENCH_TEST(legacy_descriptors),
		BENCH_TEST(null_descriptors),
		BENCH_TEST(wthresh_waits_for_the_throttle),
		BENCH_TEST(head_write_back),
		BENCH_TEST(a_queue_stops_and_starts_again),
		BENCH_TEST(high_queues_and_their_counters),
		BENCH_TEST(without_a_link_nothing_leaves),
		BENCH_TEST(loopback_turns_frames_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
