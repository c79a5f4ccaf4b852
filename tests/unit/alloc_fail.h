/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many allocations still succeed before one fails; negative: all do.
 */
#ifndef TESTS_UNIT_ALLOC_FAIL_H
#define TESTS_UNIT_ALLOC_FAIL_H

extern long alloc_fail_after;

#endif
