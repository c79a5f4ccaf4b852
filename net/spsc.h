/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bounded ring of packet pointers between two cores: one producer, one
 * consumer, no lock. Indices run freely; used is head - tail; masked only to
 * index. Each side writes a cache line of its own.
 */
#ifndef NET_SPSC_H
#define NET_SPSC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/packet.h"

struct spsc {
	_Alignas(64) _Atomic uint32_t head; /* producer: next to fill */
	uint32_t tail_seen;                 /* producer's copy of tail */
	_Alignas(64) _Atomic uint32_t tail; /* consumer: next to take */
	uint32_t head_seen;                 /* consumer's copy of head */
	_Alignas(64) struct pkt **slot;
	uint32_t size; /* power of two */
};

void spsc_init(struct spsc *r, struct pkt **slots, uint32_t size);

/* Producer. False when full: the caller still owns the packet. */
bool spsc_push(struct spsc *r, struct pkt *p);

/* Producer. Pushes the first packets of the array; returns how many. */
uint32_t spsc_push_burst(struct spsc *r, struct pkt *const *pkts, uint32_t n);

/* Producer. How many packets, up to `n`, the ring has room for. */
uint32_t spsc_space(struct spsc *r, uint32_t n);

/* Consumer. Takes up to `n` packets, oldest first; returns how many. */
uint32_t spsc_pop_burst(struct spsc *r, struct pkt **pkts, uint32_t n);

/* Consumer. True when there is something to take; for the last look before
 * sleep, so it is ordered after all that was written before. */
static inline bool
spsc_waiting(const struct spsc *r)
{
	return atomic_load(&r->head) !=
	       atomic_load_explicit(&r->tail, memory_order_relaxed);
}

#endif
