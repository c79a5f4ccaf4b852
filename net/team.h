/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The workers of a router and how they share its ports.
 *
 * A port with a queue pair for each worker is everybody's: worker n polls and
 * sends by queue n. A port with fewer queues has one owner, which polls and
 * sends by queue 0; the others hand their frames over to it by a link. The
 * ports' owners take turns, so that such ports spread over the workers.
 */
#ifndef NET_TEAM_H
#define NET_TEAM_H

#include "net/arena.h"
#include "net/worker.h"

struct team {
	struct worker **worker; /* zeroed, but for pool, counters and bell */
	uint32_t count;         /* 1 .. WORKER_MAX */
	struct port **port;     /* NULL after the last; rx_queues are set */
	struct bell *control; /* core 0's; NULL: it is the only worker itself */
	uint16_t room;        /* of all buffers */
};

/* Which worker polls a port that has one queue pair. */
static inline uint32_t
team_owner(const struct port *port, uint32_t workers)
{
	return port->index % workers;
}

/* True when each worker has a queue pair of the port. */
static inline bool
team_shares(const struct port *port, uint32_t workers)
{
	return port->rx_queues >= workers && port->tx_queues >= workers;
}

/* Has a port that can run so many use a queue pair for each worker. */
void team_choose_queues(const struct team *team, struct port *port);

/* Bytes of memory that team_wire() takes, aligned to 64. */
size_t team_memory(const struct team *team);

/*
 * Buffers that a worker's pool needs, so that neither full rings nor full
 * links leave it without.
 */
uint32_t team_buffers(const struct team *team, uint32_t worker);

/* The same for core 0. */
uint32_t team_control_buffers(const struct team *team);

/*
 * How many buffers each pool gets when there may be `limit` of them: what it
 * needs, or else its fair part. A core 0 that is the only worker has one pool
 * for both, worker[0]'s.
 */
void team_divide(const struct team *team, uint64_t limit,
    uint32_t worker[WORKER_MAX], uint32_t *control);

/*
 * Halves the longest receive rings until those of each worker take no more
 * than half of its buffers: else the first ports' rings would take all, and
 * leave the others deaf. False when nothing had to change. Between probe and
 * start.
 */
bool team_shorten_rings(
    const struct team *team, const uint32_t worker[WORKER_MAX]);

/*
 * Makes the links, and fills in the workers and each port's pools and
 * buffer_room. False when `memory` is too small.
 */
bool team_wire(const struct team *team, struct arena *memory);

#endif
