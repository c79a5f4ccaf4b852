/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksum and options of ICMPv6 (RFC 4443 2.3, RFC 4861 4.6).
 */
#include "control/icmp6.h"

#include "net/addr.h"

enum {
	PSEUDO_AT = 8, /* source and destination in the IPv6 header */
	NEXT_ICMP6 = 58,
	OPTION_UNIT = 8,
};

static uint32_t
sum16(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += be16_load(p);
	return len ? sum + ((uint32_t)p[0] << 8) : sum;
}

uint16_t
icmp6_checksum(const uint8_t *packet, size_t len)
{
	uint32_t sum = (uint32_t)len + NEXT_ICMP6;

	sum = sum16(sum, packet + PSEUDO_AT, ICMP6_AT - PSEUDO_AT);
	sum = sum16(sum, packet + ICMP6_AT, len);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

bool
nd_options_good(const uint8_t *option, size_t len)
{
	while (len > 0) {
		size_t size;

		if (len < 2)
			return false;
		size = option[1] * (size_t)OPTION_UNIT;
		if (size == 0 || size > len)
			return false;
		option += size;
		len -= size;
	}
	return true;
}

const uint8_t *
nd_option_find(const uint8_t *option, size_t len, uint8_t type)
{
	const uint8_t *end = option + len;

	for (; option < end; option += option[1] * OPTION_UNIT)
		if (option[0] == type)
			return option;
	return NULL;
}
