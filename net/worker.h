/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A worker: one core's polling loop over its receive queues.
 *
 *   rx_burst -> parse -> fib -> adjacency -> rewrite -> per-port batch -> tx
 *                   \-> punt ring to core 0       \-> counted drop
 *
 * A worker owns its pool, counters and batches. It shares with core 0 two
 * single-producer rings and one published pointer, nothing else.
 */
#ifndef NET_WORKER_H
#define NET_WORKER_H

#include <stdatomic.h>
#include <stdint.h>

#include "net/counters.h"
#include "net/dataplane.h"
#include "net/pool.h"
#include "net/spsc.h"

/* A token bucket: what of one reason may still go up to core 0. */
struct punt_meter {
	uint64_t refilled_us;
	uint32_t tokens;
};

struct tx_batch {
	uint32_t count;
	struct pkt *pkt[PKT_BURST];
};

/* A receive queue that this worker polls. */
struct rx_queue {
	struct port *port;
	uint32_t queue;
};

struct worker {
	_Alignas(64) uint32_t id;
	uint32_t tx_queue; /* its transmit queue on every port */
	uint32_t rx_count;
	uint64_t now_us; /* of this turn */
	struct rx_queue rx[PORT_MAX];
	struct port **port; /* the table of ports, PORT_MAX long, NULL ends */
	struct pool *pool;
	struct counters *counters;
	struct spsc *punt;     /* to core 0 */
	struct spsc *mailbox;  /* from core 0: frames to send by pkt->port */
	struct spsc *giveback; /* from core 0: buffers of mine, done with */
	struct punt_meter meter[PUNT_REASON_COUNT];
	struct tx_batch tx[PORT_MAX];
	/* Written by core 0. */
	_Alignas(64) _Atomic(const struct dataplane *) dataplane;
	/*
	 * Written by the worker: the generation of the dataplane that it read
	 * as it last began a turn. It holds nothing older any more. So core 0
	 * may free generation g, and what was unlinked before g + 1 was
	 * published, when every worker's `quiescent` is greater than g.
	 * Generations begin at 1 and only grow. `dataplane` is NULL before the
	 * first is published and never again; all packets are dropped then.
	 */
	_Alignas(64) _Atomic uint64_t quiescent;
};

/*
 * The whole loop body: announces quiescence, takes back buffers, polls each RX
 * queue, forwards the bursts, drains the mailbox, sends the TX batches. A turn
 * without a packet has every port give back the buffers that it has sent.
 * `now_us` is monotonic. Returns how many packets it handled.
 */
uint32_t worker_run_once(struct worker *w, uint64_t now_us);

/*
 * Drops a packet that came in by p->port: counts the reason, gives the buffer
 * back to the pool.
 */
void worker_drop(struct worker *w, struct pkt *p, enum drop_reason reason);

/*
 * Queues a finished frame for a port, which is in the table of ports; sends the
 * batch when it is full.
 */
void worker_send(struct worker *w, struct pkt *p, uint8_t port);

/* Passes a packet to core 0, or drops it when over the rate or full. */
void worker_punt(struct worker *w, struct pkt *p, enum punt_reason reason);

#endif
