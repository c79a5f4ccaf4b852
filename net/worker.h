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
	uint32_t unsent; /* sent, but not yet given back by the driver */
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
	/* Written by the worker: generation it last began a turn with. */
	_Alignas(64) _Atomic uint64_t quiescent;
};

/*
 * The whole loop body: polls each RX queue, forwards the bursts, sends the TX
 * batches, drains the mailbox, announces quiescence. `now_us` is monotonic.
 * Returns how many packets it handled.
 */
uint32_t worker_run_once(struct worker *w, uint64_t now_us);

/* Drops a packet: counts the reason, gives the buffer back to the pool. */
void worker_drop(struct worker *w, struct pkt *p, enum drop_reason reason);

/* Queues a finished frame for a port; sends the batch when it is full. */
void worker_send(struct worker *w, struct pkt *p, uint8_t port);

/* Passes a packet to core 0, or drops it when over the rate or full. */
void worker_punt(struct worker *w, struct pkt *p, enum punt_reason reason);

#endif
