/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames for the two ports of ixgbe_pair.h. Flow and number decide all bytes,
 * and are in them. Odd flows are IPv6, and of each four flows the last two are
 * of the upper half of a network. `port` is where a frame arrives.
 */
#ifndef TESTS_UNIT_IXGBE_FRAMES_H
#define TESTS_UNIT_IXGBE_FRAMES_H

#include "tests/unit/ixgbe_lab.h"

/* `longest`: in bytes, of any frame. */
void frames_begin(uint32_t longest);

/* The address of a flow's host behind a port, 4 or 16 bytes, and the MAC of
 * the neighbour that it is reached by, until the next call. */
void frames_address(uint8_t *out, uint32_t port, uint32_t flow, uint8_t last);
const uint8_t *frames_neighbor(uint32_t port, uint32_t flow);

/* Frame `n` of a flow as it arrives, and what the rules make of it. They
 * return its length. */
uint32_t frames_arriving(
    uint8_t *out, uint32_t port, uint32_t flow, uint32_t n);
uint32_t frames_leaving(uint8_t *out, uint32_t port, uint32_t flow, uint32_t n);

/* Who a frame says it is. */
void frames_read(const uint8_t *frame, uint32_t *flow, uint32_t *n);

#endif
