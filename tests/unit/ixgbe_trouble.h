/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card of the lab that does not answer as it should. Needs "wrap:
 * mmio_read32 mmio_write32"; from a reset on, each access is checked to keep
 * its distance.
 */
#ifndef TESTS_UNIT_IXGBE_TROUBLE_H
#define TESTS_UNIT_IXGBE_TROUBLE_H

#include "tests/unit/ixgbe_lab.h"

enum {
	QUEUES = 2,
	LEN = 100,
	SETTLE_NS = 1000000,
};

extern const struct lab_config two_queues;

/* Some bits of a register read as something else. */
struct stuck {
	uint32_t first, count, mask, value;
};
extern struct stuck stuck;

/* cmocka set-up: nothing is stuck. */
int trouble_setup(void **state);

void check_off_the_bus(void);
/* It works after all: a frame in and a frame out, on each queue. */
void check_works(void);

#endif
