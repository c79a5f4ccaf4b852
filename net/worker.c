/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One core's polling loop (worker.h).
 */
#include <stddef.h>

#include "net/forward.h"
#include "net/worker.h"

/*
 * What may go up to core 0: packets a second, and how many at once. Each
 * reason has its own, so that a flood of one cannot starve the others.
 */
static const struct {
	uint32_t rate, burst;
} punt_limit[PUNT_REASON_COUNT] = {
	[PUNT_ARP] = { 2000, 256 },
	[PUNT_LOCAL] = { 20000, 4000 },
	[PUNT_NEIGHBOR] = { 1000, 128 },
	[PUNT_TTL] = { 1000, 128 },
	[PUNT_OPTIONS] = { 1000, 128 },
	[PUNT_MTU] = { 1000, 128 },
	[PUNT_NO_ROUTE] = { 1000, 128 },
	[PUNT_REJECT] = { 1000, 128 },
};

enum { SECOND_US = 1000000 };

/*
 * Takes a token, if there is one. The time of tokens not yet whole is kept, so
 * that the rate is exact however often it is asked.
 */
static bool
meter_take(struct punt_meter *m, enum punt_reason reason, uint64_t now_us)
{
	uint32_t rate = punt_limit[reason].rate;
	uint32_t burst = punt_limit[reason].burst;
	uint64_t elapsed = now_us - m->refilled_us;
	uint64_t gained;

	if (elapsed >= (uint64_t)burst * SECOND_US / rate) {
		m->tokens = burst;
		m->refilled_us = now_us;
	} else if ((gained = elapsed * rate / SECOND_US) > 0) {
		m->refilled_us += gained * SECOND_US / rate;
		m->tokens += (uint32_t)gained;
		if (m->tokens > burst)
			m->tokens = burst;
	}
	if (m->tokens == 0)
		return false;
	m->tokens--;
	return true;
}

void
worker_drop(struct worker *w, struct pkt *p, enum drop_reason reason)
{
	w->counters->drop[reason]++;
	w->counters->port[p->port].in_drops++;
	pool_put(w->pool, p);
}

void
worker_punt(struct worker *w, struct pkt *p, enum punt_reason reason)
{
	if (!meter_take(&w->meter[reason], reason, w->now_us)) {
		worker_drop(w, p, DROP_PUNT_RATE);
		return;
	}
	p->punt = reason;
	if (!spsc_push(w->punt, p)) {
		worker_drop(w, p, DROP_PUNT_FULL);
		return;
	}
	w->counters->punt[reason]++;
}

/* Drops frames that cannot leave by a port. */
static void
drop_out(struct worker *w, uint8_t port, struct pkt *const *pkts, uint32_t n,
    enum drop_reason reason)
{
	w->counters->drop[reason] += n;
	w->counters->port[port].out_drops += n;
	pool_put_burst(w->pool, pkts, n);
}

/* Hands a batch to the driver. What the driver does not take is lost. */
static void
flush(struct worker *w, uint8_t index)
{
	struct tx_batch *batch = &w->tx[index];
	struct port_counters *c = &w->counters->port[index];
	struct port *port = w->port[index];
	uint32_t n = batch->count;
	uint64_t octets = 0;
	uint32_t i, sent;

	batch->count = 0;
	if (!port->started) {
		drop_out(w, index, batch->pkt, n, DROP_LINK_DOWN);
		return;
	}
	/* Before: a packet that was taken is no longer ours to look at. */
	for (i = 0; i < n; i++)
		octets += batch->pkt[i]->len;
	sent = port->ops->tx_burst(port, w->tx_queue, batch->pkt, n);
	for (i = sent; i < n; i++)
		octets -= batch->pkt[i]->len;
	c->out_packets += sent;
	c->out_octets += octets;
	if (sent < n)
		drop_out(w, index, batch->pkt + sent, n - sent, DROP_TX_FULL);
}

void
worker_send(struct worker *w, struct pkt *p, uint8_t port)
{
	struct tx_batch *batch = &w->tx[port];

	batch->pkt[batch->count++] = p;
	if (batch->count == PKT_BURST)
		flush(w, port);
}

/* One burst of one queue; returns its size. */
static uint32_t
receive(struct worker *w, const struct dataplane *dp, const struct rx_queue *q)
{
	struct pkt *pkts[PKT_BURST];
	uint8_t port = q->port->index;
	struct port_counters *c = &w->counters->port[port];
	uint32_t i, n;

	if (!q->port->started)
		return 0;
	n = q->port->ops->rx_burst(q->port, q->queue, pkts, PKT_BURST);
	c->in_packets += n;
	for (i = 0; i < n; i++)
		c->in_octets += pkts[i]->len;
	if (dp != NULL) {
		forward_burst(w, dp, port, pkts, n);
		return n;
	}
	for (i = 0; i < n; i++) {
		pkts[i]->port = port;
		worker_drop(w, pkts[i], DROP_INTERFACE);
	}
	return n;
}

/* Frames that core 0 wants sent; returns how many. */
static uint32_t
drain_mailbox(struct worker *w)
{
	struct pkt *pkts[PKT_BURST];
	uint32_t i, n;

	n = spsc_pop_burst(w->mailbox, pkts, PKT_BURST);
	for (i = 0; i < n; i++)
		worker_send(w, pkts[i], pkts[i]->port);
	return n;
}

/* Sends what is left in the batches. */
static void
flush_all(struct worker *w)
{
	uint8_t i;

	for (i = 0; i < PORT_MAX && w->port[i] != NULL; i++)
		if (w->tx[i].count > 0)
			flush(w, i);
}

/* Has the ports give back what they have sent. */
static void
reclaim_all(struct worker *w)
{
	struct port *port;
	uint32_t i;

	for (i = 0; i < PORT_MAX && (port = w->port[i]) != NULL; i++)
		if (port->started)
			port->ops->tx_burst(port, w->tx_queue, NULL, 0);
}

uint32_t
worker_run_once(struct worker *w, uint64_t now_us)
{
	const struct dataplane *dp = atomic_load_explicit(
	    &w->dataplane, memory_order_acquire);
	struct pkt *home[PKT_BURST];
	uint32_t i, n, handled = 0;

	/* Release: whatever the last turns read was read before this. */
	if (dp != NULL)
		atomic_store_explicit(
		    &w->quiescent, dp->generation, memory_order_release);
	w->now_us = now_us;
	n = spsc_pop_burst(w->giveback, home, PKT_BURST);
	pool_put_burst(w->pool, home, n);

	for (i = 0; i < w->rx_count; i++)
		handled += receive(w, dp, &w->rx[i]);
	handled += drain_mailbox(w);
	flush_all(w);
	w->counters->turns++;
	if (handled > 0)
		w->counters->turns_busy++;
	else
		reclaim_all(w);
	return handled;
}
