/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Publishing dataplanes: one store a worker, then a new epoch; and the old one
 * freed when every worker has begun a turn in that epoch. A dataplane holds
 * the table of interfaces, and names the FIB, the next hops and the
 * adjacencies, which change in place.
 */
#include <stdlib.h>

#include "control/router_private.h"

static bool
has_address4(const struct interface *i)
{
	for (uint32_t k = 0; k < i->address_count; k++)
		if (i->address[k].addr.family == IP4)
			return true;
	return false;
}

static void
iface_fill(struct iface *out, const struct interface *i)
{
	out->port = i->port->index;
	out->up = i->admin_up;
	out->link = i->link.up;
	out->has4 = has_address4(i);
	out->dhcp = i->dhcp;
	memcpy(out->mac, i->port->mac, ETH_ALEN);
	out->verify = i->verify;
	out->vid = i->vid;
	out->mtu = i->mtu;
}

/* So many ports have sub-interfaces. */
static size_t
ports_with_vids(const struct interface *interface)
{
	bool has[PORT_MAX] = { false };
	size_t n = 0;

	for (uint16_t i = PORT_MAX; i < IFACE_MAX; i++) {
		const struct port *port = interface[i].port;

		if (port && !has[port->index]) {
			has[port->index] = true;
			n++;
		}
	}
	return n;
}

static void
vid_fill(struct snapshot *s, const struct interface *i, uint16_t index)
{
	struct dataplane *dp = &s->dp;
	uint8_t port = i->port->index;

	if (!dp->vid_iface[port]) {
		dp->vid_iface[port] = s->vids[s->vid_tables];
		memset(s->vids[s->vid_tables++], 0xff, sizeof(s->vids[0]));
	}
	((uint16_t *)(uintptr_t)dp->vid_iface[port])[i->vid] = index;
}

struct snapshot *
snapshot_create(const struct router *r, const struct config *c,
    const struct interface *interface, struct fib_home *home)
{
	size_t size = sizeof(struct snapshot) +
	              ports_with_vids(interface) * VLAN_VIDS * sizeof(uint16_t);
	struct snapshot *s = aligned_alloc(64, (size + 63) & ~(size_t)63);

	if (!s)
		return NULL;
	memset(s, 0, sizeof(*s));
	s->home = home;
	home->users++;
	s->dp.fib = home->fib;
	s->dp.nexthop = &r->private->nexthop;
	s->dp.adj = (struct adj_table *)(uintptr_t)&r->adj;
	s->dp.iface_count = interfaces_count(interface);
	for (uint32_t i = 0; i < PORT_MAX; i++)
		s->dp.port_iface[i] = IFACE_NONE;
	limits_fill(r, c, s->dp.punt);
	for (uint16_t i = 0; i < s->dp.iface_count; i++) {
		if (!interface[i].port)
			continue;
		iface_fill(&s->dp.iface[i], &interface[i]);
		if (interface[i].vid == 0)
			s->dp.port_iface[interface[i].port->index] = i;
		else
			vid_fill(s, &interface[i], i);
	}
	return s;
}

void
snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	fib_home_release(s->home);
	free(s);
}

/*
 * Each store of ours is before each load of a worker's `quiescent`, for all
 * cores: a worker that wakes from sleep either sees what we did, or we see
 * that it is awake (worker_woken).
 */
void
epoch_begin(struct router *r)
{
	r->generation++;
	for (uint32_t i = 0; i < r->worker_count; i++)
		atomic_store(&r->worker[i]->epoch, r->generation);
}

void
epoch_begin_awake(struct router *r)
{
	epoch_begin(r);
	for (uint32_t i = 0; i < r->worker_count; i++)
		bell_ring(&r->worker[i]->bell);
}

void
publish(struct router *r, struct snapshot *s)
{
	struct router_private *p = r->private;
	struct snapshot *old = p->current;

	s->dp.generation = r->generation + 1;
	p->current = s;
	for (uint32_t i = 0; i < r->worker_count; i++)
		atomic_store(&r->worker[i]->dataplane, &s->dp);
	epoch_begin(r);
	if (!old)
		return;
	old->until = r->generation;
	old->next = p->retired;
	p->retired = old;
}

/* A worker that runs on core 0 too is between two turns. */
static bool
is_ours(const struct router *r, const struct worker *w)
{
	return w->pool == r->pool;
}

bool
publish_settled(const struct router *r, uint64_t epoch)
{
	/* WORKER_ASLEEP is above every epoch. */
	for (uint32_t i = 0; i < r->worker_count; i++)
		if (!is_ours(r, r->worker[i]) &&
		    atomic_load(&r->worker[i]->quiescent) < epoch)
			return false;
	return true;
}

bool
publish_drained(const struct router *r, uint64_t epoch)
{
	for (uint32_t i = 0; i < r->worker_count; i++)
		if ((atomic_load(&r->worker[i]->quiescent) & ~WORKER_ASLEEP) <
		    epoch)
			return false;
	return true;
}

void
publish_reclaim(struct router *r)
{
	struct router_private *p = r->private;
	struct snapshot **link = &p->retired;

	/* Newest first: when one is done with, so are all behind it. */
	while (*link && !publish_settled(r, (*link)->until))
		link = &(*link)->next;
	while (*link) {
		struct snapshot *s = *link;

		*link = s->next;
		snapshot_free(s);
	}
}

void
publish_free(struct router *r)
{
	struct router_private *p = r->private;

	while (p->retired) {
		struct snapshot *s = p->retired;

		p->retired = s->next;
		snapshot_free(s);
	}
	snapshot_free(p->current);
}
