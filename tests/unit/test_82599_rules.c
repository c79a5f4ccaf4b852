/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: tests/unit/i82599_fixture.c
 * libs: i82599
 */
/*
 * The police of the 82599 model, each rule broken once; and the hostile model:
 * whatever it delays, nothing is lost, changed or out of order.
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

enum { DATA = TXD_DEXT | TXD_DTYP_DATA | TXD_IFCS | TXD_EOP | TXD_RS };

static int
strict(void **state)
{
	*state = bench_new(true, 0);
	return 0;
}

static int
over(void **state)
{
	struct bench *b = *state;

	settle(b);
	bench_free(b);
	return 0;
}

static void
expect(struct bench *b, const char *section, const char *word_of_it)
{
	settle(b);
	assert_int_equal(b->violations, 1);
	assert_string_equal(b->section, section);
	assert_non_null(strstr(b->text, word_of_it));
	b->violations = 0;
}

static void
rings_must_be_aligned(void **state)
{
	struct bench *b = *state;

	put(b, RDBAL(1), 0x11040);
	put(b, RDLEN(1), 256);
	put(b, SRRCTL(1), ONE_BUFFER);
	put(b, RXDCTL(1), RXDCTL_ENABLE);
	expect(b, "8.2.3.8.1", "not aligned");
	put(b, TDBAL(1), 0x21000);
	put(b, TDLEN(1), 264);
	put(b, TXDCTL(1), TXDCTL_ENABLE);
	expect(b, "8.2.3.9.7", "multiple of 128");
	put(b, TDLEN(2), 256);
	put(b, TXDCTL(2), TXDCTL_ENABLE);
	expect(b, "8.2.3.9.5", "without a base");
}

static void
tails_stay_in_the_ring(void **state)
{
	struct bench *b = *state;

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	put(b, RDT(0), COUNT);
	expect(b, "8.2.3.8.5", "tail 16");
	put(b, RDT(0), 3); /* all 15 were handed over */
	expect(b, "8.2.3.8.5", "moved back");
	put(b, RDT(0), COUNT - 1);
	settle(b);
	tx_queue(b, 0, COUNT, 0);
	put(b, TDT(0), 200);
	expect(b, "8.2.3.9.9", "tail 200");
	put(b, TDBAL(0), 0x30000);
	expect(b, "8.2.3.9.5", "enabled queue");
	put(b, RDH(0), 1);
	expect(b, "8.2.3.8.4", "enabled queue");
	assert_int_equal(get(b, RDH(0)), 0);
	put(b, TDBAL(5), 0x21000);
	put(b, TDLEN(5), 256);
	put(b, TDT(5), 1);
	tx_descriptor(b, 5, 0, 0x100000, DATA | 60, 60 << 14);
	b->violations = 0;
	put(b, TXDCTL(5), TXDCTL_ENABLE);
	settle(b);
	assert_string_equal(b->section, "4.6.8");
}

/* Not a rule's breach: what is written is there already, or a queue that has
 * done nothing yet begins elsewhere. */
static void
heads_move_before_work(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];
	uint32_t ready;

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	put(b, RXDCTL(0), 0);
	settle(b);
	put(b, RXDCTL(0), RXDCTL_ENABLE); /* as it was: it fetches at once */
	settle(b);
	put(b, RDH(0), 3);
	settle(b);
	assert_false(i82599_can_receive(b->m));
	ready = b->ready;
	rx_refill(b, 0, 3, COUNT - 1, COUNT);
	put(b, RDBAL(0), get(b, RDBAL(0)));
	put(b, RDLEN(0), get(b, RDLEN(0)));
	some_frame(frame, sizeof(frame), 6);
	settle(b);
	assert_int_equal(b->ready, ready + 1); /* or the wire waits for ever */
	i82599_receive(b->m, frame, sizeof(frame));
	settle(b);
	assert_true(rx_status(b, 0, 3) & RXD_DD);
	put(b, RDH(0), 4);
	assert_int_equal(b->violations, 0);
	put(b, RDH(0), 3);
	expect(b, "8.2.3.8.4", "enabled queue");
	tx_queue(b, 0, COUNT, 0);
	put(b, TDH(0), 8);
	put(b, TDT(0), 8);
	tx_frame_at(b, 0, 8, frame, sizeof(frame));
	settle(b);
	assert_int_equal(b->sent_count, 1);
	assert_int_equal(b->violations, 0);
	put(b, TDH(0), COUNT);
	expect(b, "8.2.3.9.8", "enabled queue");
}

/* 4.6.7 ends with what may come after RXEN. */
static void
set_up_ends_with_work(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	put(b, CTRL_EXT, 0);
	rx_queue(b, 1, COUNT, ONE_BUFFER);
	rx_queue(b, 0, COUNT, ONE_BUFFER);
	put(b, DCA_RXCTRL(0), DCA_RXCTRL_ZERO);
	some_frame(frame, sizeof(frame), 7);
	i82599_receive(b->m, frame, sizeof(frame));
	settle(b);
	assert_int_equal(b->violations, 0);
	put(b, CTRL_EXT, CTRL_EXT_NS_DIS);
	rx_refill(b, 0, COUNT - 1, 1, COUNT);
	expect(b, "8.2.3.11.1", "bit 12");
	i82599_receive(b->m, frame, sizeof(frame));
	rx_refill(b, 0, 0, 1, COUNT);
	settle(b);
	assert_int_equal(b->violations, 0); /* told once */
	put(b, CTRL_EXT, 0);
	put(b, DCA_RXCTRL(0), 0);
	put(b, RXDCTL(0), 0);
	settle(b);
	rx_queue(b, 0, COUNT, ONE_BUFFER);
	i82599_receive(b->m, frame, sizeof(frame));
	rx_refill(b, 0, COUNT - 1, 1, COUNT);
	expect(b, "4.6.7", "NS_DIS");
}

static void
buffers_are_handed_over_once(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];
	uint64_t ring = BENCH_RX_RING;

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	some_frame(frame, sizeof(frame), 1);
	i82599_receive(b->m, frame, sizeof(frame));
	i82599_receive(b->m, frame, sizeof(frame));
	assert_int_equal(b->violations, 0);
	/* The receiver still owns buffer 5. */
	set_word(b, ring + 15 * 16, (uint32_t)rx_buffer(0, 5));
	put(b, RDT(0), 0);
	expect(b, "7.1.9", "twice");
	tx_queue(b, 0, COUNT, 0);
	tx_descriptor(b, 0, 0, rx_buffer(0, 6), DATA | 60, 60 << 14);
	put(b, TDT(0), 1);
	expect(b, "7.1.9", "a receiver's");
	tx_descriptor(b, 0, 1, rx_buffer(0, 1), DATA | 60, 60 << 14);
	put(b, TDT(0), 2);
	settle(b);
	assert_int_equal(b->violations, 0); /* it is software's again */
	set_word(b, ring, 0);
	put(b, RDT(0), 1);
	expect(b, "7.1.6", "no buffer");
}

static void
owned_descriptors_are_left_alone(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	rx_queue(b, 0, COUNT, ONE_BUFFER);
	some_frame(frame, sizeof(frame), 2);
	set_word(b, BENCH_RX_RING, 0x500000);
	i82599_receive(b->m, frame, sizeof(frame));
	expect(b, "7.1.9", "descriptor 0 rewritten");
	tx_queue(b, 0, COUNT, 4 << 16 | 1 << 8 | 32);
	tx_frame_at(b, 0, 0, frame, sizeof(frame));
	settle(b);
	tx_descriptor(b, 0, 0, 0, 0, 0);
	put(b, TXDCTL(0), get(b, TXDCTL(0)) | TXDCTL_SWFLSH);
	expect(b, "7.1.9", "rewritten");
}

static void
packets_are_well_formed(void **state)
{
	static const struct {
		uint32_t command, options;
		const char *section, *text;
	} cases[] = {
		{ DATA | 60, 61 << 14, "7.2.3.2.4", "PAYLEN" },
		{ DATA | 16, 16 << 14, "7.2.3.2.4", "16 bytes" },
		{ DATA | 60, 60 << 14 | TXD_TXSM, "7.2.3.2.3", "never given" },
		{ DATA | TXD_VLE | 60, 60 << 14, "7.2.3.2.3", "never given" },
		{ DATA | 60, 60 << 14 | TXD_DD, "7.2.3.2.4", "DD" },
		{ DATA | 60, 60 << 14 | 2 << 4, "7.2.3.2.4", "IDX 2" },
		{ DATA | 1 << 26 | 60, 60 << 14, "7.2.3.2.4", "reserved" },
		{ (DATA & ~TXD_DTYP_CTXT) | 60, 60 << 14, "7.2.3.2.4", "DTYP" },
	};
	struct bench *b = *state;
	uint32_t n = sizeof(cases) / sizeof(cases[0]);

	tx_queue(b, 0, COUNT, 0);
	for (uint32_t i = 0; i < n; i++) {
		tx_descriptor(b, 0, i, BENCH_TX_BUFFERS, cases[i].command,
		    cases[i].options);
		put(b, TDT(0), i + 1);
		expect(b, cases[i].section, cases[i].text);
	}
}

static void
a_packet_ends(void **state)
{
	struct bench *b = *state;

	tx_queue(b, 0, 8, 0);
	for (uint32_t i = 0; i < 7; i++)
		tx_descriptor(b, 0, i, BENCH_TX_BUFFERS, (DATA & ~TXD_EOP) | 60,
		    420 << 14);
	put(b, TDT(0), 7);
	expect(b, "7.2.1", "without an EOP");
}

static void
thresholds(void **state)
{
	struct bench *b = *state;

	tx_queue(b, 0, COUNT, 60); /* as TinyNF's: it waits for nothing */
	assert_int_equal(b->violations, 0);
	tx_queue(b, 1, COUNT, 9 << 16 | 1 << 8 | 32);
	expect(b, "8.2.3.9.10", "WTHRESH 9");
	put(b, TDWBAL(2), 0x8000 | TDWBAL_HEAD_WB_EN);
	tx_queue(b, 2, COUNT, 1 << 16);
	expect(b, "7.2.3.5.2", "head write-back");
	put(b, TDWBAL(3), 0x8008 | TDWBAL_HEAD_WB_EN);
	tx_queue(b, 3, COUNT, 0);
	expect(b, "7.2.3.5.2", "aligned to 16");
	put(b, DMATXCTL, get(b, DMATXCTL) & ~DMATXCTL_TE);
	tx_queue(b, 5, COUNT, 0);
	expect(b, "4.6.8", "DMATXCTL.TE");
}

static void
formats(void **state)
{
	struct bench *b = *state;
	uint8_t frame[60];

	rx_queue(b, 0, COUNT, SRRCTL_DESCTYPE_SPLIT | 2 | 4 << 8);
	expect(b, "7.1.10", "header split");
	rx_queue(b, 1, COUNT, SRRCTL_DESCTYPE_ONE_BUFFER);
	expect(b, "8.2.3.8.7", "0 KiB");
	put(b, RDRXCTL, get(b, RDRXCTL) & ~RDRXCTL_CRCSTRIP);
	some_frame(frame, sizeof(frame), 4);
	i82599_receive(b->m, frame, sizeof(frame));
	i82599_receive(b->m, frame, sizeof(frame));
	expect(b, "8.2.3.8.8", "CRCSTRIP");
}

/* Two queues of a hostile model, in loopback, until 400 frames of each have
 * come back in order and unchanged. */
struct traffic {
	uint32_t sent, received; /* frames */
	uint32_t done;           /* transmit descriptors taken back */
};

enum { RING = 32, FRAMES = 400 };

static void
expected_frame(uint8_t *frame, uint32_t n)
{
	some_frame(frame, 60 + n * 37 % 1400, n);
	memcpy(frame + 14, &n, 4);
}

static void
send_some(struct bench *b, struct traffic *t)
{
	static uint8_t frame[1500];

	while (t->done < t->sent && tx_done(b, 0, t->done % RING))
		t->done++;
	while (t->sent < FRAMES && t->sent - t->done < RING - 1) {
		expected_frame(frame, t->sent);
		tx_frame_at(
		    b, 0, t->sent % RING, frame, 60 + t->sent * 37 % 1400);
		t->sent++;
	}
}

static void
receive_some(struct bench *b, struct traffic *t)
{
	static uint8_t frame[1500];
	uint32_t i = t->received % RING;

	while (rx_status(b, 0, i) & RXD_DD) {
		expected_frame(frame, t->received);
		assert_int_equal(
		    rx_length(b, 0, i), 60 + t->received * 37 % 1400);
		assert_memory_equal(
		    b->memory + rx_buffer(0, i), frame, rx_length(b, 0, i));
		rx_refill(b, 0, (i + RING - 1) % RING, 1, RING);
		t->received++;
		i = t->received % RING;
	}
}

static void
step(struct bench *b)
{
	if (b->timer == UINT64_MAX)
		return;
	if (b->clock < b->timer)
		b->clock = b->timer;
	b->timer = UINT64_MAX;
	i82599_timer(b->m);
}

static void
hostile_keeps_order(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct bench *b = bench_new(true, seed);
		struct traffic t = { 0 };

		rx_queue(b, 0, RING, ONE_BUFFER);
		tx_queue(b, 0, RING, seed % 2 ? 0 : 1 << 16 | 1 << 8 | 32);
		put(b, HLREG0, get(b, HLREG0) | HLREG0_LPBK);
		for (uint32_t i = 0; t.received < FRAMES; i++) {
			assert_true(i < 100000);
			send_some(b, &t);
			step(b);
			receive_some(b, &t);
		}
		settle(b);
		send_some(b, &t);
		assert_int_equal(t.done, FRAMES);
		assert_int_equal(b->violations, 0);
		bench_free(b);
	}
}

/* The same seed does the same; another one something else. */
static uint64_t
time_of(uint64_t seed)
{
	struct bench *b = bench_new(false, seed);
	uint8_t frame[60];
	uint64_t clock;

	some_frame(frame, sizeof(frame), 5);
	tx_queue(b, 0, COUNT, 0);
	tx_frame_at(b, 0, 0, frame, sizeof(frame));
	settle(b);
	clock = b->clock;
	bench_free(b);
	return clock;
}

static void
hostile_is_repeatable(void **state)
{
	(void)state;
	assert_int_equal(time_of(7), time_of(7));
	assert_int_not_equal(time_of(7), time_of(8));
}

int
main(void)
{
#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, strict, over)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(rings_must_be_aligned),
		BENCH_TEST(tails_stay_in_the_ring),
		BENCH_TEST(heads_move_before_work),
		BENCH_TEST(set_up_ends_with_work),
		BENCH_TEST(buffers_are_handed_over_once),
		BENCH_TEST(owned_descriptors_are_left_alone),
		BENCH_TEST(packets_are_well_formed),
		BENCH_TEST(a_packet_ends),
		BENCH_TEST(thresholds),
		BENCH_TEST(formats),
		cmocka_unit_test(hostile_keeps_order),
		cmocka_unit_test(hostile_is_repeatable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
