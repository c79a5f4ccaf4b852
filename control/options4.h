/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of an IPv4 header that is forwarded (RFC 791 3.1, RFC 1812 5.3.13,
 * RFC 7126). Pure functions; `ip` is a whole header, checked for its length.
 */
#ifndef CONTROL_OPTIONS4_H
#define CONTROL_OPTIONS4_H

#include <stdint.h>

enum options4_fate {
	OPTIONS4_GOOD,
	OPTIONS4_REFUSED, /* a source route */
	OPTIONS4_BAD,     /* an ICMP parameter problem at `bad` */
};

/* Offsets from the start of the header; 0: there is none. */
struct options4 {
	uint8_t bad;    /* the octet where the fault is */
	uint8_t record; /* record route */
	uint8_t stamp;  /* timestamp */
	uint8_t named;  /* in it, whose time is asked for next */
};

enum options4_fate options4_check(const uint8_t *ip, struct options4 *o);

/*
 * Records `own` and the time where there is room, or counts the overflow; what
 * is 0 in `o` is left alone. The checksum is right again then.
 */
void options4_update(uint8_t *ip, const struct options4 *o,
    const uint8_t own[4], uint32_t stamp);

#endif
