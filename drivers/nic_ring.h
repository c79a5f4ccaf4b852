/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The descriptor ring that Intel's NICs share, from the 82540 to the 82599:
 * 16-byte descriptors, a base, a length, and two indices in registers that lie
 * at the same distances from each other in every part. The device owns the
 * slots from head up to tail. What the descriptors say is the driver's.
 *
 * Indices run freely through 2^32 and are masked only to reach a slot, so that
 * `prod - cons` is the number of slots in use. One slot always stays free,
 * because to the device head == tail means an empty ring.
 *
 *       cons            prod
 *   ----+---------------+--------   slots [cons, prod) belong to the device,
 *       |  pkt, desc    |           and so do the packets in them
 *
 * One core uses a ring. Core 0 programs it only while that one does not, and
 * only when it is drained (net/port.h).
 */
#ifndef DRIVERS_NIC_RING_H
#define DRIVERS_NIC_RING_H

#include <stdint.h>

#include "kernel/dma.h"
#include "kernel/mmio.h"
#include "net/packet.h"
#include "net/pool.h"

enum {
	NIC_RING_MIN = 64,
	NIC_RING_MAX = 4096,
};

/* Distances from a ring's first register (8254x SDM 13.4.25 to 13.4.29 and
 * 13.4.36 to 13.4.40; 82599 datasheet 8.2.3.8 and 8.2.3.9). */
enum {
	NIC_RING_BASE_LOW = 0x00,
	NIC_RING_BASE_HIGH = 0x04,
	NIC_RING_LENGTH = 0x08, /* bytes, a multiple of 128 */
	NIC_RING_HEAD = 0x10,
	NIC_RING_TAIL = 0x18,
};

/* As the device reads and writes it; the two halves are its natural words. */
struct nic_desc {
	uint64_t lo;
	uint64_t hi;
};
_Static_assert(sizeof(struct nic_desc) == 16, "every format is 16 bytes");

struct nic_ring {
	volatile struct nic_desc *desc;
	struct pkt **pkt;    /* by slot: the packet that the device has */
	uint32_t *batch_end; /* by slot: where the batch begun here ends */
	uint32_t mask;       /* slots - 1 */
	uint32_t prod;       /* next slot that we hand to the device */
	uint32_t cons;       /* oldest slot that the device still has */
	uint32_t published;  /* prod as the tail register last said it */
	volatile void *regs;
	uint32_t base; /* offset of the ring's first register */
};

static inline uint32_t
nic_ring_used(const struct nic_ring *r)
{
	return r->prod - r->cons;
}

static inline uint32_t
nic_ring_space(const struct nic_ring *r)
{
	return r->mask - nic_ring_used(r);
}

/* The descriptor that is `ahead` slots after the oldest one. */
static inline volatile struct nic_desc *
nic_ring_peek(const struct nic_ring *r, uint32_t ahead)
{
	return &r->desc[(r->cons + ahead) & r->mask];
}

/* Takes the oldest slot back. There must be one in use. */
static inline struct pkt *
nic_ring_pop(struct nic_ring *r)
{
	return r->pkt[r->cons++ & r->mask];
}

/* Fills the next slot. There must be space. The device sees it on publish. */
static inline void
nic_ring_push(struct nic_ring *r, struct pkt *p, uint64_t lo, uint64_t hi)
{
	uint32_t slot = r->prod++ & r->mask;

	r->pkt[slot] = p;
	r->desc[slot].lo = lo;
	r->desc[slot].hi = hi;
}

/* Hands what was pushed since the last call to the device: one tail write. */
static inline void
nic_ring_publish(struct nic_ring *r)
{
	if (r->published == r->prod)
		return;
	r->published = r->prod;
	dma_wmb();
	mmio_write32(r->regs, r->base + NIC_RING_TAIL, r->prod & r->mask);
}

/* Transmit: only the last descriptor of [first, prod) asks for a report. */
static inline void
nic_ring_end_batch(struct nic_ring *r, uint32_t first)
{
	r->batch_end[first & r->mask] = r->prod;
}

/*
 * Takes the memory of a ring of `slots` slots, a power of two.
 * Returns 0, -EINVAL or -ENOMEM. Boot only.
 */
int nic_ring_alloc(struct nic_ring *r, uint32_t slots);

/*
 * From the next nic_ring_program() on the ring has only `slots` slots, a power
 * of two. What is not shorter than the ring, or too short, changes nothing.
 */
void nic_ring_shorten(struct nic_ring *r, uint32_t slots);

/*
 * Tells the device, whose queue must be off, where the ring is, and empties
 * it. Packets in it must have been drained.
 */
void nic_ring_program(struct nic_ring *r, volatile void *regs, uint32_t base);

/*
 * Transmit: puts the packets of every batch whose last descriptor has a bit of
 * `done` set in its upper half into the pool. Returns how many.
 */
uint32_t nic_ring_reap(struct nic_ring *r, uint64_t done, struct pool *pool);

/* What a NIC's transmit descriptors have in their upper half. */
struct nic_tx_format {
	uint64_t length; /* times the packet's length... */
	uint64_t always; /* ...and these bits */
	uint64_t report; /* asks for a report */
	uint64_t done;   /* the report */
};

/*
 * Transmit: puts what was sent into the pool, then hands over as many of the
 * `n` packets as there is space for, and returns how many. Reports are sparse,
 * but the last packet always asks for one: it comes home even when nothing
 * follows it.
 */
uint32_t nic_ring_send(struct nic_ring *r, const struct nic_tx_format *format,
    struct pool *pool, struct pkt *const *pkts, uint32_t n);

/* Puts all packets into the pool. The device must be quiet. */
void nic_ring_drain(struct nic_ring *r, struct pool *pool);

#endif
