/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksum and options of ICMPv6 (RFC 4443 2.3, RFC 4861 4.6).
 */
#include "control/icmp6.h"

#include "control/checksum.h"
#include "net/wire.h"

enum {
	PSEUDO_AT = 8, /* source and destination in the IPv6 header */
	OPTION_UNIT = 8,
};

uint16_t
ip6_checksum(const uint8_t *packet, uint8_t protocol, size_t at, size_t len)
{
	uint32_t sum = (uint32_t)len + protocol;

	sum = checksum_add(sum, packet + PSEUDO_AT, ICMP6_AT - PSEUDO_AT);
	return checksum_end(checksum_add(sum, packet + at, len));
}

uint16_t
icmp6_checksum(const uint8_t *packet, size_t len)
{
	return ip6_checksum(packet, PROTO_ICMP6, ICMP6_AT, len);
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
