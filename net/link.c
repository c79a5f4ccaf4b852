/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hand-over between two cores (link.h).
 */
#include "net/link.h"

void
link_init(struct link *l, struct pkt **slots, uint32_t size, struct bell *bell)
{
	spsc_init(&l->full, slots, size);
	spsc_init(&l->empty, slots + size, size);
	l->bell = bell;
}

uint32_t
link_collect(struct link *l, struct pool *pool)
{
	uint32_t n;

	if (!spsc_waiting(&l->empty))
		return 0;
	/* Straight onto the stack: there is room for what was ours. */
	n = spsc_pop_burst(
	    &l->empty, pool->slot + pool->count, pool->capacity - pool->count);
	pool->count += n;
	return n;
}

uint32_t
link_take(struct link *l, struct pool *pool, struct pkt **pkts, uint32_t n)
{
	if (n > pool->count)
		n = pool->count;
	n = spsc_space(&l->empty, n);
	n = spsc_pop_burst(&l->full, pkts, n);
	if (n == 0)
		return 0;
	/* Straight from the stack; the giver's pool resets them. */
	pool->count -= n;
	return spsc_push_burst(&l->empty, pool->slot + pool->count, n);
}
