/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Punted packets: how many are too many, and what each reason means to core 0.
 */
#include "control/router_private.h"

enum { PUNT_BUDGET = 64 }; /* a worker and turn */

/* Each returns a drop reason or NOT_DROPPED. The buffer stays the caller's. */
static int (*const handler[PUNT_REASON_COUNT])(
    struct router *r, struct pkt *p) = {
	[PUNT_ARP] = input_frame,
	[PUNT_ND] = input_local,
	[PUNT_SYN] = input_local,
	[PUNT_TCP] = input_local,
	[PUNT_ICMP] = input_local,
	[PUNT_FRAGMENT] = input_local,
	[PUNT_LOCAL] = input_local,
	[PUNT_NEIGHBOR] = forward_slow,
	[PUNT_TTL] = refuse_ttl,
	[PUNT_OPTIONS] = forward_slow,
	[PUNT_MTU] = forward_slow,
	[PUNT_NO_ROUTE] = refuse_no_route,
	[PUNT_REJECT] = refuse_reject,
	[PUNT_SCOPE] = forward_slow,
};

/* Before anything else: what is over the rate costs no more than this. */
static bool
within_limit(struct router *r, const struct pkt *p)
{
	const struct dataplane *dp = &r->private->current->dp;

	if (punt_admit(
		&r->private->police, p, &dp->punt[p->port].limit[p->punt]))
		return true;
	r->counters->port[p->port].refused[p->punt]++;
	return false;
}

static void
punt_handle(struct router *r, struct pkt *p)
{
	int reason = DROP_INTERFACE; /* it is gone meanwhile */

	if (!within_limit(r, p))
		reason = DROP_PUNT_RATE;
	else if (router_interface_at(r, p->iface))
		reason = handler[p->punt](r, p);
	if (reason != NOT_DROPPED) {
		count_drop(r, reason);
		count_in_drop(r, p->iface);
	}
	pool_put(r->pool, p);
}

void
punt_poll(struct router *r)
{
	for (uint32_t i = 0; i < r->worker_count; i++) {
		struct worker *w = r->worker[i];
		uint32_t left = PUNT_BUDGET;

		link_collect(w->inbox[INBOX_CONTROL], r->pool);
		while (left > 0) {
			struct pkt *burst[PKT_BURST];
			uint32_t want = left < PKT_BURST ? left : PKT_BURST;
			uint32_t n = link_take(w->punt, r->pool, burst, want);

			for (uint32_t k = 0; k < n; k++)
				punt_handle(r, burst[k]);
			if (n < want)
				break;
			left -= n;
		}
	}
}

bool
punt_waits(const struct router *r)
{
	for (uint32_t i = 0; i < r->worker_count; i++)
		if (link_waiting(r->worker[i]->punt))
			return true;
	return false;
}
