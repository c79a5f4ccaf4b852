/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarding information base: longest-prefix match from a destination
 * address to a next-hop index (into dataplane.nexthop).
 *
 * One walk serves both key widths. A FIB is built by core 0 in memory of its
 * own, published, and never changed afterwards: readers need no lock.
 */
#ifndef NET_FIB_H
#define NET_FIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"
#include "net/arena.h"

enum { FIB_MISS = 0 }; /* next hop 0: no route */

struct fib;

/* An empty FIB in `arena`, or NULL when it is full. */
struct fib *fib_create(struct arena *arena);

/*
 * Adds a prefix, or changes its next hop. The prefix must be canonical (no
 * host bits). False when the arena is full: the FIB then still answers as
 * before the call. Not for a FIB that is published.
 */
bool fib_insert(
    struct fib *fib, const struct ip_prefix *prefix, uint32_t nexthop);

/*
 * Longest match for `n` destinations, n <= PKT_BURST. `dst[i]` points to the
 * address in network byte order, 4 or 16 bytes, unaligned. Writes FIB_MISS
 * where nothing matches.
 */
void fib_lookup4(const struct fib *fib, const uint8_t *const *dst,
    uint32_t *nexthop, uint32_t n);
void fib_lookup6(const struct fib *fib, const uint8_t *const *dst,
    uint32_t *nexthop, uint32_t n);

/* One address of either family, for the control plane. */
uint32_t fib_lookup(const struct fib *fib, const struct ip_addr *a);

/* An upper bound of the bytes that `prefixes` prefixes need in an arena. */
size_t fib_size(uint32_t prefixes);

#endif
