/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Punted packets: what each reason means to core 0, and buffers going home.
 */
#include "control/router_private.h"

enum { PUNT_BUDGET = 64 }; /* a worker and turn */

/* Each returns a drop reason or NOT_DROPPED. The buffer stays the caller's. */
static int (*const handler[PUNT_REASON_COUNT])(
    struct router *r, struct pkt *p) = {
	[PUNT_ARP] = input_local,
	[PUNT_LOCAL] = input_local,
	[PUNT_NEIGHBOR] = forward_slow_adj,
	[PUNT_TTL] = refuse_ttl,
	[PUNT_OPTIONS] = forward_slow,
	[PUNT_MTU] = forward_slow_adj,
	[PUNT_NO_ROUTE] = refuse_no_route,
	[PUNT_REJECT] = refuse_reject,
};

/*
 * Back to the worker it came from. A frame that core 0 sends ends in the pool
 * of the worker that sends it: core 0 keeps punted buffers in exchange until it
 * has as many as it began with.
 */
static void
give_back(struct router *r, struct worker *w, struct pkt *p)
{
	if (r->pool == w->pool || r->pool->count < r->private->pool_level ||
	    !spsc_push(w->giveback, p))
		pool_put(r->pool, p);
}

static void
punt_handle(struct router *r, struct worker *w, struct pkt *p)
{
	int reason = handler[p->punt](r, p);

	if (reason != NOT_DROPPED) {
		count_drop(r, reason);
		r->counters->port[p->port].in_drops++;
	}
	give_back(r, w, p);
}

void
punt_poll(struct router *r)
{
	for (uint32_t i = 0; i < r->worker_count; i++) {
		struct worker *w = r->worker[i];
		uint32_t left = PUNT_BUDGET;

		while (left > 0) {
			struct pkt *burst[PKT_BURST];
			uint32_t want = left < PKT_BURST ? left : PKT_BURST;
			uint32_t n = spsc_pop_burst(w->punt, burst, want);

			for (uint32_t k = 0; k < n; k++)
				punt_handle(r, w, burst[k]);
			if (n < want)
				break;
			left -= n;
		}
	}
}
