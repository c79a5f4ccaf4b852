/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Workers in threads of their own, around one real router on core 0.
 *
 * Ports 0 and 1 have a queue pair a worker; ports 2 and 3 have one, which a
 * worker owns. Their NICs make up packets as fast as they are polled, and look
 * at each frame that they send:
 *
 *  - 20.k.0.0/16, k below STRESS_ROUTES, leads to a gateway that core 0 changes
 *    all the time. Each change has a number, the version. Address and MAC of
 *    the gateway tell it: 10.P.V.V behind port P, and 02:K:V:V:P:sum. Some
 *    20.k.x.0/24 lead to the same gateway, and change with it.
 *  - a packet says which version its worker must have known as the turn began.
 *    It may leave by that one, or by a newer one that has been published.
 *  - a packet to a gateway itself must get that gateway's MAC.
 */
#ifndef TESTS_UNIT_STRESS_WORLD_H
#define TESTS_UNIT_STRESS_WORLD_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "control/router.h"
#include "net/team.h"

enum {
	STRESS_WORKERS = 3,
	STRESS_PORTS = 4,
	STRESS_SHARED = 2, /* ports with a queue pair a worker */
	STRESS_ROUTES = 16,
	STRESS_RING = 64,
	STRESS_FIRST = 256, /* version; below lie our own addresses */
	STRESS_LAST = 65000,
	STRESS_ETHERTYPE = 0x88b5, /* what core 0 sends */
};

struct stress_core {
	struct worker worker;
	struct counters counters;
	struct pool pool;
	struct pkt *slot[1024];
	void *region;
	pthread_t thread;
	sem_t wake;
	uint32_t random;
	/* The versions that were in use before this turn began. */
	uint32_t known[STRESS_ROUTES];
};

struct stress_queue {
	struct stress_core *core;
	struct pkt *rx[STRESS_RING], *tx[STRESS_RING];
	uint32_t rx_count, tx_count;
	uint64_t sent, from_control;
};

struct stress_port {
	struct port port;
	bool on;   /* core 0's, while no worker uses the port */
	bool down; /* core 0's: the link */
	uint32_t starts, stops;
	struct stress_queue queue[STRESS_WORKERS];
};

struct stress {
	struct router router;
	struct stress_core core[STRESS_WORKERS];
	struct stress_core control; /* pool and counters of core 0 */
	struct stress_port port[STRESS_PORTS];
	struct port *ports[PORT_MAX + 1];
	struct worker *workers[STRESS_WORKERS];
	void *links;
	uint64_t inputs; /* packets that reached the stack */
	/* By route: published for sure, and published perhaps. */
	_Atomic uint32_t settled[STRESS_ROUTES], tried[STRESS_ROUTES];
	_Atomic bool stop;
	_Atomic uint32_t wrongs; /* checks that failed */
};

extern struct stress *stress;

void stress_setup(void);
/* All threads have ended. Fails when a core has not its number of buffers. */
void stress_teardown(void);

/* A check of any thread; the first few that fail are said. */
#define STRESS_CHECK(condition)                                                \
	((condition) ? (void)0 : stress_wrong(#condition, __LINE__))
void stress_wrong(const char *what, int line);

/* The gateway of a version. */
struct ip_addr stress_gateway(uint32_t port, uint32_t version);
void stress_mac(
    uint8_t mac[ETH_ALEN], uint32_t route, uint32_t version, uint32_t port);

#endif
