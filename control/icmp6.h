/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes of ICMPv6 messages that several files read or write.
 */
#ifndef CONTROL_ICMP6_H
#define CONTROL_ICMP6_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ICMP6_AT = 40, /* in a packet without extension headers */
	ICMP6_RS = 133,
	ICMP6_RA = 134,
	ND_HOP_LIMIT_ALWAYS = 255, /* RFC 4861 */
	/* in a neighbour solicitation or advertisement */
	NA_FLAGS = 4,
	ND_TARGET = 8,
	ND_OPTIONS_AT = 24,
	ND_OPTION_SLLA = 1,
	ND_OPTION_TLLA = 2,
	ND_OPTION_PREFIX = 3,
	ND_OPTION_MTU = 5,
	ND_OPTION_RDNSS = 25, /* RFC 8106 */
	ND_OPTION_DNSSL = 31,
};

/*
 * The checksum of the message that makes up a packet's payload of `len` bytes
 * (RFC 4443 2.3), as a number to be stored in network order. 0 when the
 * packet holds a right one.
 */
uint16_t icmp6_checksum(const uint8_t *packet, size_t len);

/* The same for a protocol whose header begins at `at`, behind others. */
uint16_t ip6_checksum(
    const uint8_t *packet, uint8_t protocol, size_t at, size_t len);

/*
 * The options in `option`, `len` bytes: false when they are not well formed
 * (RFC 4861 4.6). Of `type`, the first is found: else NULL.
 */
bool nd_options_good(const uint8_t *option, size_t len);
const uint8_t *nd_option_find(const uint8_t *option, size_t len, uint8_t type);

#endif
