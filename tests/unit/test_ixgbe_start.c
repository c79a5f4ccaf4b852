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
 * What a start of the 82599's driver costs, and what outlives it.
 */
#include "drivers/ixgbe_dev.h"
#include "kernel/time.h"
#include "tests/unit/ixgbe_lab.h"

enum {
	LEN = 100,
	SETTLE_NS = 1000 * 1000,
	POLL_NS = 100 * 1000 * 1000, /* as core 0 polls the link */
	START_US = 40 * 1000,        /* the module is 13 ms of it */
	POLL_US = 2 * 1000,
	QUIET_POLL_US = 50, /* with a link */
	REPORT_POLLS = 60,
	RETRY_POLLS = 25,
	STALL_POLLS = 60,
};

static const struct ixgbe_sfp *
module(void)
{
	const struct ixgbe *d = lab.port[0].priv;

	return &d->sfp;
}

/* As core 0 does. Returns how long it took. */
static uint64_t
poll(void)
{
	uint64_t start;

	inprocess_pass(POLL_NS);
	start = time_us();
	(void)lab_link(0);
	return time_us() - start;
}

/* A core that is alone would keep packets waiting for the module later. */
static void
a_start_reads_the_module_and_polls_do_not(void **state)
{
	uint64_t start;
	uint32_t i;

	lab_power(&(struct lab_config){ .queues = 4 });
	assert_int_equal(lab_probe(0), 0);
	start = time_us();
	assert_int_equal(lab_start(0), 0);
	assert_true(time_us() - start < START_US);
	assert_true(module()->known);
	lab_wait_link(0);
	for (i = 0; i < REPORT_POLLS; i++)
		assert_true(poll() < QUIET_POLL_US);
}

static void
a_module_is_read_without_a_link(void **state)
{
	uint32_t i;

	lab_power(&(struct lab_config){ .queues = 1 });
	inprocess_set_link(lab.nic[0], false);
	assert_int_equal(lab_probe(0), 0);
	assert_int_equal(lab_start(0), 0);
	for (i = 0; i < REPORT_POLLS && !module()->known; i++)
		(void)poll();
	assert_true(module()->known);
	assert_false(lab_link(0));
}

static void
an_empty_cage_is_asked_again(void **state)
{
	uint32_t i;

	lab_power(&(struct lab_config){ .queues = 1, .no_module = true });
	assert_int_equal(lab_probe(0), 0);
	assert_int_equal(lab_start(0), 0);
	for (i = 0; i < RETRY_POLLS; i++) {
		assert_true(poll() < POLL_US);
		assert_true(module()->absent);
		assert_false(module()->known);
	}
}

static void
receive_and_send(uint32_t n)
{
	uint32_t i;

	for (i = 0; i < lab.config.queues; i++)
		assert_int_equal(lab_poll(0, i, 0, PKT_BURST), 0);
	for (i = 0; i < n; i++)
		lab_receive(0, i, LEN);
	inprocess_pass(SETTLE_NS);
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), n);
	assert_int_equal(lab_send(0, 0, 0, LEN, n), n);
	inprocess_pass(SETTLE_NS);
	lab_reclaim(0, 0);
}

/* A reader sees sums that never fall. */
static void
counters_outlive_a_restart(void **state)
{
	struct port_queue_stats stats;
	struct port_hw_stats hw;
	struct port *port = &lab.port[0];
	struct ixgbe *d;

	lab_up(&(struct lab_config){ .queues = 1 });
	receive_and_send(10);
	d = port->priv;
	d->queue[0].rx_errors = 3;
	d->queue[0].rx_long = 4;
	lab_stop(0);
	port->ops->queue_stats(port, 0, &stats);
	assert_int_equal(stats.rx_packets, 10);
	assert_int_equal(lab_start(0), 0);
	port->ops->queue_stats(port, 0, &stats);
	assert_int_equal(stats.rx_packets, 10);
	assert_int_equal(stats.tx_packets, 10);
	lab_wait_link(0);
	receive_and_send(5);
	port->ops->queue_stats(port, 0, &stats);
	assert_int_equal(stats.rx_packets, 15);
	assert_int_equal(stats.tx_packets, 15);
	port->ops->hw_stats(port, &hw);
	assert_int_equal(hw.rx_errors, 3);
	assert_int_equal(hw.rx_length_errors, 4);
}

static uint64_t
too_long(void)
{
	struct port_hw_stats hw;

	lab.port[0].ops->hw_stats(&lab.port[0], &hw);
	return hw.rx_length_errors;
}

/* The longest frame passes, a byte more does not. */
static void
frames_pass_up_to(uint32_t len)
{
	uint64_t before = too_long();

	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 0);
	lab_receive(0, 0, len);
	lab_receive(0, 1, len + 1);
	lab_receive(0, 1, LAB_FRAME_MIN);
	inprocess_pass(SETTLE_NS);
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 2);
	assert_int_equal(too_long(), before + 1);
}

static void
jumbo_is_on_when_the_mtu_needs_it(void **state)
{
	struct port *port = &lab.port[0];

	lab_up(&(struct lab_config){ .room = PKT_ROOM_MAX, .mtu = 1500 });
	frames_pass_up_to(1514);
	port->ops->set_mtu(port, 9000);
	frames_pass_up_to(9014);
	port->ops->set_mtu(port, 1280);
	frames_pass_up_to(1514);
	port->ops->set_mtu(port, 1600);
	lab_stop(0);
	assert_int_equal(lab_start(0), 0);
	lab_wait_link(0);
	frames_pass_up_to(1614);
}

static bool
stalled(void)
{
	struct port_link link;

	lab.port[0].ops->link(&lab.port[0], &link);
	return link.stalled;
}

/* A queue that stands still is seen; one without work or link is none. */
static void
a_stall_is_told(void **state)
{
	struct ixgbe *d;
	uint32_t i;

	lab_up(&(struct lab_config){ .queues = 2 });
	d = lab.port[0].priv;
	receive_and_send(5);
	for (i = 0; i < STALL_POLLS; i++) {
		assert_false(stalled());
		inprocess_pass(POLL_NS);
	}
	reg_clear(d, DMATXCTL, TE); /* as if it hung */
	assert_int_equal(lab_send(0, 1, 0, LEN, 7), 7);
	for (i = 0; i < STALL_POLLS && !stalled(); i++)
		inprocess_pass(POLL_NS);
	assert_in_range(i, STALL_POLLS / 2, STALL_POLLS - 1);
	lab_stop(0);
	assert_int_equal(lab_start(0), 0);
	lab_wait_link(0);
	receive_and_send(5);
	assert_false(stalled());
}

/* How many vectors there are is the EEPROM's to say: then it is polled. */
static void
few_vectors_are_no_error(void **state)
{
	uint8_t *config;
	uint32_t cap;

	lab_power(&(struct lab_config){ .queues = 8, .messages = true });
	config = lab.nic[0]->function.config;
	cap = pci_find_capability(&lab.nic[0]->pci, PCI_CAP_MSIX);
	config[cap + 2] = 4 - 1;
	assert_int_equal(lab_probe(0), 0);
	assert_null(lab.port[0].ops->rx_arm);
	assert_int_equal(lab_start(0), 0);
	lab_wait_link(0);
	receive_and_send(5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    a_start_reads_the_module_and_polls_do_not, lab_end),
		cmocka_unit_test_teardown(
		    a_module_is_read_without_a_link, lab_end),
		cmocka_unit_test_teardown(
		    an_empty_cage_is_asked_again, lab_end),
		cmocka_unit_test_teardown(counters_outlive_a_restart, lab_end),
		cmocka_unit_test_teardown(a_stall_is_told, lab_end),
		cmocka_unit_test_teardown(few_vectors_are_no_error, lab_end),
		cmocka_unit_test_teardown(
		    jumbo_is_on_when_the_mtu_needs_it, lab_end),
	};

	return cmocka_run_group_tests_name("ixgbe start", tests, NULL, NULL);
}
