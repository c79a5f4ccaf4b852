/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions, counted one by one: exact, and the same each time.
 */
#ifndef TESTS_BENCH_STEPS_H
#define TESTS_BENCH_STEPS_H

#include "tests/bench/bench.h"

/* Instructions per lookup of the first `n` destinations, loop included. */
double steps_per_lookup(
    const struct engine *e, const struct dests *d, uint32_t n, uint32_t burst);

#endif
