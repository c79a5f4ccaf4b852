/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Free packet buffers of one core (pool.h).
 */
#include "net/pool.h"

void
pool_init(struct pool *pool, struct pkt **slots, void *region, uint32_t buffers)
{
	uint8_t *end = (uint8_t *)region + (size_t)buffers * PKT_STRIDE;
	uint32_t i;

	pool->slot = slots;
	pool->count = 0;
	pool->capacity = buffers;
	pool->empty = 0;
	pool->overflow = 0;
	/* The last buffer first, so that the region is used from its start. */
	for (i = 0; i < buffers; i++) {
		end -= PKT_STRIDE;
		pool_put(pool, (void *)end);
	}
}

static struct pkt *
pool_block_buffer(void *region, uint32_t i)
{
	size_t block = i / POOL_BLOCK_BUFFERS, place = i % POOL_BLOCK_BUFFERS;

	return (void *)((uint8_t *)region + block * POOL_BLOCK +
			place * PKT_STRIDE);
}

void
pool_init_dma(
    struct pool *pool, struct pkt **slots, void *region, uint32_t buffers)
{
	uint32_t i;

	pool_init(pool, slots, region, 0);
	pool->capacity = buffers;
	for (i = buffers; i > 0; i--)
		pool_put(pool, pool_block_buffer(region, i - 1));
}

struct pkt *
pool_get(struct pool *pool)
{
	struct pkt *p;

	if (pool->count == 0) {
		pool->empty++;
		return NULL;
	}
	p = pool->slot[--pool->count];
	pkt_reset(p);
	return p;
}

uint32_t
pool_get_burst(struct pool *pool, struct pkt **pkts, uint32_t n)
{
	uint32_t i;

	if (n > pool->count) {
		pool->empty += n - pool->count;
		n = pool->count;
	}
	for (i = 0; i < n; i++) {
		pkts[i] = pool->slot[--pool->count];
		pkt_reset(pkts[i]);
	}
	return n;
}

void
pool_put(struct pool *pool, struct pkt *p)
{
	if (pool->count == pool->capacity) {
		pool->overflow++;
		return;
	}
	pool->slot[pool->count++] = p;
}

void
pool_put_burst(struct pool *pool, struct pkt *const *pkts, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		pool_put(pool, pkts[i]);
}
