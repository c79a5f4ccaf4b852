/* SPDX-License-Identifier: BSD-2-Clause */
/* objects: control/iptext.c net/addr.c net/nexthop.c tests/unit/rib_world.c
 * tests/unit/log_stub.c
 * libs: fib rib */
/*
 * Random RIBs that change at random, in slices of all sizes: the FIB, what its
 * next hops lead to and which routes are active, compared with a search of all
 * routes. Gateways lie in the layer below, down to connected networks, so that
 * there are no loops (test_rib_rules.c has those).
 *
 *   layer 0     10.I.0.0/16 on interface I, and routes inside of it
 *   layer 1..3  21.0.0.0/8 .. 23.0.0.0/8
 *
 * IPv6 prefixes have the same leading bytes.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rib_world.h"

enum {
	ROUTES = 150,
	IFACES = 4,
	WORLDS = 24,
	STEPS = 30,
	PROBES = 30,
	FIB_ROUTES = 4000,
};

/* What an address meets; ways sorted as their adjacencies are. */
struct meeting {
	enum nexthop_type type;
	uint16_t iface;
	uint8_t distance;
	uint32_t ways;
	uint32_t way[ROUTES];
};

static struct rib_route routes[ROUTES];
static uint32_t route_count;

static uint32_t
rnd(uint32_t below)
{
	static uint64_t state = 0x2545f4914f6cdd1dull;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % below;
}

static struct ip_addr
addr(uint8_t family, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	return (struct ip_addr){ .byte = { (uint8_t)a, (uint8_t)b, (uint8_t)c,
				     (uint8_t)d },
		.family = family };
}

/* An address in a layer. */
static struct ip_addr
layer_addr(uint8_t family, uint32_t layer)
{
	if (layer == 0)
		return addr(family, 10, rnd(IFACES), rnd(3), 2 + rnd(6));
	return addr(family, 20 + layer, rnd(3), rnd(3), 2 + rnd(6));
}

static struct rib_route
random_route(void)
{
	uint8_t family = rnd(2) ? IP4 : IP6;
	uint32_t layer = 1 + rnd(3);
	bool all = rnd(50) == 0; /* a default route */
	struct rib_route r;

	memset(&r, 0, sizeof(r));
	r.prefix.addr = layer_addr(family, layer);
	r.prefix.len = all ? 0 : (uint8_t)(8 + rnd(4) * 8);
	ip_addr_mask(&r.prefix.addr, r.prefix.len);
	r.source = SOURCE_STATIC;
	r.distance = (uint8_t)(1 + rnd(3));
	r.iface = IFACE_NONE;
	switch (rnd(12)) {
	case 0:
		r.type = rnd(2) ? ROUTE_BLACKHOLE : ROUTE_REJECT;
		break;
	case 1:
		r.iface = (uint16_t)rnd(IFACES);
		break;
	case 2:
		r.gateway = layer_addr(family, 0);
		r.iface = (uint16_t)rnd(IFACES);
		break;
	case 3:
		r.distance = RIB_DISTANCE_UNREACHABLE;
		__attribute__((fallthrough));
	default:
		r.gateway = layer_addr(family, layer - 1);
	}
	return r;
}

static bool
same_prefix(const struct rib_route *a, const struct rib_route *b)
{
	return a->prefix.len == b->prefix.len &&
	       ip_addr_equal(&a->prefix.addr, &b->prefix.addr);
}

/* Two interfaces for one prefix: which one wins is not of interest here. */
static bool
second_interface_route(const struct rib_route *r)
{
	for (uint32_t i = 0; i < route_count; i++)
		if (same_prefix(&routes[i], r) && r->gateway.family == 0 &&
		    routes[i].gateway.family == 0)
			return true;
	return false;
}

static void
add(const struct rib_route *r)
{
	if (route_count < ROUTES && !second_interface_route(r) &&
	    rib_add(world.rib, r) == 0)
		routes[route_count++] = *r;
}

static void
add_connected(void)
{
	for (uint32_t i = 0; i < 2 * IFACES; i++) {
		struct rib_route r;

		memset(&r, 0, sizeof(r));
		r.prefix.addr = addr(i % 2 ? IP4 : IP6, 10, i / 2, 0, 0);
		r.prefix.len = 16;
		r.iface = (uint16_t)(i / 2);
		r.source = SOURCE_CONNECTED;
		add(&r);
	}
}

static struct meeting search(const struct ip_addr *a, int len, bool whole);

static bool
connects(const struct ip_addr *a, uint16_t iface)
{
	for (uint32_t i = 0; i < route_count; i++)
		if (routes[i].prefix.len > 0 &&
		    routes[i].type == ROUTE_UNICAST &&
		    routes[i].gateway.family == 0 && routes[i].iface == iface &&
		    ip_prefix_covers(&routes[i].prefix, a))
			return true;
	return false;
}

static struct meeting
one_way(uint16_t iface, const struct ip_addr *gateway)
{
	return (struct meeting){ .type = NEXTHOP_VIA,
		.ways = 1,
		.way = { world.env.adjacency(&world, iface, gateway) } };
}

static struct meeting
resolve(const struct rib_route *r)
{
	struct meeting m = { .type = NEXTHOP_NONE };

	if (r->distance == RIB_DISTANCE_UNREACHABLE)
		return m;
	if (r->type != ROUTE_UNICAST) {
		m.type = r->type == ROUTE_REJECT ? NEXTHOP_REJECT
		                                 : NEXTHOP_BLACKHOLE;
	} else if (r->gateway.family == 0) {
		m.type = world.env.up[r->iface] ? NEXTHOP_CONNECTED
		                                : NEXTHOP_NONE;
		m.iface = r->iface;
	} else if (r->iface != IFACE_NONE) {
		if (world.env.up[r->iface] && connects(&r->gateway, r->iface))
			return one_way(r->iface, &r->gateway);
	} else {
		m = search(&r->gateway, 32, false);
		if (m.type == NEXTHOP_CONNECTED)
			return one_way(m.iface, &r->gateway);
	}
	return m;
}

static void
join(struct meeting *to, const struct meeting *from)
{
	static const int rank[] = { [NEXTHOP_REJECT] = 1,
		[NEXTHOP_BLACKHOLE] = 2,
		[NEXTHOP_VIA] = 3,
		[NEXTHOP_CONNECTED] = 4 };

	if (rank[from->type] > rank[to->type])
		*to = *from;
	if (to->type != from->type)
		return;
	for (uint32_t i = 0; i < from->ways; i++) {
		uint32_t k = 0;

		while (k < to->ways && to->way[k] != from->way[i])
			k++;
		to->way[k] = from->way[i];
		to->ways += k == to->ways;
	}
}

static int
compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The best routes of one prefix. */
static struct meeting
best(const struct ip_prefix *prefix)
{
	struct meeting m = { .type = NEXTHOP_NONE };

	for (int distance = 0; distance <= 3 && !m.type; distance++)
		for (uint32_t i = 0; i < route_count; i++) {
			const struct rib_route *r = &routes[i];
			struct meeting one;

			if (r->distance != distance ||
			    r->prefix.len != prefix->len ||
			    !ip_addr_equal(&r->prefix.addr, &prefix->addr))
				continue;
			one = resolve(r);
			join(&m, &one);
			m.distance = r->distance;
		}
	qsort(m.way, m.ways, sizeof(m.way[0]), compare);
	return m;
}

/* Longest prefix first; what is not active is passed over. */
static struct meeting
search(const struct ip_addr *a, int len, bool whole)
{
	struct meeting m = { .type = NEXTHOP_NONE };

	for (; len >= (whole ? 0 : 8) && !m.type; len -= 8) {
		struct ip_prefix p = { *a, (uint8_t)len };

		ip_addr_mask(&p.addr, p.len);
		m = best(&p);
	}
	return m;
}

static void
check_nexthop(uint32_t index, const struct meeting *want)
{
	struct nexthop got = nexthop_read(&world.nexthops, index);
	struct nexthop_ways ways;
	uint32_t n = want->ways;

	if (want->type != NEXTHOP_VIA) {
		assert_int_equal(got.type, want->type);
		if (want->type == NEXTHOP_CONNECTED)
			assert_int_equal(got.iface, want->iface);
		return;
	}
	assert_true(
	    got.type == NEXTHOP_GROUP || (got.type == NEXTHOP_VIA && n == 1));
	world_ways(got, &ways);
	if (n <= ECMP_MAX) {
		assert_int_equal(ways.count, n);
		assert_memory_equal(ways.adj, want->way, n * sizeof(n));
	} else {
		assert_int_equal(ways.count, ECMP_MAX);
	}
}

static void
probe(void)
{
	struct ip_addr a = layer_addr(rnd(2) ? IP4 : IP6, rnd(4));
	struct meeting want = search(&a, 32, true);

	check_nexthop(fib_lookup(world.fib, &a), &want);
}

/* True when the route has a part in what its prefix leads to. */
static bool
takes_part(const struct rib_route *r, const struct meeting *m)
{
	struct meeting own = resolve(r);

	if (own.type == NEXTHOP_NONE || own.type != m->type ||
	    r->distance != m->distance)
		return false;
	for (uint32_t i = 0; i < own.ways; i++)
		for (uint32_t k = 0; k < m->ways; k++)
			if (own.way[i] == m->way[k])
				return true;
	return own.type != NEXTHOP_VIA;
}

/* What is active is what the FIB has, prefix by prefix. */
static void
check_routes(void)
{
	static struct rib_route listed[ROUTES];
	uint32_t prefixes = 0;
	struct rib_stats stats;
	size_t total;

	assert_int_equal(
	    rib_list(world.rib, NULL, 0, ROUTES, listed, &total), route_count);
	assert_int_equal(total, route_count);
	assert_int_equal(rib_count(world.rib), route_count);
	for (size_t i = 0; i < total; i++) {
		struct meeting m = best(&listed[i].prefix);

		check_nexthop(fib_get(world.fib, &listed[i].prefix), &m);
		if (m.ways <= ECMP_MAX)
			assert_int_equal(
			    listed[i].active, takes_part(&listed[i], &m));
		prefixes +=
		    m.type != NEXTHOP_NONE &&
		    (i == 0 || !same_prefix(&listed[i - 1], &listed[i]));
	}
	/* Networks bring broadcast and anycast addresses. */
	for (uint32_t i = 0; i < route_count; i++)
		if (routes[i].source == SOURCE_CONNECTED &&
		    world.env.up[routes[i].iface])
			prefixes += routes[i].prefix.addr.family == IP4 ? 2 : 1;
	rib_stats(world.rib, &stats);
	assert_int_equal(stats.prefixes, prefixes);
}

static void
remove_one(void)
{
	uint32_t i = rnd(route_count);

	assert_int_equal(rib_remove(world.rib, &routes[i]), 0);
	assert_int_equal(rib_remove(world.rib, &routes[i]), -ENOENT);
	routes[i] = routes[--route_count];
}

static void
change(void)
{
	for (uint32_t i = rnd(20); i > 0; i--) {
		struct rib_route r = random_route();

		add(&r);
	}
	for (uint32_t i = rnd(20); i > 0 && route_count > 0; i--)
		remove_one();
	if (rnd(2) == 0)
		world.env.up[rnd(IFACES)] ^= true;
	if (rnd(5) == 0)
		add_connected();
}

/* Some slices, and changes between them: the rest is settled later. */
static void
settle_partly(void)
{
	for (uint32_t i = rnd(5); i > 0; i--) {
		rib_settle(world.rib, world.fib, rnd(8));
		if (rnd(2))
			change();
		if (rnd(3) == 0)
			rib_env_set(world.rib, &world.env);
	}
}

/* A larger FIB takes over while routes change. */
static void
grow(void)
{
	struct fib *to;
	void *memory;

	to = world_fib(fib_memory(FIB_ROUTES, FIB_ROUTES), &memory);
	fib_load_begin(to);
	rib_fill_begin(world.rib, world.fib, to);
	while (rib_fill(world.rib, 1 + rnd(20)) == RIB_MORE)
		settle_partly();
	if (rnd(2))
		settle_partly();
	rib_fill_end(world.rib);
	assert_true(fib_load_end(to));
	free(world.fib_memory);
	world.fib = to;
	world.fib_memory = memory;
}

static void
step(void)
{
	change();
	settle_partly();
	if (rnd(4) == 0)
		grow();
	world.budget = rnd(3) == 0 ? 1 : rnd(2) ? 7 : 0;
	world_settle();
	if (rnd(2))
		world_reclaim();
	for (int i = 0; i < PROBES; i++)
		probe();
	check_routes();
}

static void
test_random(void **state)
{
	(void)state;
	for (int i = 0; i < WORLDS; i++) {
		route_count = 0;
		world_begin(1024, 256, fib_memory(FIB_ROUTES, FIB_ROUTES));
		add_connected();
		for (int k = 0; k < STEPS; k++)
			step();
		while (route_count > 0)
			remove_one();
		world_settle();
		check_routes();
		world_end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
