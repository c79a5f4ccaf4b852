/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors about packets that were not forwarded (RFC 792, 1122 3.2.2,
 * 1812 4.3.2, RFC 4443).
 */
#ifndef CONTROL_ICMP_H
#define CONTROL_ICMP_H

#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

enum icmp_error {
	ICMP_TTL_EXCEEDED,
	ICMP_NET_UNREACHABLE,
	ICMP_HOST_UNREACHABLE,
	ICMP_REJECTED,  /* communication administratively prohibited */
	ICMP_TOO_BIG,   /* detail: the MTU */
	ICMP_PARAMETER, /* detail: the octet of the packet that is wrong */
	ICMP_OPTION,    /* the same, of an IPv6 option that is not known */
	ICMP_SCOPE,     /* IPv6: beyond the scope of the source */
	/* About packets to this router. */
	ICMP_PROTOCOL,    /* IPv4: no such protocol */
	ICMP_NEXT_HEADER, /* the same of IPv6; detail: where it is named */
	ICMP_PORT_UNREACHABLE,
	ICMP_CHAIN,      /* IPv6: a first fragment without all headers */
	ICMP_REASSEMBLY, /* fragments did not come in time */
	ICMP_KIND_COUNT, /* for the limit and for counters */
};

/* Their names in the API. */
extern const char *const icmp_names[ICMP_KIND_COUNT];

enum { ICMP_ERROR_MAX = 1280 };

/*
 * Builds the error about `packet` (from the IP header on) into `out`, which
 * holds ICMP_ERROR_MAX bytes, from `source`. Returns its length, or 0 when no
 * error may be sent about such a packet: errors about errors, later fragments
 * (of IPv4, and of ICMPv6), broadcasts, multicasts, no valid source, an error
 * that the family does not have.
 */
size_t icmp_error_build(enum icmp_error error, uint16_t detail,
    const struct ip_addr *source, const uint8_t *packet, size_t len,
    uint8_t *out);

#endif
