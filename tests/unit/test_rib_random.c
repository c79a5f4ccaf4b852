/* SPDX-License-Identifier: BSD-2-Clause */
/* libs: fib */
/* libs: rib */
/* objects: net/nexthop.c net/addr.c tests/unit/log_stub.c */
/*
 * Random RIBs, built and compared with a search of all routes for each
 * address. Gateways lie in the layer below, down to connected networks, so
 * that there are no loops (test_rib_build.c has those).
 *
 *   layer 0     10.I.0.0/16 on interface I, and routes inside of it
 *   layer 1..3  21.0.0.0/8 .. 23.0.0.0/8
 *
 * IPv6 prefixes have the same leading bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/rib_build.h"

enum { ROUTES = 150, IFACES = 4, ADJ_TABLE = 4096, ROUNDS = 40, PROBES = 60 };

struct way {
	uint16_t iface;
	struct ip_addr gateway;
};

/* What an address meets; ways sorted as their adjacencies are. */
struct meeting {
	enum nexthop_type type;
	uint16_t iface;
	uint32_t ways;
	uint32_t way[ROUTES];
};

static struct rib_route routes[ROUTES + 2 * IFACES];
static uint32_t route_count;
static struct way adj[ADJ_TABLE];
static uint32_t adj_count = 1;
static struct rib_build_env env;

static uint32_t
rnd(uint32_t below)
{
	static uint64_t state = 0x2545f4914f6cdd1dull;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % below;
}

static uint32_t
adjacency(void *arg, uint16_t iface, const struct ip_addr *gateway)
{
	uint32_t i;

	(void)arg;
	for (i = 1; i < adj_count; i++)
		if (adj[i].iface == iface &&
		    ip_addr_equal(&adj[i].gateway, gateway))
			return i;
	assert_true(adj_count < ADJ_TABLE);
	adj[i] = (struct way){ iface, *gateway };
	return adj_count++;
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
add(struct rib *rib, const struct rib_route *r)
{
	if (!second_interface_route(r) && rib_add(rib, r) == 0)
		routes[route_count++] = *r;
}

static void
add_connected(struct rib *rib)
{
	for (uint32_t i = 0; i < 2 * IFACES; i++) {
		struct rib_route r;

		memset(&r, 0, sizeof(r));
		r.prefix.addr = addr(i % 2 ? IP4 : IP6, 10, i / 2, 0, 0);
		r.prefix.len = 16;
		r.iface = (uint16_t)(i / 2);
		r.source = SOURCE_CONNECTED;
		add(rib, &r);
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
		.way = { adjacency(NULL, iface, gateway) } };
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
		m.type = env.up[r->iface] ? NEXTHOP_CONNECTED : NEXTHOP_NONE;
		m.iface = r->iface;
	} else if (r->iface != IFACE_NONE) {
		if (env.up[r->iface] && connects(&r->gateway, r->iface))
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
probe(const struct rib_image *image)
{
	struct ip_addr a = layer_addr(rnd(2) ? IP4 : IP6, rnd(4));
	struct meeting want = search(&a, 32, true);
	uint32_t index = fib_lookup(image->fib, &a);
	const struct nexthop_set *got = &image->nexthop[index];

	assert_int_equal(got->type, want.type);
	if (want.type == NEXTHOP_CONNECTED)
		assert_int_equal(got->iface, want.iface);
	if (want.type != NEXTHOP_VIA)
		return;
	if (want.ways <= ECMP_MAX) {
		assert_int_equal(got->ways, want.ways);
		assert_memory_equal(
		    got->adj, want.way, want.ways * sizeof(want.way[0]));
	} else {
		assert_int_equal(got->ways, ECMP_MAX);
	}
}

/* A prefix has active routes when, and only when, it leads somewhere. */
static void
check_active(const struct rib *rib)
{
	static struct rib_route listed[ROUTES + 2 * IFACES];
	size_t total,
	    n = rib_list(rib, NULL, 0, ROUTES + 2 * IFACES, listed, &total);

	assert_int_equal(n, route_count);
	for (size_t i = 0; i < n; i++) {
		struct meeting m = best(&listed[i].prefix);
		bool active = false;

		for (size_t k = 0; k < n; k++)
			active |= same_prefix(&listed[i], &listed[k]) &&
			          listed[k].active;
		assert_int_equal(active, m.type != NEXTHOP_NONE);
	}
}

static void
test_random(void **state)
{
	(void)state;
	env.adjacency = adjacency;
	for (int round = 0; round < ROUNDS; round++) {
		struct rib *rib = rib_create(NULL);
		struct rib_image *image = NULL;
		uint32_t most = 1 + rnd(ROUTES);

		route_count = 0;
		add_connected(rib);
		for (uint32_t i = 0; i < most; i++) {
			struct rib_route r = random_route();

			add(rib, &r);
		}
		for (int turn = 0; turn < 3; turn++) {
			for (int i = 0; i < IFACES; i++)
				env.up[i] = rnd(4) != 0;
			assert_int_equal(rib_build(rib, &env, &image), 0);
			rib_built(rib);
			for (int i = 0; i < PROBES; i++)
				probe(image);
			check_active(rib);
			rib_image_free(image);
		}
		rib_destroy(rib);
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
