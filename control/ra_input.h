/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Router solicitations and advertisements that came in: what is valid, and
 * whether another router contradicts us. Packets begin at the IPv6 header and
 * hold `len` bytes.
 */
#ifndef CONTROL_RA_INPUT_H
#define CONTROL_RA_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * RFC 4861 6.1.1. `mac` receives the link-layer address that the solicitation
 * tells of its source, or NULL.
 */
bool ra_solicitation_good(
    const uint8_t *packet, size_t len, const uint8_t **mac);

/* RFC 4861 6.1.2 */
bool ra_advertisement_good(const uint8_t *packet, size_t len);

/*
 * RFC 4861 6.2.7: what two good advertisements of one link contradict each
 * other about, in words; NULL: nothing.
 */
const char *ra_contradiction(
    const uint8_t *ours, size_t our_len, const uint8_t *theirs, size_t len);

#endif
