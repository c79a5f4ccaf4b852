/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Next hops: what a FIB's answer stands for.
 *
 * A next hop is one 64-bit word, so that core 0 changes what a hundred thousand
 * prefixes lead to by one store while workers read it. Several ways (ECMP) are
 * a group of buckets: a flow's hash picks a bucket, the bucket names the
 * neighbour. A way that is lost gives up its own buckets alone, so that the
 * flows of the others stay where they are (resilient hashing, RFC 2992's
 * concern).
 *
 * Core 0 alone writes. A group that is no longer named is used again only
 * after every worker has begun a turn in a later epoch: park and reclaim, as
 * in fib.h.
 */
#ifndef NET_NEXTHOP_H
#define NET_NEXTHOP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ECMP_MAX = 16,         /* ways of a group */
	NEXTHOP_BUCKETS = 128, /* of a group; a power of two */
};

enum nexthop_type {
	NEXTHOP_NONE,      /* no route */
	NEXTHOP_LOCAL,     /* an own address: punt */
	NEXTHOP_CONNECTED, /* the destination itself is the neighbour */
	NEXTHOP_VIA,       /* through one neighbour */
	NEXTHOP_GROUP,     /* through one of several neighbours */
	NEXTHOP_BLACKHOLE, /* drop, silently */
	NEXTHOP_REJECT,    /* drop, with ICMP unreachable */
	NEXTHOP_BROADCAST, /* directed broadcast of a connected network */
};

/* A next hop as read by one load. */
struct nexthop {
	uint8_t type;   /* enum nexthop_type */
	uint8_t ways;   /* NEXTHOP_GROUP: distinct neighbours in it */
	uint16_t iface; /* NEXTHOP_LOCAL, _CONNECTED and _BROADCAST */
	uint32_t index; /* NEXTHOP_VIA: adjacency; NEXTHOP_GROUP: group */
};
_Static_assert(sizeof(struct nexthop) == 8, "one store changes it");

/* Adjacencies by bucket. */
struct nexthop_group {
	_Atomic uint32_t adj[NEXTHOP_BUCKETS];
};

struct nexthop_table {
	_Atomic uint64_t *word; /* `capacity` of them; [0] is NEXTHOP_NONE */
	struct nexthop_group *group; /* `groups` of them; [0] is unused */
	uint32_t capacity;
	uint32_t groups;
	/* Core 0's: */
	uint32_t *group_next; /* free and parked lists; `groups` of them */
	uint32_t group_free;
	uint32_t group_limbo; /* no longer named, not yet parked */
	uint32_t group_parked;
};

/* The ways of a next hop that was NEXTHOP_VIA or NEXTHOP_GROUP. */
struct nexthop_ways {
	uint32_t count;
	uint32_t adj[ECMP_MAX];
};

/* Bytes for tables of so many, and the tables in `memory` aligned to 64. */
size_t nexthop_memory(uint32_t capacity, uint32_t groups);
void nexthop_table_init(
    struct nexthop_table *t, void *memory, uint32_t capacity, uint32_t groups);

/* Core 0: one store. Gives up the group that the entry had. */
void nexthop_set(
    struct nexthop_table *t, uint32_t index, const struct nexthop *nexthop);

/*
 * Core 0: leads `index` through those of `way` that are alive. `way` are the
 * adjacencies that the group is configured with, in an order that stays the
 * same, and bit i of `alive` says that way[i] can be used: a bucket changes
 * only when its way dies or comes back. Nothing alive makes it NEXTHOP_NONE,
 * one way in all NEXTHOP_VIA. False when there is no group free: nothing has
 * changed then.
 */
bool nexthop_set_ways(struct nexthop_table *t, uint32_t index,
    const struct nexthop_ways *way, uint32_t alive);

/* The distinct adjacencies that the next hop leads through now. */
void nexthop_ways(const struct nexthop_table *t, struct nexthop nexthop,
    struct nexthop_ways *out);

bool nexthop_must_park(const struct nexthop_table *t);
void nexthop_park(struct nexthop_table *t);
void nexthop_reclaim(struct nexthop_table *t);

/* Any core. */
static inline struct nexthop
nexthop_read(const struct nexthop_table *t, uint32_t index)
{
	uint64_t word = atomic_load_explicit(
	    &t->word[index], memory_order_acquire);
	struct nexthop n;

	__builtin_memcpy(&n, &word, sizeof(n));
	return n;
}

/* Any core: the neighbour of a group that flows of this hash go to. */
static inline uint32_t
nexthop_pick(const struct nexthop_table *t, uint32_t group, uint32_t hash)
{
	uint32_t bucket = (uint64_t)hash * NEXTHOP_BUCKETS >> 32;

	return atomic_load_explicit(
	    &t->group[group].adj[bucket], memory_order_relaxed);
}

#endif
