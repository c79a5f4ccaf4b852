/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: tests/unit/i82599_desk.c
 * objects: tests/82599/eeprom.c tests/82599/events.c tests/82599/handshake.c
 * objects: tests/82599/hooks.c tests/82599/interrupt.c tests/82599/link.c
 * objects: tests/82599/model.c tests/82599/regfile.c tests/82599/registers.c
 * objects: tests/82599/semaphore.c tests/82599/sfp.c tests/82599/stats.c
 * objects: tests/82599/strict.c tests/82599/checksum.c tests/82599/data.c
 * objects: tests/82599/deliver.c tests/82599/filter.c tests/82599/offload.c
 * objects: tests/82599/parse.c tests/82599/police.c tests/82599/ring.c
 * objects: tests/82599/rss.c tests/82599/rx.c tests/82599/tso.c
 * objects: tests/82599/tx.c
 */
/*
 * Interrupts of the 82599 model: vectors and their auto clear, auto mask and
 * throttle; the line of INTx and MSI as Linux's self-test uses it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/82599/control.h"
#include "tests/unit/i82599_desk.h"

enum { QUEUES_ONLY = 0xFFFF };

/* MSI-X as Linux sets it up: receive queue q and transmit queue q to vector q,
 * all else to `other`. */
static struct desk *
vectors(uint64_t hostile, uint32_t other)
{
	struct desk *d = desk_new(hostile);

	pass(d, 10 * MILLI);
	i82599_set_interrupts(d->m, I82599_MSIX);
	wr(d, GPIE, GPIE_MSIX_MODE | GPIE_PBA_SUPPORT | GPIE_OCD | GPIE_EIAME);
	for (uint32_t q = 0; q < 128; q += 2)
		wr(d, IVAR(q / 2),
		    0x80808080 | (q % 64) * 0x0101 | (q % 64 + 1) * 0x01010000);
	wr(d, IVAR_MISC, 0x8080 | other << 8);
	wr(d, EIAC, QUEUES_ONLY);
	wr(d, EIAM_EX(0), UINT32_MAX);
	wr(d, EIAM_EX(1), UINT32_MAX);
	return d;
}

static void
test_vectors(void **state)
{
	struct desk *d = vectors(0, 60);

	cause_rx(d->m, 3); /* masked */
	assert_int_equal(d->messages[3], 0);
	assert_int_equal(rd(d, EICS), 1 << 3);
	wr(d, EIMS_EX(0), 1 << 3);
	assert_int_equal(d->messages[3], 1);
	assert_int_equal(rd(d, EICS), 0);       /* cleared itself */
	assert_int_equal(rd(d, EIMS_EX(0)), 0); /* masked itself */
	cause_tx(d->m, 3);
	cause_rx(d->m, 3);
	assert_int_equal(d->messages[3], 1);
	wr(d, EIMS, 1 << 3);
	assert_int_equal(d->messages[3], 2);
	/* Beyond 16, through the second register alone. */
	cause_rx(d->m, 40);
	assert_int_equal(rd(d, EICS), 0);
	assert_int_equal(rd(d, EICS_EX(1)), 1 << 8);
	wr(d, EIMS_EX(1), 1 << 8);
	assert_int_equal(d->messages[40], 1);
	wr(d, EICS_EX(1), 1 << 9);
	wr(d, EIMS_EX(1), 1 << 9);
	assert_int_equal(d->messages[41], 1);
	wr(d, EIMS_EX(0), 1 << 5);
	wr(d, EIMC_EX(0), 1 << 5);
	assert_int_equal(rd(d, EIMS), 0);
	wr(d, EICS, 1 << 5);
	assert_int_equal(d->messages[5], 0);
	assert_int_equal(d->violations, 0);
	desk_free(d);
}

/* A queue whose IVAR entry is not valid interrupts nobody. */
static void
test_unassigned(void **state)
{
	struct desk *d = vectors(0, 60);

	wr(d, IVAR(0), 0);
	wr(d, EIMS_EX(0), UINT32_MAX);
	cause_rx(d->m, 0);
	cause_tx(d->m, 1);
	assert_int_equal(rd(d, EICS), 0);
	for (uint32_t v = 0; v < I82599_MSIX_VECTORS; v++)
		assert_int_equal(d->messages[v], 0);
	desk_free(d);
}

/* Linux's handler of all else: reads EICS, writes EICR. */
static void
test_other(void **state)
{
	struct desk *d = vectors(0, 4);

	(void)rd(d, EICR);
	wr(d, EIMS, EICR_LSC | EICR_ECC);
	cause_other(d->m, EICR_LSC);
	assert_int_equal(d->messages[4], 1);
	assert_int_equal(rd(d, EICS), EICR_LSC);
	wr(d, EICR, EICR_LSC);
	assert_int_equal(rd(d, EICS), 0);
	cause_other(d->m, EICR_RX_MISS); /* masked */
	assert_int_equal(d->messages[4], 1);
	wr(d, EICS, EICR_ECC);
	assert_int_equal(d->messages[4], 2);
	/* OCD: reading EICR clears these and no queue's. */
	wr(d, EICS, 2);
	assert_int_equal(rd(d, EICR), EICR_ECC | EICR_RX_MISS | 2);
	assert_int_equal(rd(d, EICR), 2);
	wr(d, EICS, EICR_TCP_TIMER);
	wr(d, EIMS, EICR_TCP_TIMER);
	assert_int_equal(d->messages[0], 1);
	desk_free(d);
}

static void
test_throttle(void **state)
{
	struct desk *d = vectors(0, 60);
	uint32_t got;

	wr(d, EITR(2), 200 | EITR_CNT_WDIS); /* 25 units of 2.048 us */
	assert_int_equal(rd(d, EITR(2)) & EITR_INTERVAL, 200);
	wr(d, EIAM_EX(0), 0);
	wr(d, EIMS_EX(0), 1 << 2);
	for (int us = 0; us < 1000; us++) {
		cause_rx(d->m, 2);
		pass(d, MICRO);
	}
	got = d->messages[2];
	assert_in_range(got, 1000 / 52, 1000 / 51 + 1);
	/* The last cause is told too, when the interval is over. */
	pass(d, MILLI);
	assert_int_equal(d->messages[2], got + 1);
	cause_rx(d->m, 2);
	assert_int_equal(d->messages[2], got + 2);
	cause_rx(d->m, 2);
	wr(d, EITR(2), 0); /* the counter too: open at once */
	assert_int_equal(d->messages[2], got + 3);
	/* A vector of the second block of registers. */
	wr(d, EITR(30), 0xFF8 | EITR_CNT_WDIS);
	assert_int_equal(rd(d, 0x12300 + 4 * 6), 0xFF8);
	desk_free(d);
}

/* Hostile messages come late, but come, and once for each cause. */
static void
test_hostile(void **state)
{
	struct desk *d = vectors(99, 60);

	wr(d, EIAM_EX(0), 0);
	wr(d, EIMS_EX(0), 1 << 7);
	for (int i = 0; i < 100; i++) {
		cause_rx(d->m, 7);
		pass(d, 20 * MICRO);
		assert_int_equal(d->messages[7], i + 1);
	}
	desk_free(d);
}

/* `ethtool -t` of Linux, interrupt part, over a line. */
static void
test_line(void **state)
{
	struct desk *d = desk_new(0);

	pass(d, 10 * MILLI);
	i82599_set_interrupts(d->m, I82599_MSI);
	wr(d, EIAM, QUEUES_ONLY);
	(void)rd(d, EICR);
	for (uint32_t i = 0; i < 10; i++) {
		uint32_t bit = 1u << i;

		wr(d, EIMC, UINT32_MAX);
		d->rises = 0;
		wr(d, EIMC, ~bit & 0x7FFF);
		wr(d, EICS, ~bit & 0x7FFF);
		pass(d, MILLI);
		assert_int_equal(d->rises, 0);
		wr(d, EIMS, bit);
		wr(d, EICS, bit);
		pass(d, MILLI);
		assert_int_equal(d->rises, 1);
		assert_true(rd(d, EICR) & bit);
		assert_false(d->line);
		assert_int_equal(rd(d, EIMS), 0); /* EIAM */
		wr(d, EICS, ~bit & 0x7FFF);
		pass(d, MILLI);
		assert_int_equal(d->rises, 1);
	}
	assert_int_equal(d->violations, 0);
	desk_free(d);
}

static void
test_line_shared(void **state)
{
	struct desk *d = desk_new(0);

	pass(d, 10 * MILLI);
	i82599_set_interrupts(d->m, I82599_INTX);
	wr(d, IVAR(0), 0x8180); /* receive 0 to cause 0, transmit 0 to 1 */
	wr(d, EIMS, 3 | EICR_LSC);
	cause_rx(d->m, 0);
	cause_tx(d->m, 0);
	assert_true(d->line);
	wr(d, EICR, 1);
	assert_true(d->line);
	wr(d, EICR, 2);
	assert_false(d->line);
	cause_other(d->m, EICR_LSC);
	assert_true(d->line);
	i82599_set_interrupts(d->m, I82599_MSIX);
	assert_false(d->line); /* nobody drives it */
	wr(d, CTRL, CTRL_RST);
	pass(d, 10 * MILLI);
	assert_int_equal(rd(d, EICR) & ~EICR_LSC, 0);
	assert_int_equal(rd(d, EIMS), 0);
	desk_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_unassigned),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_throttle),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_line_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
