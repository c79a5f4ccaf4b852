/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: tests/82599/inprocess.c tests/82599/inprocess_pci.c
 *     tests/unit/host_machine.c tests/unit/i82599_echo.c kernel/mmio.c
 * libs: i82599
 */
/*
 * A small driver that reads the datasheet to the letter, section by section,
 * as TinyNF does, on the strict model: no record. Legacy descriptors, head
 * write-back, and one ring that reception and two transmit queues share: frame
 * n leaves by queue n % 2, the other queue gets a null descriptor (7.2.3.2.2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/dma.h"
#include "tests/82599/queue_regs.h"
#include "tests/unit/i82599_echo.h"

enum {
	RING = 64,
	BUFFER = 2048,
	BATCH = 16,
	RS_EVERY = 8,
	WHOLE = TXD_EOP | TXD_IFCS,
};

static volatile struct echo_descriptor *rings[2];
static volatile uint32_t *heads; /* 16 bytes apart */
static uint32_t rx_next;

static void
output(uint32_t q)
{
	uint64_t head = dma_addr((const void *)(uintptr_t)&heads[4 * q]);

	put(TDBAH(q), (uint32_t)((uintptr_t)rings[q] >> 32));
	put(TDBAL(q), (uint32_t)(uintptr_t)rings[q]);
	put(TDLEN(q), RING * sizeof(**rings));
	put(TXDCTL(q), 60);
	put(TXDCTL(q), 4 << 8 | 60);
	put(TDWBAH(q), (uint32_t)(head >> 32));
	put(TDWBAL(q), (uint32_t)head | TDWBAL_HEAD_WB_EN);
	set(DMATXCTL, DMATXCTL_TE);
	set(TXDCTL(q), TXDCTL_ENABLE);
	wait_for(TXDCTL(q), TXDCTL_ENABLE, TXDCTL_ENABLE);
}

static void
start(void)
{
	uint8_t *bytes = memory(RING * BUFFER);

	reset();
	clear(RDRXCTL, RDRXCTL_RSCFRSTSIZE);
	heads = memory(32);
	for (uint32_t q = 0; q < 2; q++) {
		rings[q] = memory(RING * sizeof(**rings));
		for (uint32_t i = 0; i < RING; i++)
			rings[q][i].lo = dma_addr(bytes + i * BUFFER);
		output(q);
	}
	put(RDBAH(0), (uint32_t)((uintptr_t)rings[0] >> 32));
	put(RDBAL(0), (uint32_t)(uintptr_t)rings[0]);
	put(RDLEN(0), RING * sizeof(**rings));
	set(SRRCTL(0), SRRCTL_DROP_EN); /* legacy, 2 KiB, as after a reset */
	set(RXDCTL(0), RXDCTL_ENABLE);
	wait_for(RXDCTL(0), RXDCTL_ENABLE, RXDCTL_ENABLE);
	put(RDT(0), RING - 1);
	set(SECRXCTRL, SECRXCTRL_RX_DIS);
	wait_for(SECRXSTAT, SECRXSTAT_SECRX_RDY, SECRXSTAT_SECRX_RDY);
	set(RXCTRL, RXCTRL_RXEN);
	clear(SECRXCTRL, SECRXCTRL_RX_DIS);
	set(CTRL_EXT, CTRL_EXT_NS_DIS);
	clear(DCA_RXCTRL(0), DCA_RXCTRL_ZERO);
	rx_next = 0;
	wait_for_link();
}

/* How many descriptors before rx_next a head stands. */
static uint32_t
behind(uint32_t head)
{
	return (rx_next + RING - head) % RING;
}

static void
echo_some(void)
{
	uint32_t n, earliest;

	for (n = 0; n < BATCH; n++) {
		uint64_t d = rings[0][rx_next].hi;
		uint64_t rs = rx_next % RS_EVERY == RS_EVERY - 1 ? TXD_RS : 0;
		uint64_t len = d & 0xffff;

		if (!(d >> 32 & RXD_DD))
			break;
		rings[0][rx_next].hi = (rx_next % 2 ? 0 : len) | rs | WHOLE;
		rings[1][rx_next].hi = (rx_next % 2 ? len : 0) | rs | WHOLE;
		rx_next = (rx_next + 1) % RING;
		if (rs == 0)
			continue;
		earliest = behind(heads[0]) > behind(heads[4]) ? heads[0]
		                                               : heads[4];
		put(RDT(0), earliest);
	}
	if (n == 0)
		return;
	put(TDT(0), rx_next);
	put(TDT(1), rx_next);
}

static void
test_literal(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < ECHO_SEEDS; seed++) {
		echo_begin(seed);
		start();
		echo_run(echo_some, ECHO_FRAMES, RING / 2);
		assert_int_equal(inprocess_end(), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
