/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A RIB with a FIB, next hops and neighbours, for tests.
 */
#ifndef TESTS_UNIT_RIB_WORLD_H
#define TESTS_UNIT_RIB_WORLD_H

#include "control/rib.h"
#include "net/fib.h"
#include "net/nexthop.h"

enum { WORLD_ADJ_MAX = 8192 };

struct rib_world {
	struct rib *rib;
	struct fib *fib;
	void *fib_memory;
	struct nexthop_table nexthops;
	void *nexthop_memory;
	struct rib_env env;
	size_t budget; /* of a slice; 0: no limit */
	/* Adjacencies: an index names a gateway on an interface. */
	struct {
		uint16_t iface;
		struct ip_addr addr;
	} adj[WORLD_ADJ_MAX];
	uint32_t adj_count, adj_limit;
};

extern struct rib_world world;

/* So many next hops and groups; a FIB of `size` bytes. */
void world_begin(uint32_t nexthops, uint32_t groups, size_t size);
void world_end(void);

/* An empty FIB of `size` bytes and its memory, to be freed. */
struct fib *world_fib(size_t size, void **memory);

/* An epoch passes: everything given up becomes free. */
void world_reclaim(void);

/* Takes world.env over, and settles in slices; reclaims where it must. */
void world_settle(void);

struct ip_addr world_addr(const char *text);

/* `gateway` may be NULL; `iface` IFACE_NONE. */
struct rib_route world_route(enum route_source source, const char *prefix,
    const char *gateway, uint16_t iface);

void world_add(enum route_source source, const char *prefix,
    const char *gateway, uint16_t iface);
void world_via(const char *prefix, const char *gateway);
void world_typed(const char *prefix, enum route_type type, uint8_t distance);

struct nexthop world_nexthop(const char *destination);

/*
 * What a packet meets, as text: "none", "local 1", "connected 1",
 * "broadcast 1", "blackhole", "reject", or the ways, "1:10.1.0.2 2:10.2.0.2",
 * in order of adjacency.
 */
const char *world_meets(const char *destination);

/* The ways of a next hop, in order of adjacency. */
void world_ways(struct nexthop n, struct nexthop_ways *out);

bool world_active(const char *prefix, const char *gateway);

#endif
