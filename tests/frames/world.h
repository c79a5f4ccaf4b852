/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole router in one process: net/, control/, lwip-port/ and lwIP as they
 * are, two workers, three NICs that are arrays, and a clock that stands until
 * it is moved. What leaves is judged (judge.h) and handed to whoever listens.
 *
 * Core 0 and the workers take turns on one thread. Ports 1 and 2 have one queue
 * pair, so that frames go from worker to worker too.
 *
 * One in a process, since lwIP is. What does not hold ends the process.
 */
#ifndef TESTS_FRAMES_WORLD_H
#define TESTS_FRAMES_WORLD_H

#include "control/router.h"

enum {
	WORLD_PORTS = 3,
	WORLD_WORKERS = 2,
	WORLD_BUFFERS = 512, /* a core's */
	WORLD_RING = 64,     /* frames that wait in a receive queue */
	WORLD_FRAME_MAX = 9018,
};

struct world_queue {
	struct pkt *pkt[WORLD_RING];
	uint32_t count;
};

struct world_port {
	struct port port;
	struct world_queue rx[WORLD_WORKERS];
};

struct world {
	struct router router;
	struct worker worker[WORLD_WORKERS];
	struct counters counters[WORLD_WORKERS + 1]; /* the last: core 0's */
	struct pool pool[WORLD_WORKERS + 1];
	struct world_port port[WORLD_PORTS];
	struct port *ports[PORT_MAX + 1];
	struct worker *workers[WORLD_WORKERS];
	uint64_t now_us;
	uint64_t sent;   /* frames that left */
	uint64_t tagged; /* those of them with a tag */
	/* When somebody last sent with an address of ours. */
	uint64_t spoofed_us;
	/* Called for each of them, unless it is NULL. */
	void (*listener)(uint8_t port, const uint8_t *frame, uint16_t len);
};

extern struct world *world;

/* Makes the world, with the config of WORLD_CONFIG; once. */
void world_begin(void);

/* A frame waits to be received by a port. False when too many wait. */
bool world_offer(uint8_t port, const uint8_t *frame, uint16_t len);

/* Time goes on by so much, and then all cores do what there is to do. */
void world_run(uint64_t us);

/* Every buffer is where it should be, every frame was counted once. */
void world_check(void);

/*
 * The sum of the workers' counters, and core 0's. What of a lone frame became
 * is what changes in them.
 */
void world_counters(struct counters *workers, struct counters *control);

/* Ends the process and says why. */
#define WORLD_REQUIRE(condition)                                               \
	((condition) ? (void)0 : world_fail(__FILE__, __LINE__, #condition))
_Noreturn void world_fail(const char *file, int line, const char *what);

/* Prints the frame that is at fault. */
void world_show(const char *what, const uint8_t *frame, uint16_t len);

#endif
