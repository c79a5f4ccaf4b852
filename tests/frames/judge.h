/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a frame that leaves the router as the standards want it? Written from
 * them (RFC 791, 792, 826, 894, 1122, 1812, 2464, 4291, 4443, 4861, 8200), and
 * shares no code with what it judges.
 */
#ifndef TESTS_FRAMES_JUDGE_H
#define TESTS_FRAMES_JUDGE_H

#include "control/router.h"

/*
 * NULL, or what is wrong with a frame that leaves by a port. `trust` says that
 * what has a source of ours is ours: nobody has sent such a thing to us.
 */
const char *judge_frame(const struct router *r, uint8_t port,
    const uint8_t *frame, uint16_t len, bool trust);

/* True when the frame has an IP packet whose source is the router's. */
bool judge_spoofed(const struct router *r, const uint8_t *frame, uint16_t len);

/* RFC 1071: the sum of `len` bytes, added to `sum`; and its complement. */
uint32_t judge_add(uint32_t sum, const uint8_t *bytes, size_t len);
uint16_t judge_fold(uint32_t sum);

/* The sum of an IPv6 pseudo-header (RFC 8200, 8.1). */
uint32_t judge_pseudo6(
    const uint8_t *src, const uint8_t *dst, uint32_t len, uint8_t next);

/* The same of IPv4 (RFC 9293, 3.1). */
uint32_t judge_pseudo4(const uint8_t *ip, uint32_t len);

#endif
