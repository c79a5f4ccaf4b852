/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A router with three ports that are arrays, one worker's rings, and a stack
 * that notes what it is told.
 */
#ifndef TESTS_UNIT_ROUTER_FIXTURE_H
#define TESTS_UNIT_ROUTER_FIXTURE_H

#include "control/router.h"

enum {
	FIXTURE_PORTS = 3,
	FIXTURE_FRAMES = 128,
	FIXTURE_NEIGHBORS = 64,
	FIXTURE_WORKER_BUFFERS = 192,
	FIXTURE_ROUTER_BUFFERS = 64,
	FIXTURE_BUFFERS = FIXTURE_WORKER_BUFFERS + FIXTURE_ROUTER_BUFFERS,
	FIXTURE_RING = 64,
	FIXTURE_FILES = 8,
	FIXTURE_TICK_US = 50,
	FRAME_MAX = 1518,
};

struct fixture_frame {
	uint16_t len;
	uint8_t byte[FRAME_MAX];
};

struct fixture_port {
	struct port port;
	struct port_link link;
	int start_error;
	uint32_t starts, stops;
	uint32_t mtus;                  /* how often it was told one */
	uint16_t mtu;                   /* the last */
	struct pkt *rx[FIXTURE_FRAMES]; /* to be received */
	uint32_t rx_count;
	struct fixture_frame tx[FIXTURE_FRAMES]; /* sent */
	uint32_t tx_count;
};

struct fixture_ask {
	uint16_t iface;
	struct ip_addr addr;
	bool unicast;
	uint8_t mac[ETH_ALEN];
};

struct fixture_stack {
	uint32_t changed[IFACE_MAX];
	uint32_t inputs, asks;
	int ask_error;
	bool refuses; /* every frame, for this reason */
	enum drop_reason reason;
	uint16_t iface;           /* of the last input */
	struct fixture_frame got; /* of the last input */
	struct fixture_ask ask[FIXTURE_FRAMES];
};

struct fixture {
	struct router router;
	struct worker worker;
	struct link punt, mailbox;
	struct punt_gate gate;
	struct fixture_port port[FIXTURE_PORTS];
	struct fixture_stack stack;
	struct pool worker_pool, router_pool;
	struct counters worker_counters, router_counters;
	uint64_t now_us;
	uint64_t clock_us;
	uint64_t tick_us; /* that pass at each look at the clock */
	uint32_t random;  /* the router's next numbers, all of them */
	/* The worker's turn; at first one that only announces quiescence. */
	uint32_t (*worker_turn)(
	    struct worker *w, uint64_t now_us, uint64_t cycles);
};

extern struct fixture *fx;

/* cmocka set-up and tear-down; the latter checks that no buffer is lost. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Parses and applies; returns what router_apply did. */
int fixture_apply(const char *text);

/* Time goes on; then a turn of the worker, of the router, of the worker. */
void fixture_turn(uint64_t us);

/* Turns, until nothing is to be done: how many, but not more than `most`. */
uint32_t fixture_settle(uint32_t most);

/* A file of the config volume, which stays the caller's. */
const struct file *fixture_file(
    const char *name, const char *data, size_t size);

/* As router_parts.fib_size and .neighbors, for the next set-up. */
extern size_t fixture_fib_size;
extern uint32_t fixture_neighbors;

/* A new config, and two turns in which links are read. */
enum { FIXTURE_LINK_TURN = 100 * 1000 };
void fixture_start(const char *config);

struct router_lookup fixture_look(const char *text);

/* All frames that lie in the mailbox are sent; without a real worker. */
void fixture_send_mailbox(void);

/* A buffer of the worker's pool with these bytes, as received by `port`. */
struct pkt *fixture_pkt(uint8_t port, const uint8_t *frame, uint16_t len);

/* Passes it to core 0 as a worker does. */
void fixture_punt(struct pkt *p, enum punt_reason reason);

/* A frame with an IP packet of `len` bytes in all, TTL 64, UDP. */
uint16_t fixture_ip_frame(
    uint8_t *frame, const char *src, const char *dst, uint16_t len);

struct ip_addr fixture_addr(const char *text);
/* The neighbour has answered, or comes by itself. */
void fixture_learn(uint16_t iface, const char *addr, uint8_t last_of_mac);
/* How often the stack was asked for it. */
uint32_t fixture_asked(const char *addr);
/* False when there is none. */
bool fixture_neighbor(const char *addr, struct router_neighbor *out);

/* Many turns, each of FIXTURE_STEP. */
enum { FIXTURE_STEP = 10 * 1000 };
void fixture_run(uint64_t us);

/* True when the IPv4 header's checksum is right. */
bool fixture_checksum_good(const uint8_t *ip);

/* Buffers that lie in no pool, port or ring. */
uint32_t fixture_buffers_out(void);

#endif
