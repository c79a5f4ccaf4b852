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
 * The e1000's interrupt and the counters of its queue: one message for each
 * arming, none lost however a packet meets it, none where there is no MSI.
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

enum {
	IMS = 0x00d0,
	MPC = 0x4010,
	GPRC = 0x4074,
	GOTCH = 0x4094,
	ADDRESS = 0xfee02000,
	DATA = 0x41,
};

static void
receive(uint32_t n)
{
	uint8_t frame[64] = { 0 };

	memcpy(frame, port.mac, 6);
	while (n-- > 0)
		assert_true(fake_receive(frame, sizeof(frame), 0, false));
}

static void
receive_one(void)
{
	receive(1);
}

static void
poll(uint32_t n)
{
	struct pkt *pkts[32];

	assert_int_equal(port.ops->rx_burst(&port, 0, pkts, 32), n);
	pool_put_burst(&pool, pkts, n);
}

static void
send(uint32_t n)
{
	struct pkt *pkts[32];
	uint32_t i;

	assert_int_equal(pool_get_burst(&pool, pkts, n), n);
	for (i = 0; i < n; i++)
		pkts[i]->len = 100;
	assert_int_equal(port.ops->tx_burst(&port, 0, pkts, n), n);
}

static void
start(void)
{
	port.message[0].address = ADDRESS;
	port.message[0].data = DATA;
	fixture_start();
}

static void
arm(void)
{
	port.ops->rx_arm(&port, 0);
}

static void
each_arming_sends_one_message(void **state)
{
	uint32_t i;

	(void)state;
	start();
	for (i = 0; i < 5; i++) {
		receive(2); /* long ago: no reason to wake */
		send(2);
		poll(2);
		arm();
		assert_int_equal(fake.messages, i);
		receive(3);
		assert_int_equal(fake.messages, i + 1);
		assert_true(fake.message_address == ADDRESS);
		assert_int_equal(fake.message_data, DATA);
		poll(3);
		receive(1); /* awake: no more of them */
		poll(1);
		assert_int_equal(fake.reg[IMS / 4], 0);
		assert_int_equal(fake.messages, i + 1);
	}
}

static void
a_sent_packet_wakes_nobody(void **state)
{
	(void)state;
	start();
	arm();
	send(5);
	assert_int_equal(fake.messages, 0);
	receive(1);
	assert_int_equal(fake.messages, 1);
}

/* Before the arming, after it, and before each of its accesses. */
static void
no_packet_is_missed(void **state)
{
	uint32_t i, before, accesses;

	(void)state;
	start();
	before = fake.reads + fake.writes;
	arm();
	accesses = fake.reads + fake.writes - before;
	poll(0);
	for (i = 0; i <= accesses + 1; i++) {
		before = fake.messages;
		if (i == 0)
			receive_one();
		fake.meeting = receive_one;
		fake.meet = i <= accesses ? i : 0;
		arm();
		if (i > accesses)
			receive_one();
		assert_int_equal(fake.messages, before + 1);
		poll(1);
	}
}

static void
no_message_holds_back_the_next(void **state)
{
	(void)state;
	fake.throttle = true;
	start();
	arm();
	receive(1);
	assert_int_equal(fake.messages, 1);
	poll(1);
	arm();
	receive(1);
	assert_int_equal(fake.messages, 2);
}

/* A poll takes no access but the one that follows an arming. */
static void
only_a_wake_touches_the_mask(void **state)
{
	uint32_t writes, i;

	(void)state;
	start();
	arm();
	writes = fake.writes;
	for (i = 0; i < 3; i++)
		poll(0);
	assert_int_equal(fake.writes, writes + 1);
}

static void
a_stopped_port_is_silent(void **state)
{
	(void)state;
	start();
	arm();
	fixture_stop();
	assert_int_equal(fake.reg[IMS / 4], 0);
	port.ops->drain(&port, 0);
	assert_int_equal(port.ops->start(&port), 0);
	fixture_fill();
	receive(1);
	assert_int_equal(fake.messages, 0);
	poll(1);
	arm();
	receive(1);
	assert_int_equal(fake.messages, 1);
}

static void
without_msi_there_is_no_arming(void **state)
{
	host.config[PCI_CAPABILITIES] = 0xe0;
	start();
	assert_null(port.ops->rx_arm);
	receive(1);
	poll(1);
	assert_int_equal(fake.messages, 0);
	(void)state;
}

static void
nobody_who_wants_it_no_msi(void **state)
{
	(void)state;
	fixture_start();
	assert_int_equal(host.config[MSI_AT + 2] & 1, 0);
	receive(1);
	poll(1);
}

static void
a_message_that_msi_cannot_send_is_refused(void **state)
{
	(void)state;
	assert_int_equal(nic_probe(&pci, &port), 0);
	port.pool[0] = &pool;
	port.message[0].address = ADDRESS;
	port.message[0].data = 0x10000; /* it has 16 bits */
	assert_int_equal(port.ops->start(&port), -EINVAL);
	assert_false(host_bus_master());
}

/* Octets as the rest of the router counts them, without CRC. */
static void
the_queue_is_counted(void **state)
{
	struct port_queue_stats s;

	(void)state;
	fake.reg[GPRC / 4] = 99; /* from before: not ours */
	fixture_start();
	receive(7);
	poll(7);
	send(3);
	receive(5);
	fake.stuck_tx = true;
	send(4);
	fake.reg[MPC / 4] = 6;
	port.ops->queue_stats(&port, 0, &s);
	assert_true(s.rx_packets == 12 && s.rx_octets == 12 * 64);
	assert_true(s.tx_packets == 3 && s.tx_octets == 3 * 100);
	assert_int_equal(s.rx_drops, 6);
	assert_int_equal(s.rx_used, 5);
	assert_int_equal(s.tx_used, 4);
	fake.reg[GOTCH / 4] = 1;
	fixture_stop();
	port.ops->queue_stats(&port, 0, &s);
	assert_true(s.rx_packets == 12 && s.rx_drops == 6);
	assert_true(s.tx_octets == 3 * 100 + 0x100000000);
	assert_int_equal(s.rx_used + s.tx_used, 0);
	port.ops->queue_stats(&port, 1, &s);
	assert_true(s.rx_packets == 0 && s.tx_octets == 0);
}

/* Across the end of both rings. */
static void
used_slots_wrap(void **state)
{
	struct port_queue_stats s;
	uint32_t i;

	(void)state;
	fixture_start();
	for (i = 0; i < 25; i++) {
		receive(10);
		poll(10);
		send(10);
	}
	fake.stuck_tx = true;
	receive(20);
	send(20);
	port.ops->queue_stats(&port, 0, &s);
	assert_int_equal(s.rx_used, 20);
	assert_int_equal(s.tx_used, 20);
}

/* The poller's drops are of this queue, too. */
static void
an_empty_pool_drops(void **state)
{
	struct port_queue_stats s;
	struct pkt *hoard[BUFFERS];
	uint32_t n;

	(void)state;
	fixture_start();
	n = pool_get_burst(&pool, hoard, BUFFERS);
	receive(4);
	poll(0);
	pool_put_burst(&pool, hoard, n);
	port.ops->queue_stats(&port, 0, &s);
	assert_int_equal(s.rx_drops, 4);
	assert_int_equal(s.rx_used, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_arming_sends_one_message, i82574),
		TEST(a_sent_packet_wakes_nobody, i82574),
		TEST(no_packet_is_missed, i82574),
		TEST(no_message_holds_back_the_next, i82574),
		TEST(only_a_wake_touches_the_mask, i82574),
		TEST(a_stopped_port_is_silent, i82574),
		TEST_ALL(without_msi_there_is_no_arming),
		TEST_ALL(nobody_who_wants_it_no_msi),
		TEST(a_message_that_msi_cannot_send_is_refused, i82574),
		TEST_ALL(the_queue_is_counted),
		TEST_ALL(used_slots_wrap),
		TEST_ALL(an_empty_pool_drops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
