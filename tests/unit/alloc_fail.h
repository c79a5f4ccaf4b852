/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many allocations still succeed before one fails; negative: all do.
 */
#ifndef TESTS_UNIT_ALLOC_FAIL_H
#define TESTS_UNIT_ALLOC_FAIL_H

#include <stdbool.h>

extern long alloc_fail_after;

/* From then on each one fails, not only that one. */
extern bool alloc_fail_stays;

#endif
