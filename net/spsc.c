/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ring between two cores (spsc.h). Each side keeps a copy of the other's
 * index and reads the real one, which costs a cache miss, only when the copy
 * says full or empty.
 */
#include "net/spsc.h"

void
spsc_init(struct spsc *r, struct pkt **slots, uint32_t size)
{
	atomic_init(&r->head, 0);
	atomic_init(&r->tail, 0);
	r->head_seen = 0;
	r->tail_seen = 0;
	r->slot = slots;
	r->size = size;
}

/* Reads the other side's index only when the copy of it does not do. */
static uint32_t
space_from(struct spsc *r, uint32_t head, uint32_t n)
{
	if (r->size - (head - r->tail_seen) < n)
		r->tail_seen = atomic_load_explicit(
		    &r->tail, memory_order_acquire);
	return r->size - (head - r->tail_seen);
}

uint32_t
spsc_space(struct spsc *r, uint32_t n)
{
	uint32_t space = space_from(
	    r, atomic_load_explicit(&r->head, memory_order_relaxed), n);

	return space < n ? space : n;
}

bool
spsc_push(struct spsc *r, struct pkt *p)
{
	uint32_t head = atomic_load_explicit(&r->head, memory_order_relaxed);

	if (space_from(r, head, 1) == 0)
		return false;
	r->slot[head & (r->size - 1)] = p;
	atomic_store_explicit(&r->head, head + 1, memory_order_release);
	return true;
}

uint32_t
spsc_push_burst(struct spsc *r, struct pkt *const *pkts, uint32_t n)
{
	uint32_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	uint32_t space = space_from(r, head, n);
	uint32_t i;

	if (space < n)
		n = space;
	for (i = 0; i < n; i++)
		r->slot[(head + i) & (r->size - 1)] = pkts[i];
	atomic_store_explicit(&r->head, head + n, memory_order_release);
	return n;
}

uint32_t
spsc_pop_burst(struct spsc *r, struct pkt **pkts, uint32_t n)
{
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	uint32_t i;

	if (r->head_seen - tail < n) {
		r->head_seen = atomic_load_explicit(
		    &r->head, memory_order_acquire);
		if (r->head_seen - tail < n)
			n = r->head_seen - tail;
	}
	if (n == 0)
		return 0;
	for (i = 0; i < n; i++)
		pkts[i] = r->slot[(tail + i) & (r->size - 1)];
	atomic_store_explicit(&r->tail, tail + n, memory_order_release);
	return n;
}
