/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces as the config wants them: planned whole, then put into use.
 *
 * A port's interface has the port's number, and is always there. Sub-interfaces
 * have slots from PORT_MAX on, and keep them while they exist. The slot of one
 * that is gone keeps its name without a port, until nothing in the router
 * names its number any more; a new one of that name may have it at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "control/router_private.h"
#include "kernel/log.h"

enum {
	SLOT_REST_US = 1000 * 1000,
	SLOT_LOOKS = 4,
	/* Kept free of static ones: link-local and lease. */
	ADDRESS_STATIC_MAX = INTERFACE_ADDRESS_MAX - 2,
};

/* Of a port: what is wanted, as far as NIC and buffers allow. */
static uint16_t
mtu_of(const struct port *port, uint16_t wanted)
{
	uint16_t mtu = wanted ? wanted : CONFIG_MTU_DEFAULT;
	uint16_t frame = port->max_frame < port->buffer_room
	                     ? port->max_frame
	                     : port->buffer_room;
	uint16_t most = frame - CONFIG_FRAME_OVERHEAD;

	return mtu < most ? mtu : most;
}

static void
address_add(struct interface *i, const struct ip_addr *addr, uint8_t len,
    enum address_origin origin)
{
	struct interface_address *a = &i->address[i->address_count++];

	a->addr = *addr;
	a->len = len;
	a->origin = (uint8_t)origin;
}

/* RFC 4291 appendix A: the interface identifier made of the MAC. */
static void
address_add_link_local(struct interface *i)
{
	const uint8_t *mac = i->port->mac;
	struct ip_addr a = { .family = IP6 };

	a.byte[0] = 0xfe;
	a.byte[1] = 0x80;
	memcpy(&a.byte[8], mac, 3);
	a.byte[8] ^= 0x02;
	a.byte[11] = 0xff;
	a.byte[12] = 0xfe;
	memcpy(&a.byte[13], mac + 3, 3);
	address_add(i, &a, 64, ORIGIN_LINK_LAYER);
}

static void
address_add_static(struct interface *i, const struct config_interface *from)
{
	for (uint32_t k = 0; k < from->address_count; k++) {
		if (i->address_count == ADDRESS_STATIC_MAX) {
			log_error(i->name, "only %d addresses are used",
			    ADDRESS_STATIC_MAX);
			return;
		}
		address_add(i, &from->address[k].addr, from->address[k].len,
		    ORIGIN_STATIC);
	}
}

struct interface_address *
interface_address(struct interface *i, const struct ip_addr *addr)
{
	for (uint32_t k = 0; k < i->address_count; k++)
		if (ip_addr_equal(&i->address[k].addr, addr))
			return &i->address[k];
	return NULL;
}

/* What is known of an address that stays is known of it still. */
static void
address_keep_status(struct interface *i, const struct interface *old)
{
	for (uint32_t k = 0; k < old->address_count; k++) {
		struct interface_address *a = interface_address(
		    i, &old->address[k].addr);

		if (a)
			a->status = old->address[k].status;
	}
}

static void
address_keep_lease(struct interface *i, const struct interface *old)
{
	for (uint32_t k = 0; k < old->address_count; k++)
		if (old->address[k].origin == ORIGIN_DHCP)
			i->address[i->address_count++] = old->address[k];
}

int
interfaces_init(struct router *r)
{
	r->interface = calloc(IFACE_MAX, sizeof(*r->interface));
	if (!r->interface)
		return -ENOMEM;
	for (uint16_t n = 0; r->port[n]; n++) {
		struct interface *i = &r->interface[n];

		i->port = r->port[n];
		snprintf(i->name, sizeof(i->name), "%s", i->port->name);
		i->mtu = mtu_of(i->port, 0);
		r->private->slot_port[n] = i->port->index;
		r->interface_count++; /* an interface has its port's number */
	}
	return 0;
}

/* What the block of the config says; without one it is up. */
static void
plan_one(struct interface *i, const struct interface *old,
    const struct config_interface *from)
{
	memset(i->description, 0, sizeof(i->description));
	memset(i->address, 0, sizeof(i->address));
	i->address_count = 0;
	i->admin_up = !from || !from->shutdown;
	i->dhcp = from && from->dhcp;
	i->verify = from ? from->verify : 0;
	if (from) {
		memcpy(i->description, from->description,
		    sizeof(i->description) - 1);
		address_add_static(i, from);
	}
	if (!i->admin_up)
		memset(&i->link, 0, sizeof(i->link));
	else if (i->dhcp)
		address_keep_lease(i, old);
	address_add_link_local(i);
	address_keep_status(i, old);
}

/* The slot that has this name, or had it and is still empty; else a free one.
 * IFACE_NONE when there is none. */
static uint16_t
slot_for(const struct interface *table, const char *name)
{
	uint16_t unused = IFACE_NONE;

	for (uint16_t n = IFACE_MAX - 1; n >= PORT_MAX; n--) {
		if (strcmp(table[n].name, name) == 0)
			return n;
		if (table[n].name[0] == '\0')
			unused = n;
	}
	return unused;
}

/* A sub-interface on the port that `table` has planned already. */
static int
plan_vlan(const struct router *r, const struct config_interface *from,
    struct interface *table)
{
	uint16_t n = slot_for(table, from->name);
	const struct interface *port = NULL;
	struct interface *i;

	for (uint16_t k = 0; k < PORT_MAX && !port; k++)
		if (table[k].port &&
		    config_is_port_of(table[k].name, from->name))
			port = &table[k];
	if (n == IFACE_NONE || !port)
		return -ENOSPC;
	i = &table[n];
	memcpy(i->name, from->name, sizeof(i->name));
	i->port = port->port;
	r->private->slot_port[n] = port->port->index;
	i->vid = from->vid;
	i->mtu = from->mtu && from->mtu < port->mtu ? from->mtu : port->mtu;
	i->link = port->link;
	plan_one(i, &r->interface[n], from);
	return 0;
}

/* The slots of sub-interfaces keep their names alone. */
static void
plan_empty(struct interface *table)
{
	for (uint16_t n = PORT_MAX; n < IFACE_MAX; n++) {
		struct interface *i = &table[n];
		struct interface empty;

		memset(&empty, 0, sizeof(empty));
		memcpy(empty.name, i->name, sizeof(empty.name));
		empty.last_change_us = i->last_change_us;
		memcpy(i, &empty, sizeof(*i));
	}
}

int
interfaces_plan(
    const struct router *r, const struct config *c, struct interface *out)
{
	memcpy(out, r->interface, IFACE_MAX * sizeof(*out));
	for (uint16_t n = 0; r->port[n]; n++) {
		const struct config_interface *from = config_interface_find(
		    c, out[n].name);

		out[n].mtu = mtu_of(out[n].port, from ? from->mtu : 0);
		plan_one(&out[n], &r->interface[n], from);
	}
	plan_empty(out);
	for (uint32_t k = 0; k < c->interface_count; k++)
		if (c->interface[k].vid != 0 &&
		    plan_vlan(r, &c->interface[k], out) != 0)
			return -ENOSPC;
	return 0;
}

uint16_t
interface_named(const struct interface *table, const char *name)
{
	for (uint16_t n = 0; n < IFACE_MAX; n++)
		if (table[n].port && strcmp(table[n].name, name) == 0)
			return n;
	return IFACE_NONE;
}

uint16_t
interfaces_count(const struct interface *table)
{
	uint16_t n = IFACE_MAX;

	while (n > 0 && table[n - 1].name[0] == '\0')
		n--;
	return n;
}

static void
port_follow_mtu(const struct interface *now, const struct interface *plan)
{
	if (now->vid == 0 && now->mtu != plan->mtu &&
	    now->port->ops->set_mtu != NULL)
		now->port->ops->set_mtu(now->port, plan->mtu);
}

/* Its slot is empty from now on, and may be used again later. */
static void
vlan_leaves(struct router *r, uint16_t index)
{
	struct interface_state *state = &r->private->state[index];

	log_info(r->interface[index].name, "removed");
	neighbor_forget_interface(r, index);
	memset(state, 0, sizeof(*state));
	state->left_us = r->private->now_us;
}

/* What was counted in this slot before was another's. */
static void
vlan_comes(struct router *r, uint16_t index, const char *name)
{
	struct interface_state *state = &r->private->state[index];

	memset(state, 0, sizeof(*state));
	iface_counters_sum(r, index, &state->before);
	log_info(name, "added");
}

/* False when nothing changes. */
static bool
commit_one(struct router *r, uint16_t index, const struct interface *plan)
{
	struct interface *now = &r->interface[index];
	bool was_up = now->link.up;

	if (memcmp(now, plan, sizeof(*now)) == 0 &&
	    (!plan->port || r->private->state[index].announced))
		return false;
	if (index >= PORT_MAX && now->port && !plan->port)
		vlan_leaves(r, index);
	else if (index >= PORT_MAX && !now->port)
		vlan_comes(r, index, plan->name);
	else
		port_follow_mtu(now, plan);
	memcpy(now, plan, sizeof(*now));
	if (was_up == now->link.up)
		return true;
	now->last_change_us = r->private->now_us;
	if (was_up && now->port)
		log_info(now->name, "shut down");
	return true;
}

void
interfaces_commit(struct router *r, const struct interface *plan)
{
	bool changed[IFACE_MAX];

	r->interface_count = interfaces_count(plan);
	for (uint16_t i = 0; i < IFACE_MAX; i++)
		changed[i] = commit_one(r, i, &plan[i]);
	/*
	 * Only now: what the stack does in answer sees them all as new. What
	 * goes gives its place in the stack to what comes.
	 */
	for (uint16_t i = 0; i < IFACE_MAX; i++)
		if (changed[i] && !r->interface[i].port)
			r->stack->interface_changed(i);
	for (uint16_t i = 0; i < IFACE_MAX; i++)
		if (changed[i] && r->interface[i].port)
			interface_changed(r, i);
}

/*
 * True when nothing names the slot any more: no neighbour, no next hop, nothing
 * that workers may read. A packet that came up from the old interface is long
 * gone after a while: core 0 takes the oldest first in each turn.
 */
static bool
slot_is_forgotten(struct router *r, uint16_t index)
{
	const struct router_private *p = r->private;

	return neighbor_forget_interface(r, index) && !reclaim_waits(r) &&
	       !p->retired &&
	       p->now_us - p->state[index].left_us >= SLOT_REST_US;
}

/* A few at a time, in turn: a look goes through all neighbours. */
void
interfaces_release(struct router *r)
{
	struct router_private *p = r->private;
	uint32_t looks = SLOT_LOOKS;

	if (p->settle != SETTLE_DONE)
		return;
	for (uint32_t k = PORT_MAX; k < IFACE_MAX && looks > 0; k++) {
		struct interface *i;

		if (++p->release_next < PORT_MAX ||
		    p->release_next >= IFACE_MAX)
			p->release_next = PORT_MAX;
		i = &r->interface[p->release_next];
		if (i->port || !i->name[0])
			continue;
		looks--;
		if (slot_is_forgotten(r, p->release_next))
			memset(i, 0, sizeof(*i));
	}
	r->interface_count = interfaces_count(r->interface);
}
