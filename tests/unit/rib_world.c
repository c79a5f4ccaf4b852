/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A RIB with what it writes (rib_world.h).
 */
#include "tests/unit/rib_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "control/iptext.h"
#include "net/adjacency.h"

struct rib_world world;

static uint32_t
adjacency(void *arg, uint16_t iface, const struct ip_addr *gateway)
{
	struct rib_world *w = arg;

	for (uint32_t i = 1; i < w->adj_count; i++)
		if (w->adj[i].iface == iface &&
		    ip_addr_equal(&w->adj[i].addr, gateway))
			return i;
	if (w->adj_count == w->adj_limit)
		return ADJ_NONE;
	w->adj[w->adj_count].iface = iface;
	w->adj[w->adj_count].addr = *gateway;
	return w->adj_count++;
}

static void *
memory(size_t size)
{
	void *p = aligned_alloc(64, (size + 63) & ~(size_t)63);

	assert_non_null(p);
	return p;
}

struct fib *
world_fib(size_t size, void **fib_memory)
{
	struct fib *fib;

	*fib_memory = memory(size);
	fib = fib_create(*fib_memory, (size + 63) & ~(size_t)63);
	assert_non_null(fib);
	return fib;
}

void
world_begin(uint32_t nexthops, uint32_t groups, size_t size)
{
	memset(&world, 0, sizeof(world));
	world.fib = world_fib(size, &world.fib_memory);
	world.nexthop_memory = memory(nexthop_memory(nexthops, groups));
	nexthop_table_init(
	    &world.nexthops, world.nexthop_memory, nexthops, groups);
	world.rib = rib_create(&world.nexthops);
	assert_non_null(world.rib);
	world.env.adjacency = adjacency;
	world.env.arg = &world;
	world.adj_count = 1;
	world.adj_limit = WORLD_ADJ_MAX;
}

void
world_end(void)
{
	rib_destroy(world.rib);
	free(world.fib_memory);
	free(world.nexthop_memory);
}

void
world_reclaim(void)
{
	fib_park(world.fib);
	rib_park(world.rib);
	nexthop_park(&world.nexthops);
	fib_reclaim(world.fib);
	nexthop_reclaim(&world.nexthops);
	rib_reclaim(world.rib);
}

void
world_settle(void)
{
	size_t budget = world.budget ? world.budget : SIZE_MAX;
	enum rib_status status;

	rib_env_set(world.rib, &world.env);
	for (uint32_t i = 0; i < 10000000; i++) {
		status = rib_settle(world.rib, world.fib, budget);
		if (status == RIB_SETTLED)
			return;
		if (status == RIB_FIB_FULL || status == RIB_WAIT)
			world_reclaim();
		else
			assert_int_equal(status, RIB_MORE);
	}
	fail_msg("it never ends");
}

struct ip_addr
world_addr(const char *text)
{
	struct ip_addr a;

	memset(&a, 0, sizeof(a));
	assert_int_equal(ip_addr_parse(text, strlen(text), &a), 0);
	return a;
}

struct rib_route
world_route(enum route_source source, const char *prefix, const char *gateway,
    uint16_t iface)
{
	struct rib_route r;

	memset(&r, 0, sizeof(r));
	assert_int_equal(ip_prefix_parse(prefix, strlen(prefix), &r.prefix.addr,
			     &r.prefix.len),
	    0);
	if (gateway)
		r.gateway = world_addr(gateway);
	r.iface = iface;
	r.source = (uint8_t)source;
	r.distance = source == SOURCE_STATIC;
	return r;
}

void
world_add(enum route_source source, const char *prefix, const char *gateway,
    uint16_t iface)
{
	struct rib_route r = world_route(source, prefix, gateway, iface);

	assert_int_equal(rib_add(world.rib, &r), 0);
}

void
world_via(const char *prefix, const char *gateway)
{
	world_add(SOURCE_STATIC, prefix, gateway, IFACE_NONE);
}

void
world_typed(const char *prefix, enum route_type type, uint8_t distance)
{
	struct rib_route r = world_route(
	    SOURCE_STATIC, prefix, NULL, IFACE_NONE);

	r.type = (uint8_t)type;
	r.distance = distance;
	assert_int_equal(rib_add(world.rib, &r), 0);
}

struct nexthop
world_nexthop(const char *destination)
{
	struct ip_addr a = world_addr(destination);

	return nexthop_read(&world.nexthops, fib_lookup(world.fib, &a));
}

void
world_ways(struct nexthop n, struct nexthop_ways *out)
{
	nexthop_ways(&world.nexthops, n, out);
	for (uint32_t i = 1; i < out->count; i++)
		for (uint32_t k = i; k > 0 && out->adj[k - 1] > out->adj[k];
		     k--) {
			uint32_t swap = out->adj[k];

			out->adj[k] = out->adj[k - 1];
			out->adj[k - 1] = swap;
		}
}

static const char *
ways_text(struct nexthop n, char *text, size_t size)
{
	struct nexthop_ways ways;
	size_t used = 0;

	world_ways(n, &ways);
	for (uint32_t i = 0; i < ways.count; i++) {
		char way[IPTEXT_ADDR_MAX];

		used += (size_t)snprintf(text + used, size - used, "%s%u:%s",
		    i ? " " : "", world.adj[ways.adj[i]].iface,
		    ip_addr_format(&world.adj[ways.adj[i]].addr, way));
	}
	return text;
}

const char *
world_meets(const char *destination)
{
	static const char *const name[] = {
		[NEXTHOP_NONE] = "none",
		[NEXTHOP_LOCAL] = "local",
		[NEXTHOP_CONNECTED] = "connected",
		[NEXTHOP_BLACKHOLE] = "blackhole",
		[NEXTHOP_REJECT] = "reject",
		[NEXTHOP_BROADCAST] = "broadcast",
	};
	static char text[ECMP_MAX * 64];
	struct nexthop n = world_nexthop(destination);
	bool has_iface = n.type == NEXTHOP_LOCAL ||
	                 n.type == NEXTHOP_CONNECTED ||
	                 n.type == NEXTHOP_BROADCAST;

	if (n.type == NEXTHOP_VIA || n.type == NEXTHOP_GROUP)
		return ways_text(n, text, sizeof(text));
	snprintf(text, sizeof(text), has_iface ? "%s %u" : "%s", name[n.type],
	    n.iface);
	return text;
}

bool
world_active(const char *prefix, const char *gateway)
{
	struct rib_route out[64];
	struct rib_route r = world_route(SOURCE_STATIC, prefix, gateway, 0);
	size_t total, n = rib_list(world.rib, &r.prefix, 0, 64, out, &total);

	for (size_t i = 0; i < n; i++)
		if (out[i].prefix.len == r.prefix.len &&
		    ip_addr_equal(&out[i].gateway, &r.gateway))
			return out[i].active;
	fail_msg("%s is not in the RIB", prefix);
	return false;
}
