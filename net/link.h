/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link hands packets from one core to another by swap: for each packet that
 * the taker takes, it gives a free buffer of its own pool back.
 *
 *              full: packets
 *     giver ------------------> taker
 *           <------------------
 *              empty: free buffers
 *
 * So each core has the same number of buffers at all times, whoever keeps a
 * packet for long takes nothing from others, and no pool overflows. A taker
 * without a free buffer takes nothing; then `full` fills up, and the giver
 * drops and counts. Giver and taker may be one core with one pool.
 */
#ifndef NET_LINK_H
#define NET_LINK_H

#include "net/bell.h"
#include "net/pool.h"
#include "net/spsc.h"

struct link {
	struct spsc full;  /* from giver to taker */
	struct spsc empty; /* from taker to giver */
	struct bell *bell; /* the taker's, or NULL when it never sleeps */
};

/* Pointers that a link needs; `size`, a power of two, is packets on the way. */
static inline size_t
link_slots(uint32_t size)
{
	return 2 * (size_t)size;
}

void link_init(
    struct link *l, struct pkt **slots, uint32_t size, struct bell *bell);

/* Giver. Returns how many of the first packets went; the others stay its own.
 * The taker hears of them by link_ring, once a burst. */
static inline uint32_t
link_send_burst(struct link *l, struct pkt *const *pkts, uint32_t n)
{
	return spsc_push_burst(&l->full, pkts, n);
}

static inline bool
link_send(struct link *l, struct pkt *p)
{
	return spsc_push(&l->full, p);
}

static inline void
link_ring(struct link *l)
{
	bell_ring(l->bell);
}

/* Giver. Puts the free buffers that came back into its pool; returns how many:
 * one for each packet that was taken. */
uint32_t link_collect(struct link *l, struct pool *pool);

/* Taker. Takes up to `n` packets, oldest first, against as many of its pool's;
 * returns how many. */
uint32_t link_take(
    struct link *l, struct pool *pool, struct pkt **pkts, uint32_t n);

/* Taker. True when packets wait (spsc_waiting). */
static inline bool
link_waiting(const struct link *l)
{
	return spsc_waiting(&l->full);
}

#endif
