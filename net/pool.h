/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Free packet buffers of one core: a stack of pointers, last in, first out, so
 * that the warmest buffer is used next. Never shared between cores.
 */
#ifndef NET_POOL_H
#define NET_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "net/packet.h"

struct pool {
	struct pkt *
	    *slot; /* `capacity` pointers; [0, count) are free buffers */
	uint32_t count;
	uint32_t capacity;
	uint64_t empty;    /* buffers that were asked for and not there */
	uint64_t overflow; /* buffers given to a full pool, and so lost */
};

/* Bytes of memory that a pool of `buffers` buffers needs for its stack. */
static inline size_t
pool_slots_size(uint32_t buffers)
{
	return buffers * sizeof(struct pkt *);
}

/*
 * Fills the pool with `buffers` buffers cut from `region`, which holds
 * buffers * PKT_STRIDE bytes, aligned to 64, suitable for DMA. The capacity is
 * `buffers` too. A pool that may get buffers of other pools needs longer
 * `slots`, and its capacity raised to their length.
 */
void pool_init(
    struct pool *pool, struct pkt **slots, void *region, uint32_t buffers);

/*
 * The same for buffers that NICs write to. They are cut from blocks of 64 KiB,
 * so that none lies across two: some NICs must not write over such a line
 * (82545EM, erratum 23). `region` holds pool_region_size(buffers) bytes,
 * aligned to POOL_BLOCK.
 */
void pool_init_dma(
    struct pool *pool, struct pkt **slots, void *region, uint32_t buffers);

enum {
	POOL_BLOCK = 1 << 16,
	POOL_BLOCK_BUFFERS = POOL_BLOCK / PKT_STRIDE,
};

static inline size_t
pool_region_size(uint32_t buffers)
{
	return ((size_t)buffers + POOL_BLOCK_BUFFERS - 1) / POOL_BLOCK_BUFFERS *
	       POOL_BLOCK;
}

/* Takes a reset buffer, or NULL (counted in `empty`). */
struct pkt *pool_get(struct pool *pool);

/* Takes up to `n` reset buffers; returns how many. */
uint32_t pool_get_burst(struct pool *pool, struct pkt **pkts, uint32_t n);

/* Gives a buffer back. */
void pool_put(struct pool *pool, struct pkt *p);
void pool_put_burst(struct pool *pool, struct pkt *const *pkts, uint32_t n);

#endif
