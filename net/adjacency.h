/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adjacencies: how to reach a neighbour on a link.
 *
 * Core 0 alone creates and changes them. An index stays the same neighbour for
 * as long as the entry lives. What workers read of an entry is one 64-bit word
 * (MAC and state), so that a change of MAC is one store and a half-written
 * MAC cannot be seen. The key is written before the entry is linked into its
 * hash chain, and a chain is followed without a lock.
 *
 * An entry is reused only after every worker has passed a quiescent point
 * since it was unlinked: adj_remove unlinks it; adj_park, an epoch, adj_reclaim
 * frees it (as in fib.h).
 */
#ifndef NET_ADJACENCY_H
#define NET_ADJACENCY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/addr.h"
#include "net/port.h"

enum { ADJ_NONE = 0 }; /* index 0 is never a neighbour */

/* struct adj.link: the MAC in bits 0-47 (first byte lowest), ADJ_VALID. */
#define ADJ_VALID (1ull << 48)

struct adj {
	_Atomic uint64_t link;
	_Atomic uint32_t next; /* in its hash chain; ADJ_NONE ends it */
	uint16_t iface;        /* index into dataplane.iface */
	uint8_t family;
	uint8_t flags; /* core 0's: ADJ_STATIC, ... */
	uint8_t addr[16];
	uint32_t users;       /* core 0's: next hops that name it */
	uint32_t parked_next; /* core 0's: the next unlinked entry */
	uint8_t pad[24];
};
_Static_assert(sizeof(struct adj) == 64, "one cache line");

#define ADJ_STATIC 0x01 /* from the config: never ages */

struct adj_table {
	struct adj *entry;        /* `capacity` entries; [0] is unused */
	_Atomic uint32_t *bucket; /* `buckets` chain heads */
	uint32_t capacity;
	uint32_t buckets; /* power of two */
	uint64_t seed;    /* of the hash */
	uint32_t free;    /* core 0's free list, through `next` */
	uint32_t removed; /* core 0's list of unlinked, not yet parked */
	uint32_t parked;  /* core 0's list of those that adj_reclaim frees */
	uint32_t count;   /* core 0's: live entries */
};

/*
 * `entries` and `buckets` are zeroed memory of the given counts. `seed` is a
 * number that nobody can predict: who chooses addresses shall not choose their
 * chain, which the workers walk.
 */
void adj_table_init(struct adj_table *t, struct adj *entries, uint32_t capacity,
    _Atomic uint32_t *buckets, uint32_t bucket_count, uint64_t seed);

/* Any core: the adjacency of `addr` (4 or 16 bytes) on `iface`, or ADJ_NONE. */
uint32_t adj_find(const struct adj_table *t, uint16_t iface, uint8_t family,
    const uint8_t *addr);

/* Core 0: finds or creates an entry, invalid at first. ADJ_NONE when full. */
uint32_t adj_add(
    struct adj_table *t, uint16_t iface, const struct ip_addr *addr);

/* Core 0: one store each. */
void adj_set_mac(
    struct adj_table *t, uint32_t adj, const uint8_t mac[ETH_ALEN]);
void adj_invalidate(struct adj_table *t, uint32_t adj);

/* Core 0: unlinks an entry, which is lost until it has been parked and
 * reclaimed. */
void adj_remove(struct adj_table *t, uint32_t adj);

/* Core 0: parks what was unlinked. Nothing is parked at that time. */
void adj_park(struct adj_table *t);

/* Core 0: frees the parked entries. Every worker has been quiescent since. */
void adj_reclaim(struct adj_table *t);

static inline uint64_t
adj_link(const struct adj_table *t, uint32_t adj)
{
	return atomic_load_explicit(&t->entry[adj].link, memory_order_relaxed);
}

static inline void
adj_link_mac(uint64_t link, uint8_t mac[ETH_ALEN])
{
	memcpy(mac, &link, ETH_ALEN); /* little endian: first byte lowest */
}

#endif
