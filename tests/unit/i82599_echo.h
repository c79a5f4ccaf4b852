/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One port of the strict 82599 model in process, for small drivers that echo
 * its frames: short words for register accesses, and frames that are known
 * when they come back. Link with what tests/82599/inprocess.h names.
 */
#ifndef TESTS_UNIT_I82599_ECHO_H
#define TESTS_UNIT_I82599_ECHO_H

#include "tests/82599/inprocess.h"

enum { ECHO_FRAMES = 500, ECHO_SEEDS = 12 };

struct echo_descriptor {
	uint64_t lo, hi;
};

struct echo {
	struct inprocess *port;
	volatile void *regs;
	uint32_t arrived, back; /* frames */
};

extern struct echo echo;

/* A fresh port, hostile if the seed is not 0. */
void echo_begin(uint64_t seed);

uint32_t get(uint32_t addr);
void put(uint32_t addr, uint32_t v);
void set(uint32_t addr, uint32_t bits);
void clear(uint32_t addr, uint32_t bits);
void wait_for(uint32_t addr, uint32_t mask, uint32_t want);
void wait_for_link(void);
/* DMA memory, aligned to a page. */
void *memory(size_t size);

/* Up to section 4.6.3's end, promiscuous. */
void reset(void);

/*
 * Frames arrive until `total` have come back from the driver, which is polled;
 * each comes back once and unchanged. Never more than `room` are on the way.
 */
void echo_run(void (*poll)(void), uint32_t total, uint32_t room);

#endif
