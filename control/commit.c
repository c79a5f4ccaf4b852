/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From one config to the next by what differs: new routes are added before
 * those that are gone are removed, and what both have is not touched.
 *
 * All that can fail comes first, and is undone when it does.
 */
#include <errno.h>
#include <stdlib.h>

#include "control/router_private.h"
#include "kernel/log.h"

enum {
	RETRY_US = 1000 * 1000,
	SETTLE_EXTRA = 4096, /* prefixes, besides those of the config */
};

/* Routes of interfaces and of the config, files apart; sorted. */
struct routes {
	struct rib_route *route;
	uint32_t count;
};

/* All of a new config that can fail, made before any of it is in use. */
struct plan {
	struct interface interface[IFACE_MAX];
	struct routes old, new;
	bool *added; /* by number of the new route */
	struct snapshot *snapshot;
};

static void
static_route(const struct interface *interface, const struct config_route *from,
    struct rib_route *out)
{
	memset(out, 0, sizeof(*out));
	out->prefix = from->prefix;
	out->gateway = from->gateway;
	out->iface = IFACE_NONE;
	out->type = (uint8_t)from->type;
	out->source = SOURCE_STATIC;
	out->distance = from->distance;
	if (from->iface[0])
		out->iface = interface_named(interface, from->iface);
}

static int
address_order(const struct ip_addr *a, const struct ip_addr *b)
{
	int order = memcmp(a->byte, b->byte, sizeof(a->byte));

	return order ? order : a->family - b->family;
}

/* By all that makes a route. */
static int
route_order(const void *left, const void *right)
{
	const struct rib_route *a = left, *b = right;
	int order = address_order(&a->prefix.addr, &b->prefix.addr);

	if (!order)
		order = address_order(&a->gateway, &b->gateway);
	if (!order)
		order = a->prefix.len - b->prefix.len;
	if (!order)
		order = a->iface - b->iface;
	if (!order)
		order = a->type - b->type;
	if (!order)
		order = a->source - b->source;
	return order ? order : a->distance - b->distance;
}

static bool
has(const struct rib_route *route, uint32_t count, const struct rib_route *key)
{
	return bsearch(key, route, count, sizeof(*route), route_order) != NULL;
}

static int
routes_make(struct router *r, const struct config *c,
    const struct interface *interface, struct routes *out)
{
	uint16_t count = interfaces_count(interface);
	size_t most = (size_t)count * INTERFACE_ROUTES_MAX + c->route_count;

	out->count = 0;
	out->route = malloc((most + 1) * sizeof(*out->route));
	if (!out->route)
		return -ENOMEM;
	for (uint16_t i = 0; i < count; i++)
		out->count += interface_routes(i, &interface[i],
		    &r->private->state[i].lease_gateway,
		    &out->route[out->count]);
	for (uint32_t i = 0; i < c->route_count; i++)
		static_route(
		    interface, &c->route[i], &out->route[out->count++]);
	qsort(out->route, out->count, sizeof(*out->route), route_order);
	return 0;
}

static void
plan_undo(struct router *r, struct plan *plan)
{
	for (uint32_t i = 0; i < plan->new.count; i++)
		if (plan->added[i])
			rib_remove(r->rib, &plan->new.route[i]);
	settle_ask(r);
}

/* 0, or -ENOMEM: none is added then. What adds none needs no room: it may be
 * the way out when there is none. */
static int
plan_add(struct router *r, struct plan *plan)
{
	bool some = false;
	int error = 0;

	for (uint32_t i = 0; i < plan->new.count; i++) {
		error = rib_add(r->rib, &plan->new.route[i]);
		some |= plan->added[i] = error == 0;
		if (error && error != -EEXIST)
			break;
		error = 0;
	}
	if (!error && some)
		error = settle_now(r, plan->new.count + SETTLE_EXTRA);
	if (error)
		plan_undo(r, plan);
	return error;
}

static int
plan_make(struct router *r, const struct config *c, struct plan *plan)
{
	int error;

	if (!load_fits(r, c)) {
		log_error("router", "too many files of routes at once");
		return -ENOMEM;
	}
	if (interfaces_plan(r, c, plan->interface)) {
		log_error("router", "too many interfaces come and go at once");
		return -ENOMEM;
	}
	error = routes_make(r, &r->config, r->interface, &plan->old);
	if (!error)
		error = routes_make(r, c, plan->interface, &plan->new);
	if (error)
		return error;
	plan->added = calloc(plan->new.count + 1, sizeof(*plan->added));
	plan->snapshot = snapshot_create(
	    r, c, plan->interface, r->private->home);
	if (!plan->added || !plan->snapshot)
		return -ENOMEM;
	error = neighbor_reserve_static(r, c, plan->interface);
	return error ? error : plan_add(r, plan);
}

static void
plan_remove(struct router *r, const struct plan *plan)
{
	const struct routes *new = &plan->new;

	for (uint32_t i = 0; i < plan->old.count; i++)
		if (!has(new->route, new->count, &plan->old.route[i]))
			rib_remove(r->rib, &plan->old.route[i]);
	settle_ask(r);
	settle_now(r, new->count + plan->old.count + SETTLE_EXTRA);
}

static void
plan_commit(struct router *r, struct config *config, struct plan *plan)
{
	ra_before_commit(r, config, plan->interface);
	config_free(&r->config);
	r->config = *config;
	memset(config, 0, sizeof(*config));
	atomic_store_explicit(
	    &r->poll_mode, r->config.poll, memory_order_relaxed);
	limits_commit_icmp(r);
	neighbor_commit_static(r, plan->interface);
	for (uint16_t i = 0; i < r->interface_count; i++)
		r->private->state[i].routes_stale = false;
	r->dirty = false;
	settle_env(r, plan->interface);
	settle_now(r, plan->new.count + SETTLE_EXTRA);
	publish(r, plan->snapshot);
	plan->snapshot = NULL;
	plan_remove(r, plan);
	neighbor_count_users(r);
	interfaces_commit(r, plan->interface);
	load_follow(r);
}

static void
plan_free(struct plan *plan)
{
	if (!plan)
		return;
	snapshot_free(plan->snapshot);
	free(plan->added);
	free(plan->old.route);
	free(plan->new.route);
	free(plan);
}

int
commit_config(struct router *r, struct config *config)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	int error = plan ? plan_make(r, config, plan) : -ENOMEM;

	if (error)
		log_error("router", "no memory for the new config");
	else
		plan_commit(r, config, plan);
	plan_free(plan);
	return error;
}

static bool
add_all(struct router *r, const struct rib_route *route, uint32_t n)
{
	bool good = true;

	for (uint32_t i = 0; i < n; i++) {
		int error = rib_add(r->rib, &route[i]);

		good &= error == 0 || error == -EEXIST;
	}
	return good;
}

void
commit_interface(
    struct router *r, uint16_t index, const struct rib_route *old, uint32_t n)
{
	struct interface_state *state = &r->private->state[index];
	struct rib_route new[INTERFACE_ROUTES_MAX];
	uint32_t count = interface_routes(
	    index, &r->interface[index], &state->lease_gateway, new);

	state->routes_stale = !add_all(r, new, count);
	qsort(new, count, sizeof(*new), route_order);
	for (uint32_t i = 0; i < n; i++)
		if (!has(new, count, &old[i]))
			rib_remove(r->rib, &old[i]);
	settle_ask(r);
	r->dirty = true;
}

/* What memory was too short for. */
void
commit_stale(struct router *r)
{
	struct router_private *p = r->private;

	if (p->now_us - p->stale_us < RETRY_US)
		return;
	p->stale_us = p->now_us;
	for (uint16_t i = 0; i < r->interface_count; i++)
		if (p->state[i].routes_stale)
			commit_interface(r, i, NULL, 0);
}
