/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Free packet buffers of one core (pool.h).
 */
#include "net/pool.h"

static struct pkt *
pool_buffer(void *region, uint32_t i, uint32_t room)
{
	uint32_t each = pool_block_buffers(room);
	size_t block = i / each, place = i % each;

	return (void *)((uint8_t *)region + block * POOL_BLOCK +
			place * pkt_stride(room));
}

void
pool_init(struct pool *pool, struct pkt **slots, void *region, uint32_t buffers,
    uint32_t room)
{
	uint32_t i;

	pool->slot = slots;
	pool->count = 0;
	pool->capacity = buffers;
	pool->empty = 0;
	pool->overflow = 0;
	/* The last buffer first, so that the region is used from its start. */
	for (i = buffers; i > 0; i--)
		pool_put(pool, pool_buffer(region, i - 1, room));
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

bool
pool_has(struct pool *pool, uint32_t n)
{
	if (n <= pool->count)
		return true;
	pool->empty += n - pool->count;
	return false;
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

	if (n > pool->capacity - pool->count) {
		pool->overflow += n - (pool->capacity - pool->count);
		n = pool->capacity - pool->count;
	}
	for (i = 0; i < n; i++)
		pool->slot[pool->count + i] = pkts[i];
	pool->count += n;
}
