/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random frames as a bad link might bring them: mostly valid headers of every
 * kind that the router knows, toward every kind of destination in the world's
 * config (config.h), some of them broken afterwards.
 */
#ifndef TESTS_FRAMES_RANDOM_H
#define TESTS_FRAMES_RANDOM_H

#include <stdint.h>

struct frames_random {
	uint64_t state;   /* the seed, not 0 */
	uint16_t longest; /* frame that is made, at least 1514 */
};

/* Fills `frame`, which holds `longest` bytes; returns the length, 14 or more.
 * It is for this port. */
uint16_t frames_random_make(
    struct frames_random *r, uint8_t port, uint8_t *frame);

/* Less than n. */
uint32_t frames_random_below(struct frames_random *r, uint32_t n);

#endif
