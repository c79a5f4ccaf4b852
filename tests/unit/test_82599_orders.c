/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: tests/82599/inprocess.c tests/82599/inprocess_pci.c
 *     tests/unit/host_machine.c tests/unit/i82599_echo.c kernel/mmio.c
 * libs: i82599
 */
/*
 * Small drivers in the orders of public ones, on the strict model. Each echoes
 * frames of one port. Those that keep to the datasheet leave no record; the
 * others leave those of what they are known for, and work all the same.
 *
 *  - vendor: as DPDK. Advanced descriptors, the head set after ENABLE, sparse
 *    RS, the security path around RXEN, queues stopped and started again.
 *  - plain: as ixy. RXEN first, on an open path; RS everywhere and WTHRESH 4.
 *  - headed: as Snabb. Legacy reception in 16 KiB buffers, transmission without
 *    RS, reclaimed by TDH; most bits left as they are after a reset.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/dma.h"
#include "tests/82599/queue_regs.h"
#include "tests/unit/i82599_echo.h"

enum {
	RING = 64,
	POOL = 2 * RING,
	BATCH = 16,
	RS_EVERY = 8,
	ADVANCED = TXD_DEXT | TXD_DTYP_DATA,
	WHOLE = TXD_EOP | TXD_IFCS,
};

struct order {
	const char *name;
	uint32_t records; /* of a run without restarts */
	uint32_t srrctl;
	uint32_t txdctl;
	uint32_t command; /* of each transmit descriptor */
	bool rs_all, rs_sparse;
	bool reads_tdh;
	bool sets_head; /* after ENABLE */
	bool restarts;
	bool rx_first; /* RXEN, before the queues are on */
	bool path;     /* the security path is closed meanwhile */
	bool careful;  /* NS_DIS, bit 12 of DCA_RXCTRL */
	bool rsc;      /* RSCFRSTSIZE is left alone */
};

static const struct order vendor = {
	.name = "vendor",
	.srrctl = SRRCTL_DESCTYPE_ONE_BUFFER | SRRCTL_DROP_EN | 2,
	.txdctl = 32, /* without HTHRESH */
	.command = ADVANCED | WHOLE,
	.rs_sparse = true,
	.sets_head = true,
	.restarts = true,
	.path = true,
	.careful = true,
};

static const struct order plain = {
	.name = "plain",
	.records = 2, /* the path, RSCFRSTSIZE */
	.srrctl = SRRCTL_DESCTYPE_ONE_BUFFER | SRRCTL_DROP_EN | 2,
	.txdctl = 4 << 16 | 8 << 8 | 36,
	.command = ADVANCED | WHOLE,
	.rs_all = true,
	.sets_head = true,
	.rx_first = true,
	.careful = true,
	.rsc = true,
};

static const struct order headed = {
	.name = "headed",
	.records = 3, /* the path, NS_DIS, bit 12 of DCA_RXCTRL */
	.srrctl = SRRCTL_DESCTYPE_LEGACY | SRRCTL_DROP_EN | 16,
	.txdctl = 1 << 16 | 1 << 8 | 32,
	.command = ADVANCED | WHOLE,
	.reads_tdh = true,
};

static const struct order *order;
static volatile struct echo_descriptor *rx, *tx;
static uint64_t rx_buffer[RING], tx_buffer[RING], pool[POOL];
static uint32_t rx_next, tx_next, tx_clean, pooled;

/*
 * The drivers of one ring each way.
 */

static void
rx_fill(uint32_t i, uint64_t buffer)
{
	rx_buffer[i] = buffer;
	rx[i].lo = buffer;
	rx[i].hi = 0;
}

static void
rx_start(void)
{
	set(RXDCTL(0), RXDCTL_ENABLE);
	wait_for(RXDCTL(0), RXDCTL_ENABLE, RXDCTL_ENABLE);
	if (order->sets_head)
		put(RDH(0), 0);
	put(RDT(0), RING - 1);
	rx_next = 0;
}

static void
tx_start(void)
{
	if (!order->sets_head) {
		put(TDH(0), 0);
		put(TDT(0), 0);
	}
	put(TXDCTL(0), order->txdctl | TXDCTL_ENABLE);
	wait_for(TXDCTL(0), TXDCTL_ENABLE, TXDCTL_ENABLE);
	if (order->sets_head) {
		put(TDH(0), 0);
		put(TDT(0), 0);
	}
	tx_next = 0;
	tx_clean = 0;
}

static void
rings_new(void)
{
	uint32_t size = order->srrctl & SRRCTL_BSIZEPACKET;
	uint8_t *bytes = memory((RING + POOL) * size * 1024);

	rx = memory(RING * sizeof(*rx));
	tx = memory(RING * sizeof(*tx));
	for (uint32_t i = 0; i < RING; i++, bytes += size * 1024)
		rx_fill(i, dma_addr(bytes));
	for (pooled = 0; pooled < POOL; bytes += size * 1024)
		pool[pooled++] = dma_addr(bytes);
	put(RDBAL(0), (uint32_t)(uintptr_t)rx);
	put(RDBAH(0), (uint32_t)((uintptr_t)rx >> 32));
	put(RDLEN(0), RING * sizeof(*rx));
	put(SRRCTL(0), order->srrctl);
	put(TDBAL(0), (uint32_t)(uintptr_t)tx);
	put(TDBAH(0), (uint32_t)((uintptr_t)tx >> 32));
	put(TDLEN(0), RING * sizeof(*tx));
}

static void
receiver_on(void)
{
	if (order->path) {
		set(SECRXCTRL, SECRXCTRL_RX_DIS);
		wait_for(SECRXSTAT, SECRXSTAT_SECRX_RDY, SECRXSTAT_SECRX_RDY);
	}
	set(RXCTRL, RXCTRL_RXEN);
	if (order->path)
		clear(SECRXCTRL, SECRXCTRL_RX_DIS);
}

static void
start(void)
{
	reset();
	if (!order->rsc)
		clear(RDRXCTL, RDRXCTL_RSCFRSTSIZE);
	if (order->careful) {
		set(CTRL_EXT, CTRL_EXT_NS_DIS);
		clear(DCA_RXCTRL(0), DCA_RXCTRL_ZERO);
	}
	rings_new();
	if (order->rx_first)
		receiver_on();
	set(DMATXCTL, DMATXCTL_TE);
	rx_start();
	tx_start();
	if (!order->rx_first)
		receiver_on();
	wait_for_link();
}

/* Takes buffers of sent frames back. */
static void
reclaim(void)
{
	uint32_t to = tx_clean;

	if (order->reads_tdh) {
		to = get(TDH(0));
	} else {
		for (uint32_t i = tx_clean; i != tx_next; i = (i + 1) % RING)
			if (tx[i].hi >> 32 & TXD_DD)
				to = (i + 1) % RING;
	}
	for (; tx_clean != to; tx_clean = (tx_clean + 1) % RING)
		pool[pooled++] = tx_buffer[tx_clean];
}

static void
send(uint64_t buffer, uint32_t len)
{
	bool rs = order->rs_all ||
	          (order->rs_sparse && tx_next % RS_EVERY == RS_EVERY - 1);
	uint64_t command = order->command | (rs ? TXD_RS : 0) | len;

	tx[tx_next].lo = buffer;
	tx[tx_next].hi = command | (uint64_t)len << 46;
	tx_buffer[tx_next] = buffer;
	tx_next = (tx_next + 1) % RING;
}

static bool
received(uint32_t *len)
{
	uint64_t d = rx[rx_next].hi;
	bool legacy = (order->srrctl & SRRCTL_DESCTYPE) ==
	              SRRCTL_DESCTYPE_LEGACY;

	*len = legacy ? d & 0xffff : d >> 32 & 0xffff;
	return legacy ? d >> 32 & RXD_DD : d & RXD_DD;
}

static void
echo_some(void)
{
	uint32_t len, n;

	reclaim();
	for (n = 0; n < BATCH && received(&len); n++) {
		if ((tx_next + 1) % RING == tx_clean || pooled == 0)
			break;
		send(rx_buffer[rx_next], len);
		rx_fill(rx_next, pool[--pooled]);
		rx_next = (rx_next + 1) % RING;
	}
	if (n == 0)
		return;
	put(TDT(0), tx_next);
	put(RDT(0), (rx_next + RING - 1) % RING);
}

/* Each queue alone, off and on again, while nothing is on the way. */
static void
restart(void)
{
	clear(RXDCTL(0), RXDCTL_ENABLE);
	wait_for(RXDCTL(0), RXDCTL_ENABLE, 0);
	for (uint32_t i = 0; i < RING; i++)
		rx_fill(i, rx_buffer[i]);
	rx_start();
	wait_for(TDH(0), 0xffff, get(TDT(0)));
	clear(TXDCTL(0), TXDCTL_ENABLE);
	wait_for(TXDCTL(0), TXDCTL_ENABLE, 0);
	for (; tx_clean != tx_next; tx_clean = (tx_clean + 1) % RING)
		pool[pooled++] = tx_buffer[tx_clean];
	tx_start();
}

/*
 * Running them.
 */

static void
run_order(const struct order *o)
{
	for (uint64_t seed = 0; seed < ECHO_SEEDS; seed++) {
		echo_begin(seed);
		order = o;
		start();
		for (uint32_t n = 1; n <= 4; n++) {
			echo_run(echo_some, n * ECHO_FRAMES / 4, RING / 2);
			if (o->restarts)
				restart();
		}
		assert_int_equal(echo.port->violations, o->records);
		assert_int_equal(inprocess_end(), o->records);
	}
}

static void
test_vendor(void **state)
{
	(void)state;
	run_order(&vendor);
}

static void
test_plain(void **state)
{
	(void)state;
	run_order(&plain);
}

static void
test_headed(void **state)
{
	(void)state;
	run_order(&headed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vendor),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_headed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
