/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A worker: one core's polling loop over its receive queues.
 *
 *   rx_burst -> parse -> fib -> adjacency -> rewrite -> per-port batch -> tx
 *                   \-> punt link to core 0       \-> counted drop
 *
 * A worker owns its pool, counters, batches and queue pairs. It shares with
 * core 0 two links and a few published words; with another worker, only a link,
 * and only where that one owns a port with fewer queues than workers.
 */
#ifndef NET_WORKER_H
#define NET_WORKER_H

#include <stdatomic.h>
#include <stdint.h>

#include "net/bell.h"
#include "net/counters.h"
#include "net/dataplane.h"
#include "net/link.h"
#include "net/pool.h"

enum {
	WORKER_MAX = PORT_QUEUE_MAX,
	INBOX_CONTROL = 0, /* which inbox is core 0's */
};

/* In worker.quiescent: it halts, and so holds nothing. */
#define WORKER_ASLEEP (1ull << 63)

/* The way out of a port: an own transmit queue, or the worker that has one. */
struct tx_path {
	struct link *link; /* to the port's owner; NULL: own queue */
	uint32_t queue;
	uint32_t count; /* of the batch */
	struct pkt *pkt[PKT_BURST];
};

/* A receive queue that this worker polls. */
struct rx_queue {
	struct port *port;
	uint32_t queue;
};

/* How deep a worker may rest. */
enum worker_rest {
	WORKER_STAYS,  /* not at all: there is work */
	WORKER_NAPS,   /* some NIC cannot wake it: it must look itself soon */
	WORKER_SLEEPS, /* until its bell or a NIC wakes it */
};

struct worker {
	_Alignas(64) uint32_t id;
	uint32_t rx_count, inbox_count, outbox_count;
	uint64_t now_us;     /* of this turn */
	uint64_t cycles;     /* as this turn began */
	uint64_t epoch_seen; /* as it last settled */
	uint32_t in_use;     /* bit n: port n may hold buffers of ours */
	uint64_t idle; /* turns without a packet, in a row; from 1 anew while
	                * the pool is empty */
	bool punted;   /* in this turn: core 0's bell is due */
	struct rx_queue rx[PORT_MAX];
	struct port **port; /* the table of ports, PORT_MAX long, NULL ends */
	struct pool *pool;
	struct counters *counters;
	/* IFACE_MAX of them, for sub-interfaces alone. Set before the first
	 * dataplane with one is published. */
	struct iface_counters *vlan;
	struct link *punt;      /* to core 0 */
	struct punt_gate *gate; /* what may go there */
	/* Frames to send by pkt->port: from core 0, then from workers. */
	struct link *inbox[WORKER_MAX];
	struct link *outbox[WORKER_MAX]; /* to owners of ports */
	struct tx_path tx[PORT_MAX];
	struct bell bell; /* the kernel says how to wake the core */
	/*
	 * Written by core 0. `dataplane` is NULL before the first is published
	 * and never again; all packets are dropped then. An epoch begins after
	 * each change of the dataplane or of a port's state; the first is 1.
	 */
	_Alignas(64) _Atomic(const struct dataplane *) dataplane;
	_Atomic uint64_t epoch;
	/*
	 * Written by the worker: the epoch that it saw as it last began a turn.
	 * It holds nothing from before that any more, and has drained its
	 * queues of the ports that were stopped then. So when every worker's
	 * `quiescent` has reached an epoch, core 0 may free what was unlinked
	 * before that began. With WORKER_ASLEEP it holds nothing at all, but
	 * what it has drained is still by the epoch beside that bit.
	 */
	_Alignas(64) _Atomic uint64_t quiescent;
};

/*
 * The whole loop body: announces quiescence, takes free buffers back, polls
 * each RX queue, forwards the bursts, empties the inboxes, sends the TX
 * batches. A turn without a packet has every port give back the buffers that it
 * has sent. `now_us` is monotonic; `cycles` too, and only counted. Returns how
 * many packets it handled.
 */
uint32_t worker_run_once(struct worker *w, uint64_t now_us, uint64_t cycles);

/*
 * Prepares for a halt: has the NICs and other cores wake this one for what
 * comes from now on, and looks once more for what came before. What wakes it
 * must end a halt that has not begun yet, too: the caller keeps interrupts off
 * until it halts. WORKER_STAYS: nothing was prepared; so it is until there were
 * two idle turns. Otherwise worker_woken() must come before the next turn.
 */
enum worker_rest worker_may_rest(struct worker *w);
void worker_woken(struct worker *w);

/*
 * Drops a packet that came in by p->port and p->iface: counts the reason, gives
 * the buffer back to the pool.
 */
void worker_drop(struct worker *w, struct pkt *p, enum drop_reason reason);

/* Sends the batch of a port. There is one. */
void worker_flush(struct worker *w, uint8_t port);

/*
 * Queues a finished frame for a port, which is in the table of ports; sends the
 * batch when it is full.
 */
static inline void
worker_send(struct worker *w, struct pkt *p, uint8_t port)
{
	struct tx_path *path = &w->tx[port];

	path->pkt[path->count++] = p;
	if (path->count == PKT_BURST)
		worker_flush(w, port);
}

/*
 * Passes a packet to core 0, or drops it when over the rate or full. One to
 * this router (PUNT_LOCAL) is classified first; it has a valid IP header then.
 */
void worker_punt(struct worker *w, struct pkt *p, enum punt_reason reason);

#endif
