/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic.c drivers/nic_ring.c drivers/e1000.c
 *     drivers/e1000_hw.c drivers/e1000_phy.c drivers/e1000_ring.c
 *     drivers/ixgbe.c drivers/ixgbe_hw.c drivers/ixgbe_i2c.c
 *     drivers/ixgbe_init.c drivers/ixgbe_link.c drivers/ixgbe_ring.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_sfp.c drivers/ixgbe_stats.c
 *     kernel/mmio.c kernel/msi.c net/pool.c tests/unit/fake_e1000.c
 *     tests/unit/fake_e1000_events.c tests/unit/fake_e1000_sizes.c
 *     tests/unit/host_machine.c tests/unit/e1000_fixture.c
 */
/*
 * Long frames in the e1000 driver: what is accepted with which MTU and buffers,
 * frames in two of the NIC's buffers, and that none of these is ever lost.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/e1000_fixture.h"

enum {
	EXTRA = 18, /* Ethernet header and a tag */
	BURST = 32,
	/* Registers, by the manual. */
	RCTL = 0x0100,
	LPE = 1 << 5,
};

static uint8_t frame[FAKE_FRAME_MAX];

static uint8_t
byte_at(uint32_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

static void
start(uint16_t room, uint16_t mtu)
{
	uint32_t i;

	fixture_room(room);
	fixture_start();
	port.ops->set_mtu(&port, mtu);
	for (i = 0; i < sizeof(frame); i++)
		frame[i] = byte_at(i);
	memcpy(frame, port.mac, ETH_ALEN);
}

/* The pool has what is neither in the ring nor among these. */
static void
check_buffers(uint32_t elsewhere)
{
	assert_int_equal(pool.count, BUFFERS - RING - elsewhere);
	assert_int_equal(pool.overflow, 0);
}

static uint64_t
length_errors(void)
{
	struct port_hw_stats stats;

	port.ops->hw_stats(&port, &stats);
	return stats.rx_length_errors;
}

/* Sent to the port, a frame of `len` bytes comes out of it, whole. */
static bool
arrives(uint32_t len)
{
	struct pkt *pkts[BURST];
	uint32_t got, i;

	(void)fake_receive(frame, len, 0, false);
	got = port.ops->rx_burst(&port, 0, pkts, BURST);
	check_buffers(got);
	if (got == 0)
		return false;
	assert_int_equal(got, 1);
	assert_int_equal(pkts[0]->len, len);
	assert_int_equal(pkts[0]->port, 3);
	assert_memory_equal(pkt_data(pkts[0]), port.mac, ETH_ALEN);
	for (i = ETH_ALEN; i < len; i++)
		if (pkt_data(pkts[0])[i] != byte_at(i))
			fail_msg("byte %u of %u", (unsigned)i, (unsigned)len);
	pool_put(&pool, pkts[0]);
	return true;
}

/* Every room, and the largest MTU that it is good for. */
static void
lengths_up_to_the_mtu_arrive(void **state)
{
	static const uint32_t lengths[] = { 60, 1514, 1518, 1519, 2047, 2048,
		2049, 3000, 4095, 4096, 4097, 6000, 8191, 8192, 8193, 9018,
		9216, 9217, 9230, 9231, 9724, 10240, 12000, 16380 };
	uint32_t room, most, i;
	uint64_t errors;

	for (room = PKT_ROOM; room <= PKT_ROOM_MAX; room += 1024) {
		fixture_teardown(state);
		fixture_setup(state);
		start((uint16_t)room, 1500);
		most = room < port.max_frame ? room : port.max_frame;
		port.ops->set_mtu(&port, (uint16_t)(most - EXTRA));
		for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			errors = length_errors();
			assert_int_equal(
			    arrives(lengths[i]), lengths[i] <= most);
			assert_int_equal(
			    length_errors() - errors, lengths[i] > most);
		}
		assert_true(arrives(most));
		assert_true(arrives(most - 1));
		assert_false(arrives(most + 1));
	}
}

/* At any time, in both directions; up to 1500 in any case. */
static void
the_mtu_changes_while_running(void **state)
{
	(void)state;
	start(PKT_ROOM_MAX, 1500);
	assert_int_equal(fake.reg[RCTL / 4] & LPE, 0);
	assert_true(arrives(1518));
	assert_false(arrives(1519));
	port.ops->set_mtu(&port, 9000);
	assert_int_equal(fake.reg[RCTL / 4] & LPE, LPE);
	assert_true(arrives(9018));
	assert_false(arrives(9019));
	port.ops->set_mtu(&port, 1501);
	assert_true(arrives(1519));
	assert_false(arrives(1520));
	port.ops->set_mtu(&port, 1280);
	assert_int_equal(fake.reg[RCTL / 4] & LPE, 0);
	assert_true(arrives(1518));
	assert_false(arrives(1519));
}

/* A port that is down gets it when it starts, and keeps it. */
static void
the_mtu_outlives_a_stop(void **state)
{
	uint32_t i;

	(void)state;
	fixture_room(PKT_ROOM_MAX);
	assert_int_equal(nic_probe(&pci, &port), 0);
	port.ops->set_mtu(&port, 9000);
	assert_int_equal(fake.reg[RCTL / 4] & LPE, 0);
	memcpy(frame, port.mac, ETH_ALEN);
	port.pool[0] = &pool;
	for (i = 0; i < 3; i++) {
		assert_int_equal(port.ops->start(&port), 0);
		fixture_fill();
		assert_true(fake_receive(frame, 9018, 0, false));
		fixture_stop();
		port.ops->drain(&port, 0);
		assert_int_equal(pool.count, BUFFERS);
	}
}

/* The model has a word to say if they do not fit its packet buffer. */
static void
the_largest_frames_are_sent(void **state)
{
	struct pkt *pkts[BURST];
	uint32_t i;

	(void)state;
	start(PKT_ROOM_MAX, 1500);
	assert_int_equal(pool_get_burst(&pool, pkts, BURST), BURST);
	for (i = 0; i < BURST; i++)
		pkts[i]->len = (uint16_t)(port.max_frame - i % 2);
	assert_int_equal(port.ops->tx_burst(&port, 0, pkts, BURST), BURST);
	assert_int_equal(fake.sent_count, BURST);
	for (i = 0; i < BURST; i++)
		assert_int_equal(fake.sent[i].len, port.max_frame - i % 2);
	port.ops->tx_burst(&port, 0, NULL, 0);
	check_buffers(0);
}

/* The packet buffer is split otherwise where no frame is long. */
static void
small_buffers_leave_all_as_it_was(void **state)
{
	const struct part *part = *state;

	start(PKT_ROOM, 1500);
	assert_int_equal(fake.split, part->pcie ? 32 : 48);
	assert_int_equal(fake_buffer_size(), 2048);
	fixture_teardown(state);
	fixture_setup(state);
	start(PKT_ROOM_MAX, 1500);
	assert_int_equal(fake.split, part->pcie ? 20 : 40);
	assert_int_equal(fake_buffer_size(), part->pcie ? 10240 : 8192);
}

/* Erratum 10: one descriptor may not hold much there. */
static void
no_long_frames_on_pcix(void **state)
{
	(void)state;
	fake.pcix = true;
	start(PKT_ROOM_MAX, 1500);
	assert_int_equal(port.max_frame, 1518);
	assert_true(arrives(1518));
}

/* Longer than all that we have, in as many buffers as it takes. */
static void
giants_are_dropped_once(void **state)
{
	struct pkt *pkts[BURST];
	uint32_t i;

	(void)state;
	start(4096, 4000);
	for (i = 0; i < 400; i++) {
		assert_true(fake_receive(frame, 12289 + 8 * i, 0, true));
		assert_true(fake_receive(frame, 100, 0, false));
		assert_int_equal(
		    port.ops->rx_burst(&port, 0, pkts, 1 + i % BURST) +
			port.ops->rx_burst(&port, 0, pkts, BURST),
		    1);
		assert_int_equal(pkts[0]->len, 100);
		pool_put(&pool, pkts[0]);
		assert_int_equal(length_errors(), i + 1);
		check_buffers(0);
	}
}

/* The first part waits, over bursts and many times round the ring. */
static void
parts_are_joined_across_bursts(void **state)
{
	struct pkt *pkts[BURST];
	uint32_t len, i, k;

	(void)state;
	start(5120, 5000);
	for (i = 0; i < 1000; i++) {
		len = 4097 + i % 900;
		assert_true(fake_receive(frame, len, 0, false));
		assert_int_equal(port.ops->rx_burst(&port, 0, pkts, 1), 0);
		check_buffers(1);
		assert_int_equal(port.ops->rx_burst(&port, 0, pkts, 1), 1);
		check_buffers(1);
		assert_int_equal(pkts[0]->len, len);
		for (k = ETH_ALEN; k < len; k++)
			assert_true(pkt_data(pkts[0])[k] == byte_at(k));
		pool_put(&pool, pkts[0]);
	}
	assert_int_equal(length_errors(), 0);
}

/* A bad second part takes the first with it. */
static void
errors_are_the_whole_frames(void **state)
{
	struct port_hw_stats stats;
	struct pkt *pkts[BURST];

	(void)state;
	start(5120, 5000);
	assert_true(fake_receive(frame, 5000, 1, false));
	assert_int_equal(port.ops->rx_burst(&port, 0, pkts, BURST), 0);
	check_buffers(0);
	port.ops->hw_stats(&port, &stats);
	assert_int_equal(stats.rx_errors, 1);
	assert_int_equal(stats.rx_length_errors, 0);
	assert_true(arrives(5000));
}

/* No buffer to hold the first part in: one drop, and none of the next. */
static void
an_empty_pool_drops_both_parts(void **state)
{
	struct port_hw_stats stats;
	struct pkt *hoard[BUFFERS], *pkts[BURST];
	uint32_t n, i;

	(void)state;
	start(5120, 5000);
	n = pool_get_burst(&pool, hoard, BUFFERS);
	for (i = 0; i < 600; i++) {
		assert_true(fake_receive(frame, 5000, 0, false));
		assert_int_equal(
		    port.ops->rx_burst(&port, 0, pkts, 1 + i % 2), 0);
		assert_int_equal(port.ops->rx_burst(&port, 0, pkts, BURST), 0);
	}
	port.ops->hw_stats(&port, &stats);
	assert_int_equal(stats.rx_no_buffer, 600);
	assert_int_equal(stats.rx_length_errors, 0);
	pool_put_burst(&pool, hoard, n);
	assert_true(arrives(5000));
}

/* The part that waits is in no ring, and yet comes home. */
static void
a_stop_inside_a_frame_loses_nothing(void **state)
{
	struct pkt *pkts[BURST];
	uint32_t i;

	(void)state;
	start(5120, 5000);
	for (i = 0; i < 3; i++) {
		assert_true(fake_receive(frame, 5000, 0, false));
		assert_int_equal(port.ops->rx_burst(&port, 0, pkts, 1), 0);
		fixture_stop();
		assert_int_equal(port.ops->start(&port), -EBUSY);
		port.ops->drain(&port, 0);
		assert_int_equal(pool.count, BUFFERS);
		assert_int_equal(port.ops->start(&port), 0);
		fixture_fill();
		assert_true(arrives(5000));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ALL(lengths_up_to_the_mtu_arrive),
		TEST_ALL(the_mtu_changes_while_running),
		TEST_ALL(the_mtu_outlives_a_stop),
		TEST_ALL(the_largest_frames_are_sent),
		TEST_ALL(small_buffers_leave_all_as_it_was),
		TEST(no_long_frames_on_pcix, i82545),
		TEST_ALL(giants_are_dropped_once),
		TEST(parts_are_joined_across_bursts, i82540),
		TEST(parts_are_joined_across_bursts, i82545),
		TEST(errors_are_the_whole_frames, i82540),
		TEST(errors_are_the_whole_frames, i82545),
		TEST(an_empty_pool_drops_both_parts, i82540),
		TEST(an_empty_pool_drops_both_parts, i82545),
		TEST(a_stop_inside_a_frame_loses_nothing, i82540),
		TEST(a_stop_inside_a_frame_loses_nothing, i82545),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
