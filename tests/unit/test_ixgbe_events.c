/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * objects: drivers/nic_ring.c drivers/ixgbe.c drivers/ixgbe_hw.c
 *     drivers/ixgbe_eeprom.c drivers/ixgbe_i2c.c drivers/ixgbe_init.c
 *     drivers/ixgbe_link.c drivers/ixgbe_ring.c drivers/ixgbe_sfp.c
 *     drivers/ixgbe_stats.c kernel/mmio.c kernel/msi.c net/pool.c
 *     tests/82599/inprocess.c tests/82599/inprocess_pci.c
 *     tests/unit/host_machine.c tests/unit/ixgbe_lab.c
 * libs: i82599
 * wrap: mmio_write32 mmio_read32
 */
/*
 * The 82599's driver on the model: messages for halted cores, and which
 * accesses the fast path makes.
 */
#include "tests/82599/internal.h"
#include "tests/unit/ixgbe_lab.h"

enum {
	SLOTS = 64,
	LEN = 100,
	QUEUES = 4,
	SEEDS = 50,
	ROUNDS = 200,
	SETTLE_NS = 1000000,
	WAKE_NS = 100000, /* no packet waits longer */
};

/* Accesses by the driver; before one of them a frame arrives. */
static uint32_t reads, writes, arrival_at, arrival_n;

void __real_mmio_write32(volatile void *base, uint32_t offset, uint32_t v);
void __wrap_mmio_write32(volatile void *base, uint32_t offset, uint32_t v);
uint32_t __real_mmio_read32(const volatile void *base, uint32_t offset);
uint32_t __wrap_mmio_read32(const volatile void *base, uint32_t offset);

void
__wrap_mmio_write32(volatile void *base, uint32_t offset, uint32_t v)
{
	if (writes++ == arrival_at)
		lab_receive(0, arrival_n, LEN);
	__real_mmio_write32(base, offset, v);
}

uint32_t
__wrap_mmio_read32(const volatile void *base, uint32_t offset)
{
	reads++;
	return __real_mmio_read32(base, offset);
}

static int
setup(void **state)
{
	arrival_at = UINT32_MAX;
	return 0;
}

static void
arm(uint32_t queue)
{
	lab.port[0].ops->rx_arm(&lab.port[0], queue);
}

/* A queue that is armed with nothing in it keeps quiet, for ever. */
static void
no_frame_no_message(void **state)
{
	lab_up(&(struct lab_config){ .messages = true });
	assert_int_equal(lab_poll(0, 0, 0, 1), 0);
	arm(0);
	inprocess_pass(1000 * SETTLE_NS);
	assert_int_equal(lab.nic[0]->messages[0], 0);
	lab_receive(0, 0, LEN);
	inprocess_pass(WAKE_NS);
	assert_int_equal(lab.nic[0]->messages[0], 1);
	/* What a message has told, the next arming does not tell again. */
	assert_int_equal(lab_poll(0, 0, 0, PKT_BURST), 1);
	arm(0);
	inprocess_pass(1000 * SETTLE_NS);
	assert_int_equal(lab.nic[0]->messages[0], 1);
	lab_receive(0, 1, LEN);
	inprocess_pass(WAKE_NS);
	assert_int_equal(lab.nic[0]->messages[0], 2);
	/* Once for each arming, and none without. */
	lab_receive(0, 2, LEN);
	inprocess_pass(SETTLE_NS);
	assert_int_equal(lab.nic[0]->messages[0], 2);
	assert_int_equal(lab_poll(0, 0, 1, PKT_BURST), 2);
}

/* One that came before: whether its cause is still set, or a message has
 * cleared it. */
static void
a_frame_before_arming(void **state)
{
	uint32_t n;

	lab_up(&(struct lab_config){ .messages = true });
	assert_int_equal(lab_poll(0, 0, 0, 1), 0);
	for (n = 0; n < 3 * SLOTS; n++) {
		lab_receive(0, n, LEN);
		inprocess_pass(WAKE_NS);
		assert_int_equal(lab.nic[0]->messages[0], 2 * n);
		arm(0);
		inprocess_pass(WAKE_NS);
		assert_int_equal(lab.nic[0]->messages[0], 2 * n + 1);
		/* Still there: it must be told again. */
		arm(0);
		inprocess_pass(WAKE_NS);
		assert_int_equal(lab.nic[0]->messages[0], 2 * n + 2);
		assert_int_equal(lab_poll(0, 0, n, PKT_BURST), 1);
	}
}

/* Before each access that arming makes. `left`: a frame that was not polled. */
static void
arrive_while_arming(bool left)
{
	uint64_t before;
	uint32_t n = 0, at;

	for (at = 0; at < 4; at++) {
		if (left)
			lab_receive(0, n, LEN);
		inprocess_pass(SETTLE_NS);
		before = lab.nic[0]->messages[0];
		arrival_n = n + left;
		writes = 0;
		arrival_at = at;
		arm(0);
		arrival_at = UINT32_MAX;
		if (writes <= at)
			lab_receive(0, n + left, LEN);
		inprocess_pass(WAKE_NS);
		assert_true(lab.nic[0]->messages[0] > before);
		inprocess_pass(SETTLE_NS);
		assert_int_equal(lab_poll(0, 0, n, PKT_BURST), 1 + left);
		n += 1 + left;
	}
}

static void
a_frame_while_arming(void **state)
{
	uint32_t seed;

	for (seed = 0; seed < SEEDS; seed++) {
		lab_up(
		    &(struct lab_config){ .messages = true, .hostile = seed });
		assert_int_equal(lab_poll(0, 0, 0, 1), 0);
		inprocess_pass(SETTLE_NS);
		arrive_while_arming(false);
		arrive_while_arming(true);
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&(struct lab_config){ .queues = 1 });
}

/* Messages, the arrival and the polls in any order. */
static void
no_message_is_lost(void **state)
{
	uint32_t seed, round, n, got, random = 1;
	uint64_t before, arms;

	for (seed = 0; seed < SEEDS; seed++) {
		lab_up(
		    &(struct lab_config){ .messages = true, .hostile = seed });
		n = got = 0;
		arms = 0;
		assert_int_equal(lab_poll(0, 0, 0, 1), 0);
		for (round = 0; round < ROUNDS; round++) {
			random = random * 1664525u + 1013904223u;
			if (random >> 30 != 0)
				lab_receive(0, n++, LEN);
			inprocess_pass(random >> 16 & 0x3fff);
			got += lab_poll(0, 0, got, random >> 12 & 3);
			before = lab.nic[0]->messages[0];
			arm(0);
			arms++;
			if (random >> 31 == 0)
				lab_receive(0, n++, LEN);
			inprocess_pass(WAKE_NS);
			if (got != n)
				assert_true(lab.nic[0]->messages[0] > before);
			if (n - got > SLOTS / 2)
				got += lab_poll(0, 0, got, PKT_BURST);
		}
		assert_true(lab.nic[0]->messages[0] <= arms);
		while (got < n)
			got += lab_poll(0, 0, got, PKT_BURST);
		assert_int_equal(lab_end(state), 0);
	}
	lab_up(&(struct lab_config){ .queues = 1 });
}

/* Message q is queue q's alone; those without a message send none. */
static void
each_queue_has_its_message(void **state)
{
	uint32_t q, other;

	lab_power(&(struct lab_config){ .queues = QUEUES, .messages = true });
	assert_int_equal(lab_probe(0), 0);
	lab.port[0].message[2].address = 0;
	assert_int_equal(lab_start(0), 0);
	lab_wait_link(0);
	for (q = 0; q < QUEUES; q++)
		assert_int_equal(lab_poll(0, q, 0, 1), 0);
	for (q = 0; q < QUEUES; q++) {
		/* No frame of the lab is for this queue: its cause alone. */
		cause_rx(lab.nic[0]->model, q);
		arm(q);
		inprocess_pass(WAKE_NS);
		for (other = 0; other < QUEUES; other++)
			assert_int_equal(lab.nic[0]->messages[other],
			    other <= q && other != 2);
	}
}

/* Polling and sending read no register, and write one tail a burst. */
static void
the_fast_path_leaves_registers_alone(void **state)
{
	uint32_t n, round;

	lab_up(&(struct lab_config){ .ports = 2 });
	inprocess_wire(lab.nic[0], lab.nic[1]);
	assert_int_equal(lab_poll(1, 0, 0, 1), 0);
	for (n = round = 0; round < 100; round++) {
		reads = writes = 0;
		assert_int_equal(lab_send(0, 0, n, LEN, 30), 30);
		assert_int_equal(writes, 1);
		inprocess_pass(LAB_TURN_NS);
		assert_int_equal(lab_poll(1, 0, n, PKT_BURST), 30);
		assert_in_range(writes, 1, 2);
		assert_int_equal(lab_poll(1, 0, n, PKT_BURST), 0);
		lab_reclaim(0, 0);
		assert_in_range(writes, 1, 2);
		assert_int_equal(reads, 0);
		n += 30;
	}
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, lab_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(no_frame_no_message),
		TEST(a_frame_before_arming),
		TEST(a_frame_while_arming),
		TEST(no_message_is_lost),
		TEST(each_queue_has_its_message),
		TEST(the_fast_path_leaves_registers_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
