/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor rings (7.1.9, 7.2.3.3): marks, fetch and write-back.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/82599/data.h"
#include "tests/82599/queue_regs.h"

/* The same offsets from the base register in receive and transmit queues. */
enum { HIGH = 0x04, LENGTH = 0x08, HEAD = 0x10 };

/* Only registers of a ring that is not at work count here. */
bool
ring_start(struct i82599 *m, struct ring *r, uint32_t base_reg)
{
	uint64_t high = reg_get(m, base_reg + HIGH);

	r->base = high << 32 | reg_get(m, base_reg);
	r->count = reg_get(m, base_reg + LENGTH) / sizeof(struct descriptor);
	r->head = reg_get(m, base_reg + HEAD);
	r->done = r->head;
	r->fetched = r->head;
	r->desc = calloc(r->count + 1, sizeof(*r->desc));
	if (m->config.strict)
		r->seen = calloc(r->count + 1, sizeof(*r->seen));
	if (!r->desc || (m->config.strict && !r->seen)) {
		ring_stop(m, r);
		return false;
	}
	r->checked = false;
	r->used = false;
	r->told = false;
	r->settled = false;
	r->rewound = false;
	r->enabled = true;
	return true;
}

void
ring_stop(struct i82599 *m, struct ring *r)
{
	if (r->enabled)
		m->data->waiting -= ring_distance(r, r->head, r->done);
	free(r->desc);
	free(r->seen);
	r->desc = NULL;
	r->seen = NULL;
	r->enabled = false;
	r->early_tail = false;
}

uint32_t
ring_distance(const struct ring *r, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + r->count - from;
}

uint32_t
ring_next(const struct ring *r, uint32_t index)
{
	return index + 1 == r->count ? 0 : index + 1;
}

/* What of [from, from + n) lies before the ring's end. */
static uint32_t
straight(const struct ring *r, uint32_t from, uint32_t n)
{
	return n < r->count - from ? n : r->count - from;
}

uint32_t
ring_fetch(struct i82599 *m, struct ring *r, uint32_t tail, uint32_t limit)
{
	uint32_t n = ring_distance(r, r->fetched, tail);
	uint32_t left;

	if (n > limit)
		n = limit;
	for (left = n; left;) {
		uint32_t part = straight(r, r->fetched, left);
		size_t size = part * sizeof(*r->desc);

		/* Where nothing answers, ones are read. */
		if (!m->ops->dma_read(m->ctx,
			r->base + r->fetched * sizeof(*r->desc),
			r->desc + r->fetched, (uint32_t)size))
			memset(r->desc + r->fetched, 0xff, size);
		if (r->seen)
			memcpy(
			    r->seen + r->fetched, r->desc + r->fetched, size);
		r->fetched = (r->fetched + part) % r->count;
		left -= part;
	}
	return n;
}

void
ring_write(struct i82599 *m, const struct ring *r, uint32_t from, uint32_t n)
{
	while (n) {
		uint32_t part = straight(r, from, n);

		m->ops->dma_write(m->ctx, r->base + from * sizeof(*r->desc),
		    r->desc + from, part * (uint32_t)sizeof(*r->desc));
		from = (from + part) % r->count;
		n -= part;
	}
}
