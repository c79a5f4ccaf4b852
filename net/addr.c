/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and prefixes (addr.h).
 */
#include "net/addr.h"

/* The bits of a byte that lie before bit `n` of it, 0 <= n < 8. */
static uint8_t
leading_bits(uint8_t n)
{
	return (uint8_t)(0xff00 >> n);
}

bool
ip_prefix_covers(const struct ip_prefix *prefix, const struct ip_addr *a)
{
	uint8_t whole = prefix->len / 8;
	uint8_t mask = leading_bits(prefix->len % 8);

	if (prefix->addr.family != a->family)
		return false;
	if (memcmp(prefix->addr.byte, a->byte, whole) != 0)
		return false;
	return mask == 0 ||
	       ((prefix->addr.byte[whole] ^ a->byte[whole]) & mask) == 0;
}

bool
ip_addr_mask(struct ip_addr *a, uint8_t len)
{
	uint8_t mask = leading_bits(len % 8);
	uint8_t lost = 0;
	uint8_t i;

	for (i = len / 8; i < sizeof(a->byte); i++) {
		lost |= a->byte[i] & (uint8_t)~mask;
		a->byte[i] &= mask;
		mask = 0;
	}
	return lost == 0;
}
