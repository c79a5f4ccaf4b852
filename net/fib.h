/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarding information base: longest-prefix match from a destination
 * address to the index of a next hop (into dataplane.nexthop).
 *
 * One writer, core 0, changes it in place while any number of workers read it.
 * Readers need no lock: whatever they reach by one load is whole. What a
 * change unlinks is used again only when no reader can see it any more:
 *
 *   fib_set(), fib_clear() ...       unlink parts of the FIB
 *   fib_park()                       then core 0 begins an epoch
 *   every worker begins a turn in it
 *   fib_reclaim()                    makes what was parked free again
 */
#ifndef NET_FIB_H
#define NET_FIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

enum {
	FIB_MISS = 0,             /* next hop 0: no route */
	FIB_NEXTHOP_MAX = 0x7fff, /* the greatest index */
	FIB_PREFETCH = 16,        /* prefixes that are fetched at a time */
};

/* An IPv6 address as two numbers: its first eight bytes are `high`. */
struct fib_key6 {
	uint64_t high;
	uint64_t low;
};

struct fib;

/* Bytes, and what they are spent on. */
struct fib_usage {
	uint32_t prefixes[2]; /* IPv4, IPv6 */
	size_t size;          /* of the memory that can be used */
	size_t lookup[2];     /* what lookups read: IPv4, IPv6 */
	size_t control;       /* what only changes read */
	size_t parked;        /* waits for fib_reclaim() */
	size_t free;
};

/*
 * Bytes that suffice for so many routes of a table like the Internet's: an
 * estimate. Another table may need more; see fib_set().
 */
size_t fib_memory(uint32_t routes4, uint32_t routes6);

/*
 * An empty FIB in `memory`, which is aligned to 64 bytes and the caller's to
 * free. NULL when `size` is less than fib_memory(0, 0).
 */
struct fib *fib_create(void *memory, size_t size);

/*
 * Adds a prefix, or changes its next hop (1 .. FIB_NEXTHOP_MAX). The prefix is
 * canonical: no host bits. False when memory is out: nothing has changed
 * then. It may succeed later, after fib_reclaim(), or in a larger FIB.
 */
bool fib_set(struct fib *fib, const struct ip_prefix *prefix, uint32_t nexthop);

/*
 * Takes a prefix out; one that is not there is no error. False as fib_set():
 * also a smaller table may for a moment need more memory.
 */
bool fib_clear(struct fib *fib, const struct ip_prefix *prefix);

/*
 * Brings what changes of so many prefixes will read nearer, up to
 * FIB_PREFETCH: their cache misses then overlap. Nothing changes.
 */
void fib_prefetch(
    const struct fib *fib, const struct ip_prefix *prefix, uint32_t n);

/*
 * Between the two, fib_set() and fib_clear() change no lookup but those that
 * default routes answer: for loading many prefixes at once into an empty FIB
 * that nobody reads yet. fib_load_end() is false when memory is out; the FIB is
 * then of no use.
 */
void fib_load_begin(struct fib *fib);
bool fib_load_end(struct fib *fib);

/* True when there is something to park. */
bool fib_must_park(const struct fib *fib);

/* Only when nothing is parked. */
void fib_park(struct fib *fib);
void fib_reclaim(struct fib *fib);

/*
 * Longest match for `n` destinations; FIB_MISS where nothing matches. Keys are
 * numbers in host byte order. Faster the more there are, up to some hundred.
 */
void fib_lookup4(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n);
void fib_lookup6(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n);

/*
 * The same, but as if there were no default routes; and what those lead to, or
 * FIB_MISS.
 */
void fib_lookup4_specific(
    const struct fib *fib, const uint32_t *dst, uint16_t *nexthop, uint32_t n);
void fib_lookup6_specific(const struct fib *fib, const struct fib_key6 *dst,
    uint16_t *nexthop, uint32_t n);
uint32_t fib_default(const struct fib *fib, uint8_t family);

/* One address of either family, for the control plane. */
uint32_t fib_lookup(const struct fib *fib, const struct ip_addr *a);

/* The prefix itself, not what covers it: its next hop, or FIB_MISS. */
uint32_t fib_get(const struct fib *fib, const struct ip_prefix *prefix);

void fib_usage(const struct fib *fib, struct fib_usage *out);

/*
 * The lookups that are in use: "baseline", "popcnt" or "avx512", the best that
 * the processor has. For tests and figures they can be chosen; false when
 * there are none of that name here.
 */
const char *fib_level_name(const struct fib *fib);
bool fib_level_limit(struct fib *fib, const char *name);

static inline struct fib_key6
fib_key6_load(const uint8_t *addr)
{
	uint64_t word[2];

	memcpy(word, addr, sizeof(word));
	return (struct fib_key6){ __builtin_bswap64(word[0]),
		__builtin_bswap64(word[1]) };
}

#endif
