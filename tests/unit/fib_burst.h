/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks a FIB for addresses whose next hop is known, alone and in bursts: the
 * first of 1, the next of 2, up to FIB_BURST_MAX, and again from 1 on. An
 * answer that is wrong is said, and fails the test.
 */
#ifndef TESTS_UNIT_FIB_BURST_H
#define TESTS_UNIT_FIB_BURST_H

#include "tests/tables/key.h"

enum { FIB_BURST_MAX = 300 };

struct fib_burst {
	const struct fib *fib;
	uint8_t family;
	uint32_t n, size; /* of the burst that is being gathered */
	key128 key[FIB_BURST_MAX];
	uint16_t expected[FIB_BURST_MAX];
	uint64_t compared; /* addresses so far */
};

void fib_burst_begin(
    struct fib_burst *b, const struct fib *fib, uint8_t family);
void fib_burst_ask(struct fib_burst *b, key128 key, uint32_t expected);
/* Asks for what is left. */
void fib_burst_end(struct fib_burst *b);

#endif
