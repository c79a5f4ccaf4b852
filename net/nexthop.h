/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Next hops: what a FIB's answer stands for.
 *
 * A next hop is one 64-bit word, so that core 0 changes what a hundred thousand
 * prefixes lead to by one store while workers read it. Several ways (ECMP) are
 * a group of buckets: a flow's hash picks a bucket, the bucket names the
 * neighbour.
 *
 * Each bucket has an order of preference among the ways and leads to the first
 * that is alive. So where a flow goes depends on the set of configured ways and
 * on which of them are alive, not on what happened before. When a way dies its
 * flows alone move; when it comes back the same ones return, whichever others
 * are dead. The orders are such that every live way has its fair share of the
 * buckets within 10 %, whichever are alive (nexthop.c; RFC 2992 on why this
 * matters). A way that the configuration takes away or adds is mostly as good
 * as one that dies or comes back, also from one group to another: unless
 * adjacencies of one set are equal modulo 16.
 *
 * Core 0 alone writes. A group that is no longer named is used again only
 * after every worker has begun a turn in a later epoch: park and reclaim, as
 * in fib.h. What a group in use leads to changes in place, a bucket a store.
 */
#ifndef NET_NEXTHOP_H
#define NET_NEXTHOP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ECMP_MAX = 16,         /* ways of a group */
	NEXTHOP_BUCKETS = 240, /* of a group: 16 x 15, see nexthop.c */
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
	uint16_t iface; /* NEXTHOP_LOCAL, _CONNECTED and _BROADCAST; of a
	                 * NEXTHOP_VIA without an adjacency (ADJ_NONE), too */
	uint32_t index; /* NEXTHOP_VIA: adjacency; NEXTHOP_GROUP: group;
	                 * NEXTHOP_NONE: the group it keeps, or 0 */
};
_Static_assert(sizeof(struct nexthop) == 8, "one store changes it");

/* Adjacencies by bucket. */
struct nexthop_group {
	_Atomic uint32_t adj[NEXTHOP_BUCKETS];
};
_Static_assert(sizeof(struct nexthop_group) % 64 == 0, "cache lines");

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

/* Adjacencies that a next hop leads through, or is configured with. */
struct nexthop_ways {
	uint32_t count;
	uint32_t adj[ECMP_MAX];
};

/*
 * Bytes for tables of so many, and the tables in `memory`, which is aligned to
 * 64 bytes and the caller's to free. All are NEXTHOP_NONE at first.
 */
size_t nexthop_memory(uint32_t capacity, uint32_t groups);
void nexthop_table_init(
    struct nexthop_table *t, void *memory, uint32_t capacity, uint32_t groups);

/*
 * Core 0: one store, of any type but NEXTHOP_GROUP. Gives up the group that
 * the entry had.
 */
void nexthop_set(
    struct nexthop_table *t, uint32_t index, const struct nexthop *nexthop);

/*
 * Core 0: leads `index` through those of `way` that are alive. `way` are the
 * adjacencies that it is configured with, in any order, and bit i of `alive`
 * says that way[i] can be used. One that is named twice counts once, and is
 * alive if either is; ADJ_NONE does not count.
 *
 * One way in all makes it NEXTHOP_VIA, nothing alive NEXTHOP_NONE. While
 * several are configured the entry keeps its group, also when one or none is
 * alive: what comes back needs no memory. False when there is no group free:
 * nothing has changed then.
 */
bool nexthop_set_ways(struct nexthop_table *t, uint32_t index,
    const struct nexthop_ways *way, uint32_t alive);

/*
 * The distinct adjacencies that the next hop leads through now. None for
 * other types.
 */
void nexthop_ways(const struct nexthop_table *t, struct nexthop nexthop,
    struct nexthop_ways *out);

/* True when there is something to park. */
bool nexthop_must_park(const struct nexthop_table *t);

/* Only when nothing is parked. */
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

/* Any core: the bucket of a group that flows of this hash go to. */
static inline const _Atomic uint32_t *
nexthop_bucket_at(const struct nexthop_table *t, uint32_t group, uint32_t hash)
{
	return &t->group[group].adj[(uint64_t)hash * NEXTHOP_BUCKETS >> 32];
}

/* Any core: the neighbour that it names. */
static inline uint32_t
nexthop_pick(const struct nexthop_table *t, uint32_t group, uint32_t hash)
{
	return atomic_load_explicit(
	    nexthop_bucket_at(t, group, hash), memory_order_acquire);
}

#endif
