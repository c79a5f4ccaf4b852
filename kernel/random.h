/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unpredictable numbers: ChaCha20 (RFC 8439) keyed from RDSEED or RDRAND where
 * the processor has them, and always from the jitter of the TSC.
 * Core 0 only.
 */
#ifndef KERNEL_RANDOM_H
#define KERNEL_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The first call gathers the key, which takes some milliseconds. */
void random_bytes(void *out, size_t n);
uint32_t random_u32(void);

#endif
