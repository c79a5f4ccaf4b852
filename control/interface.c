/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces: ports started and stopped, links followed, and the routes that
 * addresses bring. What the config says of them is in interface_plan.c.
 */
#include "control/anycast.h"
#include "control/ip_scope.h"
#include "control/router_private.h"
#include "kernel/log.h"

enum {
	LINK_POLL_US = 100 * 1000,
	WAIT_TOLD_US = 1000 * 1000,
	START_RETRY_US = 10 * 1000 * 1000,
};

void
interface_changed(struct router *r, uint16_t index)
{
	r->private->state[index].announced = true;
	neighbor_interface_changed(r, index);
	r->stack->interface_changed(index);
}

static void
interface_start(struct router *r, uint16_t index)
{
	struct interface_state *state = &r->private->state[index];
	struct interface *i = &r->interface[index];
	int error;

	if (state->started_us &&
	    r->private->now_us - state->started_us < START_RETRY_US)
		return;
	state->started_us = r->private->now_us;
	error = i->port->ops->start(i->port);
	if (error && !state->start_failed)
		log_error(i->name, "does not start: error %d", -error);
	state->start_failed = error != 0;
	if (error)
		return;
	state->phase = PHASE_STARTED;
	atomic_store(&i->port->state, PORT_STARTED);
	epoch_begin_awake(r); /* its poller fills the ring */
}

/* The port is in a new state: the next phase begins when all workers know. */
static void
port_wait(struct router *r, uint16_t index, enum port_state port_state,
    enum port_phase phase)
{
	struct interface_state *state = &r->private->state[index];

	atomic_store(&r->interface[index].port->state, port_state);
	epoch_begin_awake(r);
	state->phase = (uint8_t)phase;
	state->epoch = r->generation;
	state->waiting_us = r->private->now_us;
	state->wait_told = false;
}

/* A core that does not turn any more would keep the port for ever. */
static void
wait_tell(struct router *r, uint16_t index)
{
	struct interface_state *state = &r->private->state[index];

	if (state->wait_told ||
	    r->private->now_us - state->waiting_us < WAIT_TOLD_US)
		return;
	state->wait_told = true;
	log_error(r->interface[index].name,
	    "waits for a core that does not let the port go");
}

static void
phase_started(struct router *r, uint16_t index, bool wanted)
{
	if (!wanted)
		port_wait(r, index, PORT_STOPPING, PHASE_STOPPING);
}

static void
phase_stopping(struct router *r, uint16_t index, bool wanted)
{
	struct port *port = r->interface[index].port;

	(void)wanted; /* it starts anew */
	if (!publish_settled(r, r->private->state[index].epoch)) {
		wait_tell(r, index);
		return;
	}
	port->ops->stop(port);
	port_wait(r, index, PORT_STOPPED, PHASE_DRAINING);
}

static void
phase_draining(struct router *r, uint16_t index, bool wanted)
{
	struct interface_state *state = &r->private->state[index];

	(void)wanted;
	if (publish_drained(r, state->epoch)) {
		state->phase = PHASE_STOPPED;
		state->started_us = 0;
	} else {
		wait_tell(r, index);
	}
}

static void
phase_stopped(struct router *r, uint16_t index, bool wanted)
{
	if (wanted)
		interface_start(r, index);
}

static void (*const phase_poll[])(
    struct router *r, uint16_t index, bool wanted) = {
	[PHASE_STOPPED] = phase_stopped,
	[PHASE_STARTED] = phase_started,
	[PHASE_STOPPING] = phase_stopping,
	[PHASE_DRAINING] = phase_draining,
};

static void
link_log(const struct interface *i)
{
	if (!i->link.up)
		log_info(i->name, "link down");
	else
		log_info(i->name, "link up %u Mb/s%s",
		    (unsigned int)i->link.mbps,
		    i->link.full_duplex ? "" : " half duplex");
}

/* A NIC that hangs gives its buffers back, and begins anew. */
static void
port_restart(struct router *r, uint16_t index)
{
	log_error(r->interface[index].name, "sends nothing any more: restarts");
	port_wait(r, index, PORT_STOPPING, PHASE_STOPPING);
}

/* What is on a port has the port's link. */
static void
link_pass_on(struct router *r, const struct interface *port)
{
	for (uint16_t k = PORT_MAX; k < r->interface_count; k++) {
		struct interface *i = &r->interface[k];
		bool was_up = i->link.up;

		if (i->port != port->port || !i->admin_up)
			continue;
		i->link = port->link;
		if (i->link.up != was_up) {
			i->last_change_us = r->private->now_us;
			interface_changed(r, k);
		}
	}
}

static void
link_follow(struct router *r, uint16_t index)
{
	struct interface *i = &r->interface[index];
	struct port_link link;
	bool was_up = i->link.up;

	memset(&link, 0, sizeof(link));
	i->port->ops->link(i->port, &link);
	if (link.stalled)
		port_restart(r, index);
	if (link.up == was_up && link.mbps == i->link.mbps &&
	    link.full_duplex == i->link.full_duplex)
		return;
	i->link = link;
	if (!link.up && !was_up)
		return;
	i->last_change_us = r->private->now_us;
	r->dirty = true;
	link_log(i);
	interface_changed(r, index);
	link_pass_on(r, i);
}

void
interfaces_poll(struct router *r)
{
	struct router_private *p = r->private;
	bool links = p->now_us - p->link_us >= LINK_POLL_US;

	if (links)
		p->link_us = p->now_us;
	for (uint16_t i = 0; r->port[i]; i++) {
		bool wanted = r->interface[i].admin_up;

		phase_poll[p->state[i].phase](r, i, wanted);
		if (links && wanted && p->state[i].phase == PHASE_STARTED)
			link_follow(r, i);
	}
	if (links)
		interfaces_release(r);
}

/* At most three; of a network with an anycast address that is ours, too. */
static uint32_t
address_routes(
    uint16_t index, const struct interface_address *a, struct rib_route *out)
{
	struct rib_route route;
	uint32_t n = 0;

	memset(&route, 0, sizeof(route));
	route.prefix.addr = a->addr;
	route.prefix.len = ip_family_bits(a->addr.family);
	route.iface = index;
	route.type = ROUTE_UNICAST;
	route.source = SOURCE_LOCAL;
	out[n++] = route;
	if (anycast_of(&a->addr, a->len, &route.prefix.addr))
		out[n++] = route;
	/* Link-local networks are not routed (RFC 4291 2.5.6). */
	if (ip_link_local(&a->addr))
		return n;
	route.source = SOURCE_CONNECTED;
	route.prefix.len = a->len;
	ip_addr_mask(&route.prefix.addr, a->len);
	out[n++] = route;
	return n;
}

static void
lease_route(
    uint16_t index, const struct ip_addr *gateway, struct rib_route *out)
{
	memset(out, 0, sizeof(*out));
	out->prefix.addr.family = gateway->family;
	out->gateway = *gateway;
	out->iface = index;
	out->type = ROUTE_UNICAST;
	out->source = SOURCE_DHCP;
	out->distance = 254;
}

uint32_t
interface_routes(uint16_t index, const struct interface *i,
    const struct ip_addr *lease_gateway, struct rib_route *out)
{
	bool lease = false;
	uint32_t n = 0;

	for (uint32_t k = 0; k < i->address_count; k++) {
		lease |= i->address[k].origin == ORIGIN_DHCP;
		n += address_routes(index, &i->address[k], &out[n]);
	}
	if (lease && lease_gateway->family)
		lease_route(index, lease_gateway, &out[n++]);
	return n;
}

bool
interface_on_link(
    const struct router *r, uint16_t index, const struct ip_addr *addr)
{
	const struct interface *i = &r->interface[index];

	for (uint32_t k = 0; k < i->address_count; k++) {
		struct ip_prefix net = { i->address[k].addr,
			i->address[k].len };

		if (net.addr.family != addr->family)
			continue;
		ip_addr_mask(&net.addr, net.len);
		if (ip_prefix_covers(&net, addr))
			return true;
	}
	return false;
}
