/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Updates of our FIB: how many a second, and what they cost lookups.
 */
#ifndef TESTS_BENCH_UPDATE_H
#define TESTS_BENCH_UPDATE_H

#include "tests/bench/measure.h"

/*
 * Measures and prints. `group` is as in report.h; its destinations are used.
 * Returns how many lookups were wrong after all updates were undone.
 */
uint64_t update_report(const struct routes table[2], const struct group *group);

#endif
