/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Publishing dataplanes: one store a worker, then a new epoch; and the old one
 * freed when every worker has begun a turn in that epoch.
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
	out->vid = i->vid;
	out->mtu = i->mtu;
}

/* The image's next hops as workers read them, made once an image. */
static bool
table_fill(struct rib_image *image)
{
	uint32_t groups = 1;
	size_t size;

	for (uint32_t i = 0; i < image->nexthop_count; i++)
		groups += image->nexthop[i].ways > 1;
	size = nexthop_memory(image->nexthop_count, groups);
	image->table_memory = aligned_alloc(64, size);
	if (!image->table_memory)
		return false;
	nexthop_table_init(
	    &image->table, image->table_memory, image->nexthop_count, groups);
	for (uint32_t i = 1; i < image->nexthop_count; i++) {
		const struct nexthop_set *set = &image->nexthop[i];
		struct nexthop n = { .type = set->type, .iface = set->iface };
		struct nexthop_ways way = { .count = set->ways };

		memcpy(way.adj, set->adj, sizeof(way.adj));
		if (set->type == NEXTHOP_VIA)
			nexthop_set_ways(&image->table, i, &way, ~0u);
		else
			nexthop_set(&image->table, i, &n);
	}
	return true;
}

struct snapshot *
snapshot_create(const struct router *r, const struct interface *interface,
    struct rib_image *image)
{
	struct snapshot *s;

	if (!image->table_memory && !table_fill(image))
		return NULL;
	s = aligned_alloc(64, (sizeof(*s) + 63) & ~(size_t)63);
	if (!s)
		return NULL;
	memset(s, 0, sizeof(*s));
	s->image = image;
	image->users++;
	s->dp.fib = image->fib;
	s->dp.nexthop = &image->table;
	s->dp.adj = (struct adj_table *)(uintptr_t)&r->adj;
	s->dp.iface_count = r->interface_count;
	for (uint32_t i = 0; i < PORT_MAX; i++)
		s->dp.port_iface[i] = IFACE_NONE;
	for (uint16_t i = 0; i < r->interface_count; i++) {
		iface_fill(&s->dp.iface[i], &interface[i]);
		if (interface[i].vid == 0)
			s->dp.port_iface[interface[i].port->index] = i;
	}
	return s;
}

void
snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	if (--s->image->users == 0)
		rib_image_free(s->image);
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
	if (p->park == PARK_REMOVED) {
		p->park = PARK_WAITING;
		p->park_generation = r->generation;
	}
	if (!old)
		return;
	old->until = r->generation;
	old->next = p->retired;
	p->retired = old;
}

bool
publish_settled(const struct router *r, uint64_t epoch)
{
	/* WORKER_ASLEEP is above every epoch. */
	for (uint32_t i = 0; i < r->worker_count; i++)
		if (atomic_load(&r->worker[i]->quiescent) < epoch)
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
	if (p->park == PARK_WAITING && publish_settled(r, p->park_generation)) {
		adj_reclaim(&r->adj);
		p->park = PARK_NONE;
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
