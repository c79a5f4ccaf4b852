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

enum { RETRY_US = 1000 * 1000 }; /* publishing that ran out of memory */

/* An empty dataplane, so that workers always have one. */
static int
publish_first(struct router *r)
{
	struct snapshot *s = snapshot_create(
	    r, &r->config, r->interface, r->private->home);

	if (!s)
		return -ENOMEM;
	settle_env(r, r->interface);
	publish(r, s);
	return 0;
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
	r->private = calloc(1, sizeof(*r->private));
	if (r->private && interfaces_init(r) == 0) {
		r->private->clock_us = parts->clock_us;
		r->private->random = parts->random;
		error = tables_init(r, parts->fib_size);
	}
	if (!error)
		error = iface_counters_init(r);
	if (!error)
		error = load_init(r);
	if (!error)
		error = neighbor_init(r, parts->neighbors);
	if (!error) {
		limits_commit_icmp(r);
		error = publish_first(r);
	}
	if (error)
		router_free(r);
	return error;
}

void
router_free(struct router *r)
{
	neighbor_free(r); /* counts what waited */
	if (r->private) {
		publish_free(r);
		iface_counters_free(r);
		load_free(r);
		tables_free(r);
	}
	config_free(&r->config);
	free(r->interface);
	free(r->private);
	memset(r, 0, sizeof(*r));
}

int
router_apply(struct router *r, struct config *config)
{
	return commit_config(r, config);
}

/* What workers read of the interfaces, anew. */
static void
refresh(struct router *r)
{
	struct router_private *p = r->private;
	struct snapshot *s;

	settle_env(r, r->interface);
	if (p->now_us < p->publish_us)
		return;
	s = snapshot_create(r, &r->config, r->interface, p->home);
	if (!s) {
		log_error("router", "no memory to tell of the interfaces");
		p->publish_us = p->now_us + RETRY_US;
		return;
	}
	r->dirty = false;
	publish(r, s);
}

void
router_poll(struct router *r, uint64_t now_us)
{
	r->private->now_us = now_us;
	punt_poll(r);
	interfaces_poll(r);
	neighbor_poll(r);
	ra_poll(r);
	commit_stale(r);
	if (r->dirty)
		refresh(r);
	settle_poll(r);
	neighbor_follow(r);
}

bool
router_loading(const struct router *r)
{
	return load_busy(r);
}

void
router_routes_changed(struct router *r)
{
	settle_ask(r);
}

bool
router_has_work(const struct router *r)
{
	return punt_waits(r) || settle_has_work(r);
}

bool
router_links_up(const struct router *r)
{
	for (uint16_t i = 0; r->port[i]; i++)
		if (r->interface[i].admin_up && !r->interface[i].link.up)
			return false;
	return true;
}

struct interface *
router_interface(struct router *r, const char *name)
{
	uint16_t i = interface_named(r->interface, name);

	return router_interface_at(r, i);
}

struct interface *
router_interface_at(struct router *r, uint16_t iface)
{
	return iface < r->interface_count && r->interface[iface].port
	           ? &r->interface[iface]
	           : NULL;
}

void
router_address_status(struct router *r, uint16_t iface,
    const struct ip_addr *addr, enum address_status status)
{
	struct interface *i = router_interface_at(r, iface);
	struct interface_address *a = i ? interface_address(i, addr) : NULL;

	if (a)
		a->status = (uint8_t)status;
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
	struct rib_route old[INTERFACE_ROUTES_MAX];
	struct interface_state *state;
	uint32_t n;

	if (!i || !i->dhcp || !i->admin_up)
		return;
	state = &r->private->state[iface];
	n = interface_routes(iface, i, &state->lease_gateway, old);
	lease_drop(i);
	memset(&state->lease_gateway, 0, sizeof(state->lease_gateway));
	if (addr->family)
		lease_take(r, iface, addr, len, gateway);
	else
		log_info(i->name, "lease lost");
	commit_interface(r, iface, old, n);
	neighbor_interface_changed(r, iface);
}
