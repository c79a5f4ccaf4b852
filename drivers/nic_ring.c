/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The descriptor ring: memory, registers, and giving packets back.
 */
#include "drivers/nic_ring.h"

#include <errno.h>
#include <stddef.h>

enum { TX_BATCH = 32 }; /* at most so many packets share one report */

int
nic_ring_alloc(struct nic_ring *r, uint32_t slots)
{
	size_t bytes = slots * sizeof(struct nic_desc);

	if (slots < NIC_RING_MIN || slots > NIC_RING_MAX ||
	    (slots & (slots - 1)) != 0)
		return -EINVAL;
	/* Aligned to its size: a ring crosses no 64 KiB line (82545EM). */
	r->desc = dma_alloc(bytes, bytes);
	r->pkt = dma_alloc(slots * sizeof(*r->pkt), 64);
	r->batch_end = dma_alloc(slots * sizeof(*r->batch_end), 64);
	if (r->desc == NULL || r->pkt == NULL || r->batch_end == NULL)
		return -ENOMEM;
	r->mask = slots - 1;
	return 0;
}

void
nic_ring_shorten(struct nic_ring *r, uint32_t slots)
{
	if (slots >= NIC_RING_MIN && slots <= r->mask)
		r->mask = slots - 1;
}

void
nic_ring_program(struct nic_ring *r, volatile void *regs, uint32_t base)
{
	uint64_t addr = (uint64_t)(uintptr_t)r->desc;
	uint32_t bytes = (r->mask + 1) * (uint32_t)sizeof(struct nic_desc);

	/* The device starts at slot 0, and so must the masked indices. */
	r->prod = 0;
	r->cons = 0;
	r->published = 0;
	r->regs = regs;
	r->base = base;
	mmio_write32(regs, base + NIC_RING_BASE_LOW, (uint32_t)addr);
	mmio_write32(regs, base + NIC_RING_BASE_HIGH, (uint32_t)(addr >> 32));
	mmio_write32(regs, base + NIC_RING_LENGTH, bytes);
	mmio_write32(regs, base + NIC_RING_HEAD, 0);
	mmio_write32(regs, base + NIC_RING_TAIL, 0);
}

/* Gives the oldest `n` packets back; they lie in one or two runs of slots. */
static void
nic_ring_release(struct nic_ring *r, uint32_t n, struct pool *pool)
{
	uint32_t slot, run;

	while (n > 0) {
		slot = r->cons & r->mask;
		run = r->mask + 1 - slot;
		if (run > n)
			run = n;
		pool_put_burst(pool, &r->pkt[slot], run);
		r->cons += run;
		n -= run;
	}
}

uint32_t
nic_ring_reap(struct nic_ring *r, uint64_t done, struct pool *pool)
{
	uint32_t n = 0, size;

	while (n < nic_ring_used(r)) {
		size = r->batch_end[(r->cons + n) & r->mask] - (r->cons + n);
		if ((nic_ring_peek(r, n + size - 1)->hi & done) == 0)
			break;
		n += size;
	}
	nic_ring_release(r, n, pool);
	return n;
}

/* One batch: only its last descriptor asks for a report. */
static void
nic_ring_send_batch(struct nic_ring *r, const struct nic_tx_format *format,
    struct pkt *const *pkts, uint32_t n)
{
	uint32_t first = r->prod, i;
	uint64_t hi;

	for (i = 0; i < n; i++) {
		hi = pkts[i]->len * format->length | format->always;
		if (i == n - 1)
			hi |= format->report;
		nic_ring_push(r, pkts[i], dma_addr(pkt_data(pkts[i])), hi);
	}
	nic_ring_end_batch(r, first);
}

uint32_t
nic_ring_send(struct nic_ring *r, const struct nic_tx_format *format,
    struct pool *pool, struct pkt *const *pkts, uint32_t n)
{
	uint32_t sent = 0, batch;

	nic_ring_reap(r, format->done, pool);
	if (n > nic_ring_space(r))
		n = nic_ring_space(r);
	while (sent < n) {
		batch = n - sent < TX_BATCH ? n - sent : TX_BATCH;
		nic_ring_send_batch(r, format, pkts + sent, batch);
		sent += batch;
	}
	nic_ring_publish(r);
	return n;
}

void
nic_ring_drain(struct nic_ring *r, struct pool *pool)
{
	nic_ring_release(r, nic_ring_used(r), pool);
}
