/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flow hash: packets of one flow take one way of an ECMP group.
 */
#ifndef NET_HASH_H
#define NET_HASH_H

#include <stdint.h>
#include <string.h>

/* Takes 64 bits in; every bit of them reaches the upper half. */
static inline uint64_t
hash_mix(uint64_t h, uint64_t bits)
{
	h = (h ^ bits) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

/* The 32 bits that are mixed best. */
static inline uint32_t
hash_end(uint64_t h)
{
	return (uint32_t)(h * 0xbf58476d1ce4e5b9ull >> 32);
}

static inline uint64_t
hash_load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t
hash_load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

#endif
