/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic_ring.c drivers/ixgbe.c drivers/ixgbe_hw.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_i2c.c drivers/ixgbe_init.c
 *     drivers/ixgbe_link.c drivers/ixgbe_ring.c drivers/ixgbe_sfp.c
 *     drivers/ixgbe_stats.c kernel/mmio.c kernel/msi.c net/pool.c
 *     tests/82599/inprocess.c tests/82599/inprocess_pci.c
 *     tests/unit/host_machine.c tests/unit/ixgbe_lab.c
 * libs: i82599
 */
/*
 * The 82599's driver on the model: pools without buffers, transmission that
 * stands still, counters.
 */
#include "drivers/ixgbe_dev.h"
#include "tests/82599/internal.h"
#include "tests/unit/ixgbe_lab.h"

enum {
	SLOTS = 64,
	LEN = 100,
	SEEDS = 50,
	SETTLE_NS = 1000000,
};

/* Takes all buffers, and keeps those of the frames that arrive; returns how
 * many are in `taken`. */
static uint32_t
run_dry(struct pkt **taken)
{
	struct port_queue_stats stats;
	uint32_t got = 0, i;
	uint32_t count = pool_get_burst(&lab.pool[0], taken, lab.pool[0].count);

	for (i = 0; i < 4 * SLOTS; i++) {
		struct pkt *p;

		lab_receive(0, i, LEN);
		inprocess_pass(LAB_TURN_NS);
		/* The core keeps what it gets. */
		if (lab.port[0].ops->rx_burst(&lab.port[0], 0, &p, 1) == 1) {
			assert_int_equal(lab_check(pkt_data(p), p->len), got++);
			taken[count++] = p;
		}
	}
	assert_int_equal(got, SLOTS - 1);
	assert_int_equal(lab.pool[0].count, 0);
	assert_int_equal(lab.pool[0].empty, 0); /* it did not even ask */
	inprocess_pass(SETTLE_NS);
	lab.port[0].ops->queue_stats(&lab.port[0], 0, &stats);
	assert_int_equal(stats.rx_drops, 4 * SLOTS - (SLOTS - 1));
	return count;
}

/* Without buffers the ring runs dry; with them it comes back by itself. */
static void
starve(uint64_t hostile)
{
	struct pkt *taken[4 * SLOTS];
	uint32_t n, count, i;

	lab_up(&(struct lab_config){ .hostile = hostile });
	lab.nic[0]->lossy = true;
	assert_int_equal(lab_poll(0, 0, 0, 1), 0);
	inprocess_pass(SETTLE_NS);
	count = run_dry(taken);
	/* One buffer is not many, all are. */
	pool_put_burst(&lab.pool[0], taken, 1);
	lab_receive(0, 0, LEN);
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 0);
	inprocess_pass(SETTLE_NS);
	for (n = 0; n < 5; n++) {
		lab_receive(0, n, LEN);
		inprocess_pass(SETTLE_NS);
		assert_int_equal(lab_poll(0, 0, n, PKT_BURST), 1);
		assert_int_equal(lab_poll(0, 0, n, PKT_BURST), 0);
		inprocess_pass(SETTLE_NS);
	}
	pool_put_burst(&lab.pool[0], taken + 1, count - 1);
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 0);
	inprocess_pass(SETTLE_NS);
	for (n = 0; n < SLOTS - 1; n++)
		lab_receive(0, n, LEN);
	inprocess_pass(SETTLE_NS);
	for (n = 0; n < SLOTS - 1; n += i)
		assert_true((i = lab_poll(0, 0, n, PKT_BURST)) > 0);
}

static void
an_empty_pool_is_survived(void **state)
{
	uint32_t seed;

	for (seed = 0; seed < SEEDS; seed++) {
		starve(seed);
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&(struct lab_config){ .queues = 1 });
}

/* Sends from number `n` on until the ring is full; returns the next number. */
static uint32_t
fill_ring(uint32_t n)
{
	uint32_t took;

	do {
		took = lab_send(0, 0, n, LEN, 20);
		n += took;
	} while (took == 20);
	return n;
}

/* Nothing leaves for long. What was taken is sent in the end, in order. */
static void
stall(uint64_t hostile, void (*halt)(void), void (*go_on)(void))
{
	uint32_t n, i;

	lab_up(&(struct lab_config){ .hostile = hostile });
	lab_catch(0);
	n = lab_send(0, 0, 0, LEN, PKT_BURST);
	inprocess_pass(hostile * 100);
	halt();
	n = fill_ring(n);
	assert_true(lab_out(0) == SLOTS - 1);
	for (i = 0; i < 100; i++) {
		inprocess_pass(10 * SETTLE_NS);
		n += lab_send(0, 0, n, LEN, 1);
		lab_reclaim(0, 0);
	}
	n = fill_ring(n);
	assert_in_range(n, SLOTS - 1, SLOTS - 1 + PKT_BURST);
	go_on();
	lab_wait_link(0);
	for (i = 0; i < 100; i++) {
		inprocess_pass(SETTLE_NS);
		lab_reclaim(0, 0);
	}
	assert_int_equal(lab_out(0), 0);
	assert_int_equal(lab_send(0, 0, n, LEN, PKT_BURST), PKT_BURST);
	inprocess_pass(10 * SETTLE_NS);
	assert_int_equal(lab.sent_count, n + PKT_BURST);
	for (i = 0; i < lab.sent_count; i++)
		assert_int_equal(lab.sent[i].n, i);
}

static void
pull(void)
{
	inprocess_set_link(lab.nic[0], false);
}

static void
plug(void)
{
	inprocess_set_link(lab.nic[0], true);
}

static void
bus_off(void)
{
	pci_disable_master(&lab.nic[0]->pci);
}

static void
bus_on(void)
{
	pci_enable_master(&lab.nic[0]->pci);
}

static void
transmission_may_stall(void **state)
{
	uint32_t seed;

	for (seed = 0; seed < SEEDS; seed++) {
		stall(seed, pull, plug);
		assert_int_equal(lab_end(state), 0);
		stall(seed, bus_off, bus_on);
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&(struct lab_config){ .queues = 1 });
}

/* A port that is stopped while nothing leaves gives all buffers back. */
static void
a_stalled_port_can_be_stopped(void **state)
{
	uint32_t seed;

	for (seed = 0; seed < SEEDS; seed++) {
		lab_up(&(struct lab_config){ .hostile = seed });
		assert_int_equal(lab_poll(0, 0, 0, 1), 0);
		lab_receive(0, 0, LEN);
		(void)lab_send(0, 0, 0, LEN, PKT_BURST);
		inprocess_pass(seed * 200);
		(seed % 2 == 0 ? pull : bus_off)();
		(void)fill_ring(0);
		lab_stop(0);
		assert_int_equal(lab_out(0), 0);
		plug();
		assert_int_equal(lab_start(0), 0);
		lab_wait_link(0);
		lab_catch(0);
		assert_int_equal(lab_send(0, 0, 5, LEN, 1), 1);
		inprocess_pass(SETTLE_NS);
		assert_int_equal(lab.sent_count, 1);
		assert_int_equal(lab.sent[0].n, 5);
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&(struct lab_config){ .queues = 1 });
}

/* Counters stick at their largest value; the sums go beyond it. */
static void
sums_have_64_bits(void **state)
{
	struct i82599 *m;
	struct port *port = &lab.port[0];
	struct port_hw_stats hw;
	struct port_queue_stats stats;
	uint32_t i;

	lab_up(&(struct lab_config){ .queues = 2 });
	m = lab.nic[0]->model;
	for (i = 0; i < 3; i++) {
		stat_add(m, CRCERRS, UINT32_MAX);
		stat_add(m, CRCERRS, 7); /* sticks */
		stat_add(m, RXMPC(3), 2);
		stat_add(m, RLEC, 3);
		stat_add(m, QPRC(1), UINT32_MAX);
		stat_add(m, QPRDC(1), UINT32_MAX);
		stat_add64(m, QBRC_L(1), 1ull << 35);
		stat_add64(m, QBTC_L(1), (1ull << 36) + 5); /* sticks */
		/* One read is enough, of both halves of a pair. */
		port->ops->queue_stats(port, 1, &stats);
		assert_int_equal(stats.rx_octets, (i + 1ull) << 35);
		port->ops->hw_stats(port, &hw);
	}
	assert_int_equal(hw.rx_crc_errors, 3ull * UINT32_MAX);
	assert_int_equal(hw.rx_missed, 6);
	assert_int_equal(hw.rx_length_errors, 9);
	assert_int_equal(hw.rx_no_buffer, 3ull * UINT32_MAX);
	port->ops->queue_stats(port, 1, &stats);
	assert_int_equal(stats.rx_packets, 3ull * UINT32_MAX);
	assert_int_equal(stats.rx_drops, 3ull * UINT32_MAX);
	assert_int_equal(stats.rx_octets, 3ull << 35);
	assert_int_equal(stats.tx_octets, 3 * ((1ull << 36) - 1));
	port->ops->queue_stats(port, 0, &stats);
	assert_int_equal(stats.rx_packets, 0);
}

/* Nobody asks for a long time: the poll of the link keeps the sums whole. */
static void
sums_are_kept_without_readers(void **state)
{
	struct port_queue_stats stats;
	uint32_t i;

	lab_up(&(struct lab_config){ .queues = 1 });
	for (i = 0; i < 100; i++) {
		/* 55 s at line rate are 36 bits of octets. */
		stat_add64(lab.nic[0]->model, QBRC_L(0), 1250000000);
		inprocess_pass(1000000000);
		assert_true(lab_link(0));
	}
	lab.port[0].ops->queue_stats(&lab.port[0], 0, &stats);
	assert_int_equal(stats.rx_octets, 100 * 1250000000ull);
}

#define TEST(t) cmocka_unit_test_teardown(t, lab_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_empty_pool_is_survived),
		TEST(transmission_may_stall),
		TEST(a_stalled_port_can_be_stopped),
		TEST(sums_have_64_bits),
		TEST(sums_are_kept_without_readers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
