/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One core's polling loop (worker.h).
 */
#include <stddef.h>

#include "net/forward.h"
#include "net/vlan.h"
#include "net/worker.h"

enum { IDLE_TURNS = 2 }; /* before a rest */

void
worker_drop(struct worker *w, struct pkt *p, enum drop_reason reason)
{
	w->counters->drop[reason]++;
	w->counters->port[p->port].in_drops++;
	if (iface_is_vlan(p->iface))
		w->vlan[p->iface].in_drops++;
	pool_put(w->pool, p);
}

/* Over a rate. A flood ends here: it must be cheap. */
static void
refuse(struct worker *w, struct pkt *p, enum punt_reason reason)
{
	w->counters->port[p->port].refused[reason]++;
	worker_drop(w, p, DROP_PUNT_RATE);
}

static __attribute__((noinline)) void
punt(struct worker *w, struct pkt *p, enum punt_reason reason,
    const struct bucket_limit *limit)
{
	struct port_counters *port = &w->counters->port[p->port];
	uint32_t drop = punt_send(w, p, reason, limit);

	if (drop == DROP_PUNT_RATE) {
		refuse(w, p, reason);
	} else if (drop != PUNT_SENT) {
		worker_drop(w, p, drop);
	} else {
		w->punted = true;
		w->counters->punt[reason]++;
		port->punt[reason]++;
	}
}

void
worker_punt(struct worker *w, struct pkt *p, enum punt_reason reason)
{
	const struct dataplane *dp = atomic_load(&w->dataplane);
	const struct bucket_limit *limit;

	if (reason == PUNT_LOCAL)
		reason = punt_classify(p);
	limit = &dp->punt[p->port].limit[reason];
	if (bucket_has(&w->gate->meter.full_ns[punt_kind(p->port, reason)],
		limit, w->now_us * NS_PER_US))
		punt(w, p, reason, limit);
	else
		refuse(w, p, reason);
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

/* To the worker that owns the port, and that counts what it sends. */
static void
hand_over(struct worker *w, uint8_t index)
{
	struct tx_path *path = &w->tx[index];
	uint32_t n = path->count, i, sent;

	path->count = 0;
	for (i = 0; i < n; i++)
		path->pkt[i]->port = index;
	sent = link_send_burst(path->link, path->pkt, n);
	link_ring(path->link);
	if (sent < n)
		drop_out(w, index, path->pkt + sent, n - sent, DROP_TX_FULL);
}

/* What the driver does not take is lost. */
void
worker_flush(struct worker *w, uint8_t index)
{
	struct tx_path *path = &w->tx[index];
	struct port_counters *c = &w->counters->port[index];
	struct port *port = w->port[index];
	uint32_t n = path->count;
	uint64_t octets = 0;
	uint32_t i, sent;

	if (path->link != NULL) {
		hand_over(w, index);
		return;
	}
	path->count = 0;
	if (!port_running(port)) {
		drop_out(w, index, path->pkt, n, DROP_LINK_DOWN);
		return;
	}
	/* Before: a packet that was taken is no longer ours to look at. */
	for (i = 0; i < n; i++)
		octets += path->pkt[i]->len;
	sent = port->ops->tx_burst(port, path->queue, path->pkt, n);
	for (i = sent; i < n; i++)
		octets -= path->pkt[i]->len;
	c->out_packets += sent;
	c->out_octets += octets;
	if (sent < n)
		drop_out(w, index, path->pkt + sent, n - sent, DROP_TX_FULL);
}

/* One burst of one queue; returns its size. */
static uint32_t
receive(struct worker *w, const struct dataplane *dp, const struct rx_queue *q)
{
	struct pkt *pkts[PKT_BURST];
	uint8_t port = q->port->index;
	struct port_counters *c = &w->counters->port[port];
	uint32_t i, n;

	if (!port_running(q->port))
		return 0;
	n = q->port->ops->rx_burst(q->port, q->queue, pkts, PKT_BURST);
	if (n == 0)
		return 0;
	w->counters->packets += n;
	c->in_packets += n;
	for (i = 0; i < n; i++)
		c->in_octets += pkts[i]->len;
	if (dp != NULL) {
		forward_burst(w, dp, port, pkts, n);
		return n;
	}
	for (i = 0; i < n; i++) {
		pkts[i]->port = port;
		pkts[i]->iface = IFACE_NONE;
		worker_drop(w, pkts[i], DROP_INTERFACE);
	}
	return n;
}

/* Frames that others want sent; returns how many. */
static uint32_t
empty_inbox(struct worker *w, struct link *inbox)
{
	struct pkt *pkts[PKT_BURST];
	uint32_t i, n;

	if (!link_waiting(inbox))
		return 0;
	n = link_take(inbox, w->pool, pkts, PKT_BURST);
	w->counters->packets += n; /* before anybody sees them leave */
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
			worker_flush(w, i);
}

/* Has the ports give back what they have sent. */
static void
reclaim_all(struct worker *w)
{
	struct port *port;
	uint32_t i;

	for (i = 0; i < PORT_MAX && (port = w->port[i]) != NULL; i++)
		if (w->tx[i].link == NULL && port_running(port))
			port->ops->tx_burst(port, w->tx[i].queue, NULL, 0);
}

/*
 * A new epoch: drains what core 0 has stopped, then says that whatever the last
 * turns read is read. A port is drained once, and only if it ran since: core 0
 * may be starting it again already.
 */
static __attribute__((noinline)) void
settle(struct worker *w, uint64_t epoch)
{
	struct port *port;
	uint32_t i;

	for (i = 0; i < PORT_MAX && (port = w->port[i]) != NULL; i++) {
		if (w->tx[i].link != NULL)
			continue;
		if (atomic_load(&port->state) != PORT_STOPPED) {
			w->in_use |= 1u << i;
		} else if (w->in_use & 1u << i) {
			port->ops->drain(port, w->tx[i].queue);
			w->in_use &= ~(1u << i);
		}
	}
	w->epoch_seen = epoch;
	atomic_store_explicit(&w->quiescent, epoch, memory_order_release);
}

/* The time since the last turn began was that turn's. */
static void
charge(struct worker *w, uint64_t cycles)
{
	struct counters *c = w->counters;
	uint64_t spent = cycles - w->cycles;

	w->cycles = cycles;
	if (c->turns++ == 0)
		return;
	c->cycles_total += spent;
	if (w->idle == 0)
		c->cycles_busy += spent;
}

/* Takes free buffers back for the packets that others took. */
static void
collect_all(struct worker *w)
{
	uint32_t i;

	punt_collect(w);
	for (i = 0; i < w->outbox_count; i++)
		link_collect(w->outbox[i], w->pool);
}

uint32_t
worker_run_once(struct worker *w, uint64_t now_us, uint64_t cycles)
{
	uint64_t epoch = atomic_load(&w->epoch);
	const struct dataplane *dp;
	uint32_t i, handled = 0;

	if (epoch != w->epoch_seen)
		settle(w, epoch);
	/* After the epoch: it is that one's, or a newer. */
	dp = atomic_load(&w->dataplane);
	charge(w, cycles);
	w->now_us = now_us;
	w->punted = false;
	collect_all(w);
	for (i = 0; i < w->rx_count; i++)
		handled += receive(w, dp, &w->rx[i]);
	for (i = 0; i < w->inbox_count; i++)
		handled += empty_inbox(w, w->inbox[i]);
	flush_all(w);
	if (w->punted)
		link_ring(w->punt);
	if (handled == 0) {
		/* With an empty pool some ring may have had no buffer. */
		w->idle = w->pool->count > 0 ? w->idle + 1 : 1;
		reclaim_all(w);
		return 0;
	}
	w->idle = 0;
	w->counters->turns_busy++;
	return handled;
}

/* False when a NIC cannot tell of packets. */
static bool
arm_all(struct worker *w)
{
	bool armed = true;
	uint32_t i;

	for (i = 0; i < w->rx_count; i++) {
		struct port *port = w->rx[i].port;
		uint32_t queue = w->rx[i].queue;

		if (!port_running(port))
			continue;
		/* Since the last turn, maybe, and without a turn to come. */
		w->in_use |= 1u << port->index;
		if (port->ops->rx_arm == NULL ||
		    port->message[queue].address == 0)
			armed = false;
		else
			port->ops->rx_arm(port, queue);
	}
	return armed;
}

/* What came before the bell was set. */
static bool
work_waits(struct worker *w)
{
	uint32_t i;

	if (atomic_load(&w->epoch) != w->epoch_seen)
		return true;
	for (i = 0; i < w->inbox_count; i++)
		if (link_waiting(w->inbox[i]))
			return true;
	return false;
}

enum worker_rest
worker_may_rest(struct worker *w)
{
	bool armed;

	/* An empty receive ring wakes nobody: after the rings were filled for
	 * the last time, there was something left to fill them with. */
	if (w->idle < IDLE_TURNS)
		return WORKER_STAYS;
	bell_set(&w->bell);
	armed = arm_all(w);
	if (work_waits(w)) {
		bell_clear(&w->bell);
		return WORKER_STAYS;
	}
	w->counters->sleeps++;
	/* The last touch of a port was above. */
	atomic_store(&w->quiescent, w->epoch_seen | WORKER_ASLEEP);
	return armed ? WORKER_SLEEPS : WORKER_NAPS;
}

void
worker_woken(struct worker *w)
{
	bell_clear(&w->bell);
	/* Before the next turn reads anything: core 0 sees that it may, or it
	 * sees what core 0 has done. */
	atomic_store(&w->quiescent, w->epoch_seen);
}
