/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What bench-fib prints on stdout.
 */
#ifndef TESTS_BENCH_REPORT_H
#define TESTS_BENCH_REPORT_H

#include "tests/bench/measure.h"

/* A group for each column and page size, as group[column * PAGES_KINDS + p]. */
void report_lookups(const struct group *group, unsigned rounds);
void report_variants(const struct group *group, unsigned rounds);

/* One line about other bursts or destinations: a group for each column. */
void report_settings_head(void);
void report_setting(
    const char *name, const struct group *group, unsigned rounds);

void report_memory(const struct engines *all, const struct fib *ours);

/* One line: "GOAL met" or "GOAL short", and what it is about. */
void report_goal(bool met, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
