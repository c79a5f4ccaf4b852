/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router: start, change of config, and one turn of the control loop.
 */
#include "control/router.h"

#include <errno.h>
#include <stdlib.h>

#include "control/iptext.h"
#include "control/router_private.h"
#include "kernel/log.h"

enum { RETRY_US = 1000 * 1000 }; /* a build that ran out of memory */

/* An empty dataplane, so that workers always have one. */
static int
publish_first(struct router *r)
{
	struct snapshot *s;
	int error = build_snapshot(r, r->rib, r->interface, &s);

	if (!error)
		build_commit(r, s);
	return error;
}

int
router_init(struct router *r, const struct router_parts *parts)
{
	int error = -ENOMEM;

	memset(r, 0, sizeof(*r));
	r->port = parts->port;
	r->worker = parts->worker;
	r->worker_count = parts->worker_count;
	r->stack = parts->stack;
	r->pool = parts->pool;
	r->counters = parts->counters;
	interfaces_init(r);
	r->private = calloc(1, sizeof(*r->private));
	r->rib = rib_create(NULL);
	if (r->private && r->rib)
		error = neighbor_init(r, parts->neighbors);
	if (!error)
		error = publish_first(r);
	if (error)
		router_free(r);
	return error;
}

void
router_free(struct router *r)
{
	if (r->private)
		publish_free(r);
	rib_destroy(r->rib);
	neighbor_free(r);
	config_free(&r->config);
	free(r->private);
	memset(r, 0, sizeof(*r));
}

/* All of a new config that can fail, made before any of it is in use. */
struct plan {
	struct interface interface[IFACE_MAX];
	struct rib *rib;
	struct snapshot *snapshot;
};

static int
plan_make(struct router *r, const struct config *c, struct plan *plan)
{
	int error;

	interfaces_plan(r, c, plan->interface);
	plan->rib = load_rib(r, c, plan->interface);
	if (!plan->rib)
		return -ENOMEM;
	error = neighbor_reserve_static(r, c);
	if (!error)
		error = build_snapshot(
		    r, plan->rib, plan->interface, &plan->snapshot);
	if (error)
		rib_destroy(plan->rib);
	return error;
}

static void
plan_commit(struct router *r, struct config *config, struct plan *plan)
{
	rib_destroy(r->rib);
	r->rib = plan->rib;
	config_free(&r->config);
	r->config = *config;
	memset(config, 0, sizeof(*config));
	atomic_store_explicit(
	    &r->poll_mode, r->config.poll, memory_order_relaxed);
	neighbor_commit_static(r);
	for (uint16_t i = 0; i < r->interface_count; i++)
		r->private->state[i].routes_stale = false;
	r->dirty = false;
	build_commit(r, plan->snapshot);
	interfaces_commit(r, plan->interface);
}

int
router_apply(struct router *r, struct config *config)
{
	struct plan *plan = malloc(sizeof(*plan));
	int error = plan ? plan_make(r, config, plan) : -ENOMEM;

	if (error)
		log_error("router", "no memory for the new config");
	else
		plan_commit(r, config, plan);
	free(plan);
	return error;
}

/* Makes the routes of interfaces again that memory was too short for. */
static void
routes_refresh(struct router *r, uint16_t index)
{
	static const enum route_source own[] = { SOURCE_CONNECTED, SOURCE_LOCAL,
		SOURCE_DHCP };
	struct interface_state *state = &r->private->state[index];

	for (uint32_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		rib_flush(r->rib, own[i], index);
	state->routes_stale = interface_routes(r->rib, index,
				  &r->interface[index],
				  &state->lease_gateway) != 0;
	r->dirty = true;
}

static void
rebuild(struct router *r)
{
	struct router_private *p = r->private;
	struct snapshot *s;

	if (p->now_us < p->retry_us)
		return;
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (p->state[i].routes_stale)
			routes_refresh(r, i);
	if (build_snapshot(r, r->rib, r->interface, &s)) {
		log_error("router", "no memory for new routes: "
				    "the old ones stay in use");
		p->retry_us = p->now_us + RETRY_US;
		return;
	}
	r->dirty = false;
	for (uint16_t i = 0; i < r->interface_count; i++)
		r->dirty |= p->state[i].routes_stale;
	if (r->dirty)
		p->retry_us = p->now_us + RETRY_US;
	build_commit(r, s);
}

/* The same routes in a new generation, which tells when workers passed. */
static void
publish_again(struct router *r)
{
	struct snapshot *s = snapshot_create(
	    r, r->interface, r->private->current->image);

	if (s)
		publish(r, s);
}

void
router_poll(struct router *r, uint64_t now_us)
{
	r->private->now_us = now_us;
	punt_poll(r);
	interfaces_poll(r);
	neighbor_poll(r);
	if (r->dirty)
		rebuild(r);
	if (r->private->park == PARK_REMOVED)
		publish_again(r);
	publish_reclaim(r);
}

bool
router_links_up(const struct router *r)
{
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (r->interface[i].admin_up && !r->interface[i].link.up)
			return false;
	return true;
}

struct interface *
router_interface(struct router *r, const char *name)
{
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (strcmp(r->interface[i].name, name) == 0)
			return &r->interface[i];
	return NULL;
}

struct interface *
router_interface_at(struct router *r, uint16_t iface)
{
	return iface < r->interface_count ? &r->interface[iface] : NULL;
}

static void
lease_drop(struct interface *i)
{
	uint32_t kept = 0;

	for (uint32_t k = 0; k < i->address_count; k++)
		if (i->address[k].origin != ORIGIN_DHCP)
			i->address[kept++] = i->address[k];
	i->address_count = kept;
}

static void
lease_take(struct router *r, uint16_t iface, const struct ip_addr *addr,
    uint8_t len, const struct ip_addr *gateway)
{
	struct interface *i = &r->interface[iface];
	struct ip_prefix shown = { *addr, len };
	char text[IPTEXT_PREFIX_MAX], via[IPTEXT_ADDR_MAX] = "none";

	i->address[i->address_count++] = (struct interface_address){
		.addr = *addr, .len = len, .origin = ORIGIN_DHCP
	};
	if (gateway && gateway->family) {
		r->private->state[iface].lease_gateway = *gateway;
		ip_addr_format(gateway, via);
	}
	log_info(i->name, "lease of %s, gateway %s",
	    ip_prefix_format(&shown, text), via);
}

void
router_lease(struct router *r, uint16_t iface, const struct ip_addr *addr,
    uint8_t len, const struct ip_addr *gateway)
{
	struct interface *i = router_interface_at(r, iface);

	if (!i || !i->dhcp || !i->admin_up)
		return;
	lease_drop(i);
	memset(
	    &r->private->state[iface].lease_gateway, 0, sizeof(struct ip_addr));
	if (addr->family)
		lease_take(r, iface, addr, len, gateway);
	else
		log_info(i->name, "lease lost");
	routes_refresh(r, iface);
}

void
router_counters(const struct router *r, struct counters *sum)
{
	bool own = true;

	memset(sum, 0, sizeof(*sum));
	for (uint32_t i = 0; i < r->worker_count; i++) {
		counters_add(sum, r->worker[i]->counters);
		if (r->worker[i]->counters == r->counters)
			own = false;
	}
	if (own)
		counters_add(sum, r->counters);
}
