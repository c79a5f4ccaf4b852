/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An address of either family as one number whose highest bit is the first of
 * the address: an IPv4 address is the upper 32 bits.
 */
#ifndef TESTS_TABLES_KEY_H
#define TESTS_TABLES_KEY_H

#include "net/fib.h"

__extension__ typedef unsigned __int128 key128;

enum { KEY_BITS = 128 };

static inline key128
key_of(const struct ip_addr *a)
{
	key128 k = 0;
	uint32_t i;

	for (i = 0; i < sizeof(a->byte); i++)
		k = k << 8 | a->byte[i];
	return k;
}

static inline struct ip_addr
key_addr(key128 k, uint8_t family)
{
	struct ip_addr a = { .family = family };
	uint8_t i;

	for (i = 0; i < ip_family_bits(family) / 8; i++, k <<= 8)
		a.byte[i] = (uint8_t)(k >> (KEY_BITS - 8));
	return a;
}

/* What lies between two addresses that follow each other. */
static inline key128
key_step(uint8_t family)
{
	return (key128)1 << (KEY_BITS - ip_family_bits(family));
}

/* The bits that a prefix of this length leaves open. */
static inline key128
key_host(uint8_t len, uint8_t family)
{
	key128 all = len == KEY_BITS ? 0 : ~(key128)0 >> len;

	return all & ~(key_step(family) - 1);
}

static inline key128
key_random(uint64_t *state, uint8_t family)
{
	key128 k = 0;
	uint32_t i;

	for (i = 0; i < 2; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		k = k << 64 | (*state ^ *state >> 29) * 0x9e3779b97f4a7c15u;
	}
	return k & ~(key_step(family) - 1);
}

static inline struct fib_key6
key_six(key128 k)
{
	return (struct fib_key6){ (uint64_t)(k >> 64), (uint64_t)k };
}

static inline uint32_t
key_four(key128 k)
{
	return (uint32_t)(k >> 96);
}

#endif
