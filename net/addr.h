/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and prefixes of both families.
 */
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum ip_family {
	IP4 = 4,
	IP6 = 6,
};

enum { IP4_BITS = 32, IP6_BITS = 128 };

/*
 * Bytes in network order. An IPv4 address is the first 4 bytes; the others are
 * zero, so that two addresses are equal when all bytes and families are.
 */
struct ip_addr {
	uint8_t byte[16];
	uint8_t family; /* enum ip_family, 0 for none */
};

struct ip_prefix {
	struct ip_addr addr; /* bits beyond len are zero */
	uint8_t len;
};

static inline uint8_t
ip_family_bits(uint8_t family)
{
	return family == IP4 ? IP4_BITS : IP6_BITS;
}

static inline bool
ip_addr_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	return a->family == b->family && memcmp(a->byte, b->byte, 16) == 0;
}

static inline uint32_t
be32_load(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap32(v);
}

static inline uint16_t
be16_load(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap16(v);
}

static inline void
be16_store(void *p, uint16_t v)
{
	v = __builtin_bswap16(v);
	memcpy(p, &v, sizeof(v));
}

static inline void
be32_store(void *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, sizeof(v));
}

/* True when the first `prefix->len` bits of `a` are the prefix's. */
bool ip_prefix_covers(const struct ip_prefix *prefix, const struct ip_addr *a);

/* Zeroes the bits of `a` from `len` on; false if any of them was set. */
bool ip_addr_mask(struct ip_addr *a, uint8_t len);

#endif
