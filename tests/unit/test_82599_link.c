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
 * The link of the 82599 model and the SFP+ module behind its I2C pins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/82599/control.h"
#include "tests/unit/i82599_desk.h"

enum { SEEDS = 50, LINK_TIME = 500 * MILLI };

static uint64_t
until_up(struct desk *d)
{
	return wait_for(d, LINKS, LINKS_UP, LINKS_UP);
}

static void
test_up(void **state)
{
	struct desk *d;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		d = desk_new(seed);
		assert_false(rd(d, LINKS) & LINKS_UP);
		assert_true(until_up(d) <= LINK_TIME);
		assert_true(rd(d, STATUS) & STATUS_LINK_UP);
		assert_int_equal(
		    rd(d, LINKS) & LINKS_SPEED_10G, LINKS_SPEED_10G);
		assert_true(link_carries(d->m));
		assert_true(rd(d, EICS) & EICR_LSC);
		desk_free(d);
	}
}

/* The cable, the laser and the restart each take the link down, and say so. */
static void
test_down(void **state)
{
	struct desk *d = desk_new(0);
	uint32_t autoc, esdp;

	(void)until_up(d);
	(void)rd(d, EICR);
	(void)rd(d, LINKS);
	assert_true(rd(d, LINKS) & LINKS_LATCHED);
	i82599_set_link(d->m, false);
	assert_false(rd(d, LINKS) & LINKS_UP);
	assert_true(rd(d, EICR) & EICR_LSC);
	assert_false(link_carries(d->m));
	i82599_set_link(d->m, true);
	assert_true(until_up(d) <= LINK_TIME);
	assert_true(rd(d, EICR) & EICR_LSC);

	esdp = rd(d, ESDP);
	wr(d, ESDP, esdp | ESDP_DATA(3)); /* as Linux turns the laser off */
	assert_false(rd(d, LINKS) & LINKS_UP);
	wr(d, ESDP, esdp & ~ESDP_DATA(3));
	assert_true(until_up(d) <= LINK_TIME);

	autoc = rd(d, AUTOC);
	wr(d, AUTOC, autoc | AUTOC_AN_RESTART);
	assert_int_equal(rd(d, AUTOC), autoc);
	assert_false(rd(d, LINKS) & LINKS_UP);
	assert_true(until_up(d) <= LINK_TIME);
	wr(d, AUTOC2, rd(d, AUTOC2) | AUTOC2_LINK_DISABLE);
	assert_false(rd(d, LINKS) & LINKS_UP);
	assert_int_equal(d->violations, 0);
	desk_free(d);
}

/* Low once more on the first read after the link was away. */
static void
test_latched(void **state)
{
	struct desk *d = desk_new(0);

	(void)until_up(d);
	assert_true(rd(d, LINKS) & LINKS_LATCHED);
	i82599_set_link(d->m, false);
	i82599_set_link(d->m, true);
	pass(d, LINK_TIME);
	assert_int_equal(rd(d, LINKS) & (LINKS_UP | LINKS_LATCHED), LINKS_UP);
	assert_true(rd(d, LINKS) & LINKS_LATCHED);
	desk_free(d);
}

/* Linux restarts the whole pipeline by way of a backplane mode. */
static void
test_pipeline(void **state)
{
	struct desk *d;
	uint32_t autoc;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		d = desk_new(seed);
		(void)until_up(d);
		autoc = rd(d, AUTOC) | AUTOC_AN_RESTART;
		wr(d, AUTOC, autoc ^ AUTOC_LMS(4));
		assert_true(wait_for(d, ANLP1, ANLP1_AN_STATE(0xF),
				ANLP1_AN_STATE(1)) <= 40 * MILLI);
		assert_false(rd(d, LINKS) & LINKS_UP);
		wr(d, AUTOC, autoc);
		assert_true(until_up(d) <= LINK_TIME);
		assert_int_equal(d->violations, 0);
		desk_free(d);
	}
}

/* A link reset trains anew; a software reset leaves the link alone. */
static void
test_reset(void **state)
{
	struct desk *d = desk_new(0);

	(void)until_up(d);
	wr(d, CTRL, CTRL_RST);
	pass(d, MILLI);
	assert_true(rd(d, LINKS) & LINKS_UP);
	wr(d, CTRL, CTRL_LNK_RST);
	pass(d, MILLI);
	assert_false(rd(d, LINKS) & LINKS_UP);
	assert_true(until_up(d) <= LINK_TIME);
	desk_free(d);
}

static void
test_loopback(void **state)
{
	struct desk *d = desk_new(0);

	i82599_set_link(d->m, false);
	pass(d, LINK_TIME);
	assert_false(link_loops_back(d->m));
	wr(d, HLREG0, rd(d, HLREG0) | HLREG0_LPBK);
	assert_false(link_loops_back(d->m));
	wr(d, AUTOC, rd(d, AUTOC) | AUTOC_FLU);
	assert_true(link_loops_back(d->m));
	assert_false(link_carries(d->m));
	wr(d, AUTOC, rd(d, AUTOC) & ~AUTOC_FLU);
	assert_false(link_loops_back(d->m));
	desk_free(d);
}

/* A driver's side of the I2C pins. */
static void
pins(struct desk *d, bool clock, bool data)
{
	wr(d, I2CCTL,
	    (clock ? I2CCTL_CLK_OUT : 0) | (data ? I2CCTL_DATA_OUT : 0));
}

static void
start(struct desk *d)
{
	pins(d, false, true);
	pins(d, true, true);
	pins(d, true, false);
	pins(d, false, false);
}

static void
stop(struct desk *d)
{
	pins(d, false, false);
	pins(d, true, false);
	pins(d, true, true);
}

static bool
clock_bit(struct desk *d, bool out)
{
	bool in;

	pins(d, false, out);
	pins(d, true, out);
	assert_true(rd(d, I2CCTL) & I2CCTL_CLK_IN);
	in = (rd(d, I2CCTL) & I2CCTL_DATA_IN) != 0;
	pins(d, false, out);
	return in;
}

/* True: acknowledged. */
static bool
send(struct desk *d, uint8_t byte)
{
	for (int i = 7; i >= 0; i--)
		(void)clock_bit(d, (byte >> i) & 1);
	return !clock_bit(d, true);
}

static uint8_t
take(struct desk *d, bool more)
{
	uint8_t byte = 0;

	for (int i = 0; i < 8; i++)
		byte = (uint8_t)(byte << 1 | clock_bit(d, true));
	(void)clock_bit(d, !more);
	return byte;
}

static void
read_bytes(struct desk *d, uint8_t target, uint8_t at, uint8_t *to, int n)
{
	start(d);
	assert_true(send(d, target));
	assert_true(send(d, at));
	start(d);
	assert_true(send(d, target | 1));
	while (n-- > 0)
		*to++ = take(d, n > 0);
	stop(d);
}

static uint8_t
sum(const uint8_t *b, int n)
{
	uint8_t s = 0;

	while (n-- > 0)
		s = (uint8_t)(s + *b++);
	return s;
}

static void
test_module(void **state)
{
	struct desk *d = desk_new(0);
	uint8_t a0[256], a2[256], one;

	pass(d, LINK_TIME);
	read_bytes(d, 0xA0, 0, a0, 256);
	read_bytes(d, 0xA2, 0, a2, 256);
	assert_int_equal(a0[0], 3);
	assert_true(a0[3] & 0x10); /* 10GBASE-SR */
	assert_int_equal(a0[63], sum(a0, 63));
	assert_int_equal(a0[95], sum(a0 + 64, 31));
	assert_int_equal(a2[95], sum(a2, 95));
	assert_memory_equal(a0 + 20, "BAREWIRE        ", 16);
	/* Byte by byte, as Linux reads it. */
	for (int i = 0; i < 128; i++) {
		read_bytes(d, 0xA0, (uint8_t)i, &one, 1);
		assert_int_equal(one, a0[i]);
	}
	/* Between the limits of alarms: temperature and supply. */
	assert_in_range(
	    a2[96] << 8 | a2[97], a2[6] << 8 | a2[7], a2[4] << 8 | a2[5]);
	assert_in_range(
	    a2[98] << 8 | a2[99], a2[14] << 8 | a2[15], a2[12] << 8 | a2[13]);
	assert_int_not_equal(a2[104], 0);
	i82599_set_link(d->m, false);
	read_bytes(d, 0xA2, 104, a2, 2);
	assert_int_equal(a2[0] << 8 | a2[1], 0); /* dark */
	read_bytes(d, 0xA2, 110, a2, 1);
	assert_int_equal(a2[0], 0x02); /* LOS */
	start(d);
	assert_false(send(d, 0x50)); /* nobody */
	stop(d);
	assert_true(rd(d, I2CCTL) & I2CCTL_DATA_IN);
	assert_int_equal(d->violations, 0);
	desk_free(d);
}

/* The module's content cannot be changed. */
static void
test_module_write(void **state)
{
	struct desk *d = desk_new(0);
	uint8_t byte;

	start(d);
	assert_true(send(d, 0xA0));
	assert_true(send(d, 20));
	assert_true(send(d, 'X'));
	stop(d);
	read_bytes(d, 0xA0, 20, &byte, 1);
	assert_int_equal(byte, 'B');
	desk_free(d);
}

static void
test_no_module(void **state)
{
	struct i82599_config config = { .strict = true, .no_module = true };
	struct desk *d = desk_with(&config);

	pass(d, LINK_TIME);
	start(d);
	assert_false(send(d, 0xA0));
	stop(d);
	assert_false(rd(d, ESDP) & ESDP_DATA(2));
	assert_false(rd(d, LINKS) & LINKS_UP);
	assert_int_equal(d->violations, 0);
	desk_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_up),
		cmocka_unit_test(test_down),
		cmocka_unit_test(test_latched),
		cmocka_unit_test(test_pipeline),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_module),
		cmocka_unit_test(test_module_write),
		cmocka_unit_test(test_no_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
