/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The troubled card of ixgbe_trouble.h.
 */
#include "tests/unit/ixgbe_trouble.h"

#include "drivers/ixgbe_dev.h"
#include "kernel/mmio.h"
#include "kernel/time.h"
#include "tests/82599/internal.h"

enum { RESET_QUIET_US = 10000 };

const struct lab_config two_queues = { .queues = QUEUES };

struct stuck stuck;

/* 4.6.3.2: after a reset begins, nothing is touched for 10 ms. */
static uint64_t reset_us;

static void
wait_for_reset(void)
{
	if (reset_us != 0)
		assert_true(time_us() - reset_us >= RESET_QUIET_US);
	reset_us = 0;
}

uint32_t __real_mmio_read32(const volatile void *base, uint32_t offset);
uint32_t __wrap_mmio_read32(const volatile void *base, uint32_t offset);

uint32_t
__wrap_mmio_read32(const volatile void *base, uint32_t offset)
{
	uint32_t v;

	wait_for_reset();
	v = __real_mmio_read32(base, offset);
	if (offset - stuck.first < stuck.count)
		v = (v & ~stuck.mask) | stuck.value;
	return v;
}

void __real_mmio_write32(volatile void *base, uint32_t offset, uint32_t v);
void __wrap_mmio_write32(volatile void *base, uint32_t offset, uint32_t v);

/* What has left the bus hears nothing, either. */
void
__wrap_mmio_write32(volatile void *base, uint32_t offset, uint32_t v)
{
	wait_for_reset();
	if (stuck.count < I82599_BAR_SIZE)
		__real_mmio_write32(base, offset, v);
	if (base == lab.nic[0]->function.bar[0] && offset == CTRL &&
	    (v & CTRL_RESETS) && stuck.count == 0)
		reset_us = time_us();
}

int
trouble_setup(void **state)
{
	memset(&stuck, 0, sizeof(stuck));
	reset_us = 0;
	return 0;
}

void
check_off_the_bus(void)
{
	struct inprocess *nic = lab.nic[0];

	assert_int_equal(nic->function.config[PCI_COMMAND] & 4, 0);
	/* Frames come in, time goes by: it must not care. */
	lab.nic[0]->lossy = true;
	lab_receive(0, 0, LEN);
	inprocess_pass(SETTLE_NS);
	lab.nic[0]->lossy = false;
	assert_int_equal(nic->sent, 0);
}

void
check_works(void)
{
	uint32_t q;

	lab_wait_link(0);
	lab_catch(0);
	for (q = 0; q < QUEUES; q++) {
		assert_int_equal(lab_poll(0, q, 0, PKT_BURST), 0);
		assert_int_equal(lab_send(0, q, q, LEN, 1), 1);
	}
	lab_receive(0, 7, LEN);
	inprocess_pass(SETTLE_NS);
	assert_int_equal(lab.sent_count, QUEUES);
	assert_int_equal(lab_poll(0, 0, 7, PKT_BURST), 1);
}
