/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cycles to microseconds without a division: multiply by a fixed-point
 * fraction. Pure.
 */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include <stdint.h>

/* Microseconds per cycle, times 2^64. hz must be above 1 MHz. */
static inline uint64_t
clock_scale(uint64_t hz)
{
	return (uint64_t)(((unsigned __int128)1000000 << 64) / hz);
}

static inline uint64_t
clock_us(uint64_t cycles, uint64_t scale)
{
	return (uint64_t)((unsigned __int128)cycles * scale >> 64);
}

#endif
