/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The counters of all cores added up. Those of sub-interfaces stand apart: one
 * that takes the slot of another begins with nothing.
 */
#include <errno.h>
#include <stdlib.h>

#include "control/router_private.h"

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

void
count_in_drop(struct router *r, uint16_t iface)
{
	if (iface >= IFACE_MAX)
		return;
	r->counters->port[interface_port(r, iface)].in_drops++;
	if (iface_is_vlan(iface))
		r->private->vlan[iface].in_drops++;
}

/* Before any worker has a dataplane. */
int
iface_counters_init(struct router *r)
{
	struct iface_counters *c = r->private->vlan = calloc(
	    IFACE_MAX, sizeof(*c));

	for (uint32_t i = 0; c && i < r->worker_count; i++)
		c = r->worker[i]->vlan = calloc(IFACE_MAX, sizeof(*c));
	return c ? 0 : -ENOMEM;
}

void
iface_counters_free(struct router *r)
{
	free(r->private->vlan);
	for (uint32_t i = 0; i < r->worker_count; i++) {
		free(r->worker[i]->vlan);
		r->worker[i]->vlan = NULL;
	}
}

void
iface_counters_sum(
    const struct router *r, uint16_t iface, struct iface_counters *sum)
{
	*sum = r->private->vlan[iface];
	for (uint32_t i = 0; i < r->worker_count; i++)
		iface_counters_add(sum, &r->worker[i]->vlan[iface]);
}

void
router_iface_counters(
    const struct router *r, uint16_t iface, struct iface_counters *out)
{
	const struct iface_counters *before = &r->private->state[iface].before;

	iface_counters_sum(r, iface, out);
	out->in_packets -= before->in_packets;
	out->in_octets -= before->in_octets;
	out->in_drops -= before->in_drops;
	out->out_packets -= before->out_packets;
	out->out_octets -= before->out_octets;
}
