/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A desk for the control half of the 82599 model: a clock that tests move by
 * hand, counted interrupts, recorded violations; no memory and no wire.
 */
#ifndef TESTS_UNIT_I82599_DESK_H
#define TESTS_UNIT_I82599_DESK_H

#include "tests/82599/model.h"

struct desk {
	struct i82599 *m;
	uint64_t clock; /* ns */
	uint64_t timer;
	uint32_t messages[I82599_MSIX_VECTORS];
	uint32_t rises; /* of the line */
	bool line;
	uint32_t violations;
	char section[16]; /* of the last one */
};

enum { MICRO = 1000, MILLI = 1000000 };

/* A strict model at power-on. */
struct desk *desk_new(uint64_t hostile);
struct desk *desk_with(const struct i82599_config *config);
void desk_free(struct desk *d);

uint32_t rd(struct desk *d, uint32_t addr);
void wr(struct desk *d, uint32_t addr, uint32_t v);
/* Time passes, and the timer goes off when it is asked for. */
void pass(struct desk *d, uint64_t ns);
/* Time passes until (register & mask) == want; returns how long, in ns. */
uint64_t wait_for(struct desk *d, uint32_t addr, uint32_t mask, uint32_t want);
/* The last record names this section, and it was the only one; forgets it. */
void assert_violation(struct desk *d, const char *section);

#endif
