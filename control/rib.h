/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routing information base: every route with its source and distance, and
 * what the FIB and the next hops make of them.
 *
 * Per prefix the lowest distance with an active route wins; its routes form an
 * ECMP group. A route is active when its gateway leads to an interface that is
 * up. As in FRR, a gateway is looked up in the RIB itself, down to a connected
 * network; the default route does not resolve gateways, nor does a route its
 * own; a more specific prefix without an active route is passed over; a
 * gateway behind a blackhole or reject route shares its fate. Chains of more
 * than RIB_DEPTH_MAX gateways and loops are inactive.
 *
 * Besides the routes, connected networks bring host entries of their own:
 *  - IPv4 network and broadcast address (RFC 1812 4.2.3.1), not for /31
 *    (RFC 3021) and /32;
 *  - the IPv6 Subnet-Router anycast address, local (RFC 4291 2.6.1), not for
 *    /127 (RFC 6164 5.1) and /128.
 *
 * A change costs what it touches:
 *
 *   rib_add(), rib_remove()   note the prefix as dirty
 *   rib_env_set()             an interface went up or down: next hops change
 *                             at once, whatever number of prefixes they have
 *   rib_settle()              brings the FIB up to date, in slices
 *
 * A next-hop index stands for a set of paths (gateway, interface, type), not
 * for what they resolve to at the moment. So it stays the same for a prefix
 * while links come and go. When its last prefix is gone, workers may still
 * have read it from the FIB; it is used again like memory of the FIB is:
 *
 *   rib_settle() ...          gives indices up
 *   rib_park(), with fib_park() and nexthop_park(); then an epoch begins
 *   every worker begins a turn in it
 *   rib_reclaim(), with fib_reclaim() and nexthop_reclaim()
 */
#ifndef CONTROL_RIB_H
#define CONTROL_RIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/config.h"
#include "net/iface.h"

struct fib;
struct nexthop_table;

enum {
	RIB_DEPTH_MAX = 16,
	RIB_DISTANCE_UNREACHABLE = 255, /* never active */
};

enum route_source {
	SOURCE_CONNECTED, /* a network on an interface: distance 0 */
	SOURCE_LOCAL,     /* an own address, as a host route: distance 0 */
	SOURCE_STATIC,
	SOURCE_FILE, /* from a `routes` file: distance 1 */
	SOURCE_DHCP, /* distance 254 */
};

struct rib_route {
	struct ip_prefix prefix;
	struct ip_addr gateway; /* family 0: none */
	uint16_t iface;         /* or IFACE_NONE: found by the gateway */
	uint8_t type;           /* enum route_type */
	uint8_t source;         /* enum route_source */
	uint8_t file;           /* SOURCE_FILE: the caller's number of it */
	uint8_t distance;
	bool active; /* out: settled into the FIB, and leads somewhere */
};

/* What the RIB needs to know of the rest of the router. */
struct rib_env {
	bool up[IFACE_MAX];    /* routes may lead out of it */
	bool local[IFACE_MAX]; /* its own addresses answer */
	/* The adjacency of a gateway, created when it is new. ADJ_NONE when
	 * there is no room: routes through it stay inactive. */
	uint32_t (*adjacency)(
	    void *arg, uint16_t iface, const struct ip_addr *gateway);
	void *arg;
};

enum rib_status {
	RIB_SETTLED, /* done: the FIB is what the routes say */
	RIB_MORE,    /* the budget is used up */
	/* The FIB is full. The prefix stays dirty: after fib_reclaim(), or
	 * with a larger FIB (rib_fill), it is tried again. */
	RIB_FIB_FULL,
	/* Next-hop indices are all in use, but some have been given up: go on
	 * after rib_reclaim(). */
	RIB_WAIT,
	RIB_NO_MEMORY, /* the prefix stays dirty: try again later */
};

/* A place in the order of routes that stays right when they change. */
struct rib_cursor {
	bool begun;
	uint8_t table;
	uint8_t key[24];
};

/* What to remove, and how far it has come: the cursor is zero at first. */
struct rib_flush {
	uint8_t source; /* enum route_source */
	bool one_file;  /* only routes of `file` */
	uint8_t file;
	uint16_t iface; /* only routes of this interface, or IFACE_NONE */
	struct rib_cursor at;
};

struct rib;

/*
 * An empty RIB that writes `nexthops`, which must be empty and stay; of its
 * indices at most FIB_NEXTHOP_MAX are used. All interfaces are down. NULL
 * when memory is out.
 */
struct rib *rib_create(struct nexthop_table *nexthops);
void rib_destroy(struct rib *rib);

/*
 * 0, -EEXIST for the same route again (harmless), or -ENOMEM; nothing has
 * changed then.
 */
int rib_add(struct rib *rib, const struct rib_route *route);

/* 0 or -ENOENT: prefix, gateway, interface, type, source, file, distance. */
int rib_remove(struct rib *rib, const struct rib_route *route);

/*
 * Removes what `flush` says, looking at `budget` routes. True when it is done.
 * Routes added meanwhile behind the cursor are removed, too.
 */
bool rib_flush_some(struct rib *rib, struct rib_flush *flush, size_t budget);

/* Removes all routes of a source at once; on one interface, or IFACE_NONE. */
void rib_flush(struct rib *rib, enum route_source source, uint16_t iface);

/*
 * Interfaces went up or down, or adjacencies that were refused may be asked
 * for again. Takes a copy. When it returns, no next hop leads through an
 * interface that is down. rib_settle() does the rest.
 */
void rib_env_set(struct rib *rib, const struct rib_env *env);

/*
 * Brings `fib` up to date: about `budget` dirty prefixes. It is the FIB of the
 * last call, or one that rib_fill() has filled, or empty before the first.
 */
enum rib_status rib_settle(struct rib *rib, struct fib *fib, size_t budget);

/*
 * Fills an empty FIB, `to`, with what `from` has: `from` is the one that
 * rib_settle() works on, before, between and after the slices; what it changes
 * there it changes in `to` as well. RIB_SETTLED when `to` has everything,
 * RIB_MORE, or RIB_FIB_FULL when `to` is too small: end it then.
 *
 * rib_fill_end() ends it, at any time: from then on rib_settle() may be called
 * with `to` if it has become complete, or goes on with `from`.
 */
void rib_fill_begin(struct rib *rib, const struct fib *from, struct fib *to);
enum rib_status rib_fill(struct rib *rib, size_t budget);
void rib_fill_end(struct rib *rib);

/* True when there are indices to park. */
bool rib_must_park(const struct rib *rib);

/* Only when nothing is parked. */
void rib_park(struct rib *rib);
void rib_reclaim(struct rib *rib);

/*
 * Calls `fn` for each adjacency that some route leads through, active in the
 * FIB or not; some repeatedly. These must not be given to other neighbours.
 */
void rib_adjacencies(const struct rib *rib,
    void (*fn)(void *arg, uint32_t adjacency), void *arg);

size_t rib_count(const struct rib *rib);

/*
 * Copies up to `limit` routes in order of prefix, from the `offset`-th match
 * on, into `out`; `under` (or NULL) limits them to that prefix and longer
 * ones. Returns how many; `total` receives the number of matches.
 */
size_t rib_list(const struct rib *rib, const struct ip_prefix *under,
    size_t offset, size_t limit, struct rib_route *out, size_t *total);

/*
 * The longest prefix with an active route that covers `a`. False when there
 * is none.
 */
bool rib_covering(
    const struct rib *rib, const struct ip_addr *a, struct ip_prefix *out);

struct rib_stats {
	uint32_t prefixes; /* in the FIB, host entries of networks included */
	uint32_t paths;    /* distinct gateway, interface and type */
	uint32_t nexthops; /* indices in use */
	uint32_t unplaced; /* prefixes without an index: all are in use */
	uint32_t too_deep; /* gateways behind too long chains */
	uint32_t too_wide; /* next hops with more than ECMP_MAX ways */
	uint32_t no_adjacency; /* gateways that were refused an adjacency */
	size_t dirty;  /* prefixes that wait for rib_settle(), at least */
	size_t memory; /* bytes */
};

void rib_stats(const struct rib *rib, struct rib_stats *out);

#endif
