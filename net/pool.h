/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Free packet buffers of one core: a stack of pointers, last in, first out, so
 * that the warmest buffer is used next. Never shared between cores. Buffers
 * of different pools change places (link.h), so that a pool never holds more
 * than it began with.
 */
#ifndef NET_POOL_H
#define NET_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/packet.h"

struct pool {
	/* `capacity` pointers; [0, count) are free buffers */
	_Alignas(64) struct pkt **slot;
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
 * Buffers are cut from blocks of 64 KiB, so that none lies across two: some
 * NICs must not write over such a line (82545EM, erratum 23).
 */
enum { POOL_BLOCK = 1 << 16 };

static inline uint32_t
pool_block_buffers(uint32_t room)
{
	return POOL_BLOCK / pkt_stride(room);
}

static inline size_t
pool_region_size(uint32_t buffers, uint32_t room)
{
	uint32_t each = pool_block_buffers(room);

	return ((size_t)buffers + each - 1) / each * POOL_BLOCK;
}

/*
 * Fills the pool with `buffers` buffers, which is its capacity too, cut from
 * `region`: pool_region_size() bytes, aligned to POOL_BLOCK, suitable for DMA.
 */
void pool_init(struct pool *pool, struct pkt **slots, void *region,
    uint32_t buffers, uint32_t room);

/* Takes a reset buffer, or NULL (counted in `empty`). */
struct pkt *pool_get(struct pool *pool);

/* True when `n` buffers are there; those that lack are counted in `empty`. */
bool pool_has(struct pool *pool, uint32_t n);

/* Takes up to `n` reset buffers; returns how many. */
uint32_t pool_get_burst(struct pool *pool, struct pkt **pkts, uint32_t n);

/* Gives a buffer back. */
void pool_put(struct pool *pool, struct pkt *p);
void pool_put_burst(struct pool *pool, struct pkt *const *pkts, uint32_t n);

#endif
