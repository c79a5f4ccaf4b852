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
 * The control half of the 82599 model: registers, resets, EEPROM, counters,
 * semaphores, handshakes, and the police.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/82599/control.h"
#include "tests/unit/i82599_desk.h"

enum { SEEDS = 50 };

/* No register has two rows, and each is in the BAR; aliases lead to rows. */
static void
test_table(void **state)
{
	struct desk *d = desk_new(0);
	uint8_t *seen = calloc(I82599_BAR_SIZE / 4, 1);
	const struct reg_row *row;
	uint32_t addr;

	assert_non_null(seen);
	for (uint32_t i = 0; i < reg_row_count; i++) {
		row = &reg_rows[i];
		for (uint32_t n = 0; n < row->count; n++) {
			addr = row->addr + n * row->stride;
			assert_true(addr % 4 == 0 && addr < I82599_BAR_SIZE);
			if (seen[addr / 4]++ != 0)
				fail_msg("%s: 0x%05x twice", row->name, addr);
			if (reg_find(d->m, addr) != row)
				fail_msg("%s: 0x%05x has another row",
				    row->name, addr);
			assert_int_equal(reg_canonical(addr), addr);
		}
	}
	for (addr = 0; addr < I82599_BAR_SIZE; addr += 4)
		if (reg_canonical(addr) != addr)
			assert_non_null(reg_find(d->m, reg_canonical(addr)));
	free(seen);
	desk_free(d);
}

static void
test_alias(void **state)
{
	struct desk *d = desk_new(0);

	pass(d, 10 * MILLI);
	wr(d, 0x0EC80, 0x00330001);
	assert_int_equal(rd(d, MRQC), 0x00330001);
	wr(d, RX_QUEUE(3) + 0x14, 0x12000402);
	assert_int_equal(rd(d, SRRCTL(3)), 0x12000402);
	wr(d, RAL(15), 0xAABBCCDD);
	assert_int_equal(rd(d, 0x0A200 + 8 * 15), 0xAABBCCDD);
	assert_int_equal(d->violations, 0);
	desk_free(d);
}

/* What `ethtool -t` of Linux writes and expects: masks are read back. */
static const struct {
	uint32_t addr, count, stride, mask, write;
} patterns[] = {
	{ FCRTL(0), 1, 0, 0x8007FFF0, 0x8007FFF0 },
	{ FCRTH(0), 1, 0, 0x8007FFF0, 0x8007FFF0 },
	{ PFCTOP, 1, 0, 0xFFFFFFFF, 0xFFFFFFFF },
	{ VLNCTRL, 1, 0, 0, 0 },
	{ RDBAL(0), 4, 0x40, 0xFFFFFF80, 0xFFFFFF80 },
	{ RDBAH(0), 4, 0x40, 0xFFFFFFFF, 0xFFFFFFFF },
	{ RDLEN(0), 4, 0x40, 0x000FFF80, 0x000FFFFF },
	{ RDT(0), 4, 0x40, 0x0000FFFF, 0x0000FFFF },
	{ FCTTV(0), 1, 0, 0xFFFFFFFF, 0xFFFFFFFF },
	{ TDBAL(0), 4, 0x40, 0xFFFFFF80, 0xFFFFFFFF },
	{ TDBAH(0), 4, 0x40, 0xFFFFFFFF, 0xFFFFFFFF },
	{ TDLEN(0), 4, 0x40, 0x000FFF80, 0x000FFF80 },
	{ RAL(0), 16, 8, 0xFFFFFFFF, 0xFFFFFFFF },
	{ RAH(0), 16, 8, 0x8001FFFF, 0x800CFFFF },
	{ MTA(0), 128, 4, 0xFFFFFFFF, 0xFFFFFFFF },
};

static void
test_patterns(void **state)
{
	static const uint32_t values[] = { 0x5A5A5A5A, 0xA5A5A5A5, 0,
		0xFFFFFFFF };
	struct desk *d = desk_new(0);
	uint32_t addr, before;

	pass(d, 10 * MILLI);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		for (uint32_t n = 0; n < patterns[i].count; n++) {
			addr = patterns[i].addr + n * patterns[i].stride;
			before = rd(d, addr);
			for (int v = 0; v < 4; v++) {
				wr(d, addr, values[v] & patterns[i].write);
				assert_int_equal(
				    rd(d, addr), values[v] & patterns[i].write &
						     patterns[i].mask);
			}
			wr(d, addr, before);
		}
	}
	before = rd(d, STATUS) & 0x7FFFF30F;
	wr(d, STATUS, 0x7FFFF30F);
	assert_int_equal(rd(d, STATUS) & 0x7FFFF30F, before);
	assert_int_equal(d->violations, 0);
	desk_free(d);
}

/* 4.2.1.6, 4.6.3: over in time, the address loaded, DMA ready. */
static void
test_reset(void **state)
{
	struct desk *d;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		d = desk_new(seed);
		pass(d, 10 * MILLI);
		wr(d, FCTTV(0), 5);
		wr(d, CTRL, seed % 2 ? CTRL_RST : CTRL_LNK_RST);
		(void)rd(d, STATUS);
		assert_true(rd(d, CTRL) & (CTRL_RST | CTRL_LNK_RST));
		assert_true(wait_for(d, CTRL, CTRL_RST | CTRL_LNK_RST, 0) <=
			    10 * MICRO);
		assert_false(rd(d, EEC) & EEC_ARD);
		assert_false(rd(d, RDRXCTL) & RDRXCTL_DMAIDONE);
		pass(d, 9 * MILLI + 1);
		assert_true(rd(d, EEC) & EEC_ARD);
		assert_true(rd(d, RDRXCTL) & RDRXCTL_DMAIDONE);
		assert_int_equal(rd(d, RAL(0)), 0x33221102);
		assert_int_equal(rd(d, RAH(0)), 0x80005544);
		assert_int_equal(rd(d, FCTTV(0)), 0);
		assert_int_equal(d->violations, 0);
		desk_free(d);
	}
}

static void
test_reset_forbids(void **state)
{
	struct desk *d = desk_new(0);

	assert_int_equal(rd(d, RAL(0)), 0); /* before the auto-read */
	assert_violation(d, "4.6.3");
	wr(d, RXCTRL, RXCTRL_RXEN);
	assert_int_equal(d->violations, 2); /* nor are DMA memories ready */
	d->violations = 0;
	pass(d, 10 * MILLI);
	wr(d, CTRL, CTRL_RST);
	assert_int_equal(rd(d, EIMS), 0);
	assert_violation(d, "4.2.1.6.1");
	wr(d, EIMC, 1);
	assert_violation(d, "4.2.1.6.1");
	wr(d, CTRL, CTRL_RST);
	assert_violation(d, "4.2.1.6.1");
	desk_free(d);
}

/* 5.2.5.3.2 */
static void
test_master_disable(void **state)
{
	struct desk *d;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		d = desk_new(seed);
		assert_true(rd(d, STATUS) & STATUS_MASTER_ENABLE);
		wr(d, CTRL, CTRL_MASTER_DISABLE);
		assert_true(rd(d, CTRL) & CTRL_MASTER_DISABLE);
		assert_true(
		    wait_for(d, STATUS, STATUS_MASTER_ENABLE, 0) <= 10 * MILLI);
		wr(d, CTRL, 1); /* FD of older devices: nothing here */
		assert_true(rd(d, STATUS) & STATUS_MASTER_ENABLE);
		assert_int_equal(d->violations, 0);
		desk_free(d);
	}
}

static uint16_t
eeprom(struct desk *d, uint32_t word)
{
	wr(d, EERD, word << 2 | EERD_START);
	assert_true(wait_for(d, EERD, EERD_DONE, EERD_DONE) <= 50 * MICRO);
	return (uint16_t)(rd(d, EERD) >> 16);
}

static void
test_eeprom(void **state)
{
	struct desk *d = desk_new(7);
	uint16_t sum = 0, at, len;

	pass(d, 10 * MILLI);
	assert_true(rd(d, EEC) & EEC_PRES);
	for (uint32_t i = 0; i <= 0x3F; i++)
		sum = (uint16_t)(sum + eeprom(d, i));
	for (uint32_t i = 0x03; i < 0x0F; i++) {
		at = eeprom(d, i);
		if (at == 0 || at == 0xFFFF)
			continue;
		len = eeprom(d, at);
		for (uint32_t j = 1; j <= len; j++)
			sum = (uint16_t)(sum + eeprom(d, at + j));
	}
	assert_int_equal(sum, 0xBABA);
	at = eeprom(d, 0x2B); /* modules: kind 5 is SR/LR of port 0 */
	assert_int_equal(eeprom(d, at + 5), 5);
	at = eeprom(d, at + 6);
	assert_int_not_equal(eeprom(d, at + 1), 0xFFFF);
	assert_int_equal(eeprom(d, 0x3FFF), 0xFFFF); /* beyond the chip */
	assert_int_equal(d->violations, 0);
	wr(d, EERD, EERD_START);
	wr(d, EERD, EERD_START);
	assert_violation(d, "8.2.3.2.2");
	wr(d, EEC, EEC_REQ);
	(void)wait_for(d, EEC, EEC_GNT, EEC_GNT);
	wr(d, EEC, 0);
	assert_false(rd(d, EEC) & EEC_GNT);
	desk_free(d);
}

/* 8.2.3.23: cleared on read, stuck at the maximum, pairs read as one. */
static void
test_stats(void **state)
{
	struct desk *d = desk_new(0);

	stat_add(d->m, GPRC, 3);
	assert_int_equal(rd(d, GPRC), 3);
	assert_int_equal(rd(d, GPRC), 0);
	stat_add(d->m, GPRC, UINT32_MAX);
	stat_add(d->m, GPRC, 2);
	assert_int_equal(rd(d, GPRC), UINT32_MAX);
	stat_add64(d->m, GORCL, 0x2FFFFFFFFULL);
	assert_int_equal(rd(d, GORCL), 0xFFFFFFFF);
	stat_add64(d->m, GORCL, 1); /* between the two reads */
	assert_int_equal(rd(d, GORCH), 2);
	assert_int_equal(rd(d, GORCL), 1);
	assert_int_equal(rd(d, GORCH), 0);
	stat_add64(d->m, QBTC_L(5), UINT64_MAX);
	assert_int_equal(rd(d, QBTC_L(5)), 0xFFFFFFFF);
	assert_int_equal(rd(d, QBTC_H(5)), 0xF);
	stat_add64(d->m, TORL, 1ULL << 32);
	assert_int_equal(i82599_read(d->m, TORL, 8), 1ULL << 32);
	wr(d, GPTC, 7);
	assert_int_equal(rd(d, GPTC), 0);
	/* A reset of the software kind leaves counters alone. */
	stat_add(d->m, MPRC, 9);
	pass(d, 10 * MILLI);
	wr(d, CTRL, CTRL_RST);
	pass(d, 10 * MILLI);
	assert_int_equal(rd(d, MPRC), 9);
	desk_free(d);
}

static void
test_semaphores(void **state)
{
	struct desk *d = desk_new(0);

	assert_int_equal(rd(d, SWSM), 0); /* taken by this read */
	assert_int_equal(rd(d, SWSM), SWSM_SMBI);
	wr(d, SWSM, SWSM_SMBI | SWSM_SWESMBI);
	assert_int_equal(rd(d, SWSM), SWSM_SMBI | SWSM_SWESMBI);
	wr(d, SW_FW_SYNC, 2);
	assert_int_equal(d->violations, 0);
	wr(d, SWSM, 0);
	assert_int_equal(rd(d, SW_FW_SYNC), 2);
	wr(d, SW_FW_SYNC, 0);
	assert_violation(d, "8.2.3.4.11");
	desk_free(d);
	/* The firmware may have it: asking again helps. */
	d = desk_new(3);
	for (int i = 0, tries = 0; i < 100; i++, tries = 0) {
		do {
			wr(d, SWSM, SWSM_SWESMBI);
			assert_in_range(++tries, 1, 30);
		} while ((rd(d, SWSM) & SWSM_SWESMBI) == 0);
		wr(d, SWSM, 0);
	}
	desk_free(d);
}

static void
test_handshakes(void **state)
{
	struct desk *d;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		d = desk_new(seed);
		pass(d, 10 * MILLI);
		assert_int_equal(rd(d, SECRXSTAT), 0);
		wr(d, SECRXCTRL, SECRXCTRL_RX_DIS);
		assert_true(wait_for(d, SECRXSTAT, SECRXSTAT_SECRX_RDY,
				SECRXSTAT_SECRX_RDY) <= 40 * MILLI);
		wr(d, SECRXCTRL, 0);
		assert_int_equal(rd(d, SECRXSTAT), 0);
		wr(d, SECTXCTRL, SECTXCTRL_TX_DIS);
		assert_true(wait_for(d, SECTXSTAT, 1, 1) <= 40 * MILLI);
		wr(d, FDIRCTRL, 1);
		assert_true(wait_for(d, FDIRCTRL, FDIRCTRL_INIT_DONE,
				FDIRCTRL_INIT_DONE) <= 10 * MILLI);
		i82599_write(d->m, FDIRHASH, 0x8009ULL << 32 | 5, 8);
		assert_true(
		    wait_for(d, FDIRCMD, FDIRCMD_CMD, 0) <= 100 * MICRO);
		assert_int_equal(rd(d, FDIRHASH), 5);
		wr(d, MSCA, MSCA_COMMAND);
		assert_true(wait_for(d, MSCA, MSCA_COMMAND, 0) <= MILLI);
		assert_int_equal(rd(d, MSRWD) >> 16, 0xFFFF);
		assert_int_equal(d->violations, 0);
		desk_free(d);
	}
}

/* 4.6.7: what RXEN needs, once a queue may receive. */
static void
test_receive_enable(void **state)
{
	struct desk *d = desk_new(0);

	pass(d, 10 * MILLI);
	wr(d, RXCTRL, RXCTRL_RXEN); /* no queue: a register test */
	wr(d, RXCTRL, 0);
	assert_int_equal(d->violations, 0);
	wr(d, RDBAL(70), 0x10000);
	wr(d, RDLEN(70), 0x1000);
	wr(d, RXDCTL(70), RXDCTL_ENABLE);
	pass(d, 10 * MILLI);
	wr(d, RXCTRL, RXCTRL_RXEN | RXCTRL_DMBYPS); /* a self-test */
	assert_int_equal(d->violations, 0);
	wr(d, RXCTRL, 0);
	wr(d, RXCTRL, RXCTRL_RXEN);
	assert_int_equal(d->violations, 2);
	wr(d, RXCTRL, RXCTRL_RXEN); /* told once */
	assert_int_equal(d->violations, 2);
	d->violations = 0;
	wr(d, RXCTRL, 0);
	wr(d, RDRXCTL, 0);
	wr(d, RXCTRL, RXCTRL_RXEN);
	assert_violation(d, "4.6.7"); /* the path alone */
	wr(d, RXCTRL, 0);
	wr(d, SECRXCTRL, SECRXCTRL_RX_DIS);
	pass(d, 10 * MILLI);
	wr(d, RXCTRL, RXCTRL_RXEN);
	wr(d, SECRXCTRL, 0);
	assert_int_equal(d->violations, 0);
	wr(d, MTQC, 8);
	assert_violation(d, "8.2.3.9.15");
	wr(d, RTTDCS, RTTDCS_ARBDIS);
	wr(d, MTQC, 0);
	assert_int_equal(d->violations, 0);
	desk_free(d);
}

/* 8.1, 8.2.2 */
static void
test_police(void **state)
{
	struct desk *d = desk_new(0);

	pass(d, 10 * MILLI);
	assert_int_equal(rd(d, 0x0FFFC), 0);
	assert_violation(d, "8.2.2");
	wr(d, 0x0FFFC, 1);
	assert_violation(d, "8.2.2");
	assert_int_equal(rd(d, 0x03FC0), 0); /* RNBC of the 82598 */
	assert_violation(d, "8.2.2");
	assert_int_equal(rd(d, 0x0CB00), 0); /* TIPG, as a dump reads it */
	assert_int_equal(d->violations, 0);
	wr(d, 0x0CB00, 3);
	assert_violation(d, "8.2.2");
	assert_int_equal(i82599_read(d->m, CTRL + 1, 4), 0);
	assert_violation(d, "8.1");
	i82599_write(d->m, LEDCTL, 1, 2);
	assert_violation(d, "8.1");
	assert_int_equal(i82599_read(d->m, LEDCTL, 1), 0);
	assert_violation(d, "8.1");
	assert_int_equal(i82599_read(d->m, LEDCTL + 4, 8), 0);
	assert_violation(d, "8.1");
	assert_int_equal(i82599_read(d->m, I82599_BAR_SIZE, 4), 0);
	assert_violation(d, "8.1");
	assert_int_equal(i82599_violations(d->m), 9);
	desk_free(d);
}

/* The same seed, the same times; another seed, others. */
static void
test_seeds(void **state)
{
	uint64_t times[3][4];

	for (int i = 0; i < 3; i++) {
		struct desk *d = desk_new(i == 2 ? 12 : 11);

		times[i][0] = wait_for(d, EEC, EEC_ARD, EEC_ARD);
		wr(d, CTRL, CTRL_RST);
		times[i][1] = wait_for(d, CTRL, CTRL_RST, 0);
		times[i][2] = wait_for(
		    d, RDRXCTL, RDRXCTL_DMAIDONE, RDRXCTL_DMAIDONE);
		times[i][3] = rd(d, VFTA(0));
		desk_free(d);
	}
	assert_memory_equal(times[0], times[1], sizeof(times[0]));
	assert_memory_not_equal(times[0], times[2], sizeof(times[0]));
}

/* 8.2.3.26: 6.4 ns a tick. */
static void
test_system_time(void **state)
{
	struct desk *d = desk_new(0);
	uint64_t t;

	pass(d, 10 * MILLI);
	wr(d, TIMINCA, 1u << 24 | 64);
	wr(d, SYSTIML, 0);
	wr(d, SYSTIMH, 0);
	pass(d, MILLI);
	t = rd(d, SYSTIML) | (uint64_t)rd(d, SYSTIMH) << 32;
	assert_in_range(t, 10 * MILLI - 64, 10 * MILLI + 64);
	assert_int_equal(rd(d, FRTIMER), 11000);
	desk_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_reset_forbids),
		cmocka_unit_test(test_master_disable),
		cmocka_unit_test(test_eeprom),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_semaphores),
		cmocka_unit_test(test_handshakes),
		cmocka_unit_test(test_receive_enable),
		cmocka_unit_test(test_police),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_system_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
