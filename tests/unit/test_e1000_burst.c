/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic.c drivers/nic_ring.c drivers/e1000.c
 *     drivers/e1000_hw.c drivers/e1000_phy.c drivers/e1000_ring.c
 *     drivers/ixgbe.c drivers/ixgbe_hw.c drivers/ixgbe_i2c.c
 *     drivers/ixgbe_init.c drivers/ixgbe_link.c drivers/ixgbe_ring.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_sfp.c drivers/ixgbe_stats.c
 *     kernel/mmio.c kernel/msi.c net/pool.c tests/unit/fake_e1000.c
 *     tests/unit/fake_e1000_events.c tests/unit/fake_e1000_sizes.c
 *     tests/unit/host_machine.c
 *     tests/unit/e1000_fixture.c
 */
/*
 * The e1000's fast path against a model of the chip: order, full and empty
 * rings, an empty pool, bad frames, completion, and that nothing is lost when
 * the port stops.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/e1000_fixture.h"

/* Registers, by the manual. */
enum { RCTL = 0x0100, RDT = 0x2818 };

static void
frame_to(uint8_t *frame, const uint8_t *mac, uint32_t n)
{
	memset(frame, 0xee, 64);
	memcpy(frame, mac, 6);
	memcpy(frame + 60, &n, 4);
}

/* Receives n frames of 64 bytes, numbered from `first`. */
static uint32_t
receive(uint32_t first, uint32_t n)
{
	uint8_t frame[64];
	uint32_t i, taken = 0;

	for (i = 0; i < n; i++) {
		frame_to(frame, port.mac, first + i);
		taken += fake_receive(frame, sizeof(frame), 0, false);
	}
	return taken;
}

static uint32_t
rx(struct pkt **pkts, uint32_t n)
{
	uint32_t reads = fake.reads, got;

	got = port.ops->rx_burst(&port, 0, pkts, n);
	assert_int_equal(fake.reads, reads); /* never a register read */
	return got;
}

static uint32_t
tx(struct pkt *const *pkts, uint32_t n)
{
	uint32_t reads = fake.reads, writes = fake.writes, sent;

	sent = port.ops->tx_burst(&port, 0, pkts, n);
	assert_int_equal(fake.reads, reads);
	/* One tail write, and none without packets. */
	assert_int_equal(fake.writes - writes, sent > 0);
	return sent;
}

static void
get_packets(struct pkt **pkts, uint32_t n, uint16_t len)
{
	uint32_t i;

	assert_int_equal(pool_get_burst(&pool, pkts, n), n);
	for (i = 0; i < n; i++) {
		pkts[i]->len = len;
		memset(pkt_data(pkts[i]), 0, 64);
		memcpy(pkt_data(pkts[i]), &i, 4);
	}
}

static void
receives_in_order_and_refills(void **state)
{
	struct pkt *pkts[64];
	uint32_t round, n, i, number, next = 0, from;

	fixture_start();
	assert_int_equal(rx(pkts, 32), 0);
	for (round = 0; round < 40; round++) {
		n = round % 33;
		assert_int_equal(receive(next, n), n);
		from = fake.traced;
		assert_int_equal(rx(pkts, 64), n);
		/* One tail write a burst. */
		assert_int_equal(fake.traced - from, n > 0);
		assert_int_equal(fake_writes_to(from, RDT), n > 0);
		for (i = 0; i < n; i++, next++) {
			assert_int_equal(pkts[i]->len, 64);
			assert_int_equal(pkts[i]->port, 3);
			memcpy(&number, pkt_data(pkts[i]) + 60, 4);
			assert_int_equal(number, next);
		}
		pool_put_burst(&pool, pkts, n);
		assert_int_equal(pool.count, BUFFERS - RING);
	}
}

/* The ring fills, the NIC counts what it missed, then all goes on. */
static void
a_full_ring_misses_and_recovers(void **state)
{
	struct port_hw_stats stats;
	struct pkt *pkts[32];
	uint32_t round, got;

	fixture_start();
	for (round = 0; round < 3; round++) {
		assert_int_equal(receive(0, 300), RING);
		got = 0;
		while (got < RING) {
			uint32_t n = rx(pkts, 32);

			assert_true(n > 0);
			pool_put_burst(&pool, pkts, n);
			got += n;
		}
		assert_int_equal(rx(pkts, 32), 0);
	}
	port.ops->hw_stats(&port, &stats);
	assert_int_equal(stats.rx_missed, 3 * (300 - RING));
}

/* An empty pool costs frames, never ring slots. */
static void
an_empty_pool_drops_in_place(void **state)
{
	struct port_hw_stats stats;
	struct pkt *hoard[BUFFERS], *pkts[32];
	uint32_t n, i;

	fixture_start();
	n = pool_get_burst(&pool, hoard, BUFFERS);
	assert_int_equal(n, BUFFERS - RING);
	for (i = 0; i < 1000; i++) {
		assert_int_equal(receive(i, 1), 1);
		assert_int_equal(rx(pkts, 32), 0);
	}
	port.ops->hw_stats(&port, &stats);
	assert_int_equal(stats.rx_no_buffer, 1000);
	/* Half a burst of buffers: half a burst of frames. */
	pool_put_burst(&pool, hoard, 16);
	assert_int_equal(receive(0, 32), 32);
	assert_int_equal(rx(pkts, 32), 16);
	pool_put_burst(&pool, pkts, 16);
	pool_put_burst(&pool, hoard + 16, n - 16);
	assert_int_equal(receive(0, 300), RING);
	assert_int_equal(rx(pkts, 32), 32);
	pool_put_burst(&pool, pkts, 32);
}

static void
bad_frames_are_dropped_and_counted(void **state)
{
	static const uint8_t errors[] = { 1, 2, 4, 16, 128 };
	struct port_hw_stats stats;
	uint8_t frame[6000];
	struct pkt *pkts[32];
	uint32_t i;

	fixture_start();
	memset(frame, 0, sizeof(frame));
	memcpy(frame, port.mac, 6);
	for (i = 0; i < sizeof(errors); i++)
		assert_true(fake_receive(frame, 64, errors[i], false));
	assert_true(fake_receive(frame, 5000, 0, true)); /* three buffers */
	assert_true(fake_receive(frame, 2049, 0, true)); /* two */
	assert_true(fake_receive(frame, 1519, 0, true)); /* one, too long */
	assert_false(fake_receive(frame, 1519, 0, false));
	assert_true(fake_receive(frame, 1518, 0, false));
	/* A checksum that the NIC dislikes is for software to judge. */
	assert_true(fake_receive(frame, 64, 0x60, false));
	assert_int_equal(rx(pkts, 32), 2);
	assert_int_equal(pkts[0]->len, 1518);
	assert_int_equal(pkts[1]->len, 64);
	pool_put_burst(&pool, pkts, 2);
	port.ops->hw_stats(&port, &stats);
	assert_int_equal(stats.rx_errors, 5);
	assert_int_equal(stats.rx_length_errors, 3 + 1);
	assert_int_equal(pool.count, BUFFERS - RING);
}

static void
sends_with_one_report_a_burst(void **state)
{
	struct pkt *pkts[100];
	uint32_t number, i;

	fixture_start();
	get_packets(pkts, 100, 80);
	assert_int_equal(tx(pkts, 1), 1);
	assert_int_equal(fake.reports, 1);
	assert_int_equal(tx(pkts + 1, 32), 32);
	assert_int_equal(fake.reports, 2);
	assert_int_equal(tx(pkts + 33, 67), 67); /* at most 32 a report */
	assert_int_equal(fake.reports, 5);
	assert_int_equal(fake.sent_count, 100);
	for (i = 0; i < 100; i++) {
		memcpy(&number, fake.sent[i].head, 4);
		assert_int_equal(fake.sent[i].len, 80);
		assert_int_equal(number, i);
	}
	/* All come home, though nothing more is sent. */
	assert_int_equal(tx(NULL, 0), 0);
	assert_int_equal(pool.count, BUFFERS - RING);
}

static void
a_full_transmit_ring_takes_a_part(void **state)
{
	struct pkt *pkts[400];
	uint32_t round, taken = 0, i;

	fixture_start();
	get_packets(pkts, 400, 60);
	fake.stuck_tx = true;
	assert_int_equal(tx(pkts, 200), 200);
	assert_int_equal(tx(pkts + 200, 100), 55);
	assert_int_equal(tx(pkts + 255, 1), 0);
	/* Some go out, but not the batch's last: nothing comes home. */
	fake_transmit(31);
	assert_int_equal(tx(pkts + 255, 1), 0);
	fake_transmit(1);
	assert_int_equal(tx(pkts + 255, 145), 32);
	fake_transmit(~0u);
	tx(NULL, 0);
	taken = 255 + 32;
	pool_put_burst(&pool, pkts + taken, 400 - taken);
	assert_int_equal(pool.count, BUFFERS - RING);
	/* Many times round. */
	fake.stuck_tx = false;
	for (round = 0; round < 100; round++) {
		get_packets(pkts, 33, 60);
		for (i = 0; i < 33; i += 11)
			assert_int_equal(tx(pkts + i, 11), 11);
	}
	tx(NULL, 0);
	assert_int_equal(pool.count, BUFFERS - RING);
}

static void
drain_gives_all_back_and_start_works_again(void **state)
{
	struct pkt *pkts[64];
	uint32_t round;

	assert_int_equal(nic_probe(&pci, &port), 0);
	port.pool[0] = &pool;
	for (round = 0; round < 3; round++) {
		assert_int_equal(port.ops->start(&port), 0);
		assert_int_equal(pool.count, BUFFERS); /* not one taken */
		fixture_fill();
		assert_int_equal(pool.count, BUFFERS - RING);
		assert_int_equal(receive(0, 20), 20);
		assert_int_equal(rx(pkts, 10), 10);
		assert_int_equal(tx(pkts, 10), 10);
		fake.stuck_tx = true;
		get_packets(pkts, 64, 60);
		assert_int_equal(tx(pkts, 64), 64);
		fixture_stop();
		fake.stuck_tx = false;
		/* The rings keep theirs until the polling core drains them. */
		assert_int_equal(pool.count, BUFFERS - RING - 64);
		assert_int_equal(port.ops->start(&port), -EBUSY);
		port.ops->drain(&port, 0);
		port.ops->drain(&port, 0);
		assert_int_equal(pool.count, BUFFERS);
		assert_false(host_bus_master());
		assert_int_equal(fake.reg[RCTL / 4] & 2, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ALL(receives_in_order_and_refills),
		TEST_ALL(a_full_ring_misses_and_recovers),
		TEST_ALL(an_empty_pool_drops_in_place),
		TEST_ALL(bad_frames_are_dropped_and_counted),
		TEST_ALL(sends_with_one_report_a_burst),
		TEST_ALL(a_full_transmit_ring_takes_a_part),
		TEST_ALL(drain_gives_all_back_and_start_works_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
