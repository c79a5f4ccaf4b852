/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum (RFC 1071).
 */
#ifndef CONTROL_CHECKSUM_H
#define CONTROL_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

/* Adds bytes that begin at an even place. 64 KiB at most in all. */
static inline uint32_t
checksum_add(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += be16_load(p);
	return len ? sum + ((uint32_t)p[0] << 8) : sum;
}

/* The checksum, to be stored in network order. */
static inline uint16_t
checksum_end(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

#endif
