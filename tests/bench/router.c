/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RIB, next hops and FIB as the router joins them (router.h).
 */
#include "tests/bench/router.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/adjacency.h"

enum {
	IFACE = 0,
	GROUPS = 16,
	IPV6_ADJACENCIES = 0x8000, /* they stand behind those of IPv4 */
};

/* The gateways' networks: 10.255.0.0/16 and fd00::/64. */
struct ip_addr
router_gateway(uint8_t family, uint16_t nexthop)
{
	struct ip_addr a = { .family = family };

	if (family == IP4) {
		a.byte[0] = 10;
		a.byte[1] = 255;
		be16_store(&a.byte[2], nexthop);
	} else {
		a.byte[0] = 0xfd;
		be16_store(&a.byte[14], nexthop);
	}
	return a;
}

static uint32_t
adjacency(void *arg, uint16_t iface, const struct ip_addr *gateway)
{
	(void)arg;
	(void)iface;
	if (gateway->family == IP4)
		return be16_load(&gateway->byte[2]);
	return be16_load(&gateway->byte[14]) + IPV6_ADJACENCIES;
}

static void
connect_network(struct router *r, uint8_t family, uint8_t len)
{
	struct rib_route route = {
		.prefix = { router_gateway(family, 0), len },
		.iface = IFACE,
		.source = SOURCE_CONNECTED,
	};

	r->refused += rib_add(r->rib, &route) != 0;
}

void
router_create(struct router *r, size_t size)
{
	struct rib_env env = { .adjacency = adjacency };
	size_t hops = nexthop_memory(FIB_NEXTHOP_MAX + 1, GROUPS);

	*r = (struct router){ .fib = fib_create(
				  pages_alloc(PAGES_HUGE, size), size) };
	nexthop_table_init(&r->nexthops, pages_alloc(PAGES_HUGE, hops),
	    FIB_NEXTHOP_MAX + 1, GROUPS);
	r->rib = rib_create(&r->nexthops);
	if (r->fib == NULL || r->rib == NULL) {
		fprintf(stderr, "bench: no memory for a router\n");
		exit(2);
	}
	connect_network(r, IP4, 16);
	connect_network(r, IP6, 64);
	env.up[IFACE] = true;
	rib_env_set(r->rib, &env);
}

void
router_destroy(struct router *r)
{
	rib_destroy(r->rib);
}

static struct rib_route
route_of(const struct ip_prefix *prefix, const struct ip_addr *gateway)
{
	return (struct rib_route){
		.prefix = *prefix,
		.gateway = *gateway,
		.iface = IFACE_NONE,
		.source = SOURCE_FILE,
		.distance = 1,
	};
}

void
router_add(struct router *r, const struct ip_prefix *prefix,
    const struct ip_addr *gateway)
{
	struct rib_route route = route_of(prefix, gateway);
	int error = rib_add(r->rib, &route);

	r->refused += error != 0 && error != -EEXIST;
}

void
router_remove(struct router *r, const struct ip_prefix *prefix,
    const struct ip_addr *gateway)
{
	struct rib_route route = route_of(prefix, gateway);

	r->refused += rib_remove(r->rib, &route) != 0;
}

static void
reclaim(struct router *r)
{
	if (!fib_must_park(r->fib) && !rib_must_park(r->rib) &&
	    !nexthop_must_park(&r->nexthops))
		return;
	fib_park(r->fib);
	rib_park(r->rib);
	nexthop_park(&r->nexthops);
	fib_reclaim(r->fib);
	nexthop_reclaim(&r->nexthops);
	rib_reclaim(r->rib);
}

void
router_settle(struct router *r)
{
	enum rib_status status;
	unsigned stuck = 0;

	do {
		status = rib_settle(r->rib, r->fib, SIZE_MAX);
		stuck += status != RIB_SETTLED && status != RIB_MORE;
		reclaim(r);
	} while (status != RIB_SETTLED && stuck < 100);
	r->refused += status != RIB_SETTLED;
}

static uint16_t
leads_to(const struct router *r, uint16_t index)
{
	struct nexthop n = nexthop_read(&r->nexthops, index);

	return n.type == NEXTHOP_VIA
	           ? (uint16_t)(n.index & (IPV6_ADJACENCIES - 1))
	           : FIB_MISS;
}

uint16_t
router_lookup4(const struct router *r, uint32_t addr)
{
	uint16_t index;

	fib_lookup4(r->fib, &addr, &index, 1);
	return leads_to(r, index);
}

uint16_t
router_lookup6(const struct router *r, const struct fib_key6 *addr)
{
	uint16_t index;

	fib_lookup6(r->fib, addr, &index, 1);
	return leads_to(r, index);
}
