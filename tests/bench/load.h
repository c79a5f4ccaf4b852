/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole table from text into RIB and FIB, and updates through both.
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include "tests/bench/measure.h"

/*
 * Measures and prints; `group` is as in report.h. Returns how many lookups of
 * the table-drawn columns then lead elsewhere than in `group`.
 */
uint64_t load_report(const struct routes table[2], const struct group *group);

#endif
