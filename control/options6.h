/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 hop-by-hop options (RFC 8200 4.2, 4.3). A pure function.
 */
#ifndef CONTROL_OPTIONS6_H
#define CONTROL_OPTIONS6_H

#include <stdint.h>

enum options6_fate {
	OPTIONS6_GOOD,
	OPTIONS6_REFUSED, /* discard it and say nothing */
	OPTIONS6_UNKNOWN, /* discard it; an ICMP parameter problem, code 2 */
	OPTIONS6_BAD,     /* malformed; an ICMP parameter problem, code 0 */
};

/*
 * Of a packet of `len` bytes whose hop-by-hop options follow the header. `at`
 * receives the octet that the ICMP error points to.
 */
enum options6_fate options6_check(
    const uint8_t *ip, uint32_t len, uint16_t *at);

#endif
