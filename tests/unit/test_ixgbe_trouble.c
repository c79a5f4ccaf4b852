/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic_ring.c drivers/ixgbe.c drivers/ixgbe_hw.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_i2c.c drivers/ixgbe_init.c
 *     drivers/ixgbe_link.c drivers/ixgbe_ring.c drivers/ixgbe_sfp.c
 *     drivers/ixgbe_stats.c kernel/mmio.c kernel/msi.c net/pool.c
 *     tests/82599/inprocess.c tests/82599/inprocess_pci.c
 *     tests/unit/host_machine.c tests/unit/ixgbe_lab.c
 *     tests/unit/ixgbe_trouble.c
 * libs: i82599
 * wrap: mmio_read32 mmio_write32 msix_set msix_enable
 */
/*
 * The 82599's driver when set-up fails: no memory, no messages, no registers,
 * wrong sizes. Each time the device must be quiet and off the bus, and the next
 * try must work.
 */
#include <errno.h>

#include "drivers/ixgbe_dev.h"
#include "kernel/msi.h"
#include "tests/82599/internal.h"
#include "tests/unit/ixgbe_trouble.h"

/* Calls of msix_set and msix_enable that still succeed; -1: all. */
static int32_t messages_left;

static int
message_fails(void)
{
	if (messages_left == 0)
		return 1;
	messages_left -= messages_left > 0;
	return 0;
}

int __real_msix_set(const struct pci_device *d, uint32_t entry,
    uint64_t address, uint32_t data);
int __wrap_msix_set(const struct pci_device *d, uint32_t entry,
    uint64_t address, uint32_t data);
int __real_msix_enable(const struct pci_device *d);
int __wrap_msix_enable(const struct pci_device *d);

int
__wrap_msix_set(
    const struct pci_device *d, uint32_t entry, uint64_t address, uint32_t data)
{
	return message_fails() ? -ENOMEM
	                       : __real_msix_set(d, entry, address, data);
}

int
__wrap_msix_enable(const struct pci_device *d)
{
	return message_fails() ? -ENOENT : __real_msix_enable(d);
}

static int
setup(void **state)
{
	messages_left = -1;
	return trouble_setup(state);
}

uint32_t __real_mmio_read32(const volatile void *base, uint32_t offset);

/* Asked for by the driver: no queue at work, no interrupt, no light. */
static void
check_reset(void)
{
	const struct i82599 *m = lab.nic[0]->model;
	uint32_t q;

	assert_int_equal(reg_get(m, RXCTRL) & RXCTRL_RXEN, 0);
	for (q = 0; q < QUEUES; q++) {
		assert_int_equal(reg_get(m, RXDCTL(q)) & RXDCTL_ENABLE, 0);
		assert_int_equal(reg_get(m, TXDCTL(q)) & TXDCTL_ENABLE, 0);
		assert_int_equal(reg_get(m, RX_RING(q)), 0);
		assert_int_equal(reg_get(m, TX_RING(q)), 0);
	}
	assert_int_equal(
	    __real_mmio_read32(lab.nic[0]->function.bar[0], EIMS), 0);
	assert_int_equal(reg_get(m, ESDP) & ESDP_SDP3, ESDP_SDP3);
	assert_int_equal(reg_get(m, CTRL_EXT) & CTRL_EXT_DRV_LOAD, 0);
}

static void
memory_runs_out_at_each_step(void **state)
{
	uint32_t steps, before;
	int err = -ENOMEM;

	for (steps = 0; err != 0; steps++) {
		lab_power(&two_queues);
		before = host.dma_count;
		host.dma_left = (int32_t)steps;
		err = lab_probe(0);
		if (err == 0)
			break;
		assert_int_equal(err, -ENOMEM);
		assert_int_equal(host.dma_count, before + steps);
		check_off_the_bus();
		/* The next one has more. */
		host.dma_left = -1;
		assert_int_equal(lab_probe(0), 0);
		check_off_the_bus();
		assert_int_equal(lab_end(state), 0);
	}
	assert_in_range(steps, 1 + 2 * 3, 200);
	assert_int_equal(lab_start(0), 0);
	assert_int_equal(host.dma_left, 0); /* start takes none */
	check_works();
}

static void
messages_fail_at_each_step(void **state)
{
	struct lab_config config = two_queues;
	int32_t n;
	int err = -1;

	config.messages = true;
	for (n = 0; err != 0; n++) {
		setup(state);
		lab_power(&config);
		assert_int_equal(lab_probe(0), 0);
		messages_left = n;
		err = lab_start(0);
		if (err != 0) {
			check_off_the_bus();
			check_reset();
		}
		messages_left = -1;
		if (err != 0)
			assert_int_equal(lab_start(0), 0);
		check_works();
		assert_int_equal(lab_end(state), 0);
	}
	assert_int_equal(n, QUEUES + 2);
	lab_up(&two_queues); /* for the teardown */
}

static void
a_stopped_port_is_reset(void **state)
{
	struct lab_config config = two_queues;
	uint32_t seed;

	config.messages = true;
	for (seed = 0; seed < 10; seed++) {
		config.hostile = seed;
		lab_up(&config);
		check_works();
		lab.port[0].ops->rx_arm(&lab.port[0], 1);
		lab_stop(0);
		check_reset();
		lab.nic[0]->sent = 0;
		check_off_the_bus();
		assert_int_equal(lab_start(0), 0);
		check_works();
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&two_queues);
}

static void
no_registers(void **state)
{
	volatile void *bar;

	lab_power(&two_queues);
	bar = lab.nic[0]->function.bar[0];
	lab.nic[0]->function.bar[0] = NULL;
	assert_int_equal(lab_probe(0), -ENXIO);
	check_off_the_bus();
	lab.nic[0]->function.bar[0] = bar;
	assert_int_equal(lab_probe(0), 0);
}

static void
rings_have_a_size(void **state)
{
	static const uint16_t bad[] = { 1, 32, 63, 65, 100, 4095, 8192 };
	static const uint16_t good[] = { 64, 128, 4096 };
	uint32_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		lab_power(&two_queues);
		lab.port[0].rx_descriptors = bad[i];
		assert_int_equal(lab_probe(0), -EINVAL);
		check_off_the_bus();
		assert_int_equal(lab_end(state), 0);
		lab_power(&two_queues);
		lab.port[0].tx_descriptors = bad[i];
		assert_int_equal(lab_probe(0), -EINVAL);
		assert_int_equal(lab_end(state), 0);
	}
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		lab_up(&(struct lab_config){
		    .queues = QUEUES, .descriptors = good[i] });
		check_works();
		assert_in_range(lab_out(0), good[i] - 2, good[i]);
		assert_int_equal(lab_end(state), 0);
	}
	/* Shortened between probe and start. */
	lab_power(&(struct lab_config){ .queues = QUEUES, .descriptors = 256 });
	assert_int_equal(lab_probe(0), 0);
	lab.port[0].rx_descriptors = 64;
	assert_int_equal(lab_start(0), 0);
	lab_wait_link(0);
	check_works();
	assert_in_range(lab_out(0), 62, 64);
	assert_int_equal(lab_end(state), 0);
	lab_power(&two_queues);
	lab.port[0].rx_descriptors = lab.port[0].tx_descriptors = 0;
	assert_int_equal(lab_probe(0), 0);
	assert_int_equal(lab.port[0].rx_descriptors, 512);
	assert_int_equal(lab.port[0].tx_descriptors, 512);
}

static void
a_start_needs_all_it_depends_on(void **state)
{
	struct port *port = &lab.port[0];
	struct pool *pool;

	lab_power(&two_queues);
	assert_int_equal(lab_probe(0), 0);
	port->buffer_room = 512;
	assert_int_equal(lab_start(0), -EINVAL);
	port->buffer_room = PKT_ROOM;
	port->rx_queues = port->tx_queues = PORT_QUEUE_MAX + 1;
	assert_int_equal(lab_start(0), -EINVAL);
	port->rx_queues = port->tx_queues = 0;
	assert_int_equal(lab_start(0), -EINVAL);
	port->rx_queues = 1;
	port->tx_queues = 2;
	assert_int_equal(lab_start(0), -EINVAL);
	port->rx_queues = QUEUES;
	pool = port->pool[1];
	port->pool[1] = NULL;
	assert_int_equal(lab_start(0), -EINVAL);
	port->pool[1] = pool;
	assert_int_equal(lab_start(0), 0);
	check_works();
	/* Stopped, but not yet drained: the buffers would be lost. */
	atomic_store(&port->state, PORT_STOPPING);
	port->ops->stop(port);
	atomic_store(&port->state, PORT_STOPPED);
	assert_int_equal(lab_start(0), -EBUSY);
	port->ops->drain(port, 0);
	assert_int_equal(lab_start(0), -EBUSY);
	port->ops->drain(port, 1);
	assert_int_equal(lab_start(0), 0);
	check_works();
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, lab_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(memory_runs_out_at_each_step),
		TEST(messages_fail_at_each_step),
		TEST(a_stopped_port_is_reset),
		TEST(no_registers),
		TEST(rings_have_a_size),
		TEST(a_start_needs_all_it_depends_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
