/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A random frame that grows, for random.c and what it is made of.
 */
#ifndef TESTS_FRAMES_DRAFT_H
#define TESTS_FRAMES_DRAFT_H

#include <stdbool.h>

#include "tests/frames/random.h"

#define COUNT(array)   ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define PICK(r, array) ((array)[frames_random_below(r, COUNT(array))])

struct draft {
	struct frames_random *r;
	uint8_t *byte;
	uint32_t len;
};

/* True once in n times. */
bool draft_one_in(struct draft *d, uint32_t n);

/* Any bytes. */
void draft_noise(struct draft *d, uint8_t *to, uint32_t len);

/* Room for `len` more bytes of zeroes, or as many as there are. */
uint8_t *draft_grow(struct draft *d, uint32_t *len);

/* Adds noise behind a few bytes that mean something: of any length, most of
 * them short, many about an MTU. */
void draft_payload(struct draft *d, const uint8_t *head, uint32_t size);

/* random_ip.c: adds whole packets, and what ARP asks for. */
void draft_ip4(struct draft *d);
void draft_ip6(struct draft *d);
void draft_arp(struct draft *d);

#endif
